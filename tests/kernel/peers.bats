#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Other people's programs at the other end: can-utils, with the same command lines side by side, and
# scapy. Debian packages: can-utils python3-scapy.

SRCDIR=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
load ../helpers

can_utils=${CAN_UTILS:-/usr/bin}
python=${PYTHON:-/usr/bin/python3}
three_frames='11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 00 01 02'

setup() {
	common_setup
	needs_can_utils
}
teardown() { common_teardown; }

needs_can_utils() {
	local name

	for name in isotpsend isotprecv candump cansend; do
		[ -x "$can_utils/$name" ] || skip_or_fail "no $can_utils/$name: package can-utils"
	done
	if "$can_utils/isotpsend" -? 2>&1 | grep -q -e --tx-id; then
		skip_or_fail "$can_utils/isotpsend is not can-utils' but ours"
	fi
}

# command_of WHO NAME: in the array "words". WHO is theirs, kernel or builtin: ours with that stack.
# Their receiver would keep what it prints in a buffer.
command_of() {
	words=(timeout -k 1 "$BOUND")
	case $1-$2 in
	theirs-isotprecv) words+=(stdbuf -oL "$can_utils/$2") ;;
	theirs-*) words+=("$can_utils/$2") ;;
	*) words+=("$BUILDDIR/$2" --stack="$1") ;;
	esac
}

# as WHO NAME OPTION...: runs it on vcan0.
as() {
	local words

	command_of "$1" "$2"
	"${words[@]}" "${@:3}" vcan0
}

# start_as NAME WHO OPTION...: a receiver, as "start" does.
start_as() {
	local words

	command_of "$2" isotprecv
	start "$1" "${words[@]}" "${@:3}" vcan0
}

# frames: those on the bus since the last time.
frames() {
	log_caught_up
	awk '/^ready$/ { next } /^000#/ { last = all; all = ""; next } { all = all $0 "\n" }
		END { printf "%s", last }' log.out
}

# apart MS: of the last frames, the consecutive ones of 7E0 were at least so far apart.
apart() {
	awk -v least="$1" '/ 000#/ { kept = n > 1 && !near; n = near = 0 }
		/ 7E0#2/ { now = substr($1, 2) + 0; if (n++ && now - last < least / 1000) near = 1; last = now }
		END { exit !kept }' candump.out
}

# --- the same command lines: theirs to theirs, ours to theirs, theirs to ours ---

lines_are() { [ "$(wc -l <"$2")" -eq "$1" ]; }

# transfer SENDER RECEIVER OPTIONS OPTIONS SHOWS BYTES: whose programs, and their command lines. In the
# file "left": the frames, and what the receiver printed. With -l it gets two PDUs.
transfer() {
	local recv n

	start_as recv "$2" $4
	recv=$pid
	case " $4 " in
	*' -l '*)
		for n in 1 2; do
			as "$1" isotpsend $3 <<<"$6"
			wait_until lines_are "$n" recv.out
		done
		kill "$recv"
		ended_with 143 "$recv"
		;;
	*)
		as "$1" isotpsend $3 <<<"$6"
		ended_with 0 "$recv"
		;;
	esac
	frames >left
	cat recv.out >>left
	if [[ $5 = *' ms apart' ]] && apart "${5%% *}"; then
		echo "$5" >>left
	fi
}

# same SENDER RECEIVER SHOWS [BYTES]: with these options everyone leaves the same. SHOWS is a line of it
# that tells that the options work, as a regular expression; "20 ms apart" is about consecutive frames.
same() {
	local who

	start_log
	transfer theirs theirs "$1" "$2" "$3" "${4-$three_frames}"
	cat left
	grep -qx "$3" left
	mv left expected
	for who in 'kernel theirs' 'builtin theirs' 'theirs kernel' 'theirs builtin'; do
		echo "sender and receiver: $who"
		transfer $who "$1" "$2" "$3" "${4-$three_frames}"
		diff expected left
	done
}

# short_options NAME: those that both versions know.
short_options() {
	comm -12 <("$can_utils/$1" -? 2>&1 | letters) <("$BUILDDIR/$1" --help | letters)
}
letters() { sed -n 's/^ *-\([A-Za-z]\)[ ,].*/\1/p' | sort -u; }

