/* SPDX-License-Identifier: MIT */
/* Owns the tests of the library's socket on the kernel's stack: two of them on vcan0. */
#include <isotp.h>

#include <errno.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define BUS "vcan0"

static const struct isotp_address tester = { .tx_id = { 0x7E0, 11 }, .rx_id = { 0x7E8, 11 } };
static const struct isotp_address ecu = { .tx_id = { 0x7E8, 11 }, .rx_id = { 0x7E0, 11 } };
static const uint8_t pdu[200] = { 1, 2, 3 };

static struct isotp_socket *bound(const struct isotp_general *general,
				  const struct isotp_address *a)
{
	struct isotp_socket *s;

	assert_int_equal(isotp_socket_open(&s), 0);
	assert_int_equal(isotp_socket_set_stack(s, ISOTP_STACK_KERNEL), 0);
	if (general)
		assert_int_equal(isotp_socket_set_general(s, general, NULL), 0);
	if (isotp_socket_bind(s, BUS, a) != 0)
		fail_msg("bind: %s", isotp_socket_why(s));
	assert_true(isotp_socket_is_kernel(s));
	return s;
}

static uint64_t wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * ISOTP_SECOND + (uint64_t)ts.tv_nsec;
}

static void travels(struct isotp_socket *from, struct isotp_socket *to, size_t length)
{
	const uint64_t before = wall_clock();
	struct isotp_pdu got;

	assert_int_equal(isotp_socket_send(from, pdu, length, 5 * ISOTP_SECOND), 0);
	assert_int_equal(isotp_socket_receive(to, &got, 5 * ISOTP_SECOND), 0);
	assert_int_equal(got.length, length);
	assert_memory_equal(got.data, pdu, length);
	assert_true(got.time_ns >= before && got.time_ns <= wall_clock());
}

static void test_pdus_travel(void **state)
{
	struct isotp_socket *a = bound(NULL, &tester), *b = bound(NULL, &ecu);
	struct isotp_pdu got;

	(void)state;
	travels(a, b, 1);
	travels(b, a, sizeof(pdu));
	travels(a, b, sizeof(pdu));
	assert_int_equal(isotp_socket_receive(a, &got, 0), -ETIMEDOUT);
	assert_int_equal(isotp_socket_lost(a) + isotp_socket_lost(b), 0);
	isotp_socket_close(a);
	isotp_socket_close(b);
}

/* WAIT_TX_DONE: the kernel's write returns at the end, and says how it went. */
static void test_wait_tx_done(void **state)
{
	const struct isotp_general wait = { .flags = ISOTP_VALUE(CAN_ISOTP_WAIT_TX_DONE) };
	struct isotp_socket *a = bound(&wait, &tester), *b = bound(NULL, &ecu);
	struct isotp_general in_force;

	(void)state;
	assert_int_equal(isotp_socket_set_general(a, NULL, &in_force), 0);
	assert_int_equal(in_force.flags.value, CAN_ISOTP_WAIT_TX_DONE);
	travels(a, b, 7);
	travels(a, b, sizeof(pdu));
	travels(b, a, sizeof(pdu));
	isotp_socket_close(b);
	assert_int_equal(isotp_socket_send(a, pdu, sizeof(pdu), 5 * ISOTP_SECOND),
			 ISOTP_N_TIMEOUT_BS);
	assert_string_equal(isotp_socket_why(a), "N_TIMEOUT_Bs");
	assert_int_equal(isotp_socket_send(a, pdu, 7, 5 * ISOTP_SECOND), 0);
	isotp_socket_close(a);
}

/* How many first frames with the tester's ID have come to a raw socket. */
static int first_frames(int raw)
{
	struct can_frame f;
	int n = 0;

	while (recv(raw, &f, sizeof(f), MSG_DONTWAIT) == sizeof(f))
		n += f.can_id == 0x7E0 && f.data[0] >> 4 == 1;
	return n;
}

static int raw_socket(void)
{
	const struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = (int)if_nametoindex(BUS),
	};
	const int fd = socket(PF_CAN, SOCK_RAW, CAN_RAW);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* A flow control that is refused ends the transfer, with both ways to wait for its end, and the PDU
 * is not sent again. */
static void test_a_bad_flow_control(void **state)
{
	static const uint32_t flags[] = { 0, CAN_ISOTP_WAIT_TX_DONE };

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct isotp_general strict = {
			.flags = ISOTP_VALUE(flags[i] | CAN_ISOTP_CHK_PAD_LEN),
			.rxpad = ISOTP_VALUE(0xAA),
		};
		struct isotp_socket *a = bound(&strict, &tester), *b = bound(NULL, &ecu);
		const int raw = raw_socket();

		assert_int_equal(isotp_socket_send(a, pdu, sizeof(pdu), 5 * ISOTP_SECOND),
				 ISOTP_PADDING);
		assert_int_equal(first_frames(raw), 1);
		close(raw);
		isotp_socket_close(a);
		isotp_socket_close(b);
	}
}

