/* SPDX-License-Identifier: MIT */
/*
 * text.h - a stretch of text that is read from the left, and what numbers look like in it.
 *
 *	struct isotp_text line = { begin, end }, id = isotp_text_token(&line);
 *
 *	if (isotp_text_hex(id, 8, &value))
 *		...
 *
 * The text is untrusted and not terminated: nothing beyond `end` is read.
 */
#ifndef ISOTP_CAPTURE_TEXT_H
#define ISOTP_CAPTURE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct isotp_text {
	const char *at, *end;
};

static inline size_t isotp_text_len(struct isotp_text t)
{
	return (size_t)(t.end - t.at);
}

/* The next character, or a NUL at the end. */
static inline char isotp_text_peek(struct isotp_text t)
{
	return t.at < t.end ? *t.at : '\0';
}

/* Takes the character if it is the next one. */
static inline bool isotp_text_char(struct isotp_text *t, char c)
{
	if (t->at == t->end || *t->at != c)
		return false;
	t->at++;
	return true;
}

/* Blanks and tabs on the left, and on the right with carriage returns. */
void isotp_text_skip_blanks(struct isotp_text *t);
void isotp_text_trim(struct isotp_text *t);

/* The next word, up to a blank; empty at the end. */
struct isotp_text isotp_text_token(struct isotp_text *t);

/* The same text, whatever the case of its letters when `prefix`, `word` are of lower case. */
bool isotp_text_is(struct isotp_text t, const char *word);
bool isotp_text_begins(struct isotp_text t, const char *prefix);

/* The whole of `t` is a number of 1 to `digits` digits (at most 19 decimal, 16 hex). */
bool isotp_text_decimal(struct isotp_text t, size_t digits, uint64_t *value);
bool isotp_text_hex(struct isotp_text t, size_t digits, uint64_t *value);

/*
 * The whole of `t` is seconds, a point and 1 to 9 digits, in nanoseconds: "1700000000.123456".
 * Refuses what does not fit 64 bits.
 */
bool isotp_text_seconds(struct isotp_text t, uint64_t *ns);

/* All of it is printable ASCII without blanks. */
bool isotp_text_printable(struct isotp_text t);

#endif
