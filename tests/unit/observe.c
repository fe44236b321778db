/* SPDX-License-Identifier: MIT */
/* Owns what the tests of the reassembler share: scripts of frames, and what is told as text. */
#include "observe.h"

#include "cli/pairs.h"
#include "protocol/pci.h"

#include <errno.h>

enum { AGAIN_MAX = 5000, DATA_SHOWN = 32 };

/* --- one reassembler --- */

static void watch_pairs(struct observe *ob, const char *pairs)
{
	char text[1024], why[VALUE_WHY];
	struct isotp_watch pair;

	assert_true(strlen(pairs) < sizeof(text));
	strcpy(text, pairs);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_int_equal(pair_parse(word, &pair, why), 0);
		assert_int_equal(isotp_reassembler_watch(ob->r, &pair), 0);
	}
}

/* The start is not 0, so that an absolute time is not mistaken for a span. */
void observe_init_size(struct observe *ob, const char *pairs,
		       const struct isotp_reassembler_settings *settings, size_t size)
{
	struct isotp_reassembler_settings s = { 0 };

	memset(ob, 0, sizeof(*ob));
	if (settings)
		s = *settings;
	if (!pairs)
		s.discover = true;
	ob->now = 5 * SECOND;
	ob->memory = calloc(1, size);
	assert_non_null(ob->memory);
	ob->r = isotp_reassembler_new(ob->memory, size, &s);
	assert_non_null(ob->r);
	if (pairs)
		watch_pairs(ob, pairs);
}

void observe_init(struct observe *ob, const char *pairs,
		  const struct isotp_reassembler_settings *settings)
{
	observe_init_size(ob, pairs, settings, ISOTP_REASSEMBLER_MEMORY_MIN);
}

void observe_release(struct observe *ob)
{
	free(ob->memory);
}

static struct observe *new_observe(const char *pairs,
				   const struct isotp_reassembler_settings *settings, size_t size)
{
	struct observe *ob = malloc(sizeof(*ob));

	assert_non_null(ob);
	observe_init_size(ob, pairs, settings, size);
	return ob;
}

struct observe *observe_new(const char *pairs, size_t size)
{
	return new_observe(pairs, NULL, size);
}

struct observe *observe_new_with(const char *pairs,
				 const struct isotp_reassembler_settings *settings)
{
	return new_observe(pairs, settings, ISOTP_REASSEMBLER_MEMORY_MIN);
}

void observe_free(struct observe *ob)
{
	observe_release(ob);
	free(ob);
}

/* --- what is told --- */

__attribute__((format(printf, 2, 3))) static void say(struct observe *ob, const char *format, ...)
{
	const size_t room = sizeof(ob->told) - ob->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(ob->told + ob->used, room, format, args);
	va_end(args);
	assert_true(n >= 0);
	ob->used += (size_t)n < room ? (size_t)n : room - 1;
}

static void say_sides(struct observe *ob, const struct isotp_observed *o)
{
	char from[ISOTP_ENDPOINT_TEXT], peer[ISOTP_ENDPOINT_TEXT] = "";

	isotp_endpoint_format(&o->from, from);
	if (o->peer.id.width)
		isotp_endpoint_format(&o->peer, peer);
	say(ob, "%s", ob->used ? "; " : "");
	if (o->from.bus)
		say(ob, "%d:", o->from.bus);
	say(ob, "%s", o->from.fd ? "FD " : "");
	say(ob, "%s%c%s ", o->from_b ? peer : from, o->from_b ? '<' : '>', o->from_b ? from : peer);
}

static void say_faults(struct observe *ob, const struct isotp_observed *o)
{
	bool any = false;

	for (int i = 0; i < ISOTP_FAULTS; i++) {
		if (!o->faults[i])
			continue;
		say(ob, "%s%s", any ? " " : " [", isotp_fault_name((enum isotp_fault)i));
		if (o->faults[i] > 1)
			say(ob, "*%d", o->faults[i]);
		any = true;
	}
	say(ob, "%s", any ? "]" : "");
}

static void say_pdu(struct observe *ob, const struct isotp_observed *o)
{
	char hex[2 * DATA_SHOWN + 1];

	say_sides(ob, o);
	say(ob, "%s ", isotp_result_key(o->status));
	if (o->kept <= DATA_SHOWN) {
		hex_format(o->data, o->kept, hex);
		say(ob, "%s", hex);
	} else {
		say(ob, "%u bytes", o->kept);
	}
	if (o->length != o->kept)
		say(ob, " of %u", o->length);
	if (o->received != o->kept)
		say(ob, ", %u came", o->received);
	if (o->status == ISOTP_N_WRONG_SN)
		say(ob, ", sn %d not %d", o->sn, o->sn_expected);
	say_faults(ob, o);
}

static void take(struct observe *ob, struct where w, const struct isotp_observed *o)
{
	if (o->type == ISOTP_OBSERVED_FAULT) {
		say_sides(ob, o);
		say(ob, "fault %s", isotp_fault_name(o->fault));
		ob->faults++;
		return;
	}
	if (o->kept > o->received || o->received > o->length || (o->kept && !o->data))
		fail_at(w, "a PDU with more data than there can be");
	say_pdu(ob, o);
	ob->pdus++;
	ob->last = *o;
	if (o->kept <= OBSERVE_DATA) {
		memcpy(ob->data, o->data, o->kept);
		ob->last.data = ob->data;
	}
}

static void drain(struct observe *ob, struct where w)
{
	const struct isotp_observed *o;

	while ((o = isotp_reassembler_next(ob->r)))
		take(ob, w, o);
}

