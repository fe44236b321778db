/* SPDX-License-Identifier: MIT */
/*
 * clock.h - the time that everything above lib/protocol runs on: CLOCK_MONOTONIC in nanoseconds.
 */
#ifndef ISOTP_TRANSPORT_CLOCK_H
#define ISOTP_TRANSPORT_CLOCK_H

#include <poll.h>
#include <stdint.h>

/* Nanoseconds since some fixed moment; never runs backwards. */
uint64_t isotp_clock_now(void);

/* Nanoseconds since 1970 (CLOCK_REALTIME), as kernel receive time stamps have them. */
uint64_t isotp_clock_realtime(void);

/*
 * ppoll until isotp_clock_now() reaches `deadline` (ISOTP_NEVER: for ever), with nanosecond
 * resolution. Returns as ppoll does, -errno for errors.
 */
int isotp_clock_poll(struct pollfd *fds, nfds_t n, uint64_t deadline);

#endif
