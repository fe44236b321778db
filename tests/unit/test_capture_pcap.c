/* SPDX-License-Identifier: MIT */
/* Owns the tests of pcap files: frames, times, the order of IDs, cooked captures, pipes. */
#include "packets.h"

#include <errno.h>
#include <unistd.h>

static struct reading reading;

static const struct way usual = { 0 }, by_bytes = { .by_bytes = true };

/* A frame between two that are known, as a record of type 227. */
static const struct record {
	uint32_t id;
	unsigned int len, flags;
	size_t size, captured; /* of the whole packet, and as far as it was captured */
	const char *want;      /* as records are written, "xl", or why it is damaged */
	bool damaged;
} records[] = {
	{ 0x7E0, 3, 0, 16, ALL, "1.500000000 can0 7E0#112233", false },
	{ 0x7FF, 0, 0, 16, ALL, "1.500000000 can0 7FF#", false },
	{ EFF | 0x18DAF110, 8, 0, 16, ALL, "1.500000000 can0 18DAF110#1122334455667788", false },
	{ EFF | 0x7E0, 1, 0, 16, ALL, "1.500000000 can0 000007E0#11", false },
	{ RTR | 0x7E0, 4, 0, 16, ALL, "1.500000000 can0 7E0#R4", false },
	{ RTR | EFF | 0x7E0, 0, 0, 16, ALL, "1.500000000 can0 000007E0#R0", false },
	{ RTR | 0x7E0, 8, 0, 16, 8, "1.500000000 can0 7E0#R8", false },
	{ ERR | 0x80, 8, 0, 16, ALL, "1.500000000 can0 20000080#1122334455667788", false },
	/* trailing bytes may be missing, in the packet and in what was captured of it */
	{ 0x7E0, 3, 0, 11, ALL, "1.500000000 can0 7E0#112233", false },
	{ 0x7E0, 3, 0, 16, 11, "1.500000000 can0 7E0#112233", false },
	{ 0x7E0, 0, 0, 8, ALL, "1.500000000 can0 7E0#", false },
	{ 0x7E0, 3, 4, 72, 11, "1.500000000 can0 7E0##0112233", false },
	/* FD by the flag, or by the packet's original length */
	{ 0x7E0, 12, 4, 72, ALL, "1.500000000 can0 7E0##0112233445566778899AABBCC", false },
	{ 0x7E0, 12, 4, 20, ALL, "1.500000000 can0 7E0##0112233445566778899AABBCC", false },
	{ 0x7E0, 2, 5, 72, ALL, "1.500000000 can0 7E0##11122", false },
	{ 0x7E0, 2, 6, 72, ALL, "1.500000000 can0 7E0##21122", false },
	{ EFF | 1, 2, 3, 72, ALL, "1.500000000 can0 00000001##31122", false },
	{ 0x7E0, 2, 0, 72, ALL, "1.500000000 can0 7E0##01122", false },
	{ 0x7E0, 2, 0, 72, 20, "1.500000000 can0 7E0##01122", false },
	{ 0x7E0, 2, 1, 16, ALL, "1.500000000 can0 7E0#1122", false },
	{ 0x123, 0x81, 0, 20, ALL, "xl", false },
	{ 0x7E0, 3, 0, 16, 10, "is cut off", true },
	{ 0x7E0, 3, 0, 16, 7, "is cut off", true },
	{ 0x7E0, 64, 4, 72, 71, "is cut off", true },
	{ 0x7E0, 9, 0, 16, ALL, "has a length that no such frame has", true },
	{ 0x7E0, 12, 0, 20, ALL, "has a length that no such frame has", true },
	{ 0x7E0, 9, 4, 72, ALL, "has a length that no such frame has", true },
	{ 0x7E0, 65, 4, 72, ALL, "has a length that no such frame has", true },
	{ 0x800, 1, 0, 16, ALL, "has no valid CAN ID", true },
	{ RTR | 0x800, 1, 0, 16, ALL, "has no valid CAN ID", true },
	{ RTR | 0x7E0, 1, 4, 72, ALL, "has no valid CAN ID", true },
	{ ERR | 0x80, 8, 4, 72, ALL, "has no valid CAN ID", true },
	{ ERR | RTR | 0x80, 8, 0, 16, ALL, "has no valid CAN ID", true },
	{ ERR | EFF | 0x80, 8, 0, 16, ALL, "has no valid CAN ID", true },
};

