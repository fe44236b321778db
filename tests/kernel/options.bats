#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The values of the kernel's ISO-TP socket, its limits, its addresses and the choice between the stacks: each
# test fails where an option is ignored, with the kernel's stack and with the built-in one. What counts is what
# candump sees on the wire. The flags are in flags.bats.

load ../helpers
load heard

setup() {
	common_setup
	seen=0
}

teardown() {
	common_teardown
	ip link del vcan9 2>/dev/null || true
}

# --- CAN_ISOTP_OPTS ---

@test "frame_txtime: a gap before each consecutive frame, on top of the STmin asked for" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		for option in --frame-txtime=30ms '-t 30000000'; do
			read -ra words <<<"$option"
			answered 0 'wait 7E0, 7E8#300014' "${words[@]}" -D 27
			heard '7E0#101B*' 7E8#300014 '7E0#21*' '7E0#22*' '7E0#23*'
			shortest_gap -ge 50000 '^7E0#2'
			[ "$stack" = kernel ] || shortest_gap -ge 30000 '^7E8|^7E0#21'
		done
	done
}

# bats test_tags=frame-txtime-zero
@test "frame_txtime: 50 us in the kernel when it is not set, none at all with zero" {
	local option default

	start_log
	use kernel
	answered 0 'wait 7E0, 7E8#300000' -D 700
	hear
	shortest_gap -ge 50 '^7E0#2'
	default=$(shortest_gap -ge 0 '^7E0#2' | grep -o '[0-9]* us')
	for option in --frame-txtime=zero '-t ZERO'; do
		read -ra words <<<"$option"
		answered 0 'wait 7E0, 7E8#300000' "${words[@]}" -D 700
		hear
		shortest_gap -lt "${default% us}" '^7E0#2'
	done
}

@test "ext_address, rx_ext_address: the byte of each direction, frames with another are ignored" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 7E0, 7E8#12320000, 7E8#F1300000' -x 12:F1 -D 10
		heard 7E0#12100A0102030405 7E8#12320000 7E8#F1300000 7E0#1221060708090A
		answered 0 'wait 7E0, 7E8#F1320000, 7E8#12300000' -x 12 -D 10
		heard 7E0#12100A0102030405 7E8#F1320000 7E8#12300000 7E0#1221060708090A
		received 0 '7E0#F1023E80, 7E0#12100A0102030405, wait 7E8, 7E0#F121111111111111, 7E0#1221060708090A' \
			-x F1:12
		says recv.out '01 02 03 04 05 06 07 08 09 0A '
		heard '*' '*' 7E8#F1300000 '*' '*'
		received 0 '7E0#F1023E80, 7E0#12100A0102030405, wait 7E8, 7E0#1221060708090A' --ext-addr=12
		says recv.out '01 02 03 04 05 06 07 08 09 0A '
		heard '*' '*' 7E8#12300000 '*'
	done
}

@test "txpad_content: fills SF, FC and last CF; FD frames above 8 bytes have CC without it" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		isotpsend "${to_ecu[@]}" --txpad=AA "$bus" 11
		answered 0 'wait 7E0, 7E8#300000' -p 55 -D 10
		received 0 '7E0#100A010203040506, wait 7E8, 7E0#210708090A' --txpad=AA
		heard 7E0#0111AAAAAAAAAAAA 7E0#100A010203040506 7E8#300000 7E0#210708090A555555 \
			7E0#100A010203040506 7E8#300000AAAAAAAAAA 7E0#210708090A
		isotpsend "${to_ecu[@]}" --fd "$bus" 11
		isotpsend "${to_ecu[@]}" --fd --txpad=55 "$bus" 11
		isotpsend "${to_ecu[@]}" --fd -D 9 "$bus"
		isotpsend "${to_ecu[@]}" --fd --txpad=55 -D 9 "$bus"
		heard 7E0##00111 7E0##00111555555555555 \
			7E0##00009010203040506070809CC 7E0##0000901020304050607080955
		answered 0 'wait 7E0, 7E8##0300000' --tx-dl=12 -D 29
		heard 7E0##0101D0102030405060708090A 7E8##0300000 7E0##0210B0C0D0E0F101112131415 \
			7E0##022161718191A1B1C1DCCCCCC
	done
}

# --- CAN_ISOTP_RECV_FC ---

@test "bs, stmin: each flow control asks for them; a raw reserved value goes out as it is" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		start_recv "${as_ecu[@]}" --bs=2 --stmin=30ms "$bus"
		isotpsend "${to_ecu[@]}" -D 34 "$bus"
		ended_with 0 "$pid"
		heard '7E0#1022*' 7E8#30021E '7E0#21*' '7E0#22*' 7E8#30021E '7E0#23*' '7E0#24*'
		shortest_gap -ge 30000 '^7E0#2[12]'
		received 0 '7E0#100A010203040506, wait 7E8, 7E0#210708090A' -b 1F -m FA
		heard '*' 7E8#301FFA '*'
		received 0 '7E0#100A010203040506, wait 7E8, 7E0#210708090A' --stmin=0xF3
		heard '*' 7E8#3000F3 '*'
	done
}

