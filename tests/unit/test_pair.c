/* SPDX-License-Identifier: MIT */
/* Owns the tests of two stacks that talk over a bus that loses, doubles, delays and swaps frames.
 */
#include "support.h"

/*
 * ISO-TP has no checksum: a CF that comes sixteen places late where the right one is missing has
 * the right sequence number and the wrong bytes, and so has the CF after sixteen that were lost
 * (then the PDU stays short, unless others come twice). No test can ask more of a stack than the
 * protocol can know, so the bus stays below that: of one end never more than MAX_LOST FFs or CFs in
 * a row are lost, and no frame is more than MAX_LATE places late. The worst that comes of both is a
 * doubled FF that is late, CFs lost after it, and CFs that are late at the end of the gap: below
 * sixteen. And a round begins only when the bus is empty, for a CF of an old PDU may look like one
 * of the new.
 */
enum { MAX_LOST = 3, MAX_LATE = 5, WIRE_MAX = 64, LONGEST = 600, MAX_STEPS = 100000 };

_Static_assert(2 * MAX_LATE + MAX_LOST < 16, "the bus could make a wrong CF look right");

#define FRAME_TIME  (100 * US)
#define ROUND_LIMIT (1000 * SECOND)

/* What befalls a frame: chances out of 1000. */
struct faults {
	unsigned int lost, doubled, late;
};

struct wire_frame {
	struct isotp_frame frame;
	unsigned int to;
	uint64_t at, order;
};

struct end {
	struct isotp_stack stack;
	uint8_t buffer[LONGEST];
	uint8_t pdu[LONGEST];
	size_t length; /* of the PDU to send in this round, 0 = none */
	uint64_t confirm_at;
	bool byte;
	unsigned int lost_in_a_row;
	/* what was told in this round */
	unsigned int sent, whole, broken;
	enum isotp_result sent_result, broken_result;
};

struct pair {
	struct end ends[2];
	struct wire_frame wire[WIRE_MAX];
	size_t on_wire;
	uint64_t now, order, random;
	bool half_duplex;
	struct faults faults;
	unsigned int faults_done, lost, frames;
	/* One fault in a place that a test chose: what befalls the n-th frame of the round. */
	unsigned int chosen_frame;
	struct faults chosen;
};

static uint32_t pick(struct pair *p, uint32_t below)
{
	return (uint32_t)(random_bits(&p->random) >> 33) % below;
}

static bool chance(struct pair *p, unsigned int of_1000)
{
	return pick(p, 1000) < of_1000;
}

static void put(struct pair *p, unsigned int to, const struct isotp_frame *f, uint64_t at)
{
	assert_true(p->on_wire < WIRE_MAX);
	p->wire[p->on_wire++] = (struct wire_frame){ *f, to, at, p->order++ };
}

/* Late by so many places and a half: the frames of one end are a frame time apart at least. */
static uint64_t lateness(struct pair *p)
{
	return pick(p, MAX_LATE) * FRAME_TIME + FRAME_TIME / 2;
}

static void transmit(struct pair *p, unsigned int from, const struct isotp_frame *f)
{
	struct end *e = &p->ends[from];
	const struct faults *faults = ++p->frames == p->chosen_frame ? &p->chosen : &p->faults;
	const bool is_fc = f->data[e->byte ? 1 : 0] >> 4 == ISOTP_PCI_FC;
	uint64_t at = p->now + FRAME_TIME;

	if ((is_fc || e->lost_in_a_row < MAX_LOST) && chance(p, faults->lost)) {
		e->lost_in_a_row += !is_fc;
		p->lost++;
		p->faults_done++;
		return;
	}
	if (!is_fc)
		e->lost_in_a_row = 0;
	if (chance(p, faults->doubled)) {
		put(p, !from, f, at + lateness(p));
		p->faults_done++;
	}
	if (chance(p, faults->late)) {
		at += lateness(p);
		p->faults_done++;
	}
	put(p, !from, f, at);
}

/* The confirm comes with the frame's end or a little later: an FC may be read before it. */
static void let_speak(struct pair *p, unsigned int i)
{
	struct end *e = &p->ends[i];
	const struct isotp_frame *f = isotp_stack_peek(&e->stack, p->now);

	if (!f)
		return;
	isotp_stack_requested(&e->stack, p->now);
	transmit(p, i, f);
	e->confirm_at = p->now + FRAME_TIME + pick(p, 3) * FRAME_TIME;
}

