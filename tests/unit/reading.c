/* SPDX-License-Identifier: MIT */
/* Owns what the tests of captures share. */
#include "reading.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

int file_of(const void *bytes, size_t n)
{
	const int fd = memfd_create("capture", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Each read from this socket gives one byte: a packet of it. */
static int socket_of(const uint8_t *bytes, size_t n, pid_t *writer)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	*writer = fork();
	assert_true(*writer >= 0);
	if (*writer == 0) {
		close(ends[0]);
		for (size_t i = 0; i < n; i++)
			if (send(ends[1], bytes + i, 1, MSG_NOSIGNAL) != 1)
				break;
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static char *format_frame(const struct isotp_frame *f, char *at)
{
	const uint32_t id = f->id.value | (f->flags & ISOTP_FRAME_ERROR ? 0x20000000u : 0);

	at += sprintf(at, f->id.width == 11 ? "%03X#" : "%08X#", id);
	if (f->flags & ISOTP_FRAME_REMOTE)
		return at + sprintf(at, "R%d", f->len);
	if (f->flags & ISOTP_FRAME_FD)
		at += sprintf(at, "#%d",
			      (f->flags & ISOTP_FRAME_BRS ? 1 : 0) |
				      (f->flags & ISOTP_FRAME_ESI ? 2 : 0));
	for (int i = 0; i < f->len; i++)
		at += sprintf(at, "%02X", f->data[i]);
	return at;
}

static void format(struct reading *r, const struct isotp_capture *c, const struct isotp_record *x)
{
	char *at = r->text + strlen(r->text);

	assert_true(at - r->text < READING_TEXT - 512);
	assert_true(isotp_frame_len_valid(x->frame.len, x->frame.flags & ISOTP_FRAME_FD));
	at += sprintf(at, "%" PRIu64 " %" PRIu64 ".%09" PRIu64 " %s ", x->number,
		      x->time_ns / 1000000000, x->time_ns % 1000000000,
		      isotp_capture_bus(c, x->bus));
	at = format_frame(&x->frame, at);
	strcpy(at, "\n");
	if (x->bus > r->bus_max)
		r->bus_max = x->bus;
}

static void read_all(struct reading *r, struct isotp_capture *c, int room)
{
	struct isotp_record records[64];

	do {
		r->ended = isotp_capture_read(c, records, room);
		for (int i = 0; i < r->ended; i++)
			format(r, c, &records[i]);
	} while (r->ended > 0);
}

static void read_fd(struct reading *r, int fd, const struct way *way)
{
	const struct isotp_capture_settings settings = { .stop_fd = -1, .swap = way->swap };
	struct isotp_capture *c;

	r->text[0] = '\0';
	r->bus_max = -1;
	r->opened = isotp_capture_open(&c, fd, &settings);
	read_all(r, c, way->room ? way->room : 7);
	r->status = *isotp_capture_status(c);
	isotp_capture_close(c);
}

void read_bytes(struct reading *r, const void *bytes, size_t n, const struct way *way)
{
	pid_t writer = 0;
	const int fd = way->by_bytes ? socket_of(bytes, n, &writer) : file_of(bytes, n);

	read_fd(r, fd, way);
	close(fd);
	if (writer)
		assert_int_equal(waitpid(writer, NULL, 0), writer);
}

void read_text(struct reading *r, const char *text)
{
	const struct way way = { 0 };

	read_bytes(r, text, strlen(text), &way);
}

void put(struct bytes *b, const void *from, size_t n)
{
	assert_true(n <= sizeof(b->at) - b->n);
	memcpy(b->at + b->n, from, n);
	b->n += n;
}

void put8(struct bytes *b, unsigned int v)
{
	const uint8_t byte = (uint8_t)v;

	put(b, &byte, 1);
}

void put16(struct bytes *b, unsigned int v)
{
	put8(b, b->big ? v >> 8 : v);
	put8(b, b->big ? v : v >> 8);
}

void put32(struct bytes *b, uint32_t v)
{
	put16(b, b->big ? v >> 16 : v & 0xFFFF);
	put16(b, b->big ? v & 0xFFFF : v >> 16);
}

void put_gzip(struct bytes *b, const void *from, size_t n)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)from;
	z.avail_in = (unsigned int)n;
	z.next_out = b->at + b->n;
	z.avail_out = (unsigned int)(sizeof(b->at) - b->n);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b->n += z.total_out;
	deflateEnd(&z);
}

void assert_reading(const char *name, const struct reading *r, const char *want)
{
	if (!strcmp(r->text, want))
		return;
	print_error("%s\n   gives\n%s   instead of\n%s", name, r->text, want);
	if (r->status.damaged)
		print_error("   line or record %" PRIu64 " %s\n", r->status.places[0].at,
			    r->status.places[0].why);
	if (r->status.error[0])
		print_error("   it %s\n", r->status.error);
	fail();
}
