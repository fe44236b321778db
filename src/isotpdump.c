/* SPDX-License-Identifier: MIT */
/* isotpdump: shows ISO-TP as it passes, on a bus or in a capture file. */
#include "cli/input.h"
#include "cli/observer.h"
#include "cli/options.h"
#include "cli/pairs.h"
#include "cli/tool.h"
#include "cli/values.h"
#include "transport/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct dump {
	struct options shared;
	char *file; /* of --read */
	struct input_settings from;
	struct input in;
	struct observer_settings show;
	struct observer observer;
	struct isotp_watched tx, rx; /* of -s, -d, -x and -X */
	bool pdus;		     /* something asked for PDUs */
};

/* --- options --- */

static struct dump *dump_of(struct options *o)
{
	return o->own;
}

static void set_read(struct options *o, const char *what, const char *arg)
{
	option_file(what, arg, &dump_of(o)->file);
}

static void set_swap_id(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->from.swap_id = true;
}

static struct isotp_watch *new_pair(struct observer_settings *show)
{
	if (show->n_pairs == ISOTP_WATCH_MAX)
		tool_refuse("--pair", "too many IDs: %d pairs at most", ISOTP_WATCH_MAX);
	return &show->pairs[show->n_pairs++];
}

static void add_pair(struct options *o, const char *what, const char *arg)
{
	char why[VALUE_WHY];

	if (pair_parse(arg, new_pair(&dump_of(o)->show), why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	dump_of(o)->pdus = true;
}

static void set_id(struct isotp_watched *side, const char *what, const char *arg)
{
	const char *reason;

	if (isotp_can_id_parse(arg, &side->id, &reason) < 0)
		tool_refuse(what, "'%s' %s", arg, reason);
}

static void set_broadcast(struct options *o, const char *what, const char *arg)
{
	set_id(&dump_of(o)->show.frame_view.broadcast, what, arg);
}

static void set_tx_id(struct options *o, const char *what, const char *arg)
{
	set_id(&dump_of(o)->tx, what, arg);
}

static void set_rx_id(struct options *o, const char *what, const char *arg)
{
	set_id(&dump_of(o)->rx, what, arg);
}

static void set_byte(struct isotp_watched *side, const char *what, const char *arg)
{
	char why[VALUE_WHY];

	if (pair_parse_byte(arg, side, why) < 0)
		tool_refuse(what, "'%s' is neither a byte in hex nor 'any'", arg);
}

static void set_tx_byte(struct options *o, const char *what, const char *arg)
{
	set_byte(&dump_of(o)->tx, what, arg);
}

static void set_rx_byte(struct options *o, const char *what, const char *arg)
{
	set_byte(&dump_of(o)->rx, what, arg);
}

static void set_color_short(struct options *o UNUSED, const char *what UNUSED,
			    const char *arg UNUSED)
{
	tool_set_color(TOOL_COLOR_ALWAYS);
}

static void set_ascii(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->show.frame_view.ascii = true;
	dump_of(o)->show.view.ascii = true;
}

static void set_timestamp(struct options *o, const char *what, const char *arg)
{
	if (strlen(arg) != 1 || !strchr("adzA", *arg))
		tool_refuse(what, "'%s' is none of a (absolute), d (delta), z (zero), A (date)",
			    arg);
	dump_of(o)->show.frame_view.stamp.kind = (enum stamp_kind) * arg;
	dump_of(o)->show.view.stamp = *arg;
}

static void set_uds_names(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->show.frame_view.uds = true;
}

static void set_frames(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->show.frames = true;
}

static void set_pdu(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->pdus = true;
}

static void set_uds(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->pdus = dump_of(o)->show.uds = true;
}

static void set_stats(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->pdus = dump_of(o)->show.stats = true;
}

static void set_count(struct options *o, const char *what, const char *arg)
{
	dump_of(o)->show.count = option_count(what, arg, 1, UINT64_MAX);
}

static void set_json(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->show.json = true;
}

static void set_full(struct options *o, const char *what UNUSED, const char *arg UNUSED)
{
	dump_of(o)->show.view.full = true;
}

static void set_n_cr(struct options *o, const char *what, const char *arg)
{
	dump_of(o)->show.reassembler.n_cr_ns = option_timeout(what, arg);
}

static void set_n_bs(struct options *o, const char *what, const char *arg)
{
	dump_of(o)->show.reassembler.n_bs_ns = option_timeout(what, arg);
}

static const struct option own_options[] = {
	{ 'r', "read", "FILE", "read a capture file, whatever interfaces there are; -: stdin",
	  set_read },
	{ 's', "tx-id", "ID", "show the frames of this CAN ID, hex; 8 digits: 29 bit", set_tx_id },
	{ 'd', "rx-id", "ID", "and of the one that answers it", set_rx_id },
	{ 0, "pair", "T[/A][:R[/A]]",
	  "show what IDs T and R, with address bytes A, say; repeatable", add_pair },
	{ 'b', "broadcast-id", "ID", "a functional ID, too", set_broadcast },
	{ 'x', "tx-ext-addr", "A|any", "address byte of the frames on --tx-id", set_tx_byte },
	{ 'X', "rx-ext-addr", "A|any", "address byte of the frames on --rx-id", set_rx_byte },
	{ 0, "pdu", NULL, "show PDUs; usual unless -s or -d is given", set_pdu },
	{ 0, "uds", NULL, "name what PDUs say, tell how long answers took", set_uds },
	{ 0, "stats", NULL, "end with a table of who said how much", set_stats },
	{ 0, "frames", NULL, "show frames; usual if -s or -d is given", set_frames },
	{ 0, "json", NULL, "one JSON object a line, see isotp(7)", set_json },
	{ 0, "count", "N", "exit after N frames or PDUs", set_count },
	{ 0, "full", NULL, "show all of a long PDU on a terminal", set_full },
	{ 't', "timestamp", "TYPE", "a: absolute, d: delta, z: from zero, A: date", set_timestamp },
	{ 'a', "ascii", NULL, "show the data as text, too", set_ascii },
	{ 'u', "uds-names", NULL, "frames: name the UDS services", set_uds_names },
	{ 'c', NULL, NULL, "colours, as --color=always", set_color_short },
	{ 0, "n-cr", "T", "end a PDU when its next frame is later than this", set_n_cr },
	{ 0, "n-bs", "T", "end a PDU when its flow control is later than this", set_n_bs },
	{ 0, "swap-id", NULL, "pcap: the IDs are stored little-endian", set_swap_id },
	{ 0 },
};

static const char *const shared_options[] = {
	"rxpad", "check-pad", "P", "max-pdu", "color", "quiet", "verbose", "version", "h", NULL,
};

static const struct program program = {
	.name = "isotpdump",
	.operands = "[OPTION...] INTERFACE | FILE | -",
	.own = own_options,
	.shared = shared_options,
	.observes = true,
};

/* --- what the options ask for --- */

static void choose_input(struct dump *d)
{
	const char *operand = d->shared.interface;

	if (d->file && operand)
		tool_refuse(operand, "excludes --read");
	if (!d->file && (!operand || !*operand))
		tool_refuse("INTERFACE or FILE", "missing (can0, virtual:NAME, drive.log, -)");
	if (*d->shared.operands)
		tool_refuse(*d->shared.operands, "one INTERFACE or FILE is enough");
	d->from.name = d->file ? d->file : operand;
	d->from.file = d->file != NULL;
}

/* -s and -d with -x and -X are a pair like those of --pair. */
static void add_short_pair(struct dump *d)
{
	if (d->rx.has_byte && !d->tx.has_byte)
		tool_refuse("--rx-ext-addr", "needs --tx-ext-addr too");
	if (d->tx.has_byte && !d->tx.id.width)
		tool_refuse("--tx-ext-addr", "needs --tx-id too");
	if (d->tx.id.width && isotp_can_id_equal(d->tx.id, d->rx.id))
		tool_refuse("--rx-id", "is the same as --tx-id");
	if (d->tx.has_byte && !d->rx.has_byte)
		d->rx.has_byte = d->rx.any_byte = true;
	if (d->tx.id.width || d->rx.id.width)
		*new_pair(&d->show) = (struct isotp_watch){ .a = d->tx, .b = d->rx };
}

static void choose_view(struct dump *d)
{
	struct observer_settings *show = &d->show;

	if (!d->pdus && show->n_pairs)
		show->frames = true;
	if (show->frames && (show->uds || show->stats))
		tool_refuse("--frames", "excludes %s", show->uds ? "--uds" : "--stats");
	show->table_only = show->stats && tool_is_quiet();
	show->view.color = show->frame_view.color = tool_colored(1);
	show->view.columns = tool_columns(1);
	if (!show->view.stamp)
		show->view.stamp = show->view.columns ? STAMP_ZERO : STAMP_ABSOLUTE;
}

/* The functional ID of -b is one side of a pair; the frame view has its own colour for it. */
static void add_broadcast(struct dump *d)
{
	struct observer_settings *show = &d->show;

	show->frame_view.pairs = show->pairs;
	show->frame_view.n_pairs = (size_t)show->n_pairs;
	if (show->frame_view.broadcast.id.width && !show->frames)
		new_pair(show)->a = show->frame_view.broadcast;
}

static void settle(struct dump *d)
{
	choose_input(d);
	add_short_pair(d);
	if (d->show.frame_view.broadcast.id.width) {
		d->show.frame_view.broadcast.has_byte = d->tx.has_byte;
		d->show.frame_view.broadcast.any_byte = true;
	}
	choose_view(d);
	add_broadcast(d);
	d->show.reassembler.padding = d->shared.config;
	d->show.reassembler.max_pdu = (uint32_t)d->shared.max_pdu;
}

/* --- looking --- */

static int next_records(struct dump *d, const struct isotp_record **records)
{
	const struct isotp_reassembler_settings *s = &d->show.reassembler;
	uint64_t wait = ISOTP_NEVER;

	if (s->n_cr_ns || s->n_bs_ns)
		wait = isotp_after(isotp_clock_now(), 100 * ISOTP_MS);
	return input_read(&d->in, records, wait);
}

/* Until the end, a signal, or enough; *error is a failure of standard output. */
static enum tool_exit look(struct dump *d, int *error)
{
	while (*error == 0 && !observer_done(&d->observer)) {
		const struct isotp_record *records;
		const int n = next_records(d, &records);

		input_tell_losses(&d->in);
		if (n == -ENODATA)
			return TOOL_DONE;
		if (n < 0)
			return n == -EINTR ? TOOL_STOPPED : TOOL_SYSTEM;
		if (n > 0)
			*error = observer_take(&d->observer, records, n);
		else
			*error = observer_advance(&d->observer, isotp_clock_realtime());
	}
	return *error == -EINTR ? TOOL_STOPPED : TOOL_DONE;
}

static enum tool_exit finish(struct dump *d, enum tool_exit status, int *error)
{
	enum tool_exit closed;

	if (*error == 0) {
		tool_last_words();
		*error = observer_end(&d->observer);
	}
	if (*error < 0 && *error != -EINTR && *error != -EPIPE) {
		tool_error("standard output: %s", tool_strerror(*error));
		status = TOOL_SYSTEM;
	}
	closed = input_close(&d->in);
	return closed != TOOL_DONE && status != TOOL_SYSTEM ? closed : status;
}

int main(int argc, char **argv)
{
	static struct dump d;
	enum tool_exit status;
	int error = 0;

	tool_init(argc ? argv[0] : program.name);
	d.shared.own = &d;
	options_parse(&d.shared, &program, argc, (const char **)argv);
	settle(&d);
	status = observer_open(&d.observer, &d.show, &d.in);
	if (status == TOOL_DONE)
		status = input_open(&d.in, &d.from);
	if (status == TOOL_DONE) {
		status = look(&d, &error);
		status = finish(&d, status, &error);
	} else {
		input_close(&d.in);
	}
	observer_close(&d.observer);
	options_release(&d.shared);
	free(d.file);
	if (error == -EPIPE)
		tool_finish_pipe();
	tool_finish(status);
}
