/* SPDX-License-Identifier: MIT */
/*
 * input.h - where an observer's frames come from: a bus, a capture file, or standard input.
 *
 *	status = input_open(&in, &(struct input_settings){ .name = "drive.log" });
 *	while ((n = input_read(&in, &records, ISOTP_NEVER)) > 0)
 *		use(records, n);
 *	status = input_close(&in);
 *
 * Everything that goes wrong is told here.
 */
#ifndef ISOTP_CLI_INPUT_H
#define ISOTP_CLI_INPUT_H

#include "capture/ahead.h"
#include "cli/tool.h"
#include "progress.h"
#include "transport/bus.h"

enum { INPUT_BATCH = 64 };

struct input_settings {
	const char *name; /* "can0", "virtual:demo", "drive.log", "-" */
	bool file;	  /* it is a file, whatever interfaces there are */
	bool swap_id;	  /* pcap: the IDs are little-endian */
};

struct input {
	const char *name;
	struct isotp_bus *bus;	     /* live, else NULL */
	struct isotp_ahead *capture; /* else this */
	int fd;
	uint64_t size; /* of a regular file; 0: not known */
	int64_t start; /* where in it the capture begins */
	bool swap_id;
	unsigned int pass, passes; /* which time it is read, from 0 on, of how many */
	uint64_t number;
	uint64_t lost, damaged; /* already told */
	struct progress bar;
	struct isotp_record records[INPUT_BATCH]; /* of a bus */
	char where[ISOTP_BUS_WHERE];
};

/* Opens the bus or the file, or says why not. */
enum tool_exit input_open(struct input *in, const struct input_settings *settings);

/*
 * The next records, which stay until the next call; live, it waits for them until `deadline`
 * (isotp_clock_now). 0: the deadline has passed. -ENODATA: the capture has ended. -EINTR: a signal.
 * Other errors have been told.
 */
int input_read(struct input *in, const struct isotp_record **records, uint64_t deadline);

/* True when input_read would have to wait: what was seen is to be shown now. */
bool input_waits(struct input *in);

/*
 * A regular file can be read twice: first to learn from it, with nothing told of what is wrong there,
 * then from its beginning. input_is_repeatable is true for such a file, input_repeat begins it anew.
 */
bool input_is_repeatable(const struct input *in);
void input_rehearse(struct input *in);
enum tool_exit input_repeat(struct input *in);

/* True when records that were read have no times: theirs is 0. */
bool input_is_untimed(const struct input *in);

/* The name of a bus that records speak of. */
const char *input_bus(const struct input *in, uint16_t bus);

/* Says what was lost since the last call; true when there was something. */
bool input_tell_losses(struct input *in);

/* Closes, and says how much of a capture could not be read. TOOL_LOST when frames were lost on the way
 * to this program. */
enum tool_exit input_close(struct input *in);

#endif
