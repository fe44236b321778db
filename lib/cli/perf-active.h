/* SPDX-License-Identifier: MIT */
/*
 * perf-active.h - the modes of isotpperf that take part: source and ping (perf-source.c), which
 * send numbered PDUs, and sink and echo (perf-sink.c), which answer them.
 *
 *	status = perf_active_open(&a, &options, &settings, &results);
 *	status = perf_source_run(&a);
 *	status = perf_active_close(&a, status);
 *
 * A transfer that fails is counted, and the run goes on: unless the frames no longer leave, or it
 * was the very first of who sends, or one of many in a row.
 */
#ifndef ISOTP_CLI_PERF_ACTIVE_H
#define ISOTP_CLI_PERF_ACTIVE_H

#include "perf-link.h"

enum {
	PERF_IN_A_ROW = 10, /* failures that end a run */
	PERF_TOLD = 10,	    /* failures that are told one by one */
};

/* A PDU of our own. */
struct perf_buffer {
	uint8_t *data;
	size_t room;
	uint32_t length; /* 0: it holds none */
};

struct perf_active {
	const struct perf_settings *settings;
	struct perf_results *results;
	struct perf_link link;
	struct perf_buffer out; /* what is sent */
	uint64_t succeeded;	/* PDUs that did what they should */
	unsigned int in_row;
	uint64_t failed;
	bool broken; /* PDUs were broken, lost, damaged or out of order: 6 at the end */
};

/* Joins the bus, or says why not. */
enum tool_exit perf_active_open(struct perf_active *a, struct options *options,
				const struct perf_settings *settings, struct perf_results *results);

/* The modes: source and ping, sink and echo. Each goes on until its end or a signal, and leaves the
 * results ended. */
enum tool_exit perf_source_run(struct perf_active *a);
enum tool_exit perf_sink_run(struct perf_active *a);

/* Leaves the bus, also where opening failed; what becomes of this status of the run: losses go
 * before what was broken. */
enum tool_exit perf_active_close(struct perf_active *a, enum tool_exit status);

/* A transfer has failed: told, counted. TOOL_DONE: the run goes on. */
enum tool_exit perf_active_failed(struct perf_active *a, const struct isotp_event *ev);

/* The same for what no event tells: `what` ("no echo") did not happen within a time. */
enum tool_exit perf_active_missed(struct perf_active *a, const char *what, uint64_t ns);

/* A transfer was well. */
void perf_active_worked(struct perf_active *a);

/* Fills a buffer, whatever room it has. TOOL_SYSTEM: told. */
enum tool_exit perf_buffer_fill(struct perf_buffer *b, const uint8_t *data, uint32_t length);

/* Measures what the wire needs for the PDU that was sent, where no observer sees its frames. */
void perf_active_wire(struct perf_active *a);

/* The moment (isotp_clock_now) at which the peer was last heard, not before `since`. */
uint64_t perf_active_heard(struct perf_active *a, uint64_t since);

#endif
