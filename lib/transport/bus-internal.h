/* SPDX-License-Identifier: MIT */
/* bus-internal.h - what a kind of bus brings; a new kind is a new struct isotp_bus_kind. */
#ifndef ISOTP_TRANSPORT_BUS_INTERNAL_H
#define ISOTP_TRANSPORT_BUS_INTERNAL_H

#include "bus.h"

/* Each function as its namesake in bus.h describes it; want and set_patience may be NULL. */
struct isotp_bus_kind {
	const char *prefix; /* of the names it opens; `open` gets what follows */
	int (*open)(struct isotp_bus **bus, const char *name, char *where, size_t size);
	void (*close)(struct isotp_bus *bus);
	int (*send)(struct isotp_bus *bus, const struct isotp_frame *f);
	void (*abandon)(struct isotp_bus *bus);
	int (*receive)(struct isotp_bus *bus, struct isotp_bus_frame *frames, int room);
	int (*want)(struct isotp_bus *bus, const struct isotp_can_id *ids, int n);
	int (*fd)(const struct isotp_bus *bus);
	void (*set_patience)(struct isotp_bus *bus, uint64_t ns);
	uint64_t (*deadline)(const struct isotp_bus *bus);
	unsigned int (*others)(struct isotp_bus *bus);
	void (*status)(const struct isotp_bus *bus, struct isotp_bus_status *status);
};

/* The first member of each kind's own struct. */
struct isotp_bus {
	const struct isotp_bus_kind *kind;
};

extern const struct isotp_bus_kind isotp_bus_virtual;
extern const struct isotp_bus_kind isotp_bus_can;

#endif
