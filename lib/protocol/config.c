/* SPDX-License-Identifier: MIT */
/* Owns the defaults of a connection and what makes one impossible. */
#include "config.h"

#include "timing.h"

#include <errno.h>

bool isotp_tx_dl_valid(uint8_t tx_dl)
{
	return tx_dl >= ISOTP_FRAME_MAX_CLASSIC && isotp_frame_len_valid(tx_dl, true);
}

void isotp_config_init(struct isotp_config *cfg)
{
	*cfg = (struct isotp_config){
		.tx_dl = ISOTP_FRAME_MAX_CLASSIC,
		.txpad = 0xCC,
		.rxpad = 0xCC,
		.n_as_ns = ISOTP_SECOND,
		.n_bs_ns = ISOTP_SECOND,
		.n_cr_ns = ISOTP_SECOND,
	};
}

static bool id_valid(struct isotp_can_id id)
{
	switch (id.width) {
	case 0:
		return true;
	case 11:
		return id.value <= ISOTP_CAN_ID_MAX_11;
	case 29:
		return id.value <= ISOTP_CAN_ID_MAX_29;
	default:
		return false;
	}
}

static const char *address_fault(const struct isotp_address *a)
{
	if (!id_valid(a->tx_id) || !id_valid(a->rx_id))
		return "a CAN ID is out of range";
	if (!a->tx_id.width && !a->rx_id.width)
		return "there is no CAN ID to send or receive on";
	if (isotp_can_id_equal(a->tx_id, a->rx_id))
		return "the same CAN ID sends and receives";
	return NULL;
}

static const char *link_fault(const struct isotp_config *cfg)
{
	if (!isotp_tx_dl_valid(cfg->tx_dl))
		return "tx_dl is none of 8, 12, 16, 20, 24, 32, 48, 64";
	if (!cfg->fd && (cfg->tx_dl > ISOTP_FRAME_MAX_CLASSIC || cfg->brs || cfg->esi))
		return "tx_dl above 8, brs and esi need CAN FD";
	return NULL;
}

static const char *mode_fault(const struct isotp_config *cfg)
{
	if (cfg->sf_broadcast && cfg->cf_broadcast)
		return "single-frame and consecutive-frame broadcast exclude each other";
	if (cfg->cf_broadcast && cfg->address.functional)
		return "a functional address carries single frames only";
	if (cfg->listen && (cfg->sf_broadcast || cfg->cf_broadcast))
		return "a broadcast sends, a listener does not";
	if (!cfg->address.tx_id.width && !cfg->listen && !cfg->address.functional)
		return "there is no CAN ID to send flow control on";
	if (!cfg->address.rx_id.width && !cfg->address.functional && !cfg->sf_broadcast &&
	    !cfg->cf_broadcast)
		return "there is no CAN ID to hear flow control on";
	if (!cfg->n_as_ns || !cfg->n_bs_ns || !cfg->n_cr_ns)
		return "a time-out of 0";
	return NULL;
}

int isotp_config_check(const struct isotp_config *cfg, const char **reason)
{
	*reason = address_fault(&cfg->address);
	if (!*reason)
		*reason = link_fault(cfg);
	if (!*reason)
		*reason = mode_fault(cfg);
	return *reason ? -EINVAL : 0;
}

bool isotp_config_padding_ok(const struct isotp_config *cfg, const struct isotp_frame *f,
			     size_t used)
{
	const size_t shortest = isotp_frame_len(used);

	if (!cfg->rx_padding)
		return cfg->check_pad_len ? f->len == shortest : !cfg->check_pad_data;
	if (cfg->check_pad_len && f->len < ISOTP_FRAME_MAX_CLASSIC)
		return false;
	for (size_t i = used; cfg->check_pad_data && i < f->len; i++)
		if (f->data[i] != cfg->rxpad)
			return false;
	return true;
}
