/* SPDX-License-Identifier: MIT */
/* Owns the tests of the receiver: reassembly, the lengths it accepts, its flow control, its buffer.
 */
#include "support.h"

static const struct isotp_can_id peer_sends = { 0x7E8, 11 };

/* Calls `check` with each RX_DL, classic and FD, with and without an address byte. */
static void each_shape(void (*check)(const struct shape *))
{
	for (unsigned int i = 0; i < 2 * (COUNT(all_tx_dl) + 1); i++) {
		const struct shape shape = {
			.fd = i >= 2,
			.dl = i < 2 ? 8 : all_tx_dl[i / 2 - 1],
			.byte = i & 1,
		};

		check(&shape);
	}
}

static void feed_frame(struct rig *r, const struct shape *shape, const uint8_t *pci, size_t pci_len,
		       const uint8_t *data, size_t len)
{
	const struct isotp_frame f = build_frame(shape, peer_sends, 0xF1, pci, pci_len, data, len);

	isotp_stack_receive(&r->stack, &f, r->now);
}

static void expect_fc(struct rig *r, const struct shape *shape, const char *status)
{
	char fc[64];

	snprintf(fc, sizeof(fc), "7E0%s%s%s", shape->fd ? "##0" : "#", shape->byte ? "10" : "",
		 status);
	expect_frame(r, fc);
}

static void check_single_frames(const struct shape *shape)
{
	const struct isotp_config cfg = config_of_shape(shape);
	const size_t lead = shape->byte ? 1 : 0;
	const size_t max = shape->dl - lead - (shape->dl > 8 ? 2 : 1);
	uint8_t pdu[64];
	struct rig r;

	pattern_fill(pdu, sizeof(pdu));
	rig_init(&r, &cfg);
	for (size_t len = 1; len <= max; len++) {
		const uint8_t pci[2] = { len <= 7 - lead ? (uint8_t)len : 0, (uint8_t)len };

		feed_frame(&r, shape, pci, len <= 7 - lead ? 1 : 2, pdu, len);
		expect_received(&r, pdu, len);
		expect_quiet(&r);
	}
}

static void single_frames(void **state)
{
	(void)state;
	each_shape(check_single_frames);
}

/* Feeds FF and CFs, and looks after the FC; the receiver says CTS once, with BS 0. */
static void feed_segments(struct rig *r, const struct shape *shape, const uint8_t *pdu, size_t len)
{
	const uint8_t ff_short[] = { (uint8_t)(0x10 | len >> 8), (uint8_t)len };
	const uint8_t ff_long[] = { 0x10, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len };
	const size_t lead = shape->byte ? 1 : 0;
	const size_t ff_pci = len > 4095 ? 6 : 2;
	const size_t room = shape->dl - lead - 1;
	size_t done = shape->dl - lead - ff_pci;

	feed_frame(r, shape, len > 4095 ? ff_long : ff_short, ff_pci, pdu, done);
	expect_fc(r, shape, "300000");
	for (unsigned int sn = 1; done < len; sn++) {
		const uint8_t pci = (uint8_t)(0x20 | (sn & 15));
		const size_t part = len - done < room ? len - done : room;

		expect_quiet(r);
		feed_frame(r, shape, &pci, 1, pdu + done, part);
		done += part;
	}
}

static void check_segmented(const struct shape *shape)
{
	const struct isotp_config cfg = config_of_shape(shape);
	const size_t lead = shape->byte ? 1 : 0;
	const size_t first = shape->dl - lead - (shape->dl > 8 ? 1u : 0u);
	const size_t long_ones[] = { 20u * shape->dl, 4094, 4095, 4096, 4097, 5000 };
	uint8_t pdu[PDU_MAX];
	struct rig r;

	pattern_fill(pdu, sizeof(pdu));
	rig_init(&r, &cfg);
	for (size_t len = first; len < first + 2u * shape->dl; len++) {
		feed_segments(&r, shape, pdu, len);
		expect_received(&r, pdu, len);
		expect_quiet(&r);
	}
	for (size_t i = 0; i < COUNT(long_ones); i++) {
		feed_segments(&r, shape, pdu, long_ones[i]);
		expect_received(&r, pdu, long_ones[i]);
	}
}

