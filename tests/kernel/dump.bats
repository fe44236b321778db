#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump on the kernel's interfaces: beside can-utils' isotpdump and candump, with both stacks talking, in
# floods. Debian package: can-utils. Tests on controllers are tagged "wire", the others "vcan".

SRCDIR=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
load ../helpers
load ../dump

can_utils=${CAN_UTILS:-/usr/bin}

setup() { common_setup; }

teardown() {
	common_teardown
	ip link del vcan9 2>/dev/null || true
}

needs_can_utils() {
	local name

	for name in isotpdump candump cansend cangen canplayer; do
		[ -x "$can_utils/$name" ] || skip_or_fail "no $can_utils/$name: package can-utils"
	done
	if "$can_utils/isotpdump" -? 2>&1 | grep -q -e --pair; then
		skip_or_fail "$can_utils/isotpdump is not can-utils' but ours"
	fi
}

# --- frames, beside can-utils ---

# Their program would keep what it prints in a buffer.
start_theirs() { start "$1" stdbuf -oL "$can_utils/isotpdump" "${@:2}" vcan0; }

# with_times FILE: its lines as they are, but (T) for a time.
without_times() { sed 's/^\(\x1b\[[0-9]*m\)\?([-0-9:. ]*)/\1(T)/' "$1"; }

# play_log LOG: its frames on vcan0, at the times of the log: theirs keeps no more than 277 in its queue.
play_log() { "$can_utils/canplayer" -I "$recordings/$1"; }

# Debian's version has a slip of the pen that later ones have not.
compare_frames() {
	sed -i 's/SecuredDataTransmision/SecuredDataTransmission/' "$1.theirs.out"
	without_times "$recordings/$1.txt" >recorded
	without_times "$1.theirs.out" >theirs
	without_times "$1.ours.out" >ours
	if [ "$1" = names ]; then
		differs_in_names theirs ours >differ
		diff /dev/null <(comm -13 <(newer_names | sort) <(sort differ))
		differs_in_names recorded ours >differ
	else
		cmp theirs ours
		cmp recorded ours
	fi
	case $1 in # theirs has the time of the first one from when it asked for it
	abs | date) cmp <(tail -n +2 "$1.theirs.out") <(tail -n +2 "$1.ours.out") ;;
	esac
	diff /dev/null "$1.ours.err"
}

# all_lines NAME...: each has as many as its recording.
all_lines() {
	local name

	for name; do
		lines_are "$(wc -l <"$recordings/$name.txt")" "$name.ours.out" || return 1
		lines_are "$(wc -l <"$recordings/$name.txt")" "$name.theirs.out" || return 1
	done
}

