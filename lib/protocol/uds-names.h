/* SPDX-License-Identifier: MIT */
/*
 * uds-names.h - the tables of UDS and OBD, as uds.c reads them.
 *
 *	const struct isotp_uds_service *s = isotp_uds_service_find(0x22);
 *
 *	isotp_uds_name_find(s->ids, 0xF190)	"VINDataIdentifier"
 */
#ifndef ISOTP_PROTOCOL_UDS_NAMES_H
#define ISOTP_PROTOCOL_UDS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The name of all values from `first` to `last`. A list ends with one whose name is NULL; the first
 * that has a value counts. */
struct isotp_uds_name {
	uint16_t first, last;
	const char *name;
};

/* clang-format off */
#define ISOTP_UDS_NAME(value, text)	    { .first = (value), .last = (value), .name = (text) }
#define ISOTP_UDS_NAMES(from, to, text)	    { .first = (from), .last = (to), .name = (text) }
#define ISOTP_UDS_NAMES_END		    { .name = NULL }
/* clang-format on */

/* What the bytes after the SID are, in the request and in the positive response. */
struct isotp_uds_service {
	const char *name;
	const struct isotp_uds_name *subs; /* NULL: no sub-function; else the byte after the SID */
	uint8_t sub_mask; /* the bits of it that are named; 0: all but the top one */
	bool security;	  /* it is a security level's seed or key */
	const struct isotp_uds_name *ids;
	uint8_t id_size; /* bytes of the identifier that follows; 0: none */
	bool list;	 /* a request may ask for several */
	uint8_t echo;	 /* bytes that the response repeats of the request, see struct isotp_uds */
};

extern const struct isotp_uds_name isotp_uds_data_identifiers[];
extern const struct isotp_uds_name isotp_uds_routine_identifiers[];
extern const struct isotp_uds_name isotp_obd_pids[];
extern const struct isotp_uds_name isotp_obd_info_types[];

/* The service with this SID (of the request), or NULL. */
const struct isotp_uds_service *isotp_uds_service_find(uint8_t sid);

/* The name of a value, or NULL; NULL is a list without names. */
const char *isotp_uds_name_find(const struct isotp_uds_name *names, uint16_t value);

#endif
