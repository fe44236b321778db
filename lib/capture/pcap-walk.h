/* SPDX-License-Identifier: MIT */
/*
 * pcap-walk.h - what libpcap does not tell of the file it reads: the names of a pcapng's interfaces
 * and which of them each packet came from, and how many packets are there without waiting for more.
 * All bytes pass by here on their way to libpcap.
 *
 *	isotp_pcap_walk_init(&w, &buses);
 *	...			each time libpcap is given bytes:
 *	isotp_pcap_walk_pass(&w, bytes, n);
 *	...			each time it has given a packet:
 *	bus = isotp_pcap_walk_take(&w);
 *
 * The bytes are untrusted, and this checks no more of them than it needs: what is wrong with the
 * file is libpcap's to say. When they make no sense, packets are no more counted and are all of the
 * first interface. (draft-ietf-opsawg-pcapng; draft-ietf-opsawg-pcap)
 */
#ifndef ISOTP_CAPTURE_PCAP_WALK_H
#define ISOTP_CAPTURE_PCAP_WALK_H

#include "buses.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ISOTP_WALK_HEAD = 512, /* of an interface description: the name must stand so early */
	/* libpcap gets so many bytes at a time, of which a packet takes 12 at least */
	ISOTP_WALK_BYTES = 64 * 1024,
	ISOTP_WALK_QUEUE = 8192,
};

enum isotp_walk_stage {
	ISOTP_WALK_MAGIC = 0, /* which format it is */
	ISOTP_WALK_FILE,      /* pcap's file header */
	ISOTP_WALK_RECORD,    /* pcap's record header */
	ISOTP_WALK_BLOCK,     /* the first 12 bytes of a pcapng block */
	ISOTP_WALK_INTERFACE, /* the rest of an interface description */
	ISOTP_WALK_LOST,
};

struct isotp_pcap_walk {
	struct isotp_buses *buses;
	enum isotp_walk_stage stage;
	bool big;	  /* the file's numbers are big-endian */
	uint64_t packets; /* that have passed by as a whole */
	uint64_t skip;	  /* bytes of the record or block that come without being looked at */
	bool counts;	  /* after these, a packet is complete */
	uint8_t head[ISOTP_WALK_HEAD];
	size_t have, want; /* of the head */

	/* the buses of this section's interfaces, and of packets that libpcap has yet to give */
	unsigned int interfaces;
	uint16_t interface_bus[ISOTP_CAPTURE_BUSES];
	unsigned int first, queued;
	uint16_t queue[ISOTP_WALK_QUEUE];
};

void isotp_pcap_walk_init(struct isotp_pcap_walk *w, struct isotp_buses *buses);

void isotp_pcap_walk_pass(struct isotp_pcap_walk *w, const void *bytes, size_t n);

/* The bus of the next packet. */
uint16_t isotp_pcap_walk_take(struct isotp_pcap_walk *w);

#endif
