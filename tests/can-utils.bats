#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Drop-in: the command lines of can-utils' tools, with their output, exit status and frames.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

# Where ours is to differ from a recording: the names, what differs, why. Nothing else may.
#	flags	an FD frame's flags do not say 4
#	lost N	ours has N frames more; the recorded ones are all there, in their order
#	sides	only the order of each side's frames is given
differences() {
	cat <<-'END'
		fd     | flags    | 4 is CANFD_FDF, Linux's mark for FD frames in memory, not on the wire
		fd12   | flags    | the same
		fd-sf  | flags    | the same
		fd-pad | flags    | the same
		big    | lost 135 | the recording has 580 of the 715 frames that its 5000 bytes took
		cfbc   | sides    | nobody awaits the flow control: it may come between any two frames
	END
}

# --- the recording ---

# field NAME N: of sendrecv.tsv; a field may be empty.
field() { awk -F '\t' -v name="$1" -v n="$2" '$1 == name { print $n }' "$recordings/sendrecv.tsv"; }

# difference NAME: the second column of the table, or nothing.
difference() { differences | awk -F ' *[|] *' -v name="$1" '$1 == name { print $2 }'; }

recorded_frames() {
	local flags=

	if [ "$(difference "$1")" = flags ]; then
		flags='s/##4/##0/; s/##5/##1/'
	fi
	sed "$flags" "$recordings/$1.frames"
}

# --- a run of the same command lines ---

# command_line NAME N STACK BUS: in the array "words", with our program and our bus.
command_line() {
	read -r -a words <<<"$(field "$1" "$2")"
	words=("$BUILDDIR/${words[0]}" $3 "${words[@]:1}")
	words[-1]=$4
}

receive() {
	local words

	command_line "$1" 2 "$recv_stack" "$ecu_bus"
	start recv timeout -k 1 "$BOUND" "${words[@]}"
}

send() {
	local words status=0

	command_line "$1" 3 "$send_stack" "$bus"
	field "$1" 4 | timeout -k 1 "$BOUND" "${words[@]}" 2>send.err || status=$?
	[ "$status" -eq "$(field "$1" 5)" ]
}

# A receiver with -l does not end by itself: it is ended when it has printed what was recorded.
end_receiver() {
	case $(field "$1" 2) in
	*' -l '*)
		wait_until cmp -s recv.out "$recordings/$1.stdout"
		kill "$2"
		ended_with 143 "$2"
		;;
	*)
		ended_with 0 "$2"
		;;
	esac
}

# frames_of ID FILE, frames_but_of ID FILE: one side's frames in their order; there may be none.
frames_of() { sed -n "/^$1#/p" "$2"; }
frames_but_of() { sed "/^$1#/d" "$2"; }

# same_but RECORDED SEEN MORE: SEEN is RECORDED with so many frames more between.
same_but() {
	run diff --minimal "$1" "$2"
	echo "$output"
	[ "$status" -le 1 ]
	[ "$(grep -c '^<' <<<"$output")" -eq 0 ]
	[ "$(grep -c '^>' <<<"$output")" -eq "$3" ]
}

compare() {
	local sender

	recorded_frames "$1" >recorded
	sender=$(head -n 1 recorded | cut -d '#' -f 1)
	case $(difference "$1") in
	sides)
		diff <(frames_of "$sender" recorded) <(frames_of "$sender" seen)
		diff <(frames_but_of "$sender" recorded) <(frames_but_of "$sender" seen)
		;;
	lost*) same_but recorded seen "$(difference "$1" | cut -d ' ' -f 2)" ;;
	*) diff recorded seen ;;
	esac
}

# same NAME
same() {
	local recordings=$SRCDIR/tests/can-utils recv pid

	start_log
	receive "$1"
	recv=$pid
	send "$1"
	end_receiver "$1" "$recv"
	log_caught_up
	frames_in_log >seen
	cmp "$recordings/$1.stdout" recv.out
	diff /dev/null <(cat send.err recv.err)
	compare "$1"
}

@test "every recording has its test" {
	diff <(cut -f 1 "$SRCDIR/tests/can-utils/sendrecv.tsv" | sort) \
		<(sed -n 's/^@test .* { same \(.*\); }$/\1/p' "$BATS_TEST_FILENAME" | sort)
}

@test "sf" { same sf; }
@test "mf" { same mf; }
@test "pad" { same pad; }
@test "pad-tx" { same pad-tx; }
@test "bs" { same bs; }
@test "bs-hex" { same bs-hex; }
@test "stmin" { same stmin; }
@test "wft" { same wft; }
@test "ext" { same ext; }
@test "ext-same" { same ext-same; }
@test "eff" { same eff; }
@test "pattern" { same pattern; }
@test "loops" { same loops; }
@test "forced" { same forced; }
# bats test_tags=fd
@test "fd" { same fd; }
# bats test_tags=fd
@test "fd12" { same fd12; }
# bats test_tags=fd
@test "fd-sf" { same fd-sf; }
# bats test_tags=fd
@test "fd-pad" { same fd-pad; }
# bats test_tags=sf-broadcast
@test "sfbc" { same sfbc; }
# bats test_tags=cf-broadcast
@test "cfbc" { same cfbc; }
@test "big" { same big; }
@test "check-len" { same check-len; }
