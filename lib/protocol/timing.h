/* SPDX-License-Identifier: MIT */
/*
 * timing.h - how time is counted everywhere: nanoseconds in 64 bits, with a "never" at the end.
 *
 *	deadline = isotp_after(now, 10 * ISOTP_MS);
 *	deadline = isotp_earlier(deadline, other);
 */
#ifndef ISOTP_PROTOCOL_TIMING_H
#define ISOTP_PROTOCOL_TIMING_H

#include <stdint.h>

#define ISOTP_NEVER  UINT64_MAX
#define ISOTP_MS     UINT64_C(1000000)
#define ISOTP_SECOND UINT64_C(1000000000)

/* The moment `ns` after `now`; the most that is not ISOTP_NEVER where it would run over. */
static inline uint64_t isotp_after(uint64_t now, uint64_t ns)
{
	return ns < ISOTP_NEVER - now ? now + ns : ISOTP_NEVER - 1;
}

static inline uint64_t isotp_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

#endif
