/* SPDX-License-Identifier: MIT */
/* Owns the tests of the reassembler where it runs short of places: lanes, streams, room to tell. */
#include "observe.h"

#include "protocol/reassembler-internal.h"

enum { MANY = STREAMS };

/* More end at once than the queue holds. */
static void test_many_expire(void **state)
{
	const struct isotp_reassembler_settings settings = { .n_bs_ns = 10 * SECOND };
	struct observe *ob = observe_new_with("6F1/any:612/any", &settings);

	(void)state;
	for (unsigned int i = 0; i < MANY; i++)
		observe_sender(ob, HERE, i, "1014AABBCCDDEE");
	ob->now += 9 * SECOND;
	observe_advance(ob, HERE);
	assert_int_equal(ob->pdus, 1047); /* those that began more than 10 s ago */
	ob->now += 60 * SECOND;
	observe_advance(ob, HERE);
	assert_int_equal(ob->pdus, MANY);
	assert_int_equal(ob->last.status, ISOTP_N_TIMEOUT_BS);
	observe_free(ob);
}

/* --- lanes --- */

static uint64_t noise_state;

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t noise(void)
{
	uint64_t z = noise_state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* Frames of IDs that come once. */
static void flood(struct observe *ob, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct isotp_frame f = { .id = { noise() & ISOTP_CAN_ID_MAX_29, 29 }, .len = 8 };

		f.data[0] = (uint8_t)(noise() % 0x40);
		f.data[1] = (uint8_t)(noise() % 0x40);
		observe_frame(ob, HERE, &f);
	}
}

/* What is watched, and what was found, is there after any number of other IDs. */
static void test_flood_of_ids(void **state)
{
	struct observe *ob = observe_new("7E0:7E8", ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	observe(ob, "7E8#101462F190404142 7E0#300000");
	flood(ob, 200000);
	observe(ob, "7E8#2143444546474849");
	flood(ob, 200000);
	observe(ob, "7E8#2250515253545556 7E0#013E");
	expect_told(ob, "7E0<7E8 ok 62F1904041424344454647484950515253545556 [cf_late*2]; "
			"7E0>7E8 ok 3E");
	observe_free(ob);

	ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY_MIN);
	observe(ob, "714#10082EF190404142 77E#300000 714#214344 77E#101462F190404142 714#300000");
	flood(ob, 200000);
	observe(ob, "77E#2143444546474849");
	flood(ob, 200000);
	observe(ob, "77E#2250515253545556 714#013E");
	expect_told(ob, "714>77E ok 2EF1904041424344; "
			"714<77E ok 62F1904041424344454647484950515253545556 [cf_late*2]; "
			"714>77E ok 3E");
	observe_free(ob);
}

/* The next ID whose lane falls into the same set as that of `like`. */
static uint32_t next_in_set(uint32_t id, uint32_t like)
{
	const uint64_t hash =
		isotp_lane_hash(isotp_lane_key(0, (struct isotp_can_id){ like, 29 }, false));

	for (;;) {
		id++;
		if (isotp_lane_hash(isotp_lane_key(0, (struct isotp_can_id){ id, 29 }, false)) >>
			    55 ==
		    hash >> 55)
			return id;
	}
}

static void feed_29(struct observe *ob, uint32_t id, const char *data)
{
	char text[80];

	sprintf(text, "%08X#%s", id, data);
	observe(ob, text);
}

/* More IDs are watched than a set of lanes holds: the one that was silent the longest gives way and
 * is told. What is not watched never makes one give way. */
static void test_crowded_set(void **state)
{
	uint32_t ids[LANE_WAYS + 2];
	char pairs[1024] = "";
	struct observe *ob;

	(void)state;
	ids[0] = 0x1000;
	for (int i = 1; i < LANE_WAYS + 2; i++)
		ids[i] = next_in_set(ids[i - 1], ids[0]);
	for (int i = 0; i < LANE_WAYS + 1; i++)
		sprintf(pairs + strlen(pairs), "%08X ", ids[i]);
	ob = observe_new(pairs, ISOTP_REASSEMBLER_MEMORY_MIN);
	for (int i = 0; i < LANE_WAYS; i++)
		feed_29(ob, ids[i], "100862F190404142");
	for (int i = 0; i < 100; i++)
		feed_29(ob, ids[LANE_WAYS + 1], "100862F190404142");
	expect_nothing(ob);
	feed_29(ob, ids[0], "214344");
	feed_29(ob, ids[LANE_WAYS], "017E");
	assert_non_null(strstr(ob->told, "> ok 62F1904041424344; "));
	assert_non_null(strstr(ob->told, "> incomplete 62F190404142 of 8 [given_up]; "));
	assert_int_equal(ob->pdus, 3);
	assert_int_equal(ob->last.from.id.value, ids[LANE_WAYS]);
	observe_finish(ob, HERE);
	assert_int_equal(ob->pdus, 3 + LANE_WAYS - 2);
	observe_free(ob);
}

/* --- streams --- */

