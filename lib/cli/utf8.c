/* SPDX-License-Identifier: MIT */
/* Owns which bytes are characters of UTF-8 (RFC 3629, 4). */
#include "utf8.h"

#include <stdbool.h>

static bool within(char c, unsigned char low, unsigned char high)
{
	return (unsigned char)c >= low && (unsigned char)c <= high;
}

/* No character has two forms, none is a surrogate or above U+10FFFF: so says its second byte. */
static bool second_ok(unsigned char first, char second)
{
	switch (first) {
	case 0xE0:
		return within(second, 0xA0, 0xBF);
	case 0xED:
		return within(second, 0x80, 0x9F);
	case 0xF0:
		return within(second, 0x90, 0xBF);
	case 0xF4:
		return within(second, 0x80, 0x8F);
	default:
		return within(second, 0x80, 0xBF);
	}
}

size_t utf8_sequence(const char *s)
{
	const unsigned char first = (unsigned char)s[0];
	const size_t n = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

	if (!first || (first >= 0x80 && first < 0xC2) || first > 0xF4)
		return 0;
	if (n > 1 && !second_ok(first, s[1]))
		return 0;
	for (size_t i = 2; i < n; i++)
		if (!within(s[i], 0x80, 0xBF))
			return 0;
	return n;
}
