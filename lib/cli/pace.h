/* SPDX-License-Identifier: MIT */
/*
 * pace.h - when the PDUs of --interval start: on a grid of moments that begins with the first PDU, so
 * that the times do not drift. A moment that passes while a PDU is on its way is left out: nothing is
 * made up for, and the other end never gets two PDUs at once.
 *
 *	struct pace pace = { .interval_ns = 100000000 };
 *
 *	wait until pace.turn;
 *	began = now, send, await the end;
 *	pace_done(&pace, began, now);
 *
 * Arithmetic only; moments are those of isotp_clock_now, in nanoseconds.
 */
#ifndef ISOTP_CLI_PACE_H
#define ISOTP_CLI_PACE_H

#include <stdint.h>

struct pace {
	uint64_t interval_ns; /* 0: one after the other */
	uint64_t turn;	      /* of the next PDU; 0: at once */
};

/* A PDU has had its turn: it began, and it has ended. The first one may have waited for somebody to join
 * the bus: if it took longer than an interval, the grid begins with its end. */
void pace_done(struct pace *p, uint64_t began, uint64_t ended);

#endif
