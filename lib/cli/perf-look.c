/* SPDX-License-Identifier: MIT */
/* Owns isotpperf's way from frames to lines and measurement, without taking part. */
#include "perf-look.h"

#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>

/* --- what is shown --- */

/* JSON: an object for each PDU and fault, as isotpdump's. */
static void show_object(void *arg, const struct isotp_observed *o)
{
	struct perf_look *look = arg;
	const struct view_seen seen = { .o = o, .bus = input_bus(&look->in, o->from.bus) };

	if (o->type == ISOTP_OBSERVED_PDU)
		look->view.pdu(&look->view, &seen);
	else
		look->view.fault(&look->view, &seen);
}

static bool has_lines(const struct perf_look *look)
{
	return !look->settings->json && look->settings->n_pairs;
}

static bool is_enough(const struct perf_look *look)
{
	const uint64_t seen = has_lines(look) ? look->whole : look->watch.pdus;

	return look->settings->count && seen >= look->settings->count;
}

static void flush(struct perf_look *look)
{
	const int rc = writer_flush(&look->view.w);

	if (look->results->error == 0)
		look->results->error = rc;
}

/* --- frames --- */

/* True when it lies beyond --duration, which in a capture is of its own time. */
static bool is_beyond(struct perf_look *look, const struct isotp_record *record)
{
	const uint64_t ns = look->settings->duration_ns;

	if (!look->has_first) {
		look->has_first = true;
		look->first_ns = record->time_ns;
	}
	return ns && !look->in.bus && record->time_ns > isotp_after(look->first_ns, ns);
}

/* False: there is enough. */
static bool take(struct perf_look *look, const struct isotp_record *records, int n)
{
	for (int i = 0; i < n; i++) {
		if (is_enough(look) || is_beyond(look, &records[i]))
			return false;
		perf_watch_take(&look->watch, &records[i], 1);
		if (has_lines(look) &&
		    perf_monitor_take(&look->monitor, &records[i],
				      input_bus(&look->in, records[i].bus), &look->view.w))
			look->whole++;
	}
	return !is_enough(look);
}

/* When the monitor has something to say though no frame comes: its clock is that of the frames. */
static uint64_t next_line(const struct perf_look *look)
{
	const uint64_t then = perf_monitor_deadline(&look->monitor);
	const uint64_t now = isotp_clock_realtime();

	if (then == ISOTP_NEVER)
		return ISOTP_NEVER;
	return isotp_after(isotp_clock_now(), then > now ? then - now : 0);
}

static enum tool_exit look_on(struct perf_look *look)
{
	const uint64_t ns = look->settings->duration_ns;
	const uint64_t stop = ns ? isotp_after(isotp_clock_now(), ns) : ISOTP_NEVER;

	while (look->results->error == 0) {
		const struct isotp_record *records;
		const int n = input_read(&look->in, &records, isotp_earlier(next_line(look), stop));

		input_tell_losses(&look->in);
		if (n == -ENODATA)
			return TOOL_DONE;
		if (n < 0)
			return n == -EINTR ? TOOL_STOPPED : TOOL_SYSTEM;
		if (!take(look, records, n))
			return TOOL_DONE;
		if (look->in.bus && isotp_clock_now() >= stop)
			return TOOL_DONE;
		if (n == 0)
			perf_monitor_advance(&look->monitor, isotp_clock_realtime(), &look->view.w);
		if (input_waits(&look->in))
			flush(look);
	}
	return look->results->error == -EINTR ? TOOL_STOPPED : TOOL_SYSTEM;
}

static enum tool_exit run(struct perf_look *look)
{
	const struct perf_settings *s = look->settings;
	enum tool_exit status = perf_watch_open(&look->watch, look->results, look->padding,
						s->json ? look->max_pdu : PERF_MAX_PDU);

	if (status != TOOL_DONE)
		return status;
	if (s->json) {
		view_init_json(&look->view);
		look->watch.observed = show_object;
		look->watch.arg = look;
	}
	look->results->bus = look->in.name;
	perf_monitor_init(&look->monitor, s->pairs, s->n_pairs, !tool_is_quiet());
	status = perf_results_begin(look->results, 0);
	if (status == TOOL_DONE)
		status = look_on(look);
	perf_watch_finish(&look->watch);
	perf_monitor_end(&look->monitor, &look->view.w);
	if (look->whole) /* the report is no line of a PDU */
		writer_char(&look->view.w, '\n');
	flush(look);
	perf_results_end(look->results, 0);
	perf_watch_close(&look->watch);
	return status;
}

enum tool_exit perf_look_run(struct perf_look *look)
{
	enum tool_exit closed, status = input_open(&look->in, look->from);

	if (status == TOOL_DONE)
		status = run(look);
	closed = input_close(&look->in);
	return closed != TOOL_DONE && status != TOOL_SYSTEM ? closed : status;
}
