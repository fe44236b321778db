/* SPDX-License-Identifier: MIT */
/* Owns how text and bytes are collected for standard output. */
#include "writer.h"

#include "protocol/hex.h"
#include "tool.h"
#include "utf8.h"

#include <string.h>

void writer_make_room(struct writer *w)
{
	if (w->error == 0 && w->used)
		w->error = tool_write(w->buffer, w->used);
	w->used = 0;
}

int writer_flush(struct writer *w)
{
	int rc;

	writer_make_room(w);
	rc = w->error;
	w->error = 0;
	return rc;
}

void writer_bytes(struct writer *w, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		const size_t part = n < WRITER_SIZE ? n : WRITER_SIZE;

		memcpy(writer_room(w, part), p, part);
		p += part;
		n -= part;
	}
}

void writer_blanks(struct writer *w, int n)
{
	while (n-- > 0)
		writer_char(w, ' ');
}

void writer_decimal(struct writer *w, uint64_t value, int digits)
{
	char text[32];
	int n = sizeof(text);

	do {
		text[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (n && (value || (int)sizeof(text) - n < digits));
	writer_bytes(w, text + n, sizeof(text) - (size_t)n);
}

void writer_hex(struct writer *w, uint32_t value, int digits)
{
	char *s = writer_room(w, (size_t)digits);

	while (digits--)
		*s++ = isotp_hex_char(value >> (4 * digits));
}

void writer_hex_bytes(struct writer *w, const uint8_t *data, size_t n)
{
	while (n) {
		const size_t part = n < WRITER_SIZE / 2 ? n : WRITER_SIZE / 2;
		char *s = writer_room(w, 2 * part);

		for (size_t i = 0; i < part; i++) {
			*s++ = isotp_hex_char(data[i] >> 4);
			*s++ = isotp_hex_char(data[i] & 0x0F);
		}
		data += part;
		n -= part;
	}
}

void writer_spaced_hex(struct writer *w, const uint8_t *data, size_t n)
{
	while (n) {
		const size_t part = n < WRITER_SIZE / 3 ? n : WRITER_SIZE / 3;
		char *s = writer_room(w, 3 * part);

		for (size_t i = 0; i < part; i++) {
			*s++ = isotp_hex_char(data[i] >> 4);
			*s++ = isotp_hex_char(data[i]);
			*s++ = ' ';
		}
		data += part;
		n -= part;
	}
}

void writer_json_string(struct writer *w, const char *text)
{
	size_t n;

	writer_char(w, '"');
	for (; *text; text += n ? n : 1) {
		n = utf8_sequence(text);
		if (n == 1 && ((unsigned char)*text < 0x20 || *text == 0x7F)) {
			writer_text(w, "\\u00");
			writer_hex(w, (unsigned char)*text, 2);
			continue;
		}
		if (*text == '"' || *text == '\\')
			writer_char(w, '\\');
		writer_bytes(w, n ? text : "\\uFFFD", n ? n : 6);
	}
	writer_char(w, '"');
}
