/* SPDX-License-Identifier: MIT */
/*
 * record.h - a CAN frame with when and where it was seen: what a capture file holds, and what a
 * passive observer takes.
 *
 *	struct isotp_record r = { .frame = f, .time_ns = 1700000000000000000, .number = 0 };
 */
#ifndef ISOTP_PROTOCOL_RECORD_H
#define ISOTP_PROTOCOL_RECORD_H

#include "frame.h"

struct isotp_record {
	uint64_t time_ns; /* since 1970, or since whatever moment the capture counts from */
	uint64_t number;  /* of all CAN records (data, remote, error, XL), the first is 0 */
	uint16_t bus;	  /* index of the bus that it was seen on */
	struct isotp_frame frame;
};

#endif
