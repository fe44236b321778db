/* SPDX-License-Identifier: MIT */
/* Owns the tests of the frame view: can-utils' recorded output, and what lies beyond it. */
#include "support.h"

#include "cli/frame-view.h"

#include <time.h>

enum { LINE_SIZE = 2048 };

/* A view as isotpdump's options ask for it, and what it writes. */
struct setup {
	struct isotp_watch pair;
	struct frame_view view;
	struct writer writer;
	size_t read; /* what of the writer's buffer was looked at */
};

static void set_id(struct where w, struct isotp_watched *who, const char *text)
{
	const char *reason;

	if (isotp_can_id_parse(text, &who->id, &reason) < 0)
		fail_at(w, "not a CAN ID: %s", text);
}

static void set_byte(struct isotp_watched *who, const char *text)
{
	who->has_byte = true;
	who->any_byte = !strcmp(text, "any");
	who->byte = who->any_byte ? 0 : (uint8_t)strtoul(text, NULL, 16);
}

/* As there: -x alone lets the other side have any address byte; the broadcast ID always may. */
static void set_option(struct where w, struct setup *s, char letter, const char *value)
{
	switch (letter) {
	case 's':
		return set_id(w, &s->pair.a, value);
	case 'd':
		return set_id(w, &s->pair.b, value);
	case 'b':
		return set_id(w, &s->view.broadcast, value);
	case 'x':
		set_byte(&s->pair.a, value);
		set_byte(&s->pair.b, "any");
		return set_byte(&s->view.broadcast, "any");
	case 'X':
		return set_byte(&s->pair.b, value);
	case 't':
		s->view.stamp.kind = (enum stamp_kind)value[0];
		return;
	default:
		fail_at(w, "no such option: -%c %s", letter, value);
	}
}

/* Reads "-s 7E0 -d 7E8 -a"; -x stands before -X. */
static struct setup *view_of(struct where w, const char *options)
{
	static struct setup s;
	char text[128], *save, *word;

	s = (struct setup){ .view = { .pairs = &s.pair } };
	assert_true(strlen(options) < sizeof(text));
	strcpy(text, options);
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (!strcmp(word, "-c"))
			s.view.color = true;
		else if (!strcmp(word, "-a"))
			s.view.ascii = true;
		else if (!strcmp(word, "-u"))
			s.view.uds = true;
		else
			set_option(w, &s, word[1], strtok_r(NULL, " ", &save));
	}
	s.view.n_pairs = s.pair.a.id.width || s.pair.b.id.width ? 1 : 0;
	return &s;
}

static struct isotp_record record_of(struct where w, const char *frame, uint64_t time_ns)
{
	struct isotp_record r = { .time_ns = time_ns };

	if (!frame_parse(frame, &r.frame))
		fail_at(w, "not a frame: %s", frame);
	memset(r.frame.data + r.frame.len, 0xA5, sizeof(r.frame.data) - r.frame.len);
	return r;
}

/* What the view wrote since the last call. */
static const char *written(struct setup *s)
{
	const char *text = s->writer.buffer + s->read;

	assert_true(s->writer.used < sizeof(s->writer.buffer));
	s->writer.buffer[s->writer.used] = '\0';
	s->read = s->writer.used;
	return text;
}

static void expect_text(struct where w, const char *what, const char *got, const char *want)
{
	if (strcmp(got, want))
		fail_at(w, "%s\n    gives %s  instead of %s", what, got, want);
}

static void expect_line(struct where w, struct setup *s, const char *frame, const char *want)
{
	const struct isotp_record r = record_of(w, frame, 0);
	const char *got;

	frame_view_line(&s->view, &s->writer, &r, "can0");
	got = written(s);
	if (frame_view_wants(&s->view, &r) != (*got != '\0'))
		fail_at(w, "%s: wanted is not what is written", frame);
	expect_text(w, frame, got, want);
}

/* --- recordings of can-utils --- */

/* Where names are of ISO 14229-1:2020, can-utils' of 2013, with a slip of the pen in its version
 * 2020.11; and where it takes a byte behind the frame for an NRC. */
