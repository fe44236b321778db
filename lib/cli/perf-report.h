/* SPDX-License-Identifier: MIT */
/*
 * perf-report.h - what isotpperf measured, as text for people and as one JSON object.
 *
 *	const struct perf_report about = { .mode = "source", .bus = "can0", .length = 4095 };
 *
 *	perf_report_text(&w, m, &about);
 *
 * Told is only what was measured; with a bit rate also why there is no load. Of several senders there
 * is a table, in JSON an object each before that of the report, which is on one line:
 *
 *	{"type":"report","mode":"source","bus":"can0","length":4095,"span":5.040000000,
 *	"pdus":1000,"bytes":4095000,"rate":812500.000,"frames":586000,"broken":0,
 *	"lost":0,"damaged":0,"reordered":0,"stmin_violations":0,"bs_violations":0,
 *	"bus_load":62.104,"wire_share":81.300,"busiest":"can0",
 *	"stmin_worst":0.000085000,"stmin_asked":0.002000000,"slowest":{"duration":...},
 *	"time":{"count":1000,"min":0.004812000,"mean":...,"p50":...,"p90":...,"p99":...,"p999":...,
 *	"max":...},"gap":{...},"fc":{...},"rtt":{...}}
 *
 * So a metric is found by its name: time.p99 is "p99" in "time". Times are seconds, `rate` is bytes
 * a second, bus_load and wire_share are percent.
 */
#ifndef ISOTP_CLI_PERF_REPORT_H
#define ISOTP_CLI_PERF_REPORT_H

#include "measure.h"
#include "writer.h"

/* The names of the buses that measured frames speak of. */
struct perf_buses {
	char names[MEASURE_BUSES][64];
};

/* What was measured, as far as that is known. */
struct perf_report {
	const char *mode;		/* "monitor", "source", "ping"; NULL */
	const char *bus;		/* interface or file; NULL */
	const struct perf_buses *buses; /* NULL: not known */
	uint32_t length;		/* of the PDUs; 0: different ones */
	uint32_t bitrate, dbitrate;	/* for the text alone; 0: not given */
};

/* In a sweep: a table with a line for each length, of this distribution. */
void perf_report_sweep_head(struct writer *w);
void perf_report_sweep_line(struct writer *w, const struct measure *m, uint32_t length,
			    enum measure_series series);

/* The name of a bus, where names are known. */
static inline const char *perf_report_bus(const struct perf_report *about, uint16_t bus)
{
	return about->buses->names[bus < MEASURE_BUSES ? bus : MEASURE_BUSES - 1];
}

/* The report as lines of text. What goes wrong with standard output is the writer's to tell. */
void perf_report_text(struct writer *w, const struct measure *m, const struct perf_report *about);

/* The same as JSON: each sender of several, if there are any, and the object above. */
void perf_report_json(struct writer *w, const struct measure *m, const struct perf_report *about);

#endif
