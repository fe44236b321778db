/* SPDX-License-Identifier: MIT */
/*
 * perf-check.h - the rules between isotpperf's options: what goes with which mode, and what the
 * mode makes of the rest.
 *
 *	perf_check(&(struct perf_asked){ ... }, &options, &settings, &from);
 */
#ifndef ISOTP_CLI_PERF_CHECK_H
#define ISOTP_CLI_PERF_CHECK_H

#include "input.h"
#include "options.h"
#include "perf.h"

/* What was given on the command line, beyond the settings themselves. */
struct perf_asked {
	const char *mode;	  /* "--source" and so on; NULL: the monitor */
	const char *active_only;  /* an option that goes with those; NULL: none was given */
	const char *monitor_only; /* one that goes with the monitor alone */
	char *file;		  /* of --read, a copy */
	bool has_warmup;
	bool has_rx_byte; /* --rx-ext-addr, which is: */
	uint8_t rx_byte;
};

/* Completes the settings and where the monitor's frames come from, or refuses. */
void perf_check(const struct perf_asked *asked, struct options *options,
		struct perf_settings *settings, struct input_settings *from);

#endif
