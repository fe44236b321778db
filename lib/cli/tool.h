/* SPDX-License-Identifier: MIT */
/*
 * tool.h - what it takes to be a program: its name, exit codes, messages, signals, standard output.
 *
 *	tool_init("isotpsend");
 *	...
 *	tool_error("%s: no such interface", name);
 *	tool_finish(TOOL_SYSTEM);
 */
#ifndef ISOTP_CLI_TOOL_H
#define ISOTP_CLI_TOOL_H

#include <stdbool.h>
#include <stddef.h>

/* The exit codes, the same in every program; isotp(7) explains them to users. */
enum tool_exit {
	TOOL_DONE = 0,
	TOOL_SYSTEM = 1,    /* interface, permission, file; nobody else on the bus; N_TIMEOUT_A */
	TOOL_USAGE = 2,	    /* usage or input refused; nothing was sent */
	TOOL_NO_FC = 3,	    /* no flow control; as receiver: none that we could send in time */
	TOOL_NO_PDU = 4,    /* nothing within --timeout */
	TOOL_OVERFLOW = 5,  /* the receiver said overflow */
	TOOL_BROKEN = 6,    /* transfer broken */
	TOOL_LIMIT = 8,	    /* a limit of --fail-if is exceeded */
	TOOL_LOST = 9,	    /* frames were lost on the way to this program */
	TOOL_STOPPED = 128, /* a signal asked to stop; tool_finish adds its number */
};

enum tool_color { TOOL_COLOR_AUTO, TOOL_COLOR_ALWAYS, TOOL_COLOR_NEVER };

/* Takes the program's name; SIGINT, SIGTERM and SIGHUP from here on only ask it to stop, unless
 * they were ignored; a closed pipe is an error of write. Timers become as exact as they can be. */
void tool_init(const char *name);

void tool_set_quiet(bool quiet);     /* no warnings, no notes */
void tool_set_verbose(bool verbose); /* notes too */
void tool_set_color(enum tool_color color);
bool tool_is_quiet(void);

/* Whether a descriptor's output is to be coloured; auto: it is a terminal, and NO_COLOR is not
 * set. */
bool tool_colored(int fd);

/* The width of a terminal in characters; 0 when the descriptor is none. */
int tool_columns(int fd);

/* Readable once a signal asked the program to stop; false until then. */
int tool_stop_fd(void);
bool tool_stopped(void);
int tool_signal(void); /* which one; 0: none yet */

/* After a signal: what is due at the end may be written, until the next signal, or until nobody has
 * read any of it for a second. */
void tool_last_words(void);

/* From here on no system call waits for long: a timer interrupts it. For what comes last. */
void tool_interrupt_waits(void);

/* A bar on the last line of stderr, a terminal: each takes the place of the one before, and
 * messages erase it. */
void tool_draw_bar(const char *text);
void tool_erase_bar(void);

/* One line on stderr, led by the program's name; the text starts with its subject. */
void tool_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tool_warn(const char *format, ...) __attribute__((format(printf, 1, 2))); /* unless quiet */
void tool_note(const char *format, ...) __attribute__((format(printf, 1, 2))); /* if verbose */
/* The way out, on a line of its own below an error. */
void tool_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What an errno (either sign) means to a user: lower case, to follow a subject. */
const char *tool_strerror(int error);

/* Refuses an option, an operand or input: tells `subject: text` and exits with TOOL_USAGE. */
_Noreturn void tool_refuse(const char *subject, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with the way out below. */
_Noreturn void tool_refuse_hint(const char *subject, const char *text, const char *way_out);

/*
 * Writes all of it to standard output, or returns -errno: -EINTR when a signal asked to stop, also
 * while a pipe is full, -EPIPE when nobody reads. A line that has begun is ended, unless nobody reads
 * for a second.
 */
int tool_write(const void *data, size_t len);

/* As read(2); -EINTR when a signal asked to stop. */
long tool_read(int fd, void *data, size_t len);

/*
 * Ends the program with this status. After a signal it dies of that signal, so that the caller
 * sees 128+n, unless something else went wrong before.
 */
_Noreturn void tool_finish(enum tool_exit status);

/* Ends as after SIGPIPE, in silence. */
_Noreturn void tool_finish_pipe(void);

/* "isotpsend (isotp-tools) 0.1.0" */
const char *tool_version(void);

#endif
