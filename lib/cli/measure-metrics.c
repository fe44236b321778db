/* SPDX-License-Identifier: MIT */
/* Owns the metrics: their names, units and meanings, their values, and what a missing one lacks. */
#include "measure-internal.h"

#include <string.h>

/* clang-format off */
#define DISTRIBUTION(name, what)                                \
	{ name ".count", "", "how many there were: " what },    \
	{ name ".min", "ns", "the shortest " what },            \
	{ name ".mean", "ns", "the mean " what },               \
	{ name ".p50", "ns", "the median " what },              \
	{ name ".p90", "ns", "what 90 % keep to: " what },      \
	{ name ".p99", "ns", "what 99 % keep to: " what },      \
	{ name ".p999", "ns", "what 99.9 % keep to: " what },   \
	{ name ".max", "ns", "the longest " what }
/* clang-format on */

static const struct measure_metric metrics[] = {
	{ "pdus", "", "PDUs that were sent, received or seen whole" },
	{ "bytes", "B", "their payload" },
	{ "rate", "B/s", "their payload a second" },
	{ "frames", "", "CAN frames of what is measured" },
	{ "broken", "", "PDUs that broke" },
	{ "lost", "", "PDUs that did not come" },
	{ "damaged", "", "PDUs with another content than was sent" },
	{ "reordered", "", "PDUs that came after a younger one" },
	{ "stmin_violations", "", "consecutive frames sooner than STmin after the last" },
	{ "bs_violations", "", "blocks longer than BS" },
	{ "bus_load", "%", "of the time in which frames kept the busiest bus busy" },
	{ "wire_share", "%", "of what the wire allows: the time that the frames of the PDUs need" },
	DISTRIBUTION("time", "time of a PDU"),
	DISTRIBUTION("gap", "gap between two consecutive frames of a block"),
	DISTRIBUTION("fc", "wait for a flow control"),
	DISTRIBUTION("rtt", "round trip"),
	{ NULL, NULL, NULL },
};

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
static const char *bus_load(const struct measure *m, double *value)
{
	uint16_t busiest;
	const double span = (double)measure_bus_span_ns(m);

	if (no_rates(m))
		return no_rates(m);
	if (!m->bus_frames && (m->settings.active || !m->span_ns))
		return "no frame was seen";
	if (!(span > 0))
		return "no time has passed";
	measure_buses(m, &busiest);
	*value = 100 * ns_of(m, &m->buses[busiest].bits) / span;
	return NULL;
}

#define REVEALED "of the transfer that revealed the pair nothing is measured: --pair measures all"

/* Back to back, the frames of a transfer need all of its time: 100 %. */
static const char *wire_share(const struct measure *m, double *value)
{
	double needed = ns_of(m, &m->needed);
	double span = (double)m->transfers_ns + ns_of(m, &m->needed_first);

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

static const char *rate(const struct measure *m, double *value)
{
	const double span = (double)measure_span_ns(m);

	if (!(span > 0))
		return "no time has passed";
	*value = (double)m->bytes * 1e9 / span;
	return NULL;
}

/* --- counts --- */

static const char *count_of(uint64_t n, bool looked_for, const char *why, double *value)
{
	*value = (double)n;
	return looked_for ? NULL : why;
}

static const char *pdus(const struct measure *m, double *value)
{
	return count_of(m->pdus, true, NULL, value);
}

static const char *bytes(const struct measure *m, double *value)
{
	return count_of(m->bytes, true, NULL, value);
}

static const char *frames(const struct measure *m, double *value)
{
	return count_of(m->frames, m->frames || !m->settings.active, "no frame was seen", value);
}

static const char *broken(const struct measure *m, double *value)
{
	return count_of(m->broken, true, NULL, value);
}

#define UNCHECKED "only --sink and --ping check what comes"

static const char *lost(const struct measure *m, double *value)
{
	return count_of(m->lost, m->checked_lost, UNCHECKED, value);
}

static const char *damaged(const struct measure *m, double *value)
{
	return count_of(m->damaged, m->checked_damaged, UNCHECKED, value);
}

static const char *reordered(const struct measure *m, double *value)
{
	return count_of(m->reordered, m->checked_reordered, UNCHECKED, value);
}

#define UNCONTROLLED "no PDU with flow control was seen"

static const char *stmin_violations(const struct measure *m, double *value)
{
	return count_of(m->stmin_violations, m->flow_controlled, UNCONTROLLED, value);
}

static const char *bs_violations(const struct measure *m, double *value)
{
	return count_of(m->bs_violations, m->flow_controlled, UNCONTROLLED, value);
}

static const struct {
	const char *name;
	const char *(*get)(const struct measure *m, double *value);
} plain[] = {
	{ "pdus", pdus },
	{ "bytes", bytes },
	{ "rate", rate },
	{ "frames", frames },
	{ "broken", broken },
	{ "lost", lost },
	{ "damaged", damaged },
	{ "reordered", reordered },
	{ "stmin_violations", stmin_violations },
	{ "bs_violations", bs_violations },
	{ "bus_load", bus_load },
	{ "wire_share", wire_share },
};

/* --- distributions --- */

static const char *no_samples(const struct measure *m, const struct stats *s)
{
	switch ((enum measure_series)(s - m->stats)) {
	case MEASURE_TIME:
		return m->settings.active ? "no PDU was timed" : "no whole segmented PDU was seen";
	case MEASURE_GAP:
		return m->revealed ? REVEALED : "no two consecutive frames of a block were seen";
	case MEASURE_FC:
		return m->revealed ? REVEALED : "no flow control was seen";
	case MEASURE_RTT:
	case MEASURE_SERIES:
		break;
	}
	return "there was no round trip";
}

static double value_of(const struct stats *s, const char *which)
{
	static const struct {
		const char *name;
		double percent;
	} percentiles[] = { { "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "p999", 99.9 } };

	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		if (!strcmp(which, percentiles[i].name))
			return (double)stats_percentile(s, percentiles[i].percent);
	if (!strcmp(which, "min"))
		return (double)s->min;
	if (!strcmp(which, "max"))
		return (double)s->max;
	return !strcmp(which, "count") ? (double)s->count : stats_mean(s);
}

static const char *sampled(const struct measure *m, const char *name, double *value)
{
	const size_t n = strcspn(name, ".");

	for (int i = 0; i < MEASURE_SERIES; i++) {
		const char *series = measure_series_name((enum measure_series)i);

		if (strlen(series) != n || strncmp(series, name, n) != 0)
			continue;
		*value = value_of(&m->stats[i], name + n + 1);
		if (!m->stats[i].count && strcmp(name + n, ".count") != 0)
			return no_samples(m, &m->stats[i]);
	}
	return NULL;
}

static bool needs_times(const char *name)
{
	static const char *const names[] = { "rate", "stmin_violations", "bus_load", "wire_share" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return strchr(name, '.') != NULL;
}

/* NULL: *value is it. */
static const char *get(const struct measure *m, const char *name, double *value)
{
	if (m->untimed && needs_times(name))
		return "the frames have no times";
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(plain[i].name, name))
			return plain[i].get(m, value);
	return sampled(m, name, value);
}

bool measure_value(const struct measure *m, const char *name, double *value)
{
	double v = 0;

	if (!measure_metric_find(name) || get(m, name, &v))
		return false;
	*value = v;
	return true;
}

const char *measure_why(const struct measure *m, const char *name)
{
	double ignored = 0;

	return measure_metric_find(name) ? get(m, name, &ignored) : NULL;
}
