/* SPDX-License-Identifier: MIT */
/*
 * gnuplot.h - the program that draws: finding it, running it, taking what it has drawn.
 *
 *	if (!gnuplot_find(path))
 *		tool_error("gnuplot is not installed");
 *	status = gnuplot_run(path, script, &drawing);
 *	write(fd, drawing.data, drawing.size);
 *	free(drawing.data);
 *
 * It writes into a pipe: of a file that is full it would say nothing.
 */
#ifndef ISOTP_CLI_GNUPLOT_H
#define ISOTP_CLI_GNUPLOT_H

#include "tool.h"

#include <stdio.h>

enum { GNUPLOT_PATH = 512 };

struct gnuplot_drawing {
	char *data; /* to be freed, after a failure too */
	size_t size, room;
};

/* Where it is, as execvp looks for it. */
bool gnuplot_find(char path[GNUPLOT_PATH]);

/* Runs it on a script, from where the file stands: with its own settings alone, no file of the
 * user's and no shell. The drawing has to be all zero. TOOL_SYSTEM: told. */
enum tool_exit gnuplot_run(const char *path, FILE *script, struct gnuplot_drawing *drawing);

#endif
