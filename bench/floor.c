/* SPDX-License-Identifier: MIT */
/* Owns the yardstick for decoding: the least that a candump log costs, with its input trusted. */
/*
 *	floor text FILE		one line for each PDU of the pairs that generate makes
 *	floor verify FILE	the same PDUs as generate tells the truth
 *
 * Reads the log as it comes, in blocks, on one core; reads every frame whole, its time, ID and
 * data; looks the ID up in a table that would do for any IDs; copies the data together and prints
 * it. Remote and FD frames and lines that are no frames are passed over. What a decoder needs
 * besides is left out: nothing is checked that keeps it from reading wrong memory (a length, a
 * missing character, a line without an end), nothing is told but whole PDUs, and flow controls are
 * ignored.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
	BLOCK = 1 << 18,
	OUT_ROOM = 1 << 18,
	PDU_MAX = 4095,
	LINE_MAX_BYTES = 64 + 2 * PDU_MAX,
	FRAME_DATA = 8,
	SLOTS_11_BIT = 1 << 11,
	SLOTS_29_BIT = 1 << 8,
};

struct frame {
	uint64_t time_us;
	uint32_t id;
	bool wide;
	unsigned int len;
	uint8_t data[FRAME_DATA];
};

struct reception {
	uint32_t id;
	bool running;
	uint8_t sn; /* awaited */
	unsigned int length, received;
	uint8_t data[PDU_MAX + FRAME_DATA];
};

