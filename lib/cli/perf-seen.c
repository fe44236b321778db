/* SPDX-License-Identifier: MIT */
/* Owns the warnings of a monitor that has not seen those whom it is to measure. */
#include "perf-seen.h"

#include "protocol/endpoint.h"
#include "protocol/pci.h"

#include <stdio.h>
#include <string.h>

enum { TOLD = 10, SIDE_TEXT = ISOTP_ENDPOINT_TEXT + 1 }; /* "18DA10F1/any" */

/* --- what comes --- */

static bool is_isotp(const struct isotp_frame *f, bool has_byte, struct isotp_pci *pci)
{
	return isotp_pci_decode(pci, f, has_byte) == ISOTP_PCI_OK;
}

static bool fits(const struct isotp_watched *who, const struct isotp_frame *f,
		 struct isotp_pci *pci)
{
	if (who->has_byte && !who->any_byte && (!f->len || f->data[0] != who->byte))
		return false;
	return is_isotp(f, who->has_byte, pci);
}

static void take_side(struct perf_seen_side *side, const struct isotp_watched *who,
		      const struct isotp_frame *f)
{
	const uint8_t byte = f->len ? f->data[0] : 0;
	struct isotp_pci pci;

	if (!who->id.width || !isotp_can_id_equal(who->id, f->id))
		return;
	if (!side->any)
		side->byte = byte;
	side->many = side->any;
	side->any = true;
	side->differ |= side->byte != byte;
	side->fits_led = side->fits_led || is_isotp(f, true, &pci);
	if (!fits(who, f, &pci))
		return;
	side->fits = true;
	side->segmented |= pci.type == ISOTP_PCI_FF;
}

void perf_seen_take(struct perf_seen *seen, const struct isotp_frame *f)
{
	if (f->flags & (ISOTP_FRAME_ERROR | ISOTP_FRAME_REMOTE))
		return;
	seen->any = true;
	for (int i = 0; i < seen->settings->n_pairs; i++) {
		take_side(&seen->sides[i][0], &seen->settings->pairs[i].a, f);
		take_side(&seen->sides[i][1], &seen->settings->pairs[i].b, f);
	}
}

/* --- what is said --- */

static void way_out(const char *text)
{
	if (!tool_is_quiet())
		tool_hint("%s", text);
}

/* "614/F4", with the byte that leads all of its frames. */
static char *led(const struct isotp_watched *who, const struct perf_seen_side *side,
		 char text[SIDE_TEXT])
{
	const struct isotp_endpoint e = { .id = who->id,
					  .has_byte = side->any && !side->differ,
					  .byte = side->byte };

	return isotp_endpoint_format(&e, text);
}

static bool is_led_otherwise(const struct isotp_watched *who, const struct perf_seen_side *side)
{
	return side->many && !side->fits && side->fits_led && !side->differ && !who->any_byte;
}

static void tell_byte(const struct perf_seen *seen, int pair, int which, const char *name)
{
	const struct isotp_watch *w = &seen->settings->pairs[pair];
	const struct perf_seen_side *sides = seen->sides[pair];
	const struct isotp_watched *who = which ? &w->b : &w->a;
	const struct isotp_endpoint e = { .id = who->id };
	char id[SIDE_TEXT], a[SIDE_TEXT], b[SIDE_TEXT], text[64], not_byte[16] = "";

	if (who->has_byte)
		snprintf(not_byte, sizeof(not_byte), ", not %02X", who->byte);
	tool_warn("%s: frames on %s all begin with %02X%s", name, isotp_endpoint_format(&e, id),
		  sides[which].byte, not_byte);
	snprintf(text, sizeof(text), "--pair=%s%s%s", led(&w->a, &sides[0], a),
		 w->b.id.width ? ":" : "", w->b.id.width ? led(&w->b, &sides[1], b) : "");
	way_out(text);
}

static void tell_nobody(const struct isotp_watch *w, bool has_peer, const char *name)
{
	const struct isotp_endpoint a = { .id = w->a.id }, b = { .id = w->b.id };
	char text[SIDE_TEXT], other[SIDE_TEXT];

	isotp_endpoint_format(&a, text);
	isotp_endpoint_format(&b, other);
	if (w->b.id.width && !has_peer)
		tool_warn("%s: no frame on %s or %s", name, text, other);
	else if (w->b.id.width)
		tool_warn("%s: no frame on %s, only on %s", name, text, other);
	else
		tool_warn("%s: no frame on %s", name, text);
}

/* Most of what can be measured needs PDUs of several frames. */
static bool is_other_way_round(const struct perf_seen *seen, int pair)
{
	const struct isotp_watch *w = &seen->settings->pairs[pair];

	if (seen->sides[pair][0].segmented || !seen->sides[pair][1].segmented)
		return false;
	for (int i = 0; i < seen->settings->n_pairs; i++)
		if (isotp_can_id_equal(seen->settings->pairs[i].a.id, w->b.id))
			return false;
	return true;
}

/* As --pair takes it. */
static char *side_text(const struct isotp_watched *who, char text[SIDE_TEXT])
{
	const struct isotp_endpoint e = { .id = who->id,
					  .has_byte = who->has_byte && !who->any_byte,
					  .byte = who->byte };

	isotp_endpoint_format(&e, text);
	return who->any_byte ? strcat(text, "/any") : text;
}

static void tell_other_way_round(const struct isotp_watch *w, const char *name)
{
	char a[SIDE_TEXT], b[SIDE_TEXT], text[2 * SIDE_TEXT + 16];

	side_text(&w->a, a);
	side_text(&w->b, b);
	tool_warn("%s: no PDU of several frames from %s, only from %s", name, a, b);
	snprintf(text, sizeof(text), "--pair=%s:%s", b, a);
	way_out(text);
}

/* True when something was said. Who answers need not be seen. */
static bool tell_pair(const struct perf_seen *seen, int pair, const char *name)
{
	const struct perf_seen_side *sides = seen->sides[pair];
	const struct isotp_watch *w = &seen->settings->pairs[pair];
	const struct isotp_endpoint a = { .id = w->a.id };
	char text[SIDE_TEXT];

	if (!sides[0].any)
		tell_nobody(w, sides[1].any, name);
	else if (is_led_otherwise(&w->a, &sides[0]))
		tell_byte(seen, pair, 0, name);
	else if (is_led_otherwise(&w->b, &sides[1]))
		tell_byte(seen, pair, 1, name);
	else if (!sides[0].fits)
		tool_warn("%s: no frame on %s is ISO-TP", name, isotp_endpoint_format(&a, text));
	else if (is_other_way_round(seen, pair))
		tell_other_way_round(w, name);
	else
		return false;
	return true;
}

void perf_seen_tell(const struct perf_seen *seen, const char *name, bool found)
{
	int told = 0;

	for (int i = 0; i < seen->settings->n_pairs && told < TOLD; i++)
		told += tell_pair(seen, i, name);
	if (seen->settings->n_pairs || found)
		return;
	if (!seen->any) {
		tool_warn("%s: no frame was seen", name);
		return;
	}
	tool_warn("%s: nobody was found who speaks ISO-TP", name);
	way_out("--pair=T:R, where T is the ID of who sends and R that of who answers");
}
