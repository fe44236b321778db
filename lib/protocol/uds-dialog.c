/* SPDX-License-Identifier: MIT */
/* Owns the requests that wait for an answer, and who may give it. */
#include "uds-dialog.h"

#include <string.h>

/* ISO 14229-1:2020, table 29: 16 bits in steps of 1 ms and 10 ms. */
static const uint64_t p2_max_ns = UINT64_C(65535) * 1000000;
static const uint64_t p2_star_max_ns = UINT64_C(65535) * 10000000;

/* How sure it is that an answer is one to a request. */
enum relation {
	UNRELATED = 0,
	POSSIBLE, /* the request's peer is not known */
	CERTAIN,
};

/* The bits of a 29-bit ID that say its format, ISO 15765-2:2016, 10.3.4 and 10.3.5. */
enum {
	FORMAT_MASK = 0x03FF0000,
	FIXED_PHYSICAL = 0x00DA0000,
	FIXED_FUNCTIONAL = 0x00DB0000,
	MIXED_FUNCTIONAL = 0x00CD0000,
	MIXED_PHYSICAL = 0x00CE0000,
	FUNCTIONAL_11 = 0x7DF, /* ISO 15765-4 */
};

static bool is_functional(struct isotp_can_id id)
{
	const uint32_t format = id.value & FORMAT_MASK;

	if (id.width == 11)
		return id.value == FUNCTIONAL_11;
	return id.width == 29 && (format == FIXED_FUNCTIONAL || format == MIXED_FUNCTIONAL);
}

/* The answer to a functional request has the physical ID of the same format and, with 29 bits, goes
 * to the tester that asked. */
static bool answers_functional(const struct isotp_endpoint *request,
			       const struct isotp_endpoint *answer)
{
	const uint32_t format = request->id.value & FORMAT_MASK;
	const uint32_t want = format == FIXED_FUNCTIONAL ? FIXED_PHYSICAL : MIXED_PHYSICAL;

	if (answer->id.width != request->id.width || answer->has_byte != request->has_byte)
		return false;
	if (request->id.width == 11)
		return true;
	if (format == MIXED_FUNCTIONAL && answer->byte != request->byte)
		return false;
	return (answer->id.value & FORMAT_MASK) == want &&
	       (answer->id.value >> 8 & 0xFF) == (request->id.value & 0xFF);
}

static enum relation relation(const struct isotp_uds_open *o, const struct isotp_uds_pdu *pdu)
{
	if (o->from.bus != pdu->from.bus || o->from.fd != pdu->from.fd)
		return UNRELATED;
	if (isotp_endpoint_equal(&o->from, &pdu->from))
		return UNRELATED;
	if (o->functional)
		return answers_functional(&o->from, &pdu->from) ? CERTAIN : UNRELATED;
	if (isotp_endpoint_equal(&o->from, &pdu->peer) ||
	    isotp_endpoint_equal(&o->peer, &pdu->from))
		return CERTAIN;
	return o->peer.id.width || o->from.id.width != pdu->from.id.width ? UNRELATED : POSSIBLE;
}

static struct isotp_uds_answerer *find_answerer(struct isotp_uds_open *o,
						const struct isotp_endpoint *from)
{
	for (unsigned int i = 0; i < o->answerers; i++) {
		struct isotp_uds_answerer *a = &o->answerer[i];

		if (isotp_can_id_equal(a->id, from->id) && a->has_byte == from->has_byte &&
		    (!a->has_byte || a->byte == from->byte))
			return a;
	}
	return NULL;
}

/* NULL when there is no room for one more. */
static struct isotp_uds_answerer *get_answerer(struct isotp_uds_open *o,
					       const struct isotp_endpoint *from)
{
	struct isotp_uds_answerer *a = find_answerer(o, from);

	if (a || o->answerers == ISOTP_UDS_ANSWERERS_MAX)
		return a;
	a = &o->answerer[o->answerers++];
	*a = (struct isotp_uds_answerer){
		.id = from->id,
		.has_byte = from->has_byte,
		.byte = from->byte,
	};
	return a;
}

/* What request and positive response have in common; returns its size. */
static uint8_t read_echo(const struct isotp_uds_pdu *pdu, const struct isotp_uds *u,
			 uint8_t echo[ISOTP_UDS_ECHO_MAX])
{
	uint8_t size = u->echo;

	if (size > ISOTP_UDS_ECHO_MAX)
		size = ISOTP_UDS_ECHO_MAX;
	if (size >= pdu->length)
		size = (uint8_t)(pdu->length - 1);
	memcpy(echo, pdu->data + 1, size);
	if (size && u->has_sub)
		echo[0] = u->sub;
	return size;
}

static bool same_echo(const struct isotp_uds_open *o, const struct isotp_uds_pdu *pdu,
		      const struct isotp_uds *u)
{
	uint8_t echo[ISOTP_UDS_ECHO_MAX];
	const uint8_t size = read_echo(pdu, u, echo);

	return memcmp(echo, o->echo, size < o->echo_size ? size : o->echo_size) == 0;
}

/* KWP2000 has no such bit, and its answer repeats it: 10 90, 50 90. UDS clears it. */
static bool keeps_suppress_bit(const struct isotp_uds_pdu *pdu, const struct isotp_uds *u)
{
	return u->has_sub && pdu->length > 1 && pdu->data[1] & 0x80;
}

