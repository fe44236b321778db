/* SPDX-License-Identifier: MIT */
/* Owns the tests of what is measured between frames: CF gaps, flow-control latency. */
#include "measuring.h"

#include <errno.h>

static void test_gaps(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(1000, "7E0#1014010203040506");
	see(3000, "7E8#300000");
	see(4000, "7E0#2107080910111213");
	see(9000, "7E0#2214151617181920");
	assert_string_equal(rig.samples, "fc 2000 at 3000; gap 5000 at 9000; time 8000 at 9000");
	expect_metric("gap.count", 1);
	expect_metric("fc.p99", 2 * MS);
	expect_metric("time.max", 8 * MS);
	expect_metric("pdus", 1);
	expect_metric("bytes", 20);
	expect_metric("frames", 4);
	measuring_stop();
}

/* Between blocks there is no gap but a wait for the flow control, and after a WT none that
 * counts. */
static void test_blocks(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#1030010203040506");
	see(100, "7E8#310000");
	see(1100, "7E8#300200");
	see(1200, "7E0#2107080910111213");
	see(1300, "7E0#2214151617181920");
	see(1750, "7E8#300300");
	see(1800, "7E0#2307080910111213");
	see(1910, "7E0#2414151617181920");
	see(2030, "7E0#2514151617181920");
	see(2130, "7E8#300000");
	see(2200, "7E0#2614151617181920");
	assert_string_equal(rig.samples, "fc 100 at 100; gap 100 at 1300; fc 450 at 1750; "
					 "gap 110 at 1910; gap 120 at 2030; fc 100 at 2130; "
					 "time 2200 at 2200");
	measuring_stop();
}

/* Nor where the sender does not wait for it. */
static void test_block_overrun(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#1020010203040506");
	see(10, "7E8#300100");
	see(100, "7E0#2107080910111213");
	see(200, "7E0#2214151617181920");
	see(350, "7E0#2314151617181920");
	assert_string_equal(rig.samples, "fc 10 at 10; gap 150 at 350");
	measuring_stop();
}

/* It may come later; then it begins the next block, but answers nothing. A WT is too late. */
static void test_overdue(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#1030010203040506");
	see(100, "7E0#2107080910111213");
	see(150, "7E8#310000");
	see(200, "7E0#2214151617181920");
	see(250, "7E8#300100");
	see(400, "7E0#2314151617181920");
	see(450, "7E8#300000");
	see(500, "7E0#2414151617181920");
	see(550, "7E0#2514151617181920");
	assert_string_equal(rig.samples, "gap 100 at 200; fc 50 at 450; gap 50 at 550");
	measuring_stop();
}

/* What a receiver ignores changes nothing: a flow control that nobody awaits, a CF that is shorter
 * than its place allows or longer than the FF, whatever its sequence number. */
static void test_ignored(void **state)
{
	static const char *const ignored[] = {
		"7E8#300000", "7E8#300100", "7E8#310000", "7E8#320000",
		"7E8#370000", "7E0#22AA",   "7E0#25AAAA",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ignored); i++) {
		measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
		see(0, "7E0#1020010203040506");
		see(1000, "7E8#300000");
		see(2000, "7E0#2107080910111213");
		see(3000, ignored[i]);
		see(4000, "7E0#2214151617181920");
		see(5000, "7E0#2314151617181920");
		see(6000, "7E0#2414151617181920");
		assert_string_equal(rig.samples, "fc 1000 at 1000; gap 2000 at 4000; "
						 "gap 1000 at 5000; gap 1000 at 6000; "
						 "time 6000 at 6000");
		assert_true(value("wire_share") > 1);
		measuring_stop();
	}
}

/* In CAN FD, too, where a CF may be longer than the FF. */
static void test_ignored_fd(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0##01014010203040506");
	see(10, "7E8##0300000");
	see(20, "7E0##02107080910111213");
	see(30, "7E0##0221415161718192021222324");
	see(40, "7E0##02214151617181920");
	assert_string_equal(rig.samples, "fc 10 at 10; gap 20 at 40; time 40 at 40");
	measuring_stop();
}

