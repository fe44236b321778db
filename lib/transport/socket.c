/* SPDX-License-Identifier: MIT */
/* Owns the ISO-TP socket of libisotp: a channel, and what was received while sending. */
#include "socket.h"

#include "channel.h"
#include "clock.h"
#include "interface.h"
#include "kernel-socket.h"
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 2 * ISOTP_SOCKET_PDU_MAX + 4096 };

/* A PDU that came while we were sending, or how its reception broke off. */
struct kept {
	struct kept *next;
	enum isotp_result result;
	uint64_t time_ns;
	uint32_t length;
	uint8_t data[];
};

struct isotp_socket {
	struct isotp_settings settings;
	enum isotp_stack_choice stack;
	struct isotp_channel *channel; /* NULL until it is bound */
	bool receives;
	struct kept *first, **last; /* what is kept, oldest first */
	struct kept *given;	    /* what the caller has of it */
	size_t kept_bytes;
	uint64_t lost;
	bool has_why;
	char why[192];
};

/* --- what there is to tell --- */

struct reason {
	int error;
	const char *why;
};

static const struct reason bind_reasons[] = {
	{ -ENODEV, "there is no such interface" },
	{ -EMEDIUMTYPE, "the interface is none of CAN" },
	{ -ENETDOWN, "the interface is down" },
	{ -EMSGSIZE, "the interface carries no CAN FD" },
	{ -EAFNOSUPPORT, "this kernel has no CAN" },
	{ -EPROTONOSUPPORT, "this kernel has no can-isotp" },
	{ -ENOPROTOOPT, "this kernel has no can-raw" },
	{ -EPROTO, "this kernel did not take the options as they are" },
	{ -EPERM, "it belongs to another user, or there is no permission for it" },
	{ -EACCES, "there is no permission for it" },
	{ -ENOTDIR, "the bus is no directory" },
	{ -EINVAL, "the interface cannot have this name" },
	{ 0, NULL },
};

static const struct reason send_reasons[] = {
	{ -EINVAL, "a PDU has one byte at least" },
	{ -EMSGSIZE, "only single frames may go here, this is more" },
	{ -EFBIG, "the kernel's stack sends no PDU as long as this" },
	{ -EPERM, "with LISTEN_MODE nothing is sent" },
	{ 0, NULL },
};

static const struct reason common_reasons[] = {
	{ -EISCONN, "the socket is bound" },
	{ -ENOTCONN, "the socket is not bound" },
	{ -ETIMEDOUT, "the time is over" },
	{ -ENETDOWN, "the interface went down" },
	{ -ENODEV, "the interface went away" },
	{ -ENOMEM, "there is no memory" },
	{ 0, NULL },
};

static const char *find(const struct reason *r, int error)
{
	while (r->error && r->error != error)
		r++;
	return r->why;
}

/* Notes what is to be said and returns rc; `why` NULL: nothing, or for an error what it says. */
static int tell(struct isotp_socket *s, int rc, const char *why)
{
	if (!why && rc > 0)
		why = isotp_result_name((enum isotp_result)rc);
	if (!why && rc < 0)
		why = find(common_reasons, rc);
	s->has_why = rc || why;
	if (why)
		snprintf(s->why, sizeof(s->why), "%s", why);
	else
		snprintf(s->why, sizeof(s->why), "the system refuses it with error %d", -rc);
	return rc;
}

const char *isotp_socket_why(const struct isotp_socket *s)
{
	if (!s)
		return find(common_reasons, -ENOMEM);
	return s->has_why ? s->why : NULL;
}

/* --- opening, closing, options --- */

int isotp_socket_open(struct isotp_socket **s)
{
	*s = calloc(1, sizeof(**s));
	if (!*s)
		return -ENOMEM;
	isotp_settings_init(&(*s)->settings);
	(*s)->last = &(*s)->first;
	return 0;
}

static struct kept *take_kept(struct isotp_socket *s)
{
	struct kept *k = s->first;

	if (!k)
		return NULL;
	s->first = k->next;
	if (!s->first)
		s->last = &s->first;
	s->kept_bytes -= sizeof(*k) + k->length;
	return k;
}

void isotp_socket_close(struct isotp_socket *s)
{
	struct kept *k;

	if (!s)
		return;
	isotp_channel_close(s->channel);
	while ((k = take_kept(s)))
		free(k);
	free(s->given);
	free(s);
}

