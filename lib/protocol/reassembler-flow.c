/* SPDX-License-Identifier: MIT */
/* Owns flow control as an observer sees it: whose it is, what it asks for, whether that is
 * obeyed. */
#include "reassembler-internal.h"

enum { LOOK_BACK = 32 }; /* open PDUs that an unknown sender's flow control may answer */

#define N_BS_DEFAULT_NS ISOTP_SECOND

/* --- whose it is --- */

/* A PDU that the flow control of `from` can answer, as far as ID and address bytes tell. */
static bool answerable(const struct isotp_reassembler *r, const struct isotp_stream *t,
		       const struct isotp_endpoint *from)
{
	const struct isotp_endpoint *to = &t->o.from;

	if (to->bus != from->bus || to->fd != from->fd || to->has_byte != from->has_byte ||
	    isotp_can_id_equal(to->id, from->id))
		return false;
	if (t->peer)
		return isotp_endpoint_equal(&t->o.peer, from);
	return r->settings.discover || isotp_watch_paired(r, to, from);
}

/* The one whose ID fits best; of several, the one that has waited for the shortest time. */
static struct isotp_stream *find_answered(struct isotp_reassembler *r,
					  const struct isotp_endpoint *from)
{
	static const enum isotp_list_name lists[] = { LIST_OPEN, LIST_CANDIDATE };
	struct isotp_stream *best = NULL;
	uint8_t best_fit = 0;

	for (int l = 0; l < 2; l++) {
		struct isotp_stream *t = isotp_stream_at(r, r->lists[lists[l]].newest);

		for (int i = 0; t && i < LOOK_BACK; i++, t = isotp_stream_at(r, t->older)) {
			const uint8_t fit = isotp_transfer_fit(&t->transfer, &t->o.from, from);

			if (!fit || fit < best_fit || !answerable(r, t, from))
				continue;
			if (fit == best_fit && t->transfer.await_ns <= best->transfer.await_ns)
				continue;
			best = t;
			best_fit = fit;
		}
	}
	return best;
}

/* The other side of a pair, found again if one of them had to give way meanwhile. */
static struct isotp_stream *known_peer(struct isotp_reassembler *r, struct isotp_stream *s)
{
	struct isotp_stream *t = isotp_stream_at(r, s->peer);

	if (t || !s->o.peer.id.width)
		return t;
	t = isotp_stream_of(r, &s->o.peer);
	if (!t || t->peer || t->state != STREAM_OPEN ||
	    !isotp_endpoint_equal(&t->o.peer, &s->o.from))
		return NULL;
	isotp_stream_link(r, s, t);
	return t;
}

/* The open PDU that a flow control of `s` is about, or NULL. A tester answers several ECUs with one
 * ID: of those that are watched it is for the one that it fits best, and a peer that awaits none
 * has it only where nobody else does. Whom chance has made look alike has no part in it while the
 * peer waits. */
static struct isotp_stream *answered_by(struct isotp_reassembler *r, struct isotp_stream *s)
{
	struct isotp_stream *peer = known_peer(r, s), *other;

	if (!peer || peer->state != STREAM_OPEN)
		return find_answered(r, &s->o.from);
	if (r->settings.discover && isotp_transfer_fit(&peer->transfer, &peer->o.from, &s->o.from))
		return peer;
	other = find_answered(r, &s->o.from);
	return other ? other : peer;
}

bool isotp_clue_names(const struct isotp_clue *clue, const struct isotp_endpoint *from)
{
	return clue->lane_key == isotp_lane_key(from->bus, from->id, from->fd) &&
	       clue->byte == (from->has_byte ? from->byte : -1);
}

bool isotp_clue_accepts(const struct isotp_clue *clue, const struct isotp_endpoint *from,
			uint8_t score)
{
	return !clue->lane_key || score > clue->score || isotp_clue_names(clue, from);
}

bool isotp_clue_note(struct isotp_clue *clue, const struct isotp_endpoint *from, uint8_t score)
{
	if (!isotp_clue_accepts(clue, from, score))
		return false;
	*clue = (struct isotp_clue){
		.lane_key = isotp_lane_key(from->bus, from->id, from->fd),
		.byte = from->has_byte ? from->byte : -1,
		.score = score,
	};
	return true;
}

/* Whether it answered a PDU that is open: then what else it says is no chance. */
static bool has_answered(struct isotp_reassembler *r, const struct isotp_endpoint *from)
{
	static const enum isotp_list_name lists[] = { LIST_OPEN, LIST_CANDIDATE };

	for (int l = 0; l < 2; l++) {
		const struct isotp_stream *t = isotp_stream_at(r, r->lists[lists[l]].newest);

		for (int i = 0; t && i < LOOK_BACK; i++, t = isotp_stream_at(r, t->older))
			if (isotp_clue_names(&t->clue, from))
				return true;
	}
	return false;
}

