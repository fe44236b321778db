/* SPDX-License-Identifier: MIT */
/* Owns the lines in which people read PDUs and faults: aligned, and on a terminal within its width. */
#include "view.h"

#include "notes.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { BUS_MIN = 4, ID_MIN = 3, LENGTH_MIN = 4, DATA_MIN = 24, STAMP_WIDTH = 13 };

#define COLOR_A	    "\033[36m" /* the tester: cyan */
#define COLOR_B	    "\033[32m" /* the ECU: green */
#define COLOR_FAULT "\033[1;31m"
#define COLOR_NOTE  "\033[2m"
#define COLOR_END   "\033[0m"

static void color(struct view *view, const char *sequence)
{
	if (view->settings.color)
		writer_text(&view->w, sequence);
}

/* Text in a column that is as wide as the widest so far. */
static void put_column(struct writer *w, const char *text, int *width)
{
	const int n = (int)strlen(text);

	if (n > *width)
		*width = n;
	writer_bytes(w, text, (size_t)n);
	writer_blanks(w, *width - n);
}

/* Where time stamps differ in length they end in one column. */
static int put_stamp(struct view *view, uint64_t time_ns)
{
	const size_t before = view->w.used;
	char text[64];
	int n;

	stamp_write(&view->stamp, &view->w, time_ns);
	n = (int)(view->w.used - before);
	if (n >= STAMP_WIDTH || n == 0)
		return n;
	memcpy(text, view->w.buffer + before, (size_t)n);
	view->w.used = before;
	writer_blanks(&view->w, STAMP_WIDTH - n);
	writer_bytes(&view->w, text, (size_t)n);
	return STAMP_WIDTH;
}

/* "(0.033000) can0 7E8 <"; returns how many columns that takes. */
static int put_head(struct view *view, const struct view_seen *seen, uint64_t time_ns)
{
	const struct isotp_observed *o = seen->o;
	char id[ISOTP_ENDPOINT_TEXT];
	char arrow = ' ';
	int n;

	if (o->peer.id.width)
		arrow = o->from_b ? '<' : '>';
	if (WRITER_SIZE - view->w.used < 256) /* put_stamp must not be cut in two */
		writer_make_room(&view->w);
	n = put_stamp(view, time_ns);
	put_column(&view->w, seen->bus, &view->bus_width);
	writer_char(&view->w, ' ');
	color(view, o->from_b ? COLOR_B : COLOR_A);
	put_column(&view->w, isotp_endpoint_format(&o->from, id), &view->id_width);
	writer_char(&view->w, ' ');
	writer_char(&view->w, arrow);
	color(view, COLOR_END);
	return n + view->bus_width + 1 + view->id_width + 2;
}

/* " [20] " right-aligned in a column of its own; returns how many that takes. */
static int put_length(struct view *view, uint32_t length)
{
	char text[16];
	const int n = snprintf(text, sizeof(text), "[%u]", length);

	if (n > view->length_width)
		view->length_width = n;
	writer_blanks(&view->w, view->length_width - n + 1);
	writer_bytes(&view->w, text, (size_t)n);
	writer_char(&view->w, ' ');
	return view->length_width + 2;
}

/* --- the data --- */

static void put_ascii(struct writer *w, const uint8_t *data, size_t n)
{
	writer_text(w, " '");
	for (size_t i = 0; i < n; i++)
		writer_char(w, writer_printable(data[i]));
	writer_char(w, '\'');
}

/* How many bytes a line holds: 16 or 32 where they fit, else a multiple of 4. */
static size_t bytes_per_line(const struct view *view, int area)
{
	const int n = (area - (view->settings.ascii ? 3 : 0)) / (view->settings.ascii ? 4 : 3);

	if (n >= 16)
		return (size_t)(n - n % 16);
	return n >= 4 ? (size_t)(n - n % 4) : 4;
}

/* The data in lines of the area right of `indent`; returns the columns that the last one took. */
static int put_data(struct view *view, const struct isotp_observed *o, int indent, int area)
{
	size_t per_line = bytes_per_line(view, area), at = 0, n, columns;

	if (o->kept > per_line && !view->settings.full)
		per_line = bytes_per_line(view, area - 3); /* and the dots */
	for (;;) {
		n = o->kept - at < per_line ? o->kept - at : per_line;
		writer_spaced_hex(&view->w, o->data + at, n);
		at += n;
		columns = at > per_line ? per_line : n; /* the text stands in one column */
		if (view->settings.ascii) {
			writer_blanks(&view->w, 3 * (int)(columns - n));
			put_ascii(&view->w, o->data + at - n, n);
		}
		if (at == o->kept)
			break;
		if (!view->settings.full) {
			writer_text(&view->w, "...");
			return area;
		}
		writer_char(&view->w, '\n');
		writer_blanks(&view->w, indent);
	}
	return (int)columns * 3 + (view->settings.ascii ? (int)n + 3 : 0);
}

/* --- what is said of it --- */

/* Words in lines of the area right of `indent`, after `used` columns of the first. */
static void put_words(struct view *view, const char *text, int indent, int area, int used)
{
	while (*text) {
		size_t word = strcspn(text, " ");

		if (used && used + 1 + (int)word > area) {
			writer_char(&view->w, '\n');
			writer_blanks(&view->w, indent);
			used = 0;
		} else if (used) {
			writer_char(&view->w, ' ');
			used++;
		}
		if ((int)word > area)
			word = (size_t)area; /* no line is long enough for it */
		writer_bytes(&view->w, text, word);
		used += (int)word;
		text += word;
		text += *text == ' ';
	}
}

