/* SPDX-License-Identifier: MIT */
/*
 * perf-content.h - what isotpperf sends: PDUs that carry their number, and bytes that follow from
 * number and length, so that the other end sees what was lost, damaged or out of order.
 *
 *	perf_content_make(pdu, 4095, 17);
 *	if (perf_content_check(pdu, 4095, &number))
 *		found = perf_order_take(&order, number, 4095);
 *
 * A PDU of 1 or 2 bytes has 1 byte of number, of 3 or 4 bytes 2, of 5 or 6 bytes 3, longer ones 4,
 * the highest byte first. The rest: with x = number * 2654435761 + length, for each byte
 * x = x * 1664525 + 1013904223, and the byte is x >> 24; all modulo 2^32. The number in this is the
 * one that the bytes before carry.
 */
#ifndef ISOTP_CLI_PERF_CONTENT_H
#define ISOTP_CLI_PERF_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

/* Fills a PDU of `length` bytes; of the number, as many low bits count as it has room for. */
void perf_content_make(uint8_t *pdu, uint32_t length, uint64_t number);

/* The low bits of the number that it carries; false when its bytes do not go with it. */
bool perf_content_check(const uint8_t *pdu, uint32_t length, uint32_t *number);

/* --- the order in which they come --- */

struct perf_order {
	bool started;
	uint64_t next;	  /* the number that is to come */
	uint64_t missing; /* bit i: number next - 1 - i has not come yet */
	uint64_t lost;	  /* numbers that did not come, and no longer will */
	uint64_t late;	  /* came after a later one */
	uint64_t twice;
};

enum perf_found {
	PERF_NEXT,  /* as it should */
	PERF_AHEAD, /* numbers before it are missing */
	PERF_LATE,  /* a missing one */
	PERF_TWICE, /* it has been here, or is from long ago */
	PERF_FRESH, /* number 0: its sender has begun anew */
};

/* Takes the number of a PDU of `length` bytes. The first one may be any. */
enum perf_found perf_order_take(struct perf_order *o, uint32_t number, uint32_t length);

/* Takes a PDU whose number is not to be trusted: it stands for the next. */
void perf_order_skip(struct perf_order *o);

/* How many are missing now. */
uint64_t perf_order_missing(const struct perf_order *o);

/* What is missing now is lost: at the end. */
void perf_order_end(struct perf_order *o);

#endif