struct decoder {
	struct reception *by_11_bit[SLOTS_11_BIT], *by_29_bit[SLOTS_29_BIT];
	void (*write_pdu)(struct decoder *d, const struct frame *last, const uint8_t *data,
			  unsigned int length);
	uint64_t frames;
	int8_t digits[256]; /* the value of a hex digit, else -1 */
	uint16_t hex[256];  /* the two digits of a byte, as they lie in memory */
	size_t out_used;
	char out[OUT_ROOM + LINE_MAX_BYTES];
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- output --- */

static void flush(struct decoder *d)
{
	for (size_t done = 0; done < d->out_used;) {
		const ssize_t n = write(STDOUT_FILENO, d->out + done, d->out_used - done);

		if (n < 0)
			fail("stdout");
		done += (size_t)n;
	}
	d->out_used = 0;
}

static char *put_decimal(char *at, uint64_t value, unsigned int digits)
{
	for (unsigned int i = digits; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static char *put_number(char *at, uint64_t value)
{
	unsigned int digits = 1;

	for (uint64_t rest = value; rest >= 10; rest /= 10)
		digits++;
	return put_decimal(at, value, digits);
}

static char *put_hex(const struct decoder *d, char *at, const uint8_t *data, unsigned int length)
{
	for (unsigned int i = 0; i < length; i++)
		memcpy(at + 2 * i, &d->hex[data[i]], 2);
	return at + 2 * length;
}

static char *put_id(char *at, uint32_t id, unsigned int digits)
{
	while (digits--)
		*at++ = "0123456789ABCDEF"[id >> 4 * digits & 0xF];
	return at;
}

/* (SECONDS.MICROSECONDS) ID [LENGTH] DATA */
static void write_text(struct decoder *d, const struct frame *last, const uint8_t *data,
		       unsigned int length)
{
	char *at = d->out + d->out_used;

	*at++ = '(';
	at = put_number(at, last->time_us / 1000000);
	*at++ = '.';
	at = put_decimal(at, last->time_us % 1000000, 6);
	*at++ = ')';
	*at++ = ' ';
	at = put_id(at, last->id, last->wide ? 8 : 3);
	*at++ = ' ';
	*at++ = '[';
	at = put_number(at, length);
	*at++ = ']';
	*at++ = ' ';
	at = put_hex(d, at, data, length);
	*at++ = '\n';
	d->out_used = (size_t)(at - d->out);
}

static void write_truth(struct decoder *d, const struct frame *last, const uint8_t *data,
			unsigned int length)
{
	const int n =
		snprintf(d->out + d->out_used, LINE_MAX_BYTES, "%llu %X %u %08lx\n",
			 (unsigned long long)d->frames, last->id, length, crc32(0, data, length));

	d->out_used += (size_t)n;
}

static inline void finish_pdu(struct decoder *d, const struct frame *last, const uint8_t *data,
			      unsigned int length)
{
	d->write_pdu(d, last, data, length);
	if (d->out_used >= OUT_ROOM)
		flush(d);
}

/* --- reassembly --- */

static inline struct reception **slot_of(struct decoder *d, uint32_t id, bool wide)
{
	uint32_t slot = id * 0x9E3779B1u >> 24;

	if (!wide)
		return &d->by_11_bit[id % SLOTS_11_BIT];
	while (d->by_29_bit[slot] && d->by_29_bit[slot]->id != id)
		slot = (slot + 1) % SLOTS_29_BIT;
	return &d->by_29_bit[slot];
}

static inline void begin_reception(struct reception *r, const struct frame *f)
{
	r->length = (f->data[0] & 0xFu) << 8 | f->data[1];
	memcpy(r->data, f->data + 2, 6);
	r->received = 6;
	r->sn = 1;
	r->running = true;
}

/* Copies all 7 bytes whatever the frame has: that is quicker, and there is room. */
static inline void continue_reception(struct decoder *d, struct reception *r, const struct frame *f)
{
	if (!r->running)
		return;
	if ((f->data[0] & 0xF) != r->sn) {
		r->running = false;
		return;
	}
	memcpy(r->data + r->received, f->data + 1, 7);
	r->received += f->len - 1;
	r->sn = (r->sn + 1) & 0xF;
	if (r->received < r->length)
		return;
	r->running = false;
	finish_pdu(d, f, r->data, r->length);
}

static inline void take_frame(struct decoder *d, const struct frame *f)
{
	struct reception *r = *slot_of(d, f->id, f->wide);

	if (!r || !f->len)
		return;
	switch (f->data[0] >> 4) {
	case 0:
		r->running = false;
		finish_pdu(d, f, f->data + 1, f->data[0]);
		break;
	case 1:
		begin_reception(r, f);
		break;
	case 2:
		continue_reception(d, r, f);
		break;
	}
}

/* --- input --- */

static inline const uint8_t *skip_line(const uint8_t *at)
{
	while (*at != '\n')
		at++;
	return at + 1;
}

static inline const uint8_t *read_number(const uint8_t *at, uint8_t end, uint64_t *value)
{
	for (*value = 0; *at != end; at++)
		*value = *value * 10 + (uint8_t)(*at - '0');
	return at + 1;
}

static inline const uint8_t *read_id(const struct decoder *d, const uint8_t *at, struct frame *f)
{
	const uint8_t *const begin = at;
	int8_t digit;

	for (f->id = 0; (digit = d->digits[*at]) >= 0; at++)
		f->id = f->id << 4 | (uint8_t)digit;
	f->wide = at - begin == 8;
	return at;
}

static inline const uint8_t *read_data(const struct decoder *d, const uint8_t *at, struct frame *f)
{
	for (f->len = 0; f->len < FRAME_DATA; f->len++, at += 2) {
		const int8_t high = d->digits[at[0]];

		if (high < 0)
			break;
		f->data[f->len] = (uint8_t)(high << 4 | d->digits[at[1]]);
	}
	return at;
}

/* "(SECONDS.MICROSECONDS) BUS ID#DATA\n"; where the next line begins. "#R" and "##": no data. */
static inline const uint8_t *read_line(const struct decoder *d, const uint8_t *at, struct frame *f)
{
	uint64_t s, us;

	at = read_number(at + 1, '.', &s);
	at = read_number(at, ')', &us);
	f->time_us = s * 1000000 + us;
	for (at++; *at != ' '; at++)
		;
	at = read_data(d, read_id(d, at + 1, f) + 1, f);
	return skip_line(at);
}

static void read_lines(struct decoder *d, const uint8_t *at, const uint8_t *end)
{
	while (at < end) {
		struct frame f;

		if (*at != '(') {
			at = skip_line(at);
			continue;
		}
		at = read_line(d, at, &f);
		take_frame(d, &f);
		d->frames++;
	}
}

static void read_log(struct decoder *d, const char *name)
{
	static uint8_t block[BLOCK];
	const int fd = open(name, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n;

	if (fd < 0)
		fail(name);
	while ((n = read(fd, block + used, sizeof(block) - used)) > 0) {
		const uint8_t *last;

		used += (size_t)n;
		last = memrchr(block, '\n', used);
		if (!last)
			continue;
		last++;
		read_lines(d, block, last);
		used -= (size_t)(last - block);
		memmove(block, last, used);
	}
	if (n < 0)
		fail(name);
	close(fd);
}

/* --- set-up --- */

static void add_id(struct decoder *d, uint32_t id, bool wide)
{
	struct reception *r = calloc(1, sizeof(*r));

	if (!r)
		fail("memory");
	r->id = id;
	*slot_of(d, id, wide) = r;
}

static void init_decoder(struct decoder *d)
{
	static const uint8_t ecus[] = { 0x10, 0x18, 0x28, 0x40 };

	for (uint32_t i = 0; i < 16; i++)
		add_id(d, 0x7E0 + i, false);
	for (uint32_t i = 0; i < 4; i++) {
		add_id(d, 0x700 + i, false);
		add_id(d, 0x708 + i, false);
		add_id(d, 0x18DA00F1 | (uint32_t)ecus[i] << 8, true);
		add_id(d, 0x18DAF100 | ecus[i], true);
	}
	memset(d->digits, -1, sizeof(d->digits));
	for (unsigned int i = 0; i < 256; i++) {
		const char digits[] = { "0123456789ABCDEF"[i >> 4], "0123456789ABCDEF"[i & 0xF] };

		memcpy(&d->hex[i], digits, sizeof(digits));
		if (i < 16)
			d->digits[(uint8_t)digits[1]] = (int8_t)i;
	}
}

int main(int argc, char **argv)
{
	static struct decoder decoder;

	if (argc == 3 && !strcmp(argv[1], "text"))
		decoder.write_pdu = write_text;
	else if (argc == 3 && !strcmp(argv[1], "verify"))
		decoder.write_pdu = write_truth;
	if (!decoder.write_pdu) {
		fputs("usage: floor text|verify FILE\n", stderr);
		return 2;
	}
	init_decoder(&decoder);
	read_log(&decoder, argv[2]);
	flush(&decoder);
	return 0;
}
