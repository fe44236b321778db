#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump: embedded buses, --count, signals, readers that leave.

load helpers
load dump

setup() { common_setup; }
teardown() { common_teardown; }

# A request, its answer in two frames with flow control, a second request.
conversation() {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E0#021101
}

@test "live: frames of both directions as they come, none of others" {
	start_dump live "${to_ecu[@]}" virtual:b
	start_recv "${as_ecu[@]}" virtual:b
	isotpsend -S -s 123 virtual:b 11
	isotpsend "${to_ecu[@]}" virtual:b -D 20
	ended_with 0 "$pid"
	wait_until lines_are 4 live.out
	diff - live.out <<-'END'
		 virtual:b  7E0  [8]  [FF] ln: 20   data: 01 02 03 04 05 06 
		 virtual:b  7E8  [3]  [FC] FC: 0 = CTS # BS: 0 = off # STmin: 0x00 = 0 ms
		 virtual:b  7E0  [8]  [CF] sn: 1    data: 07 08 09 0A 0B 0C 0D 
		 virtual:b  7E0  [8]  [CF] sn: 2    data: 0E 0F 10 11 12 13 14 
	END
	kill -TERM "${started[0]}"
	ended_with 143 "${started[0]}"
	diff /dev/null live.err
	nodes_are 0
}

@test "live: PDUs are whole, in both directions, also when no ID is given" {
	start_dump known --pair=7E0:7E8 --json virtual:b
	start_dump unknown --json virtual:b
	start_recv "${as_ecu[@]}" --count=2 --bs=3 virtual:b
	isotpsend "${to_ecu[@]}" virtual:b -D 200
	start two "$BUILDDIR/isotprecv" "${to_ecu[@]}" virtual:b
	isotpsend "${as_ecu[@]}" virtual:b -D 300
	isotpsend "${to_ecu[@]}" virtual:b 3E 00
	for name in known unknown; do
		wait_until lines_are 3 $name.out
		sed -E 's/.*"id":"(...)".*"pair":"(.*)","kind":"(..)","status":"ok","length":([0-9]+),.*/\1 \2 \3 \4/' \
			$name.out >told
		diff - told <<-'END'
			7E0 7E0:7E8 MF 200
			7E8 7E0:7E8 MF 300
			7E0 7E0:7E8 SF 2
		END
	done
}

