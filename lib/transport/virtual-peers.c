/* SPDX-License-Identifier: MIT */
/* Owns who else is on an embedded bus, and getting a frame to all of them. */
#include "virtual-peers.h"

#include "clock.h"
#include "protocol/timing.h"
#include "virtual-directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_TRIES = 500, LOCK_NAP_NS = 20000 }; /* 10 ms at least: a time slice of somebody else */

struct virtual_peer {
	int fd;	       /* connected to it: only so POLLOUT tells of room in its queue */
	bool present;  /* seen by the scan that is under way */
	bool owed;     /* has not got the frame that is being sent */
	uint64_t lost; /* frames it lost since it last had room; not waited for meanwhile */
	char node[VIRTUAL_NODE_NAME];
};

static void remove_peer(struct virtual_peers *peers, unsigned int i)
{
	close(peers->list[i].fd);
	peers->list[i] = peers->list[--peers->count];
}

/* A node that has died is unlinked by whoever meets it. */
static void bury(const struct virtual_peers *peers, const char *node)
{
	if (isotp_virtual_node_is(peers->dir, node))
		unlinkat(peers->dir, node, 0);
	isotp_virtual_note_take(peers->dir, node);
}

static bool grow(struct virtual_peers *peers)
{
	const unsigned int room = peers->room ? 2 * peers->room : 8;
	struct virtual_peer *list;
	struct pollfd *polls;

	if (peers->count < peers->room)
		return true;
	list = realloc(peers->list, room * sizeof(*list));
	if (!list)
		return false;
	peers->list = list;
	polls = realloc(peers->polls, room * sizeof(*polls));
	if (!polls)
		return false;
	peers->polls = polls;
	peers->room = room;
	return true;
}

/* True for what this machine lacks; everything else is the fault of that node, or its death. */
static bool is_exhaustion(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM || error == -ENOSPC;
}

