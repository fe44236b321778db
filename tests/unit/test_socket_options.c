/* SPDX-License-Identifier: MIT */
/* Owns the tests of what the options of an ISO-TP socket mean: merged, refused, warned of. */
#include "transport/kernel-socket.h"
#include "transport/settings.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define V(v)                                                                                       \
	{                                                                                          \
		true, (v)                                                                          \
	}

static const struct isotp_address normal = { .tx_id = { 0x7E0, 11 }, .rx_id = { 0x7E8, 11 } };

static void assert_why(const char *why, const char *expected)
{
	if (expected)
		assert_string_equal(why ? why : "(nothing)", expected);
	else
		assert_null(why);
}

/* Without the padding between the values. */
static void assert_same(const struct isotp_settings *x, const struct isotp_settings *y)
{
	struct isotp_value a[sizeof(*x) / sizeof(struct isotp_value)], b[COUNT(a)];

	memcpy(a, x, sizeof(a));
	memcpy(b, y, sizeof(b));
	for (size_t i = 0; i < COUNT(a); i++) {
		assert_int_equal(a[i].given, b[i].given);
		assert_int_equal(a[i].value, b[i].value);
	}
}

static void test_defaults(void **state)
{
	struct isotp_settings set;

	(void)state;
	isotp_settings_init(&set);
	assert_false(set.general.frame_txtime_ns.given);
	assert_true(set.general.flags.given && set.general.flags.value == 0);
	assert_true(set.general.txpad.given && set.general.txpad.value == 0xCC);
	assert_true(set.general.rxpad.given && set.general.rxpad.value == 0xCC);
	assert_true(set.flow_control.bs.given && set.flow_control.bs.value == 0);
	assert_true(set.link_layer.mtu.given && set.link_layer.mtu.value == CAN_MTU);
	assert_true(set.link_layer.tx_dl.given && set.link_layer.tx_dl.value == 8);
}

/* Each starts from the defaults. */
static void test_flags(void **state)
{
	static const struct {
		struct isotp_general wanted;
		uint32_t flags;
		const char *warning;
	} good[] = {
		{ { .flags = V(0) }, 0, NULL },
		{ { .ext_address = V(0x12) }, CAN_ISOTP_EXTEND_ADDR, NULL },
		{ { .ext_address = V(0x12), .rx_ext_address = V(0xF1) },
		  CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR,
		  NULL },
		{ { .rx_ext_address = V(0xF1) },
		  CAN_ISOTP_RX_EXT_ADDR,
		  "RX_EXT_ADDR has no effect without EXTEND_ADDR" },
		{ { .txpad = V(0) }, CAN_ISOTP_TX_PADDING, NULL },
		{ { .rxpad = V(0xFF) },
		  CAN_ISOTP_RX_PADDING,
		  "RX_PADDING has no effect without CHK_PAD_LEN or CHK_PAD_DATA" },
		{ { .rxpad = V(0xFF), .flags = V(CAN_ISOTP_CHK_PAD_DATA) },
		  CAN_ISOTP_RX_PADDING | CAN_ISOTP_CHK_PAD_DATA,
		  NULL },
		{ { .rxpad = V(0xFF), .flags = V(CAN_ISOTP_CHK_PAD_LEN) },
		  CAN_ISOTP_RX_PADDING | CAN_ISOTP_CHK_PAD_LEN,
		  NULL },
		{ { .flags = V(CAN_ISOTP_CHK_PAD_LEN) }, CAN_ISOTP_CHK_PAD_LEN, NULL },
		{ { .flags = V(CAN_ISOTP_CHK_PAD_LEN | CAN_ISOTP_CHK_PAD_DATA) },
		  CAN_ISOTP_CHK_PAD_LEN | CAN_ISOTP_CHK_PAD_DATA,
		  "CHK_PAD_DATA has no effect without RX_PADDING: only the length is checked" },
		{ { .tx_stmin_ns = V(0) }, CAN_ISOTP_FORCE_TXSTMIN, NULL },
		{ { .rx_stmin_ns = V(UINT32_MAX) }, CAN_ISOTP_FORCE_RXSTMIN, NULL },
		{ { .frame_txtime_ns = V(7) }, 0, NULL },
		{ { .flags = V(CAN_ISOTP_SF_BROADCAST), .txpad = V(1) },
		  CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_TX_PADDING,
		  NULL },
		{ { .flags = V(CAN_ISOTP_CF_BROADCAST) }, CAN_ISOTP_CF_BROADCAST, NULL },
		{ { .flags = V(CAN_ISOTP_LISTEN_MODE | CAN_ISOTP_HALF_DUPLEX |
			       CAN_ISOTP_WAIT_TX_DONE | CAN_ISOTP_DYN_FC_PARMS) },
		  CAN_ISOTP_LISTEN_MODE | CAN_ISOTP_HALF_DUPLEX | CAN_ISOTP_WAIT_TX_DONE |
			  CAN_ISOTP_DYN_FC_PARMS,
		  NULL },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct isotp_settings set;

		isotp_settings_init(&set);
		assert_int_equal(isotp_settings_general(&set.general, &good[i].wanted, &why), 0);
		assert_int_equal(set.general.flags.value, good[i].flags);
		assert_why(why, good[i].warning);
	}
}

