/* SPDX-License-Identifier: MIT */
/* isotpsend: sends PDUs, one by one, and says how each ended. */
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/pace.h"
#include "cli/payload-source.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/tool.h"
#include "cli/values.h"
#include "transport/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t FOREVER = UINT64_MAX;

struct sender {
	struct options shared;
	struct session session;
	struct payload payload;
	struct payload_source source;
	char *file; /* the name in it */
	uint64_t repeat;
	struct pace pace;    /* --interval */
	uint64_t pause_ns;   /* before each PDU */
	uint64_t timeout_ns; /* of one transfer; 0: none */
	bool no_wait;
};

/* --- options --- */

static struct sender *sender_of(struct options *o)
{
	return o->own;
}

static void set_file(struct options *o, const char *what, const char *arg)
{
	option_file(what, arg, &sender_of(o)->file);
	sender_of(o)->source.file = sender_of(o)->file;
}

static void set_length(struct options *o, const char *what, const char *arg)
{
	sender_of(o)->source.length = option_count(what, arg, 1, PAYLOAD_MAX);
}

static void set_lines(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	sender_of(o)->source.lines = true;
}

static uint64_t repeat_count(const char *what, const char *arg, const char *forever)
{
	char why[VALUE_WHY];
	uint64_t n = FOREVER;

	if (strcmp(arg, forever) != 0 && value_count(arg, 1, FOREVER - 1, &n, why) < 0)
		tool_refuse(what, "'%s' is neither a number above 0 nor '%s'", arg, forever);
	return n;
}

static void set_repeat(struct options *o, const char *what, const char *arg)
{
	sender_of(o)->repeat = repeat_count(what, arg, "forever");
}

static void set_repeat_short(struct options *o, const char *what, const char *arg)
{
	sender_of(o)->repeat = repeat_count(what, arg, "i");
}

static void set_interval(struct options *o, const char *what, const char *arg)
{
	sender_of(o)->pace.interval_ns = option_duration(what, arg, 0, OPTION_DAY_NS);
}

static void set_pause_short(struct options *o, const char *what, const char *arg)
{
	sender_of(o)->pause_ns = option_duration(what, arg, 1000, OPTION_DAY_NS);
}

static void set_timeout(struct options *o, const char *what, const char *arg)
{
	sender_of(o)->timeout_ns = option_timeout(what, arg);
}

static void set_no_wait(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	sender_of(o)->no_wait = true;
}

static void set_wait_short(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	sender_of(o)->no_wait = false;
}

static void set_sf_broadcast(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.sf_broadcast = true;
}

static void set_cf_broadcast(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.cf_broadcast = true;
}

static void set_txtime_short(struct options *o, const char *what, const char *arg)
{
	const bool zero = !strcmp(arg, "ZERO");
	uint64_t ns = 0;

	if (!zero)
		ns = option_duration(what, arg, 1, UINT32_MAX - 1);
	o->config.has_frame_txtime = zero || ns; /* 0 keeps what the stack has, as in can-utils */
	o->config.frame_txtime_ns = (uint32_t)ns;
}

static void set_force_short(struct options *o, const char *what, const char *arg)
{
	o->config.tx_stmin_ns = (uint32_t)option_duration(what, arg, 1, UINT32_MAX);
	o->config.force_tx_stmin = true;
}

static const struct option own_options[] = {
	{ 0, "file", "FILE", "send the bytes of a file as they are; - is standard input",
	  set_file },
	{ 'D', "length", "N", "send N bytes of a pattern: 01 02 ... FF 01 ...", set_length },
	{ 0, "lines", NULL, "each line of standard input is one PDU in hex", set_lines },
	{ 0, "repeat", "N", "send N times, or forever", set_repeat },
	{ 'l', NULL, "N|i", "the same, i is forever", set_repeat_short },
	{ 0, "interval", "T", "start the PDUs this far apart", set_interval },
	{ 'g', NULL, "US", "wait so many microseconds before each PDU", set_pause_short },
	{ 0, "timeout", "T", "give a transfer up after this time", set_timeout },
	{ 0, "no-wait", NULL, "exit 0 whatever becomes of the transfer", set_no_wait },
	{ 'b', NULL, NULL, "wait for the end of the transfer: the default here", set_wait_short },
	{ 'S', "sf-broadcast", NULL, "single frames to everybody, no --rx-id needed",
	  set_sf_broadcast },
	{ 'C', "cf-broadcast", NULL, "send without flow control, no --rx-id needed",
	  set_cf_broadcast },
	{ 't', NULL, "NS", "extra gap before each consecutive frame; or ZERO", set_txtime_short },
	{ 'f', NULL, "NS", "leave this gap between frames, as --tx-stmin", set_force_short },
	{ 0 },
};

static const struct program program = {
	.name = "isotpsend",
	.operands = "[OPTION...] INTERFACE [BYTE...]",
	.own = own_options,
	.sends = true,
};

/* --- the payload --- */

/* False, and why, when a PDU of this length cannot be sent. */
static bool length_ok(const struct sender *s, size_t len, char why[VALUE_WHY])
{
	const struct isotp_config *cfg = &s->shared.config;
	const uint32_t max = isotp_sf_max(cfg->tx_dl, cfg->address.has_byte);

	if (!len)
		snprintf(why, VALUE_WHY, "is empty: there is no byte to send");
	else if ((cfg->sf_broadcast || cfg->address.functional) && len > max)
		snprintf(why, VALUE_WHY,
			 "%zu bytes are more than the %" PRIu32 " of a single frame", len, max);
	else
		return true;
	return false;
}

