/* SPDX-License-Identifier: MIT */
/* Owns what lines a Vector ASC file has: its header, and events by kind. */
#include "asc.h"

static bool is_word(struct isotp_text *t, const char *word)
{
	return isotp_text_is(isotp_text_token(t), word);
}

/* "base hex  timestamps absolute"; German tools write "dez". */
static bool read_base(struct isotp_asc *a, struct isotp_text t)
{
	struct isotp_text base;

	if (!is_word(&t, "base"))
		return false;
	base = isotp_text_token(&t);
	a->decimal = isotp_text_begins(base, "de");
	if (!a->decimal && !isotp_text_is(base, "hex"))
		return false;
	if (!is_word(&t, "timestamps"))
		return false;
	a->relative = is_word(&t, "relative");
	return true;
}

static bool is_channel(struct isotp_text word, uint64_t *channel)
{
	return isotp_text_decimal(word, ISOTP_ASC_CHANNEL_DIGITS, channel);
}

/* "2 Rx XLFF ...": also classic and FD frames that a tool has put into this form. */
static enum isotp_verdict judge_xl(struct isotp_text t, const char **why)
{
	struct isotp_text direction;
	uint64_t channel;

	if (!is_channel(isotp_text_token(&t), &channel))
		return isotp_damaged(why, "has no valid channel");
	direction = isotp_text_token(&t);
	if (isotp_text_is(direction, "rx") || isotp_text_is(direction, "tx"))
		return ISOTP_IS_XL;
	return isotp_text_is(direction, "txrq") ? ISOTP_IS_OTHER
						: isotp_damaged(why, "has no valid direction");
}

/* What follows the time of an event. */
static enum isotp_verdict judge_event(struct isotp_text t, bool decimal, struct isotp_frame *f,
				      uint64_t *channel, const char **why)
{
	const struct isotp_text kind = isotp_text_token(&t);

	if (is_channel(kind, channel))
		return isotp_asc_classic(t, decimal, f, why);
	if (isotp_text_is(kind, "canfd"))
		return isotp_asc_fd(t, f, channel, why);
	if (isotp_text_is(kind, "canxl"))
		return judge_xl(t, why);
	return ISOTP_IS_OTHER;
}

static bool begins_with_digit(struct isotp_text t)
{
	return isotp_text_peek(t) >= '0' && isotp_text_peek(t) <= '9';
}

enum isotp_verdict isotp_asc_parse(struct isotp_asc *a, struct isotp_text t, struct isotp_record *r,
				   uint64_t *channel, const char **why)
{
	uint64_t time;

	isotp_text_trim(&t);
	isotp_text_skip_blanks(&t);
	if (!begins_with_digit(t)) {
		read_base(a, t);
		return ISOTP_IS_OTHER;
	}
	if (!isotp_text_seconds(isotp_text_token(&t), &time))
		return isotp_damaged(why, ISOTP_NO_TIME);
	a->now = a->relative ? a->now + time : time;
	r->time_ns = a->now;
	return judge_event(t, a->decimal, &r->frame, channel, why);
}

bool isotp_asc_recognises(struct isotp_text line)
{
	struct isotp_asc a = { 0 };
	struct isotp_record r;
	uint64_t channel;
	const char *why;

	switch (isotp_asc_parse(&a, line, &r, &channel, &why)) {
	case ISOTP_IS_FRAME:
	case ISOTP_IS_XL:
		return true;
	case ISOTP_IS_OTHER:
		return read_base(&a, line);
	default:
		return false;
	}
}
