/* SPDX-License-Identifier: MIT */
/* Owns the forms of the time stamp that leads a line. */
#include "view-stamp.h"

#include <time.h>

enum { US_PER_S = 1000000, NS_PER_US = 1000 };

/* Microseconds since the reference, which a first line sets. */
static uint64_t since_reference(struct stamp *s, uint64_t us)
{
	uint64_t since;

	if (!s->started)
		s->reference = us;
	s->started = true;
	since = us > s->reference ? us - s->reference : 0;
	if (s->kind == STAMP_DELTA)
		s->reference = us;
	return since;
}

/* A time_ns ends in the year 2554, so that localtime_r and strftime have nothing to refuse. */
static void put_date(struct writer *w, uint64_t us)
{
	const time_t second = (time_t)(us / US_PER_S);
	struct tm tm = { 0 };
	char text[32];

	localtime_r(&second, &tm);
	writer_bytes(w, text, strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm));
}

void stamp_write(struct stamp *s, struct writer *w, uint64_t time_ns)
{
	uint64_t us = time_ns / NS_PER_US;

	if (s->kind == STAMP_NONE)
		return;
	if (s->kind == STAMP_DELTA || s->kind == STAMP_ZERO)
		us = since_reference(s, us);
	writer_char(w, '(');
	if (s->kind == STAMP_DATE)
		put_date(w, us);
	else
		writer_decimal(w, us / US_PER_S, 1);
	writer_char(w, '.');
	writer_decimal(w, us % US_PER_S, 6);
	writer_text(w, ") ");
}