# tested_options ROW RECORDING: the short options in these columns of the rows and recordings.
tested_options() {
	{
		sed -n "s/^\tsame '\([^']*\)' '\([^']*\)' .*/\\$1/p" "$BATS_TEST_FILENAME"
		cut -f "$2" "$SRCDIR/tests/can-utils/sendrecv.tsv"
	} | grep -o -e '\B-[A-Za-z]\b' | cut -c 2- | sort -u
}

@test "every short option that both versions know is in a row here or in a recording" {
	short_options isotpsend >send.both
	short_options isotprecv >recv.both
	diff /dev/null <(comm -23 send.both <(tested_options 1 3))
	diff /dev/null <(comm -23 recv.both <(tested_options 2 2))
	[ "$(wc -l <send.both)" -ge 10 ]
	[ "$(wc -l <recv.both)" -ge 11 ]
}

@test "-s -d: a single frame" {
	same '-s 7E0 -d 7E8' '-s 7E8 -d 7E0' 7E0#0322F190 '22 F1 90'
}
@test "-s -d: three frames" {
	same '-s 7E0 -d 7E8' '-s 7E8 -d 7E0' 7E8#300000
}
@test "-s -d: 29 bits" {
	same '-s 18DA10F1 -d 18DAF110' '-s 18DAF110 -d 18DA10F1' 18DA10F1#1012112233445566
}
@test "-s -d: 29 bits with a number of 11" {
	same '-s 000007E0 -d 000007E8' '-s 000007E8 -d 000007E0' 000007E8#300000
}
@test "-x: two bytes" {
	same '-s 6F1 -d 612 -x 12:F1' '-s 612 -d 6F1 -x F1:12' 612#F1300000
}
@test "-x: one byte" {
	same '-s 6F1 -d 612 -x 33' '-s 612 -d 6F1 -x 33' 612#33300000
}
@test "-p: both" {
	same '-s 7E0 -d 7E8 -p AA:55' '-s 7E8 -d 7E0 -p 55:AA' 7E8#3000005555555555
}
@test "-p: what is sent" {
	same '-s 7E0 -d 7E8 -p AA:' '-s 7E8 -d 7E0 -p 55' 7E0#0322F190AAAAAAAA '22 F1 90'
}
@test "-p: what is received" {
	same '-s 7E0 -d 7E8 -p :55' '-s 7E8 -d 7E0 -p 55' 7E8#3000005555555555
}
@test "-P l" {
	same '-s 7E0 -d 7E8 -p AA:55 -P l' '-s 7E8 -d 7E0 -p 55:AA -P l' 7E0#22.*AAAA
}
@test "-P l: no padding" {
	same '-s 7E0 -d 7E8 -P l' '-s 7E8 -d 7E0 -P l' 7E0#22EEFF000102
}
@test "-P c" {
	same '-s 7E0 -d 7E8 -p AA:55 -P c' '-s 7E8 -d 7E0 -p 55:AA -P c' 7E0#22.*AAAA
}
@test "-P a" {
	same '-s 7E0 -d 7E8 -p AA:55 -P a' '-s 7E8 -d 7E0 -p 55:AA -P a' 7E0#22.*AAAA
}
@test "-t" {
	same '-s 7E0 -d 7E8 -t 20000000' '-s 7E8 -d 7E0' '20 ms apart'
}
@test "isotpsend -f" {
	same '-s 7E0 -d 7E8 -f 20000000' '-s 7E8 -d 7E0 -m 1' '20 ms apart'
}
@test "-D" {
	same '-s 7E0 -d 7E8 -D 300' '-s 7E8 -d 7E0' 7E0#112C010203040506
}
@test "-D: a length of 32 bits" {
	same '-s 7E0 -d 7E8 -D 4999' '-s 7E8 -d 7E0' 7E0#1000000013870102
}
@test "isotpsend -b" {
	same '-s 7E0 -d 7E8 -b' '-s 7E8 -d 7E0' 7E0#22EEFF000102
}
@test "-L: a single frame of FD" {
	same '-s 7E0 -d 7E8 -L 72:64:0 -D 20' '-s 7E8 -d 7E0 -L 72:64:0' '7E0##00014.*'
}
@test "-L: FD frames of 64 bytes with bit rate switch" {
	same '-s 7E0 -d 7E8 -L 72:64:1 -D 100' '-s 7E8 -d 7E0 -L 72:64:1' 7E8##1300000
}
@test "-L: FD frames of 12 bytes" {
	same '-s 7E0 -d 7E8 -L 72:12:0' '-s 7E8 -d 7E0 -L 72:8:0' 7E0##01012112233445566778899AA
}
@test "-L: in classic numbers" {
	same '-s 7E0 -d 7E8 -L 16:8:0' '-s 7E8 -d 7E0 -L 16:8:0' 7E8#300000
}
@test "isotprecv -b and -m: hexadecimal" {
	same '-s 7E0 -d 7E8 -D 200' '-s 7E8 -d 7E0 -b 10 -m F3' 7E8#3010F3
}
@test "-m: kept by the sender" {
	same '-s 7E0 -d 7E8' '-s 7E8 -d 7E0 -b 8 -m 14' '20 ms apart'
}
@test "-m: a reserved value" {
	same '-s 7E0 -d 7E8 -D 8' '-s 7E8 -d 7E0 -m 80' 7E8#300080
}
@test "isotprecv -f" {
	same '-s 7E0 -d 7E8 -t 30000000' '-s 7E8 -d 7E0 -f 5000000' 7E8#300000
}
@test "-w" {
	same '-s 7E0 -d 7E8' '-s 7E8 -d 7E0 -w 3' 7E8#300000
}
@test "isotprecv -l" {
	same '-s 7E0 -d 7E8' '-l -s 7E8 -d 7E0' 7E8#300000
}
@test "all at once, classic" {
	same '-s 18DA10F1 -d 18DAF110 -x 12:F1 -p AA:55 -P a -b -t 1000000 -D 60' \
		'-s 18DAF110 -d 18DA10F1 -x F1:12 -p 55:AA -P a -b 3 -m 2' 18DAF110#F130030255555555
}
@test "all at once, FD" {
	same '-s 18DA10F1 -d 18DAF110 -x 12:F1 -p AA:55 -P a -b -L 72:32:1 -D 300' \
		'-s 18DAF110 -d 18DA10F1 -x F1:12 -p 55:AA -P a -b 3 -m 2 -L 72:64:1' 18DAF110##1F130030255555555
}

