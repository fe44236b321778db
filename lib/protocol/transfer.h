/* SPDX-License-Identifier: MIT */
/*
 * transfer.h - a PDU of several frames as somebody who looks on follows it: which consecutive frame
 * comes next, and whether a flow control is awaited.
 *
 *	isotp_transfer_begin(&t, &frame, &pci, now_ns);			a first frame
 *	if (isotp_transfer_awaits(&t, &pci))				a flow control
 *		isotp_transfer_answer(&t, &pci, now_ns);
 *	if (isotp_transfer_check(&t, &frame, &pci) == ISOTP_CF_NEXT)	a consecutive frame
 *		isotp_transfer_take(&t, &frame, &pci, now_ns);
 *
 * Frames are decoded (pci.h) and of one sender; times are nanoseconds, of whatever clock the frames
 * have. A sender that goes on without the flow control that it has to wait for is followed further:
 * an observer may not have seen it.
 */
#ifndef ISOTP_PROTOCOL_TRANSFER_H
#define ISOTP_PROTOCOL_TRANSFER_H

#include "endpoint.h"
#include "pci.h"

struct isotp_transfer {
	uint32_t left;	    /* bytes that are to come */
	uint8_t can_dl;	    /* of the first frame */
	uint8_t sn;	    /* of the next consecutive frame */
	uint8_t block_left; /* consecutive frames until the next flow control; 0: no limit */
	bool awaiting;	    /* a flow control is awaited */
	bool overdue;	    /* consecutive frames came nevertheless */
	bool waiting;	    /* the last flow control said WT */
	bool cf_since; /* a consecutive frame came since the last flow control, the last one: */
	uint64_t cf_ns;
	uint64_t await_ns; /* the wait for a flow control began; once it has come, it came then */
};

/* What a consecutive frame is to a transfer. One of a wrong length is ignored by a receiver
 * (9.6.4): each but the last is as long as the first frame, the last holds at least what
 * remains. */
enum isotp_transfer_cf {
	ISOTP_CF_NEXT,	   /* the one that comes next */
	ISOTP_CF_LONG,	   /* longer than the first frame */
	ISOTP_CF_SHORT,	   /* shorter, and more remains than it holds */
	ISOTP_CF_WRONG_SN, /* another sequence number */
};

/* A first frame; or a single frame, after which nothing is to come. */
void isotp_transfer_begin(struct isotp_transfer *t, const struct isotp_frame *f,
			  const struct isotp_pci *pci, uint64_t now_ns);

enum isotp_transfer_cf isotp_transfer_check(const struct isotp_transfer *t,
					    const struct isotp_frame *f,
					    const struct isotp_pci *pci);

/* Takes a consecutive frame that is ISOTP_CF_NEXT: `left` is 0 when it was the last. */
void isotp_transfer_take(struct isotp_transfer *t, const struct isotp_frame *f,
			 const struct isotp_pci *pci, uint64_t now_ns);

/* True when a flow control is awaited that says this. One that comes late, after consecutive frames
 * that did not wait for it, can only let the next ones go on. */
bool isotp_transfer_awaits(const struct isotp_transfer *t, const struct isotp_pci *pci);

/* Takes a flow control that is awaited. OVFLW and what is reserved are the end: the caller's. */
void isotp_transfer_answer(struct isotp_transfer *t, const struct isotp_pci *pci, uint64_t now_ns);

/* How well a flow control of `from` fits the transfer of `to`: 0 if it awaits none, else as
 * isotp_endpoint_fit. */
uint8_t isotp_transfer_fit(const struct isotp_transfer *t, const struct isotp_endpoint *to,
			   const struct isotp_endpoint *from);

/* True for one between two consecutive frames of one block: they are STmin apart. */
bool isotp_transfer_in_block(const struct isotp_transfer *t);

#endif
