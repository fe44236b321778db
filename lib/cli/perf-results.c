/* SPDX-License-Identifier: MIT */
/* Owns what isotpperf measures of each length and of all, and how it is told. */
#include "perf-results.h"

#include "histogram.h"
#include "perf-report.h"
#include "protocol/timing.h"
#include "quantity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
	const char *name;
	enum measure_series series;
} modes[] = {
	[PERF_MONITOR] = { "monitor", MEASURE_TIME }, [PERF_SOURCE] = { "source", MEASURE_TIME },
	[PERF_SINK] = { "sink", MEASURE_TIME },	      [PERF_PING] = { "ping", MEASURE_RTT },
	[PERF_ECHO] = { "echo", MEASURE_TIME },
};

const char *perf_mode_name(enum perf_mode mode)
{
	return modes[mode].name;
}

enum measure_series perf_mode_series(enum perf_mode mode)
{
	return modes[mode].series;
}

/* --- opening --- */

static struct measure *new_measure(const struct perf_results *r, bool plotted)
{
	const struct measure_settings settings = {
		.bitrate = r->settings->bitrate,
		.dbitrate = r->settings->dbitrate,
		.active = r->settings->mode != PERF_MONITOR,
		.sample = plotted ? plot_sample : NULL,
		.sample_arg = r->plot,
	};
	struct measure *m = measure_new(&settings);

	for (int i = 0; m && i < r->settings->n_pairs; i++)
		measure_watch(m, &r->settings->pairs[i]); /* there are not more than it takes */
	if (!m)
		tool_error("no memory for what is measured");
	return m;
}

enum tool_exit perf_results_open(struct perf_results *r, const struct perf_settings *settings,
				 const char *bus)
{
	const bool waits = settings->mode == PERF_SINK || settings->mode == PERF_ECHO;

	r->settings = settings;
	r->bus = bus;
	r->sweep = waits || settings->lengths.count > 1;
	if (settings->plot) {
		const enum tool_exit status = plot_open(settings->plot, &r->plot);

		if (status != TOOL_DONE)
			return status;
	}
	r->all = new_measure(r, r->plot != NULL);
	return r->all ? TOOL_DONE : TOOL_SYSTEM;
}

void perf_results_close(struct perf_results *r)
{
	measure_free(r->all);
	measure_free(r->part);
	if (r->plot)
		plot_close(r->plot);
	r->all = r->part = NULL;
	r->plot = NULL;
}

/* --- the lengths of a sweep --- */

static void flush(struct perf_results *r)
{
	const int rc = writer_flush(&r->w);

	if (r->error == 0)
		r->error = rc;
}

static struct perf_report about(const struct perf_results *r, uint32_t length)
{
	return (struct perf_report){
		.mode = perf_mode_name(r->settings->mode),
		.bus = r->bus,
		.length = length,
		.bitrate = r->settings->bitrate,
		.dbitrate = r->settings->dbitrate,
	};
}

enum { COLUMN = 11 };

static void put_column(struct perf_results *r, const char *text)
{
	char padded[64];

	snprintf(padded, sizeof(padded), "%*s", COLUMN, text);
	writer_text(&r->w, padded);
}

static void put_value(struct perf_results *r, const char *metric)
{
	const struct measure_metric *m = measure_metric_find(metric);
	char text[QUANTITY_TEXT];
	double value;

	if (!m)
		return;
	put_column(r, measure_value(r->part, metric, &value) ? quantity_text(value, m->unit, text)
							     : "-");
}

/* One length of a sweep as a line of a table. */
static void put_row(struct perf_results *r)
{
	static const char *const heads[] = {
		"length", "PDUs", "p50", "p99", "max", "rate", "lost"
	};
	const char *series = measure_series_name(perf_mode_series(r->settings->mode));
	static const char *const values[] = { "p50", "p99", "max" };
	char text[32];

	for (size_t i = 0; !r->headed && i < sizeof(heads) / sizeof(heads[0]); i++)
		put_column(r, heads[i]);
	if (!r->headed)
		writer_char(&r->w, '\n');
	r->headed = true;
	snprintf(text, sizeof(text), "%" PRIu32, r->length);
	put_column(r, text);
	put_value(r, "pdus");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "%s.%s", series, values[i]);
		put_value(r, text);
	}
	put_value(r, "rate");
	put_value(r, "lost");
	writer_char(&r->w, '\n');
}

static void put_part(struct perf_results *r)
{
	const struct perf_report part = about(r, r->length);

	if (r->settings->json)
		perf_report_json(&r->w, r->part, &part);
	else
		put_row(r);
	flush(r);
	measure_free(r->part);
	r->part = NULL;
}

