/* SPDX-License-Identifier: MIT */
/* Owns isotpperf's observer: whose frames and PDUs are measured, and its own place on the bus. */
#include "perf-observer.h"

#include "protocol/pci.h"
#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>

static bool is_flow_control(const struct isotp_frame *f, const struct isotp_watched *side)
{
	struct isotp_pci pci;

	return isotp_pci_decode(&pci, f, side->has_byte) == ISOTP_PCI_OK &&
	       pci.type == ISOTP_PCI_FC;
}

/*
 * The monitor measures the PDUs that the first of each pair sends, with the flow control that
 * answers them; who takes part, all of its connection. Without pairs it is everything: it is not
 * known yet who speaks ISO-TP.
 */
static bool is_measured_frame(const struct perf_observer *observer, const struct isotp_frame *f)
{
	const struct perf_settings *s = observer->results->settings;
	const struct isotp_endpoint sender = measure_sender(f);
	const bool all = s->mode != PERF_MONITOR;

	for (int i = 0; i < s->n_pairs; i++) {
		const struct isotp_watched *a = &s->pairs[i].a, *b = &s->pairs[i].b;

		if (measure_is_side(a, &sender) && (all || !is_flow_control(f, a)))
			return true;
		if (measure_is_side(b, &sender) && (all || is_flow_control(f, b)))
			return true;
	}
	return !s->n_pairs;
}

static bool is_measured_pdu(const struct perf_observer *observer, const struct isotp_observed *o)
{
	const struct perf_settings *s = observer->results->settings;

	for (int i = 0; i < s->n_pairs; i++)
		if (measure_is_side(&s->pairs[i].a, &o->from))
			return true;
	return s->mode != PERF_MONITOR || !s->n_pairs;
}

static void measure_record(struct perf_observer *observer, const struct isotp_record *record)
{
	if (record->time_ns < observer->from_ns || observer->learns)
		return;
	if (is_measured_frame(observer, &record->frame))
		measure_frame(observer->results->into, record);
	else
		measure_load(observer->results->into, record);
}

static void note_whole(struct perf_observer *observer, const struct isotp_observed *o)
{
	if (!observer->config || !isotp_can_id_equal(o->from.id, observer->config->address.rx_id))
		return;
	observer->whole_length = o->length;
	observer->whole_ns = ISOTP_NEVER;
	if (o->segmented && o->last_ns >= o->first_ns)
		observer->whole_ns = o->last_ns - o->first_ns;
}

static void take_pdu(struct perf_observer *observer, const struct isotp_observed *o)
{
	if (o->status == ISOTP_N_OK) {
		observer->pdus++;
		note_whole(observer, o);
	}
	if (observer->learns)
		measure_learn(observer->results->into, o);
	else if (o->first_ns >= observer->from_ns)
		measure_observed(observer->results->into, o);
}

/* Of faults a measurement learns with their PDU; who else is told gets them one by one. */
static void take_observed(void *arg, const struct isotp_observed *o)
{
	struct perf_observer *observer = arg;
	const bool pdu = o->type == ISOTP_OBSERVED_PDU;

	if (pdu && !is_measured_pdu(observer, o))
		return;
	if (pdu)
		take_pdu(observer, o);
	if (observer->observed)
		observer->observed(observer->arg, o);
}

enum tool_exit perf_observer_open(struct perf_observer *observer, struct perf_results *results,
				  const struct isotp_config *padding, uint32_t max_pdu)
{
	const struct isotp_reassembler_settings s = { .max_pdu = max_pdu, .padding = *padding };

	*observer = (struct perf_observer){ .results = results };
	observer->watcher = (struct watcher){ .tell = take_observed, .arg = observer };
	return watcher_open(&observer->watcher, &s, results->settings->pairs,
			    results->settings->n_pairs);
}

void perf_observer_take(struct perf_observer *observer, const struct isotp_record *records, int n)
{
	for (int i = 0; i < n; i++) {
		measure_record(observer, &records[i]);
		watcher_take(&observer->watcher, &records[i]);
	}
}

