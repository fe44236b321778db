#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump: wrong use, where frames come from, what is wrong with captures.

load helpers
load dump

setup() { common_setup; }
teardown() { common_teardown; }

# A request, its answer in two frames with flow control, a second request.
conversation() {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E0#021101
}

# --- wrong use ---

# refused MESSAGE ARG...: with 2 and this message. Nobody writes to the pipe that some of them name: it is
# not even opened.
refused() {
	run -2 --separate-stderr isotpdump "${@:2}" </dev/null
	[ -z "$output" ]
	[ "$stderr" = "isotpdump: $1" ]
}

@test "operands: one interface or file" {
	local missing='INTERFACE or FILE: missing (can0, virtual:NAME, drive.log, -)'

	mkfifo pipe
	refused "$missing"
	refused "$missing" ''
	refused "$missing" -s 7E0 -d 7E8
	refused 'b: one INTERFACE or FILE is enough' pipe b
	refused 'pipe: excludes --read' --read=pipe pipe
	refused '--read: needs the name of a file, or - for standard input' -r ''
}

@test "IDs and address bytes: read exactly, or not at all" {
	local long=7E0 pair

	mkfifo pipe
	refused '--tx-id: '\''12345'\'' is above 7FF: write 8 digits for a 29-bit ID' -s 12345 pipe
	refused '--rx-id: '\''7EG'\'' is not a CAN ID in hex' -d 7EG pipe
	refused '--rx-id: is the same as --tx-id' -s 7E0 -d 7E0 pipe
	refused '--broadcast-id: '\''7DF/1'\'' is not a CAN ID in hex' -b 7DF/1 pipe
	refused '--broadcast-id: '\''7DF:7E8'\'' is not a CAN ID in hex' -b 7DF:7E8 pipe
	for byte in any7 1FF 1G '' -1; do
		refused "--tx-ext-addr: '$byte' is neither a byte in hex nor 'any'" -s 7E0 --tx-ext-addr="$byte" pipe
		refused "--rx-ext-addr: '$byte' is neither a byte in hex nor 'any'" -d 7E0 --rx-ext-addr="$byte" pipe
	done
	refused '--tx-ext-addr: needs --tx-id too' -d 7E8 -x 12 pipe
	refused '--rx-ext-addr: needs --tx-ext-addr too' -s 7E0 -d 7E8 -X F1 pipe
	for pair in '' : 7E0: :7E8 7EG 7E0:7E8:7E9 12345 7E0:8000 "0000000000000000000000000000000$long"; do
		run -2 --separate-stderr isotpdump --pair="$pair" pipe
		[ -z "$output" ]
		[[ $stderr == "isotpdump: --pair: '$pair' is no ID[/BYTE][:ID[/BYTE]]"* ]]
	done
	for pair in 7E0/ 7E0/:7E8 7E0/1FF 7E0/any/1 7E0:7E8/anything; do
		refused "--pair: '$pair' has an address that is neither a byte in hex nor 'any'" --pair="$pair" pipe
	done
	refused '--pair: '\''7E0:7E0'\'' has the same ID on both sides' --pair=7E0:7E0 pipe
}

@test "pairs that contradict each other, and more than there is room for" {
	local pairs

	mkfifo pipe
	refused '6F1: one of its IDs is watched both with and without an address byte' \
		--pair=6F1/12 --pair=6F1 pipe
	refused '7E0:7E8: one of its IDs is watched both with and without an address byte' \
		--pair=7E8/any -s 7E0 -d 7E8 --pdu pipe
	mapfile -t pairs < <(printf -- '--pair=%03X\n' {1..256})
	log 100#0111 101#0122 | prints '(1700000000.000000) can0 100    [1] 11 ' -- "${pairs[@]}"
	refused '--pair: too many IDs: 256 pairs at most' "${pairs[@]}" --pair=7E0 pipe
	refused '--pair: too many IDs: 256 pairs at most' "${pairs[@]}" -s 7E0 pipe
	refused '--pair: too many IDs: 256 pairs at most' "${pairs[@]}" -b 7DF pipe
}

