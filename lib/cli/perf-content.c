/* SPDX-License-Identifier: MIT */
/* Owns the content of isotpperf's PDUs, and what their numbers tell. */
#include "perf-content.h"

enum { WINDOW = 64 }; /* how much later than its successor a PDU still counts as late, not lost */

static uint32_t number_size(uint32_t length)
{
	return length > 6 ? 4 : (length + 1) / 2;
}

static uint32_t number_mask(uint32_t length)
{
	return UINT32_MAX >> (32 - 8 * number_size(length));
}

static uint32_t first_of(uint32_t number, uint32_t length)
{
	return number * 2654435761u + length;
}

static uint32_t next_of(uint32_t x)
{
	return x * 1664525u + 1013904223u;
}

void perf_content_make(uint8_t *pdu, uint32_t length, uint64_t number)
{
	const uint32_t size = number_size(length), low = (uint32_t)number & number_mask(length);
	uint32_t x = first_of(low, length);

	for (uint32_t i = 0; i < size; i++)
		pdu[i] = (uint8_t)(low >> 8 * (size - 1 - i));
	for (uint32_t i = size; i < length; i++) {
		x = next_of(x);
		pdu[i] = (uint8_t)(x >> 24);
	}
}

bool perf_content_check(const uint8_t *pdu, uint32_t length, uint32_t *number)
{
	const uint32_t size = number_size(length);
	uint32_t x;

	*number = 0;
	for (uint32_t i = 0; i < size; i++)
		*number = *number << 8 | pdu[i];
	x = first_of(*number, length);
	for (uint32_t i = size; i < length; i++) {
		x = next_of(x);
		if (pdu[i] != (uint8_t)(x >> 24))
			return false;
	}
	return true;
}

/* --- the order --- */

static unsigned int count_bits(uint64_t bits)
{
	unsigned int n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

/* The numbers up to next + n - 1 are behind us; the last of them has come. */
static void advance(struct perf_order *o, uint64_t n)
{
	const uint64_t skipped = n - 1;

	o->next += n;
	if (n >= WINDOW) {
		o->lost += count_bits(o->missing) + skipped - (WINDOW - 1);
		o->missing = UINT64_MAX - 1;
		return;
	}
	o->lost += count_bits(o->missing >> (WINDOW - n));
	o->missing = o->missing << n | ((UINT64_C(1) << n) - 2);
}

static void begin(struct perf_order *o, uint32_t number)
{
	o->started = true;
	o->next = (uint64_t)number + 1;
	o->missing = 0;
}

/* How far a number is from the next one, taken as the nearest that ends in these bits. */
static int64_t distance(const struct perf_order *o, uint32_t number, uint32_t mask)
{
	const uint32_t ahead = (number - (uint32_t)o->next) & mask;

	return ahead <= mask / 2 ? (int64_t)ahead : (int64_t)ahead - (int64_t)mask - 1;
}

enum perf_found perf_order_take(struct perf_order *o, uint32_t number, uint32_t length)
{
	const int64_t far = o->started ? distance(o, number, number_mask(length)) : 0;
	uint64_t bit;

	if (!o->started)
		begin(o, number);
	else if (far >= 0)
		advance(o, (uint64_t)far + 1);
	if (far >= 0)
		return far ? PERF_AHEAD : PERF_NEXT;
	bit = far >= -WINDOW ? UINT64_C(1) << (-far - 1) : 0;
	if (o->missing & bit) {
		o->missing &= ~bit;
		o->late++;
		return PERF_LATE;
	}
	/* The one before once more is rather a double than a sender that ended right then. */
	if (number == 0 && (far != -1 || o->next == 1)) {
		perf_order_end(o);
		begin(o, 0);
		return PERF_FRESH;
	}
	o->twice++;
	return PERF_TWICE;
}

void perf_order_skip(struct perf_order *o)
{
	if (o->started)
		advance(o, 1);
	else
		begin(o, 0);
}

uint64_t perf_order_missing(const struct perf_order *o)
{
	return count_bits(o->missing);
}

void perf_order_end(struct perf_order *o)
{
	o->lost += count_bits(o->missing);
	o->missing = 0;
}
