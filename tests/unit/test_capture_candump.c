/* SPDX-License-Identifier: MIT */
/* Owns the tests of captures that candump wrote: each line in its place, alone and among others. */
#include "reading.h"

#include <time.h>

static struct reading reading;

/* What a line is: a frame as records are written, "xl", "other", or why it is damaged. */
struct line {
	const char *text, *want;
};

static const struct line log_lines[] = {
	{ "(1700000000.123456) can0 7E0#0322F190", "1700000000.123456000 can0 7E0#0322F190" },
	{ "(1700000000.123456) can0 7E0#0011223344556677",
	  "1700000000.123456000 can0 7E0#0011223344556677" },
	{ "(1700000000.123456) can0 7e0#deadBEEF", "1700000000.123456000 can0 7E0#DEADBEEF" },
	{ "(1700000000.123456789) can0 7E0#02", "1700000000.123456789 can0 7E0#02" },
	{ "(4.266856) can0 112#1A20900EA671555D", "4.266856000 can0 112#1A20900EA671555D" },
	{ "(0000000004.266856) can0 112#", "4.266856000 can0 112#" },
	{ "(18446744073.709551) can0 112#", "18446744073.709551000 can0 112#" },
	{ "(0.0) vcan0 001#8d00100100820100", "0.000000000 vcan0 001#8D00100100820100" },
	{ "(1700000000.123456)   can0 7E0#02", "1700000000.123456000 can0 7E0#02" },
	{ "(1700000000.123456) can0   7E0#02", "1700000000.123456000 can0 7E0#02" },
	{ "  (1700000000.123456) can0 7E0#02  ", "1700000000.123456000 can0 7E0#02" },
	{ "(1700000000.123456) can0\t7E0#02", "1700000000.123456000 can0 7E0#02" },
	{ "(1.000001) a-very-long-name.for_a/bus 7E0#02",
	  "1.000001000 a-very-long-name.for_a/bus 7E0#02" },
	{ "(1.000001) 7 7E0#02", "1.000001000 7 7E0#02" },
	{ "(1.000001) can0#1 7E0#02", "1.000001000 can0#1 7E0#02" },
	{ "\t(1.000001) can0 7E0#02", "1.000001000 can0 7E0#02" },
	{ "(1.000001) can0 7E0#02 R", "1.000001000 can0 7E0#02" },
	{ "(1.000001) can0 7E0#02 T", "1.000001000 can0 7E0#02" },
	/* IDs */
	{ "(1.000001) can0 000#02", "1.000001000 can0 000#02" },
	{ "(1.000001) can0 7FF#02", "1.000001000 can0 7FF#02" },
	{ "(1.000001) can0 00000000#02", "1.000001000 can0 00000000#02" },
	{ "(1.000001) can0 18DA10F1#02", "1.000001000 can0 18DA10F1#02" },
	{ "(1.000001) can0 1FFFFFFF#02", "1.000001000 can0 1FFFFFFF#02" },
	{ "(1.000001) can0 20000080#0000000000000000",
	  "1.000001000 can0 20000080#0000000000000000" },
	{ "(1.000001) can0 20000004#0004", "1.000001000 can0 20000004#0004" },
	/* data */
	{ "(1.000001) can0 123#", "1.000001000 can0 123#" },
	{ "(1.000001) can0 123#11.22.33", "1.000001000 can0 123#112233" },
	{ "(1.000001) can0 123#11223344.5566.7788", "1.000001000 can0 123#1122334455667788" },
	{ "(1.000001) can0 123#.11", "1.000001000 can0 123#11" },
	{ "(1.000001) can0 123#1122334455667788_9", "1.000001000 can0 123#1122334455667788" },
	{ "(1.000001) can0 123#1122334455667788_F", "1.000001000 can0 123#1122334455667788" },
	{ "(1.000001) can0 123#1122334455667788_e R", "1.000001000 can0 123#1122334455667788" },
	{ "(1.000001) can0 123#R", "1.000001000 can0 123#R0" },
	{ "(1.000001) can0 123#r", "1.000001000 can0 123#R0" },
	{ "(1.000001) can0 123#R4", "1.000001000 can0 123#R4" },
	{ "(1.000001) can0 123#R8", "1.000001000 can0 123#R8" },
	{ "(1.000001) can0 123#R8_C T", "1.000001000 can0 123#R8" },
	{ "(1.000001) can0 12345678#R2", "1.000001000 can0 12345678#R2" },
	/* CAN FD */
	{ "(1.000001) can0 123##0", "1.000001000 can0 123##0" },
	{ "(1.000001) can0 123##1112233", "1.000001000 can0 123##1112233" },
	{ "(1.000001) can0 123##4112233", "1.000001000 can0 123##0112233" },
	{ "(1.000001) can0 123##5112233", "1.000001000 can0 123##1112233" },
	{ "(1.000001) can0 123##6112233 R", "1.000001000 can0 123##2112233" },
	{ "(1.000001) can0 123##F112233", "1.000001000 can0 123##3112233" },
	{ "(1.000001) can0 123##3.11.22.33", "1.000001000 can0 123##3112233" },
	{ "(1.000001) can0 12345678##1000102030405060708090A0B",
	  "1.000001000 can0 12345678##1000102030405060708090A0B" },
	{ "(1.000001) can0 123##1"
	  "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
	  "202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F",
	  "1.000001000 can0 123##1"
	  "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
	  "202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F" },
	/* CAN XL */
	{ "(1.000001) can0 45123#81:00:12345678#11223344", "xl" },
	{ "(1.000001) can0 00123#80:FF:00000000#11 T", "xl" },
	{ "(1.000001) can0 123#81:00:12345678#112233", "xl" },
	/* no frames */
	{ "", "other" },
	{ "   ", "other" },
	{ "# a comment", "other" },
	{ "DROPCOUNT: dropped 3 CAN frames on 'can0' socket (total drops 3)", "other" },
	{ "\tcontroller-problem{tx-error-warning}", "other" },
};

