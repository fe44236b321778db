#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The other end of transfers, by scapy's ISO-TP sockets on vcan0, for tests/kernel/peers.bats and
bench/stacks.

The first line of the output is "scapy VERSION", or "missing" and what. Then each line of standard input
is a request; SOCKET is native (the kernel's ISO-TP) or soft (scapy's own):

    send SOCKET TX RX HEX   sends a PDU: "sending"
    recv SOCKET TX RX       "ready" when it can receive, then "got HEX", or "got nothing"
    echo SOCKET TX RX       "ready", then sends every PDU back, until it is killed

A socket lives until the next request: scapy returns from send() when it begins.
"""
import sys

INTERFACE = "vcan0"
PATIENCE_S = 10


def say(*words):
    print(*words, flush=True)


def load_scapy():
    """scapy.contrib.isotp; it reads these settings when it is imported."""
    from scapy.config import conf

    conf.contribs["CANSocket"] = {"use-python-can": False}
    conf.contribs["ISOTP"] = {"use-can-isotp-kernel-module": True}
    import scapy.contrib.isotp as isotp

    say("scapy", conf.version)
    return isotp


def receive(sock):
    """Not by recv(), which has no time-out."""
    pdus = sock.sniff(count=1, timeout=PATIENCE_S)
    return pdus[0].data.hex().upper() if pdus else "nothing"


def main():
    try:
        isotp = load_scapy()
    except ImportError as error:
        say("missing", error)
        return
    kinds = {"native": isotp.ISOTPNativeSocket, "soft": isotp.ISOTPSoftSocket}
    sock = None
    for line in sys.stdin:
        verb, kind, tx, rx, *payload = line.split()
        if sock:
            sock.close()
        sock = kinds[kind](INTERFACE, tx_id=int(tx, 16), rx_id=int(rx, 16))
        if verb == "send":
            sock.send(isotp.ISOTP(bytes.fromhex(*payload)))
            say("sending")
        elif verb == "echo":
            say("ready")
            sock.sniff(prn=sock.send, store=False)
        else:
            say("ready")
            say("got", receive(sock))


main()
