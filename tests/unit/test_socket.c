/* SPDX-License-Identifier: MIT */
/* Owns the tests of the ISO-TP socket on an embedded bus: two ends in one thread, short PDUs. */
#include "transport/clock.h"
#include "transport/socket.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TIMEOUT (2 * ISOTP_SECOND)

static const struct isotp_address tester = { .tx_id = { 0x7E0, 11 }, .rx_id = { 0x7E8, 11 } };
static const struct isotp_address ecu = { .tx_id = { 0x7E8, 11 }, .rx_id = { 0x7E0, 11 } };

/* A bus of its own for each test. */
struct rig {
	char dir[64], name[80];
	struct isotp_socket *a, *b;
};

static int set_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	snprintf(r->dir, sizeof(r->dir), "/tmp/isotp-test-XXXXXX");
	if (!mkdtemp(r->dir))
		return -1;
	snprintf(r->name, sizeof(r->name), "virtual:%s", r->dir);
	*state = r;
	return isotp_socket_open(&r->a) || isotp_socket_open(&r->b);
}

static int tear_down(void **state)
{
	struct rig *r = *state;
	int rc;

	isotp_socket_close(r->a);
	isotp_socket_close(r->b);
	rc = rmdir(r->dir);
	free(r);
	return rc;
}

static void join(struct rig *r)
{
	assert_int_equal(isotp_socket_bind(r->a, r->name, &tester), 0);
	assert_null(isotp_socket_why(r->a));
	assert_int_equal(isotp_socket_bind(r->b, r->name, &ecu), 0);
}

static void assert_says(struct isotp_socket *s, int rc, int expected, const char *why)
{
	assert_int_equal(rc, expected);
	assert_non_null(isotp_socket_why(s));
	assert_string_equal(isotp_socket_why(s), why);
}

static void assert_receives(struct isotp_socket *s, const char *text)
{
	struct isotp_pdu pdu;

	assert_int_equal(isotp_socket_receive(s, &pdu, TIMEOUT), 0);
	assert_null(isotp_socket_why(s));
	assert_int_equal(pdu.length, strlen(text));
	assert_memory_equal(pdu.data, text, pdu.length);
	assert_true(isotp_clock_realtime() - pdu.time_ns < 10 * ISOTP_SECOND);
}

static void test_before_bind(void **state)
{
	struct rig *r = *state;
	struct isotp_pdu pdu;

	assert_null(isotp_socket_why(r->a));
	assert_says(r->a, isotp_socket_send(r->a, "x", 1, 0), -ENOTCONN, "the socket is not bound");
	assert_says(r->a, isotp_socket_receive(r->a, &pdu, 0), -ENOTCONN,
		    "the socket is not bound");
	assert_int_equal(isotp_socket_fd(r->a), -1);
	assert_int_equal(isotp_socket_events(r->a), 0);
	assert_true(isotp_socket_deadline(r->a) == ISOTP_NEVER);
	assert_false(isotp_socket_is_kernel(r->a));
	assert_string_equal(isotp_socket_why(NULL), "there is no memory");
}

static void test_after_bind(void **state)
{
	static const char bound[] = "the socket is bound";
	const struct isotp_general wanted = { .txpad = ISOTP_VALUE(0xAA) };
	const struct isotp_flow_control flow_control = { .bs = ISOTP_VALUE(1) };
	const struct isotp_link_layer link_layer = { .mtu = ISOTP_VALUE(72) };
	struct isotp_general general;
	struct rig *r = *state;

	assert_int_equal(isotp_socket_set_general(r->a, &wanted, &general), 0);
	assert_int_equal(general.flags.value, CAN_ISOTP_TX_PADDING);
	assert_false(general.frame_txtime_ns.given);
	join(r);
	assert_says(r->a, isotp_socket_set_general(r->a, &wanted, NULL), -EISCONN, bound);
	assert_says(r->a, isotp_socket_set_flow_control(r->a, &flow_control, NULL), -EISCONN,
		    bound);
	assert_says(r->a, isotp_socket_set_link_layer(r->a, &link_layer, NULL), -EISCONN, bound);
	assert_says(r->a, isotp_socket_set_stack(r->a, ISOTP_STACK_AUTO), -EISCONN, bound);
	assert_says(r->a, isotp_socket_bind(r->a, r->name, &tester), -EISCONN, bound);
	assert_int_equal(isotp_socket_set_general(r->a, NULL, &general), 0);
	assert_null(isotp_socket_why(r->a));
	assert_int_equal(general.txpad.value, 0xAA);
	assert_true(general.frame_txtime_ns.given);
	assert_int_equal(general.frame_txtime_ns.value, 0);
}

