# SPDX-License-Identifier: MIT
# What the tests of isotpperf share, over virtual: and in the kernel.

perf=$BUILDDIR/isotpperf

isotpperf() { timeout -k 1 "$BOUND" "$perf" "$@"; }

# A shell has its background ignore SIGINT.
start_monitor() { start "$1" env --default-signal=INT "$perf" "${@:2}"; }

# start_answerer ARG...: a sink or an echo in the background, as the ECU, with peer.out and peer.err; its
# pid is in $peer. It is two nodes on the bus: its connection and its observer.
start_answerer() {
	local before nodes=2

	[[ " $* " != *" --no-observe "* ]] || nodes=1
	count_nodes
	before=$node_count
	"$perf" $recv_stack "${as_ecu[@]}" "$@" "$ecu_bus" >peer.out 2>peer.err 3>&- &
	peer=$!
	started+=("$peer")
	wait_until nodes_are $((before + nodes))
}

# as_tester ARG...: a source or a ping, as the tester.
as_tester() { isotpperf $send_stack "${to_ecu[@]}" "$@" "$bus"; }

# report_of FILE: its last report, an object on one line.
report_of() { grep '"type":"report"' "$1" | tail -n 1; }

# value METRIC FILE: what the last report says: lost, time.p99. Nothing where it says nothing.
value() {
	case $1 in
	*.*) report_of "$2" | sed -nE "s/.*\"${1%.*}\":\{[^}]*\"${1#*.}\":([0-9.]+)[,}].*/\1/p" ;;
	*) report_of "$2" | sed -E 's/:\{[^}]*\}/:{}/g' | sed -nE "s/.*\"$1\":([0-9.]+)[,}].*/\1/p" ;;
	esac
}

# is METRIC VALUE FILE
is() {
	local found

	found=$(value "$1" "$3")
	[ "$found" = "$2" ] || {
		echo "$1 is '$found' instead of '$2' in:"
		cat "$3"
		return 1
	}
}

# at_least METRIC VALUE FILE: seconds, or what else it is.
at_least() {
	echo "$1 is $(value "$1" "$3"), has to be at least $2"
	awk -v a="$(value "$1" "$3")" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 >= b + 0) }'
}

# lines_of FILE: the lines of PDUs in what a monitor printed, without bars and report.
lines_of() { sed '/^$/,$d; s/.*\r//' "$1"; }
