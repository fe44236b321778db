/* SPDX-License-Identifier: MIT */
/* Owns the rules between isotpperf's options, and its defaults. */
#include "perf-check.h"

#include <inttypes.h>

enum { WARMUP = 3, COUNT = 100, SOURCE_LENGTH = 4095, PING_LENGTH = 7 };

#define A_MODE "--source, --sink, --ping or --echo"

/* --- the monitor --- */

/* A setting of a connection, which the monitor has not. */
static const char *connection_setting(const struct options *o)
{
	const struct isotp_config *c = &o->config;
	struct isotp_config plain;

	isotp_config_init(&plain);
	if (o->has_sa || o->has_ta || o->has_ae || o->functional)
		return "addressing other than --tx-id, --rx-id and --ext-addr";
	if (o->has_fd || o->has_tx_dl || o->has_link_layer || c->brs || c->esi || c->tx_padding)
		return "the form of frames";
	if (c->bs || c->stmin || c->wftmax || c->force_tx_stmin || c->force_rx_stmin ||
	    c->has_frame_txtime || c->dyn_fc || c->half_duplex)
		return "flow control";
	if (c->n_as_ns != plain.n_as_ns || c->n_bs_ns != plain.n_bs_ns ||
	    c->n_cr_ns != plain.n_cr_ns || c->n_br_ns || c->n_cs_ns)
		return "a timer";
	return o->stack != ISOTP_STACK_AUTO ? "--stack" : NULL;
}

static void choose_input(const struct perf_asked *asked, const struct options *o,
			 struct input_settings *from)
{
	const char *operand = o->interface;

	if (asked->file && operand)
		tool_refuse(operand, "excludes --read");
	if (!asked->file && (!operand || !*operand))
		tool_refuse("INTERFACE or FILE", "missing (can0, virtual:NAME, drive.log, -)");
	from->name = asked->file ? asked->file : operand;
	from->file = asked->file != NULL;
}

/* -s and -d with -x and -X are a pair like those of --pair. */
static void add_short_pair(const struct perf_asked *asked, const struct options *o,
			   struct perf_settings *s)
{
	const struct isotp_address *a = &o->config.address;
	struct isotp_watch *pair = &s->pairs[s->n_pairs];

	if (!a->tx_id.width && (a->rx_id.width || o->has_ext_addr))
		tool_refuse("--tx-id", "missing: the CAN ID of who sends the PDUs");
	if (!a->tx_id.width)
		return;
	if (isotp_can_id_equal(a->tx_id, a->rx_id))
		tool_refuse("--rx-id", "is the same as --tx-id");
	*pair = (struct isotp_watch){ .a = { .id = a->tx_id }, .b = { .id = a->rx_id } };
	pair->a.has_byte = pair->b.has_byte = o->has_ext_addr;
	pair->a.byte = a->tx_byte;
	pair->b.byte = asked->rx_byte;
	pair->b.any_byte = pair->b.has_byte && !asked->has_rx_byte;
	s->n_pairs++;
}

static void check_monitor(const struct perf_asked *asked, const struct options *o,
			  struct perf_settings *s, struct input_settings *from)
{
	const char *strange = connection_setting(o);

	if (asked->active_only)
		tool_refuse(asked->active_only, "needs " A_MODE);
	if (strange)
		tool_refuse("options", "%s: needs " A_MODE, strange);
	choose_input(asked, o, from);
	add_short_pair(asked, o, s);
}

/* --- the modes that take part --- */

/* The observer's pair is the connection. */
static void watch_connection(const struct perf_asked *asked, struct options *o,
			     struct perf_settings *s)
{
	struct isotp_address *a = &o->config.address;

	if (asked->has_rx_byte)
		a->rx_byte = asked->rx_byte;
	s->n_pairs = 1;
	s->pairs[0] = (struct isotp_watch){
		.a = { .id = a->tx_id, .has_byte = a->has_byte, .byte = a->tx_byte },
		.b = { .id = a->rx_id, .has_byte = a->has_byte, .byte = a->rx_byte },
	};
}

static void set_defaults(const struct perf_asked *asked, const struct options *o,
			 struct perf_settings *s)
{
	const bool sends = s->mode == PERF_SOURCE || s->mode == PERF_PING;
	const bool is_short = s->mode == PERF_PING || o->functional;

	if (sends && !s->lengths.count) {
		s->lengths.count = 1;
		s->lengths.n_ranges = 1;
		s->lengths.ranges[0] = (struct perf_range){
			.first = is_short ? PING_LENGTH : SOURCE_LENGTH,
			.step = 1,
			.count = 1,
		};
	}
	if (sends && !s->count && !s->duration_ns)
		s->count = COUNT;
	if (!asked->has_warmup)
		s->warmup = WARMUP;
	if (s->mode == PERF_PING && !s->timeout_ns)
		s->timeout_ns = ISOTP_SECOND;
}

static void refuse_unsendable(const struct options *o, const struct perf_settings *s)
{
	const struct isotp_config *cfg = &o->config;
	const uint32_t longest = perf_lengths_longest(&s->lengths);
	const uint32_t single = isotp_sf_max(cfg->tx_dl, cfg->address.has_byte);

	if (cfg->address.functional && longest > single)
		tool_refuse("--length",
			    "%" PRIu32 " bytes are more than the %" PRIu32 " of a single frame",
			    longest, single);
	if (s->mode == PERF_PING && longest > o->max_pdu)
		tool_refuse("--length", "%" PRIu32 " bytes cannot come back: --max-pdu is %zu",
			    longest, o->max_pdu);
}

static void check_active(const struct perf_asked *asked, struct options *o, struct perf_settings *s)
{
	if (asked->monitor_only)
		tool_refuse(asked->monitor_only, "excludes %s", asked->mode);
	if (o->functional && (s->mode == PERF_PING || s->mode == PERF_ECHO))
		tool_refuse("--functional", "excludes %s: nobody answers there", asked->mode);
	if (s->interval_ns && (s->mode == PERF_SINK || s->mode == PERF_ECHO))
		tool_refuse("--interval", "excludes %s", asked->mode);
	watch_connection(asked, o, s);
	set_defaults(asked, o, s);
	refuse_unsendable(o, s);
}

void perf_check(const struct perf_asked *asked, struct options *options,
		struct perf_settings *settings, struct input_settings *from)
{
	if (*options->operands)
		tool_refuse(*options->operands, "one INTERFACE%s is enough",
			    asked->mode ? "" : " or FILE");
	if (asked->has_rx_byte && !options->has_ext_addr)
		tool_refuse("--rx-ext-addr", "needs --ext-addr too");
	if (settings->dbitrate && !settings->bitrate)
		tool_refuse("--dbitrate", "needs --bitrate too");
	if (settings->histogram && settings->json)
		tool_refuse("--histogram", "excludes --json");
	if (asked->mode)
		check_active(asked, options, settings);
	else
		check_monitor(asked, options, settings, from);
}