/* What is refused leaves the socket as it was; a later bind can do. */
static void test_bind_refused(void **state)
{
	const struct isotp_address same = { .tx_id = { 1, 11 }, .rx_id = { 1, 11 } };
	const struct isotp_general wanted = { .ext_address = ISOTP_VALUE(0x12) };
	struct isotp_address extended = tester;
	struct isotp_general general;
	struct rig *r = *state;

	assert_says(r->a, isotp_socket_bind(r->a, NULL, &tester), -EINVAL, "there is no interface");
	assert_says(r->a, isotp_socket_bind(r->a, "virtual:", &tester), -EINVAL,
		    "the interface cannot have this name");
	assert_says(r->a, isotp_socket_bind(r->a, "other:x", &tester), -ENODEV,
		    "there is no such interface");
	assert_says(r->a, isotp_socket_bind(r->a, r->name, &same), -EINVAL,
		    "the same CAN ID sends and receives");
	isotp_socket_set_stack(r->a, ISOTP_STACK_KERNEL);
	assert_says(r->a, isotp_socket_bind(r->a, r->name, &tester), -EOPNOTSUPP,
		    "the kernel's stack is for CAN interfaces");
	isotp_socket_set_stack(r->a, ISOTP_STACK_BUILTIN);
	isotp_socket_set_general(r->a, &wanted, NULL);
	extended.has_byte = true;
	extended.tx_byte = 0x13;
	assert_says(r->a, isotp_socket_bind(r->a, r->name, &extended), -EINVAL,
		    "the address and the options have different address bytes");
	assert_int_equal(isotp_socket_bind(r->a, r->name, &tester), 0);
	isotp_socket_set_general(r->a, NULL, &general);
	assert_int_equal(general.ext_address.value, 0x12);
}

/* The byte of an address shows among the options that are in force. */
static void test_address_in_force(void **state)
{
	struct isotp_address extended = tester;
	struct isotp_general general;
	struct rig *r = *state;

	extended.has_byte = true;
	extended.tx_byte = 0x12;
	extended.rx_byte = 0xF1;
	assert_int_equal(isotp_socket_bind(r->a, r->name, &extended), 0);
	isotp_socket_set_general(r->a, NULL, &general);
	assert_int_equal(general.flags.value, CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR);
	assert_int_equal(general.ext_address.value, 0x12);
	assert_int_equal(general.rx_ext_address.value, 0xF1);
}

static void test_warning(void **state)
{
	const struct isotp_flow_control wanted = { .stmin = ISOTP_VALUE(0x80) };
	struct isotp_flow_control in_force;
	struct rig *r = *state;

	assert_int_equal(isotp_socket_set_flow_control(r->a, &wanted, &in_force), 0);
	assert_non_null(strstr(isotp_socket_why(r->a), "stmin is reserved"));
	assert_int_equal(in_force.stmin.value, 0x80);
	assert_int_equal(isotp_socket_set_flow_control(r->a, NULL, &in_force), 0);
	assert_null(isotp_socket_why(r->a));
}

