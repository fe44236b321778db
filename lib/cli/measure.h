/* SPDX-License-Identifier: MIT */
/*
 * measure.h - what isotpperf measures: PDUs, times, violations, the load of the wire; and the
 * names by which --fail-if and JSON call each of it.
 *
 *	measure_watch(m, &pair);	whose frames are to be measured
 *	measure_frame(m, &record);	what they sent, as an observer sees it
 *	measure_load(m, &record);	what others sent
 *	measure_observed(m, &observed);	what the reassembler made of it
 *	measure_transfer(m, n, ns);	a PDU of ours, and how long it took
 *	measure_value(m, "gap.p99", &value);
 *
 * An observer calls the first four, in either order of frame and observed; a program that sends or
 * receives itself sets `active` and calls measure_transfer, and the others for what it can see.
 *
 * Times are nanoseconds. The metrics, their units and meanings are a table (measure_metrics), which
 * the manual page repeats. What nothing was seen of has no value: measure_why says what is missing.
 */
#ifndef ISOTP_CLI_MEASURE_H
#define ISOTP_CLI_MEASURE_H

#include "protocol/reassembler.h"
#include "protocol/record.h"
#include "protocol/wire.h"
#include "stats.h"

enum {
	MEASURE_BUSES = 256,   /* whose load is told apart; more share the last one */
	MEASURE_SENDERS = 256, /* likewise; more are counted alone */
};

/* The distributions: "time", "gap", "fc" and "rtt". */
enum measure_series {
	MEASURE_TIME, /* of a PDU: active, what measure_transfer says; else first to last frame */
	MEASURE_GAP,  /* from a CF to the next one of its block */
	MEASURE_FC,   /* from an FF or the last CF of a block to the FC that answers it */
	MEASURE_RTT,  /* of measure_round_trip */
	MEASURE_SERIES
};

struct measure_settings {
	uint32_t bitrate, dbitrate; /* bit/s; 0: the load of the wire is not computed */

	/* PDUs are counted and timed by measure_transfer. What is observed adds the rest. */
	bool active;

	/* Told of each sample of a distribution, as plot_sample is; NULL: nobody. The time is that
	 * of the frame, since 1970 or whatever a capture counts from; ISOTP_NEVER: now. */
	void (*sample)(void *arg, enum measure_series series, uint64_t time_ns, uint64_t ns);
	void *sample_arg;
};

/* The PDU that took longest: one that was seen, or one of our own. */
struct measure_slowest {
	uint64_t ns;
	bool ours;
	uint64_t number;	 /* ours: as measure_number said */
	struct isotp_observed o; /* seen; its data are gone */
};

/* What one sender's PDUs were, as they were seen. */
struct measure_sender {
	struct isotp_endpoint from, peer; /* peer.id.width 0: not known */
	bool from_b;			  /* as in struct isotp_observed */
	uint64_t pdus, broken, stmin_violations;
	uint64_t timed, sum_ns, max_ns; /* of the PDUs that have a time */
};

struct measure; /* big, from measure_new */

/* One of the things that can be asked for: "time.p99", "lost". */
struct measure_metric {
	const char *name;
	const char *unit; /* "ns" (shown with a unit that fits), "B/s", "B", "%", "" for counts */
	const char *help;
	enum measure_series series; /* the distribution that it is of; MEASURE_SERIES: of none */
	const char *which;	    /* of a distribution: "p99" */

	/* how measure_value gets it: NULL, or why there is no value */
	const char *(*get)(const struct measure *m, const struct measure_metric *metric,
			   double *value);
	int count;	/* the count that it is (measure-internal.h) */
	double percent; /* of a percentile */
	bool timed;	/* frames without times have none */
};

/* All of them, ended by a NULL name. */
const struct measure_metric *measure_metrics(void);

/* One by its name, or NULL. */
const struct measure_metric *measure_metric_find(const char *name);

/* The settings are copied. NULL: no memory. */
struct measure *measure_new(const struct measure_settings *settings);
void measure_free(struct measure *m);

