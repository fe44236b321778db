/* SPDX-License-Identifier: MIT */
/*
 * fault.h - what an observer sees go wrong on a bus, frame by frame (ISO 15765-2:2016, 9.6 and 9.8).
 *
 *	printf("%s: %s", isotp_fault_name(ISOTP_FAULT_CF_LOST), isotp_fault_text(...));
 *
 * A fault is not the end of a PDU: that is an enum isotp_result.
 */
#ifndef ISOTP_PROTOCOL_FAULT_H
#define ISOTP_PROTOCOL_FAULT_H

enum isotp_fault {
	ISOTP_FAULT_NONE = 0,
	ISOTP_FAULT_FRAME_SHORT,     /* fewer bytes than any N_PDU has */
	ISOTP_FAULT_PCI_RESERVED,    /* PCI type 4-F */
	ISOTP_FAULT_SF_DL_INVALID,   /* SF_DL 0, beyond its frame, or in the wrong form */
	ISOTP_FAULT_SF_OVERPADDED,   /* SF_DL would fit a shorter FD frame */
	ISOTP_FAULT_FF_SHORT,	     /* a first frame of fewer than 8 bytes */
	ISOTP_FAULT_FF_DL_TOO_SMALL, /* FF_DL that a single frame or the short form would carry */
	ISOTP_FAULT_CF_WITHOUT_FF,   /* consecutive frames that follow no first frame */
	ISOTP_FAULT_CF_SURPLUS,	     /* consecutive frames after the last one */
	ISOTP_FAULT_CF_LOST,	     /* sequence numbers were left out */
	ISOTP_FAULT_CF_DUPLICATE,    /* the last consecutive frame once more */
	ISOTP_FAULT_CF_SHORT,	     /* shorter than the first frame allows; it does not count */
	ISOTP_FAULT_CF_LONG,	     /* longer than the first frame allows; it does not count */
	ISOTP_FAULT_CF_LATE,	     /* more than N_Cr after the one before */
	ISOTP_FAULT_FC_SHORT,	     /* a flow control of fewer than 3 bytes; it does not count */
	ISOTP_FAULT_FC_MISSING,	     /* consecutive frames that no flow control asked for */
	ISOTP_FAULT_FC_DUPLICATE,    /* the last flow control once more */
	ISOTP_FAULT_FC_UNEXPECTED,   /* a flow control that nobody awaited */
	ISOTP_FAULT_FC_LATE,	     /* more than N_Bs after what it answers */
	ISOTP_FAULT_FC_WAIT,	     /* the receiver asked to wait */
	ISOTP_FAULT_FC_RESERVED,     /* reserved flow status */
	ISOTP_FAULT_STMIN_RESERVED,  /* a flow control with a reserved STmin */
	ISOTP_FAULT_STMIN_VIOLATED,  /* a consecutive frame sooner than STmin after the last */
	ISOTP_FAULT_BS_VIOLATED,     /* more consecutive frames than the block size allows */
	ISOTP_FAULT_PADDING,	     /* padding that the checks refuse */
	ISOTP_FAULT_TRUNCATED,	     /* longer than the reader keeps: its data end early */
	ISOTP_FAULT_GIVEN_UP,	     /* forgotten, as memory was needed for younger ones */
	ISOTP_FAULTS
};

/* A short name for programs, "cf_lost"; never NULL. */
const char *isotp_fault_name(enum isotp_fault fault);

/* A few words for people, "consecutive frames lost"; never NULL. */
const char *isotp_fault_text(enum isotp_fault fault);

#endif
