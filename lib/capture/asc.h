/* SPDX-License-Identifier: MIT */
/*
 * asc.h - one line of a Vector ASC file.
 *
 *	base hex  timestamps absolute
 *	   0.002367 1  390x  Rx  d 8 17 00 14 00 C0 00 08 00
 *	   0.003100 CANFD 1 Rx 7E8 Name 1 0 9 12 00 11 ... 130000 130 303000 ...
 *
 * Vector's "CAN, Log & Trigger ASC Logging Format" says more; what is no CAN frame is passed over.
 */
#ifndef ISOTP_CAPTURE_ASC_H
#define ISOTP_CAPTURE_ASC_H

#include "capture-internal.h"

/* What the header says, and how far the times have come. All zero: hex, absolute. */
struct isotp_asc {
	bool decimal;  /* IDs and data of classic frames */
	bool relative; /* each time counts from the line before */
	uint64_t now;
};

/*
 * Judges a line. On ISOTP_IS_FRAME the frame and its time are set in `r`, and *channel; on
 * ISOTP_IS_DAMAGED *why.
 */
enum isotp_verdict isotp_asc_parse(struct isotp_asc *a, struct isotp_text t, struct isotp_record *r,
				   uint64_t *channel, const char **why);

/* What follows the channel of a classic event, and the word CANFD of the other kind. */
enum isotp_verdict isotp_asc_classic(struct isotp_text t, bool decimal, struct isotp_frame *f,
				     const char **why);
enum isotp_verdict isotp_asc_fd(struct isotp_text t, struct isotp_frame *f, uint64_t *channel,
				const char **why);

enum { ISOTP_ASC_CHANNEL_DIGITS = 5 };

#endif
