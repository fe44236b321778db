/* SPDX-License-Identifier: MIT */
/* Owns how pairs are written. */
#include "pairs.h"

#include "protocol/address.h"

#include <string.h>

int pair_parse_byte(const char *text, struct isotp_watched *side, char why[VALUE_WHY])
{
	side->has_byte = true;
	side->any_byte = !strcmp(text, "any");
	if (side->any_byte)
		return 0;
	if (value_byte(text, &side->byte, why) < 0)
		return value_refuse(why, "has an address that is neither a byte in hex nor 'any'");
	return 0;
}

/* One side, of `len` characters. */
static int parse_side(const char *text, size_t len, struct isotp_watched *side, char why[VALUE_WHY])
{
	char copy[32] = "";
	const char *reason;
	char *slash;

	if (len >= sizeof(copy))
		return value_refuse(why, "is no ID[/BYTE][:ID[/BYTE]]");
	memcpy(copy, text, len);
	slash = strchr(copy, '/');
	if (slash)
		*slash = '\0';
	if (isotp_can_id_parse(copy, &side->id, &reason) < 0)
		return value_refuse(why, "is no ID[/BYTE][:ID[/BYTE]]: '%s' %s", copy, reason);
	return slash ? pair_parse_byte(slash + 1, side, why) : 0;
}

int pair_parse(const char *text, struct isotp_watch *pair, char why[VALUE_WHY])
{
	const char *colon = strchr(text, ':');
	const size_t len = colon ? (size_t)(colon - text) : strlen(text);
	int rc;

	*pair = (struct isotp_watch){ 0 };
	rc = parse_side(text, len, &pair->a, why);
	if (rc == 0 && colon)
		rc = parse_side(colon + 1, strlen(colon + 1), &pair->b, why);
	if (rc == 0 && colon && isotp_can_id_equal(pair->a.id, pair->b.id))
		return value_refuse(why, "has the same ID on both sides");
	return rc;
}

char *pair_format(const struct isotp_observed *o, char text[PAIR_TEXT])
{
	const struct isotp_endpoint *a = o->from_b ? &o->peer : &o->from;
	const struct isotp_endpoint *b = o->from_b ? &o->from : &o->peer;
	char *s = text;

	if (a->id.width) {
		isotp_endpoint_format(a, s);
		s += strlen(s);
	}
	if (a->id.width && b->id.width)
		*s++ = ':';
	if (b->id.width)
		isotp_endpoint_format(b, s);
	return text;
}
