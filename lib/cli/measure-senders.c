/* SPDX-License-Identifier: MIT */
/* Owns what is known of each sender whose PDUs were seen, and which PDU was the slowest. */
#include "measure-internal.h"

#include <stdlib.h>

/* --- the slowest --- */

static void take_slowest(struct measure_slowest *slowest, const struct isotp_observed *o,
			 uint64_t ns)
{
	if (ns == ISOTP_NEVER || ns <= slowest->ns)
		return;
	*slowest = (struct measure_slowest){ .ns = ns, .o = *o };
	slowest->o.data = NULL;
}

void slowest_take_ours(struct measure *m, struct measure_slowest *slowest, uint64_t ns)
{
	if (m->numbered && ns > slowest->ns)
		*slowest = (struct measure_slowest){ .ns = ns, .ours = true, .number = m->number };
}

const struct measure_slowest *measure_slowest(const struct measure *m)
{
	if (m->slowest_trip.ns)
		return &m->slowest_trip;
	return m->slowest.ns ? &m->slowest : NULL;
}

/* --- senders --- */

static struct measure_sender *sender_of(struct measure *m, const struct isotp_endpoint *from)
{
	struct measure_sender *s;

	for (size_t i = 0; i < m->n_senders; i++)
		if (isotp_endpoint_equal(&m->senders[i].from, from))
			return &m->senders[i];
	if (m->n_senders == MEASURE_SENDERS)
		return NULL;
	s = &m->senders[m->n_senders++];
	*s = (struct measure_sender){ .from = *from };
	return s;
}

/* Who the peer is may be known only later. */
static void identify(struct measure_sender *s, const struct isotp_endpoint *peer, bool from_b)
{
	if (!peer->id.width)
		return;
	s->peer = *peer;
	s->from_b = from_b;
}

void senders_take(struct measure *m, const struct isotp_observed *o, bool broke, uint64_t ns)
{
	struct measure_sender *s = sender_of(m, &o->from);

	take_slowest(&m->slowest, o, ns);
	if (!s) {
		m->others++;
		return;
	}
	identify(s, &o->peer, o->from_b);
	s->pdus += o->status == ISOTP_N_OK;
	s->broken += broke;
	s->stmin_violations += o->faults[ISOTP_FAULT_STMIN_VIOLATED];
	if (ns == ISOTP_NEVER)
		return;
	s->timed++;
	s->sum_ns += ns;
	if (ns > s->max_ns)
		s->max_ns = ns;
}

static void add_sender(struct measure *sum, const struct measure_sender *part)
{
	struct measure_sender *s = sender_of(sum, &part->from);

	if (!s) {
		sum->others += part->pdus + part->broken;
		return;
	}
	identify(s, &part->peer, part->from_b);
	s->pdus += part->pdus;
	s->broken += part->broken;
	s->stmin_violations += part->stmin_violations;
	s->timed += part->timed;
	s->sum_ns += part->sum_ns;
	if (part->max_ns > s->max_ns)
		s->max_ns = part->max_ns;
}

void senders_add(struct measure *sum, const struct measure *part)
{
	if (part->slowest.ns > sum->slowest.ns)
		sum->slowest = part->slowest;
	if (part->slowest_trip.ns > sum->slowest_trip.ns)
		sum->slowest_trip = part->slowest_trip;
	for (size_t i = 0; i < part->n_senders; i++)
		add_sender(sum, &part->senders[i]);
	sum->others += part->others;
}

/* Of the same time, who came first. */
static int slower_first(const void *a, const void *b)
{
	const struct measure_sender *x = *(const struct measure_sender *const *)a;
	const struct measure_sender *y = *(const struct measure_sender *const *)b;

	if (x->max_ns != y->max_ns)
		return x->max_ns > y->max_ns ? -1 : 1;
	return x < y ? -1 : 1;
}

size_t measure_senders(const struct measure *m, const struct measure_sender *who[MEASURE_SENDERS])
{
	for (size_t i = 0; i < m->n_senders; i++)
		who[i] = &m->senders[i];
	qsort(who, m->n_senders, sizeof(*who), slower_first);
	return m->n_senders;
}

uint64_t measure_others(const struct measure *m)
{
	return m->others;
}
