/* SPDX-License-Identifier: MIT */
/* Owns the plot: what is kept of the samples, and gnuplot, which draws it. */
#include "plot.h"

#include "protocol/timing.h"
#include "transport/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { CELLS = 2048, LABEL = 64, NAME = 512, WIDTH = 1000, HEIGHT = 320 };

/* Neighbours in time: the smallest and the largest of them. */
struct cell {
	uint64_t time_ns, min, max;
};

struct track {
	size_t n;
	uint64_t room; /* samples that a cell takes */
	uint64_t used; /* that the last one has taken */
	uint64_t max;
	struct cell cells[CELLS];
};

struct plot {
	const char *file;
	char gnuplot[NAME];
	int fd;
	bool made, drawn; /* the file is new; it holds a plot */
	uint64_t began;
	struct track tracks[MEASURE_SERIES];
};

/* --- samples --- */

static void halve(struct track *t)
{
	for (size_t i = 0; i < CELLS / 2; i++) {
		const struct cell *a = &t->cells[2 * i], *b = a + 1;

		t->cells[i] = (struct cell){
			.time_ns = a->time_ns,
			.min = a->min < b->min ? a->min : b->min,
			.max = a->max > b->max ? a->max : b->max,
		};
	}
	t->n = CELLS / 2;
	t->room *= 2;
}

static void add_sample(struct track *t, uint64_t time_ns, uint64_t ns)
{
	struct cell *cell;

	if (ns > t->max)
		t->max = ns;
	if (!t->room)
		t->room = t->used = 1;
	if (t->used == t->room) {
		if (t->n == CELLS)
			halve(t);
		t->cells[t->n++] = (struct cell){ .time_ns = time_ns, .min = ns, .max = ns };
		t->used = 1;
		return;
	}
	cell = &t->cells[t->n - 1];
	cell->min = ns < cell->min ? ns : cell->min;
	cell->max = ns > cell->max ? ns : cell->max;
	t->used++;
}

void plot_sample(void *plot, enum measure_series series, uint64_t time_ns, uint64_t ns)
{
	struct plot *p = plot;

	if (time_ns == ISOTP_NEVER)
		time_ns = isotp_clock_realtime();
	if (time_ns < p->began)
		p->began = time_ns;
	add_sample(&p->tracks[series], time_ns, ns);
}

/* --- opening --- */

static bool ends_in(const char *text, const char *end)
{
	const size_t n = strlen(text), m = strlen(end);

	return n > m && !strcmp(text + n - m, end);
}

int plot_check(const char *file, char why[VALUE_WHY])
{
	if (ends_in(file, ".svg") || ends_in(file, ".png"))
		return 0;
	snprintf(why, VALUE_WHY, "does not end in .svg or .png");
	return -EINVAL;
}

/* As execvp looks for it. */
static bool find_gnuplot(char path[NAME])
{
	const char *dirs = getenv("PATH");

	if (!dirs)
		return false;
	for (;; dirs++) {
		const int n = (int)strcspn(dirs, ":");

		if (n && snprintf(path, NAME, "%.*s/gnuplot", n, dirs) < NAME &&
		    access(path, X_OK) == 0)
			return true;
		dirs += n;
		if (!*dirs)
			return false;
	}
}

static int open_file(struct plot *p)
{
	p->fd = open(p->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	p->made = p->fd >= 0;
	if (p->fd < 0 && errno == EEXIST)
		p->fd = open(p->file, O_WRONLY | O_CLOEXEC);
	return p->fd < 0 ? -errno : 0;
}

enum tool_exit plot_open(const char *file, struct plot **plot)
{
	struct plot *p = calloc(1, sizeof(*p));
	int rc = -ENOMEM;

	*plot = NULL;
	if (!p)
		goto failed;
	p->file = file;
	p->began = UINT64_MAX;
	if (!find_gnuplot(p->gnuplot)) {
		free(p);
		tool_error("--plot: gnuplot is not installed");
		tool_hint("apt install gnuplot-nox");
		return TOOL_SYSTEM;
	}
	rc = open_file(p);
	if (rc < 0)
		goto failed;
	*plot = p;
	return TOOL_DONE;
failed:
	free(p);
	tool_error("%s: %s", file, tool_strerror(rc));
	return TOOL_SYSTEM;
}

/* --- what gnuplot is told --- */

static const enum measure_series panels[] = { MEASURE_TIME, MEASURE_RTT, MEASURE_GAP };

enum { PANELS = sizeof(panels) / sizeof(panels[0]) };

static int count_panels(const struct plot *p)
{
	int n = 0;

	for (int i = 0; i < PANELS; i++)
		n += p->tracks[panels[i]].n != 0;
	return n;
}

/* A title in gnuplot's quotes, where two of them stand for one. */
static void put_title(FILE *script, const char *title)
{
	fputs("set title '", script);
	for (; *title; title++) {
		if (*title == '\'')
			fputc('\'', script);
		fputc((unsigned char)*title < 0x20 ? ' ' : *title, script);
	}
	fputs("' noenhanced\n", script);
}

static void put_terminal(FILE *script, const struct plot *p, int panels_shown)
{
	const int height = HEIGHT * panels_shown + 60;

	if (ends_in(p->file, ".svg"))
		fprintf(script, "set terminal svg size %d,%d background rgb 'white'\n", WIDTH,
			height);
	else
		fprintf(script,
			"if (strstrt(GPVAL_TERMINALS, 'pngcairo')) "
			"set terminal pngcairo size %d,%d; "
			"else set terminal png size %d,%d\n",
			WIDTH, height, WIDTH, height);
}

static void put_points(FILE *script, const struct plot *p, const struct track *t, double unit)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct cell *c = &t->cells[i];
		const double seconds = (double)(c->time_ns - p->began) / 1e9;

		fprintf(script, "%.9f %.9g\n", seconds, (double)c->min / unit);
		if (c->max > c->min)
			fprintf(script, "%.9f %.9g\n", seconds, (double)c->max / unit);
	}
	fputs("e\n", script);
}

