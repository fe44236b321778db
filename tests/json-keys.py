#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""json-keys.py ISOTP.7 <JSON: every line is an object that has the keys which isotp(7) lists, in their order.

Prints the types, and the keys that were seen of each.
"""
import json
import re
import sys


def documented(path):
    """The keys of each kind of object, in order: those of an .It line in a section below .Sh JSON."""
    keys, section = {}, None
    with open(path, encoding="utf-8") as page:
        text = page.read()
    for line in text.split(".Sh JSON\n")[1].split("\n.Sh ")[0].split("\n"):
        if line.startswith(".Ss "):
            section = keys.setdefault(line[4:], [])
        elif line.startswith(".It Cm ") and section is not None:
            section += re.findall(r"\w+", line[7:])
    return keys


def check(name, o, keys, seen):
    order = [keys[name].index(key) for key in o]
    assert order == sorted(set(order)), f"{name}: another order: {list(o)}"
    seen.setdefault(name, set()).update(o)
    if "uds" in o:
        check("uds", o["uds"], keys, seen)
    if name == "pdu":
        assert len(o["data"]) <= 2 * o["received"] <= 2 * o["length"], o
        assert o["first_frame"] <= o["last_frame"], o
        assert (o["status"] in ("ok", "padding")) == (o["received"] == o["length"]), o
        assert o["width"] == (11 if len(o["id"]) == 3 else 29), o


def refuse_doubles(pairs):
    assert len(dict(pairs)) == len(pairs), f"a key twice: {pairs}"
    return dict(pairs)


def main():
    keys, seen = documented(sys.argv[1]), {}
    for line in sys.stdin:
        o = json.loads(line, object_pairs_hook=refuse_doubles)
        assert line == json.dumps(o, separators=(",", ":")) + "\n" or "." in line, line
        check(o["type"], o, keys, seen)
    for name in sorted(seen):
        print(name + ":", *sorted(seen[name], key=keys[name].index))


main()
