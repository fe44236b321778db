/* SPDX-License-Identifier: MIT */
/* Owns what the unit tests share: hex and frames as text, and the rig that drives one stack. */
#include "support.h"

#include <ctype.h>

const uint8_t all_tx_dl[8] = { 8, 12, 16, 20, 24, 32, 48, 64 };

void fail_at(struct where w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprint_error(format, args);
	va_end(args);
	print_error("\n");
	_fail(w.file, w.line);
	abort();
}

static uint8_t hex_byte(const char *s)
{
	const char pair[3] = { s[0], s[1], '\0' };

	return (uint8_t)strtoul(pair, NULL, 16);
}

/* The number after a "*"; 0 when there is none. */
static size_t repeat_count(const char **s)
{
	char *end;
	const unsigned long count = strtoul(*s, &end, 10);
	const bool digit = isdigit((unsigned char)**s);

	*s = end;
	return digit ? count : 0;
}

long hex_parse(const char *s, uint8_t *out, size_t size)
{
	size_t len = 0;
	size_t count;
	uint8_t byte;

	while (*s) {
		if (*s == ' ') {
			s++;
			continue;
		}
		if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]))
			return -1;
		byte = hex_byte(s);
		count = 1;
		s += 2;
		if (*s == '*') {
			s++;
			count = repeat_count(&s);
		}
		if (!count || count > size - len)
			return -1;
		memset(out + len, byte, count);
		len += count;
	}
	return (long)len;
}

void hex_format(const uint8_t *data, size_t len, char *text)
{
	for (size_t i = 0; i < len; i++)
		text += sprintf(text, "%02X", data[i]);
	*text = '\0';
}

bool frame_parse(const char *text, struct isotp_frame *f)
{
	const char *s = strchr(text, '#');
	char id[16] = "";
	const char *reason;
	long len;

	*f = (struct isotp_frame){ 0 };
	if (!s || (size_t)(s - text) >= sizeof(id))
		return false;
	memcpy(id, text, (size_t)(s - text));
	if (isotp_can_id_parse(id, &f->id, &reason) < 0)
		return false;
	s++;
	if (!strcmp(s, "R")) {
		f->flags = ISOTP_FRAME_REMOTE;
		return true;
	}
	if (*s == '#') {
		if (s[1] < '0' || s[1] > '3')
			return false;
		f->flags = (uint8_t)(ISOTP_FRAME_FD | ((s[1] & 1) ? ISOTP_FRAME_BRS : 0) |
				     ((s[1] & 2) ? ISOTP_FRAME_ESI : 0));
		s += 2;
	}
	len = hex_parse(s, f->data, sizeof(f->data));
	f->len = (uint8_t)len;
	return len >= 0 && isotp_frame_len_valid((size_t)len, f->flags & ISOTP_FRAME_FD);
}

void frame_format(const struct isotp_frame *f, char text[TEXT_MAX])
{
	isotp_can_id_format(f->id, text);
	text += strlen(text);
	if (f->flags & ISOTP_FRAME_FD)
		text += sprintf(text, "##%d",
				(f->flags & ISOTP_FRAME_BRS ? 1 : 0) |
					(f->flags & ISOTP_FRAME_ESI ? 2 : 0));
	else
		*text++ = '#';
	if (f->flags & ISOTP_FRAME_REMOTE)
		strcpy(text, "R");
	else
		hex_format(f->data, f->len, text);
}

