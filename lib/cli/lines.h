/* SPDX-License-Identifier: MIT */
/* lines.h - lines of an input that is read while a channel stays alive. */
#ifndef ISOTP_CLI_LINES_H
#define ISOTP_CLI_LINES_H

#include "transport/channel.h"

struct line {
	const char *text; /* not terminated; valid until the next call */
	size_t len;
	uint64_t number; /* from 1 */
};

struct lines {
	int fd;
	char *buffer;
	size_t room, begin, end; /* what is read and not yet handed out */
	bool at_end;
	uint64_t number;
};

/*
 * The next line, without its line feed; the last one needs none. While it waits for input, frames
 * that come in on the channel are taken from the bus. Returns 1, 0 at the end of the input, -EINTR
 * when a signal asked to stop, -errno.
 */
int lines_next(struct lines *l, struct isotp_channel *ch, struct line *line);

/* True when a line has blanks only. */
bool line_blank(const struct line *line);

void lines_release(struct lines *l);

#endif
