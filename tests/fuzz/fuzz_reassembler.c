/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the reassembler: the input is settings and pairs, then a script of frames, most of them of
 * conversations that make sense, and times. Whatever comes, what is told is sound, nothing has to be
 * fed again for ever, the books are in order, and after the end all memory is free.
 *
 * Three bytes of settings (see begin), then commands of a byte, kind and ID, and what each needs:
 *
 *	0 how len data...	a frame		1 how n			a single frame
 *	2 how hi lo		a first frame	3 how n			the next n consecutive frames
 *	4 how fs bs stmin	flow control	5 n			n * 20 ms pass
 *	6			the end		7			the last frame once more
 *
 * `how`: 01 CAN FD, 02 the other bus, 1C time until then, E0 remote.
 *
 * The seeds kona-* and bmw-* are stretches of the captures of tests/captures (source and licence:
 * README.md there), command 0 for each frame; the others are made up.
 */
#include "protocol/reassembler-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = ISOTP_REASSEMBLER_MEMORY_MIN, COMMANDS = 3000, IDS = 32 };

struct sender {
	uint32_t id;
	uint8_t width, lead; /* lead: has an address byte */
	uint8_t byte;
};

/* The last ten share a set of lanes. */
static const struct sender senders[IDS] = {
	{ 0x7DF, 11, 0, 0 },	  { 0x7E0, 11, 0, 0 },	    { 0x7E8, 11, 0, 0 },
	{ 0x7E1, 11, 0, 0 },	  { 0x7E9, 11, 0, 0 },	    { 0x7E4, 11, 0, 0 },
	{ 0x7EC, 11, 0, 0 },	  { 0x6F4, 11, 1, 0x14 },   { 0x614, 11, 1, 0xF4 },
	{ 0x6F4, 11, 1, 0xDF },	  { 0x6F0, 11, 1, 0x60 },   { 0x660, 11, 1, 0xF0 },
	{ 0x18DA10F1, 29, 0, 0 }, { 0x18DAF110, 29, 0, 0 }, { 0x18DB33F1, 29, 0, 0 },
	{ 0x18CE10F1, 29, 1, 5 }, { 0x18CEF110, 29, 1, 5 }, { 0x714, 11, 0, 0 },
	{ 0x77E, 11, 0, 0 },	  { 0x770, 11, 0, 0 },	    { 0x778, 11, 0, 0 },
	{ 0x123, 11, 0, 0 },	  { 0x1000, 29, 0, 0 },	    { 0, 29, 0, 0 },
	{ 0, 29, 0, 0 },	  { 0, 29, 0, 0 },	    { 0, 29, 0, 0 },
	{ 0, 29, 0, 0 },	  { 0, 29, 0, 0 },	    { 0, 29, 0, 0 },
	{ 0, 29, 0, 0 },	  { 0, 29, 0, 0 },
};

static const struct isotp_watch pairs[8] = {
	{ { .id = { 0x7E0, 11 } }, { .id = { 0x7E8, 11 } } },
	{ { .id = { 0x7DF, 11 } }, { .id = { 0x7E8, 11 } } },
	{ { .id = { 0x6F4, 11 }, .has_byte = true, .any_byte = true },
	  { .id = { 0x614, 11 }, .has_byte = true, .any_byte = true } },
	{ { .id = { 0x6F0, 11 }, .has_byte = true, .byte = 0x60 },
	  { .id = { 0x660, 11 }, .has_byte = true, .byte = 0xF0 } },
	{ { .id = { 0x714, 11 } }, { .id = { 0x77E, 11 } } },
	{ { .id = { 0x18DA10F1, 29 } }, { .id = { 0x18DAF110, 29 } } },
	{ { .id = { 0x1000, 29 } }, { .id = { 0x7E9, 11 } } },
	{ { .id = { 0x7EC, 11 } }, { .id = { 0 } } },
};

struct script {
	const uint8_t *data;
	size_t left;
};

