/* SPDX-License-Identifier: MIT */
/* isotprecv: receives PDUs and prints them. */
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/tool.h"
#include "cli/values.h"
#include "transport/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct receiver {
	struct options shared;
	struct session session;
	struct output out;
	struct progress bar;
	uint64_t count;	     /* PDUs to receive */
	uint64_t timeout_ns; /* idle time until the next PDU begins; 0: none */
	bool many;	     /* --loop or --count: a broken reception is not the end */
	bool broken, lost;   /* what has happened so far */
};

/* --- options --- */

static struct receiver *receiver_of(struct options *o)
{
	return o->own;
}

static void set_loop(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	struct receiver *r = receiver_of(o);

	if (!r->many)
		r->count = UINT64_MAX;
	r->many = true;
}

static void set_count(struct options *o, const char *what, const char *arg)
{
	receiver_of(o)->count = option_count(what, arg, 1, UINT64_MAX - 1);
	receiver_of(o)->many = true;
}

static void set_timeout(struct options *o, const char *what, const char *arg)
{
	receiver_of(o)->timeout_ns = option_timeout(what, arg);
}

static void set_format(struct options *o, const char *what, const char *arg)
{
	if (!output_init(&receiver_of(o)->out, arg))
		tool_refuse(what, "'%s' is none of " OUTPUT_FORMATS, arg);
}

static void set_listen(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.listen = true;
}

static void set_bs_short(struct options *o, const char *what, const char *arg)
{
	o->config.bs = option_byte(what, arg);
}

/* Testers send reserved values on purpose: a warning, no refusal. */
static void set_stmin_short(struct options *o, const char *what, const char *arg)
{
	char why[VALUE_WHY];

	if (value_byte(arg, &o->config.stmin, why) == 0) {
		if (isotp_stmin_reserved(o->config.stmin))
			tool_warn("%s: '%s' is a reserved STmin, sent as it is", what, arg);
	} else if (value_stmin(arg, &o->config.stmin, why) < 0) {
		tool_refuse(what,
			    "'%s' is neither a raw STmin byte in hex (20, F3) nor a "
			    "duration (10ms, 500us)",
			    arg);
	}
}

static void set_wftmax_short(struct options *o, const char *what, const char *arg)
{
	o->config.wftmax = option_byte(what, arg);
}

static void set_force_short(struct options *o, const char *what, const char *arg)
{
	o->config.rx_stmin_ns = (uint32_t)option_duration(what, arg, 1, UINT32_MAX);
	o->config.force_rx_stmin = true;
}

static void set_dyn_fc_short(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.dyn_fc = true;
}

static const struct option own_options[] = {
	{ 'l', "loop", NULL, "go on after a PDU, for ever", set_loop },
	{ 0, "count", "N", "exit after N PDUs", set_count },
	{ 0, "timeout", "T", "exit with status 4 when no PDU begins within this time",
	  set_timeout },
	{ 0, "format", "FORMAT", "print as hex (default), raw, ascii or dump", set_format },
	{ 0, "listen", NULL, "only listen: send nothing, no flow control", set_listen },
	{ 'b', NULL, "HEX", "block size to ask for, as --bs", set_bs_short },
	{ 'm', NULL, "HEX", "STmin to ask for as a raw byte, as --stmin", set_stmin_short },
	{ 'w', NULL, "HEX", "wait frames in a row, as --wftmax", set_wftmax_short },
	{ 'f', NULL, "NS", "drop frames that follow faster, as --rx-stmin", set_force_short },
	{ 'F', NULL, NULL, "as --dyn-fc", set_dyn_fc_short },
	{ 0 },
};

static const struct program program = {
	.name = "isotprecv",
	.operands = "[OPTION...] INTERFACE",
	.own = own_options,
};

/* --- receiving --- */

static int print_pdu(struct receiver *r, const struct isotp_event *ev)
{
	const int rc = r->out.pdu(&r->out, ev->data, ev->length);

	if (rc < 0 && rc != -EINTR && rc != -EPIPE)
		tool_error("standard output: %s", tool_strerror(rc));
	return rc;
}