@test "other options: values, and what excludes each other" {
	mkfifo pipe
	for type in q z1 ad ''; do
		refused "--timestamp: '$type' is none of a (absolute), d (delta), z (zero), A (date)" -t "$type" pipe
	done
	for count in 0 -1 x '' 18446744073709551616; do
		refused "--count: '$count' is not a number from 1 to 18446744073709551615" --count="$count" pipe
	done
	refused '--n-cr: '\''0'\'' leaves no time at all' --n-cr=0 pipe
	refused '--n-bs: '\''5'\'' needs a unit (5s, 5ms)' --n-bs=5 pipe
	refused '--max-pdu: '\''0'\'' is not a number from 1 to 4294967295' --max-pdu=0 pipe
	refused '--check-pad: '\''content'\'' needs --rxpad, the byte to compare with' --check-pad=content pipe
	refused '--frames: excludes --uds' --frames --uds pipe
	refused '--frames: excludes --stats' --frames --stats pipe
	refused '--json=1: takes no value' --json=1 pipe
	refused '-s: needs a value' -s
	for option in --fd --functional --stack=builtin --listen -l -m; do
		refused "$option: unknown option" "$option" pipe
	done
}

@test "--help, --usage and --version are on standard output, and need no operand" {
	run -0 --separate-stderr isotpdump --help
	[[ $output == "Usage: isotpdump [OPTION...] INTERFACE | FILE | -"*--pair=* ]]
	[ -z "$stderr" ]
	run -0 --separate-stderr isotpdump --usage
	[[ $output == "Usage: isotpdump "* ]]
	run -0 --separate-stderr isotpdump --version
	[[ $output =~ ^'isotpdump (isotp-tools) '[0-9.]+$ ]]
}

# --- where frames come from ---

# fails MESSAGE ARG...: with 1, this message and nothing on standard output.
fails() {
	run -1 --separate-stderr isotpdump "${@:2}"
	[ -z "$output" ]
	[ "$stderr" = "isotpdump: $1" ]
}

@test "a name that nothing has: both possibilities are told" {
	mkdir dir
	run -1 --separate-stderr isotpdump none # the hint is that of a kernel with CAN, or of one without
	[ -z "$output" ]
	[[ $stderr == 'isotpdump: none: neither a CAN interface nor a file'* ]]
	[[ $stderr == *$'a file\n  try: ip -br link show type can, to see which interfaces there are' ||
		$stderr == *$'a file; no CAN in this kernel\n  try: modprobe can'*'virtual:NAME'* ]]
	fails 'drive-2026-11-21.log: neither a CAN interface nor a file' drive-2026-11-21.log
	fails 'dir/none: neither a CAN interface nor a file' dir/none
	fails 'none: no such file' -r none
	fails $'nobus:x: not a bus that this version knows\n  try: virtual:NAME, or a CAN interface such as can0' nobus:x
}

@test "a directory, a file without permission, what is no file" {
	local place

	mkdir dir
	fails 'dir: is a directory' dir
	fails 'dir: is a directory' -r dir
	conversation >log
	fails 'log/x: not a directory' log/x
	run -1 bash -c "'$dump' - <&-"
	[ "$output" = 'isotpdump: standard input: is closed' ]
	[ "$(id -u)" -eq 0 ] || skip_or_fail "only root can become another user"
	place=$(mktemp -d /tmp/isotp-test.XXXXXX)
	cp "$dump" "$place/isotpdump"
	cp log "$place/log"
	chmod 755 "$place"
	chmod 000 "$place/log"
	run -1 --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$place/isotpdump" "$place/log"
	rm -rf "$place"
	[ "$stderr" = "isotpdump: $place/log: no permission" ]
}

@test "what is no capture is refused; an empty file is told" {
	local why='is neither a candump log nor pcap, pcapng or Vector ASC' name

	printf 'hello\nworld\n' >text
	printf '\x7FELF\x02\x01\x01\x00\x00\x00' >binary
	printf '\xD4\xC3' >cut
	for name in text binary cut /dev/zero; do
		fails "$name: $why" "$name"
	done
	gzip -c text >text.gz
	fails "text.gz: $why" text.gz
	: >empty
	for name in empty /dev/null; do
		run -0 --separate-stderr isotpdump "$name"
		[ -z "$output" ]
		[ "$stderr" = "isotpdump: $name: is empty" ]
	done
	run -0 --separate-stderr isotpdump -q empty
	[ -z "$stderr" ]
}

