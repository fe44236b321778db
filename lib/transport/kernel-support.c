/* SPDX-License-Identifier: MIT */
/* Owns what is known of each kernel version's ISO-TP, and what it can never do. */
#include "kernel-support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "protocol/timing.h"

enum { BACKPORTS_MAX = 4 };

struct release {
	unsigned int series, minor, patch;
};

/* From the change log of net/can/isotp.c in mainline and in the stable series. A back-port counts
 * for its own series only. */
static const struct feature {
	const char *name[ISOTP_WORDS], *since;
	struct release first, backports[BACKPORTS_MAX];
} features[ISOTP_KERNEL_FEATURES] = {
	[ISOTP_KERNEL_SF_BROADCAST] = { { "--sf-broadcast", "CAN_ISOTP_SF_BROADCAST" },
					"5.11",
					{ 5, 11, 0 },
					{ { 0 } } },
	[ISOTP_KERNEL_CF_BROADCAST] = { { "--cf-broadcast", "CAN_ISOTP_CF_BROADCAST" },
					"5.19, 5.15.138 or 5.10.200",
					{ 5, 19, 0 },
					{ { 5, 15, 138 }, { 5, 10, 200 } } },
	[ISOTP_KERNEL_TXTIME_ZERO] = { { "--frame-txtime=zero", "frame_txtime_ns 0" },
				       "5.18, 5.15.138 or 5.10.200",
				       { 5, 18, 0 },
				       { { 5, 15, 138 }, { 5, 10, 200 } } },
	[ISOTP_KERNEL_DYN_FC] = { { "--dyn-fc", "CAN_ISOTP_DYN_FC_PARMS" },
				  "6.9",
				  { 6, 9, 0 },
				  { { 0 } } },
	[ISOTP_KERNEL_POLLOUT] = { { "poll(2) for the end of a transfer",
				     "poll(2) for the end of a transfer" },
				   "6.3, 6.1.24, 5.15.138 or 5.10.200",
				   { 6, 3, 0 },
				   { { 6, 1, 24 }, { 5, 15, 138 }, { 5, 10, 200 } } },
	[ISOTP_KERNEL_SEND_BESIDE_POLL] = { { "sending while another thread polls",
					      "sending while another thread polls" },
					    "6.6, 6.5.8, 6.1.59, 5.15.138 or 5.10.200",
					    { 6, 6, 0 },
					    { { 6, 5, 8 },
					      { 6, 1, 59 },
					      { 5, 15, 138 },
					      { 5, 10, 200 } } },
};

/* Reads "6.1.176" and what follows; false when it is no version. */
static bool read_release(const char *text, struct isotp_kernel_version *v)
{
	return sscanf(text, "%u.%u.%u", &v->series, &v->minor, &v->patch) == 3;
}

void isotp_kernel_version_parse(struct isotp_kernel_version *v, const char *release,
				const char *version)
{
	const char *debian = strstr(version, "Debian ");

	*v = (struct isotp_kernel_version){ 0 };
	snprintf(v->release, sizeof(v->release), "%s", release);
	if (debian && read_release(debian + strlen("Debian "), v)) {
		v->patch_known = true;
		return;
	}
	if (!read_release(release, v)) {
		v->patch = 0;
		if (sscanf(release, "%u.%u", &v->series, &v->minor) != 2)
			v->series = v->minor = 0;
	}
	v->patch_known = v->patch > 0;
}

void isotp_kernel_version(struct isotp_kernel_version *v)
{
	struct utsname name;

	if (uname(&name) < 0)
		memset(&name, 0, sizeof(name));
	isotp_kernel_version_parse(v, name.release, name.version);
}

static bool not_before(const struct isotp_kernel_version *v, struct release r)
{
	if (v->series != r.series)
		return v->series > r.series;
	if (v->minor != r.minor)
		return v->minor > r.minor;
	return v->patch >= r.patch;
}