static void segmented(void **state)
{
	(void)state;
	each_shape(check_segmented);
}

/* One byte less than the smallest FF_DL: ignored, without an FC. */
static void check_smallest_ff_dl(const struct shape *shape)
{
	const struct isotp_config cfg = config_of_shape(shape);
	const size_t lead = shape->byte ? 1 : 0;
	const uint8_t smallest = (uint8_t)(shape->dl - lead - (shape->dl > 8 ? 1u : 0u));
	const uint8_t pci[] = { 0x10, (uint8_t)(smallest - 1) };
	const uint8_t pdu[64] = { 0 };
	struct rig r;

	rig_init(&r, &cfg);
	feed_frame(&r, shape, pci, 2, pdu, shape->dl - lead - 2);
	expect_quiet(&r);
	assert_int_equal(isotp_stack_deadline(&r.stack), ISOTP_NEVER);
}

static void smallest_ff_dl(void **state)
{
	(void)state;
	each_shape(check_smallest_ff_dl);
}

/* RX_DL 16, FF_DL 40: 14 in the FF, 15 in the first CF, 11 remain. */
static void cf_lengths(void **state)
{
	static const struct {
		const char *name, *first, *last, *want;
	} cases[] = {
		{ "as long as they may be", "7E8##021 22*15", "7E8##022 33*15", "whole" },
		{ "last: the smallest DLC", "7E8##021 22*15", "7E8##022 33*11", "whole" },
		{ "last: too short", "7E8##021 22*15", "7E8##022 33*7", "" },
		{ "last: longer than RX_DL", "7E8##021 22*15", "7E8##022 33*19", "" },
		{ "first: shorter than RX_DL", "7E8##021 22*11", "7E8##022 33*11", "" },
		{ "first: longer than RX_DL", "7E8##021 22*19", "7E8##022 33*11", "" },
		{ "first: PCI alone", "7E8##021", "7E8##022 33*11", "" },
	};
	struct isotp_config cfg = config_fd(64);
	const char *whole = "received 1111111111111111111111111111"
			    "222222222222222222222222222222"
			    "3333333333333333333333";
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		const bool first_ignored = !strncmp(cases[i].name, "first", 5);
		const bool ok = !strcmp(cases[i].want, "whole");

		rig_init(&r, &cfg);
		feed(&r, "7E8##01028 11*14");
		expect_frame(&r, "7E0##0300000");
		feed(&r, cases[i].first);
		expect_quiet(&r);
		if (first_ignored) {
			feed(&r, "7E8##021 22*15"); /* SN 1 is still awaited */
			expect_quiet(&r);
		}
		feed(&r, cases[i].last);
		if (!ok && !first_ignored) {
			expect_quiet(&r);
			feed(&r, "7E8##022 33*11");
		}
		expect_event(&r, whole);
	}
}

/* Any length up to RX_DL will do for the last CF if it holds what remains. */
static void last_cf_of_any_length(void **state)
{
	const struct isotp_config cfg = config_fd(64);
	struct isotp_frame cf = { .id = { 0x7E8, 11 }, .flags = ISOTP_FRAME_FD };
	struct rig r;

	(void)state;
	cf.data[0] = 0x21;
	for (unsigned int left = 1; left <= 63; left++) {
		for (unsigned int len = 0; len <= 64; len++) {
			char ff[64];

			if (!isotp_frame_len_valid(len, true))
				continue;
			rig_init(&r, &cfg);
			snprintf(ff, sizeof(ff), "7E8##010%02X 00*62", 62 + left);
			feed(&r, ff);
			expect_frame(&r, "7E0##0300000");
			cf.len = (uint8_t)len;
			isotp_stack_receive(&r.stack, &cf, r.now);
			assert_int_equal(*rig_outcome(&r) != '\0', len >= left + 1);
		}
	}
}

static void wrong_sn(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;
	char cf[32];

	(void)state;
	for (unsigned int sn = 0; sn < 16; sn++) {
		rig_init(&r, &cfg);
		feed(&r, "7E8#1020 11*6");
		expect_frame(&r, "7E0#300000");
		feed(&r, "7E8#21 22*7");
		snprintf(cf, sizeof(cf), "7E8#2%X 33*7", sn);
		feed(&r, cf);
		assert_string_equal(rig_outcome(&r), sn == 2 ? "" : "broken N_WRONG_SN");
		feed(&r, "7E8#23 44*7");
		feed(&r, "7E8#24 55*7");
		assert_int_equal(*rig_outcome(&r) == '\0', sn != 2);
	}
}