int isotp_socket_set_general(struct isotp_socket *s, const struct isotp_general *wanted,
			     struct isotp_general *in_force)
{
	const char *why = NULL;
	int rc = 0;

	if (wanted)
		rc = s->channel ? -EISCONN
				: isotp_settings_general(&s->settings.general, wanted, &why);
	if (in_force)
		*in_force = s->settings.general;
	return tell(s, rc, why);
}

int isotp_socket_set_flow_control(struct isotp_socket *s, const struct isotp_flow_control *wanted,
				  struct isotp_flow_control *in_force)
{
	const char *why = NULL;
	int rc = 0;

	if (wanted)
		rc = s->channel
			     ? -EISCONN
			     : isotp_settings_flow_control(&s->settings.flow_control, wanted, &why);
	if (in_force)
		*in_force = s->settings.flow_control;
	return tell(s, rc, why);
}

int isotp_socket_set_link_layer(struct isotp_socket *s, const struct isotp_link_layer *wanted,
				struct isotp_link_layer *in_force)
{
	const char *why = NULL;
	int rc = 0;

	if (wanted)
		rc = s->channel ? -EISCONN
				: isotp_settings_link_layer(&s->settings.link_layer, wanted, &why);
	if (in_force)
		*in_force = s->settings.link_layer;
	return tell(s, rc, why);
}

int isotp_socket_set_stack(struct isotp_socket *s, enum isotp_stack_choice stack)
{
	if (s->channel)
		return tell(s, -EISCONN, NULL);
	s->stack = stack;
	return tell(s, 0, NULL);
}

/* --- binding --- */

/* Whether the kernel's stack can carry it, and if not surely, why. */
static enum isotp_known kernel_can(const char *interface, const struct isotp_config *cfg,
				   char why[ISOTP_KERNEL_WHY])
{
	struct isotp_kernel_version version;

	if (!isotp_interface_name(interface)) {
		snprintf(why, ISOTP_KERNEL_WHY, "the kernel's stack is for CAN interfaces");
		return ISOTP_KNOWN_NO;
	}
	isotp_kernel_version(&version);
	return isotp_kernel_fits(&version, cfg, ISOTP_WORDS_FLAGS, why);
}

static int open_channel(struct isotp_socket *s, const char *interface, struct isotp_config *cfg)
{
	const struct isotp_channel_settings settings = {
		.interface = interface,
		.config = cfg,
		.stack = s->stack,
		.max_pdu = s->receives ? ISOTP_SOCKET_PDU_MAX : 0,
		.stop_fd = -1,
	};
	struct isotp_channel_place place = { 0 };
	int rc = isotp_channel_open(&s->channel, &settings, &place);

	if (rc == 0 && isotp_channel_is_kernel(s->channel))
		rc = isotp_kernel_get(isotp_channel_fd(s->channel), cfg);
	if (rc < 0) {
		isotp_channel_close(s->channel);
		s->channel = NULL;
	}
	return rc;
}

int isotp_socket_bind(struct isotp_socket *s, const char *interface, const struct isotp_address *a)
{
	char text[ISOTP_KERNEL_WHY];
	struct isotp_config cfg;
	enum isotp_known can;
	const char *why;
	int rc;

	if (s->channel)
		return tell(s, -EISCONN, NULL);
	if (!interface)
		return tell(s, -EINVAL, "there is no interface");
	rc = isotp_settings_config(&s->settings, a, &cfg, &why);
	if (rc == 0)
		rc = isotp_config_check(&cfg, &why);
	if (rc < 0)
		return tell(s, rc, why);
	s->receives = cfg.address.rx_id.width && !cfg.sf_broadcast && !cfg.cf_broadcast;
	can = kernel_can(interface, &cfg, text);
	if (can == ISOTP_KNOWN_NO && s->stack == ISOTP_STACK_KERNEL)
		return tell(s, -EOPNOTSUPP, text);
	rc = open_channel(s, interface, &cfg);
	if (rc < 0)
		return tell(s, rc, find(bind_reasons, rc));
	isotp_settings_in_force(&s->settings, &cfg);
	why = NULL;
	if (isotp_channel_is_kernel(s->channel))
		why = can == ISOTP_KNOWN_YES ? isotp_settings_kernel_warning(&cfg) : text;
	else if (s->stack == ISOTP_STACK_AUTO && isotp_interface_name(interface))
		why = can == ISOTP_KNOWN_NO ? text : find(bind_reasons, -EPROTONOSUPPORT);
	return tell(s, 0, why);
}

