/* SPDX-License-Identifier: MIT */
/* Owns the tests of what isotpperf counts, and of the table of its metrics. */
#include "measuring.h"

/* --- counts --- */

static void test_violations(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see_transfer(0, 5000, "7E8#300005");
	expect_metric("stmin_violations", 0);
	expect_metric("bs_violations", 0);
	see_transfer(10000, 4999, "7E8#300005");
	see_transfer(20000, 100, "7E8#3000F1");
	expect_metric("stmin_violations", 1);
	see_transfer(30000, 100, "7E8#300100");
	expect_metric("bs_violations", 1);
	expect_metric("broken", 0);
	expect_metric("pdus", 4);
	measuring_stop();
}

/* What the end of the recording cuts off did not break, what was given up long before did. */
static void test_broken(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#1014010203040506");
	see(100, "7E0#1014010203040506");
	see(200, "7E8#300000");
	see(300, "7E0#2507080910111213");
	expect_metric("broken", 2);
	see(400, "7E0#1014010203040506");
	see(500, "7E8#1014010203040506");
	measuring_finish();
	expect_metric("broken", 2);
	measuring_stop();

	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#1014010203040506");
	see(1000000, "7E8#1014010203040506");
	see(1000001, "7E8#1014010203040506");
	measuring_finish();
	expect_metric("broken", 2); /* one of either */
	expect_metric("pdus", 0);
	expect_why("time.mean", "no whole segmented PDU was seen");
	measuring_stop();
}

/* What a program does itself counts by its own word; what it sees adds the rest. */
static void test_active(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ .active = true }, &measured_pair, 1);
	expect_why("lost", "no PDU came that counts");
	expect_why("frames", "no frame was seen");
	expect_why("time.p50", "no PDU was timed");
	expect_why("rtt.max", "there was no round trip");
	expect_why("rate", "no time has passed");
	see_transfer(0, 100, "7E8#300005");
	measure_transfer(rig.m, 20, 3 * MS);
	measure_transfer(rig.m, 80, ISOTP_NEVER);
	measure_round_trip(rig.m, 4 * MS);
	measure_broken(rig.m);
	measure_lost(rig.m, 0);
	measure_damaged(rig.m, 2);
	measure_damaged(rig.m, 1);
	measure_reordered(rig.m, 5);
	measure_span(rig.m, SECOND / 2);
	assert_string_equal(rig.samples, "fc 10 at 10; gap 100 at 120; time 3000 at -1; "
					 "rtt 4000 at -1");
	expect_metric("pdus", 2);
	expect_metric("bytes", 100);
	expect_metric("rate", 200);
	expect_metric("broken", 1);
	expect_metric("lost", 0);
	expect_metric("damaged", 3);
	expect_metric("reordered", 5);
	expect_metric("stmin_violations", 1);
	expect_metric("time.count", 1);
	expect_metric("rtt.p999", 4 * MS);
	measuring_stop();
}

/* The worst is what lacks most, not what is shortest. */
static void test_worst_gap(void **state)
{
	uint64_t gap, asked;

	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see_transfer(0, 5000, "7E8#300005");
	assert_false(measure_stmin_worst(rig.m, &gap, &asked));
	see_transfer(10000, 20, "7E8#3000F1"); /* lacks 80 us */
	assert_true(measure_stmin_worst(rig.m, &gap, &asked));
	assert_int_equal(gap, 20 * US);
	assert_int_equal(asked, 100 * US);
	see_transfer(20000, 4000, "7E8#300005"); /* 1 ms */
	see_transfer(30000, 4500, "7E8#300005");
	assert_true(measure_stmin_worst(rig.m, &gap, &asked));
	assert_int_equal(gap, 4 * MS);
	assert_int_equal(asked, 5 * MS);
	expect_metric("stmin_violations", 3);
	measuring_stop();

	/* within one PDU, too */
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#1022010203040506");
	see(10, "7E8#30007F");
	see(20, "7E0#2107080910111213");
	see(100020, "7E0#2214151617181920");
	see(100120, "7E0#2314151617181920");
	see(200120, "7E0#2414151617181920");
	assert_true(measure_stmin_worst(rig.m, &gap, &asked));
	assert_int_equal(gap, 100 * US);
	assert_int_equal(asked, 127 * MS);
	measuring_stop();
}

