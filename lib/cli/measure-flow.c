/* SPDX-License-Identifier: MIT */
/* Owns what is measured between frames: CF gaps, flow-control latency, what a transfer needs. */
#include "measure-internal.h"

#include <errno.h>

/* --- whose frames --- */

static unsigned int head_of(struct isotp_can_id id)
{
	return (id.value ^ id.value >> 8 ^ id.value >> 16 ^ id.width) % FLOW_HEADS;
}

static bool same_side(const struct isotp_watched *a, const struct isotp_watched *b)
{
	return isotp_can_id_equal(a->id, b->id) && a->has_byte == b->has_byte &&
	       a->any_byte == b->any_byte && (!a->has_byte || a->any_byte || a->byte == b->byte);
}

/* The index of a side plus one, a new one if need be; 0: there is no room. */
static uint16_t side_for(struct flow *flow, const struct isotp_watched *who)
{
	uint16_t *head = &flow->heads[head_of(who->id)], *link = head;
	struct flow_side *side;

	for (; *link; link = &flow->sides[*link - 1].next)
		if (same_side(&flow->sides[*link - 1].who, who))
			return *link;
	if (flow->n_sides == FLOW_SIDES)
		return 0;
	side = &flow->sides[flow->n_sides++];
	*side = (struct flow_side){ .who = *who };
	*link = flow->n_sides; /* behind those that came before */
	return flow->n_sides;
}

static bool is_peer(const struct flow *flow, uint16_t side, uint16_t peer)
{
	for (uint16_t i = flow->sides[side - 1].links; i; i = flow->links[i - 1].next)
		if (flow->links[i - 1].peer == peer)
			return true;
	return false;
}

/* A tester talks to many with one ID: each of them is its peer. */
static bool link_sides(struct flow *flow, uint16_t side, uint16_t peer)
{
	struct flow_link *link;

	if (is_peer(flow, side, peer))
		return true;
	if (flow->n_links == FLOW_LINKS)
		return false;
	link = &flow->links[flow->n_links++];
	*link = (struct flow_link){ .peer = peer, .next = flow->sides[side - 1].links };
	flow->sides[side - 1].links = flow->n_links;
	return true;
}

int flow_watch(struct flow *flow, const struct isotp_watch *pair)
{
	const uint16_t a = pair->a.id.width ? side_for(flow, &pair->a) : 0;
	const uint16_t b = pair->b.id.width ? side_for(flow, &pair->b) : 0;

	if ((pair->a.id.width && !a) || (pair->b.id.width && !b))
		return -ENOSPC;
	if (!a || !b)
		return 0;
	return link_sides(flow, a, b) && link_sides(flow, b, a) ? 0 : -ENOSPC;
}

static struct isotp_watched watched(const struct isotp_endpoint *e)
{
	return (struct isotp_watched){ .id = e->id, .has_byte = e->has_byte, .byte = e->byte };
}

int flow_learn(struct flow *flow, const struct isotp_observed *o)
{
	const struct isotp_watch pair = { .a = watched(&o->from), .b = watched(&o->peer) };
	const uint16_t sides = flow->n_sides, links = flow->n_links;
	const int rc = flow_watch(flow, &pair);

	return rc < 0 ? rc : flow->n_sides > sides || flow->n_links > links;
}

static struct flow_side *find_side(struct flow *flow, const struct isotp_frame *f)
{
	const struct isotp_endpoint sender = isotp_endpoint_of(f);

	for (uint16_t i = flow->heads[head_of(f->id)]; i; i = flow->sides[i - 1].next)
		if (isotp_watched_is(&flow->sides[i - 1].who, &sender))
			return &flow->sides[i - 1];
	return NULL;
}

/* --- senders --- */

static struct isotp_endpoint endpoint_of(const struct flow_side *side,
					 const struct isotp_record *record)
{
	const bool has_byte = side->who.has_byte;

	return (struct isotp_endpoint){ .id = side->who.id,
					.bus = record->bus,
					.fd = record->frame.flags & ISOTP_FRAME_FD,
					.has_byte = has_byte,
					.byte = has_byte ? record->frame.data[0] : 0 };
}

static unsigned int slot_of(const struct isotp_endpoint *e)
{
	const uint64_t key = (uint64_t)e->bus << 40 | (uint64_t)e->byte << 32 |
			     (uint64_t)e->fd << 30 | (uint64_t)(e->id.width == 29) << 29 |
			     e->id.value;

	return (unsigned int)(key * UINT64_C(0x9E3779B97F4A7C15) >> 54) % FLOW_SENDERS;
}

static struct flow_sender *find_sender(struct flow *flow, const struct isotp_endpoint *e)
{
	unsigned int i = slot_of(e);

	while (flow->senders[i].from.id.width && !isotp_endpoint_equal(&flow->senders[i].from, e))
		i = (i + 1) % FLOW_SENDERS;
	return &flow->senders[i];
}

