/* SPDX-License-Identifier: MIT */
/* Owns the runner of tests/vectors: each file there is a test, each line a step of a conversation.
 */
#include "support.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>

struct script {
	struct where at;
	struct isotp_config cfg;
	size_t buffer;
	struct rig *rig; /* NULL until the first step after "config" */
	unsigned int expectations;
};

/* The kinds of value that a setting has. */
enum kind { FLAG, ID, HEX_BYTE, DECIMAL, TIME, TIME_32 };

#define FIELD(name) offsetof(struct isotp_config, name)

/* What "config" understands; `flag` is what a value switches on. */
static const struct setting {
	const char *name;
	enum kind kind;
	size_t field, flag;
} settings[] = {
	{ "tx", ID, FIELD(address.tx_id), 0 },
	{ "rx", ID, FIELD(address.rx_id), 0 },
	{ "txbyte", HEX_BYTE, FIELD(address.tx_byte), FIELD(address.has_byte) },
	{ "rxbyte", HEX_BYTE, FIELD(address.rx_byte), FIELD(address.has_byte) },
	{ "functional", FLAG, FIELD(address.functional), 0 },
	{ "fd", FLAG, FIELD(fd), 0 },
	{ "dl", DECIMAL, FIELD(tx_dl), FIELD(fd) },
	{ "brs", FLAG, FIELD(brs), 0 },
	{ "esi", FLAG, FIELD(esi), 0 },
	{ "txpad", HEX_BYTE, FIELD(txpad), FIELD(tx_padding) },
	{ "rxpad", HEX_BYTE, FIELD(rxpad), FIELD(rx_padding) },
	{ "checklen", FLAG, FIELD(check_pad_len), 0 },
	{ "checkdata", FLAG, FIELD(check_pad_data), 0 },
	{ "bs", DECIMAL, FIELD(bs), 0 },
	{ "stmin", HEX_BYTE, FIELD(stmin), 0 },
	{ "wftmax", DECIMAL, FIELD(wftmax), 0 },
	{ "txstmin", TIME_32, FIELD(tx_stmin_ns), FIELD(force_tx_stmin) },
	{ "rxstmin", TIME_32, FIELD(rx_stmin_ns), FIELD(force_rx_stmin) },
	{ "txtime", TIME_32, FIELD(frame_txtime_ns), 0 },
	{ "listen", FLAG, FIELD(listen), 0 },
	{ "half", FLAG, FIELD(half_duplex), 0 },
	{ "sfbroadcast", FLAG, FIELD(sf_broadcast), 0 },
	{ "cfbroadcast", FLAG, FIELD(cf_broadcast), 0 },
	{ "nas", TIME, FIELD(n_as_ns), 0 },
	{ "nbs", TIME, FIELD(n_bs_ns), 0 },
	{ "ncr", TIME, FIELD(n_cr_ns), 0 },
	{ "nbr", TIME, FIELD(n_br_ns), 0 },
	{ "ncs", TIME, FIELD(n_cs_ns), 0 },
};

static uint64_t parse_time(struct where at, const char *text)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "ns", 1 }, { "us", US }, { "ms", MS }, { "s", SECOND } };
	char *unit;
	const uint64_t value = strtoull(text, &unit, 10);

	for (size_t i = 0; i < COUNT(units) && isdigit((unsigned char)*text); i++)
		if (!strcmp(unit, units[i].name) && value)
			return value * units[i].ns;
	fail_at(at, "not a time such as 100us: %s", text);
}

static uint32_t parse_number(struct where at, const char *text, int base, uint32_t max)
{
	char *end;
	const unsigned long value = strtoul(text, &end, base);

	if (!isxdigit((unsigned char)*text) || *end || value > max)
		fail_at(at, "not a number up to %u: %s", (unsigned int)max, text);
	return (uint32_t)value;
}

static struct isotp_can_id parse_id(struct where at, const char *text)
{
	struct isotp_can_id id = { 0 };
	const char *reason;

	if (strcmp(text, "-") && isotp_can_id_parse(text, &id, &reason) < 0)
		fail_at(at, "%s %s", text, reason);
	return id;
}

