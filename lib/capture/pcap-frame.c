/* SPDX-License-Identifier: MIT */
/* Owns SocketCAN's structs as packets have them, and telling in which order an ID is stored. */
#include "pcap-frame.h"

#include <endian.h>
#include <string.h>

enum {
	STRUCT_HEADER = 8, /* ID, length, flags; then data */
	CANFD_MTU = 72,	   /* the size that a struct canfd_frame has */
	XL_FLAG = 0x80,	   /* CANXL_XLF, where others have the length */
	FD_BRS = 0x01,
	FD_ESI = 0x02,
	FD_FDF = 0x04,
	/* classes of error frames (CAN_ERR_* of <linux/can/error.h>) end far below this */
	ERROR_CLASS_MAX = 0xFFFF,
};

#define ID_EXTENDED 0x80000000u
#define ID_REMOTE   0x40000000u
#define ID_ERROR    0x20000000u

/* Where the cooked headers have the protocol and the interface (-1: not), and their sizes. */
struct cooked {
	size_t size, protocol;
	int ifindex;
};
static const struct cooked sll = { 16, 14, -1 }, sll2 = { 20, 0, 4 };

/* LINUX_SLL_P_CAN and its like. */
enum protocol { CLASSIC = 0x000C, FD = 0x000D, XL = 0x000E };

static const char cut_off[] = "is cut off";

static uint32_t load_big(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return be32toh(v);
}

static enum isotp_verdict remove_header(const struct cooked *header, size_t *length,
					struct isotp_pcap_packet *packet, const char **why)
{
	unsigned int protocol;

	if (packet->captured < header->size || *length < header->size)
		return isotp_damaged(why, cut_off);
	protocol = packet->can[header->protocol] * 256u + packet->can[header->protocol + 1];
	if (header->ifindex >= 0)
		packet->ifindex = load_big(packet->can + header->ifindex);
	packet->can += header->size;
	packet->captured -= header->size;
	*length -= header->size;
	packet->fd = protocol == FD;
	if (protocol == XL)
		return ISOTP_IS_XL;
	return protocol == CLASSIC || protocol == FD ? ISOTP_IS_FRAME : ISOTP_IS_OTHER;
}

enum isotp_verdict isotp_pcap_unwrap(int link, const uint8_t *data, size_t captured, size_t length,
				     struct isotp_pcap_packet *packet, const char **why)
{
	enum isotp_verdict verdict = ISOTP_IS_FRAME;

	*packet = (struct isotp_pcap_packet){ .can = data, .captured = captured };
	if (link != ISOTP_LINK_CAN)
		verdict =
			remove_header(link == ISOTP_LINK_SLL ? &sll : &sll2, &length, packet, why);
	if (verdict != ISOTP_IS_FRAME)
		return verdict;
	if (length < STRUCT_HEADER)
		return isotp_damaged(why, "is too short to be a frame");
	if (packet->captured < STRUCT_HEADER)
		return isotp_damaged(why, cut_off);
	if (packet->can[4] & XL_FLAG)
		return ISOTP_IS_XL;
	if (length == CANFD_MTU || packet->can[5] & FD_FDF)
		packet->fd = true;
	return ISOTP_IS_FRAME;
}

static uint32_t read_id(const uint8_t *at, enum isotp_id_order order)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	if (order == ISOTP_ID_NATIVE)
		return v;
	return order == ISOTP_ID_BIG ? be32toh(v) : le32toh(v);
}

/* False for what no frame has. */
static bool set_id(uint32_t id, struct isotp_frame *f)
{
	const uint32_t value = id & ISOTP_CAN_ID_MAX_29;

	f->flags = 0;
	if (id & ID_ERROR) {
		f->id = (struct isotp_can_id){ value, 29 };
		f->flags = ISOTP_FRAME_ERROR;
		return !(id & (ID_EXTENDED | ID_REMOTE));
	}
	f->id = (struct isotp_can_id){ value, id & ID_EXTENDED ? 29 : 11 };
	if (id & ID_REMOTE)
		f->flags = ISOTP_FRAME_REMOTE;
	return id & ID_EXTENDED || value <= ISOTP_CAN_ID_MAX_11;
}

static bool copy_data(const struct isotp_pcap_packet *packet, struct isotp_frame *f)
{
	const size_t there = packet->captured - STRUCT_HEADER;

	if (f->flags & ISOTP_FRAME_REMOTE)
		memset(f->data, 0, ISOTP_FRAME_MAX_CLASSIC);
	else if (there < f->len)
		return false;
	else if (f->len <= ISOTP_FRAME_MAX_CLASSIC && there >= ISOTP_FRAME_MAX_CLASSIC)
		memcpy(f->data, packet->can + STRUCT_HEADER, ISOTP_FRAME_MAX_CLASSIC);
	else
		memcpy(f->data, packet->can + STRUCT_HEADER, f->len);
	return true;
}

enum isotp_verdict isotp_pcap_decode(const struct isotp_pcap_packet *packet,
				     enum isotp_id_order order, struct isotp_frame *f,
				     const char **why)
{
	const uint8_t flags = packet->can[5];

	f->len = packet->can[4];
	if (!set_id(read_id(packet->can, order), f) || (packet->fd && f->flags))
		return isotp_damaged(why, ISOTP_NO_ID);
	if (!isotp_frame_len_valid(f->len, packet->fd))
		return isotp_damaged(why, ISOTP_NO_LENGTH);
	if (!copy_data(packet, f))
		return isotp_damaged(why, cut_off);
	if (packet->fd)
		f->flags = (uint8_t)(ISOTP_FRAME_FD | (flags & FD_BRS ? ISOTP_FRAME_BRS : 0) |
				     (flags & FD_ESI ? ISOTP_FRAME_ESI : 0));
	return ISOTP_IS_FRAME;
}

static bool is_possible(uint32_t id)
{
	struct isotp_frame f;

	if (!set_id(id, &f))
		return false;
	return !(f.flags & ISOTP_FRAME_ERROR) || f.id.value <= ERROR_CLASS_MAX;
}

int isotp_pcap_order_evidence(const struct isotp_pcap_packet *packet)
{
	return is_possible(read_id(packet->can, ISOTP_ID_LITTLE)) -
	       is_possible(read_id(packet->can, ISOTP_ID_BIG));
}