static void test_send_refused(void **state)
{
	const struct isotp_general listens = { .flags = ISOTP_VALUE(CAN_ISOTP_LISTEN_MODE) };
	const struct isotp_general only_sends = { .flags = ISOTP_VALUE(CAN_ISOTP_SF_BROADCAST) };
	struct isotp_pdu pdu;
	struct rig *r = *state;

	isotp_socket_set_general(r->a, &listens, NULL);
	isotp_socket_set_general(r->b, &only_sends, NULL);
	join(r);
	assert_says(r->a, isotp_socket_send(r->a, "x", 1, TIMEOUT), -EPERM,
		    "with LISTEN_MODE nothing is sent");
	assert_says(r->b, isotp_socket_send(r->b, "", 0, TIMEOUT), -EINVAL,
		    "a PDU has one byte at least");
	assert_says(r->b, isotp_socket_send(r->b, "12345678", 8, TIMEOUT), -EMSGSIZE,
		    "only single frames may go here, this is more");
	assert_says(r->b, isotp_socket_receive(r->b, &pdu, ISOTP_NEVER), -EPERM,
		    "this end only sends");
	assert_int_equal(isotp_socket_send(r->b, "1234567", 7, TIMEOUT), 0);
	assert_receives(r->a, "1234567");
}

/* What came before or during a send is received after it, in its order. */
static void test_received_while_sending(void **state)
{
	struct rig *r = *state;

	join(r);
	assert_int_equal(isotp_socket_send(r->b, "first", 5, TIMEOUT), 0);
	assert_int_equal(isotp_socket_send(r->b, "second", 6, TIMEOUT), 0);
	assert_int_equal(isotp_socket_send(r->a, "request", 7, TIMEOUT), 0);
	assert_int_equal(isotp_socket_send(r->b, "third", 5, TIMEOUT), 0);
	assert_true(isotp_socket_deadline(r->a) == 0);
	assert_receives(r->a, "first");
	assert_receives(r->a, "second");
	assert_receives(r->a, "third");
	assert_receives(r->b, "request");
	assert_int_equal(isotp_socket_lost(r->a), 0);
}

/* A response that nobody takes is freed with the socket. */
static void test_kept_and_closed(void **state)
{
	struct rig *r = *state;

	join(r);
	assert_int_equal(isotp_socket_send(r->b, "first", 5, TIMEOUT), 0);
	assert_int_equal(isotp_socket_send(r->b, "second", 6, TIMEOUT), 0);
	assert_int_equal(isotp_socket_send(r->a, "request", 7, TIMEOUT), 0);
	assert_receives(r->a, "first");
}

static void test_time_limits(void **state)
{
	const uint64_t began = isotp_clock_now();
	struct isotp_pdu pdu;
	struct rig *r = *state;

	join(r);
	assert_says(r->a, isotp_socket_receive(r->a, &pdu, 0), -ETIMEDOUT, "the time is over");
	assert_says(r->a, isotp_socket_receive(r->a, &pdu, 20 * ISOTP_MS), -ETIMEDOUT,
		    "the time is over");
	/* The other end does not run: no flow control. */
	assert_says(r->a, isotp_socket_send(r->a, "12345678", 8, 20 * ISOTP_MS), -ETIMEDOUT,
		    "the time is over");
	assert_true(isotp_clock_now() - began >= 40 * ISOTP_MS);
	assert_int_equal(isotp_socket_send(r->a, "short", 5, TIMEOUT), 0);
	assert_says(r->b, isotp_socket_receive(r->b, &pdu, TIMEOUT), ISOTP_N_UNEXP_PDU,
		    "N_UNEXP_PDU");
	assert_receives(r->b, "short");
}

static void test_results(void **state)
{
	struct isotp_pdu pdu;
	struct rig *r = *state;

	join(r);
	assert_says(r->a, isotp_socket_send(r->a, "12345678", 8, ISOTP_NEVER), ISOTP_N_TIMEOUT_BS,
		    "N_TIMEOUT_Bs");
	assert_says(r->b, isotp_socket_receive(r->b, &pdu, ISOTP_NEVER), ISOTP_N_TIMEOUT_CR,
		    "N_TIMEOUT_Cr");
	isotp_socket_close(r->b);
	r->b = NULL;
	assert_says(r->a, isotp_socket_send(r->a, "x", 1, ISOTP_NEVER), ISOTP_N_TIMEOUT_A,
		    "N_TIMEOUT_A");
}

