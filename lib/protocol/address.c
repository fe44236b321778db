/* SPDX-License-Identifier: MIT */
/* Owns the text form of CAN IDs and the rules that make an address out of N_SA, N_TA and N_AE. */
#include "address.h"

#include "hex.h"

#include <errno.h>

enum {
	PRIORITY_6 = 0x18000000,
	NORMAL_FIXED_PHYSICAL = 0xDA,
	NORMAL_FIXED_FUNCTIONAL = 0xDB,
	MIXED_PHYSICAL = 0xCE,
	MIXED_FUNCTIONAL = 0xCD,
};

/* What keeps these digits from being a CAN ID, or NULL; 6 and 7 digits after 0x are in doubt
 * because can-utils counts the prefix and reads them as a 29-bit ID. */
static const char *id_fault(size_t digits, bool prefixed, uint32_t value)
{
	if (digits > 8)
		return "has more than 8 hex digits";
	if (digits == 8 && value > ISOTP_CAN_ID_MAX_29)
		return "is above 1FFFFFFF";
	if (digits == 8)
		return NULL;
	if (prefixed && digits >= 6)
		return "leaves the width open: write 3 digits for an 11-bit, 8 for a 29-bit ID";
	if (value > ISOTP_CAN_ID_MAX_11)
		return "is above 7FF: write 8 digits for a 29-bit ID";
	return NULL;
}

int isotp_can_id_parse(const char *text, struct isotp_can_id *id, const char **reason)
{
	const bool prefixed = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *s = prefixed ? text + 2 : text;
	uint32_t value = 0;
	size_t digits;

	for (digits = 0; isotp_hex_digit(s[digits]) >= 0; digits++)
		value = value << 4 | (uint32_t)isotp_hex_digit(s[digits]);
	if (!digits || s[digits]) {
		*reason = "is not a CAN ID in hex";
		return -EINVAL;
	}
	*reason = id_fault(digits, prefixed, value);
	if (*reason)
		return -EINVAL;
	id->value = value;
	id->width = digits == 8 ? 29 : 11;
	return 0;
}

char *isotp_can_id_format(struct isotp_can_id id, char text[ISOTP_CAN_ID_TEXT])
{
	const int digits = id.width == 29 ? 8 : 3;
	char *s = text;

	for (int i = digits - 1; id.width && i >= 0; i--)
		*s++ = isotp_hex_char(id.value >> (4 * i));
	if (!id.width)
		*s++ = '-';
	*s = '\0';
	return text;
}

static struct isotp_can_id pdu_format_id(uint8_t format, uint8_t target, uint8_t source)
{
	const uint32_t value = (uint32_t)format << 16 | (uint32_t)target << 8 | source;

	return (struct isotp_can_id){ .value = PRIORITY_6 | value, .width = 29 };
}

void isotp_address_fixed(struct isotp_address *a, uint8_t sa, uint8_t ta, bool functional)
{
	const uint8_t format = functional ? NORMAL_FIXED_FUNCTIONAL : NORMAL_FIXED_PHYSICAL;

	*a = (struct isotp_address){
		.tx_id = pdu_format_id(format, ta, sa),
		.rx_id = pdu_format_id(format, sa, ta),
		.functional = functional,
	};
}

void isotp_address_mixed29(struct isotp_address *a, uint8_t sa, uint8_t ta, uint8_t ae,
			   bool functional)
{
	const uint8_t format = functional ? MIXED_FUNCTIONAL : MIXED_PHYSICAL;

	*a = (struct isotp_address){
		.tx_id = pdu_format_id(format, ta, sa),
		.rx_id = pdu_format_id(format, sa, ta),
		.has_byte = true,
		.tx_byte = ae,
		.rx_byte = ae,
		.functional = functional,
	};
}

bool isotp_address_match(const struct isotp_address *a, const struct isotp_frame *f)
{
	if (!a->rx_id.width || !isotp_can_id_equal(a->rx_id, f->id))
		return false;
	return !a->has_byte || (f->len > 0 && f->data[0] == a->rx_byte);
}
