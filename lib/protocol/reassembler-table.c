/* SPDX-License-Identifier: MIT */
/* Owns the reassembler's tables: which lanes and streams there are, who is watched, who is whose
 * peer. */
#include "reassembler-internal.h"

#include <string.h>

static size_t set_of(uint64_t key)
{
	return (size_t)(isotp_lane_hash(key) >> 55) * LANE_WAYS;
}

struct isotp_lane *isotp_lane_by_key(struct isotp_reassembler *r, uint64_t key)
{
	const size_t set = set_of(key);

	for (size_t i = set; i < set + LANE_WAYS; i++)
		if (r->keys[i] == key)
			return &r->lanes[i];
	return NULL;
}

/* --- who is watched --- */

static bool watches_id(const struct isotp_watched *w, struct isotp_can_id id)
{
	return w->id.width && isotp_can_id_equal(w->id, id);
}

static bool watches(const struct isotp_watched *w, const struct isotp_endpoint *e)
{
	return w->has_byte == e->has_byte && isotp_watched_is(w, e);
}

static uint8_t watched_reading(const struct isotp_reassembler *r, struct isotp_can_id id,
			       bool *watched)
{
	*watched = true;
	for (int i = 0; i < r->watches; i++) {
		const struct isotp_watch *w = &r->watch[i];

		if (watches_id(&w->a, id))
			return w->a.has_byte ? READING_BYTE : READING_PLAIN;
		if (watches_id(&w->b, id))
			return w->b.has_byte ? READING_BYTE : READING_PLAIN;
	}
	*watched = false;
	return r->settings.discover ? READING_OPEN : READING_NONE;
}

bool isotp_watch_paired(const struct isotp_reassembler *r, const struct isotp_endpoint *a,
			const struct isotp_endpoint *b)
{
	for (int i = 0; i < r->watches; i++) {
		const struct isotp_watch *w = &r->watch[i];

		if ((watches(&w->a, a) && watches(&w->b, b)) ||
		    (watches(&w->b, a) && watches(&w->a, b)))
			return true;
	}
	return false;
}

static void set_peer(struct isotp_endpoint *peer, const struct isotp_watched *other,
		     const struct isotp_endpoint *from)
{
	*peer = (struct isotp_endpoint){ .bus = from->bus, .fd = from->fd };
	if (other->any_byte)
		return;
	peer->id = other->id;
	peer->has_byte = other->has_byte;
	peer->byte = other->byte;
}

/* Fills peer and side from the pair that watches the stream; false when none does. */
static bool find_watch(const struct isotp_reassembler *r, struct isotp_observed *o)
{
	for (int i = 0; i < r->watches; i++) {
		const struct isotp_watch *w = &r->watch[i];
		const bool b = watches(&w->b, &o->from);

		if (!b && !watches(&w->a, &o->from))
			continue;
		o->from_b = b;
		set_peer(&o->peer, b ? &w->a : &w->b, &o->from);
		return true;
	}
	return false;
}

/* --- streams --- */

struct isotp_stream *isotp_stream_find(struct isotp_reassembler *r, const struct isotp_lane *lane,
				       int byte)
{
	struct isotp_stream *s = isotp_stream_at(r, lane->streams);

	while (s && (s->o.from.has_byte ? s->o.from.byte : -1) != byte)
		s = isotp_stream_at(r, s->next);
	return s;
}

static void unlink_from_lane(struct isotp_reassembler *r, const struct isotp_stream *s)
{
	const uint16_t index = isotp_stream_index(r, s);
	uint16_t *at = &isotp_stream_lane(r, s)->streams;

	while (*at && *at != index)
		at = &isotp_stream_at(r, *at)->next;
	if (*at)
		*at = s->next;
}

void isotp_stream_drop(struct isotp_reassembler *r, struct isotp_stream *s)
{
	struct isotp_stream *peer = isotp_stream_at(r, s->peer);

	if (s->state == STREAM_OPEN)
		isotp_close(r, s);
	isotp_stream_move(r, s, LIST_NONE);
	if (peer)
		peer->peer = 0;
	unlink_from_lane(r, s);
	memset(s, 0, sizeof(*s));
	s->next = r->free_stream;
	r->free_stream = isotp_stream_index(r, s);
}

/* The stream between PDUs that is missed least, or NULL. */
static struct isotp_stream *idle_stream(struct isotp_reassembler *r)
{
	struct isotp_stream *s;

	while ((s = isotp_stream_at(r, r->lists[LIST_IDLE].oldest)) && s->recent) {
		s->recent = false;
		isotp_stream_move(r, s, LIST_IDLE);
	}
	return s;
}

static bool make_room_for_stream(struct isotp_reassembler *r, bool for_candidate, bool may_tell)
{
	while (!r->free_stream) {
		const bool candidates = r->lists[LIST_CANDIDATE].oldest;
		struct isotp_stream *s = candidates || for_candidate ? NULL : idle_stream(r);

		if (s)
			isotp_stream_drop(r, s);
		else if ((!candidates && !may_tell) || !isotp_give_way(r, for_candidate))
			return false;
	}
	return true;
}

