/* SPDX-License-Identifier: MIT */
/* Owns the tests of --plot: what gnuplot is told, and what is said where it cannot draw. What
 * stands in for gnuplot here prints what it is told. */
#include "cli/plot.h"
#include "protocol/timing.h"
#include "support.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/isotp-plot-XXXXXX";
static char old_path[4096];

static char *in_dir(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put_gnuplot(const char *script)
{
	FILE *f = fopen(in_dir("gnuplot"), "w");

	assert_non_null(f);
	fputs(script, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(in_dir("gnuplot"), 0755), 0);
}

static const char prints[] = "#!/bin/sh\n[ \"$*\" = '-d -' ] && exec cat\n";

static int set_up(void **state)
{
	char path[sizeof(old_path) + sizeof(dir) + 32];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(old_path, sizeof(old_path), "%s", getenv("PATH"));
	snprintf(path, sizeof(path), "/nonexistent::%s:%s", dir, old_path);
	return setenv("PATH", path, 1);
}

static int tear_down(void **state)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	(void)state;
	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			unlink(in_dir(entry->d_name));
	if (d)
		closedir(d);
	return rmdir(dir);
}

static char content[1 << 20];

static const char *read_back(const char *name)
{
	FILE *f = fopen(in_dir(name), "r");

	assert_non_null(f);
	content[fread(content, 1, sizeof(content) - 1, f)] = '\0';
	fclose(f);
	return content;
}

/* Runs with stderr in a file; what it said is in `said`. */
static char said[1024];

static enum tool_exit quietly(enum tool_exit (*job)(void))
{
	const int saved = dup(STDERR_FILENO);
	FILE *f = tmpfile();
	enum tool_exit status;

	assert_non_null(f);
	fflush(stderr);
	assert_true(dup2(fileno(f), STDERR_FILENO) >= 0);
	status = job();
	fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	rewind(f);
	said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
	fclose(f);
	return status;
}

static void test_names(void **state)
{
	static const char *const good[] = { "a.svg", "a.png", "/tmp/x.y.svg", "-.png" };
	static const char *const bad[] = { "",	     "svg",	 ".svg", "a.SVG", "a.pdf",
					   "a.svg ", "a.svg.gz", "a.sv", "png" };
	char why[VALUE_WHY];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(plot_check(good[i], why), 0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(plot_check(bad[i], why) < 0);
		assert_string_equal(why, "does not end in .svg or .png");
	}
}

#define LINEAR(range) "unset logscale y\nset yrange [" range "]\n"
#define PLOT(size)                                                                                 \
	"plot '-' using 1:2 with points pointtype 7 pointsize " size " linecolor rgb '#2060a0'\n"

/* One time axis for all; a margin, so that no point lies on the frame. */
static void test_script(void **state)
{
	struct plot *plot;

	(void)state;
	put_gnuplot(prints);
	assert_int_equal(plot_open(in_dir("script.svg"), &plot), TOOL_DONE);
	plot_sample(plot, MEASURE_GAP, 5 * SECOND, 200 * US);
	plot_sample(plot, MEASURE_TIME, 4 * SECOND, 2500 * US);
	plot_sample(plot, MEASURE_FC, 5 * SECOND, 0);
	plot_sample(plot, MEASURE_TIME, 6 * SECOND, 3 * MS);
	assert_int_equal(plot_write(plot, "it's\na ''t\xC3\xA4st\xFC", "ping"), TOOL_DONE);
	plot_close(plot);
	assert_string_equal(
		read_back("script.svg"),
		"set terminal svg size 1000,840 background rgb 'white'\n"
		"set key off\nset grid\nset lmargin 12\n"
		"set multiplot layout 3,1 title 'it'.\"'\".'s?a '.\"'\".''.\"'\".'t\xC3\xA4st?: ping' "
		"noenhanced\n"
		"set xrange [-0.1:2.1]\n"
		"set ylabel 'time per PDU (ms)'\n" LINEAR("-0.15:3.15")
			PLOT("1") "0.000000000 2.5\n2.000000000 3\ne\n"
				  "set ylabel 'CF gap (us)'\n" LINEAR("-10:210") PLOT(
					  "1") "1.000000000 200\ne\n"
					       "set xlabel 'time (s)'\n"
					       "set ylabel 'flow control (ns)'\n" LINEAR("-1:1")
						       PLOT("1") "1.000000000 0\ne\n"
								 "unset multiplot\n");
}

