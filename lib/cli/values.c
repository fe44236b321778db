/* SPDX-License-Identifier: MIT */
/* Owns how numbers, bytes and durations are written on the command line. */
#include "values.h"

#include "protocol/hex.h"
#include "protocol/pci.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	uint64_t ns;
} units[] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } };

enum { UNITS = sizeof(units) / sizeof(units[0]) };

int value_refuse(char why[VALUE_WHY], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, VALUE_WHY, format, args);
	va_end(args);
	return -EINVAL;
}

static bool hex_prefixed(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

/* Reads digits of a base; returns what follows them, or NULL if there are none or too many. */
static const char *read_digits(const char *s, unsigned int base, uint64_t *out)
{
	const char *start = s;
	uint64_t v = 0;

	for (;; s++) {
		const int digit = isotp_hex_digit(*s);

		if (digit < 0 || (unsigned int)digit >= base)
			break;
		if (v > (UINT64_MAX - (unsigned int)digit) / base)
			return NULL;
		v = v * base + (unsigned int)digit;
	}
	*out = v;
	return s == start ? NULL : s;
}

/* Decimal, or hex after 0x; as read_digits. */
static const char *read_number(const char *s, uint64_t *out)
{
	const bool hex = hex_prefixed(s);

	return read_digits(hex ? s + 2 : s, hex ? 16 : 10, out);
}

int value_count(const char *text, uint64_t min, uint64_t max, uint64_t *out, char why[VALUE_WHY])
{
	uint64_t v = 0;
	const char *end = read_number(text, &v);

	if (!end || *end || v < min || v > max)
		return value_refuse(why, "is not a number from %" PRIu64 " to %" PRIu64, min, max);
	*out = v;
	return 0;
}

int value_byte(const char *text, uint8_t *out, char why[VALUE_WHY])
{
	const char *digits = hex_prefixed(text) ? text + 2 : text;
	uint64_t v = 0;
	const char *end = read_digits(digits, 16, &v);

	if (!end || *end || end - digits > 2)
		return value_refuse(why, "is not a byte in hex (00 to FF)");
	*out = (uint8_t)v;
	return 0;
}

int value_bit_rate(const char *text, uint32_t *out, char why[VALUE_WHY])
{
	uint32_t factor = 1;
	uint64_t n = 0;
	const char *end = read_number(text, &n);

	if (end && (*end == 'k' || *end == 'M'))
		factor = *end++ == 'k' ? 1000 : 1000000;
	if (!end || *end || !n || n > UINT32_MAX / factor)
		return value_refuse(why, "is not a bit rate (500000, 500k, 2M)");
	*out = (uint32_t)n * factor;
	return 0;
}

static uint64_t unit_ns(const char *name)
{
	for (int i = 0; i < UNITS; i++)
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	return 0;
}

/* Adds the digits after a decimal point; false when they are finer than a nanosecond. */
static bool add_fraction(const char *digits, const char *end, uint64_t unit, uint64_t *ns)
{
	uint64_t weight = unit;

	for (; digits < end; digits++) {
		if ((weight % 10 || !weight) && *digits != '0')
			return false;
		weight /= 10;
		*ns += (uint64_t)isotp_hex_digit(*digits) * weight;
	}
	return true;
}

int value_duration(const char *text, uint64_t bare_ns, uint64_t max_ns, uint64_t *out,
		   char why[VALUE_WHY])
{
	char limit[VALUE_DURATION_TEXT];
	const char *fraction = NULL, *end;
	uint64_t whole = 0, ignored, unit, ns;

	end = read_digits(text, 10, &whole);
	if (end && *end == '.') {
		fraction = end + 1;
		end = read_digits(fraction, 10, &ignored);
	}
	if (!end)
		return value_refuse(why, "is not a duration (10ms, 500us, 250ns, 1.5s)");
	unit = *end ? unit_ns(end) : bare_ns;
	if (!*end && !unit && whole == 0 && !fraction)
		unit = 1;
	if (!unit && !*end)
		return value_refuse(why, "needs a unit (%ss, %sms)", text, text);
	if (!unit)
		return value_refuse(why, "is not a duration (10ms, 500us, 250ns, 1.5s)");
	if (whole > max_ns / unit)
		return value_refuse(why, "is longer than %s", value_duration_text(max_ns, limit));
	ns = whole * unit;
	if (fraction && !add_fraction(fraction, end, unit, &ns))
		return value_refuse(why, "is finer than a nanosecond");
	if (ns > max_ns)
		return value_refuse(why, "is longer than %s", value_duration_text(max_ns, limit));
	*out = ns;
	return 0;
}

static int stmin_raw(const char *text, uint8_t *out, char why[VALUE_WHY])
{
	if (value_byte(text, out, why) < 0)
		return value_refuse(why, "is not a raw STmin byte (0x00-0x7F, 0xF1-0xF9)");
	if (isotp_stmin_reserved(*out))
		return value_refuse(
			why, "is a reserved STmin (0x00-0x7F is 0-127ms, 0xF1-0xF9 100-900us)");
	return 0;
}

static int stmin_between(uint64_t ns, uint8_t below, char why[VALUE_WHY])
{
	char a[VALUE_DURATION_TEXT], b[VALUE_DURATION_TEXT];
	uint8_t above = (uint8_t)(below + 1);

	if (ns > isotp_stmin_to_ns(0x7F))
		return value_refuse(why, "is longer than the 127ms that STmin can say");
	if (below == 0)
		above = 0xF1;
	else if (below == 0xF9)
		above = 1;
	value_duration_text(isotp_stmin_to_ns(below), a);
	value_duration_text(isotp_stmin_to_ns(above), b);
	return value_refuse(why, "is between two steps of STmin: %s and %s", a, b);
}

static int stmin_bare(uint64_t number, char why[VALUE_WHY])
{
	if (number > 0x7F)
		return value_refuse(why, "needs a unit (0 to 127ms, 100us to 900us)");
	return value_refuse(why, "needs a unit (%ums, 500us) or a raw byte (0x%02X)",
			    (unsigned int)number, (unsigned int)number);
}

int value_stmin(const char *text, uint8_t *out, char why[VALUE_WHY])
{
	uint64_t ns, bare;
	uint8_t raw;

	if (hex_prefixed(text))
		return stmin_raw(text, out, why);
	if (value_duration(text, 0, UINT64_MAX, &ns, why) < 0) {
		if (value_count(text, 0, 0xFF, &bare, why) == 0)
			return stmin_bare(bare, why);
		return value_refuse(why,
				    "is not an STmin (0, 10ms, 500us, or a raw byte like 0xF3)");
	}
	if (isotp_stmin_from_ns(ns, &raw) < 0)
		return stmin_between(ns, raw, why);
	*out = raw;
	return 0;
}

char *value_duration_text(uint64_t ns, char text[VALUE_DURATION_TEXT])
{
	int i = 0;

	while (ns && ns % units[i].ns && i < UNITS - 1)
		i++;
	snprintf(text, VALUE_DURATION_TEXT, "%" PRIu64 " %s", ns / units[i].ns, units[i].name);
	return text;
}
