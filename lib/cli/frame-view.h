/* SPDX-License-Identifier: MIT */
/*
 * frame-view.h - one line per CAN frame, to the byte as can-utils' isotpdump prints it.
 *
 *	const struct isotp_watch pair = { .a = { .id = { 0x7E0, 11 } },
 *					  .b = { .id = { 0x7E8, 11 } } };
 *	struct frame_view v = { .pairs = &pair, .n_pairs = 1, .ascii = true };
 *
 *	frame_view_line(&v, w, &record, "can0");
 *
 *	 can0  7E8  [4]  [SF] ln: 3    data: 7F 27 35              -  '.'5'
 *
 * Each frame is told as it lies there, also one that no receiver would take: bytes behind the
 * payload are shown as data. The layout is that of can-utils until May 2026. What differs:
 * - a field whose bytes the frame does not have is `?` (there: whatever the buffer held): an FC of
 *   two bytes ends in `STmin: ?`, an FF without its length says `ln: ?`, a frame without its
 *   address byte `{??}`, one without a PCI is `[??]`, an NRC that is not there `Unknown`;
 * - an FF_DL above 2 GB is the number that it is (there: its sign is extended to 64 bits);
 * - services are named at SF and FF alone (there: after an SF or FF without data also at the next
 *   frame that has some, a CF too);
 * - services and NRCs that came with ISO 14229-1:2020 have their names, NRC FE is one of the
 *   manufacturer's (there: `Unknown`, `ISOSAEReserved` and the like);
 * - -t d and -t z work in the first second of a capture that counts from 0, too (there: all 0).
 */
#ifndef ISOTP_CLI_FRAME_VIEW_H
#define ISOTP_CLI_FRAME_VIEW_H

#include "protocol/reassembler.h"
#include "protocol/record.h"
#include "view-stamp.h"
#include "writer.h"

struct frame_view {
	/*
	 * Whose frames are shown, the caller's: of a pair `a` is the sender (-s, red), `b` the
	 * receiver (-d, blue). No pair and no broadcast ID: everybody's, without an address byte
	 * and without colours.
	 */
	const struct isotp_watch *pairs;
	size_t n_pairs;
	struct isotp_watched broadcast; /* -b, green; width 0: none */

	bool color; /* -c */
	bool ascii; /* -a */
	bool uds;   /* -u */
	struct stamp stamp;
};

/* True when the view shows this frame. Remote and error frames are no N_PDUs and never shown. */
bool frame_view_wants(const struct frame_view *v, const struct isotp_record *r);

/* Writes the frame's line, with its line feed; nothing when the view does not want it. `bus` is
 * the name that the line shows. */
void frame_view_line(struct frame_view *v, struct writer *w, const struct isotp_record *r,
		     const char *bus);

#endif