/* The broken reception is told after the send, too. */
static void test_broken_while_sending(void **state)
{
	struct isotp_pdu pdu;
	struct rig *r = *state;

	join(r);
	isotp_socket_send(r->a, "12345678", 8, 0); /* a first frame, given up */
	assert_int_equal(isotp_socket_send(r->a, "short", 5, TIMEOUT), 0);
	assert_int_equal(isotp_socket_send(r->b, "answer", 6, TIMEOUT), 0);
	assert_int_equal(isotp_socket_receive(r->b, &pdu, 0), ISOTP_N_UNEXP_PDU);
	assert_receives(r->b, "short");
	assert_receives(r->a, "answer");
}

/* The first frame alone is enough to refuse a PDU that is too long. */
static void test_too_long(void **state)
{
	uint8_t *pdu = calloc(1, ISOTP_SOCKET_PDU_MAX + 1);
	struct isotp_pdu received;
	struct rig *r = *state;

	join(r);
	isotp_socket_send(r->b, pdu, ISOTP_SOCKET_PDU_MAX + 1, 0);
	assert_int_equal(isotp_socket_receive(r->a, &received, 0), -ETIMEDOUT);
	assert_int_equal(isotp_socket_lost(r->a), 1);
	assert_int_equal(isotp_socket_send(r->b, pdu, ISOTP_SOCKET_PDU_MAX, 0), -ETIMEDOUT);
	assert_int_equal(isotp_socket_receive(r->a, &received, 0), -ETIMEDOUT);
	assert_int_equal(isotp_socket_lost(r->a), 1);
	free(pdu);
}

/* In half duplex a PDU waits for the one that comes in, here until that breaks off. */
static void test_half_duplex(void **state)
{
	const struct isotp_general wanted = { .flags = ISOTP_VALUE(CAN_ISOTP_HALF_DUPLEX) };
	struct isotp_pdu pdu;
	struct rig *r = *state;

	isotp_socket_set_general(r->a, &wanted, NULL);
	join(r);
	isotp_socket_send(r->b, "12345678", 8, 0); /* a first frame, given up */
	assert_int_equal(isotp_socket_receive(r->a, &pdu, 0), -ETIMEDOUT);
	assert_int_equal(isotp_socket_send(r->a, "later", 5, 20 * ISOTP_MS), -ETIMEDOUT);
	assert_int_equal(isotp_socket_send(r->a, "later", 5, TIMEOUT), 0);
	assert_int_equal(isotp_socket_receive(r->a, &pdu, 0), ISOTP_N_TIMEOUT_CR);
	assert_receives(r->b, "later");
}

static void test_event_loop(void **state)
{
	struct isotp_pdu pdu;
	struct pollfd fd;
	struct rig *r = *state;

	join(r);
	fd = (struct pollfd){ .fd = isotp_socket_fd(r->a), .events = isotp_socket_events(r->a) };
	assert_int_equal(isotp_socket_receive(r->a, &pdu, 0), -ETIMEDOUT);
	assert_int_equal(isotp_socket_send(r->b, "event", 5, TIMEOUT), 0);
	assert_int_equal(poll(&fd, 1, 2000), 1);
	assert_int_equal(isotp_socket_receive(r->a, &pdu, 0), 0);
	assert_int_equal(isotp_socket_receive(r->a, &pdu, 0), -ETIMEDOUT);
	assert_true(isotp_socket_deadline(r->a) > isotp_clock_now());
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_before_bind),
		TEST(test_after_bind),
		TEST(test_bind_refused),
		TEST(test_address_in_force),
		TEST(test_warning),
		TEST(test_send_refused),
		TEST(test_received_while_sending),
		TEST(test_kept_and_closed),
		TEST(test_time_limits),
		TEST(test_results),
		TEST(test_broken_while_sending),
		TEST(test_too_long),
		TEST(test_half_duplex),
		TEST(test_event_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
