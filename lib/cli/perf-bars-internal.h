/* SPDX-License-Identifier: MIT */
/*
 * perf-bars-internal.h - how the bars are divided: perf-bars.c follows the transfers,
 * perf-bars-text.c prints them.
 */
#ifndef ISOTP_CLI_PERF_BARS_INTERNAL_H
#define ISOTP_CLI_PERF_BARS_INTERNAL_H

#include "perf-bars.h"

enum { PERF_BARS_NOTE = 78 }; /* columns that wipe a bar */

static inline uint32_t perf_lane_received(const struct perf_lane *l)
{
	return l->length - l->transfer.left;
}

/* How far a PDU has come; nothing in the style that has no bars. */
void perf_bars_put_bar(struct perf_bars *bars, const struct perf_lane *l, struct writer *w);

/* One that is whole. */
void perf_bars_put_line(struct perf_bars *bars, const struct perf_lane *l, struct writer *w);

/* One that is not; without the newline the next bar may take its place. */
void perf_bars_put_note(struct perf_bars *bars, const struct perf_lane *l, const char *note,
			bool newline, struct writer *w);

#endif
