/* SPDX-License-Identifier: MIT */
/*
 * pcap-frame.h - the CAN frame in a packet, of the link types that have one: LINKTYPE_CAN_SOCKETCAN
 * and the two of Linux' cooked captures (https://www.tcpdump.org/linktypes.html).
 *
 *	verdict = isotp_pcap_unwrap(link, data, captured, length, &packet, &why);
 *	if (verdict == ISOTP_IS_FRAME)
 *		verdict = isotp_pcap_decode(&packet, order, &frame, &why);
 */
#ifndef ISOTP_CAPTURE_PCAP_FRAME_H
#define ISOTP_CAPTURE_PCAP_FRAME_H

#include "capture-internal.h"

enum isotp_pcap_link {
	ISOTP_LINK_SLL = 113,
	ISOTP_LINK_CAN = 227,
	ISOTP_LINK_SLL2 = 276,
};

/* The bytes of the ID. */
enum isotp_id_order { ISOTP_ID_BIG, ISOTP_ID_LITTLE, ISOTP_ID_NATIVE };

/* Bytes of a packet beyond this are never looked at: a header, and struct canfd_frame. */
enum { ISOTP_PCAP_LOOKED_AT = 20 + 72 };

struct isotp_pcap_packet {
	const uint8_t *can; /* struct can_frame or canfd_frame, 8 bytes at least */
	size_t captured;    /* so many bytes of it are there */
	bool fd;
	uint32_t ifindex; /* of LINKTYPE_LINUX_SLL2; 0: not known */
};

/*
 * Finds the frame in `captured` bytes of a packet that had `length` bytes. ISOTP_IS_OTHER is a
 * packet of another protocol.
 */
enum isotp_verdict isotp_pcap_unwrap(int link, const uint8_t *data, size_t captured, size_t length,
				     struct isotp_pcap_packet *packet, const char **why);

/* Reads the frame. Bytes of data beyond its length become anything. */
enum isotp_verdict isotp_pcap_decode(const struct isotp_pcap_packet *packet,
				     enum isotp_id_order order, struct isotp_frame *f,
				     const char **why);

/*
 * What this frame says of the order that all IDs of its file have: 1 it can only be little-endian,
 * -1 only big-endian, 0 nothing.
 */
int isotp_pcap_order_evidence(const struct isotp_pcap_packet *packet);

#endif
