/* SPDX-License-Identifier: MIT */
/* Owns the names of the N_Results. */
#include "result.h"

static const char *const names[ISOTP_RESULTS] = {
	[ISOTP_N_OK] = "N_OK",
	[ISOTP_N_TIMEOUT_A] = "N_TIMEOUT_A",
	[ISOTP_N_TIMEOUT_BS] = "N_TIMEOUT_Bs",
	[ISOTP_N_TIMEOUT_CR] = "N_TIMEOUT_Cr",
	[ISOTP_N_WRONG_SN] = "N_WRONG_SN",
	[ISOTP_N_INVALID_FS] = "N_INVALID_FS",
	[ISOTP_N_UNEXP_PDU] = "N_UNEXP_PDU",
	[ISOTP_N_WFT_OVRN] = "N_WFT_OVRN",
	[ISOTP_N_BUFFER_OVFLW] = "N_BUFFER_OVFLW",
	[ISOTP_N_ERROR] = "N_ERROR",
	[ISOTP_PADDING] = "padding",
};

const char *isotp_result_name(enum isotp_result result)
{
	return (unsigned int)result < ISOTP_RESULTS ? names[result] : "N_ERROR";
}
