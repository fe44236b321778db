/* SPDX-License-Identifier: MIT */
/* Owns isotpperf's report as JSON: its keys stand in isotp(7). */
#include "perf-report.h"

#include "pairs.h"
#include "protocol/timing.h"

#include <stdio.h>
#include <string.h>

/* Times in seconds to the nanosecond, counts whole. */
static void put_number(struct writer *w, const char *unit, double value)
{
	char text[64];

	if (!strcmp(unit, "ns"))
		snprintf(text, sizeof(text), "%.9f", value / 1e9);
	else if (!strcmp(unit, "") || !strcmp(unit, "B"))
		snprintf(text, sizeof(text), "%.0f", value);
	else
		snprintf(text, sizeof(text), "%.3f", value);
	writer_text(w, text);
}

/* A moment: more digits than a double has. */
static void put_time(struct writer *w, uint64_t ns)
{
	writer_decimal(w, ns / ISOTP_SECOND, 1);
	writer_char(w, '.');
	writer_decimal(w, ns % ISOTP_SECOND, 9);
}

static void put_key(struct writer *w, bool first, const char *key)
{
	writer_text(w, first ? "\"" : ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
}

static void put_text(struct writer *w, const char *key, const char *text)
{
	put_key(w, false, key);
	writer_json_string(w, text);
}

/* A comma goes before it. */
static void put_value(struct writer *w, const char *key, const char *unit, double value)
{
	put_key(w, false, key);
	put_number(w, unit, value);
}

static void put_count(struct writer *w, const char *key, uint64_t value)
{
	put_key(w, false, key);
	writer_decimal(w, value, 1);
}

/* --- metrics --- */

static void put_distribution(struct writer *w, const struct measure *m, enum measure_series series)
{
	bool first = true;

	put_key(w, false, measure_series_name(series));
	writer_char(w, '{');
	for (const struct measure_metric *i = measure_metrics(); i->name; i++) {
		double value = 0;

		if (i->series != series)
			continue;
		measure_value(m, i->name, &value);
		put_key(w, first, i->which);
		put_number(w, i->unit, value);
		first = false;
	}
	writer_char(w, '}');
}

/* All but the distributions, in the order of their table. */
static void put_metrics(struct writer *w, const struct measure *m)
{
	for (const struct measure_metric *metric = measure_metrics(); metric->name; metric++) {
		double value;

		if (metric->which || !measure_value(m, metric->name, &value))
			continue;
		put_value(w, metric->name, metric->unit, value);
	}
}

/* --- who --- */

static void put_endpoint(struct writer *w, const struct isotp_endpoint *e,
			 const struct perf_report *about)
{
	if (about->buses)
		put_text(w, "bus", perf_report_bus(about, e->bus));
	put_key(w, false, "id");
	writer_char(w, '"');
	writer_hex(w, e->id.value, e->id.width == 29 ? 8 : 3);
	writer_char(w, '"');
	put_count(w, "width", e->id.width);
	if (!e->has_byte)
		return;
	put_key(w, false, "address_byte");
	writer_char(w, '"');
	writer_hex(w, e->byte, 2);
	writer_char(w, '"');
}

static void put_who(struct writer *w, const struct isotp_observed *o,
		    const struct perf_report *about)
{
	char pair[PAIR_TEXT];

	put_endpoint(w, &o->from, about);
	if (o->peer.id.width)
		put_text(w, "pair", pair_format(o, pair));
}

static void put_slowest(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	const struct measure_slowest *s = measure_slowest(m);

	if (!s)
		return;
	put_key(w, false, "slowest");
	writer_char(w, '{');
	put_key(w, true, "duration");
	put_number(w, "ns", (double)s->ns);
	if (s->ours) {
		put_count(w, "number", s->number);
	} else {
		put_key(w, false, "time");
		put_time(w, s->o.last_ns);
		put_who(w, &s->o, about);
		put_count(w, "length", s->o.length);
		put_count(w, "first_frame", s->o.first_frame);
		put_count(w, "last_frame", s->o.last_frame);
	}
	writer_char(w, '}');
}

static void put_sender(struct writer *w, const struct measure *m, const struct measure_sender *s,
		       const struct perf_report *about)
{
	const struct isotp_observed who = { .from = s->from, .peer = s->peer, .from_b = s->from_b };
	double any;

	writer_text(w, "{\"type\":\"sender\"");
	put_who(w, &who, about);
	put_count(w, "pdus", s->pdus);
	put_count(w, "broken", s->broken);
	if (measure_value(m, "stmin_violations", &any))
		put_count(w, "stmin_violations", s->stmin_violations);
	if (s->timed) {
		put_value(w, "time_mean", "ns", (double)s->sum_ns / (double)s->timed);
		put_value(w, "time_max", "ns", (double)s->max_ns);
	}
	writer_text(w, "}\n");
}

static void put_senders(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	const struct measure_sender *who[MEASURE_SENDERS];
	const size_t n = measure_senders(m, who);

	for (size_t i = 0; n > 1 && i < n; i++)
		put_sender(w, m, who[i], about);
}

/* --- all of it --- */

static void put_about(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	writer_text(w, "{\"type\":\"report\"");
	if (about->mode)
		put_text(w, "mode", about->mode);
	if (about->bus)
		put_text(w, "bus", about->bus);
	if (about->length)
		put_count(w, "length", about->length);
	if (measure_span_ns(m))
		put_value(w, "span", "ns", (double)measure_span_ns(m));
}

/* What is said of the metrics beyond their values. */
static void put_remarks(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	uint64_t gap, asked;
	uint16_t busiest;
	double load;

	if (measure_buses(m, &busiest) > 1 && about->buses && measure_value(m, "bus_load", &load))
		put_text(w, "busiest", perf_report_bus(about, busiest));
	if (measure_stmin_worst(m, &gap, &asked)) {
		put_value(w, "stmin_worst", "ns", (double)gap);
		put_value(w, "stmin_asked", "ns", (double)asked);
	}
	put_slowest(w, m, about);
}

void perf_report_json(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	put_senders(w, m, about);
	put_about(w, m, about);
	put_metrics(w, m);
	put_remarks(w, m, about);
	for (int i = 0; i < MEASURE_SERIES; i++)
		if (measure_stats(m, (enum measure_series)i)->count)
			put_distribution(w, m, (enum measure_series)i);
	writer_text(w, "}\n");
}
