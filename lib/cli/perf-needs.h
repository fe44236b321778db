/* SPDX-License-Identifier: MIT */
/*
 * perf-needs.h - what a metric needs to be measured at all: a mode, an option, PDUs that are long
 * enough. A limit of --fail-if that lacks it is refused at the start, not at the end of a night.
 *
 *	if (perf_limit_lacks(&limit, &settings, &config, &lack))
 *		tool_refuse("--fail-if", "'%s' %s", limit.text, lack.what);
 */
#ifndef ISOTP_CLI_PERF_NEEDS_H
#define ISOTP_CLI_PERF_NEEDS_H

#include "perf.h"

struct perf_lack {
	char what[VALUE_WHY]; /* "needs --bitrate" */
	const char *way_out;  /* NULL: `what` says it */
};

/* Whether the metric of a limit cannot be measured with these settings, complete with their
 * defaults, whatever comes; then *lack says why. `config` is that of the connection of a mode that
 * takes part. */
bool perf_limit_lacks(const struct perf_limit *limit, const struct perf_settings *settings,
		      const struct isotp_config *config, struct perf_lack *lack);

#endif
