#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The flags of the kernel's ISO-TP socket: each test fails where the flag is ignored, with the kernel's stack and
# with the built-in one. What counts is what candump sees on the wire. EXTEND_ADDR, RX_EXT_ADDR and TX_PADDING
# are in options.bats, with the bytes that belong to them.

load ../helpers
load heard

setup() {
	common_setup
	seen=0
}

teardown() { common_teardown; }

@test "LISTEN_MODE: no flow control; only the kernel's stack says overflow" {
	local huge=7E0#1000002000000102 # a first frame of 2 MiB

	start_log
	use kernel
	received 0 '7E0#1014010203040506, 7E0#210708090A0B0C0D, 7E0#220E0F1011121314' --listen
	heard '7E0#10*' '7E0#21*' '7E0#22*'
	received 0 "$huge, wait 7E8, 7E0#0111" --listen
	says recv.out '11 '
	heard "$huge" 7E8#320000 7E0#0111
	use builtin
	received 0 '7E0#1014010203040506, 7E0#210708090A0B0C0D, 7E0#220E0F1011121314' --listen
	received 0 "$huge, 7E0#0111" --listen
	says recv.err "isotprecv: $bus: a PDU of 2097152 bytes was refused: --max-pdu is 1048576"
	heard '7E0#10*' '7E0#21*' '7E0#22*' "$huge" 7E0#0111
}

# --- padding ---

# Single frames: not padded, padded with AA, with BB, only by one byte, and one without room for padding.
single='7E0#0111, 7E0#0122AAAAAAAAAAAA, 7E0#0133BBBBBBBBBBBB, 7E0#0144AA, 7E0#0755555555555555'

