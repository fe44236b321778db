/* SPDX-License-Identifier: MIT */
/* Owns the tests of what a connection may be made of, of how the stack is handled, and of names. */
#include "support.h"

#include <errno.h>

static struct isotp_config config_default(void)
{
	struct isotp_config cfg;

	memset(&cfg, 0xFF, sizeof(cfg));
	isotp_config_init(&cfg);
	return cfg;
}

static void defaults(void **state)
{
	const struct isotp_config cfg = config_default();

	(void)state;
	assert_false(cfg.fd || cfg.brs || cfg.esi || cfg.tx_padding || cfg.rx_padding);
	assert_false(cfg.check_pad_len || cfg.check_pad_data || cfg.half_duplex || cfg.listen);
	assert_false(cfg.force_tx_stmin || cfg.force_rx_stmin || cfg.sf_broadcast);
	assert_false(cfg.cf_broadcast || cfg.address.has_byte || cfg.address.functional);
	assert_int_equal(cfg.tx_dl, 8);
	assert_int_equal(cfg.txpad, 0xCC);
	assert_int_equal(cfg.rxpad, 0xCC);
	assert_int_equal(cfg.bs + cfg.stmin + cfg.wftmax, 0);
	assert_int_equal(cfg.n_as_ns, SECOND);
	assert_int_equal(cfg.n_bs_ns, SECOND);
	assert_int_equal(cfg.n_cr_ns, SECOND);
	assert_int_equal(cfg.n_br_ns + cfg.n_cs_ns + cfg.frame_txtime_ns, 0);
}

/* What is changed in a good configuration, and whether it is still good. */
struct change {
	const char *name;
	void (*make)(struct isotp_config *cfg);
	bool good;
};

/* Opens a function that changes one thing. */
#define CHANGE(name) static void name(struct isotp_config *cfg)

CHANGE(nothing)
{
	(void)cfg;
}

CHANGE(no_ids)
{
	cfg->address.tx_id.width = cfg->address.rx_id.width = 0;
	cfg->listen = true;
}

CHANGE(same_ids)
{
	cfg->address.tx_id = cfg->address.rx_id;
}

CHANGE(same_value_another_width)
{
	cfg->address.tx_id = (struct isotp_can_id){ cfg->address.rx_id.value, 29 };
}

CHANGE(tx_id_width_12)
{
	cfg->address.tx_id.width = 12;
}

CHANGE(rx_id_width_12)
{
	cfg->address.rx_id.width = 12;
}

CHANGE(tx_id_7ff)
{
	cfg->address.tx_id.value = 0x7FF;
}

CHANGE(tx_id_800)
{
	cfg->address.tx_id.value = 0x800;
}

CHANGE(rx_id_800)
{
	cfg->address.rx_id.value = 0x800;
}

CHANGE(largest_29_bit)
{
	cfg->address.tx_id = (struct isotp_can_id){ 0x1FFFFFFF, 29 };
}

CHANGE(beyond_29_bit)
{
	cfg->address.rx_id = (struct isotp_can_id){ 0x20000000, 29 };
}

CHANGE(brs_without_fd)
{
	cfg->brs = true;
}

CHANGE(esi_without_fd)
{
	cfg->esi = true;
}

CHANGE(fd_brs_esi)
{
	cfg->fd = cfg->brs = cfg->esi = true;
}

CHANGE(both_broadcasts)
{
	cfg->sf_broadcast = cfg->cf_broadcast = true;
}

CHANGE(functional_cf_broadcast)
{
	cfg->cf_broadcast = cfg->address.functional = true;
}

CHANGE(listening_cf_broadcast)
{
	cfg->listen = cfg->cf_broadcast = true;
}

CHANGE(listening_sf_broadcast)
{
	cfg->listen = cfg->sf_broadcast = true;
}

CHANGE(no_tx_id)
{
	cfg->address.tx_id.width = 0;
}

CHANGE(no_tx_id_listening)
{
	cfg->address.tx_id.width = 0;
	cfg->listen = true;
}

