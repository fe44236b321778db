/* SPDX-License-Identifier: MIT */
/* Owns how many bits a CAN frame is on the wire (ISO 11898-1:2015, 10.4 and 10.5). */
#include "wire.h"

#include "timing.h"

#include <string.h>

enum {
	CRC_15 = 15,
	CRC_DELIMITER = 1,
	ACK_AND_EOF = 2 + 7, /* ACK slot, its delimiter, EOF */

	/* CRC fields of FD frames: fixed stuff bits, stuff count and its parity, CRC */
	CRC_FIELD_17 = 6 + 4 + 17,
	CRC_FIELD_21 = 7 + 4 + 21,
	CRC_17_MAX = 16, /* the longest data that have the shorter CRC */

	HEADER_MAX = 6,				       /* bytes, filled up at their front */
	WINDOW = 56,				       /* bits that are looked at together */
	STREAM_MAX = HEADER_MAX + ISOTP_FRAME_MAX + 2, /* the CRC */
};

/* The bits that dynamic stuffing sees: from bit `start` to before bit `end`, the first one the
 * highest of its byte. The eight bytes behind them are there, so that a window can be read. */
struct stream {
	unsigned int start, end;
	unsigned int brs; /* the bit BRS; `end` where there is no second bit rate */
	uint8_t bytes[STREAM_MAX + 8];
};

/* --- the bits of a frame --- */

static uint64_t push(uint64_t bits, unsigned int n, uint32_t value)
{
	return bits << n | value;
}

/* SOF and arbitration field, with what stands for RTR in this kind of frame. */
static uint64_t push_id(struct isotp_can_id id, bool rtr)
{
	uint64_t bits = 0; /* SOF */

	if (id.width != 29)
		return push(push(bits, 11, id.value & ISOTP_CAN_ID_MAX_11), 1, rtr);
	bits = push(bits, 11, id.value >> 18 & ISOTP_CAN_ID_MAX_11);
	bits = push(bits, 2, 3); /* SRR, IDE */
	return push(push(bits, 18, id.value & 0x3FFFF), 1, rtr);
}

/* Writes n bits, right-aligned in whole bytes: `start` is where they begin. */
static void begin(struct stream *s, uint64_t bits, unsigned int n)
{
	const unsigned int bytes = (n + 7) / 8;

	for (unsigned int i = 0; i < bytes; i++)
		s->bytes[i] = (uint8_t)(bits >> 8 * (bytes - 1 - i));
	s->start = 8 * bytes - n;
	s->end = s->brs = 8 * bytes;
}

static void append(struct stream *s, const uint8_t *data, unsigned int n)
{
	memcpy(s->bytes + s->end / 8, data, n);
	s->end += 8 * n;
}

static void begin_classic(struct stream *s, const struct isotp_frame *f)
{
	const bool remote = f->flags & ISOTP_FRAME_REMOTE;
	const bool extended = f->id.width == 29;
	uint64_t bits = push_id(f->id, remote);

	bits = push(bits, 2, 0); /* IDE and the reserved bit, or two reserved ones */
	bits = push(bits, 4, isotp_len_to_dlc(f->len));
	begin(s, bits, extended ? 39 : 19);
	if (!remote)
		append(s, f->data, f->len);
}

static void begin_fd(struct stream *s, const struct isotp_frame *f)
{
	const bool brs = f->flags & ISOTP_FRAME_BRS;
	const bool extended = f->id.width == 29;
	uint64_t bits = push_id(f->id, false); /* RRS */

	bits = extended ? bits : push(bits, 1, 0); /* IDE */
	bits = push(bits, 2, 2);		   /* FDF, res */
	bits = push(bits, 1, brs);
	bits = push(bits, 1, (f->flags & ISOTP_FRAME_ESI) != 0);
	bits = push(bits, 4, isotp_len_to_dlc(f->len));
	begin(s, bits, extended ? 41 : 22);
	if (brs)
		s->brs = s->end - 6; /* ESI and DLC follow */
	append(s, f->data, f->len);
	if (!brs)
		s->brs = s->end;
}

/* --- the CRC of classic frames --- */

/* What four bits that leave the register add to it: x^15+x^14+x^10+x^8+x^7+x^4+x^3+1. */
static const uint16_t crc_table[16] = {
	0x0000, 0x4599, 0x4EAB, 0x0B32, 0x58CF, 0x1D56, 0x1664, 0x53FD,
	0x7407, 0x319E, 0x3AAC, 0x7F35, 0x2CC8, 0x6951, 0x6263, 0x27FA,
};

static uint16_t crc_nibble(uint16_t crc, uint8_t nibble)
{
	return (uint16_t)((crc << 4 ^ crc_table[(crc >> 11 ^ nibble) & 0x0F]) & 0x7FFF);
}

