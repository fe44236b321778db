/* SPDX-License-Identifier: MIT */
/* Owns the text formats of a PDU, and the raw one. */
#include "output.h"

#include "tool.h"

#include <stdio.h>
#include <string.h>

enum { DUMP_WIDTH = 16 };

static void put_hex(struct writer *w, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef"; /* as hexdump */
	char *s = writer_room(w, 2);

	s[0] = digits[byte >> 4];
	s[1] = digits[byte & 0x0F];
}

/* can-utils' form: two digits and a blank for each byte. */
static int hex_pdu(struct output *out, const uint8_t *data, size_t len)
{
	writer_spaced_hex(&out->w, data, len);
	writer_char(&out->w, '\n');
	return writer_flush(&out->w);
}

static int raw_pdu(struct output *out, const uint8_t *data, size_t len)
{
	(void)out;
	return tool_write(data, len);
}

static int ascii_pdu(struct output *out, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		writer_char(&out->w, writer_printable(data[i]));
	writer_char(&out->w, '\n');
	return writer_flush(&out->w);
}

static void dump_offset(struct output *out, size_t offset)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		put_hex(&out->w, (uint8_t)(offset >> shift));
}

static void dump_line(struct output *out, const uint8_t *line, size_t n)
{
	for (size_t i = 0; i < DUMP_WIDTH; i++) {
		if (i % 8 == 0)
			writer_char(&out->w, ' ');
		writer_char(&out->w, ' ');
		if (i < n)
			put_hex(&out->w, line[i]);
		else
			writer_text(&out->w, "  ");
	}
	writer_text(&out->w, "  |");
	for (size_t i = 0; i < n; i++)
		writer_char(&out->w, writer_printable(line[i]));
	writer_text(&out->w, "|\n");
}

/* As hexdump -C: whole lines that repeat the one before are told by a single '*'. */
static int dump_pdu(struct output *out, const uint8_t *data, size_t len)
{
	bool starred = false;

	for (size_t at = 0; at < len; at += DUMP_WIDTH) {
		const size_t n = len - at < DUMP_WIDTH ? len - at : DUMP_WIDTH;

		if (at && n == DUMP_WIDTH && !memcmp(data + at, data + at - DUMP_WIDTH, n)) {
			if (!starred)
				writer_text(&out->w, "*\n");
			starred = true;
			continue;
		}
		starred = false;
		dump_offset(out, at);
		dump_line(out, data + at, n);
	}
	dump_offset(out, len);
	writer_char(&out->w, '\n');
	return writer_flush(&out->w);
}

static const struct {
	const char *name;
	int (*pdu)(struct output *out, const uint8_t *data, size_t len);
} formats[] = {
	{ "hex", hex_pdu },
	{ "raw", raw_pdu },
	{ "ascii", ascii_pdu },
	{ "dump", dump_pdu },
};

bool output_init(struct output *out, const char *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(format, formats[i].name)) {
			out->pdu = formats[i].pdu;
			out->w.used = 0;
			out->w.error = 0;
			return true;
		}
	}
	return false;
}