static const struct {
	const char *frame, *recorded, *ours;
} differences[] = {
	{ "7E0#0129", "[SRQ] Unknown", "[SRQ] Authentication" },
	{ "7E0#0169", "[PSR] Unknown", "[PSR] Authentication" },
	{ "7E0#017F", "[NRC] positiveResponse", "[NRC] Unknown" },
	{ "7E0#0184", "SecuredDataTransmision", "SecuredDataTransmission" },
	{ "7E0#01C4", "SecuredDataTransmision", "SecuredDataTransmission" },
	{ "7E8#037F2234", "ISOSAEReserved", "authenticationRequired" },
	{ "7E8#037F2238", "reservedByExtendedDataLinkSecurityDocument",
	  "secureDataTransmissionRequired" },
	{ "7E8#037F2239", "reservedByExtendedDataLinkSecurityDocument",
	  "secureDataTransmissionNotAllowed" },
	{ "7E8#037F223A", "reservedByExtendedDataLinkSecurityDocument",
	  "secureDataVerificationFailed" },
	{ "7E8#037F2250", "ISOSAEReserved",
	  "Certificate verification failed - Invalid Time Period" },
	{ "7E8#037F2251", "ISOSAEReserved", "Certificate verification failed - Invalid Signature" },
	{ "7E8#037F2252", "ISOSAEReserved",
	  "Certificate verification failed - Invalid Chain of Trust" },
	{ "7E8#037F2253", "ISOSAEReserved", "Certificate verification failed - Invalid Type" },
	{ "7E8#037F2254", "ISOSAEReserved", "Certificate verification failed - Invalid Format" },
	{ "7E8#037F2255", "ISOSAEReserved", "Certificate verification failed - Invalid Content" },
	{ "7E8#037F2256", "ISOSAEReserved", "Certificate verification failed - Invalid Scope" },
	{ "7E8#037F2257", "ISOSAEReserved",
	  "Certificate verification failed - Invalid Certificate (revoked)" },
	{ "7E8#037F2258", "ISOSAEReserved", "Ownership verification failed" },
	{ "7E8#037F2259", "ISOSAEReserved", "Challenge calculation failed" },
	{ "7E8#037F225A", "ISOSAEReserved", "Setting Access Rights failed" },
	{ "7E8#037F225B", "ISOSAEReserved", "Session key creation/derivation failed" },
	{ "7E8#037F225C", "ISOSAEReserved", "Configuration data usage failed" },
	{ "7E8#037F225D", "ISOSAEReserved", "DeAuthentication failed" },
	{ "7E8#037F2294", "reservedForSpecificConditionsNotCorrect",
	  "ResourceTemporarilyNotAvailable" },
	{ "7E8#037F22FE", "ISOSAEReserved", "vehicleManufacturerSpecificConditionsNotCorrect" },
};

struct recording {
	struct where at; /* the line of its table, then of its output */
	struct setup *setup;
	FILE *output;
	uint64_t last_us; /* of its output */
	size_t lines, different;
};

static FILE *open_recorded(const char *name, const char *suffix)
{
	const char *folder = getenv("RECORDINGS");
	char path[4096];
	FILE *f;

	if (!folder)
		fail_at(HERE, "RECORDINGS is not set: the folder tests/can-utils");
	snprintf(path, sizeof(path), "%s/isotpdump/%s%s", folder, name, suffix);
	f = fopen(path, "r");
	if (!f)
		fail_at(HERE, "cannot open %s", path);
	return f;
}

static uint64_t parse_us(const char *text)
{
	char *dot;
	const uint64_t second = strtoull(text, &dot, 10);

	return second * 1000000 + strtoull(dot + 1, NULL, 10);
}

/* The time at which a frame was seen whose line begins with this stamp. */
static uint64_t stamped_us(struct recording *rec, const char *line)
{
	struct tm tm = { 0 };

	switch (rec->setup->view.stamp.kind) {
	case STAMP_DELTA:
		return rec->last_us + parse_us(line + 1);
	case STAMP_ABSOLUTE:
		return parse_us(line + 1);
	case STAMP_ZERO:
		return 1700000000000000 + parse_us(line + 1);
	case STAMP_DATE:
		line = strptime(line, "(%Y-%m-%d %H:%M:%S", &tm);
		if (!line)
			fail_at(rec->at, "no date");
		return (uint64_t)timegm(&tm) * 1000000 + strtoull(line + 1, NULL, 10);
	default:
		return 0;
	}
}

/* Changes a recorded line where ours is to differ. */
static void make_ours(struct recording *rec, const char *frame, char line[LINE_SIZE])
{
	char rest[LINE_SIZE], *s;
	size_t i = 0;

	while (i < COUNT(differences) && strcmp(frame, differences[i].frame))
		i++;
	if (i == COUNT(differences) || !rec->setup->view.uds)
		return;
	s = strstr(line, differences[i].recorded);
	if (!s)
		fail_at(rec->at, "%s: no %s in %s", frame, differences[i].recorded, line);
	strcpy(rest, s + strlen(differences[i].recorded));
	strcpy(s, differences[i].ours);
	strcat(s, rest);
	rec->different++;
}

