/* SPDX-License-Identifier: MIT */
/*
 * perf-limit.h - --fail-if: what must not be, as METRIC, one of > >= < <=, and a value with its
 * unit.
 *
 *	struct perf_limit limit;
 *	char why[VALUE_WHY], text[PERF_LIMIT_TEXT];
 *
 *	if (perf_limit_parse("p99>5ms", &limit, why) < 0)
 *		refuse("'p99>5ms' %s", why);
 *	...
 *	if (perf_limit_check(&limit, m, MEASURE_TIME, text) != PERF_LIMIT_KEPT)
 *		tool_error("%s", text);		--fail-if=p99>5ms: time.p99 is 6.213 ms
 *
 * Metrics are those of measure.h. The bare names count, min, mean, p50, p90, p99, p999 and max are
 * of the distribution that the program is about: the round trip for --ping, else the time per PDU.
 * Values: durations as everywhere (5ms, 250us, 0), rates in bytes a second with k or M for 1000
 * and 1000000 (80k, 1.5M), shares with % (50%), counts plain.
 */
#ifndef ISOTP_CLI_PERF_LIMIT_H
#define ISOTP_CLI_PERF_LIMIT_H

#include "measure.h"
#include "values.h"

#define PERF_LIMIT_TEXT 256
#define PERF_LIMIT_MAX	64 /* characters of one, and the final NUL */

enum perf_limit_state {
	PERF_LIMIT_KEPT = 0,
	PERF_LIMIT_EXCEEDED,
	PERF_LIMIT_NOT_MEASURED, /* which is a failure, too: nothing says that it was kept */
};

struct perf_limit {
	char text[PERF_LIMIT_MAX]; /* as it was given */
	char metric[24];	   /* a name of measure_metrics, or what follows its point */
	char op[3];
	double value; /* in the metric's unit */
};

/* Reads one. Returns 0, or -EINVAL with `why`, as the functions of values.h. */
int perf_limit_parse(const char *text, struct perf_limit *limit, char why[VALUE_WHY]);

/* Checks it; `main` is the distribution of bare names. With other than PERF_LIMIT_KEPT, `text`
 * says what is wrong. */
enum perf_limit_state perf_limit_check(const struct perf_limit *limit, const struct measure *m,
				       enum measure_series main, char text[PERF_LIMIT_TEXT]);

#endif
