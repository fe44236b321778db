/* SPDX-License-Identifier: MIT */
/* Owns the tests of what is true of captures of any text: detection, gzip, pipes, long lines. */
#include "reading.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct reading reading;
static struct bytes bytes;

#define LINE "(1.000000) can0 100#AB\n"
#define ONE  "0 1.000000000 can0 100#AB\n"

static const struct way usual = { 0 }, by_bytes = { .by_bytes = true };

static void put_text(const char *text)
{
	put(&bytes, text, strlen(text));
}

static void put_repeated(const char *text, int times)
{
	for (int i = 0; i < times; i++)
		put_text(text);
}

static void begin(void)
{
	bytes.n = 0;
	bytes.big = false;
}

/* --- detection --- */

static void text_formats(void **state)
{
	static const struct {
		const char *text;
		enum isotp_capture_format format;
	} cases[] = {
		{ "(1.000000) can0 100#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "(1.000000) can0 100#AB", ISOTP_CAPTURE_CANDUMP },
		{ "  can0  100   [1]  AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "(1.000000) can0 00123#80:00:00000000#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "# a comment\n\n\n(1.000000) can0 100#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "DROPCOUNT: 5\nhello\n(1.0\n(1.000000) can0 100#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "\n\r\r\n(1.000000) can0 100#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "\n(1.000000) can0 100#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "\xEF\xBB\xBF(1.000000) can0 100#AB\n", ISOTP_CAPTURE_CANDUMP },
		{ "base hex  timestamps absolute\n", ISOTP_CAPTURE_ASC },
		{ "0.1 1 100 Rx d 0\n", ISOTP_CAPTURE_ASC },
		{ "date x\n0.1 1 ErrorFrame", ISOTP_CAPTURE_ASC },
		{ "0.1 CANXL 1 Rx XLFF 0 0\n", ISOTP_CAPTURE_ASC },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		read_text(&reading, cases[i].text);
		assert_int_equal(reading.opened, 0);
		assert_int_equal(reading.status.format, cases[i].format);
		read_bytes(&reading, cases[i].text, strlen(cases[i].text), &by_bytes);
		assert_int_equal(reading.opened, 0);
		assert_int_equal(reading.status.format, cases[i].format);
	}
}

static void no_format(void **state)
{
	static const char *const texts[] = {
		"x",
		"\n",
		"hello\n",
		"# a comment\n",
		"date Sam Sep 30 15:06:13.191 2017\n",
		"base hex\n",
		"0.1 Start of measurement\n",
		"(1.000000) can0 100#A\n",
		"\n\r\r\n",
		"\n\r\r\n12345678",
		"\n\r\r\n1234\x1A\x2B\x3C",
		"\xD4\xC3\xB2",
		"BZh91AY&SY\xA1\xB2\xC3\xD4",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		read_text(&reading, texts[i]);
		assert_int_equal(reading.opened, -ENOMSG);
		assert_int_equal(reading.ended, -ENOMSG);
		assert_int_equal(reading.status.format, ISOTP_CAPTURE_UNKNOWN);
		assert_string_equal(reading.status.error,
				    "is neither a candump log nor pcap, pcapng or Vector ASC");
	}
}

static void empty(void **state)
{
	(void)state;
	read_text(&reading, "");
	assert_int_equal(reading.opened, 0);
	assert_int_equal(reading.ended, 0);
	assert_int_equal(reading.status.format, ISOTP_CAPTURE_UNKNOWN);
	assert_string_equal(reading.text, "");
	begin();
	put_gzip(&bytes, "", 0);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, 0);
	assert_int_equal(reading.ended, 0);
	assert_true(reading.status.gzip);
}

/* Where looking for a line that decides ends: 64 KiB, 1000 lines, a NUL. */
static void where_detection_ends(void **state)
{
	(void)state;
	begin();
	put_repeated("\n", 999);
	put_text(LINE);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, 0);
	begin();
	put_repeated("\n", 1000);
	put_text(LINE);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, -ENOMSG);

	/* the line ends before 64 KiB, at them, and behind them */
	for (int i = -1; i <= 1; i++) {
		begin();
		bytes.n = (size_t)(64 * 1024 - (int)strlen(LINE) + i);
		memset(bytes.at, '#', bytes.n);
		bytes.at[bytes.n - 1] = '\n';
		put_text(LINE);
		read_bytes(&reading, bytes.at, bytes.n, &usual);
		assert_int_equal(reading.opened, i <= 0 ? 0 : -ENOMSG);
	}

	begin();
	put(&bytes, "\0\n" LINE, 2 + strlen(LINE));
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, -ENOMSG);
	begin();
	put(&bytes, LINE "\0\n" LINE, 2 * strlen(LINE) + 2);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, 0);
	assert_int_equal(reading.status.records, 2);
	assert_int_equal(reading.status.damaged, 1);
}

