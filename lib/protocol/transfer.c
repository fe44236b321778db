/* SPDX-License-Identifier: MIT */
/* Owns how a PDU of several frames goes on: sequence numbers, lengths, blocks and flow control. */
#include "transfer.h"

static uint32_t room_of(const struct isotp_frame *f, const struct isotp_pci *pci)
{
	return (uint32_t)f->len - pci->offset;
}

static void await(struct isotp_transfer *t, uint64_t now_ns)
{
	t->awaiting = true;
	t->await_ns = now_ns;
}

void isotp_transfer_begin(struct isotp_transfer *t, const struct isotp_frame *f,
			  const struct isotp_pci *pci, uint64_t now_ns)
{
	const uint32_t room = room_of(f, pci);

	*t = (struct isotp_transfer){
		.left = pci->length > room ? pci->length - room : 0,
		.can_dl = f->len,
		.sn = 1,
	};
	if (t->left)
		await(t, now_ns);
}

enum isotp_transfer_cf isotp_transfer_check(const struct isotp_transfer *t,
					    const struct isotp_frame *f,
					    const struct isotp_pci *pci)
{
	if (f->len > t->can_dl)
		return ISOTP_CF_LONG;
	if (f->len < t->can_dl && room_of(f, pci) < t->left)
		return ISOTP_CF_SHORT;
	return pci->sn == t->sn ? ISOTP_CF_NEXT : ISOTP_CF_WRONG_SN;
}

void isotp_transfer_take(struct isotp_transfer *t, const struct isotp_frame *f,
			 const struct isotp_pci *pci, uint64_t now_ns)
{
	const uint32_t room = room_of(f, pci);

	t->left -= room < t->left ? room : t->left;
	t->sn = (t->sn + 1) & 0x0F;
	t->overdue = t->awaiting;
	t->cf_since = true;
	t->cf_ns = now_ns;
	if (t->block_left && --t->block_left == 0 && t->left)
		await(t, now_ns);
}

bool isotp_transfer_awaits(const struct isotp_transfer *t, const struct isotp_pci *pci)
{
	return t->awaiting && (!t->overdue || pci->fs == ISOTP_FS_CTS);
}

void isotp_transfer_answer(struct isotp_transfer *t, const struct isotp_pci *pci, uint64_t now_ns)
{
	t->await_ns = now_ns;
	t->cf_since = t->overdue = false;
	t->waiting = pci->fs == ISOTP_FS_WT;
	if (pci->fs != ISOTP_FS_CTS)
		return;
	t->awaiting = false;
	t->block_left = pci->bs;
}

uint8_t isotp_transfer_fit(const struct isotp_transfer *t, const struct isotp_endpoint *to,
			   const struct isotp_endpoint *from)
{
	return t->awaiting && !t->overdue ? isotp_endpoint_fit(to, from) : 0;
}

bool isotp_transfer_in_block(const struct isotp_transfer *t)
{
	return t->cf_since && (!t->awaiting || t->overdue);
}
