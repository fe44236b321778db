/* SPDX-License-Identifier: MIT */
/* Owns isotpperf's observer. */
#include "perf-watch.h"

#include "pairs.h"
#include "protocol/pci.h"
#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>
#include <sys/mman.h>

static enum tool_exit watch_pairs(struct perf_watch *watch)
{
	const struct perf_settings *s = watch->results->settings;
	char text[PAIR_TEXT];

	for (int i = 0; i < s->n_pairs; i++) {
		const struct isotp_watch *pair = &s->pairs[i];
		const struct isotp_observed o = { .from = { .id = pair->a.id },
						  .peer = { .id = pair->b.id } };

		if (isotp_reassembler_watch(watch->reassembler, pair) < 0) {
			tool_error("%s: one of its IDs is watched both with and without an "
				   "address byte",
				   pair_format(&o, text));
			return TOOL_USAGE;
		}
	}
	return TOOL_DONE;
}

/* Room for a few of the longest PDUs that are kept, and for making them grow. */
static size_t memory_needed(uint32_t max_pdu)
{
	const size_t wanted = ISOTP_REASSEMBLER_MEMORY_MIN + 8 * ((size_t)max_pdu + 4096);

	return wanted > ISOTP_REASSEMBLER_MEMORY ? wanted : ISOTP_REASSEMBLER_MEMORY;
}

