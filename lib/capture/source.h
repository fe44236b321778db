/* SPDX-License-Identifier: MIT */
/*
 * source.h - the bytes of a descriptor, file or pipe, as they are or out of gzip, through a buffer
 * that can be looked at before anything is taken.
 *
 *	while ((rc = isotp_source_fill(&s)) > 0)
 *		s.begin += use(s.buffer + s.begin, s.end - s.begin);
 *
 * Nothing waits longer than until the first byte is there.
 */
#ifndef ISOTP_CAPTURE_SOURCE_H
#define ISOTP_CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct isotp_gunzip;

enum {
	ISOTP_SOURCE_ROOM = 256 * 1024,
	/* zeros behind `end`: who reads ahead by so much meets nothing that belongs to text */
	ISOTP_SOURCE_SLACK = 64,
};

struct isotp_source {
	int fd, stop_fd;
	bool regular;	     /* a file: reading never waits */
	bool at_end;	     /* not after a failure */
	int failed;	     /* -errno of the first failure, 0: none */
	char *buffer;	     /* ISOTP_SOURCE_ROOM and the slack */
	size_t begin, end;   /* what is there and not yet taken */
	uint64_t bytes_read; /* of the descriptor */
	struct isotp_gunzip *gunzip;
};

/* Returns 0 or -ENOMEM. The descriptors stay the caller's; `stop_fd` may be -1. */
int isotp_source_init(struct isotp_source *s, int fd, int stop_fd);

/*
 * Adds bytes at `end`, after moving what is there to the front of the buffer: waits for the first
 * one. Returns 1, 0 at the end, -ENOBUFS when the buffer is full, -EINTR when stop_fd became
 * readable, -EBADMSG for damaged gzip, else as read and poll say. A failure other than -ENOBUFS
 * lasts.
 */
int isotp_source_fill(struct isotp_source *s);

/* Takes up to `size` bytes, out of the buffer while it has some. Returns as read(2), -errno. */
ssize_t isotp_source_read(struct isotp_source *s, void *to, size_t size);

/* From here on, what is in the buffer and what follows is gzip. Returns 0 or -ENOMEM. */
int isotp_source_gunzip(struct isotp_source *s);

/* What is wrong after a failure, lower case, to follow the file's name: at most `size` bytes. */
void isotp_source_why(const struct isotp_source *s, char *text, size_t size);

void isotp_source_release(struct isotp_source *s);

#endif