static struct isotp_stream *new_stream(struct isotp_reassembler *r, struct isotp_lane *lane,
				       int byte, bool *again)
{
	struct isotp_observed o = { .from = { .id = lane->id, .bus = lane->bus, .fd = lane->fd } };
	const bool candidate = lane->reading == READING_OPEN;
	struct isotp_stream *s;

	o.from.has_byte = byte >= 0;
	o.from.byte = byte >= 0 ? (uint8_t)byte : 0;
	o.from_b = isotp_diagnostic_is_ecu(lane->id);
	if (r->watches && !find_watch(r, &o) && !r->settings.discover)
		return NULL;
	if (!make_room_for_stream(r, candidate, again)) {
		if (again)
			*again = !candidate;
		return NULL;
	}
	s = isotp_stream_at(r, r->free_stream);
	r->free_stream = s->next;
	memset(s, 0, sizeof(*s));
	s->o = o;
	s->lane = (uint16_t)(lane - r->lanes + 1);
	s->next = lane->streams;
	lane->streams = isotp_stream_index(r, s);
	isotp_stream_move(r, s, LIST_IDLE);
	return s;
}

struct isotp_stream *isotp_stream_get(struct isotp_reassembler *r, struct isotp_lane *lane,
				      int byte, bool *again)
{
	struct isotp_stream *s = isotp_stream_find(r, lane, byte);

	if (again)
		*again = false;
	if (!s)
		return new_stream(r, lane, byte, again);
	s->recent = true;
	return s;
}

struct isotp_stream *isotp_stream_of(struct isotp_reassembler *r, const struct isotp_endpoint *e)
{
	const struct isotp_lane *lane = isotp_lane_by_key(r, isotp_lane_key(e->bus, e->id, e->fd));

	return lane ? isotp_stream_find(r, lane, e->has_byte ? e->byte : -1) : NULL;
}

void isotp_stream_link(struct isotp_reassembler *r, struct isotp_stream *a, struct isotp_stream *b)
{
	a->peer = isotp_stream_index(r, b);
	b->peer = isotp_stream_index(r, a);
	a->o.peer = b->o.from;
	b->o.peer = a->o.from;
}

/* --- lanes --- */

static struct isotp_stream *open_stream_of(struct isotp_reassembler *r,
					   const struct isotp_lane *lane)
{
	struct isotp_stream *s = isotp_stream_at(r, lane->streams);

	while (s && s->state != STREAM_OPEN)
		s = isotp_stream_at(r, s->next);
	return s;
}

/* How much a lane would be missed: what nobody knows to be ISO-TP the least. */
static int rank(const struct isotp_lane *lane)
{
	if (lane->watched)
		return 2;
	return lane->reading == READING_PLAIN || lane->reading == READING_BYTE;
}

/* The way of a set that is missed least: a free one, or, of the lowest rank, the one not seen for
 * the longest time. */
static size_t victim(const struct isotp_reassembler *r, size_t set)
{
	size_t best = set;
	int best_rank = rank(&r->lanes[set]);

	for (size_t i = set; i < set + LANE_WAYS; i++) {
		const struct isotp_lane *lane = &r->lanes[i];
		const int its_rank = rank(lane);

		if (!r->keys[i])
			return i;
		if (its_rank < best_rank ||
		    (its_rank == best_rank && lane->last_frame < r->lanes[best].last_frame)) {
			best = i;
			best_rank = its_rank;
		}
	}
	return best;
}

/* False: a PDU of the lane was given up and has to be told first. */
static bool empty_lane(struct isotp_reassembler *r, struct isotp_lane *lane)
{
	struct isotp_stream *s = open_stream_of(r, lane);

	if (s && lane->reading != READING_OPEN) {
		s->o.faults[ISOTP_FAULT_GIVEN_UP]++;
		isotp_end(r, s, ISOTP_INCOMPLETE);
		return false;
	}
	while (lane->streams)
		isotp_stream_drop(r, isotp_stream_at(r, lane->streams));
	return true;
}

static struct isotp_lane *new_lane(struct isotp_reassembler *r, uint64_t key,
				   const struct isotp_record *record)
{
	const size_t i = victim(r, set_of(key));
	struct isotp_lane *lane = &r->lanes[i];
	bool watched;
	const uint8_t reading = watched_reading(r, record->frame.id, &watched);

	if (r->keys[i] && lane->watched && !watched)
		return &r->nobody;
	if (r->keys[i] && !empty_lane(r, lane))
		return NULL;
	r->keys[i] = key;
	memset(lane, 0, sizeof(*lane));
	lane->key = key;
	lane->id = record->frame.id;
	lane->bus = record->bus;
	lane->fd = record->frame.flags & ISOTP_FRAME_FD;
	lane->reading = reading;
	lane->watched = watched;
	lane->diagnostic = isotp_diagnostic_is_id(lane->id);
	return lane;
}

struct isotp_lane *isotp_lane_get(struct isotp_reassembler *r, uint64_t key,
				  const struct isotp_record *record)
{
	struct isotp_lane *lane = isotp_lane_by_key(r, key);

	if (!lane)
		lane = new_lane(r, key, record);
	if (lane && lane != &r->nobody)
		r->recent[isotp_lane_hash(key) >> 54] = (uint16_t)(lane - r->lanes);
	return lane;
}