enum tool_exit perf_watch_open(struct perf_watch *watch, struct perf_results *results,
			       const struct isotp_config *padding, uint32_t max_pdu)
{
	const struct isotp_reassembler_settings s = {
		.discover = results->settings->n_pairs == 0,
		.max_pdu = max_pdu,
		.padding = *padding,
	};

	*watch = (struct perf_watch){ .results = results, .memory_size = memory_needed(max_pdu) };
	/* Pages that are not used are not there. */
	watch->memory = mmap(NULL, watch->memory_size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (watch->memory == MAP_FAILED) {
		watch->memory = NULL;
		tool_error("no memory for PDUs of %u bytes (--max-pdu)", max_pdu);
		return TOOL_SYSTEM;
	}
	watch->reassembler = isotp_reassembler_new(watch->memory, watch->memory_size, &s);
	return watch_pairs(watch);
}

/* --- what is measured --- */

static bool is_side(const struct isotp_watched *side, struct isotp_can_id id, uint8_t byte)
{
	return side->id.width && isotp_can_id_equal(side->id, id) &&
	       (!side->has_byte || side->any_byte || side->byte == byte);
}

/* The monitor measures what the first of each pair sends, others both directions. */
static bool is_measured(const struct perf_watch *watch, struct isotp_can_id id, uint8_t byte)
{
	const struct perf_settings *s = watch->results->settings;

	if (s->mode != PERF_MONITOR || !s->n_pairs)
		return true;
	for (int i = 0; i < s->n_pairs; i++)
		if (is_side(&s->pairs[i].a, id, byte))
			return true;
	return false;
}

/* True for what the second of a pair sends, but for its flow control. */
static bool is_other_way(const struct perf_watch *watch, const struct isotp_frame *f)
{
	const struct perf_settings *s = watch->results->settings;
	struct isotp_pci pci;

	if (is_measured(watch, f->id, f->data[0]))
		return false;
	for (int i = 0; i < s->n_pairs; i++) {
		const struct isotp_watched *b = &s->pairs[i].b;

		if (is_side(b, f->id, f->data[0]))
			return isotp_pci_decode(&pci, f, b->has_byte) != ISOTP_PCI_OK ||
			       pci.type != ISOTP_PCI_FC;
	}
	return false;
}

static void measure_record(struct perf_watch *watch, const struct isotp_record *record)
{
	if (record->time_ns < watch->from_ns)
		return;
	/* What goes the other way is of no interest but for the load. */
	if (!watch->results->settings->bitrate && is_other_way(watch, &record->frame))
		return;
	perf_results_frame(watch->results, record);
}

static void note_whole(struct perf_watch *watch, const struct isotp_observed *o)
{
	if (!watch->config || !isotp_can_id_equal(o->from.id, watch->config->address.rx_id))
		return;
	watch->whole_length = o->length;
	watch->whole_ns = ISOTP_NEVER;
	if (o->segmented && o->last_ns >= o->first_ns)
		watch->whole_ns = o->last_ns - o->first_ns;
}

static void take_pdu(struct perf_watch *watch, const struct isotp_observed *o)
{
	if (!is_measured(watch, o->from.id, o->from.byte))
		return;
	if (o->status == ISOTP_N_OK) {
		watch->pdus++;
		note_whole(watch, o);
	}
	if (o->first_ns >= watch->from_ns)
		perf_results_observed(watch->results, o);
	if (watch->observed)
		watch->observed(watch->arg, o);
}

static void take_fault(struct perf_watch *watch, const struct isotp_observed *o)
{
	if (o->time_ns >= watch->from_ns)
		perf_results_observed(watch->results, o);
	if (watch->observed)
		watch->observed(watch->arg, o);
}

static void take_observed(struct perf_watch *watch)
{
	const struct isotp_observed *o;

	while ((o = isotp_reassembler_next(watch->reassembler))) {
		if (o->type == ISOTP_OBSERVED_PDU)
			take_pdu(watch, o);
		else
			take_fault(watch, o);
	}
}

void perf_watch_take(struct perf_watch *watch, const struct isotp_record *records, int n)
{
	for (int i = 0; i < n; i++) {
		int rc;

		measure_record(watch, &records[i]);
		do {
			rc = isotp_reassembler_feed(watch->reassembler, &records[i]);
			if (rc)
				take_observed(watch);
		} while (rc < 0);
	}
}

void perf_watch_finish(struct perf_watch *watch)
{
	int rc;

	do {
		rc = isotp_reassembler_finish(watch->reassembler);
		take_observed(watch);
	} while (rc < 0);
}

/* --- on a bus of its own --- */

int perf_watch_join(struct perf_watch *watch, const char *name, const struct isotp_config *config,
		    bool all, char *where, size_t size)
{
	const struct isotp_can_id ids[] = { config->address.tx_id, config->address.rx_id };
	const int rc = isotp_bus_open(&watch->bus, name, where, size);

	if (rc < 0)
		return rc;
	watch->config = config;
	return all ? 0 : isotp_bus_want(watch->bus, ids, 2);
}

int perf_watch_fd(const struct perf_watch *watch)
{
	return watch->bus ? isotp_bus_fd(watch->bus) : -1;
}

static void take_peer(struct perf_watch *watch, const struct isotp_bus_frame *f)
{
	const bool has_byte = watch->config->address.has_byte;
	struct isotp_pci pci;

	watch->heard_ns = isotp_clock_now();
	if (watch->begins && isotp_pci_decode(&pci, &f->frame, has_byte) == ISOTP_PCI_OK &&
	    (pci.type == ISOTP_PCI_SF || pci.type == ISOTP_PCI_FF))
		watch->begins(watch->arg, pci.length, f->time_ns);
}

static void take_frame(struct perf_watch *watch, const struct isotp_bus_frame *f)
{
	const struct isotp_record record = { .frame = f->frame,
					     .time_ns = f->time_ns,
					     .number = watch->number++ };

	if (isotp_address_match(&watch->config->address, &f->frame) &&
	    watch->config->fd == !!(f->frame.flags & ISOTP_FRAME_FD))
		take_peer(watch, f);
	perf_watch_take(watch, &record, 1);
	watch->last_ns = f->time_ns;
}

/* The next frame if it is not later than `until_ns`. 1, 0: there is none, -errno. */
static int take_next(struct perf_watch *watch, uint64_t until_ns)
{
	if (watch->batch_next >= watch->batch_count) {
		watch->batch_next = 0;
		watch->batch_count = isotp_bus_receive(watch->bus, watch->batch, PERF_BATCH);
	}
	if (watch->batch_count <= 0)
		return watch->batch_count;
	if (watch->batch[watch->batch_next].time_ns > until_ns)
		return 0;
	take_frame(watch, &watch->batch[watch->batch_next++]);
	return 1;
}

int perf_watch_drain(struct perf_watch *watch, uint64_t until_ns)
{
	int rc;

	do {
		rc = take_next(watch, until_ns);
	} while (rc > 0);
	return rc;
}

uint64_t perf_watch_whole(struct perf_watch *watch, uint32_t length, uint64_t patience_ns)
{
	const uint64_t deadline =
		isotp_after(isotp_clock_now(), perf_watch_lost(watch) ? 0 : patience_ns);
	struct pollfd pfd = { .fd = perf_watch_fd(watch), .events = POLLIN };
	int rc = 1;

	while (watch->whole_length != length && rc >= 0) {
		rc = take_next(watch, ISOTP_NEVER);
		if (rc == 0 && isotp_clock_now() >= deadline)
			break;
		if (rc == 0)
			isotp_clock_poll(&pfd, 1, deadline);
	}
	if (watch->whole_length != length)
		return ISOTP_NEVER;
	watch->whole_length = 0;
	return watch->whole_ns;
}

uint64_t perf_watch_lost(const struct perf_watch *watch)
{
	struct isotp_bus_status status = { 0 };

	if (watch->bus)
		isotp_bus_status(watch->bus, &status);
	return status.lost_in;
}

void perf_watch_leave(struct perf_watch *watch)
{
	isotp_bus_close(watch->bus);
	watch->bus = NULL;
}

void perf_watch_close(struct perf_watch *watch)
{
	perf_watch_leave(watch);
	if (watch->memory)
		munmap(watch->memory, watch->memory_size);
	watch->memory = NULL;
}
