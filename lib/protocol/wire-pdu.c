/* SPDX-License-Identifier: MIT */
/* Owns what a whole PDU needs on the wire: its frames as the stack builds them, one by one. */
#include "stack-internal.h"
#include "wire.h"

/* A stack that is never run: what builds frames looks at its configuration alone. */
static void count_frame(struct isotp_stack *s, const struct isotp_pci *pci, const uint8_t *data,
			size_t n, struct isotp_wire_bits *sum)
{
	struct isotp_wire_bits bits;

	isotp_stack_begin_frame(s, pci);
	isotp_stack_fill_frame(s, data, n);
	isotp_wire_bits(&s->out, &bits);
	isotp_wire_add(sum, &bits);
}

/* One after the FF, one after each block that is not the last. */
static void count_flow_controls(const struct isotp_config *cfg, uint32_t consecutive,
				struct isotp_wire_bits *sum)
{
	const uint32_t n = cfg->bs ? (consecutive + cfg->bs - 1) / cfg->bs : 1;
	const struct isotp_pci pci = {
		.type = ISOTP_PCI_FC, .fs = ISOTP_FS_CTS, .bs = cfg->bs, .stmin = cfg->stmin
	};
	struct isotp_wire_bits one = { 0 };
	struct isotp_stack peer = { .cfg = *cfg };

	peer.cfg.address.tx_id = cfg->address.rx_id;
	peer.cfg.address.tx_byte = cfg->address.rx_byte;
	count_frame(&peer, &pci, NULL, 0, &one);
	sum->nominal += n * one.nominal;
	sum->data += n * one.data;
	sum->intermission += n * one.intermission;
	sum->stuff += n * one.stuff;
}

static void count_segments(struct isotp_stack *s, const uint8_t *data, uint32_t length,
			   struct isotp_wire_bits *sum)
{
	const uint32_t lead = s->cfg.address.has_byte ? 1 : 0;
	const uint32_t capacity = s->cfg.tx_dl - 1u - lead;
	struct isotp_pci pci = { .type = ISOTP_PCI_FF, .length = length };
	uint32_t at = s->cfg.tx_dl - lead - (length > ISOTP_FF_DL_SHORT_MAX ? 6u : 2u);
	uint32_t consecutive = 0;

	count_frame(s, &pci, data, at, sum);
	pci = (struct isotp_pci){ .type = ISOTP_PCI_CF };
	while (at < length) {
		const uint32_t n = length - at < capacity ? length - at : capacity;

		pci.sn = ++consecutive & 0x0F;
		count_frame(s, &pci, data + at, n, sum);
		at += n;
	}
	if (!s->cfg.cf_broadcast)
		count_flow_controls(&s->cfg, consecutive, sum);
}

void isotp_wire_pdu(const struct isotp_config *cfg, const uint8_t *data, uint32_t length,
		    struct isotp_wire_bits *bits)
{
	const struct isotp_pci pci = { .type = ISOTP_PCI_SF, .length = length };
	struct isotp_stack s = { .cfg = *cfg };

	*bits = (struct isotp_wire_bits){ 0 };
	if (!length)
		return;
	if (length <= isotp_sf_max(cfg->tx_dl, cfg->address.has_byte))
		count_frame(&s, &pci, data, length, bits);
	else
		count_segments(&s, data, length, bits);
}