enum tool_exit perf_results_begin(struct perf_results *r, uint32_t length)
{
	if (r->part)
		put_part(r);
	if (r->sweep) {
		r->part = new_measure(r, false);
		if (!r->part)
			return TOOL_SYSTEM;
	}
	r->length = length;
	r->into[0] = r->all;
	r->into[1] = r->part;
	r->n_into = r->part ? 2 : 1;
	r->any = true;
	if (r->settings->mode == PERF_SINK || r->settings->mode == PERF_PING) {
		perf_results_lost(r, 0);
		perf_results_damaged(r, 0);
		perf_results_reordered(r, 0);
	}
	return TOOL_DONE;
}

/* A lone length has no line, the report of everything says the same. */
void perf_results_end(struct perf_results *r, uint64_t span_ns)
{
	double pdus = 0;

	if (!r->n_into)
		return;
	r->n_into = 0;
	r->span_ns += span_ns;
	if (r->span_ns)
		measure_span(r->all, r->span_ns);
	if (!r->part)
		return;
	measure_span(r->part, span_ns);
	if (!measure_value(r->part, "pdus", &pdus) || pdus < 1) {
		measure_free(r->part);
		r->part = NULL;
		return;
	}
	r->parts++;
	if (r->settings->lengths.count > 1)
		put_part(r);
}

/* --- what is measured --- */

void perf_results_frame(struct perf_results *r, const struct isotp_record *record)
{
	for (int i = 0; i < r->n_into; i++)
		measure_frame(r->into[i], record);
}

void perf_results_observed(struct perf_results *r, const struct isotp_observed *o)
{
	for (int i = 0; i < r->n_into; i++)
		measure_observed(r->into[i], o);
}

void perf_results_transfer(struct perf_results *r, uint32_t length, uint64_t ns)
{
	for (int i = 0; i < r->n_into; i++) {
		if (ns == ISOTP_NEVER)
			measure_pdu(r->into[i], length);
		else
			measure_transfer(r->into[i], length, ns);
	}
}

void perf_results_round_trip(struct perf_results *r, uint64_t ns)
{
	for (int i = 0; i < r->n_into; i++)
		measure_round_trip(r->into[i], ns);
}

void perf_results_wire(struct perf_results *r, const struct isotp_wire_bits *bits)
{
	for (int i = 0; i < r->n_into; i++)
		measure_wire(r->into[i], bits);
}

void perf_results_broken(struct perf_results *r)
{
	for (int i = 0; i < r->n_into; i++)
		measure_broken(r->into[i]);
}

void perf_results_lost(struct perf_results *r, uint64_t n)
{
	for (int i = 0; i < r->n_into; i++)
		measure_lost(r->into[i], n);
}

void perf_results_damaged(struct perf_results *r, uint64_t n)
{
	for (int i = 0; i < r->n_into; i++)
		measure_damaged(r->into[i], n);
}

void perf_results_reordered(struct perf_results *r, uint64_t n)
{
	for (int i = 0; i < r->n_into; i++)
		measure_reordered(r->into[i], n);
}

/* --- the end --- */

static void put_histograms(struct perf_results *r)
{
	const int columns = tool_columns(STDOUT_FILENO);

	for (int i = 0; i < MEASURE_SERIES; i++) {
		const enum measure_series series = (enum measure_series)i;
		const struct stats *s = measure_stats(r->all, measure_series_name(series));

		if (!s || !s->count)
			continue;
		writer_char(&r->w, '\n');
		histogram_write(&r->w, s, measure_series_text(series), columns);
	}
}

static enum tool_exit draw(struct perf_results *r)
{
	char title[160];

	if (!r->plot)
		return TOOL_DONE;
	snprintf(title, sizeof(title), "%s: %s", r->bus, perf_mode_name(r->settings->mode));
	return plot_write(r->plot, title);
}

/* What is told at the end is told after a signal, too, which else ends each wait for standard output; a
 * second signal does. */
static void forget_signal(void)
{
	uint64_t n;

	if (read(tool_stop_fd(), &n, sizeof(n)) == (ssize_t)sizeof(n) && n)
		return;
}

enum tool_exit perf_results_report(struct perf_results *r)
{
	const struct perf_report all = about(r, r->parts > 1 ? 0 : r->length);

	forget_signal();
	if (r->error == -EINTR)
		r->error = 0;
	if (r->part && r->parts > 1)
		put_part(r);
	if (r->headed)
		writer_char(&r->w, '\n');
	if (r->settings->json)
		perf_report_json(&r->w, r->all, &all);
	else
		perf_report_text(&r->w, r->all, &all);
	if (r->settings->histogram && !r->settings->json)
		put_histograms(r);
	flush(r);
	return draw(r);
}

bool perf_results_judge(struct perf_results *r)
{
	bool exceeded = false;

	for (int i = 0; i < r->settings->n_limits; i++) {
		char text[LIMIT_TEXT];

		if (limit_check(&r->settings->limits[i], r->all,
				perf_mode_series(r->settings->mode), text) == LIMIT_KEPT)
			continue;
		tool_error("%s", text);
		exceeded = true;
	}
	return exceeded;
}
