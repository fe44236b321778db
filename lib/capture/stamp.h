/* SPDX-License-Identifier: MIT */
/*
 * stamp.h - the times that candump prints between parentheses.
 *
 *	-t a	(1700000000.123456)		since 1970
 *	-t A	(2023-11-14 22:13:20.123456)	local time there, read as local time here
 *	-t z	(003.000123)			since the first frame
 *	-t d	(000.000123)			since the frame before: added up
 *
 *	if (isotp_stamp_parse(text, &stamp))
 *		ns = isotp_stamps_time(&stamps, &stamp);
 *
 * -t z and -t d look the same. Both begin with (000.000000), which no other does; then the stamps
 * are differences as soon as two of them, and a quarter of all, are smaller than the one before: a
 * time since the first frame does not fall (but for frames of several buses that were read late).
 * The first 64 stamps decide. Of a file, isotp_stamps_look sees them before any is used; on a pipe,
 * those before the decision stand as they are.
 */
#ifndef ISOTP_CAPTURE_STAMP_H
#define ISOTP_CAPTURE_STAMP_H

#include "text.h"

struct isotp_stamp {
	uint64_t ns;	    /* the time; with a date, what is above its whole minutes */
	const char *minute; /* "2023-11-14 22:13", or NULL */
	bool zero;	    /* is written 000.000000 */
};

enum isotp_stamps_kind {
	ISOTP_STAMPS_NEW = 0,
	ISOTP_STAMPS_UNDECIDED, /* since the first frame, or differences */
	ISOTP_STAMPS_PLAIN,
	ISOTP_STAMPS_DELTA,
};

enum { ISOTP_STAMP_MINUTE = 16 };

struct isotp_stamps {
	enum isotp_stamps_kind kind;
	unsigned int steps, falls;
	uint64_t before;		 /* the stamp before */
	uint64_t time;			 /* of that frame */
	char minute[ISOTP_STAMP_MINUTE]; /* of the last date, and its time */
	uint64_t minute_ns;
};

/* Reads what stands between the parentheses. */
bool isotp_stamp_parse(struct isotp_text t, struct isotp_stamp *stamp);

/* The time of the next frame of the console form, in ns. */
uint64_t isotp_stamps_time(struct isotp_stamps *s, const struct isotp_stamp *stamp);

/* Beforehand: `stamp` will follow. True while it is not decided what such stamps mean. */
bool isotp_stamps_look(struct isotp_stamps *s, const struct isotp_stamp *stamp);

#endif
