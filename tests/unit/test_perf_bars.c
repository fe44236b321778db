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
static struct setup *monitor_of(struct where w, const char *pairs, enum perf_bars_style style)
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
	perf_bars_init(&s.monitor, s.pairs, n, style);
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
	const size_t before = s->writer.used;

	if (!frame_parse(frame, &r.frame))
		fail_at(w, "not a frame: %s", frame);
	memset(r.frame.data + r.frame.len, 0x30, sizeof(r.frame.data) - r.frame.len);
	perf_bars_take(&s->monitor, &r, bus, &s->writer);
	s->writer.buffer[s->writer.used] = '\0';
	s->whole += strstr(s->writer.buffer + before, " byte in ") != NULL;
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
	return monitor_of(w, pair, PERF_BARS_CAN_UTILS);
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

#define C8	      "CAN2.0 08  (BS: 0 # STmin:  0 msec) : "
#define NOW	      "(no time available)     \n"
#define LATE	      " (transmission timed out)\n"
#define CUT(got, of)  " (cut off by the next PDU, " got " of " of " byte)\n"
#define OPEN(got, of) " (incomplete at the end, " got " of " of " byte)\n"

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
		  OPEN("2", "4096") },
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
		/* overflow and reserved flow status: of a flow control that is awaited, as
		 * the reassembler has it */
		{ HERE, "7E0:7E8", "7E0#100A010203040506 7E8#370000 7E0#210708090A",
		  " (reserved flow status 7 said by the receiver)\n" },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 7E8#310000 7E8#320000 7E0#210708090A",
		  " (overflow said by the receiver)\n" },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 7E8#300000 7E8#320000 7E0#210708090A",
		  C8 "10 byte in " NOW },
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 7E0#2107080910111213 7E8#320000 7E8#3F0000 "
		  "7E0#2214151617181920",
		  C8 "20 byte in " NOW },
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 7E8#300100 7E0#2107080910111213 7E8#320000",
		  " (overflow said by the receiver)\n" },
		{ HERE, "7E0:7E8",
		  "7E0#101B010203040506 7E0#2107080910111213 7E8#300100 7E0#2214151617181920 "
		  "7E8#330000",
		  " (reserved flow status 3 said by the receiver)\n" },
		/* nothing of that goes over to the next PDU */
		{ HERE, "7E0:7E8",
		  "7E0#101B010203040506 7E0#2107080910111213 7E0#100A010203040506 7E8#320000",
		  CUT("13", "27") " (overflow said by the receiver)\n" },
		{ HERE, "7E0:7E8",
		  "7E0#101B010203040506 7E8#300200 7E0#2107080910111213 7E0#1014010203040506 "
		  "7E8#300000 7E0#2107080910111213 7E8#320000 7E0#2214151617181920",
		  CUT("13", "27") C8 "20 byte in " NOW },
		{ HERE, "7E0:7E8",
		  "7E0#101B010203040506 7E8#300200 7E0#2107080910111213 7E0#101B010203040506 "
		  "7E0#2107080910111213 7E0#2214151617181920 7E8#300100 7E8#320000 "
		  "7E0#2321222324252627",
		  CUT("13", "27") "CAN2.0 08  (BS: 1 # STmin:  0 msec) : 27 byte in " NOW },
		/* the next PDU, and the end */
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 7E0#2107080910111213 7E0#0111 7E0#2214151617181920",
		  CUT("13", "20") C8 "1 byte in " NOW },
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 7E0#100A010203040506 7E0#210708090A 7E0#1063010203040506",
		  CUT("6", "20") C8 "10 byte in " NOW OPEN("6", "99") },
		/* silence, of either side, for a second: told once, and no end */
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +999999 ! 7E8#300000 +999999 ! +1 !",
		  LATE },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +1000000 7E0#210708090A",
		  LATE C8 "10 byte in 1.000000s => 10 byte/s\n" },
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 +2000000 ! 7E8#300000 +3000000 ! 7E0#2107080910111213 "
		  "+5000000 ! 7E0#2214151617181920",
		  LATE C8 "20 byte in 10.000000s => 2 byte/s\n" },
		{ HERE, "7E0:7E8",
		  "7E0#1014010203040506 +2000000 7E0#2107080910111213 +2000000 7E0#0111",
		  LATE CUT("13", "20") C8 "1 byte in " NOW },
		{ HERE, "7E0:7E8",
		  "7E0#100A010203040506 +2000000 7E0#220708090A 7E0#210708090A 7E0#0111 "
		  "7E0#100A010203040506 +2000000 ! 7E0#0111",
		  LATE C8 "1 byte in " NOW LATE C8 "1 byte in " NOW },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +2000000 7E8#320000 7E0#210708090A",
		  LATE },
		{ HERE, "7E0:7E8", "7E0#100A010203040506 +2000000 7E0##0210708090A", LATE },
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
		{ HERE, "7E0:7E8", "7E0#0111 @7E0#100A010203040506",
		  C8 "1 byte in " NOW "can1 " OPEN("6", "10") },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct setup *s = monitor_of(cases[i].at, cases[i].pairs, PERF_BARS_LINES);

		converse(cases[i].at, s, cases[i].steps);
		perf_bars_end(&s->monitor, &s->writer);
		expect_text(cases[i].at, cases[i].steps, written(s), cases[i].lines);
		assert_int_equal(s->monitor.printed, *cases[i].lines != '\0');
	}
}

