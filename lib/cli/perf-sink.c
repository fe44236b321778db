/* SPDX-License-Identifier: MIT */
/* Owns the modes of isotpperf that answer: --sink takes and checks, --echo sends every PDU back. */
#include "perf-active.h"

#include "perf-content.h"
#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { REST_NS = 500 * ISOTP_MS }; /* for what was there before a signal, at most */

struct sink {
	struct perf_active *a;
	struct perf_order order;
	uint64_t lost_told;	 /* of order.lost */
	uint64_t counted;	 /* measured PDUs, and those that are missing among them */
	uint64_t wanted;	 /* 0: no limit */
	bool any;		 /* a PDU has come */
	uint32_t length;	 /* of the last one */
	uint64_t warm;		 /* PDUs of this length that do not count yet */
	bool broke;		 /* one that counts */
	uint64_t began;		 /* measuring, and ... */
	uint64_t last;		 /* ... when the last PDU came (isotp_clock_now) */
	struct perf_buffer held; /* to go back next */
	uint64_t echo_began;
	enum tool_exit status; /* of what is measured */
};

/* --- which PDUs count --- */

static void begin(struct sink *s, uint64_t time_ns)
{
	perf_order_end(&s->order);
	s->lost_told = s->order.lost;
	perf_link_from(&s->a->link, time_ns);
	s->began = s->last = isotp_clock_now();
	s->status = perf_results_begin(s->a->results, s->length);
}

/* What was missing during the warm-up does not count. */
static void tell_lost(struct sink *s, bool counted)
{
	const uint64_t n = s->order.lost - s->lost_told;

	s->lost_told += n;
	if (!n || !counted)
		return;
	s->a->broken = true;
	s->counted += n;
	measure_lost(s->a->results->into, n);
}

static void end(struct sink *s)
{
	perf_order_end(&s->order);
	tell_lost(s, !s->warm);
	perf_results_end(s->a->results, s->last - s->began);
}

/* A PDU of another length begins a stretch of its own, with its own warm-up. The observer tells
 * of it when its first frame comes, at `time_ns`. */
static void take_length(void *arg, uint32_t length, uint64_t time_ns)
{
	struct sink *s = arg;

	if (s->any && s->length == length)
		return;
	if (s->any)
		end(s);
	s->any = true;
	s->length = length;
	s->warm = s->a->settings->warmup;
	if (!s->warm)
		begin(s, time_ns);
}

/* One of the warm-up, if it is not over, is through. */
static void use_up(struct sink *s, uint64_t time_ns)
{
	if (s->warm && --s->warm == 0)
		begin(s, time_ns + 1);
}

/* Whether a PDU that is through counts. */
static bool counts(struct sink *s, uint32_t length, uint64_t time_ns)
{
	bool counted;

	take_length(s, length, time_ns);
	counted = !s->warm;
	use_up(s, time_ns);
	return counted;
}

/* --- a PDU that broke --- */

/* It is one of those that were sent: in the warm-up it does not count, but takes its place. */
static enum tool_exit take_broken(struct sink *s, const struct isotp_event *ev)
{
	enum tool_exit status;

	if (ev->length)
		take_length(s, ev->length, ev->time_ns);
	s->broke |= s->any && !s->warm;
	status = perf_active_failed(s->a, ev);
	use_up(s, ev->time_ns);
	return status == TOOL_DONE ? s->status : status;
}

static enum tool_exit take_refused(struct sink *s, const struct isotp_event *ev)
{
	tool_warn("%s: a PDU of %" PRIu32 " bytes was refused: --max-pdu is %zu",
		  s->a->link.session.options->interface, ev->length,
		  s->a->link.session.options->max_pdu);
	take_length(s, ev->length, ev->time_ns);
	s->broke |= s->any && !s->warm;
	s->a->broken = true;
	measure_broken(s->a->results->into);
	use_up(s, ev->time_ns);
	return s->status;
}

/* --- a PDU that is whole --- */

