/* SPDX-License-Identifier: MIT */
/* Owns the tests of what is told apart by bus and by sender, and of the slowest PDU. */
#include "measuring.h"

/* The busiest bus is what counts, over the time in which any was seen. */
static void test_buses(void **state)
{
	static const char frame[] = "7E0#0455555555";
	uint16_t busiest;
	double alone;

	(void)state;
	measuring_start((struct measure_settings){ .bitrate = 500000 }, &measured_pair, 1);
	assert_int_equal(measure_buses(rig.m, &busiest), 0);
	for (uint64_t t = 0; t <= 10000; t += 1000)
		see_on(0, t, frame);
	assert_int_equal(measure_buses(rig.m, &busiest), 1);
	alone = value("bus_load");
	assert_true(alone > 15 && alone < 25);
	for (uint64_t t = 0; t <= 10000; t += 2000)
		see_on(5, t, frame);
	expect_metric("bus_load", alone);
	assert_int_equal(measure_buses(rig.m, &busiest), 2);
	assert_int_equal(busiest, 0);
	for (uint64_t t = 1000; t <= 10000; t += 1500)
		see_on(5, t, frame);
	assert_int_equal(measure_buses(rig.m, &busiest), 2);
	assert_int_equal(busiest, 5);
	assert_true(value("bus_load") > alone && value("bus_load") < 2 * alone);
	/* more than are told apart do no harm */
	see_on(MEASURE_BUSES, 10000, frame);
	see_on(UINT16_MAX, 10000, frame);
	assert_int_equal(measure_buses(rig.m, &busiest), 3);
	measuring_stop();
}

static void test_senders(void **state)
{
	const struct measure_sender *who[MEASURE_SENDERS];
	const struct measure_slowest *slowest;

	(void)state;
	measuring_start((struct measure_settings){ 0 }, NULL, 0);
	assert_null(measure_slowest(rig.m));
	assert_int_equal(measure_senders(rig.m, who), 0);
	see_transfer(0, 100, "7E8#300005");
	see_transfer(10000, 6000, "7E8#300005");
	see(20000, "7E8#1014010203040506");
	see(20010, "7E0#300000");
	see(20020, "7E8#2107080910111213");
	see(40000, "7E8#2214151617181920");
	see(50000, "7E0#0122");
	see(60000, "7E8#1014010203040506");
	see(60100, "7E8#2507080910111213");
	assert_int_equal(measure_senders(rig.m, who), 2);
	assert_int_equal(who[0]->from.id.value, 0x7E8);
	assert_int_equal(who[0]->peer.id.value, 0x7E0);
	assert_int_equal(who[0]->pdus, 1);
	assert_int_equal(who[0]->broken, 1);
	assert_int_equal(who[0]->timed, 1);
	assert_int_equal(who[0]->max_ns, 20 * MS);
	assert_int_equal(who[1]->from.id.value, 0x7E0);
	assert_int_equal(who[1]->pdus, 3);
	assert_int_equal(who[1]->broken, 0);
	assert_int_equal(who[1]->stmin_violations, 1);
	assert_int_equal(who[1]->timed, 2);
	assert_int_equal(who[1]->sum_ns, 6140 * US);
	assert_int_equal(measure_others(rig.m), 0);
	slowest = measure_slowest(rig.m);
	assert_non_null(slowest);
	assert_false(slowest->ours);
	assert_int_equal(slowest->ns, 20 * MS);
	assert_int_equal(slowest->o.from.id.value, 0x7E8);
	assert_int_equal(slowest->o.first_frame, 8);
	assert_int_equal(slowest->o.last_frame, 11);
	assert_null(slowest->o.data);
	measuring_stop();
}

static void test_too_many_senders(void **state)
{
	const struct measure_sender *who[MEASURE_SENDERS];
	struct measure *m = measure_new(&(struct measure_settings){ 0 });
	struct measure *sum = measure_new(&(struct measure_settings){ 0 });

	(void)state;
	assert_non_null(m);
	assert_non_null(sum);
	for (uint32_t i = 0; i < 2 * (MEASURE_SENDERS + 10); i++) {
		const struct isotp_observed o = {
			.from = { .id = { i % (MEASURE_SENDERS + 10), 29 } },
			.status = ISOTP_N_OK,
			.segmented = true,
			.last_ns = i,
		};

		measure_observed(m, &o);
	}
	assert_int_equal(measure_senders(m, who), MEASURE_SENDERS);
	assert_int_equal(who[0]->from.id.value, MEASURE_SENDERS - 1);
	assert_int_equal(who[MEASURE_SENDERS - 1]->from.id.value, 0);
	assert_int_equal(measure_others(m), 20);
	measure_add(sum, m);
	assert_int_equal(measure_senders(sum, who), MEASURE_SENDERS);
	assert_int_equal(measure_others(sum), 20);
	assert_int_equal(measure_slowest(sum)->o.from.id.value, MEASURE_SENDERS + 9);
	measure_free(m);
	measure_free(sum);
}

/* Of our own PDUs those that have a number; a round trip goes before. */
static void test_slowest_of_ours(void **state)
{
	(void)state;
	measuring_start((struct measure_settings){ .active = true }, &measured_pair, 1);
	measure_transfer(rig.m, 7, 9 * MS);
	see_transfer(0, 5000, "7E8#300005");
	assert_null(measure_slowest(rig.m));
	for (uint64_t i = 3; i < 10; i++) {
		measure_number(rig.m, i);
		measure_transfer(rig.m, 7, i == 5 ? 4 * MS : 2 * MS);
	}
	assert_true(measure_slowest(rig.m)->ours);
	assert_int_equal(measure_slowest(rig.m)->number, 5);
	assert_int_equal(measure_slowest(rig.m)->ns, 4 * MS);
	measure_round_trip(rig.m, 1 * MS);
	assert_int_equal(measure_slowest(rig.m)->number, 9);
	assert_int_equal(measure_slowest(rig.m)->ns, 1 * MS);
	measuring_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buses),
		cmocka_unit_test(test_senders),
		cmocka_unit_test(test_too_many_senders),
		cmocka_unit_test(test_slowest_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