/* --- gzip --- */

static void gzip(void **state)
{
	(void)state;
	begin();
	put_gzip(&bytes, LINE, strlen(LINE));
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_reading("one member", &reading, ONE);
	assert_int_equal(reading.ended, 0);
	assert_true(reading.status.gzip);
	assert_int_equal(reading.status.bytes_read, bytes.n);
	read_bytes(&reading, bytes.at, bytes.n, &by_bytes);
	assert_reading("one member, byte by byte", &reading, ONE);
	assert_int_equal(reading.ended, 0);
}

/* The second one begins in the middle of a line; padding stands between them and behind them. */
static void gzip_members(void **state)
{
	(void)state;
	begin();
	put_gzip(&bytes, "(1.000000) can0 1", 17);
	put_gzip(&bytes, "", 0);
	put32(&bytes, 0);
	put_gzip(&bytes, "00#AB\n" LINE, 6 + strlen(LINE));
	for (int i = 0; i < 600; i++)
		put8(&bytes, 0);
	for (int i = 0; i < 2; i++) {
		read_bytes(&reading, bytes.at, bytes.n, i ? &by_bytes : &usual);
		assert_reading("members", &reading, ONE "1 1.000000000 can0 100#AB\n");
		assert_int_equal(reading.ended, 0);
		assert_int_equal(reading.status.damaged, 0);
	}
}

/* What came before the damage is given; a line that the damage cut off is not. */
static void gzip_damaged(void **state)
{
	static struct bytes packed;
	static const char text[] = LINE LINE LINE "(1.000000) can0 100#00112233";

	(void)state;
	begin();
	packed.n = 0;
	put_gzip(&packed, text, strlen(text));

	/* without its check sum */
	put(&bytes, packed.at, packed.n - 8);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.ended, -EBADMSG);
	assert_int_equal(reading.status.records, 3);
	assert_string_equal(reading.status.error, "ends in the middle of its gzip data");
	read_bytes(&reading, bytes.at, bytes.n, &by_bytes);
	assert_int_equal(reading.ended, -EBADMSG);
	assert_int_equal(reading.status.records, 3);

	/* with a wrong one */
	begin();
	put(&bytes, packed.at, packed.n - 8);
	put32(&bytes, 0x12345678);
	put32(&bytes, (uint32_t)strlen(text));
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.ended, -EBADMSG);
	assert_int_equal(reading.status.records, 3);
	assert_string_equal(reading.status.error, "is damaged gzip");

	/* with something else behind it */
	begin();
	put(&bytes, packed.at, packed.n);
	put_text("\n" LINE);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.ended, -EBADMSG);
	assert_int_equal(reading.status.records, 3);
	assert_string_equal(reading.status.error, "has other bytes behind its gzip data");
}

static void gzip_of_nothing_known(void **state)
{
	static struct bytes packed;

	(void)state;
	begin();
	put_gzip(&bytes, "hello\n", 6);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, -ENOMSG);
	packed.n = 0;
	put_gzip(&packed, LINE, strlen(LINE));
	begin();
	put_gzip(&bytes, packed.at, packed.n);
	read_bytes(&reading, bytes.at, bytes.n, &usual);
	assert_int_equal(reading.opened, -ENOMSG);
	read_bytes(&reading, "\x1F\x8B", 2, &usual);
	assert_int_equal(reading.opened, -EBADMSG);
	assert_string_equal(reading.status.error, "ends in the middle of its gzip data");
	read_bytes(&reading, "\x1F\x8B\x08\xFFhello", 9, &usual);
	assert_int_equal(reading.opened, -EBADMSG);
	read_bytes(&reading, "\x1F", 1, &usual);
	assert_int_equal(reading.opened, -ENOMSG);
}

/* --- pipes --- */

static const char conversation[] = "(1.000000) can0 7E0#0322F190\n"
				   "(1.000001)  vcan10 18DAF110##1000102030405060708090A0B\r\n"
				   "damaged\n"
				   "(1.000002) can0 7E8#101462F190574230\n"
				   "(2.000002) can0 7E8#2130303030303031 R\n"
				   "\n"
				   "(2.000003000) can0 7E8#22";

