/* SPDX-License-Identifier: MIT */
/* Owns the tests of isotpperf's lines and bars: can-utils' recorded output, and what lies
 * beyond it. */
#include "support.h"

#include "cli/perf-bars.h"
#include "protocol/timing.h"

enum { LINE_SIZE = 512, PAIRS = 4 };

/* A monitor, its clock and what it writes. */
struct setup {
	struct isotp_watch pairs[PAIRS];
	struct perf_bars monitor;
	struct writer writer;
	uint64_t now_ns;
	size_t read, whole;
};

static struct isotp_can_id id_of(struct where w, const char *text)
{
	struct isotp_can_id id = { 0 };
	const char *reason;

	if (isotp_can_id_parse(text, &id, &reason) < 0)
		fail_at(w, "not a CAN ID: %s", text);
	return id;
}

/* "7E0" or "7E0/14", "7E0/any". */
static struct isotp_watched side_of(struct where w, char *text)
{
	struct isotp_watched side = { 0 };
	char *slash = strchr(text, '/');

	if (slash)
		*slash = '\0';
	side.id = id_of(w, text);
	side.has_byte = slash != NULL;
	side.any_byte = slash && !strcmp(slash + 1, "any");
	if (slash && !side.any_byte)
		side.byte = (uint8_t)strtoul(slash + 1, NULL, 16);
	return side;
}

/* Pairs as "7E0:7E8 6F1/12:612/F1". */
static struct setup *monitor_of(struct where w, const char *pairs, bool bars)
{
	static struct setup s;
	char text[128], *save, *word;
	int n = 0;

	s = (struct setup){ .now_ns = 1700000000 * SECOND };
	assert_true(strlen(pairs) < sizeof(text));
	strcpy(text, pairs);
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *colon = strchr(word, ':');

		assert_true(n < PAIRS);
		if (colon) {
			*colon = '\0';
			s.pairs[n].b = side_of(w, colon + 1);
		}
		s.pairs[n++].a = side_of(w, word);
	}
	perf_bars_init(&s.monitor, s.pairs, n, bars);
	return &s;
}

/* What was written since the last call. */
static const char *written(struct setup *s)
{
	const char *text = s->writer.buffer + s->read;

	assert_true(s->writer.used < sizeof(s->writer.buffer));
	s->writer.buffer[s->writer.used] = '\0';
	s->read = s->writer.used;
	return text;
}

static void expect_text(struct where w, const char *what, const char *got, const char *want)
{
	if (strcmp(got, want))
		fail_at(w, "%s\n    gives '%s'\n    instead of '%s'", what, got, want);
}

static void take_at(struct where w, struct setup *s, const char *frame, const char *bus,
		    uint16_t number)
{
	struct isotp_record r = { .time_ns = s->now_ns, .bus = number };

	if (!frame_parse(frame, &r.frame))
		fail_at(w, "not a frame: %s", frame);
	memset(r.frame.data + r.frame.len, 0x30, sizeof(r.frame.data) - r.frame.len);
	if (perf_bars_take(&s->monitor, &r, bus, &s->writer))
		s->whole++;
}

/* --- recordings of can-utils --- */

static FILE *open_recorded(const char *name, const char *suffix)
{
	const char *folder = getenv("RECORDINGS");
	char path[4096];
	FILE *f;

	if (!folder)
		fail_at(HERE, "RECORDINGS is not set: the folder tests/can-utils");
	snprintf(path, sizeof(path), "%s/isotpperf/%s%s", folder, name, suffix);
	f = fopen(path, "r");
	if (!f)
		fail_at(HERE, "cannot open %s", path);
	return f;
}

static struct setup *setup_of(struct where w, const char *options)
{
	char tx[16], rx[16], x[8] = "", big_x[8] = "", pair[64];
	const int n = sscanf(options, "-s %15s -d %15s -x %7s -X %7s", tx, rx, x, big_x);

