/* SPDX-License-Identifier: MIT */
/* Owns the tests of who keeps whom waiting: wait frames of both ends, N_WFTmax, N_Br. */
#include "support.h"

/* When a WT is due, after the FF or the last WT: 0.8 N_Bs, and N_Bs is a second. */
#define WT_PERIOD (800 * MS)

static void start_20(struct rig *r)
{
	const struct isotp_config cfg = config_classic();

	rig_init(r, &cfg);
	send_hex(r, "11*20");
	expect_frame(r, "7E0#1014 11*6");
}

/* A WT restarts N_Bs, without a limit to their number. */
static void wait_frames_received(void **state)
{
	struct rig r;

	(void)state;
	start_20(&r);
	for (unsigned int i = 0; i < 1000; i++) {
		pass(&r, SECOND - 1);
		feed(&r, "7E8#31FFFF");
		expect_deadline(&r, SECOND);
	}
	pass(&r, SECOND - 1);
	feed(&r, "7E8#300000");
	expect_frame(&r, "7E0#21 11*7");

	start_20(&r);
	pass(&r, SECOND - 1);
	feed(&r, "7E8#310000");
	pass(&r, SECOND);
	expect_event(&r, "sent N_TIMEOUT_Bs");
}

/* A WT that is read before the confirm counts, and the confirm does not undo it. */
static void wait_frame_before_the_confirm(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	send_hex(&r, "11*20");
	request(&r, "7E0#1014 11*6");
	feed(&r, "7E8#310000");
	confirm(&r);
	expect_deadline(&r, SECOND);
	pass(&r, SECOND);
	expect_event(&r, "sent N_TIMEOUT_Bs");
}

/* N_WFTmax wait frames 0.8 N_Bs apart, then the silent end. */
static void wait_frames_sent(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	for (unsigned int wftmax = 0; wftmax <= 255; wftmax += 51) {
		cfg.wftmax = (uint8_t)wftmax;
		rig_init(&r, &cfg);
		isotp_stack_set_ready(&r.stack, false, r.now);
		feed(&r, "7E8#1014 11*6");
		for (unsigned int i = 0; i < wftmax; i++) {
			pass(&r, WT_PERIOD);
			request(&r, "7E0#310000");
			pass(&r, 50 * MS); /* the time to the next WT runs from the confirm */
			confirm(&r);
		}
		pass(&r, WT_PERIOD);
		expect_event(&r, "broken N_WFT_OVRN");
		feed(&r, "7E8#21 11*7");
		expect_quiet(&r);
		expect_deadline(&r, ISOTP_NEVER);
	}
}

/* Ready again: CTS at once, and the count of WTs starts anew with the next block. */
static void ready_again(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.wftmax = 1;
	cfg.bs = 1;
	rig_init(&r, &cfg);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#101B 11*6"); /* three CFs */
	for (unsigned int i = 0; i < 3; i++) {
		char cf[32];

		pass(&r, WT_PERIOD);
		expect_frame(&r, "7E0#310000");
		pass(&r, 500 * MS);
		isotp_stack_set_ready(&r.stack, true, r.now);
		expect_frame(&r, "7E0#300100");
		expect_deadline(&r, SECOND);
		isotp_stack_set_ready(&r.stack, false, r.now);
		snprintf(cf, sizeof(cf), "7E8#2%u 11*7", i + 1);
		feed(&r, cf);
	}
	expect_event(&r, "received 111111111111111111111111111111111111111111111111111111");
}

/* Ready again before the first WT was due: none is sent, also none at N_WFTmax 0. */
static void ready_in_time(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	for (unsigned int wftmax = 0; wftmax <= 1; wftmax++) {
		cfg.wftmax = (uint8_t)wftmax;
		rig_init(&r, &cfg);
		isotp_stack_set_ready(&r.stack, false, r.now);
		feed(&r, "7E8#1014 11*6");
		pass(&r, WT_PERIOD - 1);
		isotp_stack_set_ready(&r.stack, true, r.now);
		expect_frame(&r, "7E0#300000");
	}
}

/* N_Cr does not run while WTs are sent, however long they keep the peer waiting. */
static void wait_frames_do_not_start_n_cr(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.wftmax = 10;
	cfg.n_cr_ns = MS;
	rig_init(&r, &cfg);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#1014 11*6");
	for (unsigned int i = 0; i < 10; i++) {
		pass(&r, WT_PERIOD);
		expect_frame(&r, "7E0#310000");
	}
	isotp_stack_set_ready(&r.stack, true, r.now);
	expect_frame(&r, "7E0#300000");
	pass(&r, MS);
	expect_event(&r, "broken N_TIMEOUT_Cr");
}

