#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump on a terminal: how wide its lines are, colours, the progress line.

load helpers
load dump

setup() {
	common_setup
	export TZ=UTC
	need_terminal
}

teardown() { common_teardown; }

conversation() {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E0#021101 7E8#037F1178 7E8#025101
}

# An answer with text, one that breaks, names that are long.
long_ones() {
	log 7E0#0322F190 7E8#101462F190574241 7E0#300000 7E8#215A5A5A31323334 7E8#2235363738393031 7E0#0322F101 \
		7E8#103462F101010100 7E0#300000 7E8#2104181109 7E8#2204181109000000 7E8#037F2272
}

@test "a terminal: times from zero, no line longer than it is wide" {
	local columns options real="--pair=6F4/14:614/F4 '$captures/bmwi3_lim_coding.log.gz'"

	long_ones >log
	for columns in 80 100 132 200; do
		for options in log '-a log' '--uds log' '--stats --uds log' "$real" "-a $real" "--uds $real" "--full $real" \
			"--full -a --uds $real" "-t A --uds $real" "-t A -a --uds --full $real"; do
			echo "$columns columns, $options"
			on_terminal $columns "'$dump' --color=never $options" >shown
			[ -s shown ]
			diff /dev/null <(awk -v most=$columns 'length > most' shown)
		done
	done
	on_terminal 80 "'$dump' --color=never log" | head -n 1 | grep -qx '  (0.000000) can0 7E0 >  \[3\] 22 F1 90 '
}

@test "a terminal: what does not fit is cut with dots, with --full it goes on below" {
	long_ones | head -n 5 >log
	on_terminal 60 "'$dump' --color=never --pair=7E8 log" >shown
	diff - shown <<-'END'
		  (0.000000) can0 7E8   [20] 62 F1 90 57 42 41 5A 5A ...
		                             # 3 frames in 30.0 ms
	END
	on_terminal 60 "'$dump' --color=never --pair=7E8 -a log" >shown
	diff - shown <<-'END'
		  (0.000000) can0 7E8   [20] 62 F1 90 57  'b..W'...
		                             # 3 frames in 30.0 ms
	END
	on_terminal 60 "'$dump' --color=never --pair=7E8 --full -a log" >shown
	diff - shown <<-'END'
		  (0.000000) can0 7E8   [20] 62 F1 90 57  'b..W'
		                             42 41 5A 5A  'BAZZ'
		                             5A 31 32 33  'Z123'
		                             34 35 36 37  '4567'
		                             38 39 30 31  '8901'
		                             # 3 frames in 30.0 ms
	END
	on_terminal 132 "'$dump' --color=never --pair=7E8 log" >shown
	says shown '  (0.000000) can0 7E8   [20] 62 F1 90 57 42 41 5A 5A 5A 31 32 33 34 35 36 37 38 39 30 31  # 3 frames in 30.0 ms'
}

@test "colours: on a terminal alone, not with NO_COLOR or TERM=dumb; --color and -c decide" {
	local escape=$'\e' view

	conversation >log
	for view in '' '-s 7E0 -d 7E8'; do
		on_terminal 80 "'$dump' $view log" | grep -q "$escape"
		for command in "NO_COLOR=1 '$dump' $view" "TERM=dumb '$dump' $view" "'$dump' --color=never $view"; do
			on_terminal 80 "$command log" >shown
			[ -s shown ]
			run -1 grep "$escape" shown
		done
		on_terminal 80 "NO_COLOR=1 '$dump' -c $view log" | grep -q "$escape"
		NO_COLOR= on_terminal 80 "'$dump' $view log" | grep -q "$escape"
		run -1 grep "$escape" <(isotpdump $view log)
		isotpdump -c $view log | grep -q "$escape"
		isotpdump --color=always $view log | grep -q "$escape"
		diff <(isotpdump $view log) <(isotpdump -c $view log | sed "s/$escape\[[0-9;]*m//g")
	done
	run -1 grep "$escape" <(isotpdump --json --color=always log)
}

@test "colours end in the line in which they begin" {
	long_ones >log
	isotpdump -c --uds log | sed 's/\x1b\[0m/\x02/g; s/\x1b\[[0-9;]*m/\x01/g' | tr -d -c '\1\2\n' >order
	lines_are 5 order
	grep -qx $'\x01\x02\x01\x02' order
	run -1 grep -v -x $'\\(\x01\x02\\)*' order
}

# slow_dump NAME [OPTION]: on a terminal that the file NAME shows. Its reader takes some of the output for
# each line that the pipe NAME.go gets, so that it lasts as long as is needed.
slow_dump() {
	local reader="while read -r _ <&9; do head -c 65536 >/dev/null; done 9<$1.go; cat >/dev/null"

	mkfifo "$1.go"
	on_terminal 80 "'$dump' ${2-} --json --pair=7E0 big.log | { $reader; }" "$1" >/dev/null &
}

# Each has read the same, and one of them has told of it some times.
both_go_on() {
	echo >&7
	echo >&8
	[ "$(tr '\r' '\n' <told | grep -c "% *[0-9]* of $size bytes")" -ge 5 ]
}

@test "a progress line on stderr: on a terminal, while the output goes elsewhere; gone at the end; not with -q" {
	local size

	yes '(1700000000.000000) can0 7E0#0322F18C00000000' | head -n 200000 >big.log
	size=$(stat -c %s big.log)
	slow_dump told
	slow_dump quiet -q
	exec 7>told.go 8>quiet.go
	wait_until both_go_on
	exec 7>&- 8>&-
	wait
	[[ $(tail -n 1 told) == *$'\e[K' ]]
	diff /dev/null quiet
	isotpdump --json big.log 2>said >/dev/null
	diff /dev/null said
}
