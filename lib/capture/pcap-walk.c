/* SPDX-License-Identifier: MIT */
/* Owns walking along the records of a pcap and the blocks of a pcapng while libpcap reads them. */
#include "pcap-walk.h"

#include <stdio.h>
#include <string.h>

enum {
	FILE_HEADER = 24,
	RECORD_HEADER = 16,
	BLOCK_HEADER = 12, /* type, length, and what has an interface's number or the byte order */
	BLOCK_TRAILER = 4,
	OPTIONS = 16, /* where those of an interface description begin */
	OPTION_END = 0,
	OPTION_NAME = 2,
};

enum block_type {
	SECTION_HEADER = 0x0A0D0D0A,
	INTERFACE_DESCRIPTION = 1,
	PACKET = 2,
	SIMPLE_PACKET = 3,
	ENHANCED_PACKET = 6,
};

static uint32_t load16(const struct isotp_pcap_walk *w, size_t at)
{
	const uint32_t first = w->head[at], second = w->head[at + 1];

	return w->big ? first << 8 | second : second << 8 | first;
}

static uint32_t load32(const struct isotp_pcap_walk *w, size_t at)
{
	const uint32_t first = load16(w, at), second = load16(w, at + 2);

	return w->big ? first << 16 | second : second << 16 | first;
}

static void expect(struct isotp_pcap_walk *w, enum isotp_walk_stage stage, size_t want)
{
	w->stage = stage;
	w->have = 0;
	w->want = want;
}

/* --- pcap --- */

static void pass_magic(struct isotp_pcap_walk *w)
{
	w->big = w->head[0] == 0xA1;
	w->stage = w->head[0] == 0x0A ? ISOTP_WALK_BLOCK : ISOTP_WALK_FILE;
	w->want = w->head[0] == 0x0A ? BLOCK_HEADER : FILE_HEADER;
}

/* Records of other versions, and of the magic that has longer ones, are laid out otherwise. */
static void pass_file_header(struct isotp_pcap_walk *w)
{
	const uint8_t *magic = w->head;
	const bool longer = magic[0] == 0x34 || magic[3] == 0x34;

	expect(w, ISOTP_WALK_RECORD, RECORD_HEADER);
	if (longer || load16(w, 4) != 2 || load16(w, 6) != 4)
		w->stage = ISOTP_WALK_LOST;
}

static void pass_record_header(struct isotp_pcap_walk *w)
{
	w->skip = load32(w, 8);
	w->counts = true;
	expect(w, ISOTP_WALK_RECORD, RECORD_HEADER);
}

/* --- pcapng --- */

static bool is_in_section(const struct isotp_pcap_walk *w, uint16_t bus)
{
	for (unsigned int i = 0; i < w->interfaces; i++)
		if (w->interface_bus[i] == bus)
			return true;
	return false;
}

/* The name of this section's next interface; two of the same name are two buses. */
static uint16_t name_interface(struct isotp_pcap_walk *w, const char *name)
{
	char text[ISOTP_BUS_NAME_MAX + 1];
	uint16_t bus;
	int len;

	len = *name ? snprintf(text, sizeof(text), "%s", name)
		    : snprintf(text, sizeof(text), "can%u", w->interfaces);
	bus = isotp_buses_index(w->buses, text, (size_t)len);
	if (!is_in_section(w, bus))
		return bus;
	len = snprintf(text, sizeof(text), "%.50s.%u", *name ? name : "can", w->interfaces);
	return isotp_buses_index(w->buses, text, (size_t)len);
}

/* Untrusted bytes become printable text; NULs at the end are padding. */
static void copy_name(char *name, const uint8_t *from, size_t len)
{
	size_t n = 0;

	for (; n < len && n < ISOTP_BUS_NAME_MAX && from[n]; n++)
		name[n] = from[n] > ' ' && from[n] <= '~' ? (char)from[n] : '_';
	name[n] = '\0';
}

static void find_name(const struct isotp_pcap_walk *w, size_t end, char *name)
{
	size_t at = OPTIONS;

	*name = '\0';
	while (at + 4 <= end && load16(w, at) != OPTION_END) {
		const size_t len = load16(w, at + 2);

		if (at + 4 + len > end)
			return;
		if (load16(w, at) == OPTION_NAME) {
			copy_name(name, w->head + at + 4, len);
			return;
		}
		at += 4 + (len + 3) / 4 * 4;
	}
}

