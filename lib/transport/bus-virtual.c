/* SPDX-License-Identifier: MIT */
/* Owns "virtual:NAME": a bus of datagram sockets in a directory, without any CAN in the kernel. */
#include "bus-internal.h"
#include "clock.h"
#include "inbox.h"
#include "virtual-directory.h"
#include "virtual-peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	EVENTS = 16,
	PATIENCE_NS = 500000000, /* how long a frame waits for slow readers at most */
	RESCAN_NS = 10000000,	 /* without inotify: how often to look for the first node */
};

struct virtual_bus {
	struct isotp_bus base;
	int dir, sock, epoll, watch;
	char node[VIRTUAL_NODE_NAME];
	char where[ISOTP_BUS_WHERE];
	bool stale; /* the directory has changed since the peers were looked up */
	uint64_t lost_in;
	struct virtual_peers peers;
	struct isotp_inbox inbox;
};

static struct virtual_bus *virtual_of(struct isotp_bus *bus)
{
	return (struct virtual_bus *)bus;
}

static const struct virtual_bus *const_virtual_of(const struct isotp_bus *bus)
{
	return (const struct virtual_bus *)bus;
}

static int watch_fd(struct virtual_bus *v, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	return epoll_ctl(v->epoll, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

/* --- sending --- */

static int refresh_peers(struct virtual_bus *v)
{
	const int rc = v->stale ? isotp_virtual_peers_scan(&v->peers) : 0;

	if (rc == 0)
		v->stale = v->watch < 0;
	return rc;
}

static int virtual_send(struct isotp_bus *bus, const struct isotp_frame *f)
{
	struct virtual_bus *v = virtual_of(bus);
	const int rc = refresh_peers(v);

	return rc < 0 ? rc : isotp_virtual_peers_send(&v->peers, f);
}

static unsigned int virtual_others(struct isotp_bus *bus)
{
	struct virtual_bus *v = virtual_of(bus);

	refresh_peers(v);
	return v->peers.count;
}

static void virtual_abandon(struct isotp_bus *bus)
{
	isotp_virtual_peers_abandon(&virtual_of(bus)->peers);
}

static void virtual_set_patience(struct isotp_bus *bus, uint64_t ns)
{
	virtual_of(bus)->peers.patience_ns = ns < PATIENCE_NS ? ns : PATIENCE_NS;
}

static uint64_t virtual_deadline(const struct isotp_bus *bus)
{
	const struct virtual_bus *v = const_virtual_of(bus);

	if (v->watch < 0 && v->peers.sending && !v->peers.count)
		return isotp_clock_now() + RESCAN_NS;
	return isotp_virtual_peers_deadline(&v->peers);
}

/* --- receiving --- */

/* What the descriptors have to say; true when frames wait. */
static bool look(struct virtual_bus *v)
{
	struct epoll_event events[EVENTS];
	const int n = epoll_wait(v->epoll, events, EVENTS, 0);
	bool readable = n == EVENTS, room = false;
	char drain[4096];

	for (int i = 0; i < n; i++) {
		if (events[i].data.fd == v->sock)
			readable = true;
		if (events[i].data.fd == v->watch && read(v->watch, drain, sizeof(drain)) > 0) {
			v->stale = true;
			v->lost_in += isotp_virtual_note_take(v->dir, v->node);
		}
		if (events[i].events & EPOLLOUT)
			room = true;
	}
	if (room)
		isotp_virtual_peers_tell(&v->peers);
	return readable;
}

/* What is no frame, and what only tells of lost ones, is left out. */
static bool accept_frame(struct virtual_bus *v, int i, struct isotp_bus_frame *out)
{
	uint32_t lost;

	if (isotp_inbox_frame(&v->inbox, i, out) < 0)
		return false;
	lost = isotp_socketcan_lost_count(&out->frame);
	v->lost_in += lost;
	return !lost;
}

static int virtual_receive(struct isotp_bus *bus, struct isotp_bus_frame *frames, int room)
{
	struct virtual_bus *v = virtual_of(bus);
	int n, taken = 0;

	if (!look(v))
		return 0;
	n = isotp_inbox_read(&v->inbox, v->sock, room);
	for (int i = 0; i < n; i++)
		if (accept_frame(v, i, &frames[taken]))
			taken++;
	return n < 0 ? n : taken;
}

/* --- opening and closing --- */

static int join_bus(struct virtual_bus *v)
{
	int rc;

	v->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (v->epoll < 0)
		return -errno;
	v->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (v->watch >= 0 &&
	    (inotify_add_watch(v->watch, v->where,
			       IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE) < 0 ||
	     watch_fd(v, v->watch, EPOLLIN) < 0)) {
		close(v->watch);
		v->watch = -1;
	}
	v->peers = (struct virtual_peers){ .dir = v->dir,
					   .where = v->where,
					   .self = v->node,
					   .epoll = v->epoll,
					   .patience_ns = PATIENCE_NS };
	v->sock = isotp_virtual_node_bind(v->dir, v->where, v->node);
	if (v->sock < 0)
		return v->sock;
	rc = isotp_inbox_prepare(v->sock);
	if (rc < 0)
		return rc;
	rc = watch_fd(v, v->sock, EPOLLIN);
	v->stale = true;
	return rc < 0 ? rc : refresh_peers(v);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void virtual_close(struct isotp_bus *bus)
{
	struct virtual_bus *v = virtual_of(bus);

	isotp_virtual_peers_release(&v->peers);
	if (v->sock >= 0) {
		unlinkat(v->dir, v->node, 0);
		isotp_virtual_note_take(v->dir, v->node);
	}
	close_fd(v->sock);
	close_fd(v->watch);
	close_fd(v->epoll);
	close_fd(v->dir);
	free(v);
}

static int virtual_open(struct isotp_bus **bus, const char *name, char *where, size_t size)
{
	struct virtual_bus *v = calloc(1, sizeof(*v));
	int rc;

	if (!v)
		return -ENOMEM;
	v->base.kind = &isotp_bus_virtual;
	v->sock = v->epoll = v->watch = -1;
	v->dir = isotp_virtual_directory_open(name, where, size);
	isotp_inbox_init(&v->inbox);
	rc = v->dir;
	if (rc >= 0) {
		snprintf(v->where, sizeof(v->where), "%s", where);
		rc = join_bus(v);
	}
	if (rc < 0) {
		virtual_close(&v->base);
		return rc;
	}
	*bus = &v->base;
	return 0;
}

static int virtual_fd(const struct isotp_bus *bus)
{
	return const_virtual_of(bus)->epoll;
}

static void virtual_status(const struct isotp_bus *bus, struct isotp_bus_status *status)
{
	const struct virtual_bus *v = const_virtual_of(bus);

	*status = (struct isotp_bus_status){
		.lost_in = v->lost_in,
		.lost_out = v->peers.lost,
	};
}

const struct isotp_bus_kind isotp_bus_virtual = {
	.prefix = "virtual:",
	.open = virtual_open,
	.close = virtual_close,
	.send = virtual_send,
	.abandon = virtual_abandon,
	.receive = virtual_receive,
	.fd = virtual_fd,
	.set_patience = virtual_set_patience,
	.deadline = virtual_deadline,
	.others = virtual_others,
	.status = virtual_status,
};