/* Newer versions of candump set a flag in every FD frame that support.h does not know: FDF, 4. */
static void drop_fdf(char *frame)
{
	char *flags = strstr(frame, "##");

	if (flags && flags[2] >= '4' && flags[2] <= '7')
		flags[2] = (char)(flags[2] - 4);
}

/* A frame that the view wants must have the next line of the recording. What lies below a
 * microsecond must not count. */
static void play_frame(struct recording *rec, const char *frame)
{
	struct isotp_record r = record_of(rec->at, frame, 0);
	char line[LINE_SIZE];

	if (!frame_view_wants(&rec->setup->view, &r))
		return;
	rec->at.line++;
	if (!fgets(line, LINE_SIZE / 2, rec->output))
		fail_at(rec->at, "%s has no line", frame);
	rec->last_us = stamped_us(rec, line);
	r.time_ns = rec->last_us * 1000 + (rec->lines++ * 373) % 1000;
	make_ours(rec, frame, line);
	frame_view_line(&rec->setup->view, &rec->setup->writer, &r, "vcan0");
	expect_text(rec->at, frame, written(rec->setup), line);
}

/* Plays a log through the view and compares every byte; returns the number of differences. */
static size_t play(const char *name, const char *log_name, const char *options)
{
	struct recording rec = { .at = { name, 0 }, .last_us = 1700000000000000 };
	FILE *log = open_recorded(log_name, "");
	char line[LINE_SIZE], frame[LINE_SIZE];

	rec.setup = view_of(rec.at, options);
	rec.output = open_recorded(name, ".txt");
	while (fgets(line, sizeof(line), log)) {
		assert_int_equal(sscanf(line, "(%*[0-9.]) vcan0 %2047s", frame), 1);
		drop_fdf(frame);
		play_frame(&rec, frame);
	}
	if (fgets(line, sizeof(line), rec.output))
		fail_at(rec.at, "no frame for %s", line);
	assert_true(rec.lines > 0);
	fclose(rec.output);
	fclose(log);
	return rec.different;
}

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

/* Each line of the table is "NAME LOG OPTIONS", with tabs. */
static void test_recordings(void **state)
{
	FILE *table = open_recorded("isotpdump", ".tsv");
	char line[LINE_SIZE], name[64], log_name[64], options[128];
	size_t different = 0;

	(void)state;
	set_zone("UTC0");
	while (fgets(line, sizeof(line), table)) {
		assert_int_equal(
			sscanf(line, "%63[^\t]\t%63[^\t]\t%127[^\n]", name, log_name, options), 3);
		different += play(name, log_name, options);
	}
	assert_int_equal(different, COUNT(differences));
	fclose(table);
}

/* --- lines beyond the recordings --- */