static void read_events(struct pair *p, unsigned int i)
{
	struct end *e = &p->ends[i];
	const struct end *peer = &p->ends[!i];
	struct isotp_event ev;

	while (isotp_stack_event(&e->stack, &ev)) {
		assert_int_not_equal(ev.type, ISOTP_EVENT_OVERFLOW);
		if (ev.type == ISOTP_EVENT_SENT) {
			e->sent++;
			e->sent_result = ev.result;
		} else if (ev.result != ISOTP_N_OK) {
			e->broken++;
			e->broken_result = ev.result;
		} else {
			assert_int_equal(ev.length, peer->length);
			assert_memory_equal(ev.data, peer->pdu, peer->length);
			e->whole++;
		}
	}
}

static size_t earliest_on_wire(const struct pair *p)
{
	size_t best = 0;

	for (size_t i = 1; i < p->on_wire; i++)
		if (p->wire[i].at < p->wire[best].at ||
		    (p->wire[i].at == p->wire[best].at && p->wire[i].order < p->wire[best].order))
			best = i;
	return best;
}

static void deliver(struct pair *p)
{
	while (p->on_wire) {
		const size_t i = earliest_on_wire(p);
		const struct wire_frame w = p->wire[i];

		if (w.at > p->now)
			return;
		p->wire[i] = p->wire[--p->on_wire];
		isotp_stack_receive(&p->ends[w.to].stack, &w.frame, p->now);
		read_events(p, w.to);
	}
}

static uint64_t next_moment(const struct pair *p)
{
	uint64_t t = p->on_wire ? p->wire[earliest_on_wire(p)].at : ISOTP_NEVER;

	for (unsigned int i = 0; i < 2; i++) {
		const struct end *e = &p->ends[i];
		const uint64_t deadline = isotp_stack_deadline(&e->stack);

		if (e->confirm_at < t)
			t = e->confirm_at;
		if (deadline < t)
			t = deadline;
	}
	return t;
}

static void serve(struct pair *p, unsigned int i)
{
	struct end *e = &p->ends[i];

	if (e->confirm_at <= p->now) {
		e->confirm_at = ISOTP_NEVER;
		isotp_stack_confirmed(&e->stack, p->now);
	}
	isotp_stack_advance(&e->stack, p->now);
	read_events(p, i);
	let_speak(p, i);
}

/* Starts the PDUs of the round and runs until nothing is under way or awaited any more. */
static void run_round(struct pair *p)
{
	const uint64_t limit = p->now + ROUND_LIMIT;
	unsigned int steps = 0;
	uint64_t t;

	p->faults_done = p->lost = p->frames = 0;
	for (unsigned int i = 0; i < 2; i++) {
		struct end *e = &p->ends[i];

		e->sent = e->whole = e->broken = e->lost_in_a_row = 0;
		for (size_t n = 0; n < e->length; n++)
			e->pdu[n] = (uint8_t)pick(p, 256);
		if (e->length)
			assert_int_equal(isotp_stack_send(&e->stack, e->pdu, e->length, p->now), 0);
	}
	for (t = p->now; t != ISOTP_NEVER; t = next_moment(p)) {
		assert_true(t < limit && ++steps < MAX_STEPS); /* it hangs, or spins */
		p->now = t > p->now ? t : p->now;
		deliver(p);
		serve(p, 0);
		serve(p, 1);
	}
	p->now += SECOND;
}

