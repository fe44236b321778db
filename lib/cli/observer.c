/* SPDX-License-Identifier: MIT */
/* Owns the way of a frame through reassembler, names and statistics to what is shown. */
#include "observer.h"

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

/* What comes after the last one that is wanted is not shown. */
static void show_observed(void *arg, const struct isotp_observed *o)
{
	struct observer *ob = arg;

	if (observer_done(ob))
		return;
	if (o->type == ISOTP_OBSERVED_PDU)
		show_pdu(ob, o);
	else
		show_fault(ob, o);
}

static void observe(struct observer *ob, const struct isotp_record *record)
{
	watcher_take(&ob->watcher, record);
}

/* --- all of it --- */

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
	ob->watcher = (struct watcher){ .tell = show_observed, .arg = ob };
	return watcher_open(&ob->watcher, &settings->reassembler, settings->pairs,
			    settings->n_pairs);
}

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
	if (ob->settings->frames)
		return 0;
	watcher_advance(&ob->watcher, now_ns);
	return observer_flush(ob);
}

int observer_flush(struct observer *ob)
{
	return writer_flush(&ob->view.w);
}

int observer_end(struct observer *ob)
{
	if (!ob->settings->frames)
		watcher_finish(&ob->watcher);
	if (ob->settings->stats)
		ob->view.summary(&ob->view, &ob->tally);
	return observer_flush(ob);
}

void observer_close(struct observer *ob)
{
	tally_release(&ob->tally);
	watcher_close(&ob->watcher);
}
