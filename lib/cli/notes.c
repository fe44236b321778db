/* SPDX-License-Identifier: MIT */
/* Owns the words for what is special about a PDU. */
#include "notes.h"

#include "protocol/timing.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add(char *text, size_t size, const char *more)
{
	const size_t used = strlen(text), n = strnlen(more, size - used - 1);

	memcpy(text + used, more, n);
	text[used + n] = '\0';
}

/* A number in decimal; printf takes longer than all else that happens to a PDU. */
static char *decimal(uint64_t value, char text[NOTES_TIME])
{
	int at = NOTES_TIME;

	text[--at] = '\0';
	do {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	return text + at;
}

/* `value` in units of 10 to the power of -`digits`: "13", ".", "0". */
static void add_fraction(char *text, size_t size, uint64_t value, int digits)
{
	char number[NOTES_TIME], rest[4] = "";
	uint64_t unit = 1;

	for (int i = digits - 1; i >= 0; i--) {
		rest[i] = (char)('0' + value / unit % 10);
		unit *= 10;
	}
	add(text, size, decimal(value / unit, number));
	if (digits)
		add(text, size, ".");
	add(text, size, rest);
}

char *notes_time(uint64_t ns, char text[NOTES_TIME])
{
	static const struct {
		uint64_t below, unit; /* of the last digit shown */
		int digits;
		const char *name;
	} scales[] = {
		{ ISOTP_MS, 1000, 0, " us" },
		{ 100 * ISOTP_MS, ISOTP_MS / 10, 1, " ms" },
		{ ISOTP_SECOND, ISOTP_MS, 0, " ms" },
		{ ISOTP_NEVER, ISOTP_SECOND / 100, 2, " s" },
	};
	size_t i = 0;

	while (ns >= scales[i].below && scales[i].below != ISOTP_NEVER)
		i++;
	*text = '\0';
	add_fraction(text, NOTES_TIME, (ns + scales[i].unit / 2) / scales[i].unit,
		     scales[i].digits);
	add(text, NOTES_TIME, scales[i].name);
	return text;
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
							 const char *format, ...)
{
	const size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

/* --- what it is --- */

/* Nearly all names of identifiers end alike; people can do without. */
static int short_name(const char *name)
{
	static const char common[] = "DataIdentifier";
	const size_t n = strlen(name), end = sizeof(common) - 1;

	return (int)(n > end && !strcmp(name + n - end, common) ? n - end : n);
}

static void name_identifier(struct notes *n, const struct isotp_uds *u)
{
	if (!u->has_id)
		return;
	append(n->remark, sizeof(n->remark), " %0*X", 2 * u->id_size, u->id);
	if (u->id_name)
		append(n->remark, sizeof(n->remark), " %.*s", short_name(u->id_name), u->id_name);
}

static void name_uds(struct notes *n, const struct isotp_uds *u)
{
	append(n->remark, sizeof(n->remark), "%s%s", u->kind == ISOTP_UDS_RESPONSE ? "+ " : "",
	       u->service);
	if (u->kind == ISOTP_UDS_NEGATIVE) {
		if (u->nrc_name)
			append(n->remark, sizeof(n->remark), ": %s (%02X)", u->nrc_name, u->nrc);
		else
			append(n->remark, sizeof(n->remark), ": no, without a reason");
		return;
	}
	if (u->has_sub && u->sub_name)
		append(n->remark, sizeof(n->remark), " %s", u->sub_name);
	else if (u->has_sub)
		append(n->remark, sizeof(n->remark), " %02X", u->sub);
	name_identifier(n, u);
	if (u->has_sub && u->suppress)
		append(n->remark, sizeof(n->remark), ", no answer wanted");
}

static void name_answer(struct notes *n, const struct isotp_observed *o,
			const struct isotp_uds_answer *a)
{
	char time[NOTES_TIME];

	/* time 0 is that of a log without times */
	if (!a || !a->found || !o->first_ns || o->first_ns < a->request_ns)
		return;
	append(n->remark, sizeof(n->remark), "%safter %s", *n->remark ? ", " : "",
	       notes_time(o->first_ns - a->request_ns, time));
	if (a->pending)
		append(n->remark, sizeof(n->remark), " (%u pending)", a->pending);
}

static void name_duration(struct notes *n, const struct isotp_observed *o)
{
	char time[NOTES_TIME];

	if (o->frames < 2)
		return;
	if (*n->remark)
		add(n->remark, sizeof(n->remark), ", ");
	add(n->remark, sizeof(n->remark), decimal(o->frames, time));
	add(n->remark, sizeof(n->remark), " frames");
	if (!o->last_ns)
		return;
	add(n->remark, sizeof(n->remark), " in ");
	add(n->remark, sizeof(n->remark),
	    notes_time(o->last_ns > o->first_ns ? o->last_ns - o->first_ns : 0, time));
}

/* --- what went wrong --- */

static const char *const endings[ISOTP_RESULTS] = {
	[ISOTP_N_OK] = "",
	[ISOTP_N_TIMEOUT_A] = "a frame was not sent in time",
	[ISOTP_N_TIMEOUT_BS] = "no flow control in time",
	[ISOTP_N_TIMEOUT_CR] = "no consecutive frame in time",
	[ISOTP_N_WRONG_SN] = "wrong sequence number",
	[ISOTP_N_INVALID_FS] = "reserved flow status",
	[ISOTP_N_UNEXP_PDU] = "cut off by the next PDU",
	[ISOTP_N_WFT_OVRN] = "told to wait, never to go on",
	[ISOTP_N_BUFFER_OVFLW] = "the receiver said overflow",
	[ISOTP_N_ERROR] = "broken",
	[ISOTP_PADDING] = "wrong padding",
	[ISOTP_INCOMPLETE] = "incomplete at the end",
};

bool notes_needed(const struct isotp_observed *o)
{
	for (int i = 0; i < ISOTP_FAULTS; i++)
		if (o->faults[i])
			return true;
	return o->status != ISOTP_N_OK;
}

static void name_faults(struct notes *n, const struct isotp_observed *o)
{
	for (int i = 0; i < ISOTP_FAULTS; i++) {
		if (!o->faults[i] || (i == ISOTP_FAULT_PADDING && o->status == ISOTP_PADDING))
			continue;
		append(n->fault, sizeof(n->fault), "%s%s", *n->fault ? "; " : "",
		       isotp_fault_text((enum isotp_fault)i));
		if (o->faults[i] > 1)
			append(n->fault, sizeof(n->fault), " (%" PRIu32 " times)", o->faults[i]);
	}
}

void notes_make(struct notes *notes, const struct isotp_observed *o, const struct isotp_uds *uds,
		const struct isotp_uds_answer *answer)
{
	*notes->remark = *notes->fault = '\0';
	if (uds)
		name_uds(notes, uds);
	name_answer(notes, o, answer);
	name_duration(notes, o);
	if (o->status != ISOTP_N_OK)
		append(notes->fault, sizeof(notes->fault), "%s", endings[o->status]);
	if (o->status == ISOTP_N_WRONG_SN)
		append(notes->fault, sizeof(notes->fault), ", %X came where %X was next", o->sn,
		       o->sn_expected);
	if (o->received < o->length)
		append(notes->fault, sizeof(notes->fault), ", %u of %u bytes", o->received,
		       o->length);
	name_faults(notes, o);
}
