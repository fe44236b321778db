/* SPDX-License-Identifier: MIT */
/* Owns the choice of a kind of bus by the name. */
#include "bus-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct isotp_bus_kind *const kinds[] = { &isotp_bus_virtual };

int isotp_bus_open(struct isotp_bus **bus, const char *name, char *where, size_t size)
{
	snprintf(where, size, "%s", name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t n = strlen(kinds[i]->prefix);

		if (!strncmp(name, kinds[i]->prefix, n))
			return kinds[i]->open(bus, name + n, where, size);
	}
	return -ENODEV;
}

void isotp_bus_close(struct isotp_bus *bus)
{
	if (bus)
		bus->kind->close(bus);
}

int isotp_bus_send(struct isotp_bus *bus, const struct isotp_frame *f)
{
	return bus->kind->send(bus, f);
}

void isotp_bus_abandon(struct isotp_bus *bus)
{
	bus->kind->abandon(bus);
}

void isotp_bus_set_patience(struct isotp_bus *bus, uint64_t ns)
{
	bus->kind->set_patience(bus, ns);
}

int isotp_bus_receive(struct isotp_bus *bus, struct isotp_bus_frame *frames, int room)
{
	return bus->kind->receive(bus, frames, room);
}

int isotp_bus_fd(const struct isotp_bus *bus)
{
	return bus->kind->fd(bus);
}

uint64_t isotp_bus_deadline(const struct isotp_bus *bus)
{
	return bus->kind->deadline(bus);
}

unsigned int isotp_bus_others(struct isotp_bus *bus)
{
	return bus->kind->others(bus);
}

void isotp_bus_status(const struct isotp_bus *bus, struct isotp_bus_status *status)
{
	bus->kind->status(bus, status);
}
