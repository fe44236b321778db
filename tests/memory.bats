#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Memory: nothing is allocated per frame or PDU, so the count does not grow with them.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

is_sanitized() { ldd "$BUILDDIR/isotpsend" | grep -q libasan; }

# counted PROGRAM ARGUMENT...: runs it and leaves the number of its allocations in PROGRAM.count.
counted() {
	local program=$1
	shift
	if is_sanitized; then
		ASAN_OPTIONS=print_stats=1:atexit=1 "$BUILDDIR/$program" "$@" 2>"$program.stats"
		sed -nE 's/^Stats: .* malloced .* by ([0-9]+) calls/\1/p' "$program.stats" >"$program.count"
	else
		valgrind --log-file="$program.stats" "$BUILDDIR/$program" "$@"
		sed -nE 's/.*heap usage: ([0-9,]+) allocs.*/\1/p' "$program.stats" >"$program.count"
	fi
	[ -s "$program.count" ]
}

# transfer N: so many PDUs of 100 bytes; prints the allocations of both programs.
transfer() {
	counted isotprecv -s 7E8 -d 7E0 --count="$1" virtual:b >/dev/null &
	wait_until nodes_are 1
	counted isotpsend -s 7E0 -d 7E8 -D 100 --repeat="$1" virtual:b
	wait "$!"
	cat isotpsend.count isotprecv.count
}

@test "no memory is allocated per frame or PDU" {
	local few many

	is_sanitized || command -v valgrind >/dev/null || skip_or_fail "valgrind is missing"
	few=$(transfer 1)
	many=$(transfer 50)
	[ "$(wc -l <<<"$few")" -eq 2 ]
	[ "$few" = "$many" ] || { echo "1 PDU: $few, 50 PDUs: $many"; return 1; }
}
