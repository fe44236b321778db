/* SPDX-License-Identifier: MIT */
/*
 * socketcan.h - frames in the form that SocketCAN gives them: struct can_frame (16 bytes) and
 * struct canfd_frame (72 bytes) of <linux/can.h>.
 */
#ifndef ISOTP_TRANSPORT_SOCKETCAN_H
#define ISOTP_TRANSPORT_SOCKETCAN_H

#include "protocol/frame.h"

#include <linux/can.h>

union isotp_socketcan {
	struct can_frame classic;
	struct canfd_frame fd;
};

/* Fills *wire and returns its size, CAN_MTU or CANFD_MTU. */
size_t isotp_socketcan_encode(const struct isotp_frame *f, union isotp_socketcan *wire);

/* Reads `size` untrusted bytes. Returns 0, or -EBADMSG for what is no possible frame. */
int isotp_socketcan_decode(const union isotp_socketcan *wire, size_t size, struct isotp_frame *f);

/* The error frame that tells its reader of `lost` frames: CAN_ERR_CRTL, RX_OVERFLOW, count in
 * data[4..7], big-endian. */
void isotp_socketcan_lost(uint64_t lost, struct isotp_frame *f);

/* The count that such a frame carries; 0 for any other frame. */
uint32_t isotp_socketcan_lost_count(const struct isotp_frame *f);

#endif
