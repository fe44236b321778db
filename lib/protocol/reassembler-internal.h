/* SPDX-License-Identifier: MIT */
/*
 * reassembler-internal.h - how the reassembler is divided. A lane is what carries one CAN ID (bus, ID,
 * width, kind of frame); a stream is one sender on it: the lane itself, or one address byte of it.
 *
 * From the top: reassembler.c (who gets a frame) -> -discover (which lanes are ISO-TP) ->
 * -transfer (SF, FF, CF) and -flow (FC) -> -table (lanes and streams) and -queue (what is told).
 * Discovery stands on -pending (first frames that may be none) and -diagnostic (IDs that tell much).
 *
 * Streams and lanes are referred to by their index plus one; 0 is none. What has no room gives way in
 * this order: candidates, streams between PDUs, open PDUs; of each the oldest first. A candidate
 * displaces nothing but other candidates.
 */
#ifndef ISOTP_PROTOCOL_REASSEMBLER_INTERNAL_H
#define ISOTP_PROTOCOL_REASSEMBLER_INTERNAL_H

#include "pci.h"
#include "pool.h"
#include "reassembler.h"
#include "timing.h"
#include "transfer.h"

enum {
	LANE_WAYS = 8,
	LANE_SETS = 512,
	LANES = LANE_WAYS * LANE_SETS,
	LANES_RECENT = 1024,
	LANE_BYTES = 4, /* address bytes of a lane whose first frames are kept at once */
	PENDING = 512,
	STREAMS = 2048,
	QUEUE = 16,
	SINGLE_MAX = ISOTP_FRAME_MAX - 2,
};

/* Who sent a flow control, where nobody knows it to be the peer: the end of the PDU decides. */
struct isotp_clue {
	uint64_t lane_key; /* 0: nobody */
	int16_t byte;	   /* its address byte, -1: none */
	uint8_t score;	   /* how well the IDs fit */
};

/*
 * What looks like a first frame, on a lane that is not decided: kept as it is until its first CF
 * comes. In ordinary traffic that is nearly never.
 */
struct isotp_pending {
	uint64_t lane_key;
	int16_t byte; /* its address byte, -1: none */
	bool used;
	struct isotp_record record;

	/* what looks like its flow control */
	struct isotp_clue clue;
	uint64_t fc_ns;
	struct isotp_pci fc;
};

/* How the frames of a lane are read. */
enum isotp_reading {
	READING_OPEN = 0, /* not decided: both ways */
	READING_PLAIN,
	READING_BYTE, /* an address byte leads */
	READING_NONE, /* not at all: it is not watched */
};

struct isotp_lane {
	/* what each frame needs comes first, in one cache line */
	uint64_t key; /* 0: free */
	uint64_t last_frame;
	uint16_t streams; /* the first one */
	uint8_t reading;
	bool watched, diagnostic; /* an ID that is reserved for diagnostics */
	/* while not decided: how much speaks against either reading */
	uint32_t seen, misfits_plain, misfits_byte;
	uint16_t ff_plain, ff_bytes[LANE_BYTES]; /* pending first frames: index plus one */

	struct isotp_can_id id;
	uint16_t bus;
	bool fd;

	/* diagnostic: the last single frame, until it is clear that it was one */
	bool has_single, single_told;
	uint8_t single_len;
	uint8_t single[SINGLE_MAX];
	uint64_t single_ns, single_frame;
};

enum isotp_stream_state {
	STREAM_IDLE = 0, /* nothing yet, or a whole PDU */
	STREAM_OPEN,	 /* between FF and last CF */
	STREAM_TRAILING, /* a PDU broke, or strays were told: CFs that follow belong to that */
};

/* The streams in order of age. */
enum isotp_list_name {
	LIST_NONE = 0,	/* free, or nobody may make it give way for now */
	LIST_IDLE,	/* between PDUs; age is when that began, and `recent` a second chance */
	LIST_CANDIDATE, /* in a PDU on a lane that is not decided: it is told if it becomes whole */
	LIST_OPEN,	/* in a PDU that is told, whatever becomes of it */
	LISTS,
};

