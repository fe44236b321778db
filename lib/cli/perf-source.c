/* SPDX-License-Identifier: MIT */
/* Owns the modes of isotpperf that begin: --source sends, --ping sends and awaits each PDU back. */
#include "perf-active.h"

#include "pace.h"
#include "perf-content.h"
#include "protocol/timing.h"
#include "transport/clock.h"

#include <string.h>

/* One PDU on its way. */
struct shot {
	uint64_t began, sent_at; /* isotp_clock_now */
	bool sent, answered;	 /* the answer may come before the bus confirms our last frame */
	bool failed;
};

static bool is_done(const struct perf_active *a, const struct shot *shot)
{
	return shot->failed || (shot->sent && (shot->answered || a->settings->mode == PERF_SOURCE));
}

/* --- what comes back --- */

static bool is_echo(const struct perf_buffer *out, const struct isotp_event *ev)
{
	return ev->length == out->length && !memcmp(ev->data, out->data, ev->length);
}

/* A PDU that came: ours, or one that was given up and comes late. To look at it takes time, which
 * is no part of the round trip. */
static void take_echo(struct perf_active *a, struct shot *shot, const struct isotp_event *ev)
{
	const uint64_t came = isotp_clock_now();
	uint32_t number;

	if (is_echo(&a->out, ev)) {
		measure_round_trip(a->results->into, came - shot->began);
		perf_active_worked(a);
	} else if (perf_content_check(ev->data, ev->length, &number)) {
		measure_reordered(a->results->into, 1);
		a->broken = true;
		return;
	} else {
		measure_damaged(a->results->into, 1);
		a->broken = true;
	}
	shot->answered = true;
}

/* --- one PDU --- */

static enum tool_exit take_sent(struct perf_active *a, struct shot *shot,
				const struct isotp_event *ev)
{
	if (ev->result != ISOTP_N_OK) {
		shot->failed = true;
		return perf_active_failed(a, ev);
	}
	shot->sent = true;
	shot->sent_at = isotp_clock_now();
	measure_transfer(a->results->into, a->out.length, shot->sent_at - shot->began);
	perf_active_wire(a);
	if (a->settings->mode == PERF_SOURCE)
		perf_active_worked(a);
	return TOOL_DONE;
}

/* A source does not look at what comes. */
static enum tool_exit take_event(struct perf_active *a, struct shot *shot,
				 const struct isotp_event *ev)
{
	if (ev->type == ISOTP_EVENT_SENT)
		return take_sent(a, shot, ev);
	if (ev->type != ISOTP_EVENT_RECEIVED || a->settings->mode != PERF_PING)
		return TOOL_DONE;
	if (ev->result == ISOTP_N_OK)
		take_echo(a, shot, ev);
	else
		session_tell_result(&a->link.session, ev, tool_warn);
	return TOOL_DONE;
}

/* When what is awaited is given up: the end of a transfer, counted from its start; an echo,
 * from the end of the transfer or the last sign of it. */
static uint64_t patience(struct perf_active *a, const struct shot *shot)
{
	if (!a->settings->timeout_ns)
		return ISOTP_NEVER;
	if (a->settings->mode == PERF_SOURCE)
		return isotp_after(shot->began, a->settings->timeout_ns);
	if (!shot->sent)
		return ISOTP_NEVER;
	return isotp_after(perf_active_heard(a, shot->sent_at), a->settings->timeout_ns);
}

static enum tool_exit give_up(struct perf_active *a)
{
	const uint64_t ns = a->settings->timeout_ns;

	if (a->settings->mode == PERF_SOURCE) {
		isotp_channel_cancel(a->link.session.channel);
		measure_broken(a->results->into);
		return perf_active_missed(a, "the transfer did not end", ns);
	}
	measure_lost(a->results->into, 1);
	return perf_active_missed(a, "no echo", ns);
}

static enum tool_exit shoot(struct perf_active *a, uint64_t number, uint32_t length)
{
	struct shot shot = { 0 };
	enum tool_exit status = perf_link_await_peer(&a->link);
	struct isotp_event ev;
	int rc;

	if (status != TOOL_DONE)
		return status;
	perf_content_make(a->out.data, length, number);
	a->out.length = length;
	measure_number(a->results->into, number);
	shot.began = isotp_clock_now();
	rc = isotp_channel_send(a->link.session.channel, a->out.data, length);
	while (rc >= 0 && status == TOOL_DONE && !is_done(a, &shot)) {
		rc = perf_link_next(&a->link, &ev, patience(a, &shot));
		if (rc > 0)
			status = take_event(a, &shot, &ev);
		else if (rc == 0 && isotp_clock_now() >= patience(a, &shot))
			return give_up(a);
	}
	return rc < 0 ? session_tell_failure(&a->link.session, rc) : status;
}

/* --- all PDUs of a length --- */

struct stretch {
	uint32_t length;
	struct pace pace; /* of --interval, warm-up or not */
	uint64_t began;	  /* of the first that counts */
	uint64_t last;	  /* the end of the last one */
	uint64_t end;	  /* of --duration */
};

/* Waits for the turn of the next PDU. False: there is no time for it any more, or *status says
 * why. */
static bool await_turn(struct perf_active *a, const struct stretch *s, enum tool_exit *status)
{
	if (s->pace.turn)
		*status = perf_link_idle(&a->link, isotp_earlier(s->pace.turn, s->end));
	return *status == TOOL_DONE && isotp_clock_now() < s->end;
}

static enum tool_exit begin_measuring(struct perf_active *a, struct stretch *s)
{
	const enum tool_exit status = perf_results_begin(a->results, s->length);

	perf_link_from(&a->link, isotp_clock_realtime());
	s->began = s->last = isotp_clock_now();
	if (a->settings->duration_ns)
		s->end = isotp_after(s->began, a->settings->duration_ns);
	if (!a->settings->count)
		perf_link_begin(&a->link, 0, s->end);
	return status;
}

static enum tool_exit run_length(struct perf_active *a, uint32_t length, uint64_t *number)
{
	const struct perf_settings *settings = a->settings;
	const uint64_t warmup = settings->warmup;
	struct stretch s = {
		.length = length,
		.pace.interval_ns = settings->interval_ns,
		.end = ISOTP_NEVER,
	};
	enum tool_exit status = TOOL_DONE;
	uint64_t began;

	for (uint64_t n = 0; status == TOOL_DONE; n++) {
		if (settings->count && n >= warmup && n - warmup == settings->count)
			break;
		if (n == warmup)
			status = begin_measuring(a, &s);
		if (status != TOOL_DONE || !await_turn(a, &s, &status))
			break;
		began = isotp_clock_now();
		status = shoot(a, (*number)++, length);
		if (status != TOOL_DONE)
			break;
		s.last = isotp_clock_now();
		pace_done(&s.pace, began, s.last);
		a->link.done += n >= warmup;
	}
	perf_link_catch_up(&a->link);
	perf_results_end(a->results, s.last - s.began);
	return status;
}

enum tool_exit perf_source_run(struct perf_active *a)
{
	const struct perf_settings *s = a->settings;
	enum tool_exit status = TOOL_DONE;
	uint64_t number = 0;

	if (s->count)
		perf_link_begin(&a->link, s->count * s->lengths.count, ISOTP_NEVER);
	for (uint64_t n = 0; status == TOOL_DONE && n < a->settings->lengths.count; n++)
		status = run_length(a, perf_lengths_at(&a->settings->lengths, n), &number);
	return status;
}
