/* SPDX-License-Identifier: MIT */
/*
 * kernel-flags.h - the CAN_ISOTP_* flags of <linux/can/isotp.h>, also those that are younger than
 * the header of this machine.
 */
#ifndef ISOTP_TRANSPORT_KERNEL_FLAGS_H
#define ISOTP_TRANSPORT_KERNEL_FLAGS_H

#include <linux/can/isotp.h>

#ifndef CAN_ISOTP_SF_BROADCAST /* since Linux 5.11 */
#define CAN_ISOTP_SF_BROADCAST 0x0800
#endif
#ifndef CAN_ISOTP_CF_BROADCAST /* since Linux 5.19 */
#define CAN_ISOTP_CF_BROADCAST 0x1000
#endif
#ifndef CAN_ISOTP_DYN_FC_PARMS /* since Linux 6.9 */
#define CAN_ISOTP_DYN_FC_PARMS 0x2000
#endif
#ifndef CAN_ISOTP_FRAME_TXTIME_ZERO /* since Linux 5.18 */
#define CAN_ISOTP_FRAME_TXTIME_ZERO 0xFFFFFFFF
#endif

#endif
