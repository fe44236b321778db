/* SPDX-License-Identifier: MIT */
/*
 * observer.h - an observer as a whole: frames in, and on standard output what was asked to see of
 * them: frames, PDUs, their meaning, their statistics.
 *
 *	status = observer_open(&observer, &settings);
 *	rc = observer_take(&observer, records, n, &in);
 *	rc = observer_end(&observer);
 *	observer_close(&observer);
 */
#ifndef ISOTP_CLI_OBSERVER_H
#define ISOTP_CLI_OBSERVER_H

#include "frame-view.h"
#include "input.h"
#include "view.h"
#include "watcher.h"

struct observer_settings {
	struct isotp_watch pairs[ISOTP_WATCH_MAX]; /* none: everything that is ISO-TP */
	int n_pairs;
	bool frames; /* frame by frame, no PDUs */
	bool json;
	bool uds;	 /* names, answers with their requests */
	bool stats;	 /* a table at the end: */
	bool table_only; /* and nothing before it */
	uint64_t count;	 /* frames or PDUs to show; 0: no limit */
	struct frame_view frame_view;
	struct view_settings view;
	struct isotp_reassembler_settings reassembler;
};

struct observer {
	struct observer_settings *settings;
	struct input *in;
	struct watcher watcher;
	uint64_t shown;
	bool done; /* as many as are wanted, or standard output has failed */
	struct frame_view frame_view;
	struct isotp_uds_dialog dialog;
	struct tally tally;
	struct view view;
};

/* Makes ready; the settings stay the caller's and must last as long. TOOL_SYSTEM, _USAGE: told. */
enum tool_exit observer_open(struct observer *ob, struct observer_settings *settings,
			     struct input *in);

/* Takes records. Returns 0, or -errno of standard output as tool_write. */
int observer_take(struct observer *ob, const struct isotp_record *records, int n);

/* True once as much was shown as is wanted. */
bool observer_done(const struct observer *ob);

/* Live: time has passed without frames (ns since 1970). */
int observer_advance(struct observer *ob, uint64_t now_ns);

/* Writes what was not written yet. */
int observer_flush(struct observer *ob);

/* The end: what is open is told as incomplete, then the statistics. */
int observer_end(struct observer *ob);

void observer_close(struct observer *ob);

#endif
