/* SPDX-License-Identifier: MIT */
/* Owns reading candump's lines into records: the usual ones quickly, all others exactly. */
#include "candump-quick.h"
#include "lines.h"

#include <errno.h>
#include <stdlib.h>

struct candump {
	struct isotp_lines lines;
	struct isotp_stamps stamps;
	struct isotp_candump_quick quick;
};

/* The lines that are there, as long as they are usual. */
static int quick_lines(struct isotp_capture *c, struct isotp_record *records, int room)
{
	struct candump *d = c->state;
	struct isotp_source *s = d->lines.source;
	const char *at = s->buffer + s->begin;
	const int n = isotp_candump_quick(&d->quick, &at, s->buffer + s->end, records, room);

	for (int i = 0; i < n; i++)
		records[i].number = c->status.records++;
	if (n) {
		s->begin = (size_t)(at - s->buffer);
		isotp_lines_passed(&d->lines, (uint64_t)n);
	}
	return n;
}

/* Lines that are there already, before the meaning of the first stamp has to be known. */
static void look_at_stamps(struct candump *d, const struct isotp_stamp *first)
{
	struct isotp_lines ahead = d->lines;
	struct isotp_source source = *ahead.source;
	struct isotp_stamps stamps = d->stamps;
	bool undecided = isotp_stamps_look(&stamps, first);
	struct isotp_candump_line line;
	struct isotp_frame f;
	struct isotp_text text;
	const char *why;

	ahead.source = &source;
	while (undecided && isotp_lines_take(&ahead, &text))
		if (text.at && isotp_candump_parse(text, &line, &f, &why) == ISOTP_IS_FRAME &&
		    line.console && line.stamped)
			undecided = isotp_stamps_look(&stamps, &line.stamp);
	if (!undecided)
		d->stamps = stamps;
}

static uint64_t time_of(struct isotp_capture *c, const struct isotp_candump_line *line)
{
	struct candump *d = c->state;

	if (!line->stamped) {
		c->status.untimed++;
		return 0;
	}
	if (!line->console && !line->stamp.minute)
		return line->stamp.ns;
	if (d->stamps.kind == ISOTP_STAMPS_NEW && line->stamp.zero)
		look_at_stamps(d, &line->stamp);
	return isotp_stamps_time(&d->stamps, &line->stamp);
}

static bool exact_line(struct isotp_capture *c, struct isotp_text text, struct isotp_record *record)
{
	struct candump *d = c->state;
	struct isotp_candump_line line;
	const char *why = ISOTP_LONG_LINE;
	enum isotp_verdict verdict = ISOTP_IS_DAMAGED;

	if (text.at)
		verdict = isotp_candump_parse(text, &line, &record->frame, &why);
	if (verdict == ISOTP_IS_FRAME) {
		record->time_ns = time_of(c, &line);
		record->bus = isotp_buses_index(&c->buses, line.name.at, isotp_text_len(line.name));
		isotp_candump_quick_learn(&d->quick, text, &line, record->bus);
	} else if (verdict == ISOTP_IS_OTHER) {
		c->status.dropped += line.dropped;
	}
	return isotp_capture_count(c, verdict, d->lines.number, why, record);
}

/* The lines that are there. */
static int take_lines(struct isotp_capture *c, struct isotp_record *records, int room)
{
	struct candump *d = c->state;
	struct isotp_text text;
	int n = 0;

	while (n < room) {
		if (!d->lines.skipping)
			n += quick_lines(c, records + n, room - n);
		if (n == room || !isotp_lines_take(&d->lines, &text))
			break;
		if (exact_line(c, text, &records[n]))
			n++;
	}
	return n;
}

static int candump_read(struct isotp_capture *c, struct isotp_record *records, int room)
{
	struct candump *d = c->state;
	int rc;

	do {
		const int n = take_lines(c, records, room);

		if (n)
			return n;
		rc = isotp_lines_more(&d->lines);
	} while (rc > 0);
	return rc < 0 ? isotp_capture_source_failed(c, rc) : 0;
}

static int candump_open(struct isotp_capture *c)
{
	struct candump *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	c->state = d;
	d->lines.source = &c->source;
	isotp_candump_quick_init(&d->quick);
	return 0;
}

static void candump_close(struct isotp_capture *c)
{
	free(c->state);
}

const struct isotp_capture_reader isotp_reader_candump = {
	.open = candump_open,
	.read = candump_read,
	.close = candump_close,
};
