/* SPDX-License-Identifier: MIT */
/* Owns reading the usual line of a candump log quickly. */
#include "candump-quick.h"

#include "swar.h"

enum { NS_PER_SECOND = 1000000000 };

/*
 * How far one may look: all that was compared or found to be a digit is text, and text ends before
 * `end`. So no load begins behind `end`, and none is longer than the slack.
 */
_Static_assert(ISOTP_QUICK_PREFIX + 8 <= ISOTP_SOURCE_SLACK, "loads stay within the slack");

static void set_prefix(struct isotp_quick_prefix *x, const char *text, size_t len)
{
	char bytes[ISOTP_QUICK_PREFIX] = { 0 }, ones[ISOTP_QUICK_PREFIX] = { 0 };

	memcpy(bytes, text, len);
	memset(ones, 0xFF, len);
	for (int i = 0; i < 2; i++) {
		x->text[i] = isotp_swar_load(bytes + 8 * i);
		x->mask[i] = isotp_swar_load(ones + 8 * i);
	}
	x->len = len;
}

static inline bool has_prefix(const struct isotp_quick_prefix *x, const char *at)
{
	return !(((isotp_swar_load(at) ^ x->text[0]) & x->mask[0]) |
		 ((isotp_swar_load(at + 8) ^ x->text[1]) & x->mask[1]));
}

/* Reads 6 or 9 digits and ") "; returns what follows. */
static inline const char *quick_fraction(const char *at, uint64_t *ns)
{
	uint64_t value;

	if (at[6] == ')' && at[7] == ' ') {
		/* as the last six of eight digits */
		value = isotp_swar_decimal(isotp_swar_load(at) << 16 | 0x3030);
		*ns = value * 1000;
		return value == UINT64_MAX ? NULL : at + 8;
	}
	value = isotp_swar_decimal(isotp_swar_load(at));
	if (value == UINT64_MAX || at[8] < '0' || at[8] > '9' || at[9] != ')' || at[10] != ' ')
		return NULL;
	*ns = value * 10 + (uint64_t)(at[8] - '0');
	return at + 11;
}

static bool find_name(struct isotp_candump_quick *q, const char *at)
{
	for (unsigned int i = 0; i < ISOTP_QUICK_NAMES; i++) {
		if (has_prefix(&q->names[i].prefix, at)) {
			q->name = i;
			return true;
		}
	}
	return false;
}

/* Returns what follows the ID and its #. Error frames are not usual. */
static inline const char *quick_id(const char *at, struct isotp_frame *f)
{
	const uint64_t eight = isotp_swar_load(at);
	const unsigned int digits = isotp_swar_mask(isotp_swar_hex(eight));
	const uint32_t value = be32toh(htole32(isotp_swar_bytes(eight)));

	if ((digits & 0x07) == 0x07 && at[3] == '#') {
		f->id = (struct isotp_can_id){ value >> 20, 11 };
		return value >> 20 <= ISOTP_CAN_ID_MAX_11 ? at + 4 : NULL;
	}
	if (digits != 0xFF || at[8] != '#')
		return NULL;
	f->id = (struct isotp_can_id){ value, 29 };
	return value <= ISOTP_CAN_ID_MAX_29 ? at + 9 : NULL;
}

/* Writes eight bytes and returns how many of the digits there are such, 16 at most. */
static inline unsigned int quick_bytes(const char *at, uint8_t *data)
{
	const uint64_t low = isotp_swar_load(at), high = isotp_swar_load(at + 8);
	const unsigned int is_digit =
		isotp_swar_mask(isotp_swar_hex(low)) | isotp_swar_mask(isotp_swar_hex(high)) << 8;
	const uint64_t bytes =
		htole64((uint64_t)isotp_swar_bytes(high) << 32 | isotp_swar_bytes(low));

	memcpy(data, &bytes, sizeof(bytes));
	return (unsigned int)__builtin_ctz(~is_digit);
}

