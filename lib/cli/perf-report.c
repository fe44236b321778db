/* SPDX-License-Identifier: MIT */
/* Owns the report of isotpperf, as text and as JSON. */
#include "perf-report.h"

#include "protocol/timing.h"
#include "quantity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 17, VALUE = 12, HEAD = 10, COLUMN = 15, SWEEP_COLUMN = 11 };

/* --- text --- */

static void put_line(struct writer *w, const char *label, const char *value, const char *note)
{
	char line[160];

	snprintf(line, sizeof(line), "%-*s%*s%s%s\n", LABEL, label, VALUE, value, *note ? "  " : "",
		 note);
	writer_text(w, line);
}

static void put_metric(struct writer *w, const struct measure *m, const char *label,
		       const char *name, const char *note)
{
	char text[QUANTITY_TEXT];
	double value;

	if (measure_value(m, name, &value))
		put_line(w, label, quantity_text(value, measure_metric_find(name)->unit, text),
			 note);
}

static void put_heading(struct writer *w, const struct perf_report *about)
{
	char text[64];

	writer_text(w, about->bus ? about->bus : "");
	writer_text(w, about->bus && about->mode ? ": " : "");
	writer_text(w, about->mode ? about->mode : "");
	if (about->length) {
		snprintf(text, sizeof(text), "%sPDUs of %" PRIu32 " bytes",
			 about->bus || about->mode ? ", " : "", about->length);
		writer_text(w, text);
	}
	if (about->bus || about->mode || about->length)
		writer_char(w, '\n');
}

static char *bitrate_text(uint32_t rate, char text[32])
{
	if (rate % 1000000 == 0)
		snprintf(text, 32, "%" PRIu32 " Mbit/s", rate / 1000000);
	else if (rate % 1000 == 0)
		snprintf(text, 32, "%" PRIu32 " kbit/s", rate / 1000);
	else
		snprintf(text, 32, "%" PRIu32 " bit/s", rate);
	return text;
}

static void put_counts(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	char note[80] = "", rate[32], drate[32], text[QUANTITY_TEXT];

	if (about->dbitrate)
		snprintf(note, sizeof(note), "of %s, data %s", bitrate_text(about->bitrate, rate),
			 bitrate_text(about->dbitrate, drate));
	else if (about->bitrate)
		snprintf(note, sizeof(note), "of %s", bitrate_text(about->bitrate, rate));
	put_metric(w, m, "PDUs", "pdus", "");
	put_metric(w, m, "payload", "bytes", "");
	if (measure_span_ns(m))
		put_line(w, "span", quantity_text((double)measure_span_ns(m), "ns", text), "");
	put_metric(w, m, "rate", "rate", "");
	put_metric(w, m, "frames", "frames", "");
	put_metric(w, m, "broken", "broken", "");
	put_metric(w, m, "lost", "lost", "");
	put_metric(w, m, "damaged", "damaged", "");
	put_metric(w, m, "reordered", "reordered", "");
	put_metric(w, m, "STmin violations", "stmin_violations", "");
	put_metric(w, m, "BS violations", "bs_violations", "");
	put_metric(w, m, "bus load", "bus_load", note);
	put_metric(w, m, "wire's limit", "wire_share", "of what back-to-back frames would reach");
}

static bool sampled(const struct measure *m, int series)
{
	return measure_stats(m, (enum measure_series)series)->count != 0;
}

static void put_right(struct writer *w, int width, const char *text)
{
	writer_blanks(w, width - (int)strlen(text));
	writer_text(w, text);
}

static void put_head(struct writer *w, const char *text)
{
	writer_text(w, text);
	writer_blanks(w, HEAD - (int)strlen(text));
}

/* One line of the table: the same of each distribution. */
static void put_row(struct writer *w, const struct measure *m, const char *head, const char *which)
{
	char name[32], text[QUANTITY_TEXT];
	double value = 0;

	put_head(w, head);
	for (int i = 0; i < MEASURE_SERIES; i++) {
		if (!sampled(m, i))
			continue;
		snprintf(name, sizeof(name), "%s.%s", measure_series_name((enum measure_series)i),
			 which);
		measure_value(m, name, &value);
		put_right(w, COLUMN, quantity_text(value, measure_metric_find(name)->unit, text));
	}
	writer_char(w, '\n');
}

