/* SPDX-License-Identifier: MIT */
/* Owns the channel of the kernel's stack: what its socket tells, as events. */
#include "channel-internal.h"
#include "clock.h"
#include "inbox.h"
#include "interface.h"
#include "kernel-socket.h"
#include "kernel-support.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { RETRY_NS = 500000 }; /* a full transmit queue tells nobody when it has room again */

enum tx_state {
	TX_IDLE,
	TX_UNSENT,   /* the kernel has not taken the PDU yet */
	TX_TAKEN,    /* it has, POLLOUT tells the end */
	TX_GIVEN_UP, /* nobody waits for the end any more, yet it has to come */
};

struct kernel_channel {
	struct isotp_channel base;
	struct isotp_config cfg;
	int sock;
	uint32_t limit; /* longest PDU that it sends */
	enum tx_state tx;
	const void *pdu;
	size_t length;
	uint64_t give_up; /* when it counts as not taken; ISOTP_NEVER before the first try */
	uint64_t retry_at;
	bool queue_full;
	uint64_t lost;
	struct isotp_event waiting; /* of a reception, told after the end of our PDU */
	bool has_waiting;
};

static struct kernel_channel *kernel_of(struct isotp_channel *ch)
{
	return (struct kernel_channel *)ch;
}

static const struct kernel_channel *const_kernel_of(const struct isotp_channel *ch)
{
	return (const struct kernel_channel *)ch;
}

static struct isotp_event event_now(enum isotp_event_type type, enum isotp_result result)
{
	return (struct isotp_event){
		.type = type,
		.result = result,
		.time_ns = isotp_clock_realtime(),
	};
}

/* --- sending --- */

static bool sending(const struct kernel_channel *ch)
{
	return ch->tx == TX_UNSENT || ch->tx == TX_TAKEN;
}

/* The PDU that was under way has ended; 1 when somebody still waits for that. */
static int end_sending(struct kernel_channel *ch, enum isotp_result result, struct isotp_event *ev)
{
	const bool wanted = sending(ch);

	ch->tx = TX_IDLE;
	if (!wanted)
		return 0;
	*ev = event_now(ISOTP_EVENT_SENT, result);
	ev->length = (uint32_t)ch->length;
	ev->done = result == ISOTP_N_OK ? ev->length : 0;
	return 1;
}

static struct isotp_event broken_reception(const struct kernel_channel *ch, int error)
{
	return event_now(ISOTP_EVENT_RECEIVED, isotp_kernel_result(&ch->cfg, error, 0));
}

/*
 * A write that waits for the end must see no signal: the kernel would send the PDU again when the
 * call is restarted.
 */
static ssize_t write_pdu(const struct kernel_channel *ch)
{
	sigset_t all, before;
	ssize_t n;
	int error;

	if (!ch->cfg.wait_tx_done)
		return send(ch->sock, ch->pdu, ch->length, MSG_DONTWAIT);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	n = send(ch->sock, ch->pdu, ch->length, 0);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return n;
}

/*
 * The write has waited for the end, and the error slot was empty before: what it returns came up
 * meanwhile. That of a reception does not touch our PDU, which must not be written again.
 */
static int after_waiting(struct kernel_channel *ch, int error, struct isotp_event *ev)
{
	if (error && error != EBADMSG && isotp_kernel_error_of_reception(&ch->cfg, error)) {
		ch->waiting = broken_reception(ch, error);
		ch->has_waiting = true;
		error = 0;
	}
	if (error && isotp_kernel_result(&ch->cfg, error, ch->length) == ISOTP_N_OK)
		return -error;
	return end_sending(ch, isotp_kernel_result(&ch->cfg, error, ch->length), ev);
}

/* The write failed before anything was sent, by an error that was pending: it is told if it is of a
 * reception, else it is of a PDU that was given up. */
static int after_refusal(struct kernel_channel *ch, int error, struct isotp_event *ev)
{
	if (error == EADDRNOTAVAIL) /* the interface went, the socket is no longer bound */
		return -ENODEV;
	if (isotp_kernel_result(&ch->cfg, error, ch->length) == ISOTP_N_OK)
		return -error;
	if (!isotp_kernel_error_of_reception(&ch->cfg, error))
		return 0;
	*ev = broken_reception(ch, error);
	return 1;
}

/* Hands the PDU to the kernel, or tries later: while the PDU before is under way, and while the
 * transmit queue is full. */
