/* SPDX-License-Identifier: MIT */
/*
 * The tests' own node on a bus: "bustool log BUS" or "bustool play BUS".
 *
 * log prints "ready" once it is on the bus, then every frame as 7E0#0322F190 (FD: 7E0##0...), one a
 * line; it ends at SIGTERM or when nobody reads it.
 *
 * play sends the frames that standard input gives in the same form, one a line. "wait ID" says
 * "waiting" and waits for a frame with this ID, "pause MS" for a time.
 */
#include "cli/tool.h"
#include "protocol/address.h"
#include "protocol/hex.h"
#include "protocol/stack.h"
#include "transport/bus.h"
#include "transport/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

enum { SECOND_NS = 1000000000, MS_NS = 1000000 };

static struct isotp_bus *bus;

/* What came while the last frame was being sent: each "wait" first takes from there. */
static struct {
	struct isotp_bus_frame frames[256];
	int next, count;
} backlog;

static _Noreturn void leave(int status)
{
	isotp_bus_close(bus);
	exit(status);
}

static _Noreturn void fail(const char *what, const char *detail)
{
	fprintf(stderr, "bustool: %s: %s\n", what, detail);
	leave(1);
}

static void print_frame(const struct isotp_frame *f)
{
	char id[ISOTP_CAN_ID_TEXT];

	printf("%s#", isotp_can_id_format(f->id, id));
	if (f->flags & ISOTP_FRAME_FD)
		printf("#%u", (f->flags & ISOTP_FRAME_BRS ? 1u : 0) |
				      (f->flags & ISOTP_FRAME_ESI ? 2u : 0));
	for (int i = 0; i < f->len; i++)
		printf("%02X", f->data[i]);
	putchar('\n');
}

/* Waits up to `deadline` and takes what has come; 0 also when only the bus had something to do. */
static int receive(struct isotp_bus_frame *frames, int room, uint64_t deadline)
{
	struct pollfd fds[2] = { { .fd = isotp_bus_fd(bus), .events = POLLIN },
				 { .fd = tool_stop_fd(), .events = POLLIN } };
	int n;

	isotp_clock_poll(fds, 2, deadline);
	if (fds[1].revents)
		leave(0);
	n = isotp_bus_receive(bus, frames, room);
	if (n < 0)
		fail("receive", strerror(-n));
	return n;
}

static void log_frames(void)
{
	struct isotp_bus_frame frames[16];

	puts("ready");
	while (fflush(stdout) == 0) {
		const int n = receive(frames, 16, ISOTP_NEVER);

		for (int i = 0; i < n; i++)
			print_frame(&frames[i].frame);
	}
}

static void parse_frame(const char *line, struct isotp_frame *f)
{
	const char *hash = strchr(line, '#'), *s, *reason;
	char id[16] = "";

	memset(f, 0, sizeof(*f));
	if (!hash || hash - line >= (long)sizeof(id))
		fail("no frame", line);
	memcpy(id, line, (size_t)(hash - line));
	if (isotp_can_id_parse(id, &f->id, &reason) < 0)
		fail(id, reason);
	s = hash + 1;
	if (*s == '#' && s[1]) {
		f->flags = (uint8_t)(ISOTP_FRAME_FD | (s[1] & 1 ? ISOTP_FRAME_BRS : 0) |
				     (s[1] & 2 ? ISOTP_FRAME_ESI : 0));
		s += 2;
	}
	for (; isotp_hex_digit(s[0]) >= 0 && isotp_hex_digit(s[1]) >= 0; s += 2) {
		if (f->len == ISOTP_FRAME_MAX)
			fail("too long", line);
		f->data[f->len++] = (uint8_t)(isotp_hex_digit(s[0]) << 4 | isotp_hex_digit(s[1]));
	}
	if (*s)
		fail("no frame", line);
}

static void send_frame(const struct isotp_frame *f)
{
	const uint64_t give_up = isotp_clock_now() + 10ull * SECOND_NS;

	backlog.next = backlog.count = 0;
	while (isotp_bus_send(bus, f) == -EAGAIN) {
		const uint64_t until = isotp_bus_deadline(bus);

		if (isotp_clock_now() > give_up)
			fail("nobody took", "the frame within 10 s");
		backlog.count += receive(&backlog.frames[backlog.count],
					 COUNT(backlog.frames) - backlog.count,
					 until < give_up ? until : give_up);
	}
}

static void wait_for_id(const char *text)
{
	const uint64_t give_up = isotp_clock_now() + 10ull * SECOND_NS;
	struct isotp_bus_frame frame;
	struct isotp_can_id id;
	const char *reason;

	if (isotp_can_id_parse(text, &id, &reason) < 0)
		fail(text, reason);
	puts("waiting");
	fflush(stdout);
	while (backlog.next < backlog.count)
		if (isotp_can_id_equal(backlog.frames[backlog.next++].frame.id, id))
			return;
	do {
		if (isotp_clock_now() > give_up)
			fail("no frame within 10 s with ID", text);
	} while (receive(&frame, 1, give_up) == 0 || !isotp_can_id_equal(frame.frame.id, id));
}

static void play(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin)) {
		struct isotp_frame f;

		line[strcspn(line, "\r\n")] = '\0';
		if (!*line || *line == '/')
			continue;
		if (!strncmp(line, "wait ", 5)) {
			wait_for_id(line + 5);
		} else if (!strncmp(line, "pause ", 6)) {
			isotp_clock_poll(NULL, 0,
					 isotp_clock_now() + strtoull(line + 6, NULL, 10) * MS_NS);
		} else {
			parse_frame(line, &f);
			send_frame(&f);
		}
	}
}

int main(int argc, char **argv)
{
	char where[ISOTP_BUS_WHERE];
	int rc;

	if (argc != 3 || (strcmp(argv[1], "log") != 0 && strcmp(argv[1], "play") != 0)) {
		fputs("usage: bustool log|play BUS\n", stderr);
		return 2;
	}
	tool_init(argv[0]);
	rc = isotp_bus_open(&bus, argv[2], where, sizeof(where));
	if (rc < 0)
		fail(where, strerror(-rc));
	if (!strcmp(argv[1], "log"))
		log_frames();
	else
		play();
	leave(0);
}