struct isotp_list {
	uint16_t oldest, newest;
};

struct isotp_stream {
	uint16_t next; /* of the same lane; of the free ones */
	uint16_t lane;
	uint16_t peer;	       /* always mutual */
	uint16_t older, newer; /* in its list */
	uint8_t list;
	uint8_t state;
	bool recent; /* a frame came since it was last asked to give way */
	bool sent_ff, sent_fc;
	struct isotp_observed o; /* of the PDU that is open; from, peer and from_b always */
	size_t capacity;	 /* bytes at o.data */
	struct isotp_transfer transfer;
	bool had_pdu;	 /* a whole segmented one came before, its last CF was: */
	uint8_t last_sn; /* also that of the last CF of an open one */
	uint32_t last_cf_hash;

	struct isotp_clue clue;
};

struct isotp_reassembler {
	struct isotp_reassembler_settings settings;
	struct isotp_watch watch[ISOTP_WATCH_MAX];
	int watches;
	uint64_t now_ns; /* the last frame's */

	struct isotp_observed queue[QUEUE];
	unsigned int first, count;
	void *release[QUEUE]; /* data of what was told, to be given back */
	unsigned int releases;

	struct isotp_pool pool;
	struct isotp_pending pending[PENDING]; /* a ring */
	unsigned int pending_next;
	uint16_t free_stream;
	struct isotp_list lists[LISTS];
	struct isotp_lane nobody; /* of frames that find no lane among those that are watched */
	uint64_t keys[LANES];	  /* a set is one cache line */
	uint16_t recent[LANES_RECENT]; /* by hash: the lane that was looked up last */
	struct isotp_lane lanes[LANES];
	struct isotp_stream streams[STREAMS];
};

/* --- reassembler-table.c --- */

static inline struct isotp_stream *isotp_stream_at(struct isotp_reassembler *r, uint16_t index)
{
	return index ? &r->streams[index - 1] : NULL;
}

static inline uint16_t isotp_stream_index(const struct isotp_reassembler *r,
					  const struct isotp_stream *s)
{
	return (uint16_t)(s - r->streams + 1);
}

static inline struct isotp_lane *isotp_stream_lane(struct isotp_reassembler *r,
						   const struct isotp_stream *s)
{
	return &r->lanes[s->lane - 1];
}

/* True for a sender on a lane that is not decided: nothing of it is told yet. */
static inline bool isotp_stream_is_candidate(struct isotp_reassembler *r,
					     const struct isotp_stream *s)
{
	return isotp_stream_lane(r, s)->reading == READING_OPEN;
}

static inline uint64_t isotp_lane_key(uint16_t bus, struct isotp_can_id id, bool fd)
{
	return UINT64_C(1) << 63 | (uint64_t)bus << 32 | (uint64_t)fd << 30 |
	       (uint64_t)(id.width == 29) << 29 | id.value;
}

static inline uint64_t isotp_lane_hash(uint64_t key)
{
	return key * UINT64_C(0x9E3779B97F4A7C15);
}

struct isotp_lane *isotp_lane_by_key(struct isotp_reassembler *r, uint64_t key);
/* The lane of a frame, a new one if need be; NULL: something was given up, feed again. */
struct isotp_lane *isotp_lane_get(struct isotp_reassembler *r, uint64_t key,
				  const struct isotp_record *record);
/* The stream of a lane for this address byte (-1: none), or NULL. */
struct isotp_stream *isotp_stream_find(struct isotp_reassembler *r, const struct isotp_lane *lane,
				       int byte);
/* The same, a new one if need be. NULL: it is not watched, a candidate finds no room, or, with
 * *again, feed again. Where `again` is NULL no open PDU is given up for it. */
struct isotp_stream *isotp_stream_get(struct isotp_reassembler *r, struct isotp_lane *lane,
				      int byte, bool *again);
