/* SPDX-License-Identifier: MIT */
/* Owns the tests of time: N_As, N_Ar, N_Bs, N_Br, N_Cr, wait frames, and the deadline that is told.
 */
#include "support.h"

/* Each time-out differs, so that one taken for another shows. */
enum { N_AS_MS = 300, N_BS_MS = 1000, N_CR_MS = 700 };

#define N_AS (N_AS_MS * MS)
#define N_BS (N_BS_MS * MS)
#define N_CR (N_CR_MS * MS)

static struct isotp_config config_timed(void)
{
	struct isotp_config cfg = config_classic();

	cfg.n_as_ns = N_AS;
	cfg.n_bs_ns = N_BS;
	cfg.n_cr_ns = N_CR;
	return cfg;
}

static void start(struct rig *r)
{
	const struct isotp_config cfg = config_timed();

	rig_init(r, &cfg);
}

/* 20 bytes: an FF and two CFs. */
static void start_20(struct rig *r)
{
	start(r);
	send_hex(r, "11*20");
	expect_frame(r, "7E0#1014 11*6");
}

/* The FF arrives, the CTS has left. */
static void receive_20(struct rig *r, const struct isotp_config *cfg)
{
	rig_init(r, cfg);
	feed(r, "7E8#1014 11*6");
	expect_frame(r, "7E0#300000");
}

/* The frame was handed over and the bus does not take it. */
static void expect_stuck(struct rig *r, const char *frame, const char *event)
{
	request(r, frame);
	assert_true(isotp_stack_in_flight(&r->stack));
	expect_deadline(r, N_AS);
	pass(r, N_AS);
	if (*event)
		expect_event(r, event);
	assert_false(isotp_stack_in_flight(&r->stack));
	expect_quiet(r);
	expect_deadline(r, ISOTP_NEVER);
	confirm(r); /* too late: nothing comes of it */
	expect_quiet(r);
}

static void n_as(void **state)
{
	struct rig r;

	(void)state;
	start(&r);
	send_hex(&r, "3E");
	expect_stuck(&r, "7E0#013E", "sent N_TIMEOUT_A");

	send_hex(&r, "11*20");
	expect_stuck(&r, "7E0#1014 11*6", "sent N_TIMEOUT_A");

	start_20(&r);
	feed(&r, "7E8#300000");
	expect_stuck(&r, "7E0#21 11*7", "sent N_TIMEOUT_A");

	start_20(&r);
	feed(&r, "7E8#300100");
	expect_stuck(&r, "7E0#21 11*7", "sent N_TIMEOUT_A");

	start_20(&r);
	feed(&r, "7E8#300000");
	expect_frame(&r, "7E0#21 11*7");
	expect_stuck(&r, "7E0#22 11*7", "sent N_TIMEOUT_A");
}

/* The confirm comes just in time; then N_As is over with. */
static void n_as_just_in_time(void **state)
{
	struct rig r;

	(void)state;
	start(&r);
	send_hex(&r, "3E");
	request(&r, "7E0#013E");
	pass(&r, N_AS - 1);
	confirm(&r);
	expect_event(&r, "sent N_OK");
	pass(&r, SECOND);
	expect_quiet(&r);
}

static void n_ar(void **state)
{
	struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	cfg.wftmax = 1;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	expect_stuck(&r, "7E0#300000", "broken N_TIMEOUT_A");

	rig_init(&r, &cfg);
	isotp_stack_set_ready(&r.stack, false, r.now);
	feed(&r, "7E8#1014 11*6");
	pass(&r, N_BS / 10 * 8);
	expect_stuck(&r, "7E0#310000", "broken N_TIMEOUT_A");

	rig_init_size(&r, &cfg, 19);
	feed(&r, "7E8#1014 11*6");
	expect_event(&r, "overflow 20");
	expect_stuck(&r, "7E0#320000", "");
}

