/* SPDX-License-Identifier: MIT */
/* Owns the names of buses. */
#include "buses.h"

#include <string.h>

static bool is_name(const struct isotp_buses *b, uint16_t bus, const char *name, size_t len)
{
	return b->names[bus].len == len && !memcmp(b->names[bus].text, name, len);
}

static uint16_t add(struct isotp_buses *b, const char *name, size_t len)
{
	const uint16_t bus = b->count;

	if (bus == ISOTP_CAPTURE_BUSES)
		return ISOTP_CAPTURE_BUSES - 1;
	b->names[bus].len = (uint8_t)len;
	memcpy(b->names[bus].text, name, len);
	b->names[bus].text[len] = '\0';
	b->count++;
	return bus;
}

uint16_t isotp_buses_index(struct isotp_buses *b, const char *name, size_t len)
{
	uint16_t bus = 0;

	if (b->count && is_name(b, b->last, name, len))
		return b->last;
	while (bus < b->count && !is_name(b, bus, name, len))
		bus++;
	b->last = bus < b->count ? bus : add(b, name, len);
	return b->last;
}

const char *isotp_buses_name(const struct isotp_buses *b, uint16_t bus)
{
	return bus < b->count ? b->names[bus].text : "can0";
}
