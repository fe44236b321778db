/* SPDX-License-Identifier: MIT */
/* Owns the text formats of a PDU, and the raw one. */
#include "output.h"

#include "tool.h"

#include <stdio.h>
#include <string.h>

enum { DUMP_WIDTH = 16 };

static int flush(struct output *out)
{
	const int rc = out->error;

	if (rc == 0 && out->used)
		out->error = tool_write(out->buffer, out->used);
	out->used = 0;
	return out->error;
}

static char *room_for(struct output *out, size_t n)
{
	if (sizeof(out->buffer) - out->used < n)
		flush(out);
	out->used += n;
	return out->buffer + out->used - n;
}

static void put_char(struct output *out, char c)
{
	*room_for(out, 1) = c;
}

static void put_hex(struct output *out, uint8_t byte, const char *digits)
{
	char *s = room_for(out, 2);

	s[0] = digits[byte >> 4];
	s[1] = digits[byte & 0x0F];
}

static int finish(struct output *out)
{
	const int rc = flush(out);

	out->error = 0;
	return rc;
}

/* can-utils' form: two digits and a blank for each byte. */
static int hex_pdu(struct output *out, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		put_hex(out, data[i], "0123456789ABCDEF");
		put_char(out, ' ');
	}
	put_char(out, '\n');
	return finish(out);
}

static int raw_pdu(struct output *out, const uint8_t *data, size_t len)
{
	(void)out;
	return tool_write(data, len);
}

static char printable(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7F ? (char)byte : '.';
}

static int ascii_pdu(struct output *out, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put_char(out, printable(data[i]));
	put_char(out, '\n');
	return finish(out);
}

static void dump_offset(struct output *out, size_t offset)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		put_hex(out, (uint8_t)(offset >> shift), "0123456789abcdef");
}

static void dump_line(struct output *out, const uint8_t *line, size_t n)
{
	for (size_t i = 0; i < DUMP_WIDTH; i++) {
		if (i % 8 == 0)
			put_char(out, ' ');
		put_char(out, ' ');
		if (i < n)
			put_hex(out, line[i], "0123456789abcdef");
		else
			memcpy(room_for(out, 2), "  ", 2);
	}
	memcpy(room_for(out, 3), "  |", 3);
	for (size_t i = 0; i < n; i++)
		put_char(out, printable(line[i]));
	memcpy(room_for(out, 2), "|\n", 2);
}

/* As hexdump -C: whole lines that repeat the one before are told by a single '*'. */
static int dump_pdu(struct output *out, const uint8_t *data, size_t len)
{
	bool starred = false;

	for (size_t at = 0; at < len; at += DUMP_WIDTH) {
		const size_t n = len - at < DUMP_WIDTH ? len - at : DUMP_WIDTH;

		if (at && n == DUMP_WIDTH && !memcmp(data + at, data + at - DUMP_WIDTH, n)) {
			if (!starred)
				memcpy(room_for(out, 2), "*\n", 2);
			starred = true;
			continue;
		}
		starred = false;
		dump_offset(out, at);
		dump_line(out, data + at, n);
	}
	dump_offset(out, len);
	put_char(out, '\n');
	return finish(out);
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
			*out = (struct output){ .pdu = formats[i].pdu };
			return true;
		}
	}
	return false;
}
