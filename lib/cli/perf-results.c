/* SPDX-License-Identifier: MIT */
/* Owns what isotpperf measures of each length and of all, and how it is told. */
#include "perf-results.h"

#include "histogram.h"
#include "progress.h"
#include "protocol/timing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static const struct perf_mode_traits *mode_of(const struct perf_results *r)
{
	return perf_traits(r->settings->mode);
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
	r->settings = settings;
	r->bus = bus;
	if (settings->plot) {
		const enum tool_exit status = plot_open(settings->plot, &r->plot);

		if (status != TOOL_DONE)
			return status;
	}
	r->all = new_measure(r, false);
	r->into = r->idle = r->all ? new_measure(r, false) : NULL;
	return r->idle ? TOOL_DONE : TOOL_SYSTEM;
}

void perf_results_close(struct perf_results *r)
{
	measure_free(r->all);
	measure_free(r->part);
	measure_free(r->idle);
	r->all = r->part = r->idle = r->into = NULL;
	plot_close(r->plot);
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
		.mode = mode_of(r)->name,
		.bus = r->bus,
		.buses = r->settings->mode == PERF_MONITOR ? &r->buses : NULL,
		.length = length,
		.bitrate = r->settings->bitrate,
		.dbitrate = r->settings->dbitrate,
	};
}

/* After a signal, too, it is due. */
static void put_part(struct perf_results *r)
{
	const struct perf_report part = about(r, r->length);

	progress_end();
	tool_last_words();
	if (r->settings->json) {
		perf_report_json(&r->w, r->part, &part);
	} else {
		if (!r->headed)
			perf_report_sweep_head(&r->w);
		r->headed = true;
		perf_report_sweep_line(&r->w, r->part, r->length, mode_of(r)->main);
	}
	flush(r);
}

static void add_part(struct perf_results *r)
{
	measure_add(r->all, r->part);
	measure_free(r->part);
	r->part = NULL;
}

/* One that waits for its line is not the only one: it gets it. */
enum tool_exit perf_results_begin(struct perf_results *r, uint32_t length)
{
	if (r->part) {
		put_part(r);
		add_part(r);
	}
	r->part = new_measure(r, r->plot != NULL);
	if (!r->part)
		return TOOL_SYSTEM;
	r->into = r->part;
	r->length = length;
	r->any = true;
	if (mode_of(r)->checks) {
		measure_lost(r->part, 0);
		measure_damaged(r->part, 0);
		measure_reordered(r->part, 0);
	}
	return TOOL_DONE;
}

/* Where all PDUs broke or were lost, that is what there is to tell. */
bool perf_results_found(const struct perf_results *r)
{
	static const char *const names[] = { "pdus", "broken", "lost" };
	double sum = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		double value = 0;

		measure_value(r->into, names[i], &value);
		sum += value;
	}
	return sum > 0;
}

/* A lone length has no line, the report of everything says the same; so who does not know what will
 * come lets the first one wait. */
void perf_results_end(struct perf_results *r, uint64_t span_ns)
{
	const bool counts = perf_results_found(r);

	if (r->into == r->idle)
		return;
	r->into = r->idle;
	measure_span(r->part, span_ns);
	if (counts) {
		r->parts++;
		r->counted_length = r->length;
	}
	if (counts && r->settings->lengths.count < 2)
		return;
	if (counts)
		put_part(r);
	add_part(r);
}

/* --- the end --- */

static void put_histograms(struct perf_results *r)
{
	const int columns = tool_columns(STDOUT_FILENO);

	for (int i = 0; i < MEASURE_SERIES; i++) {
		const enum measure_series series = (enum measure_series)i;
		const struct stats *s = measure_stats(r->all, series);

		if (!s->count)
			continue;
		writer_char(&r->w, '\n');
		histogram_write(&r->w, s, measure_series_text(series), columns);
	}
}

static enum tool_exit draw(struct perf_results *r)
{
	return r->plot ? plot_write(r->plot, r->bus, mode_of(r)->name) : TOOL_DONE;
}

/* Their PDUs count as ever. */
static void tell_unfollowed(const struct perf_results *r)
{
	const uint64_t n = measure_unfollowed(r->all);

	if (!n)
		return;
	tool_warn("%s: too many senders: gaps and flow control of %" PRIu64
		  " transfer%s were not measured",
		  r->bus, n, n == 1 ? "" : "s");
	if (!tool_is_quiet())
		tool_hint("--pair=T:R, for those that matter");
}

enum tool_exit perf_results_report(struct perf_results *r)
{
	const uint32_t only = r->parts ? r->counted_length : r->length;
	const struct perf_report all = about(r, r->parts > 1 ? 0 : only);

	tool_last_words();
	if (r->error == -EINTR)
		r->error = 0;
	if (r->part && r->parts > 1)
		put_part(r);
	if (r->part)
		add_part(r);
	if (r->headed)
		writer_char(&r->w, '\n');
	if (r->settings->json)
		perf_report_json(&r->w, r->all, &all);
	else
		perf_report_text(&r->w, r->all, &all);
	if (r->settings->histogram && !r->settings->json)
		put_histograms(r);
	flush(r);
	tell_unfollowed(r);
	return draw(r);
}

bool perf_results_judge(struct perf_results *r)
{
	bool exceeded = false;

	for (int i = 0; i < r->settings->n_limits; i++) {
		char text[PERF_LIMIT_TEXT];

		if (perf_limit_check(&r->settings->limits[i], r->all, mode_of(r)->main, text) ==
		    PERF_LIMIT_KEPT)
			continue;
		tool_error("%s", text);
		exceeded = true;
	}
	return exceeded;
}
