/* SPDX-License-Identifier: MIT */
/* Owns the rules between options: which go together, and what they make of the configuration. */
#include "options.h"
#include "tool.h"

enum { FD_TX_DL = 64 };

#define MISSING_RX "missing: the CAN ID that this end receives on"

static void refuse_both(bool a, const char *name_a, bool b, const char *name_b)
{
	if (a && b)
		tool_refuse(name_a, "excludes %s", name_b);
}

/* Normal fixed and 29-bit mixed addressing: the IDs follow from --sa and --ta. */
static void check_fixed(struct options *o)
{
	struct isotp_address *a = &o->config.address;

	if (!o->has_sa || !o->has_ta)
		tool_refuse(o->has_sa ? "--sa" : "--ta", "needs %s too",
			    o->has_sa ? "--ta" : "--sa");
	refuse_both(true, "--sa", a->tx_id.width, "--tx-id");
	refuse_both(true, "--sa", a->rx_id.width, "--rx-id");
	refuse_both(true, "--sa", o->has_ext_addr, "--ext-addr");
	if (o->sa == o->ta)
		tool_refuse("--sa", "is the same as --ta, %02X", o->sa);
	if (o->has_ae)
		isotp_address_mixed29(a, o->sa, o->ta, o->ae, o->functional);
	else
		isotp_address_fixed(a, o->sa, o->ta, o->functional);
}

static void check_mixed11(struct options *o)
{
	struct isotp_address *a = &o->config.address;

	refuse_both(true, "--ae", o->has_ext_addr, "--ext-addr");
	if (a->tx_id.width == 29 || a->rx_id.width == 29)
		tool_refuse("--ae", "goes with 11-bit IDs; for 29 bit write --sa and --ta");
	a->has_byte = true;
	a->tx_byte = o->ae;
	a->rx_byte = o->ae;
}

static void check_ids(const struct options *o, const struct program *program)
{
	const struct isotp_config *cfg = &o->config;
	const struct isotp_address *a = &cfg->address;
	char text[ISOTP_CAN_ID_TEXT];

	const bool tx_idle = !program->sends && (cfg->listen || a->functional);
	const bool rx_idle =
		program->sends && (cfg->sf_broadcast || cfg->cf_broadcast || a->functional);

	if (!a->tx_id.width && !tx_idle)
		tool_refuse("--tx-id", "missing: the CAN ID that this end sends on");
	if (!a->rx_id.width && !rx_idle && program->sends)
		tool_refuse_hint("--rx-id", MISSING_RX,
				 "-d ID; or --functional, for a request to all, which needs no "
				 "flow control");
	if (!a->rx_id.width && !rx_idle)
		tool_refuse("--rx-id", MISSING_RX);
	if (a->rx_id.width && isotp_can_id_equal(a->tx_id, a->rx_id))
		tool_refuse("--rx-id", "is the same as --tx-id, %s",
			    isotp_can_id_format(a->tx_id, text));
}

static void check_address(struct options *o, const struct program *program)
{
	struct isotp_address *a = &o->config.address;

	if (o->has_sa || o->has_ta)
		check_fixed(o);
	else if (o->has_ae)
		check_mixed11(o);
	if (o->has_ext_addr)
		a->has_byte = true;
	a->functional = o->functional;
	if (o->functional && program->sends) /* nobody answers with flow control */
		a->rx_id = (struct isotp_can_id){ 0 };
	refuse_both(o->functional, "--functional", o->config.cf_broadcast, "--cf-broadcast");
	refuse_both(o->config.sf_broadcast, "--sf-broadcast", o->config.cf_broadcast,
		    "--cf-broadcast");
	check_ids(o, program);
}

static void check_link(struct options *o)
{
	struct isotp_config *cfg = &o->config;

	if (o->has_link_layer) {
		refuse_both(true, "--link-layer", o->has_fd, "--fd");
		refuse_both(true, "--link-layer", o->has_tx_dl, "--tx-dl");
		return;
	}
	cfg->fd = o->has_fd || cfg->brs || cfg->esi || cfg->tx_dl > ISOTP_FRAME_MAX_CLASSIC;
	if (cfg->fd && !o->has_tx_dl)
		cfg->tx_dl = FD_TX_DL;
}

/* Without a pad byte to compare with, the kernel refuses every frame when asked for `content`. */
static void check_padding(struct options *o)
{
	struct isotp_config *cfg = &o->config;

	cfg->check_pad_len = o->check_pad == 'l' || o->check_pad == 'a';
	cfg->check_pad_data = o->check_pad == 'c' || o->check_pad == 'a';
	if (!cfg->check_pad_data || cfg->rx_padding)
		return;
	if (o->check_pad == 'a')
		tool_warn("--check-pad: without --rxpad, only the length is checked");
	else if (o->check_pad_short)
		tool_warn("-P: without a pad byte for reception, c refuses every frame");
	else
		tool_refuse("--check-pad", "'content' needs --rxpad, the byte to compare with");
}

void options_check(struct options *o, const struct program *program)
{
	const char *reason;

	if (program->observes) {
		check_padding(o);
		return;
	}
	check_address(o, program);
	check_link(o);
	check_padding(o);
	if (isotp_config_check(&o->config, &reason) < 0)
		tool_refuse("options", "%s", reason);
}
