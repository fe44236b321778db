/* SPDX-License-Identifier: MIT */
/* Owns the tests of the PCI bytes: every length rule of SF, FF, CF and FC, and every STmin. */
#include "support.h"

#include <errno.h>

/* A frame of `len` bytes whose address byte and PCI are given; the rest is 11. */
static struct isotp_frame frame_of(bool byte, size_t len, const uint8_t *pci, size_t pci_len)
{
	struct isotp_frame f = { .id = { 0x7E8, 11 }, .len = (uint8_t)len };
	const size_t lead = byte ? 1 : 0;

	f.flags = len > 8 ? ISOTP_FRAME_FD : 0;
	memset(f.data, 0x11, sizeof(f.data));
	f.data[0] = 0xF1;
	memcpy(f.data + lead, pci, pci_len);
	return f;
}

/* CAN_DL up to 8: L is 1-7 (1-6) and within the frame, in FD frames too; 2 (3) bytes at least. */
static void single_frame_short(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 9 * 16 * 4; i++) {
		const size_t len = i / 64;
		const uint8_t pci = i / 4 % 16;
		const bool byte = i & 1;
		const size_t lead = byte ? 1 : 0;
		struct isotp_frame f = frame_of(byte, len, &pci, 1);
		struct isotp_pci got;
		enum isotp_pci_fault want = ISOTP_PCI_OK;

		if (len < 2 + lead)
			want = ISOTP_PCI_SHORT;
		else if (pci == 0 || lead + 1 + pci > len)
			want = ISOTP_PCI_SF_DL;
		f.flags = (i & 2) ? ISOTP_FRAME_FD : 0;
		assert_int_equal(isotp_pci_decode(&got, &f, byte), want);
		if (want)
			continue;
		assert_int_equal(got.type, ISOTP_PCI_SF);
		assert_int_equal(got.length, pci);
		assert_int_equal(got.offset, lead + 1);
	}
}

/* ISO 15765-2:2016, table 12: the SF_DL that each CAN_DL above 8 may have, without address byte. */
static const struct {
	uint8_t can_dl, from, to;
} sf_dl_of[] = {
	{ 12, 8, 10 },	{ 16, 11, 14 }, { 20, 15, 18 }, { 24, 19, 22 },
	{ 32, 23, 30 }, { 48, 31, 46 }, { 64, 47, 62 },
};

static void check_long_single_frame(unsigned int i, unsigned int sf_dl, bool byte)
{
	const uint8_t pci[] = { 0x00, (uint8_t)sf_dl };
	const size_t lead = byte ? 1 : 0;
	const struct isotp_frame f = frame_of(byte, sf_dl_of[i].can_dl, pci, 2);
	struct isotp_pci got;
	enum isotp_pci_fault want = ISOTP_PCI_OK;

	if (sf_dl == 0 || sf_dl > sf_dl_of[i].to - lead)
		want = ISOTP_PCI_SF_DL;
	else if (sf_dl < sf_dl_of[i].from - lead)
		want = ISOTP_PCI_SF_OVERPADDED;
	assert_int_equal(isotp_pci_decode(&got, &f, byte), want);
	if (want == ISOTP_PCI_SF_DL)
		return;
	assert_int_equal(got.type, ISOTP_PCI_SF);
	assert_int_equal(got.length, sf_dl);
	assert_int_equal(got.offset, lead + 2);
}

static void single_frame_long(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT(sf_dl_of); i++) {
		for (unsigned int sf_dl = 0; sf_dl <= 255; sf_dl++) {
			check_long_single_frame(i, sf_dl, false);
			check_long_single_frame(i, sf_dl, true);
		}
	}
}

/* Above 8 bytes a low nibble other than 0 is never valid. */
static void single_frame_long_nibble(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT(sf_dl_of); i++) {
		for (uint8_t nibble = 0; nibble <= 15; nibble++) {
			const uint8_t pci[] = { nibble, sf_dl_of[i].from };
			const struct isotp_frame f = frame_of(false, sf_dl_of[i].can_dl, pci, 2);
			struct isotp_pci got;

			assert_int_equal(isotp_pci_decode(&got, &f, false),
					 nibble ? ISOTP_PCI_SF_DL : ISOTP_PCI_OK);
		}
	}
}

/* The FF_DL of the first form: 12 bits, not less than what an SF of this CAN_DL cannot hold. */
static void check_short_ff(uint8_t can_dl, unsigned int ff_dl, bool byte)
{
	const uint8_t pci[] = { (uint8_t)(0x10 | ff_dl >> 8), (uint8_t)ff_dl };
	const unsigned int least = (can_dl == 8 ? 8u : can_dl - 1u) - (byte ? 1 : 0);
	const struct isotp_frame f = frame_of(byte, can_dl, pci, 2);
	struct isotp_pci got;

	assert_int_equal(isotp_pci_decode(&got, &f, byte),
			 ff_dl < least ? ISOTP_PCI_FF_DL : ISOTP_PCI_OK);
	if (ff_dl < least)
		return;
	assert_int_equal(got.type, ISOTP_PCI_FF);
	assert_int_equal(got.length, ff_dl);
	assert_int_equal(got.offset, byte ? 3 : 2);
}

