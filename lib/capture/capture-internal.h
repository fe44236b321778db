/* SPDX-License-Identifier: MIT */
/*
 * capture-internal.h - the seam below capture.h: what a format has to do. capture.c opens and
 * detects, a reader per format turns the source into records.
 *
 * A reader judges each line or record of its file and hands the judgement to isotp_capture_count,
 * which keeps the books:
 *
 *	verdict = parse(line, &record->frame, &why);
 *	if (isotp_capture_count(c, verdict, line_number, why, record))
 *		records++;
 *
 * Everything is single-threaded, and all state is in struct isotp_capture: a caller may read each
 * capture in a thread of its own.
 */
#ifndef ISOTP_CAPTURE_INTERNAL_H
#define ISOTP_CAPTURE_INTERNAL_H

#include "buses.h"
#include "source.h"
#include "text.h"

/* What a line or a record is. */
enum isotp_verdict {
	ISOTP_IS_FRAME,
	ISOTP_IS_XL,	  /* a CAN XL frame: counted, not given */
	ISOTP_IS_OTHER,	  /* no frame, and need not be one */
	ISOTP_IS_DAMAGED, /* with a reason that lives as long as the program */
};

/* Reasons that several formats have. */
#define ISOTP_NO_ID	"has no valid CAN ID"
#define ISOTP_NO_LENGTH "has a length that no such frame has"
#define ISOTP_NO_TIME	"has no valid time"
#define ISOTP_LONG_LINE "is longer than 262144 bytes"
_Static_assert(ISOTP_SOURCE_ROOM == 262144, "the text of ISOTP_LONG_LINE");

static inline enum isotp_verdict isotp_damaged(const char **why, const char *reason)
{
	*why = reason;
	return ISOTP_IS_DAMAGED;
}

struct isotp_capture_reader {
	/* Returns 0 or -errno, with isotp_capture_fail. close is called after a failure, too. */
	int (*open)(struct isotp_capture *c);
	/* as isotp_capture_read */
	int (*read)(struct isotp_capture *c, struct isotp_record *records, int room);
	void (*close)(struct isotp_capture *c);
};

extern const struct isotp_capture_reader isotp_reader_candump, isotp_reader_asc, isotp_reader_pcap;

struct isotp_capture {
	struct isotp_capture_settings settings;
	struct isotp_capture_status status;
	struct isotp_source source;
	struct isotp_buses buses;
	const struct isotp_capture_reader *reader; /* NULL: there is nothing to read */
	void *state;				   /* the reader's */
	int failed;				   /* to open */
};

/*
 * Counts a verdict on what is at place `at`. True for a frame: `record` has got its number and is
 * to be given. `why` is looked at for what is damaged.
 */
bool isotp_capture_count(struct isotp_capture *c, enum isotp_verdict verdict, uint64_t at,
			 const char *why, struct isotp_record *record);

/* Sets the text of the error and returns `rc`. */
__attribute__((format(printf, 3, 4))) int isotp_capture_fail(struct isotp_capture *c, int rc,
							     const char *format, ...);

/* The same with what is wrong with the source. */
int isotp_capture_source_failed(struct isotp_capture *c, int rc);

/* Whether a line is one that only this format has. */
bool isotp_candump_recognises(struct isotp_text line);
bool isotp_asc_recognises(struct isotp_text line);

#endif
