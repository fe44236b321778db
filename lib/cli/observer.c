/* SPDX-License-Identifier: MIT */
/* Owns the way of a frame through reassembler, names and statistics to what is shown. */
#include "observer.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { POOL_SHARE = 8 }; /* of the longest PDU: room for a few of them, and for making them grow */

static size_t memory_needed(const struct isotp_reassembler_settings *s)
{
	const size_t wanted =
		ISOTP_REASSEMBLER_MEMORY_MIN + (size_t)POOL_SHARE * (s->max_pdu + (size_t)4096);

	return wanted > ISOTP_REASSEMBLER_MEMORY ? wanted : ISOTP_REASSEMBLER_MEMORY;
}

static enum tool_exit watch_pairs(struct observer *ob)
{
	char pair[PAIR_TEXT];

	for (int i = 0; i < ob->settings->n_pairs; i++) {
		const struct isotp_watch *w = &ob->settings->pairs[i];
		const struct isotp_observed o = { .from = { .id = w->a.id },
						  .peer = { .id = w->b.id } };

		if (isotp_reassembler_watch(ob->reassembler, w) < 0) {
			tool_error("%s: one of its IDs is watched both with and without an "
				   "address byte",
				   pair_format(&o, pair));
			return TOOL_USAGE;
		}
	}
	return TOOL_DONE;
}

enum tool_exit observer_open(struct observer *ob, struct observer_settings *settings,
			     struct input *in)
{
	ob->settings = settings;
	ob->in = in;
	ob->frame_view = settings->frame_view;
	if (settings->json)
		view_init_json(&ob->view);
	else
		view_init_text(&ob->view, &settings->view);
	if (settings->frames)
		return TOOL_DONE;
	settings->reassembler.discover = settings->n_pairs == 0;
	ob->memory_size = memory_needed(&settings->reassembler);
	/* Pages that are not used are not there. */
	ob->memory = mmap(NULL, ob->memory_size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ob->memory == MAP_FAILED) {
		ob->memory = NULL;
		tool_error("no memory for PDUs of %u bytes (--max-pdu)",
			   settings->reassembler.max_pdu);
		return TOOL_SYSTEM;
	}
	ob->reassembler =
		isotp_reassembler_new(ob->memory, ob->memory_size, &settings->reassembler);
	return watch_pairs(ob);
}

bool observer_done(const struct observer *ob)
{
	return ob->settings->count && ob->shown >= ob->settings->count;
}

static void count_shown(struct observer *ob)
{
	ob->shown++;
	ob->done = observer_done(ob) || ob->view.w.error < 0;
}

/* --- frames --- */

/* The watched pair says whether an address byte leads. */
static bool led_by_byte(const struct observer *ob, const struct isotp_frame *f)
{
	for (int i = 0; i < ob->settings->n_pairs; i++) {
		const struct isotp_watch *w = &ob->settings->pairs[i];

		if (isotp_can_id_equal(w->a.id, f->id))
			return w->a.has_byte;
		if (isotp_can_id_equal(w->b.id, f->id))
			return w->b.has_byte;
	}
	return isotp_can_id_equal(ob->frame_view.broadcast.id, f->id) &&
	       ob->frame_view.broadcast.has_byte;
}

static void show_frame(struct observer *ob, const struct isotp_record *record)
{
	const char *bus = input_bus(ob->in, record->bus);

	if (!frame_view_wants(&ob->frame_view, record))
		return;
	if (ob->settings->json)
		ob->view.frame(&ob->view, record, bus, led_by_byte(ob, &record->frame));
	else
		frame_view_line(&ob->frame_view, &ob->view.w, record, bus);
	count_shown(ob);
}

/* --- PDUs --- */

