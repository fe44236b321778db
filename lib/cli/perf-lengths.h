/* SPDX-License-Identifier: MIT */
/*
 * perf-lengths.h - the lengths that a sweep goes through: "7,62,4095", "1-64", "8-4095:100".
 *
 *	if (perf_lengths_parse("8-4095:100", PAYLOAD_MAX, &lengths, why) < 0)
 *		refuse("'8-4095:100' %s", why);
 *	for (uint32_t n = 0; n < lengths.count; n++)
 *		send(perf_lengths_at(&lengths, n));
 */
#ifndef ISOTP_CLI_PERF_LENGTHS_H
#define ISOTP_CLI_PERF_LENGTHS_H

#include "values.h"

enum { PERF_RANGES_MAX = 32 };

struct perf_range {
	uint32_t first, step, count;
};

struct perf_lengths {
	uint64_t count; /* of all lengths */
	int n_ranges;
	struct perf_range ranges[PERF_RANGES_MAX];
};

/* Reads a list with commas of lengths and of ranges FIRST-LAST[:STEP], each from 1 to `max`.
 * LAST is gone through if the steps meet it. Returns 0, or -EINVAL with `why`. */
int perf_lengths_parse(const char *text, uint32_t max, struct perf_lengths *l, char why[VALUE_WHY]);

/* Length number n, from 0 to count - 1, in the order in which they were given. */
uint32_t perf_lengths_at(const struct perf_lengths *l, uint64_t n);

/* The longest of them; 0 where there are none. */
uint32_t perf_lengths_longest(const struct perf_lengths *l);

#endif
