/* SPDX-License-Identifier: MIT */
/* Owns the tests of how the reassembler finds conversations by itself, and finds none where none
 * are. */
#include "observe.h"

/* --- what is found --- */

static void test_sequences(void **state)
{
	static const struct scene scenes[] = {
		SCENE("a whole sequence decides; what came before is not told", NULL,
		      "714#0322F190 77E#100862F190404142 714#300000 77E#214344 714#0322F191 "
		      "77E#017E 77E#4411",
		      "714<77E ok 62F1904041424344; 714>77E ok 22F191; 714<77E ok 7E; "
		      "714<77E fault pci_reserved"),
		SCENE("so does one without flow control, but then nobody is the peer", NULL,
		      "77E#100862F190404142 77E#214344 714#0322F191 77E#037F2231",
		      "77E> ok 62F1904041424344; 77E> ok 7F2231"),
		SCENE("with an address byte", NULL,
		      "6F1#120322F190 612#F1100962F1904041 6F1#12300000 612#F12142434445 "
		      "6F1#12023E00 6F1#60023E00 612#F1027E00",
		      "6F1/12<612/F1 ok 62F190404142434445; 6F1/12>612/F1 ok 3E00; "
		      "6F1/60> ok 3E00; 6F1/12<612/F1 ok 7E00"),
		SCENE("a request: the tester is first", NULL,
		      "714#10082EF190404142 77E#300000 714#214344 77E#036EF190",
		      "714>77E ok 2EF1904041424344; 714<77E ok 6EF190"),
		SCENE("CAN FD", NULL,
		      "714##00322F190 77E##0101162F1*12AA 714##0300000 77E##021CCDDEE 714##0013E "
		      "714#013E",
		      "FD 714<77E ok 62F1F1F1F1F1F1F1F1F1F1F1F1AACCDDEE; FD 714>77E ok 3E"),
		SCENE("one that is not whole decides nothing", NULL,
		      "77E#101462F190404142 714#300000 77E#2143444546474849 714#023E00 "
		      "77E#2350515253545556 77E#017E",
		      ""),
		SCENE("two at once, and one cut off between", NULL,
		      "708#101462F190404142 718#100862F190404142 700#300000 710#300000 "
		      "708#2143444546474849 718#214344 708#2250515253545556 700#013E 710#013E",
		      "710<718 ok 62F1904041424344; "
		      "700<708 ok 62F1904041424344454647484950515253545556; "
		      "700>708 ok 3E; 710>718 ok 3E"),
		SCENE("what has begun on the lane when it is decided goes on", NULL,
		      "6F1#12100922F1904041 6F1#18100922F1915051 612#F1300000 6F1#60100C22F1926061 "
		      "618#F1300000 6F1#6021626364656667 6F1#122142434445 6F1#182152535455 "
		      "6F1#602268",
		      "6F1/12>612/F1 ok 22F190404142434445; 6F1/18>618/F1 ok 22F191505152535455; "
		      "6F1/60> ok 22F192606162636465666768"),
		SCENE("what is invalid does not end it", NULL,
		      "77E#101462F190404142 714#300000 77E#0011 77E#2143444546474849 77E#0911 77E#7711 "
		      "77E#1004AABBCCDDEEFF 77E#2250515253545556",
		      "714<77E ok 62F1904041424344454647484950515253545556"),
		SCENE("so does what has begun the other way", NULL,
		      "708#100862F190404142 700#10082EF190404142 700#300000 708#300000 708#214344 "
		      "700#214344",
		      "700<708 ok 62F1904041424344; 700>708 ok 2EF1904041424344"),
		SCENE("the peer of one that is known by itself", NULL,
		      "77E#100862F190404142 77E#214344 714#0322F191 77E#100862F190404142 "
		      "714#300000 77E#214344 714#0322F191",
		      "77E> ok 62F1904041424344; 714<77E ok 62F1904041424344; 714>77E ok 22F191"),
		SCENE("overflow from one who is known to another who is", NULL,
		      "708#100862F190404142 700#300000 708#214344 708#102062F190404142 700#320000",
		      "700<708 ok 62F1904041424344; 700<708 buffer_ovflw 62F190404142 of 32"),
		SCENE("N_Cr counts here, too", NULL,
		      "708#100862F190404142 700#300000 +3000 708#214344 +3000 "
		      "708#100862F190404142 700#300000 +100 708#214344",
		      "700<708 ok 62F1904041424344 [cf_late]; 700<708 ok 62F1904041424344"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

static void test_limits_while_searching(void **state)
{
	const struct isotp_reassembler_settings limits = { .n_cr_ns = SECOND, .n_bs_ns = SECOND };
	const struct scene scenes[] = {
		SCENE_WITH(limits, "a CF too late", NULL,
			   "708#101462F190404142 700#300000 708#2143444546474849 +1001 "
			   "708#2250515253545556 708#017E",
			   ""),
		SCENE_WITH(limits, "a flow control too late", NULL,
			   "708#100862F190404142 +1001 700#300000 708#214344 708#017E", ""),
		SCENE_WITH(limits, "too late, live", NULL,
			   "708#101462F190404142 700#300000 708#2143444546474849 +1001 ! "
			   "708#2250515253545556 708#017E",
			   ""),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* Whose a flow control is, and that one that answers nothing does not speak against its sender for
 * ever. */
static void test_flow_control(void **state)
{
	static const struct scene scenes[] = {
		SCENE("it begins in the middle of a transfer", NULL,
		      "700#300000 708#2107080910111213 700#300000 708#100862F190404142 700#30000A "
		      "708#214344 700#013E",
		      "700<708 ok 62F1904041424344; 700>708 ok 3E"),
		SCENE("doubled within a block", NULL,
		      "708#101B62F190404142 700#300200 708#2143444546474849 708#2250515253545556 "
		      "700#300200 700#300200 708#2357585960616263 700#013E",
		      "700<708 ok 62F190404142434445464748495051525354555657585960616263; "
		      "700>708 ok 3E"),
		SCENE("doubled with other values before the first CF: the first one counts", NULL,
		      "708#101462F190404142 700#300005 700#30000A +5 708#2143444546474849 +5 "
		      "708#2250515253545556",
		      "700<708 ok 62F1904041424344454647484950515253545556"),
		SCENE("two begin at once: it is for the one whose address byte fits", NULL,
		      "6F1#12100962F1904041 6F1#40100962F1904041 640#F13003F1 6F1#402142434445 "
		      "+100 612#F1300000 6F1#122142434445",
		      "640/F1<6F1/40 ok 62F190404142434445; 612/F1<6F1/12 ok 62F190404142434445"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* Ordinary traffic that looks like flow control, among other such traffic that looks like first
 * frames, does not take the place of who answers. */
static void test_imposter(void **state)
{
	struct observe *ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY);

	(void)state;
	for (int i = 0; i < 100; i++)
		observe(ob, "123#300000");
	for (int i = 0; i < 400; i++)
		observe(ob, "123#300000 200#1014010203040506");
	for (int i = 0; i < 6; i++) {
		observe(ob, "456#100862F190404142 123#300000 3A1#300000 456#214344");
		expect_told(ob, "3A1<456 ok 62F1904041424344");
	}
	observe_free(ob);
}

/* ISO 15765-4 and normal fixed addressing: a request and its answer are enough. */
static void test_diagnostic_ids(void **state)
{
	static const struct scene scenes[] = {
		SCENE("the request is told before its answer", NULL, "7E0#02010C 7E8#04410C1AF8",
		      "7E0>7E8 ok 010C; 7E0<7E8 ok 410C1AF8"),
		SCENE("a functional one", NULL,
		      "7DF#0209020000000000 7E8#03490200 7EA#03490201 7DF#020100",
		      "7DF> ok 0902; <7E8 ok 490200; <7EA ok 490201; 7DF> ok 0100"),
		SCENE("a negative answer", NULL, "7E0#0322F190 7E8#037F2231 7E0#013E",
		      "7E0>7E8 ok 22F190; 7E0<7E8 ok 7F2231; 7E0>7E8 ok 3E"),
		SCENE("answers to something else", NULL,
		      "7E0#0322F190 7E8#0350030A 7E8#037F1031 7E9#0362F190 7E8#0122", ""),
		SCENE("an answer too late", NULL, "7E0#0322F190 +10000 7E8#0362F190", ""),
		SCENE("an answer before its request", NULL, "7E8#0362F190 7E0#0322F190", ""),
		SCENE("a segmented answer to all", NULL,
		      "7DF#020902 7E8#1008490240414243 7E0#300000 7E9#1008490250515253 7E1#300000 "
		      "7E8#214445 7E9#215455",
		      "7DF> ok 0902; 7E0<7E8 ok 4902404142434445; "
		      "7E1<7E9 ok 4902505152535455"),
		SCENE("asked for itself, when it has answered all before", NULL,
		      "7DF#0100 7DF#020100 7E8#03410000 7E0#02010C 7E8#03410C11 7E0#02010D",
		      "7DF> ok 0100; <7E8 ok 410000; 7E0>7E8 ok 010C; 7E0<7E8 ok 410C11; "
		      "7E0>7E8 ok 010D"),
		SCENE("asked for itself, and the answer is segmented", NULL,
		      "7DF#020100 7E8#03410000 7E0#0322F190 7E8#100862F190404142 7E0#300000 "
		      "7E8#214344 7E0#013E",
		      "7DF> ok 0100; <7E8 ok 410000; 7E0>7E8 ok 22F190; "
		      "7E0<7E8 ok 62F1904041424344; 7E0>7E8 ok 3E"),
		SCENE("29 bits, physical", NULL,
		      "18DA10F1#0322F190 18DAF110#0462F19011 18DA10F1#013E",
		      "18DA10F1>18DAF110 ok 22F190; 18DA10F1<18DAF110 ok 62F19011; "
		      "18DA10F1>18DAF110 ok 3E"),
		SCENE("29 bits, functional", NULL, "18DB33F1#020100 18DAF110#034100FF",
		      "18DB33F1> ok 0100; <18DAF110 ok 4100FF"),
		SCENE("the priority does not count", NULL,
		      "0CDA10F1#0322F190 0CDAF110#0462F19011 0CDB33F1#020100 0CDAF111#034100FF",
		      "0CDA10F1>0CDAF110 ok 22F190; 0CDA10F1<0CDAF110 ok 62F19011; "
		      "0CDB33F1> ok 0100; <0CDAF111 ok 4100FF"),
		SCENE("FD frames of these IDs", NULL, "7E0##00322F190 7E8##00462F19011",
		      "FD 7E0>7E8 ok 22F190; FD 7E0<7E8 ok 62F19011"),
		SCENE("on another bus, in other frames", NULL,
		      "7E0#0322F190 1:7E8#0362F190 7E8##00362F190", ""),
		SCENE("the ECU by its ID, though its PDU is a request", NULL,
		      "7E8#100829F190404142 7E0#300000 7E8#214344", "7E0<7E8 ok 29F1904041424344"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* Any data in any reading: none of it is taken for another conversation on the way. */
static void test_any_data(void **state)
{
	static const struct isotp_can_id id = { 0x614, 11 };
	static uint8_t pdu[4095];

	(void)state;
	for (int i = 0; i < 1024; i++) {
		const struct shape shape = { .dl = 8, .byte = i & 256, .padding = i & 512 };
		struct observe *ob = observe_new_with(NULL, NULL);

		memset(pdu, i & 0xFF, sizeof(pdu));
		send_pdu(ob, &shape, id, (uint8_t)(i * 7), pdu, 400, 0);
		if (ob->pdus != 1 || ob->faults || ob->last.status != ISOTP_N_OK ||
		    ob->last.length != 400 || ob->last.from.has_byte != shape.byte)
			fail_at(HERE, "400 bytes of %02X: \"%s\"", i & 0xFF, ob->told);
		observe_free(ob);
	}
}

/* --- who is not taken for a peer --- */

static void test_strangers(void **state)
{
	static const struct scene scenes[] = {
		SCENE("flow controls all the time", NULL,
		      "123#3000000000000000 123#3000000000000000 123#3000000000000000 "
		      "77E#100862F190404142 123#3000000000000000 714#300000 "
		      "123#3000000000000000 77E#214344 714#013E 123#013E",
		      "714<77E ok 62F1904041424344; 714>77E ok 3E"),
		SCENE("much that is none", NULL,
		      "123#5500000000000000 123#9912 123#0000000000000000 123#3000000000000000 "
		      "77E#100862F190404142 123#3000000000000000 77E#214344 123#013E",
		      "77E> ok 62F1904041424344"),
		SCENE("what no flow control is padded with, and a reserved STmin", NULL,
		      "77E#100862F190404142 714#3000001234 714#3000FF 77E#214344 714#013E",
		      "77E> ok 62F1904041424344"),
		SCENE("an overflow from a stranger ends nothing", NULL,
		      "77E#100862F190404142 123#3200000000000000 77E#214344 77E#100862F190404142 "
		      "123#3200000000000000 77E#214344",
		      "77E> ok 62F1904041424344; 77E> ok 62F1904041424344"),
		SCENE("where one is known to be the peer", NULL,
		      "77E#100862F190404142 714#300000 77E#214344 77E#101462F190404142 123#300000 "
		      "77E#2143444546474849 77E#2250515253545556 123#013E",
		      "714<77E ok 62F1904041424344; "
		      "714<77E ok 62F1904041424344454647484950515253545556 [fc_missing]"),
		SCENE("where the sender goes on without any", NULL,
		      "77E#100862F190404142 77E#214344 77E#101462F190404142 77E#2143444546474849 "
		      "123#300000 77E#2250515253545556 123#013E",
		      "77E> ok 62F1904041424344; "
		      "77E> ok 62F1904041424344454647484950515253545556"),
		SCENE("who comes second", NULL,
		      "77E#100862F190404142 714#300000 123#300000 77E#214344 123#013E 714#013E",
		      "714<77E ok 62F1904041424344; 714>77E ok 3E"),
		SCENE("of two who wait, the one who began last is answered first", NULL,
		      "77E#100862F190404142 77E#214344 77F#100862F190404142 77F#214344 "
		      "77E#100862F190404142 77F#100862F190404142 715#300000 714#300000 77F#214344 "
		      "77E#214344",
		      "77E> ok 62F1904041424344; 77F> ok 62F1904041424344; "
		      "715<77F ok 62F1904041424344; 714<77E ok 62F1904041424344"),
		SCENE("the ID fits better", NULL,
		      "708#100862F190404142 700#300000 123#3000000000000000 708#214344 700#013E "
		      "123#013E",
		      "700<708 ok 62F1904041424344; 700>708 ok 3E"),
		SCENE("of another bus, kind, with an address byte", NULL,
		      "77E#100862F190404142 1:714#300000 714##0300000 715#77300000 77E#214344 "
		      "714#013E",
		      "77E> ok 62F1904041424344"),
	};

	(void)state;
	observe_scenes(scenes, COUNT(scenes));
}

/* Even a sequence with its flow control is chance among so much that is something else. */
static void test_nonsense(void **state)
{
	struct observe ob;

	(void)state;
	observe_init(&ob, NULL, NULL);
	for (int i = 0; i < 100; i++)
		observe(&ob, "77E#7711 77E#3000 77E#0311");
	observe(&ob, "77E#100862F190404142 714#300000 77E#214344");
	expect_nothing(&ob);
	for (int i = 0; i < 1000; i++)
		observe(&ob, "77E#0211AA");
	observe(&ob, "77E#100862F190404142 714#300000 77E#214344");
	expect_told(&ob, "714<77E ok 62F1904041424344");
	observe_release(&ob);
}

/* --- ordinary traffic --- */

static uint64_t noise_state;

static uint64_t noise(void)
{
	return random_bits(&noise_state);
}

static void fill_noise(uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		data[i] = (uint8_t)(noise() >> 32);
}

static void make_noise(struct isotp_frame *f, unsigned int i)
{
	(void)i;
	fill_noise(f->data, f->len);
}

static void make_counter(struct isotp_frame *f, unsigned int i)
{
	fill_noise(f->data, f->len);
	f->data[0] = (uint8_t)i;
}

/* Behind a constant byte, which is then the address byte of the other reading. */
static void make_second_counter(struct isotp_frame *f, unsigned int i)
{
	fill_noise(f->data, f->len);
	f->data[0] = 0x42;
	f->data[1] = (uint8_t)i;
}

/* A counter and a sum over all, as bodies and chassis have them. */
static void make_checked(struct isotp_frame *f, unsigned int i)
{
	memset(f->data, 0, f->len);
	f->data[2] = (uint8_t)(i / 100);
	f->data[1] = (uint8_t)(i & 0x0F);
	f->data[0] = (uint8_t)(0x5A ^ f->data[1] ^ f->data[2]);
}

/* Which values follow says the first byte: as in first frames, flow controls and in between. */
static void make_multiplexed(struct isotp_frame *f, unsigned int i)
{
	static const uint8_t pages[] = { 0x00, 0x10, 0x11, 0x20, 0x30, 0x31 };

	memset(f->data, 0, f->len);
	f->data[0] = pages[i % sizeof(pages)];
	f->data[1] = (uint8_t)(i / 50);
	f->data[3] = (uint8_t)noise();
}

/* NMEA 2000: sequence and number of the frame in the first byte. */
static void make_fast_packet(struct isotp_frame *f, unsigned int i)
{
	fill_noise(f->data, f->len);
	f->data[0] = (uint8_t)((i / 20 % 8) << 5 | i % 20);
	if (i % 20 == 0)
		f->data[1] = 134;
}

/* SAE J1939-21, TP.DT: frames that count from 1. */
static void make_j1939(struct isotp_frame *f, unsigned int i)
{
	fill_noise(f->data, f->len);
	f->data[0] = (uint8_t)(1 + i % 40);
}

/* VW TP 2.0: what is expected next, and a number that counts, before the data; answers between. */
static void make_tp20(struct isotp_frame *f, unsigned int i)
{
	static uint8_t number[16];
	uint8_t *n = &number[f->id.value % 16];
	const unsigned int step = i % 7;

	f->len = 8;
	fill_noise(f->data, f->len);
	if (step == 2 || step == 5) {
		f->data[0] = (uint8_t)(0xB0 | (noise() & 0x0F));
		f->len = 1;
		return;
	}
	f->data[0] = (uint8_t)((step == 6 ? 0x10 : 0x20) | (*n)++ % 16);
	if (f->data[0] == 0x10)
		f->data[1] = (uint8_t)(8 + noise() % 30);
}

static void make_constant(struct isotp_frame *f, unsigned int i)
{
	static const uint8_t first[] = { 0x02, 0x10, 0x21, 0x30 };

	memset(f->data, 0, f->len);
	f->data[0] = first[f->id.value % 4];
	f->data[1] = (uint8_t)(i / 1000);
}

/* As long as it is, none of it is told. */
static void test_ordinary_traffic(void **state)
{
	static const struct {
		const char *name;
		void (*make)(struct isotp_frame *f, unsigned int i);
	} kinds[] = {
		{ "noise", make_noise },
		{ "counter", make_counter },
		{ "second counter", make_second_counter },
		{ "counter and sum", make_checked },
		{ "multiplexed", make_multiplexed },
		{ "fast packet", make_fast_packet },
		{ "J1939", make_j1939 },
		{ "TP 2.0", make_tp20 },
		{ "constant", make_constant },
	};

	(void)state;
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct observe *ob = observe_new_with(NULL, NULL);

		noise_state = k;
		for (unsigned int i = 0; i < 100000; i++) {
			struct isotp_frame f = { .len = i & 64 ? 8 : 6 };

			f.id.value = 0x100 + i % 16;
			f.id.width = i & 1 ? 11 : 29;
			f.flags = (i & 6) == 6 ? ISOTP_FRAME_FD : 0;
			f.len = f.flags && i % 3 == 0 ? 24 : f.len;
			kinds[k].make(&f, i / 16);
			observe_frame(ob, HERE, &f);
		}
		observe_finish(ob, HERE);
		if (ob->pdus || ob->faults)
			fail_at(HERE, "%s: %s", kinds[k].name, ob->told);
		observe_free(ob);
	}
}

/* A conversation in the midst of all of it is found. */
static void test_among_others(void **state)
{
	struct observe *ob = observe_new_with(NULL, NULL);
	static const char *const frames[] = { "77E#101462F190404142", "714#300000",
					      "77E#2143444546474849", "77E#2250515253545556" };

	(void)state;
	noise_state = 99;
	for (unsigned int i = 0; i < 4000; i++) {
		struct isotp_frame f = { .id = { 0x100 + i % 40, 11 }, .len = 8 };

		(i & 1 ? make_noise : make_counter)(&f, i / 40);
		observe_frame(ob, HERE, &f);
		if (i >= 3900 && i % 25 == 0)
			observe(ob, frames[i % 100 / 25]);
	}
	expect_told(ob, "714<77E ok 62F1904041424344454647484950515253545556");
	observe_free(ob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_limits_while_searching),
		cmocka_unit_test(test_flow_control),
		cmocka_unit_test(test_imposter),
		cmocka_unit_test(test_diagnostic_ids),
		cmocka_unit_test(test_any_data),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_ordinary_traffic),
		cmocka_unit_test(test_among_others),
	};

	return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
