/* SPDX-License-Identifier: MIT */
/* Owns how a PDU of UDS or OBD is read; the names are in uds-names.c and uds-identifiers.c. */
#include "uds.h"

#include "uds-names.h"

#include <string.h>

static const struct {
	uint8_t first, last;
} requests[] = {
	{ .first = 0x10, .last = 0x3E },
	{ .first = 0x83, .last = 0x88 },
	{ .first = 0xBA, .last = 0xBE },
};

static bool is_request(uint8_t sid)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (sid >= requests[i].first && sid <= requests[i].last)
			return true;
	return false;
}

enum isotp_uds_kind isotp_uds_classify(uint8_t first)
{
	if (first == ISOTP_UDS_NEGATIVE_RESPONSE)
		return ISOTP_UDS_NEGATIVE;
	if (is_request(first))
		return ISOTP_UDS_REQUEST;
	if (first & ISOTP_UDS_RESPONSE_BIT && is_request(first ^ ISOTP_UDS_RESPONSE_BIT))
		return ISOTP_UDS_RESPONSE;
	return ISOTP_UDS_NONE;
}

/* The requestSeed of a level, 0 where the standard has none (ISO 14229-1:2020, table 42). */
static uint8_t security_level(uint8_t sub)
{
	if (sub == 0x00 || (sub > 0x42 && sub < 0x5F) || sub == 0x7F)
		return 0;
	return (uint8_t)((sub - 1) | 1);
}

static void decode_sub(struct isotp_uds *u, const struct isotp_uds_service *s, uint8_t byte)
{
	u->has_sub = true;
	u->sub = byte & 0x7F;
	u->suppress = u->kind == ISOTP_UDS_REQUEST && byte & 0x80;
	if (s->security)
		u->level = security_level(u->sub);
	if (!s->security || u->level)
		u->sub_name =
			isotp_uds_name_find(s->subs, s->sub_mask ? u->sub & s->sub_mask : u->sub);
}

static void decode_id(struct isotp_uds *u, const struct isotp_uds_service *s, const uint8_t *bytes)
{
	u->has_id = true;
	u->id_size = s->id_size;
	u->id = bytes[0];
	if (s->id_size > 1)
		u->id = (uint16_t)(bytes[0] << 8 | bytes[1]);
	u->id_name = isotp_uds_name_find(s->ids, u->id);
}

static void decode_known(struct isotp_uds *u, const struct isotp_uds_service *s,
			 const uint8_t *data, size_t len)
{
	const size_t at = s->subs ? 2 : 1;
	const size_t rest = len - 1;

	u->service = s->name;
	if (s->subs && rest)
		decode_sub(u, s, data[1]);
	if (s->id_size && len >= at + s->id_size)
		decode_id(u, s, data + at);
	/* of several the server may answer those alone that it has (8.7.4): maybe not the first */
	if (u->kind == ISOTP_UDS_REQUEST && s->list && rest > s->echo)
		return;
	u->echo = rest < s->echo ? (uint8_t)rest : s->echo;
}

static bool decode_negative(struct isotp_uds *u, const uint8_t *data, size_t len)
{
	const struct isotp_uds_service *s;

	if (len < 2)
		return false;
	u->kind = ISOTP_UDS_NEGATIVE;
	u->sid = data[1];
	s = isotp_uds_service_find(u->sid);
	u->service = s ? s->name : "Unknown";
	if (len < 3)
		return true;
	u->nrc = data[2];
	u->nrc_name = isotp_uds_nrc_name(u->nrc);
	return true;
}

bool isotp_uds_decode(struct isotp_uds *u, const uint8_t *data, size_t len)
{
	const struct isotp_uds_service *s;

	memset(u, 0, sizeof(*u));
	if (!len)
		return false;
	if (data[0] == ISOTP_UDS_NEGATIVE_RESPONSE)
		return decode_negative(u, data, len);
	u->kind = isotp_uds_classify(data[0]);
	s = isotp_uds_service_find(data[0] & (uint8_t)~ISOTP_UDS_RESPONSE_BIT);
	if (s) /* OBD's are beyond what classify knows */
		u->kind = data[0] & ISOTP_UDS_RESPONSE_BIT ? ISOTP_UDS_RESPONSE : ISOTP_UDS_REQUEST;
	if (u->kind == ISOTP_UDS_NONE)
		return false;
	u->sid = data[0] & (uint8_t)~ISOTP_UDS_RESPONSE_BIT;
	if (s)
		decode_known(u, s, data, len);
	return s;
}
