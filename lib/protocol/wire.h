/* SPDX-License-Identifier: MIT */
/*
 * wire.h - how many bits a CAN frame is on the wire, exactly: stuff bits are counted in the bits
 * that it really has, its CRC included.
 *
 *	struct isotp_wire_bits bits;
 *
 *	isotp_wire_bits(&frame, &bits);
 *	ns = isotp_wire_ns(&bits, 500000, 2000000);
 *
 * Counted is what a transmitter sends (ISO 11898-1:2015, 10.4.2 fields, 10.5 stuff bits): SOF,
 * arbitration, control, data and CRC field, CRC delimiter, ACK slot and its delimiter (one bit
 * each), EOF, and then the intermission, which must pass before the next frame.
 *
 * The data phase of a frame with bit rate switch lasts from the sample point of BRS to the sample
 * point of the CRC delimiter: both bits are sent in part at either rate. Here BRS counts as nominal
 * and the CRC delimiter as data. Where both rates have their sample point at the same part of the
 * bit, that is exact, else it is wrong by less than half a nominal bit.
 *
 * Not counted, since a frame does not show them: error and overload frames, and the second bit that
 * CRC delimiter and ACK slot of an FD frame may last on long lines.
 */
#ifndef ISOTP_PROTOCOL_WIRE_H
#define ISOTP_PROTOCOL_WIRE_H

#include "config.h"
#include "frame.h"

enum { ISOTP_WIRE_INTERMISSION = 3 };

/* Of one frame, or of many. */
struct isotp_wire_bits {
	uint64_t nominal;      /* at the nominal bit rate, without the intermission */
	uint64_t data;	       /* at the data bit rate: in frames with BRS alone */
	uint64_t intermission; /* 3 a frame, at the nominal bit rate */
	uint64_t stuff;	       /* how many of these are dynamic stuff bits */
};

/* Counts the bits of a frame. SocketCAN's error frames are none: 0 everywhere. */
void isotp_wire_bits(const struct isotp_frame *f, struct isotp_wire_bits *bits);

/* Adds the bits of a frame, or of many, to a sum that starts as zeros. */
void isotp_wire_add(struct isotp_wire_bits *sum, const struct isotp_wire_bits *bits);

/*
 * Nanoseconds that they keep the bus busy, intermission included, rounded to the nearest. Rates are
 * bit/s; dbitrate 0 is the nominal one. With bitrate 0 the result is 0.
 */
uint64_t isotp_wire_ns(const struct isotp_wire_bits *bits, uint32_t bitrate, uint32_t dbitrate);

/*
 * What the wire would allow: the bits of all frames of a PDU as `cfg` sends it, back to back, those
 * of the peer's flow controls included (block size, STmin and padding of `cfg` are taken for the
 * peer's). A PDU of no bytes has no frames.
 */
void isotp_wire_pdu(const struct isotp_config *cfg, const uint8_t *data, uint32_t length,
		    struct isotp_wire_bits *bits);

#endif
