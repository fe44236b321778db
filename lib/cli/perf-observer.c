/* SPDX-License-Identifier: MIT */
/* Owns isotpperf's observer: whose frames and PDUs are measured. */
#include "perf-observer.h"

#include "protocol/pci.h"

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
	const struct isotp_endpoint sender = isotp_endpoint_of(f);
	const bool all = s->mode != PERF_MONITOR;

	for (int i = 0; i < s->n_pairs; i++) {
		const struct isotp_watched *a = &s->pairs[i].a, *b = &s->pairs[i].b;

		if (isotp_watched_is(a, &sender) && (all || !is_flow_control(f, a)))
			return true;
		if (isotp_watched_is(b, &sender) && (all || is_flow_control(f, b)))
			return true;
	}
	return !s->n_pairs;
}

static bool is_measured_pdu(const struct perf_observer *observer, const struct isotp_observed *o)
{
	const struct perf_settings *s = observer->results->settings;

	for (int i = 0; i < s->n_pairs; i++)
		if (isotp_watched_is(&s->pairs[i].a, &o->from))
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

static void take_pdu(struct perf_observer *observer, const struct isotp_observed *o)
{
	if (o->status == ISOTP_N_OK)
		observer->pdus++;
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

void perf_observer_close(struct perf_observer *observer)
{
	watcher_close(&observer->watcher);
}
