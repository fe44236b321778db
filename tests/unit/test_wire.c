/* SPDX-License-Identifier: MIT */
/*
 * Owns the tests of how many bits a frame is on the wire: frames that were recorded on real buses,
 * the bounds that are published, and any frames against an implementation of the test's own that
 * writes each bit down.
 *
 * Recorded: the outputs of sigrok-test (github.com/sigrokproject/sigrok-test, decoder/test/can, at
 * 2375076, 605923f and 800aa1d), which decode the recordings of sigrok-dumps, can/: what a logic
 * analyser saw of an MCP2515 and of a PEAK PCAN-USB Pro FD (1 Mbit/s with the sample point at 75 %,
 * 2 Mbit/s with 80 %). Taken are the facts alone: which frame, which bits, how long.
 */
#include "protocol/wire.h"
#include "support.h"

/* --- the test's own idea of a frame: a text of 0 and 1 --- */

enum { BITS_MAX = 800 };

struct wire {
	char bits[BITS_MAX]; /* SOF to CRC, with every stuff bit */
	size_t n;
	int run; /* equal bits at the end */
	bool stuffing;
	unsigned int stuffed;
	char plain[BITS_MAX]; /* without them */
	size_t n_plain;
	size_t brs; /* where BRS is in `bits` */
};

static void put_raw(struct wire *w, char bit)
{
	w->run = w->n && w->bits[w->n - 1] == bit ? w->run + 1 : 1;
	w->bits[w->n++] = bit;
	w->bits[w->n] = '\0';
}

static char other(char bit)
{
	return bit == '0' ? '1' : '0';
}

static void put_bit(struct wire *w, char bit)
{
	if (w->stuffing && w->run == 5) {
		put_raw(w, other(w->bits[w->n - 1]));
		w->stuffed++;
	}
	put_raw(w, bit);
	w->plain[w->n_plain++] = bit;
	w->plain[w->n_plain] = '\0';
}

static void put(struct wire *w, uint32_t value, int n)
{
	while (n--)
		put_bit(w, value >> n & 1 ? '1' : '0');
}

/* The bits of a text through a register of `width` bits, ISO 11898-1's way. */
static uint32_t crc_of(const char *bits, uint32_t polynomial, int width, uint32_t crc)
{
	for (; *bits; bits++) {
		const bool next = (*bits == '1') != (crc >> (width - 1) & 1);

		crc = crc << 1 & ((1u << width) - 1);
		if (next)
			crc ^= polynomial;
	}
	return crc;
}

static void put_header(struct wire *w, const struct isotp_frame *f)
{
	const bool fd = f->flags & ISOTP_FRAME_FD, extended = f->id.width == 29;
	const bool rtr = !fd && f->flags & ISOTP_FRAME_REMOTE;

	put(w, 0, 1);
	put(w, extended ? f->id.value >> 18 : f->id.value, 11);
	if (extended) {
		put(w, 3, 2);
		put(w, f->id.value & 0x3FFFF, 18);
	}
	put(w, rtr, 1);
	if (!extended)
		put(w, 0, 1);
	if (fd) {
		put(w, 2, 2);
		put(w, (f->flags & ISOTP_FRAME_BRS) != 0, 1);
		w->brs = w->n - 1;
		put(w, (f->flags & ISOTP_FRAME_ESI) != 0, 1);
	} else {
		put(w, 0, extended ? 2 : 1);
	}
	put(w, isotp_len_to_dlc(f->len), 4);
	for (int i = 0; i < f->len && !rtr; i++)
		put(w, f->data[i], 8);
}

/* A stuff bit before the first bit, and after each four. */
static void put_fixed(struct wire *w, uint32_t value, int n, int *since)
{
	while (n--) {
		if (*since == 4) {
			put_raw(w, other(w->bits[w->n - 1]));
			*since = 0;
		}
		put_raw(w, value >> n & 1 ? '1' : '0');
		++*since;
	}
}

static void put_fd_crc(struct wire *w, const struct isotp_frame *f)
{
	const int width = f->len > 16 ? 21 : 17;
	const uint32_t modulo = w->stuffed % 8, gray = modulo ^ modulo >> 1;
	const uint32_t parity = (gray ^ gray >> 1 ^ gray >> 2) & 1;
	const uint32_t count = gray << 1 | parity;
	char text[BITS_MAX + 8];
	uint32_t crc;
	int since = 4;

	/* it goes over the stuff bits and the stuff count, too; the register begins with a 1 */
	sprintf(text, "%s%d%d%d%d", w->bits, count >> 3 & 1, count >> 2 & 1, count >> 1 & 1,
		count & 1);
	crc = crc_of(text, width == 17 ? 0x1685B : 0x102899, width, 1u << (width - 1));
	put_fixed(w, count, 4, &since);
	put_fixed(w, crc, width, &since);
}

