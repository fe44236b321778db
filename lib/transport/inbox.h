/* SPDX-License-Identifier: MIT */
/*
 * inbox.h - many frames read from a datagram socket with one system call, with the times at which
 * the kernel received them.
 *
 *	isotp_inbox_init(&in);
 *	n = isotp_inbox_read(&in, sock, 16);
 *	for (int i = 0; i < n; i++)
 *		if (isotp_inbox_frame(&in, i, &frame) == 0)
 *			...
 */
#ifndef ISOTP_TRANSPORT_INBOX_H
#define ISOTP_TRANSPORT_INBOX_H

#include "bus.h"
#include "socketcan.h"

#include <sys/socket.h>
#include <time.h>

#define ISOTP_INBOX 16

struct isotp_inbox {
	union isotp_socketcan wire[ISOTP_INBOX];
	struct iovec iov[ISOTP_INBOX];
	struct mmsghdr msg[ISOTP_INBOX];
	_Alignas(struct cmsghdr) char control[ISOTP_INBOX][CMSG_SPACE(sizeof(struct timespec))];
};

/* Points the message headers at their room; once, as the inbox must not move afterwards. */
void isotp_inbox_init(struct isotp_inbox *in);

/* Asks the kernel for receive times on a socket, and for as large a queue as it gives. */
int isotp_inbox_prepare(int sock);

/* Takes up to `room` datagrams that have come; 0 when there are none, -errno. */
int isotp_inbox_read(struct isotp_inbox *in, int sock, int room);

/* Reads the i-th of them, untrusted: 0, or -EBADMSG for what is no frame. */
int isotp_inbox_frame(const struct isotp_inbox *in, int i, struct isotp_bus_frame *f);

/* The flags that recvmsg has set on the i-th: MSG_CONFIRM and so on. */
int isotp_inbox_flags(const struct isotp_inbox *in, int i);

/* When the kernel received a message (SO_TIMESTAMPNS), ns since 1970; now when it does not tell. */
uint64_t isotp_inbox_time(const struct msghdr *msg);

/* How many datagrams the kernel has dropped because the socket's queue was full. */
uint32_t isotp_inbox_drops(int sock);

#endif