/* Notes who has answered a PDU whose peer is not known. */
static bool note_sender(struct isotp_stream *t, const struct isotp_endpoint *from)
{
	return isotp_clue_note(&t->clue, from, isotp_endpoint_fit(&t->o.from, from));
}

static uint8_t fit_of(const struct isotp_stream *t, const struct isotp_endpoint *from)
{
	return t ? isotp_endpoint_fit(&t->o.from, from) : 0;
}

/* Notes a flow control with what may be first frames, which it fits so well. True when that is
 * better than it fits the open PDU `t` (or NULL). */
static bool answers_pending(struct isotp_reassembler *r, const struct isotp_stream *t,
			    uint8_t pending, const struct isotp_endpoint *from,
			    const struct isotp_record *record, const struct isotp_pci *pci)
{
	isotp_pending_answer(r, from, pending, record, pci);
	return pending > fit_of(t, from);
}

/* --- what it asks for --- */

static void count(struct isotp_stream *t, enum isotp_fault fault)
{
	if (t->o.faults[fault] < UINT32_MAX)
		t->o.faults[fault]++;
}

static void continue_to_send(struct isotp_stream *t, const struct isotp_pci *pci)
{
	t->o.bs = pci->bs;
	t->o.stmin = pci->stmin;
	if (isotp_stmin_reserved(pci->stmin))
		count(t, ISOTP_FAULT_STMIN_RESERVED);
}

void isotp_respond(struct isotp_reassembler *r, struct isotp_stream *t, uint64_t now_ns,
		   const struct isotp_pci *pci)
{
	if (now_ns > t->transfer.await_ns && now_ns - t->transfer.await_ns > N_BS_DEFAULT_NS)
		count(t, ISOTP_FAULT_FC_LATE);
	if (!t->o.flow_controls++)
		t->o.fc_delay_ns = now_ns > t->o.first_ns ? now_ns - t->o.first_ns : 0;
	isotp_transfer_answer(&t->transfer, pci, now_ns);
	switch (pci->fs) {
	case ISOTP_FS_CTS:
		continue_to_send(t, pci);
		return;
	case ISOTP_FS_WT:
		count(t, ISOTP_FAULT_FC_WAIT);
		return;
	case ISOTP_FS_OVFLW:
		isotp_end(r, t, ISOTP_N_BUFFER_OVFLW);
		return;
	default:
		count(t, ISOTP_FAULT_FC_RESERVED);
		isotp_end(r, t, ISOTP_N_INVALID_FS);
	}
}

static void check_padding(struct isotp_reassembler *r, struct isotp_stream *t,
			  const struct isotp_record *record, const struct isotp_pci *pci)
{
	const struct isotp_config *cfg = &r->settings.padding;

	if ((cfg->check_pad_len || cfg->check_pad_data) &&
	    !isotp_config_padding_ok(cfg, &record->frame, pci->offset))
		count(t, ISOTP_FAULT_PADDING);
}

/* One that nobody awaits. Where the other direction is not to be seen that means nothing. */
static void take_unexpected(struct isotp_reassembler *r, struct isotp_stream *s,
			    struct isotp_stream *t, const struct isotp_record *record)
{
	const struct isotp_stream *peer = isotp_stream_at(r, s->peer);

	if (t)
		count(t,
		      t->transfer.cf_since ? ISOTP_FAULT_FC_UNEXPECTED : ISOTP_FAULT_FC_DUPLICATE);
	else if (peer && peer->sent_ff && peer->state != STREAM_TRAILING)
		isotp_tell_fault(r, s, record, ISOTP_FAULT_FC_UNEXPECTED);
}

void isotp_take_flow_control(struct isotp_reassembler *r, struct isotp_stream *s,
			     const struct isotp_record *record, const struct isotp_pci *pci)
{
	struct isotp_stream *t = answered_by(r, s);

	s->sent_fc = true;
	if (r->settings.discover && !s->peer &&
	    answers_pending(r, t, isotp_pending_fit(r, &s->o.from), &s->o.from, record, pci))
		return;
	if (t && !isotp_stream_is_candidate(r, t))
		isotp_discover_pair(r, t, s);
	if (t)
		isotp_expire(r, t, record->time_ns);
	if (!t || t->state != STREAM_OPEN || !isotp_transfer_awaits(&t->transfer, pci)) {
		take_unexpected(r, s, t && t->state == STREAM_OPEN ? t : NULL, record);
	} else if (t->peer || note_sender(t, &s->o.from)) {
		check_padding(r, t, record, pci);
		isotp_respond(r, t, record->time_ns, pci);
	}
	if (t)
		isotp_candidate_settle(r, t);
}

