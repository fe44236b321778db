/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what becomes of the options of an ISO-TP socket: merged, held against each other,
 * and made into the configuration of a connection. No I/O.
 *
 *	isotp_settings_init(&set);
 *	isotp_settings_general(&set.general, &wanted, &why);
 *	isotp_settings_config(&set, &address, &cfg, &why);
 *
 * `why` is a constant string: the reason of an error, after success a warning, or NULL.
 */
#ifndef ISOTP_TRANSPORT_SETTINGS_H
#define ISOTP_TRANSPORT_SETTINGS_H

#include "kernel-support.h"
#include "socket.h"

/* All are given, only the frame_txtime may be open: each stack has its own. */
struct isotp_settings {
	struct isotp_general general;
	struct isotp_flow_control flow_control;
	struct isotp_link_layer link_layer;
};

/* The kernel's defaults. */
void isotp_settings_init(struct isotp_settings *set);

/* Take what is given in `wanted` over into `set`: 0, or -EINVAL and nothing has changed. */
int isotp_settings_general(struct isotp_general *set, const struct isotp_general *wanted,
			   const char **why);
int isotp_settings_flow_control(struct isotp_flow_control *set,
				const struct isotp_flow_control *wanted, const char **why);
int isotp_settings_link_layer(struct isotp_link_layer *set, const struct isotp_link_layer *wanted,
			      const char **why);

/* The configuration for an address: 0, or -EINVAL when it and the options differ in the address
 * bytes. What else makes it impossible tells isotp_config_check. */
int isotp_settings_config(const struct isotp_settings *set, const struct isotp_address *a,
			  struct isotp_config *cfg, const char **why);

/* The way back: the settings that say the same as a configuration that is in force. */
void isotp_settings_in_force(struct isotp_settings *set, const struct isotp_config *cfg);

/* What the kernel's stack does otherwise than one would think, or NULL. */
const char *isotp_settings_kernel_warning(const struct isotp_config *cfg);

#endif
