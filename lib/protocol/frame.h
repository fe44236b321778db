/* SPDX-License-Identifier: MIT */
/*
 * frame.h - one CAN frame, classic or FD, as every room of the project passes it on.
 *
 *	struct isotp_frame f = { .id = { 0x7E0, 11 }, .len = 3, .data = { 0x02, 0x3E, 0x00 } };
 *
 * A frame carries no time: whoever hands it on says when it happened.
 */
#ifndef ISOTP_PROTOCOL_FRAME_H
#define ISOTP_PROTOCOL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISOTP_FRAME_MAX_CLASSIC 8
#define ISOTP_FRAME_MAX		64

#define ISOTP_CAN_ID_MAX_11 0x7FFu
#define ISOTP_CAN_ID_MAX_29 0x1FFFFFFFu

/* A CAN ID and its width in bits: 11, 29, or 0 for "no ID". */
struct isotp_can_id {
	uint32_t value;
	uint8_t width;
};

enum isotp_frame_flag {
	ISOTP_FRAME_FD = 0x01,	   /* a CAN FD frame; the two below are for these alone */
	ISOTP_FRAME_BRS = 0x02,	   /* bit rate switch */
	ISOTP_FRAME_ESI = 0x04,	   /* error state indicator */
	ISOTP_FRAME_REMOTE = 0x08, /* remote frame: no data, never an N_PDU */
	ISOTP_FRAME_ERROR = 0x10,  /* SocketCAN error frame: id.value holds the error class */
};

struct isotp_frame {
	struct isotp_can_id id;
	uint8_t flags; /* enum isotp_frame_flag */
	uint8_t len;   /* bytes of data: 0-8, FD 0-8, 12, 16, 20, 24, 32, 48 or 64 */
	uint8_t data[ISOTP_FRAME_MAX];
};

/* True when both the value and the width are the same. */
bool isotp_can_id_equal(struct isotp_can_id a, struct isotp_can_id b);

/* The number of data bytes that a DLC of 0-15 means in a CAN FD frame (ISO 11898-1, table 5). */
uint8_t isotp_dlc_to_len(uint8_t dlc);

/* The smallest DLC whose frame holds `len` bytes; `len` above 64 gives 15. */
uint8_t isotp_len_to_dlc(size_t len);

/* The smallest frame length that holds `len` bytes: 0-8, 12, 16 ... 64. */
uint8_t isotp_frame_len(size_t len);

/* True when `len` is a length that a frame of this kind can have. */
bool isotp_frame_len_valid(size_t len, bool fd);

#endif
