/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - names of files are any bytes; what is written to JSON or a picture has to be UTF-8.
 *
 *	for (; *s; s += n ? n : 1)
 *		if (!(n = utf8_sequence(s)))
 *			not_a_character(*s);
 */
#ifndef ISOTP_CLI_UTF8_H
#define ISOTP_CLI_UTF8_H

#include <stddef.h>

/* How many bytes the character has that begins here, 1-4, as RFC 3629 allows it; 0: none begins
 * here. */
size_t utf8_sequence(const char *s);

#endif