@test "wftmax: never changes the stack; the kernel sends no wait frame, the built-in with --n-br does" {
	local receiver

	start_log
	use auto
	received 0 '7E0#100A010203040506, wait 7E8, 7E0#210708090A' --wftmax=5 -v
	[ "$(head -n 1 recv.err)" = "isotprecv: $bus: the kernel's stack" ]
	heard '*' 7E8#300000 '*'
	run -2 --separate-stderr isotprecv --stack=kernel "${as_ecu[@]}" --wftmax=5 --n-br=1s "$bus"
	[[ $stderr == "isotprecv: $bus: --n-br is the built-in stack's alone"$'\n'* ]]
	start_recv "${as_ecu[@]}" --wftmax=5 --n-br=1s --n-bs=500ms "$bus"
	receiver=$pid
	receiver_is raw
	isotpsend --stack=kernel "${to_ecu[@]}" -D 10 "$bus"
	ended_with 0 "$receiver"
	hear
	grep -q ' 7E8#310000$' heard
	[ "$(grep -A 1 ' 7E8#300000$' heard | cut -d ' ' -f 2 | xargs)" = '7E8#300000 7E0#210708090A' ]
}

# --- CAN_ISOTP_LL_OPTS ---

@test "mtu, tx_dl, tx_flags: frame lengths and flags" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 7E0, 7E8##0300000' --tx-dl=12 --brs -D 21
		heard 7E0##110150102030405060708090A 7E8##0300000 7E0##1210B0C0D0E0F101112131415
		isotpsend "${to_ecu[@]}" --esi "$bus" 11
		isotpsend "${to_ecu[@]}" --fd -D 62 "$bus"
		isotpsend "${to_ecu[@]}" -L 72:16:3 -D 14 "$bus"
		isotpsend "${to_ecu[@]}" -L 72:8:0 "$bus" 11
		isotpsend "${to_ecu[@]}" -L 16:8:0 "$bus" 11
		heard 7E0##20111 '7E0##0003E010203*3E' 7E0##3000E0102030405060708090A0B0C0D0E 7E0##00111 7E0#0111
		answered 0 'wait 7E0, 7E8##0300000' -L 72:8:0 -D 10
		heard 7E0##0100A010203040506 '*' 7E0##0210708090A
		received 0 '7E0##0100A010203040506, wait 7E8, 7E0##0210708090A' --brs --esi
		heard '*' 7E8##3300000 '*'
	done
}

@test "mtu: classic frames never reach an FD connection, nor the reverse" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 7E0, 7E8#320000, 7E8##0300000' --fd -D 70
		answered 0 'wait 7E0, 7E8##0320000, 7E8#300000' -D 10
		heard '7E0##01046*' 7E8#320000 7E8##0300000 '7E0##021*' \
			'7E0#100A*' 7E8##0320000 7E8#300000 '7E0#21*'
		received 0 '7E0#023E80, 7E0##0023E00' --fd
		says recv.out '3E 00 '
		received 0 '7E0##0023E80, 7E0#023E00'
		says recv.out '3E 00 '
		hear
	done
}

# --- limits ---

@test "--max-pdu: an overflow from the built-in stack; the kernel's takes the PDU, which is then dropped" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		start_recv "${as_ecu[@]}" --max-pdu=20 "$bus"
		verb=dropped status=0
		[ "$stack" = kernel ] || verb=refused status=5
		run "-$status" isotpsend --stack=builtin "${to_ecu[@]}" -D 21 "$bus"
		isotpsend --stack=builtin "${to_ecu[@]}" -D 20 "$bus"
		ended_with 0 "$pid"
		[ "$(wc -w <recv.out)" -eq 20 ]
		says recv.err "isotprecv: $bus: a PDU of 21 bytes was $verb: --max-pdu is 20"
	done
	heard '7E0#1015*' 7E8#300000 '7E0#21*' '7E0#22*' '7E0#23*' '7E0#1014*' 7E8#300000 '7E0#21*' '7E0#22*' \
		'7E0#1015*' 7E8#320000 '7E0#1014*' 7E8#300000 '7E0#21*' '7E0#22*'
}

# Before 6.4 this is the limit of 5.10.200, 5.15.138, 5.18 and later.
kernel_limit() {
	local told=0

	read -r told </sys/module/can_isotp/parameters/max_pdu_size 2>/dev/null || kernel_since 6.4 || told=66000
	echo $((told > 8300 ? told : 8300))
}

