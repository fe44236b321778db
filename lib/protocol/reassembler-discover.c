/* SPDX-License-Identifier: MIT */
/* Owns how ISO-TP is told from ordinary traffic where nobody has said which IDs carry it. */
#include "reassembler-internal.h"

#include "uds.h"

#include <errno.h>
#include <string.h>

enum {
	OBD_FUNCTIONAL = 0x7DF,
	OBD_REQUEST = 0x7E0,
	OBD_ANSWER = 0x7E8,
	FIXED_PHYSICAL = 0x18DA,
	FIXED_FUNCTIONAL = 0x18DB,
	TESTER = 0xF1,
	PRIORITY = 0x1C000000, /* bits 28-26 of a 29-bit ID do not count (10.3.4) */
	CANDIDATES = 8,	       /* address bytes of a lane that are followed at once */
};

#define ANSWER_WITHIN_NS (10 * ISOTP_SECOND)
#define RECENT_NS	 (5 * ISOTP_SECOND)

/* --- what IDs tell --- */

/* The upper two bytes of a 29-bit ID with the usual priority, 6. */
static uint32_t fixed_format(struct isotp_can_id id)
{
	return id.width == 29 ? ((id.value & ~(uint32_t)PRIORITY) | 0x18000000) >> 16 : 0;
}

bool isotp_discover_is_diagnostic(struct isotp_can_id id)
{
	if (id.width == 11)
		return id.value == OBD_FUNCTIONAL || (id.value & ~0xFu) == OBD_REQUEST;
	return fixed_format(id) == FIXED_PHYSICAL || fixed_format(id) == FIXED_FUNCTIONAL;
}

bool isotp_discover_is_ecu(struct isotp_can_id id)
{
	if (id.width == 11)
		return (id.value & ~7u) == OBD_ANSWER;
	return fixed_format(id) == FIXED_PHYSICAL && (id.value >> 8 & 0xFF) == TESTER;
}

/* Normal fixed and mixed: target and source exchanged. */
static bool exchanged(struct isotp_can_id a, struct isotp_can_id b)
{
	return a.width == 29 && b.width == 29 && a.value >> 16 == b.value >> 16 &&
	       (a.value & 0xFF) == (b.value >> 8 & 0xFF) &&
	       (b.value & 0xFF) == (a.value >> 8 & 0xFF);
}

uint8_t isotp_discover_score(const struct isotp_endpoint *a, const struct isotp_endpoint *b)
{
	if (exchanged(a->id, b->id))
		return 2;
	if (a->has_byte && a->byte == (b->id.value & 0xFF) && b->byte == (a->id.value & 0xFF))
		return 2;
	if (!a->has_byte && a->id.width == 11 && b->id.width == 11 &&
	    (a->id.value ^ b->id.value) == 8)
		return 2;
	return 1;
}

/* --- deciding --- */

static void decide(struct isotp_reassembler *r, struct isotp_lane *lane, uint8_t reading)
{
	uint16_t next;

	if (lane->reading != READING_OPEN)
		return;
	lane->reading = reading;
	for (uint16_t i = lane->streams; i; i = next) {
		struct isotp_stream *s = isotp_stream_at(r, i);

		next = s->next;
		if (s->o.from.has_byte != (reading == READING_BYTE))
			isotp_stream_drop(r, s);
	}
}

/* True when much of what a lane carried makes no sense in this reading. */
static bool looks_foreign(const struct isotp_lane *lane, bool has_byte)
{
	return (has_byte ? lane->misfits_byte : lane->misfits_plain) > lane->seen / 4;
}

static struct isotp_stream *stream_of(struct isotp_reassembler *r, struct isotp_lane *lane, int byte)
{
	bool again;

	return isotp_stream_get(r, lane, byte, &again);
}

void isotp_discover_pair(struct isotp_reassembler *r, struct isotp_stream *s,
			 struct isotp_stream *peer)
{
	if (s->peer || peer->peer)
		return;
	isotp_stream_link(r, s, peer);
	if (!r->settings.discover)
		return;
	s->o.from_b = s->o.kept && s->o.data[0] & ISOTP_UDS_RESPONSE_BIT;
	peer->o.from_b = !s->o.from_b;
}

