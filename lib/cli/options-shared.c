/* SPDX-License-Identifier: MIT */
/* Owns the options that every program has: their names, their help, what each one sets. */
#include "options.h"
#include "tool.h"
#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- addressing --- */

static struct isotp_can_id can_id(const char *what, const char *arg)
{
	struct isotp_can_id id = { 0 };
	const char *reason;

	if (isotp_can_id_parse(arg, &id, &reason) < 0)
		tool_refuse(what, "'%s' %s", arg, reason);
	return id;
}

static void set_tx_id(struct options *o, const char *what, const char *arg)
{
	o->config.address.tx_id = can_id(what, arg);
}

static void set_rx_id(struct options *o, const char *what, const char *arg)
{
	o->config.address.rx_id = can_id(what, arg);
}

static void set_ext_addr(struct options *o, const char *what, const char *arg)
{
	char *copy = option_copy(what, arg), *rx = copy;
	const char *tx = strsep(&rx, ":");

	o->has_ext_addr = true;
	o->has_rx_byte = rx != NULL;
	o->config.address.tx_byte = option_byte(what, tx);
	o->config.address.rx_byte = option_byte(what, rx ? rx : tx);
	free(copy);
}

static void set_sa(struct options *o, const char *what, const char *arg)
{
	o->sa = option_byte(what, arg);
	o->has_sa = true;
}

static void set_ta(struct options *o, const char *what, const char *arg)
{
	o->ta = option_byte(what, arg);
	o->has_ta = true;
}

static void set_ae(struct options *o, const char *what, const char *arg)
{
	o->ae = option_byte(what, arg);
	o->has_ae = true;
}

static void set_functional(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->functional = true;
}

static const struct option addressing[] = {
	{ 's', "tx-id", "ID", "CAN ID this end sends on, hex; 8 digits: 29 bit", set_tx_id },
	{ 'd', "rx-id", "ID", "CAN ID this end receives on", set_rx_id },
	{ 'x', "ext-addr", "A[:R]", "extended addressing: byte A sent, R received", set_ext_addr },
	{ 0, "sa", "B", "normal fixed addressing: own address", set_sa },
	{ 0, "ta", "B", "normal fixed addressing: the peer's address", set_ta },
	{ 0, "ae", "B", "mixed addressing: address extension", set_ae },
	{ 0, "functional", NULL, "functional addressing: single frames only", set_functional },
	{ 0 },
};

/* --- link layer and padding --- */

static void set_fd(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->has_fd = true;
}

#define TX_DL_LIST "8, 12, 16, 20, 24, 32, 48, 64"

static void set_tx_dl(struct options *o, const char *what, const char *arg)
{
	char why[VALUE_WHY];
	uint64_t n = 0;

	if (value_count(arg, 0, UINT8_MAX, &n, why) < 0 || !isotp_tx_dl_valid((uint8_t)n))
		tool_refuse(what, "'%s' is none of " TX_DL_LIST, arg);
	o->config.tx_dl = (uint8_t)n;
	o->has_tx_dl = true;
}

static void set_brs(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.brs = true;
}

static void set_esi(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.esi = true;
}

enum { TX_FLAG_BRS = 1, TX_FLAG_ESI = 2, TX_FLAG_FDF = 4 };

/* Reads M:D:F; false when it is anything but three numbers of a byte each. */
static bool read_link_layer(const char *what, const char *arg, uint64_t field[3])
{
	char why[VALUE_WHY], *copy = option_copy(what, arg), *rest = copy;
	bool ok = true;

	for (int i = 0; ok && i < 3; i++) {
		const char *part = strsep(&rest, ":");

		ok = part && value_count(part, 0, UINT8_MAX, &field[i], why) == 0;
	}
	free(copy);
	return ok && !rest;
}

/* As in struct can_isotp_ll_options: mtu 16 or 72, tx_dl, tx_flags. */
static void set_link_layer(struct options *o, const char *what, const char *arg)
{
	struct isotp_config *cfg = &o->config;
	uint64_t field[3] = { 0 };
	const uint64_t *mtu = &field[0], *tx_dl = &field[1], *flags = &field[2];

	if (!read_link_layer(what, arg, field))
		tool_refuse(what, "'%s' is not MTU:TX_DL:FLAGS (16:8:0, 72:64:1)", arg);
	if (*mtu != 16 && *mtu != 72)
		tool_refuse(what, "'%s': the MTU is 16 (classic) or 72 (FD)", arg);
	if (*mtu == 16 && (*tx_dl != 8 || *flags))
		tool_refuse(what, "'%s': an MTU of 16 goes with TX_DL 8 and FLAGS 0", arg);
	if (!isotp_tx_dl_valid((uint8_t)*tx_dl))
		tool_refuse(what, "'%s': TX_DL is none of " TX_DL_LIST, arg);
	if (*flags > (TX_FLAG_BRS | TX_FLAG_ESI | TX_FLAG_FDF))
		tool_refuse(what, "'%s': FLAGS is a sum of 1 (BRS), 2 (ESI) and 4 (FDF)", arg);
	o->has_link_layer = true;
	cfg->fd = *mtu == 72;
	cfg->tx_dl = (uint8_t)*tx_dl;
	cfg->brs = *flags & TX_FLAG_BRS;
	cfg->esi = *flags & TX_FLAG_ESI;
}

