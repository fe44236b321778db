/* SPDX-License-Identifier: MIT */
/*
 * observe.h - what the tests of the reassembler share: frames as text in, what is told as text out.
 *
 *	struct observe ob;
 *
 *	observe_init(&ob, "7E0:7E8", NULL);
 *	observe(&ob, "7E0#0322F190 +5 7E8#0462F19041 .");
 *	expect_told(&ob, "7E0>7E8 ok 22F190; 7E0<7E8 ok 62F19041");
 *	observe_release(&ob);
 *
 * Frames are written as in support.h, "1:" before one is its bus. Each comes 1 ms after the one
 * before, or after what stands before it: "+5" and "-5" are ms, "+100us" is less. "!" lets advance
 * see the time, "." is the end.
 *
 * A PDU is told as TESTER>ECU or TESTER<ECU as far as these are known, its status, its data (above
 * 32 bytes their count), and what else there is to say; a fault as "fault NAME". "FD" goes before
 * CAN FD, "1:" before what is not on bus 0.
 */
#ifndef ISOTP_TESTS_OBSERVE_H
#define ISOTP_TESTS_OBSERVE_H

#include "support.h"

#include "protocol/reassembler.h"

enum { OBSERVE_PDUS = 64, OBSERVE_DATA = 8192 };

struct observe {
	struct isotp_reassembler *r;
	void *memory;
	uint64_t now, number;
	unsigned int again; /* how often a frame had to be fed again */

	/* all that was told since expect_told or expect_nothing */
	char told[TEXT_MAX];
	size_t used;
	unsigned int pdus, faults;
	struct isotp_observed last; /* the last PDU; its data are here: */
	uint8_t data[OBSERVE_DATA];
};

/* One conversation, and what is told of it. */
struct scene {
	const char *name;
	const char *pairs; /* NULL: found by itself */
	const char *frames;
	const char *told;
	struct isotp_reassembler_settings settings;
};

#define SCENE(n, p, f, t)                                                                          \
	{                                                                                          \
		.name = n, .pairs = p, .frames = f, .told = t                                      \
	}
#define SCENE_WITH(s, n, p, f, t)                                                                  \
	{                                                                                          \
		.name = n, .pairs = p, .frames = f, .told = t, .settings = s                       \
	}

/* `pairs` as --pair takes them, separated by blanks, or NULL to let it find them; `settings` may be
 * NULL. */
void observe_init(struct observe *ob, const char *pairs,
		  const struct isotp_reassembler_settings *settings);
void observe_init_size(struct observe *ob, const char *pairs,
		       const struct isotp_reassembler_settings *settings, size_t size);
void observe_release(struct observe *ob);
/* The same on the heap. */
struct observe *observe_new(const char *pairs, size_t size);
struct observe *observe_new_with(const char *pairs,
				 const struct isotp_reassembler_settings *settings);
void observe_free(struct observe *ob);

void observe_at(struct observe *ob, struct where w, const char *script);
void observe_record(struct observe *ob, struct where w, const struct isotp_record *record);
void observe_frame(struct observe *ob, struct where w, const struct isotp_frame *f);
/* A frame of the i-th of many senders: 612 on so many buses, and the address byte that leads `data`. */
void observe_sender(struct observe *ob, struct where w, unsigned int i, const char *data);
void observe_advance(struct observe *ob, struct where w);
void observe_finish(struct observe *ob, struct where w);
/* The frames of a PDU from one sender, 1 ms apart, without flow control; above 4095 bytes the FF is
 * long. The first `frames` of them only, if not 0. */
void observe_pdu(struct observe *ob, struct where w, const struct shape *shape,
		 struct isotp_can_id id, uint8_t byte, const uint8_t *pdu, uint32_t len,
		 unsigned int frames);

/* Nobody asks any longer what was told. */
void observe_forget(struct observe *ob);
void observe_expect(struct observe *ob, struct where w, const char *told);
void observe_scenes(const struct scene *scenes, size_t n);

#define observe(ob, script)   observe_at(ob, HERE, script)
#define expect_told(ob, text) observe_expect(ob, HERE, text)
#define expect_nothing(ob)    observe_expect(ob, HERE, "")
#define send_pdu(ob, ...)     observe_pdu(ob, HERE, __VA_ARGS__)

#endif
