/* SPDX-License-Identifier: MIT */
/* Owns how a limit of --fail-if is read and checked. */
#include "perf-limit.h"

#include "quantity.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	TOLD_TEXT = 64,
	KIN = 3, /* letters that say what somebody means */
};

/* --- values --- */

/* Digits, and a point with digits; *end is what follows. */
static bool read_number(const char *s, double *out, const char **end)
{
	const char *const digits = "0123456789";
	const size_t whole = strspn(s, digits);
	double scale = 1, v = 0;

	if (!whole || whole > 15)
		return false;
	for (size_t i = 0; i < whole; i++)
		v = v * 10 + (s[i] - '0');
	s += whole;
	if (*s == '.') {
		s++;
		if (!strspn(s, digits) || strspn(s, digits) > 9)
			return false;
		for (; *s >= '0' && *s <= '9'; s++)
			v += (*s - '0') * (scale /= 10);
	}
	*out = v;
	*end = s;
	return true;
}

/* 80k, 1.5M, 80kB/s, 512 */
static int read_rate(const char *text, double *out, char why[VALUE_WHY])
{
	const char *end;

	if (!read_number(text, out, &end))
		return value_refuse(why, "is not a rate in bytes a second (800, 80k, 1.5M)");
	if (*end == 'k' || *end == 'M')
		*out *= *end++ == 'k' ? 1e3 : 1e6;
	if (*end && strcmp(end, "B/s") != 0)
		return value_refuse(why, "is not a rate in bytes a second (800, 80k, 1.5M)");
	return 0;
}

static int read_percent(const char *text, double *out, char why[VALUE_WHY])
{
	const char *end;

	if (!read_number(text, out, &end))
		return value_refuse(why, "is not a percentage (50%%)");
	if (!*end)
		return value_refuse(why, "needs a unit (%s%%)", text);
	return strcmp(end, "%") ? value_refuse(why, "is not a percentage (50%%)") : 0;
}

static int read_value(const char *unit, const char *text, double *out, char why[VALUE_WHY])
{
	uint64_t whole;

	if (!strcmp(unit, "B/s"))
		return read_rate(text, out, why);
	if (!strcmp(unit, "%"))
		return read_percent(text, out, why);
	if (!strcmp(unit, "ns")) {
		if (value_duration(text, 0, UINT64_MAX, &whole, why) < 0)
			return -EINVAL;
	} else if (value_count(text, 0, UINT64_MAX, &whole, why) < 0) {
		return -EINVAL;
	}
	*out = (double)whole;
	return 0;
}

/* --- names --- */

/* By its full name, or as what all distributions have: "p99". */
static const struct measure_metric *find_metric(const char *name, enum measure_series main)
{
	char full[64];

	snprintf(full, sizeof(full), "%s.%s", measure_series_name(main), name);
	return strchr(name, '.') || measure_metric_find(name) ? measure_metric_find(name)
							      : measure_metric_find(full);
}

const struct measure_metric *perf_limit_metric(const struct perf_limit *limit,
					       enum measure_series main)
{
	return find_metric(limit->metric, main);
}

/* A distribution, of `len` characters. */
static bool is_distribution(const char *name, size_t len)
{
	for (int i = 0; i < MEASURE_SERIES; i++) {
		const char *series = measure_series_name((enum measure_series)i);

		if (strlen(series) == len && !strncmp(name, series, len))
			return true;
	}
	return false;
}

/* Of a distribution, but nothing that is told: "gap.p95", "p95". */
static bool is_untold(const char *name)
{
	return name[strcspn(name, ".")] ? is_distribution(name, strcspn(name, "."))
					: name[0] == 'p' && isdigit((unsigned char)name[1]);
}

/* What is told of a distribution: "min, mean". */
static void list_told(char text[TOLD_TEXT])
{
	size_t used = 0;

	*text = '\0';
	for (const struct measure_metric *i = measure_metrics(); i->name && used < TOLD_TEXT; i++) {
		if (i->series != MEASURE_TIME)
			continue;
		used += (size_t)snprintf(text + used, TOLD_TEXT - used, "%s%s", used ? ", " : "",
					 i->which);
	}
}

/* A metric that begins as the name does, "loss" or "damage", or holds it, "load". */
static const struct measure_metric *kin_of(const char *name)
{
	if (strlen(name) < KIN)
		return NULL;
	for (const struct measure_metric *i = measure_metrics(); i->name; i++)
		if (!i->which && (!strncmp(i->name, name, KIN) || strstr(i->name, name)))
			return i;
	return NULL;
}

/* The name of a metric that differs as a report's words do, "STmin violations", or is nearly
 * right. */
