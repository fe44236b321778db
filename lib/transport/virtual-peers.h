/* SPDX-License-Identifier: MIT */
/*
 * virtual-peers.h - the other nodes on an embedded bus, and the frame that is on its way to them.
 *
 * Each peer has a queue of some ten frames (net.unix.max_dgram_qlen). A frame waits for peers whose
 * queue is full, but not for ever; then these lose frames, and are not waited for again, until
 * they have room: they are told then how many they lost. Else all nodes see frames in one order.
 */
#ifndef ISOTP_TRANSPORT_VIRTUAL_PEERS_H
#define ISOTP_TRANSPORT_VIRTUAL_PEERS_H

#include "socketcan.h"

struct pollfd;
struct virtual_peer;

struct virtual_peers {
	int dir;	   /* the bus, */
	const char *where; /* its path, */
	const char *self;  /* and our own node in it */
	int epoll;	   /* watches the peers for room in their queues */
	struct virtual_peer *list;
	struct pollfd *polls; /* one for each of them */
	unsigned int count, room;
	bool sending;	      /* a frame was begun and is not yet with all peers */
	bool delivered;	      /* somebody has got it, or was given up */
	uint64_t patience_ns; /* how long one frame waits for slow peers */
	uint64_t since;	      /* when we began to wait for a slow peer, or ISOTP_NEVER */
	union isotp_socketcan wire;
	size_t wire_size;
	bool lock_stuck; /* somebody has held the lock of the order for too long */
	uint64_t lost;	 /* frames that slow peers have lost */
};

/* Looks up anew who is there. Dead nodes are removed from the directory. Returns 0, or -errno when
 * this machine has no room for all of them. */
int isotp_virtual_peers_scan(struct virtual_peers *peers);

/* As isotp_bus_send: 0, or -EAGAIN to call again with the same frame. */
int isotp_virtual_peers_send(struct virtual_peers *peers, const struct isotp_frame *f);

/* As isotp_bus_abandon: who has not got the frame has lost it. */
void isotp_virtual_peers_abandon(struct virtual_peers *peers);

/* Tells the slow ones that have room again what they lost. */
void isotp_virtual_peers_tell(struct virtual_peers *peers);

/* When to call it again at the latest; ISOTP_NEVER when nothing is being sent. */
uint64_t isotp_virtual_peers_deadline(const struct virtual_peers *peers);

/* Leaves them all; slow ones are told what they lost, or find a note of it. */
void isotp_virtual_peers_release(struct virtual_peers *peers);

#endif
