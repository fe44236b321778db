/* SPDX-License-Identifier: MIT */
/* Owns words and numbers in untrusted text. */
#include "text.h"

#include "protocol/hex.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void isotp_text_skip_blanks(struct isotp_text *t)
{
	while (t->at < t->end && is_blank(*t->at))
		t->at++;
}

void isotp_text_trim(struct isotp_text *t)
{
	while (t->at < t->end && (is_blank(t->end[-1]) || t->end[-1] == '\r'))
		t->end--;
}

struct isotp_text isotp_text_token(struct isotp_text *t)
{
	struct isotp_text token;

	isotp_text_skip_blanks(t);
	token.at = t->at;
	while (t->at < t->end && !is_blank(*t->at))
		t->at++;
	token.end = t->at;
	return token;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool isotp_text_begins(struct isotp_text t, const char *prefix)
{
	const size_t len = strlen(prefix);

	if (isotp_text_len(t) < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(t.at[i]) != prefix[i])
			return false;
	return true;
}

bool isotp_text_is(struct isotp_text t, const char *word)
{
	return isotp_text_len(t) == strlen(word) && isotp_text_begins(t, word);
}

bool isotp_text_decimal(struct isotp_text t, size_t digits, uint64_t *value)
{
	const size_t len = isotp_text_len(t);

	if (!len || len > digits)
		return false;
	*value = 0;
	for (size_t i = 0; i < len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		*value = *value * 10 + (uint64_t)(t.at[i] - '0');
	}
	return true;
}

bool isotp_text_hex(struct isotp_text t, size_t digits, uint64_t *value)
{
	const size_t len = isotp_text_len(t);

	if (!len || len > digits)
		return false;
	*value = 0;
	for (size_t i = 0; i < len; i++) {
		const int digit = isotp_hex_digit(t.at[i]);

		if (digit < 0)
			return false;
		*value = *value << 4 | (uint64_t)digit;
	}
	return true;
}

bool isotp_text_seconds(struct isotp_text t, uint64_t *ns)
{
	const char *point = memchr(t.at, '.', isotp_text_len(t));
	uint64_t seconds, fraction;

	if (!point || !isotp_text_decimal((struct isotp_text){ t.at, point }, 11, &seconds) ||
	    !isotp_text_decimal((struct isotp_text){ point + 1, t.end }, 9, &fraction))
		return false;
	for (ptrdiff_t digits = t.end - point - 1; digits < 9; digits++)
		fraction *= 10;
	if (seconds > (UINT64_MAX - fraction) / 1000000000)
		return false;
	*ns = seconds * 1000000000 + fraction;
	return true;
}

bool isotp_text_printable(struct isotp_text t)
{
	for (; t.at < t.end; t.at++)
		if (*t.at <= ' ' || *t.at > '~')
			return false;
	return true;
}
