/* SPDX-License-Identifier: MIT */
/* Owns how samples are put into buckets, and what the buckets say of them. */
#include "stats.h"

enum { STEP_BITS = 7 }; /* STATS_STEPS is 2^7: so many bits follow the highest one */

/* Below 2 * STATS_STEPS every value has a bucket of its own. */
unsigned int stats_bucket(uint64_t value)
{
	unsigned int shift;

	if (value < STATS_STEPS)
		return (unsigned int)value;
	shift = 63 - STEP_BITS - (unsigned int)__builtin_clzll(value);
	return shift * STATS_STEPS + (unsigned int)(value >> shift);
}

uint64_t stats_bucket_low(unsigned int bucket)
{
	const unsigned int shift = bucket < 2 * STATS_STEPS ? 0 : bucket / STATS_STEPS - 1;

	return (uint64_t)(bucket - shift * STATS_STEPS) << shift;
}

uint64_t stats_bucket_width(unsigned int bucket)
{
	return bucket < 2 * STATS_STEPS ? 1 : UINT64_C(1) << (bucket / STATS_STEPS - 1);
}

void stats_add(struct stats *s, uint64_t value)
{
	const unsigned int bucket = stats_bucket(value);

	if (!s->count || value < s->min)
		s->min = value;
	if (value > s->max)
		s->max = value;
	s->count++;
	s->sum += (double)value;
	s->buckets[bucket]++;
	if (value > s->largest[bucket])
		s->largest[bucket] = value;
}

void stats_merge(struct stats *s, const struct stats *other)
{
	if (!other->count)
		return;
	if (!s->count || other->min < s->min)
		s->min = other->min;
	if (other->max > s->max)
		s->max = other->max;
	s->count += other->count;
	s->sum += other->sum;
	for (unsigned int i = 0; i < STATS_BUCKETS; i++) {
		s->buckets[i] += other->buckets[i];
		if (other->largest[i] > s->largest[i])
			s->largest[i] = other->largest[i];
	}
}

double stats_mean(const struct stats *s)
{
	return s->count ? s->sum / (double)s->count : 0;
}

/* The rank, counted from 1, of the sample that `percent` of them do not exceed. */
static uint64_t rank_of(const struct stats *s, double percent)
{
	/* 99.9 is a little more than it says: without this, 99.9 % of 1000 were the 1000th */
	const double exact = percent / 100 * (double)s->count * (1 - 1e-12);
	uint64_t rank;

	if (exact >= (double)s->count)
		return s->count;
	rank = exact > 0 ? (uint64_t)exact : 0;
	return (double)rank < exact || !rank ? rank + 1 : rank;
}

uint64_t stats_percentile(const struct stats *s, double percent)
{
	const uint64_t rank = rank_of(s, percent);
	unsigned int bucket = 0;
	uint64_t seen = 0;

	if (!s->count)
		return 0;
	if (rank == 1)
		return s->min;
	if (rank >= s->count)
		return s->max;
	for (; bucket < STATS_BUCKETS - 1; bucket++) {
		seen += s->buckets[bucket];
		if (seen >= rank)
			break;
	}
	return s->largest[bucket];
}
