/* SPDX-License-Identifier: MIT */
/*
 * gunzip.h - gzip taken apart while it comes: several members one after the other are one stream.
 *
 *	g = isotp_gunzip_new(buffer, room, 0, n);
 *	while ((k = isotp_gunzip_read(g, to, size)) == 0) {
 *		room = isotp_gunzip_room(g, &at);
 *		isotp_gunzip_add(g, read(fd, at, room));
 *	}
 */
#ifndef ISOTP_CAPTURE_GUNZIP_H
#define ISOTP_CAPTURE_GUNZIP_H

#include <stddef.h>
#include <sys/types.h>

struct isotp_gunzip;

/*
 * Starts with what lies from `begin` to `end` in a buffer of `room` bytes, which is then gunzip's,
 * to read into and to free. NULL: no memory, and the buffer stays the caller's.
 */
struct isotp_gunzip *isotp_gunzip_new(char *buffer, size_t room, size_t begin, size_t end);

/*
 * Up to `size` bytes of what was compressed; 0 when more input is needed; -EBADMSG for what is
 * damaged, or follows the last member and is no padding; -ENOMEM.
 */
ssize_t isotp_gunzip_read(struct isotp_gunzip *g, void *to, size_t size);

/* Where new input goes and how much of it; then how much came. Only after read returned 0. */
size_t isotp_gunzip_room(struct isotp_gunzip *g, void **at);
void isotp_gunzip_add(struct isotp_gunzip *g, size_t n);

/* At the end of the input: 0, or -EBADMSG when a member is cut off. */
int isotp_gunzip_end(struct isotp_gunzip *g);

/* What the last -EBADMSG was about, lower case. */
const char *isotp_gunzip_why(const struct isotp_gunzip *g);

/* NULL is allowed. */
void isotp_gunzip_free(struct isotp_gunzip *g);

#endif
