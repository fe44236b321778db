/* SPDX-License-Identifier: MIT */
/* Owns the made-up capture for decoding: ISO-TP conversations among other traffic, and the truth. */
/*
 *	generate [--sequential] [--seed=N] FRAMES PREFIX
 *
 * Writes the same frames as PREFIX.log (candump -L) and PREFIX.pcap (link type 227), and
 * PREFIX.pdus: for each PDU that is whole the number of its last frame (the first frame of the
 * file is 0), its ID, its length and the CRC-32 of its data. The same seed makes the same files.
 *
 * Half of the frames are ordinary cyclic traffic of 48 IDs. The other half are 16 pairs of a tester
 * and an ECU, who read data (0x22: a long answer) and transfer data (0x36: a long request). They
 * take turns at random, frame by frame; with --sequential, PDU by PDU. Flow control is kept to:
 * block sizes, and STmin, of which only values are asked for (0 and 100 us) that no two frames of
 * this file come near.
 */
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	PAIRS = 16,
	NARROW = 40, /* 11-bit IDs of cyclic traffic */
	WIDE = 8,    /* 29-bit ones */
	CYCLIC = NARROW + WIDE,
	PDU_MAX = 4095,
	FRAME_DATA = 8,
	FF_DATA = 6,
	CF_DATA = 7,
	PADDING = 0xAA,
	GAP_US = 180, /* at least, from frame to frame */
	STMIN_100_US = 0xF1,
	LINKTYPE_CAN_SOCKETCAN = 227,
};

static const uint64_t BEGIN_US = 1700000000000000, SEED = 1;
static const uint32_t EXTENDED = 0x80000000; /* of a pcap's ID */

struct frame {
	uint32_t id;
	bool wide; /* a 29-bit ID */
	uint8_t len;
	uint8_t data[FRAME_DATA];
};

/* A tester and an ECU, and the PDU that is under way between them. */
struct pair {
	uint32_t request, answer;
	bool wide, answering;
	uint8_t data[PDU_MAX];
	unsigned int length, sent;
	uint8_t flow_control[3];
	bool flow_control_due;
	uint8_t sn;
	unsigned int left; /* CFs until the block ends; BS 0: never reaches 0 */
};