bool isotp_socket_is_kernel(const struct isotp_socket *s)
{
	return s->channel && isotp_channel_is_kernel(s->channel);
}

/* --- sending and receiving --- */

static uint64_t deadline_after(uint64_t timeout_ns)
{
	return timeout_ns == ISOTP_NEVER ? ISOTP_NEVER : isotp_after(isotp_clock_now(), timeout_ns);
}

/* Runs the connection until a PDU of ours or of the peer has ended; losses are counted. */
static int next_end(struct isotp_socket *s, struct isotp_event *ev, uint64_t deadline)
{
	for (;;) {
		const int rc = isotp_channel_next(s->channel, ev, deadline);

		if (rc <= 0)
			return rc < 0 ? rc : -ETIMEDOUT;
		if (ev->type == ISOTP_EVENT_LOST)
			s->lost += ev->length;
		else if (ev->type == ISOTP_EVENT_OVERFLOW)
			s->lost++;
		else
			return 0;
	}
}

/* The channel's buffer is good only until its next event. */
static void keep(struct isotp_socket *s, const struct isotp_event *ev)
{
	const uint32_t length = ev->result == ISOTP_N_OK ? ev->length : 0;
	const size_t size = sizeof(struct kept) + length;
	struct kept *k = size <= KEPT_MAX - s->kept_bytes ? malloc(size) : NULL;

	if (!k) {
		s->lost++;
		return;
	}
	*k = (struct kept){ .result = ev->result, .time_ns = ev->time_ns, .length = length };
	if (length)
		memcpy(k->data, ev->data, length);
	*s->last = k;
	s->last = &k->next;
	s->kept_bytes += size;
}

int isotp_socket_send(struct isotp_socket *s, const void *pdu, size_t length, uint64_t timeout_ns)
{
	const uint64_t deadline = deadline_after(timeout_ns);
	struct isotp_event ev;
	bool started = false;
	int rc;

	if (!s->channel)
		return tell(s, -ENOTCONN, NULL);
	for (;;) {
		rc = started ? 0 : isotp_channel_send(s->channel, pdu, length);
		if (rc < 0 && rc != -EBUSY) /* busy: half duplex, and a PDU comes in */
			return tell(s, rc, find(send_reasons, rc));
		started = rc == 0;
		rc = next_end(s, &ev, deadline);
		if (rc < 0)
			break;
		if (ev.type == ISOTP_EVENT_SENT)
			return tell(s, (int)ev.result, NULL);
		keep(s, &ev);
	}
	if (started)
		isotp_channel_cancel(s->channel);
	return tell(s, rc, NULL);
}

int isotp_socket_receive(struct isotp_socket *s, struct isotp_pdu *pdu, uint64_t timeout_ns)
{
	const uint64_t deadline = deadline_after(timeout_ns);
	struct isotp_event ev;
	int rc;

	if (!s->channel)
		return tell(s, -ENOTCONN, NULL);
	if (!s->receives)
		return tell(s, -EPERM, "this end only sends");
	free(s->given);
	s->given = take_kept(s);
	if (s->given) {
		*pdu = (struct isotp_pdu){ s->given->data, s->given->length, s->given->time_ns };
		return tell(s, (int)s->given->result, NULL);
	}
	do
		rc = next_end(s, &ev, deadline);
	while (rc == 0 && ev.type != ISOTP_EVENT_RECEIVED);
	if (rc < 0)
		return tell(s, rc, NULL);
	*pdu = (struct isotp_pdu){ ev.data, ev.length, ev.time_ns };
	return tell(s, (int)ev.result, NULL);
}

uint64_t isotp_socket_lost(const struct isotp_socket *s)
{
	return s->lost;
}

int isotp_socket_fd(const struct isotp_socket *s)
{
	return s->channel ? isotp_channel_fd(s->channel) : -1;
}

short isotp_socket_events(const struct isotp_socket *s)
{
	return s->channel ? isotp_channel_events(s->channel) : 0;
}

uint64_t isotp_socket_deadline(const struct isotp_socket *s)
{
	if (s->first)
		return 0;
	return s->channel ? isotp_channel_deadline(s->channel) : ISOTP_NEVER;
}