/* The sender of a frame, a new one if need be; NULL: there are too many. */
static struct flow_sender *sender_of(struct flow *flow, struct flow_side *side,
				     const struct isotp_endpoint *from)
{
	struct flow_sender *s = find_sender(flow, from);

	if (!s->from.id.width) {
		if (flow->n_senders == FLOW_SENDERS_MAX)
			return NULL;
		flow->n_senders++;
		*s = (struct flow_sender){ .from = *from, .next = side->senders };
		side->senders = (uint16_t)(s - flow->senders + 1);
	}
	return s;
}

/* Best is who awaits a flow control, and of these whose ID fits; of several, who waits the
 * shortest. 0: not at all. */
static int fitness(const struct flow_sender *s, const struct isotp_endpoint *from)
{
	if (!s->open || s->from.bus != from->bus || s->from.fd != from->fd)
		return 0;
	return 1 + isotp_transfer_fit(&s->transfer, &s->from, from);
}

/* Whom a flow control of this side answers. */
static struct flow_sender *answered_by(struct flow *flow, const struct flow_side *side,
				       const struct isotp_endpoint *from)
{
	struct flow_sender *best = NULL;
	int most = 0;

	for (uint16_t l = side->links; l; l = flow->links[l - 1].next) {
		uint16_t i = flow->sides[flow->links[l - 1].peer - 1].senders;

		for (; i; i = flow->senders[i - 1].next) {
			struct flow_sender *s = &flow->senders[i - 1];
			const int fits = fitness(s, from);

			if (!fits || fits < most ||
			    (fits == most && s->transfer.await_ns <= best->transfer.await_ns))
				continue;
			best = s;
			most = fits;
		}
	}
	return best;
}

/* --- what they send --- */

static void begin(struct flow_sender *s, const struct isotp_record *record,
		  const struct isotp_pci *pci, const struct isotp_wire_bits *bits)
{
	isotp_transfer_begin(&s->transfer, &record->frame, pci, record->time_ns);
	s->open = true;
	s->first_ns = record->time_ns;
	s->first = s->all = *bits;
}

/* The bus was theirs from the start of the FF on; its time stamp is that of its end. */
static void finish(struct measure *m, struct flow_sender *s)
{
	s->open = false;
	if (s->transfer.cf_ns < s->first_ns)
		return;
	m->transfers++;
	m->transfers_ns += s->transfer.cf_ns - s->first_ns;
	isotp_wire_add(&m->needed, &s->all);
	isotp_wire_add(&m->needed_first, &s->first);
}

static void go_on(struct measure *m, struct flow_sender *s, const struct isotp_record *record,
		  const struct isotp_pci *pci, const struct isotp_wire_bits *bits)
{
	struct isotp_transfer *t = &s->transfer;
	const enum isotp_transfer_cf cf = isotp_transfer_check(t, &record->frame, pci);
	const uint64_t now = record->time_ns;

	if (cf == ISOTP_CF_WRONG_SN)
		s->open = false;
	if (!s->open || cf != ISOTP_CF_NEXT)
		return;
	if (isotp_transfer_in_block(t) && now >= t->cf_ns)
		measure_sample(m, MEASURE_GAP, now, now - t->cf_ns);
	isotp_transfer_take(t, &record->frame, pci, now);
	isotp_wire_add(&s->all, bits);
	if (!t->left)
		finish(m, s);
}

/* The answer counts, not what follows after a WT. One that nobody awaits is but a load; one that
 * comes too late for its block can only begin the next. */
static void answer(struct measure *m, struct flow_sender *s, uint64_t now,
		   const struct isotp_pci *pci, const struct isotp_wire_bits *bits)
{
	struct isotp_transfer *t = &s->transfer;

	isotp_wire_add(&s->all, bits);
	if (!isotp_transfer_awaits(t, pci))
		return;
	if (!t->waiting && !t->overdue && now >= t->await_ns)
		measure_sample(m, MEASURE_FC, now, now - t->await_ns);
	isotp_transfer_answer(t, pci, now);
	s->open = pci->fs == ISOTP_FS_CTS || pci->fs == ISOTP_FS_WT;
}

void flow_take(struct measure *m, const struct isotp_record *record,
	       const struct isotp_wire_bits *bits)
{
	struct flow_side *side = find_side(&m->flow, &record->frame);
	struct isotp_endpoint from;
	struct flow_sender *s;
	struct isotp_pci pci;
	enum isotp_pci_fault fault;

	if (!side)
		return;
	fault = isotp_pci_decode(&pci, &record->frame, side->who.has_byte);
	if (fault != ISOTP_PCI_OK && fault != ISOTP_PCI_SF_OVERPADDED)
		return;
	from = endpoint_of(side, record);
	if (pci.type == ISOTP_PCI_FC) {
		s = answered_by(&m->flow, side, &from);
		if (s)
			answer(m, s, record->time_ns, &pci, bits);
		return;
	}
	s = sender_of(&m->flow, side, &from);
	m->unfollowed += !s && pci.type == ISOTP_PCI_FF;
	if (!s)
		return;
	if (pci.type == ISOTP_PCI_FF)
		begin(s, record, &pci, bits);
	else if (pci.type == ISOTP_PCI_CF)
		go_on(m, s, record, &pci, bits);
	else
		s->open = false;
}
