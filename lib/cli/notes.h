/* SPDX-License-Identifier: MIT */
/*
 * notes.h - what there is to say of a PDU in words: what it is, how long it took, what went wrong.
 *
 *	notes_make(&notes, o, uds, answer);
 *	puts(notes.remark);	"ReadDataByIdentifier VIN, 4 frames in 3.0 ms, after 13.0 ms"
 */
#ifndef ISOTP_CLI_NOTES_H
#define ISOTP_CLI_NOTES_H

#include "protocol/reassembler.h"
#include "protocol/uds-dialog.h"

struct notes {
	char remark[320]; /* "" when there is nothing to say */
	char fault[640];
};

/* True when something went wrong with it. */
bool notes_needed(const struct isotp_observed *o);

/* `uds` and `answer` may be NULL. */
void notes_make(struct notes *notes, const struct isotp_observed *o, const struct isotp_uds *uds,
		const struct isotp_uds_answer *answer);

#define NOTES_TIME 24
/* A time of any size in a few characters: "85 us", "13.0 ms", "2.50 s"; returns `text`. */
char *notes_time(uint64_t ns, char text[NOTES_TIME]);

#endif
