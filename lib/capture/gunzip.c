/* SPDX-License-Identifier: MIT */
/* Owns gzip: members to bytes, by zlib. */
#include "gunzip.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	GZIP_ONLY = 16 + 15, /* windowBits of zlib.h: expect gzip's header and check sums */
};

struct isotp_gunzip {
	z_stream z;
	bool between; /* no member is open */
	const char *why;
	unsigned char *input;
	size_t room;
};

struct isotp_gunzip *isotp_gunzip_new(char *buffer, size_t room, size_t begin, size_t end)
{
	struct isotp_gunzip *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->between = true;
	if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
		free(g);
		return NULL;
	}
	g->input = (unsigned char *)buffer;
	g->room = room;
	g->z.next_in = g->input + begin;
	g->z.avail_in = (unsigned int)(end - begin);
	return g;
}

static int fail(struct isotp_gunzip *g, const char *why)
{
	g->why = why;
	return -EBADMSG;
}

/* A member follows, or zeros that fill a block. */
static int begin_member(struct isotp_gunzip *g)
{
	while (g->z.avail_in && !*g->z.next_in) {
		g->z.next_in++;
		g->z.avail_in--;
	}
	if (!g->z.avail_in)
		return 0;
	if (*g->z.next_in != 0x1F)
		return fail(g, "has other bytes behind its gzip data");
	g->between = false;
	return inflateReset(&g->z) == Z_OK ? 0 : fail(g, "is damaged gzip");
}

/* 0: go on, or more input is needed. */
static int step(struct isotp_gunzip *g)
{
	int rc;

	if (g->between)
		return begin_member(g);
	rc = inflate(&g->z, Z_SYNC_FLUSH);
	if (rc == Z_STREAM_END)
		g->between = true;
	else if (rc == Z_MEM_ERROR)
		return -ENOMEM;
	else if (rc != Z_OK && rc != Z_BUF_ERROR)
		return fail(g, "is damaged gzip");
	return 0;
}

/* inflate may have output left although all its input is used up. */
static bool can_go_on(const struct isotp_gunzip *g, bool input_used)
{
	return g->z.avail_in || (!g->between && !input_used);
}

ssize_t isotp_gunzip_read(struct isotp_gunzip *g, void *to, size_t size)
{
	const unsigned int room = size > INT_MAX ? INT_MAX : (unsigned int)size;
	bool input_used = false;

	g->z.next_out = to;
	g->z.avail_out = room;
	while (g->z.avail_out == room && can_go_on(g, input_used)) {
		int rc;

		input_used = !g->z.avail_in;
		rc = step(g);
		if (rc < 0 && g->z.avail_out == room)
			return rc;
		if (rc < 0)
			break;
	}
	return room - g->z.avail_out;
}

size_t isotp_gunzip_room(struct isotp_gunzip *g, void **at)
{
	g->z.next_in = g->input;
	*at = g->input;
	return g->room;
}

void isotp_gunzip_add(struct isotp_gunzip *g, size_t n)
{
	g->z.avail_in = (unsigned int)n;
}

int isotp_gunzip_end(struct isotp_gunzip *g)
{
	return g->between ? 0 : fail(g, "ends in the middle of its gzip data");
}

const char *isotp_gunzip_why(const struct isotp_gunzip *g)
{
	return g->why;
}

void isotp_gunzip_free(struct isotp_gunzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	free(g->input);
	free(g);
}
