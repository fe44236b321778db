#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpsend: where the PDU comes from, what is on the bus, how a transfer may end.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

@test "the forms of a payload are the same bytes on the bus" {
	start_log
	isotpsend "${to_ecu[@]}" "$bus" 22 F1 90
	isotpsend "${to_ecu[@]}" "$bus" 22F190
	isotpsend "${to_ecu[@]}" "$bus" 0x22,0xF1,0x90
	isotpsend "${to_ecu[@]}" "$bus" 22:f1:90
	echo '0x22F1 90' | isotpsend "${to_ecu[@]}" "$bus"
	printf '\x22\xF1\x90' | isotpsend "${to_ecu[@]}" --file=- "$bus"
	printf '\x22\xF1\x90' >pdu
	isotpsend "${to_ecu[@]}" --file=pdu "$bus"
	echo 22F190 | isotpsend "${to_ecu[@]}" --lines "$bus"
	logged 7E0#0322F190 7E0#0322F190 7E0#0322F190 7E0#0322F190 \
		7E0#0322F190 7E0#0322F190 7E0#0322F190 7E0#0322F190
}

@test "-D is can-utils' pattern, which passes FF on to 01" {
	start_recv "${as_ecu[@]}" --format=raw "$ecu_bus"
	run -0 isotpsend "${to_ecu[@]}" -D 600 "$bus"
	ended_with 0 "$pid"
	python3 -c 'import sys; sys.stdout.buffer.write(bytes(i % 255 + 1 for i in range(600)))' >expected ||
		skip_or_fail "python3 is missing"
	cmp expected recv.out
}

# bats test_tags=virtual
@test "the sender may start first" {
	mkdir -p -m 700 "$bus_dir"
	start_send "${to_ecu[@]}" --n-as=10s -D 100 "$bus"
	isotprecv "${as_ecu[@]}" "$ecu_bus" >recv.out
	ended_with 0 "$pid"
	[ "$(wc -w <recv.out)" -eq 100 ]
}

# bats test_tags=virtual
@test "a PDU of 1 MiB arrives whole, with a 32-bit length" {
	head -c 1048576 /dev/urandom >pdu
	start_recv "${as_ecu[@]}" --format=raw "$ecu_bus"
	start_log
	run -0 isotpsend "${to_ecu[@]}" --file=pdu "$bus"
	ended_with 0 "${started[0]}"
	cmp pdu recv.out
	wait_until grep -q '^7E0#100000100000' log.out
}

@test "--lines: blanks, CR and a last line without its end; one PDU each, in order" {
	start_recv "${as_ecu[@]}" --count=4 "$ecu_bus"
	printf '3E 00\r\n\n  \t\r\n22F190\n1,2,3\n%s' "$(printf 'AB%.0s' {1..40})" |
		isotpsend "${to_ecu[@]}" --lines "$bus"
	ended_with 0 "$pid"
	[ "$(sed -n 1,3p recv.out)" = $'3E 00 \n22 F1 90 \n01 02 03 ' ]
	[ "$(sed -n 4p recv.out | wc -w)" -eq 40 ]
}

@test "--lines: a line is sent as it comes" {
	mkfifo lines
	start_recv "${as_ecu[@]}" --loop "$ecu_bus"
	start send bash -c "exec '$BUILDDIR/isotpsend' $send_stack -s 7E0 -d 7E8 --lines $bus <>lines"
	echo 1001 >lines
	wait_until grep -q '^10 01 $' recv.out
	echo 1002 >lines
	wait_until grep -q '^10 02 $' recv.out
	kill -TERM "$pid"
	ended_with 143 "$pid"
	nodes_are 1
}

@test "--lines: a bad line sends nothing, is named by its number and ends the program" {
	start_recv "${as_ecu[@]}" --loop "$ecu_bus"
	run -2 --separate-stderr bash -c "printf '11\n\n22 zz\n33\n' | '$BUILDDIR/isotpsend' $send_stack -s 7E0 -d 7E8 --lines $bus"
	[ "$stderr" = "isotpsend: line 3: offset 3: 'z' is not a hex digit" ]
	nodes_are 1
	wait_until grep -q . recv.out
	says recv.out '11 '
}