/* What the PDU says, and which request it answers; broken ones say nothing. */
static void understand(struct observer *ob, const struct isotp_observed *o, struct isotp_uds *uds,
		       struct isotp_uds_answer *answer, struct view_seen *seen)
{
	const struct isotp_uds_pdu pdu = {
		.from = o->from,
		.peer = o->peer,
		.first_ns = o->first_ns,
		.last_ns = o->last_ns,
		.first_frame = o->first_frame,
		.last_frame = o->last_frame,
		.data = o->data,
		.length = o->kept,
	};
	const bool named = isotp_uds_decode(uds, o->data, o->kept);

	if (o->received < o->length || uds->kind == ISOTP_UDS_NONE)
		return;
	isotp_uds_dialog_take(&ob->dialog, &pdu, uds, answer);
	seen->answer = answer;
	if (named)
		seen->uds = uds;
}

/* An answer that says that the answer will come is none. */
static bool is_final(const struct isotp_uds *uds, const struct isotp_uds_answer *answer)
{
	return answer && answer->found &&
	       (uds->kind != ISOTP_UDS_NEGATIVE || uds->nrc != ISOTP_NRC_PENDING);
}

static void show_pdu(struct observer *ob, const struct isotp_observed *o)
{
	struct view_seen seen = { .o = o, .bus = input_bus(ob->in, o->from.bus) };
	struct isotp_uds_answer answer;
	struct isotp_uds uds;

	if (ob->settings->uds || ob->settings->stats)
		understand(ob, o, &uds, &answer, &seen);
	if (ob->settings->stats)
		tally_pdu(&ob->tally, o, seen.bus, is_final(&uds, seen.answer) ? &answer : NULL);
	if (!ob->settings->uds) {
		seen.uds = NULL;
		seen.answer = NULL;
	}
	if (!ob->settings->table_only)
		ob->view.pdu(&ob->view, &seen);
	count_shown(ob);
}

static void show_fault(struct observer *ob, const struct isotp_observed *o)
{
	const struct view_seen seen = { .o = o, .bus = input_bus(ob->in, o->from.bus) };

	if (ob->settings->stats)
		tally_fault(&ob->tally, o, seen.bus);
	if (!ob->settings->table_only)
		ob->view.fault(&ob->view, &seen);
}

static void show_observed(struct observer *ob)
{
	const struct isotp_observed *o;

	while ((o = isotp_reassembler_next(ob->reassembler)) && !observer_done(ob)) {
		if (o->type == ISOTP_OBSERVED_PDU)
			show_pdu(ob, o);
		else
			show_fault(ob, o);
	}
}

static void observe(struct observer *ob, const struct isotp_record *record)
{
	int rc;

	do {
		rc = isotp_reassembler_feed(ob->reassembler, record);
		if (rc)
			show_observed(ob);
	} while (rc < 0);
}

/* --- all of it --- */

int observer_take(struct observer *ob, const struct isotp_record *records, int n)
{
	void (*const take)(struct observer * ob, const struct isotp_record *record) =
		ob->settings->frames ? show_frame : observe;

	for (int i = 0; i < n && !ob->done; i++)
		take(ob, &records[i]);
	if (input_waits(ob->in) || ob->view.w.error < 0)
		return observer_flush(ob);
	return 0;
}

int observer_advance(struct observer *ob, uint64_t now_ns)
{
	int rc;

	if (ob->settings->frames)
		return 0;
	do {
		rc = isotp_reassembler_advance(ob->reassembler, now_ns);
		show_observed(ob);
	} while (rc < 0);
	return observer_flush(ob);
}

int observer_flush(struct observer *ob)
{
	return writer_flush(&ob->view.w);
}

int observer_end(struct observer *ob)
{
	int rc;

	if (!ob->settings->frames) {
		do {
			rc = isotp_reassembler_finish(ob->reassembler);
			show_observed(ob);
		} while (rc < 0);
	}
	if (ob->settings->stats)
		ob->view.summary(&ob->view, &ob->tally);
	return observer_flush(ob);
}

void observer_close(struct observer *ob)
{
	tally_release(&ob->tally);
	if (ob->memory)
		munmap(ob->memory, ob->memory_size);
	ob->memory = NULL;
}
