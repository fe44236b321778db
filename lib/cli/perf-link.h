/* SPDX-License-Identifier: MIT */
/*
 * perf-link.h - the connection of an active mode, and the observer beside it.
 *
 *	status = perf_link_open(&link, &options, &settings, &results, 4095);
 *	status = perf_link_await_peer(&link);
 *	isotp_channel_send(link.session.channel, pdu, length);
 *	rc = perf_link_next(&link, &ev, deadline);
 *	perf_link_close(&link);
 */
#ifndef ISOTP_CLI_PERF_LINK_H
#define ISOTP_CLI_PERF_LINK_H

#include "perf-bystander.h"
#include "progress.h"
#include "session.h"

struct perf_link {
	struct session session;
	struct perf_bystander bystander;
	bool observes;	 /* has an observer, though maybe none on the bus now */
	bool lost;	 /* frames or PDUs were lost on the way to us: told */
	uint64_t unseen; /* frames that the observer has lost */

	/* how far the run is, for the bar: PDUs, or else time (isotp_clock_now) */
	struct progress bar;
	uint64_t done, wanted; /* wanted 0: without an end */
	uint64_t began, ends;  /* ends ISOTP_NEVER: that is not known */
};

/* Opens the connection, or says why not. `longest`: of the PDUs that it will send, or 0. */
enum tool_exit perf_link_open(struct perf_link *link, struct options *options,
			      const struct perf_settings *settings, struct perf_results *results,
			      uint32_t longest);

/* Puts the observer on the bus, and takes it away: before words on who else is there. */
enum tool_exit perf_link_observe(struct perf_link *link);
void perf_link_stop_observing(struct perf_link *link);

/*
 * Waits until somebody else is on the bus, up to N_As, or says that nobody is. On an embedded bus
 * the observer is a node like others: frames that nobody takes would reach it, and seem to be
 * sent. So it joins once a peer is there, and leaves when there is none.
 */
enum tool_exit perf_link_await_peer(struct perf_link *link);

/* As isotp_channel_next, and what has passed on the bus up to the event is measured. */
int perf_link_next(struct perf_link *link, struct isotp_event *ev, uint64_t deadline);

/* The same for what is there already, also after a signal: it does not wait. `deadline` is for a bus
 * that is never quiet. */
int perf_link_rest(struct perf_link *link, struct isotp_event *ev, uint64_t deadline);

/* The run begins: so many PDUs, or, where that is 0, until this moment. */
void perf_link_begin(struct perf_link *link, uint64_t wanted, uint64_t ends);

/* Lets the connection live until a moment. TOOL_DONE when it has come. */
enum tool_exit perf_link_idle(struct perf_link *link, uint64_t moment);

/* How long a PDU that has just been received took on the bus, from its first frame to its last;
 * ISOTP_NEVER when no observer saw it, or it was a single frame. */
uint64_t perf_link_observed(struct perf_link *link, uint32_t length);

/* The end of a run: measures what has passed on the bus up to now. */
void perf_link_catch_up(struct perf_link *link);

/* What was on the bus before this moment (ns since 1970), or was taken already, is not
 * measured; what comes later is. */
void perf_link_from(struct perf_link *link, uint64_t time_ns);

/* Says what the observer has lost, and closes what is open. */
void perf_link_close(struct perf_link *link);

#endif
