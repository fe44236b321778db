#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump: the lines for people. The frame view as can-utils prints it, PDUs and faults.

load helpers
load dump

setup() {
	common_setup
	export TZ=UTC
}

teardown() { common_teardown; }

# --- frames: the recordings of can-utils, see can-utils/README.md ---

@test "every recording without times: the same bytes, but for names that the standard has changed" {
	local name log options n=0

	while IFS=$'\t' read -r name log options; do
		echo "recording: $name"
		isotpdump $options "$recordings/$log" >shown
		if [ "$name" = names ]; then
			differs_in_names "$recordings/$name.txt" shown >differ
			diff <(newer_names | sort) <(sort differ)
		else
			cmp "$recordings/$name.txt" shown
		fi
		n=$((n + 1))
	done < <(rows '!-t')
	[ "$n" -ge 14 ]
}

# times_of NAME TYPE: when each of its frames was seen, in microseconds.
times_of() {
	local stamps='s/^(\([0-9]*\)\.\([0-9]*\)).*/\1\2/'

	case $2 in
	A) sed 's/^(\(.*\)\.\([0-9]*\)).*/\1 \2/' "$recordings/$1.txt" | while read -r day time fraction; do
		echo "$(date -d "$day $time" +%s)$fraction"
	done ;;
	d) sed "$stamps" "$recordings/$1.txt" | awk '{ sum += $1; printf "17000%011d\n", sum }' ;;
	z) sed "$stamps" "$recordings/$1.txt" | awk '{ printf "17000%011d\n", $1 }' ;;
	*) sed "$stamps" "$recordings/$1.txt" ;;
	esac
}

# timed LOG NAME TYPE: the log with these times, for the frames of 7E0 and 7E8; others keep the last one.
timed() {
	times_of "$2" "$3" >times
	awk 'BEGIN { getline us <"times" }
		$3 ~ /^7E[08]#/ { if (n++) getline us <"times" }
		{ $1 = "(" substr(us, 1, length(us) - 6) "." substr(us, length(us) - 5) ")"; print }' "$recordings/$1"
}

@test "every recording with times: the same bytes, times too" {
	local name log options n=0

	while IFS=$'\t' read -r name log options; do
		echo "recording: $name"
		timed "$log" "$name" "${options##* }" >log
		isotpdump $options log >shown
		cmp "$recordings/$name.txt" shown
		n=$((n + 1))
	done < <(rows '-t')
	[ "$n" -eq 4 ]
}

@test "the frame view is the same from every format" {
	local format

	need_python
	for log in conversation shapes; do
		isotpdump -s 7E0 -d 7E8 -a -u -t a "$recordings/$log.log" >expected
		for format in pcap pcap-nanosecond pcapng sll sll2 asc console; do
			converted "$format" <"$recordings/$log.log" >capture
			isotpdump -s 7E0 -d 7E8 -a -u -t a capture | sed 's/ can[01] / vcan0 /' >shown
			cmp expected shown
		done
	done
}

@test "long names of the short options do the same" {
	isotpdump -s 6F1 -d 612 -x 12 -X F1 -b 18DB33F1 -t z -a -u -c "$recordings/conversation-ext.log" >short
	isotpdump --tx-id=6F1 --rx-id=612 --tx-ext-addr=12 --rx-ext-addr=F1 --broadcast-id=18DB33F1 \
		--timestamp=z --ascii --uds-names --color=always "$recordings/conversation-ext.log" >long
	cmp short long
	[ -s short ]
}

@test "frames: one side alone, several pairs, everybody, no remote frames" {
	log 7E0#0111 7E8#0151 7E0#R 123#0122 6F1#12013E >log
	isotpdump -s 7E0 log >shown
	says shown ' can0  7E0  [2]  [SF] ln: 1    data: 11 '
	isotpdump -d 7E8 log >shown
	says shown ' can0  7E8  [2]  [SF] ln: 1    data: 51 '
	isotpdump --frames --pair=7E8 --pair=6F1/any log >shown
	diff - shown <<-'END'
		 can0  7E8  [2]  [SF] ln: 1    data: 51 
		 can0  6F1{12}  [3]  [SF] ln: 1    data: 3E 
	END
	isotpdump --frames log >shown
	lines_are 4 shown
}

