/* SPDX-License-Identifier: MIT */
/*
 * perf-seen.h - whether a monitor has seen those whom it is to measure, and words where it has not:
 * an empty report of the wrong IDs looks as good as one of a perfect bus.
 *
 *	struct perf_seen seen = { .settings = &settings };
 *
 *	perf_seen_take(&seen, &record.frame);
 *	perf_seen_tell(&seen, "drive.log", found);	no frame on 7E0 or 7E8
 */
#ifndef ISOTP_CLI_PERF_SEEN_H
#define ISOTP_CLI_PERF_SEEN_H

#include "perf.h"

/* The frames of one ID of a pair, whatever address byte they have. */
struct perf_seen_side {
	bool any, many;	     /* came; more than one */
	bool fits, fits_led; /* one was ISO-TP as the pair says it; behind an address byte */
	bool segmented;	     /* one that fits was a first frame */
	bool differ;	     /* in their first byte, which else is: */
	uint8_t byte;
};

struct perf_seen {
	const struct perf_settings *settings;
	bool any; /* frame at all */
	struct perf_seen_side sides[ISOTP_WATCH_MAX][2];
};

/* Takes a frame, of whatever ID; error frames and remote frames are none. The settings stay the
 * caller's. */
void perf_seen_take(struct perf_seen *seen, const struct isotp_frame *f);

/* Warns of each pair that nothing can be measured of, or little where it is the wrong way round;
 * without pairs, if no PDU was `found`. */
void perf_seen_tell(const struct perf_seen *seen, const char *name, bool found);

#endif
