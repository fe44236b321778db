/* SPDX-License-Identifier: MIT */
/* Owns the tests of isotpperf's report. */
#include "cli/perf-report.h"
#include "support.h"

static struct measure *m;
static struct writer out;

static const char *written(void)
{
	out.buffer[out.used] = '\0';
	out.used = 0;
	return out.buffer;
}

static void see(uint64_t us, const char *text)
{
	struct isotp_record r = { .time_ns = us * US };

	assert_true(frame_parse(text, &r.frame));
	measure_frame(m, &r);
}

/* A thousand PDUs of 20 bytes in 10 s, with gaps of 5 to 6 ms. */
static void measure_something(void)
{
	static const struct isotp_watch pair = { .a = { .id = { 0x7E0, 11 } },
						 .b = { .id = { 0x7E8, 11 } } };

	m = measure_new(&(struct measure_settings){ .bitrate = 500000 });
	assert_non_null(m);
	assert_int_equal(measure_watch(m, &pair), 0);
	for (uint64_t i = 0; i < 1000; i++) {
		const uint64_t us = i * 10000;
		const struct isotp_observed o = {
			.type = ISOTP_OBSERVED_PDU,
			.status = ISOTP_N_OK,
			.segmented = true,
			.received = 20,
			.first_ns = us * US,
			.last_ns = (us + 5020 + i) * US,
			.flow_controls = 1,
			.from = { .id = { 0x7E0, 11 } },
			.peer = { .id = { 0x7E8, 11 } },
			.length = 20,
			.first_frame = 4 * i,
			.last_frame = 4 * i + 3,
			.faults[ISOTP_FAULT_STMIN_VIOLATED] = i % 400 == 7,
			.stmin_gap_ns = i == 407 ? 85 * US : 0,
			.stmin_asked_ns = i == 407 ? 2000 * US : 0,
		};

		see(us, "7E0#1014010203040506");
		see(us + 10, "7E8#300005");
		see(us + 20, "7E0#2107080910111213");
		see(us + 5020 + i, "7E0#2214151617181920");
		measure_observed(m, &o);
	}
	measure_span(m, 10 * SECOND);
}

static void test_text(void **state)
{
	const struct perf_report about = {
		.mode = "monitor", .bus = "can0", .length = 20, .bitrate = 500000
	};

	(void)state;
	measure_something();
	perf_report_text(&out, m, &about);
	assert_string_equal(
		written(),
		"can0: monitor, PDUs of 20 bytes\n"
		"PDUs                     1000\n"
		"payload              20.00 kB\n"
		"span                  10.00 s\n"
		"rate               2.000 kB/s\n"
		"frames                   4000\n"
		"broken                      0\n"
		"STmin violations            3  at worst 85.00 us where 2.000 ms were asked\n"
		"BS violations               0\n"
		"bus load               8.64 %  of 500 kbit/s\n"
		"wire share             15.0 %  of what back-to-back frames would reach\n"
		"slowest              6.019 ms  7E0 > 7E8, 20 bytes,\n"
		"                               frames 3996-3999, from 9.990000\n"
		"\n"
		"             time per PDU         CF gap   flow control\n"
		"samples              1000           1000           1000\n"
		"min              5.020 ms       5.000 ms       10.00 us\n"
		"mean             5.519 ms       5.500 ms       10.00 us\n"
		"p50              5.537 ms       5.505 ms       10.00 us\n"
		"p90              5.931 ms       5.931 ms       10.00 us\n"
		"p99              6.019 ms       5.996 ms       10.00 us\n"
		"p99.9            6.019 ms       5.999 ms       10.00 us\n"
		"max              6.019 ms       5.999 ms       10.00 us\n");
	measure_free(m);
}

