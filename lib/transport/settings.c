/* SPDX-License-Identifier: MIT */
/* Owns what the options of an ISO-TP socket mean: limits, what excludes what, the warnings. */
#include "settings.h"

#include "kernel-socket.h"
#include "protocol/pci.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One value of a group. */
struct field {
	size_t offset;
	uint32_t limit;
	const char *above; /* what to say of more */
	uint32_t flag;	   /* giving it adds this */
};

#define BYTE(group, name, flag)                                                                    \
	{                                                                                          \
		offsetof(struct group, name), 0xFF, #name " is above FF", flag                     \
	}
#define WORD(group, name, flag)                                                                    \
	{                                                                                          \
		offsetof(struct group, name), UINT32_MAX, NULL, flag                               \
	}

static const struct field general_fields[] = {
	{ offsetof(struct isotp_general, flags), ISOTP_KERNEL_FLAGS,
	  "flags has a bit that no kernel knows", 0 },
	WORD(isotp_general, frame_txtime_ns, 0),
	BYTE(isotp_general, ext_address, CAN_ISOTP_EXTEND_ADDR),
	BYTE(isotp_general, txpad, CAN_ISOTP_TX_PADDING),
	BYTE(isotp_general, rxpad, CAN_ISOTP_RX_PADDING),
	BYTE(isotp_general, rx_ext_address, CAN_ISOTP_RX_EXT_ADDR),
	WORD(isotp_general, tx_stmin_ns, CAN_ISOTP_FORCE_TXSTMIN),
	WORD(isotp_general, rx_stmin_ns, CAN_ISOTP_FORCE_RXSTMIN),
};

static const struct field flow_control_fields[] = {
	BYTE(isotp_flow_control, bs, 0),
	BYTE(isotp_flow_control, stmin, 0),
	BYTE(isotp_flow_control, wftmax, 0),
};

static const struct field link_layer_fields[] = {
	BYTE(isotp_link_layer, mtu, 0),
	BYTE(isotp_link_layer, tx_dl, 0),
	BYTE(isotp_link_layer, tx_flags, 0),
};

/* Takes over what is given and in range; *flags gathers what that adds. */
static int merge(const struct field *fields, size_t n, void *set, const void *wanted,
		 uint32_t *flags, const char **why)
{
	for (size_t i = 0; i < n; i++) {
		struct isotp_value v;

		memcpy(&v, (const char *)wanted + fields[i].offset, sizeof(v));
		if (!v.given)
			continue;
		if (v.value > fields[i].limit) {
			*why = fields[i].above;
			return -EINVAL;
		}
		memcpy((char *)set + fields[i].offset, &v, sizeof(v));
		*flags |= fields[i].flag;
	}
	return 0;
}

/* Flags that do not go together: all of `with` and none of `without`. */
static const struct rule {
	uint32_t with, without;
	bool refused; /* else a warning */
	const char *why;
} rules[] = {
	{ CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_CF_BROADCAST, 0, true,
	  "SF_BROADCAST and CF_BROADCAST exclude each other" },
	{ CAN_ISOTP_LISTEN_MODE | CAN_ISOTP_SF_BROADCAST, 0, true,
	  "SF_BROADCAST sends, with LISTEN_MODE nothing is sent" },
	{ CAN_ISOTP_LISTEN_MODE | CAN_ISOTP_CF_BROADCAST, 0, true,
	  "CF_BROADCAST sends, with LISTEN_MODE nothing is sent" },
	{ CAN_ISOTP_CHK_PAD_DATA, CAN_ISOTP_RX_PADDING | CAN_ISOTP_CHK_PAD_LEN, true,
	  "CHK_PAD_DATA without RX_PADDING refuses every frame" },
	{ CAN_ISOTP_CHK_PAD_DATA | CAN_ISOTP_CHK_PAD_LEN, CAN_ISOTP_RX_PADDING, false,
	  "CHK_PAD_DATA has no effect without RX_PADDING: only the length is checked" },
	{ CAN_ISOTP_RX_EXT_ADDR, CAN_ISOTP_EXTEND_ADDR, false,
	  "RX_EXT_ADDR has no effect without EXTEND_ADDR" },
	{ CAN_ISOTP_RX_PADDING, CAN_ISOTP_CHK_PAD_LEN | CAN_ISOTP_CHK_PAD_DATA, false,
	  "RX_PADDING has no effect without CHK_PAD_LEN or CHK_PAD_DATA" },
};

