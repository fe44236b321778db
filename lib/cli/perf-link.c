/* SPDX-License-Identifier: MIT */
/* Owns the connection of isotpperf's active modes, and when its observer is on the bus. */
#include "perf-link.h"

#include "machine.h"
#include "transport/clock.h"
#include "transport/interface.h"

#include <errno.h>
#include <inttypes.h>

enum {
	LOOK_NS = 10 * ISOTP_MS,	/* how often to look who is there */
	OBSERVER_LAG_NS = 5 * ISOTP_MS, /* how much later than we the observer may get a frame */
};

enum tool_exit perf_link_open(struct perf_link *link, struct options *options,
			      const struct perf_settings *settings, struct perf_results *results,
			      uint32_t longest)
{
	*link = (struct perf_link){ .observes = !settings->no_observe };
	if (link->observes) {
		const enum tool_exit status =
			perf_bystander_open(&link->bystander, results, &options->config);

		if (status != TOOL_DONE)
			return status;
	}
	return session_open(&link->session, options, longest);
}

enum tool_exit perf_link_observe(struct perf_link *link)
{
	const struct options *o = link->session.options;
	char where[ISOTP_BUS_WHERE];
	int rc;

	if (!link->observes || link->bystander.bus)
		return TOOL_DONE;
	rc = perf_bystander_join(&link->bystander, o->interface, where, sizeof(where));
	return rc < 0 ? machine_tell_bus(o->interface, where, rc) : TOOL_DONE;
}

void perf_link_stop_observing(struct perf_link *link)
{
	if (!link->bystander.bus)
		return;
	perf_bystander_drain(&link->bystander, ISOTP_NEVER);
	link->unseen += perf_bystander_lost(&link->bystander);
	perf_bystander_leave(&link->bystander);
}

/* CAN does not tell who is there. */
static bool alone(const struct perf_link *link)
{
	const unsigned int own = link->bystander.bus ? 1 : 0;

	return !isotp_interface_name(link->session.options->interface) &&
	       isotp_channel_others(link->session.channel) <= own;
}

enum tool_exit perf_link_await_peer(struct perf_link *link)
{
	const struct isotp_event nobody = { .type = ISOTP_EVENT_SENT, .result = ISOTP_N_TIMEOUT_A };
	uint64_t limit, now = 0;
	enum tool_exit status;

	if (!alone(link))
		return perf_link_observe(link);
	perf_link_stop_observing(link);
	limit = isotp_after(isotp_clock_now(), link->session.options->config.n_as_ns);
	do {
		/* at least once: the channel has to learn that the observer has left */
		status = perf_link_idle(link, isotp_earlier(limit, now));
		now = isotp_clock_now() + LOOK_NS;
	} while (status == TOOL_DONE && alone(link) && isotp_clock_now() < limit);
	if (status == TOOL_DONE && alone(link))
		return session_tell_result(&link->session, &nobody, tool_error);
	return status == TOOL_DONE ? perf_link_observe(link) : status;
}

/* Waits until there is something to do for one of the two. */
static int wait_both(struct perf_link *link, uint64_t deadline)
{
	const struct isotp_channel *ch = link->session.channel;
	struct pollfd fds[3] = {
		{ .fd = isotp_channel_fd(ch), .events = isotp_channel_events(ch) },
		{ .fd = perf_bystander_fd(&link->bystander), .events = POLLIN },
		{ .fd = tool_stop_fd(), .events = POLLIN },
	};
	const int rc =
		isotp_clock_poll(fds, 3, isotp_earlier(deadline, isotp_channel_deadline(ch)));

	if (fds[2].revents)
		return -EINTR;
	return rc == -EINTR ? 0 : rc;
}

/* One look, without waiting. The observer does not run ahead: what it sees of the next PDU is not
 * taken before this one was told of. So it waits while frames wait for the channel. */
static int look_at_both(struct perf_link *link, struct isotp_event *ev)
{
	struct isotp_channel *ch = link->session.channel;
	uint64_t until = isotp_clock_realtime();
	const int rc = isotp_channel_next(ch, ev, 0);
	int seen;

	if (!link->bystander.bus || (rc == 0 && isotp_channel_deadline(ch) == 0))
		return rc;
	if (rc > 0 && ev->type == ISOTP_EVENT_RECEIVED)
		until = isotp_earlier(until, ev->time_ns);
	seen = perf_bystander_drain(&link->bystander, until);
	return rc ? rc : seen;
}