void perf_observer_finish(struct perf_observer *observer)
{
	watcher_finish(&observer->watcher);
}

/* --- on a bus of its own --- */

int perf_observer_join(struct perf_observer *observer, const char *name,
		       const struct isotp_config *config, char *where, size_t size)
{
	const struct isotp_can_id ids[] = { config->address.tx_id, config->address.rx_id };
	const int rc = isotp_bus_open(&observer->bus, name, where, size);

	if (rc < 0)
		return rc;
	observer->config = config;
	return observer->results->settings->bitrate ? 0 : isotp_bus_want(observer->bus, ids, 2);
}

int perf_observer_fd(const struct perf_observer *observer)
{
	return observer->bus ? isotp_bus_fd(observer->bus) : -1;
}

static void take_peer(struct perf_observer *observer, const struct isotp_bus_frame *f)
{
	const bool has_byte = observer->config->address.has_byte;
	struct isotp_pci pci;

	observer->heard_ns = isotp_clock_now();
	if (observer->begins && isotp_pci_decode(&pci, &f->frame, has_byte) == ISOTP_PCI_OK &&
	    (pci.type == ISOTP_PCI_SF || pci.type == ISOTP_PCI_FF))
		observer->begins(observer->arg, pci.length, f->time_ns);
}

static void take_frame(struct perf_observer *observer, const struct isotp_bus_frame *f)
{
	const struct isotp_record record = { .frame = f->frame,
					     .time_ns = f->time_ns,
					     .number = observer->number++ };

	if (isotp_address_match(&observer->config->address, &f->frame) &&
	    observer->config->fd == !!(f->frame.flags & ISOTP_FRAME_FD))
		take_peer(observer, f);
	perf_observer_take(observer, &record, 1);
	observer->last_ns = f->time_ns;
}

/* The next frame if it is not later than `until_ns`. 1, 0: there is none, -errno. */
static int take_next(struct perf_observer *observer, uint64_t until_ns)
{
	if (observer->batch_next >= observer->batch_count) {
		observer->batch_next = 0;
		observer->batch_count =
			isotp_bus_receive(observer->bus, observer->batch, PERF_BATCH);
	}
	if (observer->batch_count <= 0)
		return observer->batch_count;
	if (observer->batch[observer->batch_next].time_ns > until_ns)
		return 0;
	take_frame(observer, &observer->batch[observer->batch_next++]);
	return 1;
}

int perf_observer_drain(struct perf_observer *observer, uint64_t until_ns)
{
	int rc;

	do {
		rc = take_next(observer, until_ns);
	} while (rc > 0);
	return rc;
}

uint64_t perf_observer_whole(struct perf_observer *observer, uint32_t length, uint64_t patience_ns)
{
	const uint64_t deadline =
		isotp_after(isotp_clock_now(), perf_observer_lost(observer) ? 0 : patience_ns);
	struct pollfd pfd = { .fd = perf_observer_fd(observer), .events = POLLIN };
	int rc = 1;

	while (observer->whole_length != length && rc >= 0) {
		rc = take_next(observer, ISOTP_NEVER);
		if (rc == 0 && isotp_clock_now() >= deadline)
			break;
		if (rc == 0)
			isotp_clock_poll(&pfd, 1, deadline);
	}
	if (observer->whole_length != length)
		return ISOTP_NEVER;
	observer->whole_length = 0;
	return observer->whole_ns;
}

uint64_t perf_observer_lost(const struct perf_observer *observer)
{
	struct isotp_bus_status status = { 0 };

	if (observer->bus)
		isotp_bus_status(observer->bus, &status);
	return status.lost_in;
}

void perf_observer_leave(struct perf_observer *observer)
{
	isotp_bus_close(observer->bus);
	observer->bus = NULL;
}

void perf_observer_close(struct perf_observer *observer)
{
	perf_observer_leave(observer);
	watcher_close(&observer->watcher);
}
