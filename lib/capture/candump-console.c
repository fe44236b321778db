/* SPDX-License-Identifier: MIT */
/* Owns the frame in a line of candump's console form: "7E0   [4]  03 22 F1 90". */
#include "candump.h"

#include "protocol/hex.h"

#include <string.h>

enum {
	BINARY_DIGITS = 8, /* of a byte with -i */
	SWAPPED = '`',	   /* between the bytes with -S, and around their ASCII text */
};

static const char no_data[] = "has other data than its length says";
static const char trailing[] = "has something behind its data";

static bool is_flag(struct isotp_text word, char c)
{
	return isotp_text_len(word) == 1 && (*word.at == c || *word.at == '-');
}

/* "RX - -", "TX B E": with -x. What it says of CAN FD goes to *flags. False for half of it. */
static bool take_extra(struct isotp_text *t, uint8_t *flags)
{
	struct isotp_text rest = *t, brs, esi;
	const struct isotp_text direction = isotp_text_token(&rest);

	*flags = 0;
	if (!isotp_text_is(direction, "rx") && !isotp_text_is(direction, "tx"))
		return true;
	brs = isotp_text_token(&rest);
	esi = isotp_text_token(&rest);
	if (!is_flag(brs, 'B') || !is_flag(esi, 'E'))
		return false;
	*flags = (uint8_t)((*brs.at == 'B' ? ISOTP_FRAME_BRS : 0) |
			   (*esi.at == 'E' ? ISOTP_FRAME_ESI : 0));
	*t = rest;
	return true;
}

static bool take_id(struct isotp_text *t, struct isotp_frame *f)
{
	struct isotp_text id;

	isotp_text_skip_blanks(t);
	id = (struct isotp_text){ t->at, t->at };
	while (id.end < t->end && isotp_hex_digit(*id.end) >= 0)
		id.end++;
	t->at = id.end;
	return isotp_candump_id(id, f);
}

/* What stands between brackets; empty without them. */
static struct isotp_text take_brackets(struct isotp_text *t, char open, char close)
{
	struct isotp_text inside = { t->at, t->at };

	if (!isotp_text_char(t, open))
		return inside;
	inside.at = inside.end = t->at;
	while (inside.end < t->end && *inside.end != close)
		inside.end++;
	t->at = inside.end < t->end ? inside.end + 1 : inside.end;
	return inside;
}

/* "{F}", with -8: the DLC, above 8 it means 8 bytes. */
static bool set_raw_dlc(struct isotp_text digits, struct isotp_frame *f)
{
	uint64_t dlc;

	if (!isotp_text_hex(digits, 1, &dlc))
		return false;
	f->len = (uint8_t)(dlc < ISOTP_FRAME_MAX_CLASSIC ? dlc : ISOTP_FRAME_MAX_CLASSIC);
	return true;
}

/* "[8]" is a classic frame, "[08]" an FD one, "[0008]" an XL one. */
static enum isotp_verdict set_length(struct isotp_text digits, struct isotp_frame *f)
{
	const size_t n = isotp_text_len(digits);
	uint64_t len;

	if (!isotp_text_decimal(digits, 4, &len) || n == 3)
		return ISOTP_IS_DAMAGED;
	if (n == 4)
		return ISOTP_IS_XL;
	if (n == 2)
		f->flags |= ISOTP_FRAME_FD;
	f->len = (uint8_t)len;
	return isotp_frame_len_valid(len, n == 2) ? ISOTP_IS_FRAME : ISOTP_IS_DAMAGED;
}

static enum isotp_verdict take_length(struct isotp_text *t, struct isotp_frame *f)
{
	isotp_text_skip_blanks(t);
	if (isotp_text_peek(*t) != '{')
		return set_length(take_brackets(t, '[', ']'), f);
	return set_raw_dlc(take_brackets(t, '{', '}'), f) ? ISOTP_IS_FRAME : ISOTP_IS_DAMAGED;
}

