/* SPDX-License-Identifier: MIT */
/* Owns the tests of what each shared option sets: it, and nothing else, in a whole configuration. */
#include "cli/options.h"
#include "cli/tool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { TEXT = 512, ARGS_MAX = 16 };

/* --- a configuration as text: the fields in which it differs from another one --- */

#define FIELD(name)                                                                                \
	{                                                                                          \
#name, offsetof(struct options, config.name),                                      \
			sizeof(((struct options *)NULL)->config.name)                              \
	}

/* All of struct isotp_config but the two IDs, and what else an option reaches. */
static const struct field {
	const char *name;
	size_t offset, size;
} fields[] = {
	FIELD(address.has_byte),
	FIELD(address.tx_byte),
	FIELD(address.rx_byte),
	FIELD(address.functional),
	FIELD(fd),
	FIELD(tx_dl),
	FIELD(brs),
	FIELD(esi),
	FIELD(tx_padding),
	FIELD(txpad),
	FIELD(rx_padding),
	FIELD(rxpad),
	FIELD(check_pad_len),
	FIELD(check_pad_data),
	FIELD(bs),
	FIELD(stmin),
	FIELD(wftmax),
	FIELD(force_tx_stmin),
	FIELD(tx_stmin_ns),
	FIELD(force_rx_stmin),
	FIELD(rx_stmin_ns),
	FIELD(has_frame_txtime),
	FIELD(frame_txtime_ns),
	FIELD(dyn_fc),
	FIELD(listen),
	FIELD(half_duplex),
	FIELD(sf_broadcast),
	FIELD(cf_broadcast),
	FIELD(wait_tx_done),
	FIELD(n_as_ns),
	FIELD(n_bs_ns),
	FIELD(n_cr_ns),
	FIELD(n_br_ns),
	FIELD(n_cs_ns),
	{ "max_pdu", offsetof(struct options, max_pdu), sizeof(size_t) },
	{ "has_max_pdu", offsetof(struct options, has_max_pdu), sizeof(bool) },
	{ "stack", offsetof(struct options, stack), sizeof(enum isotp_stack_choice) },
};

static unsigned long long value_of(const struct options *o, const struct field *f)
{
	const unsigned char *at = (const unsigned char *)o + f->offset;
	uint32_t four;
	uint64_t eight;

	switch (f->size) {
	case 1:
		return *at;
	case 4:
		memcpy(&four, at, sizeof(four));
		return four;
	default:
		assert_int_equal(f->size, 8);
		memcpy(&eight, at, sizeof(eight));
		return eight;
	}
}

static void append(char text[TEXT], const char *name, const char *value)
{
	const size_t used = strlen(text);

	assert_true(used + strlen(name) + strlen(value) + 3 < TEXT);
	snprintf(text + used, TEXT - used, "%s%s=%s", used ? " " : "", name, value);
}

static void append_id(char text[TEXT], const char *name, struct isotp_can_id id,
		      struct isotp_can_id usual)
{
	char value[ISOTP_CAN_ID_TEXT];

	if (id.value != usual.value || id.width != usual.width)
		append(text, name, isotp_can_id_format(id, value));
}

/* "tx_id=7E0 bs=8": the fields of *o that are not as in *usual. */
static void describe(const struct options *o, const struct options *usual, char text[TEXT])
{
	char value[32];

	*text = '\0';
	append_id(text, "tx_id", o->config.address.tx_id, usual->config.address.tx_id);
	append_id(text, "rx_id", o->config.address.rx_id, usual->config.address.rx_id);
	for (size_t i = 0; i < COUNT(fields); i++) {
		if (value_of(o, &fields[i]) == value_of(usual, &fields[i]))
			continue;
		snprintf(value, sizeof(value), "%llu", value_of(o, &fields[i]));
		append(text, fields[i].name, value);
	}
}

/* --- command lines --- */

static void note_own(struct options *o, const char *what, const char *arg)
{
	*(int *)o->own += 1;
	assert_string_equal(what, "--own");
	assert_string_equal(arg, "x");
}

static const struct option own_options[] = {
	{ 'o', "own", "X", "counts how often it is given", note_own },
	{ 0 },
};

static const struct program sender = {
	.name = "sender",
	.operands = "INTERFACE",
	.own = own_options,
	.sends = true,
};

static const struct program receiver = {
	.name = "receiver",
	.operands = "INTERFACE",
	.own = own_options,
};

struct command_line {
	char text[TEXT];
	const char *argv[ARGS_MAX + 1];
	int argc;
};

