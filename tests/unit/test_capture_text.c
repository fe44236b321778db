/* SPDX-License-Identifier: MIT */
/* Owns the tests of words and numbers in captures of text, one character and eight at a time. */
#include "capture/swar.h"
#include "capture/text.h"
#include "protocol/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct isotp_text text_of(const char *s)
{
	return (struct isotp_text){ s, s + strlen(s) };
}

/* Every character, at every place among seven digits: both ways agree on what it is. */
static void eight_hex_digits(void **state)
{
	char text[8];

	(void)state;
	for (int c = 0; c < 256; c++) {
		for (int at = 0; at < 8; at++) {
			const int digit = isotp_hex_digit((char)c);
			uint64_t eight;

			memset(text, 'a', sizeof(text));
			text[at] = (char)c;
			eight = isotp_swar_load(text);
			assert_int_equal(isotp_swar_mask(isotp_swar_hex(eight)),
					 digit < 0 ? 0xFF & ~(1u << at) : 0xFF);
			if (digit >= 0)
				assert_int_equal(isotp_swar_nibbles(eight) >> 8 * at & 0xFF, digit);
		}
	}
}

static void eight_hex_digits_as_bytes(void **state)
{
	static const struct {
		const char *text;
		uint32_t bytes;
	} cases[] = {
		{ "00000000", 0 },	    { "FFFFFFFF", 0xFFFFFFFF }, { "01234567", 0x67452301 },
		{ "89abcdef", 0xEFCDAB89 }, { "89ABCDEF", 0xEFCDAB89 }, { "10000000", 0x10 },
		{ "00000001", 0x01000000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(isotp_swar_bytes(isotp_swar_load(cases[i].text)), cases[i].bytes);
}

static void eight_decimal_digits(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(isotp_swar_decimal(isotp_swar_load("00000000")), 0);
	assert_int_equal(isotp_swar_decimal(isotp_swar_load("12345678")), 12345678);
	assert_int_equal(isotp_swar_decimal(isotp_swar_load("99999999")), 99999999);
	assert_int_equal(isotp_swar_decimal(isotp_swar_load("00000001")), 1);
	assert_int_equal(isotp_swar_decimal(isotp_swar_load("10000000")), 10000000);
	for (int c = 0; c < 256; c++) {
		for (int at = 0; at < 8; at++) {
			memset(text, '9', sizeof(text));
			text[at] = (char)c;
			assert_int_equal(isotp_swar_decimal(isotp_swar_load(text)) == UINT64_MAX,
					 c < '0' || c > '9');
		}
	}
}

static void words(void **state)
{
	struct isotp_text t = text_of("  one\ttwo  \r ");

	(void)state;
	isotp_text_trim(&t);
	assert_true(isotp_text_is(isotp_text_token(&t), "one"));
	assert_true(isotp_text_is(isotp_text_token(&t), "two"));
	assert_int_equal(isotp_text_len(isotp_text_token(&t)), 0);
	assert_int_equal(isotp_text_peek(t), '\0');
	assert_true(isotp_text_is(text_of("ErrorFrame"), "errorframe"));
	assert_false(isotp_text_is(text_of("ErrorFrames"), "errorframe"));
	assert_false(isotp_text_is(text_of("ErrorFram"), "errorframe"));
	assert_true(isotp_text_begins(text_of("ErrorFrames"), "errorframe"));
	assert_false(isotp_text_begins(text_of("Error"), "errorframe"));
}

static void numbers(void **state)
{
	uint64_t v;

	(void)state;
	assert_true(isotp_text_decimal(text_of("007"), 3, &v));
	assert_int_equal(v, 7);
	assert_false(isotp_text_decimal(text_of("0007"), 3, &v));
	assert_false(isotp_text_decimal(text_of(""), 3, &v));
	assert_false(isotp_text_decimal(text_of("7x"), 3, &v));
	assert_false(isotp_text_decimal(text_of("-7"), 3, &v));
	assert_true(isotp_text_hex(text_of("7fF"), 3, &v));
	assert_int_equal(v, 0x7FF);
	assert_false(isotp_text_hex(text_of("07FF"), 3, &v));
	assert_false(isotp_text_hex(text_of(""), 3, &v));
	assert_false(isotp_text_hex(text_of("7g"), 3, &v));
}

static void seconds(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} cases[] = {
		{ "0.0", 0 },
		{ "1.5", 1500000000 },
		{ "1.000000001", 1000000001 },
		{ "1700000000.123456", 1700000000123456000 },
		{ "18446744073.709551615", UINT64_MAX },
	};
	static const char *const bad[] = {
		"", "1", "1.", ".1", "1.x", "1.1.1", "18446744073.709551616", "1.1234567890", "-1.0"
	};
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(isotp_text_seconds(text_of(cases[i].text), &ns));
		assert_true(ns == cases[i].ns);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(isotp_text_seconds(text_of(bad[i]), &ns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_hex_digits),
		cmocka_unit_test(eight_hex_digits_as_bytes),
		cmocka_unit_test(eight_decimal_digits),
		cmocka_unit_test(words),
		cmocka_unit_test(numbers),
		cmocka_unit_test(seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
