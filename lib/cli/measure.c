/* SPDX-License-Identifier: MIT */
/* Owns what isotpperf counts. */
#include "measure-internal.h"

#include <stdlib.h>
#include <string.h>

struct measure *measure_new(const struct measure_settings *settings)
{
	struct measure *m = calloc(1, sizeof(*m));

	if (m)
		m->settings = *settings;
	return m;
}

void measure_free(struct measure *m)
{
	free(m);
}

int measure_watch(struct measure *m, const struct isotp_watch *pair)
{
	m->watched = true;
	return flow_watch(&m->flow, pair);
}

void measure_learn(struct measure *m, const struct isotp_observed *o)
{
	if (o->type == ISOTP_OBSERVED_PDU && o->segmented && !m->watched)
		flow_learn(&m->flow, o);
}

/* Times that came before do not speak for all: they go, too. */
void measure_untimed(struct measure *m)
{
	if (m->untimed)
		return;
	m->untimed = true;
	memset(m->stats, 0, sizeof(m->stats));
	m->slowest = (struct measure_slowest){ 0 };
	for (size_t i = 0; i < m->n_senders; i++)
		m->senders[i].timed = m->senders[i].sum_ns = m->senders[i].max_ns = 0;
}

void measure_sample(struct measure *m, enum measure_series series, uint64_t time_ns, uint64_t ns)
{
	if (m->untimed)
		return;
	stats_add(&m->stats[series], ns);
	if (m->settings.sample)
		m->settings.sample(m->settings.sample_arg, series, time_ns, ns);
}

/* --- an observer --- */

static size_t bus_index(uint16_t bus)
{
	return bus < MEASURE_BUSES ? bus : MEASURE_BUSES - 1;
}

static void load_bus(struct measure *m, const struct isotp_record *record,
		     struct isotp_wire_bits *bits)
{
	struct measure_bus *bus = &m->buses[bus_index(record->bus)];

	*bits = (struct isotp_wire_bits){ 0 };
	bus->seen = true;
	if (m->settings.bitrate) {
		isotp_wire_bits(&record->frame, bits);
		isotp_wire_add(&bus->bits, bits);
		m->brs |= bits->data != 0;
	}
	if (!m->bus_frames++ || record->time_ns < m->bus_first_ns) {
		m->bus_first_ns = record->time_ns;
		m->bus_first = *bits;
	}
	if (record->time_ns > m->bus_last_ns)
		m->bus_last_ns = record->time_ns;
}

void measure_load(struct measure *m, const struct isotp_record *record)
{
	struct isotp_wire_bits bits;

	if (!(record->frame.flags & ISOTP_FRAME_ERROR))
		load_bus(m, record, &bits);
}

void measure_frame(struct measure *m, const struct isotp_record *record)
{
	struct isotp_wire_bits bits;

	if (record->frame.flags & ISOTP_FRAME_ERROR)
		return;
	load_bus(m, record, &bits);
	if (!m->frames++ || record->time_ns < m->first_ns)
		m->first_ns = record->time_ns;
	if (record->time_ns > m->last_ns)
		m->last_ns = record->time_ns;
	if (!(record->frame.flags & ISOTP_FRAME_REMOTE))
		flow_take(m, record, &bits);
}

/* One that was cut off by the end of what there was to see did not break. */
static bool broke(const struct measure *m, const struct isotp_observed *o)
{
	const uint64_t now = m->now_ns > m->bus_last_ns ? m->now_ns : m->bus_last_ns;

	if (o->status == ISOTP_INCOMPLETE)
		return now > isotp_after(o->last_ns, ISOTP_SECOND);
	return o->status != ISOTP_N_OK;
}

/* The time of a PDU that is whole; ISOTP_NEVER: it has none. */
static uint64_t time_of(const struct measure *m, const struct isotp_observed *o)
{
	if (o->status != ISOTP_N_OK || !o->segmented || o->last_ns < o->first_ns || m->untimed)
		return ISOTP_NEVER;
	return o->last_ns - o->first_ns;
}

static void count(struct measure *m, enum measure_count which, uint64_t n)
{
	m->looked_for[which] = true;
	m->counts[which] += n;
}

static void count_observed(struct measure *m, const struct isotp_observed *o)
{
	const bool is_broken = o->status != ISOTP_N_OK && broke(m, o);
	const uint64_t ns = time_of(m, o);

	senders_take(m, o, is_broken, ns);
	count(m, COUNT_BROKEN, is_broken);
	if (o->status != ISOTP_N_OK)
		return;
	count(m, COUNT_PDUS, 1);
	count(m, COUNT_BYTES, o->received);
	if (ns != ISOTP_NEVER)
		measure_sample(m, MEASURE_TIME, o->last_ns, ns);
}

static void take_worst(struct measure *m, uint64_t gap_ns, uint64_t asked_ns)
{
	if (asked_ns - gap_ns <= m->stmin_asked_ns - m->stmin_gap_ns)
		return;
	m->stmin_gap_ns = gap_ns;
	m->stmin_asked_ns = asked_ns;
}

static void learn(struct measure *m, const struct isotp_observed *o)
{
	const int rc = flow_learn(&m->flow, o);

	m->revealed |= rc > 0;
	m->unfollowed += rc < 0;
}

void measure_observed(struct measure *m, const struct isotp_observed *o)
{
	if (o->type != ISOTP_OBSERVED_PDU)
		return;
	if (!m->watched && o->segmented)
		learn(m, o);
	if (o->flow_controls) {
		count(m, COUNT_STMIN_VIOLATIONS, o->faults[ISOTP_FAULT_STMIN_VIOLATED]);
		count(m, COUNT_BS_VIOLATIONS, o->faults[ISOTP_FAULT_BS_VIOLATED]);
	}
	take_worst(m, o->stmin_gap_ns, o->stmin_asked_ns);
	if (!m->settings.active)
		count_observed(m, o);
}