/* One ID of a tester in several pairs: its flow control answers who awaits it. */
static void test_shared_peer(void **state)
{
	static const struct isotp_watch plain[] = {
		{ .a = { .id = { 0x7E8, 11 } }, .b = { .id = { 0x7E0, 11 } } },
		{ .a = { .id = { 0x7E9, 11 } }, .b = { .id = { 0x7E0, 11 } } },
		{ .a = { .id = { 0x7EA, 11 } }, .b = { .id = { 0x7E0, 11 } } },
	};
	static const struct isotp_watch led[] = {
		{ .a = { { 0x612, 11 }, true, false, 0xF1 },
		  .b = { { 0x6F1, 11 }, true, true, 0 } },
		{ .a = { { 0x613, 11 }, true, false, 0xF1 },
		  .b = { { 0x6F1, 11 }, true, true, 0 } },
	};

	(void)state;
	measuring_start((struct measure_settings){ 0 }, plain, 3);
	see(0, "7E9#1014010203040506");
	see(10, "7E0#300100");
	see(20, "7E9#2107080910111213");
	see(50, "7E0#300100");
	see(60, "7E9#2214151617181920");
	assert_string_equal(rig.samples, "fc 10 at 10; fc 30 at 50; time 60 at 60");
	/* of those that await one: whose ID is that of the same ECU, then who waits shortest */
	rig.samples[0] = '\0';
	see(1000, "7E8#1014010203040506");
	see(1001, "7E9#1014010203040506");
	see(1003, "7EA#1014010203040506");
	see(1010, "7E0#300000");
	see(1020, "7E0#300000");
	see(1030, "7E0#300000");
	assert_string_equal(rig.samples, "fc 10 at 1010; fc 17 at 1020; fc 29 at 1030");
	measuring_stop();

	measuring_start((struct measure_settings){ 0 }, led, 2);
	see(0, "613#F110140102030405");
	see(1, "612#F110140102030405");
	see(10, "6F1#13300000");
	see(20, "6F1#12300000");
	see(30, "613#F121060708091011");
	see(40, "612#F121060708091011");
	see(50, "613#F122121314151617");
	see(70, "612#F122121314151617");
	assert_string_equal(rig.samples, "fc 10 at 10; fc 19 at 20; gap 20 at 50; gap 30 at 70");
	measuring_stop();
}

/* A pair that is learned later with an ID that is known already. */
static void test_learned_peers(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, NULL, 0);
	for (uint32_t i = 0; i < 3; i++) {
		const struct isotp_observed o = { .segmented = true,
						  .from.id = { 0x7E8 + i, 11 },
						  .peer.id = { 0x7E0, 11 } };

		measure_learn(rig.m, &o);
	}
	see(0, "7EA#1014010203040506");
	see(10, "7E0#300000");
	assert_string_equal(rig.samples, "fc 10 at 10");
	measuring_stop();
}

static void test_what_ends_a_transfer(void **state)
{
	static const char *const ends[] = {
		"7E0#023E00",		/* a single frame */
		"7E8#320000",		/* overflow */
		"7E8#370000",		/* a reserved flow status */
		"7E0#2514151617181920", /* a wrong sequence number */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
		see(0, "7E0#1030010203040506");
		see(10, "7E8#300100");
		see(100, "7E0#2107080910111213");
		see(200, ends[i]);
		rig.samples[0] = '\0';
		see(300, "7E0#2214151617181920");
		see(400, "7E0#2314151617181920");
		see(500, "7E8#300000");
		assert_string_equal(rig.samples, "");
		/* and the next one is as ever */
		see(1000, "7E0#1008010203040506");
		see(1001, "7E8#300000");
		see(1002, "7E0#210708");
		assert_string_equal(rig.samples, "fc 1 at 1001; time 2 at 1002");
		measuring_stop();
	}
}

