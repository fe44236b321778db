/* SPDX-License-Identifier: MIT */
/* Owns how single, first and consecutive frames become a PDU, and what is wrong with them. */
#include "reassembler-internal.h"

#include <errno.h>
#include <string.h>

enum {
	BLOCK_FIRST = 256
}; /* an announced length is a claim: no more is reserved for it at first */

#define N_CR_DEFAULT_NS ISOTP_SECOND

static uint64_t since(uint64_t now_ns, uint64_t then_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* --- single frames --- */

static bool padding_ok(const struct isotp_reassembler *r, const struct isotp_frame *f, size_t used)
{
	const struct isotp_config *cfg = &r->settings.padding;

	return (!cfg->check_pad_len && !cfg->check_pad_data) ||
	       isotp_config_padding_ok(cfg, f, used);
}

static void take_single(struct isotp_reassembler *r, struct isotp_stream *s,
			const struct isotp_record *record, const struct isotp_pci *pci,
			enum isotp_pci_fault fault)
{
	const struct isotp_frame *f = &record->frame;
	const struct isotp_answer answer = { f->data + pci->offset, pci->length, record->time_ns };
	const bool diagnostic = r->settings.discover && isotp_stream_lane(r, s)->diagnostic;
	struct isotp_observed *o;

	if (diagnostic)
		isotp_diagnostic_answered(r, s, &answer);
	if (s->state == STREAM_OPEN)
		isotp_end(r, s, ISOTP_N_UNEXP_PDU); /* and the CFs that follow belong to that */
	else
		s->state = STREAM_IDLE;
	s->had_pdu = false;
	o = isotp_queue_add(r, s);
	o->time_ns = o->first_ns = o->last_ns = record->time_ns;
	o->first_frame = o->last_frame = record->number;
	o->frames = 1;
	o->length = o->received = pci->length;
	o->kept = smaller(pci->length, r->settings.max_pdu);
	o->data = f->data + pci->offset;
	if (o->kept < o->length)
		o->faults[ISOTP_FAULT_TRUNCATED]++;
	if (fault == ISOTP_PCI_SF_OVERPADDED)
		o->faults[ISOTP_FAULT_SF_OVERPADDED]++;
	if (!padding_ok(r, f, pci->offset + pci->length)) {
		o->faults[ISOTP_FAULT_PADDING]++;
		o->status = ISOTP_PADDING;
	}
	if (diagnostic)
		isotp_diagnostic_keep(isotp_stream_lane(r, s), record, pci, true);
}

/* --- the data of an open PDU --- */

/* Room for `n` bytes more. False: there is none, or the PDU itself had to give way for it. */
static bool make_room(struct isotp_reassembler *r, struct isotp_stream *s, uint32_t n)
{
	const size_t wanted = s->o.kept + n;
	void *block;

	if (wanted <= s->capacity)
		return true;
	block = isotp_take_memory(r, s, wanted);
	if (!block)
		return false;
	memcpy(block, s->o.data, s->o.kept);
	isotp_pool_give(&r->pool, (void *)s->o.data);
	s->o.data = block;
	s->capacity = isotp_pool_round(wanted);
	return true;
}

static uint32_t to_keep(const struct isotp_reassembler *r, const struct isotp_stream *s, uint32_t n)
{
	return smaller(n, r->settings.max_pdu - smaller(r->settings.max_pdu, s->o.kept));
}

static void append(struct isotp_reassembler *r, struct isotp_stream *s, const uint8_t *data,
		   uint32_t n)
{
	const uint32_t keep = to_keep(r, s, n);

	if (s->o.kept == s->o.received && s->o.kept + keep <= s->capacity) {
		memcpy((uint8_t *)s->o.data + s->o.kept, data, keep);
		s->o.kept += keep;
	}
	s->o.received += n;
}

static void count_frame(struct isotp_stream *s, const struct isotp_record *record)
{
	const uint64_t gap = since(record->time_ns, s->o.last_ns);

	if (gap > s->o.max_gap_ns)
		s->o.max_gap_ns = gap;
	s->o.frames++;
	s->o.last_ns = s->o.time_ns = record->time_ns;
	s->o.last_frame = record->number;
}

/* --- first frames --- */

int isotp_take_first(struct isotp_reassembler *r, struct isotp_stream *s,
		     const struct isotp_record *record, const struct isotp_pci *pci)
{
	const struct isotp_frame *f = &record->frame;
	const size_t wanted = smaller(smaller(pci->length, BLOCK_FIRST), r->settings.max_pdu);
	uint8_t *block;

	if (s->state == STREAM_OPEN)
		isotp_end(r, s, ISOTP_N_UNEXP_PDU);
	block = isotp_take_memory(r, s, wanted);
	if (!block)
		return isotp_stream_is_candidate(r, s) ? 0 : -EAGAIN;
	s->o.segmented = true;
	s->o.data = block;
	s->capacity = isotp_pool_round(wanted);
	s->o.length = pci->length;
	s->o.first_ns = s->o.last_ns = s->o.time_ns = record->time_ns;
	s->o.first_frame = s->o.last_frame = record->number;
	s->o.frames = 1;
	s->sent_ff = true;
	s->clue.lane_key = 0;
	isotp_transfer_begin(&s->transfer, f, pci, record->time_ns);
	isotp_open(r, s);
	append(r, s, f->data + pci->offset, (uint32_t)f->len - pci->offset);
	return 0;
}

/* --- consecutive frames --- */

/* What tells a frame from another one with the same sequence number (FNV-1a). */
static uint32_t hash(const uint8_t *data, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ data[i]) * 16777619u;
	return h;
}