CHANGE(no_tx_id_functional)
{
	cfg->address.tx_id.width = 0;
	cfg->address.functional = true;
}

CHANGE(no_rx_id)
{
	cfg->address.rx_id.width = 0;
}

CHANGE(no_rx_id_functional)
{
	cfg->address.rx_id.width = 0;
	cfg->address.functional = true;
}

CHANGE(no_rx_id_sf_broadcast)
{
	cfg->address.rx_id.width = 0;
	cfg->sf_broadcast = true;
}

CHANGE(no_rx_id_cf_broadcast)
{
	cfg->address.rx_id.width = 0;
	cfg->cf_broadcast = true;
}

CHANGE(no_n_as)
{
	cfg->n_as_ns = 0;
}

CHANGE(no_n_bs)
{
	cfg->n_bs_ns = 0;
}

CHANGE(no_n_cr)
{
	cfg->n_cr_ns = 0;
}

#define GOOD(name)                                                                                 \
	{                                                                                          \
#name, name, true                                                                  \
	}
#define BAD(name)                                                                                  \
	{                                                                                          \
#name, name, false                                                                 \
	}

static const struct change changes[] = {
	GOOD(nothing),
	BAD(no_ids),
	BAD(same_ids),
	GOOD(same_value_another_width),
	BAD(tx_id_width_12),
	BAD(rx_id_width_12),
	GOOD(tx_id_7ff),
	BAD(tx_id_800),
	BAD(rx_id_800),
	GOOD(largest_29_bit),
	BAD(beyond_29_bit),
	BAD(brs_without_fd),
	BAD(esi_without_fd),
	GOOD(fd_brs_esi),
	BAD(both_broadcasts),
	BAD(functional_cf_broadcast),
	BAD(listening_cf_broadcast),
	BAD(listening_sf_broadcast),
	BAD(no_tx_id),
	GOOD(no_tx_id_listening),
	GOOD(no_tx_id_functional),
	BAD(no_rx_id),
	GOOD(no_rx_id_functional),
	GOOD(no_rx_id_sf_broadcast),
	GOOD(no_rx_id_cf_broadcast),
	BAD(no_n_as),
	BAD(no_n_bs),
	BAD(no_n_cr),
};

/* A stack refuses what the check refuses; each refusal has a reason, and nothing else has one. */
static void possible_connections(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT(changes); i++) {
		struct isotp_config cfg = config_classic();
		const int want = changes[i].good ? 0 : -EINVAL;
		struct isotp_stack stack;
		const char *reason = "";

		changes[i].make(&cfg);
		if (isotp_config_check(&cfg, &reason) != want || !reason != changes[i].good)
			fail_at(HERE, "%s: %s", changes[i].name, reason ? reason : "no reason");
		assert_int_equal(isotp_stack_init(&stack, &cfg, NULL, 0), want);
	}
}

static void frame_lengths(void **state)
{
	(void)state;
	for (unsigned int dl = 0; dl <= 255; dl++) {
		struct isotp_config cfg = config_fd((uint8_t)dl);
		const char *reason;
		bool good = false;

		for (unsigned int i = 0; i < COUNT(all_tx_dl); i++)
			good |= all_tx_dl[i] == dl;
		assert_int_equal(isotp_config_check(&cfg, &reason), good ? 0 : -EINVAL);
		cfg.fd = false;
		assert_int_equal(isotp_config_check(&cfg, &reason), dl == 8 ? 0 : -EINVAL);
	}
}

/* The stack's memory may hold anything before. */
static void init_of_used_memory(void **state)
{
	const struct isotp_config cfg = config_classic();
	uint8_t buffer[8];
	uint32_t done, length;
	struct isotp_event ev;
	struct isotp_stack s;

	(void)state;
	memset(&s, 0xFF, sizeof(s));
	assert_int_equal(isotp_stack_init(&s, &cfg, buffer, sizeof(buffer)), 0);
	assert_null(isotp_stack_peek(&s, 0));
	assert_false(isotp_stack_event(&s, &ev));
	assert_false(isotp_stack_in_flight(&s));
	assert_false(isotp_stack_sending(&s, &done, &length));
	assert_false(isotp_stack_receiving(&s, &done, &length));
	assert_int_equal(isotp_stack_deadline(&s), ISOTP_NEVER);
}

