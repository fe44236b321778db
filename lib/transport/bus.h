/* SPDX-License-Identifier: MIT */
/*
 * bus.h - raw CAN frames to and from a named bus, whatever the bus is made of.
 *
 *	struct isotp_bus *bus;
 *	char where[ISOTP_BUS_WHERE];
 *
 *	if (isotp_bus_open(&bus, "virtual:demo", where, sizeof(where)) < 0)
 *		...
 *	n = isotp_bus_receive(bus, frames, 16);
 *
 * Names: "virtual:NAME" is the embedded bus (bus-virtual.c), any other without a colon a CAN interface
 * of the kernel, "can0" (bus-can.c). Nothing here waits for others (on virtual: for some 10 ms at
 * most, while another node sends): wait for isotp_bus_fd to become readable or for
 * isotp_bus_deadline to pass, then receive and send again.
 * Functions return 0 or a count, -errno for failures of this machine.
 */
#ifndef ISOTP_TRANSPORT_BUS_H
#define ISOTP_TRANSPORT_BUS_H

#include "protocol/frame.h"

#define ISOTP_BUS_WHERE 4096 /* room for the longest `where` */

struct isotp_bus;

struct isotp_bus_frame {
	struct isotp_frame frame;
	uint64_t time_ns; /* when the kernel received it, since 1970 */
};

struct isotp_bus_status {
	uint64_t lost_in;  /* frames that did not reach us because we were slow */
	uint64_t lost_out; /* frames of ours that a slow reader lost */
	bool queue_full;   /* CAN: the transmit queue has no room for the frame that waits */
};

/*
 * Opens a bus. `where` receives the place that it uses (virtual: the directory, else the name),
 * also when opening fails, for messages. Errors: -ENODEV no bus of this name;
 * virtual: -EINVAL an impossible NAME, -ENOTDIR not a real directory, -EPERM it belongs to another
 * user, else as mkdir, open, bind say; CAN: -EAFNOSUPPORT no CAN in this kernel, -ENOPROTOOPT no
 * CAN_RAW, -EMEDIUMTYPE not a CAN interface, -ENETDOWN it is down, -EPERM and -EACCES no
 * permission. The bus is the caller's to close.
 */
int isotp_bus_open(struct isotp_bus **bus, const char *name, char *where, size_t size);

/* Leaves the bus; NULL is allowed. */
void isotp_bus_close(struct isotp_bus *bus);

/*
 * Sends one frame to all others. 0: the bus took it (CAN: it was sent, its echo says so). -EAGAIN:
 * not yet, nobody else is there, a reader is slow or the transmit queue is full; after a receive or
 * at the deadline call again with the same frame, who has it does not get it twice.
 */
int isotp_bus_send(struct isotp_bus *bus, const struct isotp_frame *f);

/* Forgets a frame that isotp_bus_send has not taken yet. */
void isotp_bus_abandon(struct isotp_bus *bus);

/* A frame of ours waits no longer than this for slow readers, nor longer than the bus itself would
 * let it (virtual: half a second); then they lose it. */
void isotp_bus_set_patience(struct isotp_bus *bus, uint64_t ns);

/* Takes up to `room` frames that have arrived, oldest first; 0 when there are none. */
int isotp_bus_receive(struct isotp_bus *bus, struct isotp_bus_frame *frames, int room);

/* Only frames with these IDs are of interest; the bus may leave out others. IDs of width 0 do not
 * count, those that we send belong to them. Returns 0 or -errno. */
int isotp_bus_want(struct isotp_bus *bus, const struct isotp_can_id *ids, int n);

/* A descriptor that is readable when receive or send has something to do. */
int isotp_bus_fd(const struct isotp_bus *bus);

/* When to call isotp_bus_send again at the latest (isotp_clock_now), or ISOTP_NEVER. */
uint64_t isotp_bus_deadline(const struct isotp_bus *bus);

/* The number of nodes on the bus besides this one, looked up anew if it may have changed; CAN
 * cannot tell and says 1. */
unsigned int isotp_bus_others(struct isotp_bus *bus);

void isotp_bus_status(const struct isotp_bus *bus, struct isotp_bus_status *status);

#endif