/* CFs outside of a PDU: told once, until the next SF or FF. */
static void take_stray(struct isotp_reassembler *r, struct isotp_stream *s,
		       const struct isotp_record *record, const struct isotp_pci *pci)
{
	const struct isotp_frame *f = &record->frame;
	enum isotp_fault fault = ISOTP_FAULT_CF_WITHOUT_FF;

	if (s->state == STREAM_TRAILING)
		return;
	if (s->had_pdu)
		fault = pci->sn == s->last_sn && hash(f->data, f->len) == s->last_cf_hash
				? ISOTP_FAULT_CF_DUPLICATE
				: ISOTP_FAULT_CF_SURPLUS;
	isotp_tell_fault(r, s, record, fault);
	s->state = STREAM_TRAILING;
}

/* The last CF once more: as long as all but the last one are, with the data that came last. */
static bool is_doubled(const struct isotp_stream *s, const struct isotp_frame *f, uint8_t offset)
{
	const uint32_t n = (uint32_t)f->len - offset;

	return s->o.frames > 1 && f->len == s->transfer.can_dl && s->o.kept == s->o.received &&
	       memcmp(s->o.data + s->o.kept - n, f->data + offset, n) == 0;
}

static void break_sequence(struct isotp_reassembler *r, struct isotp_stream *s,
			   const struct isotp_record *record, const struct isotp_pci *pci)
{
	const bool again = pci->sn == s->last_sn && is_doubled(s, &record->frame, pci->offset);

	s->o.sn_expected = s->transfer.sn;
	s->o.sn = pci->sn;
	isotp_tell_fault(r, s, record, again ? ISOTP_FAULT_CF_DUPLICATE : ISOTP_FAULT_CF_LOST);
	isotp_end(r, s, ISOTP_N_WRONG_SN);
}

static void finish_pdu(struct isotp_reassembler *r, struct isotp_stream *s,
		       const struct isotp_record *record, size_t used)
{
	const struct isotp_frame *f = &record->frame;
	const bool ok = padding_ok(r, f, used);

	s->last_cf_hash = hash(f->data, f->len);
	if (!ok)
		isotp_tell_fault(r, s, record, ISOTP_FAULT_PADDING);
	isotp_end(r, s, ok ? ISOTP_N_OK : ISOTP_PADDING);
}

/* A candidate is no longer followed; for any other others have given way. */
static int no_room(struct isotp_reassembler *r, struct isotp_stream *s)
{
	if (!isotp_stream_is_candidate(r, s))
		return -EAGAIN;
	isotp_close(r, s);
	return 0;
}

/* Of one that had to wait for a flow control it is N_Bs that has passed. */
static bool is_late(const struct isotp_stream *s, uint64_t now_ns)
{
	const struct isotp_transfer *t = &s->transfer;

	return since(now_ns, s->o.last_ns) > N_CR_DEFAULT_NS && (!t->awaiting || t->overdue) &&
	       since(now_ns, t->await_ns) > N_CR_DEFAULT_NS;
}

/* The one that comes next. */
static int take_next(struct isotp_reassembler *r, struct isotp_stream *s,
		     const struct isotp_record *record, const struct isotp_pci *pci)
{
	const struct isotp_frame *f = &record->frame;
	const uint32_t n = smaller((uint32_t)f->len - pci->offset, s->transfer.left);

	if (!make_room(r, s, to_keep(r, s, n)))
		return no_room(r, s);
	if (is_late(s, record->time_ns))
		isotp_tell_fault(r, s, record, ISOTP_FAULT_CF_LATE);
	isotp_check_flow(r, s, record->time_ns);
	isotp_transfer_take(&s->transfer, f, pci, record->time_ns);
	append(r, s, f->data + pci->offset, n);
	count_frame(s, record);
	s->last_sn = pci->sn;
	if (!s->transfer.left)
		finish_pdu(r, s, record, pci->offset + n);
	return 0;
}