/* "requested" and "confirmed" out of turn do nothing. */
static void handed_over_out_of_turn(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	isotp_stack_requested(&r.stack, r.now);
	isotp_stack_confirmed(&r.stack, r.now);
	assert_false(isotp_stack_in_flight(&r.stack));
	feed(&r, "7E8#1008 11*6");
	isotp_stack_requested(&r.stack, r.now); /* nothing was peeked at */
	assert_string_equal(rig_outcome(&r), "> 7E0#300000");
	feed(&r, "7E8#211111");
	expect_event(&r, "received 1111111111111111");
	send_hex(&r, "11*20");
	isotp_stack_requested(&r.stack, r.now);
	request(&r, "7E0#1014 11*6");
	assert_null(isotp_stack_peek(&r.stack, r.now));
	r.now += 600 * MS;
	isotp_stack_requested(&r.stack, r.now); /* a second time: N_As runs from the first */
	pass(&r, 400 * MS);
	expect_event(&r, "sent N_TIMEOUT_A");

	send_hex(&r, "11*20");
	expect_frame(&r, "7E0#1014 11*6");
	isotp_stack_confirmed(&r.stack, r.now + 500 * MS); /* a second time: so does N_Bs */
	isotp_stack_requested(&r.stack, r.now);
	assert_false(isotp_stack_in_flight(&r.stack));
	pass(&r, SECOND);
	expect_event(&r, "sent N_TIMEOUT_Bs");
}

/* Nobody reads the events: the oldest are kept, and nothing else is harmed. */
static void unread_events(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	for (unsigned int i = 0; i < 300; i++)
		feed(&r, "7E8#023E00");
	for (unsigned int i = 0; i < ISOTP_EVENTS_MAX; i++)
		expect_event(&r, "received 3E00");
	expect_quiet(&r);
	feed(&r, "7E8#023E00");
	expect_event(&r, "received 3E00");
	expect_quiet(&r);
}

static void result_names(void **state)
{
	static const struct {
		const char *name, *key;
	} rows[] = {
		{ "N_OK", "ok" },
		{ "N_TIMEOUT_A", "timeout_a" },
		{ "N_TIMEOUT_Bs", "timeout_bs" },
		{ "N_TIMEOUT_Cr", "timeout_cr" },
		{ "N_WRONG_SN", "wrong_sn" },
		{ "N_INVALID_FS", "invalid_fs" },
		{ "N_UNEXP_PDU", "unexp_pdu" },
		{ "N_WFT_OVRN", "wft_ovrn" },
		{ "N_BUFFER_OVFLW", "buffer_ovflw" },
		{ "N_ERROR", "error" },
		{ "padding", "padding" },
		{ "incomplete", "incomplete" },
	};

	(void)state;
	assert_int_equal(COUNT(rows), ISOTP_RESULTS);
	for (unsigned int i = 0; i < COUNT(rows); i++) {
		assert_string_equal(isotp_result_name((enum isotp_result)i), rows[i].name);
		assert_string_equal(isotp_result_key((enum isotp_result)i), rows[i].key);
	}
	assert_string_equal(isotp_result_name(ISOTP_RESULTS), "N_ERROR");
	assert_string_equal(isotp_result_name((enum isotp_result) - 1), "N_ERROR");
	assert_string_equal(isotp_result_key(ISOTP_RESULTS), "error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(possible_connections),
		cmocka_unit_test(frame_lengths),
		cmocka_unit_test(init_of_used_memory),
		cmocka_unit_test(handed_over_out_of_turn),
		cmocka_unit_test(unread_events),
		cmocka_unit_test(result_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
