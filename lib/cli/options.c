/* SPDX-License-Identifier: MIT */
/* Owns the way from our tables through popt to the entry that an argument belongs to. */
#include "options.h"

#include "machine.h"
#include "tool.h"
#include "values.h"

#include <errno.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	GROUP_MAX = 8,
	OPTIONS_MAX = 32, /* in one group */
	FIRST_VAL = 1,
};

struct parser {
	poptContext ctx;
	struct poptOption groups[GROUP_MAX][OPTIONS_MAX];
	struct poptOption all[GROUP_MAX + 2];
	const struct option *entries[GROUP_MAX * OPTIONS_MAX];
	int entry_count;
	int first_shared; /* its val: those before it are the program's own */
};

uint64_t option_count(const char *what, const char *arg, uint64_t min, uint64_t max)
{
	char why[VALUE_WHY];
	uint64_t v = 0;

	if (value_count(arg, min, max, &v, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	return v;
}

uint8_t option_byte(const char *what, const char *arg)
{
	char why[VALUE_WHY];
	uint8_t v = 0;

	if (value_byte(arg, &v, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	return v;
}

uint64_t option_duration(const char *what, const char *arg, uint64_t bare_ns, uint64_t max_ns)
{
	char why[VALUE_WHY];
	uint64_t v = 0;

	if (value_duration(arg, bare_ns, max_ns, &v, why) < 0)
		tool_refuse(what, "'%s' %s", arg, why);
	return v;
}

uint64_t option_timeout(const char *what, const char *arg)
{
	const uint64_t ns = option_duration(what, arg, 0, OPTION_DAY_NS);

	if (!ns)
		tool_refuse(what, "'%s' leaves no time at all", arg);
	return ns;
}

char *option_copy(const char *what, const char *arg)
{
	char *copy = strdup(arg);

	if (!copy)
		tool_refuse(what, "out of memory");
	return copy;
}

void option_file(const char *what, const char *arg, char **file)
{
	if (!*arg)
		tool_refuse(what, "needs the name of a file, or - for standard input");
	free(*file);
	*file = option_copy(what, arg);
}

/* True when the option's long name or letter is in a list; NULL is a list of all. */
static bool listed(const struct option *opt, const char *const *names)
{
	if (!names)
		return true;
	for (; *names; names++)
		if (opt->name ? !strcmp(*names, opt->name)
			      : (*names)[0] == opt->letter && !(*names)[1])
			return true;
	return false;
}

/* False when there is none of the group's options. */
static bool add_group(struct parser *p, int group, const char *title, const struct option *options,
		      const char *const *names)
{
	struct poptOption *table;
	int n = 0;

	if (group >= GROUP_MAX)
		abort(); /* there are more groups than places */
	table = p->groups[group];
	for (const struct option *opt = options; opt->apply; opt++) {
		if (!listed(opt, names))
			continue;
		if (n == OPTIONS_MAX - 1)
			abort(); /* the group has outgrown its place */
		table[n++] = (struct poptOption){
			.longName = opt->name,
			.shortName = opt->letter,
			.argInfo = opt->value ? POPT_ARG_STRING : POPT_ARG_NONE,
			.val = FIRST_VAL + p->entry_count,
			.descrip = opt->help,
			.argDescrip = opt->value,
		};
		p->entries[p->entry_count++] = opt;
	}
	table[n] = (struct poptOption)POPT_TABLEEND;
	p->all[group] = (struct poptOption){
		.argInfo = POPT_ARG_INCLUDE_TABLE,
		.arg = table,
		.descrip = title,
	};
	return n > 0;
}

static void build_tables(struct parser *p, const struct program *program)
{
	static struct poptOption help[] = { POPT_AUTOHELP POPT_TABLEEND };
	int n = 0;

	add_group(p, n++, "Options of this program:", program->own, NULL);
	p->first_shared = FIRST_VAL + p->entry_count;
	for (const struct option_group *g = option_groups; g->title; g++)
		n += add_group(p, n, g->title, g->options, program->shared);
	p->all[n++] = help[0];
	p->all[n] = (struct poptOption)POPT_TABLEEND;
}

/* The option as messages name it: the long name where there is one. */
static void option_title(const struct option *opt, char text[OPTION_TITLE])
{
	if (opt->name)
		snprintf(text, OPTION_TITLE, "--%s", opt->name);
	else
		snprintf(text, OPTION_TITLE, "-%c", opt->letter);
}

static void refuse_unread(poptContext ctx, int rc)
{
	const char *bad = poptBadOption(ctx, POPT_BADOPTION_NOALIAS);

	switch (rc) {
	case POPT_ERROR_NOARG:
		tool_refuse(bad, "needs a value");
	case POPT_ERROR_BADOPT:
		tool_refuse(bad, "unknown option");
	case POPT_ERROR_UNWANTEDARG:
		tool_refuse(bad, "takes no value");
	default:
		tool_refuse(bad, "%s", poptStrerror(rc));
	}
}

static void apply_all(struct options *o, const struct parser *p, const struct program *program)
{
	char title[OPTION_TITLE];
	int val;

	while ((val = poptGetNextOpt(p->ctx)) > 0) {
		const struct option *opt = p->entries[val - FIRST_VAL];
		char *arg = opt->value ? poptGetOptArg(p->ctx) : NULL;

		option_title(opt, title);
		if (val >= p->first_shared && !*o->connecting && !listed(opt, program->observing))
			memcpy(o->connecting, title, sizeof(title));
		opt->apply(o, title, arg);
		free(arg);
		if (o->help) {
			poptPrintHelp(p->ctx, stdout, 0);
			exit(TOOL_DONE);
		}
	}
	if (val < -1)
		refuse_unread(p->ctx, val);
}

void options_parse(struct options *o, const struct program *program, int argc, const char **argv)
{
	static const char *const none[] = { NULL };
	struct parser *p = calloc(1, sizeof(*p));
	const char **operands;

	if (!p)
		tool_refuse("command line", "out of memory");
	o->parser = p;
	isotp_config_init(&o->config);
	o->max_pdu = 1024 * 1024;
	build_tables(p, program);
	p->ctx = poptGetContext(program->name, argc, argv, p->all, POPT_CONTEXT_NO_EXEC);
	poptReadDefaultConfig(p->ctx, 0);
	poptSetOtherOptionHelp(p->ctx, program->operands);
	apply_all(o, p, program);
	operands = poptGetArgs(p->ctx);
	if (o->check)
		exit((int)machine_report(operands ? *operands : NULL));
	if (!program->observes && (!operands || !*operands || !**operands))
		tool_refuse("INTERFACE", "missing (can0 or virtual:NAME, say)");
	o->interface = operands ? operands[0] : NULL;
	o->operands = operands && operands[0] && operands[1] ? operands + 1 : none;
	options_check(o, program);
}

void options_release(struct options *o)
{
	poptFreeContext(o->parser->ctx);
	free(o->parser);
	o->parser = NULL;
}