@test "the kernel's longest PDU travels; one byte more is refused, goes by the built-in stack, is an overflow there" {
	local limit

	limit=$(kernel_limit)
	start_log
	use kernel
	run -2 --separate-stderr isotpsend "${to_ecu[@]}" -D $((limit + 1)) "$bus"
	[ "$stderr" = "isotpsend: $bus: the kernel's stack sends PDUs of up to $limit bytes"$'\n  try: --stack=builtin' ]
	start_recv "${as_ecu[@]}" --format=raw "$bus"
	receiver_is isotp
	use auto
	run -5 --separate-stderr isotpsend "${to_ecu[@]}" -v -D $((limit + 1)) "$bus"
	[ "${stderr%%$'\n'*}" = \
		"isotpsend: $bus: the built-in stack over CAN_RAW (the kernel's stack sends PDUs of up to $limit bytes)" ]
	heard '7E0#1000*' 7E8#320000
	use kernel
	isotpsend "${to_ecu[@]}" -D "$limit" "$bus"
	ended_with 0 "$pid"
	[ ! -s recv.err ]
	[ "$(wc -c <recv.out)" -eq "$limit" ]
}

# --- addresses and bind ---

@test "29-bit IDs: on the wire, and told from 11-bit IDs with the same number" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 000007E0, 7E8#320000, 000007E8#300000' -s 000007E0 -d 000007E8 -D 10
		heard 000007E0#100A010203040506 7E8#320000 000007E8#300000 000007E0#210708090A
		received 0 '7E0#0111, 000007E0#0122' -s 000007E8 -d 000007E0
		says recv.out '22 '
		hear
		answered 0 'wait 1FFFFFFF, 7E0#300000' -s 1FFFFFFF -d 7E0 -D 10
		answered 0 'wait 000007E0, 7E0#300000' -s 000007E0 -d 7E0 -D 10
		heard '1FFFFFFF#10*' 7E0#300000 '1FFFFFFF#21*' '000007E0#10*' 7E0#300000 '000007E0#21*'
	done
}

# refused STATUS REASON INTERFACE ARG...: by both programs and both stacks, in the same words.
refused() {
	local stack

	for stack in kernel builtin auto; do
		use "$stack"
		run "-$1" --separate-stderr isotpsend "${to_ecu[@]}" "${@:4}" "$3" 11
		[ "${stderr%%$'\n'*}" = "isotpsend: $2" ]
		run "-$1" --separate-stderr isotprecv "${as_ecu[@]}" "${@:4}" "$3"
		[ "${stderr%%$'\n'*}" = "isotprecv: $2" ]
	done
}

@test "interfaces that are not there, no CAN, down or without FD, and one ID for both directions" {
	refused 1 'nope0: no such interface' nope0
	refused 1 'lo: not a CAN interface' lo
	ip link add vcan9 mtu 16 type vcan
	refused 1 'vcan9: the interface is down' vcan9
	ip link set vcan9 up
	refused 1 'vcan9: carries no CAN FD frames (MTU 16)' vcan9 --fd
	for stack in kernel builtin; do
		use "$stack"
		isotpsend "${to_ecu[@]}" vcan9 11
	done
	refused 2 '--rx-id: is the same as --tx-id, 7E0' "$bus" -s 7E0 -d 7E0
}

# --- which stack ---

# taken_for STACK REASON ARG...: that one, as -v says and as the kernel knows; an empty reason for none.
taken_for() {
	local name="the kernel's stack" kind=isotp

	[ "$1" = kernel ] || name='the built-in stack over CAN_RAW' kind=raw
	start_recv "${as_ecu[@]}" -v "${@:3}" "$bus"
	receiver_is "$kind"
	isotpsend --stack=builtin "${to_ecu[@]}" -L "${link:-16:8:0}" "$bus" 11
	ended_with 0 "$pid"
	says recv.err "isotprecv: $bus: $name${2:+ ($2)}"
	says recv.out '11 '
}

@test "the kernel's stack is the first choice; what only the built-in one has chooses that" {
	local timer

	use auto
	taken_for kernel ''
	link=72:8:0 taken_for kernel '' --fd --bs=3 --stmin=20ms --rx-stmin=0 --half-duplex --txpad=AA
	taken_for kernel '' --n-bs=1s --n-cr=1000ms --n-br=0
	for timer in as bs cr br cs; do
		taken_for builtin "--n-$timer is the built-in stack's alone" "--n-$timer=2s"
		run -2 --separate-stderr isotpsend --stack=kernel "${to_ecu[@]}" "--n-$timer=2s" "$bus" 11
		[ "$stderr" = "isotpsend: $bus: --n-$timer is the built-in stack's alone"$'\n  try: --stack=builtin' ]
	done
	taken_for builtin "--max-pdu is the built-in stack's alone" --max-pdu=100
	taken_for builtin "a functional address that also receives is the built-in stack's alone" --functional
	use kernel
	taken_for kernel ''
	taken_for kernel '' --max-pdu=100
	use builtin
	taken_for builtin ''
	run -2 --separate-stderr isotpsend --stack=kernel "${to_ecu[@]}" virtual:b 11
	[ "${stderr%%$'\n'*}" = "isotpsend: virtual:b: the kernel's stack is for CAN interfaces" ]
}
