/* SPDX-License-Identifier: MIT */
/* Owns reading Vector ASC files into records. */
#include "asc.h"
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct asc {
	struct isotp_lines lines;
	struct isotp_asc state;
	uint64_t channel; /* the last one, and its bus */
	uint16_t bus;
};

static uint16_t bus_of(struct isotp_capture *c, uint64_t channel)
{
	struct asc *a = c->state;
	char name[ISOTP_BUS_NAME_MAX + 1];
	int len;

	if (!c->buses.count || channel != a->channel) {
		len = snprintf(name, sizeof(name), "can%" PRIu64, channel);
		a->bus = isotp_buses_index(&c->buses, name, (size_t)len);
		a->channel = channel;
	}
	return a->bus;
}

static bool take_line(struct isotp_capture *c, struct isotp_text text, struct isotp_record *record)
{
	struct asc *a = c->state;
	const char *why = ISOTP_LONG_LINE;
	enum isotp_verdict verdict = ISOTP_IS_DAMAGED;
	uint64_t channel = 0;

	if (text.at)
		verdict = isotp_asc_parse(&a->state, text, record, &channel, &why);
	if (verdict == ISOTP_IS_FRAME)
		record->bus = bus_of(c, channel);
	return isotp_capture_count(c, verdict, a->lines.number, why, record);
}

static int asc_read(struct isotp_capture *c, struct isotp_record *records, int room)
{
	struct asc *a = c->state;
	struct isotp_text text;
	int rc, n = 0;

	do {
		while (n < room && isotp_lines_take(&a->lines, &text))
			if (take_line(c, text, &records[n]))
				n++;
		if (n)
			return n;
		rc = isotp_lines_more(&a->lines);
	} while (rc > 0);
	return rc < 0 ? isotp_capture_source_failed(c, rc) : 0;
}

static int asc_open(struct isotp_capture *c)
{
	struct asc *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->lines.source = &c->source;
	c->state = a;
	return 0;
}

static void asc_close(struct isotp_capture *c)
{
	free(c->state);
}

const struct isotp_capture_reader isotp_reader_asc = {
	.open = asc_open,
	.read = asc_read,
	.close = asc_close,
};
