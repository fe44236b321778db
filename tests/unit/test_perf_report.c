/* SPDX-License-Identifier: MIT */
/* Owns the tests of isotpperf's report. */
#include "cli/perf-report.h"
#include "support.h"

static struct measure *m;
static struct writer out;

static const char *written(void)
{
	out.buffer[out.used] = '\0';
	out.used = 0;
	return out.buffer;
}

static void see(uint64_t us, const char *text)
{
	struct isotp_record r = { .time_ns = us * US };

	assert_true(frame_parse(text, &r.frame));
	measure_frame(m, &r);
}

/* A thousand PDUs of 20 bytes in 10 s, with gaps of 5 to 6 ms. */
static void measure_something(void)
{
	static const struct isotp_watch pair = { .a = { .id = { 0x7E0, 11 } },
						 .b = { .id = { 0x7E8, 11 } } };

	m = measure_new(&(struct measure_settings){ .bitrate = 500000 });
	assert_non_null(m);
	assert_int_equal(measure_watch(m, &pair), 0);
	for (uint64_t i = 0; i < 1000; i++) {
		const uint64_t us = i * 10000;
		const struct isotp_observed o = {
			.type = ISOTP_OBSERVED_PDU,
			.status = ISOTP_N_OK,
			.segmented = true,
			.received = 20,
			.first_ns = us * US,
			.last_ns = (us + 5020 + i) * US,
			.flow_controls = 1,
		};

		see(us, "7E0#1014010203040506");
		see(us + 10, "7E8#300005");
		see(us + 20, "7E0#2107080910111213");
		see(us + 5020 + i, "7E0#2214151617181920");
		measure_observed(m, &o);
	}
	measure_span(m, 10 * SECOND);
}

static void test_text(void **state)
{
	const struct perf_report about = {
		.mode = "monitor", .bus = "can0", .length = 20, .bitrate = 500000
	};

	(void)state;
	measure_something();
	perf_report_text(&out, m, &about);
	assert_string_equal(
		written(),
		"can0: monitor, PDUs of 20 bytes\n"
		"PDUs                     1000\n"
		"payload              20.00 kB\n"
		"span                  10.00 s\n"
		"rate               2.000 kB/s\n"
		"frames                   4000\n"
		"broken                      0\n"
		"STmin violations            0\n"
		"BS violations               0\n"
		"bus load               8.64 %  of 500 kbit/s\n"
		"wire's limit           15.0 %  of what back-to-back frames would reach\n"
		"\n"
		"             time per PDU         CF gap   flow control\n"
		"samples              1000           1000           1000\n"
		"min              5.020 ms       5.000 ms       10.00 us\n"
		"mean             5.519 ms       5.500 ms       10.00 us\n"
		"p50              5.521 ms       5.489 ms       10.00 us\n"
		"p90              5.915 ms       5.915 ms       10.00 us\n"
		"p99              6.013 ms       5.980 ms       10.00 us\n"
		"p99.9            6.013 ms       5.999 ms       10.00 us\n"
		"max              6.019 ms       5.999 ms       10.00 us\n");
	measure_free(m);
}

static void test_json(void **state)
{
	const struct perf_report about = { .mode = "monitor", .bus = "a\"b\\c\n\xC3\xA4.log" };

	(void)state;
	measure_something();
	perf_report_json(&out, m, &about);
	assert_string_equal(
		written(),
		"{\"type\":\"report\",\"mode\":\"monitor\",\"bus\":\"a\\\"b\\\\c.log\","
		"\"span\":10.000000000,\"pdus\":1000,\"bytes\":20000,\"rate\":2000.000,"
		"\"frames\":4000,\"broken\":0,\"stmin_violations\":0,\"bs_violations\":0,"
		"\"bus_load\":8.640,\"wire_share\":14.996,"
		"\"time\":{\"count\":1000,\"min\":0.005020000,\"mean\":0.005519500,"
		"\"p50\":0.005521407,\"p90\":0.005914623,\"p99\":0.006012927,"
		"\"p999\":0.006012927,\"max\":0.006019000},"
		"\"gap\":{\"count\":1000,\"min\":0.005000000,\"mean\":0.005499500,"
		"\"p50\":0.005488639,\"p90\":0.005914623,\"p99\":0.005980159,"
		"\"p999\":0.005999000,\"max\":0.005999000},"
		"\"fc\":{\"count\":1000,\"min\":0.000010000,\"mean\":0.000010000,"
		"\"p50\":0.000010000,\"p90\":0.000010000,\"p99\":0.000010000,"
		"\"p999\":0.000010000,\"max\":0.000010000}}\n");
	measure_free(m);
}

/* Nothing is told of what was not measured. */
static void test_empty_report(void **state)
{
	const struct perf_report about = { 0 };

	(void)state;
	m = measure_new(&(struct measure_settings){ .active = true });
	assert_non_null(m);
	perf_report_text(&out, m, &about);
	assert_string_equal(written(), "PDUs                        0\n"
				       "payload                   0 B\n"
				       "broken                      0\n");
	perf_report_json(&out, m, &about);
	assert_string_equal(written(),
			    "{\"type\":\"report\",\"pdus\":0,\"bytes\":0,\"broken\":0}\n");
	measure_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_empty_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
