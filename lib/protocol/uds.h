/* SPDX-License-Identifier: MIT */
/*
 * uds.h - what a PDU says in terms of UDS (ISO 14229-1:2020) and of OBD (ISO 15031-5): names of
 * services, sub-functions, identifiers and negative responses.
 *
 *	struct isotp_uds u;
 *
 *	if (isotp_uds_decode(&u, data, len))
 *		puts(u.service);	"ReadDataByIdentifier"
 *
 * Names are the standard's, printable ASCII, live as long as the program and are NULL where there
 * is none: what the standard leaves to manufacturers or reserves has none, but for negative
 * responses. What earlier editions had and ECUs still speak is kept.
 */
#ifndef ISOTP_PROTOCOL_UDS_H
#define ISOTP_PROTOCOL_UDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISOTP_UDS_NEGATIVE_RESPONSE 0x7F
#define ISOTP_UDS_RESPONSE_BIT	    0x40
#define ISOTP_NRC_PENDING	    0x78 /* requestCorrectlyReceived-ResponsePending */

enum isotp_uds_kind {
	ISOTP_UDS_NONE = 0, /* neither of these */
	ISOTP_UDS_REQUEST,
	ISOTP_UDS_RESPONSE, /* positive */
	ISOTP_UDS_NEGATIVE, /* 7F, sid, nrc */
};

struct isotp_uds {
	enum isotp_uds_kind kind;
	uint8_t sid;	     /* of the request: a response's without the 0x40 */
	const char *service; /* never NULL after a successful decode */

	uint8_t nrc;	      /* negative responses only */
	const char *nrc_name; /* NULL: the PDU ends before it */

	bool has_sub;  /* the service has a sub-function, and it is there */
	bool suppress; /* a request's suppressPosRspMsgIndicationBit */
	uint8_t sub;   /* without that bit */
	uint8_t level; /* SecurityAccess: the requestSeed that it is or whose key it sends, 01, 03 ... */
	const char *sub_name;

	bool has_id;	 /* a data identifier, routine identifier or PID, and it is there */
	uint8_t id_size; /* in bytes: 2, for OBD's PIDs 1 */
	uint16_t id;	 /* the first one where a request asks for several */
	const char *id_name;

	uint8_t echo; /* so many bytes after the first are the same in request and positive response,
		       * but for the suppress bit; 0 for a request of several identifiers */
};

/*
 * Reads what is there of a PDU; false when its first byte belongs to no known service. Data that is
 * cut short leaves out what is missing. A negative response to a service that has no name says
 * "Unknown" instead. On false *u is zero, but for kind and sid where the number is one that a
 * service may have (isotp_uds_classify).
 */
bool isotp_uds_decode(struct isotp_uds *u, const uint8_t *data, size_t len);

/*
 * What the first byte of a PDU says by its range alone (ISO 14229-1:2013, table 2): 10-3E, 83-88
 * and BA-BE are requests, the same with the response bit are responses. OBD (01-0F, 41-4F) is none.
 */
enum isotp_uds_kind isotp_uds_classify(uint8_t first);

/* The name of a service of ISO 14229-1 by its request's SID, or NULL; OBD's have none here. */
const char *isotp_uds_service_name(uint8_t sid);

/* The name of a service of ISO 15031-5 (01-0A) by its request's SID, or NULL. */
const char *isotp_obd_service_name(uint8_t sid);

/* The name of a negative response code; never NULL: reserved ones are "ISOSAEReserved". */
const char *isotp_uds_nrc_name(uint8_t nrc);

#endif
