/* SPDX-License-Identifier: MIT */
/* Owns what the programs are measured against, and with: bare loops without any of the library. */
/*
 *	yardstick pass COUNT SIZE	two processes pass COUNT datagrams of SIZE bytes
 *	yardstick ppoll NS COUNT	sleep NS, COUNT times: mean and 99th percentile of what it
 *					took longer, in nanoseconds
 *	yardstick rss COMMAND...	run a command, its output unseen: its peak memory in KiB
 *	yardstick each COUNT COMMAND...	run a command COUNT times, one after the other
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { SECOND_NS = 1000000000, SIZE_MAX_BYTES = 4096, RSS_SECONDS = 60 };

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "yardstick: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned long number(const char *text, unsigned long max)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || !n || n > max) {
		fprintf(stderr, "yardstick: '%s' is no number from 1 to %lu\n", text, max);
		exit(2);
	}
	return n;
}

static void await_success(pid_t child, const char *what)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	fprintf(stderr, "yardstick: %s: ended with wait status %#x\n", what, (unsigned int)status);
	exit(1);
}

/* --- pass: a bound receiver and a connected sender that block --- */

static int bind_in(const char *directory, struct sockaddr_un *sun)
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (snprintf(sun->sun_path, sizeof(sun->sun_path), "%s/yardstick-%d", directory,
		     (int)getpid()) >= (int)sizeof(sun->sun_path)) {
		errno = ENAMETOOLONG;
		fail(directory);
	}
	if (fd < 0 || bind(fd, (struct sockaddr *)sun, sizeof(*sun)) < 0)
		fail(sun->sun_path);
	return fd;
}

static void send_all(const struct sockaddr_un *sun, unsigned long count, size_t size)
{
	static const char datagram[SIZE_MAX_BYTES];
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) < 0)
		fail("connect");
	while (count--)
		if (send(fd, datagram, size, 0) != (ssize_t)size)
			fail("send");
}

static void receive_all(int fd, unsigned long count, size_t size)
{
	char datagram[SIZE_MAX_BYTES];

	while (count--)
		if (recv(fd, datagram, sizeof(datagram), 0) != (ssize_t)size)
			fail("recv");
}

static void pass(unsigned long count, size_t size)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");
	struct sockaddr_un sun;
	const int fd = bind_in(directory && *directory ? directory : "/tmp", &sun);
	const pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (child == 0) {
		send_all(&sun, count, size);
		_exit(0);
	}
	receive_all(fd, count, size);
	unlink(sun.sun_path);
	await_success(child, "the sender");
}

/* --- ppoll: nothing but sleeping and reading the clock --- */

static uint64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SECOND_NS + (uint64_t)ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void sleep_often(unsigned long ns, unsigned long count)
{
	const struct timespec gap = { (time_t)(ns / SECOND_NS), (long)(ns % SECOND_NS) };
	uint64_t *over = calloc(count, sizeof(*over)), sum = 0;

	if (!over || prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0) < 0)
		fail("ppoll");
	for (unsigned long i = 0; i < count; i++) {
		const uint64_t before = clock_now();

		if (ppoll(NULL, 0, &gap, NULL) < 0)
			fail("ppoll");
		over[i] = clock_now() - before - ns;
		sum += over[i];
	}
	qsort(over, count, sizeof(*over), compare);
	printf("%lu %lu\n", (unsigned long)(sum / count), (unsigned long)over[count * 99 / 100]);
	free(over);
}

/* --- rss, each: commands --- */

static int open_null(void)
{
	const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0)
		fail("/dev/null");
	return null;
}

/* An alarm outlives exec: the command ends, whatever becomes of this process. */
static void measure_memory(char **command)
{
	struct rusage usage;
	const pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (child == 0) {
		alarm(RSS_SECONDS);
		dup2(open_null(), STDOUT_FILENO);
		execvp(command[0], command);
		fail(command[0]);
	}
	await_success(child, command[0]);
	if (getrusage(RUSAGE_CHILDREN, &usage) < 0)
		fail("getrusage");
	printf("%ld\n", usage.ru_maxrss);
}

static void run_each(unsigned long count, char **command)
{
	while (count--) {
		pid_t child;

		errno = posix_spawnp(&child, command[0], NULL, NULL, command, environ);
		if (errno)
			fail(command[0]);
		await_success(child, command[0]);
	}
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "pass"))
		pass(number(argv[2], UINT32_MAX), number(argv[3], SIZE_MAX_BYTES));
	else if (argc == 4 && !strcmp(argv[1], "ppoll"))
		sleep_often(number(argv[2], UINT32_MAX), number(argv[3], 1000000));
	else if (argc >= 3 && !strcmp(argv[1], "rss"))
		measure_memory(argv + 2);
	else if (argc >= 4 && !strcmp(argv[1], "each"))
		run_each(number(argv[2], UINT32_MAX), argv + 3);
	else {
		fputs("usage: yardstick pass COUNT SIZE | ppoll NS COUNT | rss COMMAND... | "
		      "each COUNT COMMAND...\n",
		      stderr);
		return 2;
	}
	return 0;
}
