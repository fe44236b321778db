/* SPDX-License-Identifier: MIT */
/* Owns what the reassembler tells, and which PDUs are open, oldest first. */
#include "reassembler-internal.h"

#include <string.h>

struct isotp_observed *isotp_queue_add(struct isotp_reassembler *r, const struct isotp_stream *s)
{
	struct isotp_observed *o;

	if (r->count == QUEUE) /* no frame has so much to tell; the last one would give way */
		r->count--;
	o = &r->queue[r->count++];
	memset(o, 0, sizeof(*o));
	o->from = s->o.from;
	o->peer = s->o.peer;
	o->from_b = s->o.from_b;
	return o;
}

static void count_fault(struct isotp_observed *o, enum isotp_fault fault)
{
	if (o->faults[fault] < UINT32_MAX)
		o->faults[fault]++;
}

void isotp_tell_fault(struct isotp_reassembler *r, struct isotp_stream *s,
		      const struct isotp_record *record, enum isotp_fault fault)
{
	struct isotp_observed *o;

	if (s->state == STREAM_OPEN) {
		count_fault(&s->o, fault);
		return;
	}
	if (isotp_stream_is_candidate(r, s))
		return;
	o = isotp_queue_add(r, s);
	o->type = ISOTP_OBSERVED_FAULT;
	o->fault = fault;
	o->time_ns = record->time_ns;
	o->frame = record->number;
}

/* --- who is open, and for how long --- */

static void leave_list(struct isotp_reassembler *r, const struct isotp_stream *s)
{
	struct isotp_list *list = &r->lists[s->list];

	if (s->list == LIST_NONE)
		return;
	if (s->older)
		isotp_stream_at(r, s->older)->newer = s->newer;
	else
		list->oldest = s->newer;
	if (s->newer)
		isotp_stream_at(r, s->newer)->older = s->older;
	else
		list->newest = s->older;
}

void isotp_stream_move(struct isotp_reassembler *r, struct isotp_stream *s,
		       enum isotp_list_name name)
{
	const uint16_t index = isotp_stream_index(r, s);
	struct isotp_list *list = &r->lists[name];

	leave_list(r, s);
	s->list = (uint8_t)name;
	s->newer = s->older = 0;
	if (name == LIST_NONE)
		return;
	s->older = list->newest;
	if (list->newest)
		isotp_stream_at(r, list->newest)->newer = index;
	else
		list->oldest = index;
	list->newest = index;
}

void isotp_open(struct isotp_reassembler *r, struct isotp_stream *s)
{
	s->state = STREAM_OPEN;
	isotp_stream_move(r, s, isotp_stream_is_candidate(r, s) ? LIST_CANDIDATE : LIST_OPEN);
}

/* What remains of a PDU's record is who it is from. */
static void forget_pdu(struct isotp_stream *s)
{
	const struct isotp_observed o = { .from = s->o.from,
					  .peer = s->o.peer,
					  .from_b = s->o.from_b };

	s->o = o;
	s->capacity = 0;
}

void isotp_close(struct isotp_reassembler *r, struct isotp_stream *s)
{
	isotp_pool_give(&r->pool, (void *)s->o.data);
	forget_pdu(s);
	s->state = STREAM_IDLE;
	isotp_stream_move(r, s, LIST_IDLE);
}

void isotp_candidate_settle(struct isotp_reassembler *r, struct isotp_stream *s)
{
	if (s->state != STREAM_OPEN && isotp_stream_is_candidate(r, s))
		isotp_stream_drop(r, s);
}

void isotp_end(struct isotp_reassembler *r, struct isotp_stream *s, enum isotp_result status)
{
	struct isotp_observed *o;

	if (status == ISOTP_N_UNEXP_PDU && s->transfer.waiting)
		status = ISOTP_N_WFT_OVRN;
	s->o.status = status;
	if (s->o.kept < s->o.received)
		count_fault(&s->o, ISOTP_FAULT_TRUNCATED);
	/* What it decides may make others give way, but not this one once more. */
	isotp_stream_move(r, s, LIST_NONE);
	if (status == ISOTP_N_OK)
		isotp_discover_whole(r, s);
	if (isotp_stream_is_candidate(r, s)) {
		isotp_close(r, s);
		return;
	}
	o = isotp_queue_add(r, s);
	*o = s->o;
	if (r->releases < QUEUE)
		r->release[r->releases++] = (void *)s->o.data;
	forget_pdu(s);
	s->had_pdu = status == ISOTP_N_OK || status == ISOTP_PADDING;
	s->state = s->had_pdu ? STREAM_IDLE : STREAM_TRAILING;
	isotp_stream_move(r, s, LIST_IDLE);
}

/* --- memory --- */

bool isotp_give_way(struct isotp_reassembler *r, bool for_candidate)
{
	struct isotp_stream *s = isotp_stream_at(r, r->lists[LIST_CANDIDATE].oldest);

	if (s) {
		isotp_stream_drop(r, s);
		return true;
	}
	/* What was told already gives its memory back with the next frame. */
	if (for_candidate || r->releases)
		return false;
	s = isotp_stream_at(r, r->lists[LIST_OPEN].oldest);
	if (s) {
		count_fault(&s->o, ISOTP_FAULT_GIVEN_UP);
		isotp_end(r, s, ISOTP_INCOMPLETE);
	}
	return false;
}

void *isotp_take_memory(struct isotp_reassembler *r, struct isotp_stream *s, size_t size)
{
	const bool candidate = isotp_stream_is_candidate(r, s);
	const uint8_t list = s->list;
	void *block;

	if (candidate)
		isotp_stream_move(r, s, LIST_NONE);
	do
		block = isotp_pool_take(&r->pool, size);
	while (!block && isotp_give_way(r, candidate));
	if (candidate)
		isotp_stream_move(r, s, list);
	return block;
}