/* SOF to the end of the CRC field. */
static void write_down(struct wire *w, const struct isotp_frame *f)
{
	memset(w, 0, sizeof(*w));
	w->stuffing = true;
	put_header(w, f);
	if (f->flags & ISOTP_FRAME_FD) {
		put_fd_crc(w, f);
		return;
	}
	put(w, crc_of(w->plain, 0x4599, 15, 0), 15);
	if (w->run == 5) {
		put_raw(w, other(w->bits[w->n - 1]));
		w->stuffed++;
	}
}

static void expect_bits(const struct isotp_frame *f, const struct wire *w)
{
	const bool brs = f->flags & ISOTP_FRAME_FD && f->flags & ISOTP_FRAME_BRS;
	const size_t all = w->n + 1 + 9; /* CRC delimiter; ACK, its delimiter, EOF */
	struct isotp_wire_bits bits;

	isotp_wire_bits(f, &bits);
	assert_int_equal(bits.nominal + bits.data, all);
	assert_int_equal(bits.data, brs ? w->n + 1 - (w->brs + 1) : 0);
	assert_int_equal(bits.stuff, w->stuffed);
	assert_int_equal(bits.intermission, 3);
}

/* The catalogue of CRC algorithms (reveng.sourceforge.io) has these of "123456789"; the
 * registers of CAN FD begin with 0 there. */
static void test_own_crc(void **state)
{
	static const char digits[] = "00110001001100100011001100110100001101010011011000110111"
				     "0011100000111001";

	(void)state;
	assert_int_equal(crc_of(digits, 0x4599, 15, 0), 0x059E);
	assert_int_equal(crc_of(digits, 0x1685B, 17, 0), 0x04F03);
	assert_int_equal(crc_of(digits, 0x102899, 21, 0), 0x0ED841);
}

/* --- recorded frames --- */

#define COUNTED "0001020304050607" /* and so do the bits of these bytes after a DLC of 8 ... */
#define COUNTED_BITS                                                                               \
	"00100000100000100010000010100000100110000011000001001010000011100000"                     \
	"10111" /* ... on the wire */

static const struct {
	const char *frame;
	const char *bits; /* SOF to the end of the CRC field; NULL: too long to stand here */
	const char *crc_field;
	uint32_t nominal, data, stuff;
	double micros; /* SOF to EOF */
	uint32_t bitrate, dbitrate;
} recorded[] = {
	/* mcp2515dm-bm-125kbits_msg_222_5bytes: 2784 samples at 4 MHz */
	{ "222#0011223344",
	  "0010001000100000110100000100000101000100100010001100110100010011001101101"
	  "1010",
	  "110011011011010", 87, 0, 3, 696, 125000, 0 },
	/* mcp2515dm-bm-125kbits_extmsg_11223344_7bytes: 3936 samples */
	{ "11223344#00112233445566",
	  "0100010010001110001100110100010000010111000001000001010001001000100011001"
	  "101000100010101010110011000011010011000"
	  "0",
	  "000110100110000", 123, 0, 3, 984, 125000, 0 },
	/* mcp2515dm-bm-125kbits_bus_load_25percent: 3329, 2047 and 3584 samples; stuff bits in the
	 * CRC */
	{ "14611234#00010203", NULL, "01111101101111101", 104, 0, 8, 832.25, 125000, 0 },
	{ "110#0011", NULL, "1001100000110010", 64, 0, 4, 511.75, 125000, 0 },
	{ "550#AABBCCDDEEFF0A0B", NULL, "1001111100111100", 112, 0, 4, 896, 125000, 0 },
	/* can_fd_std_brs_8: 8017 samples at 100 MHz */
	{ "042##1" COUNTED,
	  "0000011000010001010"
	  "1000" COUNTED_BITS "001101110101011010110111101",
	  "001101110101011010110111101", 27, 106, 10, 80.17, 1000000, 2000000 },
	/* can_fd_ext_brs_8: 10218 samples */
	{ "00000042##1" COUNTED,
	  "0000010000010011000001000001010000100"
	  "10101000" COUNTED_BITS "011110100100111010110011100",
	  "011110100100111010110011100", 49, 106, 13, 102.18, 1000000, 2000000 },
	/* can_fd_ext_without_brs_8: 15508 samples */
	{ "00000042##0" COUNTED,
	  "0000010000010011000001000001010000100"
	  "10001000" COUNTED_BITS "011110000100110111001010101",
	  "011110000100110111001010101", 155, 0, 13, 155.08, 1000000, 2000000 },
	/* can_fd_std_brs_64: 31471 samples */
	{ "042##1000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
	  "202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F",
	  NULL, "00110110101101011110110010110101", 27, 575, 26, 314.71, 1000000, 2000000 },
};

