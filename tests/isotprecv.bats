#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotprecv: what it prints, how long it waits, broken receptions, clean ends.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

# received_as FORMAT: what isotprecv prints of the file pdu.
received_as() {
	start_recv "${as_ecu[@]}" --format="$1" "$ecu_bus"
	isotpsend "${to_ecu[@]}" --file=pdu "$bus"
	ended_with 0 "$pid"
}

@test "hex is can-utils' form: two digits and a blank for each byte" {
	printf '\x00\x7F\xFF' >pdu
	received_as hex
	says recv.out '00 7F FF '
}

@test "raw is the bytes alone" {
	head -c 5000 /dev/urandom >pdu
	received_as raw
	cmp pdu recv.out
}

@test "ascii is a line with dots for what does not print" {
	printf 'WBA\x00\xFF\n123~\x7F ' >pdu
	received_as ascii
	says recv.out 'WBA...123~. '
}

@test "dump is what hexdump -C prints, repeated lines too" {
	command -v hexdump >/dev/null || skip_or_fail "hexdump is missing"
	{ head -c 33 /dev/zero; printf 'text %s' {1..9}; head -c 100 /dev/zero; printf end; } >pdu
	received_as dump
	diff <(hexdump -C pdu) recv.out
	printf '%0.s.' {1..16} >pdu
	received_as dump
	diff <(hexdump -C pdu) recv.out
}

@test "each PDU is flushed into a pipe at once" {
	mkfifo pipe
	exec 7<>pipe
	start recv bash -c "exec '$BUILDDIR/isotprecv' $recv_stack -s 7E8 -d 7E0 --loop $ecu_bus >pipe"
	isotpsend "${to_ecu[@]}" "$bus" 11
	IFS= read -r -t 10 line <&7
	[ "$line" = "11 " ]
	isotpsend "${to_ecu[@]}" "$bus" 22
	IFS= read -r -t 10 line <&7
	[ "$line" = "22 " ]
	exec 7<&-
}

@test "--count ends after so many, without it after one" {
	start_recv "${as_ecu[@]}" --count=2 "$ecu_bus"
	isotpsend "${to_ecu[@]}" --repeat=2 "$bus" 11
	ended_with 0 "$pid"
	[ "$(wc -l <recv.out)" -eq 2 ]
	start_recv "${as_ecu[@]}" "$ecu_bus"
	isotpsend "${to_ecu[@]}" "$bus" 11
	ended_with 0 "$pid"
	says recv.out '11 '
}

# bats test_tags=virtual
@test "--timeout: 4 when no PDU begins in time; a PDU under way is awaited" {
	run -4 --separate-stderr isotprecv "${as_ecu[@]}" --timeout=50ms "$ecu_bus"
	[ -z "$output" ]
	[ "$stderr" = "isotprecv: $ecu_bus: no PDU within 50 ms; nobody else is on the bus (looked in $bus_dir)" ]
	start_recv "${as_ecu[@]}" --timeout=300ms --stmin=50ms "$ecu_bus"
	isotpsend "${to_ecu[@]}" -D 100 "$bus"
	ended_with 0 "$pid"
}

# bats test_tags=virtual
@test "IDs that are not exchanged at the two ends: said" {
	start_recv "${to_ecu[@]}" --timeout=300ms "$ecu_bus"
	isotpsend "${to_ecu[@]}" "$bus" 11
	ended_with 4 "$pid"
	[ "$(cat recv.err)" = "isotprecv: $bus: no PDU within 300 ms"$'\n''  try: exchange --tx-id and --rx-id: frames came on 7E0' ]
}

@test "a wrong sequence number: 6; with --loop a warning, it goes on, and 6 at the end" {
	start_recv "${as_ecu[@]}" "$ecu_bus"
	printf '7E0#1014010203040506\nwait 7E8\n7E0#220708090A0B0C0D\n' | bustool play "$bus"
	ended_with 6 "$pid"
	says recv.err "isotprecv: $ecu_bus: wrong sequence number from 7E0$(got '6 of 20 bytes')"
	start_recv "${as_ecu[@]}" --loop "$ecu_bus"
	printf '7E0#1014010203040506\nwait 7E8\n7E0#220708090A0B0C0D\n7E0#0111\n' | bustool play "$bus"
	wait_until grep -q '^11 $' recv.out
	kill -TERM "$pid"
	ended_with 6 "$pid"
	says recv.err "isotprecv: $ecu_bus: wrong sequence number from 7E0$(got '6 of 20 bytes')"
}

# bats test_tags=builtin
@test "a transfer that stops: 6 after N_Cr" {
	start_recv "${as_ecu[@]}" --n-cr=50ms "$ecu_bus"
	printf '7E0#1014010203040506\nwait 7E8\n7E0#210708090A0B0C0D\n' | bustool play "$bus"
	ended_with 6 "$pid"
	says recv.err \
		"isotprecv: $ecu_bus: no consecutive frame from 7E0 within 50 ms$(got '13 of 20 bytes')"
}

