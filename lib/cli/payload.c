/* SPDX-License-Identifier: MIT */
/* Owns how payload bytes are read; refuses what it cannot read exactly. */
#include "payload.h"

#include "protocol/hex.h"
#include "tool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reserve(struct payload *p, size_t more)
{
	size_t room = p->room ? p->room : 4096;
	uint8_t *data;

	if (p->room - p->len >= more)
		return 0;
	while (room - p->len < more)
		room *= 2;
	data = realloc(p->data, room);
	if (!data)
		return -ENOMEM;
	p->data = data;
	p->room = room;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int refuse_char(char why[VALUE_WHY], size_t offset, char c)
{
	if (c > 0x20 && c < 0x7F)
		snprintf(why, VALUE_WHY, "offset %zu: '%c' is not a hex digit", offset, c);
	else
		snprintf(why, VALUE_WHY, "offset %zu: the byte 0x%02X is not a hex digit", offset,
			 (unsigned int)(unsigned char)c);
	return -EINVAL;
}

/* One token, "22F190", "0x22" or "2"; *i moves behind it. */
static int add_token(struct payload *p, const char *text, size_t n, size_t *i, char why[VALUE_WHY])
{
	const size_t start = *i;
	size_t s = start, end;

	if (n - s >= 2 && text[s] == '0' && (text[s + 1] == 'x' || text[s + 1] == 'X'))
		s += 2;
	for (end = s; end < n && isotp_hex_digit(text[end]) >= 0; end++)
		;
	if (end < n && !is_blank(text[end]) && text[end] != ',' && text[end] != ':')
		return refuse_char(why, end, text[end]);
	if (end == s) {
		snprintf(why, VALUE_WHY, "offset %zu: no hex digits after 0x", start);
		return -EINVAL;
	}
	if (end - s > 1 && (end - s) % 2) {
		snprintf(why, VALUE_WHY, "offset %zu: %zu hex digits are no whole bytes", start,
			 end - s);
		return -EINVAL;
	}
	if (reserve(p, (end - s + 1) / 2) < 0)
		return -ENOMEM;
	if (end - s == 1)
		p->data[p->len++] = (uint8_t)isotp_hex_digit(text[s++]);
	for (; s < end; s += 2)
		p->data[p->len++] =
			(uint8_t)(isotp_hex_digit(text[s]) << 4 | isotp_hex_digit(text[s + 1]));
	*i = end;
	return 0;
}

int payload_hex(struct payload *p, const char *text, size_t n, char why[VALUE_WHY])
{
	bool between = true; /* a byte has to come before the next comma or colon */
	size_t i = 0;

	p->len = 0;
	while (i < n) {
		int rc = 0;

		if (is_blank(text[i])) {
			i++;
		} else if (text[i] == ',' || text[i] == ':') {
			if (between) {
				snprintf(why, VALUE_WHY, "offset %zu: no byte before '%c'", i,
					 text[i]);
				return -EINVAL;
			}
			between = true;
			i++;
		} else {
			rc = add_token(p, text, n, &i, why);
			between = false;
		}
		if (rc < 0)
			return rc;
	}
	if (!p->len || between) {
		snprintf(why, VALUE_WHY,
			 p->len ? "offset %zu: no byte after the last separator"
				: "is empty: there is no byte to send",
			 n);
		return -EINVAL;
	}
	return 0;
}

int payload_words(struct payload *p, const char *const *words, char why[VALUE_WHY])
{
	char *text;
	size_t n = 0;
	int rc;

	for (const char *const *w = words; *w; w++)
		n += strlen(*w) + 1;
	text = malloc(n + 1);
	if (!text)
		return -ENOMEM;
	n = 0;
	for (const char *const *w = words; *w; w++) {
		memcpy(text + n, *w, strlen(*w));
		n += strlen(*w);
		text[n++] = ' ';
	}
	rc = payload_hex(p, text, n, why);
	free(text);
	return rc;
}

int payload_pattern(struct payload *p, size_t len)
{
	if (reserve(p, len) < 0)
		return -ENOMEM;
	p->len = len;
	for (size_t i = 0; i < len; i++)
		p->data[i] = (uint8_t)(i % 0xFF + 1);
	return 0;
}

int payload_read(struct payload *p, int fd)
{
	long n;

	do {
		if (reserve(p, 65536) < 0)
			return -ENOMEM;
		n = tool_read(fd, p->data + p->len, p->room - p->len);
		if (n > 0)
			p->len += (size_t)n;
		if (p->len > PAYLOAD_MAX)
			return -EFBIG;
	} while (n > 0);
	return (int)n;
}

void payload_release(struct payload *p)
{
	free(p->data);
	*p = (struct payload){ 0 };
}