/* The lane that sent the flow control is decided, too, and is the peer. */
static struct isotp_lane *decide_peer(struct isotp_reassembler *r, struct isotp_stream *s)
{
	const uint8_t reading = s->fc_has_byte ? READING_BYTE : READING_PLAIN;
	struct isotp_lane *lane = s->fc_lane_key ? isotp_lane_by_key(r, s->fc_lane_key) : NULL;
	struct isotp_stream *peer;

	if (!lane || (lane->reading != READING_OPEN && lane->reading != reading))
		return NULL;
	if (lane->reading == READING_OPEN && looks_foreign(lane, s->fc_has_byte))
		return NULL;
	peer = stream_of(r, lane, s->fc_has_byte ? s->fc_byte : -1);
	if (!peer)
		return NULL;
	decide(r, lane, reading);
	peer->sent_fc = true;
	isotp_discover_pair(r, s, peer);
	return lane;
}

/* --- single frames of diagnostic IDs --- */

void isotp_discover_single(struct isotp_lane *lane, const struct isotp_record *record,
			   const struct isotp_pci *pci, bool told)
{
	lane->has_single = true;
	lane->single_told = told;
	lane->single_len = (uint8_t)pci->length;
	memcpy(lane->single, record->frame.data + pci->offset, pci->length);
	lane->single_ns = record->time_ns;
	lane->single_frame = record->number;
}

/* The single frame that came before its lane was decided. */
static void tell_single(struct isotp_reassembler *r, struct isotp_lane *lane)
{
	struct isotp_stream *s;
	struct isotp_observed *o;

	if (!lane->has_single || lane->single_told || lane->reading != READING_PLAIN)
		return;
	s = stream_of(r, lane, -1);
	if (!s)
		return;
	lane->single_told = true;
	o = isotp_queue_add(r, s);
	o->time_ns = o->first_ns = o->last_ns = lane->single_ns;
	o->first_frame = o->last_frame = lane->single_frame;
	o->frames = 1;
	o->length = o->received = o->kept = lane->single_len;
	o->data = lane->single;
}

/* The request that this answers, if the lane has sent it lately. */
static bool asked(const struct isotp_lane *lane, const struct isotp_record *record,
		  const uint8_t *data, uint32_t length)
{
	uint8_t sid;

	if (length >= 2 && data[0] == ISOTP_UDS_NEGATIVE_RESPONSE)
		sid = data[1];
	else if (data[0] & ISOTP_UDS_RESPONSE_BIT)
		sid = data[0] & (uint8_t)~ISOTP_UDS_RESPONSE_BIT;
	else
		return false;
	return lane && lane->has_single && lane->single[0] == sid &&
	       record->time_ns >= lane->single_ns &&
	       record->time_ns - lane->single_ns < ANSWER_WITHIN_NS;
}

/* The lanes on which the request of this lane's answer can have come: physical, functional. */
static struct isotp_lane *request_lane(struct isotp_reassembler *r, const struct isotp_lane *lane,
				       bool functional)
{
	struct isotp_can_id id = lane->id;
	const uint32_t target = id.value >> 8 & 0xFF, source = id.value & 0xFF;

	if (!isotp_discover_is_ecu(id))
		return NULL;
	if (id.width == 11)
		id.value = functional ? OBD_FUNCTIONAL : id.value - 8;
	else if (functional)
		id.value = (uint32_t)FIXED_FUNCTIONAL << 16 | 0x3300 | target;
	else
		id.value = (id.value & 0xFFFF0000) | source << 8 | target;
	return isotp_lane_by_key(r, isotp_lane_key(lane->bus, id, lane->fd));
}

/* A request and its answer on IDs that are made for that are ISO-TP. */
static void discover_answer(struct isotp_reassembler *r, struct isotp_lane *lane,
			    const struct isotp_record *record, const struct isotp_pci *pci)
{
	const uint8_t *data = record->frame.data + pci->offset;

	for (int functional = 0; functional < 2; functional++) {
		struct isotp_lane *request = request_lane(r, lane, functional);
		struct isotp_stream *from, *to;

		if (!request || request->reading == READING_BYTE ||
		    !asked(request, record, data, pci->length))
			continue;
		decide(r, request, READING_PLAIN);
		decide(r, lane, READING_PLAIN);
		tell_single(r, request);
		from = stream_of(r, lane, -1);
		to = stream_of(r, request, -1);
		if (!functional && from && to && !from->peer && !to->peer) {
			isotp_stream_link(r, from, to);
			to->o.from_b = false;
		}
		return;
	}
}

