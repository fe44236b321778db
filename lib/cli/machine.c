/* SPDX-License-Identifier: MIT */
/* Owns the words for what a machine offers to ISO-TP and what it lacks. */
#include "machine.h"

#include "transport/interface.h"
#include "transport/kernel-socket.h"
#include "transport/kernel-support.h"

#include <errno.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- what is missing, and the way out: each stands here once --- */

/* In a container modules are a matter of the host. */
static bool in_container(void)
{
	return access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 ||
	       access("/run/systemd/container", F_OK) == 0 || getenv("container");
}

#define TEXT 192

struct lack {
	char fact[TEXT], way_out[TEXT];
};

static void set(struct lack *l, const char *fact, const char *way_out)
{
	snprintf(l->fact, TEXT, "%s", fact);
	snprintf(l->way_out, TEXT, "%s", way_out);
}

/* False when the error of opening a CAN socket or an interface is none of those that we know. */
static bool describe(struct lack *l, const char *name, int error)
{
	struct isotp_interface i;

	switch (error) {
	case -EAFNOSUPPORT:
		set(l, "no CAN in this kernel",
		    in_container() ? "modprobe can on the host of this container, or virtual:NAME, "
				     "a bus that needs no CAN"
				   : "modprobe can, or virtual:NAME, a bus that needs no CAN");
		break;
	case -EPROTONOSUPPORT:
		if (in_container())
			set(l, "no module can-isotp in the kernel, and a container cannot load it",
			    "modprobe can-isotp on the host, or --stack=builtin");
		else
			set(l, "no module can-isotp in this kernel",
			    "modprobe can-isotp, or --stack=builtin");
		break;
	case -ENOPROTOOPT:
		set(l, "no module can-raw in this kernel",
		    in_container() ? "modprobe can-raw on the host" : "modprobe can-raw");
		break;
	case -EPERM:
	case -EACCES:
		set(l, "no permission to open a CAN socket",
		    "what confines this process (seccomp, SELinux) has to allow AF_CAN");
		break;
	case -ENODEV:
		set(l, "no such interface", "");
		snprintf(l->way_out, TEXT, "ip link add dev %.32s type vcan, or virtual:%.32s",
			 name, name);
		break;
	case -EMEDIUMTYPE:
		set(l, "not a CAN interface", "ip -br link show type can (or type vcan)");
		break;
	case -ENETDOWN:
		set(l, "the interface is down", "");
		snprintf(l->way_out, TEXT,
			 strncmp(name, "vcan", 4) != 0 && strncmp(name, "vxcan", 5) != 0
				 ? "ip link set %.32s up type can bitrate 500000"
				 : "ip link set %.32s up",
			 name);
		break;
	case -EMSGSIZE:
		isotp_interface_get(name, &i);
		set(l, "", "");
		snprintf(l->fact, TEXT, "carries no CAN FD frames (MTU %u)", i.mtu);
		snprintf(l->way_out, TEXT,
			 "ip link set %.32s mtu 72, if the controller has CAN FD; or no --fd",
			 name);
		break;
	default:
		return false;
	}
	return true;
}

bool machine_tell(const char *name, int error)
{
	struct lack lack = { 0 };

	if (!describe(&lack, name, error))
		return false;
	tool_error("%s: %s", name, lack.fact);
	tool_hint("%s", lack.way_out);
	return true;
}

static enum tool_exit tell_directory_failure(const char *name, const char *where, int error)
{
	switch (error) {
	case -ENODEV:
		tool_error("%s: not a bus that this version knows", name);
		tool_hint("virtual:NAME, or a CAN interface such as can0");
		break;
	case -EINVAL:
		tool_error("%s: the name of the bus is empty, '.' or '..'", name);
		return TOOL_USAGE;
	case -ENOTDIR:
		tool_error("%s: %s is not a directory of its own", name, where);
		break;
	case -EPERM:
		tool_error("%s: %s belongs to another user", name, where);
		break;
	case -EACCES:
	case -EROFS:
		tool_error("%s: no permission to use %s", name, where);
		break;
	case -ENOENT:
		tool_error("%s: %s cannot be made, there is no directory above it", name, where);
		break;
	default:
		tool_error("%s: %s: %s", name, where, tool_strerror(error));
	}
	return TOOL_SYSTEM;
}

/* The name of a capture file in the place of a bus. */
static bool is_file(const char *name)
{
	struct stat st;
	struct isotp_interface i;

	return isotp_interface_get(name, &i) < 0 && stat(name, &st) == 0 && !S_ISDIR(st.st_mode);
}

enum tool_exit machine_tell_bus(const char *name, const char *where, int error)
{
	if (is_file(name)) {
		tool_error("%s: a file, not a bus", name);
		tool_hint("isotpdump and the monitor of isotpperf read captures: isotpdump %s",
			  name);
		return TOOL_SYSTEM;
	}
	if (!isotp_interface_name(name))
		return tell_directory_failure(name, where, error);
	if (!machine_tell(name, error))
		tool_error("%s: %s", name, tool_strerror(error));
	return TOOL_SYSTEM;
}

/* A name with a point is rather that of a file. */
enum tool_exit machine_tell_neither(const char *name)
{
	struct lack lack = {
		.way_out = "ip -br link show type can, to see which interfaces there are"
	};
	const bool is_interface = isotp_interface_name(name) && !strchr(name, '.');
	const int fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);

	if (fd >= 0)
		close(fd);
	else if (errno == EAFNOSUPPORT)
		describe(&lack, name, -EAFNOSUPPORT);
	tool_error("%s: neither a CAN interface nor a file%s%s", name,
		   is_interface && *lack.fact ? "; " : "", is_interface ? lack.fact : "");
	if (is_interface)
		tool_hint("%s", lack.way_out);
	return TOOL_SYSTEM;
}

