/* SPDX-License-Identifier: MIT */
/*
 * support.h - what the unit tests share: frames as text, and a rig that drives one stack.
 *
 *	struct rig r;
 *	struct isotp_config cfg = config_classic();
 *
 *	rig_init(&r, &cfg);
 *	send_hex(&r, "22F190");
 *	expect_frame(&r, "7E0#0322F190");	the stack emits exactly this; the bus takes it
 *	expect_event(&r, "sent N_OK");
 *	pass(&r, 100 * MS);			nothing happens before that time is over
 *	feed(&r, "7E8#023E00");
 *	expect_event(&r, "received 3E00");
 *
 * Frames are written as candump does: 7E0#023E00, FD 7E0##1023E00 (flags 1 = BRS, 2 = ESI), remote
 * 7E0#R. In every hex text blanks do not count, and CC*5 means CCCCCCCCCC.
 *
 * Events are written "sent N_OK", "received 3E00", "broken N_WRONG_SN" (a reception that failed)
 * and "overflow 5000" (a PDU of so many bytes was refused).
 */
#ifndef ISOTP_TESTS_SUPPORT_H
#define ISOTP_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/stack.h"

#define US	 UINT64_C(1000)
#define MS	 UINT64_C(1000000)
#define SECOND	 UINT64_C(1000000000)
#define PDU_MAX	 8192
#define TEXT_MAX (2 * PDU_MAX + 64)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HERE	 ((struct where){ __FILE__, __LINE__ })

/* Every TX_DL there is. */
extern const uint8_t all_tx_dl[8];

/* The line to blame. */
struct where {
	const char *file;
	int line;
};

/* Prints a message and fails the running test at `w`. */
__attribute__((format(printf, 2, 3), noreturn)) void fail_at(struct where w, const char *format,
							     ...);

/* Reads hex into `out`; returns the number of bytes, or -1 on junk or more than `size`. */
long hex_parse(const char *text, uint8_t *out, size_t size);

/* Writes upper-case hex and a NUL into `text`. */
void hex_format(const uint8_t *data, size_t len, char *text);

/* Reads a frame; false on junk or a length that no frame has. */
bool frame_parse(const char *text, struct isotp_frame *f);

/* Writes a frame as frame_parse reads it. */
void frame_format(const struct isotp_frame *f, char text[TEXT_MAX]);

/* Fills a PDU so that no two stretches of it are the same within 250 bytes. */
void pattern_fill(uint8_t *pdu, size_t len);

/* The next of numbers without a pattern, which are the same in each run; *state may begin with
 * any. */
uint64_t random_bits(uint64_t *state);

/* 7E0 -> 7E8, all else by default; the same with CAN FD; with F1/10 as address bytes. */
struct isotp_config config_classic(void);
struct isotp_config config_fd(uint8_t tx_dl);
void config_add_byte(struct isotp_config *cfg);

/* How frames of one end look. */
struct shape {
	bool fd;
	uint8_t dl; /* TX_DL of the one who builds them */
	bool byte;  /* an address byte leads */
	bool padding;
};

struct isotp_config config_of_shape(const struct shape *shape);

/* The test's own idea of a frame: address byte, PCI, data and the padding it must have. */
struct isotp_frame build_frame(const struct shape *shape, struct isotp_can_id id, uint8_t byte,
			       const uint8_t *pci, size_t pci_len, const uint8_t *data, size_t len);

/* One stack, its buffer and the time. */
struct rig {
	struct isotp_stack stack;
	uint64_t now;
	bool has_event;
	struct isotp_event event;
	uint8_t buffer[PDU_MAX];
	uint8_t pdu[PDU_MAX]; /* what send_hex sends */
	char text[TEXT_MAX];
};

void rig_init(struct rig *r, const struct isotp_config *cfg);
void rig_init_size(struct rig *r, const struct isotp_config *cfg, size_t size);
int rig_send_hex(struct rig *r, struct where w, const char *hex);
void rig_feed(struct rig *r, struct where w, const char *text);
void rig_request(struct rig *r, struct where w, const char *text);
void rig_confirm(struct rig *r);
void rig_expect_frame(struct rig *r, struct where w, const char *text);
void rig_expect_built(struct rig *r, struct where w, const struct isotp_frame *want);
void rig_expect_event(struct rig *r, struct where w, const char *text);
void rig_expect_received(struct rig *r, struct where w, const uint8_t *pdu, size_t len);
void rig_expect_quiet(struct rig *r, struct where w);
void rig_pass(struct rig *r, struct where w, uint64_t ns);

/* The deadline is `ns` from now, or ISOTP_NEVER. */
void rig_expect_deadline(struct rig *r, struct where w, uint64_t ns);

/*
 * Everything that happens now, each frame confirmed at once, joined by "; ": for example
 * "broken N_UNEXP_PDU; > 7E0#300000". "" when nothing does.
 */
const char *rig_outcome(struct rig *r);

#define send_hex(r, hex)		assert_int_equal(rig_send_hex(r, HERE, hex), 0)
#define feed(r, text)			rig_feed(r, HERE, text)
#define request(r, text)		rig_request(r, HERE, text)
#define confirm(r)			rig_confirm(r)
#define expect_frame(r, text)		rig_expect_frame(r, HERE, text)
#define expect_built(r, frame)		rig_expect_built(r, HERE, frame)
#define expect_event(r, text)		rig_expect_event(r, HERE, text)
#define expect_received(r, pdu, length) rig_expect_received(r, HERE, pdu, length)
#define expect_quiet(r)			rig_expect_quiet(r, HERE)
#define expect_deadline(r, ns)		rig_expect_deadline(r, HERE, ns)
#define pass(r, ns)			rig_pass(r, HERE, ns)

#endif
