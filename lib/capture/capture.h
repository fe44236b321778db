/* SPDX-License-Identifier: MIT */
/*
 * capture.h - the frames of a capture file, whatever its format: candump's log and console forms,
 * pcap and pcapng, Vector ASC, each also compressed by gzip, each also from a pipe. The format is
 * found out by content.
 *
 *	struct isotp_capture *c;
 *
 *	if (isotp_capture_open(&c, fd, &settings) < 0)
 *		...
 *	while ((n = isotp_capture_read(c, records, 256)) > 0)
 *		use(records, n);
 *	isotp_capture_close(c);
 *
 * What cannot be read is skipped and counted, its place is kept (struct isotp_capture_status).
 * Nothing here prints. Memory does not grow with the file. A capture is of one thread at a time.
 *
 * Times are the file's. candump without -t has none: 0. Its dates (-t A) are taken as local time,
 * its differences (-t d) are added up (stamp.h), as are relative times of ASC.
 *
 * A bus has the name that the file gives it. Interfaces of a pcapng without a name are can0, can1,
 * by their number; of two with the same name in a section, the second is can0.1, say. In a cooked
 * capture (LINUX_SLL2) of several interfaces the first one has the name of the capture's interface,
 * the others are if7 by their index. All else is can0. Channel N of an ASC file is canN.
 *
 * A remote frame has the length that it asks for and zeros as data. An ErrorFrame of ASC, which
 * tells no more, is a bus error (class 80). Data beyond a frame's length is not set.
 */
#ifndef ISOTP_CAPTURE_CAPTURE_H
#define ISOTP_CAPTURE_CAPTURE_H

#include "protocol/record.h"

enum isotp_capture_format {
	ISOTP_CAPTURE_UNKNOWN = 0,
	ISOTP_CAPTURE_CANDUMP, /* log or console form, line by line */
	ISOTP_CAPTURE_PCAP,    /* pcap or pcapng */
	ISOTP_CAPTURE_ASC,     /* Vector ASC */
};

enum {
	ISOTP_CAPTURE_PLACES = 8,  /* damaged places that are kept; all are counted */
	ISOTP_CAPTURE_BUSES = 256, /* bus names that are told apart; more share the last index */
};

/* How the IDs of a pcap of link type 227 are stored. */
enum isotp_capture_swap {
	ISOTP_CAPTURE_SWAP_AUTO = 0, /* big-endian, unless that makes impossible IDs */
	ISOTP_CAPTURE_SWAP_ALWAYS,   /* little-endian, whatever the IDs look like */
};

struct isotp_capture_settings {
	int stop_fd; /* readable when reading must end (isotp_capture_read: -EINTR); -1: none */
	enum isotp_capture_swap swap;
};

struct isotp_capture_place {
	uint64_t at;	 /* line (text) or record (pcap), the first is 1 */
	const char *why; /* "is no frame", lower case; lives as long as the program */
};

struct isotp_capture_status {
	enum isotp_capture_format format;
	bool gzip;
	bool swapped;	  /* the IDs of this pcap are read little-endian */
	uint64_t records; /* CAN records of any kind so far */
	uint64_t xl;	  /* of these CAN XL frames, which are skipped */
	uint64_t untimed; /* of these frames without a time, which is 0 then */
	uint64_t other;	  /* lines and records that are no frames and need not be */
	uint64_t damaged; /* lines and records that could not be read */
	struct isotp_capture_place places[ISOTP_CAPTURE_PLACES]; /* of the first ones */
	uint64_t dropped;    /* frames that the capturing program says it lost (DROPCOUNT) */
	uint64_t bytes_read; /* of the file as it lies there, compressed or not */
	char error[160]; /* after a failure: what is wrong, lower case, to follow the file's name */
};

struct isotp_capture;

/*
 * Starts reading `fd`, which must stay open until isotp_capture_close; it is not closed. *c is set
 * also on failure, so that isotp_capture_status tells why: -ENOMSG it is none of the known formats,
 * -EPROTONOSUPPORT a pcap of a link type that is not CAN, -ENOMEM, else as isotp_capture_read. An
 * empty file is an empty capture. On a pipe this waits for the first line that tells the format, or
 * for a pcap's header; a text in which none of 1000 lines or 64 KiB does is of no known format.
 */
int isotp_capture_open(struct isotp_capture **c, int fd,
		       const struct isotp_capture_settings *settings);

/*
 * The next records, at least one and up to `room` (1 at least, else -EINVAL); 0 at the end. From a
 * pipe what is there is given without waiting for more. Errors: -EINTR (stop_fd), -EBADMSG the rest
 * cannot be read (a damaged gzip stream, a pcapng that libpcap does not go on with), else as read(2)
 * and poll(2); what was read before has been given. A last record that is cut off is damaged, no
 * error. Remote and error frames are among the records, CAN XL frames are not.
 */
int isotp_capture_read(struct isotp_capture *c, struct isotp_record *records, int room);

/*
 * The name of a bus by its index, "can0"; never NULL, untrusted text of printable ASCII, 63 bytes
 * at most. It lives as long as the capture.
 */
const char *isotp_capture_bus(const struct isotp_capture *c, uint16_t bus);

/* What is true so far. NULL is a capture for which there was no memory. */
const struct isotp_capture_status *isotp_capture_status(const struct isotp_capture *c);

/* NULL is allowed. */
void isotp_capture_close(struct isotp_capture *c);

#endif
