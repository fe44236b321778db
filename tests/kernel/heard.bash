# SPDX-License-Identifier: MIT
# What options.bats and flags.bats share: conversations with a peer that plays its lines, and what candump
# has seen of them. They set seen=0 in their setup.

# use STACK: the one that isotpsend, isotprecv and start_recv have from here on; auto too.
use() {
	send_stack=--stack=$1 recv_stack=--stack=$1
	echo "stack: $1"
}

# lines STEPS: what play reads, from steps with commas between them.
lines() { printf '%s\n' "${1//, /$'\n'}"; }

# answered STATUS STEPS ARG...: so isotpsend ends with a peer that plays these steps.
answered() {
	play peer < <(lines "$2")
	run "-$1" --separate-stderr isotpsend "${to_ecu[@]}" "${@:3}" "$bus"
	ended_with 0 "$pid"
}

# Instead of the one in helpers.bash: it ends also where a PDU that a test waits for does not come.
start_recv() { start recv timeout "$BOUND" "$BUILDDIR/isotprecv" $recv_stack "$@"; }

# received STATUS STEPS ARG...: so isotprecv ends when these steps are played to it.
received() {
	start_recv "${as_ecu[@]}" "${@:3}" "$bus"
	bustool play "$bus" < <(lines "$2")
	ended_with "$1" "$pid"
}

# hear: the frames since the last time come into the file heard, after their time in microseconds. The log
# has its greeting before them.
hear() {
	log_caught_up
	awk -v seen="$seen" '
		FILENAME == "log.out" { frame[FNR - 1] = $0; next }
		FNR > seen && frame[FNR] !~ /^000#/ { gsub(/[().]/, "", $1); print $1, frame[FNR] }
		END { print FNR >"seen" }' log.out candump.out >heard
	seen=$(<seen)
}

# heard PATTERN...: each frame since the last time is as its pattern says, and there are no others.
heard() {
	local frames frame

	hear
	mapfile -t frames <heard
	printf '%s\n' "${frames[@]}"
	[ ${#frames[@]} -eq $# ]
	for frame in "${frames[@]}"; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ ${frame#* } == $1 ]]
		shift
	done
}

# shortest_gap OPERATOR US REGEX: how the shortest time between two neighbours compares, among the frames of
# the last hear that match.
shortest_gap() {
	local gap

	gap=$(awk -v p="$3" '$2 ~ p { if (n++ && (n == 2 || $1 - t < g)) g = $1 - t; t = $1 }
		END { print (n > 1 ? g : "none") }' heard)
	echo "shortest gap of $3: $gap us, has to be $1 $2"
	test "$gap" "$1" "$2"
}

kernel_since() { printf '%s\n' "$1" "$(uname -r)" | sort -VC; }

# What the kernel says of who receives 7E0: isotp is its own stack, raw the built-in one.
receiver_is() { [ "$(cat /proc/net/can/rcvlist_* | awk '$2 == "7e0" { print $7 }')" = "$1" ]; }