/* --- sequences --- */

bool isotp_discover_whole(struct isotp_reassembler *r, struct isotp_stream *s)
{
	struct isotp_lane *lane = isotp_stream_lane(r, s), *peer;
	const bool has_byte = s->o.from.has_byte;

	/* The shortest sequence there is can be chance where nothing else speaks for it. */
	if (s->o.frames == 2 && !s->o.flow_controls && looks_foreign(lane, has_byte))
		return false;
	decide(r, lane, has_byte ? READING_BYTE : READING_PLAIN);
	peer = decide_peer(r, s);
	if (peer && peer->has_single && s->o.first_ns >= peer->single_ns &&
	    s->o.first_ns - peer->single_ns < RECENT_NS)
		tell_single(r, peer);
	return true;
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

/* The first CF has come: now the first frame is looked at, and the flow control between them. */
static int begin_candidate(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
			   struct isotp_pending *p)
{
	struct isotp_stream *s;
	struct isotp_pci pci;
	bool again;
	int rc;

	if (byte >= 0)
		limit_candidates(r, lane);
	s = isotp_stream_get(r, lane, byte, &again);
	if (!s)
		return again ? -EAGAIN : 0;
	if (isotp_pci_decode(&pci, &p->record.frame, byte >= 0) != ISOTP_PCI_OK)
		return 0;
	rc = isotp_take_first(r, s, &p->record, &pci);
	if (rc < 0)
		return rc;
	if (p->has_fc) {
		s->fc_lane_key = p->fc_lane_key;
		s->fc_has_byte = p->fc_byte >= 0;
		s->fc_byte = (uint8_t)p->fc_byte;
		s->fc_score = p->fc_score;
		if (p->fc.fs == ISOTP_FS_CTS)
			isotp_respond(r, s, p->fc_ns, &p->fc);
	}
	isotp_pending_forget(r, lane, byte);
	return 0;
}

/* A single frame ends what was open. On a diagnostic ID it may decide. */
static int read_single(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		       const struct isotp_record *record)
{
	struct isotp_stream *s = isotp_stream_find(r, lane, byte);
	struct isotp_pci pci;

	if (s)
		isotp_stream_drop(r, s);
	isotp_pending_forget(r, lane, byte);
	if (!lane->diagnostic || byte >= 0 ||
	    isotp_pci_decode(&pci, &record->frame, false) != ISOTP_PCI_OK)
		return 0;
	discover_answer(r, lane, record, &pci);
	if (lane->reading == READING_OPEN) {
		isotp_discover_single(lane, record, &pci, false);
		return 0;
	}
	s = stream_of(r, lane, -1);
	return s ? isotp_take_frame(r, s, record) : 0;
}

static int read_consecutive(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
			    const struct isotp_record *record)
{
	struct isotp_stream *s = isotp_stream_find(r, lane, byte);
	struct isotp_pending *p;
	struct isotp_pci pci;
	int rc = 0;

	if (!s) {
		p = isotp_pending_find(r, lane, byte);
		if (!p)
			return 0;
		if ((record->frame.data[byte >= 0] & 0x0F) != 1) {
			isotp_pending_forget(r, lane, byte);
			return 0;
		}
		rc = begin_candidate(r, lane, byte, p);
		s = isotp_stream_find(r, lane, byte);
	}
	if (rc < 0 || !s || isotp_pci_decode(&pci, &record->frame, byte >= 0) != ISOTP_PCI_OK)
		return rc;
	rc = isotp_take_consecutive(r, s, record, &pci);
	if (s->state != STREAM_OPEN && lane->reading == READING_OPEN)
		isotp_stream_drop(r, s);
	return rc;
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

/* A frame in one of the two readings. */
static int read_as(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		   const struct isotp_record *record)
{
	struct isotp_pci pci;

	switch (record->frame.data[byte >= 0] >> 4) {
	case ISOTP_PCI_SF:
		return read_single(r, lane, byte, record);
	case ISOTP_PCI_FF:
		read_first(r, lane, byte, record);
		return 0;
	case ISOTP_PCI_CF:
		return read_consecutive(r, lane, byte, record);
	case ISOTP_PCI_FC:
		if (isotp_pci_decode(&pci, &record->frame, byte >= 0) == ISOTP_PCI_OK)
			isotp_note_flow_control(r, lane, byte, record, &pci);
	}
	return 0;
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
