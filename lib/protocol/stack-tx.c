/* SPDX-License-Identifier: MIT */
/* Owns the sender's half of a connection: segmentation, flow control received, pacing. */
#include "stack-internal.h"

#include <errno.h>
#include <string.h>

static bool single_frame_only(const struct isotp_config *cfg)
{
	return cfg->sf_broadcast || cfg->address.functional;
}

static uint32_t single_frame_max(const struct isotp_config *cfg)
{
	return isotp_sf_max(cfg->tx_dl, cfg->address.has_byte);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* What lies before the first CF after a CTS: nothing, but for what was asked of this end. */
static uint64_t first_pause(const struct isotp_config *cfg)
{
	return larger(cfg->frame_txtime_ns, cfg->n_cs_ns);
}

/* What lies between the confirm of one CF and the request of the next. */
static uint64_t next_pause(const struct isotp_stack *s)
{
	const struct isotp_config *cfg = &s->cfg;
	uint64_t gap = cfg->force_tx_stmin ? cfg->tx_stmin_ns : s->tx.stmin_ns;

	if (!cfg->cf_broadcast || !cfg->force_tx_stmin)
		gap += cfg->frame_txtime_ns;
	return larger(gap, cfg->n_cs_ns);
}

int isotp_stack_send(struct isotp_stack *s, const void *pdu, size_t len, uint64_t now)
{
	if (!len)
		return -EINVAL;
	if (s->cfg.listen || !s->cfg.address.tx_id.width)
		return -EPERM;
	if (len > UINT32_MAX || (single_frame_only(&s->cfg) && len > single_frame_max(&s->cfg)))
		return -EMSGSIZE;
	if (s->tx.state != ISOTP_TX_IDLE || (s->cfg.half_duplex && s->rx.receiving))
		return -EBUSY;
	s->tx = (struct isotp_tx){
		.state = ISOTP_TX_SEND,
		.pdu = pdu,
		.length = (uint32_t)len,
		.sn = 1,
		.due = now,
		.n_bs = ISOTP_NEVER,
	};
	return 0;
}

void isotp_stack_cancel(struct isotp_stack *s)
{
	s->tx.state = ISOTP_TX_IDLE;
	s->rendered = ISOTP_OUT_NONE;
}

/* Bytes that the bus had before the frame in flight; that one may be of a cancelled PDU. */
static uint32_t pos_before_out(const struct isotp_stack *s)
{
	return s->tx.pos > s->out_payload ? s->tx.pos - s->out_payload : 0;
}

bool isotp_stack_sending(const struct isotp_stack *s, uint32_t *done, uint32_t *length)
{
	*done = s->in_flight == ISOTP_OUT_TX ? pos_before_out(s) : s->tx.pos;
	*length = s->tx.length;
	return s->tx.state != ISOTP_TX_IDLE;
}

void isotp_tx_end(struct isotp_stack *s, enum isotp_result result)
{
	s->tx.state = ISOTP_TX_IDLE;
	isotp_stack_push_event(s, (struct isotp_event){
					  .type = ISOTP_EVENT_SENT,
					  .result = result,
					  .length = s->tx.length,
					  .done = s->tx.pos,
				  });
}

void isotp_tx_not_taken(struct isotp_stack *s)
{
	s->tx.pos = pos_before_out(s);
	isotp_tx_end(s, ISOTP_N_TIMEOUT_A);
}

static struct isotp_pci next_pci(const struct isotp_stack *s)
{
	const struct isotp_tx *tx = &s->tx;

	if (tx->pos)
		return (struct isotp_pci){ .type = ISOTP_PCI_CF, .sn = tx->sn };
	if (tx->length <= single_frame_max(&s->cfg))
		return (struct isotp_pci){ .type = ISOTP_PCI_SF, .length = tx->length };
	return (struct isotp_pci){ .type = ISOTP_PCI_FF, .length = tx->length };
}

void isotp_tx_render(struct isotp_stack *s)
{
	const struct isotp_pci pci = next_pci(s);
	const uint32_t left = s->tx.length - s->tx.pos;
	uint32_t room;

	isotp_stack_begin_frame(s, &pci);
	room = (uint32_t)s->cfg.tx_dl - s->out.len;
	isotp_stack_fill_frame(s, s->tx.pdu + s->tx.pos, left < room ? left : room);
}

/* From here on an FC counts, also one that is read before our confirm. */
void isotp_tx_requested(struct isotp_stack *s)
{
	struct isotp_tx *tx = &s->tx;
	const bool first = tx->pos == 0;
	bool block_ends = first && !s->cfg.cf_broadcast;

	if (!first) {
		tx->sn = (tx->sn + 1) & 0x0F;
		block_ends = tx->block_left && --tx->block_left == 0;
	}
	tx->pos += s->out_payload;
	tx->due = ISOTP_NEVER;
	tx->n_bs = ISOTP_NEVER;
	tx->pause_ns = next_pause(s);
	if (tx->pos == tx->length)
		tx->state = ISOTP_TX_LAST;
	else if (block_ends)
		tx->state = ISOTP_TX_WAIT_FC;
}

void isotp_tx_confirmed(struct isotp_stack *s, uint64_t now)
{
	struct isotp_tx *tx = &s->tx;

	switch (tx->state) {
	case ISOTP_TX_LAST:
		isotp_tx_end(s, ISOTP_N_OK);
		break;
	case ISOTP_TX_WAIT_FC:
		if (tx->n_bs == ISOTP_NEVER)
			tx->n_bs = isotp_after(now, s->cfg.n_bs_ns);
		break;
	case ISOTP_TX_SEND:
		if (tx->due == ISOTP_NEVER)
			tx->due = isotp_after(now, tx->pause_ns);
		break;
	case ISOTP_TX_IDLE:
		break;
	}
}

/* BS and STmin are taken anew from every CTS; a reserved STmin holds for the rest of the message
 * (9.6.5.6). */
static void continue_to_send(struct isotp_stack *s, const struct isotp_pci *pci, uint64_t now)
{
	struct isotp_tx *tx = &s->tx;

	tx->state = ISOTP_TX_SEND;
	tx->block_left = pci->bs;
	if (!tx->stmin_reserved)
		tx->stmin_ns = isotp_stmin_to_ns(pci->stmin);
	tx->stmin_reserved |= isotp_stmin_reserved(pci->stmin);
	tx->pause_ns = first_pause(&s->cfg);
	tx->due = s->in_flight == ISOTP_OUT_TX ? ISOTP_NEVER : isotp_after(now, tx->pause_ns);
}

void isotp_tx_flow_control(struct isotp_stack *s, const struct isotp_frame *f,
			   const struct isotp_pci *pci, uint64_t now)
{
	if (s->tx.state != ISOTP_TX_WAIT_FC)
		return;
	if (!isotp_config_padding_ok(&s->cfg, f, pci->offset)) {
		isotp_tx_end(s, ISOTP_PADDING);
		return;
	}
	switch (pci->fs) {
	case ISOTP_FS_CTS:
		continue_to_send(s, pci, now);
		break;
	case ISOTP_FS_WT:
		s->tx.n_bs = isotp_after(now, s->cfg.n_bs_ns);
		break;
	case ISOTP_FS_OVFLW:
		isotp_tx_end(s, ISOTP_N_BUFFER_OVFLW);
		break;
	default:
		isotp_tx_end(s, ISOTP_N_INVALID_FS);
	}
}