static void test_general_refused(void **state)
{
	static const struct {
		struct isotp_general wanted;
		const char *why;
	} bad[] = {
		{ { .flags = V(0x4000) }, "flags has a bit that no kernel knows" },
		{ { .flags = V(0x80000000) }, "flags has a bit that no kernel knows" },
		{ { .ext_address = V(0x100) }, "ext_address is above FF" },
		{ { .rx_ext_address = V(0x100) }, "rx_ext_address is above FF" },
		{ { .txpad = V(0x100) }, "txpad is above FF" },
		{ { .rxpad = V(UINT32_MAX) }, "rxpad is above FF" },
		{ { .flags = V(CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_CF_BROADCAST) },
		  "SF_BROADCAST and CF_BROADCAST exclude each other" },
		{ { .flags = V(CAN_ISOTP_LISTEN_MODE | CAN_ISOTP_SF_BROADCAST) },
		  "SF_BROADCAST sends, with LISTEN_MODE nothing is sent" },
		{ { .flags = V(CAN_ISOTP_LISTEN_MODE | CAN_ISOTP_CF_BROADCAST) },
		  "CF_BROADCAST sends, with LISTEN_MODE nothing is sent" },
		{ { .flags = V(CAN_ISOTP_CHK_PAD_DATA) },
		  "CHK_PAD_DATA without RX_PADDING refuses every frame" },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct isotp_general wanted = bad[i].wanted;
		struct isotp_settings set, before;

		isotp_settings_init(&set);
		before = set;
		wanted.tx_stmin_ns = ISOTP_VALUE(5); /* which alone would be taken */
		assert_int_equal(isotp_settings_general(&set.general, &wanted, &why), -EINVAL);
		assert_why(why, bad[i].why);
		assert_same(&set, &before);
	}
}

/* Given flags replace, values that are left out stay. */
static void test_general_in_steps(void **state)
{
	struct isotp_settings set;
	const char *why;

	(void)state;
	isotp_settings_init(&set);
	isotp_settings_general(&set.general, &(struct isotp_general){ .txpad = V(0xAA) }, &why);
	isotp_settings_general(&set.general, &(struct isotp_general){ .ext_address = V(0x12) },
			       &why);
	assert_int_equal(set.general.flags.value, CAN_ISOTP_TX_PADDING | CAN_ISOTP_EXTEND_ADDR);
	assert_int_equal(set.general.txpad.value, 0xAA);
	assert_int_equal(set.general.rx_ext_address.value, 0x12);

	isotp_settings_general(&set.general, &(struct isotp_general){ .rx_ext_address = V(0xF1) },
			       &why);
	assert_int_equal(set.general.ext_address.value, 0x12);
	assert_int_equal(set.general.rx_ext_address.value, 0xF1);

	isotp_settings_general(&set.general, &(struct isotp_general){ .flags = V(0) }, &why);
	assert_int_equal(set.general.flags.value, 0);
	assert_int_equal(set.general.txpad.value, 0xAA);
}

/* The kernel's word for "none" is 0 here, also with the built-in stack. */
static void test_frame_txtime(void **state)
{
	static const struct {
		uint32_t given, value;
	} cases[] = { { 0, 0 }, { CAN_ISOTP_FRAME_TXTIME_ZERO, 0 }, { 20000, 20000 } };
	struct isotp_settings set;
	struct isotp_config cfg;
	const char *why;

	(void)state;
	isotp_settings_init(&set);
	assert_int_equal(isotp_settings_config(&set, &normal, &cfg, &why), 0);
	assert_false(cfg.has_frame_txtime);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct isotp_general wanted = { .frame_txtime_ns = V(cases[i].given) };

		assert_int_equal(isotp_settings_general(&set.general, &wanted, &why), 0);
		assert_int_equal(isotp_settings_config(&set, &normal, &cfg, &why), 0);
		assert_true(cfg.has_frame_txtime);
		assert_int_equal(cfg.frame_txtime_ns, cases[i].value);
	}
}

