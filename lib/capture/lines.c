/* SPDX-License-Identifier: MIT */
/* Owns where a line begins and ends. */
#include "lines.h"

#include <errno.h>
#include <string.h>

static bool hand_out(struct isotp_lines *l, struct isotp_text *line, size_t len, size_t skip)
{
	const char *at = l->source->buffer + l->source->begin;

	*line = l->skipping ? (struct isotp_text){ NULL, NULL }
			    : (struct isotp_text){ at, at + len };
	l->source->begin += len + skip;
	l->searched = 0;
	l->skipping = false;
	l->number++;
	return true;
}

bool isotp_lines_take(struct isotp_lines *l, struct isotp_text *line)
{
	const struct isotp_source *s = l->source;
	const char *begin = s->buffer + s->begin;
	const size_t have = s->end - s->begin;
	const char *feed = memchr(begin + l->searched, '\n', have - l->searched);

	if (feed)
		return hand_out(l, line, (size_t)(feed - begin), 1);
	if (s->at_end && (have || l->skipping))
		return hand_out(l, line, have, 0);
	l->searched = have;
	return false;
}

void isotp_lines_passed(struct isotp_lines *l, uint64_t lines)
{
	l->number += lines;
	l->searched = 0;
}

int isotp_lines_more(struct isotp_lines *l)
{
	struct isotp_source *s = l->source;
	int rc;

	if (l->skipping || s->end - s->begin == ISOTP_SOURCE_ROOM) {
		l->skipping = true;
		s->begin = s->end;
		l->searched = 0;
	}
	rc = isotp_source_fill(s);
	/* the end that has just been met may complete a line */
	return rc == 0 && (s->begin < s->end || l->skipping) ? 1 : rc;
}