/* What must be true after every round, whatever befell the frames. */
static void check_end(const struct pair *p, unsigned int i)
{
	const struct end *e = &p->ends[i];
	const struct end *peer = &p->ends[!i];
	const bool clean = !p->faults_done;

	assert_int_equal(e->sent, e->length ? 1 : 0);
	if (e->sent)
		assert_true(e->sent_result == ISOTP_N_OK || e->sent_result == ISOTP_N_TIMEOUT_BS);
	if (e->broken)
		assert_true(e->broken_result == ISOTP_N_WRONG_SN ||
			    e->broken_result == ISOTP_N_TIMEOUT_CR ||
			    e->broken_result == ISOTP_N_UNEXP_PDU);
	if (e->whole)
		assert_true(peer->sent && peer->sent_result == ISOTP_N_OK);
	if (peer->length && !p->lost)
		assert_true(e->whole + e->broken >= 1);
	if (!peer->length)
		assert_int_equal(e->whole + e->broken, 0);
	if (clean) {
		assert_int_equal(e->whole, peer->length ? 1 : 0);
		assert_int_equal(e->broken, 0);
		assert_true(!e->sent || e->sent_result == ISOTP_N_OK);
	}
}

static void run_and_check(struct pair *p)
{
	run_round(p);
	check_end(p, 0);
	check_end(p, 1);
}

static void make_pair(struct pair *p, const struct isotp_config *a, const struct isotp_config *b)
{
	const struct isotp_config *cfg[] = { a, b };

	for (unsigned int i = 0; i < 2; i++) {
		struct end *e = &p->ends[i];

		assert_int_equal(isotp_stack_init(&e->stack, cfg[i], e->buffer, LONGEST), 0);
		e->confirm_at = ISOTP_NEVER;
		e->byte = cfg[i]->address.has_byte;
		e->length = 0;
	}
	assert_int_equal(p->on_wire, 0);
}

/* The other end of the same connection, with the same settings. */
static struct isotp_config mirrored(const struct isotp_config *a)
{
	struct isotp_config b = *a;

	b.address.tx_id = a->address.rx_id;
	b.address.rx_id = a->address.tx_id;
	b.address.tx_byte = a->address.rx_byte;
	b.address.rx_byte = a->address.tx_byte;
	return b;
}

/* What each end chooses for itself. N_Br of 1.7 s needs two WTs each time. */
static void choose_own(struct pair *p, struct isotp_config *cfg)
{
	static const uint8_t stmins[] = { 0x00, 0x00, 0xF1, 0xF9, 0x01, 0x05, 0x80 };
	static const uint8_t sizes[] = { 0, 0, 1, 2, 3, 8, 15, 16, 17, 255 };

	cfg->tx_dl = cfg->fd ? all_tx_dl[pick(p, COUNT(all_tx_dl))] : 8;
	cfg->bs = sizes[pick(p, COUNT(sizes))];
	cfg->stmin = stmins[pick(p, COUNT(stmins))];
	cfg->tx_padding = pick(p, 2);
	cfg->wftmax = 3;
	cfg->n_br_ns = pick(p, 8) ? pick(p, 3) * MS : 1700 * MS;
	cfg->n_cs_ns = pick(p, 3) * MS;
}

static void choose_pair(struct pair *p)
{
	struct isotp_config a = config_classic();
	struct isotp_config b;

	a.fd = pick(p, 2);
	a.half_duplex = pick(p, 2);
	if (pick(p, 2))
		config_add_byte(&a);
	p->half_duplex = a.half_duplex;
	b = mirrored(&a);
	choose_own(p, &a);
	choose_own(p, &b);
	make_pair(p, &a, &b);
}

static void choose_lengths(struct pair *p)
{
	const unsigned int who = pick(p, p->half_duplex ? 2 : 3);

	for (unsigned int i = 0; i < 2; i++)
		p->ends[i].length = who == i ? 0 : 1 + pick(p, pick(p, 2) ? 20 : LONGEST);
}

/* How often each result was seen, so that a test can tell that it tested something. */
struct tally {
	unsigned int whole, sent[ISOTP_RESULTS], broken[ISOTP_RESULTS];
};

static void run_many(struct pair *p, unsigned int pairs, unsigned int rounds, struct tally *t)
{
	for (unsigned int i = 0; i < pairs * rounds; i++) {
		if (i % rounds == 0)
			choose_pair(p);
		choose_lengths(p);
		run_and_check(p);
		for (unsigned int k = 0; k < 2; k++) {
			const struct end *e = &p->ends[k];

			t->whole += e->whole;
			t->sent[e->sent_result] += e->sent;
			t->broken[e->broken_result] += e->broken;
		}
	}
}