/* The next PDU begins with a clean slate, whatever became of the one before. */
static void test_after_a_failure(void **state)
{
	struct isotp_socket *a = bound(NULL, &tester), *b;

	(void)state;
	assert_int_equal(isotp_socket_send(a, pdu, sizeof(pdu), 5 * ISOTP_SECOND),
			 ISOTP_N_TIMEOUT_BS);
	assert_int_equal(isotp_socket_send(a, pdu, sizeof(pdu), 200 * ISOTP_MS), -ETIMEDOUT);
	b = bound(NULL, &ecu);
	travels(a, b, sizeof(pdu));
	isotp_socket_close(a);
	isotp_socket_close(b);
}

/* What was set is what the kernel has, and after bind nothing can be set. */
static void test_in_force_is_what_the_kernel_has(void **state)
{
	const struct isotp_general general = {
		.frame_txtime_ns = ISOTP_VALUE(123456),
		.ext_address = ISOTP_VALUE(0x12),
		.rx_ext_address = ISOTP_VALUE(0xF1),
		.txpad = ISOTP_VALUE(0xAA),
		.rxpad = ISOTP_VALUE(0x55),
		.tx_stmin_ns = ISOTP_VALUE(1000),
		.rx_stmin_ns = ISOTP_VALUE(2000),
	};
	const struct isotp_flow_control flow = { ISOTP_VALUE(8), ISOTP_VALUE(0xF3),
						 ISOTP_VALUE(2) };
	const struct isotp_link_layer link = { ISOTP_VALUE(72), ISOTP_VALUE(24), ISOTP_VALUE(1) };
	struct isotp_general general_now;
	struct isotp_flow_control flow_now;
	struct isotp_link_layer link_now;
	struct isotp_socket *s;

	(void)state;
	assert_int_equal(isotp_socket_open(&s), 0);
	assert_int_equal(isotp_socket_set_stack(s, ISOTP_STACK_KERNEL), 0);
	assert_int_equal(isotp_socket_set_general(s, &general, NULL), 0);
	assert_int_equal(isotp_socket_set_flow_control(s, &flow, NULL), 0);
	assert_int_equal(isotp_socket_set_link_layer(s, &link, NULL), 0);
	assert_int_equal(isotp_socket_bind(s, BUS, &tester), 0);
	assert_int_equal(isotp_socket_set_general(s, NULL, &general_now), 0);
	assert_int_equal(isotp_socket_set_flow_control(s, NULL, &flow_now), 0);
	assert_int_equal(isotp_socket_set_link_layer(s, NULL, &link_now), 0);
	assert_int_equal(general_now.flags.value,
			 CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR | CAN_ISOTP_TX_PADDING |
				 CAN_ISOTP_RX_PADDING | CAN_ISOTP_FORCE_TXSTMIN |
				 CAN_ISOTP_FORCE_RXSTMIN);
	assert_int_equal(general_now.frame_txtime_ns.value, 123456);
	assert_int_equal(general_now.ext_address.value, 0x12);
	assert_int_equal(general_now.rx_ext_address.value, 0xF1);
	assert_int_equal(general_now.txpad.value, 0xAA);
	assert_int_equal(general_now.rxpad.value, 0x55);
	assert_int_equal(general_now.tx_stmin_ns.value, 1000);
	assert_int_equal(general_now.rx_stmin_ns.value, 2000);
	assert_int_equal(flow_now.bs.value, 8);
	assert_int_equal(flow_now.stmin.value, 0xF3);
	assert_int_equal(flow_now.wftmax.value, 2);
	assert_int_equal(link_now.mtu.value, 72);
	assert_int_equal(link_now.tx_dl.value, 24);
	assert_int_equal(link_now.tx_flags.value, 1);
	assert_int_equal(isotp_socket_set_flow_control(s, &flow, NULL), -EISCONN);
	assert_string_equal(isotp_socket_why(s), "the socket is bound");
	isotp_socket_close(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pdus_travel),
		cmocka_unit_test(test_wait_tx_done),
		cmocka_unit_test(test_a_bad_flow_control),
		cmocka_unit_test(test_after_a_failure),
		cmocka_unit_test(test_in_force_is_what_the_kernel_has),
	};

	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
