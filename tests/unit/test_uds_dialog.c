/* SPDX-License-Identifier: MIT */
/* Owns the tests of which request an answer belongs to. */
#include "support.h"

#include "protocol/address.h"
#include "protocol/uds-dialog.h"

enum { DATA_MAX = 64, WORDS_MAX = 64, TEXT_LINE_MAX = 128 };

/*
 * PDUs as lines: "20 7E8>7E0: 50 03 = 0 after 20 ms" is one at 20 ms from 7E8, whose peer is 7E0,
 * and it answers line 0. An answer to nothing ends in "= none", a request has no "=".
 *
 * "?" is a peer that is not known; ends are written "7E0", "6F1/12" with an address byte, "1:7E0"
 * on bus 1, "7E0+fd" with FD frames. "20+5" lasts 5 ms. "20<3" began before the PDU of line 3, else
 * a PDU begins where its line stands.
 */
struct step {
	unsigned long at, lasts; /* ms */
	unsigned long began;	 /* 0: where it stands */
	char from[24], peer[24];
	char hex[3 * DATA_MAX];
	char want[WORDS_MAX];
};

/* The number after `mark`, if that is next. */
static unsigned long number_after(char mark, const char **s)
{
	char *end;
	unsigned long value;

	if (**s != mark)
		return 0;
	value = strtoul(*s + 1, &end, 10);
	*s = end;
	return value;
}

/* Copies up to `mark`, which must be there, and goes on behind it. */
static void copy_until(const char *mark, const char **s, char *to, size_t size)
{
	const char *end = strstr(*s, mark);

	assert_non_null(end);
	assert_true((size_t)(end - *s) < size);
	memcpy(to, *s, (size_t)(end - *s));
	to[end - *s] = '\0';
	*s = end + strlen(mark);
}

static struct step step_of(const char *s)
{
	struct step step = { .want = "none" };
	char *end;

	step.at = strtoul(s, &end, 10);
	s = end;
	step.lasts = number_after('+', &s);
	step.began = number_after('<', &s);
	assert_int_equal(*s++, ' ');
	copy_until(">", &s, step.from, sizeof(step.from));
	copy_until(": ", &s, step.peer, sizeof(step.peer));
	if (!strchr(s, '=')) {
		snprintf(step.hex, sizeof(step.hex), "%s", s);
		return step;
	}
	copy_until("= ", &s, step.hex, sizeof(step.hex));
	snprintf(step.want, sizeof(step.want), "%s", s);
	return step;
}

static struct isotp_endpoint endpoint_of(const char *text)
{
	struct isotp_endpoint e = { .bus = 0 };
	const char *reason;
	char id[16];
	size_t n;

	if (strcmp(text, "?") == 0)
		return e;
	if (text[1] == ':') {
		e.bus = (uint16_t)(text[0] - '0');
		text += 2;
	}
	n = strcspn(text, "/+");
	assert_true(n < sizeof(id));
	memcpy(id, text, n);
	id[n] = '\0';
	assert_int_equal(isotp_can_id_parse(id, &e.id, &reason), 0);
	e.has_byte = text[n] == '/';
	e.byte = e.has_byte ? (uint8_t)strtoul(text + n + 1, NULL, 16) : 0;
	e.fd = strstr(text, "+fd") != NULL;
	return e;
}

/* Frames are numbered by tens, so that one can lie between two PDUs. */
static struct isotp_uds_pdu pdu_of(const struct step *step, unsigned int line)
{
	static uint8_t data[DATA_MAX];
	const long length = hex_parse(step->hex, data, sizeof(data));

	assert_true(length >= 0);
	return (struct isotp_uds_pdu){
		.from = endpoint_of(step->from),
		.peer = endpoint_of(step->peer),
		.first_ns = step->at * MS,
		.last_ns = (step->at + step->lasts) * MS,
		.first_frame = 10 * (step->began ? step->began : line) + (step->began ? 5 : 10),
		.last_frame = 10 * line + 10,
		.data = data,
		.length = (size_t)length,
	};
}

