/* SPDX-License-Identifier: MIT */
/* Owns what both halves of a connection use: the event queue, building frames. */
#include "stack-internal.h"

#include <string.h>

void isotp_stack_push_event(struct isotp_stack *s, struct isotp_event ev)
{
	if (s->event_count == ISOTP_EVENTS_MAX)
		return;
	s->events[(s->event_first + s->event_count++) % ISOTP_EVENTS_MAX] = ev;
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
