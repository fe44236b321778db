/* SPDX-License-Identifier: MIT */
/* Owns the frame in an event of a Vector ASC file. */
#include "asc.h"

#include <string.h>

enum {
	FLAG_REMOTE = 0x10, /* the flags of a CANFD event */
	FLAG_FD = 0x1000,
	FLAG_BRS = 0x2000,
	FLAG_ESI = 0x4000,
	BUS_ERROR = 0x80, /* CAN_ERR_BUSERROR of <linux/can/error.h>: an ErrorFrame tells no more */
};

enum direction { NO_DIRECTION, RECEIVED_OR_SENT, REQUESTED };

static const char no_direction[] = "has no valid direction";
static const char no_length[] = "has no valid length";
static const char no_data[] = "has less data than its length says";

static enum direction direction_of(struct isotp_text word)
{
	if (isotp_text_is(word, "rx") || isotp_text_is(word, "tx"))
		return RECEIVED_OR_SENT;
	return isotp_text_is(word, "txrq") ? REQUESTED : NO_DIRECTION;
}

static bool read_number(struct isotp_text t, bool decimal, size_t hex_digits, uint64_t *value)
{
	return decimal ? isotp_text_decimal(t, 10, value) : isotp_text_hex(t, hex_digits, value);
}

/* "390" of 11 bits, "390x" of 29. */
static bool read_id(struct isotp_text word, bool decimal, struct isotp_frame *f)
{
	const bool extended = word.at < word.end && (word.end[-1] == 'x' || word.end[-1] == 'X');
	uint64_t value;

	word.end -= extended;
	if (!read_number(word, decimal, 8, &value) ||
	    value > (extended ? ISOTP_CAN_ID_MAX_29 : ISOTP_CAN_ID_MAX_11))
		return false;
	f->id = (struct isotp_can_id){ (uint32_t)value, extended ? 29 : 11 };
	return true;
}

static bool read_data(struct isotp_text *t, bool decimal, size_t len, struct isotp_frame *f)
{
	uint64_t byte;

	for (size_t i = 0; i < len; i++) {
		if (!read_number(isotp_text_token(t), decimal, 2, &byte) || byte > 0xFF)
			return false;
		f->data[i] = (uint8_t)byte;
	}
	f->len = (uint8_t)len;
	return true;
}

/* A DLC above 8 means 8 bytes in a classic frame. */
static uint8_t classic_length(uint64_t dlc)
{
	return (uint8_t)(dlc < ISOTP_FRAME_MAX_CLASSIC ? dlc : ISOTP_FRAME_MAX_CLASSIC);
}

static enum isotp_verdict set_remote(struct isotp_frame *f, uint64_t dlc)
{
	f->flags = ISOTP_FRAME_REMOTE;
	f->len = classic_length(dlc);
	memset(f->data, 0, ISOTP_FRAME_MAX_CLASSIC);
	return ISOTP_IS_FRAME;
}

static enum isotp_verdict set_error(struct isotp_frame *f)
{
	f->id = (struct isotp_can_id){ BUS_ERROR, 29 };
	f->flags = ISOTP_FRAME_ERROR;
	f->len = ISOTP_FRAME_MAX_CLASSIC;
	memset(f->data, 0, ISOTP_FRAME_MAX_CLASSIC);
	return ISOTP_IS_FRAME;
}

/* What follows the direction: "d 8 17 00 ...", "r 4", "r". Other text may stand behind it. */
static enum isotp_verdict read_classic(struct isotp_text t, bool decimal, struct isotp_frame *f,
				       const char **why)
{
	const struct isotp_text kind = isotp_text_token(&t), length = isotp_text_token(&t);
	uint64_t dlc = 0;
	const bool has_dlc = isotp_text_hex(length, 1, &dlc);

	if (isotp_text_is(kind, "r"))
		return set_remote(f, has_dlc ? dlc : 0);
	if (!isotp_text_is(kind, "d"))
		return isotp_damaged(why, "is neither data nor remote frame");
	if (!has_dlc)
		return isotp_damaged(why, no_length);
	f->flags = 0;
	return read_data(&t, decimal, classic_length(dlc), f) ? ISOTP_IS_FRAME
							      : isotp_damaged(why, no_data);
}