/* Consecutive frames that follow nothing, answers to nothing, a clock that was set back. */
static void test_strays(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see(0, "7E0#2107080910111213");
	see(1, "7E0#2207080910111213");
	see(2, "7E8#300000");
	see(3, "7E0#");
	see(4, "7E0#R");
	see(5, "7E0#FF");
	see(6, "7E8#3000");
	assert_string_equal(rig.samples, "");
	see(1000, "7E0#1014010203040506");
	see(999, "7E8#300000");
	see(998, "7E0#2107080910111213");
	see(997, "7E0#2214151617181920");
	assert_string_equal(rig.samples, "");
	expect_metric("frames", 11);
	measuring_stop();

	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	see(1000, "7E0#1008010203040506");
	see(999, "7E0#210708");
	expect_why("wire_share", "no whole segmented PDU was seen");
	measuring_stop();
}

/* With address bytes, each pair has its own; a pair of any byte takes them apart, too. */
static void test_address_bytes(void **state)
{
	static const struct isotp_watch pairs[] = {
		{ .a = { { 0x6F1, 11 }, true, false, 0x12 },
		  .b = { { 0x612, 11 }, true, false, 0xF1 } },
		{ .a = { { 0x6F1, 11 }, true, false, 0x29 },
		  .b = { { 0x629, 11 }, true, false, 0xF1 } },
	};
	static const struct isotp_watch any = { .a = { { 0x6F1, 11 }, true, true, 0 },
						.b = { { 0x612, 11 }, true, true, 0 } };

	(void)state;
	measuring_start((struct measure_settings){ 0 }, pairs, 2);
	see(0, "6F1#1210200102030405");
	see(10, "6F1#2910200102030405");
	see(100, "612#F1300000");
	see(210, "629#F1300000");
	see(300, "6F1#1221010203040506");
	see(310, "6F1#2921010203040506");
	see(400, "6F1#1222010203040506");
	see(510, "6F1#2922010203040506");
	see(600, "6F1#7723010203040506"); /* nobody's */
	assert_string_equal(rig.samples, "fc 100 at 100; fc 200 at 210; gap 100 at 400; "
					 "gap 200 at 510");
	measuring_stop();

	measuring_start((struct measure_settings){ 0 }, &any, 1);
	see(0, "6F1#1210200102030405");
	see_on(1, 50, "612#F1300000");
	see(60, "612##0F1300000");
	see(100, "612#F1300000");
	see(200, "6F1#1221010203040506");
	see(300, "6F1#2910200102030405");
	see(400, "6F1#1222010203040506");
	see(410, "6F1#2921010203040506");
	see(420, "6F1#2922010203040506");
	assert_string_equal(rig.samples, "fc 100 at 100; gap 200 at 400; gap 10 at 420");
	measuring_stop();
}

/* The same IDs on two buses, and in classic and FD frames, are different senders. */
static void test_apart(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see_on(0, 0, "7E0#1020010203040506");
	see_on(1, 10, "7E0#1020010203040506");
	see_on(0, 20, "7E0##01020010203040506");
	see_on(1, 110, "7E8#300000");
	see_on(0, 120, "7E8##0300000");
	see_on(0, 130, "7E8#300000");
	see_on(0, 200, "7E0#2107080910111213");
	see_on(1, 210, "7E0#2107080910111213");
	see_on(0, 220, "7E0##02107080910111213");
	see_on(0, 300, "7E0#2207080910111213");
	see_on(1, 320, "7E0#2207080910111213");
	see_on(0, 340, "7E0##02207080910111213");
	assert_string_equal(rig.samples, "fc 100 at 110; fc 100 at 120; fc 130 at 130; "
					 "gap 100 at 300; gap 110 at 320; gap 120 at 340");
	measuring_stop();
}