static void set_txpad(struct options *o, const char *what, const char *arg)
{
	o->config.txpad = option_byte(what, arg);
	o->config.tx_padding = true;
}

static void set_rxpad(struct options *o, const char *what, const char *arg)
{
	o->config.rxpad = option_byte(what, arg);
	o->config.rx_padding = true;
}

static void set_pad(struct options *o, const char *what, const char *arg)
{
	char *copy = option_copy(what, arg), *rx = copy;
	const char *tx = strsep(&rx, ":");

	if (!*tx && (!rx || !*rx))
		tool_refuse(what, "'%s' is not [TX]:[RX] in hex (CC, CC:AA, :AA)", arg);
	if (*tx)
		set_txpad(o, what, tx);
	if (rx && *rx)
		set_rxpad(o, what, rx);
	free(copy);
}

static void set_check_pad(struct options *o, const char *what, const char *arg)
{
	if (strcmp(arg, "length") != 0 && strcmp(arg, "content") != 0 && strcmp(arg, "all") != 0)
		tool_refuse(what, "'%s' is none of length, content, all", arg);
	o->check_pad = arg[0];
	o->check_pad_short = false;
}

static void set_check_pad_short(struct options *o, const char *what, const char *arg)
{
	if (strcmp(arg, "l") != 0 && strcmp(arg, "c") != 0 && strcmp(arg, "a") != 0)
		tool_refuse(what, "'%s' is none of l (length), c (content), a (all)", arg);
	o->check_pad = arg[0];
	o->check_pad_short = true;
}

static const struct option link_layer[] = {
	{ 0, "fd", NULL, "CAN FD frames of up to 64 bytes", set_fd },
	{ 0, "tx-dl", "N", "longest frame sent: 8 12 16 20 24 32 48 64; above 8: CAN FD",
	  set_tx_dl },
	{ 0, "brs", NULL, "CAN FD with bit rate switch", set_brs },
	{ 0, "esi", NULL, "CAN FD with error state indicator", set_esi },
	{ 'L', "link-layer", "M:D:F", "the same in numbers: MTU, TX_DL, flags", set_link_layer },
	{ 0, "txpad", "B", "pad sent frames with this byte", set_txpad },
	{ 0, "rxpad", "B", "received frames are padded with this byte", set_rxpad },
	{ 'p', NULL, "[T]:[R]", "pad bytes sent and received, as --txpad, --rxpad", set_pad },
	{ 0, "check-pad", "WHAT", "refuse wrong padding: length, content or all", set_check_pad },
	{ 'P', NULL, "l|c|a", "as --check-pad", set_check_pad_short },
	{ 0 },
};

/* --- flow control and timing --- */

static void set_bs(struct options *o, const char *what, const char *arg)
{
	o->config.bs = (uint8_t)option_count(what, arg, 0, 255);
}

