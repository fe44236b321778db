/* SPDX-License-Identifier: MIT */
/* Owns the tests of what isotpperf measures. */
#include "cli/measure.h"
#include "support.h"

#include <errno.h>

#define PAIR_A                                                                                     \
	{                                                                                          \
		.id = { 0x7E0, 11 }                                                                \
	}
#define PAIR_B                                                                                     \
	{                                                                                          \
		.id = { 0x7E8, 11 }                                                                \
	}

static const struct isotp_watch normal = { .a = PAIR_A, .b = PAIR_B };

/* --- the rig: a measurement, with a reassembler next to it --- */

static struct {
	struct measure *m;
	struct isotp_reassembler *reassembler;
	void *memory;
	uint64_t number;
	char samples[4096]; /* what was told: "gap 5000 at 7000; " in microseconds */
} rig;

static void note_sample(void *arg, enum measure_series series, uint64_t time_ns, uint64_t ns)
{
	const size_t n = strlen(rig.samples);

	assert_ptr_equal(arg, &rig);
	if (n + 64 > sizeof(rig.samples))
		return;
	snprintf(rig.samples + n, sizeof(rig.samples) - n, "%s%s %llu at %lld", n ? "; " : "",
		 measure_series_name(series), (unsigned long long)(ns / US),
		 time_ns == ISOTP_NEVER ? -1 : (long long)(time_ns / US));
}

static void start(struct measure_settings settings, const struct isotp_watch *pairs, size_t n)
{
	const struct isotp_reassembler_settings observer = { .discover = n == 0 };

	memset(&rig, 0, sizeof(rig));
	settings.sample = note_sample;
	settings.sample_arg = &rig;
	rig.m = measure_new(&settings);
	rig.memory = calloc(1, ISOTP_REASSEMBLER_MEMORY_MIN);
	assert_non_null(rig.m);
	assert_non_null(rig.memory);
	rig.reassembler =
		isotp_reassembler_new(rig.memory, ISOTP_REASSEMBLER_MEMORY_MIN, &observer);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(measure_watch(rig.m, &pairs[i]), 0);
		assert_int_equal(isotp_reassembler_watch(rig.reassembler, &pairs[i]), 0);
	}
}

static void stop(void)
{
	measure_free(rig.m);
	free(rig.memory);
}

static void observe(void)
{
	const struct isotp_observed *o;

	while ((o = isotp_reassembler_next(rig.reassembler)))
		measure_observed(rig.m, o);
}

static void see_on(uint16_t bus, uint64_t us, const char *text)
{
	struct isotp_record r = { .time_ns = us * US, .bus = bus };

	r.number = rig.number++;
	if (!frame_parse(text, &r.frame))
		fail_msg("%s: no frame", text);
	measure_frame(rig.m, &r);
	isotp_reassembler_feed(rig.reassembler, &r);
	observe();
}

static void see(uint64_t us, const char *text)
{
	see_on(0, us, text);
}

static void finish(void)
{
	isotp_reassembler_finish(rig.reassembler);
	observe();
}

static double value(const char *name)
{
	double v = -1;

	if (!measure_value(rig.m, name, &v))
		fail_msg("%s was not measured: %s", name, measure_why(rig.m, name));
	assert_null(measure_why(rig.m, name));
	return v;
}

static void expect_metric(const char *name, double want)
{
	const double v = value(name);

	if (v < want - 1e-6 || v > want + 1e-6)
		fail_msg("%s is %f, not %f", name, v, want);
}

static void expect_why(const char *name, const char *why)
{
	double v = 42;

	assert_false(measure_value(rig.m, name, &v));
	assert_true(v == 42);
	assert_string_equal(measure_why(rig.m, name), why);
}

/* --- gaps and latencies --- */

static void test_gaps(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
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
	stop();
}

/* Between blocks there is no gap but a wait for the flow control, and after a WT none that counts. */
static void test_blocks(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
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
	stop();
}

/* Nor where the sender does not wait for it. */
static void test_block_overrun(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
	see(0, "7E0#1020010203040506");
	see(10, "7E8#300100");
	see(100, "7E0#2107080910111213");
	see(200, "7E0#2214151617181920");
	see(350, "7E0#2314151617181920");
	assert_string_equal(rig.samples, "fc 10 at 10; gap 150 at 350");
	stop();
}

