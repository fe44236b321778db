/* SPDX-License-Identifier: MIT */
/* Owns the tests of the load of the bus, and of how close transfers come to what the wire
 * allows. */
#include "measuring.h"

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

/* Somebody else's. */
static void load_ns(uint64_t ns, const char *text)
{
	struct isotp_record r = { .time_ns = ns };

	assert_true(frame_parse(text, &r.frame));
	measure_load(rig.m, &r);
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
	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	see_back_to_back(1000 * SECOND, 500000, 0);
	expect_metric("bus_load", 100);
	expect_metric("wire_share", 100);
	see_ns(2000 * SECOND, "7E0#1014010203040506"); /* never ends: it does not count */
	expect_metric("wire_share", 100);
	measuring_stop();
}

static void test_wire_half(void **state)
{
	const uint64_t all = wire_ns(transfer[0], 250000, 0) + wire_ns(transfer[1], 250000, 0) +
			     wire_ns(transfer[2], 250000, 0) + wire_ns(transfer[3], 250000, 0);
	const uint64_t other = wire_ns("123#11", 250000, 0);
	const double span = (double)(2 * all - wire_ns(transfer[0], 250000, 0));

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 250000 }, &measured_pair, 1);
	see_back_to_back(0, 250000, 1);
	expect_metric("wire_share", 100 * (double)all / span);
	expect_metric("bus_load", 100 * (double)all / span);
	/* others load the bus, and are no part of the transfer, nor of what is counted */
	load_ns((uint64_t)span, "123#11");
	expect_metric("frames", 4);
	expect_metric("wire_share", 100 * (double)all / span);
	expect_metric("bus_load", 100 * (double)(all + other) / span);
	/* that is no matter of how long the PDUs took */
	measure_span(rig.m, 1000 * all);
	expect_metric("bus_load", 100 * (double)(all + other) / span);
	measuring_stop();
}

static void test_wire_needs_rates(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
	see_back_to_back(0, 250000, 0);
	expect_why("bus_load", "it needs --bitrate");
	expect_why("wire_share", "it needs --bitrate");
	measuring_stop();

	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	see_ns(SECOND, "123##0112233");
	see_ns(2 * SECOND, "123##0112233");
	assert_true(value("bus_load") > 0);
	expect_why("wire_share", "no whole segmented PDU was seen");
	see_ns(3 * SECOND, "123##1112233");
	expect_why("bus_load", "frames with bit rate switch need --dbitrate");
	measuring_stop();

	measuring_start((struct measure_settings){ .bitrate = 500000, .dbitrate = 2000000 },
			&measured_pair, 1);
	see_ns(SECOND, "123##1112233");
	expect_why("bus_load", "no time has passed");
	see_ns(2 * SECOND, "123##1112233");
	expect_metric("bus_load",
		      200 * (double)wire_ns("123##1112233", 500000, 2000000) /
			      (double)(SECOND + wire_ns("123##1112233", 500000, 2000000)));
	measuring_stop();

	measuring_start((struct measure_settings){ .bitrate = 500000, .active = true },
			&measured_pair, 1);
	measure_span(rig.m, SECOND);
	expect_why("bus_load", "no frame was seen");
	measuring_stop();
}

/* Where frames are not seen, it is what they would need in the time that the PDUs took. */
static void test_wire_of_our_own(void **state)
{
	struct isotp_config cfg = config_classic();
	struct isotp_wire_bits bits;
	uint8_t pdu[20] = { 1, 2, 3 };
	double needed;

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 500000, .active = true },
			&measured_pair, 1);
	isotp_wire_pdu(&cfg, pdu, sizeof(pdu), &bits);
	needed = (double)isotp_wire_ns(&bits, 500000, 0);
	measure_wire(rig.m, &bits);
	measure_transfer(rig.m, sizeof(pdu), 2 * MS);
	expect_metric("wire_share", 100 * needed / (2 * MS));
	measuring_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_full),
		cmocka_unit_test(test_wire_half),
		cmocka_unit_test(test_wire_needs_rates),
		cmocka_unit_test(test_wire_of_our_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
