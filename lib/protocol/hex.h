/* SPDX-License-Identifier: MIT */
/* hex.h - the one place that knows which characters are hex digits. */
#ifndef ISOTP_PROTOCOL_HEX_H
#define ISOTP_PROTOCOL_HEX_H

/* The value of a hex digit of either case, or -1. */
int isotp_hex_digit(char c);

/* The upper-case digit of the low four bits. */
static inline char isotp_hex_char(unsigned int nibble)
{
	return "0123456789ABCDEF"[nibble & 0x0F];
}

#endif
