/* SPDX-License-Identifier: MIT */
/* Owns the tests of ISO 15765-2:2016, table 23: what each N_PDU does in each state of the stack. */
#include "support.h"

enum state {
	IDLE,
	AWAITING_FC,  /* sending, the FF is out */
	IN_BLOCK,     /* sending, between two CFs */
	RECEIVING,    /* the first of two CFs was taken */
	OWING_FC,     /* receiving, our CTS has not left yet */
	BOTH,	      /* awaiting an FC and a CF */
	BOTH_IN_BLOCK /* between two CFs of ours, awaiting one of the peer's */
};

enum duplex { HALF, FULL };

/* What the peer says; the FF is of another PDU than the one that is being received. */
#define SF	 "7E8#023E00"
#define FF	 "7E8#1008 BB*6"
#define CF	 "7E8#22 A2*7" /* the one that is awaited while receiving */
#define CTS	 "7E8#300100"
#define WT	 "7E8#310000"
#define OVFLW	 "7E8#320000"
#define RESERVED "7E8#350000"
#define OTHER	 "7E8#50*8"
#define BAD_SF	 "7E8#003E00"
#define BAD_FF	 "7E8#1007 BB*6"
#define SHORT_FF "7E8#1008 BB*5"
#define SHORT_FC "7E8#3000"

/* What the stack says. */
#define GOT_SF	  "received 3E00"
#define GOT_WHOLE "received A0A0A0A0A0A0A1A1A1A1A1A1A1A2A2A2A2A2A2A2"
#define OUR_CTS	  "> 7E0#300000"
#define FIRST_CF  "> 7E0#21C1C1C1C1C1C1C1"
#define LAST_CF	  "> 7E0#22C2C2C2C2C2C2C2; sent N_OK"
#define UNEXP	  "broken N_UNEXP_PDU; "

/*
 * `now` is what the N_PDU brings about, `then` what follows when the peer goes on as if nothing
 * had been: it says CTS if we await one, sends its last CF, and 10 ms pass.
 */
struct cell {
	enum duplex duplex;
	enum state state;
	const char *pdu, *now, *then;
};

static const struct cell idle[] = {
	{ HALF, IDLE, SF, GOT_SF, "" },	  { FULL, IDLE, SF, GOT_SF, "" },
	{ HALF, IDLE, FF, OUR_CTS, "" },  { FULL, IDLE, FF, OUR_CTS, "" },
	{ HALF, IDLE, CF, "", "" },	  { FULL, IDLE, CF, "", "" },
	{ HALF, IDLE, CTS, "", "" },	  { FULL, IDLE, CTS, "", "" },
	{ HALF, IDLE, WT, "", "" },	  { FULL, IDLE, WT, "", "" },
	{ HALF, IDLE, OVFLW, "", "" },	  { FULL, IDLE, OVFLW, "", "" },
	{ HALF, IDLE, RESERVED, "", "" }, { FULL, IDLE, RESERVED, "", "" },
	{ HALF, IDLE, OTHER, "", "" },	  { FULL, IDLE, OTHER, "", "" },
	{ HALF, IDLE, BAD_SF, "", "" },	  { FULL, IDLE, BAD_SF, "", "" },
	{ HALF, IDLE, BAD_FF, "", "" },	  { FULL, IDLE, BAD_FF, "", "" },
	{ HALF, IDLE, SHORT_FF, "", "" }, { FULL, IDLE, SHORT_FF, "", "" },
};

static const struct cell sending_half_duplex[] = {
	{ HALF, AWAITING_FC, SF, "", FIRST_CF },
	{ HALF, AWAITING_FC, FF, "", FIRST_CF },
	{ HALF, AWAITING_FC, CF, "", FIRST_CF },
	{ HALF, AWAITING_FC, CTS, FIRST_CF, LAST_CF },
	{ HALF, AWAITING_FC, WT, "", FIRST_CF },
	{ HALF, AWAITING_FC, OVFLW, "sent N_BUFFER_OVFLW", "" },
	{ HALF, AWAITING_FC, RESERVED, "sent N_INVALID_FS", "" },
	{ HALF, AWAITING_FC, SHORT_FC, "", FIRST_CF },
	{ HALF, AWAITING_FC, OTHER, "", FIRST_CF },
	{ HALF, IN_BLOCK, SF, "", LAST_CF },
	{ HALF, IN_BLOCK, FF, "", LAST_CF },
	{ HALF, IN_BLOCK, CF, "", LAST_CF },
	{ HALF, IN_BLOCK, CTS, "", LAST_CF },
	{ HALF, IN_BLOCK, WT, "", LAST_CF },
	{ HALF, IN_BLOCK, OVFLW, "", LAST_CF },
	{ HALF, IN_BLOCK, RESERVED, "", LAST_CF },
	{ HALF, IN_BLOCK, OTHER, "", LAST_CF },
};