# bats test_tags=virtual
@test "--lines: while it waits for input the bus is not held up" {
	mkfifo lines
	start send bash -c "exec '$BUILDDIR/isotpsend' $send_stack -s 7E0 -d 7E8 --lines $bus <>lines"
	# more frames than its queue holds; none may be lost
	for _ in {1..100}; do echo '123#00'; done | bustool play "$bus"
	echo '124#00' | bustool play "$bus"
	kill -TERM "$pid"
	wait "$pid" || true
	[ ! -s send.err ]
}

# bats test_tags=builtin
@test "--repeat sends so often, and stops at the first failure" {
	start_log
	run -0 isotpsend "${to_ecu[@]}" --repeat=3 "$bus" 11
	run -0 isotpsend "${to_ecu[@]}" -l 2 "$bus" 22
	logged 7E0#0111 7E0#0111 7E0#0111 7E0#0122 7E0#0122
	run -3 isotpsend "${to_ecu[@]}" --repeat=5 --n-bs=20ms -D 10 "$bus"
	[ "$(grep -c '^7E0#100A' log.out)" -eq 1 ]
}

# bats test_tags=builtin
@test "what slows the sender down: at least the gaps before three consecutive frames" {
	local slow began words

	start_recv "${as_ecu[@]}" --loop "$ecu_bus"
	for slow in --tx-stmin=30ms '-f 30000000' --frame-txtime=30ms '-t 30000000' --n-cs=30ms; do
		read -ra words <<<"$slow"
		began=${EPOCHREALTIME/./}
		isotpsend "${to_ecu[@]}" "${words[@]}" -D 34 "$bus"
		[ $((${EPOCHREALTIME/./} - began)) -ge 90000 ] || { echo "$slow"; return 1; }
	done
	isotpsend "${to_ecu[@]}" -t ZERO -D 34 "$bus"
	isotpsend "${to_ecu[@]}" --frame-txtime=zero -D 34 "$bus"
}

@test "--interval and -g are kept at least" {
	local began

	start_log
	began=${EPOCHREALTIME/./}
	isotpsend "${to_ecu[@]}" --interval=100ms --repeat=4 "$bus" 11
	[ $((${EPOCHREALTIME/./} - began)) -ge 300000 ]
	began=${EPOCHREALTIME/./}
	isotpsend "${to_ecu[@]}" -g 50000 -l 3 "$bus" 11
	[ $((${EPOCHREALTIME/./} - began)) -ge 150000 ]
}

# bats test_tags=virtual
@test "--interval makes nothing up: not for a bus that was empty, nor for PDUs that took long" {
	start send "$BUILDDIR/isotpsend" "${to_ecu[@]}" --n-as=5s --interval=100ms --repeat=3 "$bus" 11
	sleep 0.5 # the moments of the two others have passed
	start dump timeout "$BOUND" "$BUILDDIR/isotpdump" -s 7E0 -t d --count=3 "$bus"
	ended_with 0 "${started[0]}"
	ended_with 0 "$pid"
	cat dump.out
	[ "$(grep -c '7E0' dump.out)" -eq 3 ]
	awk 'NR > 1 && substr($1, 2) + 0 < 0.08 { exit 1 }' dump.out
}

# bats test_tags=builtin
@test "no flow control: 3; with --no-wait a warning and 0" {
	start_log
	run -3 --separate-stderr isotpsend "${to_ecu[@]}" --n-bs=50ms -D 10 "$bus"
	[ "$stderr" = "isotpsend: $bus: no flow control from 7E8 within 50 ms$(sent '6 of 10 bytes')" ]
	run -3 isotpsend "${to_ecu[@]}" --n-bs=50ms -b -D 10 "$bus"
	run -0 --separate-stderr isotpsend "${to_ecu[@]}" --n-bs=50ms --no-wait -D 10 "$bus"
	[ "$stderr" = "isotpsend: $bus: no flow control from 7E8 within 50 ms$(sent '6 of 10 bytes')" ]
	run -0 --separate-stderr isotpsend "${to_ecu[@]}" --n-bs=50ms --no-wait --quiet -D 10 "$bus"
	[ -z "$stderr" ]
}

