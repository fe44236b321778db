/* SPDX-License-Identifier: MIT */
/* Owns line-wise input beside a channel that has to be served. */
#include "lines.h"

#include "tool.h"
#include "transport/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int serve(struct isotp_channel *ch)
{
	struct isotp_event ev;
	int rc;

	do {
		rc = isotp_channel_next(ch, &ev, 0);
	} while (rc > 0);
	return rc;
}

static int await_input(const struct lines *l, struct isotp_channel *ch)
{
	struct pollfd fds[3] = {
		{ .fd = l->fd, .events = POLLIN },
		{ .fd = isotp_channel_fd(ch) },
		{ .fd = tool_stop_fd(), .events = POLLIN },
	};

	for (;;) {
		int rc;

		fds[1].events = isotp_channel_events(ch);
		rc = isotp_clock_poll(fds, 3, isotp_channel_deadline(ch));
		if (rc < 0 && rc != -EINTR)
			return rc;
		if (fds[2].revents)
			return -EINTR;
		if (rc >= 0 && fds[0].revents)
			return 0;
		rc = serve(ch);
		if (rc < 0)
			return rc;
	}
}

static int grow(struct lines *l)
{
	const size_t room = l->room ? 2 * l->room : 65536;
	char *buffer = realloc(l->buffer, room);

	if (!buffer)
		return -ENOMEM;
	l->buffer = buffer;
	l->room = room;
	return 0;
}

static int read_more(struct lines *l, struct isotp_channel *ch)
{
	ssize_t n;
	int rc;

	if (l->begin) {
		memmove(l->buffer, l->buffer + l->begin, l->end - l->begin);
		l->end -= l->begin;
		l->begin = 0;
	}
	if (l->end == l->room && grow(l) < 0)
		return -ENOMEM;
	rc = await_input(l, ch);
	if (rc < 0)
		return rc;
	n = read(l->fd, l->buffer + l->end, l->room - l->end);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	l->end += (size_t)n;
	l->at_end = n == 0;
	return 0;
}

static int hand_out(struct lines *l, struct line *line, size_t len, size_t skip)
{
	*line = (struct line){ l->buffer + l->begin, len, ++l->number };
	l->begin += len + skip;
	return 1;
}

int lines_next(struct lines *l, struct isotp_channel *ch, struct line *line)
{
	size_t searched = 0;

	for (;;) {
		const size_t have = l->end - l->begin;
		const char *start = l->buffer + l->begin;
		const char *feed =
			have > searched ? memchr(start + searched, '\n', have - searched) : NULL;
		int rc;

		if (feed)
			return hand_out(l, line, (size_t)(feed - start), 1);
		if (l->at_end)
			return have ? hand_out(l, line, have, 0) : 0;
		searched = have;
		rc = read_more(l, ch);
		if (rc < 0)
			return rc;
	}
}

bool line_blank(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (!strchr(" \t\r\v\f", line->text[i]) || !line->text[i])
			return false;
	return true;
}

void lines_release(struct lines *l)
{
	free(l->buffer);
	l->buffer = NULL;
}
