/* SPDX-License-Identifier: MIT */
/*
 * payload-source.h - where the one PDU comes from that isotpsend is given: the command line, a file, a
 * pattern, or hex on standard input.
 *
 *	payload_source_check(&source);
 *	payload_source_read(&source, &payload);
 *
 * What is wrong is told and ends the program: nothing has been opened yet.
 */
#ifndef ISOTP_CLI_PAYLOAD_SOURCE_H
#define ISOTP_CLI_PAYLOAD_SOURCE_H

#include "payload.h"

#include <stdbool.h>

struct payload_source {
	const char *const *words; /* BYTE..., ended by NULL */
	const char *file;	  /* its bytes as they are, "-": of standard input; NULL: none */
	uint64_t length;	  /* of the pattern; 0: none */
	bool lines;		  /* none of these: standard input is read line by line */
};

/* Refuses more than one source. */
void payload_source_check(const struct payload_source *s);

/* Reads it whole; with `lines`, nothing. */
void payload_source_read(const struct payload_source *s, struct payload *p);

#endif