#define RESERVED "stmin is reserved: it is sent as it is, and most senders take it for 127 ms"

static void test_flow_control(void **state)
{
	static const struct {
		struct isotp_flow_control wanted;
		int rc;
		const char *why;
	} cases[] = {
		{ { .bs = V(255), .stmin = V(0x7F) }, 0, NULL },
		{ { .stmin = V(0x80) }, 0, RESERVED },
		{ { .stmin = V(0xF0) }, 0, RESERVED },
		{ { .stmin = V(0xF1) }, 0, NULL },
		{ { .stmin = V(0xF9) }, 0, NULL },
		{ { .stmin = V(0xFA) }, 0, RESERVED },
		{ { .stmin = V(0xFF) }, 0, RESERVED },
		{ { .wftmax = V(1) }, 0, "wftmax has no effect: no wait frames are sent" },
		{ { .wftmax = V(0) }, 0, NULL },
		{ { .bs = V(256) }, -EINVAL, "bs is above FF" },
		{ { .stmin = V(256), .bs = V(1) }, -EINVAL, "stmin is above FF" },
		{ { .wftmax = V(256), .bs = V(1) }, -EINVAL, "wftmax is above FF" },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct isotp_flow_control *w = &cases[i].wanted;
		struct isotp_settings set;

		isotp_settings_init(&set);
		assert_int_equal(isotp_settings_flow_control(&set.flow_control, w, &why),
				 cases[i].rc);
		assert_why(why, cases[i].why);
		if (cases[i].rc < 0)
			assert_int_equal(set.flow_control.bs.value, 0);
		else
			assert_int_equal(set.flow_control.stmin.value, w->stmin.value);
	}
}

static void test_link_layer(void **state)
{
	static const char no_mtu[] = "mtu is neither 16 (CAN) nor 72 (CAN FD)";
	static const char no_tx_dl[] = "tx_dl is none of 8, 12, 16, 20, 24, 32, 48, 64";
	static const struct {
		struct isotp_link_layer wanted;
		const char *why;
	} cases[] = {
		{ { .mtu = V(16), .tx_dl = V(8), .tx_flags = V(0) }, NULL },
		{ { .mtu = V(72) }, NULL },
		{ { .mtu = V(72), .tx_dl = V(12) }, NULL },
		{ { .mtu = V(72), .tx_dl = V(64), .tx_flags = V(CANFD_BRS | CANFD_ESI) }, NULL },
		{ { .mtu = V(0) }, no_mtu },
		{ { .mtu = V(8) }, no_mtu },
		{ { .mtu = V(256) }, "mtu is above FF" },
		{ { .mtu = V(72), .tx_dl = V(9) }, no_tx_dl },
		{ { .mtu = V(72), .tx_dl = V(0) }, no_tx_dl },
		{ { .mtu = V(72), .tx_dl = V(65) }, no_tx_dl },
		{ { .mtu = V(72), .tx_dl = V(264) }, "tx_dl is above FF" },
		{ { .tx_dl = V(9) }, no_tx_dl },
		{ { .tx_dl = V(64) }, "tx_dl above 8 needs mtu 72 (CAN FD)" },
		{ { .tx_flags = V(CANFD_BRS) }, "tx_flags need mtu 72 (CAN FD)" },
		{ { .mtu = V(72), .tx_flags = V(4) },
		  "tx_flags has more than CANFD_BRS and CANFD_ESI" },
		{ { .tx_flags = V(256) }, "tx_flags is above FF" },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct isotp_settings set, before;
		int rc;

		isotp_settings_init(&set);
		before = set;
		rc = isotp_settings_link_layer(&set.link_layer, &cases[i].wanted, &why);
		assert_int_equal(rc, cases[i].why ? -EINVAL : 0);
		assert_why(why, cases[i].why);
		if (rc < 0)
			assert_same(&set, &before);
	}
}

