/* SPDX-License-Identifier: MIT */
/* Owns the questions about a network interface. */
#include "interface.h"

#include <errno.h>
#include <linux/can.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef ARPHRD_CAN
#define ARPHRD_CAN 280
#endif

bool isotp_interface_name(const char *name)
{
	return *name && strlen(name) < IFNAMSIZ && !strpbrk(name, ":/ \t\r\n");
}

/* Each question is an ioctl that any socket answers. */
static int ask(int fd, const char *name, struct isotp_interface *i)
{
	struct ifreq req = { 0 };

	memcpy(req.ifr_name, name, strlen(name));
	if (ioctl(fd, SIOCGIFINDEX, &req) < 0)
		return -errno;
	i->index = req.ifr_ifindex;
	if (ioctl(fd, SIOCGIFFLAGS, &req) < 0)
		return -errno;
	i->up = req.ifr_flags & IFF_UP;
	if (ioctl(fd, SIOCGIFHWADDR, &req) < 0)
		return -errno;
	i->can = req.ifr_hwaddr.sa_family == ARPHRD_CAN;
	if (ioctl(fd, SIOCGIFMTU, &req) < 0)
		return -errno;
	i->mtu = (unsigned int)req.ifr_mtu;
	if (ioctl(fd, SIOCGIFTXQLEN, &req) < 0)
		return -errno;
	i->tx_queue = (unsigned int)req.ifr_qlen;
	return 0;
}

int isotp_interface_get(const char *name, struct isotp_interface *i)
{
	int fd, rc;

	*i = (struct isotp_interface){ 0 };
	if (!isotp_interface_name(name))
		return -ENODEV;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	rc = ask(fd, name, i);
	close(fd);
	return rc;
}

int isotp_interface_usable(const char *name, bool fd, struct isotp_interface *i)
{
	const int rc = isotp_interface_get(name, i);

	if (rc < 0)
		return rc;
	if (!i->can)
		return -EMEDIUMTYPE;
	if (!i->up)
		return -ENETDOWN;
	return fd && i->mtu < CANFD_MTU ? -EMSGSIZE : 0;
}
