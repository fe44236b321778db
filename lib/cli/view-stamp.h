/* SPDX-License-Identifier: MIT */
/*
 * view-stamp.h - the time stamp that leads a line, in the four forms of can-utils' -t.
 *
 *	struct stamp s = { .kind = STAMP_DELTA };
 *
 *	stamp_write(&s, w, record.time_ns);	"(0.000000) ", then "(0.005669) "
 *
 * Times are cut to microseconds before anything is computed, as a can-utils program gets them: the
 * differences that are shown add up to the absolute times that are shown.
 */
#ifndef ISOTP_CLI_VIEW_STAMP_H
#define ISOTP_CLI_VIEW_STAMP_H

#include "writer.h"

#include <stdbool.h>

enum stamp_kind {
	STAMP_NONE = 0,
	STAMP_ABSOLUTE = 'a', /* (1700000000.010000), or what the capture counts from */
	STAMP_DELTA = 'd',    /* (0.005669) since the line before, 0 for the first one */
	STAMP_ZERO = 'z',     /* (0.012277) since the first line */
	STAMP_DATE = 'A',     /* (2023-11-14 22:13:20.010000), local time */
};

struct stamp {
	enum stamp_kind kind;
	bool started;	    /* a line was written */
	uint64_t reference; /* STAMP_DELTA, STAMP_ZERO: what is subtracted, in us */
};

/* Writes the stamp and the blank behind it, nothing for STAMP_NONE. A time before that of the
 * reference counts as the same time. */
void stamp_write(struct stamp *s, struct writer *w, uint64_t time_ns);

#endif