/* A remark behind the data, or below them where it does not fit there. */
static int put_remark(struct view *view, char lead, const char *text, int indent, int area,
		      int used)
{
	const int n = (int)strlen(text) + 3;

	if (!*text)
		return used;
	if (area && used && used + n > area) {
		writer_char(&view->w, '\n');
		writer_blanks(&view->w, indent);
		used = 0;
	}
	if (used)
		writer_char(&view->w, ' ');
	color(view, lead == '!' ? COLOR_FAULT : COLOR_NOTE);
	writer_char(&view->w, lead);
	put_words(view, text, indent, area ? area : INT_MAX, area ? used + 2 : 1);
	color(view, COLOR_END);
	return used + n;
}

static void text_pdu(struct view *view, const struct view_seen *seen)
{
	const struct isotp_observed *o = seen->o;
	struct notes notes;
	int indent, area = 0, used = 1;

	indent = put_head(view, seen, o->last_ns);
	indent += put_length(view, o->length);
	if (view->settings.columns) {
		area = view->settings.columns - indent;
		if (area < DATA_MIN)
			area = DATA_MIN;
		used = put_data(view, o, indent, area);
	} else {
		writer_spaced_hex(&view->w, o->data, o->kept);
		if (view->settings.ascii)
			put_ascii(&view->w, o->data, o->kept);
	}
	if (seen->uds || seen->answer || o->segmented || notes_needed(o)) {
		notes_make(&notes, seen->o, seen->uds, seen->answer);
		used = put_remark(view, '#', notes.remark, indent, area, used);
		put_remark(view, '!', notes.fault, indent, area, used);
	}
	writer_char(&view->w, '\n');
}

static void text_fault(struct view *view, const struct view_seen *seen)
{
	const struct isotp_observed *o = seen->o;
	const int indent = put_head(view, seen, o->time_ns) + view->length_width + 2;
	char text[128];

	snprintf(text, sizeof(text), "%s (frame %llu)", isotp_fault_text(o->fault),
		 (unsigned long long)o->frame);
	writer_blanks(&view->w, view->length_width + 2);
	put_remark(view, '!', text, indent,
		   view->settings.columns ? view->settings.columns - indent : 0, 0);
	writer_char(&view->w, '\n');
}

/* --- the table of --stats --- */

static void put_row(struct view *view, const struct tally_sender *s)
{
	char id[ISOTP_ENDPOINT_TEXT], peer[ISOTP_ENDPOINT_TEXT], text[160];
	char mean[NOTES_TIME] = "-", max[NOTES_TIME] = "-";

	if (s->answers) {
		notes_time(s->latency_sum_ns / s->answers, mean);
		notes_time(s->latency_max_ns, max);
	}
	snprintf(text, sizeof(text), "%-*s %-11s %-11s %8llu %10llu %6llu %6llu %8s %8s\n",
		 view->bus_width, s->bus, isotp_endpoint_format(&s->who.from, id),
		 s->who.peer.id.width ? isotp_endpoint_format(&s->who.peer, peer) : "-",
		 (unsigned long long)s->pdus, (unsigned long long)s->bytes,
		 (unsigned long long)tally_broken(s), (unsigned long long)tally_faults(s), mean,
		 max);
	writer_text(&view->w, text);
}

static void put_total(struct view *view, const char *name, uint64_t n)
{
	if (!n)
		return;
	writer_text(&view->w, "  ");
	writer_decimal(&view->w, n, 1);
	writer_char(&view->w, ' ');
	writer_text(&view->w, name);
	writer_char(&view->w, '\n');
}

/* What broke, and what was wrong, over all senders. */
static void put_totals(struct view *view, const struct tally *tally)
{
	for (int i = ISOTP_N_OK + 1; i < ISOTP_RESULTS; i++) {
		uint64_t sum = 0;

		for (size_t j = 0; j < tally->count; j++)
			sum += tally->senders[j].statuses[i];
		put_total(view, isotp_result_name((enum isotp_result)i), sum);
	}
	for (int i = 0; i < ISOTP_FAULTS; i++) {
		uint64_t sum = 0;

		for (size_t j = 0; j < tally->count; j++)
			sum += tally->senders[j].faults[i];
		put_total(view, isotp_fault_text((enum isotp_fault)i), sum);
	}
	put_total(view, "PDUs and faults of further senders", tally->others);
}

static void text_summary(struct view *view, const struct tally *tally)
{
	char text[160];

	for (size_t i = 0; i < tally->count; i++)
		if ((int)strlen(tally->senders[i].bus) > view->bus_width)
			view->bus_width = (int)strlen(tally->senders[i].bus);
	snprintf(text, sizeof(text), "%-*s %-11s %-11s %8s %10s %6s %6s %8s %8s\n", view->bus_width,
		 "bus", "from", "to", "PDUs", "bytes", "broken", "faults", "latency", "max");
	color(view, "\033[1m");
	writer_text(&view->w, text);
	color(view, COLOR_END);
	for (size_t i = 0; i < tally->count; i++)
		put_row(view, &tally->senders[i]);
	put_totals(view, tally);
}

void view_init_text(struct view *view, const struct view_settings *settings)
{
	view->pdu = text_pdu;
	view->fault = text_fault;
	view->frame = NULL;
	view->summary = text_summary;
	view->settings = *settings;
	view->stamp = (struct stamp){ .kind = (enum stamp_kind)settings->stamp };
	view->bus_width = BUS_MIN;
	view->id_width = ID_MIN;
	view->length_width = LENGTH_MIN;
	view->w.used = 0;
	view->w.error = 0;
}
