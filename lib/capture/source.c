/* SPDX-License-Identifier: MIT */
/* Owns the bytes of a descriptor: waiting for them, reading them, and the buffer they lie in. */
#include "source.h"

#include "gunzip.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *new_buffer(void)
{
	char *buffer = malloc(ISOTP_SOURCE_ROOM + ISOTP_SOURCE_SLACK);

	if (buffer)
		memset(buffer, 0, ISOTP_SOURCE_SLACK);
	return buffer;
}

int isotp_source_init(struct isotp_source *s, int fd, int stop_fd)
{
	struct stat st;

	*s = (struct isotp_source){ .fd = fd, .stop_fd = stop_fd };
	if (fstat(fd, &st) < 0)
		s->failed = -errno;
	else
		s->regular = S_ISREG(st.st_mode);
	s->buffer = new_buffer();
	return s->buffer ? 0 : -ENOMEM;
}

/* A file is always ready: then this only looks whether it is time to stop. */
static int await_bytes(const struct isotp_source *s)
{
	struct pollfd fds[2] = {
		{ .fd = s->fd, .events = POLLIN },
		{ .fd = s->stop_fd, .events = POLLIN },
	};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return fds[1].revents ? -EINTR : 0;
}

/* A descriptor may be non-blocking, and two may read from one pipe: then it waits again. */
static ssize_t read_fd(struct isotp_source *s, void *to, size_t size)
{
	ssize_t n;

	do {
		const int rc = await_bytes(s);

		if (rc < 0)
			return rc;
		n = read(s->fd, to, size);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return -errno;
	s->bytes_read += (uint64_t)n;
	return n;
}

static ssize_t read_gzip(struct isotp_source *s, void *to, size_t size)
{
	for (;;) {
		ssize_t n = isotp_gunzip_read(s->gunzip, to, size);
		size_t room;
		void *at;

		if (n)
			return n;
		room = isotp_gunzip_room(s->gunzip, &at);
		n = read_fd(s, at, room);
		if (n < 0)
			return n;
		if (n == 0)
			return isotp_gunzip_end(s->gunzip);
		isotp_gunzip_add(s->gunzip, (size_t)n);
	}
}

/* Past the buffer. The end and a failure stay what they are. */
static ssize_t read_on(struct isotp_source *s, void *to, size_t size)
{
	ssize_t n;

	if (s->failed)
		return s->failed;
	if (s->at_end)
		return 0;
	n = s->gunzip ? read_gzip(s, to, size) : read_fd(s, to, size);
	if (n < 0)
		s->failed = (int)n;
	s->at_end = n == 0;
	return n;
}

static void compact(struct isotp_source *s)
{
	if (!s->begin)
		return;
	memmove(s->buffer, s->buffer + s->begin, s->end - s->begin);
	s->end -= s->begin;
	s->begin = 0;
}

int isotp_source_fill(struct isotp_source *s)
{
	ssize_t n;

	compact(s);
	if (s->end == ISOTP_SOURCE_ROOM)
		return -ENOBUFS;
	n = read_on(s, s->buffer + s->end, ISOTP_SOURCE_ROOM - s->end);
	if (n > 0)
		s->end += (size_t)n;
	memset(s->buffer + s->end, 0, ISOTP_SOURCE_SLACK);
	return n > 0 ? 1 : (int)n;
}

ssize_t isotp_source_read(struct isotp_source *s, void *to, size_t size)
{
	const size_t have = s->end - s->begin;

	if (!have)
		return read_on(s, to, size);
	if (size > have)
		size = have;
	memcpy(to, s->buffer + s->begin, size);
	s->begin += size;
	return (ssize_t)size;
}

int isotp_source_gunzip(struct isotp_source *s)
{
	char *out = new_buffer();

	if (!out)
		return -ENOMEM;
	s->gunzip = isotp_gunzip_new(s->buffer, ISOTP_SOURCE_ROOM, s->begin, s->end);
	if (!s->gunzip) {
		free(out);
		return -ENOMEM;
	}
	s->buffer = out;
	s->begin = s->end = 0;
	return 0;
}

void isotp_source_why(const struct isotp_source *s, char *text, size_t size)
{
	if (s->failed == -EINTR)
		snprintf(text, size, "was not read to its end");
	else if (s->failed == -EBADMSG && s->gunzip)
		snprintf(text, size, "%s", isotp_gunzip_why(s->gunzip));
	else
		snprintf(text, size, "cannot be read: %s", strerror(-s->failed));
}

void isotp_source_release(struct isotp_source *s)
{
	isotp_gunzip_free(s->gunzip);
	free(s->buffer);
}
