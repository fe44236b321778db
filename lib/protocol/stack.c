/* SPDX-License-Identifier: MIT */
/* Owns a connection as a whole: what comes in, whose frame goes out, which timer is next. */
#include "stack-internal.h"

#include <errno.h>
#include <string.h>

bool isotp_stack_event(struct isotp_stack *s, struct isotp_event *ev)
{
	if (!s->event_count)
		return false;
	*ev = s->events[s->event_first];
	s->event_first = (uint8_t)((s->event_first + 1) % ISOTP_EVENTS_MAX);
	s->event_count--;
	return true;
}

int isotp_stack_init(struct isotp_stack *s, const struct isotp_config *cfg, void *rxbuf,
		     size_t size)
{
	const char *reason;
	const int rc = isotp_config_check(cfg, &reason);

	if (rc < 0)
		return rc;
	memset(s, 0, sizeof(*s));
	s->cfg = *cfg;
	s->rx.buffer = rxbuf;
	s->rx.size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
	s->rx.ready = true;
	return 0;
}

const struct isotp_frame *isotp_stack_peek(struct isotp_stack *s, uint64_t now)
{
	if (s->in_flight)
		return NULL;
	s->rendered = isotp_rx_fc_due(s, now);
	if (s->rendered) {
		isotp_rx_render(s, s->rendered);
		return &s->out;
	}
	if (s->tx.state != ISOTP_TX_SEND || s->tx.due > now)
		return NULL;
	s->rendered = ISOTP_OUT_TX;
	isotp_tx_render(s);
	return &s->out;
}

bool isotp_stack_answer_due(const struct isotp_stack *s, uint64_t now)
{
	return !s->in_flight && isotp_rx_fc_due(s, now) != ISOTP_OUT_NONE;
}

void isotp_stack_requested(struct isotp_stack *s, uint64_t now)
{
	if (!s->rendered || s->in_flight)
		return;
	s->in_flight = s->rendered;
	s->rendered = ISOTP_OUT_NONE;
	s->n_as = isotp_after(now, s->cfg.n_as_ns);
	if (s->in_flight == ISOTP_OUT_TX)
		isotp_tx_requested(s);
	else
		isotp_rx_requested(s, s->in_flight);
}

void isotp_stack_confirmed(struct isotp_stack *s, uint64_t now)
{
	const enum isotp_out what = s->in_flight;

	s->in_flight = ISOTP_OUT_NONE;
	if (what == ISOTP_OUT_TX)
		isotp_tx_confirmed(s, now);
	else if (what)
		isotp_rx_confirmed(s, what, now);
}

bool isotp_stack_in_flight(const struct isotp_stack *s)
{
	return s->in_flight != ISOTP_OUT_NONE;
}

uint64_t isotp_stack_deadline(const struct isotp_stack *s)
{
	uint64_t t = ISOTP_NEVER;

	if (s->in_flight)
		t = s->n_as;
	else if (s->tx.state == ISOTP_TX_SEND)
		t = s->tx.due;
	if (s->tx.state == ISOTP_TX_WAIT_FC)
		t = isotp_earlier(t, s->tx.n_bs);
	if (!s->in_flight)
		t = isotp_earlier(t, isotp_rx_fc_deadline(s));
	if (s->rx.receiving)
		t = isotp_earlier(t, s->rx.n_cr);
	return t;
}

/* The bus did not take our frame in time: whichever half it belonged to ends. */
static void confirm_timeout(struct isotp_stack *s)
{
	const enum isotp_out what = s->in_flight;

	s->in_flight = ISOTP_OUT_NONE;
	if (what == ISOTP_OUT_TX && s->tx.state != ISOTP_TX_IDLE)
		isotp_tx_not_taken(s);
	else if (what != ISOTP_OUT_TX && s->rx.receiving)
		isotp_rx_end(s, ISOTP_N_TIMEOUT_A);
}

void isotp_stack_advance(struct isotp_stack *s, uint64_t now)
{
	if (s->in_flight && now >= s->n_as)
		confirm_timeout(s);
	if (s->tx.state == ISOTP_TX_WAIT_FC && now >= s->tx.n_bs)
		isotp_tx_end(s, ISOTP_N_TIMEOUT_BS);
	isotp_rx_advance(s, now);
}

/* ISO 15765-2:2016, table 23: what half duplex and the kind of address leave to be processed. */
static bool is_expected(const struct isotp_stack *s, enum isotp_pci_type type)
{
	if (s->cfg.address.functional && type != ISOTP_PCI_SF)
		return false;
	if (!s->cfg.half_duplex)
		return true;
	return type == ISOTP_PCI_FC ? !s->rx.receiving : s->tx.state == ISOTP_TX_IDLE;
}

void isotp_stack_receive(struct isotp_stack *s, const struct isotp_frame *f, uint64_t now)
{
	const struct isotp_config *cfg = &s->cfg;
	struct isotp_pci pci;

	s->rendered = ISOTP_OUT_NONE; /* what is due may be another frame now */
	isotp_stack_advance(s, now);
	if (f->flags & (ISOTP_FRAME_REMOTE | ISOTP_FRAME_ERROR))
		return;
	if (cfg->fd != !!(f->flags & ISOTP_FRAME_FD) || cfg->sf_broadcast || cfg->cf_broadcast)
		return;
	if (!isotp_address_match(&cfg->address, f))
		return;
	if (isotp_pci_decode(&pci, f, cfg->address.has_byte) != ISOTP_PCI_OK ||
	    !is_expected(s, pci.type))
		return;
	switch (pci.type) {
	case ISOTP_PCI_SF:
		isotp_rx_single_frame(s, f, &pci);
		break;
	case ISOTP_PCI_FF:
		isotp_rx_first_frame(s, f, &pci, now);
		break;
	case ISOTP_PCI_CF:
		isotp_rx_consecutive_frame(s, f, &pci, now);
		break;
	case ISOTP_PCI_FC:
		isotp_tx_flow_control(s, f, &pci, now);
		break;
	}
}
