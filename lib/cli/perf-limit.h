/* SPDX-License-Identifier: MIT */
/*
 * perf-limit.h - --fail-if: what must not be, as METRIC, one of > >= < <=, and a value with its
 * unit.
 *
 *	struct perf_limit limit;
 *	struct perf_limit_refusal no;
 *	char text[PERF_LIMIT_TEXT];
 *
 *	if (perf_limit_parse("p99>5ms", &limit, &no) < 0)
 *		refuse("'p99>5ms' %s", no.why);
 *	...
 *	if (perf_limit_check(&limit, m, MEASURE_TIME, text) != PERF_LIMIT_KEPT)
 *		tool_error("%s", text);		--fail-if=p99>5ms: time.p99 is 6.213 ms
 *
 * Metrics are those of measure.h. The bare names count, min, mean, p50, p90, p99, p999 and max are
 * of the distribution that the program is about: the round trip for --ping, else the time per PDU.
 * p99.9, as reports have it, is p999. Values: durations as everywhere (5ms, 250us, 0), rates in
 * bytes a second with k or M for 1000 and 1000000 (80k, 1.5M), shares with % (50%), counts plain.
 * Blanks around name and value do not matter.
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
	char text[PERF_LIMIT_MAX];   /* as it was given */
	char metric[PERF_LIMIT_MAX]; /* a name of measure_metrics, or what follows its point */
	char op[3];
	double value; /* in the metric's unit */
};

/* Why a text is no limit. */
struct perf_limit_refusal {
	char why[VALUE_WHY];	       /* as of the functions in values.h */
	char way_out[PERF_LIMIT_TEXT]; /* empty: none */
};

/* Reads one. Returns 0, or -EINVAL with *no. */
int perf_limit_parse(const char *text, struct perf_limit *limit, struct perf_limit_refusal *no);

/* The metric that it is about; `main` is the distribution of bare names. */
const struct measure_metric *perf_limit_metric(const struct perf_limit *limit,
					       enum measure_series main);

/* Checks it, with `main` as above. With other than PERF_LIMIT_KEPT, `text` says what is wrong. */
enum perf_limit_state perf_limit_check(const struct perf_limit *limit, const struct measure *m,
				       enum measure_series main, char text[PERF_LIMIT_TEXT]);

#endif
