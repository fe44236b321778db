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

int flow_watch(struct flow *flow, const struct isotp_watch *pair)
{
	const uint16_t a = pair->a.id.width ? side_for(flow, &pair->a) : 0;
	const uint16_t b = pair->b.id.width ? side_for(flow, &pair->b) : 0;

	if ((pair->a.id.width && !a) || (pair->b.id.width && !b))
		return -ENOSPC;
	if (!a || !b)
		return 0;
	/* the first pair that names a side is its own */
	if (!flow->sides[a - 1].peer)
		flow->sides[a - 1].peer = b;
	if (!flow->sides[b - 1].peer)
		flow->sides[b - 1].peer = a;
	return 0;
}

static struct isotp_watched watched(const struct isotp_endpoint *e)
{
	return (struct isotp_watched){ .id = e->id, .has_byte = e->has_byte, .byte = e->byte };
}

bool flow_learn(struct flow *flow, const struct isotp_observed *o)
{
	const struct isotp_watch pair = { .a = watched(&o->from), .b = watched(&o->peer) };
	const uint16_t known = flow->n_sides;

	flow_watch(flow, &pair);
	return flow->n_sides > known;
}

bool measure_is_side(const struct isotp_watched *side, const struct isotp_endpoint *sender)
{
	return side->id.width && isotp_can_id_equal(side->id, sender->id) &&
	       (!side->has_byte ||
		(sender->has_byte && (side->any_byte || side->byte == sender->byte)));
}

static struct flow_side *find_side(struct flow *flow, const struct isotp_frame *f)
{
	const struct isotp_endpoint sender = measure_sender(f);

	for (uint16_t i = flow->heads[head_of(f->id)]; i; i = flow->sides[i - 1].next)
		if (measure_is_side(&flow->sides[i - 1].who, &sender))
			return &flow->sides[i - 1];
	return NULL;
}

/* --- senders --- */

static uint64_t key_of(const struct flow_side *side, const struct isotp_record *record,
		       uint8_t byte)
{
	const bool fd = record->frame.flags & ISOTP_FRAME_FD;

	return UINT64_C(1) << 63 | (uint64_t)record->bus << 40 |
	       (uint64_t)(side->who.has_byte ? byte : 0) << 32 | (uint64_t)fd << 30 |
	       (uint64_t)(side->who.id.width == 29) << 29 | side->who.id.value;
}

static unsigned int slot_of(uint64_t key)
{
	return (unsigned int)(key * UINT64_C(0x9E3779B97F4A7C15) >> 54) % FLOW_SENDERS;
}

static struct flow_sender *find_sender(struct flow *flow, uint64_t key)
{
	unsigned int i = slot_of(key);

	while (flow->senders[i].key && flow->senders[i].key != key)
		i = (i + 1) % FLOW_SENDERS;
	return &flow->senders[i];
}

/* The sender of a frame, a new one if need be; NULL: there are too many. */
static struct flow_sender *sender_of(struct flow *flow, struct flow_side *side,
				     const struct isotp_record *record)
{
	const uint64_t key = key_of(side, record, record->frame.data[0]);
	struct flow_sender *s = find_sender(flow, key);

	if (!s->key) {
		if (flow->n_senders == FLOW_SENDERS_MAX)
			return NULL;
		flow->n_senders++;
		s->key = key;
	}
	side->newest = (uint16_t)(s - flow->senders + 1);
	return s;
}

/* Whom a flow control of this side answers. Of one with any address byte it is the newest. */
static struct flow_sender *answered_by(struct flow *flow, const struct flow_side *side,
				       const struct isotp_record *record)
{
	const struct flow_side *peer = side->peer ? &flow->sides[side->peer - 1] : NULL;
	const uint64_t kind = UINT64_C(0xFF) << 32; /* the address byte in a key */
	struct flow_sender *s;

	if (!peer || !peer->newest)
		return NULL;
	if (!peer->who.any_byte) {
		s = find_sender(flow, key_of(peer, record, peer->who.byte));
		return s->key ? s : NULL;
	}
	s = &flow->senders[peer->newest - 1];
	return (s->key & ~kind) == key_of(peer, record, 0) ? s : NULL;
}

