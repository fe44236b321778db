/* SPDX-License-Identifier: MIT */
/* Owns the tests of what options and payloads may look like, and of the option tables. */
#include "cli/options.h"
#include "cli/payload.h"
#include "cli/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS	 1000000ull

static void test_counts(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = { { "0", 0 }, { "255", 255 }, { "0x10", 16 }, { "0XfF", 255 }, { "007", 7 } };
	static const char *const bad[] = {
		"",    "-1", "+1",  " 1",  "1 ", "1x",	 "0x",
		"256", "x",  "1.0", "1e2", "ff", "0x1g", "99999999999999999999"
	};
	char why[VALUE_WHY];
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(value_count(good[i].text, 0, 255, &v, why), 0);
		assert_int_equal(v, good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(value_count(bad[i], 0, 255, &v, why) < 0);
		assert_string_equal(why, "is not a number from 0 to 255");
	}
}

static void test_bytes(void **state)
{
	static const char *const bad[] = { "", "0x", "100", "g", "-1", "1 ", "0x100", "AA:" };
	char why[VALUE_WHY];
	uint8_t v;

	(void)state;
	assert_int_equal(value_byte("F1", &v, why), 0);
	assert_int_equal(v, 0xF1);
	assert_int_equal(value_byte("0xa", &v, why), 0);
	assert_int_equal(v, 0x0A);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(value_byte(bad[i], &v, why) < 0);
}

static void test_bit_rates(void **state)
{
	static const struct {
		const char *text;
		uint32_t value;
	} good[] = {
		{ "1", 1 },
		{ "500000", 500000 },
		{ "500k", 500000 },
		{ "2M", 2000000 },
		{ "0x7A120", 500000 },
		{ "4294967295", UINT32_MAX },
		{ "4294967k", 4294967000 },
		{ "4294M", 4294000000 },
	};
	static const char *const bad[] = {
		"",	 "0",	"0k",	   "k",	   "M",	 "1.5M",       "-1",	   "500 k",
		"500kM", "1kk", "500kbit", "500K", "2m", "4294967296", "4294968k", "4295M",
	};
	char why[VALUE_WHY];
	uint32_t v;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(value_bit_rate(good[i].text, &v, why), 0);
		assert_int_equal(v, good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(value_bit_rate(bad[i], &v, why) < 0);
		assert_string_equal(why, "is not a bit rate (500000, 500k, 2M)");
	}
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t bare_ns, value;
	} good[] = {
		{ "0", 0, 0 },
		{ "10ms", 0, 10 * MS },
		{ "500us", 0, 500000 },
		{ "250ns", 0, 250 },
		{ "1.5s", 0, 1500 * MS },
		{ "0.000001ms", 0, 1 },
		{ "20000", 1000, 20 * MS },
		{ "7", 1, 7 },
		{ "20ms", 1000, 20 * MS },
		{ "1.0000000000s", 0, 1000 * MS },
	};
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "10", "needs a unit (10s, 10ms)" },
		{ "", "is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "ms", "is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "-1ms", "is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "1 ms", "is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "1m", "is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "1.ms", "is not a duration (10ms, 500us, 250ns, 1.5s)" },
		{ "1.5ns", "is finer than a nanosecond" },
		{ "1.00000000009s", "is finer than a nanosecond" },
		{ "3601s", "is longer than 3600 s" },
		{ "3600.1s", "is longer than 3600 s" },
	};
	char why[VALUE_WHY];
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(
			value_duration(good[i].text, good[i].bare_ns, 3600000 * MS, &v, why), 0);
		assert_int_equal(v, good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(value_duration(bad[i].text, 0, 3600000 * MS, &v, why) < 0);
		assert_string_equal(why, bad[i].why);
	}
}