void pattern_fill(uint8_t *pdu, size_t len)
{
	for (size_t i = 0; i < len; i++)
		pdu[i] = (uint8_t)(i % 251);
}

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
uint64_t random_bits(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

struct isotp_config config_classic(void)
{
	struct isotp_config cfg;

	isotp_config_init(&cfg);
	cfg.address.tx_id = (struct isotp_can_id){ 0x7E0, 11 };
	cfg.address.rx_id = (struct isotp_can_id){ 0x7E8, 11 };
	return cfg;
}

struct isotp_config config_fd(uint8_t tx_dl)
{
	struct isotp_config cfg = config_classic();

	cfg.fd = true;
	cfg.tx_dl = tx_dl;
	return cfg;
}

void config_add_byte(struct isotp_config *cfg)
{
	cfg->address.has_byte = true;
	cfg->address.tx_byte = 0x10;
	cfg->address.rx_byte = 0xF1;
}

struct isotp_config config_of_shape(const struct shape *shape)
{
	struct isotp_config cfg = config_classic();

	cfg.fd = shape->fd;
	cfg.tx_dl = shape->dl;
	cfg.tx_padding = shape->padding;
	cfg.txpad = shape->padding ? 0x55 : 0xCC;
	if (shape->byte)
		config_add_byte(&cfg);
	return cfg;
}

static uint8_t padded_length(size_t len, bool padding)
{
	if (len <= 8)
		return padding ? 8 : (uint8_t)len;
	for (size_t i = 0; i < COUNT(all_tx_dl); i++)
		if (all_tx_dl[i] >= len)
			return all_tx_dl[i];
	return 255;
}

struct isotp_frame build_frame(const struct shape *shape, struct isotp_can_id id, uint8_t byte,
			       const uint8_t *pci, size_t pci_len, const uint8_t *data, size_t len)
{
	struct isotp_frame f = { .id = id, .flags = shape->fd ? ISOTP_FRAME_FD : 0 };
	size_t used = 0;

	assert_true((shape->byte ? 1 : 0) + pci_len + len <= shape->dl);
	if (shape->byte)
		f.data[used++] = byte;
	memcpy(f.data + used, pci, pci_len);
	used += pci_len;
	memcpy(f.data + used, data, len);
	used += len;
	f.len = padded_length(used, shape->padding);
	memset(f.data + used, shape->padding ? 0x55 : 0xCC, f.len - used);
	return f;
}

/* The start is not 0, so that an absolute time is not mistaken for a span. */
void rig_init_size(struct rig *r, const struct isotp_config *cfg, size_t size)
{
	memset(r, 0, sizeof(*r));
	r->now = 5 * SECOND;
	assert_true(size <= sizeof(r->buffer));
	assert_int_equal(isotp_stack_init(&r->stack, cfg, r->buffer, size), 0);
}

void rig_init(struct rig *r, const struct isotp_config *cfg)
{
	rig_init_size(r, cfg, sizeof(r->buffer));
}

int rig_send_hex(struct rig *r, struct where w, const char *hex)
{
	const long len = hex_parse(hex, r->pdu, sizeof(r->pdu));

	if (len < 0)
		fail_at(w, "not hex: %s", hex);
	return isotp_stack_send(&r->stack, r->pdu, (size_t)len, r->now);
}

/* The oldest event that no one has asked for yet, or NULL. */
static const struct isotp_event *waiting_event(struct rig *r)
{
	if (!r->has_event)
		r->has_event = isotp_stack_event(&r->stack, &r->event);
	return r->has_event ? &r->event : NULL;
}

static void event_format(const struct isotp_event *ev, char *text)
{
	if (ev->type == ISOTP_EVENT_SENT)
		sprintf(text, "sent %s", isotp_result_name(ev->result));
	else if (ev->type == ISOTP_EVENT_OVERFLOW)
		sprintf(text, "overflow %u", (unsigned int)ev->length);
	else if (ev->result != ISOTP_N_OK)
		sprintf(text, "broken %s", isotp_result_name(ev->result));
	else
		hex_format(ev->data, ev->length, text + sprintf(text, "received "));
}

void rig_feed(struct rig *r, struct where w, const char *text)
{
	struct isotp_frame f;

	if (!frame_parse(text, &f))
		fail_at(w, "not a frame: %s", text);
	isotp_stack_receive(&r->stack, &f, r->now);
}

void rig_confirm(struct rig *r)
{
	isotp_stack_confirmed(&r->stack, r->now);
}

/* Takes the frame that is due and compares its text. */
void rig_request(struct rig *r, struct where w, const char *text)
{
	const struct isotp_frame *f = isotp_stack_peek(&r->stack, r->now);
	struct isotp_frame want;
	char wanted[TEXT_MAX];

	if (!frame_parse(text, &want))
		fail_at(w, "not a frame: %s", text);
	frame_format(&want, wanted);
	if (!f)
		fail_at(w, "no frame is due where %s was expected", wanted);
	frame_format(f, r->text);
	if (strcmp(r->text, wanted))
		fail_at(w, "the frame is %s\n        instead of %s", r->text, wanted);
	isotp_stack_requested(&r->stack, r->now);
}

void rig_expect_frame(struct rig *r, struct where w, const char *text)
{
	rig_request(r, w, text);
	rig_confirm(r);
}

void rig_expect_built(struct rig *r, struct where w, const struct isotp_frame *want)
{
	char text[TEXT_MAX];

	frame_format(want, text);
	rig_expect_frame(r, w, text);
}

void rig_expect_event(struct rig *r, struct where w, const char *text)
{
	const struct isotp_event *ev = waiting_event(r);

	if (!ev)
		fail_at(w, "nothing happened where \"%s\" was expected", text);
	event_format(ev, r->text);
	if (strcmp(r->text, text))
		fail_at(w, "\"%s\" instead of \"%s\"", r->text, text);
	r->has_event = false;
}

void rig_expect_received(struct rig *r, struct where w, const uint8_t *pdu, size_t len)
{
	char text[TEXT_MAX];

	hex_format(pdu, len, text + sprintf(text, "received "));
	rig_expect_event(r, w, text);
}

/* Nothing is due, nothing has happened, and the deadline does not make the caller spin. */
void rig_expect_quiet(struct rig *r, struct where w)
{
	const struct isotp_frame *f = isotp_stack_peek(&r->stack, r->now);

	if (f) {
		frame_format(f, r->text);
		fail_at(w, "the frame %s came unexpectedly", r->text);
	}
	if (waiting_event(r)) {
		event_format(&r->event, r->text);
		fail_at(w, "\"%s\" came unexpectedly", r->text);
	}
	if (isotp_stack_deadline(&r->stack) <= r->now)
		fail_at(w, "nothing is to be done, but the deadline is over");
}

/* Whatever happens at the end of the time must have been announced by the deadline. */
void rig_pass(struct rig *r, struct where w, uint64_t ns)
{
	const uint64_t end = r->now + ns;
	uint64_t deadline;

	rig_expect_quiet(r, w);
	r->now = end - 1;
	isotp_stack_advance(&r->stack, r->now);
	rig_expect_quiet(r, w);
	deadline = isotp_stack_deadline(&r->stack);
	r->now = end;
	isotp_stack_advance(&r->stack, r->now);
	if (deadline > end && (waiting_event(r) || isotp_stack_peek(&r->stack, r->now)))
		fail_at(w, "something happened before the deadline that was told");
}

void rig_expect_deadline(struct rig *r, struct where w, uint64_t ns)
{
	const uint64_t told = isotp_stack_deadline(&r->stack);

	if (told != (ns == ISOTP_NEVER ? ns : r->now + ns))
		fail_at(w, "the deadline is %lld ns from now", (long long)(told - r->now));
}

const char *rig_outcome(struct rig *r)
{
	const struct isotp_frame *f;
	char *s = r->text;

	*s = '\0';
	for (;;) {
		if (waiting_event(r)) {
			event_format(&r->event, s);
			r->has_event = false;
		} else if ((f = isotp_stack_peek(&r->stack, r->now))) {
			isotp_stack_requested(&r->stack, r->now);
			frame_format(f, s + sprintf(s, "> "));
			isotp_stack_confirmed(&r->stack, r->now);
		} else {
			break;
		}
		s += strlen(s);
		s += sprintf(s, "; ");
	}
	if (s != r->text)
		s[-2] = '\0';
	return r->text;
}
