/* SPDX-License-Identifier: MIT */
/* Owns the JSON objects of an observer, one a line; isotp(7) sets their keys down. */
#include "view.h"

#include "protocol/pci.h"
#include "protocol/timing.h"

/* --- values --- */

/* Seconds with six digits, nine where they are needed. */
static void put_seconds(struct writer *w, uint64_t ns)
{
	writer_decimal(w, ns / ISOTP_SECOND, 1);
	writer_char(w, '.');
	ns %= ISOTP_SECOND;
	if (ns % 1000)
		writer_decimal(w, ns, 9);
	else
		writer_decimal(w, ns / 1000, 6);
}

#define KEY(name) ",\"" name "\":"

static inline void key_text(struct writer *w, const char *key, const char *text)
{
	writer_text(w, key);
	writer_json_string(w, text);
}

static inline void key_number(struct writer *w, const char *key, uint64_t value)
{
	writer_text(w, key);
	writer_decimal(w, value, 1);
}

static inline void key_seconds(struct writer *w, const char *key, uint64_t ns)
{
	writer_text(w, key);
	put_seconds(w, ns);
}

/* Hex digits, as a string. */
static inline void key_hex(struct writer *w, const char *key, uint32_t value, int digits)
{
	writer_text(w, key);
	writer_char(w, '"');
	writer_hex(w, value, digits);
	writer_char(w, '"');
}

/* --- what all objects have --- */

static void put_id(struct writer *w, const struct isotp_endpoint *e, const char *bus)
{
	key_text(w, KEY("bus"), bus);
	key_hex(w, KEY("id"), e->id.value, e->id.width == 29 ? 8 : 3);
	key_number(w, KEY("width"), e->id.width);
	if (e->has_byte)
		key_hex(w, KEY("address_byte"), e->byte, 2);
}

static void put_who(struct writer *w, const struct isotp_observed *o, const char *bus)
{
	char pair[PAIR_TEXT];

	put_id(w, &o->from, bus);
	if (o->peer.id.width)
		key_text(w, KEY("pair"), pair_format(o, pair));
}

/* --- PDUs --- */

static const char *const uds_kinds[] = {
	[ISOTP_UDS_REQUEST] = "request",
	[ISOTP_UDS_RESPONSE] = "response",
	[ISOTP_UDS_NEGATIVE] = "negative",
};

static void put_uds(struct writer *w, const struct view_seen *seen)
{
	const struct isotp_uds *u = seen->uds;

	writer_text(w, ",\"uds\":{\"kind\":\"");
	writer_text(w, uds_kinds[u->kind]);
	writer_char(w, '"');
	key_hex(w, KEY("sid"), u->sid, 2);
	key_text(w, KEY("service"), u->service);
	if (u->has_sub)
		key_hex(w, KEY("sub"), u->sub, 2);
	if (u->has_sub && u->sub_name)
		key_text(w, KEY("sub_name"), u->sub_name);
	if (u->has_sub && u->suppress)
		writer_text(w, ",\"suppress\":true");
	if (u->has_id)
		key_hex(w, KEY("did"), u->id, 2 * u->id_size);
	if (u->has_id && u->id_name)
		key_text(w, KEY("did_name"), u->id_name);
	if (u->nrc_name) {
		key_hex(w, KEY("nrc"), u->nrc, 2);
		key_text(w, KEY("nrc_name"), u->nrc_name);
	}
	if (seen->answer->found) {
		key_number(w, KEY("request_frame"), seen->answer->request_frame);
		if (seen->o->first_ns >= seen->answer->request_ns)
			key_seconds(w, KEY("latency"),
				    seen->o->first_ns - seen->answer->request_ns);
		if (seen->answer->pending)
			key_number(w, KEY("pending"), seen->answer->pending);
	}
	writer_char(w, '}');
}

/* One of the counts in an object of its own; *any: one stands there already. */
static void put_count(struct writer *w, bool *any, const char *name, uint64_t n)
{
	writer_text(w, *any ? ",\"" : "\"");
	writer_text(w, name);
	writer_text(w, "\":");
	writer_decimal(w, n, 1);
	*any = true;
}

static void put_faults(struct writer *w, const struct isotp_observed *o)
{
	bool any = false;

	for (int i = 0; i < ISOTP_FAULTS; i++) {
		if (!o->faults[i])
			continue;
		if (!any)
			writer_text(w, ",\"faults\":{");
		put_count(w, &any, isotp_fault_name((enum isotp_fault)i), o->faults[i]);
	}
	if (any)
		writer_char(w, '}');
}

static void json_pdu(struct view *view, const struct view_seen *seen)
{
	const struct isotp_observed *o = seen->o;
	struct writer *w = &view->w;

	writer_text(w, "{\"type\":\"pdu\"");
	key_seconds(w, KEY("time"), o->last_ns);
	put_who(w, o, seen->bus);
	key_text(w, KEY("kind"), o->segmented ? "MF" : "SF");
	key_text(w, KEY("status"), isotp_result_key(o->status));
	key_number(w, KEY("length"), o->length);
	key_number(w, KEY("received"), o->received);
	key_number(w, KEY("frames"), o->frames);
	key_seconds(w, KEY("duration"), o->last_ns > o->first_ns ? o->last_ns - o->first_ns : 0);
	key_seconds(w, KEY("max_gap"), o->max_gap_ns);
	key_number(w, KEY("first_frame"), o->first_frame);
	key_number(w, KEY("last_frame"), o->last_frame);
	writer_text(w, ",\"data\":\"");
	writer_hex_bytes(w, o->data, o->kept);
	writer_char(w, '"');
	if (seen->uds)
		put_uds(w, seen);
	put_faults(w, o);
	writer_text(w, "}\n");
}