# --- PDUs ---

conversation() {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E0#021101 7E8#037F1178 7E8#025101
}

@test "PDUs: the time of the last frame, who, to whom, the length, the data" {
	conversation | prints \
		'(1700000000.000000) can0 7E0 >  [3] 22 F1 8C ' \
		'(1700000000.030000) can0 7E8 <  [8] 62 F1 8C 41 42 31 32 33  # 2 frames in 20.0 ms' \
		'(1700000000.040000) can0 7E0 >  [2] 11 01 ' \
		'(1700000000.050000) can0 7E8 <  [3] 7F 11 78 ' \
		'(1700000000.060000) can0 7E8 <  [2] 51 01 ' \
		-- --pair=7E0:7E8
}

@test "PDUs are the view without IDs, with --pair, with -b alone; -s and -d need --pdu, --uds or --stats" {
	local options

	conversation >log
	isotpdump --pair=7E0:7E8 log >pdus
	isotpdump -s 7E0 -d 7E8 log >frames
	for options in '' '-s 7E0 -d 7E8 --pdu' '--pdu --pair=7E0:7E8'; do
		isotpdump $options log | cmp pdus
	done
	for options in '--pair=7E0:7E8 --frames' '-s 7E0 -d 7E8 --frames' --frames; do
		isotpdump $options log | cmp frames
	done
	isotpdump -b 7E0 log | cmp <(isotpdump --pair=7E0 log)
	[ "$(isotpdump -s 7E0 -d 7E8 --stats log | wc -l)" -eq 8 ]
	isotpdump -s 7E0 -d 7E8 --uds log | grep -q '# ECUReset hardReset$'
}

# shown ARG...: sender, direction and data of each PDU of the file log, without times.
shown() { isotpdump "$@" log | sed 's/^([^)]*) can0 *//; s/ *$//'; }

@test "pairs: one side, address bytes, any of them, several; the same by -s -d -x -X" {
	log 6F1#120322F101 6F1#290322F101 612#F10462F10107 629#F10462F10108 612#F20111 >log
	shown --pair=6F1/12:612/F1 >pair
	diff - pair <<-'END'
		6F1/12 >  [3] 22 F1 01
		612/F1 <  [4] 62 F1 01 07
	END
	shown -s 6F1 -d 612 -x 12 -X F1 --pdu | cmp pair
	shown -s 6F1 -x 12 --pdu | diff <(echo '6F1/12    [3] 22 F1 01') -
	shown --pair=6F1/any:612/any >any
	diff - any <<-'END'
		6F1/12    [3] 22 F1 01
		6F1/29    [3] 22 F1 01
		612/F1    [4] 62 F1 01 07
		612/F2    [1] 11
	END
	shown -s 6F1 -d 612 -x any -X any --pdu | cmp any
	shown -s 6F1 -d 612 -x any --pdu | cmp any
	shown --pair=6F1/12:612/F1 --pair=6F1/29:629/F1 >two
	diff - two <<-'END'
		6F1/12 >  [3] 22 F1 01
		6F1/29 >  [3] 22 F1 01
		612/F1 <  [4] 62 F1 01 07
		629/F1 <  [4] 62 F1 01 08
	END
	shown --pair=612/F2 | diff <(echo '612/F2    [1] 11') -
	shown --pair=612/F3 | diff /dev/null -
	shown --pair=6F1/12 -b 629 -x any -s 123 --pdu | cut -c 1-6 | xargs | diff <(echo '6F1/12 629/F1') -
}

