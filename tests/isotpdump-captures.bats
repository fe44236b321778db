#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump on captures of real cars: the PDUs that other decoders agree on, see captures/README.md, from
# every format.

load helpers
load dump

setup() {
	common_setup
	need_python
}

teardown() { common_teardown; }

# The captures with PDUs, the bus in their log, and who speaks ISO-TP there.
conversations() {
	cat <<-'END'
		kona_carscanner    can1 7E4:7EC 7E5:7ED 770:778 7A0:7A8 7D1:7D9 7DF 7E0 7E1 7E2 7E3 7E7 7EA 7EB
		bmwi3_lim_coding   can0 6F4/14:614/F4 6F4/DF 6F4/60
		bmwi3_2014_ac_stop can0 6F0/60:660/F0 6F0/07:607/F0 6F0/1A:61A/F0
	END
}

# unpack NAME: its log.
unpack() { gzip -dc "$captures/$1.log.gz"; }

# holds NAME BUS COMMAND...: this command, which reads a capture, is isotpdump with more options, and
# says what is expected: with the IDs all of it, without them every whole PDU of several frames.
holds() {
	local name=$1 bus=$2 expected=$captures/$1.expected.jsonl.gz pairs
	shift 2

	read -r -a pairs < <(conversations | awk -v name="$name" '$1 == name { $1 = $2 = ""; print }')
	[ ${#pairs[@]} -ge 3 ]
	"$@" --json "${pairs[@]/#/--pair=}" >objects
	"$captures/compare" "$expected" "$bus" <objects
	"$@" --json >objects
	"$captures/compare" "$expected" "$bus" --whole <objects
}

# of_file FILE, of_pipe FILE, of_pieces FILE: the commands; ARG... follow.
of_file() { isotpdump "${@:2}" "$1"; }
of_pipe() { dd if="$1" bs=64k status=none | isotpdump "${@:2}" -; }
of_pieces() { dd if="$1" bs=13 status=none | isotpdump "${@:2}" -; }

# all_hold FORMAT BUS COMMAND: all captures in this format, in which the bus has this name, - for its own.
# In ordinary traffic nothing is found.
all_hold() {
	local name bus

	while read -r name bus _; do
		echo "capture: $name"
		unpack "$name" | converted_to "$1" >capture
		[ "$2" = - ] || bus=$2
		holds "$name" "$bus" "$3" capture 2>>said
	done < <(conversations)
	unpack neg_savvycan | converted_to "$1" >capture
	"$3" capture >nothing 2>>said
	diff /dev/null nothing
	diff /dev/null said
}

# converted_to FORMAT: log and gzip too.
converted_to() {
	case $1 in
	log) cat ;;
	*gzip) if [ "$1" = gzip ]; then cat; else converted "${1%-gzip}"; fi | gzip -1 ;;
	*) converted "$1" ;;
	esac
}

@test "a log of candump" { all_hold log - of_file; }
@test "a log, compressed" { all_hold gzip - of_file; }
@test "a log from a pipe" { all_hold log - of_pipe; }
@test "a compressed log from a pipe" { all_hold gzip - of_pipe; }
@test "what candump prints" { all_hold console - of_file; }
@test "pcap" { all_hold pcap can0 of_file; }
@test "pcap, compressed" { all_hold pcap-gzip can0 of_file; }
@test "pcap from a pipe" { all_hold pcap can0 of_pipe; }
@test "pcap, with nanoseconds" { all_hold pcap-nanosecond can0 of_file; }
@test "pcap, captured on any" { all_hold sll can0 of_file; }
@test "pcap, captured on any with the second kind of header" { all_hold sll2 can0 of_file; }
@test "pcapng, with the names of the buses" { all_hold pcapng - of_file; }
@test "pcapng, compressed, from a pipe" { all_hold pcapng-gzip - of_pipe; }
@test "Vector ASC" { all_hold asc can1 of_file; }
@test "Vector ASC, decimal, with relative times" { all_hold asc-relative can1 of_file; }
@test "Vector ASC, compressed" { all_hold asc-gzip can1 of_file; }
@test "Vector ASC from a pipe" { all_hold asc can1 of_pipe; }

@test "a pipe in small pieces, plain and compressed" {
	unpack kona_carscanner >capture
	holds kona_carscanner can1 of_pieces capture
	gzip -c capture >capture.gz
	holds kona_carscanner can1 of_pieces capture.gz
	unpack kona_carscanner | converted pcapng >capture
	holds kona_carscanner can1 of_pieces capture
}

@test "little-endian IDs, noticed and told" {
	unpack kona_carscanner | converted pcap-swapped >capture
	holds kona_carscanner can0 of_file capture 2>said
	[ "$(sort -u said)" = 'isotpdump: capture: its IDs are stored little-endian' ]
	holds kona_carscanner can0 of_file capture --swap-id 2>said
}

@test "Vector ASC as can-utils' log2asc writes it" {
	command -v log2asc >/dev/null || skip_or_fail "log2asc is missing: package can-utils"
	unpack bmwi3_lim_coding >log
	log2asc -I log -O asc can0
	isotpdump --json --pair=6F4/14:614/F4 log | grep -o '"id".*' >expected
	isotpdump --json --pair=6F4/14:614/F4 asc | grep -o '"id".*' | diff expected -
	lines_are 44 expected
}

# told BUS: who told what and when, of the objects on standard input.
told() { sed -nE "/\"bus\":\"$1\"/s/.*\"time\":([0-9.]*).*(\"id\".*)\"first_frame.*(\"data\".*)/\1 \2\3/p"; }

@test "three captures in one log, frame by frame in turn: on each bus the same as alone" {
	local name bus

	while read -r name bus _; do
		unpack "$name" | sed "s/ $bus / $name /" >"$name"
	done < <(conversations)
	paste -d '\n' kona_carscanner bmwi3_lim_coding bmwi3_2014_ac_stop | grep . | isotpdump --json - >together
	while read -r name bus _; do
		echo "capture: $name"
		isotpdump --json "$name" | told "$name" >alone
		[ -s alone ]
		told "$name" <together | diff alone -
	done < <(conversations)
}
