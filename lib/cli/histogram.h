/* SPDX-License-Identifier: MIT */
/*
 * histogram.h - a distribution as bars of text.
 *
 *	histogram_write(&w, measure_stats(m, MEASURE_GAP), "CF gap", tool_columns(STDOUT_FILENO));
 *
 *	CF gap, 57800 samples
 *	 4.981 ms - 5.014 ms  41200 ##########################################
 *	 5.014 ms - 5.046 ms  16542 #################
 *	       from 5.046 ms     58 #
 *
 * The steps are as wide as some buckets of the distribution, so that every sample stands in the
 * right line; the smallest and the largest hundredth of them may share one. Few samples have few
 * lines.
 */
#ifndef ISOTP_CLI_HISTOGRAM_H
#define ISOTP_CLI_HISTOGRAM_H

#include "stats.h"
#include "writer.h"

/* Writes one, at most `columns` characters wide (0: 80); nothing where there is no sample. */
void histogram_write(struct writer *w, const struct stats *s, const char *title, int columns);

#endif