static void set_value(struct script *s, const struct setting *setting, const char *text)
{
	unsigned char *field = (unsigned char *)&s->cfg + setting->field;

	switch (setting->kind) {
	case FLAG:
		*(bool *)field = true;
		break;
	case ID:
		*(struct isotp_can_id *)(void *)field = parse_id(s->at, text);
		break;
	case HEX_BYTE:
		*field = (uint8_t)parse_number(s->at, text, 16, 0xFF);
		break;
	case DECIMAL:
		*field = (uint8_t)parse_number(s->at, text, 10, 0xFF);
		break;
	case TIME:
		*(uint64_t *)(void *)field = parse_time(s->at, text);
		break;
	case TIME_32:
		*(uint32_t *)(void *)field = (uint32_t)parse_time(s->at, text);
		break;
	}
	if (setting->flag)
		*((bool *)&s->cfg + setting->flag) = true;
}

/* One word of a "config" line: name, or name=value. */
static void configure(struct script *s, char *word)
{
	char *value = strchr(word, '=');

	if (value)
		*value++ = '\0';
	if (value && !strcmp(word, "buffer")) {
		s->buffer = parse_number(s->at, value, 10, PDU_MAX);
		return;
	}
	for (size_t i = 0; i < COUNT(settings); i++) {
		if (!strcmp(word, settings[i].name) && (settings[i].kind == FLAG) == !value) {
			set_value(s, &settings[i], value);
			return;
		}
	}
	fail_at(s->at, "no such setting: %s", word);
}

static void finish(struct script *s)
{
	if (s->rig)
		rig_expect_quiet(s->rig, s->at);
	test_free(s->rig);
	s->rig = NULL;
}

/* A new connection: what was left of the one before would be a fault. */
static void do_config(struct script *s, char *text)
{
	char *save;

	finish(s);
	isotp_config_init(&s->cfg);
	s->buffer = PDU_MAX;
	for (char *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save))
		configure(s, w);
	s->rig = test_malloc(sizeof(*s->rig));
	rig_init_size(s->rig, &s->cfg, s->buffer);
}

static void do_send(struct script *s, char *text)
{
	const int rc = rig_send_hex(s->rig, s->at, text);

	if (rc)
		fail_at(s->at, "refused: %s", strerror(-rc));
}

static void do_refused(struct script *s, char *text)
{
	static const struct {
		const char *name;
		int error;
	} errors[] = { { "EINVAL", EINVAL },
		       { "EMSGSIZE", EMSGSIZE },
		       { "EBUSY", EBUSY },
		       { "EPERM", EPERM } };
	const size_t len = strcspn(text, " ");
	int rc;

	for (size_t i = 0; i < COUNT(errors); i++) {
		if (strlen(errors[i].name) != len || strncmp(errors[i].name, text, len))
			continue;
		rc = rig_send_hex(s->rig, s->at, text + len);
		if (rc != -errors[i].error)
			fail_at(s->at, rc ? "%s" : "not refused", strerror(-rc));
		return;
	}
	fail_at(s->at, "no such error: %s", text);
}

static void do_frame_out(struct script *s, char *text)
{
	rig_expect_frame(s->rig, s->at, text);
}

static void do_unconfirmed(struct script *s, char *text)
{
	rig_request(s->rig, s->at, text);
}

static void do_frame_in(struct script *s, char *text)
{
	rig_feed(s->rig, s->at, text);
}

static void refuse_words(struct script *s, const char *text)
{
	if (*text)
		fail_at(s->at, "too much: %s", text);
}

static void do_confirm(struct script *s, char *text)
{
	refuse_words(s, text);
	rig_confirm(s->rig);
}

static void do_ready(struct script *s, char *text)
{
	refuse_words(s, text);
	isotp_stack_set_ready(&s->rig->stack, true, s->rig->now);
}

static void do_not_ready(struct script *s, char *text)
{
	refuse_words(s, text);
	isotp_stack_set_ready(&s->rig->stack, false, s->rig->now);
}

static void do_quiet(struct script *s, char *text)
{
	refuse_words(s, text);
	rig_expect_quiet(s->rig, s->at);
}

static void expect(struct script *s, const char *kind, const char *rest)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s %s", kind, rest);
	rig_expect_event(s->rig, s->at, text);
}

