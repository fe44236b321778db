#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""capture-tool.py FORMAT <LOG >OUT: a log of candump in another format.

pcap (link type 227), pcap-swapped (its IDs little-endian), pcap-nanosecond, sll (113) and sll2 (276) as
captured on "any" (IDs in the file's byte order), pcapng (with the names of the buses), asc (hexadecimal, absolute times), asc-relative
(decimal, relative times), console (what candump -t a prints). Written after pcap-savefile(5), the
descriptions of these link types on tcpdump.org, draft-ietf-opsawg-pcapng, and files in the wild.
"""
import re
import struct
import sys

LINE = re.compile(r"\((\d+)\.(\d{6})\) (\S+) ([0-9A-F]{3}|[0-9A-F]{8})#(?:#([0-9A-F]))?(R?)([0-9A-F]*)\n")
CAN, FD = 0x0C, 0x0D  # protocols in cooked captures


class Frame:
    """A line of the log; the time in microseconds."""

    def __init__(self, line):
        second, fraction, self.bus, can_id, flags, remote, data = LINE.fullmatch(line).groups()
        self.time = int(second) * 1000000 + int(fraction)
        self.id, self.wide = int(can_id, 16), len(can_id) == 8
        self.fd, self.flags = flags is not None, int(flags or "0", 16)
        self.remote = remote == "R"
        self.data = b"" if self.remote else bytes.fromhex(data)

    def packet(self, order):
        """SocketCAN's struct can_frame or canfd_frame, as type 227 has it but for the ID's order."""
        word = self.id | (1 << 31 if self.wide else 0) | (1 << 30 if self.remote else 0)
        flags = self.flags | 4 if self.fd else 0
        head = struct.pack(order + "IBBxx", word, len(self.data), flags)
        return head + self.data.ljust(64 if self.fd else 8, b"\0")


def buses(frames):
    """The names in the order in which they appear."""
    return list(dict.fromkeys(f.bus for f in frames))


def write_pcap(frames, link, packet, ns=False):
    sys.stdout.buffer.write(
        struct.pack("<IHHIIII", 0xA1B23C4D if ns else 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
    for f in frames:
        data = packet(f)
        second, fraction = divmod(f.time, 1000000)
        sys.stdout.buffer.write(struct.pack("<IIII", second, fraction * (1000 if ns else 1),
                                            len(data), len(data)) + data)


def sll(f, _):
    return struct.pack(">HHH8xH", 1, 280, 0, FD if f.fd else CAN) + f.packet("<")


def sll2(f, names):
    return struct.pack(">HxxIHBB8x", FD if f.fd else CAN, 3 + names.index(f.bus), 280, 1,
                       0) + f.packet("<")


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def write_pcapng(frames, names):
    out = sys.stdout.buffer
    out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    for name in names:
        name = name.encode()
        option = struct.pack("<HH", 2, len(name)) + name + bytes(-len(name) % 4)
        out.write(block(1, struct.pack("<HxxI", 227, 262144) + option + bytes(4)))
    for f in frames:
        data = f.packet(">")
        out.write(block(6, struct.pack("<IIIII", names.index(f.bus), f.time >> 32,
                                       f.time & 0xFFFFFFFF, len(data), len(data)) + data))


def asc_line(f, channel, time, number):
    stamp = f"{time // 1000000:4d}.{time % 1000000:06d}"
    name = number(f.id) + ("x" if f.wide else "")
    if f.fd:
        data = " ".join(f"{byte:02x}" for byte in f.data)
        dlc = (list(range(9)) + [12, 16, 20, 24, 32, 48, 64]).index(len(f.data))
        name = f"{f.id:x}" + ("x" if f.wide else "")
        return (f"{stamp} CANFD {channel:3d} Rx {name:>11} {f.flags & 1} {f.flags >> 1 & 1} "
                f"{dlc:x} {len(f.data):2d} {data} 130000 130 {0x1000 | (f.flags & 1) << 13:x} 0 0 0 0 0\n")
    if f.remote:
        return f"{stamp} {channel}  {name:<15} Rx   r 0\n"
    data = " ".join(number(byte).zfill(2) for byte in f.data)
    return f"{stamp} {channel}  {name:<15} Rx   d {len(f.data)} {data}  Length = 0 BitCount = 64\n"


def write_asc(frames, names, relative):
    number = str if relative else "{:x}".format
    print("date Tue Nov 14 10:13:20.000 pm 2023")
    print("base dec  timestamps relative" if relative else "base hex  timestamps absolute")
    print("internal events logged\n// version 9.0.0")
    print("Begin Triggerblock Tue Nov 14 10:13:20.000 pm 2023\n   0.000000 Start of measurement")
    before = 0
    for f in frames:
        sys.stdout.write(asc_line(f, 1 + names.index(f.bus), f.time - before, number))
        before = f.time if relative else 0
    print("End TriggerBlock")


def console_line(f):
    size = f"[{len(f.data):02d}]" if f.fd else f" [{len(f.data)}]"
    data = " ".join(f"{byte:02X}" for byte in f.data)
    name = f"{f.id:0{8 if f.wide else 3}X}"
    return (f" ({f.time // 1000000:010d}.{f.time % 1000000:06d})  {f.bus}  {name}  {size}  "
            f"{'remote request' if f.remote else data}\n")


def main():
    frames = [Frame(line) for line in sys.stdin]
    names = buses(frames)
    writers = {
        "pcap": lambda: write_pcap(frames, 227, lambda f: f.packet(">")),
        "pcap-swapped": lambda: write_pcap(frames, 227, lambda f: f.packet("<")),
        "pcap-nanosecond": lambda: write_pcap(frames, 227, lambda f: f.packet(">"), ns=True),
        "sll": lambda: write_pcap(frames, 113, lambda f: sll(f, names)),
        "sll2": lambda: write_pcap(frames, 276, lambda f: sll2(f, names)),
        "pcapng": lambda: write_pcapng(frames, names),
        "asc": lambda: write_asc(frames, names, relative=False),
        "asc-relative": lambda: write_asc(frames, names, relative=True),
        "console": lambda: sys.stdout.writelines(map(console_line, frames)),
    }
    if len(sys.argv) != 2 or sys.argv[1] not in writers:
        sys.exit("usage: capture-tool.py " + "|".join(writers))
    writers[sys.argv[1]]()


main()