static void first_frame_short(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT(all_tx_dl); i++) {
		for (unsigned int ff_dl = 1; ff_dl <= 4095; ff_dl++) {
			check_short_ff(all_tx_dl[i], ff_dl, false);
			check_short_ff(all_tx_dl[i], ff_dl, true);
		}
	}
}

static void first_frame_long(void **state)
{
	static const uint32_t lengths[] = {
		0, 1, 8, 4094, 4095, 4096, 65536, 0x01020304, UINT32_MAX
	};

	(void)state;
	for (unsigned int i = 0; i < COUNT(all_tx_dl) * COUNT(lengths) * 2; i++) {
		const uint32_t n = lengths[i / 2 % COUNT(lengths)];
		const uint8_t pci[] = {
			0x10,	   0, (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
			(uint8_t)n
		};
		const bool byte = i & 1;
		const uint8_t can_dl = all_tx_dl[i / 2 / COUNT(lengths)];
		const struct isotp_frame f = frame_of(byte, can_dl, pci, 6);
		struct isotp_pci got;

		assert_int_equal(isotp_pci_decode(&got, &f, byte),
				 n <= 4095 ? ISOTP_PCI_FF_DL : ISOTP_PCI_OK);
		if (n <= 4095)
			continue;
		assert_int_equal(got.type, ISOTP_PCI_FF);
		assert_int_equal(got.length, n);
		assert_int_equal(got.offset, byte ? 7 : 6);
	}
}

/* An FF below 8 bytes is none, a CF has 2 (3) at least, an FC 3 (4); 4-F are reserved. */
static void shortest_frames(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 9 * 256 * 2; i++) {
		const size_t len = i / 512;
		const uint8_t pci[] = { (uint8_t)(i / 2), 0x20, 0x30 };
		const bool byte = i & 1;
		const size_t data = len - (byte && len ? 1 : 0);
		const struct isotp_frame f = frame_of(byte, len, pci, 3);
		struct isotp_pci got;
		enum isotp_pci_fault want = ISOTP_PCI_OK;

		if (pci[0] >> 4 == ISOTP_PCI_SF)
			continue;
		if (data < 2 || (pci[0] >> 4 == ISOTP_PCI_FF && len < 8) ||
		    (pci[0] >> 4 == ISOTP_PCI_FC && data < 3))
			want = ISOTP_PCI_SHORT;
		else if (pci[0] >> 4 > ISOTP_PCI_FC)
			want = ISOTP_PCI_RESERVED;
		assert_int_equal(isotp_pci_decode(&got, &f, byte), want);
		if (!want)
			assert_int_equal(got.type, pci[0] >> 4);
	}
}

/* A length that no frame can have is refused before a byte is read. */
static void frame_beyond_its_end(void **state)
{
	const uint8_t pci[] = { 0x00, 0x20 };
	struct isotp_frame f = frame_of(false, 64, pci, 2);
	struct isotp_pci got;

	(void)state;
	for (unsigned int len = 65; len <= 255; len++) {
		f.len = (uint8_t)len;
		assert_int_equal(isotp_pci_decode(&got, &f, false), ISOTP_PCI_SHORT);
		assert_int_equal(isotp_pci_decode(&got, &f, true), ISOTP_PCI_SHORT);
	}
}

/* The bytes that the standard says, for each kind of PCI. */
static void encoded_bytes(void **state)
{
	static const struct {
		struct isotp_pci pci;
		bool byte;
		const char *want;
	} cases[] = {
		{ { .type = ISOTP_PCI_SF, .length = 1 }, false, "01" },
		{ { .type = ISOTP_PCI_SF, .length = 7 }, false, "07" },
		{ { .type = ISOTP_PCI_SF, .length = 8 }, false, "0008" },
		{ { .type = ISOTP_PCI_SF, .length = 62 }, false, "003E" },
		{ { .type = ISOTP_PCI_SF, .length = 6 }, true, "06" },
		{ { .type = ISOTP_PCI_SF, .length = 7 }, true, "0007" },
		{ { .type = ISOTP_PCI_FF, .length = 8 }, false, "1008" },
		{ { .type = ISOTP_PCI_FF, .length = 0x123 }, false, "1123" },
		{ { .type = ISOTP_PCI_FF, .length = 4095 }, false, "1FFF" },
		{ { .type = ISOTP_PCI_FF, .length = 4096 }, false, "100000001000" },
		{ { .type = ISOTP_PCI_FF, .length = 0xFEDCBA98 }, true, "1000FEDCBA98" },
		{ { .type = ISOTP_PCI_CF, .sn = 0 }, false, "20" },
		{ { .type = ISOTP_PCI_CF, .sn = 15 }, true, "2F" },
		{ { .type = ISOTP_PCI_FC, .fs = 0, .bs = 8, .stmin = 0xF1 }, false, "3008F1" },
		{ { .type = ISOTP_PCI_FC, .fs = 2, .bs = 0, .stmin = 0 }, true, "320000" },
	};
	uint8_t out[ISOTP_PCI_MAX];
	char text[2 * ISOTP_PCI_MAX + 1];

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		hex_format(out, isotp_pci_encode(&cases[i].pci, cases[i].byte, out), text);
		assert_string_equal(text, cases[i].want);
	}
}