# --- what differs, and is to: "Differences from can-utils" in the manual pages ---

@test "wrong use: theirs ends with 0, ours with 2" {
	local name line

	for name in isotpsend isotprecv; do
		for line in -Q '-L 1' '-P x' '-p'; do
			run -0 --separate-stderr as theirs "$name" -s 7E0 -d 7E8 $line
			run -2 --separate-stderr as kernel "$name" -s 7E0 -d 7E8 $line
			[ -z "$output" ]
			[ -n "$stderr" ]
		done
	done
}

@test "bad hexadecimal: theirs sends what is before it, ours nothing" {
	local who

	start_log
	as theirs isotpsend -s 7E0 -d 7E8 <<<'11 zz 22'
	as theirs isotpsend -s 7E0 -d 7E8 <<<22F190
	diff <(printf '%s\n' 7E0#0111 7E0#0190) <(frames)
	for who in kernel builtin; do
		run -2 as "$who" isotpsend -s 7E0 -d 7E8 <<<'11 zz 22'
		as "$who" isotpsend -s 7E0 -d 7E8 <<<22F190
		diff <(echo 7E0#0322F190) <(frames)
	done
}

# refused NAME OPTION...: by ours, and nothing was on the bus.
refused() {
	run -2 as kernel isotpsend "$@" <<<'22 F1 90'
	run -2 as builtin isotpsend "$@" <<<'22 F1 90'
	diff /dev/null <(frames)
}

@test "-L 72:0:0: theirs is silently classic, ours refuses it" {
	start_log
	as theirs isotpsend -s 7E0 -d 7E8 -L 72:0:0 <<<'22 F1 90'
	diff <(echo 7E0#0322F190) <(frames)
	refused -s 7E0 -d 7E8 -L 72:0:0
}

@test "IDs: theirs counts 0x for the 29 bits, ours refuses what is in doubt" {
	start_log
	as theirs isotpsend -s 0x123456 -d 7E8 <<<'22 F1 90'
	diff <(echo 00123456#0322F190) <(frames)
	refused -s 0x123456 -d 7E8
	refused -s 12345 -d 7E8
}

@test "a number with junk: theirs takes its beginning, ours refuses it" {
	start_log
	as theirs isotpsend -s 7E0 -d 7E8 -D 3x
	diff <(echo 7E0#03010203) <(frames)
	refused -s 7E0 -d 7E8 -D 3x
}

@test "5000 bytes: theirs sends no more, and prints a blank line; ours does all" {
	start_as recv builtin -s 7E8 -d 7E0
	as theirs isotpsend -s 7E0 -d 7E8 <<<"$(yes AA | head -n 5001)"
	ended_with 0 "$pid"
	[ "$(wc -w <recv.out)" -eq 5000 ]
	start_as recv theirs -s 7E8 -d 7E0
	as kernel isotpsend -s 7E0 -d 7E8 <<<"$(yes AA | head -n 5001)"
	ended_with 0 "$pid"
	says recv.out ''
	start_as recv kernel -s 7E8 -d 7E0
	as builtin isotpsend -s 7E0 -d 7E8 <<<"$(yes AA | head -n 5001)"
	ended_with 0 "$pid"
	[ "$(wc -w <recv.out)" -eq 5001 ]
}

@test "no flow control: a failure of ours without -b too" {
	local who pids=() n=0

	for who in 'theirs' 'theirs -b' 'kernel' 'builtin' 'kernel --no-wait' 'builtin --no-wait'; do
		as ${who%% *} isotpsend -s 7E0 -d 7E8 $([[ $who != *' '* ]] || echo "${who#* }") \
			<<<"$three_frames" >/dev/null 2>&1 3>&- &
		pids+=($!)
	done
	for who in 0 255 3 3 0 0; do
		ended_with "$who" "${pids[n++]}"
	done
}

@test "a broken reception: theirs is a blank line and 0, ours 6 and a message" {
	local who

	for who in theirs kernel builtin; do
		start_as "$who" "$who" -s 7E8 -d 7E0
		"$can_utils/cansend" vcan0 7E0#1012112233445566
		"$can_utils/cansend" vcan0 7E0#29778899AABBCCDD
		ended_with "$([ "$who" = theirs ] && echo 0 || echo 6)" "$pid"
	done
	says theirs.out ''
	diff /dev/null <(cat theirs.err kernel.out builtin.out)
	says kernel.err 'isotprecv: vcan0: wrong sequence number from 7E0'
	says builtin.err 'isotprecv: vcan0: wrong sequence number from 7E0; 6 of 18 bytes received'
}

@test "each PDU at once, and not lost at the end: theirs keeps it in a buffer" {
	local pids=()

	start theirs "$can_utils/isotprecv" -l -s 7E8 -d 7E0 vcan0
	pids+=("$pid")
	start_as ours kernel -l -s 7E8 -d 7E0
	pids+=("$pid")
	as theirs isotpsend -s 7E0 -d 7E8 <<<'22 F1 90'
	wait_until says ours.out '22 F1 90 '
	kill "${pids[@]}"
	ended_with 143 "${pids[0]}"
	ended_with 143 "${pids[1]}"
	diff /dev/null theirs.out
	says ours.out '22 F1 90 '
}

# --- scapy's sockets, in one process: it takes long to start ---

ask_scapy() { echo "$*" >&"${scapy[1]}"; }

# scapy_says PATTERN: in its next line, which is in "answer".
scapy_says() {
	IFS= read -r -t 60 -u "${scapy[0]}" answer && [[ $answer = $1 ]] || {
		echo "scapy says '${answer-}', not '$1'; $(cat scapy.err)" >&2
		return 1
	}
}

@test "scapy's native and soft sockets receive what we send and send what we receive" {
	local answer pdu length stack socket i

	coproc scapy { exec "$python" "$BATS_TEST_DIRNAME/scapy-peer.py" 2>scapy.err 3>&-; }
	started+=("$scapy_PID")
	scapy_says '*'
	[[ $answer != missing* ]] || skip_or_fail "scapy: $answer (package python3-scapy)"
	for length in 20 300; do
		pdu=$(for ((i = 0; i < length; i++)); do printf %02X $((i % 255 + 1)); done)
		for socket in native soft; do
			for stack in kernel builtin; do
				echo "$length bytes, $socket and $stack"
				ask_scapy recv "$socket" 7E8 7E0
				scapy_says ready
				as "$stack" isotpsend -s 7E0 -d 7E8 -D "$length"
				scapy_says "got $pdu"
				start_as recv "$stack" -s 7E8 -d 7E0
				ask_scapy send "$socket" 7E0 7E8 "$pdu"
				scapy_says sending
				ended_with 0 "$pid"
				diff <(echo "$pdu") <(tr -d ' ' <recv.out)
			done
		done
	done
}