static int next_of_both(struct perf_link *link, struct isotp_event *ev, uint64_t deadline)
{
	while (!tool_stopped()) {
		int rc = look_at_both(link, ev);

		if (rc)
			return rc;
		if (isotp_channel_deadline(link->session.channel) == 0)
			continue;
		if (isotp_clock_now() >= deadline)
			return 0;
		rc = wait_both(link, deadline);
		if (rc < 0)
			return rc;
	}
	return -EINTR;
}

void perf_link_begin(struct perf_link *link, uint64_t wanted, uint64_t ends)
{
	link->wanted = wanted;
	link->began = isotp_clock_now();
	link->ends = ends;
	progress_begin(&link->bar, wanted || ends == ISOTP_NEVER ? "PDUs" : "s");
}

static void show_progress(struct perf_link *link)
{
	uint64_t done = link->done, whole = link->wanted;

	if (!whole && link->ends != ISOTP_NEVER) {
		done = isotp_earlier(isotp_clock_now(), link->ends) - link->began;
		whole = link->ends - link->began;
		done /= ISOTP_SECOND;
		whole = (whole + ISOTP_SECOND / 2) / ISOTP_SECOND;
	}
	progress_show(&link->bar, done, whole);
}

static int told_of_losses(struct perf_link *link, const struct isotp_event *ev, int rc)
{
	if (rc > 0 && ev->type == ISOTP_EVENT_LOST)
		link->lost |= session_tell_losses(&link->session);
	return rc;
}

int perf_link_next(struct perf_link *link, struct isotp_event *ev, uint64_t deadline)
{
	int rc;

	show_progress(link);
	deadline = isotp_earlier(deadline, progress_deadline(&link->bar));
	if (link->bystander.bus)
		rc = next_of_both(link, ev, deadline);
	else if (tool_stopped()) /* a channel that never waits does not see it */
		rc = -EINTR;
	else
		rc = isotp_channel_next(link->session.channel, ev, deadline);
	return told_of_losses(link, ev, rc);
}

int perf_link_rest(struct perf_link *link, struct isotp_event *ev, uint64_t deadline)
{
	int rc;

	do {
		rc = look_at_both(link, ev);
	} while (rc == 0 && isotp_channel_deadline(link->session.channel) == 0 &&
		 isotp_clock_now() < deadline);
	return told_of_losses(link, ev, rc);
}

enum tool_exit perf_link_idle(struct perf_link *link, uint64_t moment)
{
	struct isotp_event ev;
	int rc;

	do {
		rc = perf_link_next(link, &ev, moment);
	} while (rc > 0 || (rc == 0 && isotp_clock_now() < moment));
	return rc < 0 ? session_tell_failure(&link->session, rc) : TOOL_DONE;
}

/* On an embedded bus its last frame may be with us before the observer has it. */
uint64_t perf_link_observed(struct perf_link *link, uint32_t length)
{
	return link->bystander.bus ? perf_bystander_whole(&link->bystander, length, OBSERVER_LAG_NS)
				   : ISOTP_NEVER;
}

/* A failure of the bus comes up elsewhere. */
void perf_link_catch_up(struct perf_link *link)
{
	const uint64_t end = isotp_clock_now() + OBSERVER_LAG_NS;
	struct pollfd fd = { .events = POLLIN };

	if (!link->bystander.bus)
		return;
	fd.fd = perf_bystander_fd(&link->bystander);
	while (perf_bystander_drain(&link->bystander, ISOTP_NEVER) >= 0 &&
	       isotp_clock_now() < end && !tool_stopped())
		isotp_clock_poll(&fd, 1, end);
}

void perf_link_from(struct perf_link *link, uint64_t time_ns)
{
	perf_bystander_from(&link->bystander, time_ns);
}

void perf_link_close(struct perf_link *link)
{
	progress_end();
	perf_link_stop_observing(link);
	if (link->unseen)
		tool_warn("%s: frames lost by the observer: %" PRIu64
			  "; what is told of gaps, violations and load lacks them",
			  link->session.options->interface, link->unseen);
	if (link->session.channel)
		link->lost |= session_tell_losses(&link->session);
	session_close(&link->session);
	if (link->observes)
		perf_bystander_close(&link->bystander);
}