/* Draws so many round trips, all at once if they have no distance. */
static void draw_trips(int n, uint64_t distance_ns, const char *name)
{
	struct plot *plot;

	assert_int_equal(plot_open(in_dir("trips.svg"), &plot), TOOL_DONE);
	for (int i = 0; i < n; i++)
		plot_sample(plot, MEASURE_RTT, 7 * SECOND + (uint64_t)i * distance_ns, MS);
	assert_int_equal(plot_write(plot, name, "ping"), TOOL_DONE);
	plot_close(plot);
	read_back("trips.svg");
}

/* The fewer, the bigger; one alone is in the middle. */
static void test_few_and_many(void **state)
{
	static const struct {
		int n;
		const char *plot;
	} cases[] = {
		{ 50, PLOT("1") },
		{ 51, PLOT("0.6") },
		{ 500, PLOT("0.6") },
		{ 501, PLOT("0.4") },
	};

	(void)state;
	put_gnuplot(prints);
	for (size_t i = 0; i < COUNT(cases); i++) {
		draw_trips(cases[i].n, MS, "x");
		assert_non_null(strstr(content, cases[i].plot));
	}
	draw_trips(1, 0, "x");
	assert_non_null(strstr(content, "set xrange [-1:1]\n"));
	assert_non_null(strstr(content, LINEAR("-0.05:1.05")));
}

/* Of a name that would not fit the end is shown. */
static void test_long_title(void **state)
{
	char name[200];

	(void)state;
	put_gnuplot(prints);
	memset(name, '/', sizeof(name));
	strcpy(name + 84, "\xC3\xA4.log");
	draw_trips(1, 0, name);
	assert_null(strstr(content, "..."));
	strcpy(name + 84, "\xC3\xA4.plog");
	draw_trips(1, 0, name);
	assert_non_null(strstr(content, "title '...////"));
	memset(name, '/', sizeof(name));
	strcpy(name + 140, "ecu.log");
	memcpy(name + 56, "\xC3\xA4", 2); /* the ninetieth byte from the end is within it */
	draw_trips(1, 0, name);
	assert_non_null(strstr(content, "title '...////"));
	assert_non_null(strstr(content, "///ecu.log: ping' noenhanced\n"));
	assert_null(strchr(content, '\xA4'));
}

/* A few long times do not press the others flat; 0 has no place on a logarithmic axis. */
static void test_spread(void **state)
{
	static const struct {
		uint64_t shortest_ns, longest_ns;
		const char *axis;
	} cases[] = {
		{ 2 * MS, 99 * MS, LINEAR("-4.95:103.95") },
		{ 2 * MS, 100 * MS, "set logscale y\nset yrange [1.33333333:150]\n" },
		{ 0, 100 * MS, LINEAR("-5:105") },
	};

	(void)state;
	put_gnuplot(prints);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct plot *plot;

		assert_int_equal(plot_open(in_dir("spread.svg"), &plot), TOOL_DONE);
		plot_sample(plot, MEASURE_RTT, SECOND, cases[i].longest_ns);
		plot_sample(plot, MEASURE_RTT, 2 * SECOND, cases[i].shortest_ns);
		assert_int_equal(plot_write(plot, "x", "ping"), TOOL_DONE);
		plot_close(plot);
		assert_non_null(strstr(read_back("spread.svg"), cases[i].axis));
	}
}

/* However many there are: so much is written, and neither the first nor what stands out is lost. */
static void test_bounded(void **state)
{
	struct plot *plot;
	size_t lines = 0;

	(void)state;
	put_gnuplot(prints);
	assert_int_equal(plot_open(in_dir("many.png"), &plot), TOOL_DONE);
	for (uint64_t i = 0; i < 1000003; i++) {
		uint64_t ns = 5 * MS + i % 100;

		if (i % 33333 == 11111) /* 30 that are longer than all others, 30 shorter */
			ns = (50 + i / 33333) * MS;
		else if (i % 33333 == 22222)
			ns = (1 + i / 33333) * US;
		plot_sample(plot, MEASURE_RTT, i * US, ns);
	}
	assert_int_equal(plot_write(plot, "x", "ping"), TOOL_DONE);
	plot_close(plot);
	for (const char *s = read_back("many.png"); *s; s++)
		lines += *s == '\n';
	assert_true(lines > 1024 && lines < 4200);
	assert_non_null(strstr(content, "set terminal pngcairo size 1000,320"));
	assert_non_null(strstr(content, "set ylabel 'round trip (ms)'"));
	assert_non_null(strstr(content, "\n0.000000000 5\n"));
	for (int i = 0; i < 30; i++) {
		char text[32];

		sprintf(text, " %d\n", 50 + i);
		assert_non_null(strstr(content, text));
		sprintf(text, " %.9g\n", (1 + i) / 1000.0);
		assert_non_null(strstr(content, text));
	}
}

