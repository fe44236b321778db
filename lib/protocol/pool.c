/* SPDX-License-Identifier: MIT */
/* Owns the memory that is handed out in blocks of a power of two. */
#include "pool.h"

#include <string.h>

struct isotp_pool_free {
	struct isotp_pool_free *next, *prev;
};

static unsigned int order_of(size_t size)
{
	unsigned int order = 0;

	while (order < ISOTP_POOL_ORDERS && (size_t)ISOTP_POOL_BLOCK << order < size)
		order++;
	return order;
}

size_t isotp_pool_round(size_t size)
{
	return (size_t)ISOTP_POOL_BLOCK << order_of(size);
}

static void push(struct isotp_pool *pool, size_t index, unsigned int order)
{
	struct isotp_pool_free *block = (void *)(pool->base + index * ISOTP_POOL_BLOCK);

	block->prev = NULL;
	block->next = pool->free[order];
	if (block->next)
		block->next->prev = block;
	pool->free[order] = block;
	pool->order[index] = (uint8_t)(order | ISOTP_POOL_FREE);
}

static void unlink_free(struct isotp_pool *pool, size_t index, unsigned int order)
{
	struct isotp_pool_free *block = (void *)(pool->base + index * ISOTP_POOL_BLOCK);

	if (block->prev)
		block->prev->next = block->next;
	else
		pool->free[order] = block->next;
	if (block->next)
		block->next->prev = block->prev;
}

/* The largest aligned blocks that fit, one after the other. */
void isotp_pool_init(struct isotp_pool *pool, void *memory, size_t size)
{
	const size_t blocks = size / (ISOTP_POOL_BLOCK + 1);
	size_t index = 0;

	memset(pool, 0, sizeof(*pool));
	pool->base = memory;
	pool->blocks = blocks;
	pool->order = pool->base + blocks * ISOTP_POOL_BLOCK;
	while (index < blocks) {
		unsigned int order = 0;

		while (order + 1 < ISOTP_POOL_ORDERS && index % ((size_t)2 << order) == 0 &&
		       index + ((size_t)2 << order) <= blocks)
			order++;
		push(pool, index, order);
		index += (size_t)1 << order;
	}
}

size_t isotp_pool_largest(const struct isotp_pool *pool)
{
	unsigned int order = 0;

	while (order + 1 < ISOTP_POOL_ORDERS && (size_t)2 << order <= pool->blocks)
		order++;
	return pool->blocks ? (size_t)ISOTP_POOL_BLOCK << order : 0;
}

void *isotp_pool_take(struct isotp_pool *pool, size_t size)
{
	const unsigned int wanted = order_of(size);
	unsigned int order = wanted;
	size_t index;

	while (order < ISOTP_POOL_ORDERS && !pool->free[order])
		order++;
	if (order >= ISOTP_POOL_ORDERS)
		return NULL;
	index = (size_t)((uint8_t *)pool->free[order] - pool->base) / ISOTP_POOL_BLOCK;
	unlink_free(pool, index, order);
	while (order > wanted) {
		order--;
		push(pool, index + ((size_t)1 << order), order);
	}
	pool->order[index] = (uint8_t)order;
	return pool->base + index * ISOTP_POOL_BLOCK;
}

void isotp_pool_give(struct isotp_pool *pool, void *block)
{
	unsigned int order;
	size_t index;

	if (!block)
		return;
	index = (size_t)((uint8_t *)block - pool->base) / ISOTP_POOL_BLOCK;
	order = pool->order[index];
	while (order + 1 < ISOTP_POOL_ORDERS) {
		const size_t buddy = index ^ (size_t)1 << order;

		if (buddy + ((size_t)1 << order) > pool->blocks ||
		    pool->order[buddy] != (order | ISOTP_POOL_FREE))
			break;
		unlink_free(pool, buddy, order);
		index &= ~((size_t)1 << order);
		order++;
	}
	push(pool, index, order);
}