/* The stream of an endpoint, or NULL. */
struct isotp_stream *isotp_stream_of(struct isotp_reassembler *r, const struct isotp_endpoint *e);
void isotp_stream_drop(struct isotp_reassembler *r, struct isotp_stream *s);
/* Makes two streams peers that have none yet. */
void isotp_stream_link(struct isotp_reassembler *r, struct isotp_stream *a, struct isotp_stream *b);
/* Makes a stream the youngest of a list. */
void isotp_stream_move(struct isotp_reassembler *r, struct isotp_stream *s,
		       enum isotp_list_name list);
/* True when two senders are the two sides of a watched pair. */
bool isotp_watch_paired(const struct isotp_reassembler *r, const struct isotp_endpoint *a,
			const struct isotp_endpoint *b);

/* --- reassembler-queue.c --- */

/* Room for one more thing to tell, all zero but for who it is from. */
struct isotp_observed *isotp_queue_add(struct isotp_reassembler *r, const struct isotp_stream *s);
/* A fault: of the open PDU if there is one, else on its own. */
void isotp_tell_fault(struct isotp_reassembler *r, struct isotp_stream *s,
		      const struct isotp_record *record, enum isotp_fault fault);
/* Opens a PDU; ends it: it is told, unless its sender is a candidate. */
void isotp_open(struct isotp_reassembler *r, struct isotp_stream *s);
void isotp_end(struct isotp_reassembler *r, struct isotp_stream *s, enum isotp_result status);
/* Closes without telling. */
void isotp_close(struct isotp_reassembler *r, struct isotp_stream *s);
/* Forgets a candidate whose PDU is over; any other stream stays. */
void isotp_candidate_settle(struct isotp_reassembler *r, struct isotp_stream *s);
/* Makes the one who is first in turn give way. False: a candidate finds no room, or, for any other,
 * something has to be told first: feed again. */
bool isotp_give_way(struct isotp_reassembler *r, bool for_candidate);
/* Memory for a PDU of `s`. NULL: as with isotp_give_way; the PDU may have been the one to give
 * way. */
void *isotp_take_memory(struct isotp_reassembler *r, struct isotp_stream *s, size_t size);

/* --- reassembler-transfer.c --- */

/* What `record` says, read as this stream's. -EAGAIN: feed again. */
int isotp_take_frame(struct isotp_reassembler *r, struct isotp_stream *s,
		     const struct isotp_record *record);
int isotp_take_first(struct isotp_reassembler *r, struct isotp_stream *s,
		     const struct isotp_record *record, const struct isotp_pci *pci);
int isotp_take_consecutive(struct isotp_reassembler *r, struct isotp_stream *s,
			   const struct isotp_record *record, const struct isotp_pci *pci);
/* Ends a PDU that has waited too long; true if so. */
bool isotp_expire(struct isotp_reassembler *r, struct isotp_stream *s, uint64_t now_ns);

/* --- reassembler-flow.c --- */

/* False: somebody else was there before, and fits as well. */
bool isotp_clue_accepts(const struct isotp_clue *clue, const struct isotp_endpoint *from,
			uint8_t score);
/* Accepts and notes. */
bool isotp_clue_note(struct isotp_clue *clue, const struct isotp_endpoint *from, uint8_t score);
bool isotp_clue_names(const struct isotp_clue *clue, const struct isotp_endpoint *from);

void isotp_take_flow_control(struct isotp_reassembler *r, struct isotp_stream *s,
			     const struct isotp_record *record, const struct isotp_pci *pci);
/* One of fewer than 3 bytes. */
void isotp_take_short_flow_control(struct isotp_reassembler *r, struct isotp_stream *s,
				   const struct isotp_record *record);
/* What looks like a flow control, of a sender that is not decided. False: it answers nothing. */
bool isotp_note_flow_control(struct isotp_reassembler *r, const struct isotp_lane *lane, int byte,
			     const struct isotp_record *record, const struct isotp_pci *pci);
