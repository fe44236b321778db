/* SPDX-License-Identifier: MIT */
/* Owns where an observer's frames come from, and the words for what is wrong there. */
#include "input.h"

#include "machine.h"
#include "transport/clock.h"
#include "transport/interface.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- opening --- */

static enum tool_exit open_bus(struct input *in)
{
	const int rc = isotp_bus_open(&in->bus, in->name, in->where, sizeof(in->where));

	if (rc < 0)
		return machine_tell_bus(in->name, in->where, rc);
	tool_note("%s: live", in->name);
	return TOOL_DONE;
}

static const char *const formats[] = {
	[ISOTP_CAPTURE_UNKNOWN] = "empty",
	[ISOTP_CAPTURE_CANDUMP] = "a candump log",
	[ISOTP_CAPTURE_PCAP] = "pcap",
	[ISOTP_CAPTURE_ASC] = "Vector ASC",
};

/* Where the content is what is wrong, the reader knows more than the error says. */
static enum tool_exit tell_capture_failure(const struct input *in, int error)
{
	const char *why = tool_strerror(error);

	if (error == -EINTR)
		return TOOL_STOPPED;
	if (error == -ENOMSG || error == -EPROTONOSUPPORT || error == -EBADMSG)
		why = isotp_ahead_status(in->capture)->error;
	tool_error("%s: %s", in->name, why);
	return TOOL_SYSTEM;
}

static enum tool_exit start_capture(struct input *in)
{
	const struct isotp_capture_settings cs = {
		.stop_fd = tool_stop_fd(),
		.swap = in->swap_id ? ISOTP_CAPTURE_SWAP_ALWAYS : ISOTP_CAPTURE_SWAP_AUTO,
	};
	const int rc = isotp_ahead_open(&in->capture, in->fd, &cs);

	return rc < 0 ? tell_capture_failure(in, rc) : TOOL_DONE;
}

static enum tool_exit open_capture(struct input *in, const struct input_settings *settings)
{
	const struct isotp_capture_status *capture;
	enum tool_exit status;
	struct stat st;

	if (fstat(in->fd, &st) < 0)
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode)) {
		tool_error("%s: is a directory", in->name);
		return TOOL_SYSTEM;
	}
	if (S_ISREG(st.st_mode)) {
		in->size = (uint64_t)st.st_size;
		in->start = lseek(in->fd, 0, SEEK_CUR);
	}
	in->swap_id = settings->swap_id;
	in->passes = 1;
	status = start_capture(in);
	if (status != TOOL_DONE)
		return status;
	capture = isotp_ahead_status(in->capture);
	tool_note("%s: %s%s%s", in->name, formats[capture->format],
		  capture->gzip ? ", gzip-compressed" : "",
		  capture->swapped ? ", IDs stored little-endian" : "");
	progress_begin(&in->bar, "bytes");
	in->bar.wanted = in->bar.wanted && in->size && !isatty(STDOUT_FILENO);
	return TOOL_DONE;
}

static enum tool_exit open_file(struct input *in, const struct input_settings *settings)
{
	if (!strcmp(in->name, "-")) {
		in->fd = STDIN_FILENO;
		in->name = "standard input";
		return open_capture(in, settings);
	}
	in->fd = open(in->name, O_RDONLY | O_CLOEXEC);
	if (in->fd >= 0)
		return open_capture(in, settings);
	if (errno == EINTR) /* it waited for a named pipe */
		return TOOL_STOPPED;
	if (errno == ENOENT && !settings->file)
		return machine_tell_neither(in->name);
	tool_error("%s: %s", in->name, tool_strerror(errno));
	return TOOL_SYSTEM;
}

/* "virtual:NAME" and the like; files may have a colon in their name, too. */
static bool names_bus(const char *name)
{
	return name[strcspn(name, ":/")] == ':' && access(name, F_OK) < 0;
}

enum tool_exit input_open(struct input *in, const struct input_settings *settings)
{
	struct isotp_interface i;

	*in = (struct input){ .name = settings->name, .fd = -1 };
	if (settings->file || !strcmp(in->name, "-"))
		return open_file(in, settings);
	if (names_bus(in->name))
		return open_bus(in);
	if (!strncmp(in->name, "virtual:", strlen("virtual:")) ||
	    isotp_interface_get(in->name, &i) == 0)
		return open_bus(in);
	return open_file(in, settings);
}

/* --- reading --- */

/* It was there before. */
static void tell_bus_failure(const struct input *in, int error)
{
	if (error == -ENETDOWN)
		tool_error("%s: the interface went down", in->name);
	else if (error == -ENODEV || error == -ENXIO)
		tool_error("%s: the interface is gone", in->name);
	else
		machine_tell_bus(in->name, in->where, error);
}

static int read_bus(struct input *in)
{
	struct isotp_bus_frame frames[INPUT_BATCH];
	const int n = isotp_bus_receive(in->bus, frames, INPUT_BATCH);

	if (n < 0)
		tell_bus_failure(in, n);
	for (int i = 0; i < n; i++)
		in->records[i] = (struct isotp_record){
			.frame = frames[i].frame,
			.time_ns = frames[i].time_ns,
			.number = in->number++,
		};
	return n;
}

