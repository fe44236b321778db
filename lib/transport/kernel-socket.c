/* SPDX-License-Identifier: MIT */
/* Owns the options, the addresses and the errors of the kernel's ISO-TP socket. */
#include "kernel-socket.h"

#include "inbox.h"
#include "protocol/pci.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLAG(bit, field)                                                                           \
	{                                                                                          \
		bit, offsetof(struct isotp_config, field)                                          \
	}

/* Each flag is a bool of the configuration; RX_EXT_ADDR follows from the address bytes. */
static const struct flag {
	uint32_t bit;
	size_t offset;
} flags[] = {
	FLAG(CAN_ISOTP_LISTEN_MODE, listen),
	FLAG(CAN_ISOTP_EXTEND_ADDR, address.has_byte),
	FLAG(CAN_ISOTP_TX_PADDING, tx_padding),
	FLAG(CAN_ISOTP_RX_PADDING, rx_padding),
	FLAG(CAN_ISOTP_CHK_PAD_LEN, check_pad_len),
	FLAG(CAN_ISOTP_CHK_PAD_DATA, check_pad_data),
	FLAG(CAN_ISOTP_HALF_DUPLEX, half_duplex),
	FLAG(CAN_ISOTP_FORCE_TXSTMIN, force_tx_stmin),
	FLAG(CAN_ISOTP_FORCE_RXSTMIN, force_rx_stmin),
	FLAG(CAN_ISOTP_WAIT_TX_DONE, wait_tx_done),
	FLAG(CAN_ISOTP_SF_BROADCAST, sf_broadcast),
	FLAG(CAN_ISOTP_CF_BROADCAST, cf_broadcast),
	FLAG(CAN_ISOTP_DYN_FC_PARMS, dyn_fc),
};

enum { FLAGS = sizeof(flags) / sizeof(flags[0]) };

static bool *flag_of(struct isotp_config *cfg, const struct flag *f)
{
	return (bool *)((char *)cfg + f->offset);
}

uint32_t isotp_kernel_flags(const struct isotp_config *cfg)
{
	uint32_t bits = 0;

	for (int i = 0; i < FLAGS; i++)
		if (*(const bool *)((const char *)cfg + flags[i].offset))
			bits |= flags[i].bit;
	if (cfg->address.has_byte && cfg->address.rx_byte != cfg->address.tx_byte)
		bits |= CAN_ISOTP_RX_EXT_ADDR;
	if (cfg->address.functional)
		bits |= CAN_ISOTP_SF_BROADCAST;
	return bits;
}

void isotp_kernel_apply_flags(struct isotp_config *cfg, uint32_t bits)
{
	for (int i = 0; i < FLAGS; i++)
		*flag_of(cfg, &flags[i]) = bits & flags[i].bit;
	if (!(bits & CAN_ISOTP_RX_EXT_ADDR))
		cfg->address.rx_byte = cfg->address.tx_byte;
}

int isotp_kernel_open(void)
{
	const int fd = socket(PF_CAN, SOCK_DGRAM | SOCK_CLOEXEC, CAN_ISOTP);
	int rc;

	if (fd < 0)
		return -errno;
	/* The receive times also make FORCE_RXSTMIN work, which compares them. */
	rc = isotp_inbox_prepare(fd);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

static int set(int fd, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_CAN_ISOTP, option, value, size) < 0 ? -errno : 0;
}

static int get(int fd, int option, void *value, socklen_t size)
{
	return getsockopt(fd, SOL_CAN_ISOTP, option, value, &size) < 0 ? -errno : 0;
}

/* 0 keeps what the kernel has, so that "none" is a value of its own. */
static uint32_t encode_txtime(const struct isotp_config *cfg)
{
	if (!cfg->has_frame_txtime)
		return CAN_ISOTP_DEFAULT_FRAME_TXTIME;
	return cfg->frame_txtime_ns ? cfg->frame_txtime_ns : CAN_ISOTP_FRAME_TXTIME_ZERO;
}

static int set_general(int fd, const struct isotp_config *cfg)
{
	const struct can_isotp_options general = {
		.flags = isotp_kernel_flags(cfg),
		.frame_txtime = encode_txtime(cfg),
		.ext_address = cfg->address.tx_byte,
		.txpad_content = cfg->txpad,
		.rxpad_content = cfg->rxpad,
		.rx_ext_address = cfg->address.rx_byte,
	};

	return set(fd, CAN_ISOTP_OPTS, &general, sizeof(general));
}

static int set_flow_control(int fd, const struct isotp_config *cfg)
{
	const struct can_isotp_fc_options fc = {
		.bs = cfg->bs,
		.stmin = cfg->stmin,
		.wftmax = cfg->wftmax,
	};

	return set(fd, CAN_ISOTP_RECV_FC, &fc, sizeof(fc));
}

static int set_link_layer(int fd, const struct isotp_config *cfg)
{
	const struct can_isotp_ll_options ll = {
		.mtu = cfg->fd ? CANFD_MTU : CAN_MTU,
		.tx_dl = cfg->tx_dl,
		.tx_flags = (uint8_t)((cfg->brs ? CANFD_BRS : 0) | (cfg->esi ? CANFD_ESI : 0)),
	};

	return set(fd, CAN_ISOTP_LL_OPTS, &ll, sizeof(ll));
}