/* A doubled flow control starts anew, too; it answers nothing. */
static void test_flow_control_in_a_block(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
	see(0, "7E0#1020010203040506");
	see(10, "7E8#300000");
	see(100, "7E0#2107080910111213");
	see(200, "7E8#300000");
	see(1000, "7E0#2214151617181920");
	see(1500, "7E0#2314151617181920");
	assert_string_equal(rig.samples, "fc 10 at 10; gap 500 at 1500");
	stop();
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
		start((struct measure_settings){ 0 }, &normal, 1);
		see(0, "7E0#1030010203040506");
		see(10, "7E8#300000");
		see(100, "7E0#2107080910111213");
		rig.samples[0] = '\0';
		see(200, ends[i]);
		see(300, "7E0#2214151617181920");
		see(400, "7E0#2314151617181920");
		see(500, "7E8#300000");
		assert_string_equal(rig.samples, "");
		/* and the next one is as ever */
		see(1000, "7E0#1008010203040506");
		see(1001, "7E8#300000");
		see(1002, "7E0#210708");
		assert_string_equal(rig.samples, "fc 1 at 1001; time 2 at 1002");
		stop();
	}
}

/* Consecutive frames that follow nothing, answers to nothing, a clock that was set back. */
static void test_strays(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
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
	stop();

	start((struct measure_settings){ .bitrate = 500000 }, &normal, 1);
	see(1000, "7E0#1008010203040506");
	see(999, "7E0#210708");
	expect_why("wire_share", "no whole segmented PDU was seen");
	stop();
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
	start((struct measure_settings){ 0 }, pairs, 2);
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
	stop();

	start((struct measure_settings){ 0 }, &any, 1);
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
	stop();
}

/* The same IDs on two buses, and in classic and FD frames, are different senders. */
static void test_apart(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
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
	stop();
}

/* One direction alone: gaps as they are, no latency. */
static void test_one_direction(void **state)
{
	static const struct isotp_watch pair = { .a = PAIR_A };

	(void)state;
	start((struct measure_settings){ 0 }, &pair, 1);
	see(0, "7E0#1014010203040506");
	see(10, "7E8#300000");
	see(100, "7E0#2107080910111213");
	see(150, "7E0#2214151617181920");
	assert_string_equal(rig.samples, "gap 50 at 150; time 150 at 150");
	expect_why("fc.max", "no flow control was seen");
	expect_why("stmin_violations", "no PDU with flow control was seen");
	stop();
}

/* Nobody is watched: from the first PDU on that the reassembler has found. */
static void test_found_pairs(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, NULL, 0);
	for (uint64_t t = 0; t < 2000; t += 1000) {
		see(t, "18DA10F1#1014010203040506");
		see(t + 100, "18DAF110#300000");
		see(t + 200, "18DA10F1#2107080910111213");
		see(t + 250, "18DA10F1#2214151617181920");
	}
	assert_string_equal(rig.samples, "time 250 at 250; fc 100 at 1100; gap 50 at 1250; "
					 "time 250 at 1250");
	stop();
}

/* More pairs and more senders than there is room for are not measured, and do no harm. */
static void test_too_many(void **state)
{
	struct isotp_watch pair = { .a = { .id = { 0, 29 } }, .b = { .id = { 0, 29 } } };
	int rc = 0, pairs = 0;

	(void)state;
	start((struct measure_settings){ 0 }, NULL, 0);
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
	stop();
}

/* --- counts --- */

static void see_transfer(uint64_t us, uint64_t gap_us, const char *flow_control)
{
	see(us, "7E0#1014010203040506");
	see(us + 10, flow_control);
	see(us + 20, "7E0#2107080910111213");
	see(us + 20 + gap_us, "7E0#2214151617181920");
}

static void test_violations(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
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
	stop();
}

/* What the end of the recording cuts off did not break, what was given up long before did. */
static void test_broken(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
	see(0, "7E0#1014010203040506");
	see(100, "7E0#1014010203040506");
	see(200, "7E8#300000");
	see(300, "7E0#2507080910111213");
	expect_metric("broken", 2);
	see(400, "7E0#1014010203040506");
	see(500, "7E8#1014010203040506");
	finish();
	expect_metric("broken", 2);
	stop();

	start((struct measure_settings){ 0 }, &normal, 1);
	see(0, "7E0#1014010203040506");
	see(1000000, "7E8#1014010203040506");
	see(1000001, "7E8#1014010203040506");
	finish();
	expect_metric("broken", 2); /* one of either */
	expect_metric("pdus", 0);
	expect_why("time.mean", "no whole segmented PDU was seen");
	stop();
}

