/* SPDX-License-Identifier: MIT */
/*
 * kernel-socket.h - the kernel's ISO-TP socket (CAN_ISOTP, <linux/can/isotp.h>) in terms of a
 * struct isotp_config: the one place that knows its options and its errors.
 *
 *	fd = isotp_kernel_open();
 *	isotp_kernel_set(fd, &cfg);
 *	isotp_kernel_bind(fd, interface.index, &cfg.address);
 *
 * Options must be set before the socket is bound. What each of them really does, and where the
 * kernel's own description is wrong, was measured on Linux 5.10, 6.1, 6.12 and 7.2.
 */
#ifndef ISOTP_TRANSPORT_KERNEL_SOCKET_H
#define ISOTP_TRANSPORT_KERNEL_SOCKET_H

#include "kernel-flags.h"
#include "protocol/config.h"
#include "protocol/result.h"

/* All flags that a kernel may know. */
#define ISOTP_KERNEL_FLAGS 0x3FFFu

/*
 * Opens a socket, with receive times, a large receive queue and no options set. Returns the
 * descriptor, or -EAFNOSUPPORT no CAN in this kernel, -EPROTONOSUPPORT no can-isotp, -EPERM,
 * -EACCES, -errno.
 */
int isotp_kernel_open(void);

/* The flags of struct can_isotp_options that a configuration means, and back. An address byte for
 * reception of its own sets RX_EXT_ADDR, a functional address SF_BROADCAST. */
uint32_t isotp_kernel_flags(const struct isotp_config *cfg);
void isotp_kernel_apply_flags(struct isotp_config *cfg, uint32_t flags);

/* Sets all options as the configuration has them: 0, or -EISCONN the socket is bound, -errno. */
int isotp_kernel_set(int fd, const struct isotp_config *cfg);

/* Fills in what is in force; IDs and the built-in stack's own settings are left as they are. */
int isotp_kernel_get(int fd, struct isotp_config *cfg);

/*
 * Binds to an interface and the two IDs. Errors: -ENODEV no such interface, -EINVAL its MTU is too
 * small, -EADDRNOTAVAIL both IDs are the same, -EAGAIN for a moment after an interface went.
 */
int isotp_kernel_bind(int fd, int interface, const struct isotp_address *a);

/* What went wrong on the bus when a socket reports `error` (positive, of SO_ERROR): ISOTP_N_OK for
 * what is no matter of the bus. `length`: of the PDU that is being sent. */
enum isotp_result isotp_kernel_result(const struct isotp_config *cfg, int error, size_t length);

/* True when a reception can have met this error. Of these EBADMSG alone can also be about the flow
 * control for a PDU of ours. */
bool isotp_kernel_error_of_reception(const struct isotp_config *cfg, int error);

#endif
