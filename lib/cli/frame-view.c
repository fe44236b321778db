/* SPDX-License-Identifier: MIT */
/* Owns the line of a CAN frame: whose frames have one, and how its bytes are laid out. */
#include "frame-view.h"

#include "protocol/hex.h"
#include "protocol/pci.h"
#include "protocol/uds.h"

#include <string.h>

#define COLOR_RED   "\033[31m"
#define COLOR_GREEN "\033[32m"
#define COLOR_BLUE  "\033[34m"
#define COLOR_RESET "\033[0m"

/* A byte or a length that the frame is too short for. */
enum { MISSING = -1 };

/* A frame that is shown. */
struct line {
	struct writer *w;
	const uint8_t *data;
	size_t len;
	size_t lead;	   /* where its PCI is: 1 behind an address byte, else 0 */
	const char *color; /* "" for everybody's */
};

/* --- whose frames --- */

static bool is_from(const struct isotp_watched *who, const struct isotp_frame *f)
{
	if (!isotp_can_id_equal(who->id, f->id))
		return false;
	return !who->has_byte || who->any_byte || (f->len && f->data[0] == who->byte);
}

static bool from(const struct isotp_watched *who, const char *color, const struct isotp_frame *f,
		 struct line *l)
{
	if (!is_from(who, f))
		return false;
	l->lead = who->has_byte ? 1 : 0;
	l->color = color;
	return true;
}

/* Finds out whose frame it is; false when it is not shown. */
static bool find_sender(const struct frame_view *v, const struct isotp_frame *f, struct line *l)
{
	if (f->flags & (ISOTP_FRAME_REMOTE | ISOTP_FRAME_ERROR))
		return false;
	*l = (struct line){ .data = f->data, .len = f->len, .color = "" };
	for (size_t i = 0; i < v->n_pairs; i++)
		if (from(&v->pairs[i].a, COLOR_RED, f, l) || from(&v->pairs[i].b, COLOR_BLUE, f, l))
			return true;
	if (v->broadcast.id.width)
		return from(&v->broadcast, COLOR_GREEN, f, l);
	return v->n_pairs == 0;
}

bool frame_view_wants(const struct frame_view *v, const struct isotp_record *r)
{
	struct line l;

	return find_sender(v, &r->frame, &l);
}

/* --- pieces of a line --- */

static int byte_at(const struct line *l, size_t i)
{
	return i < l->len ? l->data[i] : MISSING;
}

static int digits_of(uint32_t value, uint32_t base)
{
	int n = 1;

	while (value /= base)
		n++;
	return n;
}

/* As printf's %*s: where the width is negative, the blanks come behind the text. Frames longer
 * than can-utils' columns were made for get their blanks there. */
static void put_padded(struct writer *w, const char *text, int width)
{
	const int n = (int)strlen(text);

	writer_blanks(w, width - n);
	writer_text(w, text);
	writer_blanks(w, -width - n);
}

static void put_hex_byte(struct writer *w, int byte)
{
	if (byte == MISSING)
		writer_text(w, "??");
	else
		writer_hex(w, (uint32_t)byte, 2);
}

static void put_id(struct writer *w, struct isotp_can_id id)
{
	const int digits = digits_of(id.value, 16);

	writer_blanks(w, (id.width == 29 ? 8 : 3) - digits);
	writer_hex(w, id.value, digits);
}

/* " can0  7E8  [8]  ", " can0  6F1{12} [12]  " */
static void put_origin(const struct line *l, const struct isotp_frame *f, const char *bus)
{
	const bool fd = f->flags & ISOTP_FRAME_FD;

	writer_char(l->w, ' ');
	writer_text(l->w, bus);
	writer_blanks(l->w, 2);
	put_id(l->w, f->id);
	if (l->lead) {
		writer_char(l->w, '{');
		put_hex_byte(l->w, byte_at(l, 0));
		writer_char(l->w, '}');
	}
	writer_text(l->w, fd ? " [" : "  [");
	writer_decimal(l->w, f->len, fd ? 2 : 1);
	writer_text(l->w, "]  ");
}

/* --- the PCI: these return where the data begins, 0 where there is none to show --- */

/* "[SF] ln: 2    data:" */
static void put_length(const struct line *l, const char *type, int64_t length)
{
	writer_text(l->w, type);
	writer_text(l->w, " ln: ");
	if (length == MISSING) {
		writer_text(l->w, "?   ");
	} else {
		writer_decimal(l->w, (uint64_t)length, 1);
		writer_blanks(l->w, 4 - digits_of((uint32_t)length, 10));
	}
	writer_text(l->w, " data:");
}

static size_t put_sf(const struct line *l, int pci)
{
	const int nibble = pci & 0x0F;

	put_length(l, "[SF]", nibble ? nibble : byte_at(l, l->lead + 1));
	return l->lead + (nibble ? 1 : 2);
}

/* The 32-bit FF_DL behind a 12-bit one of 0. */
static int64_t long_length(const struct line *l)
{
	const uint8_t *p = l->data + l->lead + 2;

	if (l->len < l->lead + 6)
		return MISSING;
	return (int64_t)p[0] << 24 | (int64_t)p[1] << 16 | (int64_t)p[2] << 8 | p[3];
}

static size_t put_ff(const struct line *l, int pci)
{
	const int low = byte_at(l, l->lead + 1);
	const int length = low == MISSING ? MISSING : (pci & 0x0F) << 8 | low;

	put_length(l, "[FF]", length ? length : long_length(l));
	return l->lead + (length ? 2 : 6);
}

