/* SPDX-License-Identifier: MIT */
/*
 * ahead.h - a capture that is read ahead by a thread of its own, so that reading and looking take two
 * cores.
 *
 *	if (isotp_ahead_open(&a, fd, &settings) < 0)
 *		...
 *	while ((n = isotp_ahead_next(a, &records)) > 0)
 *		use(records, n);
 *	isotp_ahead_close(a);
 *
 * Everything is as capture.h says it, and tells what was true when the records were read that were
 * given last.
 */
#ifndef ISOTP_CAPTURE_AHEAD_H
#define ISOTP_CAPTURE_AHEAD_H

#include "capture.h"

struct isotp_ahead;

/* As isotp_capture_open; *a is NULL when there was no memory. */
int isotp_ahead_open(struct isotp_ahead **a, int fd, const struct isotp_capture_settings *settings);

/* The next records, the reader's own, until the next call. As isotp_capture_read. */
int isotp_ahead_next(struct isotp_ahead *a, const struct isotp_record **records);

/* False when isotp_ahead_next would have to wait: what was made of the records is to be shown. */
bool isotp_ahead_ready(struct isotp_ahead *a);

/* The name of a bus that records given so far speak of. */
const char *isotp_ahead_bus(const struct isotp_ahead *a, uint16_t bus);

const struct isotp_capture_status *isotp_ahead_status(const struct isotp_ahead *a);

/* Ends the thread, also while it waits for a pipe. NULL is allowed. */
void isotp_ahead_close(struct isotp_ahead *a);

#endif
