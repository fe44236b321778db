/* SPDX-License-Identifier: MIT */
/* Owns the progress bar. */
#include "progress.h"

#include "protocol/timing.h"
#include "tool.h"
#include "transport/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_NS = ISOTP_SECOND, STEP_NS = 100 * ISOTP_MS, BAR_MAX = 32, BAR_MIN = 4, TEXT = 256 };

void progress_begin(struct progress *p, const char *unit)
{
	const uint64_t now = isotp_clock_now();

	*p = (struct progress){
		.wanted = !tool_is_quiet() && isatty(STDERR_FILENO),
		.unit = unit,
		.began = now,
		.next = now + FIRST_NS,
	};
}

uint64_t progress_deadline(const struct progress *p)
{
	return p->wanted ? p->next : ISOTP_NEVER;
}

/* "12%  480 of 4000 bytes  9600 B/s" */
static int put_figures(char text[TEXT], const struct progress *p, uint64_t done, uint64_t whole,
		       uint64_t elapsed_ms)
{
	const int used = snprintf(text, TEXT, "%3" PRIu64 "%%  %" PRIu64 " of %" PRIu64 " %s",
				  done * 100 / whole, done, whole, p->unit);

	if (strcmp(p->unit, "bytes") != 0)
		return used;
	return used + snprintf(text + used, (size_t)(TEXT - used), "  %" PRIu64 " B/s",
			       done * 1000 / elapsed_ms);
}

static void draw(const struct progress *p, uint64_t done, uint64_t whole, uint64_t elapsed_ms)
{
	char figures[TEXT], text[TEXT + BAR_MAX + 4], bar[BAR_MAX + 1];
	const int columns = tool_columns(STDERR_FILENO);
	int width = columns - put_figures(figures, p, done, whole, elapsed_ms) - 4;

	if (width > BAR_MAX)
		width = BAR_MAX;
	for (int i = 0; i < width; i++)
		bar[i] = (uint64_t)i * whole < done * (uint64_t)width ? '#' : '.';
	if (width < BAR_MIN)
		snprintf(text, sizeof(text), "%.*s", columns > 1 ? columns - 1 : 0, figures);
	else
		snprintf(text, sizeof(text), "[%.*s] %s", width, bar, figures);
	tool_draw_bar(text);
}

/* "12 PDUs  3 s" */
static void draw_count(const struct progress *p, uint64_t done, uint64_t elapsed_ms)
{
	char text[TEXT];
	const int columns = tool_columns(STDERR_FILENO);

	snprintf(text, sizeof(text), "%" PRIu64 " %s  %" PRIu64 " s", done, p->unit,
		 elapsed_ms / 1000);
	if (columns > 0 && columns <= (int)strlen(text))
		text[columns - 1] = '\0';
	tool_draw_bar(text);
}

/* A program in the background leaves the terminal to the one in front. */
void progress_show(struct progress *p, uint64_t done, uint64_t whole)
{
	const uint64_t now = isotp_clock_now();

	if (!p->wanted || now < p->next)
		return;
	p->next = now + STEP_NS;
	if (tcgetpgrp(STDERR_FILENO) != getpgrp())
		return;
	if (whole)
		draw(p, done, whole, (now - p->began) / 1000000);
	else
		draw_count(p, done, (now - p->began) / 1000000);
}

void progress_end(void)
{
	tool_erase_bar();
}
