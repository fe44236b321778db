/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes UDS: the input is a script of PDUs, each decoded from memory that ends where it ends, and
 * taken into a dialog. Whatever comes, names are there where they are promised, and an answer is
 * matched with a request of its service, its bus and its kind of frame that came before it.
 */
#include "protocol/uds-dialog.h"

#include <stdlib.h>
#include <string.h>

enum { PDUS = 4096 };

struct input {
	const uint8_t *data;
	size_t left;
};

/* What went into the dialog, by the number of its frame. */
struct taken {
	struct isotp_endpoint from;
	uint8_t sid;
	enum isotp_uds_kind kind;
	uint64_t last_ns;
};

enum { NOBODY = 15 };

/* Testers, ECUs and functional IDs of each format. */
static const struct isotp_endpoint ends[16] = {
	{ .id = { 0x7E0, 11 } },
	{ .id = { 0x7E8, 11 } },
	{ .id = { 0x7E1, 11 } },
	{ .id = { 0x7E9, 11 } },
	{ .id = { 0x7DF, 11 } },
	{ .id = { 0x7E0, 11 }, .bus = 1 },
	{ .id = { 0x7E8, 11 }, .fd = true },
	{ .id = { 0x18DA10F1, 29 } },
	{ .id = { 0x18DAF110, 29 } },
	{ .id = { 0x18DAF211, 29 } },
	{ .id = { 0x18DB33F1, 29 } },
	{ .id = { 0x18CD33F1, 29 }, .has_byte = true, .byte = 0x55 },
	{ .id = { 0x18CEF120, 29 }, .has_byte = true, .byte = 0x55 },
	{ .id = { 0x6F1, 11 }, .has_byte = true, .byte = 0x12 },
	{ .id = { 0x612, 11 }, .has_byte = true, .byte = 0xF1 },
	[NOBODY] = { .id = { 0, 0 } },
};

static uint8_t next(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_name(const char *name)
{
	for (; name && *name; name++)
		require(*name >= ' ' && *name <= '~' && *name != '"' && *name != '\\');
}

static void check_fields(const struct isotp_uds *u, size_t len)
{
	require(u->sub <= 0x7F && u->echo <= ISOTP_UDS_ECHO_MAX);
	require(!u->echo || u->echo < len);
	require(u->has_sub ? len >= 2 : !u->sub && !u->sub_name && !u->level && !u->suppress);
	require(u->has_id ? len >= 1u + u->has_sub + u->id_size && u->id_size
			  : !u->id && !u->id_name && !u->id_size);
	require(!u->suppress || u->kind == ISOTP_UDS_REQUEST);
	require(u->nrc_name ? u->kind == ISOTP_UDS_NEGATIVE && len >= 3 : !u->nrc);
	check_name(u->service);
	check_name(u->sub_name);
	check_name(u->id_name);
	check_name(u->nrc_name);
}

static void decode(struct isotp_uds *u, const uint8_t *data, size_t len)
{
	const bool known = isotp_uds_decode(u, data, len);

	check_fields(u, len);
	if (known)
		require(u->service && u->kind != ISOTP_UDS_NONE);
	else
		require(!u->service && !u->has_sub && !u->has_id && !u->echo);
	if (len && !known && data[0] != ISOTP_UDS_NEGATIVE_RESPONSE)
		require(u->kind == isotp_uds_classify(data[0]));
	if (u->kind == ISOTP_UDS_NEGATIVE && len >= 3)
		require(u->nrc_name && u->sid == data[1] && u->nrc == data[2]);
}

static void check_answer(const struct isotp_uds_answer *answer, const struct taken *taken,
			 unsigned int now)
{
	const struct taken *request = &taken[answer->request_frame];

	if (!answer->found) {
		require(!answer->request_ns && !answer->request_frame && !answer->pending);
		return;
	}
	require(taken[now].kind == ISOTP_UDS_RESPONSE || taken[now].kind == ISOTP_UDS_NEGATIVE);
	require(answer->request_frame < now && answer->pending < now);
	require(request->kind == ISOTP_UDS_REQUEST && request->sid == taken[now].sid);
	require(request->from.bus == taken[now].from.bus && request->from.fd == taken[now].from.fd);
	require(!isotp_endpoint_equal(&request->from, &taken[now].from));
	require(answer->request_ns == request->last_ns);
}

/* Times go on, or now and then back. */
static uint64_t step_time(uint64_t now, uint8_t by)
{
	return by < 0xF0 ? now + (uint64_t)by * by * by * 1000000 : now - (by & 0x0F);
}

/* A copy of the next bytes that ends where they end. */
static uint8_t *take_bytes(struct input *in, size_t wanted, size_t *len)
{
	uint8_t *data;

	*len = wanted < in->left ? wanted : in->left;
	data = malloc(*len ? *len : 1);
	require(data);
	memcpy(data, in->data, *len);
	in->data += *len;
	in->left -= *len;
	return data;
}

static void take(struct isotp_uds_dialog *d, struct input *in, struct taken *taken,
		 unsigned int now, uint64_t *time)
{
	const uint8_t who = next(in);
	struct isotp_uds_pdu pdu = { .from = ends[who & 15], .peer = ends[who >> 4] };
	struct isotp_uds_answer answer;
	struct isotp_uds u;
	uint8_t *data;

	if ((who & 15) == NOBODY) /* one of many */
		pdu.from.id = (struct isotp_can_id){ 0x600u + next(in), 11 };
	data = take_bytes(in, next(in) & 0x1F, &pdu.length);
	*time = step_time(*time, next(in));
	pdu.first_ns = *time;
	pdu.last_ns = *time = step_time(*time, next(in) & 0x1F);
	pdu.first_frame = pdu.last_frame = now;
	pdu.data = data;
	decode(&u, data, pdu.length);
	taken[now] = (struct taken){ pdu.from, u.sid, u.kind, pdu.last_ns };
	isotp_uds_dialog_take(d, &pdu, &u, &answer);
	check_answer(&answer, taken, now);
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct isotp_uds_dialog d;
	static struct taken taken[PDUS];
	struct input in = { data, size };
	struct isotp_uds u;
	uint64_t time = 1000000000;

	decode(&u, data, size);
	memset(&d, 0, sizeof(d));
	for (unsigned int now = 0; in.left && now < PDUS; now++)
		take(&d, &in, taken, now, &time);
	return 0;
}