static void test_recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(recorded); i++) {
		const char *crc_field = recorded[i].crc_field;
		struct isotp_wire_bits bits;
		struct isotp_frame f;
		struct wire w;

		assert_true(frame_parse(recorded[i].frame, &f));
		write_down(&w, &f);
		if (recorded[i].bits)
			assert_string_equal(w.bits, recorded[i].bits);
		assert_string_equal(w.bits + w.n - strlen(crc_field), crc_field);
		isotp_wire_bits(&f, &bits);
		assert_int_equal(bits.nominal, recorded[i].nominal);
		assert_int_equal(bits.data, recorded[i].data);
		assert_int_equal(bits.stuff, recorded[i].stuff);
	}
}

/* As long as the analyser saw them, within half a bit: its clock and the senders' differ, and where
 * the rate goes back there are the lines' delays. */
static void test_recorded_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(recorded); i++) {
		const double seen_ns = recorded[i].micros * 1000;
		struct isotp_wire_bits bits;
		struct isotp_frame f;
		double off;

		assert_true(frame_parse(recorded[i].frame, &f));
		isotp_wire_bits(&f, &bits);
		bits.intermission = 0;
		off = (double)isotp_wire_ns(&bits, recorded[i].bitrate, recorded[i].dbitrate) -
		      seen_ns;
		assert_true(off < 0.5e9 / recorded[i].bitrate);
		assert_true(off > -0.5e9 / recorded[i].bitrate);
	}
}

/* --- frames made for stuffing --- */

/* ISO 16845-1, 8.1.6: those with which a tester sees whether a controller stuffs everywhere it has
 * to (as the public tests of CTU CAN FD have them). */
static const char *const stuffing[] = {
	"078#01E1E1E1E1E1E1E1",
	"41F#00",
	"47F#1F",
	"758#",
	"777#1F",
	"7EF#R",
	"078##1 F8 78*47",
	"47C##1 3C*8",
	"41E##3 1E*48",
	"20F##2 0F*64",
	"107##0 87*64",
	"7C3##0C3C3C3",
	"3E1##1E1E1E1",
	"1F0##1F0",
	"000##1",
	"7FF##0B0B0B0",
	/* and the ends: five equal bits before the CRC, in classic and FD frames */
	"123#1F",
	"123##01F",
	"123##100",
	"000#0000000000000000",
	"7FF#FFFFFFFFFFFFFFFF",
	"1FFFFFFF#FFFFFFFFFFFFFFFF",
	"00000000#R",
	"00000000##1",
};

static void test_stuffing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stuffing); i++) {
		struct isotp_frame f;
		struct wire w;

		if (!frame_parse(stuffing[i], &f))
			fail_msg("%s: no frame", stuffing[i]);
		if (f.flags & ISOTP_FRAME_REMOTE)
			f.len = 2;
		write_down(&w, &f);
		expect_bits(&f, &w);
	}
}

/* --- any frames --- */

/* Half of them of bytes that make many stuff bits. */
static struct isotp_frame any_frame(uint64_t *seed, bool fd, bool extended, uint8_t dlc)
{
	static const uint8_t runs[] = { 0x00, 0xFF, 0xF0, 0x0F, 0x1F, 0xE0, 0xF8, 0x07,
					0x3C, 0xC3, 0x87, 0x78, 0xE1, 0x1E, 0x83, 0x7C };
	const bool stuffed = random_bits(seed) & 0x100;
	const bool remote = !fd && !(random_bits(seed) & 0x700);
	struct isotp_frame f = { .len = isotp_dlc_to_len(dlc) };