static void clean_bus(void **state)
{
	static struct pair p = { .random = 0x15765 };
	struct tally t = { 0 };

	(void)state;
	run_many(&p, 1000, 20, &t);
	assert_true(t.whole > 20000);
	assert_int_equal(t.whole, t.sent[ISOTP_N_OK]);
}

/* One kind of fault at a time, then all of them, rarely and often. */
static void faulty_bus(void **state)
{
	static const struct faults kinds[] = {
		{ .lost = 20 },	    { .lost = 300 }, { .doubled = 20 },
		{ .doubled = 300 }, { .late = 20 },  { .late = 300 },
		{ 5, 5, 5 },	    { 50, 50, 50 },  { 10, 300, 300 },
	};
	static struct pair p = { .random = 0x2016 };
	struct tally t = { 0 };

	(void)state;
	for (unsigned int i = 0; i < COUNT(kinds); i++) {
		p.faults = kinds[i];
		run_many(&p, 300, 20, &t);
	}
	assert_true(t.whole > 10000);
	assert_true(t.sent[ISOTP_N_TIMEOUT_BS] > 1000);
	assert_true(t.broken[ISOTP_N_TIMEOUT_CR] > 1000);
	assert_true(t.broken[ISOTP_N_WRONG_SN] > 1000);
	assert_true(t.broken[ISOTP_N_UNEXP_PDU] > 1000);
}

/* 20 bytes are FF, FC, CF, CF; with BS 1 there is one more FC before the last. */
static void start_20(struct pair *p, uint8_t bs)
{
	struct isotp_config a = config_classic();
	struct isotp_config b = mirrored(&a);

	b.bs = bs;
	make_pair(p, &a, &b);
	p->ends[0].length = 20;
}

static void one_frame_lost(void **state)
{
	static const struct {
		uint8_t bs;
		unsigned int frame;
		enum isotp_result sent;
		bool broken;
		enum isotp_result result;
	} cases[] = {
		{ 0, 1, ISOTP_N_TIMEOUT_BS, false, 0 },
		{ 0, 2, ISOTP_N_TIMEOUT_BS, true, ISOTP_N_TIMEOUT_CR },
		{ 0, 3, ISOTP_N_OK, true, ISOTP_N_WRONG_SN },
		{ 0, 4, ISOTP_N_OK, true, ISOTP_N_TIMEOUT_CR },
		{ 1, 1, ISOTP_N_TIMEOUT_BS, false, 0 },
		{ 1, 2, ISOTP_N_TIMEOUT_BS, true, ISOTP_N_TIMEOUT_CR },
		{ 1, 3, ISOTP_N_TIMEOUT_BS, true, ISOTP_N_TIMEOUT_CR },
		{ 1, 4, ISOTP_N_TIMEOUT_BS, true, ISOTP_N_TIMEOUT_CR },
		{ 1, 5, ISOTP_N_OK, true, ISOTP_N_TIMEOUT_CR },
	};
	static struct pair p = { .random = 1, .chosen = { .lost = 1000 } };

	(void)state;
	for (unsigned int i = 0; i < COUNT(cases); i++) {
		start_20(&p, cases[i].bs);
		p.chosen_frame = cases[i].frame;
		run_and_check(&p);
		assert_int_equal(p.lost, 1);
		assert_int_equal(p.ends[0].sent_result, cases[i].sent);
		assert_int_equal(p.ends[1].broken, cases[i].broken);
		assert_int_equal(p.ends[1].whole, 0);
		if (cases[i].broken)
			assert_int_equal(p.ends[1].broken_result, cases[i].result);
	}
}

/* Each single frame doubled or late, by every distance there is. */
static void one_frame_doubled_or_late(void **state)
{
	static struct pair p = { .random = 1 };

	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		start_20(&p, i & 1);
		p.chosen = (struct faults){ .doubled = 1000 };
		if (i & 2)
			p.chosen = (struct faults){ .late = 1000 };
		p.chosen_frame = i / 4 % 5 + 1;
		run_and_check(&p);
		assert_int_equal(p.faults_done, p.chosen_frame <= p.frames);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_bus),
		cmocka_unit_test(faulty_bus),
		cmocka_unit_test(one_frame_lost),
		cmocka_unit_test(one_frame_doubled_or_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
