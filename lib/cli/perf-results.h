/* SPDX-License-Identifier: MIT */
/*
 * perf-results.h - what comes out of isotpperf: two measurements, of everything and of the length
 * that a sweep is at, and at the end report, histograms, plot and limits.
 *
 *	status = perf_results_open(&r, &settings, "can0");
 *	perf_results_begin(&r, 4095);
 *	perf_results_transfer(&r, 4095, ns);
 *	perf_results_end(&r, span_ns);		a line, in a sweep
 *	status = perf_results_report(&r);
 *	exceeded = perf_results_judge(&r);
 *	perf_results_close(&r);
 *
 * What is measured before the first begin or after an end counts nowhere.
 */
#ifndef ISOTP_CLI_PERF_RESULTS_H
#define ISOTP_CLI_PERF_RESULTS_H

#include "measure.h"
#include "perf.h"
#include "plot.h"
#include "writer.h"

struct perf_results {
	const struct perf_settings *settings;
	const char *bus;
	bool sweep;	    /* there are, or may be, several lengths: each has its line */
	bool headed;	    /* the table of lengths has its head */
	uint32_t length;    /* of this part; of the last one when there was but one */
	bool any;	    /* something was begun to be measured */
	unsigned int parts; /* that had PDUs */
	uint64_t span_ns;   /* of the parts that have ended */
	struct measure *all;
	struct measure *part;	 /* NULL outside of a sweep */
	struct measure *into[2]; /* what is measured goes there; between begin and end */
	int n_into;
	struct plot *plot;
	int error; /* of standard output, as tool_write */
	struct writer w;
};

/* Makes ready; the settings stay the caller's. TOOL_SYSTEM: told. */
enum tool_exit perf_results_open(struct perf_results *r, const struct perf_settings *settings,
				 const char *bus);

/* From here on PDUs of this length are measured. */
enum tool_exit perf_results_begin(struct perf_results *r, uint32_t length);

/* No longer; they took `span_ns`. */
void perf_results_end(struct perf_results *r, uint64_t span_ns);

/* As their namesakes in measure.h. */
void perf_results_frame(struct perf_results *r, const struct isotp_record *record);
void perf_results_observed(struct perf_results *r, const struct isotp_observed *o);
/* A PDU of ours; ISOTP_NEVER: how long it took is not known. */
void perf_results_transfer(struct perf_results *r, uint32_t length, uint64_t ns);
void perf_results_round_trip(struct perf_results *r, uint64_t ns);
void perf_results_wire(struct perf_results *r, const struct isotp_wire_bits *bits);
void perf_results_broken(struct perf_results *r);
void perf_results_lost(struct perf_results *r, uint64_t n);
void perf_results_damaged(struct perf_results *r, uint64_t n);
void perf_results_reordered(struct perf_results *r, uint64_t n);

/* Writes the report of everything and draws the plot. */
enum tool_exit perf_results_report(struct perf_results *r);

/* True when a limit of --fail-if was exceeded: told. */
bool perf_results_judge(struct perf_results *r);

void perf_results_close(struct perf_results *r);

#endif