void isotp_take_short_flow_control(struct isotp_reassembler *r, struct isotp_stream *s,
				   const struct isotp_record *record)
{
	struct isotp_stream *t = isotp_stream_at(r, s->peer);

	if (t && t->state == STREAM_OPEN)
		count(t, ISOTP_FAULT_FC_SHORT);
	else
		isotp_tell_fault(r, s, record, ISOTP_FAULT_FC_SHORT);
}

/* --- a sender that is not decided --- */

/* Most of what looks like a flow control in ordinary traffic is none. */
static bool plausible(const struct isotp_frame *f, const struct isotp_pci *pci)
{
	if (pci->fs > ISOTP_FS_OVFLW || isotp_stmin_reserved(pci->stmin))
		return false;
	for (int i = pci->offset + 1; i < f->len; i++)
		if (f->data[i] != f->data[pci->offset])
			return false;
	return true;
}

/* A capture may begin in the middle of a transfer, with flow control that answers nothing: IDs that
 * fit make up for that. */
static bool is_believed(const struct isotp_lane *lane, const struct isotp_stream *t,
			uint8_t pending, const struct isotp_endpoint *from)
{
	return !isotp_discover_is_foreign(lane, from->has_byte) ||
	       fit_of(t, from) == ISOTP_ENDPOINT_PAIR || pending == ISOTP_ENDPOINT_PAIR;
}

bool isotp_note_flow_control(struct isotp_reassembler *r, const struct isotp_lane *lane, int byte,
			     const struct isotp_record *record, const struct isotp_pci *pci)
{
	const struct isotp_endpoint from = { .id = lane->id,
					     .bus = lane->bus,
					     .fd = lane->fd,
					     .has_byte = byte >= 0,
					     .byte = byte >= 0 ? (uint8_t)byte : 0 };
	struct isotp_stream *t;
	uint8_t pending;

	if (!plausible(&record->frame, pci))
		return false;
	t = find_answered(r, &from);
	pending = isotp_pending_fit(r, &from);
	if (!is_believed(lane, t, pending, &from))
		return t != NULL;
	if (answers_pending(r, t, pending, &from, record, pci))
		return true;
	if (!t)
		return has_answered(r, &from);
	/* Of a stranger whose ID does not fit, only what lets the PDU go on is believed. */
	if (!isotp_expire(r, t, record->time_ns) &&
	    (pci->fs == ISOTP_FS_CTS ||
	     isotp_endpoint_fit(&t->o.from, &from) == ISOTP_ENDPOINT_PAIR) &&
	    note_sender(t, &from))
		isotp_respond(r, t, record->time_ns, pci);
	isotp_candidate_settle(r, t);
	return true;
}

/* --- whether it is obeyed --- */

/* CFs without the flow control that had to come first: told once, and where those of the peer can
 * be seen. It may still come. */
static void check_awaited(struct isotp_reassembler *r, struct isotp_stream *s)
{
	const struct isotp_stream *peer = isotp_stream_at(r, s->peer);

	if (!s->transfer.awaiting || s->transfer.overdue)
		return;
	if (s->o.flow_controls)
		count(s, s->transfer.waiting ? ISOTP_FAULT_FC_MISSING : ISOTP_FAULT_BS_VIOLATED);
	else if (peer && peer->sent_fc)
		count(s, ISOTP_FAULT_FC_MISSING);
}

/* What is reserved counts as 127 ms for the rest of the message (9.6.5.5). */
static uint32_t asked_stmin(const struct isotp_stream *s)
{
	return isotp_stmin_to_ns(s->o.faults[ISOTP_FAULT_STMIN_RESERVED] ? 0xFF : s->o.stmin);
}

/* No gap at all says that the clock is too coarse to tell. */
static void check_stmin(struct isotp_stream *s, uint64_t now_ns)
{
	const uint32_t asked = asked_stmin(s);
	const uint64_t last = s->transfer.cf_ns;

	if (!s->transfer.cf_since || !s->o.flow_controls || now_ns <= last ||
	    now_ns - last >= asked)
		return;
	count(s, ISOTP_FAULT_STMIN_VIOLATED);
	if (asked - (now_ns - last) <= s->o.stmin_asked_ns - s->o.stmin_gap_ns)
		return;
	s->o.stmin_asked_ns = asked;
	s->o.stmin_gap_ns = (uint32_t)(now_ns - last);
}

void isotp_check_flow(struct isotp_reassembler *r, struct isotp_stream *s, uint64_t now_ns)
{
	check_awaited(r, s);
	check_stmin(s, now_ns);
}
