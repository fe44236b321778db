/* SPDX-License-Identifier: MIT */
/* Owns the tests of the sender: what its frames look like, and which flow control it obeys. */
#include "support.h"

static const struct isotp_can_id peer_reads = { 0x7E0, 11 };

static struct isotp_frame built(const struct shape *shape, const uint8_t *pci, size_t pci_len,
				const uint8_t *data, size_t len)
{
	return build_frame(shape, peer_reads, 0x10, pci, pci_len, data, len);
}

static size_t single_max(const struct shape *shape)
{
	return shape->dl - (shape->dl > 8 ? 2u : 1u) - (shape->byte ? 1u : 0u);
}

/* Calls `check` with every shape: classic, FD with each TX_DL; address byte and padding or not. */
static void each_shape(void (*check)(const struct shape *))
{
	for (unsigned int i = 0; i < 4 * (COUNT(all_tx_dl) + 1); i++) {
		const struct shape shape = {
			.fd = i >= 4,
			.dl = i < 4 ? 8 : all_tx_dl[i / 4 - 1],
			.byte = i & 1,
			.padding = i & 2,
		};

		check(&shape);
	}
}

static void check_single_frames(const struct shape *shape)
{
	const struct isotp_config cfg = config_of_shape(shape);
	const size_t short_max = shape->byte ? 6 : 7;
	uint8_t pdu[64];
	struct isotp_frame want;
	struct rig r;

	pattern_fill(pdu, sizeof(pdu));
	rig_init(&r, &cfg);
	for (size_t len = 1; len <= single_max(shape); len++) {
		const bool is_short = len <= short_max;
		const uint8_t pci[2] = { is_short ? (uint8_t)len : 0, (uint8_t)len };

		want = built(shape, pci, is_short ? 1 : 2, pdu, len);
		assert_int_equal(isotp_stack_send(&r.stack, pdu, len, r.now), 0);
		expect_built(&r, &want);
		expect_event(&r, "sent N_OK");
	}
}

static void single_frames(void **state)
{
	(void)state;
	each_shape(check_single_frames);
}

/* The FF fills TX_DL, the CFs count 1 ... 15, 0, 1 ..., the last one is as short as it may be. */
static void expect_segments(struct rig *r, const struct shape *shape, const uint8_t *pdu,
			    size_t len)
{
	const uint8_t ff_short[] = { (uint8_t)(0x10 | len >> 8), (uint8_t)len };
	const uint8_t ff_long[] = { 0x10, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len };
	const size_t ff_pci = len > 4095 ? 6 : 2;
	const size_t lead = shape->byte ? 1 : 0;
	size_t done = shape->dl - lead - ff_pci;
	struct isotp_frame want = built(shape, len > 4095 ? ff_long : ff_short, ff_pci, pdu, done);

	expect_built(r, &want);
	feed(r, shape->byte ? (shape->fd ? "7E8##0F1300000" : "7E8#F1300000")
			    : (shape->fd ? "7E8##0300000" : "7E8#300000"));
	for (unsigned int sn = 1; done < len; sn++) {
		const uint8_t pci = (uint8_t)(0x20 | (sn & 15));
		const size_t room = shape->dl - lead - 1;
		const size_t part = len - done < room ? len - done : room;

		want = built(shape, &pci, 1, pdu + done, part);
		expect_built(r, &want);
		done += part;
	}
	expect_event(r, "sent N_OK");
	expect_quiet(r);
}

static void check_segmented(const struct shape *shape)
{
	const struct isotp_config cfg = config_of_shape(shape);
	const size_t first = single_max(shape) + 1;
	const size_t long_ones[] = { 20u * shape->dl, 4094, 4095, 4096, 4097, 5000 };
	uint8_t pdu[PDU_MAX];
	struct rig r;

	pattern_fill(pdu, sizeof(pdu));
	rig_init(&r, &cfg);
	for (size_t len = first; len < first + 2u * shape->dl; len++) {
		assert_int_equal(isotp_stack_send(&r.stack, pdu, len, r.now), 0);
		expect_segments(&r, shape, pdu, len);
	}
	for (size_t i = 0; i < COUNT(long_ones); i++) {
		assert_int_equal(isotp_stack_send(&r.stack, pdu, long_ones[i], r.now), 0);
		expect_segments(&r, shape, pdu, long_ones[i]);
	}
}

