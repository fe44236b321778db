/* SPDX-License-Identifier: MIT */
/*
 * uds-dialog.h - which request an answer belongs to, as seen by a passive observer.
 *
 *	static struct isotp_uds_dialog dialog;
 *
 *	isotp_uds_decode(&u, data, length);
 *	isotp_uds_dialog_take(&dialog, &pdu, &u, &answer);
 *	if (answer.found)
 *		latency = pdu.first_ns - answer.request_ns;
 *
 * (Signed: the clock of a capture may step back.) A fixed number of open requests is kept; the one
 * that has been silent for the longest is forgotten first. No allocation.
 */
#ifndef ISOTP_PROTOCOL_UDS_DIALOG_H
#define ISOTP_PROTOCOL_UDS_DIALOG_H

#include "endpoint.h"
#include "uds.h"

enum {
	ISOTP_UDS_OPEN_MAX = 64,
	ISOTP_UDS_ANSWERERS_MAX = 32, /* of one request; more are matched, but not remembered */
	ISOTP_UDS_ECHO_MAX = 3,
};

/* A whole PDU, as far as this needs it. */
struct isotp_uds_pdu {
	struct isotp_endpoint from;
	struct isotp_endpoint peer; /* the other half of its pair; id.width 0: not known */
	uint64_t first_ns;	    /* its first frame */
	uint64_t last_ns;	    /* its last frame */
	uint64_t first_frame;	    /* number of its first frame */
	uint64_t last_frame;	    /* number of its last frame; 0: not known */
	const uint8_t *data;
	size_t length;
};

/* What an answer answers. */
struct isotp_uds_answer {
	bool found;
	uint64_t request_ns;	/* the request's last frame */
	uint64_t request_frame; /* number of its first frame */
	unsigned int pending;	/* 7F xx 78 of this ECU before this one */
};

/* One that has answered; its bus and kind of frame are the request's. */
struct isotp_uds_answerer {
	struct isotp_can_id id;
	bool has_byte;
	uint8_t byte;
	bool done; /* with a final answer */
	unsigned int pending;
};

struct isotp_uds_open {
	bool used;
	bool functional; /* by its ID: any number may answer */
	bool suppress;	 /* no positive answer is expected */
	struct isotp_endpoint from, peer;
	uint8_t sid;
	uint8_t echo_size; /* how much of echo[] is there: what the answer repeats of the request */
	uint8_t echo[ISOTP_UDS_ECHO_MAX];
	uint64_t last_ns, first_frame, last_frame;
	uint64_t order;	   /* of the requests */
	uint64_t alive;	   /* when it was last heard of, in PDUs */
	uint64_t alive_ns; /* the same in time */
	unsigned int answerers;
	struct isotp_uds_answerer answerer[ISOTP_UDS_ANSWERERS_MAX];
};

/* All zeros to begin with. */
struct isotp_uds_dialog {
	uint64_t taken;
	struct isotp_uds_open open[ISOTP_UDS_OPEN_MAX];
};

/*
 * Takes the PDUs of all conversations in the order in which they ended, each with what
 * isotp_uds_decode said, also where that was false. A request is kept, *answer is then all zeros.
 *
 * An answer is matched with the youngest open request of the same bus and kind of frame (classic or
 * FD) that ended before the answer began, with the same SID and, in a positive answer, the same
 * sub-function, identifier or block counter as far as both have one, that
 * - came from the answer's peer or went to the answer's sender, or
 * - is functional (7DF, 18DBxxxx, 18CDxxxx): the answer then goes to the tester that asked, or else
 * - went to a peer that is not known.
 *
 * A request that asked to suppress the positive response takes one only from who said 7F xx 78
 * before (ISO 14229-1:2020, 8.7.3), or one that repeats that bit, which no UDS does. A final answer
 * ends what its sender has to say, also to the same request sent before; a request whose peer is
 * known is then closed. No match is older than the longest time that a session can give its ECU
 * (P2Server_max 65.535 s, after 7F xx 78 P2*Server_max 655.35 s; table 29).
 */
void isotp_uds_dialog_take(struct isotp_uds_dialog *d, const struct isotp_uds_pdu *pdu,
			   const struct isotp_uds *u, struct isotp_uds_answer *answer);

#endif
