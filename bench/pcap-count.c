/* SPDX-License-Identifier: MIT */
/* Owns the yardstick for reading pcap: libpcap hands out the packets, and they are counted. */
/*
 *	pcap-count FILE		the number of packets
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

static void count(u_char *packets, const struct pcap_pkthdr *header, const u_char *data)
{
	(void)header;
	(void)data;
	++*(unsigned long long *)(void *)packets;
}

int main(int argc, char **argv)
{
	char reason[PCAP_ERRBUF_SIZE];
	unsigned long long packets = 0;
	pcap_t *pcap;

	if (argc != 2) {
		fputs("usage: pcap-count FILE\n", stderr);
		return 2;
	}
	pcap = pcap_open_offline(argv[1], reason);
	if (!pcap) {
		fprintf(stderr, "pcap-count: %s\n", reason);
		return 1;
	}
	if (pcap_loop(pcap, -1, count, (u_char *)&packets) < 0) {
		fprintf(stderr, "pcap-count: %s: %s\n", argv[1], pcap_geterr(pcap));
		return 1;
	}
	pcap_close(pcap);
	printf("%llu\n", packets);
	return 0;
}