# takes "FIRST-BYTE..." ARG...: of these isotprecv takes those; its status is 0 where it refuses none.
takes() {
	local kept

	read -ra kept <<<"$1"
	received $((${#kept[@]} < 5 ? 6 : 0)) "$single" --count=${#kept[@]} "${@:2}"
	echo "of single frames with ${*:2}: $(cut -c 1-2 recv.out | xargs)"
	[ "$(cut -c 1-2 recv.out | xargs)" = "$1" ]
}

@test "RX_PADDING, CHK_PAD_LEN, CHK_PAD_DATA: which single frames each combination takes" {
	for stack in kernel builtin; do
		use "$stack"
		takes '11 22 33 44 55' --rxpad=AA
		takes '11 55' --check-pad=length
		takes '22 33 55' --rxpad=AA --check-pad=length
		takes '11 22 44 55' --rxpad=AA --check-pad=content
		takes '22 55' --rxpad=AA --check-pad=all
		takes '11 55' -P a
		received 6 7E0#0755555555555555 -P c
		[ ! -s recv.out ]
		[ "$(head -n 1 recv.err)" = "isotprecv: -P: without a pad byte for reception, c refuses every frame" ]
	done
}

@test "CHK_PAD_LEN, CHK_PAD_DATA: flow control and last CF are looked at too" {
	local begin='7E0#100A010203040506, wait 7E8'

	for stack in kernel builtin; do
		use "$stack"
		answered 6 'wait 7E0, 7E8#300000CCCCCCCCCC' --check-pad=length -D 10
		[[ $stderr == "isotpsend: $bus: a frame from 7E8 is not padded as --check-pad asks"* ]]
		answered 0 'wait 7E0, 7E8#300000' --check-pad=length -D 10
		answered 6 'wait 7E0, 7E8#300000BBBBBBBBBB' --rxpad=AA --check-pad=content -D 10
		answered 0 'wait 7E0, 7E8#300000AAAAAAAAAA' -p :AA -P a -D 10
		received 6 "$begin, 7E0#210708090ACCCCCC" --check-pad=length
		received 0 "$begin, 7E0#210708090A" --check-pad=length
		received 6 "$begin, 7E0#210708090ABBBBBB" --rxpad=AA --check-pad=content
		received 0 "$begin, 7E0#210708090AAAAAAA" --rxpad=AA --check-pad=all
	done
}

# --- HALF_DUPLEX ---

@test "HALF_DUPLEX: while we send, what others send us is ignored; without it it is answered" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 7E0, 7E8#1014010203040506, wait 7E0, 7E8#300000' -D 10
		heard '7E0#100A*' '7E8#1014*' 7E0#300000 7E8#300000 '7E0#21*'
		answered 0 'wait 7E0, 7E8#1014010203040506, 7E8#300000' --half-duplex -D 10
		heard '7E0#100A*' '7E8#1014*' 7E8#300000 '7E0#21*'
	done
}

@test "HALF_DUPLEX: what is to be sent during a reception: the kernel sends it, the built-in stack refuses" {
	local status

	start_log
	mkfifo lines
	for stack in kernel builtin; do
		use "$stack"
		start send bash -c "exec timeout $BOUND '$BUILDDIR/isotpsend' $send_stack ${to_ecu[*]} --half-duplex --lines \
			$bus <>lines"
		bustool play "$bus" < <(lines '7E8#1014010203040506, wait 7E0')
		echo 3E00 >lines
		if [ "$stack" = kernel ]; then
			wait_until grep -qx 7E0#023E00 log.out
			kill -TERM "$pid"
			ended_with 143 "$pid"
		else
			ended_with 1 "$pid"
			says send.err "isotpsend: $bus: busy: a PDU is being received (half duplex)"
		fi
	done
	heard '7E8#10*' 7E0#300000 7E0#023E00 '7E8#10*' 7E0#300000
}

# --- gaps that are forced ---

@test "FORCE_TXSTMIN: the gap is ours, whether the flow control asks for more or for less" {
	local option words

	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 7E0, 7E8#30007F' --tx-stmin=30ms -D 41
		heard '7E0#10*' 7E8#30007F '7E0#21*' '7E0#22*' '7E0#23*' '7E0#24*' '7E0#25*'
		shortest_gap -ge 30000 '^7E0#2'
		shortest_gap -lt 127000 '^7E0#2'
		answered 0 'wait 7E0, 7E8#300000' -f 30000000 -D 27
		heard '7E0#10*' 7E8#300000 '7E0#21*' '7E0#22*' '7E0#23*'
		shortest_gap -ge 30000 '^7E0#2'
	done
}

@test "FORCE_RXSTMIN: a consecutive frame that comes too fast is dropped, well-paced ones are received" {
	local first='7E0#101B010203040506, wait 7E8, 7E0#210708090A0B0C0D'

	for stack in kernel builtin; do
		use "$stack"
		received 6 "$first, 7E0#220E0F1011121314, pause 400, 7E0#2315161718191A1B" --rx-stmin=300ms
		[[ $(cat recv.err) == "isotprecv: $bus: wrong sequence number from 7E0"* ]]
		received 0 "$first, pause 400, 7E0#220E0F1011121314, pause 400, 7E0#2315161718191A1B" --rx-stmin=300ms
		[ "$(wc -w <recv.out)" -eq 27 ]
		received 0 "$first, 7E0#220E0F1011121314, 7E0#2315161718191A1B"
	done
}

# --- broadcasts ---

# bats test_tags=sf-broadcast
@test "SF_BROADCAST: sends without an ID to receive on; never more than one single frame" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		isotpsend -S -s 7DF -D 7 "$bus"
		isotpsend --sf-broadcast --tx-dl=16 -s 7DF -D 14 "$bus"
		run -2 --separate-stderr isotpsend -S -s 7DF -D 8 "$bus"
		[ "$stderr" = "isotpsend: payload: 8 bytes are more than the 7 of a single frame" ]
		# whoever answers is not heard
		start_send -S "${to_ecu[@]}" --repeat=forever --interval=50ms "$bus" 11
		bustool play "$bus" < <(lines 'wait 7E0, 7E8#1014010203040506, wait 7E0')
		kill -TERM "$pid"
		ended_with 143 "$pid"
		hear
		grep -q ' 7DF#0701020304050607$' heard
		grep -q ' 7DF##0000E0102030405060708090A0B0C0D0E$' heard
		run -1 grep '7E0#3' heard
	done
}

# bats test_tags=cf-broadcast
@test "CF_BROADCAST: no flow control is awaited or heard; the gap is the forced one, else frame_txtime" {
	start_log
	for stack in kernel builtin; do
		use "$stack"
		answered 0 'wait 7E0, 7E8#320000' -C --tx-stmin=20ms --frame-txtime=300ms -D 34
		heard '7E0#10*' 7E8#320000 '7E0#21*' '7E0#22*' '7E0#23*' '7E0#24*'
		shortest_gap -ge 20000 '^7E0#2'
		shortest_gap -lt 300000 '^7E0#2'
		isotpsend --cf-broadcast -s 7DF --frame-txtime=30ms -D 27 "$bus"
		heard '7DF#10*' '7DF#21*' '7DF#22*' '7DF#23*'
		shortest_gap -ge 30000 '^7DF'
	done
}

# --- DYN_FC_PARMS ---

@test "without DYN_FC_PARMS the kernel keeps the first flow control's BS and STmin" {
	start_log
	use kernel
	answered 0 'wait 7E0, 7E8#30021E, wait 7E0, wait 7E0, 7E8#300000, wait 7E0, wait 7E0, 7E8#300000' -D 48
	heard '7E0#10*' 7E8#30021E '7E0#21*' '7E0#22*' 7E8#300000 '7E0#23*' '7E0#24*' 7E8#300000 '7E0#25*' '7E0#26*'
	shortest_gap -ge 30000 '^7E0#2[34]'
	shortest_gap -ge 30000 '^7E0#2[56]'
}

# obeys ARG...: the sender takes BS and STmin from each flow control.
obeys() {
	answered 0 'wait 7E0, 7E8#300300, wait 7E0, wait 7E0, wait 7E0, 7E8#30021E, wait 7E0, wait 7E0, 7E8#300000' \
		"$@" -D 62
	heard '7E0#10*' 7E8#300300 '7E0#21*' '7E0#22*' '7E0#23*' 7E8#30021E '7E0#24*' '7E0#25*' 7E8#300000 \
		'7E0#26*' '7E0#27*' '7E0#28*'
	shortest_gap -ge 30000 '^7E0#2[45]'
	shortest_gap -lt 30000 '^7E0#2[678]'
}

# bats test_tags=dyn-fc
@test "DYN_FC_PARMS: BS and STmin of each flow control" {
	start_log
	use kernel
	obeys --dyn-fc
}

@test "the built-in stack takes BS and STmin of each flow control, asked for or not" {
	start_log
	use builtin
	obeys
	obeys --dyn-fc
}

# asked_of VERSION ARG...: what the kernel has since this version is refused before by its stack, and chooses the
# built-in one where that is free.
asked_of() {
	local reason="$2 needs Linux $1, this is $(uname -r)" note="the kernel's stack"

	if ! kernel_since "$1"; then
		run -2 --separate-stderr isotpsend --stack=kernel "${to_ecu[@]}" "${@:2}" "$bus" 11
		[ "$stderr" = "isotpsend: $bus: $reason"$'\n  try: --stack=builtin' ]
		note="the built-in stack over CAN_RAW ($reason)"
	fi
	run -0 --separate-stderr isotpsend -v "${to_ecu[@]}" "${@:2}" "$bus" 11
	[ "${stderr%%$'\n'*}" = "isotpsend: $bus: $note" ]
}

@test "a flag that this kernel does not know is refused by name, or goes to the built-in stack" {
	asked_of 5.11 --sf-broadcast
	asked_of 6.9 --dyn-fc
}
