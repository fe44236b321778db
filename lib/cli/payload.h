/* SPDX-License-Identifier: MIT */
/*
 * payload.h - the bytes of a PDU as users give them: hex, raw, or can-utils' test pattern.
 *
 *	struct payload p = { 0 };
 *
 *	if (payload_hex(&p, "22 F1 90", 8, why) < 0)
 *		...	why: offset 3: 'z' is not a hex digit
 *	payload_release(&p);
 */
#ifndef ISOTP_CLI_PAYLOAD_H
#define ISOTP_CLI_PAYLOAD_H

#include "values.h"

#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_MAX UINT32_MAX /* what a 32-bit FF_DL can say, in bytes */

struct payload {
	uint8_t *data;
	size_t len, room;
};

/*
 * Reads hex: bytes apart by blanks, commas or colons, "0x" allowed before each; one digit is a
 * byte, an even number of digits are several. Replaces what *p held. Returns 0, -EINVAL with `why`
 * naming the offset and the fault (an empty text is one), or -ENOMEM.
 */
int payload_hex(struct payload *p, const char *text, size_t n, char why[VALUE_WHY]);

/* The same from the words of a command line; the offset counts in the words joined by blanks. */
int payload_words(struct payload *p, const char *const *words, char why[VALUE_WHY]);

/* can-utils' pattern: 01 02 ... FF 01 ..., `len` bytes. 0 or -ENOMEM. */
int payload_pattern(struct payload *p, size_t len);

/* Appends what a descriptor gives until its end. 0, -EINTR after a signal, -EFBIG above
 * PAYLOAD_MAX, -errno. */
int payload_read(struct payload *p, int fd);

void payload_release(struct payload *p);

#endif
