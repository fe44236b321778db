/* SPDX-License-Identifier: MIT */
/* Owns the choice between the kernel's stack and the built-in one, and the wait for either. */
#include "channel-internal.h"
#include "clock.h"
#include "interface.h"
#include "kernel-socket.h"
#include "kernel-support.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- which stack --- */

/* False when the kernel's stack cannot do it, and why. */
static bool kernel_fits(const struct isotp_channel_settings *settings,
			const struct isotp_kernel_version *v, struct isotp_channel_place *place)
{
	const uint32_t limit = isotp_kernel_max_pdu(v);
	const enum isotp_known known =
		isotp_kernel_fits(v, settings->config, ISOTP_WORDS_OPTIONS, place->why);

	if (known == ISOTP_KNOWN_NO)
		return false;
	if (settings->max_sent > limit) {
		snprintf(place->why, sizeof(place->why),
			 "the kernel's stack sends PDUs of up to %u bytes", limit);
		return false;
	}
	if (settings->max_pdu_told && settings->stack == ISOTP_STACK_AUTO) {
		snprintf(place->why, sizeof(place->why), "--max-pdu is the built-in stack's alone");
		return false;
	}
	return true;
}

/* Sets *fd to a socket of the kernel's, or to -1 for the built-in stack. 0 or -errno. */
static int choose(const struct isotp_channel_settings *settings, struct isotp_channel_place *place,
		  int *fd)
{
	struct isotp_kernel_version version;

	*fd = -1;
	place->why[0] = '\0';
	if (settings->stack == ISOTP_STACK_BUILTIN)
		return 0;
	if (!isotp_interface_name(settings->interface)) {
		snprintf(place->why, sizeof(place->why),
			 "the kernel's stack is for CAN interfaces");
		return settings->stack == ISOTP_STACK_KERNEL ? -EOPNOTSUPP : 0;
	}
	*fd = isotp_kernel_open();
	if (*fd < 0) {
		const int rc = *fd;

		snprintf(place->why, sizeof(place->why), "this kernel has no can-isotp");
		*fd = -1;
		return rc == -EPROTONOSUPPORT && settings->stack == ISOTP_STACK_AUTO ? 0 : rc;
	}
	isotp_kernel_version(&version);
	if (kernel_fits(settings, &version, place))
		return 0;
	close(*fd);
	*fd = -1;
	if (settings->stack == ISOTP_STACK_AUTO)
		return 0;
	return settings->max_sent > isotp_kernel_max_pdu(&version) ? -EFBIG : -EOPNOTSUPP;
}

/* The same answers, whichever stack it will be. */
static int check_interface(const struct isotp_channel_settings *settings)
{
	struct isotp_interface i;

	if (!isotp_interface_name(settings->interface))
		return 0;
	return isotp_interface_usable(settings->interface, settings->config->fd, &i);
}

int isotp_channel_open(struct isotp_channel **ch, const struct isotp_channel_settings *settings,
		       struct isotp_channel_place *place)
{
	const char *reason;
	int fd, rc = isotp_config_check(settings->config, &reason);

	snprintf(place->where, sizeof(place->where), "%s", settings->interface);
	if (rc < 0) {
		snprintf(place->why, sizeof(place->why), "%s", reason);
		return rc;
	}
	rc = choose(settings, place, &fd);
	if (rc == 0)
		rc = check_interface(settings);
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	if (fd >= 0)
		return isotp_channel_kernel(ch, settings, fd);
	return isotp_channel_builtin(ch, settings, place->where, sizeof(place->where));
}

/* --- what both kinds share --- */

int isotp_channel_reserve(struct isotp_channel *ch, size_t size)
{
	if (!size)
		return 0;
	ch->buffer = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ch->buffer == MAP_FAILED) {
		ch->buffer = NULL;
		return -errno;
	}
	ch->buffer_size = size;
	return 0;
}

void isotp_channel_close(struct isotp_channel *ch)
{
	if (!ch)
		return;
	if (ch->buffer)
		munmap(ch->buffer, ch->buffer_size);
	ch->kind->close(ch);
}

int isotp_channel_next(struct isotp_channel *ch, struct isotp_event *ev, uint64_t deadline)
{
	for (;;) {
		struct pollfd fds[2];
		uint64_t until;
		int rc = ch->kind->round(ch, ev);

		if (rc && rc != -EAGAIN)
			return rc;
		if (deadline != ISOTP_NEVER && isotp_clock_now() >= deadline)
			return 0;
		fds[0] = (struct pollfd){ .fd = ch->kind->fd(ch), .events = ch->kind->events(ch) };
		fds[1] = (struct pollfd){ .fd = ch->stop_fd, .events = POLLIN };
		until = rc == -EAGAIN ? 0 : ch->kind->deadline(ch);
		rc = isotp_clock_poll(fds, 2, isotp_earlier(until, deadline));
		if (fds[1].revents)
			return -EINTR;
		if (rc < 0 && rc != -EINTR)
			return rc;
	}
}

bool isotp_channel_is_kernel(const struct isotp_channel *ch)
{
	return ch->kind->kernel;
}

int isotp_channel_send(struct isotp_channel *ch, const void *pdu, size_t len)
{
	return ch->kind->send(ch, pdu, len);
}

void isotp_channel_cancel(struct isotp_channel *ch)
{
	ch->kind->cancel(ch);
}

int isotp_channel_fd(const struct isotp_channel *ch)
{
	return ch->kind->fd(ch);
}

short isotp_channel_events(const struct isotp_channel *ch)
{
	return ch->kind->events(ch);
}

uint64_t isotp_channel_deadline(const struct isotp_channel *ch)
{
	return ch->kind->deadline(ch);
}

bool isotp_channel_receiving(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	return ch->kind->receiving(ch, done, length);
}

bool isotp_channel_sending(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	return ch->kind->sending(ch, done, length);
}

unsigned int isotp_channel_others(const struct isotp_channel *ch)
{
	return ch->kind->others(ch);
}

void isotp_channel_status(const struct isotp_channel *ch, struct isotp_bus_status *status)
{
	ch->kind->status(ch, status);
}

const struct isotp_channel_heard *isotp_channel_heard(const struct isotp_channel *ch)
{
	return &ch->heard;
}
