/* SPDX-License-Identifier: MIT */
/*
 * watcher.h - a reassembler with its memory, its pairs, and who is told what it finds.
 *
 *	struct watcher w = { .tell = show, .arg = &view };
 *
 *	status = watcher_open(&w, &settings, pairs, n_pairs);
 *	watcher_take(&w, &record);		show(&view, observed), for each PDU and fault
 *	watcher_finish(&w);
 *	watcher_close(&w);
 */
#ifndef ISOTP_CLI_WATCHER_H
#define ISOTP_CLI_WATCHER_H

#include "protocol/reassembler.h"
#include "tool.h"

struct watcher {
	/* What is observed, which lives for the call alone. */
	void (*tell)(void *arg, const struct isotp_observed *o);
	void *arg;

	struct isotp_reassembler *reassembler;
	void *memory;
	size_t memory_size;
};

/*
 * Makes ready to watch these pairs, up to ISOTP_WATCH_MAX; without any it finds the conversations
 * itself, whatever `discover` says. Both are copied; tell and arg are set before, all else is not
 * looked at. TOOL_SYSTEM: no memory, TOOL_USAGE: an ID in two pairs, with and without an address
 * byte; both told.
 */
enum tool_exit watcher_open(struct watcher *w, const struct isotp_reassembler_settings *settings,
			    const struct isotp_watch *pairs, int n_pairs);

/* Takes a frame. */
void watcher_take(struct watcher *w, const struct isotp_record *record);

/* Time has passed without frames, up to this moment (ns, as the times of frames). */
void watcher_advance(struct watcher *w, uint64_t now_ns);

/* No frame will come: what is open is incomplete. */
void watcher_finish(struct watcher *w);

/* Frees the memory; also where opening failed or there was none. */
void watcher_close(struct watcher *w);

#endif
