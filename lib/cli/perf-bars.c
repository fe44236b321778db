/* SPDX-License-Identifier: MIT */
/* Owns how transfers are followed for the bars and lines of isotpperf. */
#include "perf-bars-internal.h"

#include "protocol/pci.h"
#include "protocol/timing.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIMEOUT_NS = ISOTP_SECOND }; /* of can-utils, whatever N_Cr may be */

/* --- lanes --- */

void perf_bars_init(struct perf_bars *bars, const struct isotp_watch *pairs, int n_pairs,
		    enum perf_bars_style style)
{
	*bars = (struct perf_bars){ .pairs = pairs, .n_pairs = n_pairs, .style = style };
	if (n_pairs > 1 && style == PERF_BARS_CAN_UTILS) /* it has no several pairs */
		bars->style = PERF_BARS_NOTED;
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
		.from = { .id = pair->a.id,
			  .bus = record->bus,
			  .has_byte = pair->a.has_byte,
			  .byte = pair->a.has_byte ? record->frame.data[0] : 0 },
		.bus_name = bus,
	};

	for (int i = 0; i < bars->n_lanes; i++)
		if (isotp_endpoint_equal(&bars->lanes[i].from, &wanted.from))
			return &bars->lanes[i];
	return add_lane(bars, &wanted);
}

/* --- ends --- */

/* The end of a PDU that does not become whole. Silence, which was told, has no second note. */
__attribute__((format(printf, 4, 5))) static void give_up(struct perf_bars *bars,
							  struct perf_lane *l, struct writer *w,
							  const char *format, ...)
{
	char note[PERF_BARS_NOTE + 1];
	va_list args;

	va_start(args, format);
	vsnprintf(note, sizeof(note), format, args);
	va_end(args);
	if (l->state == PERF_LANE_RECEIVING)
		perf_bars_put_note(bars, l, note, true, w);
	l->state = PERF_LANE_IDLE;
}

/* --- frames of the sender --- */

static void begin(struct perf_bars *bars, struct perf_lane *l, const struct isotp_record *record,
		  const struct isotp_pci *pci, struct writer *w)
{
	const struct isotp_frame *f = &record->frame;

	if (bars->style != PERF_BARS_CAN_UTILS)
		give_up(bars, l, w, " (cut off by the next PDU, %" PRIu32 " of %" PRIu32 " byte)",
			perf_lane_received(l), l->length);
	l->state = PERF_LANE_RECEIVING;
	l->late = false;
	l->fd = f->flags & ISOTP_FRAME_FD;
	l->brs = f->flags & ISOTP_FRAME_BRS;
	l->length = pci->length;
	isotp_transfer_begin(&l->transfer, f, pci, record->time_ns);
	l->used = (uint8_t)(pci->offset + perf_lane_received(l));
	l->first_ns = record->time_ns;
}

/* As a receiver; but one that comes after a second of silence goes on. */
static void take_consecutive(struct perf_bars *bars, struct perf_lane *l,
			     const struct isotp_record *record, const struct isotp_pci *pci,
			     struct writer *w)
{
	struct isotp_transfer *t = &l->transfer;
	const enum isotp_transfer_cf cf = isotp_transfer_check(t, &record->frame, pci);
	const uint32_t left = t->left;

	if (cf == ISOTP_CF_WRONG_SN)
		give_up(bars, l, w, " (wrong sequence number: %u instead of %u)", pci->sn, t->sn);
	if (cf != ISOTP_CF_NEXT)
		return;
	l->state = PERF_LANE_RECEIVING;
	isotp_transfer_take(t, &record->frame, pci, record->time_ns);
	l->used = (uint8_t)(pci->offset + left - t->left);
}

static bool padding_ok(const struct perf_bars *bars, const struct perf_lane *l,
		       const struct isotp_frame *f)
{
	const struct isotp_config *c = bars->padding;

	return !c || (!c->check_pad_len && !c->check_pad_data) ||
	       isotp_config_padding_ok(c, f, l->used);
}

static void take_sender(struct perf_bars *bars, struct perf_lane *l,
			const struct isotp_record *record, struct writer *w)
{
	const struct isotp_frame *f = &record->frame;
	struct isotp_pci pci;
	const enum isotp_pci_fault fault = isotp_pci_decode(&pci, f, l->from.has_byte);

	if (fault == ISOTP_PCI_OK || fault == ISOTP_PCI_SF_OVERPADDED) {
		if (pci.type == ISOTP_PCI_SF || pci.type == ISOTP_PCI_FF)
			begin(bars, l, record, &pci, w);
		else if (pci.type == ISOTP_PCI_CF && l->state != PERF_LANE_IDLE)
			take_consecutive(bars, l, record, &pci, w);
	}
	if (l->state != PERF_LANE_RECEIVING)
		return;
	perf_bars_put_bar(bars, l, w);
	if (l->transfer.left)
		return;
	if (!padding_ok(bars, l, f)) {
		give_up(bars, l, w, " (wrong padding)");
		return;
	}
	perf_bars_put_line(bars, l, w);
	l->state = PERF_LANE_IDLE;
}

/* --- flow control --- */

static void obey(struct perf_bars *bars, struct perf_lane *l, const struct isotp_record *record,
		 const struct isotp_pci *pci, struct writer *w)
{
	if (!isotp_transfer_awaits(&l->transfer, pci))
		return;
	isotp_transfer_answer(&l->transfer, pci, record->time_ns);
	if (pci->fs == ISOTP_FS_OVFLW)
		give_up(bars, l, w, " (overflow said by the receiver)");
	else if (pci->fs > ISOTP_FS_OVFLW)
		give_up(bars, l, w, " (reserved flow status %X said by the receiver)", pci->fs);
}

