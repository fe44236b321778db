/* SPDX-License-Identifier: MIT */
/*
 * kernel-support.h - what the ISO-TP of a kernel can do. The kernel accepts flags that it does not
 * know and reads them back, so no call can tell: its version does, as far as it goes. Stable
 * kernels have back-ports, and a distribution may count its own way; then the answer is a doubt.
 */
#ifndef ISOTP_TRANSPORT_KERNEL_SUPPORT_H
#define ISOTP_TRANSPORT_KERNEL_SUPPORT_H

#include "protocol/config.h"

#define ISOTP_KERNEL_WHY 160

struct isotp_kernel_version {
	unsigned int series, minor, patch; /* 6.1.176: 6, 1, 176 */
	bool patch_known; /* false where `uname -r` says 5.15.0-91 and means something else */
	char release[72]; /* as uname -r has it */
};

enum isotp_kernel_feature {
	ISOTP_KERNEL_SF_BROADCAST,
	ISOTP_KERNEL_CF_BROADCAST,
	ISOTP_KERNEL_TXTIME_ZERO,
	ISOTP_KERNEL_DYN_FC,
	ISOTP_KERNEL_POLLOUT, /* POLLOUT tells the end of a transfer; before, it is always set */
	ISOTP_KERNEL_SEND_BESIDE_POLL, /* a thread may poll while another one sends */
	ISOTP_KERNEL_FEATURES
};

/* Whose names a sentence has: the programs' options or those of the library. */
enum isotp_words { ISOTP_WORDS_OPTIONS, ISOTP_WORDS_FLAGS, ISOTP_WORDS };

enum isotp_known { ISOTP_KNOWN_NO, ISOTP_KNOWN_MAYBE, ISOTP_KNOWN_YES };

/* Reads what uname(2) says: `release` and, for Debian, the number that `version` adds. */
void isotp_kernel_version_parse(struct isotp_kernel_version *v, const char *release,
				const char *version);

/* The version of the running kernel. */
void isotp_kernel_version(struct isotp_kernel_version *v);

/* Whether a kernel of this version has it. */
enum isotp_known isotp_kernel_knows(const struct isotp_kernel_version *v,
				    enum isotp_kernel_feature feature);

/* What a feature is for a user, "--dyn-fc", and the first version that has it, "6.9". */
const char *isotp_kernel_feature_name(enum isotp_kernel_feature feature);
const char *isotp_kernel_feature_since(enum isotp_kernel_feature feature);

/*
 * Whether the ISO-TP of a kernel of this version can do what the configuration asks for. NO and
 * MAYBE come with `why`, a sentence such as "--dyn-fc needs Linux 6.9".
 */
enum isotp_known isotp_kernel_fits(const struct isotp_kernel_version *v,
				   const struct isotp_config *cfg, enum isotp_words words,
				   char why[ISOTP_KERNEL_WHY]);

/* The longest PDU that the running kernel sends and receives, in bytes. */
uint32_t isotp_kernel_max_pdu(const struct isotp_kernel_version *v);

#endif