/* The address byte stands in the options, in the address, or in both and is the same. */
static void test_address_bytes(void **state)
{
	static const struct {
		struct isotp_general wanted;
		bool has_byte;
		uint8_t tx, rx;
		int rc;
		bool result;
		uint8_t tx_result, rx_result;
	} cases[] = {
		{ { .flags = V(0) }, false, 0, 0, 0, false, 0, 0 },
		{ { .flags = V(0) }, true, 0x12, 0xF1, 0, true, 0x12, 0xF1 },
		{ { .ext_address = V(0x12) }, false, 0, 0, 0, true, 0x12, 0x12 },
		{ { .ext_address = V(0x12), .rx_ext_address = V(0xF1) },
		  false,
		  0,
		  0,
		  0,
		  true,
		  0x12,
		  0xF1 },
		{ { .ext_address = V(0x12), .rx_ext_address = V(0xF1) },
		  true,
		  0x12,
		  0xF1,
		  0,
		  true,
		  0x12,
		  0xF1 },
		{ { .ext_address = V(0x12) }, true, 0x12, 0x12, 0, true, 0x12, 0x12 },
		{ { .ext_address = V(0x12) }, true, 0x13, 0x12, -EINVAL, false, 0, 0 },
		{ { .ext_address = V(0x12) }, true, 0x12, 0xF1, -EINVAL, false, 0, 0 },
		{ { .rx_ext_address = V(0xF1) }, false, 0, 0, 0, false, 0, 0 },
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct isotp_address a = normal;
		struct isotp_settings set;
		struct isotp_config cfg;

		a.has_byte = cases[i].has_byte;
		a.tx_byte = cases[i].tx;
		a.rx_byte = cases[i].rx;
		isotp_settings_init(&set);
		isotp_settings_general(&set.general, &cases[i].wanted, &why);
		assert_int_equal(isotp_settings_config(&set, &a, &cfg, &why), cases[i].rc);
		if (cases[i].rc < 0) {
			assert_why(why, "the address and the options have different address bytes");
			continue;
		}
		assert_int_equal(cfg.address.has_byte, cases[i].result);
		if (!cases[i].result)
			continue;
		assert_int_equal(cfg.address.tx_byte, cases[i].tx_result);
		assert_int_equal(cfg.address.rx_byte, cases[i].rx_result);
	}
}

static const struct isotp_settings all_set = {
	.general = { .flags =
			     V(CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR |
			       CAN_ISOTP_TX_PADDING | CAN_ISOTP_RX_PADDING | CAN_ISOTP_CHK_PAD_LEN |
			       CAN_ISOTP_CHK_PAD_DATA | CAN_ISOTP_HALF_DUPLEX |
			       CAN_ISOTP_FORCE_TXSTMIN | CAN_ISOTP_FORCE_RXSTMIN |
			       CAN_ISOTP_WAIT_TX_DONE | CAN_ISOTP_DYN_FC_PARMS),
		     .frame_txtime_ns = V(1),
		     .ext_address = V(2),
		     .txpad = V(3),
		     .rxpad = V(4),
		     .rx_ext_address = V(5),
		     .tx_stmin_ns = V(6),
		     .rx_stmin_ns = V(7) },
	.flow_control = { .bs = V(8), .stmin = V(9), .wftmax = V(10) },
	.link_layer = { .mtu = V(72), .tx_dl = V(64), .tx_flags = V(CANFD_BRS | CANFD_ESI) },
};

/* Every value arrives in the configuration, and comes back from it. */
static void test_there_and_back(void **state)
{
	struct isotp_settings set, back;
	struct isotp_config cfg;
	const char *why;

	(void)state;
	isotp_settings_init(&set);
	assert_int_equal(isotp_settings_general(&set.general, &all_set.general, &why), 0);
	assert_null(why);
	isotp_settings_flow_control(&set.flow_control, &all_set.flow_control, &why);
	isotp_settings_link_layer(&set.link_layer, &all_set.link_layer, &why);
	assert_int_equal(isotp_settings_config(&set, &normal, &cfg, &why), 0);
	isotp_settings_in_force(&back, &cfg);
	assert_same(&back, &all_set);
	assert_true(cfg.fd && cfg.brs && cfg.esi && cfg.dyn_fc && cfg.half_duplex);
	assert_int_equal(cfg.address.tx_byte, 2);
	assert_int_equal(cfg.address.rx_byte, 5);
}

