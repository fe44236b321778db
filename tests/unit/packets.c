/* SPDX-License-Identifier: MIT */
/* Owns pcap and pcapng files as tests put them together. */
#include "packets.h"

struct bytes file;

/* --- pcap --- */

void begin_pcap(bool big, uint32_t magic, unsigned int link)
{
	file.n = 0;
	file.big = big;
	put32(&file, magic);
	put16(&file, 2);
	put16(&file, 4);
	put32(&file, 0);
	put32(&file, 0);
	put32(&file, 262144);
	put32(&file, link);
}

void put_record(uint32_t seconds, uint32_t fraction, const struct bytes *packet, size_t captured)
{
	if (captured > packet->n)
		captured = packet->n;
	put32(&file, seconds);
	put32(&file, fraction);
	put32(&file, (uint32_t)captured);
	put32(&file, (uint32_t)packet->n);
	put(&file, packet->at, captured);
}

const struct bytes *frame_bytes(uint32_t id, bool id_big, unsigned int len, unsigned int flags,
				size_t size)
{
	static struct bytes b;

	b.n = 0;
	b.big = id_big;
	put32(&b, id);
	put8(&b, len);
	put8(&b, flags);
	put16(&b, 0);
	for (unsigned int i = 0; i < size - 8; i++)
		put8(&b, i < len ? 0x11 * (i + 1) : 0);
	return &b;
}

void put_frame(uint32_t id, unsigned int len)
{
	put_record(1, 500000, frame_bytes(id, true, len, 0, 16), ALL);
}

void put_little(uint32_t id, unsigned int len)
{
	put_record(1, 500000, frame_bytes(id, false, len, 0, 16), ALL);
}

/* --- pcapng --- */

size_t begin_block(uint32_t type)
{
	put32(&file, type);
	put32(&file, 0);
	return file.n - 8;
}

void end_block(size_t at)
{
	struct bytes length = { .big = file.big };

	while (file.n % 4)
		put8(&file, 0);
	put32(&length, (uint32_t)(file.n + 4 - at));
	memcpy(file.at + at + 4, length.at, 4);
	put(&file, length.at, 4);
}

void put_section(void)
{
	const size_t at = begin_block(0x0A0D0D0A);

	put32(&file, 0x1A2B3C4D);
	put16(&file, 1);
	put16(&file, 0);
	put32(&file, 0xFFFFFFFF);
	put32(&file, 0xFFFFFFFF);
	end_block(at);
}

void begin_pcapng(bool big)
{
	file.n = 0;
	file.big = big;
	put_section();
}

static void put_option(unsigned int code, const void *value, size_t n)
{
	put16(&file, code);
	put16(&file, (unsigned int)n);
	put(&file, value, n);
	while (file.n % 4)
		put8(&file, 0);
}

void put_interface(const char *name, unsigned int link, uint32_t snaplen, unsigned int digits)
{
	const size_t at = begin_block(1);
	const uint8_t resolution = (uint8_t)digits;

	put16(&file, link);
	put16(&file, 0);
	put32(&file, snaplen);
	put_option(3, "a description", 13);
	if (name)
		put_option(2, name, strlen(name));
	put_option(9, &resolution, 1);
	put_option(0, "", 0);
	end_block(at);
}

void put_usual_interface(const char *name)
{
	put_interface(name, CAN, 262144, 6);
}

void put_enhanced(unsigned int interface, uint64_t time, const struct bytes *packet)
{
	const size_t at = begin_block(6);

	put32(&file, interface);
	put32(&file, (uint32_t)(time >> 32));
	put32(&file, (uint32_t)time);
	put32(&file, (uint32_t)packet->n);
	put32(&file, (uint32_t)packet->n);
	put(&file, packet->at, packet->n);
	end_block(at);
}

void put_packet(unsigned int interface, uint32_t id)
{
	put_enhanced(interface, 1500000, frame_bytes(id, true, 1, 0, 16));
}

void expect_both_ways(struct reading *r, const char *name, const char *want)
{
	const struct way ways[2] = { { .by_bytes = true }, { .by_bytes = false } };

	for (int i = 0; i < 2; i++) {
		read_bytes(r, file.at, file.n, &ways[i]);
		assert_reading(name, r, want);
		assert_int_equal(r->ended, 0);
		assert_int_equal(r->status.format, ISOTP_CAPTURE_PCAP);
	}
}