/* "before args after", split at blanks. */
static void split(struct command_line *line, const char *before, const char *args)
{
	char *rest = NULL;

	snprintf(line->text, TEXT, "program %s %s virtual:x", before, args);
	line->argc = 0;
	for (char *s = strtok_r(line->text, " ", &rest); s; s = strtok_r(NULL, " ", &rest)) {
		assert_true(line->argc < ARGS_MAX);
		line->argv[line->argc++] = s;
	}
	line->argv[line->argc] = NULL;
}

/* What a row says: these arguments make these fields differ from the defaults. */
struct row {
	const char *args, *fields;
};

/* The defaults, and the IDs of `before`. */
static void usual_options(struct options *o, const char *before)
{
	memset(o, 0, sizeof(*o));
	isotp_config_init(&o->config);
	o->max_pdu = 1024 * 1024;
	if (*before) {
		o->config.address.tx_id = (struct isotp_can_id){ 0x7E0, 11 };
		o->config.address.rx_id = (struct isotp_can_id){ 0x7E8, 11 };
	}
}

static void check_rows(const struct program *program, const char *before, const struct row *rows,
		       size_t count)
{
	struct command_line line;
	struct options usual;
	char text[TEXT];

	usual_options(&usual, before);
	for (size_t i = 0; i < count; i++) {
		struct options o;

		memset(&o, 0xFF, sizeof(o.config)); /* what was there before does not count */
		memset((char *)&o + sizeof(o.config), 0, sizeof(o) - sizeof(o.config));
		split(&line, before, rows[i].args);
		options_parse(&o, program, line.argc, line.argv);
		describe(&o, &usual, text);
		if (strcmp(text, rows[i].fields) != 0)
			print_error("%s %s: sets '%s', not '%s'\n", before, rows[i].args, text,
				    rows[i].fields);
		assert_string_equal(text, rows[i].fields);
		assert_string_equal(o.interface, "virtual:x");
		assert_null(o.operands[0]);
		options_release(&o);
	}
}

/* --- the rows --- */

static const struct row addresses[] = {
	{ "-s 7E0 -d 7E8", "tx_id=7E0 rx_id=7E8" },
	{ "--tx-id=7E0 --rx-id=7E8", "tx_id=7E0 rx_id=7E8" },
	{ "--tx-id 0x123 --rx-id 1", "tx_id=123 rx_id=001" },
	{ "-s 00000123 -d 123", "tx_id=00000123 rx_id=123" },
	{ "-s 18DA10F1 -d 18DAF110", "tx_id=18DA10F1 rx_id=18DAF110" },
	{ "-s 1 -s 2 -d 3", "tx_id=002 rx_id=003" },
	{ "-s 6F1 -d 612 -x 12:F1",
	  "tx_id=6F1 rx_id=612 address.has_byte=1 address.tx_byte=18 address.rx_byte=241" },
	{ "-s 6F1 -d 612 --ext-addr=12",
	  "tx_id=6F1 rx_id=612 address.has_byte=1 address.tx_byte=18 address.rx_byte=18" },
	{ "-s 6F1 -d 612 -x 0", "tx_id=6F1 rx_id=612 address.has_byte=1" },
	{ "-s 18DA10F1 -d 18DAF110 -x 12:F1",
	  "tx_id=18DA10F1 rx_id=18DAF110 address.has_byte=1 address.tx_byte=18 "
	  "address.rx_byte=241" },
	{ "-s 7E0 -d 7E8 --ae=55",
	  "tx_id=7E0 rx_id=7E8 address.has_byte=1 address.tx_byte=85 address.rx_byte=85" },
	{ "--sa=F1 --ta=10", "tx_id=18DA10F1 rx_id=18DAF110" },
	{ "--sa=F1 --ta=10 --ae=55", "tx_id=18CE10F1 rx_id=18CEF110 address.has_byte=1 "
				     "address.tx_byte=85 address.rx_byte=85" },
};

static const struct row senders_addresses[] = {
	{ "--sa=F1 --ta=33 --functional", "tx_id=18DB33F1 address.functional=1" },
	{ "--sa=F1 --ta=33 --ae=55 --functional",
	  "tx_id=18CD33F1 address.has_byte=1 address.tx_byte=85 "
	  "address.rx_byte=85 address.functional=1" },
	{ "-s 7DF --functional", "tx_id=7DF address.functional=1" },
	{ "-s 7DF -d 7E8 --functional", "tx_id=7DF address.functional=1" },
	{ "-s 6F1 -x EF --functional", "tx_id=6F1 address.has_byte=1 address.tx_byte=239 "
				       "address.rx_byte=239 address.functional=1" },
	{ "-s 7DF --ae=55 --functional", "tx_id=7DF address.has_byte=1 address.tx_byte=85 "
					 "address.rx_byte=85 address.functional=1" },
};

