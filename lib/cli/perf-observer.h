/* SPDX-License-Identifier: MIT */
/*
 * perf-observer.h - isotpperf's observer: frames to the measurement, as they are and as the PDUs
 * that they make.
 *
 *	status = perf_observer_open(&observer, &results, &padding, PERF_MAX_PDU);
 *	perf_observer_take(&observer, records, n);
 *	perf_observer_finish(&observer);
 *	perf_observer_close(&observer);
 */
#ifndef ISOTP_CLI_PERF_OBSERVER_H
#define ISOTP_CLI_PERF_OBSERVER_H

#include "perf-results.h"
#include "watcher.h"

enum { PERF_MAX_PDU = 64 }; /* for who does not look at the data */

struct perf_observer {
	struct perf_results *results;
	struct watcher watcher;
	uint64_t pdus;	  /* whole ones that were seen */
	uint64_t from_ns; /* what was before (ns since 1970) is not measured */
	bool learns;	  /* nothing is measured yet, but learned who speaks ISO-TP */

	/* Who else is told of each PDU and fault, once it is measured; or NULL. */
	void (*observed)(void *arg, const struct isotp_observed *o);
	void *arg;
};

/* Makes ready, for the pairs in the settings of the results; without any it finds the
 * conversations itself. Of `padding` the pad checks count; `max_pdu` bytes of a PDU are kept.
 * TOOL_SYSTEM, _USAGE: told. */
enum tool_exit perf_observer_open(struct perf_observer *observer, struct perf_results *results,
				  const struct isotp_config *padding, uint32_t max_pdu);

/* Measures these frames, and what they make. */
void perf_observer_take(struct perf_observer *observer, const struct isotp_record *records, int n);

/* The end of what there is to see: what is open is broken. */
void perf_observer_finish(struct perf_observer *observer);

/* Frees what open has made. */
void perf_observer_close(struct perf_observer *observer);

#endif