/* --- the report: a line for each thing, "  try:" below what is missing --- */

static void line(const char *subject, const char *fact)
{
	printf("%-20s %s\n", subject, fact);
}

static void lacking(const char *subject, const char *fact, const char *way_out)
{
	printf("%-20s no: %s\n%-20s   try: %s\n", subject, fact, "", way_out);
}

/* True when such a socket can be opened. */
static bool report_socket(const char *subject, const char *fact, int fd, int error)
{
	struct lack lack = { 0 };

	if (fd >= 0) {
		close(fd);
		line(subject, fact);
		return true;
	}
	if (describe(&lack, "", error))
		lacking(subject, lack.fact, lack.way_out);
	else
		lacking(subject, tool_strerror(error), "virtual:NAME, a bus that needs no CAN");
	return false;
}

static bool report_raw(void)
{
	const int fd = socket(PF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);
	const int error = errno == EPROTONOSUPPORT ? -ENOPROTOOPT : -errno;

	return report_socket("CAN frames", "yes: the built-in stack runs over CAN_RAW", fd, error);
}

static bool report_isotp(void)
{
	const int fd = isotp_kernel_open();

	return report_socket("ISO-TP socket", "yes: --stack=auto takes the kernel's", fd, fd);
}

static void report_feature(const struct isotp_kernel_version *v, enum isotp_kernel_feature f)
{
	char text[TEXT];

	switch (isotp_kernel_knows(v, f)) {
	case ISOTP_KNOWN_YES:
		line(isotp_kernel_feature_name(f), "yes");
		break;
	case ISOTP_KNOWN_MAYBE:
		snprintf(text, TEXT, "in doubt: needs Linux %s, and %s does not say its patches",
			 isotp_kernel_feature_since(f), v->release);
		line(isotp_kernel_feature_name(f), text);
		break;
	case ISOTP_KNOWN_NO:
		snprintf(text, TEXT, "needs Linux %s", isotp_kernel_feature_since(f));
		lacking(isotp_kernel_feature_name(f), text, "--stack=builtin");
		break;
	}
}

/* What a program does about it by itself, or another program should know. */
static void report_poll(const struct isotp_kernel_version *v)
{
	if (isotp_kernel_knows(v, ISOTP_KERNEL_POLLOUT) != ISOTP_KNOWN_YES)
		line("end of a transfer",
		     "by WAIT_TX_DONE: neither a signal nor --timeout ends it");
	else if (isotp_kernel_knows(v, ISOTP_KERNEL_SEND_BESIDE_POLL) == ISOTP_KNOWN_NO)
		line("end of a transfer",
		     "by poll; in this kernel no other thread may poll while one sends");
	else
		line("end of a transfer", "by poll");
}

static void report_kernel_stack(const struct isotp_kernel_version *v)
{
	static const enum isotp_kernel_feature options[] = {
		ISOTP_KERNEL_SF_BROADCAST,
		ISOTP_KERNEL_CF_BROADCAST,
		ISOTP_KERNEL_TXTIME_ZERO,
		ISOTP_KERNEL_DYN_FC,
	};
	char text[TEXT];

	snprintf(text, TEXT, "%u bytes", isotp_kernel_max_pdu(v));
	line("longest PDU", text);
	report_poll(v);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		report_feature(v, options[i]);
}

static bool report_interface(const char *name)
{
	struct isotp_interface i;
	struct lack lack = { 0 };
	char text[TEXT];
	const int rc = isotp_interface_usable(name, false, &i);

	if (rc < 0) {
		if (!describe(&lack, name, rc))
			set(&lack, tool_strerror(rc), "virtual:NAME");
		lacking(name, lack.fact, lack.way_out);
		return false;
	}
	snprintf(text, TEXT, "up, %s (MTU %u), transmit queue of %u frames%s",
		 i.mtu >= CANFD_MTU ? "classic CAN and CAN FD" : "classic CAN only", i.mtu,
		 i.tx_queue, i.tx_queue ? "" : ": none of its own");
	line(name, text);
	return true;
}

/* True when one of them can be used. */
static bool report_interfaces(void)
{
	struct if_nameindex *all = if_nameindex();
	bool usable = false, any = false;

	for (struct if_nameindex *n = all; n && n->if_index; n++) {
		struct isotp_interface i;

		if (isotp_interface_get(n->if_name, &i) < 0 || !i.can)
			continue;
		any = true;
		usable |= report_interface(n->if_name);
	}
	if_freenameindex(all);
	if (!any)
		lacking("CAN interface", "there is none",
			"ip link add dev vcan0 type vcan, then ip link set vcan0 up");
	return usable;
}

enum tool_exit machine_report(const char *name)
{
	struct isotp_kernel_version v;
	bool raw, isotp, usable;

	isotp_kernel_version(&v);
	line("kernel", v.release);
	raw = report_raw();
	isotp = report_isotp();
	if (isotp)
		report_kernel_stack(&v);
	line("virtual:NAME", "yes: the built-in stack over a bus of its own");
	if (name && !isotp_interface_name(name)) {
		if (!strncmp(name, "virtual:", strlen("virtual:")))
			return TOOL_DONE;
		lacking(name, "not a bus that this version knows", "virtual:NAME");
		return TOOL_SYSTEM;
	}
	usable = name ? report_interface(name) : report_interfaces();
	return (raw || isotp) && usable ? TOOL_DONE : TOOL_SYSTEM;
}