struct run {
	struct isotp_reassembler *r;
	uint64_t now, number;
	uint32_t ids[IDS];
	uint8_t sn[IDS];
	uint32_t max_pdu;
	struct isotp_record last;
	size_t unused; /* bytes of the pool to begin with */
};

static _Alignas(64) uint8_t memory[MEMORY];
static volatile uint8_t sink;

static uint8_t next(struct script *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

static void check(bool right)
{
	if (!right)
		abort();
}

/* --- the books --- */

static size_t pool_free(const struct isotp_pool *pool)
{
	size_t n = 0, blocks;

	for (size_t i = 0; i < pool->blocks; i += blocks) {
		blocks = (size_t)1 << (pool->order[i] & ~ISOTP_POOL_FREE);
		if (pool->order[i] & ISOTP_POOL_FREE)
			n += blocks * ISOTP_POOL_BLOCK;
	}
	return n;
}

static void check_stream(struct isotp_reassembler *r, struct isotp_stream *s, int list)
{
	const struct isotp_lane *lane = isotp_stream_lane(r, s);
	const struct isotp_stream *peer = isotp_stream_at(r, s->peer);

	check(s->list == list && s->lane && lane->key && lane->reading != READING_NONE);
	check(isotp_stream_find(r, lane, s->o.from.has_byte ? s->o.from.byte : -1) == s);
	check((s->state == STREAM_OPEN) == (list != LIST_IDLE));
	check(list == LIST_IDLE || (lane->reading == READING_OPEN) == (list == LIST_CANDIDATE));
	check(!peer || (peer != s && isotp_stream_at(r, peer->peer) == s));
	check((s->o.data != NULL) == (s->state == STREAM_OPEN) && s->o.kept <= s->capacity);
}

/* Each list is as long forwards as it is said to be backwards. */
static unsigned int check_lists(struct isotp_reassembler *r)
{
	unsigned int n = 0;

	for (int list = LIST_IDLE; list < LISTS; list++) {
		uint16_t before = 0;

		for (uint16_t i = r->lists[list].oldest; i; i = isotp_stream_at(r, i)->newer) {
			check(++n <= STREAMS && isotp_stream_at(r, i)->older == before);
			check_stream(r, isotp_stream_at(r, i), list);
			before = i;
		}
		check(r->lists[list].newest == before);
	}
	return n;
}

/* --- what is told --- */

static void check_pdu(const struct run *run, const struct isotp_observed *o)
{
	static const uint32_t statuses = 1u << ISOTP_N_OK | 1u << ISOTP_N_WRONG_SN |
					 1u << ISOTP_N_UNEXP_PDU | 1u << ISOTP_N_TIMEOUT_CR |
					 1u << ISOTP_N_TIMEOUT_BS | 1u << ISOTP_N_BUFFER_OVFLW |
					 1u << ISOTP_N_WFT_OVRN | 1u << ISOTP_N_INVALID_FS |
					 1u << ISOTP_PADDING | 1u << ISOTP_INCOMPLETE;
	const bool whole = o->status == ISOTP_N_OK || o->status == ISOTP_PADDING;

	check(statuses >> o->status & 1);
	check(o->kept <= o->received && o->received <= o->length && o->length);
	check(o->kept == (o->received < run->max_pdu ? o->received : run->max_pdu));
	check((o->received == o->length) == whole);
	check((o->kept < o->received) == (o->faults[ISOTP_FAULT_TRUNCATED] == 1));
	check(o->frames >= 1 && (o->frames == 1 || o->segmented));
	check(o->first_frame <= o->last_frame && o->last_frame < run->number);
	for (uint32_t i = 0; i < o->kept; i++)
		sink ^= o->data[i];
}

static unsigned int drain(struct run *run)
{
	const struct isotp_observed *o;
	unsigned int n = 0;

	while ((o = isotp_reassembler_next(run->r))) {
		check(++n <= QUEUE);
		check(o->from.id.width == 11 || o->from.id.width == 29);
		check(!o->peer.id.width || !isotp_endpoint_equal(&o->from, &o->peer));
		if (o->type == ISOTP_OBSERVED_PDU)
			check_pdu(run, o);
		else
			check(o->fault > ISOTP_FAULT_NONE && o->fault < ISOTP_FAULTS);
	}
	check_lists(run->r);
	return n;
}

/* --- calls --- */

static bool again(struct run *run, int rc, unsigned int *times)
{
	const unsigned int told = drain(run);

	check(rc >= 0 || rc == -EAGAIN);
	check(rc <= 0 || (unsigned int)rc == told);
	check(rc >= 0 || ++*times <= STREAMS + 2);
	return rc < 0;
}

static void feed(struct run *run)
{
	unsigned int times = 0;

	run->last.number = run->number++;
	run->last.time_ns = run->now;
	while (again(run, isotp_reassembler_feed(run->r, &run->last), &times))
		;
}

static void advance(struct run *run)
{
	unsigned int times = 0;

	while (again(run, isotp_reassembler_advance(run->r, run->now), &times))
		;
}

static void finish(struct run *run)
{
	unsigned int times = 0;

	while (again(run, isotp_reassembler_finish(run->r), &times))
		;
	check(!run->r->lists[LIST_OPEN].oldest && !run->r->lists[LIST_CANDIDATE].oldest);
	check(isotp_reassembler_finish(run->r) == 0 && !isotp_reassembler_next(run->r));
	check(pool_free(&run->r->pool) == run->unused);
}

/* --- the script --- */

/* Leaves little of the pool, few streams, so that both run short soon. */
static void use_up(struct isotp_reassembler *r, bool pool, bool streams, uint8_t left)
{
	void *keep[16] = { 0 };
	uint16_t *at = &r->free_stream;

	for (int i = 0; pool && i <= (left & 0x0F); i++)
		keep[i] = isotp_pool_take(&r->pool, 1024);
	for (size_t size = (size_t)2 << 20; pool && size >= ISOTP_POOL_BLOCK;)
		if (!isotp_pool_take(&r->pool, size))
			size /= 2;
	for (int i = 0; i < 16; i++)
		isotp_pool_give(&r->pool, keep[i]);
	for (int i = 0; streams && i < 2 + (left >> 4); i++)
		at = &r->streams[*at - 1].next;
	if (streams)
		*at = 0;
}

static void find_ids(struct run *run)
{
	static uint32_t crowd[IDS];
	struct isotp_can_id id = { 0x1000, 29 };
	const uint64_t set = isotp_lane_hash(isotp_lane_key(0, id, false)) >> 55;

	for (int i = 0; i < IDS; i++) {
		if (crowd[i])
			continue;
		crowd[i] = senders[i].id;
		while (!crowd[i] && ++id.value)
			if (isotp_lane_hash(isotp_lane_key(0, id, false)) >> 55 == set)
				crowd[i] = id.value;
	}
	memcpy(run->ids, crowd, sizeof(crowd));
}

/* Which settings: bits of the first byte; which pairs: the second; how much is left: the third. */
static void begin(struct run *run, struct script *in)
{
	struct isotp_reassembler_settings s = { 0 };
	const uint8_t a = next(in), b = next(in), c = next(in);

	s.discover = a & 0x01;
	s.n_cr_ns = a & 0x02 ? 150 * ISOTP_MS : 0;
	s.n_bs_ns = a & 0x04 ? 100 * ISOTP_MS : 0;
	s.padding.check_pad_len = a & 0x08;
	s.padding.check_pad_data = a & 0x10;
	s.padding.rx_padding = a & 0x10;
	s.max_pdu = a & 0x20 ? 20 : 0;
	memset(memory, 0, sizeof(memory));
	run->r = isotp_reassembler_new(memory, sizeof(memory), &s);
	check(run->r != NULL);
	run->max_pdu = run->r->settings.max_pdu;
	for (int i = 0; i < 8; i++)
		if (b >> i & 1)
			check(isotp_reassembler_watch(run->r, &pairs[i]) == 0);
	use_up(run->r, a & 0x40, a & 0x80, c);
	run->unused = pool_free(&run->r->pool);
	run->now = ISOTP_SECOND;
	find_ids(run);
}

/* A frame of this sender, still without its PCI; returns where that goes. */
static uint8_t *begin_frame(struct run *run, unsigned int who, uint8_t how)
{
	static const uint64_t steps[8] = { ISOTP_MS,	   0,
					   100000,	   90 * ISOTP_MS,
					   120 * ISOTP_MS, 200 * ISOTP_MS,
					   ISOTP_SECOND,   0 - 3 * ISOTP_MS };
	struct isotp_frame *f = &run->last.frame;

	memset(&run->last, 0, sizeof(run->last));
	run->now += steps[how >> 2 & 7];
	run->last.bus = how >> 1 & 1;
	f->id.value = run->ids[who];
	f->id.width = senders[who].width;
	f->flags = how & 1 ? ISOTP_FRAME_FD : 0;
	if ((how & 0xE0) == 0xE0)
		f->flags |= ISOTP_FRAME_REMOTE;
	f->len = how & 1 ? 16 : 8;
	for (int i = 0; i < ISOTP_FRAME_MAX; i++)
		f->data[i] = (uint8_t)(run->number + (unsigned int)i);
	f->data[0] = senders[who].byte;
	return f->data + senders[who].lead;
}

static void feed_raw(struct run *run, struct script *in, unsigned int who)
{
	begin_frame(run, who, next(in));
	run->last.frame.len = next(in) % (ISOTP_FRAME_MAX + 1);
	for (int i = 0; i < run->last.frame.len; i++)
		run->last.frame.data[i] = next(in);
	feed(run);
}

static void feed_single(struct run *run, struct script *in, unsigned int who)
{
	uint8_t *pci = begin_frame(run, who, next(in));

	*pci = next(in) & 7;
	run->last.frame.len = 8;
	feed(run);
}

static void feed_first(struct run *run, struct script *in, unsigned int who)
{
	uint8_t *pci = begin_frame(run, who, next(in));
	const uint8_t high = next(in), low = next(in);

	pci[0] = 0x10 | (high & 0x0F);
	pci[1] = low;
	if (!low && !(high & 0x0F)) /* the long form: up to 4 GiB */
		memset(pci + 2, high, 4);
	run->sn[who] = 1;
	feed(run);
}

static void feed_consecutive(struct run *run, struct script *in, unsigned int who)
{
	const uint8_t how = next(in), n = next(in);

	for (int i = 0; i <= n % 64; i++) {
		*begin_frame(run, who, how) = (uint8_t)(0x20 | run->sn[who]);
		run->sn[who] = (run->sn[who] + 1) & 0x0F;
		feed(run);
	}
}

static void feed_flow_control(struct run *run, struct script *in, unsigned int who)
{
	uint8_t *pci = begin_frame(run, who, next(in));

	pci[0] = (uint8_t)(0x30 | (next(in) & 0x0F));
	pci[1] = next(in);
	pci[2] = next(in);
	run->last.frame.len = (uint8_t)(3 + senders[who].lead);
	feed(run);
}

static void command(struct run *run, struct script *in)
{
	const uint8_t c = next(in);
	const unsigned int who = c >> 3;

	switch (c & 7) {
	case 0:
		feed_raw(run, in, who);
		break;
	case 1:
		feed_single(run, in, who);
		break;
	case 2:
		feed_first(run, in, who);
		break;
	case 3:
		feed_consecutive(run, in, who);
		break;
	case 4:
		feed_flow_control(run, in, who);
		break;
	case 5:
		run->now += next(in) * 20 * ISOTP_MS;
		advance(run);
		break;
	case 6:
		finish(run);
		break;
	default:
		feed(run);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script in = { data, size };
	static struct run run;

	memset(&run, 0, sizeof(run));
	begin(&run, &in);
	for (int i = 0; in.left && i < COMMANDS; i++)
		command(&run, &in);
	finish(&run);
	return 0;
}
