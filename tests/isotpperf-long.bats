#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpperf for long: nothing is lost, and neither end grows. LONG=N single frames, and a hundredth of it of
# PDUs of 4095 bytes; the kernel's suite runs it too, with a LONG of its own.

load helpers
load perf

setup() { common_setup; }
teardown() { common_teardown; }

single_frames=${LONG:-2000}
long_pdus=$((single_frames / 100))

# data_of PID: how much it has allocated, in kB. What of that is in memory depends on the size of pages.
data_of() { awk '/^VmData/ { print $2 }' "/proc/$1/status"; }

# The allocator takes more than it is asked for; a PDU that leaks each time is more than this.
slack_kb=256

# long_run MODE ANSWER COUNT ARG...: first a few PDUs, then all of them.
long_run() {
	local mode=$1 answer=$2 count=$3 before after

	start_answerer --"$answer" --json
	as_tester --"$mode" --json --count=10 "${@:4}" >first
	before=$(data_of "$peer")
	BOUND=600 as_tester --"$mode" --json --no-observe --count="$count" "${@:4}" >second
	after=$(data_of "$peer")
	kill -TERM "$peer"
	ended_with 143 "$peer"
	is pdus "$count" second
	is broken 0 second
	is broken 0 peer.out
	echo "memory of the one that answers: $before kB, then $after kB"
	[ "$after" -le $((before + slack_kb)) ]
}

# The warm-up of the first run is not counted, that of the second is.
all_were_seen() { is pdus $((10 + $1 + 3)) peer.out; }

@test "a long run of single frames, there and back" {
	long_run ping echo "$single_frames"
	is lost 0 second
	is damaged 0 second
	all_were_seen "$single_frames"
}

@test "a long run of single frames, one way" {
	long_run source sink "$single_frames" --length=7
	is lost 0 peer.out
	is damaged 0 peer.out
	all_were_seen "$single_frames"
}

@test "a long run of PDUs of 4095 bytes, there and back" {
	long_run ping echo "$long_pdus" --length=4095
	is lost 0 second
	is damaged 0 second
	all_were_seen "$long_pdus"
}

@test "a long run of PDUs of 4095 bytes, one way" {
	long_run source sink "$long_pdus" --length=4095
	is lost 0 peer.out
	is damaged 0 peer.out
	all_were_seen "$long_pdus"
}
