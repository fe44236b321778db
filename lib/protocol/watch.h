/* SPDX-License-Identifier: MIT */
/*
 * watch.h - whose frames somebody who looks on is to look at: two that talk to each other, each
 * side with an ID, and an address byte or none.
 *
 *	const struct isotp_endpoint sender = isotp_endpoint_of(&frame);
 *
 *	if (isotp_watched_is(&pair.a, &sender))
 *		take(&frame);
 */
#ifndef ISOTP_PROTOCOL_WATCH_H
#define ISOTP_PROTOCOL_WATCH_H

#include "endpoint.h"

/* One side of a pair, on every bus, classic or FD. */
struct isotp_watched {
	struct isotp_can_id id; /* width 0: there is no such side */
	bool has_byte;		/* its frames are led by an address byte: */
	bool any_byte;		/* this one, or any */
	uint8_t byte;
};

/* Two that talk to each other; `a` is the tester, as far as that is known. */
struct isotp_watch {
	struct isotp_watched a, b;
};

/* Who sent a frame, if its first byte is that of an address; on no bus yet. */
struct isotp_endpoint isotp_endpoint_of(const struct isotp_frame *f);

/* Whether a sender is this side. A side without an address byte is whoever has its ID. */
bool isotp_watched_is(const struct isotp_watched *side, const struct isotp_endpoint *sender);

#endif
