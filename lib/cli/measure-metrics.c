/* SPDX-License-Identifier: MIT */
/* Owns the metrics: their names, units and meanings, their values, and what a missing one lacks. */
#include "measure-internal.h"

#include <string.h>

/* --- loads --- */

static double ns_of(const struct measure *m, const struct isotp_wire_bits *bits)
{
	return (double)isotp_wire_ns(bits, m->settings.bitrate, m->settings.dbitrate);
}

static const char *no_rates(const struct measure *m)
{
	if (!m->settings.bitrate)
		return "it needs --bitrate";
	if (m->brs && !m->settings.dbitrate)
		return "frames with bit rate switch need --dbitrate";
	return NULL;
}

unsigned int measure_buses(const struct measure *m, uint16_t *busiest)
{
	unsigned int n = 0;
	double most = -1;

	*busiest = 0;
	for (uint16_t i = 0; i < MEASURE_BUSES; i++) {
		const double ns = ns_of(m, &m->buses[i].bits);

		n += m->buses[i].seen;
		if (!m->buses[i].seen || ns <= most)
			continue;
		*busiest = i;
		most = ns;
	}
	return n;
}

/* Of a bus, over the time in which any was seen. */
static const char *bus_load(const struct measure *m, const struct measure_metric *metric,
			    double *value)
{
	uint16_t busiest;
	const double span = (double)measure_bus_span_ns(m);

	(void)metric;
	if (no_rates(m))
		return no_rates(m);
	if (!m->bus_frames)
		return "no frame was seen";
	if (!(span > 0))
		return "no time has passed";
	measure_buses(m, &busiest);
	*value = 100 * ns_of(m, &m->buses[busiest].bits) / span;
	return NULL;
}

#define REVEALED "of the transfer that revealed the pair nothing is measured: --pair measures all"

/* Back to back, the frames of a transfer need all of its time: 100 %. */
static const char *wire_share(const struct measure *m, const struct measure_metric *metric,
			      double *value)
{
	double needed = ns_of(m, &m->needed);
	double span = (double)m->transfers_ns + ns_of(m, &m->needed_first);

	(void)metric;
	if (no_rates(m))
		return no_rates(m);
	if (!m->transfers) {
		needed = ns_of(m, &m->needed_timed);
		span = (double)m->timed_ns;
	}
	if (m->transfers && !m->transfers_ns)
		return "no time has passed";
	if (!(needed > 0) || !(span > 0))
		return m->revealed ? REVEALED : "no whole segmented PDU was seen";
	*value = 100 * needed / span;
	return NULL;
}

static const char *rate(const struct measure *m, const struct measure_metric *metric, double *value)
{
	const double span = (double)measure_span_ns(m);

	(void)metric;
	if (!(span > 0))
		return "no time has passed";
	*value = (double)m->counts[COUNT_BYTES] * 1e9 / span;
	return NULL;
}

/* --- counts --- */

static const char *frames(const struct measure *m, const struct measure_metric *metric,
			  double *value)
{
	(void)metric;
	*value = (double)m->frames;
	return m->frames || !m->settings.active ? NULL : "no frame was seen";
}

/* Who looks on has looked for broken PDUs if there was any PDU at all. */
static const char *not_looked_for(const struct measure *m, int which)
{
	switch (which) {
	case COUNT_BROKEN:
		return m->settings.active ? NULL : "no PDU was seen";
	case COUNT_LOST:
	case COUNT_DAMAGED:
	case COUNT_REORDERED:
		return "no PDU came that counts";
	case COUNT_STMIN_VIOLATIONS:
	case COUNT_BS_VIOLATIONS:
		return "no PDU with flow control was seen";
	default:
		return NULL;
	}
}

static const char *count(const struct measure *m, const struct measure_metric *metric,
			 double *value)
{
	*value = (double)m->counts[metric->count];
	return m->looked_for[metric->count] ? NULL : not_looked_for(m, metric->count);
}

/* --- distributions --- */

static const char *no_samples(const struct measure *m, enum measure_series series)
{
	switch (series) {
	case MEASURE_TIME:
		return m->settings.active ? "no PDU was timed" : "no whole segmented PDU was seen";
	case MEASURE_GAP:
		return m->revealed ? REVEALED : "no two consecutive frames of a block were seen";
	case MEASURE_FC:
		return m->revealed ? REVEALED : "no flow control was seen";
	default:
		return "there was no round trip";
	}
}

static const char *sample_count(const struct measure *m, const struct measure_metric *metric,
				double *value)
{
	*value = (double)m->stats[metric->series].count;
	return NULL;
}

static const char *of_samples(const struct measure *m, const struct measure_metric *metric,
			      double sample, double *value)
{
	*value = sample;
	return m->stats[metric->series].count ? NULL : no_samples(m, metric->series);
}

