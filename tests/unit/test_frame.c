/* SPDX-License-Identifier: MIT */
/* Owns the tests of what every frame has: its length, its CAN ID, and whose it is. */
#include "support.h"

#include <errno.h>

static const uint8_t lengths[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64 };

static void dlc_to_len(void **state)
{
	(void)state;
	for (uint8_t dlc = 0; dlc < 16; dlc++)
		assert_int_equal(isotp_dlc_to_len(dlc), lengths[dlc]);
}

/* Of the lengths that hold so many bytes, the smallest. */
static void len_to_dlc(void **state)
{
	unsigned int dlc = 0;

	(void)state;
	for (unsigned int len = 0; len <= 64; len++) {
		while (lengths[dlc] < len)
			dlc++;
		assert_int_equal(isotp_len_to_dlc(len), dlc);
		assert_int_equal(isotp_frame_len(len), lengths[dlc]);
	}
	assert_int_equal(isotp_len_to_dlc(65), 15);
	assert_int_equal(isotp_len_to_dlc(SIZE_MAX), 15);
}

static void frame_len_valid(void **state)
{
	(void)state;
	for (unsigned int len = 0; len <= 300; len++) {
		bool is_length = false;

		for (unsigned int i = 0; i < COUNT(lengths); i++)
			is_length |= lengths[i] == len;
		assert_int_equal(isotp_frame_len_valid(len, false), len <= 8);
		assert_int_equal(isotp_frame_len_valid(len, true), is_length);
	}
	assert_false(isotp_frame_len_valid(SIZE_MAX, true));
	assert_false(isotp_frame_len_valid(SIZE_MAX, false));
}

static void can_id_equal(void **state)
{
	const struct isotp_can_id a = { 0x7E0, 11 }, b = { 0x7E0, 29 }, c = { 0x7E1, 11 };

	(void)state;
	assert_true(isotp_can_id_equal(a, a));
	assert_false(isotp_can_id_equal(a, b));
	assert_false(isotp_can_id_equal(a, c));
}

static void can_id_parse(void **state)
{
	static const struct {
		const char *text;
		struct isotp_can_id want;
	} cases[] = {
		{ "0", { 0, 11 } },
		{ "7", { 7, 11 } },
		{ "7E0", { 0x7E0, 11 } },
		{ "7e0", { 0x7E0, 11 } },
		{ "7FF", { 0x7FF, 11 } },
		{ "07E0", { 0x7E0, 11 } },
		{ "00007E0", { 0x7E0, 11 } },
		{ "0000000", { 0, 11 } },
		{ "0x7E0", { 0x7E0, 11 } },
		{ "0X7e0", { 0x7E0, 11 } },
		{ "0x0", { 0, 11 } },
		{ "0x007E0", { 0x7E0, 11 } },
		{ "00000000", { 0, 29 } },
		{ "000007E0", { 0x7E0, 29 } },
		{ "18DA10F1", { 0x18DA10F1, 29 } },
		{ "18daf110", { 0x18DAF110, 29 } },
		{ "1FFFFFFF", { 0x1FFFFFFF, 29 } },
		{ "0x18DA10F1", { 0x18DA10F1, 29 } },
		{ "0x000007E0", { 0x7E0, 29 } },
	};
	struct isotp_can_id id;
	const char *reason;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		id = (struct isotp_can_id){ 0 };
		if (isotp_can_id_parse(cases[i].text, &id, &reason) ||
		    !isotp_can_id_equal(id, cases[i].want))
			fail_at(HERE, "%s: %X, %d bits", cases[i].text, id.value, id.width);
	}
}

static void can_id_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"0x",
		"x",
		"0xx",
		"-1",
		"+7E0",
		" 7E0",
		"7E0 ",
		"7E0h",
		"7E0#",
		"7G0",
		"0x0x7E0",
		"7E0\n",
		"7,E0",
		"800",
		"FFF",
		"0x800",
		"0800",
		"10000",
		"0x12345",
		"18DA10",
		"18DA10F",
		"0007FFF",
		"20000000",
		"FFFFFFFF",
		"0x20000000",
		"000000000",
		"0000007E0",
		"118DA10F1",
		"018DA10F1",
		"0x018DA10F1",
		"0x0007E0",
		"0x00007E0",
		"0x1234567",
		"0x123456",
		"00000000000000000000000000000000000007E0",
		"100000000000007E0",
	};

	(void)state;
	for (unsigned int i = 0; i < COUNT(texts); i++) {
		struct isotp_can_id id = { 0x123, 11 };
		const char *reason = NULL;

		if (isotp_can_id_parse(texts[i], &id, &reason) != -EINVAL || !reason || !*reason)
			fail_at(HERE, "\"%s\" was not refused with a reason", texts[i]);
		if (id.value != 0x123 || id.width != 11)
			fail_at(HERE, "\"%s\" was refused, but changed the ID", texts[i]);
	}
}

