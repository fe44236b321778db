/* SPDX-License-Identifier: MIT */
/* Owns who is a side of a pair. */
#include "watch.h"

struct isotp_endpoint isotp_endpoint_of(const struct isotp_frame *f)
{
	return (struct isotp_endpoint){ .id = f->id,
					.fd = f->flags & ISOTP_FRAME_FD,
					.has_byte = f->len != 0,
					.byte = f->len ? f->data[0] : 0 };
}

bool isotp_watched_is(const struct isotp_watched *side, const struct isotp_endpoint *sender)
{
	return side->id.width && isotp_can_id_equal(side->id, sender->id) &&
	       (!side->has_byte ||
		(sender->has_byte && (side->any_byte || side->byte == sender->byte)));
}
