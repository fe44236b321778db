/* SPDX-License-Identifier: MIT */
/* Owns the tests of --fail-if. */
#include "cli/perf-limit.h"
#include "support.h"

static struct measure *m;

/* A thousand transfers of 1 to 1000 us, round trips of 2 ms, three PDUs lost in 2 s. */
static void measure_something(void)
{
	m = measure_new(&(struct measure_settings){ .active = true });
	assert_non_null(m);
	for (uint64_t i = 1; i <= 1000; i++)
		measure_transfer(m, 100, i * US);
	for (int i = 0; i < 10; i++)
		measure_round_trip(m, 2 * MS);
	measure_lost(m, 3);
	measure_span(m, 2 * SECOND);
}

static struct perf_limit parsed(const char *text)
{
	struct perf_limit limit;
	struct perf_limit_refusal no;

	if (perf_limit_parse(text, &limit, &no) < 0)
		fail_msg("'%s' %s", text, no.why);
	assert_string_equal(limit.text, text);
	return limit;
}

static enum perf_limit_state check(const char *text, enum measure_series main,
				   char said[PERF_LIMIT_TEXT])
{
	const struct perf_limit limit = parsed(text);

	strcpy(said, "");
	return perf_limit_check(&limit, m, main, said);
}

static void test_kept_and_exceeded(void **state)
{
	static const char *const kept[] = {
		"max>1ms",	   "max>=1001us", "min<1us",	     "time.max>1000us",
		"p50<400us",	   "p99>1ms",	  "pdus<1000",	     "pdus<=999",
		"bytes>100000",	   "lost>3",	  "lost>=4",	     "rate<50000",
		"rate<50k",	   "rate<0.05M",  "rate<49.999kB/s", "rtt.min<2ms",
		"rtt.max>0.002s",  "broken>0",	  "count<1000",	     "rtt.count>10",
		"time.mean>501us", "p99.9>1ms",	  "time.p99.9>1ms",  " p50 < 400us ",
	};
	static const struct {
		const char *text, *said;
	} exceeded[] = {
		{ "max>999us", "time.max is 1.000 ms" },
		{ "max>=1ms", "time.max is 1.000 ms" },
		{ "time.min<=1us", "time.min is 1.000 us" },
		{ "min<1.001us", "time.min is 1.000 us" },
		{ "max>0", "time.max is 1.000 ms" },
		{ "pdus<1001", "pdus is 1000" },
		{ "pdus<=1000", "pdus is 1000" },
		{ "bytes>=100000", "bytes is 100.0 kB" },
		{ "lost>0", "lost is 3" },
		{ "lost>=3", "lost is 3" },
		{ "lost>0x2", "lost is 3" },
		{ "rate<1M", "rate is 50.00 kB/s" },
		{ "rate<=50kB/s", "rate is 50.00 kB/s" },
		{ "rate>49999.5", "rate is 50.00 kB/s" },
		{ "rtt.p99>1999us", "rtt.p99 is 2.000 ms" },
		{ "broken>=0", "broken is 0" },
		{ "p99.9>1us", "time.p999 is 999.0 us" },
		{ "rtt.p99.9>1us", "rtt.p999 is 2.000 ms" },
		{ "  lost  >=  3  ", "lost is 3" },
	};
	char said[PERF_LIMIT_TEXT], want[PERF_LIMIT_TEXT];

	(void)state;
	measure_something();
	for (size_t i = 0; i < COUNT(kept); i++) {
		assert_int_equal(check(kept[i], MEASURE_TIME, said), PERF_LIMIT_KEPT);
		assert_string_equal(said, "");
	}
	for (size_t i = 0; i < COUNT(exceeded); i++) {
		assert_int_equal(check(exceeded[i].text, MEASURE_TIME, said), PERF_LIMIT_EXCEEDED);
		snprintf(want, sizeof(want), "--fail-if=%s: %s", exceeded[i].text,
			 exceeded[i].said);
		assert_string_equal(said, want);
	}
	measure_free(m);
}

/* A bare name is of what the program is about. */
static void test_bare_names(void **state)
{
	char said[PERF_LIMIT_TEXT];

	(void)state;
	measure_something();
	assert_int_equal(check("p99>1.5ms", MEASURE_TIME, said), PERF_LIMIT_KEPT);
	assert_int_equal(check("p99>1.5ms", MEASURE_RTT, said), PERF_LIMIT_EXCEEDED);
	assert_string_equal(said, "--fail-if=p99>1.5ms: rtt.p99 is 2.000 ms");
	assert_int_equal(check("time.p99>1.5ms", MEASURE_RTT, said), PERF_LIMIT_KEPT);
	measure_free(m);
}

/* What was not measured was not kept. */
static void test_not_measured(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "gap.p99>5ms", "gap.p99 was not measured: no two consecutive frames of a block "
				 "were seen" },
		{ "gap.p99<5ms", "gap.p99 was not measured: no two consecutive frames of a block "
				 "were seen" },
		{ "damaged>0", "damaged was not measured: no PDU came that counts" },
		{ "bus_load>50%", "bus_load was not measured: it needs --bitrate" },
		{ "stmin_violations>0", "stmin_violations was not measured: no PDU with flow "
					"control was seen" },
	};
	char said[PERF_LIMIT_TEXT], want[PERF_LIMIT_TEXT];

	(void)state;
	measure_something();
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(check(cases[i].text, MEASURE_TIME, said), PERF_LIMIT_NOT_MEASURED);
		snprintf(want, sizeof(want), "--fail-if=%s: %s", cases[i].text, cases[i].said);
		assert_string_equal(said, want);
	}
	measure_free(m);
}

