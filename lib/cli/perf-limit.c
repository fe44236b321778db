/* SPDX-License-Identifier: MIT */
/* Owns how a limit of --fail-if is read and checked. */
#include "perf-limit.h"

#include "quantity.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static int refuse(char why[VALUE_WHY], const char *format,
							...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, VALUE_WHY, format, args);
	va_end(args);
	return -EINVAL;
}

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
		return refuse(why, "is not a rate in bytes a second (800, 80k, 1.5M)");
	if (*end == 'k' || *end == 'M')
		*out *= *end++ == 'k' ? 1e3 : 1e6;
	if (*end && strcmp(end, "B/s") != 0)
		return refuse(why, "is not a rate in bytes a second (800, 80k, 1.5M)");
	return 0;
}

static int read_percent(const char *text, double *out, char why[VALUE_WHY])
{
	const char *end;

	if (!read_number(text, out, &end))
		return refuse(why, "is not a percentage (50%%)");
	if (!*end)
		return refuse(why, "needs a unit (%s%%)", text);
	return strcmp(end, "%") ? refuse(why, "is not a percentage (50%%)") : 0;
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

/* --- the whole --- */

/* By its full name, or as what all distributions have: "p99". */
static const struct measure_metric *find_metric(const char *name, enum measure_series main)
{
	char full[64];

	snprintf(full, sizeof(full), "%s.%s", measure_series_name(main), name);
	return strchr(name, '.') || measure_metric_find(name) ? measure_metric_find(name)
							      : measure_metric_find(full);
}

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

int perf_limit_parse(const char *text, struct perf_limit *limit, char why[VALUE_WHY])
{
	const size_t name = strcspn(text, "<>=");
	const struct measure_metric *metric;
	char value_why[VALUE_WHY];
	const char *value;

	*limit = (struct perf_limit){ 0 };
	if (!name || strlen(text) >= sizeof(limit->text) || !read_op(text + name, limit->op))
		return refuse(why, "is not a limit (METRIC>VALUE: p99>5ms, lost>0)");
	if (name < sizeof(limit->metric))
		memcpy(limit->metric, text, name);
	metric = find_metric(limit->metric, MEASURE_TIME);
	if (!metric)
		return refuse(why, "names no metric (time.p99, gap.max, lost, rate and others)");
	value = text + name + strlen(limit->op);
	if (read_value(metric->unit, value, &limit->value, value_why) < 0)
		return refuse(why, "asks for '%s', which %s", value, value_why);
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
	const struct measure_metric *metric = find_metric(limit->metric, main);
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
