/* SPDX-License-Identifier: MIT */
/*
 * socket.h - the ISO-TP socket: whole PDUs over the kernel's ISO-TP socket or an embedded bus.
 *
 *	const struct isotp_address tester = { .tx_id = { 0x7E0, 11 }, .rx_id = { 0x7E8, 11 } };
 *	const struct isotp_general padded = { .txpad = ISOTP_VALUE(0xCC) };
 *
 *	isotp_socket_open(&s);
 *	isotp_socket_set_general(s, &padded, NULL);
 *	isotp_socket_bind(s, "can0", &tester);		or "virtual:demo"
 *	isotp_socket_send(s, request, length, ISOTP_SECOND);
 *	isotp_socket_receive(s, &pdu, ISOTP_SECOND);
 *	isotp_socket_close(s);
 *
 * Functions that return int: 0, or what went wrong on the bus, an enum isotp_result above 0, or
 * -errno for this machine and for misuse; isotp_socket_why then says it in words. Nothing prints.
 * One thread at a time may use a socket; different sockets have nothing to do with each other.
 *
 * The kernel's stack answers all the time. The built-in one, which virtual: always has, answers
 * first frames and keeps its times only while a call of send or receive runs.
 */
#ifndef ISOTP_TRANSPORT_SOCKET_H
#define ISOTP_TRANSPORT_SOCKET_H

#include "../protocol/address.h"
#include "../protocol/result.h"
#include "../protocol/timing.h"
#include "kernel-flags.h"
#include "stack-choice.h"

/* The longest PDU that is received, in bytes: what a kernel receives at most. */
#define ISOTP_SOCKET_PDU_MAX 1049600

/* One option: a value, or nothing. A struct of these names what shall change and leaves out what
 * shall stay: { .bs = ISOTP_VALUE(8) }. */
struct isotp_value {
	bool given;
	uint32_t value;
};

#ifdef __cplusplus
#define ISOTP_VALUE(v) (isotp_value{ true, (v) })
#else
#define ISOTP_VALUE(v) ((struct isotp_value){ .given = true, .value = (v) })
#endif

/*
 * Options of struct can_isotp_options and the two forced gaps. `flags` are CAN_ISOTP_* bits and
 * replace all flags; giving one of the values below adds the flag in brackets, without which it
 * has no effect.
 */
struct isotp_general {
	struct isotp_value flags;
	struct isotp_value frame_txtime_ns; /* a gap before each CF, added to STmin; 0: none.
					     * Not given: 50 us in the kernel, none built in */
	struct isotp_value ext_address;	    /* address byte of each frame [EXTEND_ADDR] */
	struct isotp_value txpad;	    /* fill SF, FC and last CF with it [TX_PADDING] */
	struct isotp_value rxpad;	    /* the peer's pad byte, for the checks [RX_PADDING] */
	struct isotp_value rx_ext_address;  /* received frames have another byte [RX_EXT_ADDR] */
	struct isotp_value tx_stmin_ns;	    /* a gap instead of the peer's STmin [FORCE_TXSTMIN] */
	struct isotp_value rx_stmin_ns; /* drop CFs that come after less than it [FORCE_RXSTMIN] */
};

/* What our flow control asks for: struct can_isotp_fc_options. */
struct isotp_flow_control {
	struct isotp_value bs;	   /* block size, 0: no limit */
	struct isotp_value stmin;  /* raw byte: 0-7F ms, F1-F9 100-900 us */
	struct isotp_value wftmax; /* has no effect: no wait frames are sent */
};

/* The kind of frames: struct can_isotp_ll_options. */
struct isotp_link_layer {
	struct isotp_value mtu;	     /* CAN_MTU (16) or CANFD_MTU (72) */
	struct isotp_value tx_dl;    /* longest frame to send: 8, CAN FD: also 12, 16 ... 64 */
	struct isotp_value tx_flags; /* CAN FD: CANFD_BRS and CANFD_ESI */
};

struct isotp_pdu {
	const uint8_t *data; /* the socket's, until the next call on it */
	uint32_t length;
	uint64_t time_ns; /* when the kernel received the last frame, since 1970 */
};

struct isotp_socket;

/* Makes a socket with the kernel's defaults; the caller closes it. -ENOMEM: *s is then NULL. */
int isotp_socket_open(struct isotp_socket **s);

/*
 * Leaves the bus and frees the socket; NULL is allowed. The kernel's stack first sends a PDU that
 * was given up on to its end, or waits for a flow control up to 1 s.
 */
void isotp_socket_close(struct isotp_socket *s);