static void take_number(struct sink *s, const struct isotp_event *ev, bool counted)
{
	const uint64_t before = s->order.late + s->order.twice;
	bool damaged, late;
	uint32_t number;

	damaged = !perf_content_check(ev->data, ev->length, &number);
	if (damaged)
		perf_order_skip(&s->order);
	else if (perf_order_take(&s->order, number, ev->length) == PERF_FRESH)
		tool_warn("%s: the source has begun anew", s->a->link.session.options->interface);
	late = s->order.late + s->order.twice > before;
	tell_lost(s, counted);
	if (!counted)
		return;
	measure_damaged(s->a->results->into, damaged);
	measure_reordered(s->a->results->into, late);
	s->a->broken |= damaged || late;
}

static enum tool_exit take_checked(struct sink *s, const struct isotp_event *ev)
{
	const uint64_t ns = perf_link_observed(&s->a->link, ev->length);
	const bool counted = counts(s, ev->length, ev->time_ns);

	take_number(s, ev, counted);
	if (!counted)
		return s->status;
	s->last = isotp_clock_now();
	s->counted++;
	s->a->link.done = s->counted;
	measure_transfer(s->a->results->into, ev->length, ns);
	return s->status;
}

/* --- a PDU that goes back --- */

static enum tool_exit start_echo(struct sink *s)
{
	struct perf_active *a = s->a;
	int rc;

	s->echo_began = isotp_clock_now();
	rc = isotp_channel_send(a->link.session.channel, a->out.data, a->out.length);
	return rc < 0 ? session_tell_failure(&a->link.session, rc) : TOOL_DONE;
}

/* The next PDU may come before the bus confirms the last frame of the one that goes back: it is
 * held, a third is dropped. */
static enum tool_exit send_back(struct sink *s, const struct isotp_event *ev)
{
	struct perf_active *a = s->a;
	enum tool_exit status;

	if (s->held.length) {
		tool_warn("%s: a PDU of %" PRIu32 " bytes came while two were to go back: dropped",
			  a->link.session.options->interface, ev->length);
		return TOOL_DONE;
	}
	if (a->out.length)
		return perf_buffer_fill(&s->held, ev->data, ev->length);
	status = perf_buffer_fill(&a->out, ev->data, ev->length);
	return status == TOOL_DONE ? start_echo(s) : status;
}

static void count_echo(struct sink *s, const struct isotp_event *ev)
{
	const uint32_t length = s->a->out.length;

	perf_active_worked(s->a);
	if (!counts(s, length, ev->time_ns))
		return;
	s->last = isotp_clock_now();
	s->counted++;
	s->a->link.done = s->counted;
	measure_transfer(s->a->results->into, length, s->last - s->echo_began);
	perf_active_wire(s->a);
}

static enum tool_exit send_held(struct sink *s)
{
	const struct perf_buffer sent = s->a->out;

	s->a->out = s->held;
	s->held = sent;
	s->held.length = 0;
	return s->a->out.length ? start_echo(s) : TOOL_DONE;
}

static enum tool_exit take_sent(struct sink *s, const struct isotp_event *ev)
{
	if (ev->result != ISOTP_N_OK)
		return take_broken(s, ev);
	count_echo(s, ev);
	return s->status;
}

/* --- events --- */

static enum tool_exit take_received(struct sink *s, const struct isotp_event *ev)
{
	if (ev->result != ISOTP_N_OK)
		return take_broken(s, ev);
	if (s->a->settings->mode == PERF_ECHO)
		return send_back(s, ev);
	perf_active_worked(s->a);
	return take_checked(s, ev);
}

static enum tool_exit take_event(struct sink *s, const struct isotp_event *ev)
{
	enum tool_exit status;

	switch (ev->type) {
	case ISOTP_EVENT_RECEIVED:
		return take_received(s, ev);
	case ISOTP_EVENT_SENT:
		status = take_sent(s, ev);
		return status == TOOL_DONE ? send_held(s) : status;
	case ISOTP_EVENT_OVERFLOW:
		return take_refused(s, ev);
	case ISOTP_EVENT_LOST:
		return TOOL_DONE; /* told, and remembered */
	}
	return TOOL_DONE;
}