	assert_true(n == 2 || n == 4);
	snprintf(pair, sizeof(pair), n == 2 ? "%s%s:%s%s" : "%s/%s:%s/%s", tx, x, rx, big_x);
	return monitor_of(w, pair, true);
}

static uint64_t parse_ns(const char *second, const char *us)
{
	return strtoull(second, NULL, 10) * SECOND + strtoull(us, NULL, 10) * 1000;
}

/* Every byte is as recorded: after each frame what is written so far is how the recording
 * begins. */
static void play(const char *name, const char *options)
{
	struct where at = { name, 0 };
	struct setup *s = setup_of(at, options);
	FILE *log = open_recorded(name, ".log"), *raw = open_recorded(name, ".raw");
	static char want[WRITER_SIZE], got[WRITER_SIZE];
	char line[LINE_SIZE], second[32], us[32], frame[LINE_SIZE];
	size_t used = 0;

	want[fread(want, 1, sizeof(want) - 1, raw)] = '\0';
	while (fgets(line, sizeof(line), log)) {
		at.line++;
		assert_int_equal(sscanf(line, "(%31[0-9].%31[0-9]) vcan0 %511s", second, us, frame),
				 3);
		s->now_ns = parse_ns(second, us) + (uint64_t)at.line * 373 % 1000;
		take_at(at, s, frame, "vcan0", 0);
		used += (size_t)snprintf(got + used, sizeof(got) - used, "%s", written(s));
		if (strncmp(got, want, used))
			fail_at(at, "%s: what was written is not the recording", frame);
	}
	expect_text(at, name, got, want);
	assert_true(s->whole > 1);
	perf_bars_end(&s->monitor, &s->writer);
	fclose(log);
	fclose(raw);
}

/* Each line of the table is "NAME OPTIONS", with tabs. */
static void test_recordings(void **state)
{
	FILE *table = open_recorded("isotpperf", ".tsv");
	char line[LINE_SIZE], name[64], options[128];
	int rows = 0;

	(void)state;
	for (; fgets(line, sizeof(line), table); rows++) {
		assert_int_equal(sscanf(line, "%63[^\t]\t%127[^\n]", name, options), 2);
		play(name, options);
	}
	assert_int_equal(rows, 3);
	fclose(table);
}

/* --- beyond the recordings --- */

/* Each step is a frame, on another bus with @ before it; "+500": so many microseconds pass;
 * "!": the clock tells of it. */
static void converse(struct where w, struct setup *s, const char *steps)
{
	char text[2048], *save, *word;

	assert_true(strlen(steps) < sizeof(text));
	strcpy(text, steps);
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (*word == '+')
			s->now_ns += strtoull(word + 1, NULL, 10) * 1000;
		else if (*word == '!')
			perf_bars_advance(&s->monitor, s->now_ns, &s->writer);
		else if (*word == '@')
			take_at(w, s, word + 1, "can1", 1);
		else
			take_at(w, s, word, "can0", 0);
	}
}

#define C8  "CAN2.0 08  (BS: 0 # STmin:  0 msec) : "
#define NOW "(no time available)     \n"

