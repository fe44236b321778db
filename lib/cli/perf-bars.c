/* SPDX-License-Identifier: MIT */
/* Owns the bars and lines of can-utils' isotpperf. */
#include "perf-bars.h"

#include "protocol/pci.h"
#include "protocol/timing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TIMEOUT_NS = ISOTP_SECOND, /* of can-utils, whatever N_Cr may be */
	BAR = 50,
	NOTE_WIDTH = 78, /* what wipes a bar */
};

/* --- lanes --- */

void perf_bars_init(struct perf_bars *bars, const struct isotp_watch *pairs, int n_pairs,
		    bool animated)
{
	*bars = (struct perf_bars){ .pairs = pairs, .n_pairs = n_pairs, .animated = animated };
}

static struct perf_lane *add_lane(struct perf_bars *bars, const struct perf_lane *first)
{
	const int room = bars->room ? 2 * bars->room : 4;
	struct perf_lane *lanes;

	if (bars->n_lanes == PERF_LANES_MAX)
		return NULL;
	if (bars->n_lanes == bars->room) {
		lanes = realloc(bars->lanes, (size_t)room * sizeof(*lanes));
		if (!lanes)
			return NULL;
		bars->lanes = lanes;
		bars->room = room;
	}
	bars->lanes[bars->n_lanes] = *first;
	return &bars->lanes[bars->n_lanes++];
}

static struct perf_lane *lane_of(struct perf_bars *bars, const struct isotp_watch *pair,
				 const struct isotp_record *record, const char *bus)
{
	const struct perf_lane wanted = {
		.pair = pair,
		.bus = record->bus,
		.bus_name = bus,
		.byte = pair->a.has_byte ? record->frame.data[0] : 0,
	};

	for (int i = 0; i < bars->n_lanes; i++) {
		struct perf_lane *l = &bars->lanes[i];

		if (l->pair == pair && l->bus == wanted.bus && l->byte == wanted.byte)
			return l;
	}
	return add_lane(bars, &wanted);
}

/* --- what is printed --- */

static void put_prefix(const struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	const struct isotp_watched *a = &l->pair->a, *b = &l->pair->b;
	const struct isotp_endpoint from = { .id = a->id,
					     .has_byte = a->has_byte,
					     .byte = l->byte };
	const struct isotp_endpoint peer = { .id = b->id,
					     .has_byte = b->has_byte && !b->any_byte,
					     .byte = b->byte };
	char text[ISOTP_ENDPOINT_TEXT];

	if (l->bus != bars->bus) {
		writer_text(w, l->bus_name);
		writer_char(w, ' ');
	}
	if (bars->n_pairs < 2)
		return;
	writer_text(w, isotp_endpoint_format(&from, text));
	if (b->id.width) {
		writer_char(w, ':');
		writer_text(w, isotp_endpoint_format(&peer, text));
	}
	writer_char(w, ' ');
}

static void put_start(const struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	if (bars->animated)
		writer_char(w, '\r');
	put_prefix(bars, l, w);
}