static const struct cell sending_full_duplex[] = {
	{ FULL, AWAITING_FC, SF, GOT_SF, FIRST_CF },
	{ FULL, AWAITING_FC, FF, OUR_CTS, FIRST_CF },
	{ FULL, AWAITING_FC, CF, "", FIRST_CF },
	{ FULL, AWAITING_FC, CTS, FIRST_CF, LAST_CF },
	{ FULL, AWAITING_FC, WT, "", FIRST_CF },
	{ FULL, AWAITING_FC, OVFLW, "sent N_BUFFER_OVFLW", "" },
	{ FULL, AWAITING_FC, RESERVED, "sent N_INVALID_FS", "" },
	{ FULL, AWAITING_FC, SHORT_FC, "", FIRST_CF },
	{ FULL, AWAITING_FC, OTHER, "", FIRST_CF },
	{ FULL, IN_BLOCK, SF, GOT_SF, LAST_CF },
	{ FULL, IN_BLOCK, FF, OUR_CTS, LAST_CF },
	{ FULL, IN_BLOCK, CF, "", LAST_CF },
	{ FULL, IN_BLOCK, CTS, "", LAST_CF },
	{ FULL, IN_BLOCK, WT, "", LAST_CF },
	{ FULL, IN_BLOCK, OVFLW, "", LAST_CF },
	{ FULL, IN_BLOCK, RESERVED, "", LAST_CF },
	{ FULL, IN_BLOCK, OTHER, "", LAST_CF },
};

/* In both duplexes. */
static const struct cell receiving[] = {
	{ HALF, RECEIVING, SF, UNEXP GOT_SF, "" },
	{ HALF, RECEIVING, FF, UNEXP OUR_CTS, "broken N_WRONG_SN" }, /* SN 1 is awaited anew */
	{ HALF, RECEIVING, CF, GOT_WHOLE, "" },
	{ HALF, RECEIVING, CTS, "", GOT_WHOLE },
	{ HALF, RECEIVING, WT, "", GOT_WHOLE },
	{ HALF, RECEIVING, OVFLW, "", GOT_WHOLE },
	{ HALF, RECEIVING, RESERVED, "", GOT_WHOLE },
	{ HALF, RECEIVING, OTHER, "", GOT_WHOLE },
	{ HALF, RECEIVING, BAD_SF, "", GOT_WHOLE },
	{ HALF, RECEIVING, BAD_FF, "", GOT_WHOLE },
	{ HALF, RECEIVING, SHORT_FF, "", GOT_WHOLE },
	{ HALF, OWING_FC, SF, UNEXP GOT_SF, "" },
	{ HALF, OWING_FC, FF, UNEXP OUR_CTS, "broken N_WRONG_SN" },
	{ HALF, OWING_FC, CF, GOT_WHOLE, "" },
	{ HALF, OWING_FC, CTS, OUR_CTS, GOT_WHOLE },
	{ HALF, OWING_FC, OTHER, OUR_CTS, GOT_WHOLE },
};

#define THEN_BOTH GOT_WHOLE "; " FIRST_CF

static const struct cell both[] = {
	{ FULL, BOTH, SF, UNEXP GOT_SF, FIRST_CF },
	{ FULL, BOTH, FF, UNEXP OUR_CTS, "broken N_WRONG_SN; " FIRST_CF },
	{ FULL, BOTH, CF, GOT_WHOLE, FIRST_CF },
	{ FULL, BOTH, CTS, FIRST_CF, GOT_WHOLE "; " LAST_CF },
	{ FULL, BOTH, WT, "", THEN_BOTH },
	{ FULL, BOTH, OVFLW, "sent N_BUFFER_OVFLW", GOT_WHOLE },
	{ FULL, BOTH, RESERVED, "sent N_INVALID_FS", GOT_WHOLE },
	{ FULL, BOTH, SHORT_FC, "", THEN_BOTH },
	{ FULL, BOTH, OTHER, "", THEN_BOTH },
	{ FULL, BOTH, BAD_SF, "", THEN_BOTH },
	{ FULL, BOTH, BAD_FF, "", THEN_BOTH },
	{ FULL, BOTH_IN_BLOCK, SF, UNEXP GOT_SF, LAST_CF },
	{ FULL, BOTH_IN_BLOCK, CF, GOT_WHOLE, LAST_CF },
	{ FULL, BOTH_IN_BLOCK, CTS, "", GOT_WHOLE "; " LAST_CF },
	{ FULL, BOTH_IN_BLOCK, OVFLW, "", GOT_WHOLE "; " LAST_CF },
	{ FULL, BOTH_IN_BLOCK, OTHER, "", GOT_WHOLE "; " LAST_CF },
};

static void start_to_send(struct rig *r)
{
	send_hex(r, "C0*6 C1*7 C2*7");
	assert_string_equal(rig_outcome(r), "> 7E0#1014C0C0C0C0C0C0");
}