@test "11 and 29 bits, buses, classic and FD: each a sender of its own" {
	{
		log 7E0#100A010203040506 000007E0#100A111213141516 7E0##0000A01020304050607080900 7E0#2107080900
		echo '(1700000001.0) can1 7E0#100A212223242526'
		echo '(1700000001.1) can0 000007E0#2117181900'
		echo '(1700000001.2) can1 7E0#2127282900'
	} >log
	isotpdump -t z --pair=7E0 --pair=000007E0 log >shown
	diff - shown <<-'END'
		  (0.000000) can0 7E0   [10] 01 02 03 04 05 06 07 08 09 00 
		  (0.010000) can0 7E0   [10] 01 02 03 04 05 06 07 08 09 00  # 2 frames in 30.0 ms
		  (1.080000) can0 000007E0   [10] 11 12 13 14 15 16 17 18 19 00  # 2 frames in 1.09 s
		  (1.180000) can1 7E0        [10] 21 22 23 24 25 26 27 28 29 00  # 2 frames in 200 ms
	END
}

@test "-b: a functional ID too, for itself" {
	log 7DF#023E80 7E0#0111 7E8#0151 123#0144 >log
	shown -b 7DF | diff <(echo '7DF    [2] 3E 80') -
	shown -b 7DF -s 7E0 -d 7E8 --pdu >told
	diff - told <<-'END'
		7DF    [2] 3E 80
		7E0 >  [1] 11
		7E8 <  [1] 51
	END
}

@test "-t: absolute, delta, zero, date; -a: text behind the data" {
	local log=$BATS_TEST_TMPDIR/log

	conversation >log
	[ "$(isotpdump -t a "$log" | cut -d ' ' -f 1 | xargs)" = \
		'(1700000000.000000) (1700000000.030000) (1700000000.040000) (1700000000.050000) (1700000000.060000)' ]
	[ "$(isotpdump -t d "$log" | cut -d ')' -f 1 | xargs)" = '(0.000000 (0.030000 (0.010000 (0.010000 (0.010000' ]
	[ "$(isotpdump -t z "$log" | cut -d ')' -f 1 | xargs)" = '(0.000000 (0.030000 (0.040000 (0.050000 (0.060000' ]
	[ "$(isotpdump -t A "$log" | sed -n 2p | cut -d ')' -f 1)" = '(2023-11-14 22:13:20.030000' ]
	[ "$(TZ=UTC-5:30 isotpdump -t A "$log" | sed -n 2p | cut -d ')' -f 1)" = '(2023-11-15 03:43:20.030000' ]
	isotpdump -a "$log" | sed -n '2p; 5p' >shown
	diff - shown <<-'END'
		(1700000000.030000) can0 7E8 <  [8] 62 F1 8C 41 42 31 32 33  'b..AB123' # 2 frames in 20.0 ms
		(1700000000.060000) can0 7E8 <  [2] 51 01  'Q.'
	END
}

# tells FRAMES LINE...: of 7E0:7E8 or of the options in $with, these lines, without times.
tells() {
	log $1 >log
	echo "frames: $1"
	shown ${with:---pair=7E0:7E8} >told
	diff <(printf '%s\n' "${@:2}") told
}

@test "how a PDU ends, and that the next one is told again" {
	local ff=7E8#1014010203040506 cts=7E0#300000 next=7E8#0155
	local then='7E8 <  [1] 55'

	tells "$ff $cts 7E8#220708090A0B0C0D 7E8#230708090A0B0C0D $next" \
		'7E8 < [20] 01 02 03 04 05 06  ! wrong sequence number, 2 came where 1 was next, 6 of 20 bytes; consecutive frames lost' \
		"$then"
	tells "$ff $next" '7E8 < [20] 01 02 03 04 05 06  ! cut off by the next PDU, 6 of 20 bytes' "$then"
	tells "$ff 7E0#320000 $next" '7E8 < [20] 01 02 03 04 05 06  ! the receiver said overflow, 6 of 20 bytes' "$then"
	tells "$ff 7E0#310000 $next" \
		'7E8 < [20] 01 02 03 04 05 06  ! told to wait, never to go on, 6 of 20 bytes; a flow control that says wait' \
		"$then"
	tells "$ff 7E0#350000 7E8#21112233 $next" \
		'7E8 < [20] 01 02 03 04 05 06  ! reserved flow status, 6 of 20 bytes; a flow control with a reserved status' \
		"$then"
	tells "$ff $cts" '7E8 < [20] 01 02 03 04 05 06  ! incomplete at the end, 6 of 20 bytes'
}

