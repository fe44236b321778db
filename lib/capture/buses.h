/* SPDX-License-Identifier: MIT */
/*
 * buses.h - the names of the buses of a capture, and the index of each.
 *
 *	const uint16_t bus = isotp_buses_index(&buses, "can0", 4);
 */
#ifndef ISOTP_CAPTURE_BUSES_H
#define ISOTP_CAPTURE_BUSES_H

#include "capture.h"

enum { ISOTP_BUS_NAME_MAX = 63 };

struct isotp_buses {
	uint16_t count, last;
	struct {
		uint8_t len;
		char text[ISOTP_BUS_NAME_MAX + 1];
	} names[ISOTP_CAPTURE_BUSES];
};

/*
 * The index of the bus of this name, which becomes known by it. The name is of printable ASCII, at
 * most ISOTP_BUS_NAME_MAX bytes. When all places are taken the last one is everybody's.
 */
uint16_t isotp_buses_index(struct isotp_buses *b, const char *name, size_t len);

/* The name of a bus, "can0" for one that is not known. */
const char *isotp_buses_name(const struct isotp_buses *b, uint16_t bus);

#endif
