/* SPDX-License-Identifier: MIT */
/* Fuzzes what comes from a bus: any bytes as a datagram, decoded, and encoded again. */
#include "protocol/pci.h"
#include "transport/socketcan.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union isotp_socketcan wire, again;
	struct isotp_frame f, g;
	struct isotp_pci pci;
	size_t n;

	memset(&wire, 0, sizeof(wire));
	memcpy(&wire, data, size < sizeof(wire) ? size : sizeof(wire));
	if (isotp_socketcan_decode(&wire, size, &f) < 0)
		return 0;
	isotp_socketcan_lost_count(&f);
	for (int byte = 0; byte < 2; byte++)
		if (isotp_pci_decode(&pci, &f, byte) == ISOTP_PCI_OK && pci.offset > f.len)
			abort();
	n = isotp_socketcan_encode(&f, &again);
	if (isotp_socketcan_decode(&again, n, &g) < 0 || g.len != f.len || g.flags != f.flags ||
	    !isotp_can_id_equal(f.id, g.id) || memcmp(f.data, g.data, f.len) != 0)
		abort();
	return 0;
}
