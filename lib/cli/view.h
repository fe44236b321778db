/* SPDX-License-Identifier: MIT */
/*
 * view.h - what an observer prints of PDUs and faults: one line each for people (view-text.c), one
 * JSON object each for programs (view-json.c).
 *
 *	view_init_text(&view, &settings);
 *	view.pdu(&view, &seen);
 *	rc = writer_flush(&view.w);
 */
#ifndef ISOTP_CLI_VIEW_H
#define ISOTP_CLI_VIEW_H

#include "frame-view.h"
#include "pairs.h"
#include "protocol/reassembler.h"
#include "protocol/record.h"
#include "protocol/uds-dialog.h"
#include "tally.h"
#include "view-stamp.h"
#include "writer.h"

/* Something that was observed, with what else is known of it. */
struct view_seen {
	const struct isotp_observed *o;
	const char *bus;		       /* its name */
	const struct isotp_uds *uds;	       /* NULL: not asked for, or not known */
	const struct isotp_uds_answer *answer; /* NULL: the same; a service may have no name */
};

struct view_settings {
	bool color;  /* escape sequences */
	bool ascii;  /* the data as text, too */
	bool full;   /* all of a long PDU, however many lines */
	int columns; /* of the terminal; 0: lines are as long as they are */
	char stamp;  /* as -t, or 0: none */
};

struct view {
	void (*pdu)(struct view *view, const struct view_seen *seen);
	void (*fault)(struct view *view, const struct view_seen *seen);
	/* A frame as such, decoded: JSON alone, text has frame-view.h. */
	void (*frame)(struct view *view, const struct isotp_record *record, const char *bus,
		      bool has_byte);
	/* The end of --stats. */
	void (*summary)(struct view *view, const struct tally *tally);

	struct view_settings settings;
	struct stamp stamp;
	int bus_width, id_width, length_width; /* text: the columns so far */
	struct writer w;
};

void view_init_text(struct view *view, const struct view_settings *settings);
void view_init_json(struct view *view);

#endif