static void test_kernel_versions(void **state)
{
	static const struct {
		const char *release;
		struct isotp_general wanted;
		enum isotp_known known;
		const char *why;
	} cases[] = {
		{ "6.8.1", { .flags = V(0) }, ISOTP_KNOWN_YES, NULL },
		{ "6.9.0", { .flags = V(CAN_ISOTP_DYN_FC_PARMS) }, ISOTP_KNOWN_YES, NULL },
		{ "6.8.1",
		  { .flags = V(CAN_ISOTP_DYN_FC_PARMS) },
		  ISOTP_KNOWN_NO,
		  "CAN_ISOTP_DYN_FC_PARMS needs Linux 6.9, this is 6.8.1" },
		{ "6.8.0-91",
		  { .flags = V(CAN_ISOTP_DYN_FC_PARMS) },
		  ISOTP_KNOWN_MAYBE,
		  "CAN_ISOTP_DYN_FC_PARMS needs Linux 6.9, this is 6.8.0-91" },
		{ "5.10.9",
		  { .flags = V(CAN_ISOTP_SF_BROADCAST) },
		  ISOTP_KNOWN_NO,
		  "CAN_ISOTP_SF_BROADCAST needs Linux 5.11, this is 5.10.9" },
		{ "5.10.9",
		  { .flags = V(CAN_ISOTP_CF_BROADCAST) },
		  ISOTP_KNOWN_NO,
		  "CAN_ISOTP_CF_BROADCAST needs Linux 5.19, 5.15.138 or 5.10.200, this is 5.10.9" },
		{ "5.15.1",
		  { .frame_txtime_ns = V(0) },
		  ISOTP_KNOWN_NO,
		  "frame_txtime_ns 0 needs Linux 5.18, 5.15.138 or 5.10.200, this is 5.15.1" },
		{ "5.15.1", { .frame_txtime_ns = V(1) }, ISOTP_KNOWN_YES, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct isotp_kernel_version version;
		char text[ISOTP_KERNEL_WHY] = "";
		struct isotp_settings set;
		struct isotp_config cfg;
		const char *why;

		isotp_kernel_version_parse(&version, cases[i].release, "");
		isotp_settings_init(&set);
		isotp_settings_general(&set.general, &cases[i].wanted, &why);
		isotp_settings_config(&set, &normal, &cfg, &why);
		assert_int_equal(isotp_kernel_fits(&version, &cfg, ISOTP_WORDS_FLAGS, text),
				 cases[i].known);
		assert_string_equal(text, cases[i].why ? cases[i].why : "");
		text[0] = '\0'; /* the channel comes to the same verdict */
		assert_int_equal(isotp_kernel_fits(&version, &cfg, ISOTP_WORDS_OPTIONS, text),
				 cases[i].known);
	}
}

static void test_functional(void **state)
{
	struct isotp_kernel_version version;
	char text[ISOTP_KERNEL_WHY] = "";
	struct isotp_settings set;
	struct isotp_config cfg;
	struct isotp_address a = normal;
	const char *why;

	(void)state;
	a.functional = true;
	isotp_kernel_version_parse(&version, "6.12.1", "");
	isotp_settings_init(&set);
	isotp_settings_config(&set, &a, &cfg, &why);
	assert_int_equal(isotp_kernel_fits(&version, &cfg, ISOTP_WORDS_FLAGS, text),
			 ISOTP_KNOWN_NO);
	assert_string_equal(
		text, "a functional address that also receives is the built-in stack's alone");
	cfg.address.rx_id.width = 0;
	assert_int_equal(isotp_kernel_fits(&version, &cfg, ISOTP_WORDS_FLAGS, text),
			 ISOTP_KNOWN_YES);
}

static void test_kernel_warnings(void **state)
{
	static const struct {
		uint32_t flags;
		const char *why;
	} cases[] = {
		{ 0, NULL },
		{ CAN_ISOTP_DYN_FC_PARMS | CAN_ISOTP_CHK_PAD_LEN, NULL },
		{ CAN_ISOTP_LISTEN_MODE,
		  "LISTEN_MODE: the kernel still answers a first frame that is too long" },
		{ CAN_ISOTP_HALF_DUPLEX,
		  "HALF_DUPLEX: the kernel sends also during a reception, and ruins both" },
		{ CAN_ISOTP_WAIT_TX_DONE,
		  "WAIT_TX_DONE: sending ends when the kernel ends it, whatever its time-out" },
	};
	struct isotp_config cfg;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		isotp_config_init(&cfg);
		isotp_kernel_apply_flags(&cfg, cases[i].flags);
		assert_why(isotp_settings_kernel_warning(&cfg), cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),	cmocka_unit_test(test_flags),
		cmocka_unit_test(test_general_refused), cmocka_unit_test(test_general_in_steps),
		cmocka_unit_test(test_frame_txtime),	cmocka_unit_test(test_flow_control),
		cmocka_unit_test(test_link_layer),	cmocka_unit_test(test_address_bytes),
		cmocka_unit_test(test_there_and_back),	cmocka_unit_test(test_kernel_versions),
		cmocka_unit_test(test_functional),	cmocka_unit_test(test_kernel_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