/* N_As ends what we send and leaves what we receive as it is; N_Ar the other way round. */
static void n_as_and_n_ar_are_apart(void **state)
{
	const struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	receive_20(&r, &cfg);
	send_hex(&r, "3E");
	request(&r, "7E0#013E");
	pass(&r, N_AS);
	expect_event(&r, "sent N_TIMEOUT_A");
	feed(&r, "7E8#21 11*7");
	feed(&r, "7E8#22 11*7");
	expect_event(&r, "received 1111111111111111111111111111111111111111");

	start_20(&r);
	feed(&r, "7E8#1014 11*6");
	request(&r, "7E0#300000");
	pass(&r, N_AS);
	expect_event(&r, "broken N_TIMEOUT_A");
	feed(&r, "7E8#300000");
	expect_frame(&r, "7E0#21 11*7");
}

/* From the confirm of the FF, and of a block's last CF, not from the request. */
static void n_bs(void **state)
{
	struct rig r;

	(void)state;
	start(&r);
	send_hex(&r, "11*20");
	request(&r, "7E0#1014 11*6");
	pass(&r, N_AS / 2);
	confirm(&r);
	expect_deadline(&r, N_BS);
	pass(&r, N_BS - 1);
	feed(&r, "7E8#300100");
	request(&r, "7E0#21 11*7");
	pass(&r, N_AS / 2);
	confirm(&r);
	expect_deadline(&r, N_BS);
	pass(&r, N_BS);
	expect_event(&r, "sent N_TIMEOUT_Bs");
	feed(&r, "7E8#300100");
	pass(&r, 10 * SECOND);
	expect_quiet(&r);
	expect_deadline(&r, ISOTP_NEVER);
}

/* Frames that are no FC do not restart it. */
static void n_bs_runs_on(void **state)
{
	static const char *const frames[] = { "7E8#30",	  "7E8#3000", "7E9#310000", "7E8##0310000",
					      "7E8#023E", "7E8#00",   "7E8#40*8" };
	struct rig r;

	(void)state;
	start_20(&r);
	for (unsigned int i = 0; i < COUNT(frames); i++) {
		pass(&r, MS);
		feed(&r, frames[i]);
	}
	pass(&r, N_BS - COUNT(frames) * MS);
	expect_event(&r, "sent N_TIMEOUT_Bs");
}

/* From the confirm of the CTS, and from each CF. */
static void n_cr(void **state)
{
	struct rig r;

	(void)state;
	start(&r);
	feed(&r, "7E8#1022 11*6");
	request(&r, "7E0#300000");
	pass(&r, N_AS / 2);
	confirm(&r);
	expect_deadline(&r, N_CR);
	pass(&r, N_CR - 1);
	feed(&r, "7E8#21 11*7");
	expect_deadline(&r, N_CR);
	pass(&r, N_CR - 1);
	feed(&r, "7E8#22 11*7");
	pass(&r, N_CR);
	expect_event(&r, "broken N_TIMEOUT_Cr");
	feed(&r, "7E8#23 11*7");
	expect_quiet(&r);
	expect_deadline(&r, ISOTP_NEVER);
}

/* An ignored CF changes neither SN nor N_Cr. */
static void n_cr_runs_on(void **state)
{
	static const char *const frames[] = { "7E8#21", "7E8#21 11*6", "7E8##021 11*7",
					      "7E9#21 11*7", "7E8#40*8" };
	const struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	receive_20(&r, &cfg);
	for (unsigned int i = 0; i < COUNT(frames); i++) {
		pass(&r, MS);
		feed(&r, frames[i]);
	}
	pass(&r, N_CR - COUNT(frames) * MS);
	expect_event(&r, "broken N_TIMEOUT_Cr");
}

/* While the receiver owes an FC, N_Cr stands still; the block's last CF does not start it. */
static void n_cr_waits_for_our_flow_control(void **state)
{
	struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	cfg.bs = 1;
	cfg.n_br_ns = N_BS / 10 * 8 - 1;
	cfg.n_cr_ns = 100 * MS;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	pass(&r, cfg.n_br_ns);
	expect_frame(&r, "7E0#300100");
	feed(&r, "7E8#21 11*7");
	pass(&r, cfg.n_br_ns);
	expect_frame(&r, "7E0#300100");
	pass(&r, 100 * MS);
	expect_event(&r, "broken N_TIMEOUT_Cr");
}