static void put_bar(struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	const unsigned int percent = (unsigned int)((uint64_t)l->received * 100 / l->length);
	char text[64];
	int digits;

	if (!bars->animated)
		return;
	put_start(bars, l, w);
	snprintf(text, sizeof(text), " %3u%% |", percent);
	writer_text(w, text);
	for (unsigned int i = 0; i < BAR; i++)
		writer_char(w, i < percent * BAR / 100 ? 'X' : '.');
	digits = snprintf(text, sizeof(text), "%" PRIu32, l->length);
	snprintf(text, sizeof(text), "| %*" PRIu32 "/%" PRIu32 " ", digits, l->received, l->length);
	writer_text(w, text);
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

static void put_line(struct perf_bars *bars, const struct perf_lane *l, struct writer *w)
{
	char text[96], stmin[32];

	if (l->stmin < 0x80)
		snprintf(stmin, sizeof(stmin), "STmin:%3u msec)", l->stmin);
	else if (isotp_stmin_reserved(l->stmin))
		snprintf(stmin, sizeof(stmin), "STmin: invalid   )");
	else
		snprintf(stmin, sizeof(stmin), "STmin:%3u usec)", (l->stmin & 0x0Fu) * 100);
	put_start(bars, l, w);
	snprintf(text, sizeof(text), "%s %02u%c (BS:%2u # %s : %" PRIu32 " byte in ",
		 l->fd ? "CAN-FD" : "CAN2.0", l->frame_len, l->brs ? '*' : ' ', l->bs, stmin,
		 l->length);
	writer_text(w, text);
	put_rate(l, w);
	writer_char(w, '\n');
	bars->open = false;
}

/* The end of a PDU that did not become whole. On a bar's line it wipes the bar. */
static void give_up(struct perf_bars *bars, struct perf_lane *l, const char *why, bool newline,
		    struct writer *w)
{
	char text[NOTE_WIDTH + 1];

	put_start(bars, l, w);
	snprintf(text, sizeof(text), "%-*s", bars->animated ? NOTE_WIDTH : 0, why);
	writer_text(w, text);
	bars->open = bars->animated && !newline;
	if (!bars->open)
		writer_char(w, '\n');
	l->receiving = false;
}

/* --- frames of the sender --- */

static void begin(struct perf_lane *l, const struct isotp_record *record,
		  const struct isotp_pci *pci)
{
	const struct isotp_frame *f = &record->frame;

	l->receiving = true;
	l->fd = f->flags & ISOTP_FRAME_FD;
	l->brs = f->flags & ISOTP_FRAME_BRS;
	l->frame_len = f->len < ISOTP_FRAME_MAX_CLASSIC ? ISOTP_FRAME_MAX_CLASSIC : f->len;
	l->sn = 1;
	l->length = pci->length;
	l->received = (uint32_t)f->len - pci->offset;
	if (l->received > l->length)
		l->received = l->length;
	l->first_ns = record->time_ns;
}

/* As a receiver: a consecutive frame of a wrong length is ignored, a wrong number is the end. */
static void take_consecutive(struct perf_bars *bars, struct perf_lane *l,
			     const struct isotp_frame *f, const struct isotp_pci *pci,
			     struct writer *w)
{
	const uint32_t room = (uint32_t)f->len - pci->offset, left = l->length - l->received;
	char note[64];

	if (f->len > l->frame_len || (f->len < l->frame_len && room < left))
		return;
	if (pci->sn != l->sn) {
		snprintf(note, sizeof(note), " (wrong sequence number: %u instead of %u)", pci->sn,
			 l->sn);
		give_up(bars, l, note, true, w);
		return;
	}
	l->sn = (l->sn + 1) & 0x0F;
	l->received += room < left ? room : left;
}

static bool take_sender(struct perf_bars *bars, struct perf_lane *l,
			const struct isotp_record *record, struct writer *w)
{
	const struct isotp_frame *f = &record->frame;
	struct isotp_pci pci;
	const enum isotp_pci_fault fault = isotp_pci_decode(&pci, f, l->pair->a.has_byte);

	if (fault == ISOTP_PCI_OK || fault == ISOTP_PCI_SF_OVERPADDED) {
		if (pci.type == ISOTP_PCI_SF || pci.type == ISOTP_PCI_FF)
			begin(l, record, &pci);
		else if (pci.type == ISOTP_PCI_CF && l->receiving)
			take_consecutive(bars, l, f, &pci, w);
	}
	if (!l->receiving)
		return false;
	put_bar(bars, l, w);
	if (l->received < l->length)
		return false;
	put_line(bars, l, w);
	l->receiving = false;
	return true;
}

/* --- flow control --- */

static void take_answer(struct perf_bars *bars, struct perf_lane *l, const struct isotp_frame *f,
			struct writer *w)
{
	struct isotp_pci pci;

	if (isotp_pci_decode(&pci, f, l->pair->b.has_byte) != ISOTP_PCI_OK ||
	    pci.type != ISOTP_PCI_FC)
		return;
	if (pci.fs == ISOTP_FS_CTS) {
		l->bs = pci.bs;
		l->stmin = pci.stmin;
	}
	if (!l->receiving)
		return;
	if (pci.fs == ISOTP_FS_OVFLW)
		give_up(bars, l, " (overflow said by the receiver)", true, w);
	else
		put_bar(bars, l, w);
}

/* The transfer that a flow control belongs to: the last one that moved. Before the first there is
 * only the pair. */
static struct perf_lane *answered(struct perf_bars *bars, const struct isotp_watch *pair,
				  const struct isotp_record *record, const char *bus)
{
	struct isotp_record first = *record;
	struct perf_lane *best = NULL;

	for (int i = 0; i < bars->n_lanes; i++) {
		struct perf_lane *l = &bars->lanes[i];

		if (l->pair == pair && l->bus == record->bus &&
		    (!best || (l->receiving && !best->receiving) ||
		     (l->receiving == best->receiving && l->last_ns >= best->last_ns)))
			best = l;
	}
	if (best || (pair->a.has_byte && pair->a.any_byte))
		return best;
	first.frame.data[0] = pair->a.byte;
	return lane_of(bars, pair, &first, bus);
}

/* --- all of them --- */

static bool take_pair(struct perf_bars *bars, const struct isotp_watch *pair,
		      const struct isotp_record *record, const char *bus, struct writer *w)
{
	const struct isotp_endpoint sender = measure_sender(&record->frame);
	const bool sends = measure_is_side(&pair->a, &sender);
	struct perf_lane *l;

	if (!sends && !measure_is_side(&pair->b, &sender))
		return false;
	if (!bars->has_bus) {
		bars->has_bus = true;
		bars->bus = record->bus;
	}
	l = sends ? lane_of(bars, pair, record, bus) : answered(bars, pair, record, bus);
	if (!l)
		return false;
	l->last_ns = record->time_ns;
	/* Classic and FD frames do not disturb each other. */
	if (l->receiving && l->fd != !!(record->frame.flags & ISOTP_FRAME_FD))
		return false;
	if (sends)
		return take_sender(bars, l, record, w);
	take_answer(bars, l, &record->frame, w);
	return false;
}

bool perf_bars_take(struct perf_bars *bars, const struct isotp_record *record, const char *bus,
		    struct writer *w)
{
	bool whole = false;

	perf_bars_advance(bars, record->time_ns, w);
	if (record->frame.flags & (ISOTP_FRAME_REMOTE | ISOTP_FRAME_ERROR))
		return false;
	for (int i = 0; i < bars->n_pairs; i++)
		whole |= take_pair(bars, &bars->pairs[i], record, bus, w);
	return whole;
}

void perf_bars_advance(struct perf_bars *bars, uint64_t now_ns, struct writer *w)
{
	for (int i = 0; i < bars->n_lanes; i++) {
		struct perf_lane *l = &bars->lanes[i];

		if (l->receiving && now_ns >= isotp_after(l->last_ns, TIMEOUT_NS))
			give_up(bars, l, " (transmission timed out)", false, w);
	}
}

uint64_t perf_bars_deadline(const struct perf_bars *bars)
{
	uint64_t deadline = ISOTP_NEVER;

	for (int i = 0; i < bars->n_lanes; i++)
		if (bars->lanes[i].receiving)
			deadline = isotp_earlier(deadline,
						 isotp_after(bars->lanes[i].last_ns, TIMEOUT_NS));
	return deadline;
}

void perf_bars_end(struct perf_bars *bars, struct writer *w)
{
	if (bars->open)
		writer_char(w, '\n');
	bars->open = false;
	free(bars->lanes);
	bars->lanes = NULL;
	bars->n_lanes = bars->room = 0;
}
