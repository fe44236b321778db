/* SPDX-License-Identifier: MIT */
/* Owns what the active modes of isotpperf share: their failures, their beginning and end. */
#include "perf-active.h"

#include "transport/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- failures --- */

/* True when it ends the run; who answers goes on. */
static bool is_the_end(struct perf_active *a)
{
	a->in_row++;
	if (!perf_traits(a->settings->mode)->begins)
		return false;
	return !a->succeeded || a->in_row == PERF_IN_A_ROW;
}

static void quiet(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void quiet(const char *format, ...)
{
	(void)format;
}

static enum tool_exit count_failure(struct perf_active *a)
{
	a->broken = true;
	if (++a->failed == PERF_TOLD)
		tool_warn("%s: more failures are counted, and no longer told one by one",
			  a->link.session.options->interface);
	return TOOL_DONE;
}

enum tool_exit perf_active_failed(struct perf_active *a, const struct isotp_event *ev)
{
	measure_broken(a->results->into);
	if (is_the_end(a) || ev->result == ISOTP_N_TIMEOUT_A)
		return session_tell_result(&a->link.session, ev, tool_error);
	session_tell_result(&a->link.session, ev, a->failed < PERF_TOLD ? tool_warn : quiet);
	return count_failure(a);
}

enum tool_exit perf_active_missed(struct perf_active *a, const char *what, uint64_t ns)
{
	char time[VALUE_DURATION_TEXT];

	if (is_the_end(a)) {
		perf_link_stop_observing(&a->link); /* it is nobody else on the bus */
		const enum tool_exit status = session_tell_timeout(&a->link.session, what, ns);

		if (a->settings->mode == PERF_PING && !a->succeeded)
			tool_hint("isotpperf --echo at the other end, with the two IDs exchanged");
		return status;
	}
	if (a->failed < PERF_TOLD)
		tool_warn("%s: %s within %s", a->link.session.options->interface, what,
			  value_duration_text(ns, time));
	return count_failure(a);
}

void perf_active_worked(struct perf_active *a)
{
	a->succeeded++;
	a->in_row = 0;
}

/* --- what is sent --- */

static enum tool_exit reserve(struct perf_buffer *b, size_t length)
{
	uint8_t *data;

	if (length <= b->room)
		return TOOL_DONE;
	data = realloc(b->data, length);
	if (!data) {
		tool_error("no memory for a PDU of %zu bytes", length);
		return TOOL_SYSTEM;
	}
	b->data = data;
	b->room = length;
	return TOOL_DONE;
}

enum tool_exit perf_buffer_fill(struct perf_buffer *b, const uint8_t *data, uint32_t length)
{
	const enum tool_exit status = reserve(b, length);

	if (status != TOOL_DONE)
		return status;
	memcpy(b->data, data, length);
	b->length = length;
	return TOOL_DONE;
}

void perf_active_wire(struct perf_active *a)
{
	struct isotp_wire_bits bits;

	if (!a->settings->no_observe || !a->settings->bitrate)
		return;
	isotp_wire_pdu(&a->link.session.options->config, a->out.data, a->out.length, &bits);
	measure_wire(a->results->into, &bits);
}

uint64_t perf_active_heard(struct perf_active *a, uint64_t since)
{
	uint32_t done, length;

	if (isotp_channel_receiving(a->link.session.channel, &done, &length))
		return isotp_clock_now();
	return a->link.bystander.heard_ns > since ? a->link.bystander.heard_ns : since;
}

/* --- a run --- */

enum tool_exit perf_active_open(struct perf_active *a, struct options *options,
				const struct perf_settings *settings, struct perf_results *results)
{
	const uint32_t longest = perf_lengths_longest(&settings->lengths);
	enum tool_exit status;

	*a = (struct perf_active){ .settings = settings, .results = results };
	status = perf_link_open(&a->link, options, settings, results, longest);
	return status == TOOL_DONE ? reserve(&a->out, longest) : status;
}

enum tool_exit perf_active_close(struct perf_active *a, enum tool_exit status)
{
	perf_link_close(&a->link);
	free(a->out.data);
	if (status != TOOL_DONE && status != TOOL_STOPPED)
		return status;
	if (a->link.lost)
		return TOOL_LOST;
	return a->broken ? TOOL_BROKEN : status;
}
