/* SPDX-License-Identifier: MIT */
/* Owns the tests of which limits can be measured at all. */
#include "cli/perf-needs.h"
#include "support.h"

static struct perf_limit parsed(const char *text)
{
	struct perf_limit limit;
	struct perf_limit_refusal no;

	if (perf_limit_parse(text, &limit, &no) < 0)
		fail_msg("'%s' %s", text, no.why);
	return limit;
}

/* What is asked for in a case below, and a connection that could measure it all. */
struct setting {
	enum perf_mode mode;
	bool no_observe, no_bitrate, brs, fd, functional, has_byte, no_peer;
	uint32_t length; /* 0: not known */
	const char *text, *what, *way_out;
};

static void make_settings(const struct setting *c, struct perf_settings *s,
			  struct isotp_config *config)
{
	isotp_config_init(config);
	config->brs = c->brs;
	config->fd = c->fd;
	config->tx_dl = c->fd ? 64 : 8;
	config->address.functional = c->functional;
	config->address.has_byte = c->has_byte;
	memset(s, 0, sizeof(*s));
	s->mode = c->mode;
	s->no_observe = c->no_observe;
	s->bitrate = c->no_bitrate ? 0 : 500000;
	s->pairs[0].a.id = (struct isotp_can_id){ 0x7E0, 11 };
	s->pairs[0].b.id = (struct isotp_can_id){ 0x7E8, c->no_peer ? 0 : 11 };
	s->n_pairs = 1;
	s->lengths.count = c->length ? 1 : 0;
	s->lengths.n_ranges = c->length ? 1 : 0;
	s->lengths.ranges[0] = (struct perf_range){ .first = c->length, .step = 1, .count = 1 };
}

/* "" where nothing is missing. */
static void expect_lack(const struct setting *c)
{
	const struct perf_limit limit = parsed(c->text);
	struct perf_lack lack = { .what = "" };
	struct perf_settings s;
	struct isotp_config config;

	make_settings(c, &s, &config);
	assert_int_equal(perf_limit_lacks(&limit, &s, &config, &lack), c->what != NULL);
	assert_string_equal(lack.what, c->what ? c->what : "");
	assert_string_equal(lack.way_out ? lack.way_out : "", c->way_out ? c->way_out : "");
}

#define SENDER	  .length = 4095
#define NO_LENGTH .way_out = "--length=4095"
#define NO_PEER                                                                                    \
	.no_peer = true, .what = "needs the ID that flow control comes on",                        \
	.way_out = "--pair=T:R, or -s T -d R"
#define UNSEEN	  .no_observe = true, .what = "excludes --no-observe"
#define ONE_FRAME .functional = true, .what = "excludes --functional: PDUs have one frame there"

