/* SPDX-License-Identifier: MIT */
/* Owns what stands around the frame in a line of candump's: time, interface, colours, losses. */
#include "candump.h"

#include <string.h>

enum { ESCAPE = 0x1B };

/* Behind a control sequence of a terminal that begins at `at` (ECMA-48, 5.4). */
static const char *behind_escape(const char *at, const char *end)
{
	at++;
	if (at < end && *at == '[')
		at++;
	while (at < end && (*at < '@' || *at > '~'))
		at++;
	return at < end ? at + 1 : end;
}

static bool remove_colours(struct isotp_text *t, struct isotp_candump_line *line)
{
	const char *at = t->at;
	char *to = line->plain;

	if (isotp_text_len(*t) > sizeof(line->plain))
		return false;
	while (at < t->end) {
		if (*at == ESCAPE)
			at = behind_escape(at, t->end);
		else
			*to++ = *at++;
	}
	*t = (struct isotp_text){ line->plain, to };
	return true;
}

/* "DROPCOUNT: dropped 5 CAN frames on 'can0' socket (total drops 5)", or just the number. */
static uint64_t count_of_dropcount(struct isotp_text t)
{
	struct isotp_text word;
	uint64_t count;

	isotp_text_token(&t);
	word = isotp_text_token(&t);
	if (isotp_text_is(word, "dropped"))
		word = isotp_text_token(&t);
	return isotp_text_decimal(word, 10, &count) ? count : 0;
}

/* Blank lines, comments, counts of lost frames. */
static bool is_other(struct isotp_text t, struct isotp_candump_line *line)
{
	const bool dropcount = isotp_text_begins(t, "dropcount:");

	line->dropped = dropcount ? count_of_dropcount(t) : 0;
	return dropcount || t.at == t.end || *t.at == '#';
}

/* True without a time, too. */
static bool read_stamp(struct isotp_text *t, struct isotp_candump_line *line)
{
	const char *end;

	line->stamped = isotp_text_char(t, '(');
	if (!line->stamped)
		return true;
	end = memchr(t->at, ')', isotp_text_len(*t));
	if (!end || !isotp_stamp_parse((struct isotp_text){ t->at, end }, &line->stamp))
		return false;
	t->at = end + 1;
	return isotp_text_peek(*t) == ' ';
}

static bool read_name(struct isotp_text *t, struct isotp_candump_line *line)
{
	line->name = isotp_text_token(t);
	return line->name.at < line->name.end && isotp_text_len(line->name) <= ISOTP_BUS_NAME_MAX &&
	       isotp_text_printable(line->name);
}

/* The log form has its frame in one word, with a time before it. */
static bool is_log_form(struct isotp_text t)
{
	const struct isotp_text word = isotp_text_token(&t);

	return memchr(word.at, '#', isotp_text_len(word)) != NULL;
}

static enum isotp_verdict parse_frame(struct isotp_text t, struct isotp_candump_line *line,
				      struct isotp_frame *f, const char **why)
{
	if (!read_stamp(&t, line))
		return isotp_damaged(why, ISOTP_NO_TIME);
	if (!read_name(&t, line))
		return isotp_damaged(why, "has no valid interface name");
	isotp_text_skip_blanks(&t);
	line->console = !line->stamped || !is_log_form(t);
	return line->console ? isotp_candump_console(t, f, why) : isotp_candump_log(t, f, why);
}

enum isotp_verdict isotp_candump_parse(struct isotp_text t, struct isotp_candump_line *line,
				       struct isotp_frame *f, const char **why)
{
	/* so does -e begin what it says of the error frame above */
	const bool indented = isotp_text_peek(t) == '\t';
	enum isotp_verdict verdict;

	line->coloured = memchr(t.at, ESCAPE, isotp_text_len(t));
	if (line->coloured && !remove_colours(&t, line))
		return isotp_damaged(why, "is no candump line");
	isotp_text_trim(&t);
	isotp_text_skip_blanks(&t);
	if (is_other(t, line))
		return ISOTP_IS_OTHER;
	verdict = parse_frame(t, line, f, why);
	return verdict == ISOTP_IS_DAMAGED && indented ? ISOTP_IS_OTHER : verdict;
}

bool isotp_candump_recognises(struct isotp_text text)
{
	struct isotp_candump_line line;
	struct isotp_frame f;
	const char *why;
	const enum isotp_verdict verdict = isotp_candump_parse(text, &line, &f, &why);

	return verdict == ISOTP_IS_FRAME || verdict == ISOTP_IS_XL;
}