static bool resemble(const char *name, char like[PERF_LIMIT_MAX])
{
	const struct measure_metric *kin;
	size_t n = 0;

	for (; name[n]; n++) {
		const char c = name[n];

		like[n] = c == ' ' || c == '-' ? '_' : (char)tolower((unsigned char)c);
	}
	like[n] = '\0';
	if (find_metric(like, MEASURE_TIME))
		return true;
	kin = kin_of(like);
	if (kin)
		snprintf(like, PERF_LIMIT_MAX, "%s", kin->name);
	return kin;
}

/* p99.9, as reports have it, is p999. */
static void join_percentile(char *name)
{
	char *at = strstr(name, "p99.9");

	if (at && !at[5] && (at == name || at[-1] == '.'))
		strcpy(at, "p999");
}

static int refuse_name(const char *name, const char *rest, struct perf_limit_refusal *no)
{
	char like[PERF_LIMIT_MAX], told[TOLD_TEXT];

	list_told(told);
	if (is_distribution(name, strlen(name))) {
		snprintf(no->way_out, sizeof(no->way_out), "--fail-if='%s.max%s'; there are %s",
			 name, rest, told);
		return value_refuse(no->why, "names a distribution, not a value of it");
	}
	if (is_untold(name))
		snprintf(no->way_out, sizeof(no->way_out), "one of %s", told);
	else if (resemble(name, like))
		snprintf(no->way_out, sizeof(no->way_out), "--fail-if='%s%s'", like, rest);
	else
		snprintf(no->way_out, sizeof(no->way_out), "METRICS in isotp(7)");
	return value_refuse(no->why, "names no metric");
}

/* --- the whole --- */

/* Whether one of > >= < <= begins here; copies it. */
static bool read_op(const char *text, char op[3])
{
	static const char *const ops[] = { ">=", "<=", ">", "<" };

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strncmp(text, ops[i], strlen(ops[i])) != 0)
			continue;
		memcpy(op, ops[i], strlen(ops[i]) + 1);
		return true;
	}
	return false;
}

/* A part of a limit, without the blanks around it. */
static void copy_part(char out[PERF_LIMIT_MAX], const char *from, size_t len)
{
	for (; len && *from == ' '; len--)
		from++;
	while (len && from[len - 1] == ' ')
		len--;
	memcpy(out, from, len);
	out[len] = '\0';
}

/* A name alone is what the shell leaves of an unquoted limit. */
static int refuse_shape(const char *text, struct perf_limit_refusal *no)
{
	if (find_metric(text, MEASURE_TIME))
		snprintf(no->way_out, sizeof(no->way_out),
			 "quotes, as in --fail-if='p99>5ms': else the shell takes > for itself");
	return value_refuse(no->why, "is not a limit (METRIC>VALUE: p99>5ms, lost>0)");
}

int perf_limit_parse(const char *text, struct perf_limit *limit, struct perf_limit_refusal *no)
{
	const size_t len = strcspn(text, "<>=");
	char value[PERF_LIMIT_MAX], value_why[VALUE_WHY];
	const struct measure_metric *metric;
	const char *rest = text + len;

	*limit = (struct perf_limit){ 0 };
	*no = (struct perf_limit_refusal){ 0 };
	if (strlen(text) >= sizeof(limit->text))
		return refuse_shape("", no);
	copy_part(limit->metric, text, len);
	if (!*limit->metric || !read_op(rest, limit->op))
		return refuse_shape(text, no);
	join_percentile(limit->metric);
	metric = find_metric(limit->metric, MEASURE_TIME);
	if (!metric)
		return refuse_name(limit->metric, rest, no);
	copy_part(value, rest + strlen(limit->op), strlen(rest) - strlen(limit->op));
	if (read_value(metric->unit, value, &limit->value, value_why) < 0)
		return value_refuse(no->why, "asks for '%s', which %s", value, value_why);
	snprintf(limit->text, sizeof(limit->text), "%s", text);
	return 0;
}

static bool exceeded(const struct perf_limit *limit, double value)
{
	if (value == limit->value)
		return limit->op[1] == '=';
	return (value > limit->value) == (limit->op[0] == '>');
}

enum perf_limit_state perf_limit_check(const struct perf_limit *limit, const struct measure *m,
				       enum measure_series main, char text[PERF_LIMIT_TEXT])
{
	const struct measure_metric *metric = perf_limit_metric(limit, main);
	char measured[QUANTITY_TEXT];
	double value;

	if (!measure_value(m, metric->name, &value)) {
		snprintf(text, PERF_LIMIT_TEXT, "--fail-if=%s: %s was not measured: %s",
			 limit->text, metric->name, measure_why(m, metric->name));
		return PERF_LIMIT_NOT_MEASURED;
	}
	if (!exceeded(limit, value))
		return PERF_LIMIT_KEPT;
	snprintf(text, PERF_LIMIT_TEXT, "--fail-if=%s: %s is %s", limit->text, metric->name,
		 quantity_text(value, metric->unit, measured));
	return PERF_LIMIT_EXCEEDED;
}