static void test_lines(void **state)
{
	static const struct {
		struct where at;
		const char *pairs, *steps, *lines;
	} cases[] = {
		/* times below a millisecond, which can-utils has not */
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +450 7E0#210708090A",
		  C8 "10 byte in 0.000450s => 22222 byte/s\n" },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +999 7E0#210708090A",
		  C8 "10 byte in 0.000999s => 10010 byte/s\n" },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +1000 7E0#210708090A",
		  C8 "10 byte in 0.001000s => 10000 byte/s\n" },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 7E0#210708090A", C8 "10 byte in " NOW },
		/* a time that runs backwards */
		{ HERE, "7E0:7E8", "+9 7E0#100A010203040506 +18446744073709551 7E0#210708090A",
		  C8 "10 byte in " NOW },
		/* FF_DL 0, and others that no first frame has: can-utils dies of the first */
		{ HERE, "7E0:7E8", "7E0#1000000000000102 7E0#2101020304050607", "" },
		{ HERE, "7E0:7E8", "7E0#1005010203040506 7E0#1000000010000102 7E0#100A01020304",
		  "" },
		/* flow control: with an address byte of its own, too short, wait */
		{ HERE, "6F1/12:612/F1",
		  "6F1#120122 612#F1300805 6F1#120122 612#12300101 6F1#120133",
		  "CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in " NOW
		  "CAN2.0 08  (BS: 8 # STmin:  5 msec) : 1 byte in " NOW
		  "CAN2.0 08  (BS: 8 # STmin:  5 msec) : 1 byte in " NOW },
		{ HERE, "6F1/12:612/any", "612#F1300805 6F1#120122",
		  "CAN2.0 08  (BS: 8 # STmin:  5 msec) : 1 byte in " NOW },
		{ HERE, "7E0:7E8", "7E8#300102 7E8#3008 7E8#310304 7E8#320304 7E0#0111",
		  "CAN2.0 08  (BS: 1 # STmin:  2 msec) : 1 byte in " NOW },
		/* overflow ends a PDU */
		{ HERE, "7E0:7E8", "7E0#1014010203040506 7E8#320000 7E0#2107080910111213 7E0#0111",
		  " (overflow said by the receiver)\n" C8 "1 byte in " NOW },
		/* a wrong sequence number, at once; what trails is nothing; a length that
		 * cannot be */
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 7E0#2107080910111213 7E0#2314151617181920 "
		  "7E0#2414151617181920 7E0#0111",
		  " (wrong sequence number: 3 instead of 2)\n" C8 "1 byte in " NOW },
		{ HERE, "7E0:7E8", "7E0#1014010203040506 7E0#2107080910111213 7E0#2107080910111213",
		  " (wrong sequence number: 1 instead of 2)\n" },
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 7E0#2107 7E0#2107080910111213 7E0#2214151617181920",
		  C8 "20 byte in " NOW },
		/* invalid frames do not end a PDU */
		{ HERE, "7E0:7E8",
		  "7E0#100A010203040506 7E0#00 7E0#0F 7E0#40 7E0# 7E0#R 7E0#210708090A",
		  C8 "10 byte in " NOW },
		/* classic and FD do not disturb each other */
		{ HERE, "7E0:7E8", "7E0#100A010203040506 7E0##0210708090A 7E0#210708090A",
		  C8 "10 byte in " NOW },
		{ HERE, "7E0:7E8", "7E0##100080102030405060708CCCC",
		  "CAN-FD 12* (BS: 0 # STmin:  0 msec) : 8 byte in " NOW },
		/* silence, of either side, for a second */
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +999999 ! 7E8#300000 +999999 ! +1 !",
		  " (transmission timed out)\n" },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +1000000 7E0#210708090A",
		  " (transmission timed out)\n" },
		{ HERE, "7E0:7E8", "7E0#0111 +5000000 ! 7E0#0111",
		  C8 "1 byte in " NOW C8 "1 byte in " NOW },
		/* several pairs, and what is none's */
		{ HERE, "7E0:7E8 6F1/12:612/F1 700",
		  "7E0#100A010203040506 6F1#120144 7E0#210708090A 700#0155 701#0155 6F1#130144",
		  "6F1/12:612/F1 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in " NOW
		  "7E0:7E8 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 10 byte in " NOW
		  "700 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in " NOW },
		{ HERE, "7E0:7E8 7E8:7E0", "7E0#0111 7E8#0122",
		  "7E0:7E8 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in " NOW
		  "7E8:7E0 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in " NOW },
		/* any address byte: each is a conversation */
		{ HERE, "6F1/any:612/any",
		  "6F1#1210080102030405 612#F1300702 6F1#131008A1A2A3A4A5 6F1#1221060708 "
		  "6F1#1321A6A7A8 6F1#",
		  "CAN2.0 08  (BS: 7 # STmin:  2 msec) : 8 byte in " NOW
		  "CAN2.0 08  (BS: 0 # STmin:  0 msec) : 8 byte in " NOW },
		/* another bus */
		{ HERE, "7E0:7E8", "7E0#0111 @7E8#300101 @7E0#0111 7E0#0111",
		  C8 "1 byte in " NOW "can1 CAN2.0 08  (BS: 1 # STmin:  1 msec) : 1 byte in " NOW C8
		     "1 byte in " NOW },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct setup *s = monitor_of(cases[i].at, cases[i].pairs, false);

		converse(cases[i].at, s, cases[i].steps);
		expect_text(cases[i].at, cases[i].steps, written(s), cases[i].lines);
		perf_bars_end(&s->monitor, &s->writer);
		expect_text(cases[i].at, "the end", written(s), "");
	}
}

