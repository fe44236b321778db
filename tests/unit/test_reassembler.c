/* SPDX-License-Identifier: MIT */
/* Owns the tests of the reassembler where it is told whom to watch: PDUs, how they end, whose they
 * are. */
#include "observe.h"

#include <errno.h>

/* ISO 15765-2:2016, 8.3 and table 23 as seen from outside. */
static void test_statuses(void **state)
{
	static const struct scene scenes[] = {
		SCENE("single frames", "7E0:7E8", "7E0#0322F190 7E8#0562F1904142CCCC",
		      "7E0>7E8 ok 22F190; 7E0<7E8 ok 62F1904142"),
		SCENE("both directions segmented", "7E0:7E8",
		      "7E0#100A2EF190414243 7E8#300000 7E0#2144454647 "
		      "7E8#100862F190414243 7E0#300000 7E8#214445",
		      "7E0>7E8 ok 2EF19041424344454647; 7E0<7E8 ok 62F1904142434445"),
		SCENE("a sequence number is missing", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 7E8#2250515253545556",
		      "7E0<7E8 wrong_sn 62F190404142 of 20, sn 2 not 1 [cf_lost]"),
		SCENE("what trails after a wrong SN belongs to it", "7E0:7E8",
		      "7E8#102062F190404142 7E0#300000 7E8#2143444546474849 7E8#2350515253545556 "
		      "7E8#2457585960 7E8#25 7E8#2611 7E0#300000 7E8#017E",
		      "7E0<7E8 wrong_sn 62F19040414243444546474849 of 32, sn 3 not 2 [cf_lost]; "
		      "7E0<7E8 fault frame_short; 7E0<7E8 ok 7E"),
		SCENE("a first frame cuts it off", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 7E8#2143444546474849 7E8#100862F190404142 "
		      "7E0#300000 7E8#214344",
		      "7E0<7E8 unexp_pdu 62F19040414243444546474849 of 20; "
		      "7E0<7E8 ok 62F1904041424344"),
		SCENE("a single frame cuts it off: what trails belongs to it", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 7E8#037F2278 7E8#2143444546474849 "
		      "7E8#2250515253545556 7E8#017E 7E8#2311",
		      "7E0<7E8 unexp_pdu 62F190404142 of 20; 7E0<7E8 ok 7F2278; 7E0<7E8 ok 7E; "
		      "7E0<7E8 fault cf_without_ff"),
		SCENE("overflow", "7E0:7E8", "7E8#101462F190404142 7E0#320000 7E8#017E",
		      "7E0<7E8 buffer_ovflw 62F190404142 of 20; 7E0<7E8 ok 7E"),
		SCENE("overflow at the end of a block", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300100 7E8#2143444546474849 7E0#320000",
		      "7E0<7E8 buffer_ovflw 62F19040414243444546474849 of 20"),
		SCENE("reserved flow status", "7E0:7E8", "7E8#101462F190404142 7E0#330000",
		      "7E0<7E8 invalid_fs 62F190404142 of 20 [fc_reserved]"),
		SCENE("the receiver waited for ever", "7E0:7E8",
		      "7E8#101462F190404142 7E0#310000 7E0#310000 7E8#017E",
		      "7E0<7E8 wft_ovrn 62F190404142 of 20 [fc_wait*2]; 7E0<7E8 ok 7E"),
		SCENE("the receiver waited, then took it", "7E0:7E8",
		      "7E8#100862F190404142 7E0#310000 7E0#300000 7E8#214344",
		      "7E0<7E8 ok 62F1904041424344 [fc_wait]"),
		SCENE("the end of the capture", "7E0:7E8",
		      "7E8#101462F190404142 7E0#300000 7E8#2143444546474849",
		      "7E0<7E8 incomplete 62F19040414243444546474849 of 20"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

static void test_timeouts(void **state)
{
	static const struct isotp_reassembler_settings both = { .n_cr_ns = SECOND,
								.n_bs_ns = SECOND };
	static const struct isotp_reassembler_settings cr = { .n_cr_ns = 150 * MS };
	const struct scene scenes[] = {
		SCENE("never, unless asked", "7E0:7E8",
		      "7E8#101462F190404142 +3000 7E0#300000 +5000 7E8#2143444546474849 "
		      "+90000 7E8#2250515253545556",
		      "7E0<7E8 ok 62F1904041424344454647484950515253545556 [cf_late*2 fc_late]"),
		SCENE_WITH(both, "a second to the nanosecond is in time", "7E0:7E8",
			   "7E8#101462F190404142 +1000 7E0#300000 +1000 7E8#2143444546474849 "
			   "+1000 7E8#2250515253545556",
			   "7E0<7E8 ok 62F1904041424344454647484950515253545556"),
		SCENE_WITH(both, "no flow control in time", "7E0:7E8",
			   "7E8#101462F190404142 +1001 7E0#300000 7E8#2143444546474849 7E8#017E",
			   "7E0<7E8 timeout_bs 62F190404142 of 20; 7E0<7E8 ok 7E"),
		SCENE_WITH(both, "no flow control in time: live", "7E0:7E8",
			   "7E8#101462F190404142 +1000 ! +1 !",
			   "7E0<7E8 timeout_bs 62F190404142 of 20"),
		SCENE_WITH(
			both, "a wait restarts N_Bs", "7E0:7E8",
			"7E8#101462F190404142 +900 7E0#310000 +900 7E0#310000 +900 7E0#310000 +1001 !",
			"7E0<7E8 timeout_bs 62F190404142 of 20 [fc_wait*3]"),
		SCENE_WITH(both, "no CF after the flow control", "7E0:7E8",
			   "7E8#101462F190404142 7E0#300000 +1001 7E8#2143444546474849 7E8#017E",
			   "7E0<7E8 timeout_cr 62F190404142 of 20; 7E0<7E8 ok 7E"),
		SCENE_WITH(both, "no CF after a CF: live", "7E0:7E8",
			   "7E8#101462F190404142 7E0#300000 7E8#2143444546474849 +1000 ! +1 ! "
			   "7E8#2250515253545556",
			   "7E0<7E8 timeout_cr 62F19040414243444546474849 of 20"),
		SCENE_WITH(both, "a block ends: N_Bs again", "7E0:7E8",
			   "7E8#101462F190404142 7E0#300100 7E8#2143444546474849 +1001 !",
			   "7E0<7E8 timeout_bs 62F19040414243444546474849 of 20"),
		SCENE_WITH(cr, "a first frame that comes too late ends it as late", "7E0:7E8",
			   "7E8#101462F190404142 7E0#300000 +151 7E8#100862F190404142 7E8#214344",
			   "7E0<7E8 timeout_cr 62F190404142 of 20; "
			   "7E0<7E8 ok 62F1904041424344 [fc_missing]"),
		SCENE_WITH(cr, "at the end of the capture it is known, too", "7E0:7E8",
			   "7E8#101462F190404142 7E0#300000 +151 7E0#023E00",
			   "7E0>7E8 ok 3E00; 7E0<7E8 timeout_cr 62F190404142 of 20"),
		/* Whoever sends CFs has got its flow control, though it was not to be seen. */
		SCENE_WITH(
			((struct isotp_reassembler_settings){ .n_cr_ns = 150 * MS,
							      .n_bs_ns = 15 * MS }),
			"one direction alone: N_Cr, not N_Bs", "7E0:7E8",
			"7E8#101462F190404142 +10 7E8#2143444546474849 +20 7E8#2250515253545556 "
			"7E8#101462F190404142 +10 7E8#2143444546474849 +151 7E8#2250515253545556",
			"7E0<7E8 ok 62F1904041424344454647484950515253545556; "
			"7E0<7E8 timeout_cr 62F19040414243444546474849 of 20"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

static void test_padding(void **state)
{
	static const struct isotp_reassembler_settings length = {
		.padding = { .rx_padding = true, .check_pad_len = true }
	};
	static const struct isotp_reassembler_settings content = {
		.padding = { .rx_padding = true, .rxpad = 0xAA, .check_pad_data = true }
	};
	static const struct isotp_reassembler_settings none = { .padding = { .check_pad_len =
										     true } };
	const struct scene scenes[] = {
		SCENE("not looked at", "7E0:7E8", "7E0#013E 7E0#013E1122334455",
		      "7E0>7E8 ok 3E; 7E0>7E8 ok 3E"),
		SCENE_WITH(length, "to be padded", "7E0:7E8", "7E0#013E 7E0#013E112233445566",
			   "7E0>7E8 padding 3E [padding]; 7E0>7E8 ok 3E"),
		SCENE_WITH(content, "with this", "7E0:7E8",
			   "7E0#013EAAAAAAAAAAAA 7E0#013EAAAAAA55AAAA 7E0#013E",
			   "7E0>7E8 ok 3E; 7E0>7E8 padding 3E [padding]; 7E0>7E8 ok 3E"),
		SCENE_WITH(none, "not to be padded", "7E0:7E8", "7E0#013E 7E0#013E00",
			   "7E0>7E8 ok 3E; 7E0>7E8 padding 3E [padding]"),
		SCENE_WITH(
			content, "the last CF", "7E0:7E8",
			"7E8#100862F190404142 7E0#300000AAAAAAAAAA 7E8#214344AAAAAAAAAA "
			"7E8#100862F190404142 7E0#300000AAAAAAAAAA 7E8#214344AAAAAAAA00",
			"7E0<7E8 ok 62F1904041424344; 7E0<7E8 padding 62F1904041424344 [padding]"),
		SCENE_WITH(content, "flow control: it counts nevertheless", "7E0:7E8",
			   "7E8#100862F190404142 7E0#30000000AAAAAAAA 7E8#214344AAAAAAAAAA",
			   "7E0<7E8 ok 62F1904041424344 [padding]"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* What is not of the same sender does not meet. */
static void test_senders(void **state)
{
	static const struct scene scenes[] = {
		SCENE("several ECUs answer at once", "7DF 7E0:7E8 7E1:7E9 7E2:7EA",
		      "7DF#020902 7E8#1008490240414243 7E9#1010490240414243 7EA#0349024F "
		      "7E1#300000 7E0#300000 7E9#2144454647484950 7E8#214445 7E9#22515253",
		      "7DF> ok 0902; 7E2<7EA ok 49024F; 7E0<7E8 ok 4902404142434445; "
		      "7E1<7E9 ok 49024041424344454647484950515253"),
		SCENE("classic and FD frames of one ID", "7E0:7E8",
		      "7E8#100862F190404142 7E8##1100862F190505152 7E8##1215354 7E8#214344 "
		      "7E8##1017E",
		      "FD 7E0<7E8 ok 62F1905051525354; 7E0<7E8 ok 62F1904041424344; "
		      "FD 7E0<7E8 ok 7E"),
		SCENE("two buses", "7E0:7E8",
		      "7E8#100862F190404142 1:7E8#100862F190505152 1:7E8#215354 7E8#214344 "
		      "1:7E8#100862F190505152 7E0#300000 1:7E8#215354",
		      "1:7E0<7E8 ok 62F1905051525354; 7E0<7E8 ok 62F1904041424344; "
		      "1:7E0<7E8 ok 62F1905051525354"),
		SCENE("11 and 29 bits", "000007E0:000007E8", "7E0#013E 000007E0#013E",
		      "000007E0>000007E8 ok 3E"),
		SCENE("address bytes", "6F1/12:612/F1 6F1/60:660/F1",
		      "6F1#120322F190 612#F1100962F1904041 6F1#12300000 6F1#60023E00 6F1#18023E00 "
		      "660#F1027E00 612#F12142434445 612#F2017E",
		      "6F1/12>612/F1 ok 22F190; 6F1/60>660/F1 ok 3E00; 6F1/60<660/F1 ok 7E00; "
		      "6F1/12<612/F1 ok 62F190404142434445"),
		SCENE("any address byte: the peer is who answers", "6F1/any:612/any",
		      "6F1#120322F190 612#F1100862F1904041 6F1#12300000 612#F121424344 "
		      "612#F2017E 6F1#12023E00",
		      "6F1/12> ok 22F190; 6F1/12<612/F1 ok 62F1904041424344; <612/F2 ok 7E; "
		      "6F1/12>612/F1 ok 3E00"),
		SCENE("29 bits: fixed, functional, mixed",
		      "18DA10F1:18DAF110 18DB33F1 18CE10F1/05:18CEF110/05",
		      "18DB33F1#0109 18DAF110#014F 18DA10F1#0122 18CE10F1#0502013E 18CEF110#05017E",
		      "18DB33F1> ok 09; 18DA10F1<18DAF110 ok 4F; 18DA10F1>18DAF110 ok 22; "
		      "18CE10F1/05>18CEF110/05 ok 013E; 18CE10F1/05<18CEF110/05 ok 7E"),
		SCENE("an ID in two pairs: who sends the flow control is the peer",
		      "7DF:7E8 7E0:7E8",
		      "7DF#020902 7E8#1008490240414243 7E0#300000 7E8#214445 7E8#017E",
		      "7DF>7E8 ok 0902; 7E0<7E8 ok 4902404142434445; 7E0<7E8 ok 7E"),
		SCENE("an ID that answers two senders: that who waits, not who had it before",
		      "7E0:7E8 7E0:7E9",
		      "7E8#1014010203040506 7E0#300000 7E8#2107080910111213 7E9#1014010203040506 "
		      "7E0#30000A +2 7E9#2107080910111213 +2 7E9#2214151617181920 "
		      "7E8#2214151617181920",
		      "7E0<7E9 ok 0102030405060708091011121314151617181920 [stmin_violated]; "
		      "7E0<7E8 ok 0102030405060708091011121314151617181920"),
		SCENE("two wait at once: the one that has waited shortest is answered first",
		      "600:701 600:702",
		      "701#1014010203040506 +1 702#1014010203040506 +1 600#30000A +10 "
		      "702#2107080910111213 +10 702#2214151617181920 600#300000 "
		      "701#2107080910111213 701#2214151617181920",
		      "600<702 ok 0102030405060708091011121314151617181920; "
		      "600<701 ok 0102030405060708091011121314151617181920"),
		SCENE("what is not watched", "7E0:7E8",
		      "7E1#013E 7E9#100862F190404142 7E9#214344 7DF#013E", ""),
		SCENE("remote, error and empty frames", "7E0:7E8",
		      "7E0#R 7E8#100862F190404142 7E8#R 7E8# 7E8#214344",
		      "7E0<7E8 ok 62F1904041424344 [frame_short]"),
		SCENE("an address byte alone", "6F1/12:612/F1", "6F1#12 6F1#1201 6F1#",
		      "6F1/12>612/F1 fault frame_short; 6F1/12>612/F1 fault frame_short"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* --- every shape of frame --- */

static void check_shape(struct observe *ob, const struct shape *shape, uint32_t len)
{
	static const struct isotp_can_id id = { 0x612, 11 };
	static uint8_t pdu[OBSERVE_DATA];
	const uint32_t per_cf = shape->dl - 1u - shape->byte;
	const uint32_t in_ff = shape->dl - shape->byte - (len > 4095 ? 6u : 2u);

	pattern_fill(pdu, len);
	send_pdu(ob, shape, id, 0xF1, pdu, len, 0);
	if (ob->pdus != 1 || ob->faults || ob->last.status != ISOTP_N_OK ||
	    ob->last.length != len || ob->last.received != len || ob->last.kept != len ||
	    memcmp(ob->data, pdu, len) != 0)
		fail_at(HERE, "%u bytes at RX_DL %d: %s", len, shape->dl, ob->told);
	assert_int_equal(ob->last.frames, 1 + (len - in_ff + per_cf - 1) / per_cf);
	assert_int_equal(ob->last.from.fd, shape->fd);
	for (int i = 0; i < ISOTP_FAULTS; i++)
		assert_int_equal(ob->last.faults[i], 0);
	ob->used = ob->pdus = 0;
	ob->told[0] = '\0';
}

/* Each RX_DL with each length that its last CF can have, the longest short FF_DL and the long
 * form. */
static void check_lengths(struct observe *ob, const struct shape *shape)
{
	const uint32_t shortest = shape->dl == 8 ? 8u - shape->byte : shape->dl - 1u - shape->byte;

	for (uint32_t len = shortest; len < shortest + 2u * shape->dl; len++)
		check_shape(ob, shape, len);
	check_shape(ob, shape, 4095);
	check_shape(ob, shape, 4096);
	check_shape(ob, shape, 5000);
}

static void test_shapes(void **state)
{
	struct observe *ob = malloc(sizeof(*ob));

	(void)state;
	assert_non_null(ob);
	for (int i = 0; i < 32; i++) {
		const struct shape shape = { .fd = i >= 2,
					     .dl = all_tx_dl[i < 2 ? 0 : i / 4],
					     .byte = i & 1,
					     .padding = i & 2 };

		observe_init(ob, shape.byte ? "6F1/12:612/F1" : "6F1:612", NULL);
		check_lengths(ob, &shape);
		observe_release(ob);
	}
	free(ob);
}

/* --- what else is told of a PDU --- */

static void test_fields(void **state)
{
	struct observe ob;

	(void)state;
	observe_init(&ob, "7E0:7E8", NULL);
	observe(&ob,
		"7E0#013E 7E8#101C62F190404142 +3 7E0#310000 +5 7E0#300205 +2 7E8#2143444546474849 "
		"7E1#00 +6 7E8#2250515253545556 +1 7E0#3000F3 +1500us 7E8#2359606162636465");
	assert_int_equal(ob.last.from.id.value, 0x7E0);
	assert_false(ob.last.segmented);
	observe(&ob, "+500us 7E8#2466");
	assert_true(ob.last.segmented);
	assert_true(ob.last.from_b);
	assert_int_equal(ob.last.length, 28);
	assert_int_equal(ob.last.frames, 5);
	assert_int_equal(ob.last.first_ns, 5 * SECOND + 2 * MS);
	assert_int_equal(ob.last.last_ns, 5 * SECOND + 22 * MS);
	assert_int_equal(ob.last.max_gap_ns, 10 * MS);
	assert_int_equal(ob.last.first_frame, 1);
	assert_int_equal(ob.last.last_frame, 9);
	assert_int_equal(ob.last.flow_controls, 3);
	assert_int_equal(ob.last.fc_delay_ns, 3 * MS);
	assert_int_equal(ob.last.bs, 0);
	assert_int_equal(ob.last.stmin, 0xF3);
	observe_release(&ob);
}

static void test_max_pdu(void **state)
{
	static const struct scene scenes[] = {
		SCENE_WITH(((struct isotp_reassembler_settings){ .max_pdu = 8 }),
			   "as long as is kept", "7E0:7E8", "7E8#100862F190404142 7E8#214344",
			   "7E0<7E8 ok 62F1904041424344"),
		SCENE_WITH(((struct isotp_reassembler_settings){ .max_pdu = 8 }),
			   "longer by a byte", "7E0:7E8", "7E8#100962F190404142 7E8#21434445",
			   "7E0<7E8 ok 62F1904041424344 of 9, 9 came [truncated]"),
		SCENE_WITH(
			((struct isotp_reassembler_settings){ .max_pdu = 2 }),
			"the FF already, then several CFs", "7E0:7E8",
			"7E8#101462F190404142 7E8#2143444546474849 7E8#2250515253545556 7E0#0322F190",
			"7E0<7E8 ok 62F1 of 20, 20 came [truncated]; 7E0>7E8 ok 22F1 of 3, 3 came [truncated]"),
		SCENE_WITH(
			((struct isotp_reassembler_settings){ .max_pdu = 8 }), "broken", "7E0:7E8",
			"7E8#101462F190404142 7E8#2143444546474849 7E8#2343444546474849",
			"7E0<7E8 wrong_sn 62F1904041424344 of 20, 13 came, sn 3 not 2 [cf_lost truncated]"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

static int watch(struct observe *ob, struct isotp_watched a, struct isotp_watched b)
{
	const struct isotp_watch pair = { a, b };

	return isotp_reassembler_watch(ob->r, &pair);
}

static void test_watch(void **state)
{
	const struct isotp_watched nobody = { 0 }, plain = { .id = { 0x612, 11 } },
				   byte = { .id = { 0x612, 11 }, .has_byte = true, .byte = 1 };
	struct isotp_watched x = { .id = { 0, 11 } }, y = { .id = { 0, 29 } };
	struct observe ob;

	(void)state;
	observe_init(&ob, "", NULL);
	assert_int_equal(watch(&ob, plain, byte), -EEXIST);
	assert_int_equal(watch(&ob, byte, nobody), 0);
	assert_int_equal(watch(&ob, nobody, plain), -EEXIST);
	for (uint32_t i = 1; i < ISOTP_WATCH_MAX; i++) {
		x.id.value = y.id.value = i;
		assert_int_equal(watch(&ob, x, y), 0);
	}
	assert_int_equal(watch(&ob, nobody, nobody), -ENOSPC);
	for (uint32_t i = 1; i < ISOTP_WATCH_MAX; i++) {
		struct isotp_frame f = { .id = { i, 11 }, .len = 2, .data = { 1, 0x3E } };

		observe_frame(&ob, HERE, &f);
		f.id.width = 29;
		observe_frame(&ob, HERE, &f);
		assert_int_equal(ob.pdus, 2 * i);
		assert_int_equal(ob.last.from_b, true);
		assert_int_equal(ob.last.peer.id.value, i);
	}
	observe_release(&ob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses), cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_padding),	 cmocka_unit_test(test_senders),
		cmocka_unit_test(test_shapes),	 cmocka_unit_test(test_fields),
		cmocka_unit_test(test_max_pdu),	 cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests_name("reassembler", tests, NULL, NULL);
}