# bats test_tags=builtin
@test "a new PDU cuts one off: a warning, the new one counts" {
	start_recv "${as_ecu[@]}" "$ecu_bus"
	printf '7E0#1014010203040506\nwait 7E8\n7E0#023E00\n' | bustool play "$bus"
	ended_with 0 "$pid"
	says recv.out '3E 00 '
	says recv.err "isotprecv: $ecu_bus: a new PDU from 7E0 cut off the one before$(got '6 of 20 bytes')"
}

# bats test_tags=builtin
@test "a PDU above --max-pdu gets an overflow and a warning; it goes on" {
	start_recv "${as_ecu[@]}" --max-pdu=16 "$ecu_bus"
	run -5 isotpsend "${to_ecu[@]}" -D 17 "$bus"
	run -0 isotpsend "${to_ecu[@]}" -D 16 "$bus"
	ended_with 0 "$pid"
	says recv.err "isotprecv: $ecu_bus: a PDU of 17 bytes was refused: --max-pdu is 16"
}

@test "SIGTERM and SIGINT end it with 143 and 130, in silence, and the node is gone" {
	start_recv "${as_ecu[@]}" "$ecu_bus"
	kill -TERM "$pid"
	ended_with 143 "$pid"
	[ ! -s recv.err ]
	nodes_are 0
	run -130 timeout --preserve-status --foreground -s INT 0.2 "$BUILDDIR/isotprecv" $recv_stack "${as_ecu[@]}" "$ecu_bus"
	nodes_are 0
}

# bats test_tags=builtin
@test "SIGTERM ends it also while nobody empties the pipe it writes to" {
	mkfifo pipe
	exec 7<>pipe
	run dd if=/dev/zero of=pipe oflag=nonblock bs=4096 # until it is full
	start recv bash -c "exec '$BUILDDIR/isotprecv' $recv_stack -s 7E8 -d 7E0 --loop $ecu_bus >pipe"
	isotpsend "${to_ecu[@]}" "$bus" 11
	# it has taken that and cannot print it: nobody answers
	run -3 isotpsend "${to_ecu[@]}" --n-bs=200ms -D 20 "$bus"
	kill -TERM "$pid"
	ended_with 143 "$pid"
	exec 7<&-
	nodes_are 0
}

# bats test_tags=builtin
@test "a reader that leaves ends it as SIGPIPE does" {
	isotprecv "${as_ecu[@]}" --loop "$ecu_bus" 2>recv.err | head -n 1 >head.out &
	wait_until nodes_are 1
	# the second PDU may come before head has gone; one of them finds the pipe closed
	until nodes_are 0; do
		isotpsend "${to_ecu[@]}" --n-as=200ms --quiet "$bus" 11 2>/dev/null || true
	done
	wait "$!"
	says head.out '11 '
	[ ! -s recv.err ]
}

@test "a full disk is an error" {
	start recv bash -c "exec '$BUILDDIR/isotprecv' $recv_stack -s 7E8 -d 7E0 $ecu_bus >/dev/full"
	isotpsend "${to_ecu[@]}" "$bus" 11
	ended_with 1 "$pid"
	says recv.err 'isotprecv: standard output: no space left'
}

@test "a closed standard output is an error once there is something to print" {
	start recv bash -c "exec '$BUILDDIR/isotprecv' $recv_stack -s 7E8 -d 7E0 $ecu_bus >&-"
	isotpsend "${to_ecu[@]}" "$bus" 11
	ended_with 1 "$pid"
	says recv.err 'isotprecv: standard output: is closed'
}

# count_is N PATTERN FILE
count_is() { [ "$(grep -c "$2" "$3")" -eq "$1" ]; }

@test "--listen sends nothing and hears both ends' PDUs" {
	local listen

	start_log
	start listen "$BUILDDIR/isotprecv" $recv_stack -d 7E0 --listen --count=2 "$ecu_bus"
	listen=$pid
	start_recv "${as_ecu[@]}" --count=2 "$ecu_bus"
	isotpsend "${to_ecu[@]}" --repeat=2 -D 20 "$bus"
	ended_with 0 "$listen"
	[ "$(wc -l <listen.out)" -eq 2 ]
	wait_until count_is 2 '^7E0#22' log.out
	count_is 2 '^7E8#30' log.out
}

# bats test_tags=builtin
@test "functional reception: single frames only, and never a flow control" {
	start_log
	start_recv --functional -d 7DF "$ecu_bus"
	printf '7DF#1014010203040506\n7DF#023E80\n' | bustool play "$bus"
	ended_with 0 "$pid"
	says recv.out '3E 80 '
	wait_until says log.out $'ready\n7DF#1014010203040506\n7DF#023E80'
}

@test "an ordinary reception on 7DF answers with flow control" {
	start_recv -s 7E8 -d 7DF "$ecu_bus"
	run -0 isotpsend -s 7DF -d 7E8 -D 20 "$bus"
	ended_with 0 "$pid"
}