/* Takes what a call has told; true when it must be made again. */
static bool settle(struct observe *ob, struct where w, int rc, unsigned int *times)
{
	drain(ob, w);
	if (rc >= 0)
		return false;
	if (rc != -EAGAIN || ++*times > AGAIN_MAX)
		fail_at(w, "%d again and again", rc);
	ob->again++;
	return true;
}

/* --- what it sees --- */

void observe_record(struct observe *ob, struct where w, const struct isotp_record *record)
{
	unsigned int times = 0;

	while (settle(ob, w, isotp_reassembler_feed(ob->r, record), &times))
		;
}

static void feed_at(struct observe *ob, struct where w, const struct isotp_frame *f, uint16_t bus)
{
	const struct isotp_record record = {
		.time_ns = ob->now, .number = ob->number++, .bus = bus, .frame = *f
	};

	observe_record(ob, w, &record);
}

void observe_frame(struct observe *ob, struct where w, const struct isotp_frame *f)
{
	ob->now += MS;
	feed_at(ob, w, f, 0);
}

void observe_sender(struct observe *ob, struct where w, unsigned int i, const char *data)
{
	struct isotp_frame f = { .id = { 0x612, 11 }, .data = { (uint8_t)i } };
	const long len = hex_parse(data, f.data + 1, sizeof(f.data) - 1);

	assert_true(len > 0);
	f.len = (uint8_t)(len + 1);
	ob->now += MS;
	feed_at(ob, w, &f, (uint16_t)(i / 256));
}

void observe_advance(struct observe *ob, struct where w)
{
	unsigned int times = 0;

	while (settle(ob, w, isotp_reassembler_advance(ob->r, ob->now), &times))
		;
}

void observe_finish(struct observe *ob, struct where w)
{
	unsigned int times = 0;

	while (settle(ob, w, isotp_reassembler_finish(ob->r), &times))
		;
}

/* The gap that "+5", "-5" or "+100us" says. */
static uint64_t gap_parse(const char *word)
{
	char *end;
	const uint64_t n = strtoull(word + 1, &end, 10) * (strcmp(end, "us") ? MS : US);

	return *word == '-' ? 0 - n : n;
}

static void play(struct observe *ob, struct where w, const char *word, uint64_t *gap)
{
	struct isotp_frame f;
	const bool has_bus = word[0] && word[1] == ':';

	if (*word == '+' || *word == '-') {
		*gap = gap_parse(word);
		return;
	}
	ob->now += *gap;
	*gap = MS;
	if (!strcmp(word, "!"))
		observe_advance(ob, w);
	else if (!strcmp(word, "."))
		observe_finish(ob, w);
	else if (frame_parse(word + (has_bus ? 2 : 0), &f))
		feed_at(ob, w, &f, has_bus ? (uint16_t)(word[0] - '0') : 0);
	else
		fail_at(w, "not a frame: %s", word);
}

void observe_at(struct observe *ob, struct where w, const char *script)
{
	uint64_t gap = MS;
	char word[256];
	size_t n;

	while (*(script += strspn(script, " \n"))) {
		n = strcspn(script, " \n");
		assert_true(n < sizeof(word));
		memcpy(word, script, n);
		word[n] = '\0';
		script += n;
		play(ob, w, word, &gap);
	}
}

static struct isotp_frame cut_frame(const struct shape *shape, struct isotp_can_id id, uint8_t byte,
				    const struct isotp_pci *pci, const uint8_t *data, uint32_t left)
{
	uint8_t raw[ISOTP_PCI_MAX];
	const size_t n = isotp_pci_encode(pci, shape->byte, raw);
	const size_t room = shape->dl - n - shape->byte;

	return build_frame(shape, id, byte, raw, n, data, left < room ? left : room);
}

void observe_pdu(struct observe *ob, struct where w, const struct shape *shape,
		 struct isotp_can_id id, uint8_t byte, const uint8_t *pdu, uint32_t len,
		 unsigned int frames)
{
	struct isotp_pci pci = { .type = ISOTP_PCI_FF, .length = len };
	struct isotp_frame f;
	uint32_t done = 0;

	for (unsigned int i = 0; done < len && (!frames || i < frames); i++) {
		f = cut_frame(shape, id, byte, &pci, pdu + done, len - done);
		observe_frame(ob, w, &f);
		if (pci.type == ISOTP_PCI_FF)
			done += shape->dl - shape->byte - (len > ISOTP_FF_DL_SHORT_MAX ? 6u : 2u);
		else
			done += shape->dl - shape->byte - 1u;
		pci.type = ISOTP_PCI_CF;
		pci.sn = (pci.sn + 1) & 0x0F;
	}
}

/* --- what is expected --- */

void observe_forget(struct observe *ob)
{
	ob->told[0] = '\0';
	ob->used = 0;
	ob->pdus = ob->faults = 0;
}

void observe_expect(struct observe *ob, struct where w, const char *told)
{
	if (strcmp(ob->told, told))
		fail_at(w, "\"%s\"\n        instead of \"%s\"", ob->told, told);
	observe_forget(ob);
}

void observe_scenes(const struct scene *scenes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct scene *s = &scenes[i];
		struct observe *ob = observe_new_with(s->pairs, &s->settings);

		observe(ob, s->frames);
		observe(ob, ".");
		if (strcmp(ob->told, s->told))
			fail_at(HERE, "%s: \"%s\"\n        instead of \"%s\"", s->name, ob->told,
				s->told);
		observe_free(ob);
	}
}
