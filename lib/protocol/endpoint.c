/* SPDX-License-Identifier: MIT */
/* Owns when two endpoints are one, and their text form. */
#include "endpoint.h"

#include "address.h"
#include "hex.h"

#include <string.h>

bool isotp_endpoint_equal(const struct isotp_endpoint *a, const struct isotp_endpoint *b)
{
	return a->bus == b->bus && a->fd == b->fd && isotp_can_id_equal(a->id, b->id) &&
	       a->has_byte == b->has_byte && (!a->has_byte || a->byte == b->byte);
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