static int await_bus(struct input *in, uint64_t deadline)
{
	struct pollfd fds[2] = { { .fd = isotp_bus_fd(in->bus), .events = POLLIN },
				 { .fd = tool_stop_fd(), .events = POLLIN } };

	for (;;) {
		const int n = tool_stopped() ? -EINTR : read_bus(in);

		if (n != 0)
			return n;
		if (isotp_clock_now() >= deadline)
			return 0;
		isotp_clock_poll(fds, 2, deadline);
	}
}

/* Each place is told as it is met, as long as there are not too many. */
static void tell_damage(struct input *in)
{
	const struct isotp_capture_status *status = isotp_ahead_status(in->capture);
	const char *unit = status->format == ISOTP_CAPTURE_PCAP ? "record" : "line";

	for (; in->damaged < status->damaged && in->damaged < ISOTP_CAPTURE_PLACES; in->damaged++) {
		const struct isotp_capture_place *place = &status->places[in->damaged];

		progress_end();
		tool_warn("%s: %s %" PRIu64 " %s: skipped", in->name, unit, place->at, place->why);
	}
}

static bool is_rehearsal(const struct input *in)
{
	return in->pass + 1 < in->passes;
}

static int read_capture(struct input *in, const struct isotp_record **records)
{
	int n = tool_stopped() ? -EINTR : isotp_ahead_next(in->capture, records);

	if (in->damaged < isotp_ahead_status(in->capture)->damaged && !is_rehearsal(in))
		tell_damage(in);
	if (in->bar.wanted)
		progress_show(&in->bar,
			      in->pass * in->size + isotp_ahead_status(in->capture)->bytes_read,
			      in->passes * in->size);
	if (n == 0)
		return -ENODATA;
	if (n < 0 && n != -EINTR && !is_rehearsal(in)) {
		progress_end();
		tell_capture_failure(in, n);
	}
	return n;
}

int input_read(struct input *in, const struct isotp_record **records, uint64_t deadline)
{
	if (!in->bus)
		return read_capture(in, records);
	*records = in->records;
	return await_bus(in, deadline);
}

/* --- reading twice --- */

bool input_is_repeatable(const struct input *in)
{
	return in->size && in->start >= 0;
}

void input_rehearse(struct input *in)
{
	in->passes = 2;
}

/* The file stays open: it may have got another name meanwhile, or none. */
enum tool_exit input_repeat(struct input *in)
{
	isotp_ahead_close(in->capture);
	in->capture = NULL;
	in->pass++;
	if (lseek(in->fd, in->start, SEEK_SET) < 0) {
		tool_error("%s: %s", in->name, tool_strerror(errno));
		return TOOL_SYSTEM;
	}
	return start_capture(in);
}

/* --- what is known of it --- */

bool input_is_untimed(const struct input *in)
{
	return in->capture && isotp_ahead_status(in->capture)->untimed;
}

bool input_waits(struct input *in)
{
	return in->bus || (!in->size && !isotp_ahead_ready(in->capture));
}

const char *input_bus(const struct input *in, uint16_t bus)
{
	return in->bus ? in->name : isotp_ahead_bus(in->capture, bus);
}

/* --- what was lost --- */

bool input_tell_losses(struct input *in)
{
	const uint64_t before = in->lost;
	struct isotp_bus_status status;

	if (!in->bus)
		return false;
	isotp_bus_status(in->bus, &status);
	in->lost = status.lost_in;
	if (in->lost > before)
		tool_warn("%s: frames lost on the way to this program: %" PRIu64, in->name,
			  in->lost - before);
	return in->lost > before;
}

static void tell_capture_end(struct input *in)
{
	const struct isotp_capture_status *status = isotp_ahead_status(in->capture);

	tell_damage(in);
	if (status->damaged > in->damaged)
		tool_warn("%s: damaged and skipped in all: %" PRIu64, in->name, status->damaged);
	if (status->xl)
		tool_warn("%s: CAN XL frames skipped: %" PRIu64, in->name, status->xl);
	if (status->dropped)
		tool_warn("%s: frames that its writer had lost: %" PRIu64, in->name,
			  status->dropped);
	if (status->swapped)
		tool_warn("%s: its IDs are stored little-endian", in->name);
	if (status->format == ISOTP_CAPTURE_UNKNOWN)
		tool_warn("%s: is empty", in->name);
}

enum tool_exit input_close(struct input *in)
{
	enum tool_exit status;

	input_tell_losses(in);
	status = in->lost ? TOOL_LOST : TOOL_DONE;
	progress_end();
	if (in->capture && isotp_ahead_status(in->capture)->error[0] == '\0' && !is_rehearsal(in))
		tell_capture_end(in);
	isotp_bus_close(in->bus);
	isotp_ahead_close(in->capture);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->bus = NULL;
	in->capture = NULL;
	return status;
}
