#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Holds the help texts, the manual pages and the completions together, and runs the examples.

load helpers

setup() {
	common_setup
	SRCDIR=$(realpath "$SRCDIR")
	BUILDDIR=$(realpath "$BUILDDIR")
	PATH=$BUILDDIR:$PATH
	programs="isotpsend isotprecv isotpdump isotpperf"
}

teardown() { common_teardown; }

need() { command -v "$1" >/dev/null || skip_or_fail "$1 is not installed"; }

same() {
	diff -u --label "$1" <(printf '%s\n' "$2") --label "$3" <(printf '%s\n' "$4")
}

page() {
	case $1 in
	isotp) echo "$BUILDDIR/man/isotp.7" ;;
	*) echo "$BUILDDIR/man/$1.1" ;;
	esac
}

# --- the options, from four places: one a line, sorted ---

options_of_help() {
	timeout "$BOUND" "$BUILDDIR/$1" --help | sed -nE 's/^ {2,6}(-.*)/\1/p' | sed -E 's/  .*//' |
		sed 's/, /\n/g' | sed -E 's/[= ].*//' | sort -u
}

options_of_page() {
	sed -n '/^\.Sh OPTIONS/,/^\.Sh ENVIRONMENT/s/^\.It Fl/Fl/p' "$(page "$1")" | flags
}

flags() {
	grep -oE '(^|[ .])Fl (\\&)?[-A-Za-z?]+' | sed -E 's/.*Fl (\\&)?/-/' | sort -u
}

# What a program cannot have fewer of, unless --help is misread: isotpdump has few shared options.
at_least() { # PROGRAM OPTIONS OF-ISOTPDUMP LINES
	[ "$(wc -l <<<"$4")" -ge "$([ "$1" = isotpdump ] && echo "$3" || echo "$2")" ]
}

# The options of --help that take a value, as words to write before it: --stmin, -s.
options_with_value() {
	timeout "$BOUND" "$BUILDDIR/$1" --help | sed -nE 's/^ {2,6}(-.*)/\1/p' | sed -E 's/  .*//' |
		sed -nE 's/=.*| [^-].*//p' | sed 's/, /\n/g' | sort -u
}

# complete_in_SHELL LINE...: what it offers behind each line; for several lines, one process each
# shell, and a line "LINE: OFFER" for each offer.

