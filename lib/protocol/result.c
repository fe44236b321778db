/* SPDX-License-Identifier: MIT */
/* Owns the names of the N_Results. */
#include "result.h"

static const struct {
	const char *name, *key;
} results[ISOTP_RESULTS] = {
	[ISOTP_N_OK] = { "N_OK", "ok" },
	[ISOTP_N_TIMEOUT_A] = { "N_TIMEOUT_A", "timeout_a" },
	[ISOTP_N_TIMEOUT_BS] = { "N_TIMEOUT_Bs", "timeout_bs" },
	[ISOTP_N_TIMEOUT_CR] = { "N_TIMEOUT_Cr", "timeout_cr" },
	[ISOTP_N_WRONG_SN] = { "N_WRONG_SN", "wrong_sn" },
	[ISOTP_N_INVALID_FS] = { "N_INVALID_FS", "invalid_fs" },
	[ISOTP_N_UNEXP_PDU] = { "N_UNEXP_PDU", "unexp_pdu" },
	[ISOTP_N_WFT_OVRN] = { "N_WFT_OVRN", "wft_ovrn" },
	[ISOTP_N_BUFFER_OVFLW] = { "N_BUFFER_OVFLW", "buffer_ovflw" },
	[ISOTP_N_ERROR] = { "N_ERROR", "error" },
	[ISOTP_PADDING] = { "padding", "padding" },
	[ISOTP_INCOMPLETE] = { "incomplete", "incomplete" },
};

const char *isotp_result_name(enum isotp_result result)
{
	return results[(unsigned int)result < ISOTP_RESULTS ? result : ISOTP_N_ERROR].name;
}

const char *isotp_result_key(enum isotp_result result)
{
	return results[(unsigned int)result < ISOTP_RESULTS ? result : ISOTP_N_ERROR].key;
}
