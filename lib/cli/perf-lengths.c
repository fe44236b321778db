/* SPDX-License-Identifier: MIT */
/* Owns the lists of lengths that --length takes. */
#include "perf-lengths.h"

#include <stdlib.h>
#include <string.h>

static int parse_number(const char *text, uint32_t max, uint32_t *out, char why[VALUE_WHY])
{
	uint64_t n = 0;

	if (value_count(text, 1, max, &n, why) < 0)
		return value_refuse(why, "is no list of lengths (62 or 7,62,4095 or 8-4095:100)");
	*out = (uint32_t)n;
	return 0;
}

/* N, FIRST-LAST or FIRST-LAST:STEP; it is taken apart. */
static int parse_range(char *text, uint32_t max, struct perf_range *r, char why[VALUE_WHY])
{
	char *dash = strchr(text, '-'), *colon = strchr(dash ? dash : text, ':');
	uint32_t last;
	int rc;

	if (colon && !dash)
		return value_refuse(why, "has a step, and no range FIRST-LAST before it");
	if (dash)
		*dash = '\0';
	if (colon)
		*colon = '\0';
	r->step = 1;
	rc = parse_number(text, max, &r->first, why);
	last = r->first;
	if (rc == 0 && dash)
		rc = parse_number(dash + 1, max, &last, why);
	if (rc == 0 && colon)
		rc = parse_number(colon + 1, max, &r->step, why);
	if (rc < 0)
		return rc;
	if (last < r->first)
		return value_refuse(why, "has a range that ends before it begins");
	r->count = (last - r->first) / r->step + 1;
	return 0;
}

int perf_lengths_parse(const char *text, uint32_t max, struct perf_lengths *l, char why[VALUE_WHY])
{
	char *copy = strdup(text), *rest = copy, *part;
	int rc = copy ? 0 : value_refuse(why, "does not fit into memory");
	uint32_t last = 0;

	*l = (struct perf_lengths){ 0 };
	while (rc == 0 && (part = strsep(&rest, ","))) {
		struct perf_range *r = &l->ranges[l->n_ranges];

		if (l->n_ranges == PERF_RANGES_MAX) {
			rc = value_refuse(why, "has too many parts: %d at most", PERF_RANGES_MAX);
			break;
		}
		rc = parse_range(part, max, r, why);
		if (rc == 0 && r->first == last)
			rc = value_refuse(why, "has the same length twice in a row");
		last = r->first + (r->count - 1) * r->step;
		l->count += r->count;
		l->n_ranges++;
	}
	free(copy);
	return rc;
}

uint32_t perf_lengths_at(const struct perf_lengths *l, uint64_t n)
{
	for (int i = 0; i < l->n_ranges; i++) {
		const struct perf_range *r = &l->ranges[i];

		if (n < r->count)
			return r->first + (uint32_t)n * r->step;
		n -= r->count;
	}
	return 0;
}

uint32_t perf_lengths_longest(const struct perf_lengths *l)
{
	uint32_t longest = 0;

	for (int i = 0; i < l->n_ranges; i++) {
		const struct perf_range *r = &l->ranges[i];
		const uint32_t last = r->first + (r->count - 1) * r->step;

		if (last > longest)
			longest = last;
	}
	return longest;
}