/* Decoding gives back what was encoded, in the shortest frame that may carry it. */
static void check_round_trip(const struct isotp_pci *pci, size_t can_dl, bool byte)
{
	uint8_t out[ISOTP_PCI_MAX];
	const size_t used = isotp_pci_encode(pci, byte, out);
	const struct isotp_frame f = frame_of(byte, can_dl, out, used);
	struct isotp_pci got;

	assert_int_equal(isotp_pci_decode(&got, &f, byte), ISOTP_PCI_OK);
	assert_int_equal(got.offset, used + (byte ? 1 : 0));
	assert_int_equal(got.type, pci->type);
	assert_int_equal(got.length, pci->length);
	assert_int_equal(got.sn, pci->sn);
	assert_int_equal(got.fs, pci->fs);
	assert_int_equal(got.bs, pci->bs);
	assert_int_equal(got.stmin, pci->stmin);
}

static void round_trips(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2 * 256; i++) {
		const bool byte = i & 1;
		const uint8_t value = (uint8_t)(i / 2);
		const size_t lead = byte ? 1 : 0;
		const struct isotp_pci cf = { .type = ISOTP_PCI_CF, .sn = value & 15 };
		const struct isotp_pci fc = { .type = ISOTP_PCI_FC,
					      .fs = value & 15,
					      .bs = value,
					      .stmin = (uint8_t)~value };
		const struct isotp_pci ff = { .type = ISOTP_PCI_FF,
					      .length = value * 0x01010101u | 63 };
		const struct isotp_pci sf = { .type = ISOTP_PCI_SF, .length = value };

		check_round_trip(&cf, 2 + lead, byte);
		check_round_trip(&fc, 3 + lead, byte);
		check_round_trip(&ff, 64, byte);
		if (value && value <= 7 - lead)
			check_round_trip(&sf, value + 1 + lead, byte);
		else if (value && value <= 62 - lead)
			check_round_trip(&sf, isotp_frame_len(value + 2 + lead), byte);
	}
}

static void single_frame_capacity(void **state)
{
	(void)state;
	assert_int_equal(isotp_sf_max(8, false), 7);
	assert_int_equal(isotp_sf_max(8, true), 6);
	for (unsigned int i = 0; i < COUNT(sf_dl_of); i++) {
		assert_int_equal(isotp_sf_max(sf_dl_of[i].can_dl, false), sf_dl_of[i].to);
		assert_int_equal(isotp_sf_max(sf_dl_of[i].can_dl, true), sf_dl_of[i].to - 1);
	}
}

static void stmin_to_ns(void **state)
{
	(void)state;
	for (unsigned int i = 0; i <= 255; i++) {
		const bool micro = i >= 0xF1 && i <= 0xF9;
		const bool reserved = i > 0x7F && !micro;
		const uint64_t want = reserved ? 127 * MS : micro ? (i - 0xF0) * 100 * US : i * MS;

		assert_int_equal(isotp_stmin_to_ns((uint8_t)i), want);
		assert_int_equal(isotp_stmin_reserved((uint8_t)i), reserved);
	}
}

/* Each step there is comes back as itself; one ns less gives the step below, one more the same. */
static void stmin_from_ns(void **state)
{
	uint8_t below = 0;
	uint8_t got;

	(void)state;
	assert_int_equal(isotp_stmin_from_ns(0, &got), 0);
	assert_int_equal(got, 0);
	for (unsigned int step = 1; step <= 9 + 127; step++) {
		const uint8_t want = (uint8_t)(step <= 9 ? 0xF0 + step : step - 9);
		const uint64_t ns = step <= 9 ? step * 100 * US : (step - 9) * MS;

		assert_int_equal(isotp_stmin_from_ns(ns - 1, &got), -ERANGE);
		assert_int_equal(got, below);
		assert_int_equal(isotp_stmin_from_ns(ns, &got), 0);
		assert_int_equal(got, want);
		assert_int_equal(isotp_stmin_from_ns(ns + 1, &got), -ERANGE);
		assert_int_equal(got, want);
		below = want;
	}
	assert_int_equal(isotp_stmin_from_ns(128 * MS, &got), -ERANGE);
	assert_int_equal(got, 0x7F);
	assert_int_equal(isotp_stmin_from_ns(UINT64_MAX, &got), -ERANGE);
	assert_int_equal(got, 0x7F);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_frame_short),
		cmocka_unit_test(single_frame_long),
		cmocka_unit_test(single_frame_long_nibble),
		cmocka_unit_test(first_frame_short),
		cmocka_unit_test(first_frame_long),
		cmocka_unit_test(shortest_frames),
		cmocka_unit_test(frame_beyond_its_end),
		cmocka_unit_test(encoded_bytes),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(single_frame_capacity),
		cmocka_unit_test(stmin_to_ns),
		cmocka_unit_test(stmin_from_ns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