static const char *shortest(const struct measure *m, const struct measure_metric *metric,
			    double *value)
{
	return of_samples(m, metric, (double)m->stats[metric->series].min, value);
}

static const char *longest(const struct measure *m, const struct measure_metric *metric,
			   double *value)
{
	return of_samples(m, metric, (double)m->stats[metric->series].max, value);
}

static const char *mean(const struct measure *m, const struct measure_metric *metric, double *value)
{
	return of_samples(m, metric, stats_mean(&m->stats[metric->series]), value);
}

static const char *percentile(const struct measure *m, const struct measure_metric *metric,
			      double *value)
{
	const struct stats *s = &m->stats[metric->series];

	return of_samples(m, metric, (double)stats_percentile(s, metric->percent), value);
}

/* --- the table --- */

/* clang-format off */
#define COUNT(which) .series = MEASURE_SERIES, .get = count, .count = COUNT_ ## which
#define OTHER(how) .series = MEASURE_SERIES, .get = how
#define SAMPLES(of, name, how) .series = of, .which = name, .get = how, .timed = true
#define PERCENTILE(series, which, p) SAMPLES(series, which, percentile), .percent = p

#define DISTRIBUTION(name, series, what) \
	{ name ".count", "", "how many there were: " what, SAMPLES(series, "count", sample_count) }, \
	{ name ".min", "ns", "the shortest " what, SAMPLES(series, "min", shortest) }, \
	{ name ".mean", "ns", "the mean " what, SAMPLES(series, "mean", mean) }, \
	{ name ".p50", "ns", "the median " what, PERCENTILE(series, "p50", 50) }, \
	{ name ".p90", "ns", "what 90 % keep to: " what, PERCENTILE(series, "p90", 90) }, \
	{ name ".p99", "ns", "what 99 % keep to: " what, PERCENTILE(series, "p99", 99) }, \
	{ name ".p999", "ns", "what 99.9 % keep to: " what, PERCENTILE(series, "p999", 99.9) }, \
	{ name ".max", "ns", "the longest " what, SAMPLES(series, "max", longest) }

static const struct measure_metric metrics[] = {
	{ "pdus", "", "PDUs that were sent, received or seen whole", COUNT(PDUS) },
	{ "bytes", "B", "their payload", COUNT(BYTES) },
	{ "rate", "B/s", "their payload a second", OTHER(rate), .timed = true },
	{ "frames", "", "CAN frames of what is measured", OTHER(frames) },
	{ "broken", "", "PDUs that broke", COUNT(BROKEN) },
	{ "lost", "", "PDUs that did not come", COUNT(LOST) },
	{ "damaged", "", "PDUs with another content than was sent", COUNT(DAMAGED) },
	{ "reordered", "", "PDUs that came after a younger one", COUNT(REORDERED) },
	{ "stmin_violations", "", "consecutive frames sooner than STmin after the last",
	  COUNT(STMIN_VIOLATIONS), .timed = true },
	{ "bs_violations", "", "blocks longer than BS", COUNT(BS_VIOLATIONS) },
	{ "bus_load", "%", "of the time in which frames kept the busiest bus busy",
	  OTHER(bus_load), .timed = true },
	{ "wire_share", "%", "of what the wire allows: the time that the frames of the PDUs need",
	  OTHER(wire_share), .timed = true },
	DISTRIBUTION("time", MEASURE_TIME, "time of a PDU"),
	DISTRIBUTION("gap", MEASURE_GAP, "gap between two consecutive frames of a block"),
	DISTRIBUTION("fc", MEASURE_FC, "wait for a flow control"),
	DISTRIBUTION("rtt", MEASURE_RTT, "round trip"),
	{ .name = NULL },
};
/* clang-format on */

const struct measure_metric *measure_metrics(void)
{
	return metrics;
}

const struct measure_metric *measure_metric_find(const char *name)
{
	for (const struct measure_metric *metric = metrics; metric->name; metric++)
		if (!strcmp(metric->name, name))
			return metric;
	return NULL;
}

/* NULL: *value is it. */
static const char *get(const struct measure *m, const struct measure_metric *metric, double *value)
{
	if (m->untimed && metric->timed)
		return "the frames have no times";
	return metric->get(m, metric, value);
}

bool measure_value(const struct measure *m, const char *name, double *value)
{
	const struct measure_metric *metric = measure_metric_find(name);
	double v = 0;

	if (!metric || get(m, metric, &v))
		return false;
	*value = v;
	return true;
}

const char *measure_why(const struct measure *m, const char *name)
{
	const struct measure_metric *metric = measure_metric_find(name);
	double ignored = 0;

	return metric ? get(m, metric, &ignored) : NULL;
}
