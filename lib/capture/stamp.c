/* SPDX-License-Identifier: MIT */
/* Owns candump's time stamps: absolute, as dates, since the first frame, since the frame before. */
#include "stamp.h"

#include <string.h>
#include <time.h>

enum {
	STEPS_MAX = 64,	    /* when it is decided what stamps mean */
	DATE_SHORTEST = 21, /* "2023-11-14 22:13:20.1" */
	YEAR_MAX = 2500,    /* what 64 bits of ns hold */
	NS_PER_SECOND = 1000000000,
};

/* The two digits at `at`, or -1. */
static int two_digits(const char *at)
{
	uint64_t value;

	return isotp_text_decimal((struct isotp_text){ at, at + 2 }, 2, &value) ? (int)value : -1;
}

static bool is_separated(const char *at)
{
	return at[4] == '-' && at[7] == '-' && at[10] == ' ' && at[13] == ':' && at[16] == ':';
}

static int days_of(int year, int month)
{
	static const int days[13] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month];
}

/* The fields of a minute, as mktime takes them; the text has that many bytes. */
static bool read_minute(const char *at, struct tm *tm)
{
	const int year = two_digits(at) * 100 + two_digits(at + 2);
	const int month = two_digits(at + 5), day = two_digits(at + 8);
	const int hour = two_digits(at + 11), minute = two_digits(at + 14);

	if (two_digits(at) < 0 || two_digits(at + 2) < 0 || year < 1970 || year > YEAR_MAX ||
	    month < 1 || month > 12 || day < 1 || day > days_of(year, month))
		return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*tm = (struct tm){ .tm_year = year - 1900,
			   .tm_mon = month - 1,
			   .tm_mday = day,
			   .tm_hour = hour,
			   .tm_min = minute,
			   .tm_isdst = -1 };
	return true;
}

static bool parse_date(struct isotp_text t, struct isotp_stamp *stamp)
{
	struct tm tm;

	if (isotp_text_len(t) < DATE_SHORTEST || !is_separated(t.at) || !read_minute(t.at, &tm))
		return false;
	stamp->minute = t.at;
	stamp->zero = false;
	t.at += ISOTP_STAMP_MINUTE + 1;
	/* 60: a leap second */
	return t.at[2] == '.' && isotp_text_seconds(t, &stamp->ns) &&
	       stamp->ns / NS_PER_SECOND <= 60;
}

bool isotp_stamp_parse(struct isotp_text t, struct isotp_stamp *stamp)
{
	if (isotp_text_len(t) > 4 && t.at[4] == '-')
		return parse_date(t, stamp);
	stamp->minute = NULL;
	stamp->zero = isotp_text_is(t, "000.000000");
	return isotp_text_seconds(t, &stamp->ns);
}

/* The date of the last minute is kept: mktime takes longer than all the rest of a line. */
static uint64_t date_time(struct isotp_stamps *s, const struct isotp_stamp *stamp)
{
	struct tm tm;
	time_t seconds;

	if (memcmp(s->minute, stamp->minute, ISOTP_STAMP_MINUTE) != 0 &&
	    read_minute(stamp->minute, &tm)) {
		seconds = mktime(&tm);
		memcpy(s->minute, stamp->minute, ISOTP_STAMP_MINUTE);
		s->minute_ns = seconds < 0 ? 0 : (uint64_t)seconds * NS_PER_SECOND;
	}
	return s->minute_ns + stamp->ns;
}

static void begin(struct isotp_stamps *s, const struct isotp_stamp *stamp)
{
	s->kind = stamp->zero ? ISOTP_STAMPS_UNDECIDED : ISOTP_STAMPS_PLAIN;
	s->before = 0;
}

bool isotp_stamps_look(struct isotp_stamps *s, const struct isotp_stamp *stamp)
{
	if (s->kind == ISOTP_STAMPS_NEW)
		begin(s, stamp);
	else if (s->kind == ISOTP_STAMPS_UNDECIDED) {
		s->steps++;
		if (stamp->ns < s->before)
			s->falls++;
		if (s->falls >= 2 && s->falls * 4 >= s->steps)
			s->kind = ISOTP_STAMPS_DELTA;
		else if (s->steps == STEPS_MAX)
			s->kind = ISOTP_STAMPS_PLAIN;
		s->before = stamp->ns;
	}
	return s->kind == ISOTP_STAMPS_UNDECIDED;
}

uint64_t isotp_stamps_time(struct isotp_stamps *s, const struct isotp_stamp *stamp)
{
	if (stamp->minute)
		return date_time(s, stamp);
	if (s->kind == ISOTP_STAMPS_NEW || s->kind == ISOTP_STAMPS_UNDECIDED)
		isotp_stamps_look(s, stamp);
	if (s->kind == ISOTP_STAMPS_DELTA)
		s->time += stamp->ns;
	else
		s->time = stamp->ns;
	return s->time;
}
