/* SPDX-License-Identifier: MIT */
/* Owns the progress bar. */
#include "progress.h"

#include "protocol/timing.h"
#include "tool.h"
#include "transport/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { FIRST_NS = ISOTP_SECOND, STEP_NS = 100 * ISOTP_MS, WIDTH = 32 };

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

void progress_show(struct progress *p, uint32_t done, uint32_t length)
{
	const uint64_t now = isotp_clock_now();
	const uint64_t elapsed_ms = (now - p->began) / 1000000;
	char bar[WIDTH + 1];

	if (!p->wanted || now < p->next || !length)
		return;
	p->next = now + STEP_NS;
	p->shown = true;
	for (uint32_t i = 0; i < WIDTH; i++)
		bar[i] = (uint64_t)i * length < (uint64_t)done * WIDTH ? '#' : '.';
	bar[WIDTH] = '\0';
	fprintf(stderr,
		"\r[%s] %3" PRIu64 "%%  %" PRIu32 " of %" PRIu32 " bytes  %" PRIu64 " B/s\033[K",
		bar, (uint64_t)done * 100 / length, done, length,
		(uint64_t)done * 1000 / elapsed_ms);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
