/* SPDX-License-Identifier: MIT */
/*
 * progress.h - a bar on stderr for a transfer that lasts longer than a second, on a terminal only.
 *
 *	progress_begin(&p);
 *	while (isotp_channel_next(ch, &ev, progress_deadline(&p)) == 0)
 *		progress_show(&p, done, length);
 *	progress_end(&p);
 */
#ifndef ISOTP_CLI_PROGRESS_H
#define ISOTP_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool wanted, shown;
	uint64_t began, next;
};

void progress_begin(struct progress *p);

/* When to call progress_show next; ISOTP_NEVER when there is no terminal to show it on. */
uint64_t progress_deadline(const struct progress *p);

/* Draws the bar if it is time to: `done` of `length` bytes. */
void progress_show(struct progress *p, uint64_t done, uint64_t length);

/* Removes the bar. */
void progress_end(struct progress *p);

#endif