static int check_flags(uint32_t flags, const char **why)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if ((flags & rules[i].with) != rules[i].with || flags & rules[i].without)
			continue;
		*why = rules[i].why;
		return rules[i].refused ? -EINVAL : 0;
	}
	return 0;
}

int isotp_settings_general(struct isotp_general *set, const struct isotp_general *wanted,
			   const char **why)
{
	struct isotp_general all = *set;
	uint32_t flags = 0;
	int rc;

	*why = NULL;
	rc = merge(general_fields, COUNT(general_fields), &all, wanted, &flags, why);
	if (rc < 0)
		return rc;
	all.flags.value |= flags;
	if (!(all.flags.value & CAN_ISOTP_RX_EXT_ADDR)) /* as the kernel does */
		all.rx_ext_address.value = all.ext_address.value;
	if (all.frame_txtime_ns.value == CAN_ISOTP_FRAME_TXTIME_ZERO)
		all.frame_txtime_ns.value = 0;
	rc = check_flags(all.flags.value, why);
	if (rc == 0)
		*set = all;
	return rc;
}

int isotp_settings_flow_control(struct isotp_flow_control *set,
				const struct isotp_flow_control *wanted, const char **why)
{
	struct isotp_flow_control all = *set;
	uint32_t none = 0;
	int rc;

	*why = NULL;
	rc = merge(flow_control_fields, COUNT(flow_control_fields), &all, wanted, &none, why);
	if (rc < 0)
		return rc;
	if (isotp_stmin_reserved((uint8_t)all.stmin.value))
		*why = "stmin is reserved: it is sent as it is, and most senders take it for "
		       "127 ms";
	else if (all.wftmax.value)
		*why = "wftmax has no effect: no wait frames are sent";
	*set = all;
	return 0;
}

static const char *link_layer_fault(const struct isotp_link_layer *link)
{
	if (link->mtu.value != CAN_MTU && link->mtu.value != CANFD_MTU)
		return "mtu is neither 16 (CAN) nor 72 (CAN FD)";
	if (!isotp_tx_dl_valid((uint8_t)link->tx_dl.value))
		return "tx_dl is none of 8, 12, 16, 20, 24, 32, 48, 64";
	if (link->tx_flags.value & ~(uint32_t)(CANFD_BRS | CANFD_ESI))
		return "tx_flags has more than CANFD_BRS and CANFD_ESI";
	if (link->mtu.value == CAN_MTU && link->tx_dl.value != CAN_MAX_DLEN)
		return "tx_dl above 8 needs mtu 72 (CAN FD)";
	if (link->mtu.value == CAN_MTU && link->tx_flags.value)
		return "tx_flags need mtu 72 (CAN FD)";
	return NULL;
}

int isotp_settings_link_layer(struct isotp_link_layer *set, const struct isotp_link_layer *wanted,
			      const char **why)
{
	struct isotp_link_layer all = *set;
	uint32_t none = 0;
	int rc;

	*why = NULL;
	rc = merge(link_layer_fields, COUNT(link_layer_fields), &all, wanted, &none, why);
	if (rc < 0)
		return rc;
	*why = link_layer_fault(&all);
	if (*why)
		return -EINVAL;
	*set = all;
	return 0;
}

/* --- from and to a configuration --- */

void isotp_settings_init(struct isotp_settings *set)
{
	struct isotp_config cfg;

	isotp_config_init(&cfg);
	isotp_settings_in_force(set, &cfg);
	set->general.frame_txtime_ns.given = false;
}