/* What a frame writes, blanks at the end of a note included. */
static void expect_bytes(struct where w, struct setup *s, const char *frame, const char *want)
{
	take_at(w, s, frame, "can0", 0);
	expect_text(w, frame, written(s), want);
}

static const char *padded(const char *note, int width)
{
	static char text[2][LINE_SIZE];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof(text[turn]), "%-*s", width, note);
	return text[turn];
}

static const char *joined(const char *a, const char *b, const char *c)
{
	static char text[4 * LINE_SIZE];

	snprintf(text, sizeof(text), "%s%s%s", a, b, c);
	return text;
}

#define HALF_OF_42 "XXXXXXXXXXXXXXXXXXXXX....................."

/* A bar and a note are led by the pair, too, and do not become longer by that; the line of a bar
 * that stands is ended. */
static void test_bars(void **state)
{
	static const char bar[] = "\r7E0:7E8   50% |" HALF_OF_42 "|  6/12 ";
	struct setup *s = monitor_of(HERE, "7E0:7E8 7E1:7E9", PERF_BARS_CAN_UTILS);

	(void)state;
	expect_bytes(HERE, s, "7E0#100C010203040506", bar);
	expect_bytes(HERE, s, "7E8#300000", bar);
	expect_bytes(
		HERE, s, "7E0#2207080910111213",
		joined("\r7E0:7E8 ", padded(" (wrong sequence number: 2 instead of 1)", 70), "\n"));
	perf_bars_end(&s->monitor, &s->writer);
	expect_text(HERE, "the end", written(s), "");

	s = monitor_of(HERE, "18DA10F1/AA:18DAF110/AA 7E1", PERF_BARS_NOTED);
	expect_bytes(HERE, s, "18DA10F1#AA100A0102030405",
		     "\r18DA10F1/AA:18DAF110/AA   50% |XXXXXXXXXXXXX.............|  5/10 ");
	take_at(HERE, s, "18DA10F1#AA100A0102030405", "backbone-of-the-body", 1);
	expect_text(HERE, "the shortest bar", written(s),
		    "\rbackbone-of-the-body 18DA10F1/AA:18DAF110/AA   50% |XXXXX.....|  5/10 ");
	perf_bars_end(&s->monitor, &s->writer);
}