static const char *words_of(const struct isotp_uds_answer *answer, const struct isotp_uds_pdu *pdu)
{
	static char words[WORDS_MAX];
	const int64_t ns = (int64_t)(pdu->first_ns - answer->request_ns);
	int n;

	if (!answer->found)
		return answer->request_ns || answer->request_frame || answer->pending ? "junk"
										      : "none";
	n = snprintf(words, sizeof(words), "%d after %d ms", (int)(answer->request_frame / 10 - 1),
		     (int)(ns / (int64_t)MS));
	if (answer->pending)
		snprintf(words + n, sizeof(words) - (size_t)n, ", %u pending", answer->pending);
	return words;
}

static void take(struct isotp_uds_dialog *d, struct where w, unsigned int line, const char *text)
{
	const struct step step = step_of(text);
	const struct isotp_uds_pdu pdu = pdu_of(&step, line);
	struct isotp_uds_answer answer;
	struct isotp_uds u;

	memset(&answer, 0xFF, sizeof(answer));
	isotp_uds_decode(&u, pdu.data, pdu.length);
	isotp_uds_dialog_take(d, &pdu, &u, &answer);
	if (strcmp(words_of(&answer, &pdu), step.want) != 0)
		fail_at(w, "line %u, \"%s\": %s", line, text, words_of(&answer, &pdu));
}

static void run_script(struct where w, const char *lines)
{
	static struct isotp_uds_dialog dialog;
	char text[TEXT_LINE_MAX];

	memset(&dialog, 0, sizeof(dialog));
	for (unsigned int line = 0; *lines; line++) {
		const size_t n = strcspn(lines, "\n");

		assert_true(n < sizeof(text));
		memcpy(text, lines, n);
		text[n] = '\0';
		take(&dialog, w, line, text);
		lines += n + (lines[n] == '\n');
	}
}

#define script(lines)                                                                              \
	do {                                                                                       \
		(void)state;                                                                       \
		run_script(HERE, lines);                                                           \
	} while (0)

static void one_after_the_other(void **state)
{
	script("0 7E0>7E8: 10 03\n"
	       "20 7E8>7E0: 50 03 00 32 01 F4 = 0 after 20 ms\n"
	       "30 7E0>7E8: 22 F1 90\n"
	       "45+50 7E8>7E0: 62 F1 90 57 42 = 2 after 15 ms\n"
	       "100 7E0>7E8: 22 12 34\n"
	       "101 7E8>7E0: 7F 22 31 = 4 after 1 ms");
}

/* From the last frame of the request to the first frame of the answer. */
static void time_between(void **state)
{
	script("0+400 7E0>7E8: 2E F1 90 57 42 30\n"
	       "430+10 7E8>7E0: 6E F1 90 = 0 after 30 ms");
}

static void answered_once(void **state)
{
	script("0 7E0>7E8: 22 F1 90\n"
	       "10 7E8>7E0: 62 F1 90 57 = 0 after 10 ms\n"
	       "20 7E8>7E0: 62 F1 90 57 = none\n"
	       "30 7E8>7E0: 7F 22 31 = none");
}

static void pending(void **state)
{
	script("0 7E0>7E8: 31 01 FF 00\n"
	       "40 7E8>7E0: 7F 31 78 = 0 after 40 ms\n"
	       "2040 7E8>7E0: 7F 31 78 = 0 after 2040 ms, 1 pending\n"
	       "3000 7E8>7E0: 71 01 FF 00 00 = 0 after 3000 ms, 2 pending\n"
	       "3010 7E8>7E0: 7F 31 78 = none");
	script("0 7E0>7E8: 31 01 FF 00\n"
	       "40 7E8>7E0: 7F 31 78 = 0 after 40 ms\n"
	       "90 7E8>7E0: 7F 31 72 = 0 after 90 ms, 1 pending\n"
	       "100 7E8>7E0: 71 01 FF 00 = none");
}

