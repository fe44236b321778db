/* SPDX-License-Identifier: MIT */
/*
 * candump-quick.h - the usual line of a candump log, read eight characters at a time:
 *
 *	(1700000000.123456) can0 7E0#0011223344556677
 *
 * with CAN FD, a fraction of 9 digits, a direction behind it and CR LF, too. It begins as a line
 * before it did, with the same second, and has a name that was there before. Whatever is unusual or
 * wrong is left to isotp_candump_parse, which tells; both read the same (tests/fuzz compares them).
 *
 *	n = isotp_candump_quick(&q, &at, end, records, room);
 *	...			the line at `at` is read otherwise
 *	isotp_candump_quick_learn(&q, text, &line, bus);
 */
#ifndef ISOTP_CAPTURE_CANDUMP_QUICK_H
#define ISOTP_CAPTURE_CANDUMP_QUICK_H

#include "candump.h"

enum {
	ISOTP_QUICK_PREFIX = 16, /* bytes of text that are compared at once */
	ISOTP_QUICK_NAMES = 4,	 /* interfaces that are known at a time */
};

/* How a line, or the rest of one, begins. */
struct isotp_quick_prefix {
	uint64_t text[2], mask[2];
	size_t len;
};

struct isotp_candump_quick {
	struct isotp_quick_prefix seconds; /* "(1700000000." */
	uint64_t seconds_ns;
	struct {
		struct isotp_quick_prefix prefix; /* "can0 " */
		uint16_t bus;
	} names[ISOTP_QUICK_NAMES];
	unsigned int name, replace; /* the last one, and the next to be forgotten */
};

void isotp_candump_quick_init(struct isotp_candump_quick *q);

/*
 * Reads up to `room` lines from *at on and moves *at behind them. Sets all of a record but its
 * number; of the data, bytes beyond the length become anything. Stops before a line that is unusual
 * or not complete. At `end` there must be ISOTP_SOURCE_SLACK zeros. Returns the number of lines.
 */
int isotp_candump_quick(struct isotp_candump_quick *q, const char **at, const char *end,
			struct isotp_record *records, int room);

/*
 * A line of this bus that isotp_candump_parse has read from `text`, in such a buffer: others will
 * begin as it does.
 */
void isotp_candump_quick_learn(struct isotp_candump_quick *q, struct isotp_text text,
			       const struct isotp_candump_line *line, uint16_t bus);

#endif
