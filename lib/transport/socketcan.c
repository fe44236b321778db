/* SPDX-License-Identifier: MIT */
/* Owns the translation between our frames and SocketCAN's structs. */
#include "socketcan.h"

#include <errno.h>
#include <linux/can/error.h>
#include <string.h>

#ifndef CANFD_FDF /* since Linux 5.14 */
#define CANFD_FDF 0x04
#endif

static canid_t encode_id(const struct isotp_frame *f)
{
	canid_t id = f->id.value;

	if (f->flags & ISOTP_FRAME_ERROR)
		return id | CAN_ERR_FLAG;
	if (f->id.width == 29)
		id |= CAN_EFF_FLAG;
	if (f->flags & ISOTP_FRAME_REMOTE)
		id |= CAN_RTR_FLAG;
	return id;
}

size_t isotp_socketcan_encode(const struct isotp_frame *f, union isotp_socketcan *wire)
{
	memset(wire, 0, sizeof(*wire));
	wire->fd.can_id = encode_id(f);
	wire->fd.len = f->len;
	memcpy(wire->fd.data, f->data, f->len);
	if (!(f->flags & ISOTP_FRAME_FD))
		return CAN_MTU;
	wire->fd.flags = (uint8_t)(CANFD_FDF | (f->flags & ISOTP_FRAME_BRS ? CANFD_BRS : 0) |
				   (f->flags & ISOTP_FRAME_ESI ? CANFD_ESI : 0));
	return CANFD_MTU;
}

static int decode_id(canid_t id, struct isotp_frame *f)
{
	if (id & CAN_ERR_FLAG) {
		f->id = (struct isotp_can_id){ id & CAN_ERR_MASK, 29 };
		f->flags |= ISOTP_FRAME_ERROR;
		return 0;
	}
	if (id & CAN_RTR_FLAG)
		f->flags |= ISOTP_FRAME_REMOTE;
	if (id & CAN_EFF_FLAG) {
		f->id = (struct isotp_can_id){ id & CAN_EFF_MASK, 29 };
		return 0;
	}
	f->id = (struct isotp_can_id){ id & CAN_SFF_MASK, 11 };
	return id & CAN_EFF_MASK & ~CAN_SFF_MASK ? -EBADMSG : 0;
}

int isotp_socketcan_decode(const union isotp_socketcan *wire, size_t size, struct isotp_frame *f)
{
	const bool fd = size == CANFD_MTU;

	if (!fd && size != CAN_MTU)
		return -EBADMSG;
	f->flags = 0;
	if (fd)
		f->flags = (uint8_t)(ISOTP_FRAME_FD |
				     (wire->fd.flags & CANFD_BRS ? ISOTP_FRAME_BRS : 0) |
				     (wire->fd.flags & CANFD_ESI ? ISOTP_FRAME_ESI : 0));
	f->len = wire->fd.len;
	if (!isotp_frame_len_valid(f->len, fd) || decode_id(wire->fd.can_id, f) < 0)
		return -EBADMSG;
	if (fd && f->flags & (ISOTP_FRAME_REMOTE | ISOTP_FRAME_ERROR))
		return -EBADMSG;
	memcpy(f->data, wire->fd.data, f->len);
	return 0;
}

void isotp_socketcan_lost(uint64_t lost, struct isotp_frame *f)
{
	const uint32_t count = lost > UINT32_MAX ? UINT32_MAX : (uint32_t)lost;

	memset(f, 0, sizeof(*f));
	f->id = (struct isotp_can_id){ CAN_ERR_CRTL, 29 };
	f->flags = ISOTP_FRAME_ERROR;
	f->len = CAN_ERR_DLC;
	f->data[1] = CAN_ERR_CRTL_RX_OVERFLOW;
	for (int i = 0; i < 4; i++)
		f->data[4 + i] = (uint8_t)(count >> (24 - 8 * i));
}

uint32_t isotp_socketcan_lost_count(const struct isotp_frame *f)
{
	uint32_t count = 0;

	if (!(f->flags & ISOTP_FRAME_ERROR) || !(f->id.value & CAN_ERR_CRTL) ||
	    f->len != CAN_ERR_DLC || !(f->data[1] & CAN_ERR_CRTL_RX_OVERFLOW))
		return 0;
	for (int i = 0; i < 4; i++)
		count = count << 8 | f->data[4 + i];
	return count;
}
