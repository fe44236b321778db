/* SPDX-License-Identifier: MIT */
/* Owns the tests of PDUs that start a fixed time apart. */
#include "cli/pace.h"
#include "support.h"

enum { START = 1000000, INTERVAL = 100 };

static void expect_next(struct pace *p, uint64_t began, uint64_t ended, uint64_t turn)
{
	pace_done(p, START + began, START + ended);
	assert_int_equal(p->turn, START + turn);
}

static void grid_from_the_first_one(void **state)
{
	struct pace p = { .interval_ns = INTERVAL };

	(void)state;
	assert_int_equal(p.turn, 0);
	expect_next(&p, 0, 30, 100);
	expect_next(&p, 105, 130, 200); /* late, but in time for the next */
	expect_next(&p, 200, 300, 400); /* as long as the interval: 300 has begun */
	expect_next(&p, 400, 499, 500);
}

static void passed_moments_are_left_out(void **state)
{
	struct pace p = { .interval_ns = INTERVAL };

	(void)state;
	expect_next(&p, 0, 30, 100);
	expect_next(&p, 100, 850, 900);
	expect_next(&p, 900, 910, 1000);
	expect_next(&p, 990, 995, 1100); /* the clock of who waits may be short */
}

static void waiting_for_the_bus_is_not_made_up_for(void **state)
{
	struct pace p = { .interval_ns = INTERVAL };

	(void)state;
	expect_next(&p, 0, 850, 950);
	expect_next(&p, 950, 960, 1050);
}

static void without_an_interval_at_once(void **state)
{
	struct pace p = { 0 };

	(void)state;
	pace_done(&p, START, START + 5);
	assert_int_equal(p.turn, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grid_from_the_first_one),
		cmocka_unit_test(passed_moments_are_left_out),
		cmocka_unit_test(waiting_for_the_bus_is_not_made_up_for),
		cmocka_unit_test(without_an_interval_at_once),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