void measure_now(struct measure *m, uint64_t time_ns)
{
	m->now_ns = time_ns;
}

bool measure_is_still(const struct measure *m)
{
	return m->bus_frames > 1 && m->bus_last_ns == m->bus_first_ns;
}

/* --- what is done by ourselves --- */

void measure_number(struct measure *m, uint64_t number)
{
	m->numbered = true;
	m->number = number;
}

void measure_transfer(struct measure *m, uint32_t length, uint64_t ns)
{
	count(m, COUNT_PDUS, 1);
	count(m, COUNT_BYTES, length);
	if (ns == ISOTP_NEVER)
		return;
	m->timed_ns += ns;
	slowest_take_ours(m, &m->slowest, ns);
	measure_sample(m, MEASURE_TIME, ISOTP_NEVER, ns);
}

void measure_broken(struct measure *m)
{
	count(m, COUNT_BROKEN, 1);
}

void measure_round_trip(struct measure *m, uint64_t ns)
{
	slowest_take_ours(m, &m->slowest_trip, ns);
	measure_sample(m, MEASURE_RTT, ISOTP_NEVER, ns);
}

void measure_lost(struct measure *m, uint64_t n)
{
	count(m, COUNT_LOST, n);
}

void measure_damaged(struct measure *m, uint64_t n)
{
	count(m, COUNT_DAMAGED, n);
}

void measure_reordered(struct measure *m, uint64_t n)
{
	count(m, COUNT_REORDERED, n);
}

void measure_wire(struct measure *m, const struct isotp_wire_bits *bits)
{
	isotp_wire_add(&m->needed_timed, bits);
	m->brs |= bits->data != 0;
}

void measure_span(struct measure *m, uint64_t ns)
{
	m->span_ns = ns;
}

/* --- what it comes to --- */

uint64_t measure_span_ns(const struct measure *m)
{
	if (m->untimed)
		return 0;
	return m->span_ns || !m->frames ? m->span_ns : m->last_ns - m->first_ns;
}

uint64_t measure_unfollowed(const struct measure *m)
{
	return m->unfollowed;
}

bool measure_stmin_worst(const struct measure *m, uint64_t *gap_ns, uint64_t *asked_ns)
{
	*gap_ns = m->stmin_gap_ns;
	*asked_ns = m->stmin_asked_ns;
	return m->stmin_asked_ns != 0;
}

/* The first frame was on the bus before its time stamp, which is that of its end. A lone one says
 * nothing about a load. */
uint64_t measure_bus_span_ns(const struct measure *m)
{
	if (m->bus_parts_ns || m->bus_last_ns == m->bus_first_ns)
		return m->bus_parts_ns;
	return isotp_after(m->bus_last_ns - m->bus_first_ns,
			   isotp_wire_ns(&m->bus_first, m->settings.bitrate, m->settings.dbitrate));
}

static void add_frames(struct measure *sum, const struct measure *part)
{
	if (part->frames && (!sum->frames || part->first_ns < sum->first_ns))
		sum->first_ns = part->first_ns;
	if (part->last_ns > sum->last_ns)
		sum->last_ns = part->last_ns;
	sum->frames += part->frames;
	sum->bus_parts_ns += measure_bus_span_ns(part);
	if (part->bus_frames && (!sum->bus_frames || part->bus_first_ns < sum->bus_first_ns)) {
		sum->bus_first_ns = part->bus_first_ns;
		sum->bus_first = part->bus_first;
	}
	if (part->bus_last_ns > sum->bus_last_ns)
		sum->bus_last_ns = part->bus_last_ns;
	sum->bus_frames += part->bus_frames;
	for (size_t i = 0; i < MEASURE_BUSES; i++) {
		sum->buses[i].seen |= part->buses[i].seen;
		isotp_wire_add(&sum->buses[i].bits, &part->buses[i].bits);
	}
}

static void add_transfers(struct measure *sum, const struct measure *part)
{
	sum->transfers += part->transfers;
	sum->transfers_ns += part->transfers_ns;
	sum->timed_ns += part->timed_ns;
	isotp_wire_add(&sum->needed, &part->needed);
	isotp_wire_add(&sum->needed_first, &part->needed_first);
	isotp_wire_add(&sum->needed_timed, &part->needed_timed);
}

void measure_add(struct measure *sum, const struct measure *part)
{
	add_frames(sum, part);
	add_transfers(sum, part);
	senders_add(sum, part);
	take_worst(sum, part->stmin_gap_ns, part->stmin_asked_ns);
	sum->span_ns += part->span_ns;
	sum->brs |= part->brs;
	sum->revealed |= part->revealed;
	sum->unfollowed += part->unfollowed;
	if (part->untimed)
		measure_untimed(sum);
	for (int i = 0; i < COUNTS; i++) {
		sum->counts[i] += part->counts[i];
		sum->looked_for[i] |= part->looked_for[i];
	}
	for (int i = 0; i < MEASURE_SERIES; i++)
		stats_merge(&sum->stats[i], &part->stats[i]);
}

static const struct {
	const char *name, *text;
} series[MEASURE_SERIES] = {
	[MEASURE_TIME] = { "time", "time per PDU" },
	[MEASURE_GAP] = { "gap", "CF gap" },
	[MEASURE_FC] = { "fc", "flow control" },
	[MEASURE_RTT] = { "rtt", "round trip" },
};

const char *measure_series_name(enum measure_series which)
{
	return series[which].name;
}

const char *measure_series_text(enum measure_series which)
{
	return series[which].text;
}

const struct stats *measure_stats(const struct measure *m, enum measure_series which)
{
	return &m->stats[which];
}
