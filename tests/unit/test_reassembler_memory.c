/* SPDX-License-Identifier: MIT */
/* Owns the tests of the reassembler where it runs short of memory. */
#include "observe.h"

#include "protocol/reassembler-internal.h"

enum { MANY = STREAMS };

static uint8_t pdu[(size_t)2 << 20];

/* Bytes that are free in all. */
static size_t pool_free(const struct observe *ob)
{
	const struct isotp_pool *pool = &ob->r->pool;
	size_t n = 0, blocks;

	for (size_t i = 0; i < pool->blocks; i += blocks) {
		blocks = (size_t)1 << (pool->order[i] & ~ISOTP_POOL_FREE);
		if (pool->order[i] & ISOTP_POOL_FREE)
			n += blocks * ISOTP_POOL_BLOCK;
	}
	return n;
}

static void test_least_memory(void **state)
{
	const struct isotp_reassembler_settings settings = { 0 };
	uint8_t *memory = calloc(1, ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	assert_non_null(memory);
	assert_null(isotp_reassembler_new(memory, ISOTP_REASSEMBLER_MEMORY_MIN - 1, &settings));
	assert_non_null(isotp_reassembler_new(memory, ISOTP_REASSEMBLER_MEMORY_MIN, &settings));
	free(memory);
}

/* FFs of 4 GiB on all streams there are reserve next to nothing; the end tells all of them. */
static void test_claims(void **state)
{
	struct observe *ob = observe_new("6F1/any:612/any", ISOTP_REASSEMBLER_MEMORY_MIN);
	const size_t all = pool_free(ob);

	(void)state;
	for (unsigned int i = 0; i < MANY; i++)
		observe_sender(ob, HERE, i, "1000FFFFFFFF55");
	assert_int_equal(ob->again + ob->pdus, 0);
	assert_true(pool_free(ob) > all / 2);
	observe_finish(ob, HERE);
	assert_int_equal(ob->pdus, MANY);
	assert_true(ob->again >= MANY / QUEUE - 1);
	assert_int_equal(ob->last.status, ISOTP_INCOMPLETE);
	assert_int_equal(ob->last.length, UINT32_MAX);
	assert_int_equal(ob->last.received, 1);
	assert_int_equal(ob->last.faults[ISOTP_FAULT_GIVEN_UP], 0);
	observe_forget(ob);
	observe_finish(ob, HERE);
	expect_nothing(ob);
	assert_int_equal(pool_free(ob), all);
	observe_free(ob);
}

/* --- memory --- */

/* The frame of a PDU whose bytes count up from `first`: 5 in the FF, 6 in each CF. */
static struct isotp_record frame_of(unsigned int frame, uint32_t length, uint8_t first)
{
	struct isotp_record record = { .frame.len = 8 };
	uint8_t *data = record.frame.data;
	const unsigned int done = frame ? 5 + 6 * (frame - 1) : 0;

	data[1] = (uint8_t)(frame ? 0x20 | (frame & 0x0F) : 0x10 | length >> 8);
	data[2] = (uint8_t)length;
	for (unsigned int k = frame ? 2 : 3; k < 8; k++)
		data[k] = (uint8_t)(first + done + k - (frame ? 2 : 3));
	return record;
}

static void feed_at(struct observe *ob, struct isotp_record *record)
{
	record->number = ob->number++;
	record->time_ns = ob->now += MS;
	observe_record(ob, HERE, record);
}

static void check_data(const struct observe *ob, uint8_t first)
{
	for (uint32_t k = 0; k < ob->last.kept; k++)
		assert_int_equal(ob->data[k], (uint8_t)(first + k));
}

/* So many PDUs grow at once that not all have room: the oldest give way and are told, the others
 * come whole, none is lost. */
static void test_shortage(void **state)
{
	enum { SENDERS = 600, LENGTH = 4095, FRAMES = 683 };
	struct observe *ob = observe_new("6F1/any:612/any", ISOTP_REASSEMBLER_MEMORY_MIN);
	unsigned int given_up = 0, whole = 0;

	(void)state;
	for (unsigned int n = 0; n < SENDERS * FRAMES; n++) {
		const unsigned int i = n % SENDERS, pdus = ob->pdus;
		struct isotp_record record = frame_of(n / SENDERS, LENGTH, (uint8_t)i);

		record.bus = (uint16_t)(i / 256);
		record.frame.id = (struct isotp_can_id){ 0x612, 11 };
		record.frame.data[0] = (uint8_t)i;
		feed_at(ob, &record);
		if (ob->pdus == pdus)
			continue;
		assert_true(ob->pdus == pdus + 1 && !ob->faults);
		if (ob->last.faults[ISOTP_FAULT_GIVEN_UP]) {
			assert_int_equal(ob->last.status, ISOTP_INCOMPLETE);
			assert_int_equal(ob->last.from.bus * 256 + ob->last.from.byte, given_up++);
		} else {
			assert_int_equal(ob->last.status, ISOTP_N_OK);
			assert_int_equal(ob->last.kept, LENGTH);
			whole++;
		}
		check_data(ob, ob->last.from.byte);
	}
	assert_int_equal(given_up + whole, SENDERS);
	assert_true(given_up > 10 && whole > 100);
	assert_true(ob->again >= given_up);
	observe_free(ob);
}

/* The same with senders of whom nobody knows anything: those that give way are not told, nothing is
 * fed again, and what is known goes on. */
static void test_shortage_of_candidates(void **state)
{
	enum { SENDERS = 600, LENGTH = 4095, FRAMES = 683 };
	struct observe *ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	observe(ob, "77E#100862F190404142 714#300000 77E#214344 77E#101462F190404142 714#300000");
	observe_forget(ob);
	for (unsigned int n = 0; n < SENDERS * FRAMES; n++) {
		const unsigned int i = n % SENDERS, pdus = ob->pdus;
		struct isotp_record record = frame_of(n / SENDERS, LENGTH, (uint8_t)i);

		record.frame.id = (struct isotp_can_id){ 0x100 + i, 11 };
		record.frame.data[0] = 0x55;
		feed_at(ob, &record);
		if (ob->pdus == pdus)
			continue;
		assert_int_equal(ob->last.status, ISOTP_N_OK);
		assert_int_equal(ob->last.kept, LENGTH);
		check_data(ob, (uint8_t)(ob->last.from.id.value - 0x100));
	}
	assert_int_equal(ob->again + ob->faults, 0);
	assert_true(ob->pdus > 100 && ob->pdus < SENDERS);
	observe_forget(ob);
	observe(ob, "77E#2143444546474849 77E#2250515253545556");
	expect_told(ob, "714<77E ok 62F1904041424344454647484950515253545556 [cf_late]");
	observe_free(ob);
}

/* One whom nobody knows finds no room next to those that are known: it is not followed, they go on. */
static void test_candidate_without_room(void **state)
{
	static const struct shape shape = { .fd = true, .dl = 64 };
	struct observe *ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY_MIN);
	struct isotp_can_id id = { 0x77D, 11 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		id.value++;
		send_pdu(ob, &shape, id, 0, pdu, 200, 0);
		send_pdu(ob, &shape, id, 0, pdu, 500000, 7000);
	}
	id.value = 0x708;
	send_pdu(ob, &shape, id, 0, pdu, 400000, 0);
	assert_int_equal(ob->pdus, 2);
	assert_int_equal(ob->again, 0);
	observe_finish(ob, HERE);
	assert_int_equal(ob->pdus, 4);
	assert_int_equal(ob->last.received, 62 - 4 + 63 * 6999);
	assert_null(strstr(ob->told, "given_up"));
	observe_free(ob);
}

