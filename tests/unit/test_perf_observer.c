/* SPDX-License-Identifier: MIT */
/* Owns the tests of whose frames isotpperf's observer measures. */
#include "support.h"

#include "cli/perf-observer.h"

/* An observer and what it measures into. */
static struct {
	struct perf_settings settings;
	struct perf_results results;
	struct perf_observer observer;
	struct isotp_config config;
	uint64_t number;
} rig;

static void start(enum perf_mode mode, const struct isotp_watch *pairs, int n, uint32_t bitrate)
{
	memset(&rig, 0, sizeof(rig));
	rig.settings.mode = mode;
	rig.settings.bitrate = bitrate;
	rig.settings.n_pairs = n;
	if (n)
		memcpy(rig.settings.pairs, pairs, (size_t)n * sizeof(*pairs));
	rig.config = config_classic();
	assert_int_equal(perf_results_open(&rig.results, &rig.settings, "can0"), TOOL_DONE);
	assert_int_equal(perf_observer_open(&rig.observer, &rig.results, &rig.config, PERF_MAX_PDU),
			 TOOL_DONE);
	assert_int_equal(perf_results_begin(&rig.results, 0), TOOL_DONE);
}

static void stop(void)
{
	perf_observer_close(&rig.observer);
	perf_results_close(&rig.results);
}

static void see(uint64_t us, const char *text)
{
	struct isotp_record r = { .time_ns = us * US, .number = rig.number++ };

	assert_true(frame_parse(text, &r.frame));
	perf_observer_take(&rig.observer, &r, 1);
}

static double value(const char *name)
{
	double v = -1;

	measure_value(rig.results.into, name, &v);
	return v;
}

static void expect(const char *name, double want)
{
	if (value(name) < want - 1e-6 || value(name) > want + 1e-6)
		fail_msg("%s is %f, not %f", name, value(name), want);
}

static const struct isotp_watch forth = { .a = { .id = { 0x7E0, 11 } },
					  .b = { .id = { 0x7E8, 11 } } };
static const struct isotp_watch both[] = {
	{ .a = { .id = { 0x7E0, 11 } }, .b = { .id = { 0x7E8, 11 } } },
	{ .a = { .id = { 0x7E8, 11 } }, .b = { .id = { 0x7E0, 11 } } },
};

/* A request of two consecutive frames, its answer of three, strangers around and between. */
static void see_dialog(void)
{
	see(0, "123#11");
	see(100, "7E0#1014010203040506");
	see(200, "7E8#300000");
	see(300, "7E0#2107080910111213");
	see(400, "123#11");
	see(800, "7E0#2214151617181920");
	see(5000, "7E8#101B010203040506");
	see(5010, "7E0#300000");
	see(5020, "7E8#2107080910111213");
	see(5030, "7E8#2214151617181920");
	see(5040, "7E8#2321222324252627");
	see(9000, "123#11");
}

/* What is measured is the same whether the bit rate is known or not. */
static void test_one_way(void **state)
{
	static const uint32_t bitrates[] = { 0, 500000 };

	(void)state;
	for (size_t i = 0; i < COUNT(bitrates); i++) {
		start(PERF_MONITOR, &forth, 1, bitrates[i]);
		see_dialog();
		expect("pdus", 1);
		expect("bytes", 20);
		expect("frames", 4);
		expect("rate", 20 / 700e-6);
		expect("gap.count", 1);
		expect("gap.max", 500 * US);
		expect("fc.count", 1);
		expect("fc.max", 100 * US);
		expect("time.count", 1);
		expect("broken", 0);
		stop();
	}
}

static void test_both_ways(void **state)
{
	static const uint32_t bitrates[] = { 0, 500000 };

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(bitrates); i++) {
		if (i < COUNT(bitrates)) /* who takes part is one side of a pair */
			start(PERF_MONITOR, both, 2, bitrates[i]);
		else
			start(PERF_PING, &forth, 1, bitrates[i - COUNT(bitrates)]);
		see_dialog();
		expect("pdus", i < COUNT(bitrates) ? 2 : 0);
		expect("frames", 9);
		expect("gap.count", 3);
		expect("gap.min", 10 * US);
		expect("fc.count", 2);
		stop();
	}
}

/* Without pairs every frame counts: it is not known yet whose PDUs they are. */
static void test_everything(void **state)
{
	static const uint32_t bitrates[] = { 0, 500000 };

	(void)state;
	for (size_t i = 0; i < COUNT(bitrates); i++) {
		start(PERF_MONITOR, NULL, 0, bitrates[i]);
		see_dialog();
		expect("pdus", 2);
		expect("frames", 12);
		expect("rate", 47 / 9e-3);
		stop();
	}
}

/* Looked through before, every transfer is measured; what is learned from counts nowhere. */
static void test_learns(void **state)
{
	(void)state;
	start(PERF_MONITOR, NULL, 0, 500000);
	rig.observer.learns = true;
	see_dialog();
	expect("pdus", 0);
	expect("frames", 0);
	assert_int_equal(rig.observer.pdus, 2);
	perf_observer_close(&rig.observer);
	assert_int_equal(perf_observer_open(&rig.observer, &rig.results, &rig.config, PERF_MAX_PDU),
			 TOOL_DONE);
	see_dialog();
	expect("pdus", 2);
	expect("frames", 12);
	expect("gap.count", 3);
	expect("fc.count", 2);
	stop();
}

/* All that passed loads the bus, from the first frame on that anybody sent. */
static void test_load(void **state)
{
	double one_way;

	(void)state;
	start(PERF_MONITOR, NULL, 0, 500000);
	see_dialog();
	one_way = value("bus_load");
	stop();
	start(PERF_MONITOR, &forth, 1, 500000);
	see_dialog();
	assert_true(one_way > 1);
	expect("bus_load", one_way);
	stop();
}

/* One that was given up long before the end has broken, whoever sent since. */
static void test_broken(void **state)
{
	static const uint32_t bitrates[] = { 0, 500000 };

	(void)state;
	for (size_t i = 0; i < COUNT(bitrates); i++) {
		start(PERF_MONITOR, &forth, 1, bitrates[i]);
		see(0, "7E0#1014010203040506");
		see(1000001, "7E8#0111");
		perf_observer_finish(&rig.observer);
		expect("broken", 1);
		expect("frames", 1);
		stop();
	}
}

/* What came before a moment is not measured, and no part of the load. */
static void test_from(void **state)
{
	(void)state;
	start(PERF_SINK, &forth, 1, 500000);
	rig.observer.from_ns = 5000 * US;
	see_dialog();
	expect("frames", 5);
	expect("gap.count", 2);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_way),	   cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_everything), cmocka_unit_test(test_load),
		cmocka_unit_test(test_broken),	   cmocka_unit_test(test_from),
		cmocka_unit_test(test_learns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
