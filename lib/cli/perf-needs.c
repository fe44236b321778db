/* SPDX-License-Identifier: MIT */
/* Owns which metric needs what to be measured at all. */
#include "perf-needs.h"

#include "protocol/pci.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	NEEDS_PING = 1 << 0,
	NEEDS_CHECKS = 1 << 1, /* of what comes, by a sink or a ping */
	NEEDS_BITRATE = 1 << 2,
	NEEDS_FRAMES = 1 << 3,	 /* to be seen */
	NEEDS_SEGMENTS = 1 << 4, /* PDUs of several frames */
	NEEDS_GAPS = 1 << 5,	 /* PDUs of two consecutive frames or more */
	NEEDS_PEER = 1 << 6,	 /* the ID of flow control */
};

static const struct {
	const char *name; /* of a metric or a distribution */
	unsigned int needs;
} table[] = {
	{ "frames", NEEDS_FRAMES },
	{ "lost", NEEDS_CHECKS },
	{ "damaged", NEEDS_CHECKS },
	{ "reordered", NEEDS_CHECKS },
	{ "stmin_violations", NEEDS_FRAMES | NEEDS_SEGMENTS | NEEDS_PEER },
	{ "bs_violations", NEEDS_FRAMES | NEEDS_SEGMENTS | NEEDS_PEER },
	{ "bus_load", NEEDS_FRAMES | NEEDS_BITRATE },
	{ "wire_share", NEEDS_FRAMES | NEEDS_BITRATE | NEEDS_SEGMENTS },
	{ "time", NEEDS_FRAMES | NEEDS_SEGMENTS },
	{ "gap", NEEDS_FRAMES | NEEDS_GAPS },
	{ "fc", NEEDS_FRAMES | NEEDS_SEGMENTS | NEEDS_PEER },
	{ "rtt", NEEDS_PING },
};

/* Who sends knows how long that takes, and what goes over the wire, without seeing a frame. */
static unsigned int needs_of(const char *name, const struct perf_settings *s)
{
	const bool sends = perf_traits(s->mode)->sends;
	unsigned int needs = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const size_t len = strlen(table[i].name);

		if (!strncmp(name, table[i].name, len) && (!name[len] || name[len] == '.'))
			needs = table[i].needs;
	}
	if (sends && (!strncmp(name, "time.", 5) || (!strcmp(name, "wire_share") && s->no_observe)))
		needs &= ~(unsigned int)(NEEDS_FRAMES | NEEDS_SEGMENTS);
	return needs;
}

/* --- what there is --- */

/*
 * The longest PDU that the two exchange; UINT32_MAX: not known. A sink and an echo take what comes,
 * and what comes back to a ping may have shorter frames in CAN FD.
 */
static uint32_t longest_pdu(const struct perf_settings *s, const struct isotp_config *cfg)
{
	if (s->mode == PERF_SOURCE || (s->mode == PERF_PING && !cfg->fd))
		return perf_lengths_longest(&s->lengths);
	return UINT32_MAX;
}

/* The longest PDU of a first frame and one consecutive frame. */
static uint32_t without_gap(const struct isotp_config *cfg)
{
	return 2u * (cfg->tx_dl - (cfg->address.has_byte ? 1u : 0u)) - 3;
}

static bool knows_peer(const struct perf_settings *s)
{
	for (int i = 0; i < s->n_pairs; i++)
		if (s->pairs[i].b.id.width)
			return true;
	return !s->n_pairs || s->mode != PERF_MONITOR;
}

/* --- what is missing --- */

__attribute__((format(printf, 3, 4))) static bool lacks(struct perf_lack *lack, const char *way_out,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(lack->what, sizeof(lack->what), format, args);
	va_end(args);
	lack->way_out = way_out;
	return true;
}

/* Whether all PDUs are too short. */
static bool lacks_length(unsigned int needs, const struct perf_settings *s,
			 const struct isotp_config *cfg, struct perf_lack *lack)
{
	const uint32_t single = isotp_sf_max(cfg->tx_dl, cfg->address.has_byte);
	const uint32_t most = needs & NEEDS_GAPS ? without_gap(cfg) : single;

	if (s->mode == PERF_MONITOR || !(needs & (NEEDS_SEGMENTS | NEEDS_GAPS)))
		return false;
	if (cfg->address.functional)
		return lacks(lack, NULL, "excludes --functional: PDUs have one frame there");
	if (longest_pdu(s, cfg) > most)
		return false;
	return lacks(lack, "--length=4095", "needs PDUs of more than %" PRIu32 " bytes", most);
}

bool perf_limit_lacks(const struct perf_limit *limit, const struct perf_settings *s,
		      const struct isotp_config *cfg, struct perf_lack *lack)
{
	const struct perf_mode_traits *mode = perf_traits(s->mode);
	const unsigned int needs = needs_of(perf_limit_metric(limit, mode->main)->name, s);

	if (needs & NEEDS_PING && s->mode != PERF_PING)
		return lacks(lack, NULL, "needs --ping");
	if (needs & NEEDS_CHECKS && !mode->checks)
		return lacks(lack, NULL, "needs --sink or --ping");
	if (needs & NEEDS_FRAMES && s->no_observe)
		return lacks(lack, NULL, "excludes --no-observe");
	if (needs & NEEDS_BITRATE && !s->bitrate)
		return lacks(lack, NULL, "needs --bitrate");
	if (needs & NEEDS_BITRATE && cfg->brs && !s->dbitrate)
		return lacks(lack, NULL, "needs --dbitrate, too, with bit rate switch");
	if (needs & NEEDS_PEER && !knows_peer(s))
		return lacks(lack, "--pair=T:R, or -s T -d R",
			     "needs the ID that flow control comes on");
	return lacks_length(needs, s, cfg, lack);
}
