/* SPDX-License-Identifier: MIT */
/* Owns the loop that runs a stack over a bus. */
#include "channel.h"

#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	BATCH = 16, /* frames taken from the bus at once, and sent before looking again */
};

struct isotp_channel {
	struct isotp_stack stack;
	struct isotp_bus *bus;
	int stop_fd;
	void *buffer;
	size_t buffer_size;
	struct isotp_bus_frame batch[BATCH];
	int batch_next, batch_count;
	bool batch_full;	       /* more may wait behind it */
	uint64_t clock_lead;	       /* CLOCK_REALTIME less our clock, when the batch was taken */
	uint64_t batch_time;	       /* our clock then */
	uint64_t batch_from;	       /* no frame of it came before this, */
	uint64_t empty_at;	       /* and none of the next before this: nothing waited then */
	uint64_t lost;		       /* frames that the bus has told of */
	const struct isotp_frame *out; /* the frame that the bus has not taken yet */
};

/* The memory is the kernel's promise only, until a PDU is written to it. */
static int reserve(struct isotp_channel *ch, size_t size)
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
	isotp_bus_close(ch->bus);
	if (ch->buffer)
		munmap(ch->buffer, ch->buffer_size);
	free(ch);
}

/* A slow bystander must not make us miss a time-out of ours. */
static uint64_t bus_patience(const struct isotp_config *cfg)
{
	return isotp_earlier(cfg->n_as_ns, isotp_earlier(cfg->n_bs_ns, cfg->n_cr_ns)) / 2;
}

int isotp_channel_open(struct isotp_channel **ch_out, const char *interface,
		       const struct isotp_config *cfg, size_t max_pdu, int stop_fd, char *where,
		       size_t size)
{
	struct isotp_channel *ch = calloc(1, sizeof(*ch));
	int rc;

	if (!ch)
		return -ENOMEM;
	ch->stop_fd = stop_fd;
	rc = reserve(ch, max_pdu);
	if (rc == 0)
		rc = isotp_stack_init(&ch->stack, cfg, ch->buffer, max_pdu);
	if (rc == 0)
		rc = isotp_bus_open(&ch->bus, interface, where, size);
	if (rc < 0) {
		isotp_channel_close(ch);
		return rc;
	}
	isotp_bus_set_patience(ch->bus, bus_patience(cfg));
	*ch_out = ch;
	return 0;
}

int isotp_channel_send(struct isotp_channel *ch, const void *pdu, size_t len)
{
	return isotp_stack_send(&ch->stack, pdu, len, isotp_clock_now());
}

void isotp_channel_cancel(struct isotp_channel *ch)
{
	isotp_stack_cancel(&ch->stack);
}

/* When a frame arrived, on our clock: its stamp, within what is known where the other clock was
 * set meanwhile. */
static uint64_t arrival(const struct isotp_channel *ch, const struct isotp_bus_frame *f)
{
	const uint64_t t = f->time_ns - ch->clock_lead;

	if (f->time_ns < ch->clock_lead || t < ch->batch_from)
		return ch->batch_from;
	return isotp_earlier(t, ch->batch_time);
}

static int fetch_batch(struct isotp_channel *ch)
{
	const uint64_t before = isotp_clock_now();
	const int n = isotp_bus_receive(ch->bus, ch->batch, BATCH);

	ch->batch_next = 0;
	ch->batch_count = n > 0 ? n : 0;
	ch->batch_full = n == BATCH;
	ch->batch_from = ch->empty_at;
	if (!ch->batch_full)
		ch->empty_at = before;
	if (n > 0) {
		ch->batch_time = isotp_clock_now();
		ch->clock_lead = isotp_clock_realtime() - ch->batch_time;
	}
	return n;
}

/* True while frames that have come are not with the stack yet: no timer may end before they are. */
static bool more_waits(const struct isotp_channel *ch)
{
	return ch->batch_next < ch->batch_count || ch->batch_full;
}

/* Feeds the frames that have come, one by one, until one makes an event or calls for an answer:
 * the flow control for a first frame goes out also when the rest of its PDU is here already. */
static int take_frames(struct isotp_channel *ch, struct isotp_event *ev)
{
	if (ch->batch_next == ch->batch_count) {
		const int rc = fetch_batch(ch);

		if (rc < 0)
			return rc;
	}
	while (ch->batch_next < ch->batch_count) {
		const struct isotp_bus_frame *f = &ch->batch[ch->batch_next++];

		isotp_stack_receive(&ch->stack, &f->frame, arrival(ch, f));
		if (isotp_stack_event(&ch->stack, ev))
			return 1;
		if (isotp_stack_answer_due(&ch->stack, isotp_clock_now()))
			break;
	}
	return 0;
}

