/* SPDX-License-Identifier: MIT */
/* Owns what both halves of a connection use: the event queue, building frames, checking padding. */
#include "stack-internal.h"

#include <string.h>

void isotp_stack_push_event(struct isotp_stack *s, struct isotp_event ev)
{
	if (s->event_count == ISOTP_EVENTS_MAX)
		return;
	s->events[(s->event_first + s->event_count++) % ISOTP_EVENTS_MAX] = ev;
}

/* The kernel's rules (net/can/isotp.c, check_pad): `used` bytes of the frame are not padding. */
bool isotp_stack_padding_ok(const struct isotp_config *cfg, const struct isotp_frame *f,
			    size_t used)
{
	const size_t shortest = isotp_frame_len(used);

	if (!cfg->rx_padding)
		return cfg->check_pad_len ? f->len == shortest : !cfg->check_pad_data;
	if (cfg->check_pad_len && f->len < ISOTP_FRAME_MAX_CLASSIC)
		return false;
	for (size_t i = used; cfg->check_pad_data && i < f->len; i++)
		if (f->data[i] != cfg->rxpad)
			return false;
	return true;
}

void isotp_stack_begin_frame(struct isotp_stack *s, const struct isotp_pci *pci)
{
	const struct isotp_config *cfg = &s->cfg;
	struct isotp_frame *f = &s->out;

	f->id = cfg->address.tx_id;
	f->flags = 0;
	if (cfg->fd)
		f->flags = (uint8_t)(ISOTP_FRAME_FD | (cfg->brs ? ISOTP_FRAME_BRS : 0) |
				     (cfg->esi ? ISOTP_FRAME_ESI : 0));
	f->len = 0;
	if (cfg->address.has_byte)
		f->data[f->len++] = cfg->address.tx_byte;
	f->len = (uint8_t)(f->len + isotp_pci_encode(pci, cfg->address.has_byte, f->data + f->len));
}

void isotp_stack_fill_frame(struct isotp_stack *s, const uint8_t *data, size_t len)
{
	struct isotp_frame *f = &s->out;
	size_t whole;

	if (len)
		memcpy(f->data + f->len, data, len);
	f->len = (uint8_t)(f->len + len);
	s->out_payload = (uint8_t)len;
	whole = isotp_frame_len(f->len);
	if (s->cfg.tx_padding && whole < ISOTP_FRAME_MAX_CLASSIC)
		whole = ISOTP_FRAME_MAX_CLASSIC;
	memset(f->data + f->len, s->cfg.tx_padding ? s->cfg.txpad : 0xCC, whole - f->len);
	f->len = (uint8_t)whole;
}