static bool in_time(const struct isotp_uds_open *o, const struct isotp_uds_answerer *a,
		    uint64_t first_ns)
{
	if (first_ns < o->alive_ns)
		return true;
	return first_ns - o->alive_ns <= (a && a->pending ? p2_star_max_ns : p2_max_ns);
}

static bool fits(struct isotp_uds_open *o, const struct isotp_uds_pdu *pdu,
		 const struct isotp_uds *u)
{
	const struct isotp_uds_answerer *a;

	if (!o->used || o->sid != u->sid || pdu->first_frame < o->last_frame)
		return false;
	a = find_answerer(o, &pdu->from);
	if ((a && a->done) || !in_time(o, a, pdu->first_ns))
		return false;
	if (u->kind == ISOTP_UDS_NEGATIVE)
		return true;
	if (o->suppress && !(a && a->pending) && !keeps_suppress_bit(pdu, u))
		return false;
	return same_echo(o, pdu, u);
}

static struct isotp_uds_open *find_request(struct isotp_uds_dialog *d,
					   const struct isotp_uds_pdu *pdu,
					   const struct isotp_uds *u)
{
	struct isotp_uds_open *best = NULL;
	enum relation best_is = UNRELATED;

	for (int i = 0; i < ISOTP_UDS_OPEN_MAX; i++) {
		struct isotp_uds_open *o = &d->open[i];
		enum relation is;

		if (!fits(o, pdu, u))
			continue;
		is = relation(o, pdu);
		if (is > best_is || (is && is == best_is && o->order > best->order)) {
			best = o;
			best_is = is;
		}
	}
	return best;
}

/* Its sender has no more to say to this request. */
static void settle(struct isotp_uds_open *o, const struct isotp_uds_pdu *pdu)
{
	struct isotp_uds_answerer *a;

	if (!o->functional && relation(o, pdu) == CERTAIN) {
		o->used = false;
		return;
	}
	a = get_answerer(o, &pdu->from);
	if (a)
		a->done = true;
}

static bool repeated(const struct isotp_uds_open *a, const struct isotp_uds_open *b)
{
	return a->sid == b->sid && a->echo_size == b->echo_size &&
	       memcmp(a->echo, b->echo, a->echo_size) == 0 &&
	       isotp_endpoint_equal(&a->from, &b->from);
}

/* A final answer: also to what was the same request before, and had none. */
static void settle_all(struct isotp_uds_dialog *d, struct isotp_uds_open *last,
		       const struct isotp_uds_pdu *pdu)
{
	for (int i = 0; i < ISOTP_UDS_OPEN_MAX; i++) {
		struct isotp_uds_open *o = &d->open[i];

		if (o->used && o->order < last->order && repeated(o, last))
			settle(o, pdu);
	}
	settle(last, pdu);
}

static void match(struct isotp_uds_dialog *d, const struct isotp_uds_pdu *pdu,
		  const struct isotp_uds *u, struct isotp_uds_answer *answer)
{
	struct isotp_uds_open *o = find_request(d, pdu, u);
	struct isotp_uds_answerer *a;

	if (!o)
		return;
	a = get_answerer(o, &pdu->from);
	answer->found = true;
	answer->request_ns = o->last_ns;
	answer->request_frame = o->first_frame;
	answer->pending = a ? a->pending : 0;
	if (u->nrc != ISOTP_NRC_PENDING) {
		settle_all(d, o, pdu);
		return;
	}
	if (a)
		a->pending++;
	o->alive = d->taken;
	o->alive_ns = pdu->last_ns;
}

/* A free place, or that of the request which nobody has heard of for the longest. */
static struct isotp_uds_open *find_place(struct isotp_uds_dialog *d)
{
	struct isotp_uds_open *place = &d->open[0];

	for (int i = 0; i < ISOTP_UDS_OPEN_MAX; i++) {
		if (!d->open[i].used)
			return &d->open[i];
		if (d->open[i].alive < place->alive)
			place = &d->open[i];
	}
	return place;
}

static void keep(struct isotp_uds_dialog *d, const struct isotp_uds_pdu *pdu,
		 const struct isotp_uds *u)
{
	struct isotp_uds_open *o = find_place(d);

	o->used = true;
	o->functional = is_functional(pdu->from.id);
	o->suppress = u->suppress;
	o->from = pdu->from;
	o->peer = pdu->peer;
	o->sid = u->sid;
	o->echo_size = read_echo(pdu, u, o->echo);
	o->last_ns = pdu->last_ns;
	o->first_frame = pdu->first_frame;
	o->last_frame = pdu->last_frame;
	o->order = d->taken;
	o->alive = d->taken;
	o->alive_ns = pdu->last_ns;
	o->answerers = 0;
}

void isotp_uds_dialog_take(struct isotp_uds_dialog *d, const struct isotp_uds_pdu *pdu,
			   const struct isotp_uds *u, struct isotp_uds_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	if (u->kind == ISOTP_UDS_NONE || !pdu->length)
		return;
	d->taken++;
	if (u->kind == ISOTP_UDS_REQUEST)
		keep(d, pdu, u);
	else
		match(d, pdu, u, answer);
}