static void segmented(void **state)
{
	(void)state;
	each_shape(check_segmented);
}

static void fd_flags(void **state)
{
	static const char *const want[] = { "7E0##0013E", "7E0##1013E", "7E0##2013E",
					    "7E0##3013E" };
	struct isotp_config cfg = config_fd(8);
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(want); i++) {
		cfg.brs = i & 1;
		cfg.esi = i & 2;
		rig_init(&r, &cfg);
		send_hex(&r, "3E");
		expect_frame(&r, want[i]);
	}
}

/* 34 bytes: the FF takes 6, four CFs the rest. */
static const char *const pdu_34 = "00*6 11*7 22*7 33*7 44*7";

static void start_34(struct rig *r, const struct isotp_config *cfg)
{
	rig_init(r, cfg);
	send_hex(r, pdu_34);
	expect_frame(r, "7E0#1022 00*6");
	expect_quiet(r);
}

static void expect_34(struct rig *r, unsigned int first, unsigned int last)
{
	static const char *const cf[] = { "7E0#21 11*7", "7E0#22 22*7", "7E0#23 33*7",
					  "7E0#24 44*7" };

	for (unsigned int i = first; i <= last; i++)
		expect_frame(r, cf[i - 1]);
	if (last == COUNT(cf))
		expect_event(r, "sent N_OK");
	expect_quiet(r);
}

/* No FC is awaited after the last CF, also where it fills the block. */
static void block_size_divides(void **state)
{
	static const struct {
		const char *fc;
		unsigned int bs;
	} blocks[] = { { "7E8#300100", 1 }, { "7E8#300200", 2 }, { "7E8#300300", 3 },
		       { "7E8#300400", 4 }, { "7E8#300500", 5 }, { "7E8#30FF00", 255 } };
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(blocks); i++) {
		start_34(&r, &cfg);
		for (unsigned int sn = 1; sn <= 4; sn += blocks[i].bs) {
			const unsigned int last = sn + blocks[i].bs - 1;

			feed(&r, blocks[i].fc);
			expect_34(&r, sn, last < 4 ? last : 4);
		}
	}
}

static void block_size_is_taken_anew(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	feed(&r, "7E8#300100");
	expect_34(&r, 1, 1);
	feed(&r, "7E8#300200");
	expect_34(&r, 2, 3);
	feed(&r, "7E8#300000");
	expect_34(&r, 4, 4);

	start_34(&r, &cfg);
	feed(&r, "7E8#300200");
	expect_34(&r, 1, 2);
	feed(&r, "7E8#300000");
	expect_34(&r, 3, 4);
}

/* BS and STmin of a WT mean nothing. */
static void wait_frame_carries_no_parameters(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	feed(&r, "7E8#31017F");
	expect_quiet(&r);
	feed(&r, "7E8#300000");
	expect_34(&r, 1, 4);
}

/* A full block is 255 CFs, and SN is at 0 again in the 16th. */
static void largest_block(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;
	char cf[32];

	(void)state;
	rig_init(&r, &cfg);
	send_hex(&r, "55*1798"); /* 6 + 256 * 7 */
	expect_frame(&r, "7E0#1706 55*6");
	feed(&r, "7E8#30FF00");
	for (unsigned int i = 1; i <= 255; i++) {
		snprintf(cf, sizeof(cf), "7E0#2%X 55*7", i % 16);
		expect_frame(&r, cf);
	}
	pass(&r, 10 * MS);
	expect_quiet(&r);
	feed(&r, "7E8#30FF00");
	expect_frame(&r, "7E0#20 55*7");
	expect_event(&r, "sent N_OK");
}

/* What is not an awaited, whole FC of the peer changes nothing. */
static void flow_control_that_does_not_count(void **state)
{
	static const char *const frames[] = { "7E8#",	      "7E8#30",		 "7E8#3000",
					      "7E9#300000",   "000007E8#300000", "7E8#R",
					      "7E8##0300000", "7E8#40*8",	 "7E8#F0*8" };
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	for (unsigned int i = 0; i < COUNT(frames); i++) {
		feed(&r, frames[i]);
		expect_quiet(&r);
	}
	feed(&r, "7E8#300000");
	expect_34(&r, 1, 4);
}

