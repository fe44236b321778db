/* SPDX-License-Identifier: MIT */
/*
 * swar.h - eight characters at once, in one register: digits and hex digits as logs have them by
 * the hundred million. What these take is what isotp_hex_digit takes (a test compares them).
 *
 *	const uint64_t eight = isotp_swar_load(text);
 *
 *	if (isotp_swar_hex(eight) == ISOTP_SWAR_ALL)
 *		bytes = isotp_swar_bytes(eight);
 *
 * The first character is in the lowest byte.
 */
#ifndef ISOTP_CAPTURE_SWAR_H
#define ISOTP_CAPTURE_SWAR_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ISOTP_SWAR_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define ISOTP_SWAR_ALL	      ISOTP_SWAR_EACH(0x80u)

static inline uint64_t isotp_swar_load(const void *text)
{
	uint64_t v;

	memcpy(&v, text, sizeof(v));
	return le64toh(v);
}

/* Bit 7 of each byte whose character is from `first` to `last`; all characters below 0x80. */
static inline uint64_t isotp_swar_within(uint64_t v, unsigned int first, unsigned int last)
{
	return (v + ISOTP_SWAR_EACH(0x80u - first)) & ~(v + ISOTP_SWAR_EACH(0x7Fu - last));
}

/* Bit 7 of each byte whose character is a hex digit. */
static inline uint64_t isotp_swar_hex(uint64_t v)
{
	const uint64_t low = v & ISOTP_SWAR_EACH(0x7Fu);

	return (isotp_swar_within(low, '0', '9') |
		isotp_swar_within(low | ISOTP_SWAR_EACH(0x20u), 'a', 'f')) &
	       ~v & ISOTP_SWAR_ALL;
}

/* One bit per character out of bit 7 of each: bit 0 is the first. */
static inline unsigned int isotp_swar_mask(uint64_t each)
{
	return (unsigned int)(((each >> 7) * UINT64_C(0x0102040810204080)) >> 56);
}

/* The values of hex digits, each in its byte; nonsense for other characters. */
static inline uint64_t isotp_swar_nibbles(uint64_t v)
{
	return (v & ISOTP_SWAR_EACH(0x0Fu)) + (v >> 6 & ISOTP_SWAR_EACH(0x01u)) * 9;
}

/* Eight hex digits as four bytes, the first in the lowest. */
static inline uint32_t isotp_swar_bytes(uint64_t v)
{
	uint64_t n = isotp_swar_nibbles(v);

	n = (n << 4 | n >> 8) & UINT64_C(0x00FF00FF00FF00FF);
	n = (n | n >> 8) & UINT64_C(0x0000FFFF0000FFFF);
	return (uint32_t)(n | n >> 16);
}

/* The value of eight decimal digits, or UINT64_MAX when one is none. */
static inline uint64_t isotp_swar_decimal(uint64_t v)
{
	const uint64_t pairs = UINT64_C(0x000000FF000000FF);

	if ((isotp_swar_within(v & ISOTP_SWAR_EACH(0x7Fu), '0', '9') & ~v & ISOTP_SWAR_ALL) !=
	    ISOTP_SWAR_ALL)
		return UINT64_MAX;
	v -= ISOTP_SWAR_EACH((unsigned int)'0');
	v = v * 10 + (v >> 8);
	return (uint32_t)(((v & pairs) * UINT64_C(0x000F424000000064) +
			   (v >> 16 & pairs) * UINT64_C(0x0000271000000001)) >>
			  32);
}

#endif
