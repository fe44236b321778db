/* SPDX-License-Identifier: MIT */
/* Owns the plot: what is kept of the samples, what gnuplot is told, and the file. */
#include "plot.h"

#include "gnuplot.h"
#include "protocol/timing.h"
#include "transport/clock.h"
#include "utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CELLS = 2048, WIDTH = 1000, HEIGHT = 260, NAME = 90 };

#define MARGIN	   0.05 /* of an axis, at either end: a point on the frame is half hidden */
#define LOG_MARGIN 1.5	/* the same of a logarithmic one */

enum { SPREAD = 50 }; /* times so far apart need that */

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
	char gnuplot[GNUPLOT_PATH];
	int fd;		  /* of the file; -1: closed */
	bool made, drawn; /* the file is new; it holds a plot */
	uint64_t began, ended;
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
	if (time_ns > p->ended)
		p->ended = time_ns;
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
	return value_refuse(why, "does not end in .svg or .png");
}

static int open_file(struct plot *p)
{
	p->fd = open(p->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	p->made = p->fd >= 0;
	if (p->fd < 0 && errno == EEXIST)
		p->fd = open(p->file, O_WRONLY | O_CLOEXEC);
	return p->fd < 0 ? -errno : 0;
}

/* What was not there is not the file, which would have been made. */
static void tell_unopened(const char *file, int rc)
{
	const char *slash = strrchr(file, '/');
	struct stat st;

	if (rc == -ENOENT && slash && lstat(file, &st) < 0)
		tool_error("%.*s: no such directory", (int)(slash - file), file);
	else
		tool_error("%s: %s", file, tool_strerror(rc));
}

enum tool_exit plot_open(const char *file, struct plot **plot)
{
	struct plot *p = calloc(1, sizeof(*p));
	int rc;

	*plot = NULL;
	if (!p) {
		tool_error("%s: %s", file, tool_strerror(ENOMEM));
		return TOOL_SYSTEM;
	}
	p->file = file;
	p->began = UINT64_MAX;
	if (!gnuplot_find(p->gnuplot)) {
		free(p);
		tool_error("--plot: gnuplot is not installed");
		tool_hint("apt install gnuplot-nox");
		return TOOL_SYSTEM;
	}
	rc = open_file(p);
	if (rc < 0) {
		free(p);
		tell_unopened(file, rc);
		return TOOL_SYSTEM;
	}
	*plot = p;
	return TOOL_DONE;
}

/* --- what gnuplot is told --- */

/* What a ping is about goes first. */
static const enum measure_series panels[MEASURE_SERIES] = { MEASURE_RTT, MEASURE_TIME, MEASURE_GAP,
							    MEASURE_FC };

static int count_panels(const struct plot *p)
{
	int n = 0;

	for (int i = 0; i < MEASURE_SERIES; i++)
		n += p->tracks[panels[i]].n != 0;
	return n;
}

/* The end of a name that is too long: of a path it tells more. */
static const char *end_of(const char *name)
{
	const size_t n = strlen(name);

	if (n <= NAME)
		return name;
	name += n - NAME;
	while ((*name & 0xC0) == 0x80) /* within a character of UTF-8 */
		name++;
	return name;
}

/* In gnuplot's single quotes, in which all is what it is but these. */
static void put_title(FILE *script, const char *name, const char *mode)
{
	const char *s = end_of(name);
	size_t n;

	fprintf(script, "title '%s", s == name ? "" : "...");
	for (; *s; s += n ? n : 1) {
		n = utf8_sequence(s);
		if (*s == '\'')
			fputs("'.\"'\".'", script);
		else if (!n || (n == 1 && ((unsigned char)*s < 0x20 || *s == 0x7F)))
			fputc('?', script);
		else
			fwrite(s, 1, n, script);
	}
	fprintf(script, ": %s' noenhanced", mode);
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

/* Few are to be found, many not to cover each other. */
static double point_size(size_t n)
{
	return n <= 50 ? 1 : n <= 500 ? 0.6 : 0.4;
}

/* A range of an axis from 0 on; of a lone value that it lies in the middle. */
static void put_range(FILE *script, char axis, double end)
{
	if (end > 0)
		fprintf(script, "set %crange [%.9g:%.9g]\n", axis, -MARGIN * end,
			(1 + MARGIN) * end);
	else
		fprintf(script, "set %crange [-1:1]\n", axis);
}

static uint64_t shortest(const struct track *t)
{
	uint64_t min = t->max;

	for (size_t i = 0; i < t->n; i++)
		if (t->cells[i].min < min)
			min = t->cells[i].min;
	return min;
}

/* From 0 on, unless a few long times would press all others flat. */
static void put_y_axis(FILE *script, const struct track *t, double unit)
{
	const uint64_t min = shortest(t);

	if (!min || t->max / min < SPREAD) {
		fputs("unset logscale y\n", script);
		put_range(script, 'y', (double)t->max / unit);
		return;
	}
	fprintf(script, "set logscale y\nset yrange [%.9g:%.9g]\n", (double)min / unit / LOG_MARGIN,
		(double)t->max / unit * LOG_MARGIN);
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
	fprintf(script, "set ylabel '%s (%s)'\n", label, units[i].name);
	put_y_axis(script, t, units[i].ns);
	fprintf(script,
		"plot '-' using 1:2 with points pointtype 7 pointsize %g "
		"linecolor rgb '#2060a0'\n",
		point_size(t->n));
	put_points(script, p, t, units[i].ns);
}

static int write_script(FILE *script, const struct plot *p, const char *name, const char *mode)
{
	const int n = count_panels(p);
	int left = n;

	put_terminal(script, p, n);
	fputs("set key off\nset grid\nset lmargin 12\n", script);
	fprintf(script, "set multiplot layout %d,1 ", n);
	put_title(script, name, mode);
	fputc('\n', script);
	put_range(script, 'x', (double)(p->ended - p->began) / 1e9);
	for (int i = 0; i < MEASURE_SERIES; i++) {
		const struct track *t = &p->tracks[panels[i]];

		if (!t->n)
			continue;
		if (--left == 0)
			fputs("set xlabel 'time (s)'\n", script);
		put_panel(script, p, t, measure_series_text(panels[i]));
	}
	fputs("unset multiplot\n", script);
	if (fflush(script) != 0 || ferror(script))
		return -EIO;
	rewind(script);
	return 0;
}

/* --- the file --- */

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		const ssize_t n = write(fd, data, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/* Not before there is a plot what was in the file is lost. */
static int fill_file(struct plot *p, const struct gnuplot_drawing *d)
{
	int rc = 0;

	if (ftruncate(p->fd, 0) < 0 && errno != EINVAL) /* EINVAL: a device */
		rc = -errno;
	if (rc == 0)
		rc = write_all(p->fd, d->data, d->size);
	if (close(p->fd) < 0 && rc == 0)
		rc = -errno;
	p->fd = -1;
	p->drawn = rc == 0;
	return rc;
}

static enum tool_exit draw(struct plot *p, FILE *script)
{
	struct gnuplot_drawing drawing = { 0 };
	enum tool_exit status = gnuplot_run(p->gnuplot, script, &drawing);

	if (status == TOOL_DONE) {
		const int rc = fill_file(p, &drawing);

		if (rc < 0) {
			tool_error("%s: %s", p->file, tool_strerror(rc));
			status = TOOL_SYSTEM;
		}
	}
	free(drawing.data);
	return status;
}

enum tool_exit plot_write(struct plot *plot, const char *name, const char *mode)
{
	enum tool_exit status = TOOL_SYSTEM;
	FILE *script;
	int rc;

	if (!count_panels(plot)) {
		tool_warn("%s: nothing was measured that could be plotted", plot->file);
		return TOOL_DONE;
	}
	script = tmpfile();
	rc = script ? write_script(script, plot, name, mode) : -errno;
	if (rc == 0)
		status = draw(plot, script);
	else
		tool_error("a temporary file: %s", tool_strerror(rc));
	if (script)
		fclose(script);
	return status;
}

void plot_close(struct plot *plot)
{
	if (!plot)
		return;
	if (plot->fd >= 0)
		close(plot->fd);
	if (plot->made && !plot->drawn)
		unlink(plot->file);
	free(plot);
}
