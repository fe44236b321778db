/* SPDX-License-Identifier: MIT */
/* Owns an observer as a whole: its memory, who is watched, which stream gets a frame, the end. */
#include "reassembler-internal.h"

#include <errno.h>

struct isotp_reassembler *isotp_reassembler_new(void *memory, size_t size,
						const struct isotp_reassembler_settings *settings)
{
	struct isotp_reassembler *r = memory;
	const size_t own =
		(sizeof(*r) + ISOTP_POOL_BLOCK - 1) / ISOTP_POOL_BLOCK * ISOTP_POOL_BLOCK;

	_Static_assert(sizeof(*r) + (1 << 19) < ISOTP_REASSEMBLER_MEMORY_MIN,
		       "the tables leave room for data in the least memory");
	if (size < ISOTP_REASSEMBLER_MEMORY_MIN)
		return NULL;
	r->settings = *settings;
	if (!r->settings.max_pdu)
		r->settings.max_pdu = ISOTP_REASSEMBLER_MAX_PDU;
	r->nobody.reading = READING_NONE;
	isotp_pool_init(&r->pool, (uint8_t *)memory + own, size - own);
	/* So that a PDU can always grow from one block into one twice as large. */
	if (r->settings.max_pdu > isotp_pool_largest(&r->pool) / 2)
		r->settings.max_pdu = (uint32_t)(isotp_pool_largest(&r->pool) / 2);
	for (uint16_t i = STREAMS; i > 0; i--) {
		r->streams[i - 1].next = r->free_stream;
		r->free_stream = i;
	}
	return r;
}

/* One ID has one reading. */
static bool contradicts(const struct isotp_watched *a, const struct isotp_watched *b)
{
	return a->id.width && isotp_can_id_equal(a->id, b->id) && a->has_byte != b->has_byte;
}

int isotp_reassembler_watch(struct isotp_reassembler *r, const struct isotp_watch *pair)
{
	if (r->watches == ISOTP_WATCH_MAX)
		return -ENOSPC;
	if (contradicts(&pair->a, &pair->b))
		return -EEXIST;
	for (int i = 0; i < r->watches; i++) {
		const struct isotp_watch *w = &r->watch[i];

		if (contradicts(&w->a, &pair->a) || contradicts(&w->a, &pair->b) ||
		    contradicts(&w->b, &pair->a) || contradicts(&w->b, &pair->b))
			return -EEXIST;
	}
	r->watch[r->watches++] = *pair;
	return 0;
}

/* The data of what was told are no longer needed. */
static void begin(struct isotp_reassembler *r)
{
	while (r->releases)
		isotp_pool_give(&r->pool, r->release[--r->releases]);
	r->first = r->count = 0;
}

const struct isotp_observed *isotp_reassembler_next(struct isotp_reassembler *r)
{
	return r->first < r->count ? &r->queue[r->first++] : NULL;
}

static struct isotp_lane *lane_of(struct isotp_reassembler *r, const struct isotp_record *record)
{
	const struct isotp_frame *f = &record->frame;
	const uint64_t key = isotp_lane_key(record->bus, f->id, f->flags & ISOTP_FRAME_FD);
	struct isotp_lane *lane = &r->lanes[r->recent[isotp_lane_hash(key) >> 54]];

	if (lane->key != key)
		lane = isotp_lane_get(r, key, record);
	if (lane)
		lane->last_frame = record->number;
	return lane;
}

/* Hands a frame on; 0, or -EAGAIN: feed again. */
static int take(struct isotp_reassembler *r, const struct isotp_record *record)
{
	const struct isotp_frame *f = &record->frame;
	struct isotp_stream *s;
	struct isotp_lane *lane;
	bool again;

	if (f->flags & (ISOTP_FRAME_REMOTE | ISOTP_FRAME_ERROR) || f->len > ISOTP_FRAME_MAX)
		return 0;
	lane = lane_of(r, record);
	if (!lane)
		return -EAGAIN;
	r->now_ns = record->time_ns;
	switch (lane->reading) {
	case READING_NONE:
		return 0;
	case READING_OPEN:
		return isotp_discover(r, lane, record);
	case READING_BYTE:
		if (!f->len)
			return 0;
		s = isotp_stream_get(r, lane, f->data[0], &again);
		break;
	default:
		s = isotp_stream_get(r, lane, -1, &again);
	}
	if (!s)
		return again ? -EAGAIN : 0;
	return isotp_take_frame(r, s, record);
}

int isotp_reassembler_feed(struct isotp_reassembler *r, const struct isotp_record *record)
{
	int rc;

	begin(r);
	rc = take(r, record);
	return rc < 0 ? rc : (int)r->count;
}

/* Ends what waits for too long, or all there is. False: the queue is full. */
static bool end_list(struct isotp_reassembler *r, enum isotp_list_name list, uint64_t now_ns,
		     bool all)
{
	uint16_t next;

	for (uint16_t i = r->lists[list].oldest; i; i = next) {
		struct isotp_stream *s = isotp_stream_at(r, i);

		if (r->count == QUEUE)
			return false;
		next = s->newer;
		if (!isotp_expire(r, s, now_ns) && all)
			isotp_end(r, s, ISOTP_INCOMPLETE);
		isotp_candidate_settle(r, s);
	}
	return true;
}

int isotp_reassembler_advance(struct isotp_reassembler *r, uint64_t now_ns)
{
	begin(r);
	end_list(r, LIST_CANDIDATE, now_ns, false);
	return end_list(r, LIST_OPEN, now_ns, false) ? 0 : -EAGAIN;
}

int isotp_reassembler_finish(struct isotp_reassembler *r)
{
	begin(r);
	end_list(r, LIST_CANDIDATE, r->now_ns, true);
	return end_list(r, LIST_OPEN, r->now_ns, true) ? 0 : -EAGAIN;
}
