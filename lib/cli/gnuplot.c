/* SPDX-License-Identifier: MIT */
/* Owns the process of gnuplot. */
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { ROOM = 65536 };

bool gnuplot_find(char path[GNUPLOT_PATH])
{
	const char *dirs = getenv("PATH");

	if (!dirs)
		return false;
	for (;; dirs++) {
		const int n = (int)strcspn(dirs, ":");

		if (n && snprintf(path, GNUPLOT_PATH, "%.*s/gnuplot", n, dirs) < GNUPLOT_PATH &&
		    access(path, X_OK) == 0)
			return true;
		dirs += n;
		if (!*dirs)
			return false;
	}
}

static int spawn(pid_t *pid, const char *path, int in, int out, int errors)
{
	char *const argv[] = { (char *)path, (char *)"-d", (char *)"-", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(pid, path, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -rc;
}

static int make_room(struct gnuplot_drawing *d)
{
	const size_t room = d->room ? 2 * d->room : ROOM;
	char *data;

	if (d->size < d->room)
		return 0;
	data = realloc(d->data, room);
	if (!data)
		return -ENOMEM;
	d->data = data;
	d->room = room;
	return 0;
}

/* All that it writes. Returns 0 or -errno. */
static int collect(int fd, struct gnuplot_drawing *d)
{
	for (;;) {
		const int rc = make_room(d);
		ssize_t n;

		if (rc < 0)
			return rc;
		n = read(fd, d->data + d->size, d->room - d->size);
		if (n == 0)
			return 0;
		if (n > 0)
			d->size += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
}

/* Returns its status as waitpid tells it, or -errno. */
static int run(const char *path, int script, int errors, struct gnuplot_drawing *d)
{
	int ends[2], rc, status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	rc = spawn(&pid, path, script, ends[1], errors);
	close(ends[1]);
	if (rc < 0) {
		close(ends[0]);
		return rc;
	}
	rc = collect(ends[0], d);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return rc < 0 ? rc : status;
}

/* What it complained about: a line that says more than where. */
static void tell_complaint(FILE *errors)
{
	char line[256], last[256] = "";

	rewind(errors);
	while (fgets(line, sizeof(line), errors)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (strspn(line, " ^\t") < strlen(line))
			snprintf(last, sizeof(last), "%s", line);
	}
	tool_error("gnuplot: %s", *last ? last : "ended without a plot");
}

enum tool_exit gnuplot_run(const char *path, FILE *script, struct gnuplot_drawing *drawing)
{
	FILE *errors = tmpfile();
	int rc;

	if (!errors) {
		tool_error("a temporary file: %s", tool_strerror(errno));
		return TOOL_SYSTEM;
	}
	rc = run(path, fileno(script), fileno(errors), drawing);
	if (rc < 0)
		tool_error("%s: %s", path, tool_strerror(rc));
	else if (rc || !drawing->size)
		tell_complaint(errors);
	fclose(errors);
	return rc == 0 && drawing->size ? TOOL_DONE : TOOL_SYSTEM;
}
