/* SPDX-License-Identifier: MIT */
/* Owns the tests of the stack's modes: what may be sent when, pacing, broadcast, functional,
 * listen. */
#include "support.h"

#include <errno.h>

static void refused_to_send(void **state)
{
	static const struct {
		const char *name;
		uint8_t dl;
		bool listen, functional, sf_broadcast, no_tx_id;
		size_t len;
		int rc;
	} cases[] = {
		{ "empty", .dl = 8, .len = 0, .rc = -EINVAL },
		{ "listener", .dl = 8, .listen = true, .len = 1, .rc = -EPERM },
		{ "no ID", .dl = 8, .functional = true, .no_tx_id = true, .len = 1, .rc = -EPERM },
		{ "functional, 7", .dl = 8, .functional = true, .len = 7, .rc = 0 },
		{ "functional, 8", .dl = 8, .functional = true, .len = 8, .rc = -EMSGSIZE },
		{ "functional FD, 62", .dl = 64, .functional = true, .len = 62, .rc = 0 },
		{ "functional FD, 63", .dl = 64, .functional = true, .len = 63, .rc = -EMSGSIZE },
		{ "broadcast, 7", .dl = 8, .sf_broadcast = true, .len = 7, .rc = 0 },
		{ "broadcast, 8", .dl = 8, .sf_broadcast = true, .len = 8, .rc = -EMSGSIZE },
		{ "beyond FF_DL", .dl = 8, .len = (size_t)UINT32_MAX + 1, .rc = -EMSGSIZE },
		{ "largest FF_DL", .dl = 8, .len = UINT32_MAX, .rc = 0 },
	};
	uint8_t pdu[64] = { 0 };
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		struct isotp_config cfg = cases[i].dl > 8 ? config_fd(64) : config_classic();

		cfg.listen = cases[i].listen;
		cfg.address.functional = cases[i].functional;
		cfg.sf_broadcast = cases[i].sf_broadcast;
		if (cases[i].no_tx_id)
			cfg.address.tx_id.width = 0;
		rig_init(&r, &cfg);
		if (isotp_stack_send(&r.stack, pdu, cases[i].len, r.now) != cases[i].rc)
			fail_at(HERE, "%s", cases[i].name);
		if (cases[i].rc)
			expect_quiet(&r);
	}
}

/* 34 bytes: the FF takes 6, four CFs the rest. */
static const char *const pdu_34 = "55*34";

static void start_34(struct rig *r, const struct isotp_config *cfg)
{
	rig_init(r, cfg);
	send_hex(r, pdu_34);
	expect_frame(r, "7E0#1022 55*6");
}

static void expect_cfs(struct rig *r, unsigned int first, unsigned int last, uint64_t gap)
{
	char cf[32];

	for (unsigned int i = first; i <= last; i++) {
		snprintf(cf, sizeof(cf), "7E0#2%X 55*7", i % 16);
		expect_frame(r, cf);
		if (i < last)
			pass(r, gap);
	}
}

static void busy_while_sending(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	assert_int_equal(rig_send_hex(&r, HERE, pdu_34), -EBUSY);
	feed(&r, "7E8#300100");
	assert_int_equal(rig_send_hex(&r, HERE, pdu_34), -EBUSY);
	expect_cfs(&r, 1, 1, 0);
	feed(&r, "7E8#300000");
	request(&r, "7E0#22 55*7");
	confirm(&r);
	request(&r, "7E0#23 55*7");
	confirm(&r);
	request(&r, "7E0#24 55*7");
	assert_int_equal(rig_send_hex(&r, HERE, pdu_34), -EBUSY);
	confirm(&r);
	expect_event(&r, "sent N_OK");
	send_hex(&r, "3E");
	expect_frame(&r, "7E0#013E");
}

/* Half duplex refuses while it receives, also before its own FC has left; full duplex does not. */
static void busy_while_receiving(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.half_duplex = true;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1008 11*6");
	assert_int_equal(rig_send_hex(&r, HERE, "3E"), -EBUSY);
	expect_frame(&r, "7E0#300000");
	assert_int_equal(rig_send_hex(&r, HERE, "3E"), -EBUSY);
	feed(&r, "7E8#211111");
	send_hex(&r, "3E");
	assert_string_equal(rig_outcome(&r), "received 1111111111111111; > 7E0#013E; sent N_OK");

	cfg.half_duplex = false;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1008 11*6");
	send_hex(&r, "3E");
	assert_string_equal(rig_outcome(&r), "> 7E0#300000; > 7E0#013E; sent N_OK");
	feed(&r, "7E8#211111");
	assert_string_equal(rig_outcome(&r), "received 1111111111111111");
}

