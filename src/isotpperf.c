/* SPDX-License-Identifier: MIT */
/* isotpperf: measures transfers, by looking on or by taking part. */
#include "cli/options.h"
#include "cli/pairs.h"
#include "cli/payload.h"
#include "cli/perf-active.h"
#include "cli/perf-check.h"
#include "cli/perf-monitor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct perf {
	struct options shared;
	struct program program; /* what it observes and sends is the mode's */
	struct perf_settings settings;
	struct input_settings from;
	struct perf_asked asked;
	struct perf_results results;
	struct perf_monitor monitor;
	bool joined; /* takes part: programs that read JSON get a report, whatever became of it */
};

/* --- options --- */

static struct perf *perf_of(struct options *o)
{
	return o->own;
}

static struct perf_settings *settings_of(struct options *o)
{
	return &perf_of(o)->settings;
}

static void needs_mode(struct options *o, const char *name)
{
	perf_of(o)->asked.active_only = name;
}

static void needs_monitor(struct options *o, const char *name)
{
	perf_of(o)->asked.monitor_only = name;
}

/* From here on the options are those of a connection. */
static void set_mode(struct options *o, enum perf_mode mode, const char *name)
{
	struct perf *p = perf_of(o);

	if (p->asked.mode && p->settings.mode != mode)
		tool_refuse(name, "excludes %s", p->asked.mode);
	p->asked.mode = name;
	p->settings.mode = mode;
	p->program.observes = false;
	p->program.sends = mode == PERF_SOURCE;
}

static void set_source(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	set_mode(o, PERF_SOURCE, "--source");
}

static void set_sink(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	set_mode(o, PERF_SINK, "--sink");
}

static void set_ping(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	set_mode(o, PERF_PING, "--ping");
}

static void set_echo(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	set_mode(o, PERF_ECHO, "--echo");
}

