/* SPDX-License-Identifier: MIT */
/* Owns what tells isotpperf's modes apart. */
#include "perf.h"

static const struct perf_mode_traits modes[] = {
	[PERF_MONITOR] = { .name = "monitor", .main = MEASURE_TIME },
	[PERF_SOURCE] = { .name = "source", .main = MEASURE_TIME, .begins = true, .sends = true },
	[PERF_SINK] = { .name = "sink", .main = MEASURE_TIME, .checks = true },
	[PERF_PING] = { .name = "ping",
			.main = MEASURE_RTT,
			.begins = true,
			.sends = true,
			.checks = true,
			.returns = true },
	[PERF_ECHO] = { .name = "echo", .main = MEASURE_TIME, .sends = true, .returns = true },
};

const struct perf_mode_traits *perf_traits(enum perf_mode mode)
{
	return &modes[mode];
}
