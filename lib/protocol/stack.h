/* SPDX-License-Identifier: MIT */
/*
 * stack.h - one ISO-TP connection as a state machine: frames and time in, frames and events out.
 *
 * The stack has no clock, does no I/O and allocates nothing. The caller brings received frames and
 * the time, takes the frames that are due to the bus and reads what happened:
 *
 *	isotp_stack_init(&s, &cfg, buffer, sizeof(buffer));
 *	isotp_stack_send(&s, pdu, len, now);
 *	for (;;) {
 *		while ((f = isotp_stack_peek(&s, now))) {
 *			isotp_stack_requested(&s, now);
 *			put_on_bus(f);
 *			isotp_stack_confirmed(&s, now = clock());
 *		}
 *		wait_until(isotp_stack_deadline(&s));		or until a frame comes
 *		isotp_stack_receive(&s, &frame, its_time);	or isotp_stack_advance(&s, now)
 *		while (isotp_stack_event(&s, &ev))
 *			handle(&ev);
 *	}
 *
 * Times are nanoseconds of any clock that does not run backwards. Read the events after each call
 * that can make one (receive, advance, confirmed): a received PDU stays in the buffer only until
 * the next frame is fed in, and the queue holds what a single call can make, not more.
 * A stack is plain memory: it may be copied or dropped at any moment.
 */
#ifndef ISOTP_PROTOCOL_STACK_H
#define ISOTP_PROTOCOL_STACK_H

#include "config.h"
#include "pci.h"
#include "result.h"
#include "timing.h"

#define ISOTP_EVENTS_MAX 8

enum isotp_event_type {
	ISOTP_EVENT_SENT,     /* a PDU of ours ended with `result`; N_OK: the bus took it all */
	ISOTP_EVENT_RECEIVED, /* N_OK: a PDU lies in the buffer; else a reception broke off */
	ISOTP_EVENT_OVERFLOW, /* a first frame announced too much for the buffer; it was refused */
	ISOTP_EVENT_LOST,     /* of a channel only: `length` frames did not reach us */
};

struct isotp_event {
	enum isotp_event_type type;
	enum isotp_result result;
	const uint8_t *data; /* RECEIVED with N_OK: the caller's buffer */
	uint32_t length;     /* of the whole PDU, as announced */
	uint32_t done;	     /* bytes of it that were sent or received */
	uint64_t time_ns;    /* of a channel only: when it happened, since 1970; of a received PDU,
			      * when the kernel received its last frame */
};

/* The sender's half. The fields of the three structs below are the stack's own. */
enum isotp_tx_state {
	ISOTP_TX_IDLE,
	ISOTP_TX_SEND,	  /* a frame goes out at `due` */
	ISOTP_TX_WAIT_FC, /* a flow control is awaited until `n_bs` */
	ISOTP_TX_LAST,	  /* all is handed over, the confirm is awaited */
};

struct isotp_tx {
	enum isotp_tx_state state;
	const uint8_t *pdu;
	uint32_t length;
	uint32_t pos;	     /* bytes handed to the bus */
	uint32_t block_left; /* CFs until an FC is awaited, 0 = no more FCs */
	uint32_t stmin_ns;   /* of the last CTS ... */
	bool stmin_reserved; /* ... unless one asked for a reserved value */
	uint8_t sn;	     /* of the next CF */
	uint64_t pause_ns;   /* from a confirm to the next request */
	uint64_t due;
	uint64_t n_bs;
};

/* The receiver's half. */
enum isotp_fc_owed { ISOTP_FC_NONE, ISOTP_FC_CTS, ISOTP_FC_OVFLW };

struct isotp_rx {
	bool receiving;
	bool ready; /* false: WT instead of CTS */
	uint8_t *buffer;
	uint32_t size;
	uint32_t length;
	uint32_t pos;
	uint32_t block_left; /* CFs until we owe an FC, 0 = no more */
	uint8_t can_dl;	     /* of the FF: RX_DL */
	uint8_t sn;	     /* of the next CF */
	enum isotp_fc_owed fc;
	uint8_t wt_sent;  /* wait frames in a row */
	uint64_t cts_at;  /* when the CTS that we owe may go */
	uint64_t wt_at;	  /* when a WT has to go in its place */
	uint64_t n_cr;	  /* deadline for the next CF */
	uint64_t last_cf; /* time of the last CF taken, for rx_stmin; ISOTP_NEVER = none yet */
};