/* Events of other kinds begin with a channel, too: only an ID or a direction makes it ours. */
enum isotp_verdict isotp_asc_classic(struct isotp_text t, bool decimal, struct isotp_frame *f,
				     const char **why)
{
	const struct isotp_text id = isotp_text_token(&t);
	enum direction direction;

	if (isotp_text_begins(id, "errorframe"))
		return set_error(f);
	direction = direction_of(isotp_text_token(&t));
	if (direction == REQUESTED)
		return ISOTP_IS_OTHER;
	if (!read_id(id, decimal, f))
		return direction == NO_DIRECTION ? ISOTP_IS_OTHER : isotp_damaged(why, ISOTP_NO_ID);
	if (direction == NO_DIRECTION)
		return isotp_damaged(why, no_direction);
	return read_classic(t, decimal, f, why);
}

/* BRS and ESI stand as 0 or 1 before the DLC; a symbolic name may stand before them, no digit. */
static bool skip_name(struct isotp_text *t)
{
	struct isotp_text rest = *t;
	struct isotp_text word = isotp_text_token(&rest);
	uint64_t bit;

	if (!isotp_text_decimal(word, 1, &bit)) {
		*t = rest;
		word = isotp_text_token(&rest);
	}
	return isotp_text_decimal(word, 1, &bit) && bit <= 1;
}

/* "1 0 9 12": BRS, ESI, DLC in hex, bytes of data in decimal. */
static bool read_lengths(struct isotp_text *t, uint64_t *dlc, uint64_t *len)
{
	if (!skip_name(t))
		return false;
	isotp_text_token(t);
	isotp_text_token(t);
	return isotp_text_hex(isotp_text_token(t), 1, dlc) &&
	       isotp_text_decimal(isotp_text_token(t), 2, len) && *len <= ISOTP_FRAME_MAX;
}

/* The third field behind the data, after duration and bits. */
static bool read_flags(struct isotp_text t, uint64_t *flags)
{
	isotp_text_token(&t);
	isotp_text_token(&t);
	return isotp_text_hex(isotp_text_token(&t), 8, flags);
}

/* What follows the ID. A frame without FLAG_FD is a classic one in this form. */
static enum isotp_verdict read_fd(struct isotp_text t, struct isotp_frame *f, const char **why)
{
	uint64_t dlc, len, flags;
	bool fd;

	if (!read_lengths(&t, &dlc, &len))
		return isotp_damaged(why, no_length);
	if (!read_data(&t, false, len, f))
		return isotp_damaged(why, no_data);
	if (!read_flags(t, &flags))
		return isotp_damaged(why, "has no flags behind its data");
	fd = flags & FLAG_FD;
	if (!isotp_frame_len_valid(len, fd))
		return isotp_damaged(why, no_length);
	if (!fd && flags & FLAG_REMOTE)
		return set_remote(f, dlc);
	f->flags = (uint8_t)(!fd ? 0
				 : ISOTP_FRAME_FD | (flags & FLAG_BRS ? ISOTP_FRAME_BRS : 0) |
					     (flags & FLAG_ESI ? ISOTP_FRAME_ESI : 0));
	return ISOTP_IS_FRAME;
}

enum isotp_verdict isotp_asc_fd(struct isotp_text t, struct isotp_frame *f, uint64_t *channel,
				const char **why)
{
	struct isotp_text word;
	enum direction direction;

	if (!isotp_text_decimal(isotp_text_token(&t), ISOTP_ASC_CHANNEL_DIGITS, channel))
		return isotp_damaged(why, "has no valid channel");
	word = isotp_text_token(&t);
	if (isotp_text_begins(word, "errorframe"))
		return set_error(f);
	direction = direction_of(word);
	if (direction == REQUESTED)
		return ISOTP_IS_OTHER;
	if (direction == NO_DIRECTION)
		return isotp_damaged(why, no_direction);
	word = isotp_text_token(&t);
	if (isotp_text_begins(word, "errorframe"))
		return set_error(f);
	return read_id(word, false, f) ? read_fd(t, f, why) : isotp_damaged(why, ISOTP_NO_ID);
}
