/* SPDX-License-Identifier: MIT */
/*
 * perf-results.h - what comes out of isotpperf: a measurement of each length that a sweep goes
 * through, the sum of them, and at the end report, histograms, plot and limits.
 *
 *	status = perf_results_open(&r, &settings, "can0");
 *	perf_results_begin(&r, 4095);
 *	measure_transfer(r.into, 4095, ns);
 *	perf_results_end(&r, span_ns);		a line, in a sweep
 *	status = perf_results_report(&r);
 *	exceeded = perf_results_judge(&r);
 *	perf_results_close(&r);
 *
 * There is always somewhere to measure into; before the first begin and after an end it counts
 * nowhere.
 */
#ifndef ISOTP_CLI_PERF_RESULTS_H
#define ISOTP_CLI_PERF_RESULTS_H

#include "measure.h"
#include "perf-report.h"
#include "perf.h"
#include "plot.h"
#include "writer.h"

struct perf_results {
	const struct perf_settings *settings;
	const char *bus;
	struct perf_buses buses; /* of a monitor, from its end on */
	bool headed;		 /* the table of lengths has its head */
	uint32_t length;	 /* of the last part that was begun */
	uint32_t counted_length; /* of the last one that counts */
	bool any;		 /* something was begun to be measured */
	unsigned int parts;	 /* that had PDUs, broken and lost ones included */
	struct measure *into;	 /* what is measured goes there: into the part, or idle */
	struct measure *part;	 /* NULL: none was begun that `all` does not have yet */
	struct measure *all;
	struct measure *idle;
	struct plot *plot;
	int error; /* of standard output, as tool_write */
	struct writer w;
};

/* Makes ready; before, all of *r has to be zero, and the settings stay the caller's. TOOL_SYSTEM:
 * told, and there is still something to close. */
enum tool_exit perf_results_open(struct perf_results *r, const struct perf_settings *settings,
				 const char *bus);

/* From here on PDUs of this length are measured. TOOL_SYSTEM: no memory, told. */
enum tool_exit perf_results_begin(struct perf_results *r, uint32_t length);

/* Whether there is anything of them: PDUs, or broken or lost ones. */
bool perf_results_found(const struct perf_results *r);

/* No longer; they took `span_ns`. */
void perf_results_end(struct perf_results *r, uint64_t span_ns);

/* Writes the report of everything and draws the plot. TOOL_SYSTEM: no plot, told; a failure of
 * standard output is in `error`. */
enum tool_exit perf_results_report(struct perf_results *r);

/* True when a limit of --fail-if was exceeded: told. After the report. */
bool perf_results_judge(struct perf_results *r);

/* Frees what open and begin have made; where open failed, too. */
void perf_results_close(struct perf_results *r);

#endif
