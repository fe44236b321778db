/* SPDX-License-Identifier: MIT */
/* Owns the frame in a line of candump's log form: "7E0#0322F190". */
#include "candump.h"
#include "swar.h"

#include "protocol/hex.h"

enum {
	ERROR_FLAG = 0x20000000, /* CAN_ERR_FLAG of <linux/can.h> */
	FD_BRS = 1,		 /* CANFD_BRS, CANFD_ESI */
	FD_ESI = 2,
	XL_HEADER = 15, /* "81:00:12345678#" */
};

static const char no_data[] = "has data that is no hex";
static const char trailing[] = "has something behind its frame";

bool isotp_candump_id(struct isotp_text digits, struct isotp_frame *f)
{
	const size_t len = isotp_text_len(digits);
	uint64_t value;

	f->flags = 0;
	if ((len != 3 && len != 8) || !isotp_text_hex(digits, 8, &value))
		return false;
	if (value & ERROR_FLAG) {
		value -= ERROR_FLAG;
		f->flags = ISOTP_FRAME_ERROR;
	}
	f->id = (struct isotp_can_id){ (uint32_t)value, len == 3 ? 11 : 29 };
	return value <= (len == 3 ? ISOTP_CAN_ID_MAX_11 : ISOTP_CAN_ID_MAX_29);
}

/* A hex digit that is the next character, or -1. */
static int take_digit(struct isotp_text *t)
{
	const int digit = isotp_hex_digit(isotp_text_peek(*t));

	if (digit >= 0)
		t->at++;
	return digit;
}

static bool take_byte(struct isotp_text *t, uint8_t *byte)
{
	const int high = take_digit(t), low = high < 0 ? -1 : take_digit(t);

	if (low < 0)
		return false;
	*byte = (uint8_t)(high << 4 | low);
	return true;
}

/* A remote frame carries a length, but no data. */
static void set_length_only(struct isotp_frame *f, size_t len)
{
	f->flags |= ISOTP_FRAME_REMOTE;
	f->len = (uint8_t)len;
	memset(f->data, 0, ISOTP_FRAME_MAX_CLASSIC);
}

/* Four bytes at once, while eight hex digits follow one another and there is room. */
static size_t take_fours(struct isotp_text *t, uint8_t *data, size_t max)
{
	size_t len = 0;

	while (isotp_text_len(*t) >= 8 && len + 4 <= max) {
		const uint64_t eight = isotp_swar_load(t->at);
		uint32_t four;

		if (isotp_swar_hex(eight) != ISOTP_SWAR_ALL)
			break;
		four = htole32(isotp_swar_bytes(eight));
		memcpy(data + len, &four, 4);
		len += 4;
		t->at += 8;
	}
	return len;
}

/* Bytes, each of which a point may precede, up to what is none. False for half a byte. */
static bool take_data(struct isotp_text *t, struct isotp_frame *f, size_t max)
{
	size_t len = take_fours(t, f->data, max);

	while (len < max) {
		struct isotp_text next = *t;

		isotp_text_char(&next, '.');
		if (isotp_hex_digit(isotp_text_peek(next)) < 0)
			break;
		*t = next;
		if (!take_byte(t, &f->data[len++]))
			return false;
	}
	f->len = (uint8_t)len;
	return true;
}

/* "_9" to "_F" behind eight bytes: the DLC that was on the wire. It changes nothing here. */
static bool take_raw_dlc(struct isotp_text *t, const struct isotp_frame *f)
{
	if (f->len == ISOTP_FRAME_MAX_CLASSIC && isotp_text_char(t, '_'))
		return take_digit(t) > ISOTP_FRAME_MAX_CLASSIC;
	return true;
}

/* "R", "R4", "R8_F"; the R has been taken. */
static bool take_remote(struct isotp_text *t, struct isotp_frame *f)
{
	const char c = isotp_text_peek(*t);
	const bool has_length = c >= '0' && c <= '8';

	set_length_only(f, has_length ? (size_t)(c - '0') : 0);
	if (has_length)
		t->at++;
	return take_raw_dlc(t, f);
}

/* "1112233…": the flags, then data; both # have been taken. */
static const char *take_fd(struct isotp_text *t, struct isotp_frame *f)
{
	const int flags = take_digit(t);

	if (flags < 0)
		return "has no CAN FD flags";
	f->flags |= (uint8_t)(ISOTP_FRAME_FD | (flags & FD_BRS ? ISOTP_FRAME_BRS : 0) |
			      (flags & FD_ESI ? ISOTP_FRAME_ESI : 0));
	if (!take_data(t, f, ISOTP_FRAME_MAX))
		return no_data;
	return isotp_frame_len_valid(f->len, true) && !(f->flags & ISOTP_FRAME_ERROR)
		       ? NULL
		       : ISOTP_NO_LENGTH;
}

static const char *take_classic(struct isotp_text *t, struct isotp_frame *f)
{
	if (!(f->flags & ISOTP_FRAME_ERROR) && (isotp_text_char(t, 'R') || isotp_text_char(t, 'r')))
		return take_remote(t, f) ? NULL : ISOTP_NO_LENGTH;
	if (!take_data(t, f, ISOTP_FRAME_MAX_CLASSIC))
		return no_data;
	return take_raw_dlc(t, f) ? NULL : ISOTP_NO_LENGTH;
}

/* What follows "45123#" or "123#" in a CAN XL frame: flags, type and acceptance field. */
static bool is_xl(struct isotp_text t)
{
	static const char form[XL_HEADER + 1] = "xx:xx:xxxxxxxx#";

	if (isotp_text_len(t) < XL_HEADER)
		return false;
	for (int i = 0; i < XL_HEADER; i++)
		if (form[i] == 'x' ? isotp_hex_digit(t.at[i]) < 0 : t.at[i] != form[i])
			return false;
	return true;
}

/* " R" received, " T" sent here. */
static bool is_direction(struct isotp_text t)
{
	const struct isotp_text word = isotp_text_token(&t);

	if (isotp_text_len(word) > 1 || (word.at < word.end && *word.at != 'R' && *word.at != 'T'))
		return false;
	isotp_text_skip_blanks(&t);
	return t.at == t.end;
}

enum isotp_verdict isotp_candump_log(struct isotp_text t, struct isotp_frame *f, const char **why)
{
	struct isotp_text word = isotp_text_token(&t), id = { word.at, word.at };
	const char *reason;

	while (id.end < word.end && *id.end != '#')
		id.end++;
	word.at = id.end;
	isotp_text_char(&word, '#');
	if (is_xl(word))
		return is_direction(t) ? ISOTP_IS_XL : isotp_damaged(why, trailing);
	if (!isotp_candump_id(id, f))
		return isotp_damaged(why, ISOTP_NO_ID);
	reason = isotp_text_char(&word, '#') ? take_fd(&word, f) : take_classic(&word, f);
	if (reason)
		return isotp_damaged(why, reason);
	if (word.at < word.end)
		return isotp_damaged(why,
				     isotp_hex_digit(*word.at) < 0 ? no_data : ISOTP_NO_LENGTH);
	return is_direction(t) ? ISOTP_IS_FRAME : isotp_damaged(why, trailing);
}
