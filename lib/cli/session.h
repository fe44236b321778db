/* SPDX-License-Identifier: MIT */
/*
 * session.h - a program's one connection: opening it, and what goes wrong with it in words.
 *
 *	struct session s = { 0 };
 *
 *	status = session_open(&s, &options, 0);
 *	...
 *	status = session_tell_result(&s, &ev, tool_error);
 *
 * The only place where an enum isotp_result or an errno of the bus becomes a message and an exit
 * code.
 */
#ifndef ISOTP_CLI_SESSION_H
#define ISOTP_CLI_SESSION_H

#include "options.h"
#include "tool.h"
#include "transport/channel.h"

struct session {
	struct options *options;
	struct isotp_channel *channel;
	struct isotp_channel_place place;
	uint64_t lost_in; /* already told */
};

/* Opens the channel that the options ask for, or says why not. `max_sent`: the length of the longest
 * PDU that it will have to send, as far as that is known; else 0. */
enum tool_exit session_open(struct session *s, struct options *options, size_t max_sent);

/* Says how many frames (kernel: PDUs) were lost to us since the last call; true when there were any. */
bool session_tell_losses(struct session *s);

/* Says what slow readers have lost of ours, and closes the channel if it is open. */
void session_close(struct session *s);

/* Says how a transfer failed, by `say` (tool_error or tool_warn); TOOL_DONE for N_OK. */
enum tool_exit session_tell_result(const struct session *s, const struct isotp_event *ev,
				   void (*say)(const char *format, ...));

/* Says `what` ("no PDU") did not happen within --timeout, and whether somebody was there. */
enum tool_exit session_tell_timeout(const struct session *s, const char *what, uint64_t ns);

/* A failure of isotp_channel_next or _send: TOOL_SYSTEM, or TOOL_STOPPED in silence for -EINTR. */
enum tool_exit session_tell_failure(const struct session *s, int error);

#endif