static const struct row receivers_addresses[] = {
	{ "--sa=33 --ta=F1 --functional", "tx_id=18DBF133 rx_id=18DB33F1 address.functional=1" },
	{ "-d 7DF --functional", "rx_id=7DF address.functional=1" },
	{ "-d 7DF --ae=55 --functional", "rx_id=7DF address.has_byte=1 address.tx_byte=85 "
					 "address.rx_byte=85 address.functional=1" },
};

static const struct row settings[] = {
	{ "", "" },

	{ "--fd", "fd=1 tx_dl=64" },
	{ "--tx-dl=8", "" },
	{ "--tx-dl=12", "fd=1 tx_dl=12" },
	{ "--tx-dl=64", "fd=1 tx_dl=64" },
	{ "--fd --tx-dl=8", "fd=1" },
	{ "--tx-dl=0x18 --fd", "fd=1 tx_dl=24" },
	{ "--brs", "fd=1 tx_dl=64 brs=1" },
	{ "--esi", "fd=1 tx_dl=64 esi=1" },
	{ "--tx-dl=8 --brs --esi", "fd=1 brs=1 esi=1" },
	{ "-L 16:8:0", "" },
	{ "-L 72:8:0", "fd=1" },
	{ "-L 72:64:1", "fd=1 tx_dl=64 brs=1" },
	{ "--link-layer=72:64:2", "fd=1 tx_dl=64 esi=1" },
	{ "--link-layer=72:16:7", "fd=1 tx_dl=16 brs=1 esi=1" },
	{ "--link-layer=72:16:4", "fd=1 tx_dl=16" },

	{ "--txpad=AA", "tx_padding=1 txpad=170" },
	{ "--txpad=CC", "tx_padding=1" },
	{ "--rxpad=55", "rx_padding=1 rxpad=85" },
	{ "--rxpad=CC", "rx_padding=1" },
	{ "-p AA", "tx_padding=1 txpad=170" },
	{ "-p AA:", "tx_padding=1 txpad=170" },
	{ "-p :55", "rx_padding=1 rxpad=85" },
	{ "-p AA:55", "tx_padding=1 txpad=170 rx_padding=1 rxpad=85" },
	{ "--check-pad=length", "check_pad_len=1" },
	{ "--check-pad=content --rxpad=CC", "rx_padding=1 check_pad_data=1" },
	{ "--check-pad=all --rxpad=CC", "rx_padding=1 check_pad_len=1 check_pad_data=1" },
	{ "--check-pad=all", "check_pad_len=1 check_pad_data=1" },
	{ "--check-pad=all --check-pad=length", "check_pad_len=1" },
	{ "-P l", "check_pad_len=1" },
	{ "-P c", "check_pad_data=1" },
	{ "-P a", "check_pad_len=1 check_pad_data=1" },

	{ "--bs=8", "bs=8" },
	{ "--bs=0xFF", "bs=255" },
	{ "--stmin=10ms", "stmin=10" },
	{ "--stmin=500us", "stmin=245" },
	{ "--stmin=0xF3", "stmin=243" },
	{ "--wftmax=9", "wftmax=9" },
	{ "--tx-stmin=10ms", "force_tx_stmin=1 tx_stmin_ns=10000000" },
	{ "--tx-stmin=0", "force_tx_stmin=1" },
	{ "--rx-stmin=500us", "force_rx_stmin=1 rx_stmin_ns=500000" },
	{ "--rx-stmin=0", "force_rx_stmin=1" },
	{ "--frame-txtime=250ns", "has_frame_txtime=1 frame_txtime_ns=250" },
	{ "--frame-txtime=zero", "has_frame_txtime=1" },
	{ "--frame-txtime=1ms --frame-txtime=zero", "has_frame_txtime=1" },
	{ "--dyn-fc", "dyn_fc=1" },
	{ "--half-duplex", "half_duplex=1" },
	{ "--max-pdu=1", "max_pdu=1 has_max_pdu=1" },
	{ "--max-pdu=4294967295", "max_pdu=4294967295 has_max_pdu=1" },
	{ "--stack=auto", "" },
	{ "--stack=kernel", "stack=1" },
	{ "--stack=builtin", "stack=2" },

	{ "--n-as=2s", "n_as_ns=2000000000" },
	{ "--n-bs=75ms", "n_bs_ns=75000000" },
	{ "--n-cr=150ms", "n_cr_ns=150000000" },
	{ "--n-br=20ms", "n_br_ns=20000000" },
	{ "--n-cs=30us", "n_cs_ns=30000" },
	{ "--n-br=1ms --n-br=0 --n-cs=0", "" },

	/* many at once do not disturb each other, wherever the interface stands */
	{ "--bs=1 --stmin=2ms --wftmax=3 --n-cs=4ms --txpad=5 --half-duplex",
	  "tx_padding=1 txpad=5 bs=1 stmin=2 wftmax=3 half_duplex=1 n_cs_ns=4000000" },
};

