/* SPDX-License-Identifier: MIT */
/* Owns the tests of a capture file that is read twice, whatever becomes of it meanwhile. */
#include "reading.h"

#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FRAMES = 10000 };

static struct input in;
static char path[] = "/tmp/isotp-input-XXXXXX";

static void write_log(void)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (int i = 0; i < FRAMES; i++)
		fprintf(f, "(1700000000.%06d) can%d 7E0#0322F190\n", i, i % 2);
	fprintf(f, "a damaged line\n");
	assert_int_equal(fclose(f), 0);
}

static void begin(void)
{
	write_log();
	assert_int_equal(input_open(&in, &(struct input_settings){ .name = path, .file = true }),
			 TOOL_DONE);
}

/* Returns how many records there were. */
static uint64_t read_on(int end)
{
	const struct isotp_record *records;
	uint64_t all = 0;
	int n;

	while ((n = input_read(&in, &records, 0)) > 0) {
		assert_int_equal(records[0].number, all);
		assert_int_equal(records[0].time_ns, 1700000000000000000 + all * 1000);
		all += (uint64_t)n;
	}
	assert_int_equal(n, end);
	return all;
}

static void rehearse(void)
{
	assert_true(input_is_repeatable(&in));
	input_rehearse(&in);
	assert_int_equal(read_on(-ENODATA), FRAMES);
	assert_int_equal(in.damaged, 0); /* nothing was told */
}

static void test_repeated(void **state)
{
	(void)state;
	begin();
	rehearse();
	assert_int_equal(input_repeat(&in), TOOL_DONE);
	assert_int_equal(read_on(-ENODATA), FRAMES);
	assert_int_equal(in.damaged, 1);
	assert_string_equal(input_bus(&in, 1), "can1");
	assert_int_equal(input_close(&in), TOOL_DONE);
}

/* Not to its end: --count, --duration. */
static void test_cut_short(void **state)
{
	const struct isotp_record *records;

	(void)state;
	begin();
	input_rehearse(&in);
	assert_true(input_read(&in, &records, 0) > 0);
	assert_int_equal(input_repeat(&in), TOOL_DONE);
	assert_int_equal(read_on(-ENODATA), FRAMES);
	assert_int_equal(input_close(&in), TOOL_DONE);
}

static void test_removed(void **state)
{
	(void)state;
	begin();
	rehearse();
	unlink(path);
	assert_int_equal(input_repeat(&in), TOOL_DONE);
	assert_int_equal(read_on(-ENODATA), FRAMES);
	assert_int_equal(input_close(&in), TOOL_DONE);
}

static void test_emptied(void **state)
{
	(void)state;
	begin();
	rehearse();
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(input_repeat(&in), TOOL_DONE);
	assert_int_equal(read_on(-ENODATA), 0);
	assert_int_equal(input_close(&in), TOOL_DONE);
}

static void test_overwritten(void **state)
{
	static const char none[] = "this is no capture\n";
	int fd;

	(void)state;
	begin();
	rehearse();
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	for (int i = 0; i < FRAMES; i++)
		assert_true(write(fd, none, sizeof(none) - 1) > 0);
	close(fd);
	assert_int_equal(input_repeat(&in), TOOL_SYSTEM);
	assert_int_equal(input_close(&in), TOOL_DONE);
}

/* Standard input from a file begins where it stands. */
static void test_standard_input(void **state)
{
	const int own = dup(STDIN_FILENO);
	int fd;

	(void)state;
	write_log();
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0 && lseek(fd, 10, SEEK_SET) == 10);
	dup2(fd, STDIN_FILENO);
	close(fd);
	assert_int_equal(input_open(&in, &(struct input_settings){ .name = "-" }), TOOL_DONE);
	assert_true(input_is_repeatable(&in));
	assert_int_equal(in.start, 10);
	assert_int_equal(input_close(&in), TOOL_DONE);
	dup2(own, STDIN_FILENO);
	close(own);
}

static void test_pipe(void **state)
{
	const int own = dup(STDIN_FILENO);
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "(1.0) can0 7E0#00\n", 18), 18);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	assert_int_equal(input_open(&in, &(struct input_settings){ .name = "-" }), TOOL_DONE);
	assert_false(input_is_repeatable(&in));
	assert_int_equal(input_close(&in), TOOL_DONE);
	dup2(own, STDIN_FILENO);
	close(own);
}

static int set_up(void **state)
{
	const int fd = mkstemp(path);

	(void)state;
	tool_init("test_input");
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repeated),       cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_removed),	       cmocka_unit_test(test_emptied),
		cmocka_unit_test(test_overwritten),    cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
