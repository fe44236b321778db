/* SPDX-License-Identifier: MIT */
/* Owns reading frames from datagram sockets: in batches, with receive times and counts of drops. */
#include "inbox.h"

#include "clock.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <string.h>

enum { QUEUE_BYTES = 4 * 1024 * 1024 };

void isotp_inbox_init(struct isotp_inbox *in)
{
	for (int i = 0; i < ISOTP_INBOX; i++) {
		in->iov[i] = (struct iovec){ &in->wire[i], sizeof(in->wire[i]) };
		in->msg[i].msg_hdr = (struct msghdr){
			.msg_iov = &in->iov[i],
			.msg_iovlen = 1,
			.msg_control = in->control[i],
		};
	}
}

/* Beyond rmem_max only root gets more; for others the kernel cuts it there. */
static void ask_for_room(int sock)
{
	const int size = QUEUE_BYTES;

	if (setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int isotp_inbox_prepare(int sock)
{
	const int on = 1;

	ask_for_room(sock);
	return setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0 ? -errno : 0;
}

int isotp_inbox_read(struct isotp_inbox *in, int sock, int room)
{
	const unsigned int wanted = (unsigned int)(room < ISOTP_INBOX ? room : ISOTP_INBOX);
	int n;

	for (int i = 0; i < ISOTP_INBOX; i++)
		in->msg[i].msg_hdr.msg_controllen = sizeof(in->control[i]);
	n = recvmmsg(sock, in->msg, wanted, MSG_DONTWAIT, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return n;
}

uint64_t isotp_inbox_time(const struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR((struct msghdr *)msg, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	}
	return isotp_clock_realtime();
}

int isotp_inbox_frame(const struct isotp_inbox *in, int i, struct isotp_bus_frame *f)
{
	const struct mmsghdr *m = &in->msg[i];

	if (m->msg_hdr.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	f->time_ns = isotp_inbox_time(&m->msg_hdr);
	return isotp_socketcan_decode(&in->wire[i], m->msg_len, &f->frame);
}

int isotp_inbox_flags(const struct isotp_inbox *in, int i)
{
	return in->msg[i].msg_hdr.msg_flags;
}

/* Tells more than SO_RXQ_OVFL does: also of drops after the last datagram that came through. */
uint32_t isotp_inbox_drops(int sock)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(info);

	if (getsockopt(sock, SOL_SOCKET, SO_MEMINFO, info, &size) < 0)
		return 0;
	return info[SK_MEMINFO_DROPS];
}
