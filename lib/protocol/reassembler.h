/* SPDX-License-Identifier: MIT */
/*
 * reassembler.h - a passive observer of any number of ISO-TP conversations: frames in, PDUs and
 * faults out. It answers nothing, and works with one direction alone, too.
 *
 *	struct isotp_reassembler *r = isotp_reassembler_new(memory, size, &settings);
 *	const struct isotp_observed *o;
 *	int rc;
 *
 *	do {
 *		rc = isotp_reassembler_feed(r, &record);
 *		while ((o = isotp_reassembler_next(r)))
 *			use(o);
 *	} while (rc < 0);	memory was short: the same frame again
 *
 * It is told whom to watch (isotp_reassembler_watch), or finds the conversations by itself: per ID it
 * follows both readings, with and without an address byte, until a whole sequence of FF and CFs
 * decides. Chance never made one in real traffic, while it makes single frames, first frames and flow
 * controls all the time. From then on all of this ID is told. On the IDs that are reserved for
 * diagnostics (ISO 15765-4, normal fixed addressing) a request and its answer decide, too.
 *
 * No allocation, no clock: memory is the caller's, the time is that of the frames.
 */
#ifndef ISOTP_PROTOCOL_REASSEMBLER_H
#define ISOTP_PROTOCOL_REASSEMBLER_H

#include "config.h"
#include "endpoint.h"
#include "fault.h"
#include "record.h"
#include "result.h"
#include "watch.h"

#define ISOTP_REASSEMBLER_MEMORY_MIN ((size_t)3 << 20)
#define ISOTP_REASSEMBLER_MEMORY     ((size_t)10 << 20) /* room for PDUs of some MiB */
#define ISOTP_REASSEMBLER_MAX_PDU    ((uint32_t)1 << 20)
#define ISOTP_WATCH_MAX		     256 /* pairs */

struct isotp_reassembler;

struct isotp_reassembler_settings {
	bool discover;	  /* find the conversations; else only what is watched */
	uint32_t max_pdu; /* bytes that are kept of a PDU; 0: ISOTP_REASSEMBLER_MAX_PDU */
	uint64_t n_cr_ns; /* a longer wait for a CF ends its PDU; 0: never, it is a fault alone */
	uint64_t n_bs_ns; /* a longer wait for a flow control ends its PDU; 0: never */
	struct isotp_config padding; /* rx_padding, rxpad, check_pad_*; the rest does not count */
};

enum isotp_observed_type {
	ISOTP_OBSERVED_PDU,   /* a PDU came to its end, good or bad */
	ISOTP_OBSERVED_FAULT, /* something that belongs to no PDU */
};

struct isotp_observed {
	enum isotp_observed_type type;
	struct isotp_endpoint from;
	struct isotp_endpoint peer; /* id.width 0: not known */
	bool from_b;		    /* `from` is the second of its pair: the ECU */

	/* a fault */
	enum isotp_fault fault;
	uint64_t time_ns, frame; /* of its frame */

	/* a PDU; times and numbers are of its own frames: SF, FF, CFs */
	enum isotp_result
		status;	   /* N_OK, WRONG_SN, UNEXP_PDU, TIMEOUT_CR, TIMEOUT_BS, BUFFER_OVFLW,
				   * WFT_OVRN, INVALID_FS, PADDING or INCOMPLETE */
	bool segmented;	   /* FF and CFs */
	uint32_t length;   /* as announced */
	uint32_t received; /* bytes of it that came */
	uint32_t kept;	   /* bytes at `data`: received, but not above max_pdu */
	const uint8_t *data;
	uint64_t frames;
	uint64_t first_ns, last_ns, max_gap_ns;
	uint64_t first_frame, last_frame;
	uint8_t sn_expected, sn; /* WRONG_SN: these two */
	uint32_t flow_controls;	 /* that came for it */
	uint64_t fc_delay_ns;	 /* from the FF to the first one */
	uint8_t bs, stmin;	 /* of the last CTS */
	/* with STMIN_VIOLATED: the gap that lacked most, and the STmin that it had to be */
	uint32_t stmin_gap_ns, stmin_asked_ns;
	uint32_t faults[ISOTP_FAULTS]; /* how often each happened within it */
};

/*
 * Makes one of `size` bytes of memory, at least ISOTP_REASSEMBLER_MEMORY_MIN, aligned as malloc does,
 * all zero, that stay the caller's. NULL when they are too few. max_pdu becomes less where so much
 * cannot be had: the least memory keeps 512 KiB of a PDU, ISOTP_REASSEMBLER_MEMORY 4 MiB.
 */
struct isotp_reassembler *isotp_reassembler_new(void *memory, size_t size,
						const struct isotp_reassembler_settings *settings);

/* Watches a pair: before the first frame. An ID may be in several pairs: who sends it the flow
 * control is the peer. -ENOSPC when there are too many, -EEXIST when an ID is watched both with and
 * without an address byte. */
int isotp_reassembler_watch(struct isotp_reassembler *r, const struct isotp_watch *pair);

/*
 * Takes a frame; its record must stay until isotp_reassembler_next has returned NULL. Returns how
 * much there is to tell. -EAGAIN: there is no room, and an open PDU had to be given up, the oldest:
 * take that, then feed the same frame again. What was not decided yet gives way before, untold.
 */
int isotp_reassembler_feed(struct isotp_reassembler *r, const struct isotp_record *record);

/* What there is to tell, oldest first, or NULL. It and its data stay until the next call of
 * isotp_reassembler_feed, _advance or _finish. */
const struct isotp_observed *isotp_reassembler_next(struct isotp_reassembler *r);

/* Live: ends what waits longer than n_cr_ns and n_bs_ns allow. -EAGAIN: there is more to tell than
 * fits, take it, then call again. */
int isotp_reassembler_advance(struct isotp_reassembler *r, uint64_t now_ns);

/* The end of the capture: ends every open PDU. -EAGAIN: there are more, call again. */
int isotp_reassembler_finish(struct isotp_reassembler *r);

#endif
