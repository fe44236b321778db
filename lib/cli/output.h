/* SPDX-License-Identifier: MIT */
/*
 * output.h - what the programs print on standard output, one implementation per format.
 *
 *	struct output out;
 *
 *	if (!output_init(&out, "hex"))
 *		...	no such format
 *	rc = out.pdu(&out, data, len);
 *
 * A program never formats bytes itself. Each call has written everything when it returns.
 */
#ifndef ISOTP_CLI_OUTPUT_H
#define ISOTP_CLI_OUTPUT_H

#include "writer.h"

#include <stdbool.h>

#define OUTPUT_FORMATS "hex, raw, ascii, dump"

struct output {
	/* Prints one PDU: 0, or -errno as tool_write. */
	int (*pdu)(struct output *out, const uint8_t *data, size_t len);

	struct writer w;
};

/* Chooses the format by its name; false when there is none of that name. */
bool output_init(struct output *out, const char *format);

#endif
