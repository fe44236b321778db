/* SPDX-License-Identifier: MIT */
/* Owns the tests of isotpperf's numbered PDUs: their content, their order, the lengths of a
 * sweep. */
#include "support.h"

#include "cli/perf-content.h"
#include "cli/perf-lengths.h"

/* --- the content --- */

/* What the header describes, worked out by other means (Python's integers). */
static void test_content(void **state)
{
	static const struct {
		struct where at;
		uint32_t length;
		uint64_t number;
		const char *hex;
	} cases[] = {
		{ HERE, 1, 0, "00" },
		{ HERE, 1, 0x1FF, "FF" },
		{ HERE, 2, 0, "003C" },
		{ HERE, 2, 3, "034D" },
		{ HERE, 3, 0x12345, "234558" },
		{ HERE, 4, 1, "0001428C" },
		{ HERE, 5, 0x1020304, "0203047F78" },
		{ HERE, 6, 0xFFFFFFFFF, "FFFFFF34C3FE" },
		{ HERE, 7, 0, "000000003DE99C" },
		{ HERE, 7, 0x100000003, "000000034DA277" },
		{ HERE, 12, 0xDEADBEEF, "DEADBEEF56B4E74AE4231757" },
	};
	uint8_t pdu[16];
	char hex[64];
	uint32_t number;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		perf_content_make(pdu, cases[i].length, cases[i].number);
		hex_format(pdu, cases[i].length, hex);
		if (strcmp(hex, cases[i].hex))
			fail_at(cases[i].at, "%s instead of %s", hex, cases[i].hex);
		if (!perf_content_check(pdu, cases[i].length, &number))
			fail_at(cases[i].at, "it does not recognise itself");
	}
}

/* Each bit that changes is found, and each byte too many or too few, where there are check
 * bytes. */