/* One direction alone: gaps as they are, no latency. */
static void test_one_direction(void **state)
{
	static const struct isotp_watch pair = { .a = { .id = { 0x7E0, 11 } } };

	(void)state;
	measuring_start((struct measure_settings){ 0 }, &pair, 1);
	see(0, "7E0#1014010203040506");
	see(10, "7E8#300000");
	see(100, "7E0#2107080910111213");
	see(150, "7E0#2214151617181920");
	assert_string_equal(rig.samples, "gap 50 at 150; time 150 at 150");
	expect_why("fc.max", "no flow control was seen");
	expect_why("stmin_violations", "no PDU with flow control was seen");
	measuring_stop();
}

/* Nobody is watched: from the first PDU on that the reassembler has found. */
static void test_found_pairs(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, NULL, 0);
	for (uint64_t t = 0; t < 2000; t += 1000) {
		see(t, "18DA10F1#1014010203040506");
		see(t + 100, "18DAF110#300000");
		see(t + 200, "18DA10F1#2107080910111213");
		see(t + 250, "18DA10F1#2214151617181920");
		if (t)
			continue;
		expect_why("gap.max", "of the transfer that revealed the pair nothing is measured: "
				      "--pair measures all");
		expect_why("fc.max", "of the transfer that revealed the pair nothing is measured: "
				     "--pair measures all");
	}
	assert_string_equal(rig.samples, "time 250 at 250; fc 100 at 1100; gap 50 at 1250; "
					 "time 250 at 1250");
	measuring_stop();
}

/* Who looked before has learned them: nothing is missed, and what was missing was not there. */
static void test_learned_pairs(void **state)
{
	const struct isotp_observed o = { .segmented = true,
					  .from.id = { 0x7E0, 11 },
					  .peer.id = { 0x7E8, 11 } };

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 500000 }, NULL, 0);
	measure_learn(rig.m, &o);
	expect_metric("pdus", 0);
	see(0, "7E0#1008010203040506");
	see(200, "7E0#210708");
	see(300, "7E8#0111");
	expect_why("gap.max", "no two consecutive frames of a block were seen");
	expect_why("fc.max", "no flow control was seen");
	see_transfer(1000, 300, "7E8#300000");
	assert_string_equal(rig.samples, "time 200 at 200; fc 10 at 1010; gap 300 at 1320; "
					 "time 320 at 1320");
	assert_true(value("wire_share") > 1);
	measuring_stop();
}

/* More pairs and more senders than there is room for are not measured, and do no harm. */
static void test_too_many(void **state)
{
	struct isotp_watch pair = { .a = { .id = { 0, 29 } }, .b = { .id = { 0, 29 } } };
	int rc = 0, pairs = 0;

	(void)state;
	measuring_start((struct measure_settings){ 0 }, NULL, 0);
	for (; rc == 0; pairs++) {
		pair.a.id.value = (uint32_t)(2 * pairs) << 8;
		pair.b.id.value = (uint32_t)(2 * pairs + 1) << 8;
		rc = measure_watch(rig.m, &pair);
	}
	assert_int_equal(rc, -ENOSPC);
	assert_int_equal(pairs - 1, ISOTP_WATCH_MAX);
	for (uint32_t bus = 0; bus < 8; bus++)
		for (uint32_t i = 0; i < 2 * ISOTP_WATCH_MAX; i++) {
			char text[64];

			sprintf(text, "%08X#1020010203040506", i << 8);
			see_on((uint16_t)bus, 1, text);
			sprintf(text, "%08X#2107080910111213", i << 8);
			see_on((uint16_t)bus, 2, text);
			sprintf(text, "%08X#2207080910111213", i << 8);
			see_on((uint16_t)bus, 3, text);
		}
	expect_metric("gap.count", 768);
	assert_int_equal(measure_unfollowed(rig.m), 8 * 2 * ISOTP_WATCH_MAX - 768);
	measuring_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_block_overrun),
		cmocka_unit_test(test_overdue),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_ignored_fd),
		cmocka_unit_test(test_shared_peer),
		cmocka_unit_test(test_learned_peers),
		cmocka_unit_test(test_what_ends_a_transfer),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_address_bytes),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_one_direction),
		cmocka_unit_test(test_found_pairs),
		cmocka_unit_test(test_learned_pairs),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
