/* SPDX-License-Identifier: MIT */
/*
 * isotp.h - all of libisotp: ISO-TP (ISO 15765-2) over Linux CAN, and over embedded buses where
 * there is no CAN.
 *
 *	#include <isotp.h>		cc example.c $(pkg-config --cflags --libs isotp)
 *
 * transport/socket.h is the way in; libisotp(3) has a whole program.
 */
#ifndef ISOTP_H
#define ISOTP_H

#include <linux/can/isotp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "transport/socket.h"

#ifdef __cplusplus
}
#endif

#endif
