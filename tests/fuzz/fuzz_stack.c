/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the stack: the input is a configuration, then a script of frames, times and PDUs to send.
 * Whatever comes, the stack stays within its buffers, its event queue never runs over, and it makes
 * progress when its deadline passes.
 */
#include "protocol/stack.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER = 200, STEPS = 4096 };

struct input {
	const uint8_t *data;
	size_t left;
};

static uint8_t next(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

/* What makes this end slow: each bit one of the ways, and the mode that never waits. */
static void configure_delays(struct isotp_config *cfg, uint8_t bits)
{
	cfg->n_br_ns = bits & 1 ? ISOTP_SECOND / (bits & 2 ? 100 : 1) : 0;
	cfg->n_cs_ns = bits & 4 ? 30 * ISOTP_MS : 0;
	cfg->frame_txtime_ns = bits & 8 ? 20 * (uint32_t)ISOTP_MS : 0;
	cfg->force_tx_stmin = bits & 16;
	cfg->tx_stmin_ns = bits & 32 ? 40 * (uint32_t)ISOTP_MS : 0;
	cfg->sf_broadcast = (bits & 0xC0) == 0xC0 && !cfg->listen && !cfg->cf_broadcast;
}

static void configure(struct isotp_config *cfg, struct input *in)
{
	const uint8_t a = next(in), b = next(in);

	isotp_config_init(cfg);
	cfg->address.tx_id = (struct isotp_can_id){ 0x7E0, 11 };
	cfg->address.rx_id = (struct isotp_can_id){ 0x7E8, 11 };
	cfg->address.has_byte = a & 1;
	cfg->fd = a & 2;
	cfg->tx_dl = cfg->fd ? isotp_dlc_to_len((uint8_t)(8 + (b & 7))) : 8;
	cfg->half_duplex = a & 4;
	cfg->listen = a & 8;
	cfg->address.functional = (a & 0x30) == 0x30;
	cfg->rx_padding = a & 0x40;
	cfg->check_pad_len = a & 0x80;
	cfg->check_pad_data = b & 8;
	cfg->tx_padding = b & 0x10;
	cfg->cf_broadcast = (b & 0xE0) == 0xE0 && !cfg->listen && !cfg->address.functional;
	cfg->bs = next(in);
	cfg->stmin = next(in);
	cfg->wftmax = next(in) & 3;
	cfg->force_rx_stmin = b & 0x20;
	cfg->rx_stmin_ns = 1000;
	configure_delays(cfg, next(in));
}

static void drain(struct isotp_stack *s, const uint8_t *buffer)
{
	struct isotp_event ev;
	int n = 0;

	while (isotp_stack_event(s, &ev)) {
		if (++n >= ISOTP_EVENTS_MAX)
			abort();
		if (ev.type == ISOTP_EVENT_RECEIVED && ev.result == ISOTP_N_OK &&
		    (ev.data != buffer || ev.length > BUFFER || ev.done != ev.length))
			abort();
	}
}

static void feed(struct isotp_stack *s, struct input *in, uint64_t now)
{
	struct isotp_frame f = { .id = { 0x7E8, 11 } };
	const uint8_t kind = next(in);

	f.len = next(in) % (ISOTP_FRAME_MAX + 1);
	f.flags = kind & 7 ? (uint8_t)(s->cfg.fd ? ISOTP_FRAME_FD : 0) : kind >> 3;
	for (int i = 0; i < f.len; i++)
		f.data[i] = next(in);
	isotp_stack_receive(s, &f, now);
}

static void transmit(struct isotp_stack *s, uint64_t now)
{
	const struct isotp_frame *f = isotp_stack_peek(s, now);

	if (!f)
		return;
	if (!isotp_frame_len_valid(f->len, s->cfg.fd) || f->len > s->cfg.tx_dl)
		abort();
	isotp_stack_requested(s, now);
}

/* Time goes on to the next deadline: then there is a frame to send, or a deadline that is later. */
static uint64_t pass_deadline(struct isotp_stack *s, uint64_t now)
{
	const uint64_t deadline = isotp_stack_deadline(s);

	if (deadline != ISOTP_NEVER && deadline > now)
		now = deadline;
	isotp_stack_advance(s, now);
	if (!isotp_stack_peek(s, now) && isotp_stack_deadline(s) <= now)
		abort();
	return now;
}

static uint64_t step(struct isotp_stack *s, struct input *in, uint64_t now, const uint8_t *pdu)
{
	switch (next(in) & 7) {
	case 0:
		isotp_stack_send(s, pdu, 1 + (size_t)next(in) * 20, now);
		break;
	case 1:
		transmit(s, now);
		break;
	case 2:
		isotp_stack_confirmed(s, now);
		break;
	case 3:
		now += (uint64_t)next(in) * 10000000;
		isotp_stack_advance(s, now);
		break;
	case 4:
		now = pass_deadline(s, now);
		break;
	case 5:
		isotp_stack_set_ready(s, next(in) & 1, now);
		break;
	default:
		feed(s, in, now);
	}
	return now;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t pdu[6000];
	struct input in = { data, size };
	uint8_t *buffer = malloc(BUFFER);
	struct isotp_config cfg;
	struct isotp_stack s;
	uint64_t now = 1;

	configure(&cfg, &in);
	if (buffer && isotp_stack_init(&s, &cfg, buffer, BUFFER) == 0) {
		for (int i = 0; in.left && i < STEPS; i++) {
			now = step(&s, &in, now, pdu);
			drain(&s, buffer);
		}
	}
	free(buffer);
	return 0;
}