static void test_stmin(void **state)
{
	static const struct {
		const char *text;
		uint8_t value;
	} good[] = { { "0", 0 },       { "10ms", 10 }, { "127ms", 127 }, { "500us", 0xF5 },
		     { "0xF3", 0xF3 }, { "0x0A", 10 }, { "0.1ms", 0xF1 } };
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "10", "needs a unit (10ms, 500us) or a raw byte (0x0A)" },
		{ "128ms", "is longer than the 127ms that STmin can say" },
		{ "1.5ms", "is between two steps of STmin: 1 ms and 2 ms" },
		{ "250us", "is between two steps of STmin: 200 us and 300 us" },
		{ "50us", "is between two steps of STmin: 0 s and 100 us" },
		{ "950us", "is between two steps of STmin: 900 us and 1 ms" },
		{ "0x80", "is a reserved STmin (0x00-0x7F is 0-127ms, 0xF1-0xF9 100-900us)" },
		{ "0x100", "is not a raw STmin byte (0x00-0x7F, 0xF1-0xF9)" },
		{ "F3", "is not an STmin (0, 10ms, 500us, or a raw byte like 0xF3)" },
	};
	char why[VALUE_WHY];
	uint8_t v;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(value_stmin(good[i].text, &v, why), 0);
		assert_int_equal(v, good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(value_stmin(bad[i].text, &v, why) < 0);
		assert_string_equal(why, bad[i].why);
	}
}

static void test_payload_forms(void **state)
{
	static const char *const same[] = { "22F190",	    "22 F1 90",	  "0x22,0xF1,0x90",
					    "0x22F1 90",    "22:F1:90",	  "22:f1,90\r\n",
					    " 22\tF1\n90 ", "22 , F1:90", "0x22, 0xF1, 0x90\n" };
	static const uint8_t expected[] = { 0x22, 0xF1, 0x90 };
	struct payload p = { 0 };
	char why[VALUE_WHY];

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		assert_int_equal(payload_hex(&p, same[i], strlen(same[i]), why), 0);
		assert_int_equal(p.len, 3);
		assert_memory_equal(p.data, expected, 3);
	}
	assert_int_equal(payload_hex(&p, "1 2", 3, why), 0);
	assert_int_equal(p.data[1], 2);
	payload_release(&p);
}

static void test_payload_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "is empty: there is no byte to send" },
		{ " \n", "is empty: there is no byte to send" },
		{ "11 zz 22", "offset 3: 'z' is not a hex digit" },
		{ "11 22x", "offset 5: 'x' is not a hex digit" },
		{ "22F", "offset 0: 3 hex digits are no whole bytes" },
		{ "11 0x", "offset 3: no hex digits after 0x" },
		{ "11,,22", "offset 3: no byte before ','" },
		{ ":22", "offset 0: no byte before ':'" },
		{ "11,", "offset 3: no byte after the last separator" },
		{ "11\x01", "offset 2: the byte 0x01 is not a hex digit" },
		{ "\xC3\xA4", "offset 0: the byte 0xC3 is not a hex digit" },
	};
	struct payload p = { 0 };
	char why[VALUE_WHY];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(payload_hex(&p, bad[i].text, strlen(bad[i].text), why) < 0);
		assert_string_equal(why, bad[i].why);
	}
	assert_true(payload_hex(&p,
				"11\0"
				"22",
				5, why) < 0);
	assert_string_equal(why, "offset 2: the byte 0x00 is not a hex digit");
	payload_release(&p);
}

/* popt silently takes the first of two options with one name. */
static void test_no_option_twice(void **state)
{
	const struct option *all[128];
	size_t n = 0;

	(void)state;
	for (const struct option_group *g = option_groups; g->title; g++)
		for (const struct option *o = g->options; o->apply; o++)
			all[n++] = o;
	assert_true(n > 30 && n < COUNT(all));
	for (size_t i = 0; i < n; i++) {
		assert_true(all[i]->name || all[i]->letter);
		assert_non_null(all[i]->help);
		for (size_t k = 0; k < i; k++) {
			assert_true(!all[i]->letter || all[i]->letter != all[k]->letter);
			assert_true(!all[i]->name || !all[k]->name ||
				    strcmp(all[i]->name, all[k]->name) != 0);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bit_rates),	cmocka_unit_test(test_durations),
		cmocka_unit_test(test_stmin),		cmocka_unit_test(test_payload_forms),
		cmocka_unit_test(test_payload_refused), cmocka_unit_test(test_no_option_twice),
	};

	return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