static void flow_control_that_is_not_awaited(void **state)
{
	static const char *const frames[] = { "7E8#300101", "7E8#310000", "7E8#320000",
					      "7E8#330000", "7E8#3F0000" };
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(frames); i++) {
		rig_init(&r, &cfg);
		feed(&r, frames[i]);
		expect_quiet(&r);
		send_hex(&r, pdu_34);
		feed(&r, frames[i]); /* before the FF */
		expect_frame(&r, "7E0#1022 00*6");
		feed(&r, "7E8#30000A");
		expect_34(&r, 1, 1);
		feed(&r, frames[i]); /* in the middle of the block */
		for (unsigned int sn = 2; sn <= 4; sn++) {
			pass(&r, 10 * MS);
			expect_34(&r, sn, sn);
		}
		feed(&r, frames[i]); /* after the end */
		expect_quiet(&r);
	}
}

static void flow_control_that_ends_it(void **state)
{
	static const struct {
		const char *fc, *want;
	} cases[] = {
		{ "7E8#320000", "sent N_BUFFER_OVFLW" }, { "7E8#32FFFF", "sent N_BUFFER_OVFLW" },
		{ "7E8#330000", "sent N_INVALID_FS" },	 { "7E8#340000", "sent N_INVALID_FS" },
		{ "7E8#3A0000", "sent N_INVALID_FS" },	 { "7E8#3F0000", "sent N_INVALID_FS" },
	};
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		start_34(&r, &cfg);
		feed(&r, cases[i].fc);
		assert_string_equal(rig_outcome(&r), cases[i].want);
		feed(&r, "7E8#300000");
		expect_quiet(&r);

		start_34(&r, &cfg);
		feed(&r, "7E8#300100");
		expect_34(&r, 1, 1);
		feed(&r, "7E8#310000");
		feed(&r, cases[i].fc);
		assert_string_equal(rig_outcome(&r), cases[i].want);
	}
}

/* An FC may be read before the confirm of the FF, or of the CF that ends the block. */
static void flow_control_before_the_confirm(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	send_hex(&r, pdu_34);
	request(&r, "7E0#1022 00*6");
	feed(&r, "7E8#300100");
	assert_null(isotp_stack_peek(&r.stack, r.now));
	confirm(&r);
	request(&r, "7E0#21 11*7");
	feed(&r, "7E8#310000");
	feed(&r, "7E8#300000");
	assert_null(isotp_stack_peek(&r.stack, r.now));
	confirm(&r);
	expect_34(&r, 2, 4);

	rig_init(&r, &cfg);
	send_hex(&r, pdu_34);
	request(&r, "7E0#1022 00*6");
	feed(&r, "7E8#320000");
	expect_event(&r, "sent N_BUFFER_OVFLW");
	confirm(&r);
	expect_quiet(&r);
}

static void progress_and_cancel(void **state)
{
	const struct isotp_config cfg = config_classic();
	uint32_t done, length;
	struct rig r;

	(void)state;
	start_34(&r, &cfg);
	assert_true(isotp_stack_sending(&r.stack, &done, &length));
	assert_int_equal(done, 6);
	assert_int_equal(length, 34);
	feed(&r, "7E8#300100");
	expect_34(&r, 1, 1);
	assert_true(isotp_stack_sending(&r.stack, &done, &length));
	assert_int_equal(done, 13);
	isotp_stack_cancel(&r.stack);
	assert_false(isotp_stack_sending(&r.stack, &done, &length));
	feed(&r, "7E8#300000");
	pass(&r, 10 * SECOND);
	expect_quiet(&r);
	start_34(&r, &cfg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_frames),
		cmocka_unit_test(segmented),
		cmocka_unit_test(fd_flags),
		cmocka_unit_test(block_size_divides),
		cmocka_unit_test(block_size_is_taken_anew),
		cmocka_unit_test(wait_frame_carries_no_parameters),
		cmocka_unit_test(largest_block),
		cmocka_unit_test(flow_control_that_does_not_count),
		cmocka_unit_test(flow_control_that_is_not_awaited),
		cmocka_unit_test(flow_control_that_ends_it),
		cmocka_unit_test(flow_control_before_the_confirm),
		cmocka_unit_test(progress_and_cancel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