struct traffic {
	uint64_t random, time_us;
	bool sequential;
	struct pair pairs[PAIRS], *turn;
	unsigned int next_cyclic;
	uint8_t round;
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t random_bits(struct traffic *t)
{
	uint64_t z = t->random += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static void fill_randomly(struct traffic *t, uint8_t *data, size_t count)
{
	while (count) {
		const uint64_t bits = random_bits(t);
		const size_t n = count < sizeof(bits) ? count : sizeof(bits);

		memcpy(data, &bits, n);
		data += n;
		count -= n;
	}
}

/* --- the conversations: PDUs --- */

static unsigned int choose_length(struct traffic *t)
{
	static const struct {
		unsigned int length, weight;
	} sizes[] = {
		{ 8, 6 },   { 12, 6 },	{ 20, 10 }, { 33, 6 },	 { 62, 8 },   { 128, 4 },
		{ 255, 3 }, { 256, 3 }, { 512, 2 }, { 1024, 2 }, { 2048, 1 }, { 4095, 1 },
	};
	unsigned int pick = (unsigned int)(random_bits(t) % 52); /* the sum of the weights */
	size_t i = 0;

	while (pick >= sizes[i].weight)
		pick -= sizes[i++].weight;
	return sizes[i].length;
}

static void begin_pdu(struct pair *p, unsigned int length)
{
	p->length = length;
	p->sent = 0;
	p->sn = 1;
	p->flow_control_due = false;
}

static void begin_request(struct traffic *t, struct pair *p)
{
	const bool reading = random_bits(t) % 5 != 0;

	begin_pdu(p, reading ? 3 : choose_length(t));
	fill_randomly(t, p->data, p->length);
	p->data[0] = reading ? 0x22 : 0x36;
	p->answering = false;
}

/* The data identifier or the block counter of the request comes back. */
static void begin_answer(struct traffic *t, struct pair *p)
{
	const bool reading = p->data[0] == 0x22;

	begin_pdu(p, reading ? choose_length(t) : 2);
	if (reading)
		fill_randomly(t, p->data + 3, p->length - 3);
	p->data[0] |= 0x40;
	p->answering = true;
}

/* --- the conversations: frames --- */

static void choose_flow_control(struct traffic *t, struct pair *p)
{
	static const uint8_t block_sizes[] = { 0, 0, 8, 16 };
	const uint64_t bits = random_bits(t);

	p->flow_control[0] = 0x30;
	p->flow_control[1] = block_sizes[bits % 4];
	p->flow_control[2] = bits & 0x100 ? STMIN_100_US : 0;
	p->flow_control_due = true;
}

/* The rest of `f` is padding already. */
static void put_data(struct pair *p, struct frame *f, unsigned int offset, unsigned int room)
{
	const unsigned int rest = p->length - p->sent, n = rest < room ? rest : room;

	memcpy(f->data + offset, p->data + p->sent, n);
	p->sent += n;
}

static void put_flow_control(struct pair *p, struct frame *f)
{
	memcpy(f->data, p->flow_control, sizeof(p->flow_control));
	p->left = p->flow_control[1] ? p->flow_control[1] : UINT32_MAX;
	p->flow_control_due = false;
}

static void put_first_frame(struct pair *p, struct frame *f)
{
	f->data[0] = (uint8_t)(0x10 | p->length >> 8);
	f->data[1] = (uint8_t)p->length;
	put_data(p, f, 2, FF_DATA);
}

static void put_consecutive_frame(struct pair *p, struct frame *f)
{
	f->data[0] = 0x20 | p->sn;
	put_data(p, f, 1, CF_DATA);
	p->sn = (p->sn + 1) & 0xF;
	p->flow_control_due = --p->left == 0 && p->sent < p->length;
}

/* The next frame of a pair; true when it ends the PDU, which p->data still holds. */
static bool next_of_pair(struct traffic *t, struct pair *p, struct frame *f)
{
	if (p->sent == p->length)
		(p->answering ? begin_request : begin_answer)(t, p);
	*f = (struct frame){ .wide = p->wide, .len = FRAME_DATA };
	f->id = p->answering != p->flow_control_due ? p->answer : p->request;
	memset(f->data, PADDING, sizeof(f->data));
	if (p->flow_control_due) {
		put_flow_control(p, f);
	} else if (p->sent) {
		put_consecutive_frame(p, f);
	} else if (p->length < FRAME_DATA) {
		f->data[0] = (uint8_t)p->length;
		put_data(p, f, 1, CF_DATA);
	} else {
		put_first_frame(p, f);
		choose_flow_control(t, p);
	}
	return p->sent == p->length;
}

static void init_pairs(struct pair *pairs)
{
	static const uint8_t ecus[] = { 0x10, 0x18, 0x28, 0x40 };

	for (unsigned int i = 0; i < PAIRS; i++) {
		struct pair *p = &pairs[i];

		*p = (struct pair){ .request = 0x7E0 + i, .answer = 0x7E8 + i };
		if (i >= 12) {
			p->request = 0x18DA00F1 | (uint32_t)ecus[i - 12] << 8;
			p->answer = 0x18DAF100 | ecus[i - 12];
			p->wide = true;
		} else if (i >= 8) {
			p->request = 0x700 + i - 8;
			p->answer = 0x708 + i - 8;
		}
		p->answering = true; /* so that a request is next */
	}
}

/* --- the other traffic --- */

static void next_cyclic(struct traffic *t, struct frame *f)
{
	const unsigned int i = t->next_cyclic;

	*f = (struct frame){ .id = 0x080 + 13 * i, .len = FRAME_DATA };
	if (i >= NARROW) {
		f->id = 0x18FEE000 + 0x100 * (i - NARROW);
		f->wide = true;
	} else if (i % 5 == 0) {
		f->len = (uint8_t)(2 + i % 6);
	}
	fill_randomly(t, f->data, f->len);
	f->data[f->len - 2] = t->round;
	f->data[f->len - 1] = (uint8_t)i;
	t->next_cyclic = (i + 1) % CYCLIC;
	if (t->next_cyclic == 0)
		t->round++;
}

/* The next frame of the capture; the pair whose PDU it ends, or NULL. */
static const struct pair *next_frame(struct traffic *t, struct frame *f)
{
	const uint64_t bits = random_bits(t);
	struct pair *choice = &t->pairs[bits >> 8 & 0xF];

	t->time_us += GAP_US + (bits & 0x7F);
	if (bits & 0x80) {
		next_cyclic(t, f);
		return NULL;
	}
	if (!t->sequential || t->turn->sent == t->turn->length)
		t->turn = choice;
	return next_of_pair(t, t->turn, f) ? t->turn : NULL;
}

/* --- the files --- */

static char *put_hex(char *at, uint32_t value, unsigned int digits)
{
	while (digits--)
		*at++ = "0123456789ABCDEF"[value >> 4 * digits & 0xF];
	return at;
}

/* sprintf would take most of the time of this program. */
static char *put_decimal(char *at, uint32_t value, unsigned int digits)
{
	for (unsigned int i = digits; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static void write_log(FILE *log, uint32_t s, uint32_t us, const struct frame *f)
{
	char line[64], *at = line;

	*at++ = '(';
	at = put_decimal(at, s, 10);
	*at++ = '.';
	at = put_decimal(at, us, 6);
	memcpy(at, ") can0 ", 7);
	at = put_hex(at + 7, f->id, f->wide ? 8 : 3);
	*at++ = '#';
	for (unsigned int i = 0; i < f->len; i++)
		at = put_hex(at, f->data[i], 2);
	*at++ = '\n';
	fwrite(line, 1, (size_t)(at - line), log);
}

/* In this machine's byte order, which the magic number tells; only the ID is always big-endian. */
static void begin_pcap(FILE *pcap)
{
	const struct {
		uint32_t magic;
		uint16_t version[2];
		uint32_t zero[2], longest, link_type;
	} header = { 0xA1B2C3D4, { 2, 4 }, { 0 }, 262144, LINKTYPE_CAN_SOCKETCAN };

	fwrite(&header, sizeof(header), 1, pcap);
}

static void write_pcap(FILE *pcap, uint32_t s, uint32_t us, const struct frame *f)
{
	const uint32_t head[] = { s, us, 16, 16, htobe32(f->id | (f->wide ? EXTENDED : 0)) };
	uint8_t record[sizeof(head) + 4 + FRAME_DATA] = { 0 };

	memcpy(record, head, sizeof(head));
	record[sizeof(head)] = f->len;
	memcpy(record + sizeof(head) + 4, f->data, FRAME_DATA);
	fwrite(record, 1, sizeof(record), pcap);
}

static void write_truth(FILE *pdus, uint64_t number, uint32_t id, const struct pair *p)
{
	fprintf(pdus, "%llu %X %u %08lx\n", (unsigned long long)number, (unsigned int)id, p->length,
		crc32(0, p->data, p->length));
}

static FILE *create(const char *prefix, const char *suffix)
{
	char *name;
	FILE *file;

	if (asprintf(&name, "%s%s", prefix, suffix) < 0)
		fail(prefix);
	file = fopen(name, "w");
	if (!file)
		fail(name);
	free(name);
	return file;
}

static void finish(FILE *file, const char *prefix)
{
	const bool broken = ferror(file);

	errno = EIO; /* the reason of an earlier failure is gone */
	if (fclose(file) != 0 || broken)
		fail(prefix);
}

static void generate(struct traffic *t, uint64_t frames, const char *prefix)
{
	FILE *const log = create(prefix, ".log"), *const pcap = create(prefix, ".pcap");
	FILE *const pdus = create(prefix, ".pdus");

	begin_pcap(pcap);
	for (uint64_t i = 0; i < frames; i++) {
		struct frame f;
		const struct pair *ended = next_frame(t, &f);
		const uint32_t s = (uint32_t)(t->time_us / 1000000);
		const uint32_t us = (uint32_t)(t->time_us % 1000000);

		write_log(log, s, us, &f);
		write_pcap(pcap, s, us, &f);
		if (ended)
			write_truth(pdus, i, f.id, ended);
	}
	finish(log, prefix);
	finish(pcap, prefix);
	finish(pdus, prefix);
}

/* --- the command line --- */

static _Noreturn void usage(void)
{
	fputs("usage: generate [--sequential] [--seed=N] FRAMES PREFIX\n", stderr);
	exit(2);
}

static uint64_t number(const char *text)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end)
		usage();
	return n;
}

int main(int argc, char **argv)
{
	static struct traffic traffic;
	int i = 1;

	traffic = (struct traffic){ .random = SEED, .time_us = BEGIN_US };
	for (; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--sequential"))
			traffic.sequential = true;
		else if (!strncmp(argv[i], "--seed=", 7))
			traffic.random = number(argv[i] + 7);
		else
			usage();
	}
	if (argc - i != 2)
		usage();
	init_pairs(traffic.pairs);
	traffic.turn = traffic.pairs;
	generate(&traffic, number(argv[i]), argv[i + 1]);
	return 0;
}