/* What a program does itself counts by its own word; what it sees adds the rest. */
static void test_active(void **state)
{
	(void)state;
	start((struct measure_settings){ .active = true }, &normal, 1);
	expect_why("lost", "only --sink and --ping check what comes");
	expect_why("frames", "no frame was seen");
	expect_why("time.p50", "no PDU was timed");
	expect_why("rtt.max", "there was no round trip");
	expect_why("rate", "no time has passed");
	see_transfer(0, 100, "7E8#300005");
	measure_transfer(rig.m, 20, 3 * MS);
	measure_pdu(rig.m, 80);
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
	stop();
}

/* --- the wire --- */

static uint64_t wire_ns(const char *text, uint32_t bitrate, uint32_t dbitrate)
{
	struct isotp_wire_bits bits;
	struct isotp_frame f;

	assert_true(frame_parse(text, &f));
	isotp_wire_bits(&f, &bits);
	return isotp_wire_ns(&bits, bitrate, dbitrate);
}

static void see_ns(uint64_t ns, const char *text)
{
	struct isotp_record r = { .time_ns = ns };

	assert_true(frame_parse(text, &r.frame));
	measure_frame(rig.m, &r);
}

static const char *const transfer[] = { "7E0#1014010203040506", "7E8#300000",
					"7E0#2107080910111213", "7E0#2214151617181920" };

/* Each frame ends when it has been sent after a pause of `idle` of its own length. */
static void see_back_to_back(uint64_t now, uint32_t bitrate, unsigned int idle)
{
	for (size_t i = 0; i < COUNT(transfer); i++) {
		now += (i ? 1 + idle : 1) * wire_ns(transfer[i], bitrate, 0);
		see_ns(now, transfer[i]);
	}
}

/* Frames back to back are all that the wire allows. */
static void test_wire_full(void **state)
{
	(void)state;
	start((struct measure_settings){ .bitrate = 500000 }, &normal, 1);
	see_back_to_back(1000 * SECOND, 500000, 0);
	expect_metric("bus_load", 100);
	expect_metric("wire_share", 100);
	see_ns(2000 * SECOND, "7E0#1014010203040506"); /* never ends: it does not count */
	expect_metric("wire_share", 100);
	stop();
}

static void test_wire_half(void **state)
{
	const uint64_t all = wire_ns(transfer[0], 250000, 0) + wire_ns(transfer[1], 250000, 0) +
			     wire_ns(transfer[2], 250000, 0) + wire_ns(transfer[3], 250000, 0);
	const uint64_t other = wire_ns("123#11", 250000, 0);
	const double span = (double)(2 * all - wire_ns(transfer[0], 250000, 0));

	(void)state;
	start((struct measure_settings){ .bitrate = 250000 }, &normal, 1);
	see_back_to_back(0, 250000, 1);
	expect_metric("wire_share", 100 * (double)all / span);
	expect_metric("bus_load", 100 * (double)all / span);
	/* others load the bus, and are no part of the transfer */
	see_ns((uint64_t)span, "123#11");
	expect_metric("wire_share", 100 * (double)all / span);
	expect_metric("bus_load", 100 * (double)(all + other) / span);
	measure_span(rig.m, 1000 * all);
	expect_metric("bus_load", 100 * (double)(all + other) / (1000 * (double)all));
	stop();
}

