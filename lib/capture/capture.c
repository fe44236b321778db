/* SPDX-License-Identifier: MIT */
/* Owns opening a capture, the books that all formats keep, and the way to the format's reader. */
#include "capture-internal.h"
#include "detect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct isotp_capture_reader *const readers[] = {
	[ISOTP_CAPTURE_CANDUMP] = &isotp_reader_candump,
	[ISOTP_CAPTURE_PCAP] = &isotp_reader_pcap,
	[ISOTP_CAPTURE_ASC] = &isotp_reader_asc,
};

static void count_damaged(struct isotp_capture_status *s, uint64_t at, const char *why)
{
	if (s->damaged < ISOTP_CAPTURE_PLACES)
		s->places[s->damaged] = (struct isotp_capture_place){ at, why };
	s->damaged++;
}

bool isotp_capture_count(struct isotp_capture *c, enum isotp_verdict verdict, uint64_t at,
			 const char *why, struct isotp_record *record)
{
	switch (verdict) {
	case ISOTP_IS_FRAME:
		record->number = c->status.records++;
		return true;
	case ISOTP_IS_XL:
		c->status.records++;
		c->status.xl++;
		break;
	case ISOTP_IS_OTHER:
		c->status.other++;
		break;
	case ISOTP_IS_DAMAGED:
		count_damaged(&c->status, at, why);
		break;
	}
	return false;
}

int isotp_capture_fail(struct isotp_capture *c, int rc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->status.error, sizeof(c->status.error), format, args);
	va_end(args);
	return rc;
}

int isotp_capture_source_failed(struct isotp_capture *c, int rc)
{
	isotp_source_why(&c->source, c->status.error, sizeof(c->status.error));
	return rc;
}

static int detect(struct isotp_capture *c)
{
	const int rc = isotp_capture_detect(&c->source, &c->status.format);

	c->status.gzip = c->source.gunzip;
	if (rc == -ENOMSG)
		return isotp_capture_fail(
			c, rc, "is neither a candump log nor pcap, pcapng or Vector ASC");
	return rc < 0 && rc != -ENOMEM ? isotp_capture_source_failed(c, rc) : rc;
}

static int start(struct isotp_capture *c, int fd)
{
	int rc = isotp_source_init(&c->source, fd, c->settings.stop_fd);

	if (rc == 0)
		rc = detect(c);
	if (rc == 0)
		c->reader = readers[c->status.format];
	if (c->reader)
		rc = c->reader->open(c);
	if (rc == -ENOMEM)
		isotp_capture_fail(c, rc, "takes more memory than there is");
	return rc;
}

int isotp_capture_open(struct isotp_capture **c, int fd,
		       const struct isotp_capture_settings *settings)
{
	*c = calloc(1, sizeof(**c));
	if (!*c)
		return -ENOMEM;
	(*c)->settings = *settings;
	(*c)->failed = start(*c, fd);
	(*c)->status.bytes_read = (*c)->source.bytes_read;
	return (*c)->failed;
}

int isotp_capture_read(struct isotp_capture *c, struct isotp_record *records, int room)
{
	int n;

	if (room < 1)
		return -EINVAL;
	if (c->failed || !c->reader)
		return c->failed;
	n = c->reader->read(c, records, room);
	c->status.bytes_read = c->source.bytes_read;
	return n;
}

const char *isotp_capture_bus(const struct isotp_capture *c, uint16_t bus)
{
	return isotp_buses_name(&c->buses, bus);
}

const struct isotp_capture_status *isotp_capture_status(const struct isotp_capture *c)
{
	static const struct isotp_capture_status no_memory = {
		.error = "takes more memory than there is",
	};

	return c ? &c->status : &no_memory;
}

void isotp_capture_close(struct isotp_capture *c)
{
	if (!c)
		return;
	if (c->reader)
		c->reader->close(c);
	isotp_source_release(&c->source);
	free(c);
}
