/* SPDX-License-Identifier: MIT */
/* Owns the translation of decoded PDUs into the form in which bench/generate tells the truth. */
/*
 *	isotpdump --pdu --json FILE | reassembly-truth
 *
 * For each PDU whose status is ok: the number of its last frame, its ID, its length and the CRC-32
 * of its data. Other lines are passed over.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* The beginning of the line says which PDU it is. */
static _Noreturn void fail(const char *line, const char *what, const char *problem)
{
	fprintf(stderr, "reassembly-truth: %s %s: %.80s\n", what, problem, line);
	exit(1);
}

/* What follows the first "key": of the line; data and all that comes after it has no such key. */
static const char *value_of(const char *line, const char *key)
{
	const char *at = strstr(line, key);

	if (!at)
		fail(line, key, "is missing");
	return at + strlen(key);
}

static unsigned int digit(const char *line, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	if (!at)
		fail(line, "data", "is not hex");
	return (unsigned int)(at - digits);
}

/* In place: the bytes are shorter than their digits. */
static size_t read_hex(char *line, char *at, uint8_t *data)
{
	size_t length = 0;

	for (; *at != '"'; at += 2)
		data[length++] = (uint8_t)(digit(line, at[0]) << 4 | digit(line, at[1]));
	return length;
}

static void translate(char *line)
{
	const unsigned long frame = strtoul(value_of(line, "\"last_frame\":"), NULL, 10);
	const unsigned long length = strtoul(value_of(line, "\"length\":"), NULL, 10);
	const char *id = value_of(line, "\"id\":\"");
	char *hex = line + (value_of(line, "\"data\":\"") - line);
	uint8_t *data = (uint8_t *)hex;
	const int id_digits = (int)strcspn(id, "\"");
	const size_t received = read_hex(line, hex, data);

	if (received != length)
		fail(line, "data", "is not as long as the PDU");
	printf("%lu %.*s %lu %08lx\n", frame, id_digits, id, length,
	       crc32(0, data, (uInt)received));
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0)
		if (strstr(line, "\"type\":\"pdu\"") && strstr(line, "\"status\":\"ok\""))
			translate(line);
	free(line);
	return ferror(stdin) || fflush(stdout) != 0 || ferror(stdout);
}