static void test_json(void **state)
{
	const struct perf_report about = { .mode = "monitor", .bus = "a\"b\\c\n\xC3\xA4.log" };

	(void)state;
	measure_something();
	perf_report_json(&out, m, &about);
	assert_string_equal(
		written(),
		"{\"type\":\"report\",\"mode\":\"monitor\",\"bus\":\"a\\\"b\\\\c\\u000A\xC3\xA4.log\","
		"\"span\":10.000000000,\"pdus\":1000,\"bytes\":20000,\"rate\":2000.000,"
		"\"frames\":4000,\"broken\":0,\"stmin_violations\":3,\"bs_violations\":0,"
		"\"bus_load\":8.643,\"wire_share\":14.996,"
		"\"stmin_worst\":0.000085000,\"stmin_asked\":0.002000000,"
		"\"slowest\":{\"duration\":0.006019000,\"time\":9.996019000,\"id\":\"7E0\","
		"\"width\":11,\"pair\":\"7E0:7E8\",\"length\":20,\"first_frame\":3996,"
		"\"last_frame\":3999},"
		"\"time\":{\"count\":1000,\"min\":0.005020000,\"mean\":0.005519500,"
		"\"p50\":0.005537000,\"p90\":0.005931000,\"p99\":0.006019000,"
		"\"p999\":0.006019000,\"max\":0.006019000},"
		"\"gap\":{\"count\":1000,\"min\":0.005000000,\"mean\":0.005499500,"
		"\"p50\":0.005505000,\"p90\":0.005931000,\"p99\":0.005996000,"
		"\"p999\":0.005999000,\"max\":0.005999000},"
		"\"fc\":{\"count\":1000,\"min\":0.000010000,\"mean\":0.000010000,"
		"\"p50\":0.000010000,\"p90\":0.000010000,\"p99\":0.000010000,"
		"\"p999\":0.000010000,\"max\":0.000010000}}\n");
	measure_free(m);
}

/* Nothing is told of what was not measured. */
static void test_empty_report(void **state)
{
	const struct perf_report about = { 0 };

	(void)state;
	m = measure_new(&(struct measure_settings){ .active = true });
	assert_non_null(m);
	perf_report_text(&out, m, &about);
	assert_string_equal(written(), "PDUs                        0\n"
				       "payload                   0 B\n"
				       "broken                      0\n");
	perf_report_json(&out, m, &about);
	assert_string_equal(written(),
			    "{\"type\":\"report\",\"pdus\":0,\"bytes\":0,\"broken\":0}\n");
	measure_free(m);
}

static struct perf_buses buses;

/* Two buses, of which the second is the busier; a PDU of each of `senders` IDs on it. */
static void measure_buses_and_senders(uint32_t senders, uint32_t bitrate)
{
	m = measure_new(&(struct measure_settings){ .bitrate = bitrate });
	assert_non_null(m);
	strcpy(buses.names[0], "can0");
	strcpy(buses.names[1], "can1");
	for (uint64_t i = 0; i < 30; i++) {
		struct isotp_record r = { .time_ns = i * MS, .bus = i % 3 != 0 };

		assert_true(frame_parse(i % 2 ? "123#0011223344556677" : "123##11122", &r.frame));
		measure_frame(m, &r);
	}
	for (uint32_t i = 0; i < senders; i++) {
		const struct isotp_observed o = {
			.type = ISOTP_OBSERVED_PDU,
			.status = i % 2 ? ISOTP_N_OK : ISOTP_N_WRONG_SN,
			.segmented = true,
			.length = 4095,
			.received = 4095,
			.last_ns = i * MS,
			.flow_controls = 1,
			.from_b = true,
			.from = { .id = { 0x18DAF100 + i, 29 }, 1, false, true, 0x12 },
			.peer = { .id = { 0x18DA00F1 + (i << 8), 29 }, 1, false, true, 0xF1 },
		};

		measure_observed(m, &o);
	}
}

/* Of several buses the busiest is named; what is not measured says why. */
static void test_buses(void **state)
{
	const struct perf_report about = { .bitrate = 500000,
					   .dbitrate = 2000000,
					   .buses = &buses };
	struct perf_report no_data = about;

	(void)state;
	measure_buses_and_senders(0, 500000);
	perf_report_text(&out, m, &about);
	assert_non_null(strstr(written(), "\nbus load                    -  frames with bit rate "
					  "switch need --dbitrate\n"
					  "wire share                  -  frames with bit rate "
					  "switch need --dbitrate\n"));
	measure_free(m);
	measure_buses_and_senders(2, 0);
	no_data.bitrate = no_data.dbitrate = 0;
	perf_report_text(&out, m, &no_data);
	assert_null(strstr(written(), "bus load"));
	measure_free(m);
}

