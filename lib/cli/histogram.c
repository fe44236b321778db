/* SPDX-License-Identifier: MIT */
/* Owns the bars of a distribution: how many buckets make a line, and how lines fit the terminal. */
#include "histogram.h"

#include "quantity.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	STEPS = 20, /* lines at most, but for what lies far out */
	STEPS_MIN = 4,
	COLUMNS = 80, /* where there is no terminal */
	LABEL = 2 * QUANTITY_TEXT + 8,
};

struct row {
	char label[LABEL];
	uint64_t count;
};

struct rows {
	int n;
	uint64_t most;
	struct row list[STEPS + 2];
};

/* Edges of buckets, so that no sample stands on the wrong side of a number that is shown. */
static char *edge_text(unsigned int bucket, char text[QUANTITY_TEXT])
{
	const double edge =
		bucket < STATS_BUCKETS ? (double)stats_bucket_low(bucket) : (double)UINT64_MAX;

	return quantity_text(edge, "ns", text);
}

static void add_row(struct rows *rows, const struct stats *s, unsigned int from, unsigned int to)
{
	struct row *row = &rows->list[rows->n];
	char a[QUANTITY_TEXT], b[QUANTITY_TEXT];

	row->count = 0;
	for (unsigned int i = from; i < to; i++)
		row->count += s->buckets[i];
	edge_text(from, a);
	edge_text(to, b);
	if (rows->n == 0 && from == 0 && to > 1) /* what lies far out */
		snprintf(row->label, sizeof(row->label), "below %s", b);
	else if (to == STATS_BUCKETS)
		snprintf(row->label, sizeof(row->label), "from %s", a);
	else
		snprintf(row->label, sizeof(row->label), "%s - %s", a, b);
	if (row->count > rows->most)
		rows->most = row->count;
	rows->n++;
}

/* Few samples say little of their shape: twice the cube root of their number (Rice's rule). */
static unsigned int steps_for(uint64_t samples)
{
	unsigned int steps = STEPS_MIN;

	while (steps < STEPS && (uint64_t)steps * steps * steps < 8 * samples)
		steps++;
	return steps;
}

static void fill_rows(struct rows *rows, const struct stats *s)
{
	const unsigned int steps = steps_for(s->count);
	unsigned int at = stats_bucket(stats_percentile(s, 1));
	const unsigned int end = stats_bucket(stats_percentile(s, 99)) + 1;
	const unsigned int step = (end - at + steps - 1) / steps;

	if (s->min < stats_bucket_low(at))
		add_row(rows, s, 0, at);
	for (; at < end; at += step)
		add_row(rows, s, at, at + step < STATS_BUCKETS ? at + step : STATS_BUCKETS);
	if (at < STATS_BUCKETS && s->max >= stats_bucket_low(at))
		add_row(rows, s, at, STATS_BUCKETS);
}

static void write_row(struct writer *w, const struct row *row, int label, int digits, int room,
		      uint64_t most)
{
	char text[LABEL + 32];
	int bar = (int)((double)row->count * room / (double)most + 0.5);

	snprintf(text, sizeof(text), " %*s  %*" PRIu64, label, row->label, digits, row->count);
	writer_text(w, text);
	if (!bar && row->count && room > 0)
		bar = 1;
	if (bar)
		writer_char(w, ' ');
	for (; bar > 0; bar--)
		writer_char(w, '#');
	writer_char(w, '\n');
}

static void write_rows(struct writer *w, const struct rows *rows, int columns)
{
	const int digits = snprintf(NULL, 0, "%" PRIu64, rows->most);
	int label = 0, room;

	for (int i = 0; i < rows->n; i++)
		if ((int)strlen(rows->list[i].label) > label)
			label = (int)strlen(rows->list[i].label);
	room = columns - 1 - label - 2 - digits - 1;
	for (int i = 0; i < rows->n; i++)
		write_row(w, &rows->list[i], label, digits, room > 0 ? room : 0, rows->most);
}

void histogram_write(struct writer *w, const struct stats *s, const char *title, int columns)
{
	struct rows rows = { 0 };

	if (!s->count)
		return;
	fill_rows(&rows, s);
	writer_text(w, title);
	writer_text(w, ", ");
	writer_decimal(w, s->count, 1);
	writer_text(w, s->count == 1 ? " sample\n" : " samples\n");
	write_rows(w, &rows, columns > 0 ? columns : COLUMNS);
}
