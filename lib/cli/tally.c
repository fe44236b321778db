/* SPDX-License-Identifier: MIT */
/* Owns the counting behind --stats. */
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tally_sender *grow(struct tally *t)
{
	const size_t room = t->room ? 2 * t->room : 16;
	struct tally_sender *senders;

	if (t->count == TALLY_MAX)
		return NULL;
	if (t->count == t->room) {
		senders = realloc(t->senders, room * sizeof(*senders));
		if (!senders)
			return NULL;
		t->senders = senders;
		t->room = room;
	}
	return &t->senders[t->count++];
}

/* Who the peer is may be known only later. */
static void identify(struct tally_sender *s, const struct isotp_observed *o)
{
	if (!o->peer.id.width)
		return;
	s->who.peer = o->peer;
	s->who.from_b = o->from_b;
}

static struct tally_sender *sender_of(struct tally *t, const struct isotp_observed *o,
				      const char *bus)
{
	struct tally_sender *s;

	for (size_t i = 0; i < t->count; i++) {
		s = &t->senders[i];
		if (isotp_endpoint_equal(&s->who.from, &o->from)) {
			identify(s, o);
			return s;
		}
	}
	s = grow(t);
	if (!s) {
		t->others++;
		return NULL;
	}
	memset(s, 0, sizeof(*s));
	s->who.from = o->from;
	s->who.from_b = o->from_b;
	identify(s, o);
	s->first_ns = o->type == ISOTP_OBSERVED_PDU ? o->first_ns : o->time_ns;
	snprintf(s->bus, sizeof(s->bus), "%s", bus);
	return s;
}

static void take_latency(struct tally_sender *s, uint64_t ns)
{
	if (!s->answers || ns < s->latency_min_ns)
		s->latency_min_ns = ns;
	if (ns > s->latency_max_ns)
		s->latency_max_ns = ns;
	s->latency_sum_ns += ns;
	s->answers++;
}

void tally_pdu(struct tally *t, const struct isotp_observed *o, const char *bus,
	       const struct isotp_uds_answer *answer)
{
	struct tally_sender *s = sender_of(t, o, bus);

	if (!s)
		return;
	s->pdus++;
	s->bytes += o->received;
	s->frames += o->frames;
	s->statuses[o->status]++;
	for (int i = 0; i < ISOTP_FAULTS; i++)
		s->faults[i] += o->faults[i];
	s->last_ns = o->last_ns;
	if (answer && answer->found && o->first_ns >= answer->request_ns)
		take_latency(s, o->first_ns - answer->request_ns);
}

void tally_fault(struct tally *t, const struct isotp_observed *o, const char *bus)
{
	struct tally_sender *s = sender_of(t, o, bus);

	if (!s)
		return;
	s->faults[o->fault]++;
	s->last_ns = o->time_ns;
}

uint64_t tally_broken(const struct tally_sender *s)
{
	return s->pdus - s->statuses[ISOTP_N_OK];
}

uint64_t tally_faults(const struct tally_sender *s)
{
	uint64_t sum = 0;

	for (int i = 0; i < ISOTP_FAULTS; i++)
		sum += s->faults[i];
	return sum;
}

void tally_release(struct tally *t)
{
	free(t->senders);
	t->senders = NULL;
}
