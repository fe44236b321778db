/* SPDX-License-Identifier: MIT */
/*
 * machine.h - what this machine offers to ISO-TP, in words: why a CAN interface cannot be used, with
 * the way out, and the report of --check.
 */
#ifndef ISOTP_CLI_MACHINE_H
#define ISOTP_CLI_MACHINE_H

#include "tool.h"

#include <stdbool.h>

/*
 * Says why the CAN interface `name` could not be opened (-errno of isotp_channel_open). False when
 * the error says nothing about the machine; then nothing is said.
 */
bool machine_tell(const char *name, int error);

/* Says why the bus `name`, which is at `where`, could not be opened (-errno of isotp_bus_open). */
enum tool_exit machine_tell_bus(const char *name, const char *where, int error);

/* Says that `name` is nothing that frames can be read from, and why an interface may be missing. */
enum tool_exit machine_tell_neither(const char *name);

/* Prints what this machine offers, for the interface `name` or for all (NULL), to standard output;
 * TOOL_DONE when PDUs can travel, else TOOL_SYSTEM. */
enum tool_exit machine_report(const char *name);

#endif
