/* SPDX-License-Identifier: MIT */
/* Owns what a whole PDU needs on the wire: its frames as the stack sends them, one by one. */
#include "stack-internal.h"
#include "wire.h"

static void add_times(struct isotp_wire_bits *sum, const struct isotp_frame *f, uint32_t n)
{
	struct isotp_wire_bits one;

	isotp_wire_bits(f, &one);
	sum->nominal += n * one.nominal;
	sum->data += n * one.data;
	sum->intermission += n * one.intermission;
	sum->stuff += n * one.stuff;
}

/* One after the FF, one after each block that is not the last. */
static void count_flow_controls(const struct isotp_config *cfg, uint32_t consecutive,
				struct isotp_wire_bits *sum)
{
	const uint32_t n = cfg->bs ? (consecutive + cfg->bs - 1) / cfg->bs : 1;
	const struct isotp_pci pci = {
		.type = ISOTP_PCI_FC, .fs = ISOTP_FS_CTS, .bs = cfg->bs, .stmin = cfg->stmin
	};
	struct isotp_stack peer = { .cfg = *cfg };

	peer.cfg.address.tx_id = cfg->address.rx_id;
	peer.cfg.address.tx_byte = cfg->address.rx_byte;
	isotp_stack_begin_frame(&peer, &pci);
	isotp_stack_fill_frame(&peer, NULL, 0);
	add_times(sum, &peer.out, n);
}

/* A stack without a bus: nothing lies between its frames. */
void isotp_wire_pdu(const struct isotp_config *cfg, const uint8_t *data, uint32_t length,
		    struct isotp_wire_bits *bits)
{
	struct isotp_stack s = { .cfg = *cfg, .tx = { .pdu = data, .length = length, .sn = 1 } };
	uint32_t frames = 0;

	*bits = (struct isotp_wire_bits){ 0 };
	for (; s.tx.pos < length; frames++) {
		isotp_tx_render(&s);
		add_times(bits, &s.out, 1);
		isotp_tx_requested(&s);
	}
	if (frames > 1 && !cfg->cf_broadcast)
		count_flow_controls(cfg, frames - 1, bits);
}
