/* SPDX-License-Identifier: MIT */
/* Fuzzes reading candump's lines: the quick way and the exact way must read the same. */
#include "capture.h"
#include "capture/candump.h"

static const char first[] = "(1.000000) can0 100#\n";

/* The text, from the line on that gives the next record. */
struct expected {
	struct isotp_text rest;
};

static struct isotp_text next_line(struct isotp_text *rest)
{
	const char *feed = memchr(rest->at, '\n', isotp_text_len(*rest));
	const struct isotp_text line = { rest->at, feed ? feed : rest->end };

	rest->at = feed ? feed + 1 : rest->end;
	return line;
}

static void compare(const struct isotp_capture *c, const struct isotp_record *r,
		    const struct isotp_candump_line *line, const struct isotp_frame *f)
{
	const char *name = isotp_capture_bus(c, r->bus);

	if (r->frame.id.value != f->id.value || r->frame.id.width != f->id.width ||
	    r->frame.flags != f->flags || r->frame.len != f->len ||
	    memcmp(r->frame.data, f->data, f->len) != 0)
		abort();
	/* more names than can be told apart share one */
	if (r->bus < ISOTP_CAPTURE_BUSES - 1 && (strlen(name) != isotp_text_len(line->name) ||
						 memcmp(name, line->name.at, strlen(name)) != 0))
		abort();
	if (!line->console && !line->stamp.minute && r->time_ns != line->stamp.ns)
		abort();
	if (!line->stamped && r->time_ns)
		abort();
}

static void check(const struct isotp_capture *c, const struct isotp_record *r, void *argument)
{
	struct expected *x = argument;
	struct isotp_candump_line line;
	struct isotp_frame f;
	const char *why;

	while (x->rest.at < x->rest.end) {
		if (isotp_candump_parse(next_line(&x->rest), &line, &f, &why) != ISOTP_IS_FRAME)
			continue;
		compare(c, r, &line, &f);
		return;
	}
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t n = strlen(first) + size;
	char *text = malloc(n);
	struct expected x;

	if (!text)
		return 0;
	memcpy(text, first, strlen(first));
	if (size)
		memcpy(text + strlen(first), data, size);
	x.rest = (struct isotp_text){ text, text + n };
	fuzz_capture(text, n, ISOTP_CAPTURE_SWAP_AUTO, false, check, &x);
	free(text);
	return 0;
}
