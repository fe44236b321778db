/* SPDX-License-Identifier: MIT */
/* Owns the tests of what the stack refuses: too much for the buffer, frames of others, wrong
 * padding. */
#include "support.h"

static void buffer_limit(void **state)
{
	static const struct {
		const char *name;
		size_t size;
		const char *frame, *want;
	} cases[] = {
		{ "SF fits", 2, "7E8#023E00", "received 3E00" },
		{ "SF does not", 1, "7E8#023E00", "overflow 2" },
		{ "no buffer", 0, "7E8#013E", "overflow 1" },
		{ "FF fits", 20, "7E8#1014 11*6", "> 7E0#300000" },
		{ "FF does not", 19, "7E8#1014 11*6", "overflow 20; > 7E0#320000" },
		{ "4096 fit", 4096, "7E8#1000 00001000 1111", "> 7E0#300000" },
		{ "4096 do not", 4095, "7E8#1000 00001000 1111", "overflow 4096; > 7E0#320000" },
		{ "32 bits", 8192, "7E8#1000 FFFFFFFF 1111", "overflow 4294967295; > 7E0#320000" },
		{ "4095 in 32 bits", 8192, "7E8#1000 00000FFF 1111", "" },
		{ "0 in 32 bits", 8192, "7E8#1000 00000000 1111", "" },
	};
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.wftmax = 1;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		rig_init_size(&r, &cfg, cases[i].size);
		feed(&r, cases[i].frame);
		if (strcmp(rig_outcome(&r), cases[i].want))
			fail_at(HERE, "%s: %s", cases[i].name, r.text);
		expect_quiet(&r);
	}
}

/* OVFLW ends nothing but the FF that it answers: the next PDU that fits is taken. */
static void after_an_overflow(void **state)
{
	struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	cfg.bs = 5;
	cfg.stmin = 5;
	rig_init_size(&r, &cfg, 19);
	feed(&r, "7E8#1014 11*6");
	assert_string_equal(rig_outcome(&r), "overflow 20; > 7E0#320000");
	feed(&r, "7E8#21 11*7");
	expect_quiet(&r);
	feed(&r, "7E8#1008 22*6");
	assert_string_equal(rig_outcome(&r), "> 7E0#300505");
	feed(&r, "7E8#1014 11*6");
	assert_string_equal(rig_outcome(&r), "broken N_UNEXP_PDU; overflow 20; > 7E0#320000");
	feed(&r, "7E8#21 2222");
	expect_quiet(&r);
}

/* Two FFs before our answer to the first: the answer is the one to the second. */
static void only_the_last_ff_is_answered(void **state)
{
	const struct isotp_config cfg = config_classic();
	struct rig r;

	(void)state;
	rig_init_size(&r, &cfg, 19);
	feed(&r, "7E8#1014 11*6");
	feed(&r, "7E8#1008 22*6");
	assert_string_equal(rig_outcome(&r), "overflow 20; > 7E0#300000");
	rig_init_size(&r, &cfg, 19);
	feed(&r, "7E8#1008 22*6");
	feed(&r, "7E8#1014 11*6");
	assert_string_equal(rig_outcome(&r), "broken N_UNEXP_PDU; overflow 20; > 7E0#320000");
}

static void frames_of_others(void **state)
{
	static const struct {
		const char *name;
		bool fd, byte;
		const char *frame;
	} cases[] = {
		{ "another ID", false, false, "7E9#023E00" },
		{ "another width", false, false, "000007E8#023E00" },
		{ "our own ID", false, false, "7E0#023E00" },
		{ "an FD frame", false, false, "7E8##0023E00" },
		{ "a classic frame", true, false, "7E8#023E00" },
		{ "a remote frame", false, false, "7E8#R" },
		{ "no data", false, false, "7E8#" },
		{ "no address byte", false, true, "7E8#023E00" },
		{ "our own address byte", false, true, "7E8#10023E00" },
		{ "address byte alone", false, true, "7E8#F1" },
	};
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		struct isotp_config cfg = cases[i].fd ? config_fd(8) : config_classic();

		if (cases[i].byte)
			config_add_byte(&cfg);
		rig_init(&r, &cfg);
		feed(&r, cases[i].frame);
		if (*rig_outcome(&r))
			fail_at(HERE, "%s: %s", cases[i].name, r.text);
	}
}

/* Error and remote frames may look like N_PDUs: the flag alone tells. */
static void error_and_remote_frames(void **state)
{
	static const uint8_t flags[] = { 0, ISOTP_FRAME_ERROR, ISOTP_FRAME_REMOTE };
	const struct isotp_config cfg = config_classic();
	struct isotp_frame f;
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(flags); i++) {
		assert_true(frame_parse("7E8#023E00", &f));
		f.flags = flags[i];
		rig_init(&r, &cfg);
		isotp_stack_receive(&r.stack, &f, r.now);
		assert_string_equal(rig_outcome(&r), flags[i] ? "" : "received 3E00");
	}
}

enum pad_check { LEN = 1, DATA = 2, PADS = 4 }; /* check_pad_len, check_pad_data, rx_padding */

static struct isotp_config config_checking(bool fd, unsigned int check)
{
	struct isotp_config cfg = fd ? config_fd(64) : config_classic();