/* The flow control that a PDU has awaited. */
void isotp_respond(struct isotp_reassembler *r, struct isotp_stream *t, uint64_t now_ns,
		   const struct isotp_pci *pci);
/* A CF against what the last flow control allows, before the transfer takes it. */
void isotp_check_flow(struct isotp_reassembler *r, struct isotp_stream *s, uint64_t now_ns);

/* --- reassembler-pending.c --- */

/* Keeps what looks like a first frame; forgets the one of this address byte (-1: none). */
void isotp_pending_add(struct isotp_reassembler *r, struct isotp_lane *lane, int byte,
		       const struct isotp_record *record);
void isotp_pending_forget(struct isotp_reassembler *r, struct isotp_lane *lane, int byte);
/* Some one in this reading, or NULL. */
struct isotp_pending *isotp_pending_of_lane(struct isotp_reassembler *r,
					    const struct isotp_lane *lane, bool has_byte);
/* The one of this address byte, or NULL. */
struct isotp_pending *isotp_pending_find(struct isotp_reassembler *r, const struct isotp_lane *lane,
					 int byte);
/* How well the IDs fit at best of what a flow control can answer; 0: it answers nothing. */
uint8_t isotp_pending_fit(struct isotp_reassembler *r, const struct isotp_endpoint *from);
/* Notes a flow control with those that it fits so well (0: with none): which of them are no first
 * frames will be seen. */
void isotp_pending_answer(struct isotp_reassembler *r, const struct isotp_endpoint *from,
			  uint8_t fit, const struct isotp_record *record,
			  const struct isotp_pci *pci);

/* --- reassembler-discover.c --- */

/* A frame of a lane that is not decided. -EAGAIN: feed again. */
int isotp_discover(struct isotp_reassembler *r, struct isotp_lane *lane,
		   const struct isotp_record *record);
/* A whole sequence came: it may decide its lane, and who the peer is. */
void isotp_discover_whole(struct isotp_reassembler *r, struct isotp_stream *s);
/* Lane and reading are ISO-TP: what has begun in it goes on, and is told. */
void isotp_discover_decide(struct isotp_reassembler *r, struct isotp_lane *lane,
			   enum isotp_reading reading);
/* The sender of an open PDU and who sent its flow control are a pair. Who is the ECU follows from
 * the IDs, or from the PDU: an answer has a bit that a request has not (ISO 14229-1, 8.2). */
void isotp_discover_pair(struct isotp_reassembler *r, struct isotp_stream *s,
			 struct isotp_stream *peer);
/* True when much of what a lane carried makes no sense in this reading. */
bool isotp_discover_is_foreign(const struct isotp_lane *lane, bool has_byte);

/* --- reassembler-diagnostic.c --- */

/* A PDU that may be an answer. */
struct isotp_answer {
	const uint8_t *data;
	uint32_t length;
	uint64_t time_ns; /* its first frame's */
};

bool isotp_diagnostic_is_id(struct isotp_can_id id);
/* The second of its pair by its ID: 7E8-7EF, 18DAF1xx. */
bool isotp_diagnostic_is_ecu(struct isotp_can_id id);
/* Remembers a single frame, told or not, for the answer that may come. */
void isotp_diagnostic_keep(struct isotp_lane *lane, const struct isotp_record *record,
			   const struct isotp_pci *pci, bool told);
/* Tells the single frame that came before its lane was decided. */
void isotp_diagnostic_tell(struct isotp_reassembler *r, struct isotp_lane *lane);
/* If this answers a request, both lanes are decided and the request is told; the second one for a
 * sender whose lane is decided already. */
void isotp_diagnostic_answer(struct isotp_reassembler *r, struct isotp_lane *lane,
			     const struct isotp_answer *answer);
void isotp_diagnostic_answered(struct isotp_reassembler *r, struct isotp_stream *s,
			       const struct isotp_answer *answer);

#endif
