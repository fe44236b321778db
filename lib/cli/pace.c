/* SPDX-License-Identifier: MIT */
/* Owns the moments at which PDUs start a fixed time apart. */
#include "pace.h"

#include "protocol/timing.h"

void pace_done(struct pace *p, uint64_t began, uint64_t ended)
{
	const uint64_t late = p->turn && ended > p->turn ? ended - p->turn : 0;

	if (!p->interval_ns)
		return;
	if (p->turn) /* the first moment of the grid that has not passed */
		p->turn = isotp_after(p->turn, (late / p->interval_ns + 1) * p->interval_ns);
	else
		p->turn =
			isotp_after(ended - began < p->interval_ns ? began : ended, p->interval_ns);
}
