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
	if (o->faults[fault] < UINT16_MAX)
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

void isotp_open(struct isotp_reassembler *r, struct isotp_stream *s)
{
	const uint16_t index = isotp_stream_index(r, s);

	s->state = STREAM_OPEN;
	s->newer = 0;
	s->older = r->newest;
	if (r->newest)
		isotp_stream_at(r, r->newest)->newer = index;
	else
		r->oldest = index;
	r->newest = index;
}

static void unlink_open(struct isotp_reassembler *r, const struct isotp_stream *s)
{
	if (s->older)
		isotp_stream_at(r, s->older)->newer = s->newer;
	else
		r->oldest = s->newer;
	if (s->newer)
		isotp_stream_at(r, s->newer)->older = s->older;
	else
		r->newest = s->older;
}

/* What remains of a PDU's record is who it is from. */
static void forget_pdu(struct isotp_stream *s)
{
	const struct isotp_observed o = { .from = s->o.from, .peer = s->o.peer,
					  .from_b = s->o.from_b };

	s->o = o;
	s->capacity = 0;
}

void isotp_close(struct isotp_reassembler *r, struct isotp_stream *s)
{
	unlink_open(r, s);
	isotp_pool_give(&r->pool, (void *)s->o.data);
	forget_pdu(s);
	s->state = STREAM_IDLE;
}

void isotp_end(struct isotp_reassembler *r, struct isotp_stream *s, enum isotp_result status)
{
	struct isotp_observed *o;

	if (status == ISOTP_N_UNEXP_PDU && s->waiting)
		status = ISOTP_N_WFT_OVRN;
	s->o.status = status;
	if (s->o.kept < s->o.received)
		count_fault(&s->o, ISOTP_FAULT_TRUNCATED);
	if (isotp_stream_is_candidate(r, s) &&
	    (status != ISOTP_N_OK || !isotp_discover_whole(r, s))) {
		isotp_close(r, s);
		return;
	}
	o = isotp_queue_add(r, s);
	*o = s->o;
	if (r->releases < QUEUE)
		r->release[r->releases++] = (void *)s->o.data;
	unlink_open(r, s);
	forget_pdu(s);
	s->had_pdu = status == ISOTP_N_OK || status == ISOTP_PADDING;
	s->state = s->had_pdu ? STREAM_IDLE : STREAM_TRAILING;
}

bool isotp_give_up_oldest(struct isotp_reassembler *r)
{
	struct isotp_stream *s = isotp_stream_at(r, r->oldest);

	if (!s)
		return false;
	if (isotp_stream_is_candidate(r, s)) {
		isotp_close(r, s);
		return true;
	}
	count_fault(&s->o, ISOTP_FAULT_GIVEN_UP);
	isotp_end(r, s, ISOTP_INCOMPLETE);
	return false;
}