static void any_way_is_the_same(void **state)
{
	static struct reading whole;
	const struct way ways[] = { { .room = 1 },
				    { .room = 2 },
				    { .room = 64 },
				    { .by_bytes = true },
				    { .by_bytes = true, .room = 1 } };

	(void)state;
	read_text(&whole, conversation);
	assert_int_equal(whole.status.records, 5);
	for (size_t i = 0; i < COUNT(ways); i++) {
		read_bytes(&reading, conversation, strlen(conversation), &ways[i]);
		assert_reading("conversation", &reading, whole.text);
		assert_memory_equal(&reading.status, &whole.status, sizeof(whole.status));
	}
}

/* A line is given when it is there, although the pipe stays open. */
static void live(void **state)
{
	const struct isotp_capture_settings settings = { .stop_fd = -1 };
	struct isotp_record records[4];
	struct isotp_capture *c;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "# begins\n" LINE, 9 + strlen(LINE)), 9 + strlen(LINE));
	assert_int_equal(isotp_capture_open(&c, ends[0], &settings), 0);
	assert_int_equal(isotp_capture_read(c, records, 4), 1);
	assert_int_equal(write(ends[1], LINE LINE "(1.00", 2 * strlen(LINE) + 5),
			 2 * strlen(LINE) + 5);
	assert_int_equal(isotp_capture_read(c, records, 4), 2);
	assert_int_equal(write(ends[1], "0000) can0 100#AC\n" LINE, 18 + strlen(LINE)),
			 18 + strlen(LINE));
	assert_int_equal(isotp_capture_read(c, records, 1), 1);
	assert_int_equal(records[0].frame.data[0], 0xAC);
	assert_int_equal(isotp_capture_read(c, records, 1), 1);
	assert_int_equal(records[0].number, 4);
	close(ends[1]);
	assert_int_equal(isotp_capture_read(c, records, 4), 0);
	assert_int_equal(isotp_capture_read(c, records, 4), 0);
	isotp_capture_close(c);
	close(ends[0]);
}

/* What no line has decided after 1000 lines or 64 KiB is given up, although the pipe stays open. */
static void live_and_unknown(void **state)
{
	static const int sizes[] = { 1000, 64 * 1024 };
	const struct isotp_capture_settings settings = { .stop_fd = -1 };
	struct isotp_capture *c;
	int ends[2];

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		assert_int_equal(pipe(ends), 0);
		memset(bytes.at, i ? '#' : '\n', sizeof(bytes.at));
		assert_int_equal(write(ends[1], bytes.at, (size_t)sizes[i]), sizes[i]);
		assert_int_equal(isotp_capture_open(&c, ends[0], &settings), -ENOMSG);
		isotp_capture_close(c);
		close(ends[0]);
		close(ends[1]);
	}
}

/* A signal, which makes stop_fd readable, ends the wait for a line, and for the first one. */
static void stopped(void **state)
{
	struct isotp_capture_settings settings = { 0 };
	struct isotp_record records[4];
	struct isotp_capture *c;
	int data[2], stop[2];

	(void)state;
	assert_int_equal(pipe(data), 0);
	assert_int_equal(pipe(stop), 0);
	settings.stop_fd = stop[0];
	assert_int_equal(write(data[1], LINE, strlen(LINE)), strlen(LINE));
	assert_int_equal(isotp_capture_open(&c, data[0], &settings), 0);
	assert_int_equal(write(stop[1], "", 1), 1);
	assert_int_equal(isotp_capture_read(c, records, 4), 1);
	assert_int_equal(isotp_capture_read(c, records, 4), -EINTR);
	isotp_capture_close(c);
	assert_int_equal(isotp_capture_open(&c, data[0], &settings), -EINTR);
	assert_string_equal(isotp_capture_status(c)->error, "was not read to its end");
	isotp_capture_close(c);
	for (int i = 0; i < 2; i++) {
		close(data[i]);
		close(stop[i]);
	}
}

