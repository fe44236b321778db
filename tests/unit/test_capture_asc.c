/* SPDX-License-Identifier: MIT */
/* Owns the tests of Vector ASC files: each line in its place, headers, times. */
#include "reading.h"

static struct reading reading;

#define HEX_HEADER                                                                                 \
	"date Sam Sep 30 15:06:13.191 2017\n"                                                      \
	"base hex  timestamps absolute\n"                                                          \
	"internal events logged\n"                                                                 \
	"// version 9.0.0\n"                                                                       \
	"Begin Triggerblock Sam Sep 30 15:06:13.191 2017\n"
#define DEC_HEADER "base dec  timestamps absolute\n"

enum { HEX_HEADER_LINES = 5, DEC_HEADER_LINES = 1 };

/* A frame as records are written, "xl", "other", or why the line is damaged. */
struct line {
	const char *text, *want;
};

static const struct line hex_lines[] = {
	{ "   0.002367 1  390x            Rx   d 8 17 00 14 00 C0 00 08 00",
	  "0.002367000 can1 00000390#17001400C0000800" },
	{ "0.0024 1  390  Rx  d 8 17 00 14 00 C0 00 08 00",
	  "0.002400000 can1 390#17001400C0000800" },
	{ "0.00236 1 7FF Tx d 0", "0.002360000 can1 7FF#" },
	{ "3.098426 1  18EBFF00x       Rx d 8 01 A0 0F A6 60 3B D1 40    Length = 273910 "
	  "BitCount = 141 ID = 418119424x",
	  "3.098426000 can1 18EBFF00#01A00FA6603BD140" },
	{ "13.258671 12  3FF             Tx   d D 55 AA 01 02 03 04 05 06  Length = 232016",
	  "13.258671000 can12 3FF#55AA010203040506" },
	{ "0.1 1 1ffFFffFX rx D 1 a", "0.100000000 can1 1FFFFFFF#0A" },
	{ "0.1 1 0 Rx d 2 1 2", "0.100000000 can1 000#0102" },
	{ "0.1 1 123 Rx d 2 11 22 33 44", "0.100000000 can1 123#1122" },
	{ "4294967296.5 1 123 Rx d 0", "4294967296.500000000 can1 123#" },
	/* remote frames */
	{ "2.520002 3 200 Tx r Length = 1704000 BitCount = 145 ID = 88888888x",
	  "2.520002000 can3 200#R0" },
	{ "2.584921 4 300 Tx r 8 Length = 1704000 BitCount = 145 ID = 88888888x",
	  "2.584921000 can4 300#R8" },
	{ "2.584921 4 300x Rx r F", "2.584921000 can4 00000300#R8" },
	{ "2.584921 4 300x Rx r", "2.584921000 can4 00000300#R0" },
	/* error frames */
	{ "2.501000 1 ErrorFrame", "2.501000000 can1 20000080#0000000000000000" },
	{ "2.501010 1 ErrorFrame ECC: 10100010", "2.501010000 can1 20000080#0000000000000000" },
	{ "2.501020 2 ErrorFrame Flags = 0xe CodeExt = 0x20a2 Code = 0x82 ID = 0 DLC = 0",
	  "2.501020000 can2 20000080#0000000000000000" },
	{ "30.806898 CANFD   5 Tx ErrorFrame Not Acknowledge error, dominant error flag fffe c7",
	  "30.806898000 can5 20000080#0000000000000000" },
	{ "30.806898 CANFD   5 ErrorFrame Not Acknowledge error",
	  "30.806898000 can5 20000080#0000000000000000" },
	/* CANFD: the base does not matter, the flags say whether it is FD */
	{ "0.01 CANFD 1 Rx 7E8 1 0 9 12 00 11 22 33 44 55 66 77 88 99 aa bb 130000 130 303000 0 0",
	  "0.010000000 can1 7E8##100112233445566778899AABB" },
	{ "0.01 CANFD 1 Rx 7E8 Name 0 1 2 2 00 11 130000 130 5000 0 0",
	  "0.010000000 can1 7E8##20011" },
	{ "0.01 CANFD 1 Tx 18DAF110x a_name::x 1 1 2 2 00 11 130000 130 7000 0 0",
	  "0.010000000 can1 18DAF110##30011" },
	{ "0.01 CANFD 1 Rx 7E8 0 0 0 0 130000 130 1000", "0.010000000 can1 7E8##0" },
	{ "0.01 CANFD 1 Rx 7E8 0 0 0 0 130000 130 1010", "0.010000000 can1 7E8##0" },
	{ "0.01 CANFD 1 Rx 7E8 1 1 2 2 00 11 130000 130 0 0 0", "0.010000000 can1 7E8#0011" },
	{ "0.01 CANFD 1 Rx 7E8 0 0 f 8 00 11 22 33 44 55 66 77 130000 130 0",
	  "0.010000000 can1 7E8#0011223344556677" },
	{ "30.300981 CANFD   3 Tx     50005x                                0 1 5 0 140000 73 "
	  "200050 7a60 46500250 460a0250 20011736 20010205",
	  "30.300981000 can3 00050005#R5" },
	/* no frames of their own */
	{ "0.5 1 390 TxRq d 8 17 00 14 00 C0 00 08 00", "other" },
	{ "0.5 CANFD 1 TxRq 7E8 1 0 2 2 00 11 0 0 3000", "other" },
	{ "0.5 CANXL 1 TxRq XLFF 0 0 1", "other" },
	{ "0.000000 Start of measurement", "other" },
	{ "0.015991 CAN 1 Status:chip status error passive - TxErr: 132 RxErr: 0", "other" },
	{ "1.015991 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%", "other" },
	{ "3.297743 1  J1939TP FEE3p        6    0  0   -   Rx   d 23 A0 0F A6", "other" },
	{ "1.0 1 OverloadFrame", "other" },
	{ "1.0 LIN1 1 Rx 2 00 11", "other" },
	{ "1.0", "other" },
	{ "// 1.0 1 390 Rx d 0", "other" },
	{ "End TriggerBlock", "other" },
	{ "no internal events logged", "other" },
	{ "", "other" },
	{ "M\344r 7 caf\351", "other" },
	/* CAN XL, and what is written in its form */
	{ "59.171614 CANXL   2 Rx   XLFF   984438   4656      432  name e0 0  1fe  511 1 1f96",
	  "xl" },
	{ "59.171614 CANXL   2 Tx   CBFF   243215   176      432  f 8 e1 89 e8 c2", "xl" },
};

