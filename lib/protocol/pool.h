/* SPDX-License-Identifier: MIT */
/*
 * pool.h - blocks of bytes out of a fixed stretch of memory: a buddy allocator, so that blocks can be
 * given back in any order and join again.
 *
 *	isotp_pool_init(&pool, memory, size);
 *	data = isotp_pool_take(&pool, 300);	a block of 512 bytes
 *	isotp_pool_give(&pool, data);
 */
#ifndef ISOTP_PROTOCOL_POOL_H
#define ISOTP_PROTOCOL_POOL_H

#include <stddef.h>
#include <stdint.h>

enum {
	ISOTP_POOL_BLOCK = 64,	/* the smallest block */
	ISOTP_POOL_ORDERS = 28, /* the largest is 64 << 27 = 8 GiB */
	ISOTP_POOL_FREE = 0x80, /* in pool->order */
};

struct isotp_pool_free;

struct isotp_pool {
	uint8_t *base;
	uint8_t *order; /* of the block that starts here, with ISOTP_POOL_FREE if it is free */
	size_t blocks;	/* of the smallest size */
	struct isotp_pool_free *free[ISOTP_POOL_ORDERS];
};

/* Takes over `memory`, aligned to 64 bytes; some 1.5 % of it is for book-keeping. */
void isotp_pool_init(struct isotp_pool *pool, void *memory, size_t size);

/* A block of at least `size` bytes, or NULL when there is none. */
void *isotp_pool_take(struct isotp_pool *pool, size_t size);

/* Bytes of the largest block there is when nothing is taken. */
size_t isotp_pool_largest(const struct isotp_pool *pool);

/* How many bytes a block of `size` really has. */
size_t isotp_pool_round(size_t size);

/* Takes back what isotp_pool_take gave; NULL is allowed. */
void isotp_pool_give(struct isotp_pool *pool, void *block);

#endif
