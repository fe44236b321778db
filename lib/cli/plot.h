/* SPDX-License-Identifier: MIT */
/*
 * plot.h - --plot=FILE: round trips, time per PDU, CF gaps and the answers of flow control over the
 * run, each in a panel of its own, drawn by gnuplot.
 *
 *	if (plot_check(file, why) < 0)
 *		tool_refuse("--plot", "'%s' %s", file, why);
 *	status = plot_open(file, &plot);
 *	settings.sample = plot_sample;
 *	settings.sample_arg = plot;
 *	...
 *	status = plot_write(plot, "can0", "ping");
 *	plot_close(plot);
 *
 * Any number of samples takes a fixed amount of memory: where they become many, neighbours share a
 * place on the time axis, of which the smallest and the largest are kept, so that none that stands
 * out is lost.
 */
#ifndef ISOTP_CLI_PLOT_H
#define ISOTP_CLI_PLOT_H

#include "measure.h"
#include "tool.h"
#include "values.h"

struct plot;

/* Whether a file's name ends in .svg or .png. Returns 0, or -EINVAL with `why` as in values.h. */
int plot_check(const char *file, char why[VALUE_WHY]);

/* Finds gnuplot and opens the file, whose name has to last and whose content stays until
 * plot_write. Else TOOL_SYSTEM: told, and *plot is NULL. */
enum tool_exit plot_open(const char *file, struct plot **plot);

/* A sample; `plot` is a struct plot, as struct measure_settings wants it. */
void plot_sample(void *plot, enum measure_series series, uint64_t time_ns, uint64_t ns);

/* Draws, once, under a title "can0: ping" of a name, of a long one the end, and a mode. Without
 * samples a warning, and the file is left alone, as it is when gnuplot fails. TOOL_SYSTEM: told. */
enum tool_exit plot_write(struct plot *plot, const char *name, const char *mode);

/* Frees it; a file that plot_open made and nothing was drawn into is removed. */
void plot_close(struct plot *plot);

#endif