enum isotp_known isotp_kernel_knows(const struct isotp_kernel_version *v,
				    enum isotp_kernel_feature feature)
{
	const struct feature *f = &features[feature];

	if (not_before(v, f->first))
		return ISOTP_KNOWN_YES;
	if (!v->patch_known)
		return ISOTP_KNOWN_MAYBE;
	for (int i = 0; i < BACKPORTS_MAX; i++)
		if (f->backports[i].series == v->series && f->backports[i].minor == v->minor)
			return v->patch >= f->backports[i].patch ? ISOTP_KNOWN_YES : ISOTP_KNOWN_NO;
	return ISOTP_KNOWN_NO;
}

const char *isotp_kernel_feature_name(enum isotp_kernel_feature feature)
{
	return features[feature].name[ISOTP_WORDS_OPTIONS];
}

const char *isotp_kernel_feature_since(enum isotp_kernel_feature feature)
{
	return features[feature].since;
}

/* What no kernel does. */
static const char *never(const struct isotp_config *cfg)
{
	if (cfg->n_as_ns != ISOTP_SECOND)
		return "--n-as";
	if (cfg->n_bs_ns != ISOTP_SECOND)
		return "--n-bs";
	if (cfg->n_cr_ns != ISOTP_SECOND)
		return "--n-cr";
	if (cfg->n_br_ns)
		return "--n-br";
	if (cfg->n_cs_ns)
		return "--n-cs";
	if (cfg->address.functional && cfg->address.rx_id.width)
		return "a functional address that also receives";
	return NULL;
}

enum isotp_known isotp_kernel_fits(const struct isotp_kernel_version *v,
				   const struct isotp_config *cfg, enum isotp_words words,
				   char why[ISOTP_KERNEL_WHY])
{
	const bool asked[ISOTP_KERNEL_FEATURES] = {
		[ISOTP_KERNEL_SF_BROADCAST] = cfg->sf_broadcast || cfg->address.functional,
		[ISOTP_KERNEL_CF_BROADCAST] = cfg->cf_broadcast,
		[ISOTP_KERNEL_TXTIME_ZERO] = cfg->has_frame_txtime && !cfg->frame_txtime_ns,
		[ISOTP_KERNEL_DYN_FC] = cfg->dyn_fc,
	};
	const char *reason = never(cfg);
	enum isotp_known worst = ISOTP_KNOWN_YES;

	if (reason) {
		snprintf(why, ISOTP_KERNEL_WHY, "%s is the built-in stack's alone", reason);
		return ISOTP_KNOWN_NO;
	}
	for (int i = 0; i < ISOTP_KERNEL_FEATURES; i++) {
		const enum isotp_known known = isotp_kernel_knows(v, (enum isotp_kernel_feature)i);

		if (!asked[i] || known >= worst)
			continue;
		worst = known;
		snprintf(why, ISOTP_KERNEL_WHY, "%s needs Linux %s, this is %s",
			 features[i].name[words], features[i].since, v->release);
	}
	return worst;
}

/* Linux 6.4 and later tell; before, it follows from the version. */
static uint32_t parameter(void)
{
	const int fd = open("/sys/module/can_isotp/parameters/max_pdu_size", O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return (uint32_t)strtoul(text, NULL, 10);
}

uint32_t isotp_kernel_max_pdu(const struct isotp_kernel_version *v)
{
	enum { SMALL = 8200, LARGE = 66000, LEAST = 8300 };
	static const struct release large = { 5, 18, 0 }, tunable = { 6, 4, 0 };
	const uint32_t told = parameter();

	if (told || not_before(v, tunable))
		return told > LEAST ? told : LEAST;
	if (not_before(v, large))
		return LARGE;
	return isotp_kernel_knows(v, ISOTP_KERNEL_CF_BROADCAST) == ISOTP_KNOWN_YES ? LARGE : SMALL;
}