@test "--timeout limits one transfer: 4" {
	start_recv "${as_ecu[@]}" --loop --stmin=100ms "$ecu_bus"
	run -4 --separate-stderr isotpsend "${to_ecu[@]}" --timeout=150ms -D 4000 "$bus"
	[ "$stderr" = "isotpsend: $bus: the transfer did not end within 150 ms" ]
}

# bats test_tags=builtin
@test "above the peer's buffer: 5, and the receiver stays alive" {
	start_recv "${as_ecu[@]}" --max-pdu=100 "$ecu_bus"
	run -5 --separate-stderr isotpsend "${to_ecu[@]}" -D 101 "$bus"
	[ "$stderr" = "isotpsend: $bus: overflow said by 7E8: the PDU is too long for it$(sent '6 of 101 bytes')" ]
	run -0 isotpsend "${to_ecu[@]}" -D 100 "$bus"
	ended_with 0 "$pid"
	says recv.err "isotprecv: $ecu_bus: a PDU of 101 bytes was refused: --max-pdu is 100"
}

# bats test_tags=builtin
@test "a reserved flow status: 6" {
	play peer <<<$'wait 7E0\n7E8#350000'
	run -6 --separate-stderr isotpsend "${to_ecu[@]}" -D 10 "$bus"
	[ "$stderr" = "isotpsend: $bus: a flow control with a reserved flow status from 7E8$(sent '6 of 10 bytes')" ]
}

@test "a flow control without the padding asked for: 6" {
	play peer <<<$'wait 7E0\n7E8#300000'
	run -6 --separate-stderr isotpsend "${to_ecu[@]}" --rxpad=AA --check-pad=all -D 10 "$bus"
	[[ $stderr == "isotpsend: $bus: a frame from 7E8 is not padded as --check-pad asks"* ]]
}

# order_is START...: what the frames on the bus have begun with.
order_is() { [ "$(sed 1d log.out | cut -c1-6 | xargs)" = "$*" ]; }

# bats test_tags=builtin
@test "wait frames are waited for; block size and STmin are obeyed" {
	start_log
	play peer <<<$'wait 7E0\n7E8#310000\n7E8#310000\n7E8#3002F1\nwait 7E0\nwait 7E0\n7E8#300000'
	run -0 isotpsend "${to_ecu[@]}" -D 30 "$bus"
	wait_until order_is 7E0#10 7E8#31 7E8#31 7E8#30 7E0#21 7E0#22 7E8#30 7E0#23 7E0#24
}

# bats test_tags=sf-broadcast
@test "each addressing format on the bus" {
	start_log
	isotpsend -s 18DA10F1 -d 18DAF110 "$bus" 3E
	isotpsend --sa=F1 --ta=10 "$bus" 3E
	isotpsend --sa=F1 --ta=10 --ae=55 "$bus" 3E
	isotpsend --sa=F1 --ta=33 --functional "$bus" 3E
	isotpsend --sa=F1 --ta=33 --ae=55 --functional "$bus" 3E
	isotpsend -s 6F1 -d 612 -x 12:F1 "$bus" 3E
	isotpsend -s 7E0 -d 7E8 --ae=F1 "$bus" 3E
	isotpsend -s 7DF --functional "$bus" 3E
	logged 18DA10F1#013E 18DA10F1#013E 18CE10F1#55013E 18DB33F1#013E 18CD33F1#55013E \
		6F1#12013E 7E0#F1013E 7DF#013E
}

# bats test_tags=fd
@test "CAN FD: frame lengths, flags and padding on the bus" {
	start_log
	isotpsend "${to_ecu[@]}" --fd "$bus" 11
	isotpsend "${to_ecu[@]}" --fd -D 8 "$bus"
	isotpsend "${to_ecu[@]}" --tx-dl=12 --brs --txpad=00 -D 9 "$bus"
	isotpsend "${to_ecu[@]}" -L 72:64:3 --txpad=AA "$bus" 11
	logged 7E0##00111 7E0##000080102030405060708CCCC 7E0##1000901020304050607080900 \
		7E0##30111AAAAAAAAAAAA
}