static void judge(const struct record *x, bool big, const struct way *way)
{
	const bool xl = !strcmp(x->want, "xl"), is_frame = !xl && !x->damaged;
	char want[1024] = "0 1.500000000 can0 100#11\n";

	begin_pcap(big, MICRO, CAN);
	put_frame(0x100, 1);
	put_record(1, 500000, frame_bytes(x->id, true, x->len, x->flags, x->size), x->captured);
	put_frame(0x200, 1);
	if (is_frame)
		sprintf(want + strlen(want), "1 %s\n", x->want);
	sprintf(want + strlen(want), "%d 1.500000000 can0 200#11\n", 1 + !x->damaged);
	read_bytes(&reading, file.at, file.n, way);
	assert_reading(x->want, &reading, want);
	assert_int_equal(reading.opened, 0);
	assert_int_equal(reading.ended, 0);
	assert_int_equal(reading.status.format, ISOTP_CAPTURE_PCAP);
	assert_int_equal(reading.status.records, 2 + !x->damaged);
	assert_int_equal(reading.status.xl, xl);
	assert_int_equal(reading.status.damaged, x->damaged);
	assert_false(reading.status.swapped);
	if (!x->damaged)
		return;
	assert_int_equal(reading.status.places[0].at, 2);
	assert_string_equal(reading.status.places[0].why, x->want);
}

static void frames(void **state)
{
	const struct way one = { .room = 1 };

	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		judge(&records[i], false, &usual);
		judge(&records[i], true, &usual);
		judge(&records[i], false, &one);
		judge(&records[i], false, &by_bytes);
	}
}

/* The original length counts: one below 8 is no frame, whatever was captured. */
static void shorter_than_a_frame(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, CAN);
	put_frame(0x100, 1);
	put32(&file, 1);
	put32(&file, 0);
	put32(&file, 0);
	put32(&file, 7);
	put32(&file, 1);
	put32(&file, 0);
	put32(&file, 16);
	put32(&file, 7);
	put(&file, frame_bytes(0x100, true, 1, 0, 16)->at, 16);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_int_equal(reading.status.records, 1);
	assert_int_equal(reading.status.damaged, 2);
	assert_string_equal(reading.status.places[0].why, "is too short to be a frame");
	assert_string_equal(reading.status.places[1].why, "is too short to be a frame");
}

static void times(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		begin_pcap(big, MICRO, CAN);
		put_record(1700000000, 123456, frame_bytes(0x7E0, true, 0, 0, 16), ALL);
		read_bytes(&reading, file.at, file.n, &usual);
		assert_reading("us", &reading, "0 1700000000.123456000 can0 7E0#\n");
		begin_pcap(big, NANO, CAN);
		put_record(1700000000, 123456789, frame_bytes(0x7E0, true, 0, 0, 16), ALL);
		read_bytes(&reading, file.at, file.n, &usual);
		assert_reading("ns", &reading, "0 1700000000.123456789 can0 7E0#\n");
		/* after 2038 */
		begin_pcap(big, MICRO, CAN);
		put_record(4000000000, 5, frame_bytes(0x7E0, true, 0, 0, 16), ALL);
		read_bytes(&reading, file.at, file.n, &usual);
		assert_reading("32 bits", &reading, "0 4000000000.000005000 can0 7E0#\n");
	}
}

/* Files of other versions, whose records are laid out otherwise; on a pipe, too. */
static void old_versions(void **state)
{
	const uint8_t more[8] = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin_pcap(false, 0xA1B2CD34, CAN); /* with longer record headers */
		for (uint32_t id = 0x100; id < 0x102; id++) {
			put32(&file, 1);
			put32(&file, 500000);
			put32(&file, 16);
			put32(&file, 16);
			put(&file, more, sizeof(more));
			put(&file, frame_bytes(id, true, 1, 0, 16)->at, 16);
		}
		read_bytes(&reading, file.at, file.n, i ? &by_bytes : &usual);
		assert_reading("longer headers", &reading,
			       "0 1.500000000 can0 100#11\n1 1.500000000 can0 101#11\n");
		begin_pcap(false, MICRO, CAN);
		file.at[6] = 2; /* version 2.2: the original length stands first */
		for (uint32_t id = 0x100; id < 0x102; id++) {
			put32(&file, 1);
			put32(&file, 500000);
			put32(&file, 72);
			put32(&file, 16);
			put(&file, frame_bytes(id, true, 1, 0, 16)->at, 16);
		}
		read_bytes(&reading, file.at, file.n, i ? &by_bytes : &usual);
		assert_reading("version 2.2", &reading,
			       "0 1.500000000 can0 100##011\n1 1.500000000 can0 101##011\n");
	}
}

/* --- the order of the IDs --- */

static void expect_order(bool swapped, const char *want)
{
	for (int i = 0; i < 2; i++) {
		read_bytes(&reading, file.at, file.n, i ? &by_bytes : &usual);
		assert_reading("order", &reading, want);
		assert_int_equal(reading.status.swapped, swapped);
	}
}

