/* SPDX-License-Identifier: MIT */
/* Fuzzes reading Vector ASC files: the first byte chooses the header. */
#include "capture.h"

static const char *const headers[] = {
	"base hex  timestamps absolute\n",
	"base dec  timestamps absolute\n",
	"base hex  timestamps relative\n",
	"0.5 1 100 Rx d 0\n",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *header = headers[size ? data[0] & 3 : 0];
	const size_t skip = size ? 1 : 0, n = strlen(header) + size - skip;
	char *text = malloc(n);

	if (!text)
		return 0;
	memcpy(text, header, strlen(header));
	if (size > skip)
		memcpy(text + strlen(header), data + skip, size - skip);
	fuzz_capture(text, n, ISOTP_CAPTURE_SWAP_AUTO, size && data[0] & 4, NULL, NULL);
	free(text);
	return 0;
}