/* TesterPresent of the same tester goes on meanwhile. */
static void pending_among_others(void **state)
{
	script("0 7E0>7E8: 31 01 FF 00\n"
	       "40 7E8>7E0: 7F 31 78 = 0 after 40 ms\n"
	       "100 7DF>?: 3E 80\n"
	       "500 7E1>7E9: 31 01 FF 00\n"
	       "520 7E9>7E1: 71 01 FF 00 = 3 after 20 ms\n"
	       "900 7E8>7E0: 71 01 FF 00 = 0 after 900 ms, 1 pending");
}

/* A tester that went on: the late answer still finds its own request, by what it repeats. */
static void late_answers(void **state)
{
	script("0 7E0>7E8: 22 F1 90\n"
	       "1000 7E0>7E8: 10 03\n"
	       "1010 7E8>7E0: 50 03 = 1 after 10 ms\n"
	       "1020 7E8>7E0: 62 F1 90 57 = 0 after 1020 ms");
	script("0 7E0>7E8: 22 F1 90\n"
	       "1000 7E0>7E8: 22 F1 8C\n"
	       "1010 7E8>7E0: 62 F1 90 57 = 0 after 1010 ms\n"
	       "1020 7E8>7E0: 62 F1 8C 01 = 1 after 20 ms");
}

/* The youngest counts; the older ones have got their answer with it. */
static void repeated_requests(void **state)
{
	script("0 7E0>7E8: 22 F1 90\n"
	       "1000 7E0>7E8: 22 F1 90\n"
	       "2000 7E0>7E8: 22 F1 90\n"
	       "2015 7E8>7E0: 62 F1 90 57 = 2 after 15 ms\n"
	       "2030 7E8>7E0: 62 F1 90 57 = none");
	/* another identifier is another request */
	script("0 7E0>7E8: 22 F1 90\n"
	       "1000 7E0>7E8: 22 F1 8C\n"
	       "1015 7E8>7E0: 7F 22 31 = 1 after 15 ms\n"
	       "1030 7E8>7E0: 62 F1 90 57 = 0 after 1030 ms");
}

/* The answer had begun when the request was repeated: it belongs to the one before. */
static void repeated_into_the_answer(void **state)
{
	script("0 7E0>7E8: 22 F1 90\n"
	       "1000 7E0>7E8: 22 F1 90\n"
	       "990+50<1 7E8>7E0: 62 F1 90 57 = 0 after 990 ms\n"
	       "1060 7E8>7E0: 62 F1 90 57 = 1 after 60 ms");
}

/* What the answer repeats must be the same, as far as both have it. */
static void repeated_bytes(void **state)
{
	script("0 7E0>7E8: 36 01 AA\n"
	       "5 7E8>7E0: 76 02 = none\n"
	       "6 7E8>7E0: 76 01 = 0 after 6 ms");
	script("0 7E0>7E8: 27 01\n"
	       "5 7E8>7E0: 67 02 = none\n"
	       "6 7E8>7E0: 67 01 DE AD = 0 after 6 ms");
	script("0 7E0>7E8: 31 01 02 03\n"
	       "5 7E8>7E0: 71 01 02 04 = none\n"
	       "6 7E8>7E0: 71 03 02 03 = none\n"
	       "7 7E8>7E0: 71 01 02 = 0 after 7 ms");
	script("0 7E0>7E8: 14 FF FF FF\n"
	       "7 7E8>7E0: 54 = 0 after 7 ms");
	script("0 7E0>7E8: 2C 03\n"
	       "7 7E8>7E0: 6C 03 F3 00 = 0 after 7 ms");
}

/* An ECU leaves out what it has not, so the first identifier of the answer may be any. */
static void several_identifiers(void **state)
{
	script("0 7E0>7E8: 22 01 02 F1 90\n"
	       "9 7E8>7E0: 62 F1 90 57 = 0 after 9 ms");
	script("0 7DF>?: 01 0C 0D 05\n"
	       "9 7E8>7E0: 41 0D 3C = 0 after 9 ms\n"
	       "10 7E9>7E1: 41 0C 1A F8 = 0 after 10 ms");
}