static void test_damage(void **state)
{
	uint8_t pdu[65];
	uint32_t number;

	(void)state;
	for (uint32_t length = 2; length <= 64; length++) {
		const uint32_t head = length > 6 ? 4 : (length + 1) / 2;

		perf_content_make(pdu, length, 77);
		pdu[length] = 0;
		for (uint32_t bit = 8 * head; bit < 8 * length; bit++) {
			pdu[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(perf_content_check(pdu, length, &number));
			pdu[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_true(perf_content_check(pdu, length, &number));
		assert_int_equal(number, 77);
		if (length > 8)
			assert_false(perf_content_check(pdu, length - 1, &number));
		if (length > 8)
			assert_false(perf_content_check(pdu, length + 1, &number));
	}
}

/* --- the order --- */

static const char *const found[] = {
	[PERF_NEXT] = "next",	[PERF_AHEAD] = "ahead", [PERF_LATE] = "late",
	[PERF_TWICE] = "twice", [PERF_FRESH] = "fresh",
};

struct story {
	struct where at;
	uint32_t length;
	const char *numbers; /* "0 2 1"; x: a damaged one; then what each is found to be */
	const char *is;
	unsigned int lost, late, twice;
};

static void tell(const struct story *story)
{
	struct perf_order order = { 0 };
	char text[512], is[512] = "", *save, *word;

	strcpy(text, story->numbers);
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (*word == 'x') {
			perf_order_skip(&order);
			continue;
		}
		strcat(is, *is ? " " : "");
		strcat(is, found[perf_order_take(&order, (uint32_t)strtoul(word, NULL, 0),
						 story->length)]);
	}
	perf_order_end(&order);
	if (strcmp(is, story->is))
		fail_at(story->at, "%s: %s", story->numbers, is);
	if (order.lost != story->lost || order.late != story->late || order.twice != story->twice)
		fail_at(story->at, "%s: lost %u, late %u, twice %u", story->numbers,
			(unsigned int)order.lost, (unsigned int)order.late,
			(unsigned int)order.twice);
}

static void test_order(void **state)
{
	static const struct story stories[] = {
		{ HERE, 7, "0 1 2", "next next next", 0, 0, 0 },
		{ HERE, 7, "5 6", "next next", 0, 0, 0 },
		{ HERE, 7, "0 1 4 5", "next next ahead next", 2, 0, 0 },
		{ HERE, 7, "0 2 1 3", "next ahead late next", 0, 1, 0 },
		{ HERE, 7, "0 3 2 1 4", "next ahead late late next", 0, 2, 0 },
		{ HERE, 7, "0 1 1 2", "next next twice next", 0, 0, 1 },
		{ HERE, 7, "0 2 1 1 3", "next ahead late twice next", 0, 1, 1 },
		{ HERE, 7, "0 1 2 0 1", "next next next fresh next", 0, 0, 0 },
		{ HERE, 7, "0 0 1", "next fresh next", 0, 0, 0 },
		{ HERE, 7, "7 9 0 1", "next ahead fresh next", 1, 0, 0 },
		{ HERE, 7, "0 64 1 65", "next ahead late next", 62, 1, 0 },
		{ HERE, 7, "0 65 1 66", "next ahead twice next", 64, 0, 1 },
		{ HERE, 7, "0 64 65 1", "next ahead next twice", 63, 0, 1 },
		{ HERE, 7, "0 1000 1001", "next ahead next", 999, 0, 0 },
		{ HERE, 7, "0 2 200 3", "next ahead ahead twice", 198, 0, 1 },
		{ HERE, 7, "0 x 2", "next next", 0, 0, 0 },
		{ HERE, 7, "x 1 2", "next next", 0, 0, 0 },
		/* the number runs over: all bits, and the few of a short PDU */
		{ HERE, 7, "0xFFFFFFFE 0xFFFFFFFF 0 2", "next next next ahead", 1, 0, 0 },
		{ HERE, 1, "254 255 0 1", "next next next next", 0, 0, 0 },
		{ HERE, 1, "254 1 255 2", "next ahead late next", 1, 1, 0 },
		{ HERE, 1, "255 0 0 1", "next next twice next", 0, 0, 1 },
		{ HERE, 3, "65535 0 2", "next next ahead", 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(stories); i++)
		tell(&stories[i]);
}

/* Over a sweep one count goes on, of which PDUs of different lengths carry more or fewer bits. */
static void test_order_over_lengths(void **state)
{
	static const uint32_t lengths[] = { 7, 1, 4095, 3 };
	struct perf_order order = { 0 };
	uint64_t number = 0x1FFFE;

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		for (int n = 0; n < 300; n++) {
			uint8_t pdu[4095];
			uint32_t low;

			perf_content_make(pdu, lengths[i], number++);
			assert_true(perf_content_check(pdu, lengths[i], &low));
			assert_int_equal(perf_order_take(&order, low, lengths[i]), PERF_NEXT);
		}
	}
	perf_order_end(&order);
	assert_int_equal(order.lost + order.late + order.twice, 0);
}

/* --- the lengths of a sweep --- */

static void test_lengths(void **state)
{
	static const struct {
		struct where at;
		const char *text, *lengths;
	} cases[] = {
		{ HERE, "7", "7 " },
		{ HERE, "0x10", "16 " },
		{ HERE, "7,62,4095", "7 62 4095 " },
		{ HERE, "1-4", "1 2 3 4 " },
		{ HERE, "8-8", "8 " },
		{ HERE, "8-20:5", "8 13 18 " },
		{ HERE, "8-20:100", "8 " },
		{ HERE, "5,1-2,8-10:2", "5 1 2 8 10 " },
		{ HERE, "100-102,7,100", "100 101 102 7 100 " },
	};
	struct perf_lengths l;
	char why[VALUE_WHY], text[128];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t used = 0;

		if (perf_lengths_parse(cases[i].text, 4095, &l, why) < 0)
			fail_at(cases[i].at, "'%s' %s", cases[i].text, why);
		for (uint64_t n = 0; n < l.count; n++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%u ",
						 perf_lengths_at(&l, n));
		if (strcmp(text, cases[i].lengths))
			fail_at(cases[i].at, "'%s' is %s", cases[i].text, text);
	}
	assert_int_equal(perf_lengths_parse("100-102,7,100-4095:1000", 4095, &l, why), 0);
	assert_int_equal(perf_lengths_longest(&l), 3100);
	assert_int_equal(perf_lengths_parse("1-4294967295", UINT32_MAX, &l, why), 0);
	assert_int_equal(l.count, UINT32_MAX);
	assert_int_equal(perf_lengths_at(&l, l.count - 1), UINT32_MAX);
}

static void test_lengths_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"0",
		",",
		"7,",
		",7",
		"7,,8",
		"x",
		"7-",
		"-7",
		"8-7",
		"4096",
		"1-4096",
		"7:2",
		"1-9:0",
		"1-9:",
		"1-9:x",
		"1:2-9",
		"1-2-3",
		"1-9:2:3",
		"7 ",
		"1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6",
	};
	struct perf_lengths l;
	char why[VALUE_WHY];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		*why = '\0';
		if (perf_lengths_parse(cases[i], 4095, &l, why) == 0)
			fail_at(HERE, "'%s' is taken", cases[i]);
		if (!*why)
			fail_at(HERE, "'%s' is refused without a reason", cases[i]);
	}
	assert_true(perf_lengths_parse(
			    "1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1,2,1",
			    4095, &l, why) < 0);
	assert_string_equal(why, "has too many parts: 32 at most");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_order),	cmocka_unit_test(test_order_over_lengths),
		cmocka_unit_test(test_lengths), cmocka_unit_test(test_lengths_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