int isotp_kernel_set(int fd, const struct isotp_config *cfg)
{
	int rc = set_general(fd, cfg);

	if (rc == 0)
		rc = set_flow_control(fd, cfg);
	if (rc == 0)
		rc = set_link_layer(fd, cfg);
	if (rc == 0 && cfg->force_tx_stmin)
		rc = set(fd, CAN_ISOTP_TX_STMIN, &cfg->tx_stmin_ns, sizeof(cfg->tx_stmin_ns));
	if (rc == 0 && cfg->force_rx_stmin)
		rc = set(fd, CAN_ISOTP_RX_STMIN, &cfg->rx_stmin_ns, sizeof(cfg->rx_stmin_ns));
	return rc;
}

static int get_general(int fd, struct isotp_config *cfg)
{
	struct can_isotp_options general;
	const int rc = get(fd, CAN_ISOTP_OPTS, &general, sizeof(general));

	if (rc < 0)
		return rc;
	cfg->address.tx_byte = general.ext_address;
	cfg->address.rx_byte = general.rx_ext_address;
	isotp_kernel_apply_flags(cfg, general.flags);
	cfg->txpad = general.txpad_content;
	cfg->rxpad = general.rxpad_content;
	cfg->has_frame_txtime = true;
	cfg->frame_txtime_ns =
		general.frame_txtime == CAN_ISOTP_FRAME_TXTIME_ZERO ? 0 : general.frame_txtime;
	return 0;
}

static int get_flow_control(int fd, struct isotp_config *cfg)
{
	struct can_isotp_fc_options fc;
	const int rc = get(fd, CAN_ISOTP_RECV_FC, &fc, sizeof(fc));

	if (rc < 0)
		return rc;
	cfg->bs = fc.bs;
	cfg->stmin = fc.stmin;
	cfg->wftmax = fc.wftmax;
	return 0;
}

static int get_link_layer(int fd, struct isotp_config *cfg)
{
	struct can_isotp_ll_options ll;
	const int rc = get(fd, CAN_ISOTP_LL_OPTS, &ll, sizeof(ll));

	if (rc < 0)
		return rc;
	cfg->fd = ll.mtu == CANFD_MTU;
	cfg->tx_dl = ll.tx_dl;
	cfg->brs = ll.tx_flags & CANFD_BRS;
	cfg->esi = ll.tx_flags & CANFD_ESI;
	return 0;
}

int isotp_kernel_get(int fd, struct isotp_config *cfg)
{
	int rc = get_general(fd, cfg);

	if (rc == 0)
		rc = get_flow_control(fd, cfg);
	if (rc == 0)
		rc = get_link_layer(fd, cfg);
	if (rc == 0)
		rc = get(fd, CAN_ISOTP_TX_STMIN, &cfg->tx_stmin_ns, sizeof(cfg->tx_stmin_ns));
	if (rc == 0)
		rc = get(fd, CAN_ISOTP_RX_STMIN, &cfg->rx_stmin_ns, sizeof(cfg->rx_stmin_ns));
	return rc;
}

static canid_t encode_id(struct isotp_can_id id)
{
	return id.width == 29 ? id.value | CAN_EFF_FLAG : id.value;
}

int isotp_kernel_bind(int fd, int interface, const struct isotp_address *a)
{
	struct sockaddr_can address = {
		.can_family = AF_CAN,
		.can_ifindex = interface,
		.can_addr.tp = { .tx_id = encode_id(a->tx_id), .rx_id = encode_id(a->rx_id) },
	};

	/* A listener needs no ID to send on, yet two that differ. */
	if (!a->tx_id.width && !address.can_addr.tp.rx_id)
		address.can_addr.tp.tx_id = 1;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return 0;
}

static bool awaits_flow_control(const struct isotp_config *cfg, size_t length)
{
	return !cfg->sf_broadcast && !cfg->cf_broadcast && !cfg->address.functional &&
	       length > isotp_sf_max(cfg->tx_dl, cfg->address.has_byte);
}

static bool checks_padding(const struct isotp_config *cfg)
{
	return cfg->check_pad_len || cfg->check_pad_data;
}

enum isotp_result isotp_kernel_result(const struct isotp_config *cfg, int error, size_t length)
{
	switch (error) {
	case ECOMM: /* no flow control, or our own frame did not come back as sent */
		return awaits_flow_control(cfg, length) ? ISOTP_N_TIMEOUT_BS : ISOTP_N_TIMEOUT_A;
	case EMSGSIZE:
		return ISOTP_N_BUFFER_OVFLW;
	case EILSEQ:
		return ISOTP_N_WRONG_SN;
	case ETIMEDOUT:
		return ISOTP_N_TIMEOUT_CR;
	case EBADMSG: /* padding, else the length or the flow status of a flow control */
		return checks_padding(cfg) ? ISOTP_PADDING : ISOTP_N_ERROR;
	default:
		return ISOTP_N_OK;
	}
}

bool isotp_kernel_error_of_reception(const struct isotp_config *cfg, int error)
{
	return error == EILSEQ || error == ETIMEDOUT || (error == EBADMSG && checks_padding(cfg));
}