/* Reads the payload: before anything is opened. */
static void read_payload(struct sender *s)
{
	char why[VALUE_WHY];

	s->source.words = s->shared.operands;
	payload_source_check(&s->source);
	if (s->source.lines && s->repeat != 1)
		tool_refuse("--lines", "excludes --repeat");
	payload_source_read(&s->source, &s->payload);
	if (!s->source.lines && !length_ok(s, s->payload.len, why))
		tool_refuse("payload", "%s", why);
}

/* --- sending --- */

/* Runs the channel until the PDU is through; what arrives meanwhile is not ours to print. */
static enum tool_exit await_end(struct sender *s, struct progress *bar)
{
	struct isotp_channel *ch = s->session.channel;
	const uint64_t deadline = s->timeout_ns ? isotp_clock_now() + s->timeout_ns : ISOTP_NEVER;
	struct isotp_event ev;
	uint32_t done, length;
	int rc;

	for (;;) {
		rc = isotp_channel_next(ch, &ev, isotp_earlier(deadline, progress_deadline(bar)));
		if (rc < 0 || (rc && ev.type == ISOTP_EVENT_SENT))
			break;
		if (isotp_clock_now() >= deadline) {
			rc = 0;
			break;
		}
		if (isotp_channel_sending(ch, &done, &length) && length)
			progress_show(bar, done, length);
		else
			progress_begin(bar, "bytes");
	}
	progress_end(); /* messages stand on a line of their own */
	if (rc < 0)
		return session_tell_failure(&s->session, rc);
	if (rc == 0) {
		isotp_channel_cancel(ch);
		return session_tell_timeout(&s->session, "the transfer did not end", s->timeout_ns);
	}
	return session_tell_result(&s->session, &ev, s->no_wait ? tool_warn : tool_error);
}

static enum tool_exit transfer(struct sender *s, const struct payload *p)
{
	struct progress bar;
	enum tool_exit status;
	int rc;

	if (tool_stopped()) /* a channel that never waits does not see it */
		return TOOL_STOPPED;
	rc = isotp_channel_send(s->session.channel, p->data, p->len);
	if (rc < 0)
		return session_tell_failure(&s->session, rc);
	progress_begin(&bar, "bytes");
	status = await_end(s, &bar);
	if (session_tell_losses(&s->session) && status == TOOL_NO_FC &&
	    !isotp_channel_is_kernel(s->session.channel)) /* it loses PDUs, no flow control */
		status = TOOL_LOST;
	if (status == TOOL_DONE)
		tool_note("%s: %zu byte%s sent", s->shared.interface, p->len,
			  p->len == 1 ? "" : "s");
	return s->no_wait && status != TOOL_STOPPED ? TOOL_DONE : status;
}

/* Lets the connection live until a moment; TOOL_DONE when it has come. */
static enum tool_exit idle_until(struct sender *s, uint64_t moment)
{
	struct isotp_event ev;
	int rc;

	do {
		rc = isotp_channel_next(s->session.channel, &ev, moment);
	} while (rc > 0);
	return rc < 0 ? session_tell_failure(&s->session, rc) : TOOL_DONE;
}

/* Sends a PDU when its time has come: -g before each, --interval from start to start. */
static enum tool_exit transfer_in_turn(struct sender *s)
{
	enum tool_exit status = TOOL_DONE;
	uint64_t began;

	if (s->pause_ns)
		status = idle_until(s, isotp_clock_now() + s->pause_ns);
	if (status == TOOL_DONE && s->pace.turn)
		status = idle_until(s, s->pace.turn);
	if (status != TOOL_DONE)
		return status;
	began = isotp_clock_now();
	status = transfer(s, &s->payload);
	pace_done(&s->pace, began, isotp_clock_now());
	return status;
}

static enum tool_exit send_repeated(struct sender *s)
{
	enum tool_exit status = TOOL_DONE;

	for (uint64_t n = 0; status == TOOL_DONE && n < s->repeat; n++)
		status = transfer_in_turn(s);
	return status;
}

/* One line: blank ones are left out, a bad one ends the program before anything of it is sent. */
static enum tool_exit send_line(struct sender *s, const struct line *line)
{
	char why[VALUE_WHY];
	int rc;

	if (line_blank(line))
		return TOOL_DONE;
	rc = payload_hex(&s->payload, line->text, line->len, why);
	if (rc == -ENOMEM)
		snprintf(why, sizeof(why), "%s", tool_strerror(rc));
	if (rc < 0 || !length_ok(s, s->payload.len, why)) {
		tool_error("line %" PRIu64 ": %s", line->number, why);
		return rc == -ENOMEM ? TOOL_SYSTEM : TOOL_USAGE;
	}
	return transfer_in_turn(s);
}

static enum tool_exit send_lines(struct sender *s)
{
	struct lines lines = { .fd = STDIN_FILENO };
	enum tool_exit status = TOOL_DONE;
	struct line line;
	int rc;

	while (status == TOOL_DONE) {
		rc = lines_next(&lines, s->session.channel, &line);
		if (rc < 0 && rc != -EINTR)
			tool_error("standard input: %s", tool_strerror(rc));
		if (rc < 0)
			status = rc == -EINTR ? TOOL_STOPPED : TOOL_SYSTEM;
		if (rc <= 0)
			break;
		status = send_line(s, &line);
	}
	lines_release(&lines);
	return status;
}

int main(int argc, char **argv)
{
	struct sender s = { .repeat = 1 };
	enum tool_exit status;

	tool_init(argc ? argv[0] : program.name);
	s.shared.own = &s;
	options_parse(&s.shared, &program, argc, (const char **)argv);
	read_payload(&s);
	status = session_open(&s.session, &s.shared, s.payload.len);
	if (status == TOOL_DONE)
		status = s.source.lines ? send_lines(&s) : send_repeated(&s);
	session_close(&s.session);
	payload_release(&s.payload);
	free(s.file);
	options_release(&s.shared);
	tool_finish(status);
}