static void take_answer(struct perf_bars *bars, struct perf_lane *l,
			const struct isotp_record *record, struct writer *w)
{
	struct isotp_pci pci;

	if (isotp_pci_decode(&pci, &record->frame, l->pair->b.has_byte) != ISOTP_PCI_OK ||
	    pci.type != ISOTP_PCI_FC)
		return;
	if (pci.fs == ISOTP_FS_CTS) {
		l->bs = pci.bs;
		l->stmin = pci.stmin;
	}
	if (l->state != PERF_LANE_IDLE)
		obey(bars, l, record, &pci, w);
	if (l->state == PERF_LANE_RECEIVING)
		perf_bars_put_bar(bars, l, w);
}

/* How well a frame of the other side fits the transfer of a lane: best to one that waits. */
static int fitness(const struct perf_lane *l, const struct isotp_endpoint *sender)
{
	if (l->state != PERF_LANE_RECEIVING)
		return 1;
	return 2 + (l->fd == sender->fd ? isotp_transfer_fit(&l->transfer, &l->from, sender) : 0);
}

/* The lane that a frame of the second side of some pairs belongs to; of several that fit the last
 * one that moved. Before the first there is only the pair. */
static struct perf_lane *answered(struct perf_bars *bars, const struct isotp_endpoint *sender,
				  const struct isotp_record *record, const char *bus)
{
	struct isotp_record first = *record;
	struct perf_lane *best = NULL;
	int most = 0;

	for (int i = 0; i < bars->n_lanes; i++) {
		struct perf_lane *l = &bars->lanes[i];
		const int fits = fitness(l, sender);

		if (l->from.bus != record->bus || !isotp_watched_is(&l->pair->b, sender))
			continue;
		if (fits > most || (fits == most && l->last_ns >= best->last_ns)) {
			best = l;
			most = fits;
		}
	}
	for (int i = 0; i < bars->n_pairs && !best; i++) {
		const struct isotp_watch *pair = &bars->pairs[i];

		if (!isotp_watched_is(&pair->b, sender) || (pair->a.has_byte && pair->a.any_byte))
			continue;
		first.frame.data[0] = pair->a.byte;
		best = lane_of(bars, pair, &first, bus);
	}
	return best;
}

/* --- all of them --- */

/* Moves a lane. False: a frame of the other kind, and classic and FD frames do not disturb each
 * other. */
static bool move(struct perf_lane *l, const struct isotp_record *record)
{
	l->last_ns = record->time_ns;
	if (l->fd == !!(record->frame.flags & ISOTP_FRAME_FD))
		return true;
	if (l->state == PERF_LANE_RECEIVING)
		return false;
	l->state = PERF_LANE_IDLE;
	return true;
}

static void note_bus(struct perf_bars *bars, uint16_t bus)
{
	if (bars->has_bus)
		return;
	bars->has_bus = true;
	bars->bus = bus;
}

static const struct isotp_watch *sent_by(const struct perf_bars *bars,
					 const struct isotp_endpoint *sender)
{
	for (int i = 0; i < bars->n_pairs; i++)
		if (isotp_watched_is(&bars->pairs[i].a, sender))
			return &bars->pairs[i];
	return NULL;
}

void perf_bars_take(struct perf_bars *bars, const struct isotp_record *record, const char *bus,
		    struct writer *w)
{
	const struct isotp_endpoint sender = isotp_endpoint_of(&record->frame);
	const struct isotp_watch *pair;
	struct perf_lane *l;

	perf_bars_advance(bars, record->time_ns, w);
	if (record->frame.flags & (ISOTP_FRAME_REMOTE | ISOTP_FRAME_ERROR))
		return;
	pair = sent_by(bars, &sender);
	l = pair ? lane_of(bars, pair, record, bus) : NULL;
	if (pair)
		note_bus(bars, record->bus);
	if (l && move(l, record))
		take_sender(bars, l, record, w);
	l = answered(bars, &sender, record, bus);
	if (l)
		note_bus(bars, record->bus);
	if (l && move(l, record))
		take_answer(bars, l, record, w);
}

/* When a second of silence is over; one that was silent before has had its note. */
static uint64_t silent_at(const struct perf_lane *l)
{
	if (l->state != PERF_LANE_RECEIVING || l->late)
		return ISOTP_NEVER;
	return isotp_after(l->last_ns, TIMEOUT_NS);
}

void perf_bars_advance(struct perf_bars *bars, uint64_t now_ns, struct writer *w)
{
	for (int i = 0; i < bars->n_lanes; i++) {
		struct perf_lane *l = &bars->lanes[i];

		if (silent_at(l) == ISOTP_NEVER || now_ns < silent_at(l))
			continue;
		perf_bars_put_note(bars, l, " (transmission timed out)",
				   bars->style != PERF_BARS_CAN_UTILS, w);
		l->state = PERF_LANE_SILENT;
		l->late = true;
	}
}

uint64_t perf_bars_deadline(const struct perf_bars *bars)
{
	uint64_t deadline = ISOTP_NEVER;

	for (int i = 0; i < bars->n_lanes; i++)
		deadline = isotp_earlier(deadline, silent_at(&bars->lanes[i]));
	return deadline;
}

void perf_bars_end(struct perf_bars *bars, struct writer *w)
{
	for (int i = 0; i < bars->n_lanes; i++) {
		struct perf_lane *l = &bars->lanes[i];

		give_up(bars, l, w, " (incomplete at the end, %" PRIu32 " of %" PRIu32 " byte)",
			perf_lane_received(l), l->length);
	}
	if (bars->open)
		writer_char(w, '\n');
	bars->open = false;
	free(bars->lanes);
	bars->lanes = NULL;
	bars->n_lanes = bars->room = 0;
}
