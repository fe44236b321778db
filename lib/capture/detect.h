/* SPDX-License-Identifier: MIT */
/*
 * detect.h - which format a source is of, found out by its first bytes and lines. They stay in the
 * source, for the format's reader.
 *
 *	rc = isotp_capture_detect(&source, &format);
 */
#ifndef ISOTP_CAPTURE_DETECT_H
#define ISOTP_CAPTURE_DETECT_H

#include "capture.h"
#include "source.h"

/*
 * Takes gzip apart when it is that, and waits for the first line that decides. An empty file is
 * ISOTP_CAPTURE_UNKNOWN. Returns 0, -ENOMSG when it is none of the formats, -ENOMEM, else as
 * isotp_source_fill.
 */
int isotp_capture_detect(struct isotp_source *s, enum isotp_capture_format *format);

#endif