/* N_Br delays each CTS; above 0.8 N_Bs it needs WTs, or there is no way. */
static void n_br(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.n_br_ns = 30 * MS;
	cfg.bs = 1;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	expect_deadline(&r, 30 * MS);
	pass(&r, 30 * MS);
	expect_frame(&r, "7E0#300100");
	feed(&r, "7E8#21 11*7");
	pass(&r, 30 * MS);
	expect_frame(&r, "7E0#300100");

	cfg.n_br_ns = 2000 * MS;
	cfg.wftmax = 2;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	pass(&r, WT_PERIOD);
	expect_frame(&r, "7E0#310000");
	pass(&r, WT_PERIOD);
	expect_frame(&r, "7E0#310000");
	pass(&r, 400 * MS);
	expect_frame(&r, "7E0#300100");

	cfg.wftmax = 1;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	pass(&r, WT_PERIOD);
	expect_frame(&r, "7E0#310000");
	pass(&r, WT_PERIOD);
	expect_event(&r, "broken N_WFT_OVRN");
}

/* OVFLW is never delayed. */
static void overflow_goes_at_once(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.n_br_ns = 30 * MS;
	cfg.wftmax = 1;
	rig_init_size(&r, &cfg, 19);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#1014 11*6");
	expect_event(&r, "overflow 20");
	assert_true(isotp_stack_deadline(&r.stack) <= r.now);
	expect_frame(&r, "7E0#320000");
	pass(&r, 10 * SECOND);
	expect_quiet(&r);
}

/* At 0.8 N_Bs to the nanosecond CTS goes before WT, and before the silent end. */
static void n_br_of_a_wt_period(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.n_br_ns = WT_PERIOD;
	for (unsigned int wftmax = 0; wftmax <= 1; wftmax++) {
		cfg.wftmax = (uint8_t)wftmax;
		rig_init(&r, &cfg);
		feed(&r, "7E8#1014 11*6");
		pass(&r, WT_PERIOD);
		expect_frame(&r, "7E0#300000");
	}
}

/* Ready when the time is over is too late, also where nobody has looked at the timers since. */
static void ready_too_late(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#1014 11*6");
	r.now += 10 * SECOND;
	assert_null(isotp_stack_peek(&r.stack, r.now));
	isotp_stack_set_ready(&r.stack, true, r.now);
	assert_string_equal(rig_outcome(&r), "broken N_WFT_OVRN");
}

/* A peer that does not await our CTS gains no time by that. */
static void fast_peer_postpones_nothing(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.bs = 1;
	cfg.wftmax = 1;
	rig_init(&r, &cfg);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#1022 11*6");
	pass(&r, 500 * MS);
	feed(&r, "7E8#21 11*7");
	pass(&r, 300 * MS);
	expect_frame(&r, "7E0#310000");
	pass(&r, 500 * MS);
	feed(&r, "7E8#22 11*7");
	pass(&r, 300 * MS);
	expect_event(&r, "broken N_WFT_OVRN");
}

/* A new FF while our WT is on its way: its time counts from the FF, not from that WT's confirm. */
static void wait_frame_of_the_pdu_before(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.wftmax = 3;
	rig_init(&r, &cfg);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#1014 11*6");
	pass(&r, WT_PERIOD);
	request(&r, "7E0#310000");
	feed(&r, "7E8#1014 22*6");
	expect_event(&r, "broken N_UNEXP_PDU");
	r.now += 100 * MS;
	confirm(&r);
	expect_deadline(&r, WT_PERIOD - 100 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wait_frames_received),
		cmocka_unit_test(wait_frame_before_the_confirm),
		cmocka_unit_test(wait_frames_sent),
		cmocka_unit_test(ready_again),
		cmocka_unit_test(ready_in_time),
		cmocka_unit_test(wait_frames_do_not_start_n_cr),
		cmocka_unit_test(n_br),
		cmocka_unit_test(overflow_goes_at_once),
		cmocka_unit_test(n_br_of_a_wt_period),
		cmocka_unit_test(ready_too_late),
		cmocka_unit_test(fast_peer_postpones_nothing),
		cmocka_unit_test(wait_frame_of_the_pdu_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