static void test_lines(void **state)
{
	static const struct {
		const char *options, *frame, *line;
	} cases[] = {
		/* bytes that the frame does not have */
		{ "", "7E0#", " can0  7E0  [0]  [??]\n" },
		{ "-a -u", "7E0##0", " can0  7E0 [00]  [??]\n" },
		{ "-s 6F1 -x any", "6F1#", " can0  6F1{??}  [0]  [??]\n" },
		{ "-s 6F1 -x any -a", "6F1#12", " can0  6F1{12}  [1]  [??]\n" },
		{ "", "7E0#00", " can0  7E0  [1]  [SF] ln: ?    data:\n" },
		{ "-u -a", "7E0#01", " can0  7E0  [1]  [SF] ln: 1    data:\n" },
		{ "-s 6F1 -x 12", "6F1#1200", " can0  6F1{12}  [2]  [SF] ln: ?    data:\n" },
		{ "", "7E8#10", " can0  7E8  [1]  [FF] ln: ?    data:\n" },
		{ "", "7E8#1F", " can0  7E8  [1]  [FF] ln: ?    data:\n" },
		{ "", "7E8#1000", " can0  7E8  [2]  [FF] ln: ?    data:\n" },
		{ "", "7E8#1000000010", " can0  7E8  [5]  [FF] ln: ?    data:\n" },
		{ "-s 6F1 -x 12", "6F1#121000000010",
		  " can0  6F1{12}  [6]  [FF] ln: ?    data:\n" },
		{ "", "7E0#30", " can0  7E0  [1]  [FC] FC: 0 = CTS # BS: ? # STmin: ?\n" },
		{ "-a", "7E0#3108", " can0  7E0  [2]  [FC] FC: 1 = WT # BS: 8 # STmin: ?\n" },
		{ "", "7E0#3000", " can0  7E0  [2]  [FC] FC: 0 = CTS # BS: 0 = off # STmin: ?\n" },
		{ "-s 6F1 -x 12 -c", "6F1#1230",
		  "\033[31m can0  6F1{12}  [2]  [FC] FC: 0 = CTS # BS: ? # STmin: ?\033[0m\n" },
		{ "-s 6F1 -x 12", "6F1#123008",
		  " can0  6F1{12}  [3]  [FC] FC: 0 = CTS # BS: 8 # STmin: ?\n" },
		{ "-u", "7E8#037F22",
		  " can0  7E8  [3]  [SF] ln: 3    data: 7F 22                 - [NRC] Unknown\n" },

		/* long PDUs */
		{ "", "7E8#1000000000FF0102", " can0  7E8  [8]  [FF] ln: 255  data: 01 02 \n" },
		{ "", "7E8#10007FFFFFFF", " can0  7E8  [6]  [FF] ln: 2147483647 data:\n" },
		{ "", "7E8#10008000000001", " can0  7E8  [7]  [FF] ln: 2147483648 data: 01 \n" },
		{ "-a", "7E8#1000FFFFFFFF41",
		  " can0  7E8  [7]  [FF] ln: 4294967295 data: 41                    -  'A'\n" },
		{ "-s 6F1 -x 12", "6F1#121000A0B0C0D001",
		  " can0  6F1{12}  [8]  [FF] ln: 2695938256 data: 01 \n" },

		/* lengths that no receiver takes */
		{ "", "7E0#0000", " can0  7E0  [2]  [SF] ln: 0    data:\n" },
		{ "", "7E0#000AFF", " can0  7E0  [3]  [SF] ln: 10   data: FF \n" },
		{ "", "7E0##00F0102*10",
		  " can0  7E0 [12]  [SF] ln: 15   data: 01 02 02 02 02 02 02 02 02 02 02 \n" },
		{ "", "7E0##000FF01*10",
		  " can0  7E0 [12]  [SF] ln: 255  data: 01 01 01 01 01 01 01 01 01 01 \n" },

		/* what is printable */
		{ "-a", "7E0#071F20277E7F80FF",
		  " can0  7E0  [8]  [SF] ln: 7    data: 1F 20 27 7E 7F 80 FF  -  '. '~...'\n" },

		/* IDs */
		{ "", "001#01", " can0    1  [1]  [SF] ln: 1    data:\n" },
		{ "", "07F#01", " can0   7F  [1]  [SF] ln: 1    data:\n" },
		{ "", "000#01", " can0    0  [1]  [SF] ln: 1    data:\n" },
		{ "", "00000000#01", " can0         0  [1]  [SF] ln: 1    data:\n" },
		{ "", "00000123#01", " can0       123  [1]  [SF] ln: 1    data:\n" },
		{ "", "1FFFFFFF#01", " can0  1FFFFFFF  [1]  [SF] ln: 1    data:\n" },

		/* colours: who is not one of the pair has none */
		{ "-c", "7E0#21", " can0  7E0  [1]  [CF] sn: 1    data:\n" },
		{ "-b 7DF -c", "7DF#21", "\033[32m can0  7DF  [1]  [CF] sn: 1    data:\033[0m\n" },
		{ "-s 7E0 -d 7E0 -c", "7E0#21",
		  "\033[31m can0  7E0  [1]  [CF] sn: 1    data:\033[0m\n" },
		{ "-s 6F1 -d 612 -b 6FF -x 12 -c", "6FF#EF21",
		  "\033[32m can0  6FF{EF}  [2]  [CF] sn: 1    data:\033[0m\n" },
		{ "-d 7E8 -t a -c", "7E8#21",
		  "\033[34m(0.000000)  can0  7E8  [1]  [CF] sn: 1    data:\033[0m\n" },
	};
	struct setup *s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		s = view_of(HERE, cases[i].options);
		expect_line((struct where){ cases[i].options, (int)i }, s, cases[i].frame,
			    cases[i].line);
	}
}