static enum tool_exit take_overflow(const struct receiver *r, const struct isotp_event *ev)
{
	/* The kernel has taken it already, and told the sender so. */
	tool_warn("%s: a PDU of %" PRIu32 " bytes was %s: --max-pdu is %zu", r->shared.interface,
		  ev->length, isotp_channel_is_kernel(r->session.channel) ? "dropped" : "refused",
		  r->shared.max_pdu);
	return TOOL_DONE;
}

/* Only the last reception counts where there is but one; else it is told and remembered. */
static enum tool_exit take_broken(struct receiver *r, const struct isotp_event *ev)
{
	const bool goes_on = r->many || ev->result == ISOTP_N_UNEXP_PDU;
	const enum tool_exit status =
		session_tell_result(&r->session, ev, goes_on ? tool_warn : tool_error);

	if (!goes_on)
		return status;
	if (ev->result != ISOTP_N_UNEXP_PDU)
		r->broken = true;
	return TOOL_DONE;
}

/* Returns what ends the program, TOOL_DONE to go on; *error is a failure of standard output. */
static enum tool_exit take_event(struct receiver *r, const struct isotp_event *ev, int *error)
{
	if (ev->type == ISOTP_EVENT_LOST)
		return TOOL_DONE; /* told, and remembered in r->lost */
	if (ev->type == ISOTP_EVENT_OVERFLOW)
		return take_overflow(r, ev);
	if (ev->result != ISOTP_N_OK)
		return take_broken(r, ev);
	r->count--;
	*error = print_pdu(r, ev);
	if (*error == -EINTR)
		return TOOL_STOPPED;
	return *error < 0 ? TOOL_SYSTEM : TOOL_DONE;
}

/* Waits for the next event; 0 when no PDU has begun in time. */
static int await_event(struct receiver *r, struct isotp_event *ev)
{
	struct isotp_channel *ch = r->session.channel;
	const uint64_t idle_end = r->timeout_ns ? isotp_clock_now() + r->timeout_ns : ISOTP_NEVER;
	uint32_t done, length;
	bool receiving = false;
	int rc;

	progress_begin(&r->bar, "bytes");
	for (;;) {
		rc = isotp_channel_next(ch, ev,
					isotp_earlier(receiving ? ISOTP_NEVER : idle_end,
						      progress_deadline(&r->bar)));
		if (rc)
			break;
		receiving = isotp_channel_receiving(ch, &done, &length);
		if (receiving)
			progress_show(&r->bar, done, length);
		else if (isotp_clock_now() >= idle_end)
			break;
		else
			progress_begin(&r->bar, "bytes");
	}
	progress_end();
	return rc;
}

static enum tool_exit receive(struct receiver *r, int *error)
{
	enum tool_exit status = TOOL_DONE;
	struct isotp_event ev;

	while (status == TOOL_DONE && r->count) {
		const int rc = tool_stopped() ? -EINTR : await_event(r, &ev);

		r->lost |= session_tell_losses(&r->session);
		if (rc == 0)
			return session_tell_timeout(&r->session, "no PDU", r->timeout_ns);
		if (rc < 0)
			return session_tell_failure(&r->session, rc);
		status = take_event(r, &ev, error);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct receiver r = { .count = 1 };
	enum tool_exit status;
	int error = 0;

	tool_init(argc ? argv[0] : program.name);
	r.shared.own = &r;
	output_init(&r.out, "hex");
	options_parse(&r.shared, &program, argc, (const char **)argv);
	if (*r.shared.operands)
		tool_refuse(*r.shared.operands, "one INTERFACE is enough");
	status = session_open(&r.session, &r.shared, 0);
	if (status == TOOL_DONE)
		status = receive(&r, &error);
	session_close(&r.session);
	options_release(&r.shared);
	if (error == -EPIPE)
		tool_finish_pipe();
	if (r.lost)
		status = TOOL_LOST;
	else if (r.broken)
		status = TOOL_BROKEN;
	tool_finish(status);
}