static void put_panel(FILE *script, const struct plot *p, const struct track *t, const char *label)
{
	static const struct {
		double ns;
		const char *name;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" } };
	int i = 0;

	while (units[i].ns > (double)t->max && units[i].ns > 1)
		i++;
	fprintf(script,
		"set ylabel '%s (%s)'\n"
		"plot [*:*] [0:*] '-' using 1:2 with points pointtype 7 pointsize 0.3 "
		"linecolor rgb '#2060a0'\n",
		label, units[i].name);
	put_points(script, p, t, units[i].ns);
	fputs("unset title\n", script);
}

static int write_script(FILE *script, const struct plot *p, const char *title)
{
	const int n = count_panels(p);

	put_terminal(script, p, n);
	fprintf(script,
		"set key off\nset grid\nset lmargin 10\nset xlabel 'time (s)'\n"
		"set multiplot layout %d,1\n",
		n);
	put_title(script, title);
	for (int i = 0; i < PANELS; i++)
		if (p->tracks[panels[i]].n)
			put_panel(script, p, &p->tracks[panels[i]], measure_series_text(panels[i]));
	fputs("unset multiplot\n", script);
	if (fflush(script) != 0 || ferror(script))
		return -EIO;
	rewind(script);
	return 0;
}

/* --- running it --- */

/* Its own settings alone, no file of the user's; no shell. Returns its status or -errno. */
static int run(const struct plot *p, int script, int errors)
{
	char *const argv[] = { (char *)p->gnuplot, (char *)"-d", (char *)"-", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int rc, status = 0;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, script, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, p->fd, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	rc = -posix_spawn(&pid, p->gnuplot, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	while (rc == 0 && waitpid(pid, &status, 0) < 0)
		rc = errno == EINTR ? 0 : -errno;
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

static enum tool_exit draw(struct plot *p, FILE *script, FILE *errors, const char *title)
{
	int rc = write_script(script, p, title);

	if (rc == 0 && ftruncate(p->fd, 0) < 0 && errno != EINVAL) /* EINVAL: a device */
		rc = -errno;
	if (rc == 0)
		rc = run(p, fileno(script), fileno(errors));
	if (rc < 0) {
		tool_error("%s: %s", p->file, tool_strerror(rc));
		return TOOL_SYSTEM;
	}
	p->drawn = rc == 0;
	if (rc)
		tell_complaint(errors);
	return rc ? TOOL_SYSTEM : TOOL_DONE;
}

enum tool_exit plot_write(struct plot *plot, const char *title)
{
	FILE *script = NULL, *errors = NULL;
	enum tool_exit status = TOOL_SYSTEM;

	if (!count_panels(plot)) {
		tool_warn("%s: nothing was measured that could be plotted", plot->file);
		return TOOL_DONE;
	}
	script = tmpfile();
	errors = tmpfile();
	if (script && errors)
		status = draw(plot, script, errors, title);
	else
		tool_error("a temporary file: %s", tool_strerror(errno));
	if (script)
		fclose(script);
	if (errors)
		fclose(errors);
	return status;
}

void plot_close(struct plot *plot)
{
	if (!plot)
		return;
	close(plot->fd);
	if (plot->made && !plot->drawn)
		unlink(plot->file);
	free(plot);
}