static void test_busiest(void **state)
{
	const struct perf_report about = { .bitrate = 500000,
					   .dbitrate = 2000000,
					   .buses = &buses };
	const struct measure_settings settings = { .bitrate = 500000, .dbitrate = 2000000 };

	(void)state;
	m = measure_new(&settings);
	assert_non_null(m);
	strcpy(buses.names[0], "can0");
	strcpy(buses.names[1], "can1");
	for (uint64_t i = 0; i < 31; i++) {
		struct isotp_record r = { .time_ns = i * MS, .bus = i % 3 != 0 };

		assert_true(frame_parse("123#5555555555555555", &r.frame));
		measure_frame(m, &r);
	}
	perf_report_text(&out, m, &about);
	assert_non_null(strstr(written(), "\nbus load               14.8 %  of 500 kbit/s, "
					  "data 2 Mbit/s, can1 (busiest of 2)\n"
					  "wire share                  -  "
					  "no whole segmented PDU was seen\n"));
	perf_report_json(&out, m, &about);
	assert_non_null(strstr(written(), ",\"busiest\":\"can1\"}\n"));
	measure_free(m);
}

/* A row each, the slowest first, the rest counted; in JSON an object each. */
static void test_senders(void **state)
{
	const struct perf_report about = { .buses = &buses };
	const char *text;

	(void)state;
	measure_buses_and_senders(20, 0);
	perf_report_text(&out, m, &about);
	text = strstr(written(), "\nslowest senders");
	assert_non_null(text);
	assert_non_null(strstr(text, "\n"
				     "can1 18DAF113/12 > 18DA13F1/F1        1       0         0"
				     "   19.00 ms   19.00 ms\n"
				     "can1 18DAF111/12 > 18DA11F1/F1        1       0         0"
				     "   17.00 ms   17.00 ms\n"));
	assert_non_null(strstr(text, "\ncan1 18DAF100/12 > 18DA00F1/F1        0       1         0"
				     "          -          -\n"));
	assert_non_null(strstr(text, "\nand 4 more\n"));
	for (const char *line = text; line; line = strchr(line + 1, '\n'))
		assert_true(strcspn(line + 1, "\n") <= 80);
	perf_report_json(&out, m, &about);
	text = written();
	assert_ptr_equal(text, strstr(text, "{\"type\":\"sender\",\"bus\":\"can1\","
					    "\"id\":\"18DAF113\",\"width\":29,"
					    "\"address_byte\":\"12\","
					    "\"pair\":\"18DA13F1/F1:18DAF113/12\",\"pdus\":1,"
					    "\"broken\":0,\"stmin_violations\":0,"
					    "\"time_mean\":0.019000000,"
					    "\"time_max\":0.019000000}\n"));
	assert_non_null(strstr(text, "\"broken\":1,\"stmin_violations\":0}\n{"));
	assert_non_null(strstr(text, "}\n{\"type\":\"report\""));
	measure_free(m);
}

/* One of our own is known by its number. */
static void test_own(void **state)
{
	const struct perf_report about = { .mode = "ping" };

	(void)state;
	m = measure_new(&(struct measure_settings){ .active = true });
	assert_non_null(m);
	measure_number(m, 57);
	measure_round_trip(m, 3 * MS);
	perf_report_text(&out, m, &about);
	assert_non_null(strstr(written(), "\nslowest              3.000 ms  the PDU with the "
					  "number 57\n"));
	perf_report_json(&out, m, &about);
	assert_non_null(strstr(written(), ",\"slowest\":{\"duration\":0.003000000,"
					  "\"number\":57},\"rtt\":{"));
	measure_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),	     cmocka_unit_test(test_json),
		cmocka_unit_test(test_empty_report), cmocka_unit_test(test_buses),
		cmocka_unit_test(test_busiest),	     cmocka_unit_test(test_senders),
		cmocka_unit_test(test_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
