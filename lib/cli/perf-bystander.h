/* SPDX-License-Identifier: MIT */
/*
 * perf-bystander.h - isotpperf's observer where it has a bus to itself, beside a connection: as one
 * more node, which sends nothing.
 *
 *	status = perf_bystander_open(&by, &results, &config);
 *	rc = perf_bystander_join(&by, "can0", where, sizeof(where));
 *	rc = perf_bystander_drain(&by, ISOTP_NEVER);	when perf_bystander_fd is readable
 *	perf_bystander_close(&by);
 */
#ifndef ISOTP_CLI_PERF_BYSTANDER_H
#define ISOTP_CLI_PERF_BYSTANDER_H

#include "perf-observer.h"
#include "transport/bus.h"

enum { PERF_BATCH = 64 };

struct perf_bystander {
	struct perf_observer observer;
	const struct isotp_config *config; /* of the connection that is observed */
	struct isotp_bus *bus;		   /* NULL: on none */

	/* Who is told of the length of each PDU that the peer begins, before it is measured, with
	 * the time of its first frame; or NULL. */
	void (*begins)(void *arg, uint32_t length, uint64_t time_ns);
	void *arg;

	struct isotp_bus_frame batch[PERF_BATCH];
	int batch_next, batch_count;
	uint64_t number;
	uint64_t heard_ns;     /* when a frame of the peer was last seen (isotp_clock_now) */
	uint64_t last_ns;      /* time of the last frame that was taken */
	uint32_t whole_length; /* the peer's last whole PDU: its length, */
	uint64_t whole_ns; /* and from its first to its last frame, ISOTP_NEVER: it has but one */
};

/* Makes ready, on no bus yet; the configuration, that of the connection, has to stay.
 * TOOL_SYSTEM, _USAGE: told, and to be closed all the same. */
enum tool_exit perf_bystander_open(struct perf_bystander *by, struct perf_results *results,
				   const struct isotp_config *config);

/* Joins a bus, to see the frames of the connection; if the bit rate is known, all frames, for the
 * load. Returns 0, or as isotp_bus_open. */
int perf_bystander_join(struct perf_bystander *by, const char *name, char *where, size_t size);

/* A descriptor to poll; -1: no bus. */
int perf_bystander_fd(const struct perf_bystander *by);

/* Takes what has come up to a moment (since 1970); what came later waits for the next call.
 * Returns 0 or -errno. */
int perf_bystander_drain(struct perf_bystander *by, uint64_t until_ns);

/* What was on the bus before this moment (ns since 1970), or was taken already, is not measured;
 * what comes later is. */
void perf_bystander_from(struct perf_bystander *by, uint64_t time_ns);

/* Goes on to the end of the peer's next PDU, which is of this length, waiting for it at most
 * that long, and not at all once frames were lost. Returns the time from its first to its last
 * frame; ISOTP_NEVER: it was not seen, or is a single frame. */
uint64_t perf_bystander_whole(struct perf_bystander *by, uint32_t length, uint64_t patience_ns);

/* How many frames it has lost on this bus. */
uint64_t perf_bystander_lost(const struct perf_bystander *by);

/* Leaves the bus. */
void perf_bystander_leave(struct perf_bystander *by);

/* Leaves the bus, and frees what open has made. */
void perf_bystander_close(struct perf_bystander *by);

#endif