/* A time that is not told is that of the day. */
static void test_time_of_day(void **state)
{
	struct plot *plot;

	(void)state;
	put_gnuplot(prints);
	assert_int_equal(plot_open(in_dir("now.svg"), &plot), TOOL_DONE);
	plot_sample(plot, MEASURE_TIME, 1000000000 * SECOND, 1);
	plot_sample(plot, MEASURE_TIME, ISOTP_NEVER, 1);
	assert_int_equal(plot_write(plot, "x", "ping"), TOOL_DONE);
	plot_close(plot);
	read_back("now.svg");
	assert_non_null(strstr(content, "\n0.000000000 1\n"));
	assert_true(atof(strstr(content, "\n0.000000000 1\n") + 15) > 600e6);
}

/* --- what can go wrong --- */

static struct plot *opened;

static enum tool_exit open_and_write(void)
{
	enum tool_exit status = plot_open(in_dir("failed.svg"), &opened);

	if (status != TOOL_DONE)
		return status;
	plot_sample(opened, MEASURE_TIME, 0, 1);
	status = plot_write(opened, "x", "ping");
	plot_close(opened);
	return status;
}

static enum tool_exit open_elsewhere(void)
{
	return plot_open(in_dir("no/such/dir.svg"), &opened);
}

static enum tool_exit open_empty(void)
{
	enum tool_exit status = plot_open(in_dir("empty.svg"), &opened);

	if (status == TOOL_DONE)
		status = plot_write(opened, "x", "ping");
	plot_close(opened);
	return status;
}

static void test_no_gnuplot(void **state)
{
	char path[8192];

	(void)state;
	snprintf(path, sizeof(path), "%s", getenv("PATH"));
	setenv("PATH", "/nonexistent:", 1);
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_string_equal(said, "isotp: --plot: gnuplot is not installed\n"
				  "  try: apt install gnuplot-nox\n");
	assert_null(opened);
	assert_int_equal(access(in_dir("failed.svg"), F_OK), -1);
	setenv("PATH", path, 1);
}

/* The last line is what gnuplot ends with; a file that it did not fill does not stay. */
static void test_gnuplot_fails(void **state)
{
	(void)state;
	put_gnuplot("#!/bin/sh\nprintf 'plot\\n    ^\\nline 3: unknown terminal\\n\\n' >&2\n"
		    "exit 1\n");
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_string_equal(said, "isotp: gnuplot: line 3: unknown terminal\n");
	assert_int_equal(access(in_dir("failed.svg"), F_OK), -1);
	put_gnuplot("#!/bin/sh\nkill -9 $$\n");
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_string_equal(said, "isotp: gnuplot: ended without a plot\n");
	put_gnuplot("#!/bin/sh\nexit 0\n");
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_string_equal(said, "isotp: gnuplot: ended without a plot\n");
	put_gnuplot("#!/no/such/interpreter\n");
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_non_null(strstr(said, "/gnuplot: no such file\n"));
	assert_int_equal(access(in_dir("failed.svg"), F_OK), -1);
}

/* What was in the file stays until there is a plot, of which all is written, however long. */
static void test_replaced(void **state)
{
	FILE *f = fopen(in_dir("failed.svg"), "w");

	(void)state;
	assert_non_null(f);
	fputs("old", f);
	fclose(f);
	put_gnuplot("#!/bin/sh\nprintf half\nexit 1\n");
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_string_equal(read_back("failed.svg"), "old");
	put_gnuplot("#!/bin/sh\ndd if=/dev/zero bs=1000 count=300 2>/dev/null | tr '\\0' x\n"
		    "printf end\n");
	assert_int_equal(quietly(open_and_write), TOOL_DONE);
	assert_int_equal(strlen(read_back("failed.svg")), 300003);
	assert_string_equal(content + 299998, "xxend");
	put_gnuplot("#!/bin/sh\nprintf new\n");
	assert_int_equal(quietly(open_and_write), TOOL_DONE);
	assert_string_equal(read_back("failed.svg"), "new");
	unlink(in_dir("failed.svg"));
}