static void test_wire_needs_rates(void **state)
{
	(void)state;
	start((struct measure_settings){ 0 }, &normal, 1);
	see_back_to_back(0, 250000, 0);
	expect_why("bus_load", "it needs --bitrate");
	expect_why("wire_share", "it needs --bitrate");
	stop();

	start((struct measure_settings){ .bitrate = 500000 }, &normal, 1);
	see_ns(SECOND, "123##0112233");
	see_ns(2 * SECOND, "123##0112233");
	assert_true(value("bus_load") > 0);
	expect_why("wire_share", "no whole segmented PDU was seen");
	see_ns(3 * SECOND, "123##1112233");
	expect_why("bus_load", "frames with bit rate switch need --dbitrate");
	stop();

	start((struct measure_settings){ .bitrate = 500000, .dbitrate = 2000000 }, &normal, 1);
	see_ns(SECOND, "123##1112233");
	expect_metric("bus_load", 100);
	see_ns(2 * SECOND, "123##1112233");
	expect_metric("bus_load",
		      200 * (double)wire_ns("123##1112233", 500000, 2000000) /
			      (double)(SECOND + wire_ns("123##1112233", 500000, 2000000)));
	stop();

	/* a bus that is watched in vain has no load; a program that does not look cannot say */
	start((struct measure_settings){ .bitrate = 500000 }, &normal, 1);
	expect_why("bus_load", "no frame was seen");
	measure_span(rig.m, SECOND);
	expect_metric("bus_load", 0);
	expect_metric("frames", 0);
	stop();
	start((struct measure_settings){ .bitrate = 500000, .active = true }, &normal, 1);
	measure_span(rig.m, SECOND);
	expect_why("bus_load", "no frame was seen");
	stop();
}

/* Where frames are not seen, it is what they would need in the time that the PDUs took. */
static void test_wire_of_our_own(void **state)
{
	struct isotp_config cfg = config_classic();
	struct isotp_wire_bits bits;
	uint8_t pdu[20] = { 1, 2, 3 };
	double needed;

	(void)state;
	start((struct measure_settings){ .bitrate = 500000, .active = true }, &normal, 1);
	isotp_wire_pdu(&cfg, pdu, sizeof(pdu), &bits);
	needed = (double)isotp_wire_ns(&bits, 500000, 0);
	measure_wire(rig.m, &bits);
	measure_transfer(rig.m, sizeof(pdu), 2 * MS);
	expect_metric("wire_share", 100 * needed / (2 * MS));
	stop();
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
	start((struct measure_settings){ .bitrate = 1000000 }, &normal, 1);
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
	assert_null(measure_stats(rig.m, "p99"));
	stop();
}

/* Whatever frames come, the sums hold. */
static void test_any_frames(void **state)
{
	static const uint32_t ids[] = { 0x7E0, 0x7E8, 0x123 };
	static const uint8_t pcis[] = { 0x02, 0x10, 0x21, 0x22, 0x30, 0x31, 0x32, 0x00 };
	uint32_t seed = 42, classic = 0;

	(void)state;
	start((struct measure_settings){ .bitrate = 500000, .dbitrate = 2000000 }, &normal, 1);
	for (uint32_t i = 0; i < 200000; i++) {
		struct isotp_record r = { .time_ns = i * MS, .number = i };

		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		r.frame.id = (struct isotp_can_id){ ids[seed >> 8 & 1 ? 0 : (seed >> 9) % 3], 11 };
		r.frame.flags = seed >> 12 & 0x07;
		r.frame.len =
			isotp_dlc_to_len((uint8_t)(seed >> 16) & (r.frame.flags & 1 ? 15 : 7));
		r.frame.data[0] = pcis[seed >> 20 & 7];
		r.frame.data[1] = (uint8_t)(seed >> 24);
		classic += !(r.frame.flags & ISOTP_FRAME_FD);
		measure_frame(rig.m, &r);
		isotp_reassembler_feed(rig.reassembler, &r);
		observe();
	}
	expect_metric("frames", 200000);
	assert_true(classic > 50000 && classic < 150000);
	assert_true(value("gap.count") > 100 && value("gap.count") < 200000);
	assert_true(value("fc.count") > 1000 && value("fc.count") < 200000);
	assert_true(value("bus_load") > 1 && value("bus_load") < 100);
	assert_true(value("wire_share") > 1 && value("wire_share") < 100);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_block_overrun),
		cmocka_unit_test(test_flow_control_in_a_block),
		cmocka_unit_test(test_what_ends_a_transfer),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_address_bytes),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_one_direction),
		cmocka_unit_test(test_found_pairs),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_violations),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_active),
		cmocka_unit_test(test_wire_full),
		cmocka_unit_test(test_wire_half),
		cmocka_unit_test(test_wire_needs_rates),
		cmocka_unit_test(test_wire_of_our_own),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_any_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