static void test_addresses(void **state)
{
	(void)state;
	check_rows(&sender, "", addresses, COUNT(addresses));
	check_rows(&receiver, "", addresses, COUNT(addresses));
	check_rows(&sender, "", senders_addresses, COUNT(senders_addresses));
	check_rows(&receiver, "", receivers_addresses, COUNT(receivers_addresses));
}

static void test_settings(void **state)
{
	(void)state;
	check_rows(&sender, "-s 7E0 -d 7E8", settings, COUNT(settings));
	check_rows(&receiver, "-s 7E0 -d 7E8", settings, COUNT(settings));
}

static void test_own_options_and_operands(void **state)
{
	static const char *const argv[] = { "program", "-s", "7E0", "--rx-id=7E8",
					    "can0",    "-o", "x",   "--own=x",
					    "22",      "--", "-F1", NULL };
	struct options o = { 0 };
	int given = 0;

	(void)state;
	o.own = &given;
	options_parse(&o, &sender, COUNT(argv) - 1, (const char **)argv);
	assert_int_equal(given, 2);
	assert_string_equal(o.interface, "can0");
	assert_string_equal(o.operands[0], "22");
	assert_string_equal(o.operands[1], "-F1");
	assert_null(o.operands[2]);
	options_release(&o);
}

/* --- what makes a connection, for one that only looks on --- */

static const char *const observing[] = { "tx-id", "rxpad", "P", "quiet", "h", NULL };

static const struct program observer = {
	.name = "observer",
	.operands = "INTERFACE",
	.own = own_options,
	.observes = true,
	.observing = observing,
};

/* The first that is not in the list, by its long name where it has one. */
static const struct row connecting[] = {
	{ "", "" },
	{ "-s 7E0 --rxpad=0 -P l -q", "" },
	{ "--own=x -o x", "" },
	{ "-q --fd", "--fd" },
	{ "--bs=8 --fd --sa=1", "--bs" },
	{ "-d 7E8", "--rx-id" },
	{ "-L 16:8:0", "--link-layer" },
	{ "-p 0", "-p" },
	{ "--stack=auto", "--stack" },
};

static void check_connecting(const struct program *program, const struct row *row,
			     const char *expected)
{
	struct command_line line;
	struct options o = { 0 };
	int given = 0;

	split(&line, "", row->args);
	o.own = &given;
	options_parse(&o, program, line.argc, line.argv);
	assert_string_equal(o.connecting, expected);
	options_release(&o);
}

static void test_what_connects_is_noted(void **state)
{
	const struct program without_list = {
		.name = "observer",
		.operands = "INTERFACE",
		.own = own_options,
		.observes = true,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(connecting); i++) {
		check_connecting(&observer, &connecting[i], connecting[i].fields);
		check_connecting(&without_list, &connecting[i], "");
	}
}

/* --- no option without a row --- */

/* True when one of the arguments is this option: "--bs" in "--bs=8", "-s" in "-s 7E0". */
static bool is_among(const char *args, const char *option)
{
	const size_t n = strlen(option);

	for (const char *s = args; (s = strstr(s, option)); s++) {
		if ((s == args || s[-1] == ' ') && (!s[n] || s[n] == ' ' || s[n] == '='))
			return true;
	}
	return false;
}

static bool is_in(const struct row *rows, size_t count, const char *option)
{
	for (size_t i = 0; i < count; i++)
		if (is_among(rows[i].args, option))
			return true;
	return false;
}

static bool has_row(const char *option)
{
	return is_in(addresses, COUNT(addresses), option) ||
	       is_in(senders_addresses, COUNT(senders_addresses), option) ||
	       is_in(settings, COUNT(settings), option);
}

static void need_row(const char *option)
{
	if (!has_row(option))
		fail_msg("no row tries %s", option);
}

static void test_every_option_has_a_row(void **state)
{
	char option[64];
	size_t n = 0;

	(void)state;
	for (const struct option_group *g = option_groups; g->title; g++) {
		if (!strcmp(g->title, "Messages:")) /* sets nothing here */
			continue;
		for (const struct option *opt = g->options; opt->apply; opt++, n++) {
			snprintf(option, sizeof(option), "--%s", opt->name ? opt->name : "");
			if (opt->name)
				need_row(option);
			snprintf(option, sizeof(option), "-%c", opt->letter);
			if (opt->letter)
				need_row(option);
		}
	}
	assert_true(n > 30);
	assert_false(has_row("--tx")); /* of --tx-id, --tx-dl */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_own_options_and_operands),
		cmocka_unit_test(test_what_connects_is_noted),
		cmocka_unit_test(test_every_option_has_a_row),
	};

	setenv("HOME", "/nowhere", 1); /* no aliases */
	tool_set_quiet(true);
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