static void little_endian_ids(void **state)
{
	static const struct {
		uint32_t id;
		const char *text;
	} ids[] = {
		{ 0x7E0, "7E0" },
		{ 0x7E8, "7E8" },
		{ 0x123, "123" },
		{ 0x001, "001" },
		{ EFF | 0x18DAF110, "18DAF110" },
		{ EFF | 1, "00000001" },
	};
	char want[128];

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		begin_pcap(false, MICRO, CAN);
		put_little(ids[i].id, 1);
		sprintf(want, "0 1.500000000 can0 %s#11\n", ids[i].text);
		expect_order(true, want);
	}
}

/* An ID that is possible both ways does not decide; of a file, the ones behind it do. */
static void order_by_the_next_frames(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, CAN);
	put_little(0x080, 1); /* big-endian: 80000000, 29 bits, all zero */
	put_little(0x7E0, 1);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_reading("file", &reading, "0 1.500000000 can0 080#11\n1 1.500000000 can0 7E0#11\n");
	assert_true(reading.status.swapped);
	read_bytes(&reading, file.at, file.n, &by_bytes);
	assert_reading("pipe", &reading,
		       "0 1.500000000 can0 00000000#11\n1 1.500000000 can0 7E0#11\n");
	assert_true(reading.status.swapped);
}

/* One impossible ID among others is a damaged record, not another order. */
static void one_bad_id(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, CAN);
	put_frame(0x7E0, 1);
	put_little(0x7E0, 1);
	put_frame(0x7E8, 1);
	expect_order(false, "0 1.500000000 can0 7E0#11\n1 1.500000000 can0 7E8#11\n");
	assert_int_equal(reading.status.damaged, 1);
	begin_pcap(false, MICRO, CAN);
	put_little(0x7E0, 1);
	put_frame(0x7E0, 1);
	put_little(0x7E8, 1);
	expect_order(true, "0 1.500000000 can0 7E0#11\n1 1.500000000 can0 7E8#11\n");
	assert_int_equal(reading.status.damaged, 1);
}

/* Once decided it stays so. */
static void order_stays(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, CAN);
	for (int i = 0; i < 100; i++)
		put_frame(0x7E0, 1);
	for (int i = 0; i < 200; i++)
		put_little(0x7E0, 1);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_false(reading.status.swapped);
	assert_int_equal(reading.status.records, 100);
	assert_int_equal(reading.status.damaged, 200);
	assert_int_equal(reading.status.places[0].at, 101);
}

static void order_by_hand(void **state)
{
	const struct way way = { .swap = ISOTP_CAPTURE_SWAP_ALWAYS };

	(void)state;
	begin_pcap(false, MICRO, CAN);
	put_little(0x080, 1);
	put_frame(0x7E0, 1);
	read_bytes(&reading, file.at, file.n, &way);
	assert_reading("by hand", &reading, "0 1.500000000 can0 080#11\n");
	assert_true(reading.status.swapped);
	assert_int_equal(reading.status.damaged, 1);
}

/* --- cooked captures --- */

/* The header of a packet: its protocol and its interface, then a frame as its machine has it. */
static const struct bytes *cooked(unsigned int link, unsigned int protocol, unsigned int ifindex,
				  uint32_t id, bool id_big, size_t size)
{
	static struct bytes b;

	b.n = 0;
	b.big = true;
	if (link == SLL2) {
		put16(&b, protocol);
		put16(&b, 0);
		put32(&b, ifindex);
		put(&b, "\x01\x18\x00\x00\0\0\0\0\0\0\0\0", 12);
	} else {
		put(&b, "\0\0\x01\x18\x00\x00\0\0\0\0\0\0\0\0", 14);
		put16(&b, protocol);
	}
	put(&b, frame_bytes(id, id_big, 3, 0, size)->at, size);
	return &b;
}

