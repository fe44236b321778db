/* SPDX-License-Identifier: MIT */
/* Owns the tests of what the reassembler sees go wrong: each fault, in a PDU and outside of one. */
#include "observe.h"

#include "protocol/pci.h"

/* ISO 15765-2:2016, 9.6.2 and 9.6.3: what a receiver ignores. */
static void test_invalid_frames(void **state)
{
	static const struct scene scenes[] = {
		SCENE("too short for anything", "7E0:7E8", "7E8#01 7E8#",
		      "7E0<7E8 fault frame_short; 7E0<7E8 fault frame_short"),
		SCENE("reserved PCI types", "7E0:7E8", "7E8#40112233 7E8#FF11",
		      "7E0<7E8 fault pci_reserved; 7E0<7E8 fault pci_reserved"),
		SCENE("SF_DL 0 and beyond the frame", "7E0:7E8",
		      "7E8#001122 7E8#03AABB 7E8#0811223344556677",
		      "7E0<7E8 fault sf_dl_invalid; 7E0<7E8 fault sf_dl_invalid; "
		      "7E0<7E8 fault sf_dl_invalid"),
		SCENE("the same behind an address byte", "7E0/1:7E8/2", "7E8#0207112233445566",
		      "7E0/01<7E8/02 fault sf_dl_invalid"),
		SCENE("FD: SF_DL 0, beyond the frame, in the nibble", "7E0:7E8",
		      "7E8##00000AA*10 7E8##0000BAA*10 7E8##00308AA*10 7E8##00003AAAAAA",
		      "FD 7E0<7E8 fault sf_dl_invalid; FD 7E0<7E8 fault sf_dl_invalid; "
		      "FD 7E0<7E8 fault sf_dl_invalid; FD 7E0<7E8 fault sf_dl_invalid"),
		SCENE("FD: longer than it need be: shown", "7E0:7E8",
		      "7E8##00007AA*10 7E8##0000ABB*14 7E8##0000BBB*14",
		      "FD 7E0<7E8 ok AAAAAAAAAAAAAA [sf_overpadded]; "
		      "FD 7E0<7E8 ok BBBBBBBBBBBBBBBBBBBB [sf_overpadded]; "
		      "FD 7E0<7E8 ok BBBBBBBBBBBBBBBBBBBBBB"),
		SCENE("first frames of fewer than 8 bytes", "7E0:7E8", "7E8#1014AABBCCDDEE",
		      "7E0<7E8 fault ff_short"),
		SCENE("FF_DL that a single frame holds", "7E0:7E8",
		      "7E8#1007AABBCCDDEEFF 7E8#100000000FFF1122 7E8#1008AABBCCDDEEFF",
		      "7E0<7E8 fault ff_dl_too_small; 7E0<7E8 fault ff_dl_too_small; "
		      "7E0<7E8 incomplete AABBCCDDEEFF of 8"),
		SCENE("FF_DL at RX_DL 64", "7E0:7E8", "7E8##0103EAA*62 7E8##0103FAA*62",
		      "FD 7E0<7E8 fault ff_dl_too_small; FD 7E0<7E8 incomplete 62 bytes of 63"),
		/* none of these ends the PDU, or changes what is awaited */
		SCENE("in the middle of a PDU", "7E0:7E8",
		      "7E8#101462F190404142 7E8#01 7E0#300000 7E8#001122 7E8#2143444546474849 "
		      "7E8#7711 7E8#1007AABBCCDDEEFF 7E8#7F11 7E8#1014AA 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [frame_short "
		      "pci_reserved*2 sf_dl_invalid ff_short ff_dl_too_small]"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

static void test_consecutive_frames(void **state)
{
	static const struct scene scenes[] = {
		SCENE("without a first frame: told once", "7E0:7E8",
		      "7E8#2111 7E8#2222 7E8#2333 7E8#017E 7E8#2444 7E8#2555",
		      "7E0<7E8 fault cf_without_ff; 7E0<7E8 ok 7E; 7E0<7E8 fault cf_without_ff"),
		SCENE("after the last one", "7E0:7E8",
		      "7E8#100862F190404142 7E8#214344 7E8#225555 7E8#236666 7E8#017E",
		      "7E0<7E8 ok 62F1904041424344; 7E0<7E8 fault cf_surplus; 7E0<7E8 ok 7E"),
		SCENE("after a single frame they belong to nothing", "7E0:7E8",
		      "7E8#100862F190404142 7E8#214344 7E8#017E 7E8#225555",
		      "7E0<7E8 ok 62F1904041424344; 7E0<7E8 ok 7E; 7E0<7E8 fault cf_without_ff"),
		SCENE("the last one twice", "7E0:7E8", "7E8#100862F190404142 7E8#214344 7E8#214344",
		      "7E0<7E8 ok 62F1904041424344; 7E0<7E8 fault cf_duplicate"),
		SCENE("the number of the last one, but not the same", "7E0:7E8",
		      "7E8#100862F190404142 7E8#214344 7E8#214345",
		      "7E0<7E8 ok 62F1904041424344; 7E0<7E8 fault cf_surplus"),
		SCENE("one twice in the middle", "7E0:7E8",
		      "7E8#102062F190404142 7E8#2143444546474849 7E8#2250515253545556 "
		      "7E8#2250515253545556 7E8#2357585960616263",
		      "7E0<7E8 wrong_sn 62F1904041424344454647484950515253545556 of 32, "
		      "sn 2 not 3 [cf_duplicate]"),
		SCENE("that number once more with other data: fifteen were lost", "7E0:7E8",
		      "7E8#102062F190404142 7E8#2143444546474849 7E8#2150515253545556",
		      "7E0<7E8 wrong_sn 62F19040414243444546474849 of 32, sn 1 not 2 [cf_lost]"),
		SCENE("the first one is not number 1", "7E0:7E8",
		      "7E8#101462F190404142 7E8#2043444546474849",
		      "7E0<7E8 wrong_sn 62F190404142 of 20, sn 0 not 1 [cf_lost]"),
		SCENE("too short: it does not count", "7E0:7E8",
		      "7E8#101462F190404142 7E8#21434445464748 7E8#2143444546474849 7E8#22505152535455 "
		      "7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [cf_short*2]"),
		SCENE("too short for good", "7E0:7E8",
		      "7E8#101462F190404142 7E8#214344 7E8#2250515253545556",
		      "7E0<7E8 wrong_sn 62F190404142 of 20, sn 2 not 1 [cf_lost cf_short]"),
		SCENE("longer than the first frame: it does not count", "7E0:7E8",
		      "7E8##0101762F1*9 7E8##021AA*15 7E8##021BB*11 7E8##022CCCC",
		      "FD 7E0<7E8 ok 62F1F1F1F1F1F1F1F1F1BBBBBBBBBBBBBBBBBBBBBBCCCC [cf_long]"),
		SCENE("the last one may be as long as the first frame, and padded", "7E0:7E8",
		      "7E8##0101362F1*9 7E8##021BB*11",
		      "FD 7E0<7E8 ok 62F1F1F1F1F1F1F1F1F1BBBBBBBBBBBBBBBBBB"),
		SCENE("first frame twice, and so its flow control", "7E0:7E8",
		      "7E8#100862F190404142 7E8#100862F190404142 7E0#300000 7E0#300000 7E8#214344",
		      "7E0<7E8 unexp_pdu 62F190404142 of 8; "
		      "7E0<7E8 ok 62F1904041424344 [fc_duplicate]"),
		SCENE("late", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 +1001 7E8#2143444546474849 "
		      "+1000 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [cf_late]"),
		SCENE("late without any flow control to be seen", "7E0:7E8",
		      "7E8#101462F190404142 +5000 7E8#2143444546474849 +5000 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [cf_late]"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

static void test_flow_control(void **state)
{
	static const struct scene scenes[] = {
		SCENE("too short", "7E0:7E8",
		      "7E8#100862F190404142 7E0#3000 7E0#300000 7E8#214344 7E0#3000 "
		      "7E8#100862F190404142 7E0#30 7E0#300000 7E8#214344",
		      "7E0>7E8 fault fc_short; 7E0<7E8 ok 62F1904041424344; "
		      "7E0>7E8 fault fc_short; 7E0<7E8 ok 62F1904041424344 [fc_short]"),
		SCENE("twice", "7E0:7E8",
		      "7E8#100862F190404142 7E0#300000 +0 7E0#300000 7E8#214344",
		      "7E0<7E8 ok 62F1904041424344 [fc_duplicate]"),
		SCENE("in the middle of a block", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 7E8#2143444546474849 7E0#300000 "
		      "7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [fc_unexpected]"),
		SCENE("after the end", "7E0:7E8",
		      "7E8#100862F190404142 7E0#300100 7E8#214344 7E0#300100",
		      "7E0<7E8 ok 62F1904041424344; 7E0>7E8 fault fc_unexpected"),
		SCENE("after a broken one: part of that", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 7E8#2250515253545556 7E0#300000",
		      "7E0<7E8 wrong_sn 62F190404142 of 20, sn 2 not 1 [cf_lost]"),
		SCENE("that direction alone", "7E0:7E8",
		      "7E0#300000 7E0#310000 7E0#320000 7E0#30010A", ""),
		SCENE("missing, where those of the peer can be seen", "7E0:7E8",
		      "7E8#100862F190404142 7E8#214344 7E8#100862F190404142 7E0#300000 "
		      "7E8#214344 7E8#100862F190404142 7E8#214344",
		      "7E0<7E8 ok 62F1904041424344; 7E0<7E8 ok 62F1904041424344; "
		      "7E0<7E8 ok 62F1904041424344 [fc_missing]"),
		SCENE("missing, but the capture was only late to see it", "7E0:7E8",
		      "7E8#100862F190404142 7E0#300000 7E8#214344 7E8#101462F190404142 "
		      "7E8#2143444546474849 7E0#300000 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344; "
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [fc_missing]"),
		SCENE("an overflow in the middle of a block ends nothing, even where one is overdue",
		      "7E0:7E8",
		      "7E8#102062F190404142 7E0#300100 7E8#2143444546474849 7E8#2250515253545556 "
		      "7E0#320000 7E0#300000 7E8#2357585960616263 7E0#330000 7E8#24646566676871AA",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556575859606162636465666768 "
		      "[fc_unexpected*2 bs_violated]"),
		SCENE("after a wait", "7E0:7E8",
		      "7E8#101462F190404142 7E0#310000 7E8#2143444546474849 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [fc_missing fc_wait]"),
		SCENE("late", "7E0:7E8",
		      "7E8#101462F190404142 +1001 7E0#300100 7E8#2143444546474849 +1001 7E0#300000 "
		      "7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [fc_late*2]"),
		SCENE("a wait in time restarts the clock", "7E0:7E8",
		      "7E8#100862F190404142 +900 7E0#310000 +900 7E0#310000 +900 7E0#300000 "
		      "7E8#214344",
		      "7E0<7E8 ok 62F1904041424344 [fc_wait*2]"),
		SCENE("reserved STmin", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300180 7E8#2143444546474849 7E0#3001FA "
		      "7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [stmin_reserved*2]"),
		SCENE("reserved STmin: 127 ms for the rest of the message", "7E0:7E8",
		      "7E8#101B62F190404142 7E0#300280 7E8#2143444546474849 +127 "
		      "7E8#2250515253545556 7E0#300001 7E8#2357585960616263 "
		      "7E8#102262F190404142 7E0#300280 7E8#2143444546474849 +127 "
		      "7E8#2250515253545556 7E0#300001 7E8#2357585960616263 +126 "
		      "7E8#2464656667686970",
		      "7E0<7E8 ok 62F190404142434445464748495051525354555657585960616263 "
		      "[stmin_reserved]; 7E0<7E8 ok 34 bytes [stmin_reserved stmin_violated]"),
		SCENE("STmin and BS of a wait mean nothing", "7E0:7E8",
		      "7E8#101462F190404142 7E0#3101FF 7E0#300000 7E8#2143444546474849 "
		      "7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [fc_wait]"),
		SCENE("in both directions at once", "7E0:7E8",
		      "7E8#101462F190404142 7E0#10082EF190404142 7E8#300000 7E0#300000 7E0#214344 "
		      "7E8#2143444546474849 7E8#2250515253545556",
		      "7E0>7E8 ok 2EF1904041424344; "
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* --- block size and STmin --- */

/* The frames of a PDU of 6 + 7 * 8 bytes in blocks of two, but for what `script` says: F is the
 * flow control, digits are CFs. */
static void play_blocks(struct observe *ob, const char *script)
{
	observe(ob, "7E8#103E62F190404142");
	for (; *script; script++) {
		char word[] = "7E8#2x43444546474849";

		word[5] = *script;
		observe(ob, *script == 'F' ? "7E0#300200" : word);
	}
}

static void test_block_size(void **state)
{
	static const struct {
		const char *script;
		unsigned int violated, missing, unexpected, flow_controls;
	} cases[] = {
		{ "F12F34F56F78", 0, 0, 0, 4 },
		{ "F123456F78", 1, 0, 0, 2 },	/* one fault for as long as none comes */
		{ "F12345F678F", 2, 0, 0, 2 },	/* the last one comes after the end */
		{ "F123F45F67F8", 1, 0, 0, 4 }, /* the late one begins a new block */
		{ "F12F345F67F8", 1, 0, 0, 4 },
		{ "F1F2F34F56F78", 0, 0, 1, 4 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observe ob;

		observe_init(&ob, "7E0:7E8", NULL);
		play_blocks(&ob, cases[i].script);
		if (ob.last.status != ISOTP_N_OK || ob.last.length != 62 || ob.last.frames != 9 ||
		    ob.last.flow_controls != cases[i].flow_controls ||
		    ob.last.faults[ISOTP_FAULT_BS_VIOLATED] != cases[i].violated ||
		    ob.last.faults[ISOTP_FAULT_FC_MISSING] != cases[i].missing ||
		    ob.last.faults[ISOTP_FAULT_FC_UNEXPECTED] != cases[i].unexpected)
			fail_at(HERE, "%s: %s", cases[i].script, ob.told);
		observe_release(&ob);
	}
}

/* Two CFs `gap_ns` apart after a flow control with this STmin; true when that is too soon. */
static bool too_soon(struct observe *ob, uint8_t stmin, uint64_t gap_ns)
{
	struct isotp_frame f = { .id = { 0x7E0, 11 }, .len = 3, .data = { 0x30, 0, stmin } };

	observe(ob, "7E8#101462F190404142");
	observe_frame(ob, HERE, &f);
	observe(ob, "7E8#2143444546474849");
	ob->now += gap_ns;
	observe(ob, "+0 7E8#2250515253545556");
	assert_int_equal(ob->last.stmin, stmin);
	assert_int_equal(ob->last.faults[ISOTP_FAULT_STMIN_RESERVED], isotp_stmin_reserved(stmin));
	ob->used = 0;
	return ob->last.faults[ISOTP_FAULT_STMIN_VIOLATED];
}

/* 9.6.5.5: what each code says; a reserved one counts as 127 ms. */
static void test_stmin(void **state)
{
	struct observe ob;

	(void)state;
	observe_init(&ob, "7E0:7E8", NULL);
	for (unsigned int i = 0; i <= 255; i++) {
		uint64_t ns = 127 * MS;

		if (i <= 0x7F)
			ns = i * MS;
		else if (i >= 0xF1 && i <= 0xF9)
			ns = (i - 0xF0) * 100 * US;
		assert_false(too_soon(&ob, (uint8_t)i, ns));
		assert_false(too_soon(&ob, (uint8_t)i, ns + 1));
		if (ns)
			assert_true(too_soon(&ob, (uint8_t)i, ns - 1));
		assert_false(too_soon(&ob, (uint8_t)i, 0)); /* a clock too coarse to tell */
	}
	observe_release(&ob);
}

static void test_stmin_scenes(void **state)
{
	static const struct scene scenes[] = {
		SCENE("between CFs, not from the flow control to the first one", "7E0:7E8",
		      "7E8#102262F190404142 7E0#30020A 7E8#2143444546474849 +10 7E8#2250515253545556 "
		      "7E0#300014 7E8#2343444546474849 +10 7E8#2443444546474849",
		      "7E0<7E8 ok 34 bytes [stmin_violated]"),
		SCENE("nobody asked for it", "7E0:7E8",
		      "7E8#101462F190404142 +100us 7E8#2143444546474849 +100us 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* --- clocks --- */

static void test_clocks(void **state)
{
	const struct isotp_reassembler_settings limits = { .n_cr_ns = SECOND, .n_bs_ns = SECOND };
	const struct scene scenes[] = {
		SCENE_WITH(limits, "stands still", "7E0:7E8",
			   "7E8#101462F190404142 +0 7E0#30020A +0 7E8#2143444546474849 "
			   "+0 7E8#2250515253545556",
			   "7E0<7E8 ok 62F1904041424344454647484950515253545556"),
		SCENE_WITH(limits, "is set back", "7E0:7E8",
			   "7E8#101462F190404142 -3000 7E0#30020A -1000 7E8#2143444546474849 "
			   "-500 7E8#2250515253545556",
			   "7E0<7E8 ok 62F1904041424344454647484950515253545556"),
		SCENE_WITH(limits, "is set back, then goes on", "7E0:7E8",
			   "7E8#101462F190404142 7E0#300200 -4000 7E8#2143444546474849 "
			   "+1001 7E8#2250515253545556",
			   "7E0<7E8 ok 62F1904041424344454647484950515253545556"),
	};
	struct observe ob;

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
	observe_init(&ob, "7E0:7E8", NULL);
	observe(&ob, "7E8#101462F190404142 -3000 7E0#300000 -1 7E8#2143444546474849 -1 "
		     "7E8#2250515253545556");
	assert_int_equal(ob.last.fc_delay_ns, 0);
	assert_int_equal(ob.last.max_gap_ns, 0);
	observe_release(&ob);
}

/* A count that would run over stays where it is. */
static void test_many(void **state)
{
	struct observe *ob = observe_new_with("7E0:7E8", NULL);

	(void)state;
	observe(ob, "7E8#100862F190404142");
	for (int i = 0; i < 70000; i++)
		observe(ob, "7E8#FF00");
	observe(ob, "7E8#214344");
	expect_told(ob, "7E0<7E8 ok 62F1904041424344 [pci_reserved*70000]");
	observe_free(ob);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < ISOTP_FAULTS; i++) {
		const char *name = isotp_fault_name((enum isotp_fault)i);

		assert_true(strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name) && *name);
		assert_non_null(isotp_fault_text((enum isotp_fault)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(isotp_fault_name((enum isotp_fault)j), name);
	}
	assert_string_equal(isotp_fault_name((enum isotp_fault) - 1), "none");
	assert_string_equal(isotp_fault_text(ISOTP_FAULTS), "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_invalid_frames), cmocka_unit_test(test_consecutive_frames),
		cmocka_unit_test(test_flow_control),   cmocka_unit_test(test_block_size),
		cmocka_unit_test(test_stmin),	       cmocka_unit_test(test_stmin_scenes),
		cmocka_unit_test(test_clocks),	       cmocka_unit_test(test_many),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("reassembler_faults", tests, NULL, NULL);
}
