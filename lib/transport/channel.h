/* SPDX-License-Identifier: MIT */
/*
 * channel.h - whole PDUs over one ISO-TP connection, whatever carries it: the kernel's ISO-TP
 * socket, or the built-in stack over a bus.
 *
 *	struct isotp_channel_settings settings = {
 *		.interface = "can0", .config = &cfg, .max_pdu = 4095, .stop_fd = -1,
 *	};
 *
 *	isotp_channel_open(&ch, &settings, &place);
 *	isotp_channel_send(ch, pdu, len);
 *	while (isotp_channel_next(ch, &ev, ISOTP_NEVER) > 0 && ev.type != ISOTP_EVENT_SENT)
 *		;
 *
 * A channel has no thread: the built-in stack answers first frames and keeps its times only while
 * isotp_channel_next runs; the kernel's does so by itself.
 */
#ifndef ISOTP_TRANSPORT_CHANNEL_H
#define ISOTP_TRANSPORT_CHANNEL_H

#include "bus.h"
#include "protocol/stack.h"
#include "stack-choice.h"

struct isotp_channel;

struct isotp_channel_settings {
	const char *interface;
	const struct isotp_config *config;
	enum isotp_stack_choice stack;
	size_t max_pdu;	   /* longest PDU to take, in bytes; 0: none at all */
	bool max_pdu_told; /* longer ones must be refused by flow control: only built in */
	size_t max_sent;   /* longest PDU that will be sent, as far as it is known; else 0 */
	int stop_fd;	   /* ends any wait when it is readable, an eventfd, say; or -1 */
};

/* What opening has to tell, also when it fails. */
struct isotp_channel_place {
	char where[ISOTP_BUS_WHERE]; /* as isotp_bus_open says it */
	char why[192];		     /* why this stack and not the other one; may be empty */
};

/*
 * Opens a channel; the buffer for PDUs is reserved but not touched before one comes. Returns 0 or
 * -errno: -EINVAL also when isotp_config_check refuses the configuration, -EMSGSIZE CAN FD asked of
 * a classic interface, -EPROTONOSUPPORT the kernel's stack asked for and not there, -EOPNOTSUPP it
 * cannot do what is asked for (place->why tells what), -EFBIG max_sent is more than it sends, -EPROTO it has other options in force than were
 * set, else
 * as isotp_bus_open. The channel is the caller's to close. STmin below 50 us is kept by the
 * built-in stack only in threads whose timer slack is small: prctl(PR_SET_TIMERSLACK).
 */
int isotp_channel_open(struct isotp_channel **ch, const struct isotp_channel_settings *settings,
		       struct isotp_channel_place *place);

/* True for the kernel's stack. */
bool isotp_channel_is_kernel(const struct isotp_channel *ch);

/*
 * Leaves, also in mid-transfer; NULL is allowed. The kernel's stack then first sends on to the end
 * of the transfer, or waits for a flow control up to 1 s; a signal ends this wait.
 */
void isotp_channel_close(struct isotp_channel *ch);

/* Starts to send a PDU, which must stay as it is until its SENT event; as isotp_stack_send, and
 * -EFBIG when it is longer than the kernel's stack sends. */
int isotp_channel_send(struct isotp_channel *ch, const void *pdu, size_t len);

/* Gives up the PDU being sent; no event comes of it. The kernel's stack goes on with it until the
 * channel is closed. */
void isotp_channel_cancel(struct isotp_channel *ch);

/*
 * Runs the connection until something happens or the clock (isotp_clock_now) reaches `deadline`,
 * at least one round. Returns 1 with *ev, 0 at the deadline, -EINTR when it would wait and stop_fd
 * is readable, -errno: -ENETDOWN and -ENODEV the interface went down or away. The data of an event
 * is valid until the next call. Events of a channel carry the time of the wall clock.
 */
int isotp_channel_next(struct isotp_channel *ch, struct isotp_event *ev, uint64_t deadline);

/* For an event loop of one's own: when the descriptor has one of these events (of poll) or the
 * deadline has passed, call isotp_channel_next(ch, &ev, 0) until it returns 0. */
int isotp_channel_fd(const struct isotp_channel *ch);
short isotp_channel_events(const struct isotp_channel *ch);
uint64_t isotp_channel_deadline(const struct isotp_channel *ch);

/* True while a PDU is under way in this direction, with its progress in bytes. The kernel does not
 * tell of receptions, and of what it sends not how far it is: then *length is 0. */
bool isotp_channel_receiving(const struct isotp_channel *ch, uint32_t *done, uint32_t *length);
bool isotp_channel_sending(const struct isotp_channel *ch, uint32_t *done, uint32_t *length);

/* Who else is there, and what was lost; see bus.h. The kernel's stack counts lost PDUs, not
 * frames. */
unsigned int isotp_channel_others(const struct isotp_channel *ch);
void isotp_channel_status(const struct isotp_channel *ch, struct isotp_bus_status *status);

/* Whether any frame has come, and one with the ID that this end sends on: then the two IDs may be
 * exchanged. The kernel's stack does not tell. */
struct isotp_channel_heard {
	bool any, own_id;
};
const struct isotp_channel_heard *isotp_channel_heard(const struct isotp_channel *ch);

#endif
