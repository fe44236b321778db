/* SPDX-License-Identifier: MIT */
/*
 * packets.h - pcap and pcapng files, put together byte for byte.
 *
 *	begin_pcap(false, MICRO, CAN);
 *	put_frame(0x7E0, 3);		7E0#112233, 1.5 s after 1970
 *	read_bytes(&reading, file.at, file.n, &way);
 *
 *	begin_pcapng(false);
 *	put_usual_interface("can0");
 *	put_packet(0, 0x7E0);		7E0#11, at the same time
 */
#ifndef ISOTP_TESTS_PACKETS_H
#define ISOTP_TESTS_PACKETS_H

#include "reading.h"

enum {
	SLL = 113,
	CAN = 227,
	SLL2 = 276,
	MICRO = 0xA1B2C3D4,
	NANO = 0xA1B23C4D,
	EFF = 0x80000000,
	RTR = 0x40000000,
	ERR = 0x20000000,
	ALL = 1000, /* captured bytes: all that there are */
};

/* The file that is being put together; its numbers are big-endian where `big` says so. */
extern struct bytes file;

void begin_pcap(bool big, uint32_t magic, unsigned int link);
void put_record(uint32_t seconds, uint32_t fraction, const struct bytes *packet, size_t captured);

/*
 * A struct can_frame (size 16) or canfd_frame (72), its data 11 22 33 ..., and its ID in an order.
 * Valid until the next call.
 */
const struct bytes *frame_bytes(uint32_t id, bool id_big, unsigned int len, unsigned int flags,
				size_t size);

/* A record with such a frame, its ID as it should be and little-endian. */
void put_frame(uint32_t id, unsigned int len);
void put_little(uint32_t id, unsigned int len);

/* A block of pcapng begins and ends; begin_block returns what end_block needs. */
size_t begin_block(uint32_t type);
void end_block(size_t at);
void put_section(void);
void begin_pcapng(bool big);

/* NULL: an interface without a name. The resolution of its times is 10 to the power -`digits`. */
void put_interface(const char *name, unsigned int link, uint32_t snaplen, unsigned int digits);
void put_usual_interface(const char *name);

void put_enhanced(unsigned int interface, uint64_t time, const struct bytes *packet);
void put_packet(unsigned int interface, uint32_t id);

/* Reads the file as such and byte by byte, to its end. */
void expect_both_ways(struct reading *r, const char *name, const char *want);

#endif
