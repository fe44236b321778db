/* SPDX-License-Identifier: MIT */
/*
 * progress.h - a bar on stderr for what lasts longer than a second, on a terminal only.
 *
 *	progress_begin(&p, "bytes");
 *	while (isotp_channel_next(ch, &ev, progress_deadline(&p)) == 0)
 *		progress_show(&p, done, length);
 *	progress_end();
 */
#ifndef ISOTP_CLI_PROGRESS_H
#define ISOTP_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool wanted;
	const char *unit;
	uint64_t began, next;
};

/* From here on time counts. `unit` is what is counted; bytes also have a rate. */
void progress_begin(struct progress *p, const char *unit);

/* When to call progress_show next; ISOTP_NEVER when there is no terminal to show it on. */
uint64_t progress_deadline(const struct progress *p);

/* Draws the bar if it is time to. Where it is not known how much the whole is, 0, it is no bar but
 * how much is done, and for how long. */
void progress_show(struct progress *p, uint64_t done, uint64_t whole);

/* Removes the bar. */
void progress_end(void);

#endif
