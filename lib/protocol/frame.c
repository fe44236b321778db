/* SPDX-License-Identifier: MIT */
/* Owns what is true of every CAN frame: the lengths that a DLC can say, and when two IDs are one.
 */
#include "frame.h"

static const uint8_t dlc_len[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64 };

bool isotp_can_id_equal(struct isotp_can_id a, struct isotp_can_id b)
{
	return a.value == b.value && a.width == b.width;
}

uint8_t isotp_dlc_to_len(uint8_t dlc)
{
	return dlc_len[dlc & 0x0F];
}

uint8_t isotp_len_to_dlc(size_t len)
{
	uint8_t dlc = len <= ISOTP_FRAME_MAX_CLASSIC ? (uint8_t)len : 9;

	while (dlc < 15 && dlc_len[dlc] < len)
		dlc++;
	return dlc;
}

uint8_t isotp_frame_len(size_t len)
{
	return dlc_len[isotp_len_to_dlc(len)];
}

bool isotp_frame_len_valid(size_t len, bool fd)
{
	if (len > (fd ? ISOTP_FRAME_MAX : ISOTP_FRAME_MAX_CLASSIC))
		return false;
	return isotp_frame_len(len) == len;
}