/* More senders than there are streams, all in the middle of a PDU: each is told. */
static void test_too_many_open(void **state)
{
	struct observe *ob = observe_new("6F1/any:612/any", ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	for (unsigned int i = 0; i < 2 * MANY; i++)
		observe_sender(ob, HERE, i, "1014AABBCCDDEE");
	assert_int_equal(ob->pdus, MANY);
	assert_int_equal(ob->again, MANY);
	assert_int_equal(ob->last.faults[ISOTP_FAULT_GIVEN_UP], 1);
	observe_finish(ob, HERE);
	assert_int_equal(ob->pdus, 2 * MANY);
	observe_free(ob);
}

/* Senders between PDUs give way before those in the middle of one, the silent ones first. */
static void test_too_many_idle(void **state)
{
	struct observe *ob = observe_new("6F1/any:612/any", ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	observe_sender(ob, HERE, 0, "1009AABBCCDDEE");
	for (unsigned int i = 1; i < 3 * MANY; i++) {
		observe_sender(ob, HERE, i, "023E00");
		if (i % 50 == 0)
			observe_sender(ob, HERE, 1,
				       "2100"); /* told once, as long as it is remembered */
	}
	assert_int_equal(ob->again, 0);
	assert_int_equal(ob->pdus, 3 * MANY - 1);
	assert_int_equal(ob->faults, 1);
	observe_forget(ob);
	observe_sender(ob, HERE, 0, "2111223344");
	expect_told(ob, "<612/00 ok AABBCCDDEE11223344");
	observe_free(ob);
}

/* A lane for each of many candidates, so that none makes another one's lane give way. */
static void begin_candidates(struct observe *ob, unsigned int n)
{
	static uint8_t used[LANE_SETS];
	struct isotp_can_id id = { 0x10000000, 29 };

	memset(used, 0, sizeof(used));
	for (unsigned int i = 0; i < n; id.value++) {
		const uint64_t set = isotp_lane_hash(isotp_lane_key(0, id, false)) >> 55;

		if (used[set] == LANE_WAYS - 1)
			continue;
		used[set]++;
		i++;
		feed_29(ob, id.value, "101462F190404142");
		feed_29(ob, id.value, "2143444546474849");
	}
}

/* The oldest of all that may be ISO-TP turns out to be, when there is no stream left for its peer. */
static void test_found_without_room(void **state)
{
	struct observe *ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	observe(ob, "77E#101462F190404142 714#300000 77E#2143444546474849");
	begin_candidates(ob, STREAMS - 1);
	assert_int_equal(ob->r->free_stream, 0);
	observe(ob, "77E#2250515253545556 714#013E 77E#017E");
	expect_told(ob, "714<77E ok 62F1904041424344454647484950515253545556 [cf_late]; "
			"714>77E ok 3E; 714<77E ok 7E");
	observe_free(ob);
}

/* The same when all others are in the middle of PDUs that are told: none gives way for a peer. */
static void test_found_among_open(void **state)
{
	struct observe *ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	observe(ob, "77E#100862F190404142 77E#214344 77E#100862F190404142 714#300000");
	for (unsigned int i = 0; i < STREAMS - 1; i++) {
		if (i % 256 == 0) {
			observe_sender(ob, HERE, i, "100762F1904041");
			observe_sender(ob, HERE, i, "214243");
		}
		observe_sender(ob, HERE, i, "100762F1904041");
	}
	assert_int_equal(ob->r->free_stream, 0);
	observe_forget(ob);
	observe(ob, "77E#214344");
	expect_told(ob, "77E> ok 62F1904041424344 [cf_late]");
	observe_free(ob);
}

/* Candidates without end: what is known stays as it is, and new ones are found, too. */
static void test_too_many_candidates(void **state)
{
	struct observe *ob = observe_new(NULL, ISOTP_REASSEMBLER_MEMORY_MIN);

	(void)state;
	observe(ob, "77E#101462F190404142 714#300000 77E#2143444546474849 77E#2250515253545556");
	observe(ob, "6F1#18100C22F1915051 6F1#1821525354555657 6F1#12100922F1904041 "
		    "6F1#122142434445");
	begin_candidates(ob, STREAMS + 500);
	observe(ob, "714#013E 708#100862F190404142 700#300000 708#214344 700#013E 77E#2351 "
		    "6F1#182258");
	expect_told(ob, "714<77E ok 62F1904041424344454647484950515253545556; "
			"6F1/12> ok 22F190404142434445; 714>77E ok 3E; "
			"700<708 ok 62F1904041424344; 700>708 ok 3E; 714<77E fault cf_surplus; "
			"6F1/18> ok 22F191505152535455565758 [cf_late]");
	observe_free(ob);
}

/* Candidates that have waited for too long leave their places. */
static void test_expired_candidates(void **state)
{
	const struct isotp_reassembler_settings settings = { .n_cr_ns = SECOND };
	struct observe *ob = observe_new_with(NULL, &settings);

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin_candidates(ob, STREAMS);
		ob->now += 2 * SECOND;
		observe_advance(ob, HERE);
		expect_nothing(ob);
		observe(ob, "77E#100862F190404142 714#300000 77E#214344");
		expect_told(ob, "714<77E ok 62F1904041424344");
	}
	observe_free(ob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_expire),
		cmocka_unit_test(test_flood_of_ids),
		cmocka_unit_test(test_crowded_set),
		cmocka_unit_test(test_too_many_open),
		cmocka_unit_test(test_too_many_idle),
		cmocka_unit_test(test_found_without_room),
		cmocka_unit_test(test_found_among_open),
		cmocka_unit_test(test_too_many_candidates),
		cmocka_unit_test(test_expired_candidates),
	};

	return cmocka_run_group_tests_name("reassembler_limits", tests, NULL, NULL);
}