static void cooked_packets(void **state)
{
	static const unsigned int links[] = { SLL, SLL2 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const bool big = i % 2;
		const unsigned int link = links[i / 2];

		begin_pcap(big, MICRO, link);
		put_record(1, 0, cooked(link, 0x0C, 3, 0x7E0, big, 16), ALL);
		put_record(1, 0, cooked(link, 0x0C, 3, EFF | 0x18DAF110, big, 16), ALL);
		put_record(1, 0, cooked(link, 0x0C, 3, RTR | 0x7E0, big, 16), ALL);
		put_record(1, 0, cooked(link, 0x0D, 3, 0x7E0, big, 72), ALL);
		put_record(1, 0, cooked(link, 0x0D, 3, 0x7E0, big, 20), ALL);
		put_record(1, 0, cooked(link, 0x0800, 3, 0, big, 40), ALL);
		put_record(1, 0, cooked(link, 0x0E, 3, 0x7E0, big, 40), ALL);
		put_record(1, 0, cooked(link, 0x0C, 3, 0x7E0, big, 16), link == SLL ? 15 : 19);
		put_record(1, 0, cooked(link, 0x0C, 3, 0x800, big, 16), ALL);
		read_bytes(&reading, file.at, file.n, &usual);
		assert_reading("cooked", &reading,
			       "0 1.000000000 can0 7E0#112233\n"
			       "1 1.000000000 can0 18DAF110#112233\n"
			       "2 1.000000000 can0 7E0#R3\n"
			       "3 1.000000000 can0 7E0##0112233\n"
			       "4 1.000000000 can0 7E0##0112233\n");
		assert_int_equal(reading.status.records, 6);
		assert_int_equal(reading.status.xl, 1);
		assert_int_equal(reading.status.other, 1);
		assert_int_equal(reading.status.damaged, 2);
		assert_int_equal(reading.status.places[0].at, 8);
		assert_string_equal(reading.status.places[0].why, "is cut off");
		assert_int_equal(reading.status.places[1].at, 9);
		assert_string_equal(reading.status.places[1].why, "has no valid CAN ID");
		assert_false(reading.status.swapped);
	}
}

/* The length that counts is that behind the header. */
static void cooked_lengths(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, SLL);
	put_record(1, 0, cooked(SLL, 0x0C, 3, 0x7E0, false, 72), ALL);
	put_record(1, 0, cooked(SLL, 0x0C, 3, 0x7E0, false, 72 - 16), ALL);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_reading("cooked", &reading,
		       "0 1.000000000 can0 7E0##0112233\n1 1.000000000 can0 7E0#112233\n");
}

static void cooked_interfaces(void **state)
{
	static const unsigned int interfaces[] = { 4, 4, 7, 4, 9, 7 };

	(void)state;
	begin_pcap(false, MICRO, SLL2);
	for (size_t i = 0; i < COUNT(interfaces); i++)
		put_record(1, 0, cooked(SLL2, 0x0C, interfaces[i], 0x7E0, false, 16), ALL);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_reading("interfaces", &reading,
		       "0 1.000000000 can0 7E0#112233\n1 1.000000000 can0 7E0#112233\n"
		       "2 1.000000000 if7 7E0#112233\n3 1.000000000 can0 7E0#112233\n"
		       "4 1.000000000 if9 7E0#112233\n5 1.000000000 if7 7E0#112233\n");
}

/* --- what cannot be read --- */

static void truncated(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, CAN);
	put_frame(0x100, 1);
	put_frame(0x101, 1);
	for (size_t cut = 1; cut < 32; cut++) {
		read_bytes(&reading, file.at, file.n - cut, cut % 2 ? &usual : &by_bytes);
		assert_reading("truncated", &reading, "0 1.500000000 can0 100#11\n");
		assert_int_equal(reading.ended, 0);
		assert_int_equal(reading.status.damaged, 1);
		assert_int_equal(reading.status.places[0].at, 2);
		assert_string_equal(reading.status.places[0].why, "is cut off");
	}
	read_bytes(&reading, file.at, file.n - 32, &usual);
	assert_int_equal(reading.ended, 0);
	assert_int_equal(reading.status.damaged, 0);
	for (size_t n = 4; n < 24; n++) {
		read_bytes(&reading, file.at, n, &usual);
		assert_int_equal(reading.opened, -EBADMSG);
		assert_int_equal(reading.ended, -EBADMSG);
	}
}

static void other_link_types(void **state)
{
	(void)state;
	begin_pcap(false, MICRO, 1);
	put_frame(0x100, 1);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_int_equal(reading.opened, -EPROTONOSUPPORT);
	assert_string_equal(reading.status.error, "has link type 1 (EN10MB), which is not CAN");
	begin_pcapng(false);
	put_interface("eth0", 1, 262144, 6);
	read_bytes(&reading, file.at, file.n, &usual);
	assert_int_equal(reading.opened, -EPROTONOSUPPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),
		cmocka_unit_test(shorter_than_a_frame),
		cmocka_unit_test(times),
		cmocka_unit_test(old_versions),
		cmocka_unit_test(little_endian_ids),
		cmocka_unit_test(order_by_the_next_frames),
		cmocka_unit_test(one_bad_id),
		cmocka_unit_test(order_stays),
		cmocka_unit_test(order_by_hand),
		cmocka_unit_test(cooked_packets),
		cmocka_unit_test(cooked_lengths),
		cmocka_unit_test(cooked_interfaces),
		cmocka_unit_test(truncated),
		cmocka_unit_test(other_link_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