# beside_theirs LOG: every row of the table that has this log, all at once. A version without -b has the
# recording for it.
beside_theirs() {
	local name options names=()

	needs_can_utils
	while IFS=$'\t' read -r name _ options; do
		start_dump "$name.ours" $options vcan0
		if [[ $options == *-b* ]] && ! "$can_utils/isotpdump" -? 2>&1 | grep -q -e ' -b '; then
			cp "$recordings/$name.txt" "$name.theirs.out"
		else
			start_theirs "$name.theirs" $options
		fi
		names+=("$name")
	done < <(awk -F '\t' -v name="$1" '$2 == name' "$recordings/isotpdump.tsv")
	[ ${#names[@]} -gt 0 ]
	play_log "$1"
	wait_until all_lines "${names[@]}"
	for name in "${names[@]}"; do
		echo "recording: $name"
		compare_frames "$name"
	done
}

# bats test_tags=vcan
@test "frames beside can-utils' isotpdump: normal addressing, every option" { beside_theirs conversation.log; }
# bats test_tags=vcan
@test "frames beside can-utils' isotpdump: address bytes and 29 bits" { beside_theirs conversation-ext.log; }
# bats test_tags=vcan
@test "frames beside can-utils' isotpdump: every service and negative response" { beside_theirs names.log; }
# bats test_tags=vcan
@test "frames beside can-utils' isotpdump: every kind of frame in many lengths" { beside_theirs shapes.log; }

# bats test_tags=vcan
@test "times are the kernel's: those of candump, to the microsecond, and they never go back" {
	needs_can_utils
	start_dump ours --frames -t a vcan0
	start candump "$can_utils/candump" -L vcan0
	"$can_utils/cangen" vcan0 -g 1 -n 200 -I 7E0 -L 8 -D i
	wait_until lines_are 200 ours.out
	wait_until lines_are 200 candump.out
	diff <(cut -d ' ' -f 1 candump.out) <(cut -d ' ' -f 1 ours.out)
	sed 's/^(\([0-9.]*\)).*/\1/' ours.out | sort -n -c
}

# bats test_tags=vcan
@test "remote frames are none, and what the interface loops back is seen once" {
	needs_can_utils
	start_dump live --frames vcan0
	"$can_utils/cansend" vcan0 7E0#R
	"$can_utils/cansend" vcan0 7E0#0111
	wait_until lines_are 1 live.out
	says live.out ' vcan0  7E0  [2]  [SF] ln: 1    data: 11 '
}

# --- PDUs ---

# told FILE: sender, pair, kind, status and data of each PDU.
told() {
	sed -E 's/.*"id":"([^"]*)".*"pair":"([^"]*)","kind":"(..)","status":"([a-z_]*)".*"data":"([^"]*)".*/\1 \2 \3 \4 \5/' "$1"
}

# converse STACK STACK OPTIONS: a PDU there and one back, and a short one, between $bus and $ecu_bus.
converse() {
	start_recv --stack="$2" $3 --stmin=2ms "${as_ecu[@]}" "$ecu_bus"
	isotpsend --stack="$1" $3 "${to_ecu[@]}" -D 300 "$bus"
	ended_with 0 "$pid"
	start_recv --stack="$1" $3 --stmin=2ms --bs=4 "${to_ecu[@]}" "$bus"
	isotpsend --stack="$2" $3 "${as_ecu[@]}" -D 90 "$ecu_bus"
	ended_with 0 "$pid"
	isotpsend --stack="$1" $3 "${to_ecu[@]}" "$bus" 3E 00
}

# whole_conversation OPTIONS: known and unknown hear every stack talk to every other.
whole_conversation() {
	local sender receiver name n=0

	start_dump known --json --pair=7E0:7E8 "$ecu_bus"
	start_dump unknown --json "$bus"
	{
		echo "7E0 7E0:7E8 MF ok $(pattern 300)"
		echo "7E8 7E0:7E8 MF ok $(pattern 90)"
		echo '7E0 7E0:7E8 SF ok 3E00'
	} >three
	for sender in kernel builtin; do
		for receiver in kernel builtin; do
			echo "stacks: $sender $receiver"
			converse "$sender" "$receiver" "$1"
			cat three >>expected
			n=$((n + 3))
			for name in known unknown; do
				wait_until lines_are $n $name.out
				told $name.out | diff expected -
			done
		done
	done
	run -1 grep '"faults"' known.out unknown.out
	kill -INT "${started[0]}"
	ended_with 130 "${started[0]}"
	diff /dev/null <(cat known.err unknown.err)
}

# bats test_tags=vcan
@test "PDUs of both stacks on vcan0, classic" { whole_conversation ''; }
# bats test_tags=vcan
@test "PDUs of both stacks on vcan0, CAN FD" { whole_conversation --fd; }
# bats test_tags=wire
@test "PDUs of both stacks over two controllers, seen at either end" {
	bus=can0 ecu_bus=can1
	whole_conversation ''
}

# bats test_tags=vcan
@test "a log of candump tells what was seen live" {
	local end=7E0#0177

	needs_can_utils
	start_dump live --json --uds vcan0
	start candump "$can_utils/candump" -L vcan0
	converse builtin kernel ''
	play_log conversation-ext.log
	"$can_utils/cansend" vcan0 "$end"
	wait_until grep -q "$end" candump.out
	wait_until grep -q '"data":"77"' live.out
	isotpdump --json --uds candump.out | sed 's/"time":[0-9.]*/"time":T/; s/"\(duration\|max_gap\|latency\)":[0-9.]*/"\1":T/g' >later
	sed 's/"time":[0-9.]*/"time":T/; s/"\(duration\|max_gap\|latency\)":[0-9.]*/"\1":T/g' live.out | diff later -
	[ -s later ]
}

# --- floods ---

end_mark=7E8#0277AA

# all_have FILE...: the mark that ends a flood has come through. What is full then loses it: it is sent again.
all_have() {
	local file

	"$can_utils/cansend" vcan0 "$end_mark"
	for file; do
		grep -q -e "$end_mark" -e ' 7E8 .*77 AA' "$file" || return 1
	done
}

# frames_in FILE: of the flood, without the marks.
frames_in() { grep -c -e ' 7E0 ' -e ' 7E0#' "$1"; }

# lost_in FILE: the sum of what was told as lost.
lost_in() {
	awk -F ': ' '/frames lost on the way to this program: [0-9]+$/ { n += $NF } END { print n + 0 }' "$1"
}

# Of the machine itself: in a user namespace no socket gets more room than theirs has.
privileged() { awk 'NR == 1 { all = $3 == 4294967295 } END { exit !all }' /proc/self/uid_map; }

# flood GAP-MS N: into all three at once. Sets how many frames each of them has.
flood() {
	local gone status=0

	gone=$(never_arrived vcan0)
	start_dump "ours$1" "${to_ecu[@]}" vcan0
	start_theirs "theirs$1" "${to_ecu[@]}"
	start "candump$1" "$can_utils/candump" -L vcan0
	"$can_utils/cangen" vcan0 -g "$1" -i -I 7E0 -L 8 -D i -n "$2"
	wait_until all_have "ours$1.out" "theirs$1.out" "candump$1.out"
	gone=$(never_arrived vcan0 "$gone")
	ours=$(frames_in "ours$1.out") theirs=$(frames_in "theirs$1.out") candump=$(frames_in "candump$1.out")
	kill -TERM "${started[@]: -3}"
	echo "a frame each $1 ms, of $2: ours $ours, theirs $theirs, candump $candump"
	# what was shown and what was told add up; the marks may be among what was lost
	wait "${started[-3]}" || status=$?
	if [ -s "ours$1.err" ]; then
		[ "$status" -eq 9 ]
		[ $((ours + gone + $(lost_in "ours$1.err"))) -ge "$2" ]
	else
		[ "$status" -eq 143 ]
		[ $((ours + gone)) -eq "$2" ]
	fi
}

# bats test_tags=vcan
@test "a flood: nothing is lost where candump loses nothing, and no more than by can-utils' isotpdump" {
	local gap n ours theirs candump

	needs_can_utils
	while read -r gap n; do
		flood "$gap" "$n"
		! privileged || [ "$ours" -ge "$theirs" ]
		[ "$candump" -lt "$n" ] || break
	done < <(printf '%s\n' '0 20000' '0.1 2000' '0.5 1000' '1 500' '5 200')
	[ "$candump" -eq "$n" ] # else there was nothing to compare with
	[ "$ours" -eq "$n" ]
}

# bats test_tags=vcan
@test "a burst of canplayer: as many as candump has" {
	local n=3000 gone

	needs_can_utils
	gone=$(never_arrived vcan0)
	for ((i = 0; i < n; i++)); do printf '(0.000000) vcan0 7E0#%016X\n' "$i"; done >burst
	start_dump ours "${to_ecu[@]}" vcan0
	start_theirs theirs "${to_ecu[@]}"
	start candump "$can_utils/candump" -L vcan0
	"$can_utils/canplayer" -t -g 0 -I burst
	wait_until all_have ours.out theirs.out candump.out
	echo "of $n: ours $(frames_in ours.out), theirs $(frames_in theirs.out), candump $(frames_in candump.out)"
	[ "$(frames_in ours.out)" -ge "$(frames_in candump.out)" ] || ! privileged
	! privileged || [ "$(frames_in ours.out)" -ge "$(frames_in theirs.out)" ]
	gone=$(never_arrived vcan0 "$gone")
	[ $(($(frames_in ours.out) + $(lost_in ours.err) + gone)) -ge "$n" ]
}

# all_are_told NAME N: so many frames are shown or told as lost.
all_are_told() { [ $(($(grep -c '7E0.*11' "$1.out") + $(lost_in "$1.err"))) -eq "$2" ]; }

# bats test_tags=vcan
@test "stopped during a flood: what was lost is counted and told, 9" {
	local n=20000 name gone

	needs_can_utils
	gone=$(never_arrived vcan0)
	start_dump frames "${to_ecu[@]}" vcan0
	start_dump objects --pair=7E0:7E8 --json vcan0
	start_dump table --stats --pair=7E0 vcan0
	hold "${started[@]}"
	"$can_utils/cangen" vcan0 -g 0 -i -I 7E0 -L 2 -D 0111 -n $n
	gone=$(never_arrived vcan0 "$gone")
	kill -CONT "${started[@]}"
	for name in frames objects table; do
		wait_until all_are_told $name $((n - gone))
		echo "$name: $(lost_in $name.err) lost"
		[ "$(lost_in $name.err)" -gt 0 ]
	done
	kill -TERM "${started[@]}"
	for pid in "${started[@]}"; do
		ended_with 9 "$pid"
	done
	grep -q '^vcan0 7E0 ' table.out
}

# --- interfaces ---

# bats test_tags=vcan
@test "an interface goes before a file of its name, --read takes the file" {
	needs_can_utils
	log 7E0#0122 >vcan0
	start_dump live "${to_ecu[@]}" --count=1 vcan0
	"$can_utils/cansend" vcan0 7E0#0111
	ended_with 0 "$pid"
	says live.out ' vcan0  7E0  [2]  [SF] ln: 1    data: 11 '
	isotpdump "${to_ecu[@]}" -r vcan0 >shown
	says shown ' can0  7E0  [2]  [SF] ln: 1    data: 22 '
}

# bats test_tags=vcan
@test "interfaces that are not there, no CAN, down, and that go away" {
	run -1 --separate-stderr isotpdump vcan9
	[ "${stderr_lines[0]}" = 'isotpdump: vcan9: neither a CAN interface nor a file' ]
	run -1 --separate-stderr isotpdump lo
	[ "${stderr_lines[0]}" = 'isotpdump: lo: not a CAN interface' ]
	ip link add vcan9 type vcan
	run -1 --separate-stderr isotpdump vcan9
	[ "${stderr_lines[0]}" = 'isotpdump: vcan9: the interface is down' ]
	bus=vcan9
	for way in 'set vcan9 down' 'del vcan9'; do
		ip link set vcan9 up
		start_dump live --pair=7E0:7E8 --stats vcan9
		ip link $way
		ended_with 1 "$pid"
		grep -qxE 'isotpdump: vcan9: the interface (went down|is gone)' live.err
		grep -q '^bus *from' live.out
	done
}
