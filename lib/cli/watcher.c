/* SPDX-License-Identifier: MIT */
/* Owns the memory of a reassembler, the pairs that it is told of, and the way of what it finds. */
#include "watcher.h"

#include "pairs.h"

#include <sys/mman.h>

enum { POOL_SHARE = 8 }; /* of the longest PDU: room for a few of them, and for making them grow */

static size_t memory_needed(uint32_t max_pdu)
{
	const size_t wanted = ISOTP_REASSEMBLER_MEMORY_MIN + POOL_SHARE * ((size_t)max_pdu + 4096);

	return wanted > ISOTP_REASSEMBLER_MEMORY ? wanted : ISOTP_REASSEMBLER_MEMORY;
}

static enum tool_exit watch(struct watcher *w, const struct isotp_watch *pair)
{
	const struct isotp_observed o = { .from = { .id = pair->a.id },
					  .peer = { .id = pair->b.id } };
	char text[PAIR_TEXT];

	if (isotp_reassembler_watch(w->reassembler, pair) == 0)
		return TOOL_DONE;
	tool_error("%s: one of its IDs is watched both with and without an address byte",
		   pair_format(&o, text));
	return TOOL_USAGE;
}

enum tool_exit watcher_open(struct watcher *w, const struct isotp_reassembler_settings *settings,
			    const struct isotp_watch *pairs, int n_pairs)
{
	struct isotp_reassembler_settings s = *settings;
	enum tool_exit status = TOOL_DONE;

	s.discover = n_pairs == 0;
	w->memory_size = memory_needed(s.max_pdu);
	/* Pages that are not used are not there. */
	w->memory = mmap(NULL, w->memory_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (w->memory == MAP_FAILED) {
		w->memory = NULL;
		tool_error("no memory for PDUs of %u bytes (--max-pdu)", s.max_pdu);
		return TOOL_SYSTEM;
	}
	w->reassembler = isotp_reassembler_new(w->memory, w->memory_size, &s);
	for (int i = 0; status == TOOL_DONE && i < n_pairs; i++)
		status = watch(w, &pairs[i]);
	return status;
}

static void tell_all(struct watcher *w)
{
	const struct isotp_observed *o;

	while ((o = isotp_reassembler_next(w->reassembler)))
		w->tell(w->arg, o);
}

void watcher_take(struct watcher *w, const struct isotp_record *record)
{
	int rc;

	do {
		rc = isotp_reassembler_feed(w->reassembler, record);
		if (rc)
			tell_all(w);
	} while (rc < 0);
}

void watcher_advance(struct watcher *w, uint64_t now_ns)
{
	int rc;

	do {
		rc = isotp_reassembler_advance(w->reassembler, now_ns);
		tell_all(w);
	} while (rc < 0);
}

void watcher_finish(struct watcher *w)
{
	int rc;

	do {
		rc = isotp_reassembler_finish(w->reassembler);
		tell_all(w);
	} while (rc < 0);
}

void watcher_close(struct watcher *w)
{
	if (w->memory)
		munmap(w->memory, w->memory_size);
	w->memory = NULL;
}
