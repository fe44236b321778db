#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What goes wrong on a bus, on the way and in the process, made by the kernel's own means: the right exit
# status, the right message, no PDU sent twice, no hang. One job for each stack.

load ../helpers

# The two ends of a cable: what one sends passes its queue, and netem there, to the other.
setup() {
	common_setup
	bus=va ecu_bus=vb
	ip link add va mtu 72 type vxcan peer name vb mtu 72
	ip link set va up
	ip link set vb up
}

teardown() {
	common_teardown
	ip link del va 2>/dev/null || ip link del vb 2>/dev/null || true
}

netem() { tc qdisc replace dev "$1" root netem "${@:2}"; }

# first_frames: how many PDUs have begun on the wire.
first_frames() { frames_in_log | grep -c '^7E0#1' || true; }

# frames_sent: how many consecutive frames the sender has got rid of.
frames_sent() { frames_in_log | grep -c '^7E0#2' || true; }

# nothing_more_comes STATUS PID: the sender has ended, and so its frames; the receiver ends like this.
nothing_more_comes() {
	local before

	log_caught_up
	before=$(frames_sent)
	ended_with "$1" "$2"
	log_caught_up
	[ "$(frames_sent)" -eq "$before" ]
	[ "$before" -lt 56 ]
}

# slow_transfer [RECEIVER-ARG...]: of 400 bytes, one frame each 100 ms, in the background; returns in the
# midst of it. Sets $sender and $receiver.
slow_transfer() {
	start_log
	start_recv "${as_ecu[@]}" --stmin=100ms "$@" "$ecu_bus"
	receiver=$pid
	start_send "${to_ecu[@]}" -D 400 "$bus"
	sender=$pid
	wait_until grep -q '^7E0#23' log.out
}

@test "delayed frames: a PDU arrives all the same" {
	netem va delay 200ms
	start_recv "${as_ecu[@]}" "$ecu_bus"
	run -0 isotpsend "${to_ecu[@]}" -D 50 "$bus"
	ended_with 0 "$pid"
	says recv.out "$(pattern 50 ' ')"
}

@test "a flow control that comes too late is none: 3" {
	netem vb delay 3s
	start_recv "${as_ecu[@]}" --loop "$ecu_bus"
	run -3 --separate-stderr isotpsend "${to_ecu[@]}" -D 50 "$bus"
	[ "$stderr" = "isotpsend: va: no flow control from 7E8 within 1 s$(sent '6 of 50 bytes')" ]
}

@test "lost frames: the receiver says so, 6" {
	slow_transfer
	netem va loss 100%
	ended_with 6 "$receiver"
	[ ! -s recv.out ]
	grep -qE '^isotprecv: vb: no consecutive frame from 7E0 within 1 s' recv.err
}

@test "a single lost frame: a wrong sequence number, 6" {
	local before

	slow_transfer
	netem va loss 100%
	before=$(frames_sent)
	wait_until eval '[ "$(frames_sent)" -gt $((before + 1)) ]'
	tc qdisc del dev va root
	ended_with 6 "$receiver"
	grep -qE '^isotprecv: vb: (wrong sequence number|no consecutive frame) from 7E0' recv.err
}

# out_of_order: a PDU breaks at the receiver because its frames do not come one after the other.
out_of_order() {
	start_recv "${as_ecu[@]}" "$ecu_bus"
	isotpsend "${to_ecu[@]}" --quiet -D 100 "$bus" || true
	ended_with 6 "$pid"
	[ ! -s recv.out ]
	grep -q '^isotprecv: vb: wrong sequence number from 7E0' recv.err
}

@test "doubled frames: a wrong sequence number, 6" {
	netem va duplicate 100%
	out_of_order
}

@test "frames that overtake each other: a wrong sequence number, 6" {
	netem va delay 300ms reorder 100% gap 4
	out_of_order
}

# Each frame of the sender loses a bit that only the eighth consecutive frame has: 28 becomes 20.
@test "a gateway that changes a byte of one frame: a wrong sequence number, 6" {
	ip link add vg mtu 72 type vcan
	ip link set vg up
	cangw -A -e -s vb -d vg -f 7E0:C00007FF -m AND:D:0.8.F7FFFFFFFFFFFFFF 2>/dev/null ||
		skip_or_fail "gateway rules need root outside of any user namespace"
	cangw -A -e -s vg -d vb -f 7E8:C00007FF
	ecu_bus=vg
	start_recv "${as_ecu[@]}" "$ecu_bus"
	isotpsend "${to_ecu[@]}" --quiet -D 200 "$bus" || true
	ended_with 6 "$pid"
	[ ! -s recv.out ]
	grep -q '^isotprecv: vg: wrong sequence number from 7E0' recv.err
	cangw -F
	ip link del vg
}

@test "the interface goes down in mid-transfer: both ends say so, 1" {
	slow_transfer
	ip link set vb down # this one first: the receiver would soon miss a frame
	ip link set va down
	ended_with 1 "$sender"
	ended_with 1 "$receiver"
	says send.err "isotpsend: va: the interface went down"
	says recv.err "isotprecv: vb: the interface went down"
	[ ! -s recv.out ]
}

