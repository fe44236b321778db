/* SPDX-License-Identifier: MIT */
/* stack-internal.h - how the stack is divided: stack.c stands on its two halves, these on the rest. */
#ifndef ISOTP_PROTOCOL_STACK_INTERNAL_H
#define ISOTP_PROTOCOL_STACK_INTERNAL_H

#include "stack.h"

/* stack-common.c: what both halves use. */
void isotp_stack_push_event(struct isotp_stack *s, struct isotp_event ev);
/* Starts a frame in s->out: ID, flags, address byte and PCI. */
void isotp_stack_begin_frame(struct isotp_stack *s, const struct isotp_pci *pci);
/* Adds payload, then padding where the frame may or must have it. */
void isotp_stack_fill_frame(struct isotp_stack *s, const uint8_t *data, size_t len);

/* stack-tx.c: the sender's half. */
void isotp_tx_flow_control(struct isotp_stack *s, const struct isotp_frame *f,
			   const struct isotp_pci *pci, uint64_t now);
void isotp_tx_render(struct isotp_stack *s);
void isotp_tx_requested(struct isotp_stack *s);
/* N_TIMEOUT_A: the bytes of the frame in flight do not count as sent. */
void isotp_tx_not_taken(struct isotp_stack *s);
void isotp_tx_confirmed(struct isotp_stack *s, uint64_t now);
void isotp_tx_end(struct isotp_stack *s, enum isotp_result result);

/* stack-rx.c: the receiver's half. */
void isotp_rx_single_frame(struct isotp_stack *s, const struct isotp_frame *f,
			   const struct isotp_pci *pci);
void isotp_rx_first_frame(struct isotp_stack *s, const struct isotp_frame *f,
			  const struct isotp_pci *pci, uint64_t now);
void isotp_rx_consecutive_frame(struct isotp_stack *s, const struct isotp_frame *f,
				const struct isotp_pci *pci, uint64_t now);
/* Which flow control is due at `now`, and when the next one will be. */
enum isotp_out isotp_rx_fc_due(const struct isotp_stack *s, uint64_t now);
uint64_t isotp_rx_fc_deadline(const struct isotp_stack *s);
void isotp_rx_render(struct isotp_stack *s, enum isotp_out fc);
void isotp_rx_requested(struct isotp_stack *s, enum isotp_out fc);
void isotp_rx_confirmed(struct isotp_stack *s, enum isotp_out fc, uint64_t now);
void isotp_rx_advance(struct isotp_stack *s, uint64_t now);
void isotp_rx_end(struct isotp_stack *s, enum isotp_result result);

#endif
