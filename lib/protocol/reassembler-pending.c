/* SPDX-License-Identifier: MIT */
/* Owns what looks like first frames where it is not decided that they are: kept for their first
 * CF. */
#include "reassembler-internal.h"

enum { LOOK_BACK = 64 }; /* so far back is looked for what a flow control may answer */

/* Where a lane notes the first frame of an address byte; NULL: nowhere. */
static uint16_t *note_of(struct isotp_reassembler *r, struct isotp_lane *lane, int byte)
{
	if (byte < 0)
		return &lane->ff_plain;
	for (int i = 0; i < LANE_BYTES; i++) {
		const uint16_t at = lane->ff_bytes[i];

		if (at && r->pending[at - 1].lane_key == lane->key &&
		    r->pending[at - 1].byte == byte)
			return &lane->ff_bytes[i];
	}
	return NULL;
}

/* The place for a new one: the youngest stand first. */
static uint16_t *new_note(struct isotp_reassembler *r, struct isotp_lane *lane, int byte)
{
	uint16_t *note = note_of(r, lane, byte);

	if (note)
		return note;
	for (int i = LANE_BYTES - 1; i > 0; i--)
		lane->ff_bytes[i] = lane->ff_bytes[i - 1];
	return &lane->ff_bytes[0];
}

void isotp_pending_add(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		       const struct isotp_record *record)
{
	struct isotp_pending *p = &r->pending[r->pending_next];

	isotp_pending_forget(r, lane, byte);
	*new_note(r, lane, byte) = (uint16_t)(r->pending_next + 1);
	r->pending_next = (r->pending_next + 1) % PENDING;
	p->lane_key = lane->key;
	p->byte = (int16_t)byte;
	p->used = true;
	p->clue.lane_key = 0;
	p->record = *record;
}

struct isotp_pending *isotp_pending_find(struct isotp_reassembler *r, const struct isotp_lane *lane,
					 int byte)
{
	const uint16_t *note = note_of(r, (struct isotp_lane *)lane, byte);
	struct isotp_pending *p = note && *note ? &r->pending[*note - 1] : NULL;

	return p && p->used && p->lane_key == lane->key && p->byte == byte ? p : NULL;
}

struct isotp_pending *isotp_pending_of_lane(struct isotp_reassembler *r,
					    const struct isotp_lane *lane, bool has_byte)
{
	for (int i = 0; i <= LANE_BYTES; i++) {
		const uint16_t at = i < LANE_BYTES ? lane->ff_bytes[i] : lane->ff_plain;
		struct isotp_pending *p = at ? &r->pending[at - 1] : NULL;

		if (p && p->used && p->lane_key == lane->key && (p->byte >= 0) == has_byte)
			return p;
	}
	return NULL;
}

void isotp_pending_forget(struct isotp_reassembler *r, struct isotp_lane *lane, int byte)
{
	struct isotp_pending *p = isotp_pending_find(r, lane, byte);
	uint16_t *note = note_of(r, lane, byte);

	if (p)
		p->used = false;
	if (note)
		*note = 0;
}

static bool answerable(const struct isotp_pending *p, const struct isotp_endpoint *from)
{
	const struct isotp_record *record = &p->record;

	return p->used && record->bus == from->bus &&
	       (bool)(record->frame.flags & ISOTP_FRAME_FD) == from->fd &&
	       (p->byte >= 0) == from->has_byte && !isotp_can_id_equal(record->frame.id, from->id);
}

/* How well a flow control fits; 0: not at all, or another one fits as well. */
static uint8_t fit_of(const struct isotp_pending *p, const struct isotp_endpoint *from)
{
	const struct isotp_endpoint to = { .id = p->record.frame.id,
					   .has_byte = p->byte >= 0,
					   .byte = (uint8_t)p->byte };
	const uint8_t fit = answerable(p, from) ? isotp_endpoint_fit(&to, from) : 0;

	return fit && isotp_clue_accepts(&p->clue, from, fit) ? fit : 0;
}

/* The n-th of those that came last. */
static struct isotp_pending *recent(struct isotp_reassembler *r, unsigned int n)
{
	return &r->pending[(r->pending_next + PENDING - n) % PENDING];
}

uint8_t isotp_pending_fit(struct isotp_reassembler *r, const struct isotp_endpoint *from)
{
	uint8_t best = 0;

	for (unsigned int i = 1; i <= LOOK_BACK; i++) {
		const uint8_t fit = fit_of(recent(r, i), from);

		if (fit > best)
			best = fit;
	}
	return best;
}

/* The first CTS is what its sender obeys; no other is awaited then. */
static void note_flow_control(struct isotp_pending *p, const struct isotp_endpoint *from,
			      uint8_t fit, const struct isotp_record *record,
			      const struct isotp_pci *pci)
{
	if (isotp_clue_names(&p->clue, from) && p->fc.fs == ISOTP_FS_CTS)
		return;
	isotp_clue_note(&p->clue, from, fit);
	p->fc_ns = record->time_ns;
	p->fc = *pci;
}

void isotp_pending_answer(struct isotp_reassembler *r, const struct isotp_endpoint *from,
			  uint8_t fit, const struct isotp_record *record,
			  const struct isotp_pci *pci)
{
	for (unsigned int i = 1; i <= LOOK_BACK && fit; i++) {
		struct isotp_pending *p = recent(r, i);

		if (fit_of(p, from) == fit)
			note_flow_control(p, from, fit, record, pci);
	}
}
