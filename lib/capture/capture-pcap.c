/* SPDX-License-Identifier: MIT */
/* Owns reading pcap and pcapng, through libpcap, into records. */
#include "capture-internal.h"
#include "pcap-frame.h"
#include "pcap-walk.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX INT64_C(18000000000) /* what 64 bits of ns hold, about */

enum {
	AHEAD = 64,	   /* packets by which the order of the IDs is judged at a time */
	COOKED_BUSES = 64, /* interfaces of a cooked capture that are told apart */
};

/* A packet that waits until the order of the IDs is known. */
struct held {
	struct pcap_pkthdr header;
	uint16_t bus;
	uint8_t data[ISOTP_PCAP_LOOKED_AT];
};

/* What an interface index within a cooked capture is to us. */
struct cooked_bus {
	uint16_t from, bus; /* the interface that was captured on, "any" */
	uint32_t ifindex;
};

struct pcap_reader {
	pcap_t *pcap;
	int link;
	int over; /* 1: the end, below 0: why it was the end */
	enum isotp_id_order order;
	bool undecided; /* the order */
	int held, next_held;
	unsigned int cooked_buses;
	uint64_t given, taken; /* packets: by libpcap, into records or books */
	struct isotp_record *records;
	int count;
	bool ng, walking;
	struct cooked_bus cooked[COOKED_BUSES];
	struct held ahead[AHEAD];
	struct isotp_pcap_walk walk;
	char buffer[ISOTP_WALK_BYTES];
};

/* --- from packets to records --- */

/*
 * In a capture on "any", each interface is a bus. The first one has the name of the capture's
 * interface: mostly there is but one.
 */
static uint16_t cooked_bus(struct isotp_capture *c, uint16_t from, uint32_t ifindex)
{
	struct pcap_reader *r = c->state;
	char name[ISOTP_BUS_NAME_MAX + 1];
	struct cooked_bus found = { .from = from, .bus = from, .ifindex = ifindex };
	bool first = true;
	int len;

	for (unsigned int i = 0; i < r->cooked_buses; i++) {
		if (r->cooked[i].from == from && r->cooked[i].ifindex == ifindex)
			return r->cooked[i].bus;
		first = first && r->cooked[i].from != from;
	}
	if (!first) {
		len = snprintf(name, sizeof(name), "if%u", (unsigned int)ifindex);
		found.bus = isotp_buses_index(&c->buses, name, (size_t)len);
	}
	if (r->cooked_buses < COOKED_BUSES)
		r->cooked[r->cooked_buses++] = found;
	return found.bus;
}

/* In ns, as asked for. The times of a damaged file may be anything, also below 0. */
static uint64_t time_of(const struct pcap_reader *r, const struct pcap_pkthdr *header)
{
	/* pcap has 32 bits without a sign, which libpcap takes for signed ones */
	const int64_t seconds = r->ng ? header->ts.tv_sec : (uint32_t)header->ts.tv_sec;
	const int64_t ns = header->ts.tv_usec;

	if (seconds < 0 || ns < 0 || seconds > SECONDS_MAX)
		return 0;
	return (uint64_t)seconds * 1000000000 + (uint64_t)ns;
}

static void take(struct isotp_capture *c, const struct pcap_pkthdr *header, const uint8_t *data,
		 uint16_t bus)
{
	struct pcap_reader *r = c->state;
	struct isotp_record *record = &r->records[r->count];
	struct isotp_pcap_packet packet;
	const char *why;
	enum isotp_verdict verdict =
		isotp_pcap_unwrap(r->link, data, header->caplen, header->len, &packet, &why);

	r->taken++;
	if (verdict == ISOTP_IS_FRAME)
		verdict = isotp_pcap_decode(&packet, r->order, &record->frame, &why);
	if (!isotp_capture_count(c, verdict, r->taken, why, record))
		return;
	record->time_ns = time_of(r, header);
	record->bus = packet.ifindex ? cooked_bus(c, bus, packet.ifindex) : bus;
	r->count++;
}

/* --- the order of the IDs --- */

static int evidence_of(const struct pcap_reader *r, const struct held *h)
{
	struct isotp_pcap_packet packet;
	const char *why;

	if (isotp_pcap_unwrap(r->link, h->data, h->header.caplen, h->header.len, &packet, &why) !=
	    ISOTP_IS_FRAME)
		return 0;
	return isotp_pcap_order_evidence(&packet);
}

/* As long as no ID tells, they are read as they should be, and the next ones are looked at, too. */
static void decide_order(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;
	int evidence = 0;

	for (int i = 0; i < r->held; i++)
		evidence += evidence_of(r, &r->ahead[i]);
	if (!evidence)
		return;
	r->undecided = false;
	c->status.swapped = evidence > 0;
	r->order = evidence > 0 ? ISOTP_ID_LITTLE : ISOTP_ID_BIG;
}

static void hold(struct pcap_reader *r, const struct pcap_pkthdr *header, const uint8_t *data,
		 uint16_t bus)
{
	struct held *h = &r->ahead[r->held++];

	h->header = *header;
	h->bus = bus;
	if (h->header.caplen > sizeof(h->data))
		h->header.caplen = sizeof(h->data);
	memcpy(h->data, data, h->header.caplen);
}

static void take_held(struct isotp_capture *c, int room)
{
	struct pcap_reader *r = c->state;

	while (r->next_held < r->held && r->count < room) {
		const struct held *h = &r->ahead[r->next_held++];

		take(c, &h->header, h->data, h->bus);
	}
	if (r->next_held == r->held)
		r->held = r->next_held = 0;
}

/* --- libpcap --- */