/* The address bytes of the options into the configuration; false: it has others already. */
static bool add_address_bytes(struct isotp_address *a, const struct isotp_general *g)
{
	if (!(g->flags.value & CAN_ISOTP_EXTEND_ADDR))
		return true;
	if (a->has_byte)
		return a->tx_byte == g->ext_address.value && a->rx_byte == g->rx_ext_address.value;
	a->has_byte = true;
	a->tx_byte = (uint8_t)g->ext_address.value;
	a->rx_byte = (uint8_t)g->rx_ext_address.value;
	return true;
}

int isotp_settings_config(const struct isotp_settings *set, const struct isotp_address *a,
			  struct isotp_config *cfg, const char **why)
{
	const struct isotp_general *g = &set->general;
	uint32_t flags = g->flags.value | CAN_ISOTP_RX_EXT_ADDR; /* rx_byte is settled here */

	*why = NULL;
	isotp_config_init(cfg);
	cfg->address = *a;
	if (!add_address_bytes(&cfg->address, g)) {
		*why = "the address and the options have different address bytes";
		return -EINVAL;
	}
	if (cfg->address.has_byte)
		flags |= CAN_ISOTP_EXTEND_ADDR;
	isotp_kernel_apply_flags(cfg, flags);
	cfg->has_frame_txtime = g->frame_txtime_ns.given;
	cfg->frame_txtime_ns = g->frame_txtime_ns.value;
	cfg->txpad = (uint8_t)g->txpad.value;
	cfg->rxpad = (uint8_t)g->rxpad.value;
	cfg->tx_stmin_ns = g->tx_stmin_ns.value;
	cfg->rx_stmin_ns = g->rx_stmin_ns.value;
	cfg->bs = (uint8_t)set->flow_control.bs.value;
	cfg->stmin = (uint8_t)set->flow_control.stmin.value;
	cfg->wftmax = (uint8_t)set->flow_control.wftmax.value;
	cfg->fd = set->link_layer.mtu.value == CANFD_MTU;
	cfg->tx_dl = (uint8_t)set->link_layer.tx_dl.value;
	cfg->brs = set->link_layer.tx_flags.value & CANFD_BRS;
	cfg->esi = set->link_layer.tx_flags.value & CANFD_ESI;
	return 0;
}

void isotp_settings_in_force(struct isotp_settings *set, const struct isotp_config *cfg)
{
	const uint32_t tx_flags = (cfg->brs ? CANFD_BRS : 0u) | (cfg->esi ? CANFD_ESI : 0u);

	*set = (struct isotp_settings){
		.general = { .flags = ISOTP_VALUE(isotp_kernel_flags(cfg)),
			     .frame_txtime_ns = ISOTP_VALUE(cfg->frame_txtime_ns),
			     .ext_address = ISOTP_VALUE(cfg->address.tx_byte),
			     .txpad = ISOTP_VALUE(cfg->txpad),
			     .rxpad = ISOTP_VALUE(cfg->rxpad),
			     .rx_ext_address = ISOTP_VALUE(cfg->address.rx_byte),
			     .tx_stmin_ns = ISOTP_VALUE(cfg->tx_stmin_ns),
			     .rx_stmin_ns = ISOTP_VALUE(cfg->rx_stmin_ns) },
		.flow_control = { .bs = ISOTP_VALUE(cfg->bs),
				  .stmin = ISOTP_VALUE(cfg->stmin),
				  .wftmax = ISOTP_VALUE(cfg->wftmax) },
		.link_layer = { .mtu = ISOTP_VALUE(cfg->fd ? CANFD_MTU : CAN_MTU),
				.tx_dl = ISOTP_VALUE(cfg->tx_dl),
				.tx_flags = ISOTP_VALUE(tx_flags) },
	};
}

/* --- the kernel's stack --- */

/* net/can/isotp.c: isotp_rcv_ff, isotp_sendmsg. */
const char *isotp_settings_kernel_warning(const struct isotp_config *cfg)
{
	if (cfg->listen)
		return "LISTEN_MODE: the kernel still answers a first frame that is too long";
	if (cfg->half_duplex)
		return "HALF_DUPLEX: the kernel sends also during a reception, and ruins both";
	if (cfg->wait_tx_done)
		return "WAIT_TX_DONE: sending ends when the kernel ends it, whatever its time-out";
	return NULL;
}
