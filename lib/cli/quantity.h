/* SPDX-License-Identifier: MIT */
/*
 * quantity.h - measured values as people read them: four digits, and a unit that fits.
 *
 *	quantity_text(1234567, "ns", text);	"1.235 ms"
 *	quantity_text(81234.5, "B/s", text);	"81.23 kB/s"
 */
#ifndef ISOTP_CLI_QUANTITY_H
#define ISOTP_CLI_QUANTITY_H

#define QUANTITY_TEXT 32

/*
 * Writes a value in a unit of measure_metrics ("ns", "B/s", "B", "%", "" for counts) and returns
 * `text`. Counts are whole. Values are not negative.
 */
char *quantity_text(double value, const char *unit, char text[QUANTITY_TEXT]);

#endif
