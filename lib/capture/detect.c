/* SPDX-License-Identifier: MIT */
/* Owns telling the formats apart by their content. */
#include "detect.h"

#include "capture-internal.h"

#include <errno.h>
#include <string.h>

enum {
	/* where looking for a line that decides is given up */
	BYTES_MAX = 64 * 1024,
	LINES_MAX = 1000,
};

/* As the bytes lie in the file. See pcap-savefile(5), and draft-ietf-opsawg-pcapng for the last. */
static const uint8_t magics[][4] = {
	{ 0xA1, 0xB2, 0xC3, 0xD4 }, { 0xD4, 0xC3, 0xB2, 0xA1 }, /* microseconds */
	{ 0xA1, 0xB2, 0x3C, 0x4D }, { 0x4D, 0x3C, 0xB2, 0xA1 }, /* nanoseconds */
	{ 0xA1, 0xB2, 0xCD, 0x34 }, { 0x34, 0xCD, 0xB2, 0xA1 }, /* with longer record headers */
};
static const uint8_t section_header[4] = { 0x0A, 0x0D, 0x0D, 0x0A };
static const uint8_t byte_order[2][4] = { { 0x1A, 0x2B, 0x3C, 0x4D }, { 0x4D, 0x3C, 0x2B, 0x1A } };

static bool is_at(const struct isotp_source *s, size_t offset, const uint8_t *want, size_t n)
{
	return s->end - s->begin >= offset + n && !memcmp(s->buffer + s->begin + offset, want, n);
}

/* Until `n` bytes are there, or all that there are. */
static int need(struct isotp_source *s, size_t n)
{
	int rc = 1;

	while (rc > 0 && s->end - s->begin < n)
		rc = isotp_source_fill(s);
	return rc < 0 ? rc : 0;
}

static int unpack(struct isotp_source *s)
{
	static const uint8_t gzip[2] = { 0x1F, 0x8B };
	const int rc = need(s, 2);

	if (rc < 0 || !is_at(s, 0, gzip, 2))
		return rc;
	return isotp_source_gunzip(s);
}

/* A text may begin as pcapng does; only the byte order mark makes sure. */
static int is_pcapng(struct isotp_source *s)
{
	const int rc = is_at(s, 0, section_header, 4) ? need(s, 12) : 0;

	if (rc < 0)
		return rc;
	return is_at(s, 0, section_header, 4) &&
	       (is_at(s, 8, byte_order[0], 4) || is_at(s, 8, byte_order[1], 4));
}

static int is_pcap(struct isotp_source *s)
{
	const int rc = need(s, 4);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (is_at(s, 0, magics[i], 4))
			return 1;
	return is_pcapng(s);
}

static enum isotp_capture_format format_of(struct isotp_text line)
{
	if (isotp_candump_recognises(line))
		return ISOTP_CAPTURE_CANDUMP;
	return isotp_asc_recognises(line) ? ISOTP_CAPTURE_ASC : ISOTP_CAPTURE_UNKNOWN;
}

/* How far the lines have been looked at. */
struct search {
	size_t end;	 /* of the text that may be looked at */
	size_t line;	 /* where the line begins that is not complete yet */
	size_t searched; /* before this it has no line feed */
	size_t checked;	 /* before this there is no NUL */
	int lines;
	bool over; /* nothing will be added */
};

static void look_further(const struct isotp_source *s, struct search *x)
{
	const char *text = s->buffer + s->begin;
	const char *nul;

	x->end = s->end - s->begin;
	x->over = s->at_end || x->end >= BYTES_MAX;
	if (x->end > BYTES_MAX)
		x->end = BYTES_MAX;
	nul = memchr(text + x->checked, '\0', x->end - x->checked);
	x->checked = x->end;
	if (nul) {
		x->end = (size_t)(nul - text);
		x->over = true;
	}
}

/* The next line that is complete, or the last one, which needs no line feed. */
static bool next_line(const struct isotp_source *s, struct search *x, struct isotp_text *line)
{
	const char *text = s->buffer + s->begin;
	const char *feed = memchr(text + x->searched, '\n', x->end - x->searched);
	const size_t end = feed ? (size_t)(feed - text) : x->end;

	x->searched = x->end;
	if (!feed && !(s->at_end && x->end == s->end - s->begin && x->line < x->end))
		return false;
	*line = (struct isotp_text){ text + x->line, text + end };
	x->line = x->searched = feed ? end + 1 : end;
	x->lines++;
	return true;
}

static enum isotp_capture_format search_lines(const struct isotp_source *s, struct search *x)
{
	enum isotp_capture_format format = ISOTP_CAPTURE_UNKNOWN;
	struct isotp_text line;

	look_further(s, x);
	while (!format && x->lines < LINES_MAX && next_line(s, x, &line))
		format = format_of(line);
	return format;
}

/* What some editors put before the first line. */
static void skip_byte_order_mark(struct isotp_source *s)
{
	static const uint8_t utf8[3] = { 0xEF, 0xBB, 0xBF };

	if (is_at(s, 0, utf8, sizeof(utf8)))
		s->begin += sizeof(utf8);
}

static int find_text(struct isotp_source *s, enum isotp_capture_format *format)
{
	struct search x = { 0 };
	int rc;

	skip_byte_order_mark(s);
	for (;;) {
		*format = search_lines(s, &x);
		if (*format)
			return 0;
		if (x.over || x.lines == LINES_MAX)
			return -ENOMSG;
		rc = isotp_source_fill(s);
		if (rc < 0)
			return rc;
	}
}

int isotp_capture_detect(struct isotp_source *s, enum isotp_capture_format *format)
{
	int rc = unpack(s);

	*format = ISOTP_CAPTURE_UNKNOWN;
	if (rc == 0)
		rc = is_pcap(s);
	if (rc < 0)
		return rc;
	if (rc > 0)
		*format = ISOTP_CAPTURE_PCAP;
	else if (s->begin < s->end)
		return find_text(s, format);
	return 0;
}
