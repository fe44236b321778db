/* SPDX-License-Identifier: MIT */
/*
 * values.h - the grammar of option values: each is read whole and exactly, or refused.
 *
 *	char why[VALUE_WHY];
 *
 *	if (value_stmin("10", &raw, why) < 0)
 *		printf("'10' %s\n", why);	'10' needs a unit (10ms, 500us) or a raw byte (0x0A)
 *
 * Every function returns 0, or -EINVAL with `why` saying what is wrong, as the end of a sentence
 * that starts with the value.
 */
#ifndef ISOTP_CLI_VALUES_H
#define ISOTP_CLI_VALUES_H

#include <stdint.h>

#define VALUE_WHY 160

/* For who reads a grammar of its own: writes `why`, and returns -EINVAL. */
__attribute__((format(printf, 2, 3))) int value_refuse(char why[VALUE_WHY], const char *format,
						       ...);

/* Decimal, or hex after 0x, from min to max. */
int value_count(const char *text, uint64_t min, uint64_t max, uint64_t *out, char why[VALUE_WHY]);

/* One byte in hex: 0 to FF, "0x" allowed. */
int value_byte(const char *text, uint8_t *out, char why[VALUE_WHY]);

/* Bits a second, from 1 to what 32 bits hold: a number as above, with k or M for 1000 and
 * 1000000. */
int value_bit_rate(const char *text, uint32_t *out, char why[VALUE_WHY]);

/*
 * A number with ns, us, ms or s, exact to the nanosecond, up to max_ns. A bare number counts
 * bare_ns nanoseconds; with bare_ns 0 only 0 may be bare.
 */
int value_duration(const char *text, uint64_t bare_ns, uint64_t max_ns, uint64_t *out,
		   char why[VALUE_WHY]);

/* An STmin: a duration that the byte can say, or the byte itself as 0x00-0x7F, 0xF1-0xF9. */
int value_stmin(const char *text, uint8_t *out, char why[VALUE_WHY]);

/* Writes a duration as people read it: "1 s", "500 ms", "100 us"; returns `text`. */
#define VALUE_DURATION_TEXT 32
char *value_duration_text(uint64_t ns, char text[VALUE_DURATION_TEXT]);

#endif
