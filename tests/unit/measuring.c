/* SPDX-License-Identifier: MIT */
/* Owns what the tests of measuring share: a measurement with a reassembler next to it. */
#include "measuring.h"

const struct isotp_watch measured_pair = { .a = { .id = { 0x7E0, 11 } },
					   .b = { .id = { 0x7E8, 11 } } };

struct measuring rig;

static void note_sample(void *arg, enum measure_series series, uint64_t time_ns, uint64_t ns)
{
	const size_t n = strlen(rig.samples);

	assert_ptr_equal(arg, &rig);
	if (n + 64 > sizeof(rig.samples))
		return;
	snprintf(rig.samples + n, sizeof(rig.samples) - n, "%s%s %llu at %lld", n ? "; " : "",
		 measure_series_name(series), (unsigned long long)(ns / US),
		 time_ns == ISOTP_NEVER ? -1 : (long long)(time_ns / US));
}

void measuring_start(struct measure_settings settings, const struct isotp_watch *pairs, size_t n)
{
	const struct isotp_reassembler_settings observer = { .discover = n == 0 };

	memset(&rig, 0, sizeof(rig));
	settings.sample = note_sample;
	settings.sample_arg = &rig;
	rig.m = measure_new(&settings);
	rig.memory = calloc(1, ISOTP_REASSEMBLER_MEMORY_MIN);
	assert_non_null(rig.m);
	assert_non_null(rig.memory);
	rig.reassembler =
		isotp_reassembler_new(rig.memory, ISOTP_REASSEMBLER_MEMORY_MIN, &observer);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(measure_watch(rig.m, &pairs[i]), 0);
		assert_int_equal(isotp_reassembler_watch(rig.reassembler, &pairs[i]), 0);
	}
}

void measuring_stop(void)
{
	measure_free(rig.m);
	free(rig.memory);
}

static void observe(void)
{
	const struct isotp_observed *o;

	while ((o = isotp_reassembler_next(rig.reassembler)))
		measure_observed(rig.m, o);
}

void see_record(const struct isotp_record *record)
{
	measure_frame(rig.m, record);
	isotp_reassembler_feed(rig.reassembler, record);
	observe();
}

void see_on(uint16_t bus, uint64_t us, const char *text)
{
	struct isotp_record r = { .time_ns = us * US, .bus = bus, .number = rig.number++ };

	if (!frame_parse(text, &r.frame))
		fail_msg("%s: no frame", text);
	see_record(&r);
}

void see(uint64_t us, const char *text)
{
	see_on(0, us, text);
}

void measuring_finish(void)
{
	isotp_reassembler_finish(rig.reassembler);
	observe();
}

double value(const char *name)
{
	double v = -1;

	if (!measure_value(rig.m, name, &v))
		fail_msg("%s was not measured: %s", name, measure_why(rig.m, name));
	assert_null(measure_why(rig.m, name));
	return v;
}

void expect_metric(const char *name, double want)
{
	const double v = value(name);

	if (v < want - 1e-6 || v > want + 1e-6)
		fail_msg("%s is %f, not %f", name, v, want);
}

void expect_why(const char *name, const char *why)
{
	double v = 42;

	assert_false(measure_value(rig.m, name, &v));
	assert_true(v == 42);
	assert_string_equal(measure_why(rig.m, name), why);
}

void see_transfer(uint64_t us, uint64_t gap_us, const char *flow_control)
{
	see(us, "7E0#1014010203040506");
	see(us + 10, flow_control);
	see(us + 20, "7E0#2107080910111213");
	see(us + 20 + gap_us, "7E0#2214151617181920");
}