static void pass_interface(struct isotp_pcap_walk *w)
{
	const uint32_t length = load32(w, 4);
	char name[ISOTP_BUS_NAME_MAX + 1];

	find_name(w, w->want == length ? length - BLOCK_TRAILER : w->want, name);
	if (w->interfaces < ISOTP_CAPTURE_BUSES) {
		w->interface_bus[w->interfaces] = name_interface(w, name);
		w->interfaces++;
	}
	w->skip = length - w->want;
	expect(w, ISOTP_WALK_BLOCK, BLOCK_HEADER);
}

static void pass_packet(struct isotp_pcap_walk *w, uint32_t interface)
{
	uint16_t bus = 0;

	if (w->queued == ISOTP_WALK_QUEUE) {
		w->stage = ISOTP_WALK_LOST;
		return;
	}
	if (interface < w->interfaces)
		bus = w->interface_bus[interface];
	w->queue[(w->first + w->queued) % ISOTP_WALK_QUEUE] = bus;
	w->queued++;
	w->counts = true;
}

static void pass_block_header(struct isotp_pcap_walk *w)
{
	uint32_t type, length;

	if (w->head[0] == 0x0A && w->head[1] == 0x0D)
		w->big = w->head[8] == 0x1A;
	type = load32(w, 0);
	length = load32(w, 4);
	if (length < BLOCK_HEADER || length % 4) {
		w->stage = ISOTP_WALK_LOST;
		return;
	}
	if (type == INTERFACE_DESCRIPTION && length > OPTIONS) {
		w->stage = ISOTP_WALK_INTERFACE;
		w->want = length < sizeof(w->head) ? length : sizeof(w->head);
		return;
	}
	w->skip = length - BLOCK_HEADER;
	expect(w, ISOTP_WALK_BLOCK, BLOCK_HEADER);
	if (type == SECTION_HEADER)
		w->interfaces = 0;
	else if (type == ENHANCED_PACKET)
		pass_packet(w, load32(w, 8));
	else if (type == PACKET)
		pass_packet(w, load16(w, 8));
	else if (type == SIMPLE_PACKET)
		pass_packet(w, 0);
}

/* --- both --- */

static void pass_head(struct isotp_pcap_walk *w)
{
	switch (w->stage) {
	case ISOTP_WALK_MAGIC:
		pass_magic(w);
		break;
	case ISOTP_WALK_FILE:
		pass_file_header(w);
		break;
	case ISOTP_WALK_RECORD:
		pass_record_header(w);
		break;
	case ISOTP_WALK_BLOCK:
		pass_block_header(w);
		break;
	case ISOTP_WALK_INTERFACE:
		pass_interface(w);
		break;
	case ISOTP_WALK_LOST:
		break;
	}
}

void isotp_pcap_walk_init(struct isotp_pcap_walk *w, struct isotp_buses *buses)
{
	w->buses = buses;
	w->packets = w->skip = 0;
	w->counts = w->big = false;
	w->interfaces = w->first = w->queued = 0;
	expect(w, ISOTP_WALK_MAGIC, 4);
}

void isotp_pcap_walk_pass(struct isotp_pcap_walk *w, const void *bytes, size_t n)
{
	const uint8_t *at = bytes, *end = at + n;

	while (w->stage != ISOTP_WALK_LOST) {
		const size_t left = (size_t)(end - at);
		size_t part;

		if (w->skip) {
			part = left < w->skip ? left : (size_t)w->skip;
			w->skip -= part;
		} else {
			part = left < w->want - w->have ? left : w->want - w->have;
			memcpy(w->head + w->have, at, part);
			w->have += part;
			if (w->have == w->want)
				pass_head(w);
		}
		at += part;
		if (!w->skip && w->counts) {
			w->counts = false;
			w->packets++;
		}
		if (at == end)
			return;
	}
}

uint16_t isotp_pcap_walk_take(struct isotp_pcap_walk *w)
{
	uint16_t bus;

	if (!w->queued)
		return 0;
	bus = w->queue[w->first];
	w->first = (w->first + 1) % ISOTP_WALK_QUEUE;
	w->queued--;
	return bus;
}
