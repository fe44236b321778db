/* SPDX-License-Identifier: MIT */
/*
 * measuring.h - what the tests of measuring share: a measurement with a reassembler next to it,
 * frames as text in, metrics out. There is one at a time.
 *
 *	measuring_start((struct measure_settings){ 0 }, &measured_pair, 1);
 *	see(1000, "7E0#1014010203040506");	at 1000 us
 *	expect_metric("frames", 1);
 *	measuring_stop();
 */
#ifndef ISOTP_TESTS_MEASURING_H
#define ISOTP_TESTS_MEASURING_H

#include "support.h"

#include "cli/measure.h"

struct measuring {
	struct measure *m;
	struct isotp_reassembler *reassembler;
	void *memory;
	uint64_t number;
	char samples[4096]; /* what was told: "gap 5000 at 7000; " in microseconds */
};

extern struct measuring rig;

/* 7E0:7E8 */
extern const struct isotp_watch measured_pair;

/* Without pairs it finds them by itself. */
void measuring_start(struct measure_settings settings, const struct isotp_watch *pairs, size_t n);
void measuring_stop(void);

/* A frame, and what the reassembler has to tell of it; on bus 0 unless another is named. */
void see(uint64_t us, const char *text);
void see_on(uint16_t bus, uint64_t us, const char *text);
void see_record(const struct isotp_record *record);

/* A PDU of 20 bytes from 7E0: FF, flow control, CF, and after the gap another one. */
void see_transfer(uint64_t us, uint64_t gap_us, const char *flow_control);

/* The end of all frames. */
void measuring_finish(void);

/* What was measured, or a failure of the test. */
double value(const char *name);
void expect_metric(const char *name, double want);
/* It was not, for this reason. */
void expect_why(const char *name, const char *why);

#endif
