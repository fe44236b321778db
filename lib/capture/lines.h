/* SPDX-License-Identifier: MIT */
/*
 * lines.h - the lines of a source, one by one, none longer than its buffer.
 *
 *	do {
 *		while (isotp_lines_take(&l, &line))
 *			use(line);
 *	} while ((rc = isotp_lines_more(&l)) > 0);
 */
#ifndef ISOTP_CAPTURE_LINES_H
#define ISOTP_CAPTURE_LINES_H

#include "source.h"
#include "text.h"

struct isotp_lines {
	struct isotp_source *source;
	uint64_t number; /* of the line that was taken last, from 1 */
	size_t searched; /* of what is there, as far as no line feed was found */
	bool skipping;	 /* inside a line that is too long */
};

/*
 * True: the next line that is there as a whole, without its line feed, valid until
 * isotp_lines_more. The last one needs none, unless reading failed: then it may be cut off. A line
 * that is too long has a NULL in place of its text.
 */
bool isotp_lines_take(struct isotp_lines *l, struct isotp_text *line);

/* Someone else has taken so many whole lines from the source, none of them being skipped. */
void isotp_lines_passed(struct isotp_lines *l, uint64_t lines);

/* Waits for more. Returns 1, 0 when everything has been taken, else as isotp_source_fill. */
int isotp_lines_more(struct isotp_lines *l);

#endif