static const struct {
	const char *head, *which;
} rows[] = { { "samples", "count" }, { "min", "min" }, { "mean", "mean" },  { "p50", "p50" },
	     { "p90", "p90" },	     { "p99", "p99" }, { "p99.9", "p999" }, { "max", "max" } };

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void put_distributions(struct writer *w, const struct measure *m)
{
	bool any = false;

	for (int i = 0; i < MEASURE_SERIES; i++) {
		if (!sampled(m, i))
			continue;
		if (!any) {
			writer_char(w, '\n');
			put_head(w, "");
		}
		any = true;
		put_right(w, COLUMN, measure_series_text((enum measure_series)i));
	}
	if (!any)
		return;
	writer_char(w, '\n');
	for (int i = 0; i < ROWS; i++)
		put_row(w, m, rows[i].head, rows[i].which);
}

void perf_report_text(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	put_heading(w, about);
	put_counts(w, m, about);
	put_distributions(w, m);
}

/* --- a line for each length of a sweep --- */

static void put_value(struct writer *w, const struct measure *m, const char *metric)
{
	char text[QUANTITY_TEXT] = "-";
	double value;

	if (measure_value(m, metric, &value))
		quantity_text(value, measure_metric_find(metric)->unit, text);
	put_right(w, SWEEP_COLUMN, text);
}

void perf_report_sweep_head(struct writer *w)
{
	static const char *const heads[] = {
		"length", "PDUs", "p50", "p99", "max", "rate", "lost"
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		put_right(w, SWEEP_COLUMN, heads[i]);
	writer_char(w, '\n');
}

void perf_report_sweep_line(struct writer *w, const struct measure *m, uint32_t length,
			    enum measure_series series)
{
	static const char *const values[] = { "p50", "p99", "max" };
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu32, length);
	put_right(w, SWEEP_COLUMN, text);
	put_value(w, m, "pdus");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "%s.%s", measure_series_name(series), values[i]);
		put_value(w, m, text);
	}
	put_value(w, m, "rate");
	put_value(w, m, "lost");
	writer_char(w, '\n');
}

/* --- JSON --- */

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

static void put_distribution(struct writer *w, const struct measure *m, const char *series)
{
	put_key(w, false, series);
	writer_char(w, '{');
	for (int i = 0; i < ROWS; i++) {
		char name[32];
		double value = 0;

		snprintf(name, sizeof(name), "%s.%s", series, rows[i].which);
		measure_value(m, name, &value);
		put_key(w, i == 0, rows[i].which);
		put_number(w, measure_metric_find(name)->unit, value);
	}
	writer_char(w, '}');
}

/* All but the distributions, in the order of their table. */
static void put_metrics(struct writer *w, const struct measure *m)
{
	for (const struct measure_metric *metric = measure_metrics(); metric->name; metric++) {
		double value;

		if (strchr(metric->name, '.') || !measure_value(m, metric->name, &value))
			continue;
		put_key(w, false, metric->name);
		put_number(w, metric->unit, value);
	}
}

void perf_report_json(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	writer_text(w, "{\"type\":\"report\"");
	if (about->mode)
		put_text(w, "mode", about->mode);
	if (about->bus)
		put_text(w, "bus", about->bus);
	if (about->length) {
		put_key(w, false, "length");
		writer_decimal(w, about->length, 1);
	}
	if (measure_span_ns(m)) {
		put_key(w, false, "span");
		put_number(w, "ns", (double)measure_span_ns(m));
	}
	put_metrics(w, m);
	for (int i = 0; i < MEASURE_SERIES; i++)
		if (sampled(m, i))
			put_distribution(w, m, measure_series_name((enum measure_series)i));
	writer_text(w, "}\n");
}