static const struct line damaged_log_lines[] = {
	{ "(1700000000.123456 can0 7E0#02", "has no valid time" },
	{ "(1700000000) can0 7E0#02", "has no valid time" },
	{ "(1700000000.) can0 7E0#02", "has no valid time" },
	{ "(.123456) can0 7E0#02", "has no valid time" },
	{ "(1.1234567890) can0 7E0#02", "has no valid time" },
	{ "(-1.123456) can0 7E0#02", "has no valid time" },
	{ "(1.12345x) can0 7E0#02", "has no valid time" },
	{ "(1.123456x can0 7E0#02", "has no valid time" },
	{ "(1.123456789x can0 7E0#02", "has no valid time" },
	{ "(1.12345678x) can0 7E0#02", "has no valid time" },
	{ "(1.123456)_can0 7E0#02", "has no valid time" },
	{ "(18446744073.709552) can0 7E0#02", "has no valid time" },
	{ "(123456789012.000000) can0 7E0#02", "has no valid time" },
	{ "()can0 7E0#02", "has no valid time" },
	{ "(1.123456)can0 7E0#02", "has no valid time" },
	{ "(1.123456) ", "has no valid time" },
	{ "(1.123456)", "has no valid time" },
	{ "(", "has no valid time" },
	{ "(1.123456) \001 7E0#02", "has no valid interface name" },
	{ "(1.123456) caf\303\251 7E0#02", "has no valid interface name" },
	{ "(1.123456) "
	  "a123456789b123456789c123456789d123456789e123456789f123456789g123 7E0#02",
	  "has no valid interface name" },
	{ "(1.000001) can0", "has no valid CAN ID" },
	{ "(1.000001) can0 ", "has no valid CAN ID" },
	{ "(1.000001) can0 #02", "has no valid CAN ID" },
	{ "(1.000001) can0 7E#02", "has no valid CAN ID" },
	{ "(1.000001) can0 07E0#02", "has no valid CAN ID" },
	{ "(1.000001) can0 800#02", "has no valid CAN ID" },
	{ "(1.000001) can0 FFF#02", "has no valid CAN ID" },
	{ "(1.000001) can0 7G0#02", "has no valid CAN ID" },
	{ "(1.000001) can0 118DA10F1#02", "has no valid CAN ID" },
	{ "(1.000001) can0 8DA10F1#02", "has no valid CAN ID" },
	{ "(1.000001) can0 40000000#02", "has no valid CAN ID" },
	{ "(1.000001) can0 80000000#02", "has no valid CAN ID" },
	{ "(1.000001) can0 60000000#02", "has no valid CAN ID" },
	{ "(1.000001) can0 45123#81:00:1234567#11", "has no valid CAN ID" },
	{ "(1.000001) can0 45123#0011", "has no valid CAN ID" },
	{ "(1.000001) can0 7E0#0", "has data that is no hex" },
	{ "(1.000001) can0 7E0#001", "has data that is no hex" },
	{ "(1.000001) can0 7E0#00112233445566778", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#001122334455667788", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#0g", "has data that is no hex" },
	{ "(1.000001) can0 7E0#00zz", "has data that is no hex" },
	{ "(1.000001) can0 7E0#00..11", "has data that is no hex" },
	{ "(1.000001) can0 7E0#00.", "has data that is no hex" },
	{ "(1.000001) can0 7E0#00,11", "has data that is no hex" },
	{ "(1.000001) can0 7E0#0011_9", "has data that is no hex" },
	{ "(1.000001) can0 7E0#1122334455667788_8", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#1122334455667788_", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#1122334455667788_9A", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#R9", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#R4_9", "has data that is no hex" },
	{ "(1.000001) can0 7E0#R88", "has a length that no such frame has" },
	{ "(1.000001) can0 20000080#R", "has data that is no hex" },
	{ "(1.000001) can0 7E0##", "has no CAN FD flags" },
	{ "(1.000001) can0 7E0##G00", "has no CAN FD flags" },
	{ "(1.000001) can0 7E0##10", "has data that is no hex" },
	{ "(1.000001) can0 7E0##1001122334455667788", "has a length that no such frame has" },
	{ "(1.000001) can0 20000080##1", "has a length that no such frame has" },
	{ "(1.000001) can0 7E0##1"
	  "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
	  "202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F40",
	  "has a length that no such frame has" },
	{ "(1.000001) can0 7E0#00 X", "has something behind its frame" },
	{ "(1.000001) can0 7E0#00 RT", "has something behind its frame" },
	{ "(1.000001) can0 7E0#00 R T", "has something behind its frame" },
	{ "(1.000001) can0 45123#81:00:12345678#11 X", "has something behind its frame" },
	{ "can0 7E0#00", "has a length that no such frame has" },
	{ "hello", "has no valid CAN ID" },
};

static const struct line console_lines[] = {
	{ "  can0  7E8   [8]  10 14 62 F1 90 57 42 30", "0.000000000 can0 7E8#101462F190574230" },
	{ " (1700000000.123456)  can0  7E8   [2]  10 14", "1700000000.123456000 can0 7E8#1014" },
	{ "  can0  7E8   [0] ", "0.000000000 can0 7E8#" },
	{ "  can0  7E8   [0]", "0.000000000 can0 7E8#" },
	{ "    can0       7E8   [1]  AB", "0.000000000 can0 7E8#AB" },
	{ "  can0  18DAF110   [1]  AB", "0.000000000 can0 18DAF110#AB" },
	{ "  can0  7E8 [1] AB", "0.000000000 can0 7E8#AB" },
	{ "  can0  7E8  [08]  10 14 62 F1 90 57 42 30", "0.000000000 can0 7E8##0101462F190574230" },
	{ "  can0  7E8  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B",
	  "0.000000000 can0 7E8##0000102030405060708090A0B" },
	{ "  can0  7E8  [00]", "0.000000000 can0 7E8##0" },
	/* -x */
	{ "  can0  RX - -  7E8   [1]  AB", "0.000000000 can0 7E8#AB" },
	{ "  can0  TX - -  7E8   [1]  AB", "0.000000000 can0 7E8#AB" },
	{ "  can0  RX B E  7E8  [01]  AB", "0.000000000 can0 7E8##3AB" },
	{ "  can0  TX B -  7E8  [01]  AB", "0.000000000 can0 7E8##1AB" },
	{ "  can0  RX - E  7E8  [01]  AB", "0.000000000 can0 7E8##2AB" },
	/* remote and error frames */
	{ "  can0  7E8   [0]  remote request", "0.000000000 can0 7E8#R0" },
	{ "  can0  12345678   [4]  remote request", "0.000000000 can0 12345678#R4" },
	{ "  can0  20000004   [8]  00 04 00 00 00 00 00 00   ERRORFRAME",
	  "0.000000000 can0 20000004#0004000000000000" },
	{ "  can0  20000004   [2]  00 04                     ERRORFRAME",
	  "0.000000000 can0 20000004#0004" },
	/* -8 */
	{ "  can0  7E8   {8}  10 14 62 F1 90 57 42 30", "0.000000000 can0 7E8#101462F190574230" },
	{ "  can0  7E8   {F}  10 14 62 F1 90 57 42 30", "0.000000000 can0 7E8#101462F190574230" },
	{ "  can0  7E8   {2}  10 14", "0.000000000 can0 7E8#1014" },
	{ "  can0  7E8   {A}  remote request", "0.000000000 can0 7E8#R8" },
	/* -a: exactly as many bytes as the length says, whatever the text looks like */
	{ "  can0  7E8   [8]  10 14 62 F1 90 57 42 30   '..b..WB0'",
	  "0.000000000 can0 7E8#101462F190574230" },
	{ "  can0  7E8   [3]  27 20 27                  '' ''", "0.000000000 can0 7E8#272027" },
	{ "  can0  7E8   [2]  31 32                     '12'", "0.000000000 can0 7E8#3132" },
	{ "  can0  7E8   [0]                            ''", "0.000000000 can0 7E8#" },
	/* -S, -i and both */
	{ "  can0  7E8   [8]  30`42`57`90`F1`62`14`10", "0.000000000 can0 7E8#101462F190574230" },
	{ "  can0  7E8   [3]  33`32`31                  `321`", "0.000000000 can0 7E8#313233" },
	{ "  can0  7E8   [1]  10                        `.`", "0.000000000 can0 7E8#10" },
	{ "  can0  7E8   [2]  00010000 00010100", "0.000000000 can0 7E8#1014" },
	{ "  can0  7E8   [2]  00010100`00010000", "0.000000000 can0 7E8#1014" },
	{ "  can0  7E8  [02]  10101010 11111111", "0.000000000 can0 7E8##0AAFF" },
	/* -c, -c -c, -c -c -c */
	{ "  \033[1m\033[34mcan0\033[0m  7E8   [1]  AB", "0.000000000 can0 7E8#AB" },
	{ "  \033[1m\033[34mcan0  7E8   [1]  AB\033[0m", "0.000000000 can0 7E8#AB" },
	{ " \033[1m\033[34m(1.500000)  can0  7E8   [1]  AB\033[0m", "1.500000000 can0 7E8#AB" },
	/* CAN XL */
	{ "  can0  123 [0008] (45|81:00:12345678) 11 22 33 44 55 66 77 88", "xl" },
	{ "  can0       123[2048] (00|81:00:12345678) 11 22 33 ...", "xl" },
};

static const struct line damaged_console_lines[] = {
	{ "  can0  7E8", "has a length that no such frame has" },
	{ "  can0  7E8   [8", "has other data than its length says" },
	{ "  can0  7E8   [9]  00 01 02 03 04 05 06 07 08", "has a length that no such frame has" },
	{ "  can0  7E8   []", "has a length that no such frame has" },
	{ "  can0  7E8   [x]", "has a length that no such frame has" },
	{ "  can0  7E8   [008]", "has a length that no such frame has" },
	{ "  can0  7E8  [09]  00 01 02 03 04 05 06 07 08", "has a length that no such frame has" },
	{ "  can0  7E8  [65]", "has a length that no such frame has" },
	{ "  can0  7E8   {G}", "has a length that no such frame has" },
	{ "  can0  7E8   {10}", "has a length that no such frame has" },
	{ "  can0  20000004  [08]  00 04 00 00 00 00 00 00",
	  "has a length that no such frame has" },
	{ "  can0  7E8   [8]  10 14 62", "has other data than its length says" },
	{ "  can0  7E8   [8]  10 14 62 F1 90 57 42 3", "has other data than its length says" },
	{ "  can0  7E8   [3]  10`14 62", "has other data than its length says" },
	{ "  can0  7E8   [3]  10 14`62", "has other data than its length says" },
	{ "  can0  7E8   [2]  10 1G", "has other data than its length says" },
	{ "  can0  7E8   [1]  00010002", "has other data than its length says" },
	{ "  can0  7E8   [1]  0001000", "has other data than its length says" },
	{ "  can0  7E8   [1]  000100000", "has other data than its length says" },
	{ "  can0  7E8   [1]AB", "has other data than its length says" },
	{ "  can0  7E8   [1]  AB CD", "has something behind its data" },
	{ "  can0  7E8   [1]  AB   '..'", "has something behind its data" },
	{ "  can0  7E8   [2]  31 32   '12", "has something behind its data" },
	{ "  can0  7E8   [2]  31 32   `12'", "has something behind its data" },
	{ "  can0  7E8   [1]  AB   ERRORFRAME", "has something behind its data" },
	{ "  can0  7E8  [04]  remote request", "has something behind its data" },
	{ "  can0  RX -  7E8   [1]  AB", "has no candump -x flags" },
	{ "  can0  RX E B  7E8   [1]  AB", "has no candump -x flags" },
	{ "  can0  7E   [1]  AB", "has no valid CAN ID" },
	{ "  can0  FFF   [1]  AB", "has no valid CAN ID" },
	{ "  can0  RX - -", "has no valid CAN ID" },
	{ " (1.50000x)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-02-29 12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2100-02-29 12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-13-01 12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-00-01 12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-04-31 12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-04-30 24:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-04-30 12:60:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-04-30 12:00:61.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-04-30T12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (2023-04-30 12:00:00)  can0  7E8   [1]  AB", "has no valid time" },
	{ " (1969-12-31 12:00:00.000000)  can0  7E8   [1]  AB", "has no valid time" },
};

/* The line twice, since the second one is read the quick way, between two that are known. */
static void surround(char *text, const char *line, const char *end)
{
	sprintf(text, "(1.000000) can0 100#%s%s%s%s%s(2.000000) can0 200#%s", end, line, end, line,
		end, end);
}

static void judge_frame(const struct line *x, const char *text, bool is_frame, int last)
{
	char want[1024];

	sprintf(want, "0 1.000000000 can0 100#\n");
	if (is_frame)
		sprintf(want + strlen(want), "1 %s\n2 %s\n", x->want, x->want);
	sprintf(want + strlen(want), "%d 2.000000000 can0 200#\n", last);
	read_text(&reading, text);
	assert_int_equal(reading.opened, 0);
	assert_int_equal(reading.ended, 0);
	assert_int_equal(reading.status.format, ISOTP_CAPTURE_CANDUMP);
	assert_int_equal(reading.status.records, last + 1);
	assert_reading(x->text, &reading, want);
}

static void judge(const struct line *x, bool damaged, const char *end)
{
	const bool xl = !strcmp(x->want, "xl"), other = !strcmp(x->want, "other");
	const bool is_frame = !damaged && !xl && !other;
	char text[2048];

	surround(text, x->text, end);
	judge_frame(x, text, is_frame, is_frame || xl ? 3 : 1);
	assert_int_equal(reading.status.xl, xl ? 2 : 0);
	assert_int_equal(reading.status.other, other ? 2 : 0);
	assert_int_equal(reading.status.damaged, damaged ? 2 : 0);
	if (!damaged)
		return;
	assert_int_equal(reading.status.places[0].at, 2);
	assert_int_equal(reading.status.places[1].at, 3);
	if (strcmp(reading.status.places[0].why, x->want) != 0)
		print_error("%s\n", x->text);
	assert_string_equal(reading.status.places[0].why, x->want);
	assert_string_equal(reading.status.places[1].why, x->want);
}

static void judge_all(const struct line *lines, size_t n, bool damaged)
{
	for (size_t i = 0; i < n; i++) {
		judge(&lines[i], damaged, "\n");
		judge(&lines[i], damaged, "\r\n");
	}
}

static void log_form(void **state)
{
	(void)state;
	judge_all(log_lines, COUNT(log_lines), false);
}

static void log_form_damaged(void **state)
{
	(void)state;
	judge_all(damaged_log_lines, COUNT(damaged_log_lines), true);
}

static void console_form(void **state)
{
	(void)state;
	judge_all(console_lines, COUNT(console_lines), false);
}

static void console_form_damaged(void **state)
{
	(void)state;
	judge_all(damaged_console_lines, COUNT(damaged_console_lines), true);
}

/* The last line needs no line feed. */
static void unterminated(void **state)
{
	(void)state;
	read_text(&reading, "(1.000000) can0 100#01\n(1.000000) can0 100#02");
	assert_reading("no line feed", &reading,
		       "0 1.000000000 can0 100#01\n1 1.000000000 can0 100#02\n");
	read_text(&reading, "  can0  100   [1]  01");
	assert_reading("no line feed", &reading, "0 0.000000000 can0 100#01\n");
}

static void buses(void **state)
{
	(void)state;
	read_text(&reading, "(1.000000)  can0 100#01\n(1.000000) vcan1 100#02\n"
			    "(1.000000)  can0 100#03\n(1.000000) vcan1 100#04\n"
			    "(1.000000)     b 100#05\n(1.000000)  can0 100#06\n"
			    "(1.000000) vcan1 100#07\n(1.000000)     b 100#08\n"
			    "(1.000000) can 100#09\n(1.000000) vcan11 100#0A\n");
	assert_reading("several buses", &reading,
		       "0 1.000000000 can0 100#01\n1 1.000000000 vcan1 100#02\n"
		       "2 1.000000000 can0 100#03\n3 1.000000000 vcan1 100#04\n"
		       "4 1.000000000 b 100#05\n5 1.000000000 can0 100#06\n"
		       "6 1.000000000 vcan1 100#07\n7 1.000000000 b 100#08\n"
		       "8 1.000000000 can 100#09\n9 1.000000000 vcan11 100#0A\n");
	assert_int_equal(reading.bus_max, 4);
}

/* More buses than can be told apart share the last index. */
static void too_many_buses(void **state)
{
	static struct bytes b;
	const struct way way = { 0 };
	char line[64];

	(void)state;
	b.n = 0;
	for (int i = 0; i < 300; i++)
		put(&b, line, (size_t)sprintf(line, "(1.000000) bus%d 100#01\n", i));
	read_bytes(&reading, b.at, b.n, &way);
	assert_int_equal(reading.status.records, 300);
	assert_int_equal(reading.bus_max, ISOTP_CAPTURE_BUSES - 1);
	assert_non_null(strstr(reading.text, "254 1.000000000 bus254 100#01\n"));
	assert_non_null(strstr(reading.text, "299 1.000000000 bus255 100#01\n"));
}

static void drop_counts(void **state)
{
	(void)state;
	read_text(&reading, "(1.000000) can0 100#\n"
			    "DROPCOUNT: dropped 1 CAN frame on 'can0' socket (total drops 1)\n"
			    "DROPCOUNT: dropped 41 CAN frames on 'any' socket (total drops 42)\n"
			    "DROPCOUNT: 8\n"
			    "DROPCOUNT: dropped -5 CAN frames\n"
			    "DROPCOUNT:\n");
	assert_int_equal(reading.status.dropped, 50);
	assert_int_equal(reading.status.other, 5);
	assert_int_equal(reading.status.damaged, 0);
}

/* Each is counted, of the first ones the places are kept. */
static void many_damaged(void **state)
{
	char text[1024] = "(1.000000) can0 100#\n";

	(void)state;
	for (int i = 0; i < 20; i++)
		strcat(text, "(1.000000) can0\n");
	read_text(&reading, text);
	assert_int_equal(reading.status.damaged, 20);
	for (int i = 0; i < ISOTP_CAPTURE_PLACES; i++)
		assert_int_equal(reading.status.places[i].at, 2 + i);
}

/* Damaged and other lines are no records; remote, error and XL frames are. */
static void record_numbers(void **state)
{
	(void)state;
	read_text(&reading, "# comment\n(1.000000) can0 100#R\n(1.000000) can0 10#\n"
			    "(1.000000) can0 00100#80:00:00000000#11\n(1.000000) can0 100#01\n"
			    "(1.000000) can0 20000001#\n\n(1.000000) can0 100#02\n");
	assert_reading("numbers", &reading,
		       "0 1.000000000 can0 100#R0\n2 1.000000000 can0 100#01\n"
		       "3 1.000000000 can0 20000001#\n4 1.000000000 can0 100#02\n");
	assert_int_equal(reading.status.records, 5);
}

/* --- the times of the console form --- */

/* The times of a console capture whose stamps are these, in us. */
static void read_stamps(const char *const *stamps, size_t n, const char *want,
			const struct way *way)
{
	char text[16384] = "", times[16384] = "";
	const char *at;

	for (size_t i = 0; i < n; i++)
		sprintf(text + strlen(text), " (%s)  can0  100   [0]\n", stamps[i]);
	read_bytes(&reading, text, strlen(text), way);
	assert_int_equal(reading.status.damaged, 0);
	for (at = reading.text; *at; at = strchr(at, '\n') + 1) {
		unsigned int number, ns;
		unsigned long long seconds;

		assert_int_equal(sscanf(at, "%u %llu.%u", &number, &seconds, &ns), 3);
		sprintf(times + strlen(times), "%llu ", seconds * 1000000 + ns / 1000);
	}
	assert_string_equal(times, want);
}

static const char *const since_first[] = { "000.000000", "000.000100", "000.000250", "000.000240",
					   "000.000300", "000.000400", "001.000000", "100.000000" };
static const char *const differences[] = { "000.000000", "000.000100", "000.000150", "000.000010",
					   "000.000300", "000.000100", "001.000000", "000.000001" };

static void stamps_since_the_first_frame(void **state)
{
	const struct way file = { 0 }, live = { .by_bytes = true };

	(void)state;
	read_stamps(since_first, COUNT(since_first), "0 100 250 240 300 400 1000000 100000000 ",
		    &file);
	read_stamps(since_first, COUNT(since_first), "0 100 250 240 300 400 1000000 100000000 ",
		    &live);
}

/* Of a file all is seen beforehand; on a pipe times stand as they are until it is clear. */
static void stamps_since_the_frame_before(void **state)
{
	const struct way file = { 0 }, live = { .by_bytes = true };

	(void)state;
	read_stamps(differences, COUNT(differences), "0 100 250 260 560 660 1000660 1000661 ",
		    &file);
	read_stamps(differences, COUNT(differences), "0 100 150 10 300 400 1000400 1000401 ",
		    &live);
}

/* Only what begins as candump's differences do may be differences. */
static void stamps_of_other_kinds(void **state)
{
	static const char *const absolute[] = { "1700000000.000005", "1700000000.000004",
						"1700000000.000003", "1700000000.000002" };
	static const char *const short_ones[] = { "000.000001", "000.000009", "000.000001",
						  "000.000009", "000.000001" };
	const struct way file = { 0 };

	(void)state;
	read_stamps(absolute, COUNT(absolute),
		    "1700000000000005 1700000000000004 1700000000000003 1700000000000002 ", &file);
	read_stamps(short_ones, COUNT(short_ones), "1 9 1 9 1 ", &file);
}

/* What is taken for a date is local time. */
static void dates(void **state)
{
	char want[256];
	struct tm tm = { .tm_year = 123, .tm_mon = 10, .tm_mday = 14, .tm_hour = 22, .tm_min = 13 };
	long long base;

	(void)state;
	assert_int_equal(setenv("TZ", "EST5EDT", 1), 0);
	tzset();
	tm.tm_isdst = -1;
	base = (long long)mktime(&tm);
	assert_int_equal(base, 1700017980);
	sprintf(want,
		"0 %lld.123456000 can0 7E8#AB\n1 %lld.000001000 can0 7E8#AC\n"
		"2 %lld.500000000 can0 7E8#AD\n",
		base + 20, base + 80, base + 20 + 86400);
	read_text(&reading, " (2023-11-14 22:13:20.123456)  can0  7E8   [1]  AB\n"
			    " (2023-11-14 22:14:20.000001)  can0  7E8   [1]  AC\n"
			    " (2023-11-15 22:13:20.500000)  can0  7E8   [1]  AD\n");
	assert_reading("dates", &reading, want);
	unsetenv("TZ");
	tzset();
}

/* There are days and seconds that not every year or minute has. */
static void leap_days(void **state)
{
	(void)state;
	read_text(&reading, " (2000-02-29 12:00:00.000000)  can0  100   [0]\n"
			    " (2024-02-29 12:00:00.000000)  can0  100   [0]\n"
			    " (2024-12-31 23:59:60.000000)  can0  100   [0]\n");
	assert_int_equal(reading.status.records, 3);
	assert_int_equal(reading.status.damaged, 0);
}

/* Both forms, and everything candump can add, in one file. */
static void mixed(void **state)
{
	(void)state;
	read_text(&reading, "(1700000000.000001) can0 7E0#0322F190\n"
			    " (1700000000.000002)  can0  7E8   [1]  AB\r\n"
			    "(1700000000.000003) can0 7E0#0322F191 T\n"
			    "  \033[31mcan1\033[0m  RX - -  7E8   [1]  AC\n"
			    "(1700000000.000004) can1 7E0##50322F192\r\n");
	assert_reading("both forms", &reading,
		       "0 1700000000.000001000 can0 7E0#0322F190\n"
		       "1 1700000000.000002000 can0 7E8#AB\n"
		       "2 1700000000.000003000 can0 7E0#0322F191\n"
		       "3 0.000000000 can1 7E8#AC\n"
		       "4 1700000000.000004000 can1 7E0##10322F192\n");
	assert_int_equal(reading.status.untimed, 1);
}

/* Only frames without a time count as such, not what is damaged or belongs to no frame. */
static void untimed(void **state)
{
	(void)state;
	read_text(&reading, "  can0  7E8   [1]  AB\n"
			    "  can0  7E8   [1]  remote request\n"
			    "  can0  7E8   [2]  AB\n"
			    "\n"
			    " (000.000000)  can0  7E8   [1]  AC\n"
			    "(0.0) can0 7E8#AB\n");
	assert_int_equal(reading.status.untimed, 2);
	read_text(&reading, " (000.000000)  can0  7E8   [1]  AC\n");
	assert_int_equal(reading.status.untimed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_form),
		cmocka_unit_test(log_form_damaged),
		cmocka_unit_test(console_form),
		cmocka_unit_test(console_form_damaged),
		cmocka_unit_test(unterminated),
		cmocka_unit_test(buses),
		cmocka_unit_test(too_many_buses),
		cmocka_unit_test(drop_counts),
		cmocka_unit_test(many_damaged),
		cmocka_unit_test(record_numbers),
		cmocka_unit_test(stamps_since_the_first_frame),
		cmocka_unit_test(stamps_since_the_frame_before),
		cmocka_unit_test(stamps_of_other_kinds),
		cmocka_unit_test(dates),
		cmocka_unit_test(leap_days),
		cmocka_unit_test(mixed),
		cmocka_unit_test(untimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
