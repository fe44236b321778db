/* SPDX-License-Identifier: MIT */
/* Owns the look at a sender's pacing: the gaps between its consecutive frames, by kernel stamps. */
/*
 *	pacing BUS ID STMIN_NS COUNT
 *
 * Joins a bus, waits for COUNT gaps between consecutive frames with this ID and prints the
 * shortest gap, and by how much the median gap and the 99th percentile exceed STmin, all in ns.
 *
 * What is compared with a bare ppoll loop, and how far that is fair:
 *  - A gap runs from stamp to stamp. The kernel stamps a frame when it queues it to this node, in
 *    the sender's send(). A gap therefore holds all that the sender does between two frames: the
 *    rest of its send(), the confirm (from where STmin counts), choosing the next deadline, the
 *    sleep with its wake-up, building the frame and most of the next send(). The loop's figure
 *    holds the sleep, its wake-up and one reading of the clock. So the ratio says what the whole
 *    stack costs on top of the sleep that nobody can do without.
 *  - This node is a second reader beside the receiver of the transfer: the sender makes two sends
 *    for each frame, and two processes are woken by it. Ours is measured as slower than it is on
 *    a bus of two, never as faster.
 *  - Both sleep on CLOCK_MONOTONIC; the stamps are CLOCK_REALTIME. Where the latter is being
 *    slewed (at most 500 ppm), gaps are off by that much; where it is set during a run, the run
 *    is worthless.
 */
#include "protocol/address.h"
#include "protocol/stack.h"
#include "transport/bus.h"
#include "transport/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 16, COUNT_MAX = 1000000, PATIENCE_NS = 2000000000, PCI_CF = 0x20 };

struct pacing {
	struct isotp_bus *bus;
	struct isotp_can_id id;
	uint64_t stmin_ns;
	uint64_t last_ns; /* stamp of the consecutive frame before; 0: there is none */
	uint64_t *gaps;
	size_t count, seen;
};

static _Noreturn void fail(const char *what, const char *detail)
{
	fprintf(stderr, "pacing: %s: %s\n", what, detail);
	exit(1);
}

static uint64_t number(const char *text, uint64_t max)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || end == text || *end || !n || n > max)
		fail(text, "no number, or out of range");
	return n;
}

static void take_frame(struct pacing *p, const struct isotp_bus_frame *f)
{
	if (!isotp_can_id_equal(f->frame.id, p->id) || !f->frame.len)
		return;
	if ((f->frame.data[0] & 0xF0) != PCI_CF) {
		p->last_ns = 0;
		return;
	}
	if (p->last_ns && p->seen < p->count)
		p->gaps[p->seen++] = f->time_ns > p->last_ns ? f->time_ns - p->last_ns : 0;
	p->last_ns = f->time_ns;
}

static void watch(struct pacing *p)
{
	struct pollfd fd = { .fd = isotp_bus_fd(p->bus), .events = POLLIN };
	struct isotp_bus_frame frames[BATCH];

	while (p->seen < p->count) {
		const int n = isotp_bus_receive(p->bus, frames, BATCH);

		if (n < 0)
			fail("receive", strerror(-n));
		for (int i = 0; i < n; i++)
			take_frame(p, &frames[i]);
		if (n == 0 && isotp_clock_poll(&fd, 1, isotp_clock_now() + PATIENCE_NS) == 0)
			fail("gave up", "no frame for 2 s");
	}
}

/* A frame that did not get here would look like a long gap. */
static void refuse_losses(const struct pacing *p)
{
	struct isotp_bus_status status;

	isotp_bus_status(p->bus, &status);
	if (status.lost_in)
		fail("worthless", "frames were lost on the way to this node");
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void print_gaps(const struct pacing *p)
{
	qsort(p->gaps, p->count, sizeof(*p->gaps), compare);
	printf("%" PRIu64 " %" PRId64 " %" PRId64 "\n", p->gaps[0],
	       (int64_t)(p->gaps[p->count / 2] - p->stmin_ns),
	       (int64_t)(p->gaps[p->count * 99 / 100] - p->stmin_ns));
}

int main(int argc, char **argv)
{
	char where[ISOTP_BUS_WHERE];
	struct pacing p = { 0 };
	const char *reason;
	int rc;

	if (argc != 5) {
		fputs("usage: pacing BUS ID STMIN_NS COUNT\n", stderr);
		return 2;
	}
	if (isotp_can_id_parse(argv[2], &p.id, &reason) < 0)
		fail(argv[2], reason);
	p.stmin_ns = number(argv[3], 1000000000);
	p.count = (size_t)number(argv[4], COUNT_MAX);
	p.gaps = calloc(p.count, sizeof(*p.gaps));
	if (!p.gaps)
		fail("gaps", strerror(ENOMEM));
	rc = isotp_bus_open(&p.bus, argv[1], where, sizeof(where));
	if (rc < 0)
		fail(where, strerror(-rc));
	watch(&p);
	refuse_losses(&p);
	isotp_bus_close(p.bus);
	print_gaps(&p);
	free(p.gaps);
	return 0;
}
