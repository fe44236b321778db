/* SPDX-License-Identifier: MIT */
/* Owns how ISO-TP is told from ordinary traffic where nobody has said which IDs carry it. */
#include "reassembler-internal.h"

#include "uds.h"

#include <errno.h>
#include <string.h>

enum {
	CANDIDATES = 8,	  /* address bytes of a lane that are followed at once */
	SEEN_ENOUGH = 64, /* frames of a lane that say what it carries */
};

#define RECENT_NS (5 * ISOTP_SECOND)

/* --- deciding --- */

bool isotp_discover_is_foreign(const struct isotp_lane *lane, bool has_byte)
{
	return (has_byte ? lane->misfits_byte : lane->misfits_plain) > lane->seen / 4;
}

/* Room among the address bytes of a lane: the one that has come least far gives way. */
static void limit_candidates(struct isotp_reassembler *r, const struct isotp_lane *lane)
{
	struct isotp_stream *victim = NULL, *s;
	int n = 0;

	for (uint16_t i = lane->streams; i; i = s->next) {
		s = isotp_stream_at(r, i);
		if (!s->o.from.has_byte)
			continue;
		n++;
		if (!victim || s->o.frames <= victim->o.frames)
			victim = s;
	}
	if (n >= CANDIDATES)
		isotp_stream_drop(r, victim);
}

/* The first frame that was kept is looked at now, and so is the flow control that came for it. */
static void begin_pending(struct isotp_reassembler *r, struct isotp_lane *lane,
			  struct isotp_pending *p)
{
	struct isotp_stream *s = isotp_stream_get(r, lane, p->byte, NULL);
	struct isotp_pci pci;

	if (!s || s->state == STREAM_OPEN ||
	    isotp_pci_decode(&pci, &p->record.frame, p->byte >= 0) != ISOTP_PCI_OK)
		return;
	isotp_take_first(r, s, &p->record, &pci);
	if (s->state != STREAM_OPEN || !p->clue.lane_key || p->fc.fs != ISOTP_FS_CTS ||
	    isotp_expire(r, s, p->fc_ns))
		return;
	s->clue = p->clue;
	isotp_respond(r, s, p->fc_ns, &p->fc);
}

/* What has begun in this reading goes on, and is told; the rest was never there. */
void isotp_discover_decide(struct isotp_reassembler *r, struct isotp_lane *lane,
			   enum isotp_reading reading)
{
	struct isotp_pending *p;
	uint16_t next;

	if (lane->reading != READING_OPEN)
		return;
	lane->reading = (uint8_t)reading;
	for (uint16_t i = lane->streams; i; i = next) {
		struct isotp_stream *s = isotp_stream_at(r, i);

		next = s->next;
		if (s->o.from.has_byte != (reading == READING_BYTE))
			isotp_stream_drop(r, s);
		else if (s->list == LIST_CANDIDATE)
			isotp_stream_move(r, s, LIST_OPEN);
	}
	while ((p = isotp_pending_of_lane(r, lane, reading == READING_BYTE))) {
		if (r->now_ns < isotp_after(p->record.time_ns, RECENT_NS))
			begin_pending(r, lane, p);
		p->used = false;
	}
}

void isotp_discover_pair(struct isotp_reassembler *r, struct isotp_stream *s,
			 struct isotp_stream *peer)
{
	if (s->peer || peer->peer)
		return;
	isotp_stream_link(r, s, peer);
	if (isotp_watch_paired(r, &s->o.from, &peer->o.from))
		return;
	if (isotp_diagnostic_is_ecu(s->o.from.id) || isotp_diagnostic_is_ecu(peer->o.from.id))
		s->o.from_b = isotp_diagnostic_is_ecu(s->o.from.id);
	else
		s->o.from_b = s->o.kept && s->o.data[0] & ISOTP_UDS_RESPONSE_BIT;
	peer->o.from_b = !s->o.from_b;
}

/* --- sequences --- */

/* The lane that sent the flow control is decided, too, and is the peer. */
static void decide_peer(struct isotp_reassembler *r, struct isotp_stream *s)
{
	const enum isotp_reading reading = s->clue.byte >= 0 ? READING_BYTE : READING_PLAIN;
	struct isotp_lane *lane = s->clue.lane_key ? isotp_lane_by_key(r, s->clue.lane_key) : NULL;
	struct isotp_stream *peer;

	if (!lane || s->peer || (lane->reading != READING_OPEN && lane->reading != reading))
		return;
	if (lane->reading == READING_OPEN && s->clue.score < ISOTP_ENDPOINT_PAIR &&
	    isotp_discover_is_foreign(lane, s->clue.byte >= 0))
		return;
	isotp_discover_decide(r, lane, reading);
	peer = isotp_stream_get(r, lane, s->clue.byte, NULL);
	if (peer) {
		peer->sent_fc = true;
		isotp_discover_pair(r, s, peer);
	}
	if (s->o.first_ns >= lane->single_ns && s->o.first_ns - lane->single_ns < RECENT_NS)
		isotp_diagnostic_tell(r, lane);
}

