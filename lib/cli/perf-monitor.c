/* SPDX-License-Identifier: MIT */
/* Owns the monitor of isotpperf: from frames to lines and measurement, without taking part. */
#include "perf-monitor.h"

#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>

/* --- what is shown --- */

/* JSON: an object for each PDU and fault, as isotpdump's. */
static void show_object(void *arg, const struct isotp_observed *o)
{
	struct perf_monitor *monitor = arg;
	const struct view_seen seen = { .o = o, .bus = input_bus(&monitor->in, o->from.bus) };

	if (o->type == ISOTP_OBSERVED_PDU)
		monitor->view.pdu(&monitor->view, &seen);
	else
		monitor->view.fault(&monitor->view, &seen);
}

static bool has_lines(const struct perf_monitor *monitor)
{
	return !monitor->settings->json && monitor->settings->n_pairs;
}

static bool is_enough(const struct perf_monitor *monitor)
{
	const uint64_t seen = has_lines(monitor) ? monitor->whole : monitor->observer.pdus;

	return monitor->settings->count && seen >= monitor->settings->count;
}

static void flush(struct perf_monitor *monitor)
{
	const int rc = writer_flush(&monitor->view.w);

	if (monitor->results->error == 0)
		monitor->results->error = rc;
}

/* --- frames --- */

/* True when it lies beyond --duration, which in a capture is of its own time. */
static bool is_beyond(struct perf_monitor *monitor, const struct isotp_record *record)
{
	const uint64_t ns = monitor->settings->duration_ns;

	if (!monitor->has_first) {
		monitor->has_first = true;
		monitor->first_ns = record->time_ns;
	}
	return ns && !monitor->in.bus && record->time_ns > isotp_after(monitor->first_ns, ns);
}

/* False: there is enough. */
static bool take(struct perf_monitor *monitor, const struct isotp_record *records, int n)
{
	for (int i = 0; i < n; i++) {
		if (is_enough(monitor) || is_beyond(monitor, &records[i]))
			return false;
		perf_observer_take(&monitor->observer, &records[i], 1);
		if (has_lines(monitor) &&
		    perf_bars_take(&monitor->bars, &records[i],
				   input_bus(&monitor->in, records[i].bus), &monitor->view.w))
			monitor->whole++;
	}
	return !is_enough(monitor);
}

/* When the monitor has something to say though no frame comes: its clock is that of the frames. */
static uint64_t next_line(const struct perf_monitor *monitor)
{
	const uint64_t then = perf_bars_deadline(&monitor->bars);
	const uint64_t now = isotp_clock_realtime();

	if (then == ISOTP_NEVER)
		return ISOTP_NEVER;
	return isotp_after(isotp_clock_now(), then > now ? then - now : 0);
}

static enum tool_exit look_on(struct perf_monitor *monitor)
{
	const uint64_t ns = monitor->settings->duration_ns;
	const uint64_t stop = ns ? isotp_after(isotp_clock_now(), ns) : ISOTP_NEVER;

	while (monitor->results->error == 0) {
		const struct isotp_record *records;
		const int n =
			input_read(&monitor->in, &records, isotp_earlier(next_line(monitor), stop));

		input_tell_losses(&monitor->in);
		if (n == -ENODATA)
			return TOOL_DONE;
		if (n < 0)
			return n == -EINTR ? TOOL_STOPPED : TOOL_SYSTEM;
		if (!take(monitor, records, n))
			return TOOL_DONE;
		if (monitor->in.bus && isotp_clock_now() >= stop)
			return TOOL_DONE;
		if (n == 0)
			perf_bars_advance(&monitor->bars, isotp_clock_realtime(), &monitor->view.w);
		if (input_waits(&monitor->in))
			flush(monitor);
	}
	return monitor->results->error == -EINTR ? TOOL_STOPPED : TOOL_SYSTEM;
}

static enum tool_exit run(struct perf_monitor *monitor)
{
	const struct perf_settings *s = monitor->settings;
	enum tool_exit status =
		perf_observer_open(&monitor->observer, monitor->results, monitor->padding,
				   s->json ? monitor->max_pdu : PERF_MAX_PDU);

	if (status != TOOL_DONE)
		return status;
	if (s->json) {
		view_init_json(&monitor->view);
		monitor->observer.observed = show_object;
		monitor->observer.arg = monitor;
	}
	monitor->results->bus = monitor->in.name;
	perf_bars_init(&monitor->bars, s->pairs, s->n_pairs, !tool_is_quiet());
	status = perf_results_begin(monitor->results, 0);
	if (status == TOOL_DONE)
		status = look_on(monitor);
	perf_observer_finish(&monitor->observer);
	perf_bars_end(&monitor->bars, &monitor->view.w);
	if (monitor->whole) /* the report is no line of a PDU */
		writer_char(&monitor->view.w, '\n');
	flush(monitor);
	perf_results_end(monitor->results, 0);
	perf_observer_close(&monitor->observer);
	return status;
}

enum tool_exit perf_monitor_run(struct perf_monitor *monitor)
{
	enum tool_exit closed, status = input_open(&monitor->in, monitor->from);

	if (status == TOOL_DONE)
		status = run(monitor);
	closed = input_close(&monitor->in);
	return closed != TOOL_DONE && status != TOOL_SYSTEM ? closed : status;
}