/* 0 also when the node cannot be reached: then it is not there for us. */
static int add_peer(struct virtual_peers *peers, const char *node)
{
	struct epoll_event ev = { .events = EPOLLOUT | EPOLLET };
	struct virtual_peer *p;
	int fd;

	if (!grow(peers))
		return -ENOMEM;
	fd = isotp_virtual_node_connect(peers->dir, peers->where, node);
	if (fd == -ECONNREFUSED)
		bury(peers, node);
	if (fd < 0)
		return is_exhaustion(fd) ? fd : 0;
	ev.data.fd = fd;
	if (epoll_ctl(peers->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		const int rc = -errno;

		close(fd);
		return rc;
	}
	p = &peers->list[peers->count++];
	*p = (struct virtual_peer){ .fd = fd, .present = true, .owed = peers->sending };
	memcpy(p->node, node, strlen(node) + 1); /* isotp_virtual_node_is has seen to its length */
	return 0;
}

static int note_entry(struct virtual_peers *peers, const char *entry)
{
	if (!strcmp(entry, peers->self) || !isotp_virtual_node_is(peers->dir, entry))
		return 0;
	for (unsigned int i = 0; i < peers->count; i++) {
		if (!strcmp(peers->list[i].node, entry)) {
			peers->list[i].present = true;
			return 0;
		}
	}
	return add_peer(peers, entry);
}

static int open_listing(int dir, DIR **listing)
{
	const int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	*listing = fd < 0 ? NULL : fdopendir(fd);
	if (*listing)
		return 0;
	rc = -errno;
	if (fd >= 0)
		close(fd);
	return rc;
}

int isotp_virtual_peers_scan(struct virtual_peers *peers)
{
	const struct dirent *entry;
	DIR *listing;
	int rc = open_listing(peers->dir, &listing);

	if (rc < 0)
		return is_exhaustion(rc) ? rc : 0;
	for (unsigned int i = 0; i < peers->count; i++)
		peers->list[i].present = false;
	while (rc == 0 && (entry = readdir(listing)))
		rc = note_entry(peers, entry->d_name);
	closedir(listing);
	for (unsigned int i = peers->count; rc == 0 && i-- > 0;)
		if (!peers->list[i].present)
			remove_peer(peers, i);
	return rc;
}

/* 0: it is in the peer's queue; -EAGAIN: there is no room; else the peer is gone. */
static int put(const struct virtual_peer *p, const union isotp_socketcan *wire, size_t size)
{
	if (send(p->fd, wire, size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? -EAGAIN : -errno;
}

/* Tells a peer what it lost, once it has room again. */
static int tell_lost(struct virtual_peer *p)
{
	union isotp_socketcan wire;
	struct isotp_frame f;
	int rc;

	if (!p->lost)
		return 0;
	isotp_socketcan_lost(p->lost, &f);
	rc = put(p, &wire, isotp_socketcan_encode(&f, &wire));
	if (rc == 0)
		p->lost = 0;
	return rc;
}

static bool out_of_patience(struct virtual_peers *peers)
{
	const uint64_t now = isotp_clock_now();

	if (peers->since == ISOTP_NEVER)
		peers->since = now;
	return now - peers->since >= peers->patience_ns;
}

/* Returns false while the peer is to be waited for. */
static bool deliver(struct virtual_peers *peers, unsigned int i)
{
	struct virtual_peer *p = &peers->list[i];
	const bool losing = p->lost > 0;
	int rc = tell_lost(p);

	if (rc == 0)
		rc = put(p, &peers->wire, peers->wire_size);
	if (rc == -EAGAIN && !losing && !out_of_patience(peers))
		return false;
	if (rc != 0 && rc != -EAGAIN) {
		if (rc == -ECONNREFUSED)
			bury(peers, p->node);
		remove_peer(peers, i);
		return true;
	}
	if (rc == -EAGAIN) {
		p->lost++;
		peers->lost++;
	}
	p->owed = false;
	peers->delivered = true;
	return true;
}

static void begin(struct virtual_peers *peers, const struct isotp_frame *f)
{
	peers->wire_size = isotp_socketcan_encode(f, &peers->wire);
	peers->sending = true;
	peers->delivered = false;
	peers->since = ISOTP_NEVER;
	for (unsigned int i = 0; i < peers->count; i++)
		peers->list[i].owed = true;
}

/*
 * As on a wire all nodes see frames in one order: nobody can answer a frame before everybody has
 * it. A node that was stopped with the lock in its hands must not stop the bus: past a bound its
 * lock is disregarded, and not waited for again until somebody has got it.
 */
static bool lock_order(struct virtual_peers *peers)
{
	const struct timespec nap = { .tv_nsec = LOCK_NAP_NS };
	const unsigned int tries = peers->lock_stuck ? 1 : LOCK_TRIES;

	if (peers->count < 2)
		return false;
	for (unsigned int i = 0; i < tries; i++) {
		if (flock(peers->dir, LOCK_EX | LOCK_NB) == 0) {
			peers->lock_stuck = false;
			return true;
		}
		if (i + 1 < tries)
			nanosleep(&nap, NULL);
	}
	peers->lock_stuck = true;
	return false;
}

/* True when every peer that is waited for can take the frame now. */
static bool all_have_room(struct virtual_peers *peers)
{
	for (unsigned int i = 0; i < peers->count; i++)
		peers->polls[i] = (struct pollfd){ .fd = peers->list[i].fd, .events = POLLOUT };
	if (poll(peers->polls, peers->count, 0) < 0)
		return true;
	for (unsigned int i = 0; i < peers->count; i++)
		if (!peers->polls[i].revents && peers->list[i].owed && !peers->list[i].lost)
			return false;
	return true;
}

/* Gives the frame to all that are owed it; true while some are to be waited for. */
static bool deliver_all(struct virtual_peers *peers)
{
	bool waiting = false;

	for (unsigned int i = peers->count; i-- > 0;)
		if (peers->list[i].owed && !deliver(peers, i))
			waiting = true;
	return waiting;
}

int isotp_virtual_peers_send(struct virtual_peers *peers, const struct isotp_frame *f)
{
	bool waiting, locked;

	if (!peers->sending)
		begin(peers, f);
	locked = lock_order(peers);
	waiting = locked && !all_have_room(peers) && !out_of_patience(peers);
	if (!waiting)
		waiting = deliver_all(peers);
	if (locked)
		flock(peers->dir, LOCK_UN);
	if (!waiting)
		peers->since = ISOTP_NEVER;
	if (waiting || !peers->delivered)
		return -EAGAIN;
	peers->sending = false;
	return 0;
}

void isotp_virtual_peers_abandon(struct virtual_peers *peers)
{
	for (unsigned int i = 0; peers->sending && i < peers->count; i++) {
		if (peers->list[i].owed) {
			peers->list[i].lost++;
			peers->lost++;
		}
	}
	peers->sending = false;
}

void isotp_virtual_peers_tell(struct virtual_peers *peers)
{
	for (unsigned int i = 0; i < peers->count; i++)
		tell_lost(&peers->list[i]);
}

uint64_t isotp_virtual_peers_deadline(const struct virtual_peers *peers)
{
	if (!peers->sending || peers->since == ISOTP_NEVER)
		return ISOTP_NEVER;
	return isotp_after(peers->since, peers->patience_ns);
}

void isotp_virtual_peers_release(struct virtual_peers *peers)
{
	isotp_virtual_peers_tell(peers);
	for (unsigned int i = peers->count; i-- > 0;) {
		if (peers->list[i].lost)
			isotp_virtual_note_leave(peers->dir, peers->list[i].node,
						 peers->list[i].lost);
		remove_peer(peers, i);
	}
	free(peers->list);
	free(peers->polls);
	peers->list = NULL;
	peers->polls = NULL;
}
