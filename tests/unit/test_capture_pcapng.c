/* SPDX-License-Identifier: MIT */
/* Owns the tests of pcapng files, and of what pcap and pcapng have in common: gzip and pipes. */
#include "packets.h"

#include <errno.h>
#include <unistd.h>

static struct reading reading;

static const struct way usual = { 0 }, by_bytes = { .by_bytes = true };

static void interfaces(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		begin_pcapng(big);
		put_usual_interface("can2");
		put_usual_interface("vcan0");
		put_packet(0, 0x100);
		put_packet(1, 0x101);
		put_packet(1, 0x102);
		put_packet(0, 0x103);
		put_usual_interface("slcan0");
		put_packet(2, 0x104);
		put_packet(0, 0x105);
		expect_both_ways(&reading, "interfaces",
				 "0 1.500000000 can2 100#11\n"
				 "1 1.500000000 vcan0 101#11\n"
				 "2 1.500000000 vcan0 102#11\n"
				 "3 1.500000000 can2 103#11\n"
				 "4 1.500000000 slcan0 104#11\n"
				 "5 1.500000000 can2 105#11\n");
		assert_int_equal(reading.bus_max, 2);
	}
}

/* Without a name an interface has its number; two of the same name are two buses. */
static void interface_names(void **state)
{
	(void)state;
	begin_pcapng(false);
	put_usual_interface(NULL);
	put_packet(0, 0x100);
	expect_both_ways(&reading, "no name", "0 1.500000000 can0 100#11\n");
	begin_pcapng(false);
	put_usual_interface("can1");
	put_usual_interface(NULL);
	put_usual_interface("can1");
	put_usual_interface("a b\033\303\274c");
	put_usual_interface("a123456789b123456789c123456789d123456789"
			    "e123456789f123456789g123456789");
	for (unsigned int i = 0; i < 5; i++)
		put_packet(i, 0x100);
	expect_both_ways(&reading, "names",
			 "0 1.500000000 can1 100#11\n"
			 "1 1.500000000 can.1 100#11\n"
			 "2 1.500000000 can1.2 100#11\n"
			 "3 1.500000000 a_b___c 100#11\n"
			 "4 1.500000000 a123456789b123456789c123456789d123456789"
			 "e123456789f123456789g12 100#11\n");
}

/* A new section has interfaces of its own; the same name is the same bus there. */
static void sections(void **state)
{
	(void)state;
	begin_pcapng(false);
	put_usual_interface("can0");
	put_packet(0, 0x100);
	put_section();
	put_usual_interface("can1");
	put_usual_interface("can0");
	put_packet(0, 0x101);
	put_packet(1, 0x102);
	expect_both_ways(&reading, "sections",
			 "0 1.500000000 can0 100#11\n1 1.500000000 can1 101#11\n"
			 "2 1.500000000 can0 102#11\n");
	assert_int_equal(reading.bus_max, 1);
}

/* Other kinds of packets, and blocks in between that are none. */
static void other_blocks(void **state)
{
	static struct bytes packet;
	size_t at;

	(void)state;
	packet = *frame_bytes(0x102, true, 1, 0, 16);
	begin_pcapng(false);
	put_usual_interface("can7");
	put_usual_interface("can8");
	at = begin_block(5); /* statistics */
	put32(&file, 0);
	put32(&file, 0);
	put32(&file, 0);
	end_block(at);
	put_packet(1, 0x101);
	at = begin_block(3); /* simple packet */
	put32(&file, 16);
	put(&file, packet.at, packet.n);
	end_block(at);
	at = begin_block(0x0BAD); /* unknown */
	put32(&file, 1);
	end_block(at);
	at = begin_block(2); /* the obsolete packet block */
	put16(&file, 1);
	put16(&file, 0);
	put32(&file, 0);
	put32(&file, 1500000);
	put32(&file, 16);
	put32(&file, 16);
	put(&file, packet.at, packet.n);
	end_block(at);
	expect_both_ways(&reading, "blocks",
			 "0 1.500000000 can8 101#11\n1 0.000000000 can7 102#11\n"
			 "2 1.500000000 can8 102#11\n");
}

static void resolutions(void **state)
{
	(void)state;
	begin_pcapng(false);
	put_interface("can0", CAN, 262144, 9);
	put_interface("can1", CAN, 262144, 3);
	put_enhanced(0, UINT64_C(1700000000123456789), frame_bytes(0x100, true, 0, 0, 16));
	put_enhanced(1, UINT64_C(1700000000123), frame_bytes(0x100, true, 0, 0, 16));
	expect_both_ways(&reading, "resolutions",
			 "0 1700000000.123456789 can0 100#\n1 1700000000.123000000 can1 100#\n");
}

/* Many packets: more than libpcap is given at a time, in turns. */
static void many_packets(void **state)
{
	char want[64];
	const char *at;

	(void)state;
	begin_pcapng(false);
	put_usual_interface("can0");
	put_usual_interface("can1");
	for (unsigned int i = 0; i < 4000; i++)
		put_packet(i * i % 3 ? 1 : 0, i % 0x7FF);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_int_equal(reading.status.records, 4000);
	at = reading.text;
	for (unsigned int i = 0; i < 4000; i++) {
		const int n = sprintf(want, "%u 1.500000000 can%d %03X#11\n", i, i * i % 3 ? 1 : 0,
				      i % 0x7FF);

		assert_memory_equal(at, want, (size_t)n);
		at += n;
	}
}

