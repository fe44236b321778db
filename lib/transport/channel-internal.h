/* SPDX-License-Identifier: MIT */
/* channel-internal.h - what a kind of channel brings: the built-in stack or the kernel's. */
#ifndef ISOTP_TRANSPORT_CHANNEL_INTERNAL_H
#define ISOTP_TRANSPORT_CHANNEL_INTERNAL_H

#include "channel.h"

/* Each function as its namesake in channel.h describes it. */
struct isotp_channel_kind {
	bool kernel;
	void (*close)(struct isotp_channel *ch);
	int (*send)(struct isotp_channel *ch, const void *pdu, size_t len);
	void (*cancel)(struct isotp_channel *ch);
	/* One round without waiting: 1 an event, 0 nothing more to do now, -EAGAIN go on at once,
	 * -errno. */
	int (*round)(struct isotp_channel *ch, struct isotp_event *ev);
	int (*fd)(const struct isotp_channel *ch);
	short (*events)(const struct isotp_channel *ch);
	uint64_t (*deadline)(const struct isotp_channel *ch);
	bool (*receiving)(const struct isotp_channel *ch, uint32_t *done, uint32_t *length);
	bool (*sending)(const struct isotp_channel *ch, uint32_t *done, uint32_t *length);
	unsigned int (*others)(const struct isotp_channel *ch);
	void (*status)(const struct isotp_channel *ch, struct isotp_bus_status *status);
};

/* The first member of each kind's own struct. */
struct isotp_channel {
	const struct isotp_channel_kind *kind;
	int stop_fd;
	void *buffer; /* for PDUs that come */
	size_t buffer_size;
	struct isotp_channel_heard heard;
};

/* Open as isotp_channel_open, with the choice made; `ch->buffer` is there already. The kernel's
 * takes the socket `fd` over, also when it fails. */
int isotp_channel_builtin(struct isotp_channel **ch, const struct isotp_channel_settings *settings,
			  char *where, size_t size);
int isotp_channel_kernel(struct isotp_channel **ch, const struct isotp_channel_settings *settings,
			 int fd);

/* Room for PDUs of up to `size` bytes: only a promise, until one is written to it. */
int isotp_channel_reserve(struct isotp_channel *ch, size_t size);

#endif
