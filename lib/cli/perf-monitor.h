/* SPDX-License-Identifier: MIT */
/*
 * perf-monitor.h - transfers as can-utils' isotpperf shows them: a bar that grows while a PDU comes,
 * and a line when it is whole. Lines are to the byte what it prints, carriage returns included.
 *
 *	perf_monitor_init(&m, pairs, n_pairs, true);
 *	done = perf_monitor_take(&m, &record, bus, &w);
 *	perf_monitor_advance(&m, now_ns, &w);
 *	perf_monitor_end(&m, &w);
 *
 * It shows what the first of each pair sends; from the second it takes the flow control. Where there
 * are several pairs each line is led by its own, "7E0:7E8 ", and in a capture of several buses the
 * lines of all but the first that was seen are led by the bus, "can1 ".
 */
#ifndef ISOTP_CLI_PERF_MONITOR_H
#define ISOTP_CLI_PERF_MONITOR_H

#include "protocol/reassembler.h"
#include "writer.h"

enum { PERF_LANES_MAX = 1024 }; /* pairs, times buses, times address bytes; more are not shown */

/* One sender on one bus, with one address byte. */
struct perf_lane {
	const struct isotp_watch *pair;
	uint16_t bus;
	const char *bus_name;
	uint8_t byte; /* with pair->a.has_byte */
	bool receiving;
	bool fd, brs;	   /* of the PDU, as its first frame was */
	uint8_t frame_len; /* of its first frame */
	uint8_t sn;	   /* of the next consecutive frame */
	uint32_t length, received;
	uint64_t first_ns; /* time of its first frame */
	uint64_t last_ns;  /* and of the last one of either side */
	uint8_t bs, stmin; /* of the last CTS, also of an older PDU: as can-utils */
};

struct perf_monitor {
	const struct isotp_watch *pairs;
	int n_pairs;
	bool bars;    /* false: the lines alone, without carriage returns */
	bool open;    /* a bar stands, its line has not ended */
	bool has_bus; /* a frame was seen: */
	uint16_t bus; /* there */
	int n_lanes, room;
	struct perf_lane *lanes;
};

/* The pairs stay the caller's and must last as long. */
void perf_monitor_init(struct perf_monitor *m, const struct isotp_watch *pairs, int n_pairs,
		       bool bars);

/* Takes a frame; `bus` is the name of its bus and has to stay. True when a PDU is whole. */
bool perf_monitor_take(struct perf_monitor *m, const struct isotp_record *record, const char *bus,
		       struct writer *w);

/* Time has passed, on the clock of the frames: what waits for a second has timed out. */
void perf_monitor_advance(struct perf_monitor *m, uint64_t now_ns, struct writer *w);

/* When to call that next, on the same clock, or ISOTP_NEVER. */
uint64_t perf_monitor_deadline(const struct perf_monitor *m);

/* Ends the line of a bar that still stands, and frees. */
void perf_monitor_end(struct perf_monitor *m, struct writer *w);

#endif
