/* SPDX-License-Identifier: MIT */
/* Owns the other example of README.md: the same with nothing but the kernel's socket. */
#include <linux/can.h>
#include <linux/can/isotp.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_can address = { .can_family = AF_CAN };
	struct can_isotp_options options;
	const struct timeval second = { .tv_sec = 1 };
	socklen_t size = sizeof(options);
	unsigned char pdu[4095];
	ssize_t length = -1;
	int s = socket(PF_CAN, SOCK_DGRAM, CAN_ISOTP);

	address.can_ifindex = (int)if_nametoindex(argc > 1 ? argv[1] : "can0");
	address.can_addr.tp.tx_id = 0x7E0;
	address.can_addr.tp.rx_id = 0x7E8;
	if (s >= 0 && getsockopt(s, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, &size) == 0) {
		options.flags |= CAN_ISOTP_TX_PADDING | CAN_ISOTP_WAIT_TX_DONE;
		options.txpad_content = 0xCC;
		if (setsockopt(s, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, size) == 0 &&
		    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) == 0 &&
		    bind(s, (struct sockaddr *)&address, sizeof(address)) == 0 &&
		    write(s, "\x22\xF1\x90", 3) == 3)
			length = read(s, pdu, sizeof(pdu));
	}
	if (length < 0)
		perror("isotp");
	for (ssize_t i = 0; i < length; i++)
		printf("%02X%c", pdu[i], i + 1 < length ? ' ' : '\n');
	if (s >= 0)
		close(s);
	return length < 0;
}