@test "padding that --check-pad refuses: 6" {
	start_recv "${as_ecu[@]}" --rxpad=AA --check-pad=all "$ecu_bus"
	isotpsend "${to_ecu[@]}" --txpad=CC "$bus" 22F190
	ended_with 6 "$pid"
	says recv.err "isotprecv: $ecu_bus: a frame from 7E0 is not padded as --check-pad asks"
	start_recv "${as_ecu[@]}" --rxpad=AA --check-pad=all "$ecu_bus"
	isotpsend "${to_ecu[@]}" --txpad=AA --rxpad=CC -D 20 "$bus"
	ended_with 0 "$pid"
}

# bats test_tags=builtin
@test "--n-br with --wftmax sends wait frames first, and the PDU arrives" {
	start_log
	start_recv "${as_ecu[@]}" --n-br=250ms --n-bs=100ms --wftmax=9 "$ecu_bus"
	run -0 isotpsend "${to_ecu[@]}" -D 20 "$bus"
	ended_with 0 "$pid"
	[ "$(grep -c '^7E8#310000' log.out)" -ge 2 ]
}

# bats test_tags=builtin
@test "not ready after the last wait frame: 3" {
	start_recv "${as_ecu[@]}" --n-br=10s --n-bs=50ms --wftmax=2 "$ecu_bus"
	run -3 isotpsend "${to_ecu[@]}" --n-bs=500ms -D 20 "$bus"
	ended_with 3 "$pid"
	says recv.err "isotprecv: $ecu_bus: not ready in time (wait frames sent: 2)$(got '6 of 20 bytes')"
}

# bats test_tags=builtin
@test "--rx-stmin drops frames that come too fast" {
	start_recv "${as_ecu[@]}" --rx-stmin=1s --n-cr=10s "$ecu_bus"
	printf '7E0#1020010203040506\nwait 7E8\n7E0#210708090A0B0C0D\n7E0#220708090A0B0C0D\npause 1100\n7E0#230708090A0B0C0D\n' |
		bustool play "$bus"
	ended_with 6 "$pid"
	says recv.err "isotprecv: $ecu_bus: wrong sequence number from 7E0$(got '13 of 32 bytes')"
}

@test "-m sends a reserved STmin as it is, with a warning; -b and -m are hex" {
	start_log
	start_recv "${as_ecu[@]}" -b 10 -m FF "$ecu_bus"
	isotpsend "${to_ecu[@]}" --tx-stmin=0 -D 20 "$bus"
	ended_with 0 "$pid"
	says recv.err "isotprecv: -m: 'FF' is a reserved STmin, sent as it is"
	wait_until grep -qx '7E8#3010FF' log.out
}

# One block after the other, each asked for by a flow control of these bytes.
# bats test_tags=builtin
@test "-b, -m and -F: what the flow controls say" {
	start_log
	start_recv "${as_ecu[@]}" -b 2 -m 1 -F "$ecu_bus"
	isotpsend "${to_ecu[@]}" -D 34 "$bus"
	ended_with 0 "$pid"
	log_caught_up
	[ "$(frames_in_log | cut -c1-10 | xargs)" = \
		'7E0#102201 7E8#300201 7E0#210708 7E0#220E0F 7E8#300201 7E0#231516 7E0#241C1D' ]
}

# bats test_tags=builtin
@test "-w is hex: so many wait frames, then 3" {
	start_log
	start_recv "${as_ecu[@]}" --n-br=10s --n-bs=10ms -w 0A "$ecu_bus"
	run -3 isotpsend "${to_ecu[@]}" --n-bs=500ms -D 20 "$bus"
	ended_with 3 "$pid"
	says recv.err "isotprecv: $ecu_bus: not ready in time (wait frames sent: 10)$(got '6 of 20 bytes')"
	log_caught_up
	count_is 10 '^7E8#310000$' log.out
}

# bats test_tags=builtin
@test "-f drops frames that come too fast, in nanoseconds" {
	start_recv "${as_ecu[@]}" -f 1000000000 --n-cr=200ms "$ecu_bus"
	printf '7E0#1014010203040506\nwait 7E8\n7E0#210708090A0B0C0D\n7E0#220E0F1011121314\n' |
		bustool play "$bus"
	ended_with 6 "$pid"
	says recv.err \
		"isotprecv: $ecu_bus: no consecutive frame from 7E0 within 200 ms$(got '13 of 20 bytes')"
}

@test "-l goes on after a PDU; with --count to that end" {
	start_recv "${as_ecu[@]}" -l "$ecu_bus"
	isotpsend "${to_ecu[@]}" --repeat=3 "$bus" 11
	wait_until count_is 3 '^11 $' recv.out
	kill -TERM "$pid"
	ended_with 143 "$pid"
	start_recv "${as_ecu[@]}" -l --count=2 "$ecu_bus"
	isotpsend "${to_ecu[@]}" --repeat=2 "$bus" 11
	ended_with 0 "$pid"
}

# bats test_tags=fd
@test "classic and FD frames never disturb each other" {
	start_recv "${as_ecu[@]}" --fd "$ecu_bus"
	isotpsend "${to_ecu[@]}" "$bus" 11
	isotpsend "${to_ecu[@]}" --fd -D 100 "$bus"
	ended_with 0 "$pid"
	[ "$(wc -w <recv.out)" -eq 100 ]
}
