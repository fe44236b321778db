/* SPDX-License-Identifier: MIT */
/* Owns the choice where a PDU comes from, and reading it whole. */
#include "payload-source.h"

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

void payload_source_check(const struct payload_source *s)
{
	const bool given[] = { *s->words, s->file, s->length, s->lines };
	const char *const names[] = { "BYTE", "--file", "--length", "--lines" };
	const char *first = NULL;

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		if (given[i] && first)
			tool_refuse(first, "excludes %s: a PDU comes from one place", names[i]);
		if (given[i])
			first = names[i];
	}
}

static void read_whole(struct payload *p, const char *name, int fd)
{
	const int rc = payload_read(p, fd);

	if (rc == -EINTR)
		tool_finish(TOOL_STOPPED);
	if (rc == -EFBIG)
		tool_refuse(name, "more than the %" PRIu32 " bytes of the longest PDU",
			    (uint32_t)PAYLOAD_MAX);
	if (rc < 0) {
		tool_error("%s: %s", name, tool_strerror(rc));
		tool_finish(TOOL_SYSTEM);
	}
}

static void read_file(struct payload *p, const char *file)
{
	const bool is_stdin = !strcmp(file, "-");
	const int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		if (errno != EINTR)
			tool_error("%s: %s", file, tool_strerror(errno));
		tool_finish(errno == EINTR ? TOOL_STOPPED : TOOL_SYSTEM);
	}
	read_whole(p, is_stdin ? "standard input" : file, fd);
	if (!is_stdin)
		close(fd);
}

static int read_hex(struct payload *p, char why[VALUE_WHY])
{
	struct payload text = { 0 };
	int rc;

	if (isatty(STDIN_FILENO))
		tool_warn("type the bytes in hex, end with Ctrl-D");
	read_whole(&text, "standard input", STDIN_FILENO);
	rc = payload_hex(p, (const char *)text.data, text.len, why);
	payload_release(&text);
	return rc;
}

/* Habits from other programs: the interface last, cansend's ID#BYTES. NULL: none of them. */
static const char *way_out(const char *const *words)
{
	for (; *words; words++) {
		if (!strncmp(*words, "virtual:", strlen("virtual:")) || if_nametoindex(*words))
			return "the INTERFACE goes before the bytes";
		if (strchr(*words, '#'))
			return "-s ID -d ID INTERFACE BYTE..., the ID is no part of the bytes";
	}
	return NULL;
}

void payload_source_read(const struct payload_source *s, struct payload *p)
{
	char why[VALUE_WHY];
	int rc = 0;

	if (s->lines)
		return;
	if (s->file)
		read_file(p, s->file);
	else if (s->length)
		rc = payload_pattern(p, (size_t)s->length);
	else if (*s->words)
		rc = payload_words(p, s->words, why);
	else
		rc = read_hex(p, why);
	if (rc == -ENOMEM) {
		tool_error("payload: %s", tool_strerror(rc));
		tool_finish(TOOL_SYSTEM);
	}
	if (rc < 0 && way_out(s->words))
		tool_refuse_hint("payload", why, way_out(s->words));
	if (rc < 0)
		tool_refuse("payload", "%s", why);
}
