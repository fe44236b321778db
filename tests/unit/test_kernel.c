/* SPDX-License-Identifier: MIT */
/* Owns the tests of what is known of the kernel's ISO-TP: versions, flags, errors. No kernel needed. */
#include "transport/kernel-socket.h"
#include "transport/kernel-support.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- versions --- */

static void test_version_is_read(void **state)
{
	static const struct {
		const char *release, *version;
		unsigned int series, minor, patch;
		bool patch_known;
	} rows[] = {
		{ "6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)", 6, 1,
		  192, true },
		{ "6.12.117+deb13-amd64", "#1 SMP Debian 6.12.117-1 (2026-11-01)", 6, 12, 117,
		  true },
		{ "6.6.31", "#1 SMP Fri May 17 12:00:00 UTC 2024", 6, 6, 31, true },
		{ "5.15.0-91-generic", "#101-Ubuntu SMP Tue Nov 14", 5, 15, 0, false },
		{ "5.14.0-427.el9.x86_64", "#1 SMP", 5, 14, 0, false },
		{ "7.2", "#1", 7, 2, 0, false },
		{ "odd", "Debian x", 0, 0, 0, false },
		{ "", "", 0, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct isotp_kernel_version v;

		isotp_kernel_version_parse(&v, rows[i].release, rows[i].version);
		assert_int_equal(v.series, rows[i].series);
		assert_int_equal(v.minor, rows[i].minor);
		assert_int_equal(v.patch, rows[i].patch);
		assert_int_equal(v.patch_known, rows[i].patch_known);
		assert_string_equal(v.release, rows[i].release);
	}
}

static struct isotp_kernel_version version(const char *release)
{
	struct isotp_kernel_version v;

	isotp_kernel_version_parse(&v, release, "");
	return v;
}

static void test_features_come_with_versions(void **state)
{
	static const struct {
		const char *release;
		enum isotp_kernel_feature feature;
		enum isotp_known known;
	} rows[] = {
		{ "5.10.223", ISOTP_KERNEL_SF_BROADCAST, ISOTP_KNOWN_NO },
		{ "5.11.1", ISOTP_KERNEL_SF_BROADCAST, ISOTP_KNOWN_YES },
		{ "5.10.199", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_NO },
		{ "5.10.200", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_YES },
		{ "5.15.137", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_NO },
		{ "5.15.138", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_YES },
		{ "5.16.20", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_NO },
		{ "5.18.19", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_NO },
		{ "5.19.1", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_YES },
		{ "5.15.0-91-generic", ISOTP_KERNEL_CF_BROADCAST, ISOTP_KNOWN_MAYBE },
		{ "6.8.12", ISOTP_KERNEL_DYN_FC, ISOTP_KNOWN_NO },
		{ "6.9.1", ISOTP_KERNEL_DYN_FC, ISOTP_KNOWN_YES },
		{ "6.9.0-1-amd64", ISOTP_KERNEL_DYN_FC, ISOTP_KNOWN_YES },
		{ "7.0.1", ISOTP_KERNEL_DYN_FC, ISOTP_KNOWN_YES },
		{ "6.1.23", ISOTP_KERNEL_POLLOUT, ISOTP_KNOWN_NO },
		{ "6.1.24", ISOTP_KERNEL_POLLOUT, ISOTP_KNOWN_YES },
		{ "6.2.16", ISOTP_KERNEL_POLLOUT, ISOTP_KNOWN_NO },
		{ "6.3.1", ISOTP_KERNEL_POLLOUT, ISOTP_KNOWN_YES },
		{ "6.1.58", ISOTP_KERNEL_SEND_BESIDE_POLL, ISOTP_KNOWN_NO },
		{ "6.1.59", ISOTP_KERNEL_SEND_BESIDE_POLL, ISOTP_KNOWN_YES },
		{ "6.5.7", ISOTP_KERNEL_SEND_BESIDE_POLL, ISOTP_KNOWN_NO },
		{ "6.5.8", ISOTP_KERNEL_SEND_BESIDE_POLL, ISOTP_KNOWN_YES },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct isotp_kernel_version v = version(rows[i].release);

		if (isotp_kernel_knows(&v, rows[i].feature) != rows[i].known)
			fail_msg("%s: %s", rows[i].release,
				 isotp_kernel_feature_name(rows[i].feature));
	}
}

static void test_what_fits_the_kernel(void **state)
{
	const struct isotp_kernel_version v61 = version("6.1.176"), v515 = version("5.15.0-91-g");
	char why[ISOTP_KERNEL_WHY];
	struct isotp_config cfg;

	(void)state;
	isotp_config_init(&cfg);
	assert_int_equal(isotp_kernel_fits(&v61, &cfg, ISOTP_WORDS_OPTIONS, why), ISOTP_KNOWN_YES);
	cfg.dyn_fc = true;
	assert_int_equal(isotp_kernel_fits(&v61, &cfg, ISOTP_WORDS_OPTIONS, why), ISOTP_KNOWN_NO);
	assert_string_equal(why, "--dyn-fc needs Linux 6.9, this is 6.1.176");
	assert_int_equal(isotp_kernel_fits(&v515, &cfg, ISOTP_WORDS_OPTIONS, why),
			 ISOTP_KNOWN_MAYBE);
	isotp_config_init(&cfg);
	cfg.n_bs_ns = 5;
	assert_int_equal(isotp_kernel_fits(&v61, &cfg, ISOTP_WORDS_OPTIONS, why), ISOTP_KNOWN_NO);
	assert_string_equal(why, "--n-bs is the built-in stack's alone");
}

/* --- flags --- */

static void test_each_flag_is_a_setting_and_back(void **state)
{
	struct isotp_config cfg;

	(void)state;
	for (uint32_t bit = 1; bit <= ISOTP_KERNEL_FLAGS; bit <<= 1) {
		isotp_config_init(&cfg);
		isotp_kernel_apply_flags(&cfg, bit);
		/* RX_EXT_ADDR says only that the byte below is another one */
		if (bit == CAN_ISOTP_RX_EXT_ADDR)
			assert_int_equal(isotp_kernel_flags(&cfg), 0);
		else
			assert_int_equal(isotp_kernel_flags(&cfg), bit);
	}
	isotp_config_init(&cfg);
	cfg.address.has_byte = true;
	cfg.address.tx_byte = 1;
	cfg.address.rx_byte = 2;
	assert_int_equal(isotp_kernel_flags(&cfg), CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR);
	isotp_config_init(&cfg);
	cfg.address.functional = true;
	assert_int_equal(isotp_kernel_flags(&cfg), CAN_ISOTP_SF_BROADCAST);
}

/* --- errors --- */

static void test_each_error_is_a_result(void **state)
{
	struct isotp_config cfg;

	(void)state;
	isotp_config_init(&cfg);
	assert_int_equal(isotp_kernel_result(&cfg, ECOMM, 8), ISOTP_N_TIMEOUT_BS);
	assert_int_equal(isotp_kernel_result(&cfg, ECOMM, 7), ISOTP_N_TIMEOUT_A);
	assert_int_equal(isotp_kernel_result(&cfg, EMSGSIZE, 8), ISOTP_N_BUFFER_OVFLW);
	assert_int_equal(isotp_kernel_result(&cfg, EILSEQ, 0), ISOTP_N_WRONG_SN);
	assert_int_equal(isotp_kernel_result(&cfg, ETIMEDOUT, 0), ISOTP_N_TIMEOUT_CR);
	assert_int_equal(isotp_kernel_result(&cfg, EBADMSG, 8), ISOTP_N_ERROR);
	assert_int_equal(isotp_kernel_error_of_reception(&cfg, EBADMSG), false);
	assert_int_equal(isotp_kernel_result(&cfg, ENETDOWN, 8), ISOTP_N_OK);
	assert_true(isotp_kernel_error_of_reception(&cfg, EILSEQ));
	assert_false(isotp_kernel_error_of_reception(&cfg, ECOMM));
	cfg.check_pad_len = true;
	assert_true(isotp_kernel_error_of_reception(&cfg, EBADMSG));
	assert_int_equal(isotp_kernel_result(&cfg, EBADMSG, 8), ISOTP_PADDING);
	cfg.cf_broadcast = true; /* awaits no flow control */
	assert_int_equal(isotp_kernel_result(&cfg, ECOMM, 8), ISOTP_N_TIMEOUT_A);
	cfg.cf_broadcast = false;
	cfg.address.has_byte = true; /* takes a byte of each frame */
	assert_int_equal(isotp_kernel_result(&cfg, ECOMM, 7), ISOTP_N_TIMEOUT_BS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_is_read),
		cmocka_unit_test(test_features_come_with_versions),
		cmocka_unit_test(test_what_fits_the_kernel),
		cmocka_unit_test(test_each_flag_is_a_setting_and_back),
		cmocka_unit_test(test_each_error_is_a_result),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
