/* SPDX-License-Identifier: MIT */
/* Owns reading and writing that a signal ends, and what becomes of standard output then. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LAST_WORDS_MS = 1000 };

static struct {
	bool in_line; /* one has begun and not ended */
	bool torn;    /* it never will: a signal came */
	bool unread;  /* for all of LAST_WORDS_MS, after a signal: nobody is waited for any more */
} output;

/* Waits for one descriptor, or for a signal: -EINTR. After one it is -ETIMEDOUT when so much time
 * is over. */
static int wait_for(int fd, short events, int patience_ms)
{
	struct pollfd fds[2] = { { .fd = fd, .events = events },
				 { .fd = tool_stop_fd(), .events = POLLIN } };
	int n;

	while ((n = poll(fds, 2, tool_stopped() ? patience_ms : -1)) < 0)
		if (errno != EINTR)
			return -errno;
	if (n == 0)
		return -ETIMEDOUT;
	return fds[1].revents ? -EINTR : 0;
}

/* How much can be written without being held up: a writable pipe has room for PIPE_BUF bytes, an
 * empty one for as many as it holds; a file takes all. */
static size_t write_size(void)
{
	const int pipe_size = fcntl(STDOUT_FILENO, F_GETPIPE_SZ);
	struct stat st;
	int queued;

	if (pipe_size > PIPE_BUF && ioctl(STDOUT_FILENO, FIONREAD, &queued) == 0 && queued == 0)
		return (size_t)pipe_size;
	if (pipe_size < 0 && fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return SIZE_MAX;
	return PIPE_BUF;
}

static int patience_ms(void)
{
	return output.unread ? 0 : LAST_WORDS_MS;
}

static int output_ready(void)
{
	const int rc = wait_for(STDOUT_FILENO, POLLOUT, patience_ms());

	output.unread |= rc == -ETIMEDOUT;
	return rc == -ETIMEDOUT ? -EINTR : rc;
}

/* Though a signal has come just now. */
static int output_ready_soon(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };
	const bool ready = poll(&fd, 1, patience_ms()) > 0;

	output.unread |= !ready;
	return ready ? 0 : -EINTR;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Writes as much as there is room for while it is ready; returns how much, and in *rc why no
 * more. */
static size_t write_while(int (*ready)(void), const char *data, size_t len, int *rc)
{
	size_t done = 0;

	*rc = 0;
	while (done < len && *rc == 0) {
		const size_t left = len - done;
		ssize_t n;

		*rc = ready();
		if (*rc < 0)
			break;
		n = write(STDOUT_FILENO, data + done,
			  smaller(left, left > PIPE_BUF ? write_size() : left));
		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			*rc = -errno;
	}
	if (done)
		output.in_line = data[done - 1] != '\n';
	return done;
}

/* Half a line is of no use to who reads it, and what comes after it would be a part of it. */
static void end_line(const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len);
	int rc;

	write_while(output_ready_soon, data, end ? (size_t)(end - data) + 1 : len, &rc);
	output.torn = output.in_line;
}

int tool_write(const void *data, size_t len)
{
	int rc;
	const size_t done = write_while(output_ready, data, len, &rc);

	if (rc == -EINTR && output.in_line)
		end_line((const char *)data + done, len - done);
	return rc;
}

void tool_last_words(void)
{
	unsigned long long count;

	if (!tool_stopped() || read(tool_stop_fd(), &count, sizeof(count)) < 0)
		return; /* it was not set: there is nothing to take back */
	if (output.torn || (tool_signal() == SIGINT && isatty(STDOUT_FILENO)))
		tool_write("\n", 1); /* the terminal shows ^C */
	output.torn = false;
}

long tool_read(int fd, void *data, size_t len)
{
	ssize_t n;

	do {
		const int rc = wait_for(fd, POLLIN, LAST_WORDS_MS);

		if (rc < 0)
			return rc == -ETIMEDOUT ? -EINTR : rc;
		n = read(fd, data, len);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n < 0 ? -errno : n;
}