static void set_stmin(struct options *o, const char *what, const char *arg)
{
	char why[VALUE_WHY];

	if (value_stmin(arg, &o->config.stmin, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
}

static void set_wftmax(struct options *o, const char *what, const char *arg)
{
	o->config.wftmax = (uint8_t)option_count(what, arg, 0, 255);
}

static void set_tx_stmin(struct options *o, const char *what, const char *arg)
{
	o->config.tx_stmin_ns = (uint32_t)option_duration(what, arg, 0, UINT32_MAX);
	o->config.force_tx_stmin = true;
}

static void set_rx_stmin(struct options *o, const char *what, const char *arg)
{
	o->config.rx_stmin_ns = (uint32_t)option_duration(what, arg, 0, UINT32_MAX);
	o->config.force_rx_stmin = true;
}

static void set_frame_txtime(struct options *o, const char *what, const char *arg)
{
	o->config.has_frame_txtime = true;
	o->config.frame_txtime_ns = 0;
	if (strcmp(arg, "zero") != 0)
		o->config.frame_txtime_ns = (uint32_t)option_duration(what, arg, 0, UINT32_MAX - 1);
}

static void set_dyn_fc(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.dyn_fc = true;
}

static void set_half_duplex(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->config.half_duplex = true;
}

static void set_max_pdu(struct options *o, const char *what, const char *arg)
{
	o->max_pdu = option_count(what, arg, 1, UINT32_MAX);
	o->has_max_pdu = true;
}

static void set_stack(struct options *o, const char *what, const char *arg)
{
	if (!strcmp(arg, "auto"))
		o->stack = ISOTP_STACK_AUTO;
	else if (!strcmp(arg, "kernel"))
		o->stack = ISOTP_STACK_KERNEL;
	else if (!strcmp(arg, "builtin"))
		o->stack = ISOTP_STACK_BUILTIN;
	else
		tool_refuse(what, "'%s' is none of auto, kernel, builtin", arg);
}

static const struct option flow_control[] = {
	{ 0, "bs", "N", "block size to ask for, 0-255; 0: all in one block", set_bs },
	{ 0, "stmin", "T", "gap between frames to ask for: 10ms, 500us, 0 or a raw byte, 0xF3",
	  set_stmin },
	{ 0, "wftmax", "N", "wait frames to send in a row at most, 0-255", set_wftmax },
	{ 0, "tx-stmin", "T", "leave this gap between frames sent, whatever the peer asks for",
	  set_tx_stmin },
	{ 0, "rx-stmin", "T", "drop consecutive frames that follow faster than this",
	  set_rx_stmin },
	{ 0, "frame-txtime", "T", "extra gap before each consecutive frame; or zero",
	  set_frame_txtime },
	{ 0, "dyn-fc", NULL, "take BS and STmin from each flow control, not the first",
	  set_dyn_fc },
	{ 0, "half-duplex", NULL, "one direction at a time", set_half_duplex },
	{ 0, "max-pdu", "N", "longest PDU to receive, in bytes (default 1 MiB)", set_max_pdu },
	{ 0, "stack", "WHICH", "whose ISO-TP: auto, kernel or builtin", set_stack },
	{ 0 },
};

/* --- timers --- */

static void set_n_as(struct options *o, const char *what, const char *arg)
{
	o->config.n_as_ns = option_timeout(what, arg);
}

static void set_n_bs(struct options *o, const char *what, const char *arg)
{
	o->config.n_bs_ns = option_timeout(what, arg);
}

static void set_n_cr(struct options *o, const char *what, const char *arg)
{
	o->config.n_cr_ns = option_timeout(what, arg);
}

static void set_n_br(struct options *o, const char *what, const char *arg)
{
	o->config.n_br_ns = option_duration(what, arg, 0, OPTION_DAY_NS);
}

static void set_n_cs(struct options *o, const char *what, const char *arg)
{
	o->config.n_cs_ns = option_duration(what, arg, 0, OPTION_DAY_NS);
}

static const struct option timers[] = {
	{ 0, "n-as", "T", "time for the bus to take a frame, or for somebody to join it (1s)",
	  set_n_as },
	{ 0, "n-bs", "T", "time to wait for a flow control (1s)", set_n_bs },
	{ 0, "n-cr", "T", "time to wait for a consecutive frame (1s)", set_n_cr },
	{ 0, "n-br", "T", "delay each flow control that we send", set_n_br },
	{ 0, "n-cs", "T", "delay each consecutive frame that we send to at least this", set_n_cs },
	{ 0 },
};

/* --- messages --- */

static void set_color(struct options *o UNUSED, const char *what, const char *arg)
{
	if (!strcmp(arg, "auto"))
		tool_set_color(TOOL_COLOR_AUTO);
	else if (!strcmp(arg, "always"))
		tool_set_color(TOOL_COLOR_ALWAYS);
	else if (!strcmp(arg, "never"))
		tool_set_color(TOOL_COLOR_NEVER);
	else
		tool_refuse(what, "'%s' is none of auto, always, never", arg);
}

static void ask_check(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->check = true;
}

static void set_quiet(struct options *o UNUSED, const char *what UNUSED, const char *arg UNUSED)
{
	tool_set_quiet(true);
}

static void set_verbose(struct options *o UNUSED, const char *what UNUSED, const char *arg UNUSED)
{
	tool_set_verbose(true);
}

static void show_version(struct options *o UNUSED, const char *what UNUSED, const char *arg UNUSED)
{
	puts(tool_version());
	exit(TOOL_DONE);
}

static void ask_help(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	o->help = true;
}

static const struct option messages[] = {
	{ 0, "check", NULL, "show what this machine offers to ISO-TP and exit", ask_check },
	{ 0, "color", "WHEN", "colour messages: auto, always, never", set_color },
	{ 'q', "quiet", NULL, "no warnings, no progress", set_quiet },
	{ 'v', "verbose", NULL, "say what is done", set_verbose },
	{ 'V', "version", NULL, "show the version and exit", show_version },
	{ 'h', NULL, NULL, "show the options and exit, as --help", ask_help },
	{ 0 },
};

const struct option_group option_groups[] = {
	{ "Addressing:", addressing },
	{ "Link layer and padding:", link_layer },
	{ "Flow control and timing:", flow_control },
	{ "Timers of the built-in stack:", timers },
	{ "Messages:", messages },
	{ 0 },
};
