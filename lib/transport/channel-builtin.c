/* SPDX-License-Identifier: MIT */
/* Owns the channel of the built-in stack: one round of it over a bus. */
#include "channel-internal.h"
#include "clock.h"

#include <errno.h>
#include <stdlib.h>

enum {
	BATCH = 16, /* frames taken from the bus at once, and sent before looking again */
};

struct builtin_channel {
	struct isotp_channel base;
	struct isotp_stack stack;
	struct isotp_bus *bus;
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

static struct builtin_channel *builtin_of(struct isotp_channel *ch)
{
	return (struct builtin_channel *)ch;
}

static const struct builtin_channel *const_builtin_of(const struct isotp_channel *ch)
{
	return (const struct builtin_channel *)ch;
}

static int builtin_send(struct isotp_channel *ch, const void *pdu, size_t len)
{
	return isotp_stack_send(&builtin_of(ch)->stack, pdu, len, isotp_clock_now());
}

static void builtin_cancel(struct isotp_channel *ch)
{
	isotp_stack_cancel(&builtin_of(ch)->stack);
}

/* When a frame arrived, on our clock: its stamp, within what is known where the other clock was
 * set meanwhile. */
static uint64_t arrival(const struct builtin_channel *ch, const struct isotp_bus_frame *f)
{
	const uint64_t t = f->time_ns - ch->clock_lead;

	if (f->time_ns < ch->clock_lead || t < ch->batch_from)
		return ch->batch_from;
	return isotp_earlier(t, ch->batch_time);
}

static int fetch_batch(struct builtin_channel *ch)
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
static bool more_waits(const struct builtin_channel *ch)
{
	return ch->batch_next < ch->batch_count || ch->batch_full;
}

static void note_heard(struct builtin_channel *ch, const struct isotp_frame *f)
{
	ch->base.heard.any = true;
	if (isotp_can_id_equal(f->id, ch->stack.cfg.address.tx_id))
		ch->base.heard.own_id = true;
}

/* Feeds the frames that have come, one by one, until one makes an event or calls for an answer:
 * the flow control for a first frame goes out also when the rest of its PDU is here already. */
static int take_frames(struct builtin_channel *ch, struct isotp_event *ev)
{
	if (ch->batch_next == ch->batch_count) {
		const int rc = fetch_batch(ch);

		if (rc < 0)
			return rc;
	}
	while (ch->batch_next < ch->batch_count) {
		const struct isotp_bus_frame *f = &ch->batch[ch->batch_next++];

		note_heard(ch, &f->frame);
		isotp_stack_receive(&ch->stack, &f->frame, arrival(ch, f));
		if (isotp_stack_event(&ch->stack, ev)) {
			ev->time_ns = f->time_ns;
			return 1;
		}
		if (isotp_stack_answer_due(&ch->stack, isotp_clock_now()))
			break;
	}
	return 0;
}

/* Hands over what is due, but nothing of a new PDU of ours before all older frames are read: a
 * flow control among them would count as its answer. Returns the number of frames sent. */
static int send_frames(struct builtin_channel *ch)
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
static bool frames_lost(struct builtin_channel *ch, struct isotp_event *ev)
{
	struct isotp_bus_status status;
	uint64_t lost;

	isotp_bus_status(ch->bus, &status);
	lost = status.lost_in - ch->lost;
	ch->lost = status.lost_in;
	*ev = (struct isotp_event){ .type = ISOTP_EVENT_LOST,
				    .length = lost > UINT32_MAX ? UINT32_MAX : (uint32_t)lost,
				    .time_ns = isotp_clock_realtime() };
	return lost > 0;
}

static bool next_event(struct builtin_channel *ch, struct isotp_event *ev)
{
	if (!isotp_stack_event(&ch->stack, ev))
		return false;
	ev->time_ns = isotp_clock_realtime();
	return true;
}

static int builtin_round(struct isotp_channel *base, struct isotp_event *ev)
{
	struct builtin_channel *ch = builtin_of(base);
	int rc;

	if (next_event(ch, ev))
		return 1;
	rc = take_frames(ch, ev);
	if (rc)
		return rc;
	if (frames_lost(ch, ev))
		return 1;
	if (!more_waits(ch))
		isotp_stack_advance(&ch->stack, isotp_clock_now());
	if (next_event(ch, ev))
		return 1;
	rc = send_frames(ch);
	if (rc < 0)
		return rc;
	if (next_event(ch, ev))
		return 1;
	return rc == BATCH || more_waits(ch) ? -EAGAIN : 0;
}

/* --- the rest of the seam --- */

static int builtin_fd(const struct isotp_channel *ch)
{
	return isotp_bus_fd(const_builtin_of(ch)->bus);
}

static short builtin_events(const struct isotp_channel *ch)
{
	(void)ch;
	return POLLIN;
}

static uint64_t builtin_deadline(const struct isotp_channel *base)
{
	const struct builtin_channel *ch = const_builtin_of(base);

	if (more_waits(ch))
		return 0;
	return isotp_earlier(isotp_stack_deadline(&ch->stack), isotp_bus_deadline(ch->bus));
}

static bool builtin_receiving(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	return isotp_stack_receiving(&const_builtin_of(ch)->stack, done, length);
}

static bool builtin_sending(const struct isotp_channel *ch, uint32_t *done, uint32_t *length)
{
	return isotp_stack_sending(&const_builtin_of(ch)->stack, done, length);
}

static unsigned int builtin_others(const struct isotp_channel *ch)
{
	return isotp_bus_others(const_builtin_of(ch)->bus);
}

static void builtin_status(const struct isotp_channel *ch, struct isotp_bus_status *status)
{
	isotp_bus_status(const_builtin_of(ch)->bus, status);
}

static void builtin_close(struct isotp_channel *ch)
{
	isotp_bus_close(builtin_of(ch)->bus);
	free(ch);
}

static const struct isotp_channel_kind builtin = {
	.close = builtin_close,
	.send = builtin_send,
	.cancel = builtin_cancel,
	.round = builtin_round,
	.fd = builtin_fd,
	.events = builtin_events,
	.deadline = builtin_deadline,
	.receiving = builtin_receiving,
	.sending = builtin_sending,
	.others = builtin_others,
	.status = builtin_status,
};

/* A slow bystander must not make us miss a time-out of ours. */
static uint64_t bus_patience(const struct isotp_config *cfg)
{
	return isotp_earlier(cfg->n_as_ns, isotp_earlier(cfg->n_bs_ns, cfg->n_cr_ns)) / 2;
}

static int join_bus(struct builtin_channel *ch, const struct isotp_channel_settings *settings,
		    char *where, size_t size)
{
	const struct isotp_config *cfg = settings->config;
	const struct isotp_can_id ids[] = { cfg->address.tx_id, cfg->address.rx_id };
	int rc = isotp_bus_open(&ch->bus, settings->interface, where, size);

	if (rc < 0)
		return rc;
	isotp_bus_set_patience(ch->bus, bus_patience(cfg));
	return isotp_bus_want(ch->bus, ids, 2);
}

int isotp_channel_builtin(struct isotp_channel **ch_out,
			  const struct isotp_channel_settings *settings, char *where, size_t size)
{
	struct builtin_channel *ch = calloc(1, sizeof(*ch));
	int rc;

	if (!ch)
		return -ENOMEM;
	ch->base.kind = &builtin;
	ch->base.stop_fd = settings->stop_fd;
	rc = isotp_channel_reserve(&ch->base, settings->max_pdu);
	if (rc == 0)
		rc = isotp_stack_init(&ch->stack, settings->config, ch->base.buffer,
				      settings->max_pdu);
	if (rc == 0)
		rc = join_bus(ch, settings, where, size);
	if (rc < 0) {
		isotp_channel_close(&ch->base);
		return rc;
	}
	*ch_out = &ch->base;
	return 0;
}