static const struct setting settings[] = {
	{ PERF_MONITOR, .text = "rtt.p99>5ms", .what = "needs --ping" },
	{ PERF_MONITOR, .text = "rtt.count>5", .what = "needs --ping" },
	{ PERF_SOURCE, SENDER, .text = "rtt.p99>5ms", .what = "needs --ping" },
	{ PERF_ECHO, .text = "rtt.p99>5ms", .what = "needs --ping" },
	{ PERF_PING, .length = 7, .text = "rtt.p99>5ms" },
	{ PERF_PING, .length = 7, .no_observe = true, .text = "p99>5ms" },

	{ PERF_MONITOR, .text = "lost>0", .what = "needs --sink or --ping" },
	{ PERF_SOURCE, SENDER, .text = "damaged>0", .what = "needs --sink or --ping" },
	{ PERF_ECHO, .text = "reordered>0", .what = "needs --sink or --ping" },
	{ PERF_SINK, .no_observe = true, .text = "lost>0" },
	{ PERF_PING, .length = 7, .text = "damaged>0" },

	{ PERF_MONITOR, .no_bitrate = true, .text = "bus_load>5%", .what = "needs --bitrate" },
	{ PERF_MONITOR, .no_bitrate = true, .text = "wire_share<5%", .what = "needs --bitrate" },
	{ PERF_SINK, .no_bitrate = true, .text = "bus_load>5%", .what = "needs --bitrate" },
	{ PERF_MONITOR, .text = "bus_load>5%" },
	{ PERF_SOURCE, .length = 7, .text = "bus_load>5%" },
	{ PERF_SINK, .fd = true, .brs = true, .text = "bus_load>5%",
	  .what = "needs --dbitrate, too, with bit rate switch" },
	{ PERF_SINK, .fd = true, .text = "bus_load>5%" },
	{ PERF_SOURCE, SENDER, .text = "bus_load>5%", UNSEEN },

	{ PERF_SOURCE, SENDER, .no_observe = true, .text = "wire_share<5%" },
	{ PERF_SOURCE, .length = 7, .no_observe = true, .text = "wire_share<5%" },
	{ PERF_SINK, .text = "wire_share<5%", UNSEEN },
	{ PERF_SOURCE, .length = 7, .text = "wire_share<5%",
	  .what = "needs PDUs of more than 7 bytes", NO_LENGTH },

	{ PERF_SOURCE, SENDER, .text = "frames<5", UNSEEN },
	{ PERF_SINK, .text = "gap.max>5ms", UNSEEN },
	{ PERF_ECHO, .text = "gap.count>5", UNSEEN },
	{ PERF_ECHO, .text = "fc.p50>5ms", UNSEEN },
	{ PERF_ECHO, .text = "stmin_violations>0", UNSEEN },
	{ PERF_ECHO, .text = "bs_violations>0", UNSEEN },
	{ PERF_SINK, .text = "p99>5ms", UNSEEN },
	{ PERF_SOURCE, SENDER, .no_observe = true, .text = "p99>5ms" },
	{ PERF_ECHO, .no_observe = true, .text = "time.max>5ms" },
	{ PERF_PING, .length = 7, .no_observe = true, .text = "time.max>5ms" },
	{ PERF_SINK, .no_observe = true, .text = "pdus<5" },

	{ PERF_MONITOR, .text = "fc.max>5ms", NO_PEER },
	{ PERF_MONITOR, .text = "stmin_violations>0", NO_PEER },
	{ PERF_MONITOR, .text = "bs_violations>0", NO_PEER },
	{ PERF_MONITOR, .no_peer = true, .text = "gap.max>5ms" },
	{ PERF_MONITOR, .no_peer = true, .text = "time.max>5ms" },
	{ PERF_MONITOR, .text = "fc.max>5ms" },

	{ PERF_SOURCE, .length = 7, .text = "fc.max>5ms", NO_LENGTH,
	  .what = "needs PDUs of more than 7 bytes" },
	{ PERF_SOURCE, .length = 8, .text = "fc.max>5ms" },
	{ PERF_SOURCE, .length = 6, .has_byte = true, .text = "stmin_violations>0", NO_LENGTH,
	  .what = "needs PDUs of more than 6 bytes" },
	{ PERF_SOURCE, .length = 7, .has_byte = true, .text = "stmin_violations>0" },
	{ PERF_PING, .length = 7, .text = "bs_violations>0", NO_LENGTH,
	  .what = "needs PDUs of more than 7 bytes" },
	{ PERF_PING, .length = 13, .text = "gap.max>5ms", NO_LENGTH,
	  .what = "needs PDUs of more than 13 bytes" },
	{ PERF_PING, .length = 14, .text = "gap.max>5ms" },
	{ PERF_SOURCE, .length = 11, .has_byte = true, .text = "gap.max>5ms", NO_LENGTH,
	  .what = "needs PDUs of more than 11 bytes" },
	{ PERF_SOURCE, .length = 12, .has_byte = true, .text = "gap.max>5ms" },
	{ PERF_SOURCE, .length = 62, .fd = true, .text = "fc.max>5ms", NO_LENGTH,
	  .what = "needs PDUs of more than 62 bytes" },
	{ PERF_SOURCE, .length = 125, .fd = true, .text = "gap.max>5ms", NO_LENGTH,
	  .what = "needs PDUs of more than 125 bytes" },
	{ PERF_SOURCE, .length = 126, .fd = true, .text = "gap.max>5ms" },
	{ PERF_PING, .length = 10, .fd = true,
	  .text = "gap.max>5ms" }, /* the echo may be shorter */
	{ PERF_SINK, .text = "gap.max>5ms" },
	{ PERF_ECHO, .length = 7, .text = "gap.max>5ms" }, /* what comes is not known */
	{ PERF_SOURCE, .length = 7, .text = "gap.max>5ms", ONE_FRAME },
	{ PERF_SINK, .text = "p99>5ms", ONE_FRAME },
	{ PERF_SOURCE, .length = 7, .functional = true, .text = "p99>5ms" },
};

static void test_what_cannot_be_measured(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(settings); i++)
		expect_lack(&settings[i]);
}

/* Without pairs the monitor finds who answers. One pair with flow control is enough. */
static void test_pairs(void **state)
{
	const struct setting c = { PERF_MONITOR, .no_peer = true, .text = "fc.max>5ms" };
	const struct perf_limit limit = parsed(c.text);
	struct perf_settings s;
	struct isotp_config config;
	struct perf_lack lack;

	(void)state;
	make_settings(&c, &s, &config);
	assert_true(perf_limit_lacks(&limit, &s, &config, &lack));
	s.pairs[1].b.id.width = 29;
	s.n_pairs = 2;
	assert_false(perf_limit_lacks(&limit, &s, &config, &lack));
	s.n_pairs = 0;
	assert_false(perf_limit_lacks(&limit, &s, &config, &lack));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_cannot_be_measured),
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