static const struct line damaged_hex_lines[] = {
	{ "0,5 1 390 Rx d 0", "has no valid time" },
	{ "5 1 390 Rx d 0", "has no valid time" },
	{ "0.1234567890 1 390 Rx d 0", "has no valid time" },
	{ "0.5x 1 390 Rx d 0", "has no valid time" },
	{ "99999999999.5 1 390 Rx d 0", "has no valid time" },
	{ "0.5 1 800 Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 20000000x Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 123456789x Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 x Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 EngineData Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 390", "has no valid direction" },
	{ "0.5 1 390 Foo d 0", "has no valid direction" },
	{ "0.5 1 390 Rx", "is neither data nor remote frame" },
	{ "0.5 1 390 Rx x 0", "is neither data nor remote frame" },
	{ "0.5 1 390 Rx d", "has no valid length" },
	{ "0.5 1 390 Rx d G", "has no valid length" },
	{ "0.5 1 390 Rx d 10", "has no valid length" },
	{ "0.5 1 390 Rx d 3 11 22", "has less data than its length says" },
	{ "0.5 1 390 Rx d 3 11 22 3G", "has less data than its length says" },
	{ "0.5 1 390 Rx d 3 11 22 333", "has less data than its length says" },
	{ "0.5 1 390 Rx d 9 11 22 33 44 55 66 77", "has less data than its length says" },
	{ "0.5 CANFD", "has no valid channel" },
	{ "0.5 CANFD x Rx 7E8 0 0 0 0 0 0 1000", "has no valid channel" },
	{ "0.5 CANFD 123456 Rx 7E8 0 0 0 0 0 0 1000", "has no valid channel" },
	{ "0.5 CANFD 1", "has no valid direction" },
	{ "0.5 CANFD 1 7E8 Rx 0 0 0 0 0 0 1000", "has no valid direction" },
	{ "0.5 CANFD 1 Rx 800 0 0 0 0 0 0 1000", "has no valid CAN ID" },
	{ "0.5 CANFD 1 Rx", "has no valid CAN ID" },
	{ "0.5 CANFD 1 Rx 7E8", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 Name", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 2 0 0 0 0 0 1000", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 G 0 0 0 1000", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 f 65 0 0 1000", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 0 x 0 0 1000", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 9 9 00 11 22 33 44 55 66 77 88 0 0 1000", "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 9 12 00 11 22 33 44 55 66 77 88 99 aa bb 0 0 0",
	  "has no valid length" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 3 3 11 22", "has less data than its length says" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 2 2 11 22", "has no flags behind its data" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 2 2 11 22 130000 130", "has no flags behind its data" },
	{ "0.5 CANFD 1 Rx 7E8 0 0 2 2 11 22 130000 130 x", "has no flags behind its data" },
	{ "0.5 CANXL x Rx XLFF", "has no valid channel" },
	{ "0.5 CANXL 1 XLFF", "has no valid direction" },
};

static const struct line decimal_lines[] = {
	{ "0.5 1 912x Rx d 8 23 0 20 0 192 0 8 255", "0.500000000 can1 00000390#17001400C00008FF" },
	{ "0.5 1 2047 Rx d 1 9", "0.500000000 can1 7FF#09" },
	{ "0.5 1 100 Rx d A 1 2 3 4 5 6 7 8", "0.500000000 can1 064#0102030405060708" },
	{ "0.5 1 536870911x Rx r 3", "0.500000000 can1 1FFFFFFF#R3" },
	/* hex all the same */
	{ "0.5 CANFD 1 Rx 100 0 0 a 16 00 10 20 30 40 50 60 70 80 90 a0 b0 c0 d0 e0 f0 0 0 1000",
	  "0.500000000 can1 100##000102030405060708090A0B0C0D0E0F0" },
};

static const struct line damaged_decimal_lines[] = {
	{ "0.5 1 2048 Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 536870912x Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 7FF Rx d 0", "has no valid CAN ID" },
	{ "0.5 1 100 Rx d 1 256", "has less data than its length says" },
	{ "0.5 1 100 Rx d 1 FF", "has less data than its length says" },
};

struct setting {
	const char *header;
	int lines; /* of the header */
	bool damaged;
	const char *end;
};

static void judge(const struct line *x, const struct setting *s)
{
	const bool xl = !strcmp(x->want, "xl"), other = !strcmp(x->want, "other");
	const bool is_frame = !s->damaged && !xl && !other;
	char text[2048], want[1024] = "0 0.000100000 can1 100#\n";
	const int last = is_frame || xl ? 2 : 1;

	snprintf(text, sizeof(text), "%s0.0001 1 %s Rx d 0%s%s%s9.0000 2 %s Rx d 0%s", s->header,
		 s->header[5] == 'd' ? "256" : "100", s->end, x->text, s->end,
		 s->header[5] == 'd' ? "512" : "200", s->end);
	if (is_frame)
		sprintf(want + strlen(want), "1 %s\n", x->want);
	sprintf(want + strlen(want), "%d 9.000000000 can2 200#\n", last);
	read_text(&reading, text);
	assert_int_equal(reading.status.format, ISOTP_CAPTURE_ASC);
	assert_reading(x->text, &reading, want);
	assert_int_equal(reading.ended, 0);
	assert_int_equal(reading.status.records, last + 1);
	assert_int_equal(reading.status.xl, xl);
	assert_int_equal(reading.status.other, s->lines + other);
	assert_int_equal(reading.status.damaged, s->damaged);
	if (!s->damaged)
		return;
	assert_int_equal(reading.status.places[0].at, s->lines + 2);
	if (strcmp(reading.status.places[0].why, x->want) != 0)
		print_error("%s\n", x->text);
	assert_string_equal(reading.status.places[0].why, x->want);
}

static void judge_all(const struct line *lines, size_t n, struct setting s)
{
	for (size_t i = 0; i < n; i++) {
		s.end = "\n";
		judge(&lines[i], &s);
		s.end = "\r\n";
		judge(&lines[i], &s);
	}
}

static void events(void **state)
{
	const struct setting s = { HEX_HEADER, HEX_HEADER_LINES, false, NULL };

	(void)state;
	judge_all(hex_lines, COUNT(hex_lines), s);
}

static void events_damaged(void **state)
{
	const struct setting s = { HEX_HEADER, HEX_HEADER_LINES, true, NULL };

	(void)state;
	judge_all(damaged_hex_lines, COUNT(damaged_hex_lines), s);
}

static void decimal(void **state)
{
	const struct setting s = { DEC_HEADER, DEC_HEADER_LINES, false, NULL };

	(void)state;
	judge_all(decimal_lines, COUNT(decimal_lines), s);
}

static void decimal_damaged(void **state)
{
	const struct setting s = { DEC_HEADER, DEC_HEADER_LINES, true, NULL };

	(void)state;
	judge_all(damaged_decimal_lines, COUNT(damaged_decimal_lines), s);
}

/* Every line with a time counts, also one that is no frame or damaged. */
static void relative_times(void **state)
{
	(void)state;
	read_text(&reading, "base hex  timestamps relative\n"
			    "0.5 1 100 Rx d 0\n"
			    "0.25 1 Statistic: D 0\n"
			    "0.25 1 100 TxRq d 0\n"
			    "0.000001 1 100 Tx d 0\n"
			    "1.0 1 100 Rx\n"
			    "0.0 2 200 Rx d 0\n");
	assert_reading("relative", &reading,
		       "0 0.500000000 can1 100#\n1 1.000001000 can1 100#\n"
		       "2 2.000001000 can2 200#\n");
	assert_int_equal(reading.status.damaged, 1);
}

/* Headers differ from tool to tool, and some have none. */
static void headers(void **state)
{
	static const char *const texts[] = {
		"0.5 1 100 Rx d 1 AB\n",
		"\n\n0.5 1 100 Rx d 1 AB\n",
		"// 0.5 1 200 Rx d 1 00\n0.5 1 100 Rx d 1 AB\n",
		"date Tue May 27 04:09:35.000 pm 2014\n0.5 1 100 Rx d 1 AB\n",
		"base hex timestamps absolute\n0.5 1 100 Rx d 1 AB",
		"BASE HEX  TIMESTAMPS ABSOLUTE\r\n0.5 1 100 Rx d 1 AB\r\n",
		"base dez  timestamps absolute\n0.5 1 256 Rx d 1 171\n",
		"base dec  timestamps absolute\n0.5 1 256 Rx d 1 171\n",
		("date x\nbase dec  timestamps absolute\nno internal events logged\n"
		 "   0.0 Start of measurement\n   0.5 1  256             Rx   d 1 171\n"),
		"Begin Triggerblock\n   0.5 1  100             Rx   d 1 AB\nEnd TriggerBlock\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		read_text(&reading, texts[i]);
		assert_int_equal(reading.opened, 0);
		assert_reading(texts[i], &reading, "0 0.500000000 can1 100#AB\n");
	}
}

static void without_events(void **state)
{
	(void)state;
	read_text(&reading, HEX_HEADER "End TriggerBlock\n");
	assert_int_equal(reading.opened, 0);
	assert_int_equal(reading.ended, 0);
	assert_int_equal(reading.status.format, ISOTP_CAPTURE_ASC);
	assert_int_equal(reading.status.records, 0);
	assert_int_equal(reading.status.other, HEX_HEADER_LINES + 1);
}

static void channels(void **state)
{
	(void)state;
	read_text(&reading, "0.1 2 100 Rx d 0\n0.2 1 100 Rx d 0\n0.3 2 100 Rx d 0\n"
			    "0.4 CANFD 62 Rx 7d 0 0 0 0 1 1 1000\n0.5 1 100 Rx d 0\n");
	assert_reading("channels", &reading,
		       "0 0.100000000 can2 100#\n1 0.200000000 can1 100#\n"
		       "2 0.300000000 can2 100#\n3 0.400000000 can62 07D##0\n"
		       "4 0.500000000 can1 100#\n");
	assert_int_equal(reading.bus_max, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events),	  cmocka_unit_test(events_damaged),
		cmocka_unit_test(decimal),	  cmocka_unit_test(decimal_damaged),
		cmocka_unit_test(relative_times), cmocka_unit_test(headers),
		cmocka_unit_test(without_events), cmocka_unit_test(channels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
