/* SPDX-License-Identifier: MIT */
/* Owns the test of request and answer with what real cars said: tests/captures, its README.md. */
#include "support.h"

#include "protocol/address.h"
#include "protocol/uds-dialog.h"

enum { CAPTURED_MAX = 2048, CAPTURED_LINE = 8192 };

/* A PDU as the file says it: its sender, who answers ("functional": everybody), its first byte. */
struct captured {
	char from[16], peer[16];
	uint8_t first;
};

/* "6F4/14"; "functional" is nobody. */
static struct isotp_endpoint endpoint_of(const char *text)
{
	struct isotp_endpoint e = { .bus = 0 };
	const char *reason;
	char id[16] = "";
	const size_t n = strcspn(text, "/");

	if (strcmp(text, "functional") == 0)
		return e;
	assert_true(n < sizeof(id));
	memcpy(id, text, n);
	assert_int_equal(isotp_can_id_parse(id, &e.id, &reason), 0);
	e.has_byte = text[n] == '/';
	e.byte = e.has_byte ? (uint8_t)strtoul(text + n + 1, NULL, 16) : 0;
	return e;
}

/* Who answers must be the one that was asked: by name, or everybody was. */
static void check_captured(struct isotp_uds_dialog *d, struct captured *pdus, unsigned int number,
			   const char *hex)
{
	static uint8_t data[CAPTURED_LINE];
	const struct captured *c = &pdus[number];
	const long length = hex_parse(hex, data, sizeof(data));
	struct isotp_uds_pdu pdu = { .data = data, .length = (size_t)length };
	struct isotp_uds_answer answer;
	struct isotp_uds u;

	assert_true(length > 0);
	pdus[number].first = data[0];
	pdu.from = endpoint_of(c->from);
	pdu.peer = endpoint_of(c->peer);
	pdu.first_frame = number;
	isotp_uds_decode(&u, data, (size_t)length);
	isotp_uds_dialog_take(d, &pdu, &u, &answer);
	if (u.kind != ISOTP_UDS_RESPONSE && u.kind != ISOTP_UDS_NEGATIVE)
		return;
	if (!answer.found)
		fail_at(HERE, "%s %s answers nothing", c->from, hex);
	assert_true(answer.request_frame < number);
	assert_int_equal(pdus[answer.request_frame].first, u.sid);
	if (strcmp(pdus[answer.request_frame].peer, "functional") != 0)
		assert_string_equal(pdus[answer.request_frame].from, c->peer);
}

static void check_capture(const char *name, unsigned int want)
{
	static struct isotp_uds_dialog d;
	static struct captured pdus[CAPTURED_MAX];
	static char line[CAPTURED_LINE], hex[CAPTURED_LINE];
	const char *vectors = getenv("VECTORS") ? getenv("VECTORS") : "tests/vectors";
	unsigned int n = 0;
	FILE *f;

	snprintf(line, sizeof(line), "%s/../captures/%s.pdus", vectors, name);
	f = fopen(line, "r");
	assert_non_null(f);
	memset(&d, 0, sizeof(d));
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || line[0] == '\t')
			continue;
		assert_true(n < CAPTURED_MAX);
		assert_int_equal(
			sscanf(line, "%15s %15s %*s %8191s", pdus[n].from, pdus[n].peer, hex), 3);
		check_captured(&d, pdus, n++, hex);
	}
	fclose(f);
	assert_int_equal(n, want);
}

static void kona(void **state)
{
	(void)state;
	check_capture("kona_carscanner", 1284);
}

static void bmwi3_coding(void **state)
{
	(void)state;
	check_capture("bmwi3_lim_coding", 60);
}

static void bmwi3_charging(void **state)
{
	(void)state;
	check_capture("bmwi3_2014_ac_stop", 53);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kona),
		cmocka_unit_test(bmwi3_coding),
		cmocka_unit_test(bmwi3_charging),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