	f.id.width = extended ? 29 : 11;
	f.id.value = (uint32_t)random_bits(seed) &
		     (extended ? ISOTP_CAN_ID_MAX_29 : ISOTP_CAN_ID_MAX_11);
	if (stuffed)
		f.id.value &= f.id.value >> 1 & f.id.value >> 2;
	if (fd)
		f.flags = (uint8_t)(ISOTP_FRAME_FD | (random_bits(seed) >> 8 & 6));
	else if (remote)
		f.flags = ISOTP_FRAME_REMOTE;
	for (int i = 0; i < f.len; i++)
		f.data[i] = stuffed ? runs[random_bits(seed) >> 8 & 15]
				    : (uint8_t)(random_bits(seed) >> 8);
	return f;
}

/* What the header of Linux has of frames of n bytes, intermission included, without any stuff bit
 * and with the most there can be (include/linux/can/length.h, can_frame_bits: 111, 131, 135 and 160
 * for 8 bytes, 579, 598, 712 and 736 for 64). */
static uint64_t least(bool fd, bool extended, uint32_t n)
{
	if (!fd)
		return (extended ? 67 : 47) + 8 * n;
	return (extended ? 80 : 61) + 8 * n + (n > 16 ? 6 : 1);
}

static uint64_t most(bool fd, bool extended, uint32_t n)
{
	const uint32_t before_data = fd ? (extended ? 41 : 22) : (extended ? 54 : 34);

	return least(fd, extended, n) + (before_data + 8 * n - 1) / 4;
}

static void test_bounds_are_the_published_ones(void **state)
{
	(void)state;
	assert_int_equal(least(false, false, 8), 111);
	assert_int_equal(least(false, true, 8), 131);
	assert_int_equal(most(false, false, 8), 135);
	assert_int_equal(most(false, true, 8), 160);
	assert_int_equal(least(true, false, 64), 579);
	assert_int_equal(least(true, true, 64), 598);
	assert_int_equal(most(true, false, 64), 712);
	assert_int_equal(most(true, true, 64), 736);
	/* Davis, Burns, Bril and Lukkien: CAN schedulability analysis refuted, revisited and
	 * revised (2007): 8n + g + 13 + (g + 8n - 1) / 4 bits, g = 34 or 54 */
	for (uint32_t n = 0; n <= 8; n++) {
		assert_int_equal(most(false, false, n), 8 * n + 34 + 13 + (34 + 8 * n - 1) / 4);
		assert_int_equal(most(false, true, n), 8 * n + 54 + 13 + (54 + 8 * n - 1) / 4);
	}
}

static void expect_within(uint64_t *seed, bool fd, bool extended, uint8_t dlc)
{
	const struct isotp_frame f = any_frame(seed, fd, extended, dlc);
	const uint32_t n = f.flags & ISOTP_FRAME_REMOTE ? 0 : f.len;
	struct isotp_wire_bits bits;
	uint64_t all;
	struct wire w;

	write_down(&w, &f);
	expect_bits(&f, &w);
	isotp_wire_bits(&f, &bits);
	all = bits.nominal + bits.data + bits.intermission;
	assert_int_equal(all - bits.stuff, least(fd, extended, n));
	assert_true(all <= most(fd, extended, n));
}

static void test_any_frame(void **state)
{
	uint64_t seed = 0x1507;

	(void)state;
	for (int i = 0; i < 400; i++)
		for (uint8_t dlc = 0; dlc <= 15; dlc++)
			for (int extended = 0; extended <= 1; extended++) {
				expect_within(&seed, true, extended, dlc);
				if (dlc <= 8)
					expect_within(&seed, false, extended, dlc);
			}
}

/* What is no frame, or none that can be, has no bits. */
static void test_no_frame(void **state)
{
	struct isotp_frame f = { .id = { 0x20, 11 }, .len = 8, .flags = ISOTP_FRAME_ERROR };
	struct isotp_wire_bits bits;

	(void)state;
	for (int i = 0; i < 3; i++) {
		isotp_wire_bits(&f, &bits);
		assert_int_equal(bits.nominal + bits.data + bits.intermission + bits.stuff, 0);
		f.flags = i ? ISOTP_FRAME_FD : 0;
		f.len = i ? 65 : 9;
	}
}

/* --- times --- */

