/* SPDX-License-Identifier: MIT */
/* Owns the tests of distributions, of how values are written, and of the bars of a histogram. */
#include "cli/histogram.h"
#include "cli/quantity.h"
#include "cli/stats.h"
#include "support.h"

#include <unistd.h>

enum { SAMPLES = 20011 };

static struct stats stats;
static uint64_t samples[SAMPLES];

/* --- distributions --- */

static uint64_t uniform(uint64_t *seed)
{
	return random_bits(seed) % 10000000;
}

/* 5 ms with a jitter of some us, as STmin has it. */
static uint64_t narrow(uint64_t *seed)
{
	return 5000000 + random_bits(seed) % 3000 + random_bits(seed) % 3000;
}

/* As even on a scale of logarithms: from 1 ns to half a century. */
static uint64_t every_size(uint64_t *seed)
{
	return random_bits(seed) >> (1 + random_bits(seed) % 63);
}

/* Two humps and, rarely, something far out. */
static uint64_t humps(uint64_t *seed)
{
	const uint64_t r = random_bits(seed) % 1000;

	if (r == 0)
		return 40000000 + random_bits(seed) % 1000000;
	return (r < 300 ? 220000 : 1000000) + random_bits(seed) % 20000;
}

static uint64_t small(uint64_t *seed)
{
	return random_bits(seed) % 300;
}

static uint64_t constant(uint64_t *seed)
{
	(void)seed;
	return 123456789;
}

static uint64_t (*const distributions[])(uint64_t *seed) = { uniform, narrow, every_size,
							     humps,   small,  constant };

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void fill(uint64_t (*distribution)(uint64_t *seed), size_t n)
{
	uint64_t seed = 0x15765;

	memset(&stats, 0, sizeof(stats));
	for (size_t i = 0; i < n; i++) {
		samples[i] = distribution(&seed);
		stats_add(&stats, samples[i]);
	}
	qsort(samples, n, sizeof(samples[0]), compare);
}

/* The nearest rank: ceil(n * tenths / 1000). */
static uint64_t true_percentile(size_t n, unsigned int tenths)
{
	const size_t rank = (n * tenths + 999) / 1000;

	return samples[rank ? rank - 1 : 0];
}

/* At most 1 % above the true one, and as true: so many samples do not exceed it. */
static void expect_percentile(uint64_t got, uint64_t want)
{
	if (got < want || got > want + want / 100)
		fail_msg("%llu is not %llu, nor within 1 %% above", (unsigned long long)got,
			 (unsigned long long)want);
}

static void expect_near(uint64_t got, uint64_t want)
{
	if (got > want + want / 100 || got < want - want / 100)
		fail_msg("%llu is not within 1 %% of %llu", (unsigned long long)got,
			 (unsigned long long)want);
}

static void expect_percentiles(size_t n)
{
	assert_int_equal(stats.count, n);
	assert_int_equal(stats.min, samples[0]);
	assert_int_equal(stats.max, samples[n - 1]);
	assert_int_equal(stats_percentile(&stats, 0), samples[0]);
	assert_int_equal(stats_percentile(&stats, 100), samples[n - 1]);
	for (unsigned int tenths = 1; tenths <= 1000; tenths++)
		expect_percentile(stats_percentile(&stats, tenths / 10.0),
				  true_percentile(n, tenths));
}

static void test_percentiles(void **state)
{
	static const size_t counts[] = { SAMPLES, 1000, 100, 10, 3, 2, 1 };

	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		for (size_t c = 0; c < COUNT(counts); c++) {
			fill(distributions[d], counts[c]);
			expect_percentiles(counts[c]);
		}
	}
}

/* In two parts and put together: the same to the last bucket. */
static void test_merge(void **state)
{
	static struct stats parts[2], none;

	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		fill(distributions[d], SAMPLES);
		memset(parts, 0, sizeof(parts));
		for (size_t i = 0; i < SAMPLES; i++)
			stats_add(&parts[i >= SAMPLES / 3], samples[i]);
		stats_merge(&parts[1], &parts[0]);
		stats_merge(&parts[1], &none);
		assert_int_equal(parts[1].count, stats.count);
		assert_int_equal(parts[1].min, stats.min);
		assert_int_equal(parts[1].max, stats.max);
		expect_near((uint64_t)stats_mean(&parts[1]), (uint64_t)stats_mean(&stats));
		assert_memory_equal(parts[1].buckets, stats.buckets, sizeof(stats.buckets));
		assert_memory_equal(parts[1].largest, stats.largest, sizeof(stats.largest));
	}
	stats_merge(&none, &parts[1]);
	assert_int_equal(none.min, stats.min);
}

