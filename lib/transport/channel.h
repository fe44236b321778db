/* SPDX-License-Identifier: MIT */
/*
 * channel.h - whole PDUs over one ISO-TP connection, whatever carries it.
 *
 *	isotp_channel_open(&ch, "virtual:demo", &cfg, 4095, -1, where, sizeof(where));
 *	isotp_channel_send(ch, pdu, len);
 *	while (isotp_channel_next(ch, &ev, ISOTP_NEVER) > 0 && ev.type != ISOTP_EVENT_SENT)
 *		;
 *
 * A channel has no thread: it answers first frames and keeps its times only while
 * isotp_channel_next runs. Today every channel is the built-in stack over a bus.
 */
#ifndef ISOTP_TRANSPORT_CHANNEL_H
#define ISOTP_TRANSPORT_CHANNEL_H

#include "bus.h"
#include "protocol/stack.h"

struct isotp_channel;

/*
 * Opens a channel on `interface` for PDUs of up to `max_pdu` received bytes; the buffer for them
 * is reserved but not touched before a PDU comes. `stop_fd`: a descriptor that ends any wait when
 * it is readable (an eventfd that a signal handler writes to, say), or -1. `where` as in
 * isotp_bus_open. Returns 0 or -errno; -EINVAL also when isotp_config_check refuses cfg. The
 * channel is the caller's to close. STmin below 50 us is kept only by threads whose timer slack
 * is small: prctl(PR_SET_TIMERSLACK).
 */
int isotp_channel_open(struct isotp_channel **ch, const char *interface,
		       const struct isotp_config *cfg, size_t max_pdu, int stop_fd, char *where,
		       size_t size);

/* Leaves at once, also in mid-transfer; NULL is allowed. */
void isotp_channel_close(struct isotp_channel *ch);

/* Starts to send a PDU, which must stay as it is until its SENT event; as isotp_stack_send. */
int isotp_channel_send(struct isotp_channel *ch, const void *pdu, size_t len);

/* Gives up the PDU being sent; no event comes of it. */
void isotp_channel_cancel(struct isotp_channel *ch);

/*
 * Runs the connection until something happens or the clock (isotp_clock_now) reaches `deadline`,
 * at least one round. Returns 1 with *ev, 0 at the deadline, -EINTR when it would wait and stop_fd
 * is readable, -errno. The data of an event is valid until the next call.
 */
int isotp_channel_next(struct isotp_channel *ch, struct isotp_event *ev, uint64_t deadline);

/* For an event loop of one's own: when the first is readable or the second has passed, call
 * isotp_channel_next(ch, &ev, 0) until it returns 0. */
int isotp_channel_fd(const struct isotp_channel *ch);
uint64_t isotp_channel_deadline(const struct isotp_channel *ch);

/* True while a PDU is under way in this direction, with its progress in bytes. */
bool isotp_channel_receiving(const struct isotp_channel *ch, uint32_t *done, uint32_t *length);
bool isotp_channel_sending(const struct isotp_channel *ch, uint32_t *done, uint32_t *length);

/* Who else is there, and what was lost; see bus.h. */
unsigned int isotp_channel_others(const struct isotp_channel *ch);
void isotp_channel_status(const struct isotp_channel *ch, struct isotp_bus_status *status);

#endif