/* A log without times says what happened, not when. */
static void test_untimed(void **state)
{
	static const char *const gone[] = { "rate",	  "stmin_violations", "bus_load",
					    "wire_share", "time.max",	      "gap.count",
					    "fc.min" };

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	see_transfer(1000, 100, "7E8#300005"); /* lines before had times */
	measure_untimed(rig.m);
	measure_untimed(rig.m);
	see_transfer(0, 0, "7E8#300100");
	for (size_t i = 0; i < COUNT(gone); i++)
		expect_why(gone[i], "the frames have no times");
	expect_metric("pdus", 2);
	expect_metric("broken", 0);
	expect_metric("bs_violations", 1);
	expect_metric("frames", 8);
	assert_int_equal(measure_stats(rig.m, MEASURE_TIME)->count, 0);
	assert_int_equal(measure_span_ns(rig.m), 0);
	assert_null(measure_slowest(rig.m));
	measuring_stop();
}

/* --- sums --- */

static void expect_same_metrics(const struct measure *a, const struct measure *b)
{
	for (const struct measure_metric *i = measure_metrics(); i->name; i++) {
		double x = 0, y = 0;

		assert_int_equal(measure_value(a, i->name, &x), measure_value(b, i->name, &y));
		if (x - y > 1e-6 * y || y - x > 1e-6 * x)
			fail_msg("%s is %f, and %f in parts", i->name, x, y);
	}
}

static struct measure *measure_part(uint64_t start_us, uint64_t gap_us, uint64_t span_ns)
{
	struct measure *m;

	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	see_transfer(start_us, gap_us, "7E8#300005");
	measure_load(rig.m, &(struct isotp_record){ .time_ns = (start_us + 20000) * US,
						    .frame = { .id = { 0x123, 11 } } });
	measure_transfer(rig.m, 7, gap_us * US);
	measure_round_trip(rig.m, gap_us);
	measure_broken(rig.m);
	measure_lost(rig.m, 1);
	measure_damaged(rig.m, 2);
	measure_reordered(rig.m, 3);
	measure_span(rig.m, span_ns);
	m = rig.m;
	rig.m = NULL;
	measuring_stop();
	return m;
}

/* A sum says of a lone part what the part says, and its times are those of all. */
static void test_sum(void **state)
{
	struct measure *sum = measure_new(&(struct measure_settings){ .bitrate = 500000 });
	struct measure *first = measure_part(1000000, 5000, 0), *second;
	double v = 0;

	(void)state;
	assert_non_null(sum);
	measure_add(sum, first);
	expect_same_metrics(sum, first);
	second = measure_part(500000, 100, 0);
	measure_add(sum, second);
	assert_int_equal(measure_span_ns(sum), (1005020 - 500000) * US);
	assert_true(measure_value(sum, "pdus", &v) && v == 4);
	assert_true(measure_value(sum, "frames", &v) && v == 8);
	assert_true(measure_value(sum, "lost", &v) && v == 2);
	assert_true(measure_value(sum, "damaged", &v) && v == 4);
	assert_true(measure_value(sum, "reordered", &v) && v == 6);
	assert_true(measure_value(sum, "stmin_violations", &v) && v == 1);
	assert_true(measure_value(sum, "gap.min", &v) && v == 100 * US);
	assert_true(measure_value(sum, "gap.max", &v) && v == 5000 * US);
	assert_true(measure_value(sum, "time.count", &v) && v == 4);
	assert_true(measure_value(sum, "rtt.mean", &v) && v == 2550);
	measure_free(first);
	measure_free(second);
	measure_free(sum);
}

/* Spans that were told add up; what nothing was measured of stays so. */
static void test_sum_of_spans(void **state)
{
	struct measure *sum = measure_new(&(struct measure_settings){ .bitrate = 500000 });
	struct measure *nothing = measure_new(&(struct measure_settings){ .bitrate = 500000 });
	struct measure *part = measure_part(0, 100, SECOND);

	(void)state;
	assert_non_null(sum);
	assert_non_null(nothing);
	measure_add(sum, nothing);
	expect_same_metrics(sum, nothing);
	measure_add(sum, part);
	expect_same_metrics(sum, part);
	measure_add(sum, part);
	measure_add(sum, nothing);
	assert_int_equal(measure_span_ns(sum), 2 * SECOND);
	measure_free(sum);
	measure_free(nothing);
	measure_free(part);
}

/* --- the table --- */

