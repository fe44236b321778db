/* SPDX-License-Identifier: MIT */
/* Owns the receiver's half of a connection: reassembly, and the flow control that we send. */
#include "stack-internal.h"

#include <string.h>

void isotp_rx_end(struct isotp_stack *s, enum isotp_result result)
{
	s->rx.receiving = false;
	if (s->rx.fc == ISOTP_FC_CTS)
		s->rx.fc = ISOTP_FC_NONE;
	isotp_stack_push_event(s, (struct isotp_event){
					  .type = ISOTP_EVENT_RECEIVED,
					  .result = result,
					  .data = s->rx.buffer,
					  .length = s->rx.length,
					  .done = s->rx.pos,
				  });
}

bool isotp_stack_receiving(const struct isotp_stack *s, uint32_t *done, uint32_t *length)
{
	*done = s->rx.pos;
	*length = s->rx.length;
	return s->rx.receiving;
}

/* A first frame or a finished block wants an answer. */
static void owe_cts(struct isotp_stack *s, uint64_t now)
{
	struct isotp_rx *rx = &s->rx;

	rx->block_left = s->cfg.bs;
	if (rx->fc == ISOTP_FC_CTS)
		return;
	rx->fc = ISOTP_FC_CTS;
	rx->wt_sent = 0;
	rx->cts_at = isotp_after(now, s->cfg.n_br_ns);
	rx->wt_at = isotp_after(now, s->cfg.n_bs_ns / 10 * 8);
	rx->n_cr = ISOTP_NEVER;
}

/*
 * A CF is awaited. A listener answers nothing and so cannot know how long the others take: it
 * allows for a flow control in each gap.
 */
static void await_cf(struct isotp_stack *s, uint64_t now)
{
	s->rx.n_cr = isotp_after(now, s->cfg.n_cr_ns);
	if (s->cfg.listen)
		s->rx.n_cr = isotp_after(s->rx.n_cr, s->cfg.n_bs_ns);
}

static void take(struct isotp_rx *rx, const uint8_t *data, uint32_t len)
{
	memcpy(rx->buffer + rx->pos, data, len);
	rx->pos += len;
}

static void push_rx_event(struct isotp_stack *s, enum isotp_event_type type,
			  enum isotp_result result, uint32_t length)
{
	isotp_stack_push_event(
		s, (struct isotp_event){ .type = type, .result = result, .length = length });
}

/* Only a valid frame ends a running reception; one with refused padding does not. */
void isotp_rx_single_frame(struct isotp_stack *s, const struct isotp_frame *f,
			   const struct isotp_pci *pci)
{
	struct isotp_rx *rx = &s->rx;

	if (!isotp_config_padding_ok(&s->cfg, f, pci->offset + pci->length)) {
		push_rx_event(s, ISOTP_EVENT_RECEIVED, ISOTP_PADDING, pci->length);
		return;
	}
	if (rx->receiving)
		isotp_rx_end(s, ISOTP_N_UNEXP_PDU);
	if (pci->length > rx->size) {
		push_rx_event(s, ISOTP_EVENT_OVERFLOW, ISOTP_N_BUFFER_OVFLW, pci->length);
		return;
	}
	rx->length = pci->length;
	rx->pos = 0;
	take(rx, f->data + pci->offset, pci->length);
	isotp_rx_end(s, ISOTP_N_OK);
}

void isotp_rx_first_frame(struct isotp_stack *s, const struct isotp_frame *f,
			  const struct isotp_pci *pci, uint64_t now)
{
	struct isotp_rx *rx = &s->rx;

	if (rx->receiving)
		isotp_rx_end(s, ISOTP_N_UNEXP_PDU);
	if (pci->length > rx->size) {
		rx->fc = s->cfg.listen ? ISOTP_FC_NONE : ISOTP_FC_OVFLW;
		push_rx_event(s, ISOTP_EVENT_OVERFLOW, ISOTP_N_BUFFER_OVFLW, pci->length);
		return;
	}
	rx->receiving = true;
	rx->fc = ISOTP_FC_NONE;
	rx->length = pci->length;
	rx->pos = 0;
	rx->sn = 1;
	rx->can_dl = f->len;
	rx->last_cf = ISOTP_NEVER;
	take(rx, f->data + pci->offset, (uint32_t)f->len - pci->offset);
	if (s->cfg.listen)
		await_cf(s, now);
	else
		owe_cts(s, now);
}

/* 9.6.4: each CF but the last is as long as the FF; the last holds at least what remains. */
static bool cf_length_ok(const struct isotp_rx *rx, const struct isotp_frame *f, uint32_t room)
{
	if (f->len > rx->can_dl)
		return false;
	return f->len == rx->can_dl || room >= rx->length - rx->pos;
}