/* 34 bytes in four CFs: an FC after each block, none after the last CF. */
static void block_size(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;
	char text[32];

	(void)state;
	cfg.stmin = 0xF3;
	for (unsigned int bs = 0; bs <= 6; bs++) {
		char fc[16];

		snprintf(fc, sizeof(fc), "7E0#30%02XF3", bs);
		cfg.bs = (uint8_t)bs;
		rig_init(&r, &cfg);
		feed(&r, "7E8#1022 11*6");
		expect_frame(&r, fc);
		for (unsigned int sn = 1; sn <= 4; sn++) {
			expect_quiet(&r);
			snprintf(text, sizeof(text), "7E8#2%u 11*7", sn);
			feed(&r, text);
			if (bs && sn % bs == 0 && sn < 4)
				expect_frame(&r, fc);
		}
		assert_int_equal(strncmp(rig_outcome(&r), "received", 8), 0);
		expect_quiet(&r);
	}
}

/* CFs count from the FF on: before our FC has left, and before its confirm. */
static void fast_peer(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.bs = 1;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	feed(&r, "7E8#21 22*7");
	feed(&r, "7E8#22 33*7");
	assert_string_equal(rig_outcome(&r), "received 1111111111112222222222222233333333333333");

	feed(&r, "7E8#1014 11*6");
	request(&r, "7E0#300100");
	feed(&r, "7E8#21 22*7");
	confirm(&r);
	expect_frame(&r, "7E0#300100");
	feed(&r, "7E8#22 33*7");
	assert_string_equal(rig_outcome(&r), "received 1111111111112222222222222233333333333333");
}

/* A CF that follows the last by less than the forced STmin is dropped. */
static void forced_rx_stmin(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.force_rx_stmin = true;
	cfg.rx_stmin_ns = 5 * MS;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1014 11*6");
	expect_frame(&r, "7E0#300000");
	feed(&r, "7E8#21 22*7"); /* the first one may come at once */
	pass(&r, 5 * MS - 1);
	feed(&r, "7E8#22 33*7");
	expect_quiet(&r);
	r.now++;
	feed(&r, "7E8#22 33*7");
	assert_string_equal(rig_outcome(&r), "received 1111111111112222222222222233333333333333");
}

/* ... but the first CF of a PDU follows no CF, also where the last PDU has just ended. */
static void forced_rx_stmin_begins_anew(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.force_rx_stmin = true;
	cfg.rx_stmin_ns = 5 * MS;
	rig_init(&r, &cfg);
	for (unsigned int i = 0; i < 3; i++) {
		feed(&r, "7E8#1008 11*6");
		feed(&r, "7E8#211111");
		expect_event(&r, "received 1111111111111111");
	}
}

static void progress(void **state)
{
	const struct isotp_config cfg = config_classic();
	uint32_t done, length;
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	assert_false(isotp_stack_receiving(&r.stack, &done, &length));
	feed(&r, "7E8#1014 11*6");
	assert_true(isotp_stack_receiving(&r.stack, &done, &length));
	assert_int_equal(done, 6);
	assert_int_equal(length, 20);
	expect_frame(&r, "7E0#300000");
	feed(&r, "7E8#21 11*7");
	assert_true(isotp_stack_receiving(&r.stack, &done, &length));
	assert_int_equal(done, 13);
	feed(&r, "7E8#22 11*7");
	assert_false(isotp_stack_receiving(&r.stack, &done, &length));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_frames),
		cmocka_unit_test(segmented),
		cmocka_unit_test(smallest_ff_dl),
		cmocka_unit_test(cf_lengths),
		cmocka_unit_test(last_cf_of_any_length),
		cmocka_unit_test(wrong_sn),
		cmocka_unit_test(block_size),
		cmocka_unit_test(fast_peer),
		cmocka_unit_test(forced_rx_stmin),
		cmocka_unit_test(forced_rx_stmin_begins_anew),
		cmocka_unit_test(progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