static void do_sent(struct script *s, char *text)
{
	expect(s, "sent", text);
}

static void do_broken(struct script *s, char *text)
{
	expect(s, "broken", text);
}

static void do_overflow(struct script *s, char *text)
{
	expect(s, "overflow", text);
}

static void do_received(struct script *s, char *text)
{
	uint8_t pdu[PDU_MAX];
	const long len = hex_parse(text, pdu, sizeof(pdu));

	if (len < 0)
		fail_at(s->at, "not hex: %s", text);
	rig_expect_received(s->rig, s->at, pdu, (size_t)len);
}

/* The steps; `checks` tells those that a conversation is there for. */
static const struct step {
	const char *name;
	void (*run)(struct script *s, char *text);
	bool checks;
} steps[] = {
	{ "config", do_config, false },
	{ "send", do_send, false },
	{ "refused", do_refused, true },
	{ ">", do_frame_out, true },
	{ "unconfirmed", do_unconfirmed, true },
	{ "confirm", do_confirm, false },
	{ "<", do_frame_in, false },
	{ "ready", do_ready, false },
	{ "not-ready", do_not_ready, false },
	{ "quiet", do_quiet, true },
	{ "sent", do_sent, true },
	{ "received", do_received, true },
	{ "broken", do_broken, true },
	{ "overflow", do_overflow, true },
};

static void run_step(struct script *s, char *line)
{
	const size_t len = strcspn(line, " ");
	char *rest = line + len + strspn(line + len, " ");

	if (!s->rig && strncmp(line, "config ", 7))
		fail_at(s->at, "a step before \"config\"");
	if (*line == '+') {
		rig_pass(s->rig, s->at, parse_time(s->at, line + 1));
		return;
	}
	for (size_t i = 0; i < COUNT(steps); i++) {
		if (strlen(steps[i].name) == len && !strncmp(steps[i].name, line, len)) {
			s->expectations += steps[i].checks;
			steps[i].run(s, rest);
			return;
		}
	}
	fail_at(s->at, "not understood: %s", line);
}

/* Cuts a comment, which is the whole line or what follows " # ", and the blanks around. */
static char *strip(char *line)
{
	char *comment = strstr(line, " # ");
	char *end;

	if (comment)
		*comment = '\0';
	line += strspn(line, " \t");
	if (*line == '#')
		*line = '\0';
	end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return line;
}

static void run_file(void **state)
{
	struct script s = { .at = { *state, 0 } };
	char line[1024];
	FILE *f = fopen(s.at.file, "r");

	if (!f)
		fail_at(s.at, "%s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		char *text = strip(line);

		s.at.line++;
		if (strlen(line) == sizeof(line) - 1)
			fail_at(s.at, "the line is too long");
		if (*text)
			run_step(&s, text);
	}
	fclose(f);
	finish(&s);
	if (!s.expectations)
		fail_at(s.at, "nothing is expected in this file");
}

static int is_vector(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return dot && !strcmp(dot, ".txt");
}

static int run_files(const char *folder, struct dirent **files, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	char *path;
	int failed = 1;

	for (size_t i = 0; tests && i < count; i++) {
		if (asprintf(&path, "%s/%s", folder, files[i]->d_name) < 0)
			abort();
		tests[i].name = files[i]->d_name;
		tests[i].test_func = run_file;
		tests[i].initial_state = path;
	}
	if (tests)
		failed = _cmocka_run_group_tests("vectors", tests, count, NULL, NULL);
	for (size_t i = 0; tests && i < count; i++)
		free(tests[i].initial_state);
	free(tests);
	return failed;
}

int main(void)
{
	const char *folder = getenv("VECTORS") ? getenv("VECTORS") : "tests/vectors";
	struct dirent **files;
	const int count = scandir(folder, &files, is_vector, alphasort);
	int failed;

	if (count <= 0) {
		fprintf(stderr, "test_vectors: no *.txt in %s\n", folder);
		return 1;
	}
	failed = run_files(folder, files, (size_t)count);
	for (int i = 0; i < count; i++)
		free(files[i]);
	free(files);
	return failed;
}