static void not_readable(void **state)
{
	const struct isotp_capture_settings settings = { .stop_fd = -1 };
	struct isotp_capture *c;
	const int fd = open("/", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(isotp_capture_open(&c, fd, &settings), -EISDIR);
	assert_string_equal(isotp_capture_status(c)->error, "cannot be read: Is a directory");
	isotp_capture_close(c);
	close(fd);
	assert_int_equal(isotp_capture_open(&c, fd, &settings), -EBADF);
	assert_string_equal(isotp_capture_status(c)->error, "cannot be read: Bad file descriptor");
	isotp_capture_close(c);
	assert_int_equal(isotp_capture_open(&c, -1, &settings), -EBADF);
	isotp_capture_close(c);
}

/* A descriptor that does not block: it is waited for all the same. */
static void non_blocking(void **state)
{
	const struct isotp_capture_settings settings = { .stop_fd = -1 };
	struct isotp_record record;
	struct isotp_capture *c;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	assert_int_equal(write(ends[1], LINE, strlen(LINE)), strlen(LINE));
	assert_int_equal(isotp_capture_open(&c, ends[0], &settings), 0);
	assert_int_equal(isotp_capture_read(c, &record, 1), 1);
	close(ends[1]);
	assert_int_equal(isotp_capture_read(c, &record, 1), 0);
	isotp_capture_close(c);
	close(ends[0]);
}

/* --- long lines --- */

/* A line as long as the buffer is skipped; what follows is not taken for its own line. */
static void long_lines(void **state)
{
	static struct bytes packed, text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin();
		packed.n = text.n = 0;
		put(&text, LINE, strlen(LINE));
		while (text.n < 200000)
			put(&text, LINE, strlen(LINE) - 1);
		put_gzip(&packed, text.at, text.n);
		text.n = 0;
		while (text.n < 200000)
			put(&text, LINE, strlen(LINE) - 1);
		if (i == 0)
			put(&text, "\n" LINE, strlen(LINE) + 1);
		put_gzip(&packed, text.at, text.n);
		read_bytes(&reading, packed.at, packed.n, &usual);
		assert_reading("a long line", &reading,
			       i == 0 ? ONE "1 1.000000000 can0 100#AB\n" : ONE);
		assert_int_equal(reading.ended, 0);
		assert_int_equal(reading.status.damaged, 1);
		assert_int_equal(reading.status.places[0].at, 2);
		assert_string_equal(reading.status.places[0].why, "is longer than 262144 bytes");
	}
}

/* Lines lie across the ends of the buffer in many ways, and none is lost. */
static void many_lines(void **state)
{
	static struct bytes text;
	static const char odd[] = "(1.000000) can0 18DAF110#ABCDEF\n";
	uint64_t lines = 0;

	(void)state;
	begin();
	for (int member = 0; member < 8; member++) {
		text.n = 0;
		for (; text.n < 200000; lines++)
			put(&text, lines % 3 ? LINE : odd, strlen(lines % 3 ? LINE : odd));
		put_gzip(&bytes, text.at, text.n);
	}
	{
		const struct isotp_capture_settings settings = { .stop_fd = -1 };
		static struct isotp_record records[256];
		struct isotp_capture *c;
		const int fd = file_of(bytes.at, bytes.n);
		uint64_t number = 0;
		int n;

		assert_int_equal(isotp_capture_open(&c, fd, &settings), 0);
		while ((n = isotp_capture_read(c, records, 256)) > 0)
			for (int i = 0; i < n; i++, number++) {
				assert_int_equal(records[i].number, number);
				assert_int_equal(records[i].frame.len, number % 3 ? 1 : 3);
			}
		assert_int_equal(n, 0);
		assert_int_equal(number, lines);
		assert_int_equal(isotp_capture_status(c)->damaged, 0);
		isotp_capture_close(c);
		close(fd);
	}
}

static void status_of_nothing(void **state)
{
	(void)state;
	assert_string_equal(isotp_capture_status(NULL)->error, "takes more memory than there is");
	isotp_capture_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_formats),
		cmocka_unit_test(no_format),
		cmocka_unit_test(empty),
		cmocka_unit_test(where_detection_ends),
		cmocka_unit_test(gzip),
		cmocka_unit_test(gzip_members),
		cmocka_unit_test(gzip_damaged),
		cmocka_unit_test(gzip_of_nothing_known),
		cmocka_unit_test(any_way_is_the_same),
		cmocka_unit_test(live),
		cmocka_unit_test(live_and_unknown),
		cmocka_unit_test(stopped),
		cmocka_unit_test(not_readable),
		cmocka_unit_test(non_blocking),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(many_lines),
		cmocka_unit_test(status_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
