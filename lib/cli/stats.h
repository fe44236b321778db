/* SPDX-License-Identifier: MIT */
/*
 * stats.h - the distribution of any number of times, in a fixed amount of memory: every sample
 * counts, in buckets whose width is below 1 % of their value, of which each knows its largest sample.
 *
 *	struct stats s = { 0 };
 *
 *	stats_add(&s, 1234567);
 *	p99 = stats_percentile(&s, 99);
 *
 * Arithmetic only. Values are nanoseconds, up to the longest that 64 bits hold.
 */
#ifndef ISOTP_CLI_STATS_H
#define ISOTP_CLI_STATS_H

#include <stdint.h>

enum {
	STATS_STEPS = 128, /* buckets between a power of two and the next */
	STATS_BUCKETS = (64 - 6) * STATS_STEPS,
};

struct stats {
	uint64_t count, min, max;
	double sum;
	uint64_t buckets[STATS_BUCKETS];
	uint64_t largest[STATS_BUCKETS];
};

/* Adds a sample. */
void stats_add(struct stats *s, uint64_t value);

/* Adds all samples of another distribution: as if each had been added here. */
void stats_merge(struct stats *s, const struct stats *other);

/* The mean of the samples; 0 where there is none. */
double stats_mean(const struct stats *s);

/* A sample that `percent` (0-100) of the samples do not exceed: the least such one, or within 1 %
 * above it. 0 where there is no sample. */
uint64_t stats_percentile(const struct stats *s, double percent);

/* The bucket of a value. */
unsigned int stats_bucket(uint64_t value);

/* The smallest value of a bucket, and how many values it has. */
uint64_t stats_bucket_low(unsigned int bucket);
uint64_t stats_bucket_width(unsigned int bucket);

#endif
