/* SPDX-License-Identifier: MIT */
/*
 * pci.h - the protocol control information that leads each ISO-TP frame (ISO 15765-2:2016, 9.6).
 *
 *	struct isotp_pci pci;
 *
 *	if (isotp_pci_decode(&pci, &frame, false) == ISOTP_PCI_OK && pci.type == ISOTP_PCI_SF)
 *		use(frame.data + pci.offset, pci.length);
 *
 * No byte is read before the frame's length has said that it is there.
 */
#ifndef ISOTP_PROTOCOL_PCI_H
#define ISOTP_PROTOCOL_PCI_H

#include "frame.h"

#define ISOTP_FF_DL_SHORT_MAX 4095 /* the longest PDU whose FF has the 12-bit length */
#define ISOTP_PCI_MAX	      6	   /* bytes of the longest PCI: the FF with a 32-bit length */

enum isotp_pci_type {
	ISOTP_PCI_SF = 0, /* single frame */
	ISOTP_PCI_FF = 1, /* first frame */
	ISOTP_PCI_CF = 2, /* consecutive frame */
	ISOTP_PCI_FC = 3, /* flow control */
};

/* Flow status; 3 to 15 are reserved and decode as they are. */
enum isotp_flow_status {
	ISOTP_FS_CTS = 0,   /* continue to send */
	ISOTP_FS_WT = 1,    /* wait */
	ISOTP_FS_OVFLW = 2, /* overflow */
};

struct isotp_pci {
	enum isotp_pci_type type;
	uint8_t offset;	 /* where the payload starts in the frame's data */
	uint32_t length; /* SF: SF_DL, FF: FF_DL in bytes */
	uint8_t sn;	 /* CF: sequence number 0-15 */
	uint8_t fs;	 /* FC: enum isotp_flow_status or reserved */
	uint8_t bs;	 /* FC: block size, 0 = no further flow control */
	uint8_t stmin;	 /* FC: raw STmin byte, see isotp_stmin_to_ns */
};

/* Why a frame is not a valid N_PDU; a receiver ignores all of these (9.6, 10.4.3). */
enum isotp_pci_fault {
	ISOTP_PCI_OK = 0,
	ISOTP_PCI_SHORT,	 /* fewer bytes than its kind has at least */
	ISOTP_PCI_RESERVED,	 /* PCI type 4-F */
	ISOTP_PCI_SF_DL,	 /* SF_DL 0, beyond the frame, or in the wrong form for CAN_DL */
	ISOTP_PCI_SF_OVERPADDED, /* SF_DL would fit a shorter FD frame; the payload is there */
	ISOTP_PCI_FF_DL,	 /* FF_DL that a single frame or the short form would carry */
};

/*
 * Decodes a data frame; `address_byte` tells that data[0] is an address byte. *pci is filled on
 * ISOTP_PCI_OK and ISOTP_PCI_SF_OVERPADDED. Remote and error frames are the caller's to leave out.
 */
enum isotp_pci_fault isotp_pci_decode(struct isotp_pci *pci, const struct isotp_frame *f,
				      bool address_byte);

/*
 * Writes the PCI bytes, without the address byte, and returns how many they are (1, 2, 3 or 6).
 * The short or long form of SF and FF follows from pci->length; pci->offset is not read.
 */
size_t isotp_pci_encode(const struct isotp_pci *pci, bool address_byte, uint8_t out[ISOTP_PCI_MAX]);

/* The longest payload of a single frame: 7 or 6 bytes at TX_DL 8, TX_DL-2 or -3 above. */
uint32_t isotp_sf_max(uint8_t tx_dl, bool address_byte);

/* Nanoseconds that an STmin byte means; a reserved value is 127 ms (9.6.5.5). */
uint32_t isotp_stmin_to_ns(uint8_t stmin);

/* True for 80-F0 and FA-FF. */
bool isotp_stmin_reserved(uint8_t stmin);

/*
 * The STmin byte that means exactly `ns`: 0, 100-900 us in steps of 100, 1-127 ms. Returns 0, or
 * -ERANGE with *stmin the next smaller step there is.
 */
int isotp_stmin_from_ns(uint64_t ns, uint8_t *stmin);

#endif
