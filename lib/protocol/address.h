/* SPDX-License-Identifier: MIT */
/*
 * address.h - CAN IDs as people write them, and the addressing formats of ISO 15765-2.
 *
 * An address says what the frames of one connection look like: the ID this end sends on, the ID it
 * listens to, and the address byte that leads each frame in the extended and mixed formats.
 *
 *	struct isotp_address a = { .tx_id = { 0x7E0, 11 }, .rx_id = { 0x7E8, 11 } };
 *	isotp_address_fixed(&a, 0xF1, 0x10, false);	  normal fixed: 18DA10F1 / 18DAF110
 */
#ifndef ISOTP_PROTOCOL_ADDRESS_H
#define ISOTP_PROTOCOL_ADDRESS_H

#include "frame.h"

#define ISOTP_CAN_ID_TEXT 9 /* room for 8 hex digits and the final NUL */

struct isotp_address {
	struct isotp_can_id tx_id; /* width 0: this end does not send */
	struct isotp_can_id rx_id; /* width 0: this end does not receive */
	bool has_byte;		   /* extended or mixed: data[0] of each frame is an address byte */
	uint8_t tx_byte;	   /* in the frames we send: the peer (extended), N_AE (mixed) */
	uint8_t rx_byte;	   /* in the frames we take: ourselves (extended), N_AE (mixed) */
	bool functional;	   /* one to many: single frames only, never a flow control */
};

/*
 * Reads a CAN ID: hex, "0x" allowed and not counted; up to 7 digits are an 11-bit ID, 8 digits a
 * 29-bit one. Returns 0, or -EINVAL with *reason saying what was expected; *id is then untouched.
 */
int isotp_can_id_parse(const char *text, struct isotp_can_id *id, const char **reason);

/* Writes 3 or 8 upper-case hex digits and returns `text`; an ID of width 0 is "-". */
char *isotp_can_id_format(struct isotp_can_id id, char text[ISOTP_CAN_ID_TEXT]);

/*
 * Sets the IDs of the normal fixed format, 29 bit: this end is N_SA, the peer N_TA
 * (ISO 15765-2:2016, 10.3.4): 18DA<ta><sa>, or 18DB<ta><sa> when functional.
 */
void isotp_address_fixed(struct isotp_address *a, uint8_t sa, uint8_t ta, bool functional);

/* The same for the mixed format, 29 bit: 18CE<ta><sa> or 18CD<ta><sa>, N_AE leads (10.3.5). */
void isotp_address_mixed29(struct isotp_address *a, uint8_t sa, uint8_t ta, uint8_t ae,
			   bool functional);

/* True when a frame is one this end receives: the ID, its width and, if any, the address byte. */
bool isotp_address_match(const struct isotp_address *a, const struct isotp_frame *f);

#endif
