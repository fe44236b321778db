/* SPDX-License-Identifier: MIT */
/*
 * writer.h - text and bytes on their way to standard output: collected, written together.
 *
 *	writer_text(w, "length ");
 *	writer_decimal(w, 42, 1);
 *	writer_char(w, '\n');
 *	rc = writer_flush(w);
 *
 * The first failure is kept; what follows it is dropped.
 */
#ifndef ISOTP_CLI_WRITER_H
#define ISOTP_CLI_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WRITER_SIZE = 65536 };

struct writer {
	int error; /* 0, or -errno as tool_write */
	size_t used;
	char buffer[WRITER_SIZE];
};

/* Room for n bytes, to be filled by the caller at once; n is at most WRITER_SIZE. */
static inline char *writer_room(struct writer *w, size_t n);

/* Writes everything that was collected; returns the first error since the last call, or 0. */
int writer_flush(struct writer *w);

void writer_bytes(struct writer *w, const void *data, size_t n);
static inline void writer_text(struct writer *w, const char *text); /* below WRITER_SIZE */
void writer_blanks(struct writer *w, int n); /* none where n is not above 0 */

/* A number in decimal, with leading zeros up to `digits`. */
void writer_decimal(struct writer *w, uint64_t value, int digits);

/* The lower `digits` digits of a number in upper-case hex. */
void writer_hex(struct writer *w, uint32_t value, int digits);

/* Bytes as upper-case hex without anything between them. */
void writer_hex_bytes(struct writer *w, const uint8_t *data, size_t n);

/* The same with a blank after each byte, as can-utils writes PDUs. */
void writer_spaced_hex(struct writer *w, const uint8_t *data, size_t n);

/* A string of JSON, in quotes. Names of buses and files come from outside: a byte that is no UTF-8
 * is U+FFFD. */
void writer_json_string(struct writer *w, const char *text);

/* The byte itself where it is printable ASCII, else a dot. */
static inline char writer_printable(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7F ? (char)byte : '.';
}

/* For the function below: makes room by writing what was collected. */
void writer_make_room(struct writer *w);

static inline char *writer_room(struct writer *w, size_t n)
{
	if (sizeof(w->buffer) - w->used < n)
		writer_make_room(w);
	w->used += n;
	return w->buffer + w->used - n;
}

static inline void writer_char(struct writer *w, char c)
{
	*writer_room(w, 1) = c;
}

/* Here, so that the length of a constant is known when it is compiled. */
static inline void writer_text(struct writer *w, const char *text)
{
	const size_t n = strlen(text);

	memcpy(writer_room(w, n), text, n);
}

#endif