/* What the deadline says in each state; what is due at once has a deadline that is over. */
static void deadlines(void **state)
{
	struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	expect_deadline(&r, ISOTP_NEVER);
	send_hex(&r, "11*20");
	assert_true(isotp_stack_deadline(&r.stack) <= r.now);
	request(&r, "7E0#1014 11*6");
	expect_deadline(&r, N_AS);
	confirm(&r);
	expect_deadline(&r, N_BS);
	feed(&r, "7E8#300014");
	assert_true(isotp_stack_deadline(&r.stack) <= r.now);
	expect_frame(&r, "7E0#21 11*7");
	expect_deadline(&r, 20 * MS);

	feed(&r, "7E8#1014 22*6"); /* and a reception beside it */
	assert_true(isotp_stack_deadline(&r.stack) <= r.now);
	expect_frame(&r, "7E0#300000");
	expect_deadline(&r, 20 * MS);
	pass(&r, 20 * MS);
	expect_frame(&r, "7E0#22 11*7");
	expect_event(&r, "sent N_OK");
	expect_deadline(&r, N_CR - 20 * MS);
	feed(&r, "7E8#21 22*7");
	feed(&r, "7E8#22 22*7");
	expect_event(&r, "received 2222222222222222222222222222222222222222");
	expect_deadline(&r, ISOTP_NEVER);
}

/* A caller that comes late still gets the result, and a frame that is late is too late. */
static void late_caller(void **state)
{
	const struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	start_20(&r);
	r.now += 10 * N_BS;
	feed(&r, "7E8#300000");
	assert_string_equal(rig_outcome(&r), "sent N_TIMEOUT_Bs");

	receive_20(&r, &cfg);
	r.now += 10 * N_CR;
	feed(&r, "7E8#21 11*7");
	assert_string_equal(rig_outcome(&r), "broken N_TIMEOUT_Cr");

	start_20(&r);
	feed(&r, "7E8#30000A");
	expect_frame(&r, "7E0#21 11*7");
	r.now += SECOND;
	assert_string_equal(rig_outcome(&r), "> 7E0#2211111111111111; sent N_OK");
}

/* When several time-outs are over, the first counts. */
static void first_time_out_counts(void **state)
{
	struct rig r;

	(void)state;
	start(&r);
	feed(&r, "7E8#1014 11*6");
	request(&r, "7E0#300000");
	r.now += 10 * SECOND;
	isotp_stack_advance(&r.stack, r.now);
	assert_string_equal(rig_outcome(&r), "broken N_TIMEOUT_A");

	start(&r);
	send_hex(&r, "11*20");
	request(&r, "7E0#1014 11*6");
	r.now += 10 * SECOND;
	feed(&r, "7E8#300000");
	assert_string_equal(rig_outcome(&r), "sent N_TIMEOUT_A");
}

/* The end of time is not reached by a time-out that was set to "never". */
static void endless_time_outs(void **state)
{
	struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	cfg.n_bs_ns = ISOTP_NEVER;
	cfg.n_cr_ns = ISOTP_NEVER;
	rig_init(&r, &cfg);
	send_hex(&r, "11*20");
	expect_frame(&r, "7E0#1014 11*6");
	feed(&r, "7E8#1014 11*6");
	expect_frame(&r, "7E0#300000");
	pass(&r, UINT64_C(1000000) * SECOND);
	expect_quiet(&r);
}

static void endless_time_out_of_a_listener(void **state)
{
	struct isotp_config cfg = config_timed();
	struct rig r;

	(void)state;
	cfg.listen = true;
	cfg.n_cr_ns = ISOTP_NEVER;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	pass(&r, UINT64_C(1000000) * SECOND);
	expect_quiet(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(n_as),
		cmocka_unit_test(n_as_just_in_time),
		cmocka_unit_test(n_ar),
		cmocka_unit_test(n_as_and_n_ar_are_apart),
		cmocka_unit_test(n_bs),
		cmocka_unit_test(n_bs_runs_on),
		cmocka_unit_test(n_cr),
		cmocka_unit_test(n_cr_runs_on),
		cmocka_unit_test(n_cr_waits_for_our_flow_control),
		cmocka_unit_test(deadlines),
		cmocka_unit_test(late_caller),
		cmocka_unit_test(first_time_out_counts),
		cmocka_unit_test(endless_time_outs),
		cmocka_unit_test(endless_time_out_of_a_listener),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