	cfg.check_pad_len = check & LEN;
	cfg.check_pad_data = check & DATA;
	cfg.rx_padding = check & PADS;
	cfg.rxpad = 0xAA;
	return cfg;
}

/*
 * A good frame is told by its bit: one for each of the eight kinds of check. DATA alone, without
 * saying how the peer pads, refuses all, as the kernel does.
 */
enum {
	NOT_LEN = 1 << 0 | 1 << PADS | 1 << (DATA | PADS), /* lengths do not matter */
	LEN_ALONE = 1 << LEN | 1 << (LEN | DATA),	   /* "no padding at all" */
	LEN_PADS = 1 << (LEN | PADS),
	DATA_PADS = 1 << (DATA | PADS),
	BOTH_PADS = 1 << (LEN | DATA | PADS),
	ALL_BUT_DATA = 0xFF & ~(1 << DATA),
};

static const struct {
	const char *name;
	bool fd;
	const char
		*tail; /* of the frame, after the bytes that are used; used: 3 of 8, FD 10 of 12 */
	unsigned int good;
} paddings[] = {
	{ "none", false, "", NOT_LEN | LEN_ALONE },
	{ "some", false, "AA", NOT_LEN },
	{ "full", false, "AA*5", NOT_LEN | LEN_PADS | BOTH_PADS },
	{ "full, first byte wrong", false, "00 AA*4", (NOT_LEN & ~DATA_PADS) | LEN_PADS },
	{ "full, last byte wrong", false, "AA*4 00", (NOT_LEN & ~DATA_PADS) | LEN_PADS },
	{ "some, wrong", false, "00", NOT_LEN & ~DATA_PADS },
	{ "FD", true, "AA*2", ALL_BUT_DATA },
	{ "FD, wrong", true, "AA00", ALL_BUT_DATA & ~(DATA_PADS | BOTH_PADS) },
};

/* Brings the stack to where the frame is the next that it awaits, feeds it; "" or what is broken.
 */
static const char *padded(struct rig *r, unsigned int i, unsigned int check, const char *before,
			  const char *used)
{
	const struct isotp_config cfg = config_checking(paddings[i].fd, check);
	char frame[300];

	rig_init(r, &cfg);
	if (before) {
		feed(r, before);
		rig_outcome(r);
	}
	snprintf(frame, sizeof(frame), "%s %s", used, paddings[i].tail);
	feed(r, frame);
	return rig_outcome(r);
}

static void each_padding(const char *what, const char *before, const char *used,
			 const char *fd_before, const char *fd_used, const char *good)
{
	struct rig r;

	for (unsigned int i = 0; i < COUNT(paddings); i++) {
		const bool fd = paddings[i].fd;

		for (unsigned int check = 0; check < 8; check++) {
			const bool ok = paddings[i].good >> check & 1;
			const char *got =
				padded(&r, i, check, fd ? fd_before : before, fd ? fd_used : used);

			if (ok ? strncmp(got, good, strlen(good)) : strcmp(got, "broken padding"))
				fail_at(HERE, "%s, padding %s, check %u: %s", what,
					paddings[i].name, check, got);
			expect_quiet(&r);
		}
	}
}

static void padding_of_single_frames(void **state)
{
	(void)state;
	each_padding("SF", NULL, "7E8#023E00", NULL, "7E8##00008 11*8", "received");
}

static void padding_of_the_last_cf(void **state)
{
	(void)state;
	each_padding("CF", "7E8#1008 11*6", "7E8#212222", "7E8##01047 11*62", "7E8##021 22*9",
		     "received");
}

static void padding_of_flow_control(void **state)
{
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(paddings) && !paddings[i].fd; i++) {
		for (unsigned int check = 0; check < 8; check++) {
			const struct isotp_config cfg = config_checking(false, check);
			const bool ok = paddings[i].good >> check & 1;
			char frame[32];

			rig_init(&r, &cfg);
			send_hex(&r, "11*8");
			expect_frame(&r, "7E0#1008 11*6");
			snprintf(frame, sizeof(frame), "7E8#300000 %s", paddings[i].tail);
			feed(&r, frame);
			assert_string_equal(rig_outcome(&r),
					    ok ? "> 7E0#211111; sent N_OK" : "sent padding");
		}
	}
}

/* An SF whose padding is refused is not valid, and so ends nothing. */
static void refused_padding_ends_no_reception(void **state)
{
	const struct isotp_config cfg = config_checking(false, LEN);
	struct rig r;

	(void)state;
	rig_init(&r, &cfg);
	feed(&r, "7E8#1008 11*6");
	assert_string_equal(rig_outcome(&r), "> 7E0#300000");
	feed(&r, "7E8#023E00 CC");
	assert_string_equal(rig_outcome(&r), "broken padding");
	feed(&r, "7E8#212222");
	assert_string_equal(rig_outcome(&r), "received 1111111111112222");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffer_limit),
		cmocka_unit_test(after_an_overflow),
		cmocka_unit_test(only_the_last_ff_is_answered),
		cmocka_unit_test(frames_of_others),
		cmocka_unit_test(error_and_remote_frames),
		cmocka_unit_test(padding_of_single_frames),
		cmocka_unit_test(padding_of_the_last_cf),
		cmocka_unit_test(padding_of_flow_control),
		cmocka_unit_test(refused_padding_ends_no_reception),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
