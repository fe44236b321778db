/* SPDX-License-Identifier: MIT */
/* Owns when two endpoints are one, or a pair, and their text form. */
#include "endpoint.h"

#include "address.h"
#include "hex.h"

#include <string.h>

bool isotp_endpoint_equal(const struct isotp_endpoint *a, const struct isotp_endpoint *b)
{
	return a->bus == b->bus && a->fd == b->fd && isotp_can_id_equal(a->id, b->id) &&
	       a->has_byte == b->has_byte && (!a->has_byte || a->byte == b->byte);
}

/* Normal fixed and mixed: target and source exchanged. */
static bool exchanged(struct isotp_can_id a, struct isotp_can_id b)
{
	return a.width == 29 && b.width == 29 && a.value >> 16 == b.value >> 16 &&
	       (a.value & 0xFF) == (b.value >> 8 & 0xFF) &&
	       (b.value & 0xFF) == (a.value >> 8 & 0xFF);
}

uint8_t isotp_endpoint_fit(const struct isotp_endpoint *a, const struct isotp_endpoint *b)
{
	if (exchanged(a->id, b->id))
		return ISOTP_ENDPOINT_PAIR;
	if (a->has_byte && a->byte == (b->id.value & 0xFF) && b->byte == (a->id.value & 0xFF))
		return ISOTP_ENDPOINT_PAIR;
	if (!a->has_byte && a->id.width == 11 && b->id.width == 11 &&
	    (a->id.value ^ b->id.value) == 8)
		return ISOTP_ENDPOINT_PAIR;
	return ISOTP_ENDPOINT_ANY;
}

char *isotp_endpoint_format(const struct isotp_endpoint *e, char text[ISOTP_ENDPOINT_TEXT])
{
	char *s = isotp_can_id_format(e->id, text);

	if (!e->has_byte)
		return text;
	s += strlen(s);
	*s++ = '/';
	*s++ = isotp_hex_char(e->byte >> 4);
	*s++ = isotp_hex_char(e->byte & 0x0F);
	*s = '\0';
	return text;
}