/* The first CF after a CTS goes at once, STmin lies between the confirm and the next request. */
static void stmin_paces(void **state)
{
	const struct isotp_config cfg = config_classic();
	char fc[16];
	struct rig r;

	(void)state;
	for (unsigned int stmin = 0; stmin <= 255; stmin++) {
		const uint64_t gap = stmin <= 0x7F		      ? stmin * MS
				     : stmin >= 0xF1 && stmin <= 0xF9 ? (stmin - 0xF0) * 100 * US
								      : 127 * MS;

		start_34(&r, &cfg);
		r.now += 3 * MS;
		snprintf(fc, sizeof(fc), "7E8#3000%02X", stmin);
		feed(&r, fc);
		for (unsigned int sn = 1; sn <= 4; sn++) {
			snprintf(fc, sizeof(fc), "7E0#2%u 55*7", sn);
			request(&r, fc);
			r.now += 2 * MS; /* the bus is slow to take it */
			confirm(&r);
			if (gap && sn < 4)
				pass(&r, gap);
		}
		expect_event(&r, "sent N_OK");
	}
}

static void stmin_is_taken_anew(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	feed(&r, "7E8#300214");
	expect_cfs(&r, 1, 2, 20 * MS);
	feed(&r, "7E8#3000F3");
	expect_cfs(&r, 3, 4, 300 * US);
	expect_event(&r, "sent N_OK");
}

/* 9.6.5.6: after a reserved value STmin is 127 ms for the rest of the message. */
static void reserved_stmin_stays(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	feed(&r, "7E8#300280");
	expect_cfs(&r, 1, 2, 127 * MS);
	feed(&r, "7E8#300001");
	expect_cfs(&r, 3, 4, 127 * MS);
	expect_event(&r, "sent N_OK");
}

/* What this end adds or puts in place of the peer's STmin. */
static void pacing_of_ours(void **state)
{
	static const struct {
		const char *name;
		bool force;
		uint32_t stmin, txtime;
		uint64_t n_cs;
		const char *fc;
		uint64_t first, next;
	} cases[] = {
		{ "STmin alone", .fc = "7E8#300005", .first = 0, .next = 5 * MS },
		{ "forced", true, .stmin = 2 * MS, .fc = "7E8#300005", .next = 2 * MS },
		{ "forced to 0", true, .fc = "7E8#300005", .next = 0 },
		{ "frame_txtime", .txtime = MS, .fc = "7E8#300005", .first = MS, .next = 6 * MS },
		{ "frame_txtime, forced", true, 2 * MS, MS, 0, "7E8#300005", MS, 3 * MS },
		{ "N_Cs below", .n_cs = 3 * MS, .fc = "7E8#300005", 3 * MS, 5 * MS },
		{ "N_Cs above", .n_cs = 7 * MS, .fc = "7E8#300005", 7 * MS, 7 * MS },
		{ "N_Cs alone", .n_cs = 7 * MS, .fc = "7E8#300000", 7 * MS, 7 * MS },
	};
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		struct isotp_config cfg = config_classic();

		cfg.force_tx_stmin = cases[i].force;
		cfg.tx_stmin_ns = cases[i].stmin;
		cfg.frame_txtime_ns = cases[i].txtime;
		cfg.n_cs_ns = cases[i].n_cs;
		start_34(&r, &cfg);
		feed(&r, cases[i].fc);
		if (cases[i].first)
			pass(&r, cases[i].first);
		for (unsigned int sn = 1; sn <= 4; sn++) {
			expect_cfs(&r, sn, sn, 0);
			if (cases[i].next && sn < 4)
				pass(&r, cases[i].next);
		}
		expect_event(&r, "sent N_OK");
	}
}