static int try_write(struct kernel_channel *ch, struct isotp_event *ev)
{
	const uint64_t now = isotp_clock_now();
	int error;

	if (ch->give_up == ISOTP_NEVER)
		ch->give_up = isotp_after(now, ch->cfg.n_as_ns);
	if (now >= ch->give_up)
		return end_sending(ch, ISOTP_N_TIMEOUT_A, ev);
	if (now < ch->retry_at)
		return 0;
	error = write_pdu(ch) < 0 ? errno : 0;
	ch->queue_full = error == ENOBUFS;
	ch->retry_at = now + RETRY_NS;
	if (error == ENOBUFS || error == EAGAIN)
		return 0;
	if (ch->cfg.wait_tx_done)
		return after_waiting(ch, error, ev);
	if (error)
		return error == EINTR ? 0 : after_refusal(ch, error, ev);
	ch->tx = TX_TAKEN;
	return 0;
}

static int kernel_send(struct isotp_channel *base, const void *pdu, size_t len)
{
	struct kernel_channel *ch = kernel_of(base);
	const bool single = ch->cfg.sf_broadcast || ch->cfg.address.functional;

	if (!len)
		return -EINVAL;
	if (ch->cfg.listen)
		return -EPERM;
	if (single && len > isotp_sf_max(ch->cfg.tx_dl, ch->cfg.address.has_byte))
		return -EMSGSIZE;
	if (len > ch->limit)
		return -EFBIG;
	if (sending(ch))
		return -EBUSY;
	ch->pdu = pdu;
	ch->length = len;
	ch->give_up = ISOTP_NEVER;
	ch->retry_at = 0;
	ch->tx = TX_UNSENT;
	return 0;
}

static void kernel_cancel(struct isotp_channel *base)
{
	struct kernel_channel *ch = kernel_of(base);

	if (ch->tx != TX_IDLE) /* also before ours is taken: an older one may still be under way */
		ch->tx = TX_GIVEN_UP;
}

/* --- what the socket has to say --- */

static int pending_error(const struct kernel_channel *ch)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(ch->sock, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return errno;
	return error;
}

/* The kernel has nothing to send: the PDU that was under way has ended. */
static bool kernel_is_idle(const struct kernel_channel *ch)
{
	struct pollfd pfd = { .fd = ch->sock, .events = POLLOUT };

	return poll(&pfd, 1, 0) > 0 && pfd.revents & POLLOUT;
}

/*
 * One error slot serves both directions. What only a reception can meet is told as such; bad
 * padding is of a flow control when it has ended our PDU. The rest ends the PDU that is under way,
 * or comes late from one that was given up.
 */
static int take_error(struct kernel_channel *ch, int error, struct isotp_event *ev)
{
	const bool under_way = ch->tx == TX_TAKEN || ch->tx == TX_GIVEN_UP;
	const enum isotp_result result = isotp_kernel_result(&ch->cfg, error, ch->length);

	if (error == EADDRNOTAVAIL)
		return -ENODEV;
	if (result == ISOTP_N_OK)
		return -error;
	if (isotp_kernel_error_of_reception(&ch->cfg, error) &&
	    !(error == EBADMSG && under_way && kernel_is_idle(ch))) {
		*ev = broken_reception(ch, error);
		return 1;
	}
	return under_way ? end_sending(ch, result, ev) : 0;
}

static int take_pdu(struct kernel_channel *ch, struct isotp_event *ev)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec iov = { ch->base.buffer, ch->base.buffer_size };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	const ssize_t n = recvmsg(ch->sock, &msg, MSG_DONTWAIT | MSG_TRUNC);
	const bool fits = !(msg.msg_flags & MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return take_error(ch, errno, ev);
	*ev = (struct isotp_event){
		.type = fits ? ISOTP_EVENT_RECEIVED : ISOTP_EVENT_OVERFLOW,
		.result = fits ? ISOTP_N_OK : ISOTP_N_BUFFER_OVFLW,
		.data = ch->base.buffer,
		.length = (uint32_t)n,
		.done = fits ? (uint32_t)n : 0,
		.time_ns = isotp_inbox_time(&msg),
	};
	return 1;
}

/* True when PDUs were lost on their way to us since the last call. */
static bool pdus_lost(struct kernel_channel *ch, struct isotp_event *ev)
{
	const uint32_t lost = isotp_inbox_drops(ch->sock) - (uint32_t)ch->lost;

	if (!lost)
		return false;
	ch->lost += lost;
	*ev = event_now(ISOTP_EVENT_LOST, ISOTP_N_OK);
	ev->length = lost;
	return true;
}

static short kernel_events(const struct isotp_channel *base)
{
	const struct kernel_channel *ch = const_kernel_of(base);
	short events = 0;

	if (base->buffer)
		events |= POLLIN;
	if (ch->tx == TX_TAKEN || ch->tx == TX_GIVEN_UP)
		events |= POLLOUT;
	return events;
}

