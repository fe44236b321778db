/* SPDX-License-Identifier: MIT */
/* Owns the tests of what output is made of: the writer and the time stamps. */
#include "support.h"

#include "cli/view-stamp.h"

#include <time.h>
#include <unistd.h>

/* What the writer has collected, as a string. */
static const char *written(struct writer *w)
{
	assert_true(w->used < sizeof(w->buffer));
	w->buffer[w->used] = '\0';
	return w->buffer;
}

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

/* --- time stamps --- */

static void test_stamps(void **state)
{
	static const struct {
		enum stamp_kind kind;
		const char *zone;
		uint64_t times_ns[4];
		const char *text;
	} cases[] = {
		{ STAMP_NONE, "UTC0", { 1, 2, 3, 4 }, "" },
		{ STAMP_ABSOLUTE,
		  "CET-1",
		  { 1700000000 * SECOND + 999, 1999999999, 1000, 0 },
		  "(1700000000.000000) (1.999999) (0.000001) (0.000000) " },
		/* a capture may count from 0 */
		{ STAMP_DELTA,
		  "UTC0",
		  { 0, 250 * MS, 1500 * MS, 3601 * SECOND },
		  "(0.000000) (0.250000) (1.250000) (3599.500000) " },
		{ STAMP_ZERO,
		  "UTC0",
		  { 0, 250 * MS, 1500 * MS, 3601 * SECOND },
		  "(0.000000) (0.250000) (1.500000) (3601.000000) " },
		/* cut first: 1.9 us after 0.9 us is 1 us after 0 us */
		{ STAMP_DELTA,
		  "UTC0",
		  { 900, 1900, 2000, 2999 },
		  "(0.000000) (0.000001) (0.000001) (0.000000) " },
		/* a clock that was set back */
		{ STAMP_DELTA,
		  "UTC0",
		  { 20 * SECOND, 5 * SECOND, 6 * SECOND, 6 * SECOND },
		  "(0.000000) (0.000000) (1.000000) (0.000000) " },
		{ STAMP_ZERO,
		  "UTC0",
		  { 20 * SECOND, 5 * SECOND, 21 * SECOND, 20 * SECOND },
		  "(0.000000) (0.000000) (1.000000) (0.000000) " },
		{ STAMP_DATE,
		  "UTC0",
		  { 0, 1700000000 * SECOND + 10 * MS, 951782399 * SECOND, UINT64_MAX },
		  "(1970-01-01 00:00:00.000000) (2023-11-14 22:13:20.010000) "
		  "(2000-02-28 23:59:59.000000) (2554-07-21 23:34:33.709551) " },
		/* the hour that comes twice, and local time before 1970 began in UTC */
		{ STAMP_DATE,
		  "CET-1CEST,M3.5.0,M10.5.0/3",
		  { 1698539400 * SECOND, 1698541200 * SECOND, 1698543000 * SECOND, 1000 },
		  "(2023-10-29 02:30:00.000000) (2023-10-29 02:00:00.000000) "
		  "(2023-10-29 02:30:00.000000) (1970-01-01 01:00:00.000001) " },
		{ STAMP_DATE,
		  "NST3:30",
		  { 0, 0, 0, 86400 * SECOND },
		  "(1969-12-31 20:30:00.000000) (1969-12-31 20:30:00.000000) "
		  "(1969-12-31 20:30:00.000000) (1970-01-01 20:30:00.000000) " },
	};
	static struct writer w;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct stamp stamp = { .kind = cases[i].kind };

		w.used = 0;
		set_zone(cases[i].zone);
		for (size_t k = 0; k < 4; k++)
			stamp_write(&stamp, &w, cases[i].times_ns[k]);
		assert_string_equal(written(&w), cases[i].text);
	}
}

/* --- the writer --- */

/* Runs `job` with standard output in a file; returns what it left there. */
static FILE *captured(void (*job)(struct writer *w), struct writer *w)
{
	FILE *f = tmpfile();
	const int saved = dup(STDOUT_FILENO);

	assert_non_null(f);
	fflush(stdout);
	assert_true(dup2(fileno(f), STDOUT_FILENO) >= 0);
	job(w);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
	rewind(f);
	return f;
}

enum { LINES = 5000, BLOCK = 3 * WRITER_SIZE + 1 };

static void write_lines(struct writer *w)
{
	for (unsigned int i = 0; i < LINES; i++) {
		writer_text(w, "line ");
		writer_decimal(w, i, 6);
		writer_blanks(w, 30);
		writer_hex(w, i, 8);
		writer_char(w, '\n');
	}
	assert_int_equal(writer_flush(w), 0);
}

/* Far more lines than the buffer holds come out whole and in order. */
static void test_many_lines(void **state)
{
	static struct writer w;
	FILE *f = captured(write_lines, &w);
	char line[128], want[128];

	(void)state;
	for (unsigned int i = 0; i < LINES; i++) {
		sprintf(want, "line %06u%30s%08X\n", i, "", i);
		assert_non_null(fgets(line, sizeof(line), f));
		assert_string_equal(line, want);
	}
	assert_null(fgets(line, sizeof(line), f));
	fclose(f);
}

static void write_blocks(struct writer *w)
{
	static uint8_t block[BLOCK];

	pattern_fill(block, sizeof(block));
	writer_char(w, '<');
	writer_bytes(w, block, sizeof(block));
	writer_hex_bytes(w, block, sizeof(block));
	writer_char(w, '>');
	assert_int_equal(writer_flush(w), 0);
}

/* Blocks longer than the buffer, too. */
static void test_long_blocks(void **state)
{
	static struct writer w;
	FILE *f = captured(write_blocks, &w);
	char want[3], got[3] = "";

	(void)state;
	assert_int_equal(fgetc(f), '<');
	for (unsigned int i = 0; i < BLOCK; i++)
		assert_int_equal(fgetc(f), i % 251);
	for (unsigned int i = 0; i < BLOCK; i++) {
		sprintf(want, "%02X", i % 251);
		assert_int_equal(fread(got, 1, 2, f), 2);
		assert_string_equal(got, want);
	}
	assert_int_equal(fgetc(f), '>');
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
}

static void write_nowhere(struct writer *w)
{
	close(STDOUT_FILENO);
	writer_text(w, "lost");
	w->error = writer_flush(w);
	writer_text(w, "dropped");
}

/* The first failure is kept until it is asked for. */
static void test_failure(void **state)
{
	static struct writer w;
	FILE *f = captured(write_nowhere, &w);
	int first = w.error;

	(void)state;
	assert_true(first < 0);
	assert_int_equal(writer_flush(&w), first);
	assert_int_equal(writer_flush(&w), 0);
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
}

static void test_numbers(void **state)
{
	static struct writer w;

	(void)state;
	writer_decimal(&w, 0, 1);
	writer_char(&w, ' ');
	writer_decimal(&w, 42, 5);
	writer_char(&w, ' ');
	writer_decimal(&w, UINT64_MAX, 1);
	writer_blanks(&w, 2);
	writer_blanks(&w, 0);
	writer_blanks(&w, -3);
	writer_hex(&w, 0xDEADBEEF, 8);
	writer_hex(&w, 0xDEADBEEF, 3);
	assert_string_equal(written(&w), "0 00042 18446744073709551615  DEADBEEFEEF");
}

static void test_printable(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++)
		assert_int_equal(writer_printable((uint8_t)i), i >= ' ' && i <= '~' ? i : '.');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stamps),	    cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_long_blocks), cmocka_unit_test(test_failure),
		cmocka_unit_test(test_numbers),	    cmocka_unit_test(test_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