enum isotp_out { ISOTP_OUT_NONE, ISOTP_OUT_TX, ISOTP_OUT_CTS, ISOTP_OUT_WT, ISOTP_OUT_OVFLW };

struct isotp_stack {
	struct isotp_config cfg;
	struct isotp_tx tx;
	struct isotp_rx rx;
	struct isotp_frame out;	  /* what peek rendered; untouched while it is in flight */
	uint8_t out_payload;	  /* bytes of the PDU in it */
	enum isotp_out rendered;  /* what `out` holds */
	enum isotp_out in_flight; /* what is requested and not yet confirmed */
	uint64_t n_as;		  /* deadline of its confirm */
	struct isotp_event events[ISOTP_EVENTS_MAX];
	uint8_t event_first, event_count;
};

/*
 * Makes a stack. `rxbuf` is the caller's and receives PDUs of up to `size` bytes (at most
 * UINT32_MAX); it may be NULL with size 0 for a sender. Returns 0, or -EINVAL when
 * isotp_config_check refuses the configuration.
 */
int isotp_stack_init(struct isotp_stack *s, const struct isotp_config *cfg, void *rxbuf,
		     size_t size);

/*
 * Starts to send a PDU; `pdu` must stay as it is until the SENT event. Returns 0, or
 * -EINVAL an empty PDU, -EMSGSIZE above UINT32_MAX bytes or more than one frame where only single
 * frames may go, -EBUSY a PDU is being sent (half duplex: or received), -EPERM this end only
 * listens.
 */
int isotp_stack_send(struct isotp_stack *s, const void *pdu, size_t len, uint64_t now);

/* Gives up the PDU being sent, if there is one, without an event. */
void isotp_stack_cancel(struct isotp_stack *s);

/* Takes a frame of the bus that arrived at `now`; frames of others are ignored. */
void isotp_stack_receive(struct isotp_stack *s, const struct isotp_frame *f, uint64_t now);

/*
 * The next frame that is due, or NULL: also while one is in flight. It lies in the stack's one
 * outgoing buffer and stays there until the confirm; peeking again renders it anew.
 */
const struct isotp_frame *isotp_stack_peek(struct isotp_stack *s, uint64_t now);

/* True when a flow control of ours is due: it leaves before further frames are taken in. */
bool isotp_stack_answer_due(const struct isotp_stack *s, uint64_t now);

/* The frame of the last peek was handed to the bus: N_As or N_Ar runs. Nothing else may lie between
 * the two calls. */
void isotp_stack_requested(struct isotp_stack *s, uint64_t now);

/* The bus took it: STmin, N_Bs or N_Cr run. */
void isotp_stack_confirmed(struct isotp_stack *s, uint64_t now);

/* True between the two; false after N_TIMEOUT_A: then the bus should forget the frame. */
bool isotp_stack_in_flight(const struct isotp_stack *s);

/* When to call isotp_stack_advance and peek again, or ISOTP_NEVER. */
uint64_t isotp_stack_deadline(const struct isotp_stack *s);

/* Lets the timers that ended by `now` have their effect. */
void isotp_stack_advance(struct isotp_stack *s, uint64_t now);

/* Takes the oldest event; false when there is none. */
bool isotp_stack_event(struct isotp_stack *s, struct isotp_event *ev);

/*
 * While not ready the stack answers FFs and finished blocks with WT instead of CTS, cfg.wftmax
 * times in a row, each 0.8 N_Bs after the last; then the reception ends with N_WFT_OVRN (9.7).
 */
void isotp_stack_set_ready(struct isotp_stack *s, bool ready, uint64_t now);

/* True while a segmented PDU is being received, or a PDU sent; with its progress in bytes. */
bool isotp_stack_receiving(const struct isotp_stack *s, uint32_t *done, uint32_t *length);
bool isotp_stack_sending(const struct isotp_stack *s, uint32_t *done, uint32_t *length);

#endif