static void other_services(void **state)
{
	script("0 7E0>7E8: 10 03\n"
	       "5 7E8>7E0: 7F 11 22 = none\n"
	       "6 7E8>7E0: 51 03 = none\n"
	       "7 7E8>7E0: 50 03 = 0 after 7 ms");
}

/* Services without a name go by their number: KWP2000's on CAN, and what suppliers make up. */
static void unnamed_services(void **state)
{
	script("0 7E0>7E8: 1A 90\n"
	       "5 7E8>7E0: 5A 90 57 = 0 after 5 ms\n"
	       "10 7E0>7E8: BA 01\n"
	       "15 7E8>7E0: 7F BA 11 = 2 after 5 ms\n"
	       "20 7E0>7E8: 90 01\n"
	       "25 7E8>7E0: 7F 90 11 = none");
}

static void functional_11_bit(void **state)
{
	script("0 7DF>?: 01 00\n"
	       "5 7E8>7E0: 41 00 BE 3E B8 11 = 0 after 5 ms\n"
	       "8 7EA>7E2: 41 00 80 00 00 01 = 0 after 8 ms\n"
	       "9 7E9>?: 7F 01 12 = 0 after 9 ms\n"
	       "10 7E8>7E0: 41 00 BE 3E B8 11 = none\n"
	       "2000 7DF>?: 01 00\n"
	       "2005 7E8>7E0: 41 00 BE 3E B8 11 = 5 after 5 ms\n"
	       "2006 7E8>7E0: 41 00 BE 3E B8 11 = none");
}

/* Each ECU has its own 7F xx 78. */
static void functional_pending(void **state)
{
	script("0 7DF>?: 19 02 FF\n"
	       "5 7E8>7E0: 7F 19 78 = 0 after 5 ms\n"
	       "6 7E9>7E1: 59 02 FF = 0 after 6 ms\n"
	       "7 7EA>7E2: 7F 19 78 = 0 after 7 ms\n"
	       "9 7EA>7E2: 7F 19 78 = 0 after 9 ms, 1 pending\n"
	       "30 7E8>7E0: 59 02 FF = 0 after 30 ms, 1 pending\n"
	       "31 7EA>7E2: 59 02 FF = 0 after 31 ms, 2 pending\n"
	       "32 7E9>7E1: 59 02 FF = none");
}

/* Normal fixed and mixed: the target of the answer is who asked, N_AE is the same. */
static void functional_29_bit(void **state)
{
	script("0 18DB33F1>?: 01 0C\n"
	       "5 18DAF110>?: 41 0C 1A F8 = 0 after 5 ms\n"
	       "6 18DAF118>18DA18F1: 41 0C 1A F8 = 0 after 6 ms\n"
	       "7 18DAF210>?: 41 0C 1A F8 = none\n"
	       "8 18CEF120/55>?: 41 0C 1A F8 = none\n"
	       "9 7E8>?: 41 0C 1A F8 = none\n"
	       "9 18EFF111>?: 41 0C 1A F8 = none\n"
	       "10 0CDAF119>?: 41 0C 1A F8 = 0 after 10 ms");
	script("0 18CD33F1/55>?: 3E 00\n"
	       "5 18CEF110/55>?: 7E 00 = 0 after 5 ms\n"
	       "6 18CEF111/56>?: 7E 00 = none\n"
	       "7 18DAF112>?: 7E 00 = none");
	/* the next format has another meaning: 18DC is no functional one */
	script("0 18DC33F1>18DAF110: 3E 00\n"
	       "5 18DAF111>18DA11F1: 7E 00 = none\n"
	       "6 18DAF110>18DC33F1: 7E 00 = 0 after 6 ms");
}

static void functional_has_one_format(void **state)
{
	script("0 7DF>?: 3E 00\n"
	       "5 18DAF110>?: 7E 00 = none\n"
	       "6 612/F1>?: 7E 00 = none\n"
	       "7 77A>?: 7E 00 = 0 after 7 ms");
}

