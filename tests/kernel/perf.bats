#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpperf on interfaces of the kernel: the two stacks side by side, and can-utils' isotpperf beside ours on
# the same transfer. The suite runs ../isotpperf-active.bats and ../isotpperf-long.bats as well.

load ../helpers
load ../perf

setup() { common_setup; }
teardown() { common_teardown; }

@test "beside can-utils' isotpperf: the same lines, live" {
	command -v /usr/bin/isotpperf >/dev/null || skip_or_fail "can-utils' isotpperf is missing"
	start theirs stdbuf -o0 /usr/bin/isotpperf "${to_ecu[@]}" "$ecu_bus"
	start_monitor ours "${to_ecu[@]}" "$ecu_bus"
	start_recv "${as_ecu[@]}" --count=4 --bs=8 --stmin=5ms "$ecu_bus"
	for length in 5 200 20 100; do
		isotpsend "${to_ecu[@]}" -D "$length" "$bus"
	done
	ended_with 0 "$pid"
	wait_until eval '[ "$(grep -c "byte in" ours.out)" -eq 4 ]'
	wait_until eval '[ "$(grep -c "byte in" theirs.out)" -eq 4 ]'
	sed 's/.*\r//' theirs.out >theirs
	sed 's/.*\r//' ours.out >ours
	cat theirs
	grep -q '200 byte in 0\.[1-9]' theirs
	diff theirs ours
	# and every bar before them
	cmp theirs.out ours.out
}

@test "the two stacks do the same: PDUs, frames, no violation" {
	for stack in kernel builtin; do
		send_stack=--stack=$stack recv_stack=--stack=$stack
		start_answerer --sink --json --stmin=1ms --bs=16 --count=5
		as_tester --source --json --length=500 --count=5 --bitrate=500k >$stack
		ended_with 0 "$peer"
		for metric in pdus frames gap.count fc.count stmin_violations bs_violations broken; do
			echo "$metric $(value $metric $stack)"
		done >$stack.counts
		at_least gap.min 0.001 $stack
		report_of $stack
	done
	diff kernel.counts builtin.counts
	grep -qx 'stmin_violations 0' kernel.counts
}