static size_t put_cf(const struct line *l, int pci)
{
	writer_text(l->w, "[CF] sn: ");
	writer_hex(l->w, (uint32_t)pci, 1);
	writer_text(l->w, "    data:");
	return l->lead + 1;
}

static void put_bs(struct writer *w, int bs)
{
	writer_text(w, "BS: ");
	if (bs == MISSING)
		writer_char(w, '?');
	else
		writer_decimal(w, (uint64_t)bs, 1);
	writer_text(w, bs ? " # " : " = off # ");
}

static void put_stmin(struct writer *w, int stmin)
{
	uint32_t us;

	writer_text(w, "STmin: ");
	if (stmin == MISSING) {
		writer_char(w, '?');
		return;
	}
	writer_text(w, "0x");
	writer_hex(w, (uint32_t)stmin, 2);
	writer_text(w, " = ");
	if (isotp_stmin_reserved((uint8_t)stmin)) {
		writer_text(w, "reserved");
		return;
	}
	us = isotp_stmin_to_ns((uint8_t)stmin) / 1000;
	writer_decimal(w, us % 1000 ? us : us / 1000, 1);
	writer_text(w, us % 1000 ? " us" : " ms");
}

static size_t put_fc(const struct line *l, int pci)
{
	static const char *const names[16] = {
		[ISOTP_FS_CTS] = "CTS",
		[ISOTP_FS_WT] = "WT",
		[ISOTP_FS_OVFLW] = "OVFLW",
	};
	const int fs = pci & 0x0F;

	writer_text(l->w, "[FC] FC: ");
	writer_decimal(l->w, (uint64_t)fs, 1);
	writer_text(l->w, " = ");
	writer_text(l->w, names[fs] ? names[fs] : "reserved");
	writer_text(l->w, " # ");
	put_bs(l->w, byte_at(l, l->lead + 1));
	put_stmin(l->w, byte_at(l, l->lead + 2));
	return 0;
}

static size_t put_pci(const struct line *l, int pci)
{
	switch (pci == MISSING ? MISSING : pci >> 4) {
	case ISOTP_PCI_SF:
		return put_sf(l, pci);
	case ISOTP_PCI_FF:
		return put_ff(l, pci);
	case ISOTP_PCI_CF:
		return put_cf(l, pci);
	case ISOTP_PCI_FC:
		return put_fc(l, pci);
	default:
		writer_text(l->w, "[??]");
		return 0;
	}
}

/* --- what the data says in terms of UDS --- */

/* As in the standard of 2013, for what that of 2020 has no name for either. */
static const char *nrc_name(uint8_t nrc)
{
	if (nrc > 0x3A && nrc < 0x50)
		return "reservedByExtendedDataLinkSecurityDocument";
	return isotp_uds_nrc_name(nrc);
}

static void put_named(struct writer *w, const char *kind, const char *name)
{
	writer_text(w, kind);
	writer_char(w, ' ');
	writer_text(w, name ? name : "Unknown");
}

/* can-utils does not take FA to FE, the responses to BA to BE, for responses. */
static void put_service(const struct line *l, size_t at)
{
	const uint8_t sid = l->data[at];
	const enum isotp_uds_kind kind = sid < 0xFA ? isotp_uds_classify(sid) : ISOTP_UDS_NONE;

	if (kind == ISOTP_UDS_NEGATIVE)
		put_named(l->w, "[NRC]", at + 2 < l->len ? nrc_name(l->data[at + 2]) : NULL);
	else if (kind == ISOTP_UDS_RESPONSE)
		put_named(l->w, "[PSR]",
			  isotp_uds_service_name((uint8_t)(sid - ISOTP_UDS_RESPONSE_BIT)));
	else if (kind == ISOTP_UDS_REQUEST)
		put_named(l->w, "[SRQ]", isotp_uds_service_name(sid));
	else
		put_named(l->w, "[???]", NULL);
}

/* --- the line --- */

static void put_data(const struct line *l, size_t at)
{
	writer_char(l->w, ' ');
	for (size_t i = at; i < l->len; i++) {
		put_hex_byte(l->w, l->data[i]);
		writer_char(l->w, ' ');
	}
}

static void put_ascii(const struct line *l, size_t at)
{
	for (size_t i = at; i < l->len; i++)
		writer_char(l->w, writer_printable(l->data[i]));
	writer_char(l->w, '\'');
}

/* The columns have room for the data of a classic CF. */
static void put_contents(const struct frame_view *v, const struct line *l, size_t at, bool first)
{
	const int room = (7 - (int)l->lead) - (int)(l->len - at);

	put_data(l, at);
	if (v->ascii) {
		put_padded(l->w, "-  '", 3 * room + 5);
		put_ascii(l, at);
	}
	if (v->uds && first) {
		put_padded(l->w, " - ", (v->ascii ? 1 : 3) * room + 3);
		put_service(l, at);
	}
}

void frame_view_line(struct frame_view *v, struct writer *w, const struct isotp_record *r,
		     const char *bus)
{
	struct line l;
	int pci;
	size_t at;

	if (!find_sender(v, &r->frame, &l))
		return;
	l.w = w;
	if (v->color)
		writer_text(w, l.color);
	stamp_write(&v->stamp, w, r->time_ns);
	put_origin(&l, &r->frame, bus);
	pci = byte_at(&l, l.lead);
	at = put_pci(&l, pci);
	if (at && at < l.len)
		put_contents(v, &l, at, pci >> 4 != ISOTP_PCI_CF);
	if (v->color && *l.color)
		writer_text(w, COLOR_RESET);
	writer_char(w, '\n');
}