@test "a bus goes before a file of its name, --read takes the file" {
	conversation >virtual:b
	conversation | isotpdump - >expected
	for option in --read=virtual:b '-r virtual:b' ./virtual:b; do
		isotpdump $option >shown
		cmp expected shown
	done
	start_dump live --count=1 --pair=7E0 virtual:b
	isotpsend "${to_ecu[@]}" virtual:b 3E
	ended_with 0 "$pid"
	grep -q ' virtual:b 7E0 .*\[1\] 3E $' live.out
}

@test "standard input: - and --read=-, plain and compressed" {
	conversation >log
	isotpdump log >expected
	lines_are 3 expected
	cmp expected <(isotpdump - <log)
	cmp expected <(isotpdump --read=- <log)
	cmp expected <(cat log | isotpdump -)
	cmp expected <(gzip -c log | isotpdump -)
}

# first N FORMAT: the beginning of the conversation in this format, with its first N frames.
first() {
	case $2 in
	pcap*) conversation | head -n "$1" | converted "$2" ;;
	gzip) conversation | head -n "$1" | while IFS= read -r line; do gzip <<<"$line"; done ;;
	log) conversation | head -n "$1" ;;
	*) conversation | converted "$2" | awk -v n="$1" '{ print } / 7[eE][08] / && --n == 0 { exit }' ;;
	esac
}

@test "what comes through a pipe is shown at once, whatever the format" {
	local format

	need_python
	mkfifo pipe
	for format in log gzip console asc pcap pcapng; do
		echo "format: $format"
		first 1 "$format" >one
		first 3 "$format" >three
		exec 7<>pipe
		isotpdump --frames - <pipe >shown 3>&- 7>&- &
		cat one >&7
		wait_until lines_are 1 shown
		tail -c +$(($(wc -c <one) + 1)) three >&7
		wait_until lines_are 3 shown
		exec 7>&-
		wait "$!"
		lines_are 3 shown
	done
}

@test "a PDU is shown when its last frame has come through the pipe" {
	mkfifo pipe
	exec 7<>pipe
	isotpdump --pair=7E0:7E8 - <pipe >shown 3>&- 7>&- &
	conversation | head -n 3 >&7
	wait_until lines_are 1 shown
	conversation | sed -n 4p >&7
	wait_until lines_are 2 shown
	exec 7>&-
	wait "$!"
	grep -q ' \[8\] 62 F1 8C 41 42 31 32 33 ' shown
}

# --- captures that are damaged ---

