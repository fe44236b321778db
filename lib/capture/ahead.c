/* SPDX-License-Identifier: MIT */
/* Owns the thread that reads a capture ahead, and the ring of batches between it and its user. */
#include "ahead.h"

#include "capture-internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BATCHES = 4, BATCH = 2048 };

/* What one read gave, and what was true then. */
struct batch {
	int n; /* records; 0 and below end the capture */
	uint16_t buses;
	struct isotp_capture_status status;
	struct isotp_record records[BATCH];
};

struct isotp_ahead {
	struct isotp_capture *capture;
	struct isotp_capture_status status; /* before there is a batch */
	int stop_fd, any_stop_fd;	    /* ours; readable at any reason to stop */
	bool running;
	pthread_t thread;

	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	unsigned int in, out; /* batches so far; `out` is the user's until the next call */
	bool holds, waits, stop;

	struct batch batches[BATCHES];
};

/* --- the thread --- */

/* The place for the next batch, or NULL when it is time to stop. Once it has waited it goes on for
 * half the ring, so that the two do not wake each other for each batch. */
static struct batch *empty_batch(struct isotp_ahead *a)
{
	struct batch *b = NULL;

	pthread_mutex_lock(&a->lock);
	if (a->in - a->out == BATCHES) {
		a->waits = true;
		while (!a->stop && a->in - a->out > BATCHES / 2)
			pthread_cond_wait(&a->emptied, &a->lock);
		a->waits = false;
	}
	if (!a->stop)
		b = &a->batches[a->in % BATCHES];
	pthread_mutex_unlock(&a->lock);
	return b;
}

static void give(struct isotp_ahead *a)
{
	pthread_mutex_lock(&a->lock);
	a->in++;
	pthread_cond_signal(&a->filled);
	pthread_mutex_unlock(&a->lock);
}

static void *read_all(void *context)
{
	struct isotp_ahead *a = context;
	struct batch *b;
	int n = 1;

	while (n > 0 && (b = empty_batch(a))) {
		n = b->n = isotp_capture_read(a->capture, b->records, BATCH);
		b->buses = a->capture->buses.count;
		b->status = *isotp_capture_status(a->capture);
		give(a);
	}
	return NULL;
}

/* Signals are the user's. */
static int start(struct isotp_ahead *a)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&a->thread, NULL, read_all, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	a->running = rc == 0;
	return -rc;
}

/* --- its user --- */

/* A descriptor that is readable when the caller's is, or ours. */
static int watch_stops(struct isotp_ahead *a, int callers_fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	a->stop_fd = eventfd(0, EFD_CLOEXEC);
	a->any_stop_fd = epoll_create1(EPOLL_CLOEXEC);
	if (a->stop_fd < 0 || a->any_stop_fd < 0 ||
	    epoll_ctl(a->any_stop_fd, EPOLL_CTL_ADD, a->stop_fd, &event) < 0 ||
	    (callers_fd >= 0 && epoll_ctl(a->any_stop_fd, EPOLL_CTL_ADD, callers_fd, &event) < 0))
		return -errno;
	return 0;
}

int isotp_ahead_open(struct isotp_ahead **ahead, int fd,
		     const struct isotp_capture_settings *settings)
{
	struct isotp_capture_settings own = *settings;
	struct isotp_ahead *a = calloc(1, sizeof(*a));
	int rc;

	*ahead = a;
	if (!a)
		return -ENOMEM;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled, NULL);
	pthread_cond_init(&a->emptied, NULL);
	a->stop_fd = a->any_stop_fd = -1;
	rc = watch_stops(a, settings->stop_fd);
	own.stop_fd = a->any_stop_fd;
	if (rc == 0)
		rc = isotp_capture_open(&a->capture, fd, &own);
	a->status = *isotp_capture_status(a->capture);
	return rc < 0 ? rc : start(a);
}

bool isotp_ahead_ready(struct isotp_ahead *a)
{
	bool ready;

	pthread_mutex_lock(&a->lock);
	ready = a->in - a->out > (a->holds ? 1u : 0u);
	pthread_mutex_unlock(&a->lock);
	return ready;
}

int isotp_ahead_next(struct isotp_ahead *a, const struct isotp_record **records)
{
	const struct batch *b = &a->batches[a->out % BATCHES];

	if (a->holds && b->n <= 0)
		return b->n; /* the end lasts */
	pthread_mutex_lock(&a->lock);
	if (a->holds)
		a->out++;
	if (a->waits && a->in - a->out <= BATCHES / 2)
		pthread_cond_signal(&a->emptied);
	while (a->in == a->out)
		pthread_cond_wait(&a->filled, &a->lock);
	a->holds = true;
	pthread_mutex_unlock(&a->lock);
	b = &a->batches[a->out % BATCHES];
	*records = b->records;
	return b->n;
}

const char *isotp_ahead_bus(const struct isotp_ahead *a, uint16_t bus)
{
	const uint16_t known = a->holds ? a->batches[a->out % BATCHES].buses : 0;

	/* The thread may be adding names; those that are known do not change. */
	return bus < known ? a->capture->buses.names[bus].text : "can0";
}

const struct isotp_capture_status *isotp_ahead_status(const struct isotp_ahead *a)
{
	return a->holds ? &a->batches[a->out % BATCHES].status : &a->status;
}

static void end_thread(struct isotp_ahead *a)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->emptied);
	pthread_mutex_unlock(&a->lock);
	if (write(a->stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(a->thread, NULL);
}

void isotp_ahead_close(struct isotp_ahead *a)
{
	if (!a)
		return;
	if (a->running)
		end_thread(a);
	isotp_capture_close(a->capture);
	if (a->stop_fd >= 0)
		close(a->stop_fd);
	if (a->any_stop_fd >= 0)
		close(a->any_stop_fd);
	pthread_cond_destroy(&a->filled);
	pthread_cond_destroy(&a->emptied);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