/* Every metric has a value or a reason why not, and nothing else has either. */
static void test_metrics(void **state)
{
	static const char *const no_metrics[] = { "",	      "time",	  "time.",
						  "time.p98", "p99",	  "gap.p9",
						  "timep99",  "pdus.max", "fc.mean." };
	size_t n = 0;

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 1000000 }, &measured_pair, 1);
	for (int full = 0; full <= 1; full++) {
		for (const struct measure_metric *i = measure_metrics(); i->name; i++, n++) {
			double v;

			assert_true(measure_value(rig.m, i->name, &v) ==
				    !measure_why(rig.m, i->name));
			assert_ptr_equal(measure_metric_find(i->name), i);
			assert_true(strlen(i->help) > 3);
		}
		see_transfer(1000, 100, "7E8#300000");
		measure_round_trip(rig.m, 1);
		measure_lost(rig.m, 0);
		measure_damaged(rig.m, 0);
		measure_reordered(rig.m, 0);
	}
	assert_int_equal(n, 2 * (12 + 4 * 8));
	for (const struct measure_metric *i = measure_metrics(); i->name; i++)
		value(i->name);
	for (size_t i = 0; i < COUNT(no_metrics); i++) {
		double v;

		assert_null(measure_metric_find(no_metrics[i]));
		assert_false(measure_value(rig.m, no_metrics[i], &v));
		assert_null(measure_why(rig.m, no_metrics[i]));
	}
	measuring_stop();
}

/* A clock that stands still, and one that goes on where no frame comes. */
static void test_clocks(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	see(5000, "7E0#1008010203040506");
	assert_false(measure_is_still(rig.m));
	expect_why("bus_load", "no time has passed");
	see(5000, "7E0#210708");
	assert_true(measure_is_still(rig.m));
	expect_why("bus_load", "no time has passed");
	expect_why("wire_share", "no time has passed");
	expect_why("rate", "no time has passed");
	see(4000, "7E0#0111");
	assert_false(measure_is_still(rig.m));
	expect_metric("rate", 9 / 1e-3);
	assert_true(value("bus_load") < 100);
	measuring_stop();

	for (uint64_t ms = 1000; ms < 1002; ms++) {
		measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
		see(5000, "7E0#1008010203040506");
		measure_now(rig.m, 5 * MS + ms * MS);
		measuring_finish();
		expect_metric("broken", ms > 1000);
		measuring_stop();
	}
}

/* Whatever frames come, the sums hold. */
static void test_any_frames(void **state)
{
	static const uint32_t ids[] = { 0x7E0, 0x7E8, 0x123 };
	static const uint8_t pcis[] = { 0x02, 0x10, 0x21, 0x22, 0x30, 0x31, 0x32, 0x00 };
	uint64_t seed = 42;
	uint32_t classic = 0;

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 500000, .dbitrate = 2000000 },
			&measured_pair, 1);
	for (uint32_t i = 0; i < 200000; i++) {
		struct isotp_record r = { .time_ns = i * MS, .number = i };
		const uint32_t bits = (uint32_t)random_bits(&seed);

		r.frame.id = (struct isotp_can_id){ ids[bits >> 8 & 1 ? 0 : (bits >> 9) % 3], 11 };
		r.frame.flags = bits >> 12 & 0x07;
		r.frame.len =
			isotp_dlc_to_len((uint8_t)(bits >> 16) & (r.frame.flags & 1 ? 15 : 7));
		if (bits >> 28) /* mostly: what goes on is as long as what began */
			r.frame.len = 8;
		r.frame.data[0] = pcis[bits >> 20 & 7];
		r.frame.data[1] = (uint8_t)(bits >> 24);
		classic += !(r.frame.flags & ISOTP_FRAME_FD);
		see_record(&r);
	}
	expect_metric("frames", 200000);
	assert_true(classic > 50000 && classic < 150000);
	assert_true(value("gap.count") > 100 && value("gap.count") < 200000);
	assert_true(value("fc.count") > 1000 && value("fc.count") < 200000);
	assert_true(value("bus_load") > 1 && value("bus_load") < 100);
	assert_true(value("wire_share") > 1 && value("wire_share") < 100);
	measuring_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worst_gap),    cmocka_unit_test(test_untimed),
		cmocka_unit_test(test_violations),   cmocka_unit_test(test_broken),
		cmocka_unit_test(test_active),	     cmocka_unit_test(test_sum),
		cmocka_unit_test(test_sum_of_spans), cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_clocks),	     cmocka_unit_test(test_any_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