@test "live: a PDU longer than any buffer, in lines and in JSON" {
	local hex

	head -c 300000 /dev/urandom >pdu
	hex=$(od -An -v -tx1 pdu | tr -d ' \n' | tr a-f A-F)
	start_dump line --pair=7E0:7E8 virtual:b
	start_dump object --json virtual:b
	start_recv "${as_ecu[@]}" virtual:b
	isotpsend "${to_ecu[@]}" --file=pdu virtual:b
	wait_until lines_are 1 line.out
	wait_until lines_are 1 object.out
	[ "$(sed 's/.*\[300000\] //; s/#.*//' line.out | tr -d ' ')" = "$hex" ]
	grep -o '"status":"ok".*"received":300000,' object.out
	[ "$(sed 's/.*"data":"//; s/".*//' object.out)" = "$hex" ]
}

@test "live: one that only looks is somebody else on the bus, and sends nothing" {
	start_log
	start_dump live --pair=7E0:7E8 virtual:b
	kill -TERM "${started[0]}" # nobody but it is there
	ended_with 0 "${started[0]}"
	run -3 isotpsend "${to_ecu[@]}" --n-bs=100ms virtual:b -D 20
	kill -INT "$pid"
	ended_with 130 "$pid"
	grep -q 'incomplete at the end, 6 of 20 bytes$' live.out
}

@test "live: times are those of the clock, and never go back" {
	local before after

	start_dump live --pair=7E0 -t a virtual:b
	before=$(date +%s.%N)
	isotpsend -S -s 7E0 --repeat=50 virtual:b 11
	wait_until lines_are 50 live.out
	after=$(date +%s.%N)
	sed 's/^(\([0-9.]*\)) .*/\1/' live.out >times
	[ "$(wc -l <times)" -eq 50 ]
	sort -n -c times
	awk -v a="$before" -v b="$after" '$1 < a - 0.001 || $1 > b + 0.001 { exit 1 }' times
}

@test "live: --n-cr tells of a sender that has stopped, without another frame" {
	start_dump live --pair=7E0:7E8 --n-cr=100ms --n-bs=10s virtual:b
	start_recv "${as_ecu[@]}" virtual:b
	printf '7E0#1014010203040506\nwait 7E8\n7E0#210708090A0B0C0D\n' | bustool play virtual:b
	wait_until lines_are 1 live.out
	grep -q 'no consecutive frame in time, 13 of 20 bytes$' live.out
	start_dump other --pair=7E0:7E8 --n-bs=100ms virtual:b
	kill -TERM "${started[1]}"
	echo '7E0#1014010203040506' | bustool play virtual:b
	wait_until lines_are 1 other.out
	grep -q 'no flow control in time, 6 of 20 bytes$' other.out
}

@test "live: frames that were lost on the way are counted and told, 9" {
	local lost

	start_dump live --pair=7E0 virtual:b
	hold "$pid"
	isotpsend -S -s 7E0 --repeat=60 --n-as=10s --quiet virtual:b 11
	kill -CONT "$pid"
	wait_until grep -q 'lost on the way' live.err
	kill -TERM "$pid"
	ended_with 9 "$pid"
	lost=$(sed -nE 's/^isotpdump: virtual:b: frames lost on the way to this program: ([0-9]+)$/\1/p' live.err |
		awk '{ sum += $1 } END { print sum + 0 }')
	[ "$lost" -gt 0 ]
	[ $((lost + $(wc -l <live.out))) -eq 60 ]
}

@test "--count: so many frames or PDUs, faults do not count; the end of a bus needs nothing else" {
	conversation >log
	isotpdump --frames --count=2 log >shown
	lines_are 2 shown
	isotpdump --count=2 log >shown
	lines_are 2 shown
	log 7E0#2155 7E0#0111 7E0#0122 | isotpdump --pair=7E0 --count=1 - >shown
	lines_are 2 shown # the fault is one of them
	start_dump live "${to_ecu[@]}" --count=3 virtual:b
	isotpsend -S -s 7E0 --repeat=3 virtual:b 11
	ended_with 0 "$pid"
	lines_are 3 live.out
}

# --- ends ---

@test "SIGINT with --stats: the table is printed all the same, 130" {
	start_dump live --pair=7E0:7E8 --stats virtual:b
	isotpsend -S -s 7E0 --repeat=3 virtual:b 11 22
	wait_until lines_are 3 live.out
	kill -INT "$pid"
	ended_with 130 "$pid"
	tail -n 2 live.out >table
	diff - table <<-'END'
		bus       from        to              PDUs      bytes broken faults  latency      max
		virtual:b 7E0         7E8                3          6      0      0        -        -
	END
}

@test "a signal ends it while it waits for a pipe; a PDU that is open is told" {
	mkfifo pipe
	exec 7<>pipe
	env --default-signal=INT "$dump" --pair=7E0:7E8 - <pipe >shown 3>&- 7>&- &
	conversation | head -n 2 >&7
	wait_until lines_are 1 shown
	kill -INT "$!"
	ended_with 130 "$!"
	grep -q 'incomplete at the end' shown
	exec 7>&-
}

# catches_signals PID: it is isotpdump already, and has its own idea of SIGTERM.
catches_signals() {
	awk '/^Name:\tisotpdump$/ { named = 1 } /^SigCgt:.*[4-7c-f]...$/ { catches = 1 }
		END { exit !(named && catches) }' "/proc/$1/status"
}

# stopped PID: asks it to stop, once more; until it has gone.
stopped() { ! kill -TERM "$1" 2>/dev/null; }

@test "signals end it while nobody empties the pipe that it writes to" {
	local options

	mkfifo full
	exec 8<>full
	run dd if=/dev/zero of=full oflag=nonblock bs=4096 # until it is full
	conversation >log
	for options in --frames --pair=7E0:7E8 '--pair=123 --stats'; do
		"$dump" $options log >full 3>&- 8>&- &
		wait_until catches_signals "$!"
		wait_until stopped "$!" # the first one comes before it writes, or while it does
		ended_with 143 "$!"
	done
	exec 8>&-
}

@test "signals end it while it waits for somebody to open a named pipe" {
	mkfifo pipe
	"$dump" pipe 2>said 3>&- &
	wait_until catches_signals "$!"
	wait_until stopped "$!" # the first one may come before it waits
	ended_with 143 "$!"
	diff /dev/null said
}

@test "a reader that leaves ends it as SIGPIPE does, in silence" {
	yes '(1700000000.000000) can0 7E0#0111' | head -n 5000 >log
	for options in '-s 7E0 -d 7E8' --pair=7E0 '--json --pair=7E0' '--stats --pair=7E0'; do
		run -0 bash -c "'$dump' $options log 2>said | head -n 1; echo \${PIPESTATUS[0]}"
		[ "${lines[1]}" = 141 ]
		diff /dev/null said
	done
}

@test "a full disk and a closed standard output are errors: 1" {
	conversation >log
	for options in --frames '' --json --stats; do
		run -1 bash -c "'$dump' $options log >/dev/full"
		[ "$output" = 'isotpdump: standard output: no space left' ]
		run -1 bash -c "'$dump' $options log >&-"
		[ "$output" = 'isotpdump: standard output: is closed' ]
	done
	run -0 bash -c "'$dump' --pair=123 log >&-" # there was nothing to print
	[ -z "$output" ]
}