/* FF and CFs without flow control; whatever the others say is not for this end. */
static void consecutive_frame_broadcast(void **state)
{
	static const struct {
		bool force;
		uint32_t stmin, txtime;
		uint64_t gap;
	} cases[] = {
		{ .gap = 0 },
		{ .txtime = MS, .gap = MS },
		{ true, .stmin = 4 * MS, .gap = 4 * MS },
		{ true, .stmin = 4 * MS, .txtime = MS, .gap = 4 * MS },
	};
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		struct isotp_config cfg = config_classic();

		cfg.cf_broadcast = true;
		cfg.address.rx_id.width = 0;
		cfg.force_tx_stmin = cases[i].force;
		cfg.tx_stmin_ns = cases[i].stmin;
		cfg.frame_txtime_ns = cases[i].txtime;
		start_34(&r, &cfg);
		for (unsigned int sn = 1; sn <= 4; sn++) {
			feed(&r, "7E8#320000");
			if (cases[i].gap)
				pass(&r, cases[i].gap);
			expect_cfs(&r, sn, sn, 0);
		}
		expect_event(&r, "sent N_OK");
		expect_quiet(&r);
	}
}

/* An end that broadcasts takes nothing, also on an ID that it was given. */
static void broadcasts_are_transmit_only(void **state)
{
	static const char *const frames[] = { "7E8#023E00", "7E8#1008 11*6", "7E8#211111",
					      "7E8#300000" };
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < 2 * COUNT(frames); i++) {
		struct isotp_config cfg = config_classic();

		cfg.cf_broadcast = i & 1;
		cfg.sf_broadcast = !cfg.cf_broadcast;
		rig_init(&r, &cfg);
		feed(&r, frames[i / 2]);
		expect_quiet(&r);
		send_hex(&r, "3E00");
		assert_string_equal(rig_outcome(&r), "> 7E0#023E00; sent N_OK");
	}
}

/* Functional: single frames only and never an answer of the network layer. */
static void functional_reception(void **state)
{
	static const struct {
		const char *frame, *want;
	} cases[] = {
		{ "7DF#023E00", "received 3E00" },
		{ "7DF#1008 11*6", "" },
		{ "7DF#21 11*7", "" },
		{ "7DF#300000", "" },
		{ "7DF#FF", "" },
		{ "7DF#00", "" },
		{ "7E0#023E00", "" },
	};
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.address = (struct isotp_address){ .rx_id = { 0x7DF, 11 }, .functional = true };
	for (unsigned int i = 0; i < 2 * COUNT(cases); i++) {
		cfg.half_duplex = i & 1;
		rig_init(&r, &cfg);
		feed(&r, cases[i / 2].frame);
		assert_string_equal(rig_outcome(&r), cases[i / 2].want);
		expect_quiet(&r);
	}
}

/* A listener says nothing, and allows for the time that the others' flow control takes. */
static void listener(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.listen = true;
	cfg.bs = 1;
	cfg.address.tx_id.width = 0;
	rig_init(&r, &cfg);
	feed(&r, "7E8#023E00");
	assert_string_equal(rig_outcome(&r), "received 3E00");
	feed(&r, "7E8#1014 11*6");
	pass(&r, 1900 * MS);
	feed(&r, "7E8#21 22*7");
	pass(&r, 1900 * MS);
	feed(&r, "7E8#22 33*7");
	assert_string_equal(rig_outcome(&r), "received 1111111111112222222222222233333333333333");

	feed(&r, "7E8#1014 11*6");
	feed(&r, "7E8#21 22*7");
	pass(&r, 2000 * MS);
	expect_event(&r, "broken N_TIMEOUT_Cr");

	rig_init_size(&r, &cfg, 19);
	feed(&r, "7E8#1014 11*6");
	assert_string_equal(rig_outcome(&r), "overflow 20");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_to_send),
		cmocka_unit_test(busy_while_sending),
		cmocka_unit_test(busy_while_receiving),
		cmocka_unit_test(stmin_paces),
		cmocka_unit_test(stmin_is_taken_anew),
		cmocka_unit_test(reserved_stmin_stays),
		cmocka_unit_test(pacing_of_ours),
		cmocka_unit_test(consecutive_frame_broadcast),
		cmocka_unit_test(broadcasts_are_transmit_only),
		cmocka_unit_test(functional_reception),
		cmocka_unit_test(listener),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
