/* SPDX-License-Identifier: MIT */
/*
 * endpoint.h - who sends, as a passive observer knows it: a bus, a CAN ID, and the address byte that
 * leads each frame if there is one.
 *
 *	struct isotp_endpoint tester = { .id = { 0x6F1, 11 }, .has_byte = true, .byte = 0x12 };
 */
#ifndef ISOTP_PROTOCOL_ENDPOINT_H
#define ISOTP_PROTOCOL_ENDPOINT_H

#include "frame.h"

struct isotp_endpoint {
	struct isotp_can_id id; /* width 0: nobody */
	uint16_t bus;		/* index of the bus */
	bool fd;		/* CAN FD frames; classic ones of the same ID are somebody else */
	bool has_byte;		/* extended or mixed addressing: data[0] is `byte` */
	uint8_t byte;
};

bool isotp_endpoint_equal(const struct isotp_endpoint *a, const struct isotp_endpoint *b);

/* How well two senders fit each other. Better is more; 0 is free for "not at all". */
enum {
	ISOTP_ENDPOINT_ANY = 1,
	ISOTP_ENDPOINT_PAIR = 2,
};

/* By IDs and address bytes alone: PAIR, they are as the two of a pair usually are (normal fixed
 * with target and source exchanged, each one's address byte in the ID of the other, 11-bit IDs 8
 * apart), else ANY. */
uint8_t isotp_endpoint_fit(const struct isotp_endpoint *a, const struct isotp_endpoint *b);

#define ISOTP_ENDPOINT_TEXT 12 /* room for "18DA10F1/F4" and the final NUL */

/* Writes "6F4/14", without the bus and the kind of frame, and returns `text`. */
char *isotp_endpoint_format(const struct isotp_endpoint *e, char text[ISOTP_ENDPOINT_TEXT]);

#endif