static void on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
	struct isotp_capture *c = (struct isotp_capture *)user;
	struct pcap_reader *r = c->state;
	const uint16_t bus = isotp_pcap_walk_take(&r->walk);

	r->given++;
	if (r->undecided)
		hold(r, header, data, bus);
	else
		take(c, header, data, bus);
}

/* Packets that libpcap can give without waiting; of a file, all that anyone wants. */
static uint64_t packets_there(const struct isotp_capture *c)
{
	const struct pcap_reader *r = c->state;

	return c->source.regular ? UINT64_MAX : r->walk.packets - r->given;
}

static int room_for_packets(const struct pcap_reader *r, int room)
{
	return r->undecided ? AHEAD - r->held : room - r->count;
}

/* What ends a capture early. A writer that was killed leaves its last record cut off, as it leaves
 * the last line of a log: that one record is damaged. */
static int failure(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;

	if (c->source.failed)
		return isotp_capture_source_failed(c, c->source.failed);
	if (strstr(pcap_geterr(r->pcap), "truncated")) {
		isotp_capture_count(c, ISOTP_IS_DAMAGED, r->given + 1, "is cut off", NULL);
		return 1;
	}
	return isotp_capture_fail(c, -EBADMSG, "libpcap reads no further: %s",
				  pcap_geterr(r->pcap));
}

/* Asks for so many packets. Sets r->over when nothing follows; packets may have come before. */
static void dispatch(struct isotp_capture *c, int packets)
{
	struct pcap_reader *r = c->state;
	const int rc = pcap_dispatch(r->pcap, packets, on_packet, (u_char *)c);

	if (rc < 0)
		r->over = failure(c);
	else if (rc == 0)
		r->over = 1;
}

/* Waits for a packet, and takes with it what is there. */
static void fetch(struct isotp_capture *c, int room)
{
	struct pcap_reader *r = c->state;
	uint64_t there = packets_there(c);

	if (!there)
		there = 1;
	while (there && !r->over && room_for_packets(r, room) > 0) {
		const int most = room_for_packets(r, room);

		dispatch(c, there < (uint64_t)most ? (int)there : most);
		there = packets_there(c);
	}
	if (r->undecided)
		decide_order(c);
}

static int reader_read(struct isotp_capture *c, struct isotp_record *records, int room)
{
	struct pcap_reader *r = c->state;

	r->records = records;
	r->count = 0;
	while (!r->count && (r->held || !r->over)) {
		if (!r->held)
			fetch(c, room);
		take_held(c, room);
	}
	if (r->count)
		return r->count;
	return r->over < 0 ? r->over : 0;
}

/* --- opening --- */

static ssize_t pass_bytes(void *cookie, char *to, size_t size)
{
	struct isotp_capture *c = cookie;
	struct pcap_reader *r = c->state;
	const ssize_t n = isotp_source_read(&c->source, to, size);

	if (n < 0) {
		errno = (int)-n;
		return -1;
	}
	if (r->walking)
		isotp_pcap_walk_pass(&r->walk, to, (size_t)n);
	return n;
}

static FILE *open_stream(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;
	FILE *f = fopencookie(c, "r", (cookie_io_functions_t){ .read = pass_bytes });

	if (!f)
		return NULL;
	setvbuf(f, r->buffer, _IOFBF, sizeof(r->buffer));
	/* it is nobody else's: libpcap's two reads a packet need no lock */
	__fsetlocking(f, FSETLOCKING_BYCALLER);
	return f;
}

static int open_savefile(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;
	char why[PCAP_ERRBUF_SIZE] = "";
	FILE *f = open_stream(c);

	if (!f)
		return -ENOMEM;
	r->pcap = pcap_fopen_offline_with_tstamp_precision(f, PCAP_TSTAMP_PRECISION_NANO, why);
	if (r->pcap)
		return 0;
	fclose(f);
	if (c->source.failed)
		return isotp_capture_source_failed(c, c->source.failed);
	return isotp_capture_fail(c, -EBADMSG, "libpcap cannot read it: %s", why);
}

static int check_link(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;
	const char *name;

	r->link = pcap_datalink(r->pcap);
	if (r->link == ISOTP_LINK_CAN || r->link == ISOTP_LINK_SLL || r->link == ISOTP_LINK_SLL2)
		return 0;
	name = pcap_datalink_val_to_name(r->link);
	return isotp_capture_fail(c, -EPROTONOSUPPORT, "has link type %d (%s), which is not CAN",
				  r->link, name ? name : "unknown");
}

static void set_order(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;

	/* in cooked packets libpcap has turned the IDs round where the machines differ */
	r->order = r->link == ISOTP_LINK_CAN ? ISOTP_ID_BIG : ISOTP_ID_NATIVE;
	if (r->link != ISOTP_LINK_CAN)
		return;
	r->undecided = c->settings.swap == ISOTP_CAPTURE_SWAP_AUTO;
	c->status.swapped = !r->undecided;
	if (c->status.swapped)
		r->order = ISOTP_ID_LITTLE;
}

static int reader_open(struct isotp_capture *c)
{
	struct pcap_reader *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	c->state = r;
	isotp_pcap_walk_init(&r->walk, &c->buses);
	r->ng = c->source.buffer[c->source.begin] == 0x0A;
	r->walking = r->ng || !c->source.regular;
	if (!r->ng)
		isotp_buses_index(&c->buses, "can0", 4);
	rc = open_savefile(c);
	if (rc == 0)
		rc = check_link(c);
	if (rc == 0)
		set_order(c);
	return rc;
}

static void reader_close(struct isotp_capture *c)
{
	struct pcap_reader *r = c->state;

	if (r && r->pcap)
		pcap_close(r->pcap);
	free(r);
}

const struct isotp_capture_reader isotp_reader_pcap = {
	.open = reader_open,
	.read = reader_read,
	.close = reader_close,
};
