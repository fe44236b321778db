/* SPDX-License-Identifier: MIT */
/* Owns how measured values are written: digits and units that fit. */
#include "quantity.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct scale {
	double factor;
	const char *name;
};

static const struct scale times[] = { { 1, "ns" }, { 1e3, "us" }, { 1e6, "ms" }, { 1e9, "s" } };
static const struct scale rates[] = {
	{ 1, "B/s" }, { 1e3, "kB/s" }, { 1e6, "MB/s" }, { 1e9, "GB/s" }
};
static const struct scale sizes[] = { { 1, "B" }, { 1e3, "kB" }, { 1e6, "MB" }, { 1e9, "GB" } };

enum { SCALES = 4 };

/* Four digits in all; what has no parts has none behind the point. */
static char *scaled(double value, const struct scale *scales, bool whole, char *text)
{
	int decimals = 3, i = 0;

	while (i < SCALES - 1 && value >= 999.95 * scales[i].factor)
		i++;
	value /= scales[i].factor;
	for (double limit = 9.9995; decimals && value >= limit; limit *= 10)
		decimals--;
	if (i == 0 && whole)
		decimals = 0;
	snprintf(text, QUANTITY_TEXT, "%.*f %s", decimals, value, scales[i].name);
	return text;
}

char *quantity_text(double value, const char *unit, char text[QUANTITY_TEXT])
{
	if (!strcmp(unit, "ns"))
		return scaled(value, times, true, text);
	if (!strcmp(unit, "B/s"))
		return scaled(value, rates, false, text);
	if (!strcmp(unit, "B"))
		return scaled(value, sizes, true, text);
	if (!strcmp(unit, "%"))
		snprintf(text, QUANTITY_TEXT, "%.*f %%", value < 9.995 ? 2 : 1, value);
	else
		snprintf(text, QUANTITY_TEXT, "%.0f", value);
	return text;
}