@test "what is wrong with a PDU that is whole, and with frames that belong to none" {
	local ff=7E8#1008010203040506 cts=7E0#300000 last=7E8#210708
	local whole='7E8 <  [8] 01 02 03 04 05 06 07 08'

	tells "$ff $cts $cts $last $cts" "$whole  # 2 frames in 30.0 ms ! a flow control doubled" \
		'7E0 >      ! a flow control that nobody awaited (frame 4)'
	tells "$ff 7E8#2107 $last" "$whole  # 2 frames in 20.0 ms ! a consecutive frame too short"
	tells "$ff 7E0#3000 $cts $last $last 7E8#2299" '7E0 >      ! a flow control too short (frame 1)' \
		"$whole  # 2 frames in 30.0 ms" '7E8 <      ! a consecutive frame doubled (frame 4)'
	tells "$ff 7E0#300032 $last" "$whole  # 2 frames in 20.0 ms"
	tells "7E8#101B010203040506 7E0#300132 7E8#210708090A0B0C0D 7E8#2207 7E8#220708090A0B0C0D 7E8#230708090A0B0C0D" \
		'7E8 < [27] 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 07 08 09 0A 0B 0C 0D 07 08 09 0A 0B 0C 0D  # 4 frames in 50.0 ms ! a consecutive frame too short; STmin not kept (2 times); the block size not kept'
	tells '7E8#210708090A0B0C0D 7E8#22' '7E8 <      ! consecutive frames without a first frame (frame 0)' \
		'7E8 <      ! a frame too short for any N_PDU (frame 1)'
	tells '7E8#1003010203040506 7E8#1008010203 7E8#00 7E8#080102 7E8#F1F2' \
		'7E8 <      ! a first frame with an FF_DL too small for it (frame 0)' \
		'7E8 <      ! a first frame of fewer than 8 bytes (frame 1)' \
		'7E8 <      ! a frame too short for any N_PDU (frame 2)' \
		'7E8 <      ! a single frame with an impossible SF_DL (frame 3)' \
		'7E8 <      ! a reserved PCI type (frame 4)'
}

@test "--n-cr and --n-bs end what is late; without them it is told, and whole" {
	{
		echo '(1700000000.0) can0 7E8#1008010203040506'
		echo '(1700000002.0) can0 7E0#300000'
		echo '(1700000005.5) can0 7E8#210708'
	} >log
	shown --pair=7E0:7E8 >told
	says told '7E8 <  [8] 01 02 03 04 05 06 07 08  # 2 frames in 5.50 s ! a consecutive frame later than N_Cr; a flow control later than N_Bs'
	shown --pair=7E0:7E8 --n-cr=3500ms --n-bs=2s | cmp told
	shown --pair=7E0:7E8 --n-cr=3.4s >told
	says told '7E8 <  [8] 01 02 03 04 05 06  ! no consecutive frame in time, 6 of 8 bytes; a flow control later than N_Bs'
	shown --pair=7E0:7E8 --n-bs=1999ms | head -n 1 >told
	says told '7E8 <  [8] 01 02 03 04 05 06  ! no flow control in time, 6 of 8 bytes'
}