/* gnuplot does not look whether what it writes arrives. What arrived in part does not stay. */
static void test_full(void **state)
{
	struct rlimit limit, least;
	char link[512];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	least = (struct rlimit){ .rlim_cur = 8192, .rlim_max = limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &least), 0);
	put_gnuplot("#!/bin/sh\ndd if=/dev/zero bs=1000 count=9 2>/dev/null\n");
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_non_null(strstr(said, "/failed.svg: "));
	assert_int_equal(access(in_dir("failed.svg"), F_OK), -1);

	snprintf(link, sizeof(link), "%s", in_dir("failed.svg"));
	assert_int_equal(symlink("/dev/full", link), 0);
	put_gnuplot(prints);
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	assert_non_null(strstr(said, "/failed.svg: no space left\n"));
	unlink(link);
}

static void test_no_file(void **state)
{
	char want[1024];

	(void)state;
	put_gnuplot(prints);
	assert_int_equal(quietly(open_elsewhere), TOOL_SYSTEM);
	snprintf(want, sizeof(want), "isotp: %s: no such directory\n", in_dir("no/such"));
	assert_string_equal(said, want);
	assert_int_equal(symlink("/nonexistent/file", in_dir("failed.svg")), 0);
	assert_int_equal(quietly(open_and_write), TOOL_SYSTEM);
	snprintf(want, sizeof(want), "isotp: %s: no such file\n", in_dir("failed.svg"));
	assert_string_equal(said, want);
	unlink(in_dir("failed.svg"));
}

/* Nothing was measured: a file that was there stays as it was, a new one does not stay. */
static void test_nothing(void **state)
{
	FILE *f = fopen(in_dir("empty.svg"), "w");

	(void)state;
	put_gnuplot(prints);
	assert_non_null(f);
	fputs("old", f);
	fclose(f);
	assert_int_equal(quietly(open_empty), TOOL_DONE);
	assert_non_null(strstr(said, "empty.svg: nothing was measured that could be plotted\n"));
	assert_string_equal(read_back("empty.svg"), "old");
	unlink(in_dir("empty.svg"));
	assert_int_equal(quietly(open_empty), TOOL_DONE);
	assert_int_equal(access(in_dir("empty.svg"), F_OK), -1);
}

/* The real one, where there is one, makes what was asked for. */
static void test_gnuplot(void **state)
{
	static const struct {
		const char *file, *begins;
	} cases[] = { { "real.svg", "<?xml" }, { "real.png", "\x89PNG" } };
	char path[8192];
	bool missing = false;

	(void)state;
	snprintf(path, sizeof(path), "%s", getenv("PATH"));
	setenv("PATH", old_path, 1);
	for (size_t i = 0; i < COUNT(cases) && !missing; i++) {
		struct plot *plot;

		missing = plot_open(in_dir(cases[i].file), &plot) != TOOL_DONE;
		if (missing)
			break;
		for (uint64_t k = 0; k < 5000; k++) {
			plot_sample(plot, MEASURE_TIME, k * MS, 10 * MS + k);
			plot_sample(plot, MEASURE_GAP, k * MS, 300 * US + k * 10);
		}
		assert_int_equal(
			plot_write(plot, "''it's'' ${a} {/=20 `title`} \"of\" \\many", "ping"),
			TOOL_DONE);
		plot_close(plot);
		read_back(cases[i].file);
		assert_memory_equal(content, cases[i].begins, strlen(cases[i].begins));
		if (i == 0)
			assert_non_null(strstr(content, "CF gap (us)"));
	}
	setenv("PATH", path, 1);
	if (missing && getenv("STRICT") && !strcmp(getenv("STRICT"), "1"))
		fail_msg("gnuplot is not installed");
	if (missing)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	      cmocka_unit_test(test_script),
		cmocka_unit_test(test_few_and_many),  cmocka_unit_test(test_long_title),
		cmocka_unit_test(test_spread),	      cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_time_of_day),   cmocka_unit_test(test_no_gnuplot),
		cmocka_unit_test(test_gnuplot_fails), cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_full),	      cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_nothing),	      cmocka_unit_test(test_gnuplot),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