/* The error is read after POLLOUT was seen: the kernel sets it first. */
static int kernel_round(struct isotp_channel *base, struct isotp_event *ev)
{
	struct kernel_channel *ch = kernel_of(base);
	struct pollfd pfd = { .fd = ch->sock, .events = kernel_events(base) };
	int error, rc = 0;

	if (ch->has_waiting) {
		ch->has_waiting = false;
		*ev = ch->waiting;
		return 1;
	}
	if (poll(&pfd, 1, 0) < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (pfd.revents & (POLLERR | POLLOUT)) {
		error = pending_error(ch);
		if (error)
			rc = take_error(ch, error, ev);
		else if (pfd.revents & POLLOUT)
			rc = end_sending(ch, ISOTP_N_OK, ev);
		if (rc)
			return rc;
	}
	if (pfd.revents & POLLIN)
		rc = take_pdu(ch, ev);
	if (rc)
		return rc;
	if (pdus_lost(ch, ev))
		return 1;
	return ch->tx == TX_UNSENT ? try_write(ch, ev) : 0;
}

/* --- the rest of the seam --- */

static int kernel_fd(const struct isotp_channel *ch)
{
	return const_kernel_of(ch)->sock;
}

static uint64_t kernel_deadline(const struct isotp_channel *base)
{
	const struct kernel_channel *ch = const_kernel_of(base);

	if (ch->has_waiting)
		return 0;
	return ch->tx == TX_UNSENT ? isotp_earlier(ch->retry_at, ch->give_up) : ISOTP_NEVER;
}

static bool kernel_receiving(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	(void)ch;
	*done = *length = 0;
	return false;
}

static bool kernel_sending(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	*done = *length = 0;
	return const_kernel_of(ch)->tx != TX_IDLE;
}

static unsigned int kernel_others(const struct isotp_channel *ch)
{
	(void)ch;
	return 1;
}

static void kernel_status(const struct isotp_channel *base, struct isotp_bus_status *status)
{
	const struct kernel_channel *ch = const_kernel_of(base);

	*status = (struct isotp_bus_status){
		.lost_in = isotp_inbox_drops(ch->sock),
		.queue_full = ch->queue_full,
	};
}

static void kernel_close(struct isotp_channel *ch)
{
	close(kernel_of(ch)->sock);
	free(ch);
}

static const struct isotp_channel_kind kernel = {
	.kernel = true,
	.close = kernel_close,
	.send = kernel_send,
	.cancel = kernel_cancel,
	.round = kernel_round,
	.fd = kernel_fd,
	.events = kernel_events,
	.deadline = kernel_deadline,
	.receiving = kernel_receiving,
	.sending = kernel_sending,
	.others = kernel_others,
	.status = kernel_status,
};

/* Options are set before the socket is bound, and what the kernel made of them is compared. */
static int set_up(struct kernel_channel *ch, const char *name)
{
	struct isotp_config in_force = ch->cfg;
	struct isotp_kernel_version version;
	struct isotp_interface i;
	int rc = isotp_interface_get(name, &i);

	isotp_kernel_version(&version);
	ch->limit = isotp_kernel_max_pdu(&version);
	if (isotp_kernel_knows(&version, ISOTP_KERNEL_POLLOUT) != ISOTP_KNOWN_YES)
		ch->cfg.wait_tx_done = true;
	if (rc == 0)
		rc = isotp_kernel_set(ch->sock, &ch->cfg);
	if (rc == 0)
		rc = isotp_kernel_get(ch->sock, &in_force);
	if (rc == 0 && isotp_kernel_flags(&in_force) != isotp_kernel_flags(&ch->cfg))
		rc = -EPROTO;
	if (rc == 0)
		rc = isotp_kernel_bind(ch->sock, i.index, &ch->cfg.address);
	return rc;
}

int isotp_channel_kernel(struct isotp_channel **ch_out,
			 const struct isotp_channel_settings *settings, int fd)
{
	struct kernel_channel *ch = calloc(1, sizeof(*ch));
	int rc;

	if (!ch) {
		close(fd);
		return -ENOMEM;
	}
	ch->base.kind = &kernel;
	ch->base.stop_fd = settings->stop_fd;
	ch->sock = fd;
	ch->cfg = *settings->config;
	rc = isotp_channel_reserve(&ch->base, settings->max_pdu);
	if (rc == 0)
		rc = set_up(ch, settings->interface);
	if (rc < 0) {
		isotp_channel_close(&ch->base);
		return rc;
	}
	*ch_out = &ch->base;
	return 0;
}