static bool too_fast(const struct isotp_stack *s, uint64_t now)
{
	return s->cfg.force_rx_stmin && s->rx.last_cf != ISOTP_NEVER &&
	       now - s->rx.last_cf < s->cfg.rx_stmin_ns;
}

void isotp_rx_consecutive_frame(struct isotp_stack *s, const struct isotp_frame *f,
				const struct isotp_pci *pci, uint64_t now)
{
	struct isotp_rx *rx = &s->rx;
	const uint32_t room = (uint32_t)f->len - pci->offset;
	const uint32_t left = rx->length - rx->pos;
	const uint32_t len = left < room ? left : room;

	if (!rx->receiving || !cf_length_ok(rx, f, room) || too_fast(s, now))
		return;
	rx->last_cf = now;
	if (pci->sn != rx->sn) {
		isotp_rx_end(s, ISOTP_N_WRONG_SN);
		return;
	}
	if (len == left && !isotp_config_padding_ok(&s->cfg, f, pci->offset + len)) {
		isotp_rx_end(s, ISOTP_PADDING);
		return;
	}
	take(rx, f->data + pci->offset, len);
	rx->sn = (rx->sn + 1) & 0x0F;
	if (rx->pos == rx->length) {
		isotp_rx_end(s, ISOTP_N_OK);
		return;
	}
	if (rx->fc == ISOTP_FC_NONE)
		await_cf(s, now);
	if (rx->block_left && --rx->block_left == 0 && !s->cfg.listen)
		owe_cts(s, now);
}

enum isotp_out isotp_rx_fc_due(const struct isotp_stack *s, uint64_t now)
{
	const struct isotp_rx *rx = &s->rx;

	if (rx->fc == ISOTP_FC_NONE)
		return ISOTP_OUT_NONE;
	if (rx->fc == ISOTP_FC_OVFLW)
		return ISOTP_OUT_OVFLW;
	if (rx->ready && now >= rx->cts_at)
		return ISOTP_OUT_CTS;
	if (now >= rx->wt_at && rx->wt_sent < s->cfg.wftmax)
		return ISOTP_OUT_WT;
	return ISOTP_OUT_NONE;
}

uint64_t isotp_rx_fc_deadline(const struct isotp_stack *s)
{
	const struct isotp_rx *rx = &s->rx;

	if (rx->fc == ISOTP_FC_NONE)
		return ISOTP_NEVER;
	if (rx->fc == ISOTP_FC_OVFLW)
		return 0;
	return rx->ready && rx->cts_at < rx->wt_at ? rx->cts_at : rx->wt_at;
}

void isotp_rx_render(struct isotp_stack *s, enum isotp_out fc)
{
	struct isotp_pci pci = { .type = ISOTP_PCI_FC, .fs = ISOTP_FS_OVFLW };

	if (fc == ISOTP_OUT_WT)
		pci.fs = ISOTP_FS_WT;
	if (fc == ISOTP_OUT_CTS)
		pci = (struct isotp_pci){ .type = ISOTP_PCI_FC,
					  .fs = ISOTP_FS_CTS,
					  .bs = s->cfg.bs,
					  .stmin = s->cfg.stmin };
	isotp_stack_begin_frame(s, &pci);
	isotp_stack_fill_frame(s, NULL, 0);
}

/* The debt ends when the frame is handed over: a fast peer's CF may come before our confirm. */
void isotp_rx_requested(struct isotp_stack *s, enum isotp_out fc)
{
	if (fc == ISOTP_OUT_WT) {
		s->rx.wt_sent++;
		s->rx.wt_at = ISOTP_NEVER;
	} else {
		s->rx.fc = ISOTP_FC_NONE;
	}
}

void isotp_rx_confirmed(struct isotp_stack *s, enum isotp_out fc, uint64_t now)
{
	if (!s->rx.receiving)
		return;
	if (fc == ISOTP_OUT_WT && s->rx.wt_at == ISOTP_NEVER)
		s->rx.wt_at = isotp_after(now, s->cfg.n_bs_ns / 10 * 8);
	else if (s->rx.fc == ISOTP_FC_NONE)
		await_cf(s, now);
}

void isotp_rx_advance(struct isotp_stack *s, uint64_t now)
{
	struct isotp_rx *rx = &s->rx;

	if (!rx->receiving)
		return;
	if (now >= rx->n_cr) {
		isotp_rx_end(s, ISOTP_N_TIMEOUT_CR);
		return;
	}
	if (rx->fc == ISOTP_FC_CTS && now >= rx->wt_at && rx->wt_sent >= s->cfg.wftmax &&
	    !(rx->ready && now >= rx->cts_at))
		isotp_rx_end(s, ISOTP_N_WFT_OVRN);
}

void isotp_stack_set_ready(struct isotp_stack *s, bool ready, uint64_t now)
{
	isotp_stack_advance(s, now); /* ready when the time is over is too late */
	s->rx.ready = ready;
}
