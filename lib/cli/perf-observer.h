/* SPDX-License-Identifier: MIT */
/*
 * perf-observer.h - isotpperf's observer: frames to the measurement, as they are and as the PDUs
 * that they make. In an active mode it has the bus to itself, as one more node; it sends nothing.
 *
 *	status = perf_observer_open(&observer, &results, &padding, PERF_MAX_PDU);
 *	perf_observer_take(&observer, records, n);
 *
 *	rc = perf_observer_join(&observer, "can0", &config, where, sizeof(where));
 *	rc = perf_observer_drain(&observer, ISOTP_NEVER);	when perf_observer_fd is readable
 *	perf_observer_close(&observer);
 */
#ifndef ISOTP_CLI_PERF_OBSERVER_H
#define ISOTP_CLI_PERF_OBSERVER_H

#include "perf-results.h"
#include "transport/bus.h"
#include "watcher.h"

enum {
	PERF_BATCH = 64,
	PERF_MAX_PDU = 64, /* for who does not look at the data */
};

struct perf_observer {
	struct perf_results *results;
	struct watcher watcher;
	uint64_t pdus;	  /* whole ones that were seen */
	uint64_t from_ns; /* what was before (ns since 1970) is not measured */
	bool learns;	  /* nothing is measured yet, but learned who speaks ISO-TP */

	/* Who else is told, or NULL: of each PDU and fault; with a bus, of the length of each
	 * PDU that the peer begins, before it is measured. */
	void (*observed)(void *arg, const struct isotp_observed *o);
	void (*begins)(void *arg, uint32_t length, uint64_t time_ns);
	void *arg;

	/* with a bus */
	struct isotp_bus *bus;
	const struct isotp_config *config; /* of the connection that is observed */
	struct isotp_bus_frame batch[PERF_BATCH];
	int batch_next, batch_count;
	uint64_t number;
	uint64_t heard_ns;     /* when a frame of the peer was last seen (isotp_clock_now) */
	uint64_t last_ns;      /* time of the last frame that was taken */
	uint32_t whole_length; /* the peer's last whole PDU: its length, */
	uint64_t whole_ns; /* and from its first to its last frame, ISOTP_NEVER: it has but one */
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

/* Joins a bus, to see the frames of this connection, whose configuration has to stay; if the bit
 * rate is known, all frames, for the load. Returns 0, or as isotp_bus_open. */
int perf_observer_join(struct perf_observer *observer, const char *name,
		       const struct isotp_config *config, char *where, size_t size);

/* A descriptor to poll; -1: no bus. */
int perf_observer_fd(const struct perf_observer *observer);

/* Takes what has come up to a moment (since 1970); what came later waits for the next call.
 * Returns 0 or -errno. */
int perf_observer_drain(struct perf_observer *observer, uint64_t until_ns);

/* Goes on to the end of the peer's next PDU, which is of this length, waiting for it at most
 * that long, and not at all once frames were lost. Returns the time from its first to its last
 * frame; ISOTP_NEVER: it was not seen, or is a single frame. */
uint64_t perf_observer_whole(struct perf_observer *observer, uint32_t length, uint64_t patience_ns);

/* How many frames it has lost on this bus. */
uint64_t perf_observer_lost(const struct perf_observer *observer);

/* Leaves the bus. */
void perf_observer_leave(struct perf_observer *observer);

void perf_observer_close(struct perf_observer *observer);

#endif