/* Hands over what is due, but nothing of a new PDU of ours before all older frames are read: a
 * flow control among them would count as its answer. Returns the number of frames sent. */
static int send_frames(struct isotp_channel *ch)
{
	int sent;

	for (sent = 0; sent < BATCH; sent++) {
		uint64_t now = isotp_clock_now();
		int rc;

		if (ch->out && !isotp_stack_in_flight(&ch->stack)) {
			isotp_bus_abandon(ch->bus);
			ch->out = NULL;
		}
		if (!ch->out && more_waits(ch) && !isotp_stack_answer_due(&ch->stack, now))
			break;
		if (!ch->out) {
			ch->out = isotp_stack_peek(&ch->stack, now);
			if (!ch->out)
				break;
			isotp_stack_requested(&ch->stack, now);
		}
		rc = isotp_bus_send(ch->bus, ch->out);
		if (rc == -EAGAIN)
			break;
		if (rc < 0)
			return rc;
		ch->out = NULL;
		isotp_stack_confirmed(&ch->stack, isotp_clock_now());
	}
	return sent;
}

/* True when frames were lost on their way to us since the last call. */
static bool frames_lost(struct isotp_channel *ch, struct isotp_event *ev)
{
	struct isotp_bus_status status;
	uint64_t lost;

	isotp_bus_status(ch->bus, &status);
	lost = status.lost_in - ch->lost;
	ch->lost = status.lost_in;
	*ev = (struct isotp_event){ .type = ISOTP_EVENT_LOST,
				    .length = lost > UINT32_MAX ? UINT32_MAX : (uint32_t)lost };
	return lost > 0;
}

/* One round: 1 an event, 0 nothing more to do now, -EAGAIN go on at once, -errno. */
static int run_round(struct isotp_channel *ch, struct isotp_event *ev)
{
	int rc;

	if (isotp_stack_event(&ch->stack, ev))
		return 1;
	rc = take_frames(ch, ev);
	if (rc)
		return rc;
	if (frames_lost(ch, ev))
		return 1;
	if (!more_waits(ch))
		isotp_stack_advance(&ch->stack, isotp_clock_now());
	if (isotp_stack_event(&ch->stack, ev))
		return 1;
	rc = send_frames(ch);
	if (rc < 0)
		return rc;
	if (isotp_stack_event(&ch->stack, ev))
		return 1;
	return rc == BATCH || more_waits(ch) ? -EAGAIN : 0;
}

uint64_t isotp_channel_deadline(const struct isotp_channel *ch)
{
	if (more_waits(ch))
		return 0;
	return isotp_earlier(isotp_stack_deadline(&ch->stack), isotp_bus_deadline(ch->bus));
}

int isotp_channel_next(struct isotp_channel *ch, struct isotp_event *ev, uint64_t deadline)
{
	struct pollfd fds[2] = {
		{ .fd = isotp_bus_fd(ch->bus), .events = POLLIN },
		{ .fd = ch->stop_fd, .events = POLLIN },
	};

	for (;;) {
		uint64_t until;
		int rc = run_round(ch, ev);

		if (rc && rc != -EAGAIN)
			return rc;
		if (deadline != ISOTP_NEVER && isotp_clock_now() >= deadline)
			return 0;
		until = rc == -EAGAIN ? 0 : isotp_channel_deadline(ch);
		rc = isotp_clock_poll(fds, 2, isotp_earlier(until, deadline));
		if (fds[1].revents)
			return -EINTR;
		if (rc < 0 && rc != -EINTR)
			return rc;
	}
}

int isotp_channel_fd(const struct isotp_channel *ch)
{
	return isotp_bus_fd(ch->bus);
}

bool isotp_channel_receiving(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	return isotp_stack_receiving(&ch->stack, done, length);
}

bool isotp_channel_sending(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	return isotp_stack_sending(&ch->stack, done, length);
}

unsigned int isotp_channel_others(const struct isotp_channel *ch)
{
	return isotp_bus_others(ch->bus);
}

void isotp_channel_status(const struct isotp_channel *ch, struct isotp_bus_status *status)
{
	isotp_bus_status(ch->bus, status);
}
