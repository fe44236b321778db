/* SPDX-License-Identifier: MIT */
/*
 * config.h - everything that can be set on one ISO-TP connection.
 *
 *	struct isotp_config cfg;
 *
 *	isotp_config_init(&cfg);
 *	cfg.address.tx_id = (struct isotp_can_id){ 0x7E0, 11 };
 *	cfg.address.rx_id = (struct isotp_can_id){ 0x7E8, 11 };
 *
 * All times are nanoseconds. The names in brackets are those of <linux/can/isotp.h>.
 */
#ifndef ISOTP_PROTOCOL_CONFIG_H
#define ISOTP_PROTOCOL_CONFIG_H

#include "address.h"

struct isotp_config {
	struct isotp_address address; /* [EXTEND_ADDR, RX_EXT_ADDR, struct sockaddr_can] */

	bool fd;       /* send and take CAN FD frames, and no classic ones [mtu] */
	uint8_t tx_dl; /* longest frame to send: 8, with fd also 12, 16, 20, 24, 32, 48, 64 */
	bool brs;      /* fd: set the bit rate switch [tx_flags] */
	bool esi;      /* fd: set the error state indicator [tx_flags] */

	bool tx_padding; /* fill SF, FC and last CF up to 8 bytes [TX_PADDING] */
	uint8_t txpad;	 /* with this; also what fills FD frames above 8 bytes, then CC if unset */
	bool rx_padding; /* the peer pads [RX_PADDING]; has a meaning with the checks alone */
	uint8_t rxpad;	 /* with this */
	bool check_pad_len;  /* refuse wrong lengths; without rx_padding: any padding */
	bool check_pad_data; /* refuse wrong pad bytes; as in the kernel, without rx_padding it is
			      * not looked at next to check_pad_len, and alone refuses every SF, FC
			      * and last CF */

	uint8_t bs;	/* block size we ask for, 0 = whole PDU in one block */
	uint8_t stmin;	/* raw STmin byte we ask for; sent as it is */
	uint8_t wftmax; /* wait frames we send in a row at most */

	bool force_tx_stmin;	  /* ignore the peer's STmin and leave ... [FORCE_TXSTMIN] */
	uint32_t tx_stmin_ns;	  /* ... this gap instead */
	bool force_rx_stmin;	  /* drop CFs that follow the last one by less than ... */
	uint32_t rx_stmin_ns;	  /* ... this [FORCE_RXSTMIN] */
	bool has_frame_txtime;	  /* set the next; else 0 here, and in the kernel its 50 us */
	uint32_t frame_txtime_ns; /* an extra gap before each CF [frame_txtime] */

	bool dyn_fc; /* take BS and STmin from each CTS: the built-in stack always does
		      * [DYN_FC_PARMS] */

	bool listen;	   /* receive without sending anything, flow control included */
	bool half_duplex;  /* one direction at a time [HALF_DUPLEX] */
	bool sf_broadcast; /* transmit only, single frames [SF_BROADCAST] */
	bool cf_broadcast; /* transmit only, FF and CFs without flow control [CF_BROADCAST] */
	bool wait_tx_done; /* the kernel's write blocks until all is sent; the built-in stack tells
			    * the end in any case [WAIT_TX_DONE] */

	/* ISO 15765-2:2016, 9.8: time-outs ... */
	uint64_t n_as_ns; /* own frame handed to the bus until it is confirmed; also N_Ar */
	uint64_t n_bs_ns; /* FF, last CF of a block or WT until the next FC */
	uint64_t n_cr_ns; /* CTS or CF until the next CF */
	/* ... and how slow this end makes itself; 0 = as fast as it can */
	uint64_t n_br_ns; /* FF or last CF of a block until our FC; above 0.8 N_Bs with WTs */
	uint64_t n_cs_ns; /* FC or CF until our next CF, at least */
};

/* True for 8, 12, 16, 20, 24, 32, 48 and 64, the lengths that a full frame may have. */
bool isotp_tx_dl_valid(uint8_t tx_dl);

/* The defaults: classic CAN, no padding, BS 0, STmin 0, full duplex, all time-outs 1 s. */
void isotp_config_init(struct isotp_config *cfg);

/*
 * Tells whether a connection can be made of this: returns 0, or -EINVAL with *reason (a constant
 * string) naming the fault. Every layer below relies on it.
 */
int isotp_config_check(const struct isotp_config *cfg, const char **reason);

/* True when the checks of the configuration allow what follows the `used` bytes of a SF, FC or last
 * CF: the kernel's rules (net/can/isotp.c, check_pad). */
bool isotp_config_padding_ok(const struct isotp_config *cfg, const struct isotp_frame *f,
			     size_t used);

#endif