/*
 * Whose gaps and latencies there are, up to ISOTP_WATCH_MAX pairs, as for isotp_reassembler_watch.
 * Without any, a pair counts from its first segmented PDU in measure_observed on: the frames of
 * that one came too early. -ENOSPC: too many.
 */
int measure_watch(struct measure *m, const struct isotp_watch *pair);

/* Learns a pair from such a PDU, before any frame: of who can look twice. It counts nowhere. */
void measure_learn(struct measure *m, const struct isotp_observed *o);

/* The frames have no times: what needs them has no value. */
void measure_untimed(struct measure *m);

/* Whether several frames came, and all at one time: that is none. */
bool measure_is_still(const struct measure *m);

/* A frame that is to be measured: it counts, and gives CF gaps and flow-control latency. */
void measure_frame(struct measure *m, const struct isotp_record *record);

/* Another one: it loads the bus, and that is all. */
void measure_load(struct measure *m, const struct isotp_record *record);

/* A PDU that was seen: it counts (unless `active`), or broke; the violations in it are those that
 * the reassembler found (enum isotp_fault). */
void measure_observed(struct measure *m, const struct isotp_observed *o);

/* How late it is by now (as the times of frames), where that is known: a PDU that is open breaks if
 * nothing came for a second, though no other frame says so. */
void measure_now(struct measure *m, uint64_t time_ns);

/* The number of the PDU that this program measures next. */
void measure_number(struct measure *m, uint64_t number);

/* A PDU of `length` bytes that this program sent or received whole; `ns` it took, ISOTP_NEVER:
 * that is not known. */
void measure_transfer(struct measure *m, uint32_t length, uint64_t ns);
/* One that broke. */
void measure_broken(struct measure *m);
/* A round trip; its PDUs are not counted. */
void measure_round_trip(struct measure *m, uint64_t ns);
/* PDUs that did not come, came damaged, came in the wrong order. Each is measured once it was told
 * of: 0 says that it was looked for. */
void measure_lost(struct measure *m, uint64_t n);
void measure_damaged(struct measure *m, uint64_t n);
void measure_reordered(struct measure *m, uint64_t n);

/* What a PDU of measure_transfer needs on the wire (isotp_wire_pdu), where its frames are not
 * seen. */
void measure_wire(struct measure *m, const struct isotp_wire_bits *bits);

/* The span that the rate is computed over; else it is that of the frames. */
void measure_span(struct measure *m, uint64_t ns);

/* The span of the rate: that one, or from the first frame of measure_frame to the last; 0: none. */
uint64_t measure_span_ns(const struct measure *m);

/* Adds what was measured in a part to the sum of several: as if it were one, but for transfers that
 * are open at the end of a part. */
void measure_add(struct measure *sum, const struct measure *part);

/* The value of a metric by its name; false when there is no such metric or nothing was measured. */
bool measure_value(const struct measure *m, const char *name, double *value);

/* Why it has no value, to follow "not measured:"; NULL when it has one or is no metric. */
const char *measure_why(const struct measure *m, const char *name);

/* How many buses had frames, and the index of the one whose load is bus_load. */
unsigned int measure_buses(const struct measure *m, uint16_t *busiest);

/* Of how many transfers gaps and flow control were not measured, for lack of room. */
uint64_t measure_unfollowed(const struct measure *m);

/* The gap that lacked most of the STmin asked for; false: there was no violation. */
bool measure_stmin_worst(const struct measure *m, uint64_t *gap_ns, uint64_t *asked_ns);

/* The slowest round trip, if there is any, else the slowest PDU; NULL: none is known. */
const struct measure_slowest *measure_slowest(const struct measure *m);

/* Who sent what an observer measured, the slowest first; returns how many. */
size_t measure_senders(const struct measure *m, const struct measure_sender *who[MEASURE_SENDERS]);

/* How many PDUs came from others than these. */
uint64_t measure_others(const struct measure *m);

/* A distribution. */
const struct stats *measure_stats(const struct measure *m, enum measure_series which);

/* The name of a distribution; the words for it in a report, "time per PDU". */
const char *measure_series_name(enum measure_series which);
const char *measure_series_text(enum measure_series which);

#endif