/* 3E 80 and the like: no positive answer, unless 7F xx 78 promised one. */
static void suppressed(void **state)
{
	script("0 7E0>7E8: 3E 00\n"
	       "10 7E0>7E8: 3E 80\n"
	       "15 7E8>7E0: 7E 00 = 0 after 15 ms\n"
	       "16 7E8>7E0: 7E 00 = none");
	script("0 7DF>?: 3E 80\n"
	       "10 7E8>7E0: 7E 00 = none");
	script("0 7E0>7E8: 10 83\n"
	       "10 7E8>7E0: 7F 10 22 = 0 after 10 ms");
	script("0 7E0>7E8: 10 82\n"
	       "10 7E8>7E0: 7F 10 78 = 0 after 10 ms\n"
	       "90 7E8>7E0: 50 02 = 0 after 90 ms, 1 pending");
	script("0 7DF>?: 28 83 01\n"
	       "10 7E8>7E0: 7F 28 78 = 0 after 10 ms\n"
	       "20 7E9>7E1: 68 03 = none\n"
	       "90 7E8>7E0: 68 03 = 0 after 90 ms, 1 pending");
}

/* KWP2000 on CAN has sessions above 80: its ECU answers and repeats the byte as it is. */
static void no_suppress_bit(void **state)
{
	script("0 7A0>7A8: 10 90\n"
	       "16 7A8>7A0: 50 90 = 0 after 16 ms");
	script("0 7A0>7A8: 10 90\n"
	       "16 7A8>7A0: 50 10 = none\n"
	       "17 7A8>7A0: 50 91 = none");
}

static void two_testers(void **state)
{
	script("0 18DA10F1>18DAF110: 22 F1 90\n"
	       "1 18DA10F2>18DAF210: 22 F1 90\n"
	       "5 18DAF110>18DA10F1: 62 F1 90 57 = 0 after 5 ms\n"
	       "9 18DAF210>18DA10F2: 62 F1 90 57 = 1 after 8 ms");
}

static void address_bytes(void **state)
{
	script("0 6F1/12>612/F1: 22 F1 90\n"
	       "1 6F1/40>640/F1: 22 F1 90\n"
	       "5 612/F1>6F1/12: 62 F1 90 57 = 0 after 5 ms\n"
	       "6 612/F1>6F1/12: 62 F1 90 57 = none\n"
	       "7 640/F1>6F1/40: 62 F1 90 57 = 1 after 6 ms");
	/* the same ID with another byte is somebody else */
	script("0 6F1/12>612/F1: 22 F1 90\n"
	       "5 612/F2>?: 62 F1 90 57 = none\n"
	       "6 612/F1>?: 62 F1 90 57 = 0 after 6 ms");
}

static void buses_and_kinds_of_frame(void **state)
{
	script("0 7E0>7E8: 3E 00\n"
	       "5 1:7E8>1:7E0: 7E 00 = none\n"
	       "6 7E8+fd>7E0+fd: 7E 00 = none\n"
	       "7 7E8>7E0: 7E 00 = 0 after 7 ms");
	script("0 7DF>?: 3E 00\n"
	       "5 1:7E8>?: 7E 00 = none\n"
	       "6 7E8+fd>?: 7E 00 = none\n"
	       "7 7E8>?: 7E 00 = 0 after 7 ms");
	script("0 1:700>?: 3E 00\n"
	       "5 77A>?: 7E 00 = none\n"
	       "6 1:77A+fd>?: 7E 00 = none\n"
	       "7 1:77A>?: 7E 00 = 0 after 7 ms");
}

/* Nobody answers himself, nor do two ECUs talk for one another. */
static void not_the_peer(void **state)
{
	script("0 7E0>7E8: 3E 00\n"
	       "5 7E0>7E8: 7E 00 = none\n"
	       "6 7E9>7E1: 7E 00 = none\n"
	       "7 7E9>?: 7E 00 = none\n"
	       "8 7E8>?: 7E 00 = 0 after 8 ms");
	script("0 700>?: 3E 00\n"
	       "5 700>?: 7E 00 = none");
}

