/* SPDX-License-Identifier: MIT */
/* Owns the place of isotpperf's observer on the bus of a connection, and what it tells of the
 * peer. */
#include "perf-bystander.h"

#include "protocol/pci.h"
#include "protocol/timing.h"
#include "transport/clock.h"

static void note_whole(void *arg, const struct isotp_observed *o)
{
	struct perf_bystander *by = arg;

	if (o->type != ISOTP_OBSERVED_PDU || o->status != ISOTP_N_OK ||
	    !isotp_can_id_equal(o->from.id, by->config->address.rx_id))
		return;
	by->whole_length = o->length;
	by->whole_ns = ISOTP_NEVER;
	if (o->segmented && o->last_ns >= o->first_ns)
		by->whole_ns = o->last_ns - o->first_ns;
}

enum tool_exit perf_bystander_open(struct perf_bystander *by, struct perf_results *results,
				   const struct isotp_config *config)
{
	enum tool_exit status;

	*by = (struct perf_bystander){ .config = config };
	status = perf_observer_open(&by->observer, results, config, PERF_MAX_PDU);
	by->observer.observed = note_whole;
	by->observer.arg = by;
	return status;
}

int perf_bystander_join(struct perf_bystander *by, const char *name, char *where, size_t size)
{
	const struct isotp_address *a = &by->config->address;
	const struct isotp_can_id ids[] = { a->tx_id, a->rx_id };
	const int rc = isotp_bus_open(&by->bus, name, where, size);

	if (rc < 0)
		return rc;
	return by->observer.results->settings->bitrate ? 0 : isotp_bus_want(by->bus, ids, 2);
}

int perf_bystander_fd(const struct perf_bystander *by)
{
	return by->bus ? isotp_bus_fd(by->bus) : -1;
}

static void take_peer(struct perf_bystander *by, const struct isotp_bus_frame *f)
{
	const bool has_byte = by->config->address.has_byte;
	struct isotp_pci pci;

	by->heard_ns = isotp_clock_now();
	if (by->begins && isotp_pci_decode(&pci, &f->frame, has_byte) == ISOTP_PCI_OK &&
	    (pci.type == ISOTP_PCI_SF || pci.type == ISOTP_PCI_FF))
		by->begins(by->arg, pci.length, f->time_ns);
}

static void take_frame(struct perf_bystander *by, const struct isotp_bus_frame *f)
{
	const struct isotp_record record = { .frame = f->frame,
					     .time_ns = f->time_ns,
					     .number = by->number++ };

	if (isotp_address_match(&by->config->address, &f->frame) &&
	    by->config->fd == !!(f->frame.flags & ISOTP_FRAME_FD))
		take_peer(by, f);
	perf_observer_take(&by->observer, &record, 1);
	by->last_ns = f->time_ns;
}

/* The next frame if it is not later than `until_ns`. 1, 0: there is none, -errno. */
static int take_next(struct perf_bystander *by, uint64_t until_ns)
{
	if (by->batch_next >= by->batch_count) {
		by->batch_next = 0;
		by->batch_count = isotp_bus_receive(by->bus, by->batch, PERF_BATCH);
	}
	if (by->batch_count <= 0)
		return by->batch_count;
	if (by->batch[by->batch_next].time_ns > until_ns)
		return 0;
	take_frame(by, &by->batch[by->batch_next++]);
	return 1;
}

int perf_bystander_drain(struct perf_bystander *by, uint64_t until_ns)
{
	int rc;

	do {
		rc = take_next(by, until_ns);
	} while (rc > 0);
	return rc;
}

uint64_t perf_bystander_whole(struct perf_bystander *by, uint32_t length, uint64_t patience_ns)
{
	const uint64_t deadline =
		isotp_after(isotp_clock_now(), perf_bystander_lost(by) ? 0 : patience_ns);
	struct pollfd pfd = { .fd = perf_bystander_fd(by), .events = POLLIN };
	int rc = 1;

	while (by->whole_length != length && rc >= 0) {
		rc = take_next(by, ISOTP_NEVER);
		if (rc == 0 && isotp_clock_now() >= deadline)
			break;
		if (rc == 0)
			isotp_clock_poll(&pfd, 1, deadline);
	}
	if (by->whole_length != length)
		return ISOTP_NEVER;
	by->whole_length = 0;
	return by->whole_ns;
}

uint64_t perf_bystander_lost(const struct perf_bystander *by)
{
	struct isotp_bus_status status = { 0 };

	if (by->bus)
		isotp_bus_status(by->bus, &status);
	return status.lost_in;
}

void perf_bystander_leave(struct perf_bystander *by)
{
	isotp_bus_close(by->bus);
	by->bus = NULL;
}

void perf_bystander_from(struct perf_bystander *by, uint64_t time_ns)
{
	by->observer.from_ns = time_ns > by->last_ns ? time_ns : by->last_ns + 1;
}

void perf_bystander_close(struct perf_bystander *by)
{
	perf_bystander_leave(by);
	perf_observer_close(&by->observer);
}