/* --- what they send --- */

static void begin(struct flow_sender *s, const struct isotp_record *record,
		  const struct isotp_pci *pci, const struct isotp_wire_bits *bits)
{
	s->open = true;
	s->awaiting = true;
	s->waits = s->cf_seen = false;
	s->sn = 1;
	s->block_left = 0;
	s->left = pci->length - ((uint32_t)record->frame.len - pci->offset);
	s->await_ns = s->first_ns = s->last_ns = record->time_ns;
	s->first = s->all = *bits;
}

/* The bus was theirs from the start of the FF on; its time stamp is that of its end. */
static void finish(struct measure *m, struct flow_sender *s)
{
	s->open = false;
	if (s->last_ns < s->first_ns)
		return;
	m->transfers++;
	m->transfers_ns += s->last_ns - s->first_ns;
	isotp_wire_add(&m->needed, &s->all);
	isotp_wire_add(&m->needed_first, &s->first);
}

static void go_on(struct measure *m, struct flow_sender *s, const struct isotp_record *record,
		  const struct isotp_pci *pci, const struct isotp_wire_bits *bits)
{
	const uint32_t n = (uint32_t)record->frame.len - pci->offset;
	const uint64_t now = record->time_ns;

	if (!s->open)
		return;
	s->open = pci->sn == s->sn;
	if (!s->open)
		return;
	if (s->cf_seen && now >= s->cf_ns)
		measure_sample(m, MEASURE_GAP, now, now - s->cf_ns);
	s->sn = (s->sn + 1) & 0x0F;
	s->awaiting = false;
	s->cf_seen = true;
	s->cf_ns = s->last_ns = now;
	isotp_wire_add(&s->all, bits);
	s->left -= n < s->left ? n : s->left;
	if (!s->left) {
		finish(m, s);
	} else if (s->block_left && --s->block_left == 0) {
		s->awaiting = true;
		s->waits = s->cf_seen = false;
		s->await_ns = now;
	}
}

/* The answer counts, not what follows after a WT. */
static void answer(struct measure *m, struct flow_sender *s, uint64_t now,
		   const struct isotp_pci *pci, const struct isotp_wire_bits *bits)
{
	if (!s->open)
		return;
	if (s->awaiting && !s->waits && now >= s->await_ns)
		measure_sample(m, MEASURE_FC, now, now - s->await_ns);
	isotp_wire_add(&s->all, bits);
	s->cf_seen = false;
	s->waits = pci->fs == ISOTP_FS_WT;
	if (pci->fs == ISOTP_FS_CTS) {
		s->awaiting = false;
		s->block_left = pci->bs;
	} else if (!s->waits) {
		s->open = false;
	}
}

void flow_take(struct measure *m, const struct isotp_record *record,
	       const struct isotp_wire_bits *bits)
{
	struct flow_side *side = find_side(&m->flow, &record->frame);
	struct flow_sender *s;
	struct isotp_pci pci;
	enum isotp_pci_fault fault;

	if (!side)
		return;
	fault = isotp_pci_decode(&pci, &record->frame, side->who.has_byte);
	if (fault != ISOTP_PCI_OK && fault != ISOTP_PCI_SF_OVERPADDED)
		return;
	if (pci.type == ISOTP_PCI_FC) {
		s = answered_by(&m->flow, side, record);
		if (s)
			answer(m, s, record->time_ns, &pci, bits);
		return;
	}
	s = sender_of(&m->flow, side, record);
	if (!s)
		return;
	if (pci.type == ISOTP_PCI_FF)
		begin(s, record, &pci, bits);
	else if (pci.type == ISOTP_PCI_CF)
		go_on(m, s, record, &pci, bits);
	else
		s->open = false;
}