# bats test_tags=sf-broadcast,cf-broadcast
@test "broadcasts need no flow control" {
	start_log
	isotpsend -S -s 7DF "$bus" 3E 80
	isotpsend -C -s 7DF -D 15 "$bus"
	logged 7DF#023E80 7DF#100F010203040506 7DF#210708090A0B0C0D 7DF#220E0F
}

@test "signals end a transfer: 130 and 143, and the node is gone" {
	start_recv "${as_ecu[@]}" --loop --stmin=50ms "$ecu_bus"
	start_send "${to_ecu[@]}" -D 4000 "$bus"
	kill -TERM "$pid"
	ended_with 143 "$pid"
	nodes_are 1
	[ ! -s send.err ]
	# timeout sends the SIGINT: a shell makes what it starts in the background ignore it
	run -130 timeout --preserve-status --foreground -s INT 0.3 "$BUILDDIR/isotpsend" $send_stack \
		"${to_ecu[@]}" --repeat=forever --interval=10s "$bus" 11
	nodes_are 1
}

# bats test_tags=builtin
@test "a signal ends also a sender that never has to wait" {
	start_log
	start send "$BUILDDIR/isotpsend" $send_stack -S -s 7DF --repeat=forever "$bus" 11
	wait_until grep -q '^7DF#0111' log.out
	kill -TERM "$pid"
	ended_with 143 "$pid"
}

# bats test_tags=builtin
@test "a transfer that lasts shows its progress on a terminal, and nowhere else" {
	command -v script >/dev/null || skip_or_fail "script(1) is missing"
	start_recv "${as_ecu[@]}" --count=2 --stmin=20ms "$ecu_bus"
	script -qec "'$BUILDDIR/isotpsend' $send_stack -s 7E0 -d 7E8 -D 600 $bus" typescript >/dev/null
	grep -qE '\[#+\.+\] +[0-9]+%  [0-9]+ of 600 bytes  [0-9]+ B/s' typescript
	run -0 --separate-stderr isotpsend "${to_ecu[@]}" -D 600 "$bus"
	[ -z "$stderr" ]
}

# bats test_tags=virtual
@test "colour: on a terminal, on request, never with NO_COLOR" {
	run -2 isotpsend --color=always --foo
	[ "$output" = $'\e[1;31misotpsend: \e[0m--foo: unknown option' ]
	run -2 isotpsend --foo
	[ "$output" = 'isotpsend: --foo: unknown option' ]
	command -v script >/dev/null || skip_or_fail "script(1) is missing"
	TERM=xterm script -qec "'$BUILDDIR/isotpsend' --foo" typescript >/dev/null || true
	grep -q $'\e\[1;31m' typescript
	NO_COLOR=1 TERM=xterm script -qec "'$BUILDDIR/isotpsend' --foo" typescript >/dev/null || true
	run -1 grep -q $'\e\[1;31m' typescript
}

@test "a signal in mid-transfer is not told as bytes sent" {
	start_recv "${as_ecu[@]}" --loop --stmin=50ms "$ecu_bus"
	start_log
	start_send "${to_ecu[@]}" -v -D 4000 "$bus"
	wait_until grep -q '^7E0#21' log.out
	kill -TERM "$pid"
	ended_with 143 "$pid"
	run -1 grep 'bytes sent' send.err
}

@test "a closed standard input: 1" {
	run -1 --separate-stderr timeout "$BOUND" bash -c "exec '$BUILDDIR/isotpsend' $send_stack -s 7E0 -d 7E8 $bus <&-"
	[ "$stderr" = 'isotpsend: standard input: is closed' ]
	run -1 --separate-stderr timeout "$BOUND" \
		bash -c "exec '$BUILDDIR/isotpsend' $send_stack -s 7E0 -d 7E8 --lines $bus <&-"
	[ "$stderr" = 'isotpsend: standard input: is closed' ]
	nodes_are 0
}