void isotp_discover_whole(struct isotp_reassembler *r, struct isotp_stream *s)
{
	struct isotp_lane *lane = isotp_stream_lane(r, s);
	const bool has_byte = s->o.from.has_byte;
	const struct isotp_answer answer = { s->o.data, s->o.kept, s->o.first_ns };

	/* Other transports count in the same place (VW TP 2.0); only flow control tells few
	 * frames. */
	if (lane->reading == READING_OPEN && isotp_discover_is_foreign(lane, has_byte) &&
	    (!s->o.flow_controls || lane->seen > SEEN_ENOUGH))
		return;
	isotp_discover_decide(r, lane, has_byte ? READING_BYTE : READING_PLAIN);
	decide_peer(r, s);
	if (lane->diagnostic && r->settings.discover)
		isotp_diagnostic_answered(r, s, &answer);
}

/* What looks like a first frame. The sequence that it cuts off is no candidate any longer. */
static void read_first(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		       const struct isotp_record *record)
{
	struct isotp_stream *s;
	struct isotp_pci pci;

	if (isotp_pci_decode(&pci, &record->frame, byte >= 0) != ISOTP_PCI_OK)
		return;
	s = isotp_stream_find(r, lane, byte);
	if (s)
		isotp_stream_drop(r, s);
	isotp_pending_add(r, lane, byte, record);
}

/* A single frame ends what was open. On a diagnostic ID it may decide. */
static int read_single(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		       const struct isotp_record *record)
{
	const bool may_decide = lane->diagnostic && byte < 0;
	struct isotp_stream *s = isotp_stream_find(r, lane, byte);
	struct isotp_answer answer = { .time_ns = record->time_ns };
	struct isotp_pci pci;

	if (!s && !may_decide && !isotp_pending_find(r, lane, byte))
		return 0;
	if (isotp_pci_decode(&pci, &record->frame, byte >= 0) != ISOTP_PCI_OK)
		return 0;
	isotp_pending_forget(r, lane, byte);
	if (s)
		isotp_stream_drop(r, s);
	if (!may_decide)
		return 0;
	answer.data = record->frame.data + pci.offset;
	answer.length = pci.length;
	isotp_diagnostic_answer(r, lane, &answer);
	if (lane->reading == READING_OPEN) {
		isotp_diagnostic_keep(lane, record, &pci, false);
		return 0;
	}
	s = isotp_stream_get(r, lane, -1, NULL);
	return s ? isotp_take_frame(r, s, record) : -EAGAIN;
}

static void read_consecutive(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
			     const struct isotp_record *record)
{
	struct isotp_stream *s = isotp_stream_find(r, lane, byte);
	struct isotp_pending *p;
	struct isotp_pci pci;

	if (!s) {
		p = isotp_pending_find(r, lane, byte);
		if (!p)
			return;
		if ((record->frame.data[byte >= 0] & 0x0F) != 1) {
			isotp_pending_forget(r, lane, byte);
			return;
		}
		if (byte >= 0)
			limit_candidates(r, lane);
		begin_pending(r, lane, p);
		isotp_pending_forget(r, lane, byte);
		s = isotp_stream_find(r, lane, byte);
	}
	if (!s || isotp_pci_decode(&pci, &record->frame, byte >= 0) != ISOTP_PCI_OK)
		return;
	isotp_expire(r, s, record->time_ns);
	isotp_take_consecutive(r, s, record, &pci);
	isotp_candidate_settle(r, s);
}

/* A flow control that answers nothing makes no sense. */
static void read_flow_control(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
			      const struct isotp_record *record)
{
	struct isotp_pci pci;

	if (isotp_pci_decode(&pci, &record->frame, byte >= 0) == ISOTP_PCI_OK &&
	    isotp_note_flow_control(r, lane, byte, record, &pci))
		return;
	if (byte < 0)
		lane->misfits_plain++;
	else
		lane->misfits_byte++;
}

/* A frame in one of the two readings. */
static int read_as(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		   const struct isotp_record *record)
{
	switch (record->frame.data[byte >= 0] >> 4) {
	case ISOTP_PCI_SF:
		return read_single(r, lane, byte, record);
	case ISOTP_PCI_FF:
		read_first(r, lane, byte, record);
		return 0;
	case ISOTP_PCI_CF:
		read_consecutive(r, lane, byte, record);
		return 0;
	case ISOTP_PCI_FC:
		read_flow_control(r, lane, byte, record);
		return 0;
	default:
		return 0;
	}
}

static bool misfit(const struct isotp_frame *f, int lead)
{
	const uint8_t pci = f->len > lead ? f->data[lead] : 0xFF;

	if (pci >> 4 == ISOTP_PCI_SF && f->len <= ISOTP_FRAME_MAX_CLASSIC)
		return pci == 0 || pci >= f->len - lead;
	return pci >> 4 > ISOTP_PCI_FC;
}

int isotp_discover(struct isotp_reassembler *r, struct isotp_lane *lane,
		   const struct isotp_record *record)
{
	const struct isotp_frame *f = &record->frame;
	int rc = 0;

	if (f->len >= 2)
		rc = read_as(r, lane, -1, record);
	if (rc == 0 && f->len >= 3 && lane->reading == READING_OPEN)
		rc = read_as(r, lane, f->data[0], record);
	if (rc < 0)
		return rc;
	lane->seen++;
	lane->misfits_plain += misfit(f, 0);
	lane->misfits_byte += misfit(f, 1);
	return 0;
}