static void can_id_format(void **state)
{
	static const struct {
		struct isotp_can_id id;
		const char *want;
	} cases[] = {
		{ { 0, 11 }, "000" },
		{ { 0x7E0, 11 }, "7E0" },
		{ { 0xA, 11 }, "00A" },
		{ { 0, 29 }, "00000000" },
		{ { 0x18DAF110, 29 }, "18DAF110" },
		{ { 0x7E0, 29 }, "000007E0" },
		{ { 0x1FFFFFFF, 29 }, "1FFFFFFF" },
		{ { 0, 0 }, "-" },
	};
	char text[ISOTP_CAN_ID_TEXT];
	struct isotp_can_id back;
	const char *reason;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		assert_ptr_equal(isotp_can_id_format(cases[i].id, text), text);
		assert_string_equal(text, cases[i].want);
		if (!cases[i].id.width)
			continue;
		assert_int_equal(isotp_can_id_parse(text, &back, &reason), 0);
		assert_true(isotp_can_id_equal(back, cases[i].id));
	}
}

static void expect_address(const struct isotp_address *a, uint32_t tx, uint32_t rx, bool functional)
{
	assert_int_equal(a->tx_id.value, tx);
	assert_int_equal(a->rx_id.value, rx);
	assert_int_equal(a->tx_id.width, 29);
	assert_int_equal(a->rx_id.width, 29);
	assert_int_equal(a->functional, functional);
}

static void normal_fixed(void **state)
{
	struct isotp_address a;

	(void)state;
	memset(&a, 0xFF, sizeof(a));
	isotp_address_fixed(&a, 0xF1, 0x10, false);
	expect_address(&a, 0x18DA10F1, 0x18DAF110, false);
	assert_false(a.has_byte);
	isotp_address_fixed(&a, 0xF1, 0x33, true);
	expect_address(&a, 0x18DB33F1, 0x18DBF133, true);
	assert_false(a.has_byte);
}

static void mixed_29(void **state)
{
	struct isotp_address a;

	(void)state;
	memset(&a, 0xFF, sizeof(a));
	isotp_address_mixed29(&a, 0xF1, 0x10, 0x99, false);
	expect_address(&a, 0x18CE10F1, 0x18CEF110, false);
	assert_true(a.has_byte);
	assert_int_equal(a.tx_byte, 0x99);
	assert_int_equal(a.rx_byte, 0x99);
	isotp_address_mixed29(&a, 0xF1, 0x33, 0x99, true);
	expect_address(&a, 0x18CD33F1, 0x18CDF133, true);
	assert_true(a.has_byte);
}

static void address_match(void **state)
{
	static const struct {
		const char *frame;
		bool without_byte, with_byte;
	} cases[] = {
		{ "7E8#F1023E00", true, true },	  { "7E8#F1", true, true },
		{ "7E8#F2023E00", true, false },  { "7E8#023E00", true, false },
		{ "7E8#", true, false },	  { "7E9#F1023E00", false, false },
		{ "7E0#F1023E00", false, false }, { "000007E8#F1023E00", false, false },
		{ "7E8##0F1023E00", true, true },
	};
	struct isotp_address a = config_classic().address;
	struct isotp_frame f;

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		assert_true(frame_parse(cases[i].frame, &f));
		a.has_byte = false;
		assert_int_equal(isotp_address_match(&a, &f), cases[i].without_byte);
		a.has_byte = true;
		a.tx_byte = 0x10;
		a.rx_byte = 0xF1;
		assert_int_equal(isotp_address_match(&a, &f), cases[i].with_byte);
	}
}

/* What lies behind the end of a frame is not its address byte. */
static void address_byte_behind_the_end(void **state)
{
	struct isotp_address a = config_classic().address;
	const struct isotp_frame f = { .id = { 0x7E8, 11 }, .len = 0, .data = { 0xF1 } };

	(void)state;
	a.has_byte = true;
	a.rx_byte = 0xF1;
	assert_false(isotp_address_match(&a, &f));
}

/* An address that does not receive matches nothing, also not a frame whose ID is all zero. */
static void no_id_matches_nothing(void **state)
{
	const struct isotp_address a = { .tx_id = { 0x7E0, 11 } };
	const struct isotp_frame zero = { .len = 1 };
	struct isotp_frame f;

	(void)state;
	assert_false(isotp_address_match(&a, &zero));
	assert_true(frame_parse("000#3E", &f));
	assert_false(isotp_address_match(&a, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dlc_to_len),
		cmocka_unit_test(len_to_dlc),
		cmocka_unit_test(frame_len_valid),
		cmocka_unit_test(can_id_equal),
		cmocka_unit_test(can_id_parse),
		cmocka_unit_test(can_id_refused),
		cmocka_unit_test(can_id_format),
		cmocka_unit_test(normal_fixed),
		cmocka_unit_test(mixed_29),
		cmocka_unit_test(address_match),
		cmocka_unit_test(address_byte_behind_the_end),
		cmocka_unit_test(no_id_matches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
