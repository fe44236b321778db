#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# PDUs over two CAN controllers on one wire, classic CAN: both stacks, each at both ends. Frames are paced,
# an emulated controller takes them faster than its receive queue can hold.

load ../helpers

setup() {
	common_setup
	bus=can0 ecu_bus=can1
}

teardown() { common_teardown; }

# travels SENDING-STACK RECEIVING-STACK
travels() {
	send_stack=--stack=$1 recv_stack=--stack=$2
	start_log
	start_recv "${as_ecu[@]}" --count=3 --bs=4 --stmin=10ms --txpad=AA "$ecu_bus"
	printf '22F190\n%s\n3E00' "$(printf '%02X' {1..60})" |
		isotpsend "${to_ecu[@]}" --lines --txpad=CC "$bus"
	ended_with 0 "$pid"
	[ "$(sed -n 1p recv.out)" = "22 F1 90 " ]
	[ "$(sed -n 2p recv.out)" = "$(printf '%02X ' {1..60})" ]
	[ "$(sed -n 3p recv.out)" = "3E 00 " ]
	log_caught_up
	frames_in_log >seen
	diff - seen <<-'END'
		7E0#0322F190CCCCCCCC
		7E0#103C010203040506
		7E8#30040AAAAAAAAAAA
		7E0#210708090A0B0C0D
		7E0#220E0F1011121314
		7E0#2315161718191A1B
		7E0#241C1D1E1F202122
		7E8#30040AAAAAAAAAAA
		7E0#2523242526272829
		7E0#262A2B2C2D2E2F30
		7E0#2731323334353637
		7E0#2838393A3B3CCCCC
		7E0#023E00CCCCCCCCCC
	END
}

@test "kernel to kernel" { travels kernel kernel; }
@test "kernel to built-in" { travels kernel builtin; }
@test "built-in to kernel" { travels builtin kernel; }
@test "built-in to built-in" { travels builtin builtin; }

@test "29-bit IDs and an address byte, from can1 to can0" {
	for stack in kernel builtin; do
		start recv "$BUILDDIR/isotprecv" --stack=$stack --sa=10 --ta=F1 --ae=55 --stmin=10ms can0
		isotpsend --stack=$stack --sa=F1 --ta=10 --ae=55 -D 20 can1
		ended_with 0 "$pid"
		[ "$(wc -w <recv.out)" -eq 20 ]
	done
}

@test "CAN FD is refused: the controller has none" {
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --fd can0 11
	[ "${stderr_lines[0]}" = "isotpsend: can0: carries no CAN FD frames (MTU 16)" ]
}

@test "a controller that is switched off in mid-transfer: 1" {
	local receiver

	for stack in kernel builtin; do
		start recv "$BUILDDIR/isotprecv" --stack=$stack "${as_ecu[@]}" --stmin=100ms can1
		receiver=$pid
		start_log
		start send "$BUILDDIR/isotpsend" --stack=$stack "${to_ecu[@]}" -D 400 can0
		wait_until grep -q '^7E0#21' log.out
		ip link set can0 down
		ended_with 1 "$pid"
		says send.err "isotpsend: can0: the interface went down"
		ended_with 6 "$receiver"
		ip link set can0 up type can bitrate 500000
	done
}