/* How many hex digits follow, as far as anyone asks. */
static size_t count_digits(struct isotp_text t)
{
	size_t n = 0;

	while (n <= BINARY_DIGITS && t.at + n < t.end && isotp_hex_digit(t.at[n]) >= 0)
		n++;
	return n;
}

/* Two hex digits, or with -i eight binary ones. */
static bool take_byte(struct isotp_text *t, uint8_t *byte)
{
	const size_t digits = count_digits(*t);
	const int base_bits = digits == BINARY_DIGITS ? 1 : 4;
	unsigned int value = 0;

	if (digits != 2 && digits != BINARY_DIGITS)
		return false;
	for (const char *end = t->at + digits; t->at < end; t->at++) {
		const int digit = isotp_hex_digit(*t->at);

		if (digit >> base_bits)
			return false;
		value = value << base_bits | (unsigned int)digit;
	}
	*byte = (uint8_t)value;
	return true;
}

static void reverse(uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		const uint8_t byte = data[i];

		data[i] = data[len - 1 - i];
		data[len - 1 - i] = byte;
	}
}

/* Exactly as many bytes as the length says. With -S they stand in reverse order. */
static bool take_data(struct isotp_text *t, struct isotp_frame *f)
{
	char separator = ' ';

	for (size_t i = 0; i < f->len; i++) {
		if (i == 1 && isotp_text_peek(*t) == SWAPPED)
			separator = SWAPPED;
		if (!isotp_text_char(t, separator))
			return false;
		if (separator == ' ')
			isotp_text_skip_blanks(t);
		if (!take_byte(t, &f->data[i]))
			return false;
	}
	if (separator == SWAPPED)
		reverse(f->data, f->len);
	return true;
}

/* The data as text in quotes (-a), the word that an error frame has, or nothing. */
static bool is_tail(struct isotp_text t, const struct isotp_frame *f)
{
	char quote;

	isotp_text_skip_blanks(&t);
	quote = isotp_text_peek(t) == SWAPPED ? SWAPPED : '\'';
	if (t.at == t.end)
		return true;
	if (f->flags & ISOTP_FRAME_ERROR)
		return isotp_text_is(t, "errorframe");
	return isotp_text_len(t) == f->len + 2u && *t.at == quote && t.end[-1] == quote;
}

static enum isotp_verdict take_remote(struct isotp_frame *f, const char **why)
{
	if (f->flags & (ISOTP_FRAME_FD | ISOTP_FRAME_ERROR))
		return isotp_damaged(why, trailing);
	f->flags |= ISOTP_FRAME_REMOTE;
	memset(f->data, 0, ISOTP_FRAME_MAX_CLASSIC);
	return ISOTP_IS_FRAME;
}

static enum isotp_verdict take_rest(struct isotp_text t, struct isotp_frame *f, const char **why)
{
	struct isotp_text rest = t;

	isotp_text_skip_blanks(&rest);
	if (isotp_text_is(rest, "remote request"))
		return take_remote(f, why);
	if (!take_data(&t, f))
		return isotp_damaged(why, no_data);
	return is_tail(t, f) ? ISOTP_IS_FRAME : isotp_damaged(why, trailing);
}

enum isotp_verdict isotp_candump_console(struct isotp_text t, struct isotp_frame *f,
					 const char **why)
{
	enum isotp_verdict verdict;
	uint8_t flags;

	if (!take_extra(&t, &flags))
		return isotp_damaged(why, "has no candump -x flags");
	if (!take_id(&t, f))
		return isotp_damaged(why, ISOTP_NO_ID);
	verdict = take_length(&t, f);
	if (verdict == ISOTP_IS_DAMAGED)
		return isotp_damaged(why, ISOTP_NO_LENGTH);
	if (verdict == ISOTP_IS_XL)
		return verdict;
	if (f->flags & ISOTP_FRAME_FD && f->flags & ISOTP_FRAME_ERROR)
		return isotp_damaged(why, ISOTP_NO_LENGTH);
	if (f->flags & ISOTP_FRAME_FD)
		f->flags |= flags;
	return take_rest(t, f, why);
}