static void json_fault(struct view *view, const struct view_seen *seen)
{
	const struct isotp_observed *o = seen->o;
	struct writer *w = &view->w;

	writer_text(w, "{\"type\":\"fault\"");
	key_seconds(w, KEY("time"), o->time_ns);
	put_who(w, o, seen->bus);
	key_text(w, KEY("fault"), isotp_fault_name(o->fault));
	key_number(w, KEY("frame"), o->frame);
	writer_text(w, "}\n");
}

/* --- frames --- */

static void put_pci(struct writer *w, const struct isotp_frame *f, const struct isotp_pci *pci)
{
	static const char *const types[] = { "SF", "FF", "CF", "FC" };

	key_text(w, KEY("pci"), types[pci->type]);
	switch (pci->type) {
	case ISOTP_PCI_SF:
	case ISOTP_PCI_FF:
		key_number(w, KEY("length"), pci->length);
		break;
	case ISOTP_PCI_CF:
		key_number(w, KEY("sn"), pci->sn);
		break;
	case ISOTP_PCI_FC:
		key_number(w, KEY("fs"), pci->fs);
		key_number(w, KEY("bs"), pci->bs);
		key_hex(w, KEY("stmin"), pci->stmin, 2);
		break;
	}
	writer_text(w, ",\"data\":\"");
	writer_hex_bytes(w, f->data + pci->offset, (size_t)(f->len - pci->offset));
	writer_char(w, '"');
}

static void json_frame(struct view *view, const struct isotp_record *record, const char *bus,
		       bool has_byte)
{
	const struct isotp_frame *f = &record->frame;
	const struct isotp_endpoint from = { .id = f->id,
					     .has_byte = has_byte && f->len,
					     .byte = f->len ? f->data[0] : 0 };
	struct writer *w = &view->w;
	struct isotp_pci pci;
	enum isotp_pci_fault fault = ISOTP_PCI_SHORT;

	writer_text(w, "{\"type\":\"frame\"");
	key_seconds(w, KEY("time"), record->time_ns);
	put_id(w, &from, bus);
	key_number(w, KEY("frame"), record->number);
	if (f->flags & ISOTP_FRAME_FD)
		writer_text(w, ",\"fd\":true");
	key_number(w, KEY("dl"), f->len);
	if (!(f->flags & ISOTP_FRAME_REMOTE))
		fault = isotp_pci_decode(&pci, f, has_byte);
	if (fault == ISOTP_PCI_OK || fault == ISOTP_PCI_SF_OVERPADDED) {
		put_pci(w, f, &pci);
	} else {
		writer_text(w, ",\"data\":\"");
		if (!(f->flags & ISOTP_FRAME_REMOTE))
			writer_hex_bytes(w, f->data + from.has_byte,
					 (size_t)(f->len - from.has_byte));
		writer_char(w, '"');
	}
	writer_text(w, "}\n");
}

/* --- the end --- */

static void put_counts(struct writer *w, const struct tally_sender *s)
{
	bool any = false;

	writer_text(w, ",\"status\":{");
	for (int i = 0; i < ISOTP_RESULTS; i++)
		if (s->statuses[i])
			put_count(w, &any, isotp_result_key((enum isotp_result)i), s->statuses[i]);
	writer_text(w, "},\"faults\":{");
	any = false;
	for (int i = 0; i < ISOTP_FAULTS; i++)
		if (s->faults[i])
			put_count(w, &any, isotp_fault_name((enum isotp_fault)i), s->faults[i]);
	writer_char(w, '}');
}

static void json_summary(struct view *view, const struct tally *tally)
{
	struct writer *w = &view->w;

	for (size_t i = 0; i < tally->count; i++) {
		const struct tally_sender *s = &tally->senders[i];

		writer_text(w, "{\"type\":\"summary\"");
		put_who(w, &s->who, s->bus);
		key_number(w, KEY("pdus"), s->pdus);
		key_number(w, KEY("bytes"), s->bytes);
		key_number(w, KEY("frames"), s->frames);
		key_number(w, KEY("broken"), tally_broken(s));
		key_seconds(w, KEY("first"), s->first_ns);
		key_seconds(w, KEY("last"), s->last_ns);
		put_counts(w, s);
		if (s->answers) {
			key_number(w, KEY("answers"), s->answers);
			key_seconds(w, KEY("latency_min"), s->latency_min_ns);
			key_seconds(w, KEY("latency_mean"), s->latency_sum_ns / s->answers);
			key_seconds(w, KEY("latency_max"), s->latency_max_ns);
		}
		writer_text(w, "}\n");
	}
}

void view_init_json(struct view *view)
{
	view->pdu = json_pdu;
	view->fault = json_fault;
	view->frame = json_frame;
	view->summary = json_summary;
	view->w.used = 0;
	view->w.error = 0;
}