int isotp_take_consecutive(struct isotp_reassembler *r, struct isotp_stream *s,
			   const struct isotp_record *record, const struct isotp_pci *pci)
{
	if (s->state != STREAM_OPEN) {
		take_stray(r, s, record, pci);
		return 0;
	}
	switch (isotp_transfer_check(&s->transfer, &record->frame, pci)) {
	case ISOTP_CF_LONG:
		isotp_tell_fault(r, s, record, ISOTP_FAULT_CF_LONG);
		return 0;
	case ISOTP_CF_SHORT:
		isotp_tell_fault(r, s, record, ISOTP_FAULT_CF_SHORT);
		return 0;
	case ISOTP_CF_WRONG_SN:
		break_sequence(r, s, record, pci);
		return 0;
	case ISOTP_CF_NEXT:
		break;
	}
	return take_next(r, s, record, pci);
}

/* --- all of them --- */

bool isotp_expire(struct isotp_reassembler *r, struct isotp_stream *s, uint64_t now_ns)
{
	const struct isotp_transfer *t = &s->transfer;
	const uint64_t last = s->o.last_ns > t->await_ns ? s->o.last_ns : t->await_ns;
	const bool awaiting = t->awaiting && !t->overdue;
	const uint64_t limit = awaiting ? r->settings.n_bs_ns : r->settings.n_cr_ns;

	if (!limit || s->state != STREAM_OPEN || since(now_ns, last) <= limit)
		return false;
	isotp_end(r, s, awaiting ? ISOTP_N_TIMEOUT_BS : ISOTP_N_TIMEOUT_CR);
	return true;
}

static enum isotp_fault fault_of(enum isotp_pci_fault fault, const struct isotp_frame *f,
				 bool has_byte)
{
	const int lead = has_byte ? 1 : 0;

	switch (fault) {
	case ISOTP_PCI_RESERVED:
		return ISOTP_FAULT_PCI_RESERVED;
	case ISOTP_PCI_SF_DL:
		return ISOTP_FAULT_SF_DL_INVALID;
	case ISOTP_PCI_FF_DL:
		return ISOTP_FAULT_FF_DL_TOO_SMALL;
	default:
		break;
	}
	if (f->len > lead && f->data[lead] >> 4 == ISOTP_PCI_FF)
		return ISOTP_FAULT_FF_SHORT;
	if (f->len > lead && f->data[lead] >> 4 == ISOTP_PCI_FC)
		return ISOTP_FAULT_FC_SHORT;
	return ISOTP_FAULT_FRAME_SHORT;
}

/* A frame that is no N_PDU: nothing changes but that it is told. */
static void take_invalid(struct isotp_reassembler *r, struct isotp_stream *s,
			 const struct isotp_record *record, enum isotp_pci_fault pci_fault)
{
	const enum isotp_fault fault = fault_of(pci_fault, &record->frame, s->o.from.has_byte);

	if (fault == ISOTP_FAULT_FC_SHORT)
		isotp_take_short_flow_control(r, s, record);
	else
		isotp_tell_fault(r, s, record, fault);
}

int isotp_take_frame(struct isotp_reassembler *r, struct isotp_stream *s,
		     const struct isotp_record *record)
{
	const bool has_byte = s->o.from.has_byte;
	struct isotp_pci pci;
	const enum isotp_pci_fault fault = isotp_pci_decode(&pci, &record->frame, has_byte);

	if (fault != ISOTP_PCI_OK && fault != ISOTP_PCI_SF_OVERPADDED) {
		take_invalid(r, s, record, fault);
		return 0;
	}
	if (pci.type != ISOTP_PCI_FC && s->state == STREAM_OPEN)
		isotp_expire(r, s, record->time_ns);
	switch (pci.type) {
	case ISOTP_PCI_SF:
		take_single(r, s, record, &pci, fault);
		return 0;
	case ISOTP_PCI_FF:
		return isotp_take_first(r, s, record, &pci);
	case ISOTP_PCI_CF:
		return isotp_take_consecutive(r, s, record, &pci);
	case ISOTP_PCI_FC:
		isotp_take_flow_control(r, s, record, &pci);
	}
	return 0;
}