static void test_times(void **state)
{
	static const struct {
		struct isotp_wire_bits bits;
		uint32_t bitrate, dbitrate;
		uint64_t ns;
	} cases[] = {
		{ { 108, 0, 3, 0 }, 500000, 0, 222000 },
		{ { 108, 0, 3, 0 }, 500000, 2000000, 222000 },
		{ { 27, 106, 3, 0 }, 1000000, 2000000, 83000 },
		{ { 27, 106, 3, 0 }, 1000000, 0, 136000 },
		{ { 1, 0, 0, 0 }, 3, 0, 333333333 },
		{ { 2, 0, 0, 0 }, 3, 0, 666666667 },
		{ { 1, 1, 1, 1 }, 0, 0, 0 },
		/* a hundred days at 1 Mbit/s */
		{ { UINT64_C(8640000000000), 0, 0, 0 }, 1000000, 0, UINT64_C(8640000) * SECOND },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(isotp_wire_ns(&cases[i].bits, cases[i].bitrate, cases[i].dbitrate),
				 cases[i].ns);
}

/* --- whole PDUs --- */

static void add_text(struct isotp_wire_bits *sum, const char *text)
{
	struct isotp_wire_bits bits;
	struct isotp_frame f;

	assert_true(frame_parse(text, &f));
	isotp_wire_bits(&f, &bits);
	isotp_wire_add(sum, &bits);
}

static void expect_pdu(const struct isotp_config *cfg, const char *pdu, const char *const *frames)
{
	struct isotp_wire_bits want = { 0 }, got;
	uint8_t data[64];
	const long n = hex_parse(pdu, data, sizeof(data));

	for (; *frames; frames++)
		add_text(&want, *frames);
	assert_true(n >= 0);
	isotp_wire_pdu(cfg, data, (uint32_t)n, &got);
	assert_int_equal(got.intermission, want.intermission);
	assert_int_equal(got.nominal, want.nominal);
	assert_int_equal(got.data, want.data);
	assert_int_equal(got.stuff, want.stuff);
}

static void test_pdu(void **state)
{
	static const char long_pdu[] = "22F190 AA*17";
	struct isotp_config cfg = config_classic();

	(void)state;
	expect_pdu(&cfg, "22F190", (const char *const[]){ "7E0#0322F190", NULL });
	expect_pdu(&cfg, "", (const char *const[]){ NULL });
	expect_pdu(&cfg, long_pdu,
		   (const char *const[]){ "7E0#101422F190AAAAAA", "7E8#300000",
					  "7E0#21AAAAAAAAAAAAAA", "7E0#22AAAAAAAAAAAAAA", NULL });
	cfg.bs = 1;
	cfg.stmin = 0x0A;
	cfg.tx_padding = true;
	cfg.txpad = 0x55;
	expect_pdu(&cfg, long_pdu,
		   (const char *const[]){ "7E0#101422F190AAAAAA", "7E8#30010A5555555555",
					  "7E0#21AAAAAAAAAAAAAA", "7E8#30010A5555555555",
					  "7E0#22AAAAAAAAAAAAAA", NULL });
	cfg.cf_broadcast = true;
	expect_pdu(&cfg, long_pdu,
		   (const char *const[]){ "7E0#101422F190AAAAAA", "7E0#21AAAAAAAAAAAAAA",
					  "7E0#22AAAAAAAAAAAAAA", NULL });
	cfg = config_classic();
	config_add_byte(&cfg);
	expect_pdu(&cfg, "22F19001020304",
		   (const char *const[]){ "7E0#10100722F1900102", "7E8#F1300000", "7E0#10210304",
					  NULL });
	cfg = config_fd(16);
	cfg.brs = true;
	expect_pdu(&cfg, "22F190 AA*17",
		   (const char *const[]){ "7E0##1101422F190AAAAAAAAAAAAAAAAAAAAAA", "7E8##1300000",
					  "7E0##121AAAAAAAAAAAA", NULL });
}

/* The 32-bit length. */
static void test_long_pdu(void **state)
{
	static uint8_t data[5000];
	struct isotp_config cfg = config_classic();
	struct isotp_wire_bits bits;

	(void)state;
	isotp_wire_pdu(&cfg, data, sizeof(data), &bits);
	/* an FF with 2 bytes, 714 CFs with 7, an FC */
	assert_int_equal(bits.intermission, 3 * (1 + 714 + 1));
	assert_int_equal(bits.nominal - bits.stuff, 715 * 108 + 68);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_crc),
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_recorded_times),
		cmocka_unit_test(test_stuffing),
		cmocka_unit_test(test_bounds_are_the_published_ones),
		cmocka_unit_test(test_any_frame),
		cmocka_unit_test(test_no_frame),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_pdu),
		cmocka_unit_test(test_long_pdu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
