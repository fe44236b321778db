/* SPDX-License-Identifier: MIT */
/*
 * reading.h - what the tests of captures share: bytes in, records as text out.
 *
 *	struct reading r;
 *
 *	read_text(&r, "(1.500000) can0 7E0#0322F190\n");
 *	assert_string_equal(r.text, "0 1.500000000 can0 7E0#0322F190\n");
 *
 * A record is its number, its time, the name of its bus and the frame as candump's log has it; FD
 * flags are BRS 1 and ESI 2.
 */
#ifndef ISOTP_TESTS_READING_H
#define ISOTP_TESTS_READING_H

#include "capture/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { READING_TEXT = 256 * 1024 };

/* What became of a capture. */
struct reading {
	int opened, ended; /* what isotp_capture_open and the last isotp_capture_read returned */
	int bus_max;	   /* the highest index of a bus that a record had */
	struct isotp_capture_status status;
	char text[READING_TEXT];
};

/* How to read: all zero for the usual way. */
struct way {
	int room;      /* records at a time; 0: 7 */
	bool by_bytes; /* from a socket that gives a single byte at a time */
	enum isotp_capture_swap swap;
};

void read_bytes(struct reading *r, const void *bytes, size_t n, const struct way *way);
void read_text(struct reading *r, const char *text);

/* A descriptor of a file that holds these bytes. */
int file_of(const void *bytes, size_t n);

/* Bytes that a test puts together. */
struct bytes {
	uint8_t at[256 * 1024];
	size_t n;
	bool big; /* numbers are put big-endian */
};

void put(struct bytes *b, const void *from, size_t n);
void put8(struct bytes *b, unsigned int v);
void put16(struct bytes *b, unsigned int v);
void put32(struct bytes *b, uint32_t v);
/* Appends a gzip member. */
void put_gzip(struct bytes *b, const void *from, size_t n);

/* Fails with the case's name and both texts. */
void assert_reading(const char *name, const struct reading *r, const char *want);

#endif
