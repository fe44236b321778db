/* SPDX-License-Identifier: MIT */
/*
 * options.h - the command line: tables of options, each with its name, its help and its meaning in
 * one entry, and the rules that hold between options.
 *
 * The shared options stand in options-shared.c. A program adds a table of its own:
 *
 *	static const struct option own[] = {
 *		{ 'l', "loop", NULL, "go on after a PDU", set_loop },
 *		{ 0 }
 *	};
 *	static const struct program program = { "isotprecv", "INTERFACE", own };
 *
 *	options_parse(&options, &program, argc, argv);
 *
 * Everything that cannot be read exactly or cannot work ends the program here with status 2.
 */
#ifndef ISOTP_CLI_OPTIONS_H
#define ISOTP_CLI_OPTIONS_H

#include "protocol/config.h"
#include "protocol/timing.h"
#include "transport/channel.h"

#include <stdbool.h>
#include <stddef.h>

struct options;
struct parser;

struct option {
	char letter;	   /* 0: no short form */
	const char *name;  /* NULL: no long form */
	const char *value; /* what the help calls its value; NULL: it takes none */
	const char *help;
	/* `what` is the option as messages name it, `arg` its value or NULL; both live for the
	 * call alone. */
	void (*apply)(struct options *o, const char *what, const char *arg);
};

struct option_group {
	const char *title;
	const struct option *options; /* ends with an entry of zeros */
};

struct program {
	const char *name;
	const char *operands; /* for the help: "INTERFACE [BYTE...]" */
	const struct option *own;
	bool sends; /* isotpsend: needs --tx-id always, and --rx-id for flow control */
	/* The shared options that it has, by long name or letter, ended by NULL; NULL: all. */
	const char *const *shared;
	bool observes; /* isotpdump: makes no connection of its options, needs no INTERFACE */
	/* Those that an observer has use for, in the same way, where some make a connection: of the
	 * others options.connecting tells. */
	const char *const *observing;
};

#define OPTION_TITLE 64

/* What the command line says: the shared options, read and checked. */
struct options {
	struct isotp_config config;
	const char *interface;	     /* NULL: none was given to one that observes */
	const char *const *operands; /* what follows the interface; ends with NULL */
	size_t max_pdu;
	enum isotp_stack_choice stack;
	void *own; /* for the apply functions of the program's table */

	/* what options_parse needs to check combinations */
	bool has_sa, has_ta, has_ae, has_ext_addr, has_tx_dl, has_link_layer, functional;
	bool has_fd, has_max_pdu;
	bool has_rx_byte; /* of --ext-addr, apart from the byte that is sent */
	/* The first one given that makes a connection, as messages name it; empty: none was. */
	char connecting[OPTION_TITLE];
	bool help;  /* -h */
	bool check; /* --check: report what the machine offers, then exit */
	struct parser *parser;
	uint8_t sa, ta, ae;
	char check_pad; /* 0, 'l', 'c' or 'a' */
	bool check_pad_short;
};

/* The shared groups, ended by an entry of zeros. */
extern const struct option_group option_groups[];

/* Fills *o (o->own is kept); does not return for --help, --version and what is refused. */
void options_parse(struct options *o, const struct program *program, int argc, const char **argv);

/* Frees what interface and operands point to. */
void options_release(struct options *o);

/* The combinations that make an address and a configuration, or a refusal; options-check.c. */
void options_check(struct options *o, const struct program *program);

/* For apply functions: the value, or a refusal that names option and value. */
uint64_t option_count(const char *what, const char *arg, uint64_t min, uint64_t max);
uint8_t option_byte(const char *what, const char *arg);
uint64_t option_duration(const char *what, const char *arg, uint64_t bare_ns, uint64_t max_ns);
uint64_t option_timeout(const char *what, const char *arg); /* up to a day, never 0 */

/* The text itself, for who keeps it and frees it. */
char *option_copy(const char *what, const char *arg);

/* The name of a file to read, "-" included, as such a copy in the place of *file, which is NULL or
 * the one before. */
void option_file(const char *what, const char *arg, char **file);

/* For the parameters that an apply function does not look at. */
#define UNUSED __attribute__((unused))

#define OPTION_DAY_NS (86400 * ISOTP_SECOND) /* the longest time that an option may ask for */

#endif
