/* SPDX-License-Identifier: MIT */
/*
 * pairs.h - who talks to whom, as the command line says it: TX[/A][:RX[/A]].
 *
 *	if (pair_parse("6F4/14:614/F4", &pair, why) < 0)
 *		printf("'6F4/14:614/F4' %s\n", why);
 */
#ifndef ISOTP_CLI_PAIRS_H
#define ISOTP_CLI_PAIRS_H

#include "protocol/reassembler.h"
#include "values.h"

/* Reads a pair; A is a byte in hex or "any". 0, or -EINVAL with what is wrong. */
int pair_parse(const char *text, struct isotp_watch *pair, char why[VALUE_WHY]);

/* Reads an address byte, or "any". */
int pair_parse_byte(const char *text, struct isotp_watched *side, char why[VALUE_WHY]);

#define PAIR_TEXT (2 * ISOTP_ENDPOINT_TEXT)

/* Writes the pair of what was seen, the tester first: "7E0:7E8", or the one that is known. */
char *pair_format(const struct isotp_observed *o, char text[PAIR_TEXT]);

#endif
