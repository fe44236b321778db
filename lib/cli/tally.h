/* SPDX-License-Identifier: MIT */
/*
 * tally.h - what --stats counts: PDUs, bytes, faults and latencies of each sender.
 *
 *	tally_pdu(&tally, &o, "can0", &answer);
 *	for (size_t i = 0; i < tally.count; i++)
 *		print(&tally.senders[i]);
 *	tally_release(&tally);
 */
#ifndef ISOTP_CLI_TALLY_H
#define ISOTP_CLI_TALLY_H

#include "protocol/reassembler.h"
#include "protocol/uds-dialog.h"

enum { TALLY_MAX = 4096 }; /* senders; what further ones say is counted in `others` */

struct tally_sender {
	struct isotp_observed who; /* from, peer, from_b */
	char bus[16];
	uint64_t pdus, bytes, frames; /* bytes and frames of these */
	uint64_t statuses[ISOTP_RESULTS];
	uint64_t faults[ISOTP_FAULTS];
	uint64_t first_ns, last_ns;
	uint64_t answers, latency_sum_ns, latency_min_ns, latency_max_ns; /* with UDS */
};

struct tally {
	struct tally_sender *senders; /* in the order in which they appeared */
	size_t count, room;
	uint64_t others;
};

void tally_pdu(struct tally *t, const struct isotp_observed *o, const char *bus,
	       const struct isotp_uds_answer *answer);
void tally_fault(struct tally *t, const struct isotp_observed *o, const char *bus);

/* PDUs that did not end well; faults of all kinds. */
uint64_t tally_broken(const struct tally_sender *s);
uint64_t tally_faults(const struct tally_sender *s);

void tally_release(struct tally *t);

#endif
