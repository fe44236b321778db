/* SPDX-License-Identifier: MIT */
/* Owns the clock and waiting on it. */
#include "clock.h"

#include "protocol/timing.h"

#include <errno.h>
#include <time.h>

static uint64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * ISOTP_SECOND + (uint64_t)ts.tv_nsec;
}

uint64_t isotp_clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t isotp_clock_realtime(void)
{
	return read_clock(CLOCK_REALTIME);
}

int isotp_clock_poll(struct pollfd *fds, nfds_t n, uint64_t deadline)
{
	struct timespec ts = { 0 };
	int rc;

	if (deadline != ISOTP_NEVER) {
		const uint64_t now = isotp_clock_now();
		const uint64_t left = deadline > now ? deadline - now : 0;

		ts.tv_sec = (time_t)(left / ISOTP_SECOND);
		ts.tv_nsec = (long)(left % ISOTP_SECOND);
	}
	rc = ppoll(fds, n, deadline == ISOTP_NEVER ? NULL : &ts, NULL);
	return rc < 0 ? -errno : rc;
}
