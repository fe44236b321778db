/* SPDX-License-Identifier: MIT */
/* Owns the rules between isotpperf's options, and its defaults. */
#include "perf-check.h"

#include "perf-needs.h"
#include "protocol/endpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIR_OPTION_TEXT = 2 * ISOTP_ENDPOINT_TEXT + 8 }; /* --pair=T/A:R/A */

enum { WARMUP = 3, COUNT = 100, SOURCE_LENGTH = 4095, PING_LENGTH = 7 };

#define A_MODE "--source, --sink, --ping or --echo"

/* --- the monitor --- */

/* --sa and the like as a pair, which a monitor takes; false: they do not make one. */
static bool address_as_pair(const struct options *o, char text[PAIR_OPTION_TEXT])
{
	struct isotp_address a = o->config.address;
	struct isotp_endpoint tx, rx;
	char tx_text[ISOTP_ENDPOINT_TEXT], rx_text[ISOTP_ENDPOINT_TEXT];

	if (o->has_sa && o->has_ta && o->has_ae)
		isotp_address_mixed29(&a, o->sa, o->ta, o->ae, false);
	else if (o->has_sa && o->has_ta)
		isotp_address_fixed(&a, o->sa, o->ta, false);
	if (o->functional || !a.tx_id.width || !a.rx_id.width)
		return false;
	tx = (struct isotp_endpoint){ .id = a.tx_id, .has_byte = o->has_ae, .byte = o->ae };
	rx = (struct isotp_endpoint){ .id = a.rx_id, .has_byte = o->has_ae, .byte = o->ae };
	snprintf(text, PAIR_OPTION_TEXT, "--pair=%s:%s", isotp_endpoint_format(&tx, tx_text),
		 isotp_endpoint_format(&rx, rx_text));
	return true;
}

/* An option of a connection, which the monitor has not. */
static void refuse_connecting(const struct options *o)
{
	static const char *const addresses[] = { "--sa", "--ta", "--ae" };
	char pair[PAIR_OPTION_TEXT];

	if (!*o->connecting)
		return;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (!strcmp(o->connecting, addresses[i]) && address_as_pair(o, pair))
			tool_refuse_hint(o->connecting, "needs " A_MODE, pair);
	tool_refuse(o->connecting, "needs " A_MODE);
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
static void add_short_pair(const struct options *o, struct perf_settings *s)
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
	pair->b.byte = a->rx_byte;
	pair->b.any_byte = pair->b.has_byte && !o->has_rx_byte;
	s->n_pairs++;
	s->as_can_utils = s->n_pairs == 1;
}

static bool same_sender(const struct isotp_watched *a, const struct isotp_watched *b)
{
	if (!isotp_can_id_equal(a->id, b->id) || a->has_byte != b->has_byte)
		return false;
	return !a->has_byte || a->any_byte || b->any_byte || a->byte == b->byte;
}

/* Its PDUs would have two lines, and count twice; `last` is what the last pair was given by. */
static void refuse_same_senders(const struct perf_settings *s, const char *last)
{
	char text[ISOTP_CAN_ID_TEXT];

	for (int i = 0; i < s->n_pairs; i++)
		for (int j = 0; j < i; j++)
			if (same_sender(&s->pairs[i].a, &s->pairs[j].a))
				tool_refuse(last, "%s sends in two pairs",
					    isotp_can_id_format(s->pairs[i].a.id, text));
}

static void check_monitor(const struct perf_asked *asked, const struct options *o,
			  struct perf_settings *s, struct input_settings *from)
{
	if (asked->active_only)
		tool_refuse(asked->active_only, "needs " A_MODE);
	refuse_connecting(o);
	choose_input(asked, o, from);
	refuse_same_senders(s, "--pair");
	add_short_pair(o, s);
	refuse_same_senders(s, "--tx-id");
}

/* --- the modes that take part --- */

/* The observer's pair is the connection. */
static void watch_connection(const struct options *o, struct perf_settings *s)
{
	const struct isotp_address *a = &o->config.address;

	s->n_pairs = 1;
	s->pairs[0] = (struct isotp_watch){
		.a = { .id = a->tx_id, .has_byte = a->has_byte, .byte = a->tx_byte },
		.b = { .id = a->rx_id, .has_byte = a->has_byte, .byte = a->rx_byte },
	};
}

static void set_defaults(const struct perf_asked *asked, const struct options *o,
			 struct perf_settings *s)
{
	const bool begins = perf_traits(s->mode)->begins;
	const bool is_short = s->mode == PERF_PING || o->functional;

	if (begins && !s->lengths.count) {
		s->lengths.count = 1;
		s->lengths.n_ranges = 1;
		s->lengths.ranges[0] = (struct perf_range){
			.first = is_short ? PING_LENGTH : SOURCE_LENGTH,
			.step = 1,
			.count = 1,
		};
	}
	if (begins && !s->count && !s->duration_ns)
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

static void check_active(const struct perf_asked *asked, const struct options *o,
			 struct perf_settings *s)
{
	if (asked->monitor_only)
		tool_refuse(asked->monitor_only, "excludes %s", asked->mode);
	if (o->functional && perf_traits(s->mode)->returns)
		tool_refuse("--functional", "excludes %s: nobody answers there", asked->mode);
	if (s->interval_ns && !perf_traits(s->mode)->begins)
		tool_refuse("--interval", "excludes %s", asked->mode);
	watch_connection(o, s);
	set_defaults(asked, o, s);
	refuse_unsendable(o, s);
}

/* --- what goes for all --- */

/* -x A -X R is -x A:R. */
static void take_rx_byte(const struct perf_asked *asked, struct options *o)
{
	if (!asked->has_rx_byte)
		return;
	if (!o->has_ext_addr)
		tool_refuse("--rx-ext-addr", "needs --ext-addr too");
	o->has_rx_byte = true;
	o->config.address.rx_byte = asked->rx_byte;
}

static void refuse_unmeasured(const struct options *o, const struct perf_settings *s)
{
	struct perf_lack lack;

	for (int i = 0; i < s->n_limits; i++) {
		if (!perf_limit_lacks(&s->limits[i], s, &o->config, &lack))
			continue;
		tool_error("--fail-if: '%s' %s", s->limits[i].text, lack.what);
		if (lack.way_out)
			tool_hint("%s", lack.way_out);
		exit(TOOL_USAGE);
	}
}

void perf_check(const struct perf_asked *asked, struct options *options,
		struct perf_settings *settings, struct input_settings *from)
{
	if (*options->operands)
		tool_refuse(*options->operands, "one INTERFACE%s is enough",
			    asked->mode ? "" : " or FILE");
	take_rx_byte(asked, options);
	if (settings->dbitrate && !settings->bitrate)
		tool_refuse("--dbitrate", "needs --bitrate too");
	if (settings->dbitrate && settings->dbitrate < settings->bitrate)
		tool_refuse("--dbitrate", "is less than --bitrate");
	if (settings->histogram && settings->json)
		tool_refuse("--histogram", "excludes --json");
	if (asked->mode)
		check_active(asked, options, settings);
	else
		check_monitor(asked, options, settings, from);
	refuse_unmeasured(options, settings);
}
