/* SPDX-License-Identifier: MIT */
/*
 * perf-bars.h - transfers as can-utils' isotpperf shows them: a bar that grows while a PDU comes,
 * and a line when it is whole. Lines are to the byte what it prints, carriage returns included.
 *
 *	perf_bars_init(&bars, pairs, n_pairs, PERF_BARS_CAN_UTILS);
 *	perf_bars_take(&bars, &record, bus, &w);
 *	perf_bars_advance(&bars, now_ns, &w);
 *	perf_bars_end(&bars, &w);
 *
 * It shows what the first of each pair sends; from the second it takes the flow control. Where
 * there are several pairs each line is led by its own, "7E0:7E8 ", and in a capture of several
 * buses the lines of all but the first that was seen are led by the bus, "can1 ".
 *
 * A PDU has a line, or a note that says why not: as the reassembler ends it. Silence for a second
 * is can-utils' note, no end: what comes whole after that has its line as well.
 *
 * What differs, since an observer is to see what a receiver would have made of the frames:
 * - an FF_DL that no first frame has is ignored (there: 0 ends the program); PDUs above 4.2 MB are
 *   shown (there: refused);
 * - a wrong sequence number, an overflow and a reserved flow status end the PDU, with a note (there:
 *   nothing is said, and when the sender is silent it has timed out a second later);
 * - consecutive frames that come after a second of silence go on (there: they are ignored);
 * - what is open at the end has a note (there: it has no end);
 * - a consecutive frame that is longer than the first frame, or too short for its place, is ignored
 *   (there: its bytes count, however many);
 * - block size and STmin are those of the last CTS (there: of any frame that looks like a flow
 *   control, of the bytes that it does not have, too);
 * - flow control is led by an address byte of its own, any one without -X (there: it must have that
 *   of -x, and without -X this byte is taken for the PCI);
 * - a PDU that took less than a millisecond has a time and a rate (there: `no time available`).
 */
#ifndef ISOTP_CLI_PERF_BARS_H
#define ISOTP_CLI_PERF_BARS_H

#include "protocol/config.h"
#include "protocol/record.h"
#include "protocol/transfer.h"
#include "protocol/watch.h"
#include "writer.h"

enum { PERF_LANES_MAX = 1024 }; /* senders, times buses, times address bytes; more are not shown */

enum perf_bars_style {
	PERF_BARS_LINES,     /* no bars and no carriage returns */
	PERF_BARS_CAN_UTILS, /* its bytes: a PDU that the next one cuts off has no note, and a bar
			      * may take the place of that of silence. Several pairs are NOTED. */
	PERF_BARS_NOTED,     /* bars too, and each note has a line */
};

enum perf_lane_state {
	PERF_LANE_IDLE,	     /* nothing yet, or a PDU that is over */
	PERF_LANE_RECEIVING, /* between FF and last CF */
	PERF_LANE_SILENT,    /* so it was, and has timed out; it may still go on */
};

/* One sender on one bus, with one address byte. */
struct perf_lane {
	const struct isotp_watch *pair;
	struct isotp_endpoint from; /* classic and FD are not told apart */
	const char *bus_name;

	/* the PDU */
	enum perf_lane_state state;
	bool late;    /* it has timed out before: it does so once */
	bool fd, brs; /* as its first frame was */
	uint32_t length;
	struct isotp_transfer transfer;
	uint8_t used;	   /* bytes of its last frame that are not padding */
	uint64_t first_ns; /* time of its first frame */
	uint64_t last_ns;  /* and of the last one of either side */

	uint8_t bs, stmin; /* of the last CTS, also of an older PDU: as can-utils */
};

struct perf_bars {
	const struct isotp_watch *pairs;
	int n_pairs;
	enum perf_bars_style style;
	const struct isotp_config *padding; /* may be set: its pad checks end a PDU */
	int columns;			    /* may be set: no bar is wider */
	bool printed;			    /* a line or a note was */
	bool open;			    /* a bar stands, its line has not ended */
	bool has_bus;			    /* a frame was seen: */
	uint16_t bus;			    /* there */
	int n_lanes, room;
	struct perf_lane *lanes;
};

/* The pairs stay the caller's and must last as long; each has another sender. */
void perf_bars_init(struct perf_bars *bars, const struct isotp_watch *pairs, int n_pairs,
		    enum perf_bars_style style);

/* Takes a frame; `bus` is the name of its bus and has to stay. */
void perf_bars_take(struct perf_bars *bars, const struct isotp_record *record, const char *bus,
		    struct writer *w);

/* Time has passed, on the clock of the frames: what waits for a second has timed out. */
void perf_bars_advance(struct perf_bars *bars, uint64_t now_ns, struct writer *w);

/* When to call that next, on the same clock, or ISOTP_NEVER. */
uint64_t perf_bars_deadline(const struct perf_bars *bars);

/* The end of what there is to see: what is open has a note. Ends the line, and frees. */
void perf_bars_end(struct perf_bars *bars, struct writer *w);

#endif