complete_in_bash() {
	timeout "$BOUND" bash --norc -c '
		source "$1/completions/bash/isotpsend"
		COMP_WORDBREAKS=$2
		shift 2
		compopt() { # readline knows only in an interactive shell what files there are
			[[ $2 != default ]] || mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		}
		for COMP_LINE in "$@"; do
			COMP_POINT=${#COMP_LINE}
			_isotp "${COMP_LINE%% *}"
			(($# == 1)) || COMPREPLY=("${COMPREPLY[@]/#/$COMP_LINE: }")
			[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
		done
	' bash "$SRCDIR" $' \t\n"\'><=;|&(:' "$@"
}

complete_in_fish() {
	timeout "$BOUND" fish --no-config -c '
		source $argv[1]
		for line in $argv[2..-1]
			set -l offers (complete -C$line)
			test (count $argv) -eq 2; or set offers $line": "$offers
			printf "%s\n" $offers
		end
	' -- "$SRCDIR/completions/fish/${1%% *}.fish" "$@" </dev/null | cut -f1
}

# What an interactive zsh adds to its list when Tab is pressed behind the line.
complete_in_zsh() {
	local line keys=

	for line in "$@"; do
		keys+=$line$'\t\x15' # Ctrl-U takes the line away again
	done
	cat >"$BATS_TEST_TMPDIR/zshrc" <<-'EOF'
		setopt no_auto_list no_beep
		fpath=($SRCDIR/completions/zsh $fpath)
		autoload -Uz compinit && compinit -u -D
		compadd() {
			local -a hits
			[[ " $* " == *" -"[OAD]" "* ]] || {
				builtin compadd -A hits "$@"
				((! MANY)) || hits=("$BUFFER: "$^hits)
				print -rl -- $hits >>$HITS
			}
			builtin compadd "$@"
		}
		finish() { BUFFER=exit; zle accept-line }
		zle -N finish
		bindkey '^X' finish
		PROMPT='ready>'
	EOF
	HITS=$BATS_TEST_TMPDIR/hits
	rm -f "$HITS"
	SRCDIR=$SRCDIR HITS=$HITS MANY=$(($# > 1)) TERM=dumb timeout "$BOUND" zsh -f -c '
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell "source $1"
		zpty -r shell seen "*ready>"
		zpty -w -n shell "$2"$'"'\\x18'"'
		while zpty -r shell seen; do :; done
	' zsh "$BATS_TEST_TMPDIR/zshrc" "$keys" </dev/null
	tr -d '\\' <"$HITS" | sort -u | grep . # compadd gets them quoted
}

check_options() { # SHELL
	local program expected found

	need "$1"
	for program in $programs; do
		expected=$(options_of_help "$program")
		at_least "$program" 41 35 "$expected"
		found=$("complete_in_$1" "$program -" | sed 's/=$//' | sort -u)
		[ "$1" != zsh ] || # which shows the long ones alone for --, all for -
			found=$({ echo "$found"; complete_in_zsh "$program --"; } | sed 's/=$//' | sort -u)
		same "$program --help" "$expected" "$1 completion" "$found"
	done
}

# The words that a program itself names when it refuses a value, against those that are offered.
check_values() { # SHELL
	local option program expected found

	need "$1"
	while read -r program option; do
		expected=$("$BUILDDIR/$program" --"$option"=0 2>&1 |
			sed -n 's/.* is none of //p' | sed -e 's/, /\n/g' -e 's/ ([^)]*)//g' | sort)
		[ "$expected" ]
		found=$("complete_in_$1" "$program --$option=" | sed 's/.*=//' | sort)
		same "$program --$option" "$expected" "$1 completion" "$found"
	done <<-EOF
		isotpsend check-pad
		isotpsend tx-dl
		isotpsend stack
		isotpsend color
		isotprecv format
		isotpdump check-pad
		isotpdump color
		isotpperf check-pad
		isotpperf stack
		isotpdump timestamp
	EOF
	# the last one has a letter that means something else in isotpsend
	same "isotpdump --timestamp" "$expected" "$1 completion of -t" \
		"$("complete_in_$1" "isotpdump -t " | sort)"
	same "isotpdump -x" any "$1 completion" "$("complete_in_$1" "isotpdump -x ")"
}

check_bus() { # SHELL
	local program

	need "$1"
	for program in $programs; do
		mkdir -p "$XDG_RUNTIME_DIR/isotp/garage"
		"complete_in_$1" "$program --tx-id=7E0 --rx-id=7E8 virt" |
			grep -E '^(virtual:)?garage$'
		rm -r "$XDG_RUNTIME_DIR/isotp"
		[ -z "$("complete_in_$1" "$program --tx-id=7E0 --rx-id=7E8 virt" | grep garage)" ]
	done
}

# isotpdump reads files where the others know buses alone, and so does isotpperf as a monitor.
check_files() { # SHELL
	local line found mode

	need "$1"
	mkdir -p "$XDG_RUNTIME_DIR/isotp/garage"
	touch drive.log
	for line in "isotpdump " "isotpdump --pair=7E0:7E8 dri" "isotpdump -r dri" \
		"isotpdump --read=dri" "isotpperf " "isotpperf --pair=7E0:7E8 dri" \
		"isotpperf -r dri" "isotpperf --read=dri" "isotpperf --sink --plot=dri"; do
		found=$("complete_in_$1" "$line" | sed 's/.*=//')
		grep -qx drive.log <<<"$found" || {
			echo "$1: '$line' has: $found"
			return 1
		}
	done
	"complete_in_$1" "isotpdump " | grep -E '^(virtual:)?garage$'
	"complete_in_$1" "isotpperf " | grep -E '^(virtual:)?garage$'
	[ -z "$("complete_in_$1" "isotpsend " | grep drive)" ]
	for mode in source sink ping echo; do
		[ -z "$("complete_in_$1" "isotpperf --$mode " | grep drive)" ]
		"complete_in_$1" "isotpperf --$mode virt" | grep -E '^(virtual:)?garage$'
	done
}

# Behind each option and its value the bus is still to come: a shell that takes the value for the
# bus offers none. --read takes the place of a bus.
check_bus_after_values() { # SHELL
	local program options lines missing expected

	need "$1"
	mkdir -p "$XDG_RUNTIME_DIR/isotp/garage"
	for program in $programs; do
		mapfile -t options < <(options_with_value "$program")
		at_least "$program" 31 20 "$(printf '%s\n' "${options[@]}")"
		printf '%s\n' "${options[@]}" | grep -qx -e -s
		printf '%s\n' "${options[@]}" | grep -qx -e --max-pdu
		mapfile -t lines < <(printf "$program %s 1 virt\n" "${options[@]}")
		missing=$(printf '%s\n' "${lines[@]}" | sort | comm -23 - \
			<("complete_in_$1" "${lines[@]}" | sed -nE 's/: (virtual:)?garage ?$//p' | sort -u))
		expected=
		[[ $program != isotp@(dump|perf) ]] ||
			expected=$(printf "$program %s 1 virt\n" -r --read | sort)
		same "$program" "$expected" "lines without a bus" "$missing"
	done
}

# The metrics as a limit has them, one a line.
limits_told() {
	local name

	described_in 'Counts and rates' | sed 's/ .*//'
	for name in '' $(described_in Distributions | sed 's/$/./'); do
		described_in 'What is told of each' | sed "s/ .*//; s/^/$name/"
	done
}

check_metrics() { # SHELL
	need "$1"
	[ "$(limits_told | wc -l)" -ge 52 ]
	same "$(page isotp)" "$(limits_told | sort)" "$1 completion" \
		"$("complete_in_$1" "isotpperf --fail-if=" | sed 's/.*=//' | sort)"
	same "--fail-if gap." "$(limits_told | grep '^gap' | sort)" "$1 completion" \
		"$("complete_in_$1" "isotpperf --fail-if gap" | sort)"
}

check_stmin() { # SHELL
	need "$1"
	"complete_in_$1" "isotprecv --st" | grep -E '^--stmin=?$'
}

@test "the manual pages have every option of --help, and no other" {
	for program in $programs; do
		same "$program --help" "$(options_of_help $program)" \
			"$(page $program)" "$(options_of_page $program)"
	done
}

@test "the manual pages mention no option that does not exist" {
	shared=$(flags <"$SRCDIR/man/exit-status.mdoc") # which is the same in every program
	for program in $programs; do
		allowed=$(options_of_help $program; aliases_of $program; echo "$shared")
		strange=$(flags <"$(page $program)" | grep -vxF -e "$allowed" || true)
		same "$program --help" "" "$(page $program)" "$strange"
	done
	allowed=$(for program in $programs; do options_of_help $program; done)
	same "--help" "" "$(page isotp)" "$(flags <"$(page isotp)" | grep -vxF -e "$allowed" || true)"
}

@test "the manual pages are well-formed" {
	need mandoc
	for name in $programs isotp; do
		run mandoc -T lint -W warning "$(page $name)"
		echo "$output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
		[ -z "$(grep '^@' "$(page $name)")" ]
	done
}

@test "the manual pages know every exit code" {
	# a signal's is 128+n
	known=$(sed -nE '/STOPPED/!s/^\tTOOL_[A-Z_]+ = ([0-9]+),.*/\1/p' "$SRCDIR/lib/cli/tool.h" | sort -n)
	[ "$(wc -l <<<"$known")" -ge 9 ]
	told=$(sed -nE 's/^\.It ([0-9]+)$/\1/p' "$SRCDIR/man/exit-status.mdoc" | sort -n)
	same lib/cli/tool.h "$known" man/exit-status.mdoc "$told"
	for name in $programs isotp; do
		grep -qx '\.Sh EXIT STATUS' "$(page $name)"
		grep -qx '\.It 128+n' "$(page $name)"
	done
}

@test "bash offers every option, and no other" {
	check_options bash
}

@test "zsh offers every option, and no other" {
	check_options zsh
}

@test "fish offers every option, and no other" {
	check_options fish
}

@test "bash offers the values that the programs name" {
	check_values bash
}

@test "zsh offers the values that the programs name" {
	check_values zsh
}

@test "fish offers the values that the programs name" {
	check_values fish
}

@test "every shell offers the metrics for --fail-if" {
	check_metrics bash
	check_metrics zsh
	check_metrics fish
}

@test "bash: a limit in quotes goes on with its operator, a quoted blank ends no word" {
	same line "$(printf '%s\n' 'stmin_violations'{'<','<=','>','>='})" "bash completion" \
		"$(complete_in_bash "isotpperf --fail-if='stmin" | sort)"
	for line in "isotpperf --fail-if 'lost > 0' --bitr" 'isotpperf my\ file.log --bitr' \
		"isotpperf --plot=\"it's a plot.svg\" --bitr"; do
		same line --bitrate= "bash completion of $line" "$(complete_in_bash "$line")"
	done
}

@test "--stmin is offered for --st by every shell" {
	check_stmin bash
	check_stmin zsh
	check_stmin fish
}

@test "bash offers the embedded buses that exist" {
	check_bus bash
}

@test "zsh offers the embedded buses that exist" {
	check_bus zsh
}

@test "fish offers the embedded buses that exist" {
	check_bus fish
}

@test "bash offers the bus behind every option with a value" {
	check_bus_after_values bash
}

@test "zsh offers the bus behind every option with a value" {
	check_bus_after_values zsh
}

@test "fish offers the bus behind every option with a value" {
	check_bus_after_values fish
}

@test "bash offers isotpdump and isotpperf files, too" {
	check_files bash
}

@test "zsh offers isotpdump and isotpperf files, too" {
	check_files zsh
}

@test "fish offers isotpdump and isotpperf files, too" {
	check_files fish
}

@test "each completion is found under the names of all programs" {
	for program in $programs; do
		[ -r "$SRCDIR/completions/bash/$program" ]
		[ -r "$SRCDIR/completions/fish/$program.fish" ]
		grep -q "^#compdef.* $program" "$SRCDIR/completions/zsh/_isotp"
	done
}

# --- JSON, whose keys and names stand in isotp(7) ---

# What a subsection describes: the words of its list, one a line, in its order.
described_in() { # SUBSECTION
	sed -n "/^\.Ss $1\$/,/^\.S[hs] /s/^\.It Cm //p" "$(page isotp)" | sed 's/ , /\n/g'
}

@test "isotp(7) has every key of the JSON objects, and no other" {
	written=$(grep -oE '(KEY\(|key_[a-z]+\(w, )"[a-z_]+"|\\"[a-z_]+\\":' \
		"$SRCDIR/lib/cli/view-json.c" | sed -E 's/.*"([a-z_]+)\\?".*/\1/')
	[ "$(sort -u <<<"$written" | wc -l)" -ge 45 ]
	told=$(for object in pdu uds fault frame summary; do described_in $object; done)
	same lib/cli/view-json.c "$(sort -u <<<"$written")" "$(page isotp)" "$(sort -u <<<"$told")"
}

@test "isotp(7) has every status and every fault, and no other" {
	known=$(sed -nE 's/.*\{ "[A-Za-z_]+", "([a-z_]+)" \},/\1/p' \
		"$SRCDIR/lib/protocol/result.c" | sort)
	[ "$(wc -l <<<"$known")" -ge 12 ]
	same lib/protocol/result.c "$known" "$(page isotp)" \
		"$(described_in 'How a PDU ended' | sort)"
	known=$(grep -oE '= \{ "[a-z_]+",' "$SRCDIR/lib/protocol/fault.c" |
		tr -d '={", ' | grep -vx none | sort)
	[ "$(wc -l <<<"$known")" -ge 26 ]
	same lib/protocol/fault.c "$known" "$(page isotp)" "$(described_in Faults | sort)"
}

# The keys of an object on standard input, without those of the objects within, and the keys that
# the page describes: the same order.
in_order() { # SUBSECTION
	local found

	found=$(grep -oE '"[a-z0-9_]+":' | tr -d '":')
	[ "$found" ]
	same printed "$found" "$(page isotp)" "$(described_in "$1" | grep -xF -e "$found")"
}

@test "the JSON objects have their keys in the order of isotp(7)" {
	cat >talk.log <<-EOF
		(1.000000) can0 6F1#12021181
		(1.010000) can0 612#F1037F1178
		(1.020000) can0 612#F1037F1122
		(1.100000) can0 6F1#120322F18C
		(1.110000) can0 612#F1100862F18C4142
		(1.120000) can0 6F1#123000FA
		(1.130000) can0 612#F121434445
		(1.140000) can0 612#F121434445
		(1.150000) can0 6F1##012033E8000
	EOF
	watched=(--json --pair=6F1/12:612/F1)
	timeout "$BOUND" "$BUILDDIR/isotpdump" "${watched[@]}" --uds --stats talk.log >objects
	for object in pdu fault summary; do
		sed -nE "s/,\"(uds|status|faults)\":\\{[^}]*\\}/,\"\\1\":0/g;
			/\"type\":\"$object\"/p" objects >"$object"
		while read -r line; do
			in_order "$object" <<<"$line"
		done <"$object"
		[ -s "$object" ]
	done
	grep -q '"uds":0,"faults":0' pdu
	sed -nE 's/.*"uds":\{([^}]*)\}.*/\1/p' objects >uds
	grep -q '"suppress":true' uds
	grep -q '"nrc_name":.*"pending":1' uds
	while read -r line; do
		in_order uds <<<"$line"
	done <uds
	timeout "$BOUND" "$BUILDDIR/isotpdump" "${watched[@]}" --frames talk.log >frames
	grep -q '"stmin":' frames
	grep -q '"fd":true' frames
	while read -r line; do
		in_order frame <<<"$line"
	done <frames
}

# --- what isotpperf measures, which stands in isotp(7), too ---

metrics="lib/cli/measure-metrics.c"

# The lines of the table that a regular expression finds: name and unit.
metrics_of() { # NAME
	sed -nE "s/^\t\{ $1\", \"([^\"]*)\", .*/\1 \2/p" "$SRCDIR/$metrics" | sed 's/ $//'
}

distributions() { sed -nE 's/^\tDISTRIBUTION\("([a-z]+)", .*/\1/p' "$SRCDIR/$metrics"; }

@test "isotp(7) has every metric with its unit, and no other" {
	known=$(metrics_of '"([a-z_]+)')
	[ "$(wc -l <<<"$known")" -ge 12 ]
	same "$metrics" "$known" "$(page isotp)" \
		"$(described_in 'Counts and rates' | sed 's/ Pq / /')"
	known=$(distributions)
	[ "$(wc -l <<<"$known")" -ge 4 ]
	same "$metrics" "$known" "$(page isotp)" "$(described_in Distributions)"
	known=$(metrics_of 'name "\.([a-z0-9]+)' | sed 's/ ns$/ time/')
	[ "$(wc -l <<<"$known")" -ge 8 ]
	same "$metrics" "$known" "$(page isotp)" \
		"$(described_in 'What is told of each' | sed 's/ Pq / /')"
	# no line of the table was overlooked
	[ "$(grep -cE $'^\t(\\{ "[^"]*", "|DISTRIBUTION\\()' "$SRCDIR/$metrics")" -eq \
		$(($(described_in 'Counts and rates' | wc -l) + $(distributions | wc -l))) ]
}

@test "isotpperf takes every metric of isotp(7) as a limit" {
	echo "(1.000000) can0 123#00" >quiet.log
	count=0
	while read -r name _ unit; do
		case $unit in
		time) value=1s ;;
		%) value=1% ;;
		*) value=1 ;;
		esac
		run timeout "$BOUND" "$BUILDDIR/isotpperf" --bitrate=500k --fail-if="$name>$value" quiet.log
		case $name in
		lost | damaged | reordered | rtt.*) # which a monitor never measures
			[[ $status == 2 && $output == "isotpperf: --fail-if: '$name>$value' needs --"* ]]
			;;
		*) [[ $status == [08] ]] ;;
		esac || { echo "$output"; return 1; }
		count=$((count + 1))
	done < <(described_in 'Counts and rates'
		while read -r name; do
			described_in 'What is told of each' | sed "s/^/$name./"
		done < <(described_in Distributions)
		described_in 'What is told of each')
	[ "$count" -ge 52 ]
	run timeout "$BOUND" "$BUILDDIR/isotpperf" --fail-if="strange>1" quiet.log
	[ "$status" -eq 2 ]
}

# The objects of a source, a sink, a ping and a monitor, from which no key is missing.
write_reports() {
	local perf=$BUILDDIR/isotpperf

	timeout "$BOUND" "$perf" --sink --json -s 7E8 -d 7E0 --count=4 --warmup=0 --bitrate=500k \
		virtual:r >reports 3>&- &
	timeout "$BOUND" "$perf" --source --json -s 7E0 -d 7E8 --length=20 --count=4 --warmup=0 \
		--bitrate=500k virtual:r >more 3>&-
	wait $!
	timeout "$BOUND" "$perf" --echo -s 7E8 -d 7E0 --count=4 --warmup=0 virtual:r >/dev/null 3>&- &
	timeout "$BOUND" "$perf" --ping --json -s 7E0 -d 7E8 --length=20 --count=4 --warmup=0 \
		virtual:r >>more 3>&-
	wait $!
	cat more >>reports
	cat >buses.log <<-EOF
		(1.000000) can1 123#00
		(1.000000) can0 6F1#1210140102030405
		(1.010000) can0 612#F1300032
		(1.020000) can0 6F1#1221060708091011
		(1.030000) can0 6F1#1222121314151617
		(1.040000) can0 6F1#1223181920
		(1.050000) can0 612#F10163
	EOF
	timeout "$BOUND" "$perf" --json --bitrate=500k --pair=6F1/12:612/F1 --pair=612/F1:6F1/12 \
		buses.log >monitored
	grep '"type":"report"' monitored >>reports
}

@test "isotpperf's reports have the keys of isotp(7), in its order" {
	write_reports
	cat reports
	[ "$(grep -c '^{"type":"report",' reports)" -eq 4 ]
	sed -nE 's/.*("slowest":)(\{[^}]*\}).*/\2/p' reports >slowest
	sed -Ei 's/"slowest":\{[^}]*\}/"slowest":0/' reports
	while read -r line; do
		in_order report < <(sed -E 's/:\{[^}]*\}/:0/g' <<<"$line")
		while read -r distribution; do
			in_order report <<<"$distribution"
		done < <(grep -oE '"[a-z]+":\{[^}]*\}' <<<"$line")
	done <reports
	found=$(grep -oE '"[a-z0-9_]+":' reports | tr -d '":' | sort -u)
	same printed "$found" "$(page isotp)" "$(described_in report | sort -u)"
	grep '"type":"sender"' monitored >sender
	for object in slowest sender; do
		while read -r line; do
			in_order "$object" <<<"$line"
		done <"$object"
		[ -s "$object" ]
	done
}

# --- the examples of the manual pages ---

# The literal blocks of one section as they are read, a form feed between two of them.
blocks_of() { # PROGRAM SECTION
	awk -v section="$2" '
		/^\.Sh / { inside = substr($0, 5) == section }
		/^\.Ed/ { if (literal) printf "\f"; literal = 0 }
		literal { print }
		/^\.Bd -literal/ { literal = inside }
	' "$(page "$1")" |
		sed -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e 's/\\(ga/`/g' -e 's/\\(ti/~/g' \
			-e 's/\\(ha/^/g' -e 's/\\&//g' -e 's/\\e/\\/g'
}

aliases_of() { # PROGRAM
	blocks_of "$1" FILES | sed -nE 's/.* alias (--[a-z]+) .*/\1/p'
}

# One example, as a shell session: "$ " begins a command, "> " goes on with it, all other lines are
# printed by it. Where one is in the background it prints when it likes, and lines are compared in any order.
run_example() {
	local script=$BATS_TEST_TMPDIR/script order=cat

	cat >"$script" <<-'EOF'
		exec {never}<> <(:)
		background=0
		joined() { # waits until so many programs are on a bus
			local tries nodes
			for ((tries = 0; tries < 500; tries++)); do
				nodes=("$XDG_RUNTIME_DIR"/isotp/*/node-*)
				[[ -S ${nodes[0]} ]] && ((${#nodes[@]} >= $1)) && return
				read -rt 0.02 -u "$never"
			done
			echo "not on the bus: program $1"
		}
	EOF
	sed -nE -e 's/^> //p' -e 's/^\$ //p' <<<"$1" |
		sed -E 's/ &$/ \&\njoined $((++background))/' >>"$script"
	echo wait >>"$script"
	timeout "$BOUND" bash "$script" >"$BATS_TEST_TMPDIR/output" 2>&1 3>&- </dev/null
	! grep -q ' &$' <<<"$1" || order=sort
	same "in the page" "$(grep -v '^[$>] ' <<<"$1" | $order)" "printed" \
		"$(sed -E -e '/: line [0-9]+: +[0-9]+ Terminated/d' -e 's/ +$//' \
			-e "s|$XDG_RUNTIME_DIR|/run/user/1000|" "$BATS_TEST_TMPDIR/output" | $order)"
}

run_examples() { # PROGRAM
	local example count=0

	blocks_of "$1" FILES | tr -d '\f' >"$HOME/.popt"
	grep -q ' alias ' "$HOME/.popt"
	cd "$BATS_TEST_TMPDIR"
	head -c 5000 /dev/urandom >firmware.bin
	while IFS= read -rd $'\f' example; do
		echo "$example"
		grep -qE "^\\$ .*isotp" <<<"$example"
		run_example "${example%$'\n'}"
		rm -rf "$XDG_RUNTIME_DIR/isotp" copy.bin
		count=$((count + 1))
	done < <(blocks_of "$1" EXAMPLES)
	[ "$count" -ge 10 ]
}

@test "the examples of isotpsend(1) print what the page says" {
	run_examples isotpsend
}

@test "the examples of isotprecv(1) print what the page says" {
	run_examples isotprecv
}

@test "the examples of isotpdump(1) print what the page says" {
	run_examples isotpdump
}

@test "the examples of isotpperf(1) print what the page says" {
	run_examples isotpperf
}
