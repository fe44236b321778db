/* SPDX-License-Identifier: MIT */
/* Owns "can0", "vcan0": a bus that the kernel has, through a CAN_RAW socket. */
#include "bus-internal.h"
#include "clock.h"
#include "inbox.h"
#include "interface.h"
#include "protocol/timing.h"

#include <errno.h>
#include <linux/can/raw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RETRY_NS = 500000, /* a full transmit queue tells nobody when it has room again */
	WANTED_MAX = 8,
};

/*
 * The kernel takes a frame into its transmit queue at once; that it was sent tells only its echo.
 * So a frame is under way from the write until the echo comes back.
 */
struct can_bus {
	struct isotp_bus base;
	int sock;
	bool written, echoed;	  /* the frame of the last send */
	struct isotp_frame frame; /* it */
	uint64_t retry_at;	  /* it found the queue full: try again then */
	bool queue_full;
	int error; /* of receiving, told by the next call */
	struct isotp_inbox inbox;
};

static struct can_bus *can_of(struct isotp_bus *bus)
{
	return (struct can_bus *)bus;
}

static const struct can_bus *const_can_of(const struct isotp_bus *bus)
{
	return (const struct can_bus *)bus;
}

/* --- sending --- */

static int write_frame(struct can_bus *c, const struct isotp_frame *f)
{
	union isotp_socketcan wire;
	const size_t size = isotp_socketcan_encode(f, &wire);

	if (c->retry_at != ISOTP_NEVER && isotp_clock_now() < c->retry_at)
		return -EAGAIN;
	c->retry_at = ISOTP_NEVER;
	if (send(c->sock, &wire, size, MSG_DONTWAIT) < 0) {
		if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			return errno == ENXIO ? -ENODEV : -errno;
		c->queue_full = errno == ENOBUFS;
		c->retry_at = isotp_clock_now() + RETRY_NS;
		return -EAGAIN;
	}
	c->frame = *f;
	c->queue_full = false;
	c->written = true;
	c->echoed = false;
	return 0;
}

static int can_send(struct isotp_bus *bus, const struct isotp_frame *f)
{
	struct can_bus *c = can_of(bus);

	if (!c->written) {
		const int rc = write_frame(c, f);

		if (rc < 0)
			return rc;
	}
	if (!c->echoed)
		return -EAGAIN;
	c->written = false;
	return 0;
}

static void can_abandon(struct isotp_bus *bus)
{
	can_of(bus)->written = false;
	can_of(bus)->retry_at = ISOTP_NEVER;
}

static uint64_t can_deadline(const struct isotp_bus *bus)
{
	return const_can_of(bus)->error ? 0 : const_can_of(bus)->retry_at;
}

/* --- receiving --- */

/* Echoes of frames that were given up may still come; one that is equal to the present frame counts
 * as its own. */
static void take_echo(struct can_bus *c, const struct isotp_frame *f)
{
	if (c->written && isotp_can_id_equal(f->id, c->frame.id) && f->len == c->frame.len &&
	    !memcmp(f->data, c->frame.data, f->len))
		c->echoed = true;
}

/* Goes on where echoes have left room: less than asked for means that no more waits. */
static int can_receive(struct isotp_bus *bus, struct isotp_bus_frame *frames, int room)
{
	struct can_bus *c = can_of(bus);
	int taken = 0, asked, n = c->error;

	c->error = 0;
	if (n < 0)
		return n;
	do {
		asked = room - taken;
		n = isotp_inbox_read(&c->inbox, c->sock, asked);
		for (int i = 0; i < n; i++) {
			struct isotp_bus_frame *f = &frames[taken];

			if (isotp_inbox_frame(&c->inbox, i, f) < 0)
				continue;
			if (isotp_inbox_flags(&c->inbox, i) & MSG_CONFIRM)
				take_echo(c, &f->frame);
			else
				taken++;
		}
	} while (n == asked && taken < room);
	if (n < 0 && taken)
		c->error = n;
	return n < 0 && !taken ? n : taken;
}

static canid_t filter_mask(struct isotp_can_id id)
{
	return CAN_EFF_FLAG | CAN_RTR_FLAG | (id.width == 29 ? CAN_EFF_MASK : CAN_SFF_MASK);
}

static int can_want(struct isotp_bus *bus, const struct isotp_can_id *ids, int n)
{
	struct can_filter filters[WANTED_MAX];
	socklen_t size;
	int used = 0;

	if (n > WANTED_MAX)
		return -E2BIG;
	for (int i = 0; i < n; i++) {
		if (!ids[i].width)
			continue;
		filters[used++] = (struct can_filter){
			.can_id = ids[i].value | (ids[i].width == 29 ? CAN_EFF_FLAG : 0),
			.can_mask = filter_mask(ids[i]),
		};
	}
	size = (socklen_t)((size_t)used * sizeof(filters[0]));
	if (setsockopt(can_of(bus)->sock, SOL_CAN_RAW, CAN_RAW_FILTER, filters, size) < 0)
		return -errno;
	return 0;
}

/* --- opening and closing --- */

static int set_option(int sock, int option, int value)
{
	return setsockopt(sock, SOL_CAN_RAW, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int join_bus(struct can_bus *c, const struct isotp_interface *i)
{
	const struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = i->index,
	};
	int rc = isotp_inbox_prepare(c->sock);

	if (rc == 0)
		rc = set_option(c->sock, CAN_RAW_RECV_OWN_MSGS, 1);
	if (rc == 0 && i->mtu >= CANFD_MTU)
		rc = set_option(c->sock, CAN_RAW_FD_FRAMES, 1);
	if (rc < 0)
		return rc;
	return bind(c->sock, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

static void can_close(struct isotp_bus *bus)
{
	if (can_of(bus)->sock >= 0)
		close(can_of(bus)->sock);
	free(bus);
}

static int can_open(struct isotp_bus **bus, const char *name, char *where, size_t size)
{
	struct can_bus *c = calloc(1, sizeof(*c));
	struct isotp_interface i;
	int rc = 0;

	(void)where, (void)size; /* the interface's name says it all */
	if (!c)
		return -ENOMEM;
	c->base.kind = &isotp_bus_can;
	c->retry_at = ISOTP_NEVER;
	isotp_inbox_init(&c->inbox);
	c->sock = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);
	if (c->sock < 0)
		rc = errno == EPROTONOSUPPORT ? -ENOPROTOOPT : -errno;
	if (rc == 0)
		rc = isotp_interface_usable(name, false, &i);
	if (rc == 0)
		rc = join_bus(c, &i);
	if (rc < 0) {
		can_close(&c->base);
		return rc;
	}
	*bus = &c->base;
	return 0;
}

static int can_fd(const struct isotp_bus *bus)
{
	return const_can_of(bus)->sock;
}

/* Who else is there is not to be known; the bus is worth trying. */
static unsigned int can_others(struct isotp_bus *bus)
{
	(void)bus;
	return 1;
}

static void can_status(const struct isotp_bus *bus, struct isotp_bus_status *status)
{
	const struct can_bus *c = const_can_of(bus);

	*status = (struct isotp_bus_status){
		.lost_in = isotp_inbox_drops(c->sock),
		.queue_full = c->queue_full,
	};
}

const struct isotp_bus_kind isotp_bus_can = {
	.prefix = "",
	.open = can_open,
	.close = can_close,
	.send = can_send,
	.abandon = can_abandon,
	.receive = can_receive,
	.want = can_want,
	.fd = can_fd,
	.deadline = can_deadline,
	.others = can_others,
	.status = can_status,
};
