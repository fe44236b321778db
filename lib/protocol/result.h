/* SPDX-License-Identifier: MIT */
/*
 * result.h - how a transfer ended: the N_Result names of ISO 15765-2:2016, 8.3.
 *
 * These are facts about the bus, not errors of this machine; they travel in events, never as a
 * return code.
 */
#ifndef ISOTP_PROTOCOL_RESULT_H
#define ISOTP_PROTOCOL_RESULT_H

enum isotp_result {
	ISOTP_N_OK = 0,
	ISOTP_N_TIMEOUT_A,  /* either end: own frame was not taken by the bus within N_As or N_Ar */
	ISOTP_N_TIMEOUT_BS, /* sender: no flow control within N_Bs */
	ISOTP_N_TIMEOUT_CR, /* receiver: no consecutive frame within N_Cr */
	ISOTP_N_WRONG_SN,   /* receiver: a sequence number was not the next one */
	ISOTP_N_INVALID_FS, /* sender: reserved flow status */
	ISOTP_N_UNEXP_PDU,  /* receiver: a new PDU began before this one was whole */
	ISOTP_N_WFT_OVRN,   /* receiver: not ready after N_WFTmax wait frames */
	ISOTP_N_BUFFER_OVFLW, /* sender: the receiver said overflow */
	ISOTP_N_ERROR,	      /* anything else */
	ISOTP_PADDING,	      /* not in the standard: padding that config.check_pad_* refuses */
	ISOTP_INCOMPLETE,     /* not in the standard, observers only: the capture ended before it */
	ISOTP_RESULTS
};

/* The standard's name, "N_TIMEOUT_Bs" and so on; "padding" for ISOTP_PADDING; never NULL. */
const char *isotp_result_name(enum isotp_result result);

/* The same for programs: "ok", "timeout_bs", "wrong_sn"; never NULL. */
const char *isotp_result_key(enum isotp_result result);

#endif