static void set_length(struct options *o, const char *what, const char *arg)
{
	char why[VALUE_WHY];

	if (perf_lengths_parse(arg, PAYLOAD_MAX, &settings_of(o)->lengths, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	needs_mode(o, "--length");
}

static void set_count(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->count = option_count(what, arg, 1, UINT32_MAX);
}

static void set_duration(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->duration_ns = option_timeout(what, arg);
}

static void set_interval(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->interval_ns = option_duration(what, arg, 0, OPTION_DAY_NS);
	needs_mode(o, "--interval");
}

static void set_timeout(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->timeout_ns = option_timeout(what, arg);
	needs_mode(o, "--timeout");
}

static void set_warmup(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->warmup = option_count(what, arg, 0, UINT32_MAX);
	perf_of(o)->asked.has_warmup = true;
	needs_mode(o, "--warmup");
}

static void set_no_observe(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	settings_of(o)->no_observe = true;
	needs_mode(o, "--no-observe");
}

static void set_rx_ext_addr(struct options *o, const char *what, const char *arg)
{
	perf_of(o)->asked.rx_byte = option_byte(what, arg);
	perf_of(o)->asked.has_rx_byte = true;
}

static void add_pair(struct options *o, const char *what, const char *arg)
{
	struct perf_settings *s = settings_of(o);
	char why[VALUE_WHY];

	if (s->n_pairs == ISOTP_WATCH_MAX - 1)
		tool_refuse(what, "'%s' is one too many: %d pairs at most", arg,
			    ISOTP_WATCH_MAX - 1);
	if (pair_parse(arg, &s->pairs[s->n_pairs], why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	s->n_pairs++;
	needs_monitor(o, "--pair");
}

static void set_read(struct options *o, const char *what, const char *arg)
{
	option_file(what, arg, &perf_of(o)->asked.file);
	needs_monitor(o, "--read");
}

static void set_swap_id(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	perf_of(o)->from.swap_id = true;
	needs_monitor(o, "--swap-id");
}

/* No CAN is so slow: the k was forgotten. */
static void refuse_slow(const char *what, const char *arg, uint32_t rate)
{
	char text[64], way_out[64];

	snprintf(text, sizeof(text), "'%.20s' is less than 1000 bit/s", arg);
	snprintf(way_out, sizeof(way_out), "%s=%" PRIu32 "k", what, rate);
	tool_refuse_hint(what, text, way_out);
}

static uint32_t bit_rate(const char *what, const char *arg)
{
	char why[VALUE_WHY];
	uint32_t rate = 0;

	if (value_bit_rate(arg, &rate, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	if (rate < 1000)
		refuse_slow(what, arg, rate);
	return rate;
}

static void set_bitrate(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->bitrate = bit_rate(what, arg);
}

static void set_dbitrate(struct options *o, const char *what, const char *arg)
{
	settings_of(o)->dbitrate = bit_rate(what, arg);
}

static void set_json(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	settings_of(o)->json = true;
}

static void set_histogram(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	settings_of(o)->histogram = true;
}

static void set_plot(struct options *o, const char *what, const char *arg)
{
	char why[VALUE_WHY];

	if (plot_check(arg, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	free(settings_of(o)->plot);
	settings_of(o)->plot = option_copy(what, arg);
}

static void add_limit(struct options *o, const char *what, const char *arg)
{
	struct perf_settings *s = settings_of(o);
	struct perf_limit_refusal no;

	if (s->n_limits == PERF_LIMITS_MAX)
		tool_refuse(what, "'%s' is one too many: %d limits at most", arg, PERF_LIMITS_MAX);
	if (perf_limit_parse(arg, &s->limits[s->n_limits], &no) < 0) {
		tool_error("%s: '%s' %s", what, arg, no.why);
		if (*no.way_out)
			tool_hint("%s", no.way_out);
		exit(TOOL_USAGE);
	}
	s->n_limits++;
}

static const struct option own_options[] = {
	{ 0, "source", NULL, "send numbered PDUs", set_source },
	{ 0, "sink", NULL, "receive a source's PDUs and check them", set_sink },
	{ 0, "ping", NULL, "send numbered PDUs, await each back", set_ping },
	{ 0, "echo", NULL, "send every PDU back", set_echo },
	{ 0, "length", "LIST", "bytes of a PDU: 62, or 7,62,4095, or 8-4095:100", set_length },
	{ 0, "count", "N", "end after N PDUs (of each length)", set_count },
	{ 0, "duration", "T", "end after this time (with each length)", set_duration },
	{ 0, "interval", "T", "start the PDUs this far apart", set_interval },
	{ 0, "warmup", "N", "PDUs of each length before those that count (3)", set_warmup },
	{ 0, "timeout", "T", "time to wait for an echo (1s) or a PDU, or for a transfer to end",
	  set_timeout },
	{ 0, "no-observe", NULL, "do not watch the frames on the bus besides", set_no_observe },
	{ 0, "pair", "T[/A][:R[/A]]", "monitor what ID T sends to R; repeatable", add_pair },
	{ 'X', "rx-ext-addr", "R", "extended addressing: the byte received, as in -x A:R",
	  set_rx_ext_addr },
	{ 'r', "read", "FILE", "monitor a capture file; -: stdin", set_read },
	{ 0, "swap-id", NULL, "pcap: the IDs are stored little-endian", set_swap_id },
	{ 0, "bitrate", "N", "of the wire: 500k; for load and share of its limit", set_bitrate },
	{ 0, "dbitrate", "N", "CAN FD: bit rate of the data", set_dbitrate },
	{ 0, "histogram", NULL, "show how the times are spread", set_histogram },
	{ 0, "plot", "FILE", "draw the times over the run, .svg or .png", set_plot },
	{ 0, "json", NULL, "one JSON object a line, see isotp(7)", set_json },
	{ 0, "fail-if", "LIMIT", "exit with 8 if this is so at the end: p99>5ms; repeatable",
	  add_limit },
	{ 0 },
};

/* Of the shared options what the monitor takes: the others make a connection. */
static const char *const monitor_options[] = {
	"tx-id", "rx-id", "ext-addr", "rxpad",	 "check-pad", "P", "max-pdu",
	"check", "color", "quiet",    "verbose", "version",   "h", NULL,
};

/* --- running --- */

static enum tool_exit take_part(struct perf *p)
{
	const bool begins = perf_traits(p->settings.mode)->begins;
	struct perf_active a;
	enum tool_exit status = perf_active_open(&a, &p->shared, &p->settings, &p->results);

	p->joined = status == TOOL_DONE;
	if (status == TOOL_DONE)
		status = begins ? perf_source_run(&a) : perf_sink_run(&a);
	return perf_active_close(&a, status);
}

static enum tool_exit monitor(struct perf *p)
{
	p->monitor.settings = &p->settings;
	p->monitor.from = &p->from;
	p->monitor.padding = &p->shared.config;
	p->monitor.max_pdu = (uint32_t)p->shared.max_pdu;
	p->monitor.results = &p->results;
	return perf_monitor_run(&p->monitor);
}

/* Limits go before losses, these before what was broken, and all three before a signal. */
static enum tool_exit report(struct perf *p, enum tool_exit status)
{
	const bool ended = status == TOOL_DONE || status == TOOL_STOPPED || status == TOOL_LOST ||
			   status == TOOL_BROKEN;
	enum tool_exit told;

	if (!ended && !p->results.any && !(p->settings.json && p->joined))
		return status;
	told = perf_results_report(&p->results);
	if (p->results.error < 0 && p->results.error != -EINTR && p->results.error != -EPIPE) {
		tool_error("standard output: %s", tool_strerror(p->results.error));
		return TOOL_SYSTEM;
	}
	if (!ended)
		return status;
	if (perf_results_judge(&p->results))
		return TOOL_LIMIT;
	return told == TOOL_DONE ? status : told;
}

int main(int argc, char **argv)
{
	static struct perf p = {
		.program = {
			.name = "isotpperf",
			.operands = "[OPTION...] INTERFACE | FILE | -",
			.own = own_options,
			.observes = true,
			.observing = monitor_options,
		},
	};
	enum tool_exit status;

	tool_init(argc ? argv[0] : p.program.name);
	p.shared.own = &p;
	options_parse(&p.shared, &p.program, argc, (const char **)argv);
	perf_check(&p.asked, &p.shared, &p.settings, &p.from);
	status = perf_results_open(&p.results, &p.settings,
				   p.asked.file ? p.asked.file : p.shared.interface);
	if (status == TOOL_DONE) {
		status = p.asked.mode ? take_part(&p) : monitor(&p);
		status = report(&p, status);
	}
	perf_results_close(&p.results);
	options_release(&p.shared);
	free(p.asked.file);
	free(p.settings.plot);
	if (p.results.error == -EPIPE)
		tool_finish_pipe();
	tool_finish(status);
}
