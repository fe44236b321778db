/* SPDX-License-Identifier: MIT */
/* Owns what isotpperf prints of a transfer: can-utils' bars and lines, and the notes. */
#include "perf-bars-internal.h"

#include "protocol/pci.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	BAR = 50,
	BAR_MIN = 10,
	PERCENT = 7,  /* " 100% |" */
	PREFIX = 128, /* a bus, two endpoints */
};

/* Returns its length. */
static int prefix_of(const struct perf_bars *bars, const struct perf_lane *l, char text[PREFIX])
{
	const struct isotp_watched *b = &l->pair->b;
	const struct isotp_endpoint peer = { .id = b->id,
					     .has_byte = b->has_byte && !b->any_byte,
					     .byte = b->byte };
	char from[ISOTP_ENDPOINT_TEXT], to[ISOTP_ENDPOINT_TEXT];
	int n = 0;

	*text = '\0';
	if (l->from.bus != bars->bus)
		n = snprintf(text, PREFIX, "%.*s ", PREFIX / 2, l->bus_name);
	if (bars->n_pairs > 1)
		n += snprintf(text + n, (size_t)(PREFIX - n), b->id.width ? "%s:%s " : "%s ",
			      isotp_endpoint_format(&l->from, from),
			      isotp_endpoint_format(&peer, to));
	return n;
}

static bool is_animated(const struct perf_bars *bars)
{
	return bars->style != PERF_BARS_LINES;
}

/* Returns how much of the line the prefix takes. */
static int put_start(const struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	char prefix[PREFIX];
	const int n = prefix_of(bars, l, prefix);

	if (is_animated(bars))
		writer_char(w, '\r');
	writer_text(w, prefix);
	return n;
}

/* Behind a prefix it is shorter, and so it is on a narrow terminal: one that is wider would leave a
 * line for each frame. 0: there is no room at all. */
static int bar_width(const struct perf_bars *bars, int before, int behind)
{
	const int wanted = before + BAR_MIN > BAR ? BAR_MIN : BAR - before;
	const int room = bars->columns - 1 - before - PERCENT - behind;

	if (!bars->columns || wanted < room)
		return wanted;
	return room > 0 ? room : 0;
}

void perf_bars_put_bar(struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	const uint32_t received = perf_lane_received(l);
	const unsigned int percent = (unsigned int)((uint64_t)received * 100 / l->length);
	char prefix[PREFIX], start[16], end[64];
	int width;

	if (!is_animated(bars))
		return;
	snprintf(start, sizeof(start), "%" PRIu32, l->length);
	snprintf(end, sizeof(end), "| %*" PRIu32 "/%" PRIu32 " ", (int)strlen(start), received,
		 l->length);
	width = bar_width(bars, prefix_of(bars, l, prefix), (int)strlen(end));
	if (!width)
		return;
	put_start(bars, l, w);
	snprintf(start, sizeof(start), " %3u%% |", percent);
	writer_text(w, start);
	for (int i = 0; i < width; i++)
		writer_char(w, i < (int)percent * width / 100 ? 'X' : '.');
	writer_text(w, end);
	bars->open = true;
}

/* can-utils computes the rate from whole milliseconds; below one, where it has none, from
 * microseconds. */
static uint64_t rate(uint32_t length, uint64_t us)
{
	if (us >= 1000)
		return (uint64_t)length * 1000 / (us / 1000);
	return (uint64_t)length * 1000000 / us;
}

static void put_rate(const struct perf_lane *l, struct writer *w)
{
	const uint64_t first = l->first_ns / 1000, last = l->last_ns / 1000;
	const uint64_t us = last > first ? last - first : 0;
	char text[80];

	if (us)
		snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64 "s => %" PRIu64 " byte/s",
			 us / 1000000, us % 1000000, rate(l->length, us));
	else
		snprintf(text, sizeof(text), "(no time available)     ");
	writer_text(w, text);
}

void perf_bars_put_line(struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	const uint8_t length = l->transfer.can_dl < ISOTP_FRAME_MAX_CLASSIC
				       ? ISOTP_FRAME_MAX_CLASSIC
				       : l->transfer.can_dl;
	char text[96], stmin[32];

	if (l->stmin < 0x80)
		snprintf(stmin, sizeof(stmin), "STmin:%3u msec)", l->stmin);
	else if (isotp_stmin_reserved(l->stmin))
		snprintf(stmin, sizeof(stmin), "STmin: invalid   )");
	else
		snprintf(stmin, sizeof(stmin), "STmin:%3u usec)", (l->stmin & 0x0Fu) * 100);
	put_start(bars, l, w);
	snprintf(text, sizeof(text), "%s %02u%c (BS:%2u # %s : %" PRIu32 " byte in ",
		 l->fd ? "CAN-FD" : "CAN2.0", length, l->brs ? '*' : ' ', l->bs, stmin, l->length);
	writer_text(w, text);
	put_rate(l, w);
	writer_char(w, '\n');
	bars->open = false;
	bars->printed = true;
}

/* A PDU is not whole, and for can-utils it ends. On a bar's line the note wipes the bar. */
void perf_bars_put_note(struct perf_bars *bars, const struct perf_lane *l, const char *note,
			bool newline, struct writer *w)
{
	char text[PERF_BARS_NOTE + 1];
	const int whole = bars->columns && bars->columns <= PERF_BARS_NOTE ? bars->columns - 1
									   : PERF_BARS_NOTE;
	const int width = whole - put_start(bars, l, w);

	snprintf(text, sizeof(text), "%-*s", is_animated(bars) && width > 0 ? width : 0, note);
	writer_text(w, text);
	bars->open = !newline;
	if (newline)
		writer_char(w, '\n');
	bars->printed = true;
}
