/* SPDX-License-Identifier: MIT */
/*
 * capture.h - what the fuzz targets of captures share: bytes become a file or a pipe, and what is
 * read from it has to be possible.
 *
 *	fuzz_capture(bytes, n, ISOTP_CAPTURE_SWAP_AUTO, as_pipe, check, argument);
 */
#ifndef ISOTP_TESTS_FUZZ_CAPTURE_H
#define ISOTP_TESTS_FUZZ_CAPTURE_H

#include "capture/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_RECORDS = 5, FUZZ_PIPE_MAX = 60000 };

/* Called for every record, with `argument`. */
typedef void fuzz_check(const struct isotp_capture *c, const struct isotp_record *r,
			void *argument);

static inline void fuzz_write(int fd, const void *bytes, size_t n)
{
	if (write(fd, bytes, n) != (ssize_t)n)
		abort();
}

static inline int fuzz_file(const void *bytes, size_t n)
{
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	fuzz_write(fd, bytes, n);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* What a pipe holds without a reader. */
static inline int fuzz_pipe(const void *bytes, size_t n)
{
	int ends[2];

	if (pipe(ends) < 0)
		abort();
	fuzz_write(ends[1], bytes, n < FUZZ_PIPE_MAX ? n : FUZZ_PIPE_MAX);
	close(ends[1]);
	return ends[0];
}

static inline void fuzz_check_name(const char *name)
{
	if (!*name)
		abort();
	for (; *name; name++)
		if (*name <= ' ' || *name > '~')
			abort();
}

/* What the data sums up to is looked at, so that valgrind sees bytes that nobody has written. */
static inline void fuzz_check_frame(const struct isotp_frame *f)
{
	unsigned int sum = 0;

	if (!isotp_frame_len_valid(f->len, f->flags & ISOTP_FRAME_FD))
		abort();
	if (f->id.width != 11 && f->id.width != 29)
		abort();
	if (f->id.value > (f->id.width == 11 ? ISOTP_CAN_ID_MAX_11 : ISOTP_CAN_ID_MAX_29))
		abort();
	for (int i = 0; i < f->len; i++)
		sum += f->data[i];
	if (sum > ISOTP_FRAME_MAX * 255u)
		abort();
}

static inline void fuzz_check_status(const struct isotp_capture_status *s, uint64_t given, int end)
{
	if (given + s->xl != s->records)
		abort();
	for (uint64_t i = 0; i < s->damaged && i < ISOTP_CAPTURE_PLACES; i++)
		if (!s->places[i].at || !s->places[i].why || !*s->places[i].why)
			abort();
	if ((end < 0) != (s->error[0] != '\0'))
		abort();
}

static inline void fuzz_read(struct isotp_capture *c, fuzz_check *check, void *argument)
{
	struct isotp_record records[FUZZ_RECORDS];
	uint64_t given = 0, number = 0;
	int n;

	while ((n = isotp_capture_read(c, records, FUZZ_RECORDS)) > 0) {
		for (int i = 0; i < n; i++) {
			if (records[i].number < number)
				abort();
			number = records[i].number + 1;
			fuzz_check_frame(&records[i].frame);
			fuzz_check_name(isotp_capture_bus(c, records[i].bus));
			if (check)
				check(c, &records[i], argument);
		}
		given += (uint64_t)n;
	}
	fuzz_check_status(isotp_capture_status(c), given, n);
}

static inline void fuzz_capture(const void *bytes, size_t n, enum isotp_capture_swap swap,
				bool as_pipe, fuzz_check *check, void *argument)
{
	const struct isotp_capture_settings settings = { .stop_fd = -1, .swap = swap };
	const int fd = as_pipe ? fuzz_pipe(bytes, n) : fuzz_file(bytes, n);
	struct isotp_capture *c;

	isotp_capture_open(&c, fd, &settings);
	if (c)
		fuzz_read(c, check, argument);
	isotp_capture_close(c);
	close(fd);
}

#endif
