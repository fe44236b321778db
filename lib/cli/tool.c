/* SPDX-License-Identifier: MIT */
/* Owns a program's relation to the outside: its name, messages, signals, the exit. */
#include "tool.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

/* A process has one name, one set of signals, one standard error and (tool-io.c) one standard
 * output: the project's only state outside of structs handed around. */
static struct {
	const char *name;
	bool quiet, verbose;
	enum tool_color color;
	int stop_fd;
	volatile sig_atomic_t signal;
	bool bar; /* one stands on the last line of standard error */
} tool = { .name = "isotp", .stop_fd = -1 };

static void on_signal(int number)
{
	const int saved = errno;
	const unsigned long long one = 1;

	tool.signal = number;
	if (write(tool.stop_fd, &one, sizeof(one)) < 0)
		_exit(128 + number);
	errno = saved;
}

static void catch_signal(int number)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct sigaction old;

	if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(number, &act, NULL);
}

/* A descriptor of ours must not become the program's standard output: closed ones are held by
 * /dev/null, opened the wrong way round so that to use them still fails with EBADF. */
static void hold_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(TOOL_SYSTEM);
}

static _Noreturn void die_of(int number)
{
	signal(number, SIG_DFL);
	raise(number);
	_exit(128 + number);
}

/* What popt and puts have printed, --help say, must have arrived, unless nobody reads it. */
static void check_stdout(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return;
	if (errno == EPIPE)
		die_of(SIGPIPE);
	tool_error("standard output: %s", tool_strerror(errno));
	_exit(TOOL_SYSTEM);
}

void tool_init(const char *name)
{
	const char *slash = strrchr(name, '/');

	hold_standard_fds();
	atexit(check_stdout);
	tool.name = slash ? slash + 1 : name;
	tool.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (tool.stop_fd < 0) {
		tool_error("eventfd: %s", tool_strerror(errno));
		exit(TOOL_SYSTEM);
	}
	catch_signal(SIGINT);
	catch_signal(SIGTERM);
	catch_signal(SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

void tool_set_quiet(bool quiet)
{
	tool.quiet = quiet;
}

void tool_set_verbose(bool verbose)
{
	tool.verbose = verbose;
}

void tool_set_color(enum tool_color color)
{
	tool.color = color;
}

bool tool_colored(int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (tool.color != TOOL_COLOR_AUTO)
		return tool.color == TOOL_COLOR_ALWAYS;
	return isatty(fd) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

int tool_columns(int fd)
{
	struct winsize size = { 0 };

	if (!isatty(fd))
		return 0;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

bool tool_is_quiet(void)
{
	return tool.quiet;
}

int tool_stop_fd(void)
{
	return tool.stop_fd;
}

int tool_signal(void)
{
	return tool.signal;
}

bool tool_stopped(void)
{
	return tool_signal() != 0;
}

static void ignore_signal(int number)
{
	(void)number;
}

/* Repeated, since the first may come before the wait begins. */
void tool_interrupt_waits(void)
{
	const struct sigaction act = { .sa_handler = ignore_signal };
	const struct itimerval soon = { { 0, 10000 }, { 0, 1000 } };

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
}

/* Bytes of the user's that a terminal would obey are shown as '?': a message stays one line. */
static void disarm(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7F)
			*text = '?';
}

void tool_draw_bar(const char *text)
{
	tool.bar = true;
	fprintf(stderr, "\r%s\033[K", text);
}

void tool_erase_bar(void)
{
	if (tool.bar)
		fputs("\r\033[K", stderr);
	tool.bar = false;
}

static void say(const char *color, const char *lead, const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, args);
	disarm(text);
	tool_erase_bar();
	if (tool_colored(STDERR_FILENO))
		fprintf(stderr, "\033[%sm%s\033[0m%s\n", color, lead, text);
	else
		fprintf(stderr, "%s%s\n", lead, text);
}

static void say_named(const char *color, const char *format, va_list args)
{
	char lead[64];

	snprintf(lead, sizeof(lead), "%s: ", tool.name);
	say(color, lead, format, args);
}

void tool_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_named("1;31", format, args);
	va_end(args);
}

void tool_warn(const char *format, ...)
{
	va_list args;

	if (tool.quiet)
		return;
	va_start(args, format);
	say_named("1;33", format, args);
	va_end(args);
}

void tool_note(const char *format, ...)
{
	va_list args;

	if (tool.quiet || !tool.verbose)
		return;
	va_start(args, format);
	say_named("2", format, args);
	va_end(args);
}

void tool_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("1", "  try: ", format, args);
	va_end(args);
}

const char *tool_strerror(int error)
{
	static char text[128];

	switch (error < 0 ? -error : error) {
	case ENOENT:
		return "no such file";
	case EACCES:
	case EPERM:
		return "no permission";
	case EISDIR:
		return "is a directory";
	case ENOSPC:
		return "no space left";
	case EBADF:
		return "is closed";
	default:
		snprintf(text, sizeof(text), "%s", strerror(error < 0 ? -error : error));
		text[0] = (char)tolower((unsigned char)text[0]);
		return text;
	}
}

void tool_refuse(const char *subject, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tool_error("%s: %s", subject, text);
	exit(TOOL_USAGE);
}

void tool_refuse_hint(const char *subject, const char *text, const char *way_out)
{
	tool_error("%s: %s", subject, text);
	tool_hint("%s", way_out);
	exit(TOOL_USAGE);
}

void tool_finish(enum tool_exit status)
{
	if (tool.signal && (status == TOOL_STOPPED || status == TOOL_DONE))
		die_of(tool.signal);
	exit((int)status);
}

void tool_finish_pipe(void)
{
	die_of(SIGPIPE);
}

const char *tool_version(void)
{
	static char text[80];

	snprintf(text, sizeof(text), "%s (isotp-tools) %s", tool.name, ISOTP_VERSION);
	return text;
}