@test "--check-pad and --rxpad, and -P: wrong padding is told; --max-pdu: the rest is counted" {
	local with

	with='--pair=7E8 --check-pad=content --rxpad=AA' tells '7E8#0122AAAAAAAAAAAA 7E8#0122AAAAAAAAAA55' \
		'7E8    [1] 22' '7E8    [1] 22  ! wrong padding'
	with='--pair=7E8 --check-pad=length --rxpad=AA' tells '7E8#0122AAAAAAAAAA55 7E8#0122' \
		'7E8    [1] 22' '7E8    [1] 22  ! wrong padding'
	with='--pair=7E8 -P l' tells '7E8#0122 7E8#0122AAAAAAAAAAAA' '7E8    [1] 22' '7E8    [1] 22  ! wrong padding'
	run -0 --separate-stderr isotpdump --pair=7E8 --check-pad=all log
	[ "$stderr" = 'isotpdump: --check-pad: without --rxpad, only the length is checked' ]
	run -0 --separate-stderr isotpdump --pair=7E8 -P c log
	[ "$stderr" = 'isotpdump: -P: without a pad byte for reception, c refuses every frame' ]
	[ "$(grep -c '! wrong padding$' <<<"$output")" -eq 2 ]
	with='--pair=7E8 --max-pdu=8' tells '7E8#1008010203040506 7E8#210708 7E8#100A010203040506 7E8#2107080900' \
		'7E8    [8] 01 02 03 04 05 06 07 08  # 2 frames in 10.0 ms' \
		'7E8   [10] 01 02 03 04 05 06 07 08  # 2 frames in 10.0 ms ! longer than is kept'
}

@test "--uds: names, which request it was, how long it took, how often it was pending" {
	with=--uds tells '7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E0#021101 7E8#037F1178 7E8#037F1178 7E8#025101' \
		'7E0 >  [3] 22 F1 8C  # ReadDataByIdentifier F18C ECUSerialNumber' \
		'7E8 <  [8] 62 F1 8C 41 42 31 32 33  # + ReadDataByIdentifier F18C ECUSerialNumber, after 10.0 ms, 2 frames in 20.0 ms' \
		'7E0 >  [2] 11 01  # ECUReset hardReset' \
		'7E8 <  [3] 7F 11 78  # ECUReset: requestCorrectlyReceived-ResponsePending (78), after 10.0 ms' \
		'7E8 <  [3] 7F 11 78  # ECUReset: requestCorrectlyReceived-ResponsePending (78), after 20.0 ms (1 pending)' \
		'7E8 <  [2] 51 01  # + ECUReset hardReset, after 30.0 ms (2 pending)'
	with='--uds --pair=7E0:7E8' tells '7E0#023E80 7E0#022711 7E8#037F2735 7E8#0188' \
		'7E0 >  [2] 3E 80  # TesterPresent zeroSubFunction, no answer wanted' \
		'7E0 >  [2] 27 11  # SecurityAccess requestSeed' \
		'7E8 <  [3] 7F 27 35  # SecurityAccess: invalidKey (35), after 10.0 ms' \
		'7E8 <  [1] 88'
}

@test "--stats: a row for each sender, and how often each thing happened" {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E8#1014010203040506 7E0#021101 7E8#025101 \
		7E8#21 7DF#023E80 >log
	isotpdump --stats --uds --pair=7E0:7E8 --pair=7DF log | tail -n +6 >table
	diff <(isotpdump -q --stats --uds --pair=7E0:7E8 --pair=7DF log) <(tail -n +3 table)
	[ "$(isotpdump -q --stats --json --pair=7E0:7E8 log | grep -cv '"type":"summary"')" -eq 0 ]
	diff - table <<-'END'
		(1700000000.070000) can0 7E8 <      ! a frame too short for any N_PDU (frame 7)
		(1700000000.080000) can0 7DF    [2] 3E 80  # TesterPresent zeroSubFunction, no answer wanted
		bus  from        to              PDUs      bytes broken faults  latency      max
		can0 7E0         7E8                2          5      0      0        -        -
		can0 7E8         7E0                3         16      1      1  10.0 ms  10.0 ms
		can0 7DF         -                  1          2      0      0        -        -
		  1 N_UNEXP_PDU
		  1 a frame too short for any N_PDU
	END
	: >empty
	isotpdump -q --stats empty >table
	says table 'bus  from        to              PDUs      bytes broken faults  latency      max'
}