/*
 * What the last call on this socket has to tell: after a failure the reason, after success a
 * warning, or NULL. Valid until the next call; NULL for `s` is allowed.
 */
const char *isotp_socket_why(const struct isotp_socket *s);

/*
 * Change options, before the socket is bound, and tell them. `wanted` has what shall change, NULL:
 * nothing; `in_force`, unless NULL, receives all that is in force then, of a bound socket what the
 * stack has. All changes of a call are taken or none. -EISCONN the socket is bound, -EINVAL a value
 * that means nothing: isotp_socket_why says which.
 *
 * Warned of are values that are taken as they are and mean trouble, a reserved STmin say.
 */
int isotp_socket_set_general(struct isotp_socket *s, const struct isotp_general *wanted,
			     struct isotp_general *in_force);
int isotp_socket_set_flow_control(struct isotp_socket *s, const struct isotp_flow_control *wanted,
				  struct isotp_flow_control *in_force);
int isotp_socket_set_link_layer(struct isotp_socket *s, const struct isotp_link_layer *wanted,
				struct isotp_link_layer *in_force);

/* Chooses the stack, before the socket is bound; without it ISOTP_STACK_AUTO. -EISCONN. */
int isotp_socket_set_stack(struct isotp_socket *s, enum isotp_stack_choice stack);

/*
 * Binds to an interface, "can0" or "virtual:NAME", and an address. The address byte stands in the
 * options or in the address; if in both, it must be the same. A failed bind may be repeated, also
 * with other options. Errors:
 * -EISCONN it is bound, -EINVAL the address or the whole makes no sense, -ENODEV no such interface,
 * -EMEDIUMTYPE it is none of CAN, -ENETDOWN it is down, -EMSGSIZE it carries no CAN FD,
 * -EAFNOSUPPORT no CAN in this kernel, -EPROTONOSUPPORT no can-isotp, -ENOPROTOOPT no
 * can-raw, -EPROTO the kernel has other options in force than were set, -EOPNOTSUPP the kernel's
 * stack was chosen and cannot do it, -EPERM, -EACCES; as socket, bind, mkdir say.
 * Warned of is what the kernel's stack does otherwise, and when AUTO could not take it.
 */
int isotp_socket_bind(struct isotp_socket *s, const char *interface, const struct isotp_address *a);

/* True when it is bound and the kernel's stack carries it. */
bool isotp_socket_is_kernel(const struct isotp_socket *s);

/*
 * Sends a PDU and waits until the bus has taken all of it, `timeout_ns` at most (ISOTP_NEVER: no
 * limit); then the PDU is given up. Signals do not end the wait. What is received meanwhile is
 * kept for isotp_socket_receive, up to two PDUs of the longest kind or many short ones.
 * Results: N_TIMEOUT_BS no flow control came, N_TIMEOUT_A nobody there, N_BUFFER_OVFLW ...
 * Errors: -ETIMEDOUT, -ENOTCONN not bound, -EINVAL no data, -EFBIG more than the kernel's stack
 * sends, -EMSGSIZE more than a single frame where only these may go, -EPERM this end only listens,
 * -ENETDOWN, -ENODEV.
 */
int isotp_socket_send(struct isotp_socket *s, const void *pdu, size_t length, uint64_t timeout_ns);

/*
 * Waits for a PDU, `timeout_ns` at most (0: does not wait, ISOTP_NEVER: no limit). Results: a
 * reception broke off, N_TIMEOUT_CR, N_WRONG_SN and so on; the next call receives the next one.
 * Errors: -ETIMEDOUT, -ENOTCONN, -EPERM this end only sends, -ENETDOWN, -ENODEV.
 */
int isotp_socket_receive(struct isotp_socket *s, struct isotp_pdu *pdu, uint64_t timeout_ns);

/*
 * What did not reach the caller so far: PDUs above ISOTP_SOCKET_PDU_MAX or with no room to be
 * kept, and what the caller was too slow for: frames of the built-in stack, PDUs of the kernel's.
 */
uint64_t isotp_socket_lost(const struct isotp_socket *s);

/*
 * For an event loop: when the descriptor has one of these events (of poll) or the deadline has
 * passed, call isotp_socket_receive with timeout 0 until it returns -ETIMEDOUT. Ask all three anew
 * after each call. The deadline counts nanoseconds of CLOCK_MONOTONIC: 0 at once, or ISOTP_NEVER.
 * The descriptor is only for waiting; -1 before the socket is bound.
 */
int isotp_socket_fd(const struct isotp_socket *s);
short isotp_socket_events(const struct isotp_socket *s);
uint64_t isotp_socket_deadline(const struct isotp_socket *s);

#endif