@test "the interface is deleted in mid-transfer: both ends say so, 1" {
	slow_transfer
	ip link del va
	ended_with 1 "$sender"
	ended_with 1 "$receiver"
	grep -qxE 'isotpsend: va: the interface (went down|is gone)' send.err
	grep -qxE 'isotprecv: vb: the interface (went down|is gone)' recv.err
}

@test "a transmit queue that is full for a moment: every PDU goes out, once" {
	netem va delay 100ms limit 2
	start_recv "${as_ecu[@]}" --count=8 "$ecu_bus"
	run -0 isotpsend "${to_ecu[@]}" --lines "$bus" <<<$'01\n02\n03\n04\n05\n06\n07\n08'
	ended_with 0 "$pid"
	says recv.out $'01 \n02 \n03 \n04 \n05 \n06 \n07 \n08 '
}

@test "a transmit queue that stays full: 1, and what to do about it" {
	netem va delay 100s limit 1
	start_log
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --repeat=3 "$bus" 11
	[[ ${stderr_lines[0]} == "isotpsend: va: the transmit queue was full for 1 s (txqueuelen "*")" ]]
	[ "${stderr_lines[1]}" = "  try: ip link set va txqueuelen 1000" ]
}

@test "two receivers with the same IDs: two flow controls, and both have the PDU" {
	start_log
	start one "$BUILDDIR/isotprecv" $recv_stack "${as_ecu[@]}" "$ecu_bus"
	one=$pid
	start two "$BUILDDIR/isotprecv" $recv_stack "${as_ecu[@]}" "$ecu_bus"
	isotpsend "${to_ecu[@]}" --tx-stmin=20ms -D 50 "$bus"
	ended_with 0 "$one"
	ended_with 0 "$pid"
	cmp one.out two.out
	log_caught_up
	[ "$(frames_in_log | grep -c '^7E8#30')" -eq 2 ]
}

@test "a sender that is stopped and goes on: the PDU arrives, and is not sent again" {
	local patience=()

	[ "${RECV_STACK:-}" = kernel ] || patience=(--n-cr=10s)
	slow_transfer "${patience[@]}"
	hold "$sender"
	sleep 0.2
	kill -CONT "$sender"
	ended_with 0 "$sender"
	ended_with 0 "$receiver"
	says recv.out "$(pattern 400 ' ')"
	log_caught_up
	[ "$(first_frames)" -eq 1 ]
}

@test "a receiver that is stopped" {
	start_recv "${as_ecu[@]}" "$ecu_bus"
	hold "$pid"
	if [ "${RECV_STACK:-}" = kernel ]; then # the kernel answers, and keeps the PDU
		run -0 isotpsend "${to_ecu[@]}" -D 50 "$bus"
		kill -CONT "$pid"
		ended_with 0 "$pid"
		says recv.out "$(pattern 50 ' ')"
	else # nobody answers; afterwards it finds a transfer that has stopped
		run -3 isotpsend "${to_ecu[@]}" -D 50 "$bus"
		kill -CONT "$pid"
		ended_with 6 "$pid"
	fi
}

# all_are_told N: so many PDUs are printed or said to be lost.
all_are_told() {
	local lost

	lost=$(awk -F ': ' '/lost on the way/ { n += $NF } END { print n + 0 }' recv.err)
	[ $(($(wc -l <recv.out) + lost)) -eq "$1" ]
}

@test "more PDUs than the queue of a stopped receiver holds: it says how many are lost, 9" {
	local small=(setpriv --reuid=65534 --clear-groups --inh-caps=-all)

	"${small[@]}" test -x "$BUILDDIR/isotprecv" || skip_or_fail "the programs cannot be run by an ordinary user"
	: >recv.out
	start recv "${small[@]}" "$BUILDDIR/isotprecv" $recv_stack "${as_ecu[@]}" --loop "$ecu_bus"
	hold "$pid"
	cangen -g 0 -i -I 7E0 -L 2 -D 0111 -n 20000 "$bus"
	kill -CONT "$pid"
	wait_until all_are_told $((20000 - $(never_arrived "$ecu_bus")))
	kill -TERM "$pid"
	ended_with 9 "$pid"
	grep -qE 'lost on the way to this program: [1-9]' recv.err
}

@test "a signal in mid-transfer ends the sender at once, and the transfer with it" {
	slow_transfer
	kill -TERM "$sender"
	ended_with 143 "$sender"
	[ ! -s send.err ]
	nothing_more_comes 6 "$receiver"
	[ "$(first_frames)" -eq 1 ]
}

@test "--timeout in mid-transfer: 4, and the transfer ends with the program" {
	start_log
	start_recv "${as_ecu[@]}" --stmin=100ms "$ecu_bus"
	run -4 isotpsend "${to_ecu[@]}" --timeout=1s -D 400 "$bus"
	nothing_more_comes 6 "$pid"
}
