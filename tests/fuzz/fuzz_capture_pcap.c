/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes reading pcap and pcapng: the first byte says whether the rest is a whole file or what
 * follows a pcap's header, of which link type and byte order, from a file or a pipe.
 */
#include "capture.h"

#include "capture/pcap-frame.h"

enum { FILE_HEADER = 24, AS_PIPE = 0x40, SWAP = 0x80 };

static void put32(uint8_t *at, uint32_t v, bool big)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> 8 * (big ? 3 - i : i));
}

static void put_header(uint8_t *at, unsigned int choice)
{
	static const uint32_t links[4] = { ISOTP_LINK_CAN, ISOTP_LINK_SLL, ISOTP_LINK_SLL2,
					   ISOTP_LINK_CAN };
	const bool big = choice & 4;

	memset(at, 0, FILE_HEADER);
	put32(at, choice & 8 ? 0xA1B23C4D : 0xA1B2C3D4, big);
	put32(at + 4, big ? 0x00020004 : 0x00040002, big);
	put32(at + 16, 262144, big);
	put32(at + 20, links[choice & 3], big);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned int choice = size ? data[0] : 0;
	const size_t header = choice & 0x20 ? FILE_HEADER : 0, n = size ? header + size - 1 : 0;
	uint8_t *file = malloc(n + 1);

	if (!file || !size) {
		free(file);
		return 0;
	}
	if (header)
		put_header(file, choice);
	memcpy(file + header, data + 1, size - 1);
	fuzz_capture(file, n, choice & SWAP ? ISOTP_CAPTURE_SWAP_ALWAYS : ISOTP_CAPTURE_SWAP_AUTO,
		     choice & AS_PIPE, NULL, NULL);
	free(file);
	return 0;
}
