/* SPDX-License-Identifier: MIT */
/*
 * candump.h - one line of candump's, in its log form (`candump -L`, `-l`) and in the console form
 * with every option: -t a|A|d|z, -x, -a, -i, -S, -8, -e, -d, -c. Both may stand in one file.
 *
 *	(1700000000.123456) can0 7E0#0322F190
 *	 (1700000000.123456)  can0  RX - -  7E8   [8]  10 14 62 F1 90 57 42 30   '..b..WB0'
 *
 * What candump prints stands in lib.c and candump.c of can-utils.
 */
#ifndef ISOTP_CAPTURE_CANDUMP_H
#define ISOTP_CAPTURE_CANDUMP_H

#include "capture-internal.h"
#include "stamp.h"

enum { ISOTP_CANDUMP_COLOURED = 1024 }; /* the longest line that may have colours */

/* What belongs to a frame without being in it. */
struct isotp_candump_line {
	bool console; /* the form; the log form always has a time */
	bool stamped; /* it has a time */
	bool coloured;
	struct isotp_stamp stamp;
	struct isotp_text name;		    /* of the interface */
	uint64_t dropped;		    /* frames that were lost, says this line */
	char plain[ISOTP_CANDUMP_COLOURED]; /* the line without its colours: `name` may lie here */
};

/*
 * Judges a line and reads its frame, by nothing but the line. On ISOTP_IS_DAMAGED *why is set, on
 * ISOTP_IS_FRAME `f` and all of `line`, on ISOTP_IS_OTHER `dropped`.
 */
enum isotp_verdict isotp_candump_parse(struct isotp_text text, struct isotp_candump_line *line,
				       struct isotp_frame *f, const char **why);

/* The part from the CAN ID on, of a line in the log form and in the console form. */
enum isotp_verdict isotp_candump_log(struct isotp_text t, struct isotp_frame *f, const char **why);
enum isotp_verdict isotp_candump_console(struct isotp_text t, struct isotp_frame *f,
					 const char **why);

/* Reads 3 hex digits as an 11-bit ID, 8 as a 29-bit one or an error class; sets `flags`, too. */
bool isotp_candump_id(struct isotp_text digits, struct isotp_frame *f);

#endif