/* A request whose peer is not known: one side of the pair is enough; else anyone may answer, and
 * more than one, since its ID may be a functional one. */
static void unknown_peers(void **state)
{
	script("0 710>?: 22 F1 90\n"
	       "5 77A>710: 62 F1 90 57 = 0 after 5 ms\n"
	       "6 77B>?: 62 F1 90 57 = none");
	script("0 700>?: 22 F1 90\n"
	       "5 77A>710: 7F 22 78 = 0 after 5 ms\n"
	       "6 77B>?: 62 F1 90 57 = 0 after 6 ms\n"
	       "7 77B>?: 62 F1 90 57 = none\n"
	       "9 77A>710: 62 F1 90 57 = 0 after 9 ms, 1 pending\n"
	       "10 18DAF110>?: 62 F1 90 57 = none");
	script("0 6F1/DF>?: 22 F1 01\n"
	       "5 640/F1>?: 62 F1 01 = 0 after 5 ms\n"
	       "6 640/F2>?: 62 F1 01 = 0 after 6 ms\n"
	       "7 640/F1>?: 62 F1 01 = none");
	/* who is certain goes before who is younger */
	script("0 710>77A: 22 F1 90\n"
	       "1 712>?: 22 F1 90\n"
	       "5 77A>710: 62 F1 90 57 = 0 after 5 ms\n"
	       "6 77C>?: 62 F1 90 57 = 1 after 5 ms");
}

/* A physical and a functional request of the same: the younger one. */
static void physical_and_functional(void **state)
{
	script("0 7DF>?: 3E 00\n"
	       "1 7E0>7E8: 3E 00\n"
	       "5 7E8>7E0: 7E 00 = 1 after 4 ms\n"
	       "6 7E9>7E1: 7E 00 = 0 after 6 ms\n"
	       "7 7E8>7E0: 7E 00 = 0 after 7 ms\n"
	       "8 7E8>7E0: 7E 00 = none");
}

/* 2020, table 29: nobody may take longer than 16 bits can say. */
static void too_late(void **state)
{
	script("0+10 7E0>7E8: 22 F1 90\n"
	       "65546 7E8>7E0: 62 F1 90 57 = none\n"
	       "65545 7E8>7E0: 62 F1 90 57 = 0 after 65535 ms");
	script("0 7E0>7E8: 31 01 FF 00\n"
	       "1000 7E8>7E0: 7F 31 78 = 0 after 1000 ms\n"
	       "656351 7E8>7E0: 71 01 FF 00 = none\n"
	       "656350 7E8>7E0: 71 01 FF 00 = 0 after 656350 ms, 1 pending");
}

static void clock_steps_back(void **state)
{
	script("5000 7E0>7E8: 22 F1 90\n"
	       "4990 7E8>7E0: 62 F1 90 57 = 0 after -10 ms");
}

static void nothing_to_say(void **state)
{
	script("0 7E0>7E8: \n"
	       "1 7E8>7E0: \n"
	       "2 7E8>7E0: 7F\n"
	       "3 7E0>7E8: 22\n"
	       "4 7E8>7E0: 62 = 3 after 1 ms\n"
	       "5 7E0>7E8: 22 F1 90\n"
	       "6 7E8>7E0: 7F 22 = 5 after 1 ms");
}

/* As take(), of a line with numbers in it. */
static void take_format(struct isotp_uds_dialog *d, struct where w, unsigned int line,
			const char *format, ...) __attribute__((format(printf, 4, 5)));

