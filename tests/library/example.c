/* SPDX-License-Identifier: MIT */
/* Owns the example of README.md and libisotp(3): asks an ECU for its VIN, with libisotp. */
#include <isotp.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	const struct isotp_address tester = { .tx_id = { 0x7E0, 11 }, .rx_id = { 0x7E8, 11 } };
	const struct isotp_general padded = { .txpad = ISOTP_VALUE(0xCC) };
	struct isotp_socket *s;
	struct isotp_pdu pdu;
	int rc = isotp_socket_open(&s) || isotp_socket_set_general(s, &padded, NULL) ||
		 isotp_socket_bind(s, argc > 1 ? argv[1] : "can0", &tester) ||
		 isotp_socket_send(s, "\x22\xF1\x90", 3, ISOTP_SECOND) ||
		 isotp_socket_receive(s, &pdu, ISOTP_SECOND);

	if (rc)
		fprintf(stderr, "%s\n", isotp_socket_why(s));
	for (uint32_t i = 0; !rc && i < pdu.length; i++)
		printf("%02X%c", pdu.data[i], i + 1 < pdu.length ? ' ' : '\n');
	isotp_socket_close(s);
	return rc;
}
