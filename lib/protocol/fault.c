/* SPDX-License-Identifier: MIT */
/* Owns the names of what an observer sees go wrong. */
#include "fault.h"

static const struct {
	const char *name, *text;
} faults[ISOTP_FAULTS] = {
	[ISOTP_FAULT_NONE] = { "none", "nothing" },
	[ISOTP_FAULT_FRAME_SHORT] = { "frame_short", "a frame too short for any N_PDU" },
	[ISOTP_FAULT_PCI_RESERVED] = { "pci_reserved", "a reserved PCI type" },
	[ISOTP_FAULT_SF_DL_INVALID] = { "sf_dl_invalid",
					"a single frame with an impossible SF_DL" },
	[ISOTP_FAULT_SF_OVERPADDED] = { "sf_overpadded",
					"a single frame longer than its SF_DL needs" },
	[ISOTP_FAULT_FF_SHORT] = { "ff_short", "a first frame of fewer than 8 bytes" },
	[ISOTP_FAULT_FF_DL_TOO_SMALL] = { "ff_dl_too_small",
					  "a first frame with an FF_DL too small for it" },
	[ISOTP_FAULT_CF_WITHOUT_FF] = { "cf_without_ff",
					"consecutive frames without a first frame" },
	[ISOTP_FAULT_CF_SURPLUS] = { "cf_surplus", "consecutive frames after the last one" },
	[ISOTP_FAULT_CF_LOST] = { "cf_lost", "consecutive frames lost" },
	[ISOTP_FAULT_CF_DUPLICATE] = { "cf_duplicate", "a consecutive frame doubled" },
	[ISOTP_FAULT_CF_SHORT] = { "cf_short", "a consecutive frame too short" },
	[ISOTP_FAULT_CF_LONG] = { "cf_long", "a consecutive frame too long" },
	[ISOTP_FAULT_CF_LATE] = { "cf_late", "a consecutive frame later than N_Cr" },
	[ISOTP_FAULT_FC_SHORT] = { "fc_short", "a flow control too short" },
	[ISOTP_FAULT_FC_MISSING] = { "fc_missing", "a flow control missing" },
	[ISOTP_FAULT_FC_DUPLICATE] = { "fc_duplicate", "a flow control doubled" },
	[ISOTP_FAULT_FC_UNEXPECTED] = { "fc_unexpected", "a flow control that nobody awaited" },
	[ISOTP_FAULT_FC_LATE] = { "fc_late", "a flow control later than N_Bs" },
	[ISOTP_FAULT_FC_WAIT] = { "fc_wait", "a flow control that says wait" },
	[ISOTP_FAULT_FC_RESERVED] = { "fc_reserved", "a flow control with a reserved status" },
	[ISOTP_FAULT_STMIN_RESERVED] = { "stmin_reserved", "a flow control with a reserved STmin" },
	[ISOTP_FAULT_STMIN_VIOLATED] = { "stmin_violated", "STmin not kept" },
	[ISOTP_FAULT_BS_VIOLATED] = { "bs_violated", "the block size not kept" },
	[ISOTP_FAULT_PADDING] = { "padding", "wrong padding" },
	[ISOTP_FAULT_TRUNCATED] = { "truncated", "longer than is kept" },
	[ISOTP_FAULT_GIVEN_UP] = { "given_up", "given up for want of memory" },
};

const char *isotp_fault_name(enum isotp_fault fault)
{
	return (unsigned int)fault < ISOTP_FAULTS ? faults[fault].name : "none";
}

const char *isotp_fault_text(enum isotp_fault fault)
{
	return (unsigned int)fault < ISOTP_FAULTS ? faults[fault].text : "nothing";
}