static void take_format(struct isotp_uds_dialog *d, struct where w, unsigned int line,
			const char *format, ...)
{
	char text[TEXT_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	take(d, w, line, text);
}

/* Requests without an answer, each of its own ID. */
static void take_unanswered(struct isotp_uds_dialog *d, unsigned int first, unsigned int count)
{
	for (unsigned int i = first; i < first + count; i++)
		take_format(d, HERE, i, "%u %03X>%03X: 3E 00", i, 0x100 + i, 0x400 + i);
}

/* The oldest is forgotten, and only that. */
static void more_than_there_is_room_for(void **state)
{
	static struct isotp_uds_dialog d;

	(void)state;
	memset(&d, 0, sizeof(d));
	take_unanswered(&d, 0, ISOTP_UDS_OPEN_MAX + 1);
	take(&d, HERE, 500, "500 400>100: 7E 00 = none");
	take(&d, HERE, 501, "501 401>101: 7E 00 = 1 after 500 ms");
	take(&d, HERE, 502, "502 440>140: 7E 00 = 64 after 438 ms");
}

/* Who says 7F xx 78 stays, while requests that nobody answers come and go. */
static void pending_is_not_forgotten(void **state)
{
	static struct isotp_uds_dialog d;

	(void)state;
	memset(&d, 0, sizeof(d));
	take(&d, HERE, 0, "0 7E0>7E8: 31 01 FF 00");
	take_unanswered(&d, 1, ISOTP_UDS_OPEN_MAX - 1);
	take(&d, HERE, 70, "70 7E8>7E0: 7F 31 78 = 0 after 70 ms");
	take_unanswered(&d, 71, ISOTP_UDS_OPEN_MAX - 1);
	take(&d, HERE, 500, "500 7E8>7E0: 71 01 FF 00 = 0 after 500 ms, 1 pending");
}

static void answered_ones_make_room(void **state)
{
	static struct isotp_uds_dialog d;

	(void)state;
	memset(&d, 0, sizeof(d));
	take(&d, HERE, 0, "0 7E1>7E9: 22 F1 90");
	for (unsigned int i = 1; i <= 8 * ISOTP_UDS_OPEN_MAX; i += 2) {
		take(&d, HERE, i, "100 7E0>7E8: 36 01 AA");
		take_format(&d, HERE, i + 1, "101 7E8>7E0: 76 01 = %u after 1 ms", i);
	}
	take(&d, HERE, 900, "900 7E9>7E1: 62 F1 90 = 0 after 900 ms");
}

/* More ECUs than are remembered for one request still find it; those that are, answer once. */
static void many_ecus(void **state)
{
	static struct isotp_uds_dialog d;

	(void)state;
	memset(&d, 0, sizeof(d));
	take(&d, HERE, 0, "0 7DF>?: 3E 00");
	for (unsigned int i = 1; i <= ISOTP_UDS_ANSWERERS_MAX + 8; i++)
		take_format(&d, HERE, i, "%u %03X>?: 7E 00 = 0 after %u ms", i, 0x600 + i, i);
	take(&d, HERE, 900, "900 601>?: 7E 00 = none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(time_between),
		cmocka_unit_test(answered_once),
		cmocka_unit_test(pending),
		cmocka_unit_test(pending_among_others),
		cmocka_unit_test(late_answers),
		cmocka_unit_test(repeated_requests),
		cmocka_unit_test(repeated_into_the_answer),
		cmocka_unit_test(repeated_bytes),
		cmocka_unit_test(several_identifiers),
		cmocka_unit_test(other_services),
		cmocka_unit_test(unnamed_services),
		cmocka_unit_test(functional_11_bit),
		cmocka_unit_test(functional_pending),
		cmocka_unit_test(functional_29_bit),
		cmocka_unit_test(functional_has_one_format),
		cmocka_unit_test(suppressed),
		cmocka_unit_test(no_suppress_bit),
		cmocka_unit_test(two_testers),
		cmocka_unit_test(address_bytes),
		cmocka_unit_test(buses_and_kinds_of_frame),
		cmocka_unit_test(not_the_peer),
		cmocka_unit_test(unknown_peers),
		cmocka_unit_test(physical_and_functional),
		cmocka_unit_test(too_late),
		cmocka_unit_test(clock_steps_back),
		cmocka_unit_test(nothing_to_say),
		cmocka_unit_test(more_than_there_is_room_for),
		cmocka_unit_test(pending_is_not_forgotten),
		cmocka_unit_test(answered_ones_make_room),
		cmocka_unit_test(many_ecus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