/* A bar that is wider than the terminal would leave a line for each frame. */
static void test_narrow(void **state)
{
	static const struct {
		int columns;
		const char *bar;
	} cases[] = {
		{ 80, "\r  50% |XXXXXXXXXXXXXXXXXXXXXXXXX.........................|  6/12 " },
		{ 67, "\r  50% |XXXXXXXXXXXXXXXXXXXXXXXXX.........................|  6/12 " },
		{ 65, "\r  50% |XXXXXXXXXXXXXXXXXXXXXXXX.........................|  6/12 " },
		{ 40, "\r  50% |XXXXXXXXXXXX............|  6/12 " },
		{ 18, "\r  50% |X.|  6/12 " },
		{ 16, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct setup *s = monitor_of(HERE, "7E0:7E8", PERF_BARS_CAN_UTILS);

		s->monitor.columns = cases[i].columns;
		expect_bytes(HERE, s, "7E0#100C010203040506", cases[i].bar);
		assert_true(strlen(cases[i].bar) <= (size_t)cases[i].columns);
		s->now_ns += 2 * SECOND;
		perf_bars_advance(&s->monitor, s->now_ns, &s->writer);
		assert_true(strlen(written(s)) <=
			    (size_t)(cases[i].columns < 30 ? 30 : cases[i].columns));
		perf_bars_end(&s->monitor, &s->writer);
	}
}

#define HALF "XXXXXXXXXXXXXXXXXXXXXXXXX........................."
#define BAR  "\r  50% |" HALF "|  6/12 "

/* can-utils' bytes have no note of a PDU that is cut off, and the next bar may wipe that of
 * silence. Else each has its line. */
static void test_styles(void **state)
{
	static const struct {
		enum perf_bars_style style;
		const char *cut, *late;
	} cases[] = {
		{ PERF_BARS_CAN_UTILS, "", "" },
		{ PERF_BARS_NOTED, "\r (cut off by the next PDU, 6 of 12 byte)", "\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct setup *s = monitor_of(HERE, "7E0:7E8", cases[i].style);
		const char *cut = *cases[i].cut ? joined(padded(cases[i].cut, 79), "\n", BAR) : BAR;

		expect_bytes(HERE, s, "7E0#100C010203040506", BAR);
		expect_bytes(HERE, s, "7E0#100C010203040506", cut);
		s->now_ns += SECOND;
		perf_bars_advance(&s->monitor, s->now_ns, &s->writer);
		expect_text(HERE, "silence", written(s),
			    joined(padded("\r (transmission timed out)", 79), cases[i].late, ""));
		expect_bytes(HERE, s, "7E0#2107080910", "");
		expect_bytes(HERE, s, "7E0#21070809101112",
			     "\r 100% |XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX| 12/12 "
			     "\rCAN2.0 08  (BS: 0 # STmin:  0 msec) : 12 byte in 1.000000s => 12 "
			     "byte/s\n");
		expect_bytes(HERE, s, "7E0#100C010203040506", BAR);
		perf_bars_end(&s->monitor, &s->writer);
		expect_text(
			HERE, "the end", written(s),
			joined(padded("\r (incomplete at the end, 6 of 12 byte)", 79), "\n", ""));
	}
}

/* The end of the input ends the line of silence, too. */
static void test_open_note(void **state)
{
	struct setup *s = monitor_of(HERE, "7E0:7E8", PERF_BARS_CAN_UTILS);

	(void)state;
	take_at(HERE, s, "7E0#100C010203040506", "can0", 0);
	perf_bars_advance(&s->monitor, s->now_ns + SECOND, &s->writer);
	written(s);
	perf_bars_end(&s->monitor, &s->writer);
	expect_text(HERE, "the end", written(s), "\n");

	s = monitor_of(HERE, "7E0:7E8", PERF_BARS_CAN_UTILS);
	take_at(HERE, s, "7E0#0111", "can0", 0);
	written(s);
	perf_bars_end(&s->monitor, &s->writer);
	expect_text(HERE, "the end after a line", written(s), "");
}

/* As the reassembler's: of a PDU's last frame. */
static void test_padding(void **state)
{
	const struct isotp_config config = {
		.rx_padding = true, .rxpad = 0xCC, .check_pad_len = true, .check_pad_data = true
	};
	struct setup *s = monitor_of(HERE, "7E0:7E8", PERF_BARS_LINES);

	(void)state;
	s->monitor.padding = &config;
	converse(HERE, s, "7E0#0111CCCCCCCCCCCC 7E0#0111 7E0#0111CCCCCCCCCCAA");
	converse(HERE, s, "7E0#100A010203040506 7E0#210708090ACCCCCC");
	converse(HERE, s, "7E0#100A010203040506 7E0#210708090ACCCCAA");
	converse(HERE, s, "7E0#100A010203040506 7E0#210708090A 7E0#220708090A");
	expect_text(HERE, "padding", written(s),
		    C8 "1 byte in " NOW " (wrong padding)\n (wrong padding)\n" C8 "10 byte in " NOW
		       " (wrong padding)\n (wrong padding)\n");
	assert_int_equal(s->whole, 2);
	perf_bars_end(&s->monitor, &s->writer);
}

static void test_deadline(void **state)
{
	struct setup *s = monitor_of(HERE, "7E0:7E8 7E1:7E9", PERF_BARS_LINES);
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
	converse(HERE, s, "7E0#2107"); /* one that was silent is so no more */
	assert_int_equal(perf_bars_deadline(&s->monitor), ISOTP_NEVER);
	perf_bars_end(&s->monitor, &s->writer);
}

/* More conversations than there is room for: the further ones are not shown. */
static void test_too_many(void **state)
{
	struct setup *s = monitor_of(HERE, "6F1/any", PERF_BARS_LINES);
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
		cmocka_unit_test(test_bars),	   cmocka_unit_test(test_styles),
		cmocka_unit_test(test_open_note),  cmocka_unit_test(test_padding),
		cmocka_unit_test(test_deadline),   cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
