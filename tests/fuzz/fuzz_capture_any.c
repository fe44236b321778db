/* SPDX-License-Identifier: MIT */
/* Fuzzes captures of any format, as they are and compressed: what they are is found out. */
#include "capture.h"

#include <zlib.h>

/* The bytes as one gzip member; returns its length. */
static size_t compress_bytes(const uint8_t *data, size_t size, uint8_t *to, size_t room)
{
	z_stream z = { 0 };
	size_t n;

	if (deflateInit2(&z, 1, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = (unsigned char *)(uintptr_t)data;
	z.avail_in = (unsigned int)size;
	z.next_out = to;
	z.avail_out = (unsigned int)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t room = size + size / 100 + 1024;
	uint8_t *packed;

	fuzz_capture(data, size, ISOTP_CAPTURE_SWAP_AUTO, false, NULL, NULL);
	fuzz_capture(data, size, ISOTP_CAPTURE_SWAP_AUTO, true, NULL, NULL);
	packed = malloc(room);
	if (packed)
		fuzz_capture(packed, compress_bytes(data, size, packed, room),
			     ISOTP_CAPTURE_SWAP_AUTO, false, NULL, NULL);
	free(packed);
	return 0;
}
