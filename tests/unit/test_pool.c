/* SPDX-License-Identifier: MIT */
/* Owns the tests of the pool, against a map of who has which 64 bytes. */
#include "support.h"

#include "protocol/pool.h"

enum { MEMORY = 200 * 1000, BLOCKS = MEMORY / (ISOTP_POOL_BLOCK + 1), TAKEN_MAX = 600 };

struct model {
	struct isotp_pool pool;
	uint8_t *memory;
	bool used[BLOCKS];
	struct {
		uint8_t *block;
		size_t size;
	} taken[TAKEN_MAX];
	size_t n;
	uint64_t random;
};

static void model_init(struct model *m, size_t size)
{
	memset(m, 0, sizeof(*m));
	m->memory = aligned_alloc(ISOTP_POOL_BLOCK, MEMORY / 64 * 64 + 64);
	assert_non_null(m->memory);
	memset(m->memory, 2 | ISOTP_POOL_FREE, MEMORY); /* what it held before says nothing */
	isotp_pool_init(&m->pool, m->memory, size);
}

static bool is_free(const struct model *m, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		if (m->used[i])
			return false;
	return true;
}

/* A block that joins again whenever it can is there if an aligned stretch of that size is free. */
static bool could_take(const struct model *m, size_t size)
{
	const size_t n = isotp_pool_round(size) / ISOTP_POOL_BLOCK;

	for (size_t i = 0; i + n <= m->pool.blocks; i += n)
		if (is_free(m, i, n))
			return true;
	return false;
}

static void mark(struct model *m, const uint8_t *block, size_t size, bool used)
{
	const size_t first = (size_t)(block - m->memory) / ISOTP_POOL_BLOCK;
	const size_t n = isotp_pool_round(size) / ISOTP_POOL_BLOCK;

	assert_true(block >= m->memory && first + n <= m->pool.blocks);
	assert_int_equal((size_t)(block - m->memory) % (n * ISOTP_POOL_BLOCK), 0);
	if (used)
		assert_true(is_free(m, first, n));
	memset(m->used + first, used, n);
}

static bool take(struct model *m, size_t size)
{
	uint8_t *block = isotp_pool_take(&m->pool, size);

	assert_int_equal(block != NULL, could_take(m, size));
	if (!block)
		return false;
	mark(m, block, size, true);
	memset(block, (uint8_t)m->n, size); /* all of it is ours */
	m->taken[m->n].block = block;
	m->taken[m->n++].size = size;
	return true;
}

static void give(struct model *m, size_t i)
{
	isotp_pool_give(&m->pool, m->taken[i].block);
	mark(m, m->taken[i].block, m->taken[i].size, false);
	m->taken[i] = m->taken[--m->n];
}

static void give_all(struct model *m)
{
	while (m->n)
		give(m, random_bits(&m->random) % m->n);
}

static void test_round(void **state)
{
	(void)state;
	assert_int_equal(isotp_pool_round(1), 64);
	assert_int_equal(isotp_pool_round(64), 64);
	assert_int_equal(isotp_pool_round(65), 128);
	assert_int_equal(isotp_pool_round(1000000), 1 << 20);
}

static void test_random_order(void **state)
{
	struct model *m = malloc(sizeof(*m));

	(void)state;
	assert_non_null(m);
	for (size_t size = MEMORY; size > MEMORY / 2; size = size * 9 / 10) {
		model_init(m, size);
		m->random = size;
		for (int i = 0; i < 20000; i++) {
			const size_t wanted =
				1 + (random_bits(&m->random) % 64u << random_bits(&m->random) % 11);

			if (m->n == TAKEN_MAX || (m->n && random_bits(&m->random) % 100 < 48))
				give(m, random_bits(&m->random) % m->n);
			else
				take(m, wanted);
		}
		give_all(m);
		assert_true(take(m, isotp_pool_largest(&m->pool)));
		assert_false(take(m, isotp_pool_largest(&m->pool)));
		free(m->memory);
	}
	free(m);
}

/* Every single block, and all of it joins again. */
static void test_exhaustion(void **state)
{
	struct model *m = malloc(sizeof(*m));

	(void)state;
	assert_non_null(m);
	model_init(m, 300 * (ISOTP_POOL_BLOCK + 1));
	assert_int_equal(m->pool.blocks, 300);
	assert_int_equal(isotp_pool_largest(&m->pool), 256 * 64);
	for (int round = 0; round < 3; round++) {
		while (take(m, 64))
			;
		assert_int_equal(m->n, 300);
		give_all(m);
		assert_true(take(m, 256 * 64));
		assert_true(take(m, 32 * 64));
		assert_true(take(m, 8 * 64));
		assert_true(take(m, 4 * 64));
		assert_false(take(m, 1));
		give_all(m);
	}
	free(m->memory);
	free(m);
}

static void test_limits(void **state)
{
	struct model *m = malloc(sizeof(*m));

	(void)state;
	assert_non_null(m);
	model_init(m, ISOTP_POOL_BLOCK);
	assert_null(isotp_pool_take(&m->pool, 1));
	assert_int_equal(isotp_pool_largest(&m->pool), 0);
	free(m->memory);
	model_init(m, MEMORY);
	isotp_pool_give(&m->pool, NULL);
	assert_null(isotp_pool_take(&m->pool, SIZE_MAX));
	assert_null(isotp_pool_take(&m->pool, isotp_pool_largest(&m->pool) + 1));
	assert_true(take(m, isotp_pool_largest(&m->pool)));
	free(m->memory);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_random_order),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
