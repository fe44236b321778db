/* SPDX-License-Identifier: MIT */
/* Fuzzes everything that reads text of users: payload hex, CAN IDs, numbers, durations, STmin. */
#include "cli/payload.h"
#include "cli/values.h"
#include "protocol/address.h"
#include "protocol/pci.h"

#include <stdlib.h>
#include <string.h>

static void read_values(const char *text)
{
	char why[VALUE_WHY];
	const char *reason;
	struct isotp_can_id id;
	uint64_t count;
	uint8_t byte;

	if (isotp_can_id_parse(text, &id, &reason) == 0 && id.value > 0x1FFFFFFF)
		abort();
	if (value_count(text, 3, 300, &count, why) == 0 && (count < 3 || count > 300))
		abort();
	if (value_duration(text, 1000, 5000000000, &count, why) == 0 && count > 5000000000)
		abort();
	if (value_stmin(text, &byte, why) == 0 && isotp_stmin_reserved(byte))
		abort();
	value_byte(text, &byte, why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct payload p = { 0 };
	char why[VALUE_WHY];
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_values(text);
	/* the exact bytes: a read beyond them is seen */
	if (payload_hex(&p, (const char *)data, size, why) == 0 && (!p.len || p.len > size))
		abort();
	payload_release(&p);
	free(text);
	return 0;
}