/* Nothing has come for so long: an end like others where no number of PDUs was asked for. */
static enum tool_exit idle_end(struct sink *s)
{
	if (s->any && !s->wanted)
		return TOOL_DONE;
	perf_link_stop_observing(&s->a->link);
	return session_tell_timeout(&s->a->link.session, "no PDU", s->a->settings->timeout_ns);
}

/* What is missing is not waited for. */
static bool is_complete(const struct sink *s)
{
	const uint64_t missing = s->warm ? 0 : perf_order_missing(&s->order);

	return s->wanted && s->counted + missing >= s->wanted;
}

/* After a signal nothing more goes back. */
static enum tool_exit take_last(struct sink *s, const struct isotp_event *ev)
{
	if (s->a->settings->mode != PERF_ECHO)
		return take_event(s, ev);
	return ev->type == ISOTP_EVENT_SENT ? take_sent(s, ev) : TOOL_DONE;
}

/* A signal: what had come before it counts, and may be all that was wanted. */
static enum tool_exit take_rest(struct sink *s)
{
	const uint64_t signalled = isotp_clock_realtime();
	const uint64_t deadline = isotp_after(isotp_clock_now(), REST_NS);
	enum tool_exit status = TOOL_DONE;
	struct isotp_event ev;

	while (status == TOOL_DONE && !is_complete(s) && isotp_clock_now() < deadline &&
	       perf_link_rest(&s->a->link, &ev, deadline) > 0) {
		if (ev.type == ISOTP_EVENT_RECEIVED && ev.time_ns > signalled)
			break;
		status = take_last(s, &ev);
	}
	return status == TOOL_DONE && !is_complete(s) ? TOOL_STOPPED : status;
}

static enum tool_exit run(struct sink *s)
{
	const struct perf_settings *settings = s->a->settings;
	const uint64_t stop = settings->duration_ns
				      ? isotp_after(isotp_clock_now(), settings->duration_ns)
				      : ISOTP_NEVER;
	uint64_t idle_since = isotp_clock_now();
	enum tool_exit status = TOOL_DONE;
	struct isotp_event ev;

	perf_link_begin(&s->a->link, s->wanted, stop);
	while (status == TOOL_DONE && !is_complete(s)) {
		const uint64_t patience = settings->timeout_ns
						  ? isotp_after(idle_since, settings->timeout_ns)
						  : ISOTP_NEVER;
		const int rc = perf_link_next(&s->a->link, &ev, isotp_earlier(stop, patience));

		if (rc == -EINTR)
			return take_rest(s);
		if (rc < 0)
			return session_tell_failure(&s->a->link.session, rc);
		if (rc > 0) {
			status = take_event(s, &ev);
			idle_since = isotp_clock_now();
			continue;
		}
		if (isotp_clock_now() >= stop)
			return TOOL_DONE;
		if (isotp_clock_now() < patience)
			continue;
		if (perf_active_heard(s->a, idle_since) == idle_since)
			return idle_end(s);
		idle_since = perf_active_heard(s->a, idle_since);
	}
	return status;
}

enum tool_exit perf_sink_run(struct perf_active *a)
{
	const uint64_t lengths = a->settings->lengths.count ? a->settings->lengths.count : 1;
	struct sink s = { .a = a, .wanted = a->settings->count * lengths };
	enum tool_exit status = perf_link_observe(&a->link);

	if (status != TOOL_DONE)
		return status;
	a->link.bystander.begins = take_length;
	a->link.bystander.arg = &s;
	status = run(&s);
	perf_link_catch_up(&a->link);
	a->link.bystander.begins = NULL; /* frames come until it leaves the bus */
	end(&s);
	if (s.any && !s.counted && !s.broke && a->settings->warmup)
		tool_warn("%s: only PDUs of the warm-up came, which do not count: --warmup=0",
			  a->link.session.options->interface);
	free(s.held.data);
	return status;
}
