/* SPDX-License-Identifier: MIT */
/* Owns a program's connection, the words for its failures, and which exit code each one is. */
#include "session.h"

#include "machine.h"
#include "transport/interface.h"
#include "values.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const enum tool_exit exits[ISOTP_RESULTS] = {
	[ISOTP_N_OK] = TOOL_DONE,
	[ISOTP_N_TIMEOUT_A] = TOOL_SYSTEM,
	[ISOTP_N_TIMEOUT_BS] = TOOL_NO_FC,
	[ISOTP_N_TIMEOUT_CR] = TOOL_BROKEN,
	[ISOTP_N_WRONG_SN] = TOOL_BROKEN,
	[ISOTP_N_INVALID_FS] = TOOL_BROKEN,
	[ISOTP_N_UNEXP_PDU] = TOOL_BROKEN,
	[ISOTP_N_WFT_OVRN] = TOOL_NO_FC,
	[ISOTP_N_BUFFER_OVFLW] = TOOL_OVERFLOW,
	[ISOTP_N_ERROR] = TOOL_BROKEN,
	[ISOTP_PADDING] = TOOL_BROKEN,
	[ISOTP_INCOMPLETE] = TOOL_BROKEN,
};

static enum tool_exit tell_open_failure(const struct session *s, int error)
{
	const char *name = s->options->interface;

	switch (error) {
	case -ENOMEM:
		tool_error("%s: no memory for PDUs of %zu bytes (--max-pdu)", name,
			   s->options->max_pdu);
		return TOOL_SYSTEM;
	case -EFBIG:
	case -EOPNOTSUPP:
		tool_error("%s: %s", name, s->place.why);
		tool_hint("--stack=builtin");
		return TOOL_USAGE;
	case -EPROTO:
		tool_error("%s: this kernel did not take the options as they are", name);
		tool_hint("--stack=builtin");
		return TOOL_SYSTEM;
	}
	return machine_tell_bus(name, s->place.where, error);
}

/* -v: which stack it is, and why when that is not as usual. */
static void note_stack(const struct session *s)
{
	const char *name = s->options->interface, *why = s->place.why;
	const char *open = *why ? " (" : "", *close = *why ? ")" : "";

	if (isotp_channel_is_kernel(s->channel))
		tool_note("%s: the kernel's stack%s%s", name, *why ? "; in doubt: " : "", why);
	else if (isotp_interface_name(name))
		tool_note("%s: the built-in stack over CAN_RAW%s%s%s", name, open, why, close);
	else
		tool_note("%s: built-in stack on %s", name, s->place.where);
}

enum tool_exit session_open(struct session *s, struct options *options, size_t max_sent)
{
	const struct isotp_channel_settings settings = {
		.interface = options->interface,
		.config = &options->config,
		.stack = options->stack,
		.max_pdu = options->max_pdu,
		.max_pdu_told = options->has_max_pdu,
		.max_sent = max_sent,
		.stop_fd = tool_stop_fd(),
	};
	int rc;

	s->options = options;
	rc = isotp_channel_open(&s->channel, &settings, &s->place);
	if (rc < 0)
		return tell_open_failure(s, rc);
	note_stack(s);
	return TOOL_DONE;
}

bool session_tell_losses(struct session *s)
{
	const uint64_t before = s->lost_in;
	struct isotp_bus_status status;

	isotp_channel_status(s->channel, &status);
	s->lost_in = status.lost_in;
	if (s->lost_in > before)
		tool_warn("%s: %s lost on the way to this program: %" PRIu64, s->options->interface,
			  isotp_channel_is_kernel(s->channel) ? "PDUs" : "frames",
			  s->lost_in - before);
	return s->lost_in > before;
}

void session_close(struct session *s)
{
	struct isotp_bus_status status;
	uint32_t done, length;

	if (!s->channel)
		return;
	/* The kernel would send on to the end of the transfer before it lets us go. */
	if (isotp_channel_sending(s->channel, &done, &length))
		tool_interrupt_waits();
	isotp_channel_status(s->channel, &status);
	if (status.lost_out)
		tool_warn("%s: frames lost by a reader that does not keep up: %" PRIu64 " (in %s)",
			  s->options->interface, status.lost_out, s->place.where);
	isotp_channel_close(s->channel);
	s->channel = NULL;
}

/* Why a frame of ours was not taken: nobody there, no room in the queue, no acknowledge. */
static void confirm_text(const struct session *s, const char *time, char *text, size_t size)
{
	const char *name = s->options->interface;
	struct isotp_bus_status status;
	struct isotp_interface i;

	isotp_channel_status(s->channel, &status);
	if (status.queue_full && isotp_interface_get(name, &i) == 0)
		snprintf(text, size, "the transmit queue was full for %s (txqueuelen %u)", time,
			 i.tx_queue);
	else if (!isotp_channel_others(s->channel))
		snprintf(text, size, "nobody else on the bus within %s (looked in %s)", time,
			 s->place.where);
	else if (isotp_channel_is_kernel(s->channel))
		snprintf(text, size, "a frame of ours was not sent within 2 s (no acknowledge?)");
	else
		snprintf(text, size, "a frame of ours was not taken within %s", time);
}

