/* SPDX-License-Identifier: MIT */
/* Owns where an embedded bus lies, who may use it, and how its nodes are named and reached. */
#include "virtual-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char node_prefix[] = "node-";

/* Opens a real directory, making it first if it is missing; `own`: it must be this user's. */
static int open_directory(const char *path, bool own)
{
	struct stat st;
	int fd;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (own ? O_NOFOLLOW : 0));
	if (fd < 0)
		return errno == ELOOP || errno == ENOENT ? -ENOTDIR
							 : -errno; /* a link to nowhere */
	if (own && (fstat(fd, &st) < 0 || st.st_uid != geteuid())) {
		close(fd);
		return -EPERM;
	}
	return fd;
}

/* The directory that holds the buses of this user; the same rules hold for it as for a bus. */
static int parent_path(char *path, size_t size)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *tmp = getenv("TMPDIR");
	int n;

	if (runtime && *runtime == '/') /* a relative one is to be ignored, says its standard */
		n = snprintf(path, size, "%s/isotp", runtime);
	else
		n = snprintf(path, size, "%s/isotp-%u", tmp && *tmp ? tmp : "/tmp",
			     (unsigned int)geteuid());
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

static int append(char *path, size_t size, const char *name)
{
	const size_t used = strlen(path);
	const int n = snprintf(path + used, size - used, "/%s", name);

	return n < 0 || (size_t)n >= size - used ? -ENAMETOOLONG : 0;
}

int isotp_virtual_directory_open(const char *name, char *where, size_t size)
{
	int rc, fd;

	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return -EINVAL;
	if (strchr(name, '/')) {
		const int n = snprintf(where, size, "%s", name);

		return (size_t)n >= size ? -ENAMETOOLONG : open_directory(where, false);
	}
	rc = parent_path(where, size);
	if (rc < 0)
		return rc;
	fd = open_directory(where, true);
	if (fd < 0)
		return fd;
	close(fd);
	rc = append(where, size, name);
	return rc < 0 ? rc : open_directory(where, true);
}

/* A path too long for sun_path goes through the descriptor of the directory. */
static int node_address(int dir, const char *where, const char *node, struct sockaddr_un *sun)
{
	const size_t size = sizeof(sun->sun_path);
	int n;

	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	n = snprintf(sun->sun_path, size, "%s/%s", where, node);
	if (n < 0 || (size_t)n >= size)
		n = snprintf(sun->sun_path, size, "/proc/self/fd/%d/%s", dir, node);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* Binds under a hidden name, opens the socket to all and only then lets others see it. */
static int bind_and_publish(int fd, int dir, const char *where, const char *node)
{
	char hidden[VIRTUAL_NODE_NAME + 1];
	struct sockaddr_un sun;
	int rc;

	snprintf(hidden, sizeof(hidden), ".%s", node);
	rc = node_address(dir, where, hidden, &sun);
	if (rc < 0)
		return rc;
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0)
		return errno == EPERM ? -EACCES : -errno; /* -EPERM tells of the owner */
	if (fchmodat(dir, hidden, 0666, 0) < 0 || renameat(dir, hidden, dir, node) < 0) {
		rc = -errno;
		unlinkat(dir, hidden, 0);
		return rc;
	}
	return 0;
}

int isotp_virtual_node_bind(int dir, const char *where, char node[VIRTUAL_NODE_NAME])
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unsigned int random;
	int rc;

	if (fd < 0)
		return -errno;
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = 0;
	snprintf(node, VIRTUAL_NODE_NAME, "%s%d-%08x", node_prefix, (int)getpid(), random);
	rc = bind_and_publish(fd, dir, where, node);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

int isotp_virtual_node_connect(int dir, const char *where, const char *node)
{
	struct sockaddr_un sun;
	int fd, rc;

	rc = node_address(dir, where, node, &sun);
	if (rc < 0)
		return rc;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

bool isotp_virtual_node_is(int dir, const char *entry)
{
	struct stat st;

	if (strncmp(entry, node_prefix, strlen(node_prefix)) != 0 ||
	    strlen(entry) >= VIRTUAL_NODE_NAME)
		return false;
	return fstatat(dir, entry, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode);
}

enum { NOTE_MAX = 4096 };

static const char *note_name(const char *node, char name[VIRTUAL_NODE_NAME + 8])
{
	snprintf(name, VIRTUAL_NODE_NAME + 8, "lost-%s", node);
	return name;
}

void isotp_virtual_note_leave(int dir, const char *node, uint64_t lost)
{
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	char name[VIRTUAL_NODE_NAME + 8];
	int fd;

	if (!isotp_virtual_node_is(dir, node))
		return;
	fd = openat(dir, note_name(node, name), flags, 0666);
	if (fd < 0)
		return;
	dprintf(fd, "%" PRIu64 "\n", lost);
	close(fd);
}

/* Untrusted: a line that is no number counts nothing, one that is too large 32 bits. */
static uint64_t sum_of_lines(const char *text)
{
	uint64_t sum = 0;

	while (*text) {
		const size_t digits = strspn(text, "0123456789");
		const bool whole = digits && text[digits] == '\n';
		uint64_t n = 0;

		for (size_t i = 0; whole && i < digits && n < UINT32_MAX; i++)
			n = 10 * n + (uint64_t)(text[i] - '0');
		sum += n < UINT32_MAX ? n : UINT32_MAX;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return sum;
}

uint64_t isotp_virtual_note_take(int dir, const char *node)
{
	char name[VIRTUAL_NODE_NAME + 8], text[NOTE_MAX + 1];
	const int fd =
		openat(dir, note_name(node, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, NOTE_MAX);
	close(fd);
	unlinkat(dir, name, 0);
	text[n > 0 ? n : 0] = '\0';
	return sum_of_lines(text);
}
