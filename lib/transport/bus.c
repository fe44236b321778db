/* SPDX-License-Identifier: MIT */
/* Owns the choice of a kind of bus by the name. */
#include "bus-internal.h"
#include "interface.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct isotp_bus_kind *const kinds[] = { &isotp_bus_virtual };

static const struct isotp_bus_kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strncmp(name, kinds[i]->prefix, strlen(kinds[i]->prefix)))
			return kinds[i];
	return isotp_interface_name(name) ? &isotp_bus_can : NULL;
}

int isotp_bus_open(struct isotp_bus **bus, const char *name, char *where, size_t size)
{
	const struct isotp_bus_kind *kind = kind_of(name);

	snprintf(where, size, "%s", name);
	return kind ? kind->open(bus, name + strlen(kind->prefix), where, size) : -ENODEV;
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
	if (bus->kind->set_patience)
		bus->kind->set_patience(bus, ns);
}

int isotp_bus_receive(struct isotp_bus *bus, struct isotp_bus_frame *frames, int room)
{
	return bus->kind->receive(bus, frames, room);
}

int isotp_bus_want(struct isotp_bus *bus, const struct isotp_can_id *ids, int n)
{
	return bus->kind->want ? bus->kind->want(bus, ids, n) : 0;
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
