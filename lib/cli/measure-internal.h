/* SPDX-License-Identifier: MIT */
/*
 * measure-internal.h - how measuring is divided: measure.c counts, measure-flow.c follows senders
 * frame by frame, measure-senders.c counts PDUs by sender and knows the slowest, measure-metrics.c has
 * the names and what can be said under them.
 */
#ifndef ISOTP_CLI_MEASURE_INTERNAL_H
#define ISOTP_CLI_MEASURE_INTERNAL_H

#include "measure.h"
#include "protocol/timing.h"
#include "protocol/transfer.h"

enum {
	FLOW_SIDES = 2 * ISOTP_WATCH_MAX,
	FLOW_HEADS = 256,
	FLOW_SENDERS = 1024,
	FLOW_SENDERS_MAX = 768, /* so that a search ends soon */
	FLOW_LINKS = 2 * FLOW_SIDES,
};

/* One end of a pair that is watched. */
struct flow_side {
	struct isotp_watched who;
	uint16_t links;	  /* its peers: index plus one; 0: none */
	uint16_t next;	  /* of the same head, likewise */
	uint16_t senders; /* likewise */
};

/* One of the peers of a side. */
struct flow_link {
	uint16_t peer, next; /* index plus one */
};

/* Who sends: a side on one bus, with one kind of frames and one address byte. */
struct flow_sender {
	struct isotp_endpoint from; /* nobody: free */
	uint16_t next;		    /* of the same side; index plus one */
	bool open;		    /* between FF and last CF: */
	struct isotp_transfer transfer;
	uint64_t first_ns;
	struct isotp_wire_bits first, all; /* of its frames, flow controls included */
};

struct flow {
	uint16_t n_sides, n_senders, n_links;
	uint16_t heads[FLOW_HEADS]; /* index plus one */
	struct flow_side sides[FLOW_SIDES];
	struct flow_link links[FLOW_LINKS];
	struct flow_sender senders[FLOW_SENDERS];
};

/* What is counted. Some of it may not have been looked for, which is not the same as none. */
enum measure_count {
	COUNT_PDUS,
	COUNT_BYTES,
	COUNT_BROKEN,
	COUNT_LOST,
	COUNT_DAMAGED,
	COUNT_REORDERED,
	COUNT_STMIN_VIOLATIONS,
	COUNT_BS_VIOLATIONS,
	COUNTS,
};

struct measure {
	struct measure_settings settings;
	uint64_t counts[COUNTS];
	bool looked_for[COUNTS];
	bool watched;  /* measure_watch said whom */
	bool revealed; /* a pair was learned from a transfer that could not be measured any more */
	uint64_t unfollowed; /* transfers for which there was no room */
	bool untimed;
	bool brs;			       /* frames with the data bit rate were seen */
	uint64_t stmin_gap_ns, stmin_asked_ns; /* the worst violation */

	/* of the frames of measure_frame */
	uint64_t frames, first_ns, last_ns;
	uint64_t span_ns; /* of measure_span; 0: none */

	/* of all frames, those of measure_load too */
	uint64_t bus_frames, bus_first_ns, bus_last_ns;
	uint64_t bus_parts_ns; /* of a sum: how long its parts took */
	uint64_t now_ns;       /* of measure_now; 0: not known */
	struct isotp_wire_bits bus_first;
	struct measure_bus {
		bool seen;
		struct isotp_wire_bits bits;
	} buses[MEASURE_BUSES];

	/* of whole transfers: the time they took is theirs on the bus, or what they took us */
	uint64_t transfers, transfers_ns, timed_ns;
	struct isotp_wire_bits needed, needed_first, needed_timed;

	struct stats stats[MEASURE_SERIES];

	bool numbered; /* by measure_number: */
	uint64_t number;
	struct measure_slowest slowest, slowest_trip; /* ns 0: there is none */
	size_t n_senders;
	struct measure_sender senders[MEASURE_SENDERS];
	uint64_t others;

	struct flow flow;
};

/* measure.c */
void measure_sample(struct measure *m, enum measure_series series, uint64_t time_ns, uint64_t ns);
/* The span that the load of the bus is computed over. */
uint64_t measure_bus_span_ns(const struct measure *m);

/* measure-senders.c: a PDU that was seen, with its time or ISOTP_NEVER; one of our own; a sum. */
void senders_take(struct measure *m, const struct isotp_observed *o, bool broke, uint64_t ns);
void slowest_take_ours(struct measure *m, struct measure_slowest *slowest, uint64_t ns);
void senders_add(struct measure *sum, const struct measure *part);

/* measure-flow.c */
int flow_watch(struct flow *flow, const struct isotp_watch *pair);
/* A pair that was found by the reassembler. 1: it was not known yet; -ENOSPC: there is no room. */
int flow_learn(struct flow *flow, const struct isotp_observed *o);
void flow_take(struct measure *m, const struct isotp_record *record,
	       const struct isotp_wire_bits *bits);

#endif