/* What nearly all samples are is said to the nanosecond: STmin as it was asked for. */
static void test_what_most_are_is_exact(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	stats_add(&stats, 4000000);
	for (int i = 0; i < 37; i++)
		stats_add(&stats, 5000000);
	stats_add(&stats, 6000000);
	assert_int_equal(stats_percentile(&stats, 50), 5000000);
	assert_int_equal(stats_percentile(&stats, 90), 5000000);
}

static void test_mean(void **state)
{
	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		double sum = 0;

		fill(distributions[d], SAMPLES);
		for (size_t i = 0; i < SAMPLES; i++)
			sum += (double)samples[i];
		assert_true(stats_mean(&stats) > sum / SAMPLES * 0.999999);
		assert_true(stats_mean(&stats) < sum / SAMPLES * 1.000001);
	}
}

/* 99.9 % of 1000 are 999 samples, although 99.9 is no number that a double has. */
static void test_ranks_are_exact(void **state)
{
	static const struct {
		unsigned int n;
		double percent;
		uint64_t value;
	} cases[] = {
		{ 100, 99, 98 },    { 100, 50, 49 },   { 100, 1, 0 },	{ 100, 98.5, 98 },
		{ 100, 99.01, 99 }, { 127, 100, 126 }, { 10, 99.9, 9 }, { 10, 90, 8 },
		{ 100, 29, 28 },    { 100, 57, 56 },   { 100, 0, 0 },	{ 100, -5, 0 },
		{ 100, 1000, 99 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		memset(&stats, 0, sizeof(stats));
		for (uint64_t v = 0; v < cases[i].n; v++)
			stats_add(&stats, v);
		assert_int_equal(stats_percentile(&stats, cases[i].percent), cases[i].value);
	}
	memset(&stats, 0, sizeof(stats));
	for (uint64_t v = 0; v < 1000; v++)
		stats_add(&stats, v < 999 ? 7 : 100);
	assert_int_equal(stats_percentile(&stats, 99.9), 7);
	assert_int_equal(stats_percentile(&stats, 99.91), 100);
}

static void test_empty(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	assert_int_equal(stats_percentile(&stats, 50), 0);
	assert_true(stats_mean(&stats) == 0);
}

/* The buckets follow each other without gap, none is as wide as 1 % of its values, and the last
 * one holds the longest time there is. */
static void test_buckets(void **state)
{
	uint64_t low = 0;

	(void)state;
	for (unsigned int i = 0; i < STATS_BUCKETS; i++) {
		assert_int_equal(stats_bucket_low(i), low);
		assert_true((stats_bucket_width(i) - 1) * 100 <= low || low > UINT64_MAX / 100);
		low += stats_bucket_width(i);
	}
	assert_int_equal(low, 0); /* 2^64 */
	memset(&stats, 0, sizeof(stats));
	stats_add(&stats, UINT64_MAX);
	assert_int_equal(stats.buckets[STATS_BUCKETS - 1], 1);
	assert_int_equal(stats_percentile(&stats, 50), UINT64_MAX);
}

/* --- how values are written --- */

static void test_quantities(void **state)
{
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {
		{ 0, "ns", "0 ns" },
		{ 1, "ns", "1 ns" },
		{ 999, "ns", "999 ns" },
		{ 999.96, "ns", "1.000 us" },
		{ 1000, "ns", "1.000 us" },
		{ 12345, "ns", "12.35 us" },
		{ 123456, "ns", "123.5 us" },
		{ 999949, "ns", "999.9 us" },
		{ 999950, "ns", "1.000 ms" },
		{ 9999600, "ns", "10.00 ms" },
		{ 5e6, "ns", "5.000 ms" },
		{ 12e9, "ns", "12.00 s" },
		{ 86400e9, "ns", "86400 s" },
		{ 0.5, "B/s", "0.500 B/s" },
		{ 812.34, "B/s", "812.3 B/s" },
		{ 81234.5, "B/s", "81.23 kB/s" },
		{ 1.25e8, "B/s", "125.0 MB/s" },
		{ 812, "B", "812 B" },
		{ 4095000, "B", "4.095 MB" },
		{ 0, "%", "0.00 %" },
		{ 9.994, "%", "9.99 %" },
		{ 9.996, "%", "10.0 %" },
		{ 62.14, "%", "62.1 %" },
		{ 100, "%", "100.0 %" },
		{ 0, "", "0" },
		{ 1e6, "", "1000000" },
	};
	char text[QUANTITY_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(quantity_text(cases[i].value, cases[i].unit, text),
				    cases[i].text);
}

/* --- histograms --- */

static struct writer out;

static const char *drawn(const char *title, int columns)
{
	out.used = 0;
	histogram_write(&out, &stats, title, columns);
	assert_true(out.used < WRITER_SIZE);
	out.buffer[out.used] = '\0';
	return out.buffer;
}

/* The edges are buckets': what is at 5 ms is in no line that ends there. */
static void test_bars(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	for (uint64_t i = 0; i < 4000; i++)
		stats_add(&stats, 5000000 + i);
	for (uint64_t i = 0; i < 1000; i++)
		stats_add(&stats, 5050000 + i);
	stats_add(&stats, 77000000);
	stats_add(&stats, 1);
	assert_string_equal(drawn("CF gap", 60),
			    "CF gap, 5002 samples\n"
			    "      below 4.981 ms     1 #\n"
			    " 4.981 ms - 5.014 ms  4000 #################################\n"
			    " 5.014 ms - 5.046 ms     0\n"
			    " 5.046 ms - 5.079 ms  1000 ########\n"
			    "       from 5.079 ms     1 #\n");
}

/* A range of many powers of two has lines of the same number of buckets each, fewer for few
 * samples. */
static void test_wide_bars(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	for (int i = 0; i < 9000; i++)
		stats_add(&stats, 150000);
	for (int i = 0; i < 1000; i++)
		stats_add(&stats, 150000 << 9);
	drawn("time per PDU", 50);
	assert_non_null(
		strstr(out.buffer, "\n 149.5 us - 208.9 us  9000 #######################\n"));
	assert_non_null(strstr(out.buffer, "\n 208.9 us - 274.4 us     0\n"));
	assert_non_null(strstr(out.buffer, "  1000 ###\n"));
	memset(&stats, 0, sizeof(stats));
	for (int i = 0; i < 9; i++)
		stats_add(&stats, i ? 150000 : 1200000);
	assert_string_equal(drawn("time per PDU", 50),
			    "time per PDU, 9 samples\n"
			    " 149.5 us - 228.4 us  8 ##########################\n"
			    " 228.4 us - 352.3 us  0\n"
			    " 352.3 us - 510.0 us  0\n"
			    " 510.0 us - 811.0 us  0\n"
			    " 811.0 us - 1.204 ms  1 ###\n");
}

static void test_single_values(void **state)
{
	(void)state;
	memset(&stats, 0, sizeof(stats));
	assert_string_equal(drawn("CF gap", 80), "");
	stats_add(&stats, 123456789);
	assert_string_equal(drawn("CF gap", 40),
			    "CF gap, 1 sample\n 123.2 ms - 123.7 ms  1 ################\n");
	memset(&stats, 0, sizeof(stats));
	stats_add(&stats, 0);
	assert_string_equal(drawn("CF gap", 21), "CF gap, 1 sample\n 0 ns - 1 ns  1 #####\n");
	memset(&stats, 0, sizeof(stats));
	stats_add(&stats, UINT64_MAX);
	assert_non_null(strstr(drawn("CF gap", 80), "  1 #"));
}

/* Whatever there is: every sample stands in one line, and no line is wider than asked for. */
static void test_lines_fit(void **state)
{
	static const int widths[] = { 0, 80, 200, 40, 20, 1 };

	(void)state;
	for (size_t d = 0; d < COUNT(distributions); d++) {
		fill(distributions[d], SAMPLES);
		for (size_t i = 0; i < COUNT(widths); i++) {
			const char *line = strchr(drawn("x", widths[i]), '\n') + 1;
			const size_t width = widths[i] ? (size_t)widths[i] : 80;
			unsigned long long sum = 0, count;
			int rows = 0;

			for (; *line; line = strchr(line, '\n') + 1, rows++) {
				const char *end = strchr(line, '\n');
				const char *number = end;

				while (number[-1] == '#')
					number--;
				assert_true((size_t)(end - line) <= (width < 60 ? 60 : width));
				while (number[-2] != ' ')
					number--;
				assert_int_equal(sscanf(number - 1, "%llu", &count), 1);
				sum += count;
			}
			assert_int_equal(sum, SAMPLES);
			assert_true(rows <= 60);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_what_most_are_is_exact),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_mean),
		cmocka_unit_test(test_ranks_are_exact),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_quantities),
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_wide_bars),
		cmocka_unit_test(test_single_values),
		cmocka_unit_test(test_lines_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