/* --- what cannot be read --- */

/* libpcap does not go on at an interface that differs; what was before is given. */
static void later_interfaces(void **state)
{
	static const struct {
		unsigned int link;
		uint32_t snaplen;
		const char *why;
	} cases[] = {
		{ 1, 262144, "different from the type of the first interface" },
		{ SLL, 262144, "different from the type of the first interface" },
		{ CAN, 96, "different from the snapshot length of the first interface" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin_pcapng(false);
		put_usual_interface("can0");
		put_packet(0, 0x100);
		put_packet(0, 0x101);
		put_interface("eth0", cases[i].link, cases[i].snaplen, 6);
		put_packet(0, 0x102);
		read_bytes(&reading, file.at, file.n, i % 2 ? &by_bytes : &usual);
		assert_reading("later interface", &reading,
			       "0 1.500000000 can0 100#11\n1 1.500000000 can0 101#11\n");
		assert_int_equal(reading.ended, -EBADMSG);
		assert_non_null(strstr(reading.status.error, cases[i].why));
	}
}

static void senseless_blocks(void **state)
{
	size_t at;

	(void)state;
	begin_pcapng(false);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_int_equal(reading.opened, -EBADMSG);
	put_usual_interface("can0");
	put_packet(0, 0x100);
	at = file.n;
	for (uint32_t length = 0; length < 32; length++) {
		file.n = at;
		put32(&file, 6);
		put32(&file, length);
		put(&file, file.at, 64);
		read_bytes(&reading, file.at, file.n, &usual);
		assert_reading("senseless", &reading, "0 1.500000000 can0 100#11\n");
		assert_int_equal(reading.ended, -EBADMSG);
	}
	file.n = at;
	put_packet(1, 0x101);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_int_equal(reading.status.records, 1);
	assert_int_equal(reading.ended, -EBADMSG);
}

static void without_packets(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, CAN);
	expect_both_ways(&reading, "pcap", "");
	begin_pcapng(false);
	put_usual_interface("can0");
	expect_both_ways(&reading, "pcapng", "");
}

/* --- gzip and pipes --- */

static void packed(void **state)
{
	static struct bytes gzip;
	const char *want = "0 1.500000000 can3 100#11\n1 1.500000000 can3 101#11\n";

	(void)state;
	begin_pcapng(false);
	put_usual_interface("can3");
	put_packet(0, 0x100);
	put_packet(0, 0x101);
	gzip.n = 0;
	put_gzip(&gzip, file.at, 70);
	put_gzip(&gzip, file.at + 70, file.n - 70);
	for (int i = 0; i < 2; i++) {
		read_bytes(&reading, gzip.at, gzip.n, i ? &by_bytes : &usual);
		assert_reading("gzip", &reading, want);
		assert_int_equal(reading.ended, 0);
		assert_true(reading.status.gzip);
	}
	read_bytes(&reading, gzip.at, gzip.n - 4, &usual);
	assert_reading("gzip, cut off", &reading, want);
	assert_int_equal(reading.ended, -EBADMSG);
	assert_string_equal(reading.status.error, "ends in the middle of its gzip data");
}

static size_t add_to(int fd, size_t from)
{
	assert_int_equal(write(fd, file.at + from, file.n - from), file.n - from);
	return file.n;
}

/* Packets are given when they are there, although the pipe stays open. */
static void live(void **state)
{
	struct isotp_capture_settings settings = { 0 };
	struct isotp_record got[8];
	struct isotp_capture *c;
	int ends[2], stop[2];
	size_t at;

	(void)state;
	for (int ng = 0; ng < 2; ng++) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(pipe(stop), 0);
		settings.stop_fd = stop[0];
		if (ng) {
			begin_pcapng(false);
			put_usual_interface("can0");
		} else {
			begin_pcap(false, MICRO, CAN);
		}
		at = add_to(ends[1], 0);
		assert_int_equal(isotp_capture_open(&c, ends[0], &settings), 0);
		for (int n = 1; n < 6; n++) {
			for (int i = 0; i < n; i++)
				ng ? put_packet(0, 0x100) : put_frame(0x100, 1);
			at = add_to(ends[1], at);
			assert_int_equal(isotp_capture_read(c, got, 8), n);
		}
		assert_int_equal(write(stop[1], "", 1), 1);
		assert_int_equal(isotp_capture_read(c, got, 8), -EINTR);
		isotp_capture_close(c);
		for (int i = 0; i < 2; i++) {
			close(ends[i]);
			close(stop[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interfaces),
		cmocka_unit_test(interface_names),
		cmocka_unit_test(sections),
		cmocka_unit_test(other_blocks),
		cmocka_unit_test(resolutions),
		cmocka_unit_test(many_packets),
		cmocka_unit_test(later_interfaces),
		cmocka_unit_test(senseless_blocks),
		cmocka_unit_test(without_packets),
		cmocka_unit_test(packed),
		cmocka_unit_test(live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
