/* SPDX-License-Identifier: MIT */
/* Owns the byte layout of SF, FF, CF and FC, and the meaning of STmin. */
#include "pci.h"

#include <errno.h>

enum { MS = 1000000, US_100 = MS / 10 };

static enum isotp_pci_fault decode_sf(struct isotp_pci *pci, const struct isotp_frame *f,
				      uint8_t lead)
{
	const uint8_t nibble = f->data[lead] & 0x0F;

	pci->type = ISOTP_PCI_SF;
	if (f->len <= ISOTP_FRAME_MAX_CLASSIC) {
		pci->length = nibble;
		pci->offset = (uint8_t)(lead + 1);
		return nibble && nibble < f->len - lead ? ISOTP_PCI_OK : ISOTP_PCI_SF_DL;
	}
	pci->length = f->data[lead + 1];
	pci->offset = (uint8_t)(lead + 2);
	if (nibble || pci->length == 0 || pci->offset + pci->length > f->len)
		return ISOTP_PCI_SF_DL;
	if (pci->length <= isotp_sf_max(ISOTP_FRAME_MAX_CLASSIC, lead) ||
	    isotp_frame_len(pci->offset + pci->length) != f->len)
		return ISOTP_PCI_SF_OVERPADDED;
	return ISOTP_PCI_OK;
}

/* The shortest PDU that may be sent in segments to a receiver of this CAN_DL (table 14). */
static uint32_t ff_dl_min(uint8_t can_dl, uint8_t lead)
{
	return can_dl == ISOTP_FRAME_MAX_CLASSIC ? 8u - lead : can_dl - 1u - lead;
}

static enum isotp_pci_fault decode_ff(struct isotp_pci *pci, const struct isotp_frame *f,
				      uint8_t lead)
{
	const uint8_t *p = f->data + lead;

	if (f->len < ISOTP_FRAME_MAX_CLASSIC)
		return ISOTP_PCI_SHORT;
	pci->type = ISOTP_PCI_FF;
	pci->length = (uint32_t)(p[0] & 0x0F) << 8 | p[1];
	pci->offset = (uint8_t)(lead + 2);
	if (pci->length)
		return pci->length < ff_dl_min(f->len, lead) ? ISOTP_PCI_FF_DL : ISOTP_PCI_OK;
	pci->length = (uint32_t)p[2] << 24 | (uint32_t)p[3] << 16 | (uint32_t)p[4] << 8 | p[5];
	pci->offset = (uint8_t)(lead + 6);
	return pci->length <= ISOTP_FF_DL_SHORT_MAX ? ISOTP_PCI_FF_DL : ISOTP_PCI_OK;
}

static enum isotp_pci_fault decode_cf(struct isotp_pci *pci, const struct isotp_frame *f,
				      uint8_t lead)
{
	pci->type = ISOTP_PCI_CF;
	pci->sn = f->data[lead] & 0x0F;
	pci->offset = (uint8_t)(lead + 1);
	return ISOTP_PCI_OK;
}

static enum isotp_pci_fault decode_fc(struct isotp_pci *pci, const struct isotp_frame *f,
				      uint8_t lead)
{
	if (f->len < lead + 3)
		return ISOTP_PCI_SHORT;
	pci->type = ISOTP_PCI_FC;
	pci->fs = f->data[lead] & 0x0F;
	pci->bs = f->data[lead + 1];
	pci->stmin = f->data[lead + 2];
	pci->offset = (uint8_t)(lead + 3);
	return ISOTP_PCI_OK;
}

enum isotp_pci_fault isotp_pci_decode(struct isotp_pci *pci, const struct isotp_frame *f,
				      bool address_byte)
{
	const uint8_t lead = address_byte ? 1 : 0;

	*pci = (struct isotp_pci){ 0 };
	if (f->len < lead + 2 || f->len > ISOTP_FRAME_MAX)
		return ISOTP_PCI_SHORT;
	switch (f->data[lead] >> 4) {
	case ISOTP_PCI_SF:
		return decode_sf(pci, f, lead);
	case ISOTP_PCI_FF:
		return decode_ff(pci, f, lead);
	case ISOTP_PCI_CF:
		return decode_cf(pci, f, lead);
	case ISOTP_PCI_FC:
		return decode_fc(pci, f, lead);
	default:
		return ISOTP_PCI_RESERVED;
	}
}

static size_t encode_ff(uint32_t length, uint8_t *out)
{
	out[0] = ISOTP_PCI_FF << 4;
	if (length <= ISOTP_FF_DL_SHORT_MAX) {
		out[0] |= (uint8_t)(length >> 8);
		out[1] = (uint8_t)length;
		return 2;
	}
	out[1] = 0;
	for (int i = 0; i < 4; i++)
		out[2 + i] = (uint8_t)(length >> (24 - 8 * i));
	return 6;
}

size_t isotp_pci_encode(const struct isotp_pci *pci, bool address_byte, uint8_t out[ISOTP_PCI_MAX])
{
	switch (pci->type) {
	case ISOTP_PCI_SF:
		out[0] = (uint8_t)pci->length;
		if (pci->length <= isotp_sf_max(ISOTP_FRAME_MAX_CLASSIC, address_byte))
			return 1;
		out[0] = 0;
		out[1] = (uint8_t)pci->length;
		return 2;
	case ISOTP_PCI_FF:
		return encode_ff(pci->length, out);
	case ISOTP_PCI_CF:
		out[0] = (uint8_t)(ISOTP_PCI_CF << 4 | (pci->sn & 0x0F));
		return 1;
	case ISOTP_PCI_FC:
		break;
	}
	out[0] = (uint8_t)(ISOTP_PCI_FC << 4 | (pci->fs & 0x0F));
	out[1] = pci->bs;
	out[2] = pci->stmin;
	return 3;
}

uint32_t isotp_sf_max(uint8_t tx_dl, bool address_byte)
{
	const uint32_t pci = tx_dl > ISOTP_FRAME_MAX_CLASSIC ? 2 : 1;

	return tx_dl - pci - (address_byte ? 1 : 0);
}

bool isotp_stmin_reserved(uint8_t stmin)
{
	return (stmin > 0x7F && stmin < 0xF1) || stmin > 0xF9;
}

uint32_t isotp_stmin_to_ns(uint8_t stmin)
{
	if (isotp_stmin_reserved(stmin))
		return 0x7F * MS;
	return stmin <= 0x7F ? stmin * (uint32_t)MS : (stmin - 0xF0u) * US_100;
}

int isotp_stmin_from_ns(uint64_t ns, uint8_t *stmin)
{
	if (ns < US_100)
		*stmin = 0;
	else if (ns < MS)
		*stmin = (uint8_t)(0xF0 + ns / US_100);
	else
		*stmin = (uint8_t)(ns > 127ull * MS ? 127 : ns / MS);
	return isotp_stmin_to_ns(*stmin) == ns ? 0 : -ERANGE;
}