static void start_to_receive(struct rig *r)
{
	feed(r, "7E8#1014 A0*6");
	assert_string_equal(rig_outcome(r), OUR_CTS);
	feed(r, "7E8#21 A1*7");
	assert_string_equal(rig_outcome(r), "");
}

static void reach(struct rig *r, enum duplex duplex, enum state state)
{
	struct isotp_config cfg = config_classic();

	cfg.half_duplex = duplex == HALF;
	rig_init(r, &cfg);
	if (state == AWAITING_FC || state == IN_BLOCK || state == BOTH || state == BOTH_IN_BLOCK)
		start_to_send(r);
	if (state == IN_BLOCK || state == BOTH_IN_BLOCK) {
		feed(r, "7E8#30000A");
		assert_string_equal(rig_outcome(r), FIRST_CF);
	}
	if (state == RECEIVING || state == BOTH || state == BOTH_IN_BLOCK)
		start_to_receive(r);
	if (state == OWING_FC) {
		feed(r, "7E8#1014 A0*6");
		feed(r, "7E8#21 A1*7");
	}
}

/* The peer goes on; with CTS for one CF when we await it. */
static void go_on(struct rig *r, enum state state)
{
	if (state != IDLE && state != AWAITING_FC && state != IN_BLOCK)
		feed(r, CF);
	if (state == AWAITING_FC || state == BOTH)
		feed(r, CTS);
	r->now += 10 * MS;
	isotp_stack_advance(&r->stack, r->now);
}

static void check_cell(const struct cell *c, enum duplex duplex, const char *table, unsigned int i)
{
	const char *place = duplex == HALF ? "half duplex" : "full duplex";
	struct rig r;

	reach(&r, duplex, c->state);
	feed(&r, c->pdu);
	if (strcmp(rig_outcome(&r), c->now))
		fail_at(HERE, "%s, row %u, %s: %s brings \"%s\", not \"%s\"", table, i, place,
			c->pdu, r.text, c->now);
	go_on(&r, c->state);
	if (strcmp(rig_outcome(&r), c->then))
		fail_at(HERE, "%s, row %u, %s: after %s comes \"%s\", not \"%s\"", table, i, place,
			c->pdu, r.text, c->then);
}

static void check_cells(const struct cell *cells, size_t count, const char *table)
{
	for (unsigned int i = 0; i < count; i++)
		check_cell(&cells[i], cells[i].duplex, table, i);
}

#define CHECK(table) check_cells(table, COUNT(table), #table)

static void idle_cells(void **state)
{
	(void)state;
	CHECK(idle);
}

static void sending_half_duplex_cells(void **state)
{
	(void)state;
	CHECK(sending_half_duplex);
}

static void sending_full_duplex_cells(void **state)
{
	(void)state;
	CHECK(sending_full_duplex);
}

static void receiving_cells(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT(receiving); i++) {
		check_cell(&receiving[i], HALF, "receiving", i);
		check_cell(&receiving[i], FULL, "receiving", i);
	}
}

static void both_cells(void **state)
{
	(void)state;
	CHECK(both);
}

/* 4 to F, in every state: nothing happens, and what runs goes on as it would have. */
static void reserved_types_are_ignored(void **state)
{
	struct rig r, undisturbed;
	char frame[32];

	(void)state;
	for (enum state s = IDLE; s <= BOTH_IN_BLOCK; s++) {
		for (unsigned int type = 4; type <= 15; type++) {
			reach(&undisturbed, FULL, s);
			rig_outcome(&undisturbed);
			reach(&r, FULL, s);
			rig_outcome(&r);
			snprintf(frame, sizeof(frame), "7E8#%X2 11*7", type);
			feed(&r, frame);
			assert_string_equal(rig_outcome(&r), "");
			go_on(&r, s);
			go_on(&undisturbed, s);
			rig_outcome(&undisturbed);
			assert_string_equal(rig_outcome(&r), undisturbed.text);
		}
	}
}

/* Between two connections on one ID that differ in the kind of frame: neither hears the other. */
static void frame_kinds_do_not_meet(void **state)
{
	static const char *const fd_frames[] = { "7E8##0023E00", "7E8##01008 BB*6", "7E8##022 A2*7",
						 "7E8##0320000" };
	struct rig r;

	(void)state;
	for (unsigned int i = 0; i < COUNT(fd_frames); i++) {
		reach(&r, FULL, BOTH);
		feed(&r, fd_frames[i]);
		assert_string_equal(rig_outcome(&r), "");
		go_on(&r, BOTH);
		assert_string_equal(rig_outcome(&r), THEN_BOTH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_cells),
		cmocka_unit_test(sending_half_duplex_cells),
		cmocka_unit_test(sending_full_duplex_cells),
		cmocka_unit_test(receiving_cells),
		cmocka_unit_test(both_cells),
		cmocka_unit_test(reserved_types_are_ignored),
		cmocka_unit_test(frame_kinds_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
