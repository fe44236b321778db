/* SPDX-License-Identifier: MIT */
/* Owns the report of isotpperf as text. */
#include "perf-report.h"

#include "protocol/timing.h"
#include "quantity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	LABEL = 17,
	VALUE = 12,
	HEAD = 10,
	COLUMN = 15,
	SWEEP_LENGTH = 7, /* 1048576 */
	SWEEP_COLUMN = 11,
	WHO = 26, /* "18DA10F1/AA > 18DAF110/AA" */
	WHO_TEXT = 2 * ISOTP_ENDPOINT_TEXT + 72,
	SENDERS_TOLD = 16,
};

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

/* A file may have any name: what would steer the terminal does not get there. */
static void put_name(struct writer *w, const char *name)
{
	for (; *name; name++)
		writer_char(w, (unsigned char)*name < 0x20 || *name == 0x7F ? '?' : *name);
}

static void put_heading(struct writer *w, const struct perf_report *about)
{
	char text[64];

	put_name(w, about->bus ? about->bus : "");
	writer_text(w, about->bus && about->mode ? ": " : "");
	writer_text(w, about->mode ? about->mode : "");
	if (about->length) {
		snprintf(text, sizeof(text), "%sPDUs of %" PRIu32 " byte%s",
			 about->bus || about->mode ? ", " : "", about->length,
			 about->length == 1 ? "" : "s");
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

static bool has_buses(const struct measure *m, const struct perf_report *about)
{
	uint16_t busiest;

	return about->buses && measure_buses(m, &busiest) > 1;
}

/* Who asked for loads learns why there are none. */
static void put_load(struct writer *w, const struct measure *m, const struct perf_report *about,
		     const char *label, const char *name, const char *note)
{
	const char *why = measure_why(m, name);

	if (why && about->bitrate)
		put_line(w, label, "-", why);
	else
		put_metric(w, m, label, name, note);
}

static void put_loads(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	char note[192], rate[32], data[64] = "", busiest[96] = "";
	uint16_t bus;
	const unsigned int n = measure_buses(m, &bus);

	if (about->dbitrate)
		snprintf(data, sizeof(data), ", data %s", bitrate_text(about->dbitrate, rate));
	if (has_buses(m, about))
		snprintf(busiest, sizeof(busiest), ", %s (busiest of %u)",
			 perf_report_bus(about, bus), n);
	snprintf(note, sizeof(note), "of %s%s%s", bitrate_text(about->bitrate, rate), data,
		 busiest);
	put_load(w, m, about, "bus load", "bus_load", note);
	put_load(w, m, about, "wire share", "wire_share",
		 "of what back-to-back frames would reach");
}

static void put_violations(struct writer *w, const struct measure *m)
{
	char note[96] = "", gap[QUANTITY_TEXT], asked[QUANTITY_TEXT];
	uint64_t gap_ns, asked_ns;

	if (measure_stmin_worst(m, &gap_ns, &asked_ns))
		snprintf(note, sizeof(note), "at worst %s where %s were asked",
			 quantity_text((double)gap_ns, "ns", gap),
			 quantity_text((double)asked_ns, "ns", asked));
	put_metric(w, m, "STmin violations", "stmin_violations", note);
	put_metric(w, m, "BS violations", "bs_violations", "");
}

/* "can0 660/F0 > 6F0/60" */
static char *who_text(const struct isotp_endpoint *from, const struct isotp_endpoint *peer,
		      const char *bus, char text[WHO_TEXT])
{
	char a[ISOTP_ENDPOINT_TEXT], b[ISOTP_ENDPOINT_TEXT] = "";

	if (peer->id.width)
		isotp_endpoint_format(peer, b);
	snprintf(text, WHO_TEXT, "%s%s%s%s%s", bus, *bus ? " " : "", isotp_endpoint_format(from, a),
		 *b ? " > " : "", b);
	return text;
}

static void put_slowest(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	const struct measure_slowest *s = measure_slowest(m);
	char text[QUANTITY_TEXT], who[WHO_TEXT], note[WHO_TEXT + 64];

	if (!s)
		return;
	quantity_text((double)s->ns, "ns", text);
	if (s->ours) {
		snprintf(note, sizeof(note), "the PDU with the number %" PRIu64, s->number);
		put_line(w, "slowest", text, note);
		return;
	}
	who_text(&s->o.from, &s->o.peer,
		 has_buses(m, about) ? perf_report_bus(about, s->o.from.bus) : "", who);
	snprintf(note, sizeof(note), "%s, %" PRIu32 " byte%s,", who, s->o.length,
		 s->o.length == 1 ? "" : "s");
	put_line(w, "slowest", text, note);
	snprintf(note, sizeof(note), "frames %" PRIu64 "-%" PRIu64 ", from %" PRIu64 ".%06" PRIu64,
		 s->o.first_frame, s->o.last_frame, s->o.first_ns / ISOTP_SECOND,
		 s->o.first_ns % ISOTP_SECOND / 1000);
	put_line(w, "", "", note);
}

static void put_counts(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	char text[QUANTITY_TEXT];

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
	put_violations(w, m);
	put_loads(w, m, about);
	put_slowest(w, m, about);
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

/* --- a line for each sender --- */

static void put_sender(struct writer *w, const struct measure *m, const struct measure_sender *s,
		       const char *bus)
{
	char text[128], who[WHO_TEXT], mean[QUANTITY_TEXT] = "-", max[QUANTITY_TEXT] = "-";
	char violations[QUANTITY_TEXT] = "-";
	double any;

	if (s->timed) {
		quantity_text((double)s->sum_ns / (double)s->timed, "ns", mean);
		quantity_text((double)s->max_ns, "ns", max);
	}
	if (measure_value(m, "stmin_violations", &any))
		quantity_text((double)s->stmin_violations, "", violations);
	who_text(&s->from, &s->peer, bus, who);
	writer_text(w, who);
	writer_blanks(w, WHO - (int)strlen(who));
	snprintf(text, sizeof(text), "%9" PRIu64 " %7" PRIu64 " %9s%11s%11s\n", s->pdus, s->broken,
		 violations, mean, max);
	writer_text(w, text);
}

static void put_more(struct writer *w, uint64_t n, const char *what)
{
	if (!n)
		return;
	writer_text(w, "and ");
	writer_decimal(w, n, 1);
	writer_char(w, ' ');
	writer_text(w, what);
	writer_char(w, '\n');
}

/* Where there is but one the report is about that. */
static void put_senders(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	const struct measure_sender *who[MEASURE_SENDERS];
	const size_t n = measure_senders(m, who);
	const bool buses = has_buses(m, about);
	size_t i;

	if (n < 2)
		return;
	writer_text(w, "\nslowest senders first          PDUs  broken   < STmin"
		       "       mean        max\n");
	for (i = 0; i < n && i < SENDERS_TOLD; i++)
		put_sender(w, m, who[i], buses ? perf_report_bus(about, who[i]->from.bus) : "");
	put_more(w, n - i, "more");
	put_more(w, measure_others(m), "PDUs of others");
}

void perf_report_text(struct writer *w, const struct measure *m, const struct perf_report *about)
{
	put_heading(w, about);
	put_counts(w, m, about);
	put_distributions(w, m);
	put_senders(w, m, about);
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
	static const char *const heads[] = { "PDUs", "p50", "p99", "max", "rate", "lost" };

	put_right(w, SWEEP_LENGTH, "length");
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
	put_right(w, SWEEP_LENGTH, text);
	put_value(w, m, "pdus");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(text, sizeof(text), "%s.%s", measure_series_name(series), values[i]);
		put_value(w, m, text);
	}
	put_value(w, m, "rate");
	put_value(w, m, "lost");
	writer_char(w, '\n');
}