/* The flags and data of a CAN FD frame, behind both #. */
static const char *quick_fd(const char *at, struct isotp_frame *f)
{
	const char *data = at + 1;
	unsigned int digits = 16;

	if (*at < '0' || *at > '9')
		return NULL;
	f->flags = (uint8_t)(ISOTP_FRAME_FD | (*at & 1 ? ISOTP_FRAME_BRS : 0) |
			     (*at & 2 ? ISOTP_FRAME_ESI : 0));
	at = data;
	for (unsigned int len = 0; digits == 16 && len < ISOTP_FRAME_MAX; len += 8) {
		digits = quick_bytes(at, f->data + len);
		at += digits;
	}
	f->len = (uint8_t)((at - data) / 2);
	return digits % 2 == 0 && isotp_frame_len_valid(f->len, true) ? at : NULL;
}

static inline const char *quick_data(const char *at, struct isotp_frame *f)
{
	unsigned int digits;

	if (*at == '#')
		return quick_fd(at + 1, f);
	digits = quick_bytes(at, f->data);
	f->flags = 0;
	f->len = (uint8_t)(digits / 2);
	return digits % 2 ? NULL : at + digits;
}

/* Returns what follows the end of the line. */
static inline const char *quick_end(const char *at)
{
	if (*at == '\n')
		return at + 1;
	if (at[0] == ' ' && (at[1] == 'R' || at[1] == 'T'))
		at += 2;
	if (*at == '\r')
		at++;
	return *at == '\n' ? at + 1 : NULL;
}

/* Returns the line behind, or NULL when this one is unusual or not complete. */
static inline const char *quick_line(struct isotp_candump_quick *q, const char *at,
				     struct isotp_record *r)
{
	uint64_t fraction;

	if (!has_prefix(&q->seconds, at))
		return NULL;
	at = quick_fraction(at + q->seconds.len, &fraction);
	if (!at || (!has_prefix(&q->names[q->name].prefix, at) && !find_name(q, at)))
		return NULL;
	r->time_ns = q->seconds_ns + fraction;
	r->bus = q->names[q->name].bus;
	at = quick_id(at + q->names[q->name].prefix.len, &r->frame);
	if (at)
		at = quick_data(at, &r->frame);
	return at ? quick_end(at) : NULL;
}

void isotp_candump_quick_init(struct isotp_candump_quick *q)
{
	*q = (struct isotp_candump_quick){ .seconds.mask[0] = UINT64_MAX };
	/* as long as none was there, none begins as it did */
	for (int i = 0; i < ISOTP_QUICK_NAMES; i++)
		q->names[i].prefix.mask[0] = UINT64_MAX;
}

int isotp_candump_quick(struct isotp_candump_quick *q, const char **at, const char *end,
			struct isotp_record *records, int room)
{
	const char *line = *at;
	int n = 0;

	while (n < room && line < end) {
		const char *next = quick_line(q, line, &records[n]);

		if (!next)
			break;
		line = next;
		n++;
	}
	*at = line;
	return n;
}

void isotp_candump_quick_learn(struct isotp_candump_quick *q, struct isotp_text text,
			       const struct isotp_candump_line *line, uint16_t bus)
{
	const char *point = memchr(text.at, '.', isotp_text_len(text));
	const char *close = memchr(text.at, ')', isotp_text_len(text));

	if (line->console || line->coloured || line->stamp.minute || *text.at != '(')
		return;
	if (point - text.at < ISOTP_QUICK_PREFIX && line->stamp.ns < UINT64_MAX - NS_PER_SECOND) {
		set_prefix(&q->seconds, text.at, (size_t)(point - text.at) + 1);
		q->seconds_ns = line->stamp.ns - line->stamp.ns % NS_PER_SECOND;
	}
	/* from behind ") " to the blank behind the name, with what aligns it */
	if (line->name.end - close - 1 > ISOTP_QUICK_PREFIX || find_name(q, close + 2))
		return;
	q->name = q->replace;
	q->replace = (q->replace + 1) % ISOTP_QUICK_NAMES;
	set_prefix(&q->names[q->name].prefix, close + 2, (size_t)(line->name.end - close - 1));
	q->names[q->name].bus = bus;
}