/* One that is longer than there can be room for ends with what was kept, and harms no other. */
static void test_long_pdu(void **state)
{
	static const struct shape shape = { .fd = true, .dl = 64 };
	static const struct {
		size_t memory;
		uint32_t length, kept;
	} cases[] = {
		{ ISOTP_REASSEMBLER_MEMORY_MIN, 1 << 20, 512 << 10 },
		{ ISOTP_REASSEMBLER_MEMORY, 1 << 20, 1 << 20 },
		{ ISOTP_REASSEMBLER_MEMORY, 2 << 20, 1 << 20 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct observe *ob = observe_new("7E0:7E8 7E1:7E9", cases[i].memory);

		observe(ob, "7E9#100862F190404142");
		send_pdu(ob, &shape, (struct isotp_can_id){ 0x7E8, 11 }, 0, pdu, cases[i].length,
			 0);
		assert_int_equal(ob->pdus, 1);
		assert_int_equal(ob->last.status, ISOTP_N_OK);
		assert_int_equal(ob->last.received, cases[i].length);
		assert_int_equal(ob->last.kept, cases[i].kept);
		assert_int_equal(ob->last.faults[ISOTP_FAULT_TRUNCATED],
				 cases[i].kept < cases[i].length);
		observe_forget(ob);
		observe(ob, "7E9#214344");
		expect_told(ob, "7E1<7E9 ok 62F1904041424344");
		observe_free(ob);
	}
}

/* Where a sender begins anew, its own old PDU gives way, and no other. */
static void test_replaced(void **state)
{
	static const struct shape shape = { .fd = true, .dl = 64 };
	const struct isotp_can_id other = { 0x7E9, 11 }, id = { 0x7E8, 11 };
	struct observe *ob = observe_new("7E0:7E8 7E1:7E9", ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	send_pdu(ob, &shape, other, 0, pdu, 300000, 3000);
	for (int i = 0; i < 20; i++) {
		send_pdu(ob, &shape, id, 0, pdu, 500000, 6000);
		assert_int_equal(ob->pdus, i);
	}
	observe_finish(ob, HERE);
	assert_int_equal(ob->pdus, 21);
	assert_null(strstr(ob->told, "given_up"));
	observe_free(ob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least_memory),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_shortage),
		cmocka_unit_test(test_shortage_of_candidates),
		cmocka_unit_test(test_candidate_without_room),
		cmocka_unit_test(test_long_pdu),
		cmocka_unit_test(test_replaced),
	};

	return cmocka_run_group_tests_name("reassembler_memory", tests, NULL, NULL);
}
