/* SPDX-License-Identifier: MIT */
/* Owns the monitor of isotpperf: from frames to lines and measurement, without taking part. */
#include "perf-monitor.h"

#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

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

/* What can-utils would be asked for, too, is what it prints, wherever that goes. Else bars are for
 * terminals: in a file they are a line for each frame. */
static enum perf_bars_style style_of(const struct perf_settings *s)
{
	if (tool_is_quiet())
		return PERF_BARS_LINES;
	if (s->as_can_utils)
		return PERF_BARS_CAN_UTILS;
	return tool_columns(STDOUT_FILENO) ? PERF_BARS_NOTED : PERF_BARS_LINES;
}

static bool is_enough(const struct perf_monitor *monitor)
{
	return monitor->settings->count && monitor->observer.pdus >= monitor->settings->count;
}

/* After a signal, too, what has come is told. */
static void flush(struct perf_monitor *monitor)
{
	int rc;

	if (tool_stopped())
		tool_last_words();
	rc = writer_flush(&monitor->view.w);
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
		perf_seen_take(&monitor->seen, &records[i].frame);
		perf_observer_take(&monitor->observer, &records[i], 1);
		if (has_lines(monitor))
			perf_bars_take(&monitor->bars, &records[i],
				       input_bus(&monitor->in, records[i].bus), &monitor->view.w);
	}
	return !is_enough(monitor);
}

/* A file has its own, and where there are lines nothing else is needed. */
static void show_progress(struct perf_monitor *monitor)
{
	if (monitor->in.bus && !has_lines(monitor))
		progress_show(&monitor->bar, monitor->observer.pdus, monitor->settings->count);
}

/* When the monitor has something to say though no frame comes. */
static uint64_t next_line(const struct perf_monitor *monitor)
{
	const uint64_t then = perf_bars_deadline(&monitor->bars); /* on the clock of the frames */
	const uint64_t now = isotp_clock_realtime();

	if (!has_lines(monitor) && monitor->in.bus)
		return progress_deadline(&monitor->bar);
	if (then == ISOTP_NEVER)
		return ISOTP_NEVER;
	return isotp_after(isotp_clock_now(), then > now ? then - now : 0);
}

/* Such a log is one of what happened, not of when. */
static void check_times(struct perf_monitor *monitor)
{
	if (monitor->untimed || !input_is_untimed(&monitor->in))
		return;
	monitor->untimed = true;
	measure_untimed(monitor->results->into);
	tool_warn("%s: its frames have no times: what needs them is not measured",
		  monitor->in.name);
	if (!tool_is_quiet())
		tool_hint("candump -L, or candump -t a, which write them");
}

/* The clock of such a log did not run; that of a bus goes on where no frame comes. */
static void check_end(struct perf_monitor *monitor)
{
	struct measure *m = monitor->results->into;

	if (monitor->in.bus)
		measure_now(m, isotp_clock_realtime());
	if (monitor->untimed || !measure_is_still(m))
		return;
	measure_untimed(m);
	tool_warn("%s: its frames all have the same time: what needs times is not measured",
		  monitor->in.name);
}

static enum tool_exit look_on(struct perf_monitor *monitor)
{
	const uint64_t ns = monitor->settings->duration_ns;
	const uint64_t stop = ns ? isotp_after(isotp_clock_now(), ns) : ISOTP_NEVER;

	progress_begin(&monitor->bar, "PDUs");
	monitor->bar.wanted &= !(monitor->settings->json && isatty(STDOUT_FILENO));
	while (monitor->results->error == 0) {
		const struct isotp_record *records;
		const int n =
			input_read(&monitor->in, &records, isotp_earlier(next_line(monitor), stop));

		show_progress(monitor);
		input_tell_losses(&monitor->in);
		check_times(monitor);
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

/*
 * Without a pair it is the first transfer that tells who talks to whom, and by then its frames have
 * passed. So a file is looked through before. What is wrong there is told the second time.
 */
static enum tool_exit learn(struct perf_monitor *monitor)
{
	enum tool_exit status = perf_results_begin(monitor->results, 0);

	if (status == TOOL_DONE)
		status = perf_observer_open(&monitor->observer, monitor->results, monitor->padding,
					    PERF_MAX_PDU);
	if (status != TOOL_DONE)
		return status;
	monitor->observer.learns = true;
	input_rehearse(&monitor->in);
	status = look_on(monitor);
	perf_observer_close(&monitor->observer);
	monitor->has_first = false;
	if (status != TOOL_STOPPED)
		return input_repeat(&monitor->in);
	tool_warn(
		"%s: stopped while it was searched for who speaks ISO-TP: nothing is measured yet",
		monitor->in.name);
	return status;
}

/* The names of buses end with their capture. */
static void keep_names(struct perf_monitor *monitor)
{
	for (uint16_t i = 0; i < MEASURE_BUSES; i++)
		snprintf(monitor->results->buses.names[i], sizeof(monitor->results->buses.names[i]),
			 "%s", input_bus(&monitor->in, i));
}

static enum tool_exit measure(struct perf_monitor *monitor)
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
	perf_bars_init(&monitor->bars, s->pairs, s->n_pairs, style_of(s));
	monitor->bars.padding = monitor->padding;
	monitor->bars.columns = tool_columns(STDOUT_FILENO);
	if (!monitor->results->any)
		status = perf_results_begin(monitor->results, 0);
	if (status == TOOL_DONE)
		status = look_on(monitor);
	if (tool_stopped())
		tool_last_words();
	check_end(monitor);
	perf_observer_finish(&monitor->observer);
	perf_bars_end(&monitor->bars, &monitor->view.w);
	if (monitor->bars.printed) /* the report is no line of a PDU */
		writer_char(&monitor->view.w, '\n');
	flush(monitor);
	perf_observer_close(&monitor->observer);
	keep_names(monitor);
	if (status == TOOL_DONE || status == TOOL_STOPPED)
		perf_seen_tell(&monitor->seen, monitor->in.name,
			       perf_results_found(monitor->results));
	return status;
}

static enum tool_exit run(struct perf_monitor *monitor)
{
	enum tool_exit status = TOOL_DONE;

	monitor->results->bus = monitor->in.name;
	monitor->seen.settings = monitor->settings;
	if (!monitor->settings->n_pairs && input_is_repeatable(&monitor->in))
		status = learn(monitor);
	if (status == TOOL_DONE)
		status = measure(monitor);
	perf_results_end(monitor->results, 0);
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