/* One FC for every flow status and one for every STmin. */
static void test_flow_control(void **state)
{
	struct setup *s = view_of(HERE, "");
	char frame[16], want[128], stmin[16];

	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		sprintf(frame, "7E0#3%X0100", i);
		sprintf(want, " can0  7E0  [3]  [FC] FC: %u = %s # BS: 1 # STmin: 0x00 = 0 ms\n", i,
			i == 0	 ? "CTS"
			: i == 1 ? "WT"
			: i == 2 ? "OVFLW"
				 : "reserved");
		expect_line(HERE, s, frame, want);
	}
	for (unsigned int i = 0; i < 256; i++) {
		strcpy(stmin, "reserved");
		if (i < 128)
			sprintf(stmin, "%u ms", i);
		else if (i >= 0xF1 && i <= 0xF9)
			sprintf(stmin, "%u00 us", i - 0xF0);
		sprintf(frame, "7E0#30FF%02X", i);
		sprintf(want, " can0  7E0  [3]  [FC] FC: 0 = CTS # BS: 255 # STmin: 0x%02X = %s\n",
			i, stmin);
		expect_line(HERE, s, frame, want);
	}
}

static void test_reserved_pci(void **state)
{
	struct setup *s = view_of(HERE, "-a -u");
	char frame[32];

	(void)state;
	for (unsigned int i = 0x40; i < 256; i++) {
		sprintf(frame, "7E0#%02X22F190", i);
		expect_line(HERE, s, frame, " can0  7E0  [4]  [??]\n");
	}
}

/* can-utils names a service at the CF that follows an SF without data. */
static void test_names_stay_with_their_frame(void **state)
{
	struct setup *s = view_of(HERE, "-u");

	(void)state;
	expect_line(HERE, s, "7E0#01", " can0  7E0  [1]  [SF] ln: 1    data:\n");
	expect_line(HERE, s, "7E0#2122", " can0  7E0  [2]  [CF] sn: 1    data: 22 \n");
}

static void test_wants(void **state)
{
	static const struct {
		const char *options, *frame;
		bool wanted;
	} cases[] = {
		{ "-s 7E0 -d 7E8", "7E0#01", true },
		{ "-s 7E0 -d 7E8", "7E8##001", true },
		{ "-s 7E0 -d 7E8", "7E1#01", false },
		{ "-s 7E0 -d 7E8", "000007E0#01", false },
		{ "-s 000007E0 -d 7E8", "000007E0#01", true },
		{ "-s 000007E0 -d 7E8", "7E0#01", false },
		{ "-s 7E0 -d 7E8", "7E0#", true },
		{ "-s 7E0 -d 7E8", "7E0#R", false },
		{ "-s 7E0 -d 7E8", "7DF#01", false },
		{ "-s 7E0 -d 7E8 -b 7DF", "7DF#01", true },
		{ "-s 7E0 -d 7E8 -b 7DF", "7E8#01", true },
		{ "-s 7E0 -d 7E8 -b 7DF", "7DE#01", false },
		{ "-d 7E8", "7E8#01", true },
		{ "-d 7E8", "7E0#01", false },
		{ "-b 7DF", "7DF#01", true },
		{ "-b 7DF", "7E0#01", false },
		{ "", "123#01", true },
		{ "", "12345678##0", true },
		{ "", "123#R", false },
		{ "-s 6F1 -d 612 -x 12", "6F1#1201", true },
		{ "-s 6F1 -d 612 -x 12", "6F1#12", true },
		{ "-s 6F1 -d 612 -x 12", "6F1#1301", false },
		{ "-s 6F1 -d 612 -x A5", "6F1#", false },
		{ "-s 6F1 -d 612 -x 12", "612#F101", true },
		{ "-s 6F1 -d 612 -x 12", "612#", true },
		{ "-s 6F1 -d 612 -x 12 -X F1", "612#F1", true },
		{ "-s 6F1 -d 612 -x 12 -X F1", "612#F2", false },
		{ "-s 6F1 -d 612 -x any -X F1", "6F1#77", true },
		{ "-s 6F1 -d 612 -x any -X F1", "612#77", false },
		{ "-s 6F1 -d 612 -x 12 -X any", "612#77", true },
		{ "-s 6F1 -d 612 -b 6FF -x 12 -X F1", "6FF#77", true },
		{ "-s 6F1 -d 6F1 -x 12 -X 13", "6F1#13", true },
	};
	struct setup *s;
	struct isotp_record r;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct where w = { cases[i].frame, (int)i };

		s = view_of(w, cases[i].options);
		r = record_of(w, cases[i].frame, 0);
		if (frame_view_wants(&s->view, &r) != cases[i].wanted)
			fail_at(w, "%s is taken wrongly", cases[i].options);
		frame_view_line(&s->view, &s->writer, &r, "can0");
		assert_int_equal(*written(s) != '\0', cases[i].wanted);
		r.frame.flags |= ISOTP_FRAME_ERROR;
		assert_false(frame_view_wants(&s->view, &r));
	}
}