/* The bits before `start` are 0, and so is the register: they change nothing. */
static void append_crc(struct stream *s)
{
	const unsigned int bytes = s->end / 8;
	uint16_t crc = 0;

	for (unsigned int i = 0; i < bytes; i++) {
		crc = crc_nibble(crc, s->bytes[i] >> 4);
		crc = crc_nibble(crc, s->bytes[i] & 0x0F);
	}
	s->bytes[bytes] = (uint8_t)(crc >> 7);
	s->bytes[bytes + 1] = (uint8_t)(crc << 1);
	s->end += CRC_15;
}

/* --- dynamic stuff bits --- */

/* The bits from bit `at` on, the first one highest; at least WINDOW of them are right. */
static uint64_t window(const struct stream *s, unsigned int at)
{
	const uint8_t *p = s->bytes + at / 8;
	const uint64_t bits = (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
			      (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
			      (uint64_t)p[6] << 8 | p[7]; /* one load, as compilers see */

	return bits << at % 8;
}

/* Where the first five equal bits of a window end; 0: nowhere in it. */
static unsigned int five_equal(uint64_t bits)
{
	const uint64_t same = ~(bits ^ bits << 1); /* as the next one */
	const uint64_t five = same & same << 1 & same << 2 & same << 3;
	const unsigned int first = five ? (unsigned int)__builtin_clzll(five) : WINDOW;

	return first + 4 < WINDOW ? first + 4 : 0;
}

/*
 * Five equal bits are followed by a stuff bit of the other value, which itself is the first of the
 * bits that are looked at next. Counts those that follow the bits up to before `last`; *early:
 * those before BRS.
 */
static unsigned int count_stuff(const struct stream *s, unsigned int last, unsigned int *early)
{
	unsigned int at = s->start, count = 0;
	unsigned int lead = 0; /* a stuff bit stands before bit `at`, of this value: */
	uint64_t value = 0;

	*early = 0;
	while (at + 4 < last + lead) {
		const uint64_t bits = value << 63 | window(s, at) >> lead;
		const unsigned int end = five_equal(bits);

		if (!end) {
			at += WINDOW - 4 - lead;
			lead = 0;
			value = 0;
			continue;
		}
		at += end - lead;
		if (at >= last)
			break;
		count++;
		if (at < s->brs)
			*early = count;
		value = ~bits >> (63 - end) & 1;
		lead = 1;
		at++;
	}
	return count;
}

/* --- all of it --- */

/* The stuff bit after the last bit of the CRC is sent, too. */
static void count_classic(const struct isotp_frame *f, struct isotp_wire_bits *bits)
{
	struct stream s = { .end = 0 };
	unsigned int early;

	begin_classic(&s, f);
	append_crc(&s);
	bits->stuff = count_stuff(&s, s.end, &early);
	bits->nominal = s.end - s.start + bits->stuff + CRC_DELIMITER + ACK_AND_EOF;
}

/* Dynamic stuffing ends with the data: after the last bit of them the first fixed stuff bit stands
 * for it (10.5). The CRC itself does not change the length. */
static void count_fd(const struct isotp_frame *f, struct isotp_wire_bits *bits)
{
	const unsigned int crc_field = f->len > CRC_17_MAX ? CRC_FIELD_21 : CRC_FIELD_17;
	struct stream s = { .end = 0 };
	unsigned int early, all;

	begin_fd(&s, f);
	bits->stuff = count_stuff(&s, s.end - 1, &early);
	all = s.end - s.start + (unsigned int)bits->stuff + crc_field + CRC_DELIMITER;
	bits->nominal = all + ACK_AND_EOF;
	if (!(f->flags & ISOTP_FRAME_BRS))
		return;
	bits->nominal = s.brs + 1 - s.start + early + ACK_AND_EOF;
	bits->data = all + ACK_AND_EOF - bits->nominal;
}

void isotp_wire_bits(const struct isotp_frame *f, struct isotp_wire_bits *bits)
{
	const bool fd = f->flags & ISOTP_FRAME_FD;

	*bits = (struct isotp_wire_bits){ 0 };
	if (f->flags & ISOTP_FRAME_ERROR ||
	    f->len > (fd ? ISOTP_FRAME_MAX : ISOTP_FRAME_MAX_CLASSIC))
		return;
	bits->intermission = ISOTP_WIRE_INTERMISSION;
	if (fd)
		count_fd(f, bits);
	else
		count_classic(f, bits);
}

void isotp_wire_add(struct isotp_wire_bits *sum, const struct isotp_wire_bits *bits)
{
	sum->nominal += bits->nominal;
	sum->data += bits->data;
	sum->intermission += bits->intermission;
	sum->stuff += bits->stuff;
}

/* Whole seconds apart, so that days of bits fit. */
static uint64_t time_of(uint64_t bits, uint64_t rate)
{
	return bits / rate * ISOTP_SECOND + (bits % rate * ISOTP_SECOND + rate / 2) / rate;
}

uint64_t isotp_wire_ns(const struct isotp_wire_bits *bits, uint32_t bitrate, uint32_t dbitrate)
{
	if (!bitrate)
		return 0;
	return time_of(bits->nominal + bits->intermission, bitrate) +
	       time_of(bits->data, dbitrate ? dbitrate : bitrate);
}
