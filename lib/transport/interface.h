/* SPDX-License-Identifier: MIT */
/*
 * interface.h - what the kernel says of a network interface ("can0").
 *
 *	struct isotp_interface i;
 *
 *	if (isotp_interface_get("can0", &i) == 0 && i.can && i.up)
 *		...
 */
#ifndef ISOTP_TRANSPORT_INTERFACE_H
#define ISOTP_TRANSPORT_INTERFACE_H

#include <stdbool.h>

struct isotp_interface {
	int index;
	bool can;	       /* a CAN interface, not Ethernet, say */
	bool up;	       /* can send and receive */
	unsigned int mtu;      /* bytes: 16 classic CAN only, 72 CAN FD too, above: CAN XL */
	unsigned int tx_queue; /* frames that wait to be sent at most (txqueuelen) */
};

/* True for what can be the name of an interface at all: those of other buses have a colon. */
bool isotp_interface_name(const char *name);

/* Asks the kernel. Returns 0, -ENODEV when there is no such interface, else -errno. */
int isotp_interface_get(const char *name, struct isotp_interface *i);

/* 0 when ISO-TP can run on it: -ENODEV no such interface, -EMEDIUMTYPE it is none of CAN,
 * -ENETDOWN it is down, -EMSGSIZE it carries no CAN FD and `fd` asks for it. */
int isotp_interface_usable(const char *name, bool fd, struct isotp_interface *i);

#endif
