/* SPDX-License-Identifier: MIT */
/* Owns the tests of how an observer follows a PDU of several frames. */
#include "protocol/transfer.h"
#include "support.h"

/* What each step made of it, as text. */
struct follower {
	struct isotp_transfer transfer;
	uint64_t now;
};

static const char *take_flow_control(struct follower *o, const struct isotp_pci *pci)
{
	if (!isotp_transfer_awaits(&o->transfer, pci))
		return "unawaited";
	isotp_transfer_answer(&o->transfer, pci, o->now);
	return pci->fs == ISOTP_FS_CTS ? "cts" : pci->fs == ISOTP_FS_WT ? "wt" : "end";
}

static const char *take_consecutive(struct follower *o, const struct isotp_frame *f,
				    const struct isotp_pci *pci)
{
	static const char *const ignored[] = { [ISOTP_CF_LONG] = "long",
					       [ISOTP_CF_SHORT] = "short",
					       [ISOTP_CF_WRONG_SN] = "wrong_sn" };
	const enum isotp_transfer_cf cf = isotp_transfer_check(&o->transfer, f, pci);
	const bool in_block = isotp_transfer_in_block(&o->transfer);

	if (cf != ISOTP_CF_NEXT)
		return ignored[cf];
	isotp_transfer_take(&o->transfer, f, pci, o->now);
	if (!o->transfer.left)
		return in_block ? "gap,whole" : "whole";
	if (o->transfer.overdue)
		return in_block ? "gap,overdue" : "overdue";
	return in_block ? "gap" : "cf";
}

static const char *step(struct follower *o, const char *text)
{
	struct isotp_frame f;
	struct isotp_pci pci;

	o->now++;
	assert_true(frame_parse(text, &f));
	assert_int_equal(isotp_pci_decode(&pci, &f, false), ISOTP_PCI_OK);
	switch (pci.type) {
	case ISOTP_PCI_FC:
		return take_flow_control(o, &pci);
	case ISOTP_PCI_CF:
		return take_consecutive(o, &f, &pci);
	default:
		isotp_transfer_begin(&o->transfer, &f, &pci, o->now);
		return o->transfer.left ? "first" : "single";
	}
}

static const struct {
	const char *name, *frames, *told;
} conversations[] = {
	{ "no block size",
	  "7E0#1014010203040506 7E8#300000 7E0#2107080910111213 7E0#2214151617181920",
	  "first cts cf gap,whole" },
	{ "a single frame awaits nothing", "7E0#0101 7E8#300000", "single unawaited" },
	{ "blocks: a flow control after each, but not after the last one",
	  "7E0#101B010203040506 7E8#300200 7E0#2107080910111213 7E0#2214151617181920 7E8#300100 "
	  "7E0#2321222324252627 7E8#300000",
	  "first cts cf gap cts whole unawaited" },
	{ "WT, then CTS",
	  "7E0#1014010203040506 7E8#310000 7E8#310000 7E8#300000 7E0#2107080910111213",
	  "first wt wt cts cf" },
	{ "OVFLW, and what is reserved",
	  "7E0#1014010203040506 7E8#320000 7E0#1014010203040506 7E8#350000",
	  "first end first end" },
	{ "a flow control in the middle of a block",
	  "7E0#101B010203040506 7E8#300000 7E0#2107080910111213 7E8#300001 7E0#2214151617181920",
	  "first cts cf unawaited gap" },
	{ "no flow control is to be seen: the block has no end, and late it can but let them go on",
	  "7E0#1022010203040506 7E0#2107080910111213 7E0#2214151617181920 7E8#320000 7E8#300200 "
	  "7E0#2321222324252627 7E0#2428293031323334",
	  "first overdue gap,overdue unawaited cts cf gap,whole" },
	{ "a block size that is not kept",
	  "7E0#1022010203040506 7E8#300100 7E0#2107080910111213 7E0#2214151617181920 7E0#2321222324252627",
	  "first cts cf overdue gap,overdue" },
	{ "wrong lengths are ignored, also with the wrong number",
	  "7E0#1014010203040506 7E8#300000 7E0#21070809101112 7E0#25070809 7E0##0210708091011121314151617 "
	  "7E0#2107080910111213 7E0#22141516171819 7E0#2214151617181920",
	  "first cts short short long cf short gap,whole" },
	{ "the last one may be longer than it needs, up to the first",
	  "7E0#100A010203040506 7E8#300000 7E0#2107080910AAAAAA", "first cts whole" },
	{ "a wrong number", "7E0#1014010203040506 7E8#300000 7E0#2207080910111213",
	  "first cts wrong_sn" },
	{ "numbers go from 15 to 0",
	  "7E0#107801*6 7E8#300000 7E0#2101*7 7E0#2201*7 7E0#2301*7 7E0#2401*7 7E0#2501*7 7E0#2601*7 7E0#2701*7 "
	  "7E0#2801*7 7E0#2901*7 7E0#2A01*7 7E0#2B01*7 7E0#2C01*7 7E0#2D01*7 7E0#2E01*7 7E0#2F01*7 7E0#2001*7 "
	  "7E0#2101*7",
	  "first cts cf gap gap gap gap gap gap gap gap gap gap gap gap gap gap gap gap,whole" },
};

static void test_conversations(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(conversations); i++) {
		char frames[512], told[512] = "", *rest = frames, *frame;
		struct follower o = { .now = 0 };

		snprintf(frames, sizeof(frames), "%s", conversations[i].frames);
		while ((frame = strsep(&rest, " ")))
			snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s%s",
				 *told ? " " : "", step(&o, frame));
		if (strcmp(told, conversations[i].told) != 0)
			fail_at(HERE, "%s: \"%s\" instead of \"%s\"", conversations[i].name, told,
				conversations[i].told);
	}
}

static void test_times(void **state)
{
	struct follower o = { .now = 0 };
	const struct isotp_transfer *t = &o.transfer;

	(void)state;
	step(&o, "7E0#101B010203040506");
	assert_int_equal(t->await_ns, 1);
	step(&o, "7E8#300200");
	assert_int_equal(t->await_ns, 2);
	step(&o, "7E0#2107080910111213");
	step(&o, "7E0#2214151617181920");
	assert_int_equal(t->await_ns, 4); /* the next flow control is awaited from here */
	assert_int_equal(t->cf_ns, 4);
	step(&o, "7E8#310000");
	assert_int_equal(t->await_ns, 5);
}

static void test_fit(void **state)
{
	static const struct isotp_endpoint ecu = { .id = { 0x7E8, 11 } };
	static const struct isotp_endpoint tester = { .id = { 0x7E0, 11 } };
	static const struct isotp_endpoint other = { .id = { 0x7E1, 11 } };
	struct follower o = { .now = 0 };

	(void)state;
	step(&o, "7E0#1014010203040506");
	assert_int_equal(isotp_transfer_fit(&o.transfer, &ecu, &tester), 2);
	assert_int_equal(isotp_transfer_fit(&o.transfer, &ecu, &other), 1);
	step(&o, "7E8#300000");
	assert_int_equal(isotp_transfer_fit(&o.transfer, &ecu, &tester), 0);
	step(&o, "7E0#1014010203040506");
	step(&o, "7E0#2107080910111213");
	assert_int_equal(isotp_transfer_fit(&o.transfer, &ecu, &tester), 0); /* it went on */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversations),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
