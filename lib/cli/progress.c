/* SPDX-License-Identifier: MIT */
/* Owns the progress bar. */
#include "progress.h"

#include "protocol/timing.h"
#include "tool.h"
#include "transport/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { FIRST_NS = ISOTP_SECOND, STEP_NS = 100 * ISOTP_MS, BAR_MAX = 32, BAR_MIN = 4 };

void progress_begin(struct progress *p)
{
	const uint64_t now = isotp_clock_now();

	*p = (struct progress){
		.wanted = !tool_is_quiet() && isatty(STDERR_FILENO),
		.began = now,
		.next = now + FIRST_NS,
	};
}

uint64_t progress_deadline(const struct progress *p)
{
	return p->wanted ? p->next : ISOTP_NEVER;
}

static void draw(uint64_t done, uint64_t length, uint64_t elapsed_ms)
{
	char text[80], bar[BAR_MAX + 1];
	const int columns = tool_columns(STDERR_FILENO);
	int used, width;

	used = snprintf(text, sizeof(text),
			"%3" PRIu64 "%%  %" PRIu64 " of %" PRIu64 " bytes  %" PRIu64 " B/s",
			done * 100 / length, done, length, done * 1000 / elapsed_ms);
	width = columns - used - 4;
	if (width < BAR_MIN) {
		fprintf(stderr, "\r%.*s\033[K", columns - 1, text);
		return;
	}
	if (width > BAR_MAX)
		width = BAR_MAX;
	for (int i = 0; i < width; i++)
		bar[i] = (uint64_t)i * length < done * (uint64_t)width ? '#' : '.';
	fprintf(stderr, "\r[%.*s] %s\033[K", width, bar, text);
}

/* A program in the background leaves the terminal to the one in front. */
void progress_show(struct progress *p, uint64_t done, uint64_t length)
{
	const uint64_t now = isotp_clock_now();

	if (!p->wanted || now < p->next || !length)
		return;
	p->next = now + STEP_NS;
	if (tcgetpgrp(STDERR_FILENO) != getpgrp())
		return;
	p->shown = true;
	draw(done, length, (now - p->began) / 1000000);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