#define HALF "XXXXXXXXXXXXXXXXXXXXXXXXX........................."

/* A bar and a note are led by the pair, too; the line of a bar that stands is ended. */
static void test_bars(void **state)
{
	struct setup *s = monitor_of(HERE, "7E0:7E8 7E1:7E9", true);

	(void)state;
	take_at(HERE, s, "7E0#100C010203040506", "can0", 0);
	expect_text(HERE, "a first frame", written(s), "\r7E0:7E8   50% |" HALF "|  6/12 ");
	take_at(HERE, s, "7E8#300000", "can0", 0);
	expect_text(HERE, "its flow control", written(s), "\r7E0:7E8   50% |" HALF "|  6/12 ");
	take_at(HERE, s, "7E0#2207080910111213", "can0", 0);
	expect_text(HERE, "a wrong number", written(s),
		    "\r7E0:7E8  (wrong sequence number: 2 instead of 1)"
		    "                                      \n");
	perf_bars_end(&s->monitor, &s->writer);
	expect_text(HERE, "the end", written(s), "");

	s = monitor_of(HERE, "7E0:7E8", true);
	take_at(HERE, s, "7E0#100C010203040506", "can0", 0);
	written(s);
	perf_bars_end(&s->monitor, &s->writer);
	expect_text(HERE, "the end of a bar", written(s), "\n");
}

static void test_deadline(void **state)
{
	struct setup *s = monitor_of(HERE, "7E0:7E8 7E1:7E9", false);
	const uint64_t start = s->now_ns;

	(void)state;
	assert_int_equal(perf_bars_deadline(&s->monitor), ISOTP_NEVER);
	converse(HERE, s, "7E0#100C010203040506 +1000 7E1#100C010203040506");
	assert_int_equal(perf_bars_deadline(&s->monitor), start + SECOND);
	converse(HERE, s, "+1000 7E8#300000");
	assert_int_equal(perf_bars_deadline(&s->monitor), start + MS + SECOND);
	converse(HERE, s, "7E1#21070809101112");
	assert_int_equal(perf_bars_deadline(&s->monitor), start + 2 * MS + SECOND);
	converse(HERE, s, "+1000000 !");
	assert_int_equal(perf_bars_deadline(&s->monitor), ISOTP_NEVER);
	perf_bars_end(&s->monitor, &s->writer);
}

/* More conversations than there is room for: the further ones are not shown. */
static void test_too_many(void **state)
{
	struct setup *s = monitor_of(HERE, "6F1/any", false);
	char frame[32];

	(void)state;
	for (uint16_t bus = 0; bus < 5; bus++) {
		for (unsigned int byte = 0; byte < 256; byte++) {
			snprintf(frame, sizeof(frame), "6F1#%02X0111", byte);
			take_at(HERE, s, frame, "can0", bus);
			s->writer.used = 0;
		}
	}
	assert_int_equal(s->whole, PERF_LANES_MAX);
	perf_bars_end(&s->monitor, &s->writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recordings), cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bars),	   cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
