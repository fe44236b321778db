/* SPDX-License-Identifier: MIT */
/*
 * perf.h - what isotpperf was asked to do: one struct, filled by its options, read by the rest.
 *
 *	settings.mode = PERF_PING;
 *	if (perf_traits(settings.mode)->begins && !settings.count)
 *		settings.count = 100;
 */
#ifndef ISOTP_CLI_PERF_H
#define ISOTP_CLI_PERF_H

#include "perf-lengths.h"
#include "perf-limit.h"
#include "protocol/reassembler.h"
#include "tool.h"

enum { PERF_LIMITS_MAX = 64 };

enum perf_mode {
	PERF_MONITOR, /* sends nothing */
	PERF_SOURCE,  /* sends numbered PDUs */
	PERF_SINK,    /* takes and checks them */
	PERF_PING,    /* sends numbered PDUs, awaits each back */
	PERF_ECHO,    /* sends every PDU back */
};

/* What else a mode is. */
struct perf_mode_traits {
	const char *name;	  /* as in reports: "ping" */
	enum measure_series main; /* the distribution that it is about */
	bool begins;		  /* its PDUs have a length, a number, a moment to start at */
	bool sends;		  /* so it knows how long that took, whoever watches the bus */
	bool checks;		  /* what comes is lost, damaged, out of order, or not */
	bool returns;		  /* every PDU goes both ways */
};

const struct perf_mode_traits *perf_traits(enum perf_mode mode);

struct perf_settings {
	enum perf_mode mode;
	struct perf_lengths lengths; /* none: whatever comes */
	uint64_t count;		     /* PDUs, of each length; 0: no limit */
	uint64_t duration_ns;	     /* 0: no limit */
	uint64_t interval_ns;	     /* from start to start; 0: one after the other */
	uint64_t timeout_ns;	     /* of an answer, of idle time; 0: none */
	uint64_t warmup;	     /* PDUs before those that count, of each length */
	bool no_observe;

	/* whose frames are measured, and of a monitor what the first of each pair sends; none:
	 * everything that is ISO-TP */
	struct isotp_watch pairs[ISOTP_WATCH_MAX];
	int n_pairs;
	bool as_can_utils; /* the monitor: the only one is of -s and -d */

	/* what is told */
	uint32_t bitrate, dbitrate; /* 0: not known */
	bool json, histogram;
	char *plot; /* NULL: none; a copy */
	struct perf_limit limits[PERF_LIMITS_MAX];
	int n_limits;
};

#endif