static void test_refused(void **state)
{
	static const char not_a_limit[] = "is not a limit (METRIC>VALUE: p99>5ms, lost>0)";
	static const char no_metric[] = "names no metric";
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", not_a_limit },
		{ "p99", not_a_limit },
		{ ">5ms", not_a_limit },
		{ "p99=5ms", not_a_limit },
		{ "p99==5ms", not_a_limit },
		{ "p99 5ms", not_a_limit },
		{ "lost>00000000000000000000000000000000000000000000000000000000000000000000",
		  not_a_limit },
		{ " >5ms", not_a_limit },
		{ "p99> =5ms",
		  "asks for '=5ms', which is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "p98>5ms", no_metric },
		{ "p 99>5ms", no_metric },
		{ "latency>5ms", no_metric },
		{ "time>5ms", "names a distribution, not a value of it" },
		{ "time.>5ms", no_metric },
		{ "time.p99.99>5ms", no_metric },
		{ "ap99.9>5ms", no_metric },
		{ "a_name_that_is_longer_than_any>1", no_metric },
		{ "p99>5", "asks for '5', which needs a unit (5s, 5ms)" },
		{ "p99>", "asks for '', which is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "p99>>5ms",
		  "asks for '>5ms', which is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "p99> 5 ms",
		  "asks for '5 ms', which is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "p99>-5ms",
		  "asks for '-5ms', which is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "p99>0.1ns", "asks for '0.1ns', which is finer than a nanosecond" },
		{ "lost>1ms",
		  "asks for '1ms', which is not a number from 0 to 18446744073709551615" },
		{ "lost>-1",
		  "asks for '-1', which is not a number from 0 to 18446744073709551615" },
		{ "lost>", "asks for '', which is not a number from 0 to 18446744073709551615" },
		{ "bus_load>50", "asks for '50', which needs a unit (50%)" },
		{ "bus_load>50%%", "asks for '50%%', which is not a percentage (50%)" },
		{ "bus_load>half", "asks for 'half', which is not a percentage (50%)" },
		{ "bus_load>.5%", "asks for '.5%', which is not a percentage (50%)" },
		{ "bus_load>5.%", "asks for '5.%', which is not a percentage (50%)" },
		{ "rate<80K",
		  "asks for '80K', which is not a rate in bytes a second (800, 80k, 1.5M)" },
		{ "rate<80kb",
		  "asks for '80kb', which is not a rate in bytes a second (800, 80k, 1.5M)" },
		{ "rate<1e6",
		  "asks for '1e6', which is not a rate in bytes a second (800, 80k, 1.5M)" },
		{ "rate<nan",
		  "asks for 'nan', which is not a rate in bytes a second (800, 80k, 1.5M)" },
	};
	struct perf_limit limit;
	struct perf_limit_refusal no;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(perf_limit_parse(cases[i].text, &limit, &no) < 0);
		assert_string_equal(no.why, cases[i].why);
	}
}

/* What was meant, if that can be guessed. */
static void test_ways_out(void **state)
{
#define TOLD "count, min, mean, p50, p90, p99, p999, max"
	static const char page[] = "METRICS in isotp(7)";
	static const struct {
		const char *text, *way_out;
	} cases[] = {
		{ "gap>5ms", "--fail-if='gap.max>5ms'; there are " TOLD },
		{ "time <= 1s", "--fail-if='time.max<= 1s'; there are " TOLD },
		{ "p95>5ms", "one of " TOLD },
		{ "rtt.p95>5ms", "one of " TOLD },
		{ "gap.average>5ms", "one of " TOLD },
		{ "STmin violations>0", "--fail-if='stmin_violations>0'" },
		{ "bus-load>50%", "--fail-if='bus_load>50%'" },
		{ "Lost>0", "--fail-if='lost>0'" },
		{ "P99>5ms", "--fail-if='p99>5ms'" },
		{ "latency>5ms", page },
		{ "cycle.p99>5ms", page },
		{ "pace>5ms", page },
		{ "gap.p99",
		  "quotes, as in --fail-if='p99>5ms': else the shell takes > for itself" },
		{ "", "" },
		{ "5ms", "" },
		{ "p99=5ms", "" },
		{ "p99>5", "" },
	};
#undef TOLD
	struct perf_limit limit;
	struct perf_limit_refusal no;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(perf_limit_parse(cases[i].text, &limit, &no) < 0);
		assert_string_equal(no.way_out, cases[i].way_out);
	}
}

/* Every metric can be asked for, with the longest of values. */
static void test_every_metric(void **state)
{
	(void)state;
	for (const struct measure_metric *i = measure_metrics(); i->name; i++) {
		const char *unit = !strcmp(i->unit, "ns") ? "ms" : i->unit;
		struct perf_limit limit;
		char text[PERF_LIMIT_MAX];

		snprintf(text, sizeof(text), "%s<=25%s", i->name, strcmp(unit, "B") ? unit : "");
		limit = parsed(text);
		assert_string_equal(limit.metric, i->name);
		assert_string_equal(limit.op, "<=");
		assert_true(limit.value == (strcmp(unit, "ms") ? 25 : 25e6));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_and_exceeded), cmocka_unit_test(test_bare_names),
		cmocka_unit_test(test_not_measured),	  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ways_out),	  cmocka_unit_test(test_every_metric),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
