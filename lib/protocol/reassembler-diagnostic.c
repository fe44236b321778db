/* SPDX-License-Identifier: MIT */
/* Owns what is known of diagnostic IDs (ISO 15765-4, normal fixed): who asks there, and who
 * answers. */
#include "reassembler-internal.h"

#include "uds.h"

#include <string.h>

enum {
	OBD_FUNCTIONAL = 0x7DF,
	OBD_REQUEST = 0x7E0,
	OBD_ANSWER = 0x7E8,
	FIXED_PHYSICAL = 0x18DA,
	FIXED_FUNCTIONAL = 0x18DB,
	FIXED_TO_ALL = 0x00DB3300, /* without priority and source */
	TESTER = 0xF1,
	PRIORITY = 0x1C000000, /* bits 28-26 of a 29-bit ID do not count (10.3.4) */
};

#define ANSWER_WITHIN_NS (10 * ISOTP_SECOND)

/* --- what IDs tell --- */

/* The upper two bytes of a 29-bit ID with the usual priority, 6. */
static uint32_t fixed_format(struct isotp_can_id id)
{
	return id.width == 29 ? ((id.value & ~(uint32_t)PRIORITY) | 0x18000000) >> 16 : 0;
}

bool isotp_diagnostic_is_id(struct isotp_can_id id)
{
	if (id.width == 11)
		return id.value == OBD_FUNCTIONAL || (id.value & ~0xFu) == OBD_REQUEST;
	return fixed_format(id) == FIXED_PHYSICAL || fixed_format(id) == FIXED_FUNCTIONAL;
}

bool isotp_diagnostic_is_ecu(struct isotp_can_id id)
{
	if (id.width == 11)
		return (id.value & ~7u) == OBD_ANSWER;
	return fixed_format(id) == FIXED_PHYSICAL && (id.value >> 8 & 0xFF) == TESTER;
}

/* --- requests and answers --- */

void isotp_diagnostic_keep(struct isotp_lane *lane, const struct isotp_record *record,
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
void isotp_diagnostic_tell(struct isotp_reassembler *r, struct isotp_lane *lane)
{
	struct isotp_stream *s;
	struct isotp_observed *o;

	if (!lane->has_single || lane->single_told || lane->reading != READING_PLAIN)
		return;
	s = isotp_stream_get(r, lane, -1, NULL);
	if (!s)
		return;
	lane->single_told = true;
	o = isotp_queue_add(r, s);
	o->time_ns = o->first_ns = o->last_ns = lane->single_ns;
	o->first_frame = o->last_frame = lane->single_frame;
	o->frames = 1;
	o->length = o->received = lane->single_len;
	o->kept = o->length < r->settings.max_pdu ? o->length : r->settings.max_pdu;
	o->data = lane->single;
}

/* The request that this answers, if the lane has sent it lately. */
static bool asked(const struct isotp_lane *lane, const struct isotp_answer *answer)
{
	const uint8_t *data = answer->data;
	uint8_t sid;

	if (answer->length >= 2 && data[0] == ISOTP_UDS_NEGATIVE_RESPONSE)
		sid = data[1];
	else if (answer->length && data[0] & ISOTP_UDS_RESPONSE_BIT)
		sid = data[0] & (uint8_t)~ISOTP_UDS_RESPONSE_BIT;
	else
		return false;
	return lane->has_single && lane->single[0] == sid && answer->time_ns >= lane->single_ns &&
	       answer->time_ns - lane->single_ns < ANSWER_WITHIN_NS;
}

/* The lane on which the request of this ECU's answer can have come: physical, functional. */
static struct isotp_lane *request_lane(struct isotp_reassembler *r, const struct isotp_lane *lane,
				       bool functional)
{
	struct isotp_can_id id = lane->id;
	const uint32_t target = id.value >> 8 & 0xFF, source = id.value & 0xFF;

	if (id.width == 11)
		id.value = functional ? OBD_FUNCTIONAL : id.value - (OBD_ANSWER - OBD_REQUEST);
	else if (functional)
		id.value = (id.value & PRIORITY) | FIXED_TO_ALL | target;
	else
		id.value = (id.value & 0xFFFF0000) | source << 8 | target;
	return isotp_lane_by_key(r, isotp_lane_key(lane->bus, id, lane->fd));
}

static void link_lanes(struct isotp_reassembler *r, struct isotp_lane *lane,
		       struct isotp_lane *request)
{
	struct isotp_stream *from = isotp_stream_get(r, lane, -1, NULL), *to;
	enum isotp_list_name list;

	if (!from || from->peer)
		return;
	list = from->list;
	isotp_stream_move(r, from, LIST_NONE); /* it must not give way for the other */
	to = isotp_stream_get(r, request, -1, NULL);
	isotp_stream_move(r, from, list);
	if (to && !to->peer)
		isotp_discover_pair(r, from, to);
}

/* A request and its answer on IDs that are made for that are ISO-TP; the request is told first. */
void isotp_diagnostic_answer(struct isotp_reassembler *r, struct isotp_lane *lane,
			     const struct isotp_answer *answer)
{
	if (!isotp_diagnostic_is_ecu(lane->id))
		return;
	for (int functional = 0; functional < 2; functional++) {
		struct isotp_lane *request = request_lane(r, lane, functional);

		if (!request || request->reading == READING_BYTE || !asked(request, answer))
			continue;
		isotp_discover_decide(r, request, READING_PLAIN);
		isotp_discover_decide(r, lane, READING_PLAIN);
		if (!functional)
			link_lanes(r, lane, request);
		isotp_diagnostic_tell(r, request);
		return;
	}
}

void isotp_diagnostic_answered(struct isotp_reassembler *r, struct isotp_stream *s,
			       const struct isotp_answer *answer)
{
	const enum isotp_list_name list = s->list;

	if (s->o.from.has_byte || !isotp_diagnostic_is_ecu(s->o.from.id))
		return;
	isotp_stream_move(r, s, LIST_NONE); /* it must not give way for its peer */
	isotp_diagnostic_answer(r, isotp_stream_lane(r, s), answer);
	isotp_stream_move(r, s, list);
}