@test "lines that cannot be read: told with their place, up to eight, then counted; the rest is shown" {
	local i

	{ conversation | head -n 1; echo '(1700000001.0) can0 7E0#0'; echo '# a comment'; echo; } >log
	for i in {1..7}; do echo '(1700000001.0) can0 7E0#0'; done >>log
	{ echo '(1700000001.0) can0 7GG#02'; echo 'garbage'; conversation | tail -n 1; } >>log
	run -0 --separate-stderr isotpdump --pair=7E0 --json log
	[ ${#lines[@]} -eq 2 ]
	[[ ${lines[0]} == *'"first_frame":0,'*'"data":"22F18C"'* ]]
	[[ ${lines[1]} == *'"first_frame":1,'*'"data":"1101"'* ]] # those that cannot be read do not count
	diff - <(echo "$stderr") <<-'END'
		isotpdump: log: line 2 has data that is no hex: skipped
		isotpdump: log: line 5 has data that is no hex: skipped
		isotpdump: log: line 6 has data that is no hex: skipped
		isotpdump: log: line 7 has data that is no hex: skipped
		isotpdump: log: line 8 has data that is no hex: skipped
		isotpdump: log: line 9 has data that is no hex: skipped
		isotpdump: log: line 10 has data that is no hex: skipped
		isotpdump: log: line 11 has data that is no hex: skipped
		isotpdump: log: damaged and skipped in all: 10
	END
	run -0 --separate-stderr isotpdump -q --pair=7E0 log
	[ ${#lines[@]} -eq 2 ]
	[ -z "$stderr" ]
}

@test "a record of a pcap that is no frame: told with its place" {
	need_python
	conversation | converted pcap >pcap
	printf '\xFF' | dd of=pcap bs=1 seek=$((24 + 32 + 16)) conv=notrunc status=none # the ID of the second
	run -0 --separate-stderr isotpdump --frames pcap
	[ ${#lines[@]} -eq 4 ]
	[ "$stderr" = 'isotpdump: pcap: record 2 has no valid CAN ID: skipped' ]
}

# A writer that was ended leaves half a line or half a record.
@test "a capture that ends in the middle of a frame: that one is skipped" {
	local name i

	need_python
	for i in {1..100}; do conversation; done >log
	head -c -2 log >cut.log
	converted pcap <log | head -c -1 >cut.pcap
	converted pcapng <log | head -c -20 >cut.pcapng
	for name in cut.log cut.pcap cut.pcapng; do
		isotpdump --frames "$name" >shown 2>said
		lines_are 499 shown
		case $name in
		*.log) says said "isotpdump: $name: line 500 has data that is no hex: skipped" ;;
		*) says said "isotpdump: $name: record 500 is cut off: skipped" ;;
		esac
	done
}

# fails_late PATTERN FILE: with 1 and such a message, after at least 400 frames.
fails_late() {
	local status=0

	isotpdump --frames "$2" >shown 2>said || status=$?
	[ "$status" -eq 1 ]
	[ "$(wc -l <shown)" -ge 400 ]
	cat said
	# shellcheck disable=SC2053 # it is a pattern
	[[ $(cat said) == "isotpdump: $2: "$1 ]]
}

@test "what cannot be read any further: what came before is shown, then 1" {
	local i

	need_python
	for i in {1..100}; do conversation; done >log
	gzip -c log | head -c -12 >cut.gz
	fails_late 'ends in the middle of its gzip data' cut.gz
	(gzip -c log; echo junk) >junk.gz
	fails_late 'has other bytes behind its gzip data' junk.gz
	converted pcap <log | gzip | head -c -12 >cut.pcap.gz
	fails_late 'ends in the middle of its gzip data' cut.pcap.gz
	converted pcapng <log >other.pcapng
	tail -c +29 other.pcapng | head -c 32 | sed 's/\xE3\x00/\x01\x00/' >>other.pcapng # an interface of Ethernet
	fails_late 'libpcap reads no further: *' other.pcapng
}

@test "what a capture says of itself: lost frames, CAN XL" {
	{
		conversation
		echo "DROPCOUNT: dropped 5 CAN frames on 'can0' socket (total drops 5)"
		echo '(1700000001.0) can0 45123#81:00:12345678#1122'
	} >log
	run -0 --separate-stderr isotpdump log
	[ ${#lines[@]} -eq 3 ]
	[ "$stderr" = $'isotpdump: log: CAN XL frames skipped: 1\nisotpdump: log: frames that its writer had lost: 5' ]
}

@test "-v says which format it is" {
	local format

	need_python
	conversation >log
	run -0 --separate-stderr isotpdump -v log
	[ "$stderr" = 'isotpdump: log: a candump log' ]
	gzip -c log >log.gz
	run -0 --separate-stderr isotpdump -v log.gz
	[ "$stderr" = 'isotpdump: log.gz: a candump log, gzip-compressed' ]
	for format in pcap pcapng asc; do
		converted "$format" <log >capture
		run -0 --separate-stderr isotpdump -v capture
		[ "$stderr" = "isotpdump: capture: $([ $format = asc ] && echo 'Vector ASC' || echo pcap)" ]
	done
}

@test "IDs stored little-endian: noticed; --swap-id where none of them is impossible" {
	need_python
	conversation | converted pcap-swapped >pcap
	run -0 --separate-stderr isotpdump pcap
	[[ ${lines[0]} == '(1700000000.000000) can0 7E0 >  [3] 22 F1 8C '* ]]
	[ ${#lines[@]} -eq 3 ]
	[ "$stderr" = 'isotpdump: pcap: its IDs are stored little-endian' ]
	log 18DA8090#0111 18DA9080#0151 | converted pcap-swapped >possible
	isotpdump --frames possible >shown
	diff - shown <<-'END'
		 can0  1080DA98  [2]  [SF] ln: 1    data: 11 
		 can0    90DA98  [2]  [SF] ln: 1    data: 51 
	END
	isotpdump --frames --swap-id possible >shown 2>said
	diff - shown <<-'END'
		 can0  18DA8090  [2]  [SF] ln: 1    data: 11 
		 can0  18DA9080  [2]  [SF] ln: 1    data: 51 
	END
}
