/* SPDX-License-Identifier: MIT */
/*
 * perf-look.h - isotpperf as a monitor: frames of a bus or a capture file, through the lines of
 * can-utils and the measurement.
 *
 *	status = perf_look_run(&(struct perf_look){ .settings = &settings, .from = &from,
 *						     .results = &results });
 */
#ifndef ISOTP_CLI_PERF_LOOK_H
#define ISOTP_CLI_PERF_LOOK_H

#include "input.h"
#include "perf-monitor.h"
#include "perf-watch.h"
#include "view.h"

struct perf_look {
	const struct perf_settings *settings;
	const struct input_settings *from;
	const struct isotp_config *padding; /* its pad checks */
	uint32_t max_pdu;		    /* bytes of a PDU that JSON shows */
	struct perf_results *results;

	struct input in;
	struct perf_watch watch;
	struct perf_monitor monitor;
	bool has_first;
	uint64_t first_ns; /* of the first frame */
	uint64_t whole;	   /* PDUs that were shown */
	struct view view;  /* its writer is what the lines go through, too */
};

/* Looks until the end, a signal, or enough; all else has to be zero. What goes wrong with standard
 * output is in the results. */
enum tool_exit perf_look_run(struct perf_look *look);

#endif