/* The fact that a result states, as the rest of a line. */
static void result_text(const struct session *s, const struct isotp_event *ev, char *text,
			size_t size)
{
	const struct isotp_config *cfg = &s->options->config;
	char id[ISOTP_CAN_ID_TEXT], time[VALUE_DURATION_TEXT];
	const char *peer = isotp_can_id_format(cfg->address.rx_id, id);

	switch (ev->result) {
	case ISOTP_N_TIMEOUT_A:
		confirm_text(s, value_duration_text(cfg->n_as_ns, time), text, size);
		break;
	case ISOTP_N_TIMEOUT_BS:
		snprintf(text, size, "no flow control from %s within %s", peer,
			 value_duration_text(cfg->n_bs_ns, time));
		break;
	case ISOTP_N_TIMEOUT_CR:
		snprintf(text, size, "no consecutive frame from %s within %s", peer,
			 value_duration_text(cfg->n_cr_ns, time));
		break;
	case ISOTP_N_WRONG_SN:
		snprintf(text, size, "wrong sequence number from %s", peer);
		break;
	case ISOTP_N_INVALID_FS:
		snprintf(text, size, "a flow control with a reserved flow status from %s", peer);
		break;
	case ISOTP_N_UNEXP_PDU:
		snprintf(text, size, "a new PDU from %s cut off the one before", peer);
		break;
	case ISOTP_N_WFT_OVRN:
		snprintf(text, size, "not ready in time (wait frames sent: %u)", cfg->wftmax);
		break;
	case ISOTP_N_BUFFER_OVFLW:
		snprintf(text, size, "overflow said by %s: the PDU is too long for it", peer);
		break;
	case ISOTP_N_ERROR:
		snprintf(text, size, "a flow control from %s is too short or has a reserved status",
			 peer);
		break;
	case ISOTP_PADDING:
		snprintf(text, size, "a frame from %s is not padded as --check-pad asks", peer);
		break;
	default:
		snprintf(text, size, "%s", isotp_result_name(ev->result));
	}
}

/* Somebody sends on the ID that is ours to send on. */
static void hint_exchanged(const struct session *s)
{
	char id[ISOTP_CAN_ID_TEXT];

	if (isotp_channel_heard(s->channel)->own_id)
		tool_hint("exchange --tx-id and --rx-id: frames came on %s",
			  isotp_can_id_format(s->options->config.address.tx_id, id));
}

enum tool_exit session_tell_result(const struct session *s, const struct isotp_event *ev,
				   void (*say)(const char *format, ...))
{
	char text[ISOTP_BUS_WHERE + 128];
	const char *verb = ev->type == ISOTP_EVENT_SENT ? "sent" : "received";
	struct isotp_bus_status status;

	if (ev->result == ISOTP_N_OK)
		return TOOL_DONE;
	result_text(s, ev, text, sizeof(text));
	if (ev->length > ev->done && ev->done)
		say("%s: %s; %" PRIu32 " of %" PRIu32 " bytes %s", s->options->interface, text,
		    ev->done, ev->length, verb);
	else
		say("%s: %s", s->options->interface, text);
	if (ev->result == ISOTP_N_TIMEOUT_BS)
		hint_exchanged(s);
	isotp_channel_status(s->channel, &status);
	if (status.queue_full)
		tool_hint("ip link set %s txqueuelen 1000", s->options->interface);
	return exits[ev->result];
}

enum tool_exit session_tell_timeout(const struct session *s, const char *what, uint64_t ns)
{
	char time[VALUE_DURATION_TEXT];

	value_duration_text(ns, time);
	if (isotp_channel_others(s->channel) || isotp_channel_heard(s->channel)->any)
		tool_error("%s: %s within %s", s->options->interface, what, time);
	else
		tool_error("%s: %s within %s; nobody else is on the bus (looked in %s)",
			   s->options->interface, what, time, s->place.where);
	hint_exchanged(s);
	return TOOL_NO_PDU;
}

enum tool_exit session_tell_failure(const struct session *s, int error)
{
	if (error == -EINTR)
		return TOOL_STOPPED;
	switch (error) {
	case -EBUSY:
		tool_error("%s: busy: a PDU is being received (half duplex)",
			   s->options->interface);
		break;
	case -EFBIG:
		tool_error("%s: the PDU is longer than the kernel's stack sends",
			   s->options->interface);
		tool_hint("--stack=builtin");
		return TOOL_USAGE;
	case -ENETDOWN:
		tool_error("%s: the interface went down", s->options->interface);
		break;
	case -ENODEV:
	case -ENXIO:
		tool_error("%s: the interface is gone", s->options->interface);
		break;
	default:
		tool_error("%s: %s", s->options->interface, tool_strerror(error));
	}
	return TOOL_SYSTEM;
}
