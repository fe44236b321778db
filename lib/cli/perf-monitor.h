/* SPDX-License-Identifier: MIT */
/*
 * perf-monitor.h - the mode of isotpperf that takes no part: the frames of a bus or a capture file
 * go to the bars and lines of can-utils (perf-bars.h) and to the measurement (perf-observer.h).
 *
 *	struct perf_monitor monitor = { .settings = &settings, .from = &from, .padding = &config,
 *					.max_pdu = 4095, .results = &results };
 *
 *	status = perf_monitor_run(&monitor);
 */
#ifndef ISOTP_CLI_PERF_MONITOR_H
#define ISOTP_CLI_PERF_MONITOR_H

#include "input.h"
#include "perf-bars.h"
#include "perf-observer.h"
#include "perf-seen.h"
#include "view.h"

struct perf_monitor {
	const struct perf_settings *settings;
	const struct input_settings *from;
	const struct isotp_config *padding; /* its pad checks */
	uint32_t max_pdu;		    /* bytes of a PDU that JSON shows */
	struct perf_results *results;

	struct input in;
	struct perf_observer observer;
	struct perf_bars bars;
	struct perf_seen seen;
	struct progress bar; /* of one that has no lines */
	bool untimed;	     /* told */
	bool has_first;
	uint64_t first_ns; /* of the first frame */
	struct view view;  /* its writer is what the lines go through, too */
};

/* Looks until the end, a signal, or enough; all else has to be zero. What goes wrong with standard
 * output is in the results. */
enum tool_exit perf_monitor_run(struct perf_monitor *monitor);

#endif