/* Two testers on one ID, told apart by the address byte, each with its ECU. */
static void test_several_pairs(void **state)
{
	static const struct isotp_watch pairs[] = {
		{ .a = { .id = { 0x6F1, 11 }, .has_byte = true, .byte = 0x12 },
		  .b = { .id = { 0x612, 11 }, .has_byte = true, .byte = 0xF1 } },
		{ .a = { .id = { 0x6F1, 11 }, .has_byte = true, .byte = 0x29 } },
		{ .b = { .id = { 0x7E8, 11 } } },
	};
	struct setup *s = view_of(HERE, "-c");

	(void)state;
	s->view.pairs = pairs;
	s->view.n_pairs = COUNT(pairs);
	expect_line(HERE, s, "6F1#1221",
		    "\033[31m can0  6F1{12}  [2]  [CF] sn: 1    data:\033[0m\n");
	expect_line(HERE, s, "6F1#2922",
		    "\033[31m can0  6F1{29}  [2]  [CF] sn: 2    data:\033[0m\n");
	expect_line(HERE, s, "612#F123",
		    "\033[34m can0  612{F1}  [2]  [CF] sn: 3    data:\033[0m\n");
	expect_line(HERE, s, "7E8#24", "\033[34m can0  7E8  [1]  [CF] sn: 4    data:\033[0m\n");
	expect_line(HERE, s, "6F1#1321", "");
	expect_line(HERE, s, "612#F221", "");
}

/* Whatever lies behind a frame's data, its line is the same. */
static void test_nothing_beyond_the_frame(void **state)
{
	static const char *const options[] = { "-a -u", "-s 7E0 -x 12 -a -u" };
	struct isotp_record r = { .frame = { .id = { 0x7E0, 11 } } };
	struct setup *s;
	char first[LINE_SIZE];

	(void)state;
	for (unsigned int i = 0; i < 2 * 9 * 256; i++) {
		r.frame.len = (uint8_t)(i / 256 % 9);
		for (unsigned int fill = 0; fill < 256; fill += 17) {
			s = view_of(HERE, options[i / (9 * 256)]);
			memset(r.frame.data, (int)fill, sizeof(r.frame.data));
			memset(r.frame.data, 0x7F, r.frame.len);
			if (i / (9 * 256) && r.frame.len)
				r.frame.data[0] = 0x12;
			if (i / (9 * 256) < r.frame.len)
				r.frame.data[i / (9 * 256)] = (uint8_t)i;
			frame_view_line(&s->view, &s->writer, &r, "can0");
			if (fill == 0)
				strcpy(first, written(s));
			else
				assert_string_equal(written(s), first);
		}
	}
}

/* -t d counts from the line before, not from the frame before. */
static void test_delta_between_lines(void **state)
{
	static const struct {
		const char *frame;
		uint64_t time_ns;
		const char *line;
	} steps[] = {
		{ "123#01", 1 * SECOND, "" },
		{ "7E0#21", 2 * SECOND, "(0.000000)  can0  7E0  [1]  [CF] sn: 1    data:\n" },
		{ "123#01", 3 * SECOND, "" },
		{ "7E0#R", 4 * SECOND, "" },
		{ "7E8#21", 7 * SECOND, "(5.000000)  can0  7E8  [1]  [CF] sn: 1    data:\n" },
	};
	struct setup *s = view_of(HERE, "-s 7E0 -d 7E8 -t d");
	struct isotp_record r;

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		r = record_of(HERE, steps[i].frame, steps[i].time_ns);
		frame_view_line(&s->view, &s->writer, &r, "can0");
		expect_text(HERE, steps[i].frame, written(s), steps[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recordings),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_flow_control),
		cmocka_unit_test(test_reserved_pci),
		cmocka_unit_test(test_names_stay_with_their_frame),
		cmocka_unit_test(test_wants),
		cmocka_unit_test(test_several_pairs),
		cmocka_unit_test(test_nothing_beyond_the_frame),
		cmocka_unit_test(test_delta_between_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
