# SPDX-License-Identifier: MIT
# What the bats files share. Each test has a home, a runtime directory and so buses of its own.

: "${SRCDIR:=$(cd "$BATS_TEST_DIRNAME/.." && pwd)}"
: "${BUILDDIR:=$SRCDIR}"
export SRCDIR BUILDDIR

bats_require_minimum_version 1.5.0

# trace_failures: bats has bash call it before each command, to know which one failed. That takes
# longer than most commands, 10 ms of an emulated machine; here it is told of the one that failed.
trace_failures() {
	declare -F bats_debug_trap >/dev/null || return 0
	trap - DEBUG
	BATS_DEBUG_LAST_STACK_TRACE=() BATS_DEBUG_LASTLAST_STACK_TRACE=()
	trap 'BATS_ERROR_STATUS=${BATS_ERROR_STATUS:-$?}
		bats_debug_trap "$BASH_SOURCE"
		BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
		bats_error_trap' ERR
}

common_setup() {
	trace_failures
	export HOME=$BATS_TEST_TMPDIR/home XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	export TMPDIR=$BATS_TEST_TMPDIR LC_ALL=C
	unset NO_COLOR
	mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
	cd "$BATS_TEST_TMPDIR" || return
	bus_dir=$XDG_RUNTIME_DIR/isotp/b # of virtual:b
	started=()
	marks=0
	exec {silent}<> <(:) # a pipe that nobody writes to
}

# Ends what start_* has started and is still there, also stopped processes.
common_teardown() {
	local pid

	for pid in "${started[@]}"; do
		kill -CONT "$pid" 2>/dev/null || true
		kill -TERM "$pid" 2>/dev/null || true
	done
	for pid in "${started[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
}

# The bus of the suite: the tester's interface and the ECU's, and whose ISO-TP each end has. Tests that
# make sense on some only are tagged: "virtual" for the embedded bus, "builtin" where both ends have to be
# the built-in stack, "fd" for CAN FD, and the options that some kernels lack.
bus=${BUS:-virtual:b}
ecu_bus=${ECU_BUS:-$bus}
send_stack=${SEND_STACK:+--stack=$SEND_STACK}
recv_stack=${RECV_STACK:+--stack=$RECV_STACK}

# The IDs of the two ends in most tests: the tester's and the ECU's.
to_ecu=(-s 7E0 -d 7E8)
as_ecu=(-s 7E8 -d 7E0)

# No program runs longer than the bound, in seconds, whatever happens. It is far from what one takes, on slow
# machines too.
: "${BOUND:=60}"
isotpsend() { timeout -k 1 "$BOUND" "$BUILDDIR/isotpsend" $send_stack "$@"; }
isotprecv() { timeout -k 1 "$BOUND" "$BUILDDIR/isotprecv" $recv_stack "$@"; }
bustool() { timeout -k 1 "$BOUND" "$BUILDDIR/tests/bustool" "$@"; }

# partly SENT-OR-GOT STACK: how far a transfer came, where the stack of that end tells: the kernel's
# does not.
partly() { [ "${2:-builtin}" = kernel ] || printf '; %s' "$1"; }
sent() { partly "$1 sent" "${SEND_STACK:-}"; }
got() { partly "$1 received" "${RECV_STACK:-}"; }

# wait_until COMMAND...: until it succeeds, for half the bound at most.
wait_until() {
	local end=$((SECONDS + BOUND / 2))

	until "$@"; do
		if ((SECONDS > end)); then
			echo "gave up waiting for: $*" >&2
			return 1
		fi
		read -rt 0.01 -u "$silent" || true # as sleep, but an emulated machine is slow to start that
	done
}

# count_nodes: how many programs are on the bus, in $node_count. The kernel lists who receives, with
# the socket's address in the fifth column. It starts nothing: it is asked again and again.
count_nodes() {
	local file line lines words all=("$bus_dir"/node-*)
	declare -A sockets=()

	node_count=${#all[@]}
	case $bus in
	virtual:*) [ -e "${all[0]}" ] || node_count=0 ;;
	*)
		for file in /proc/net/can/rcvlist_*; do
			mapfile -t lines <"$file"
			for line in "${lines[@]}"; do
				words=($line)
				case ${words[0]} in "$bus" | "$ecu_bus") sockets[${words[4]}]=1 ;; esac
			done
		done
		node_count=${#sockets[@]}
		;;
	esac
}

nodes_are() {
	count_nodes
	[ "$node_count" -eq "$1" ]
}

# start NAME COMMAND...: in the background, with NAME.out and NAME.err, and NAME.in where there is one;
# its pid is in $pid and becomes known to common_teardown. Returns once it is on the bus.
start() {
	local name=$1 before input=/dev/null
	shift
	count_nodes
	before=$node_count
	[ ! -e "$name.in" ] || input=$name.in
	# Without a shell in between: signals to $pid reach the program itself.
	"$@" <"$input" >"$name.out" 2>"$name.err" 3>&- &
	pid=$!
	started+=("$pid")
	wait_until nodes_are $((before + 1))
}

start_recv() { start recv "$BUILDDIR/isotprecv" $recv_stack "$@"; }
start_send() { start send "$BUILDDIR/isotpsend" $send_stack "$@"; }

# start_log: the frames of the bus in log.out, as 7E0#0322F190 after a line "ready"; those of the kernel
# are what candump sees. Its FD flags hold a mark of the kernel's, 4, that was not on the wire.
start_log() {
	case $bus in
	virtual:*) start log "$BUILDDIR/tests/bustool" log "$bus" ;;
	*)
		start candump candump -L -r 4000000 "$bus"
		(
			echo ready
			tail -n +1 -s 0.02 -f --pid="$pid" candump.out |
				sed -u 's/^([^)]*) [^ ]* //; s/##4/##0/; s/##5/##1/; s/##6/##2/; s/##7/##3/'
		) >log.out 3>&- &
		started+=("$!")
		;;
	esac
}

# play NAME: a node that plays the lines of standard input, in the background.
play() {
	cat >"$1.in"
	start "$1" "$BUILDDIR/tests/bustool" play "$ecu_bus"
}

# logged FRAME...: these frames, and no others, have been on the bus.
logged() {
	printf '%s\n' ready "$@" >expected.log
	wait_until cmp -s log.out expected.log || diff expected.log log.out
}

# log_caught_up: the log has all that was on the bus before; its queue keeps the order, so a mark of
# our own tells. The mark stays in the log.
log_caught_up() {
	local mark

	printf -v mark '000#%04X' $((++marks))
	echo "$mark" | bustool play "$bus"
	wait_until grep -qx "$mark" log.out
}

# frames_in_log: without the marks and the log's greeting.
frames_in_log() { grep -v -e '^ready$' -e '^000#' log.out; }

# hold PID...: stops these programs; kill -CONT has them go on.
hold() {
	local pid

	kill -STOP "$@"
	for pid; do
		wait_until grep -qE '^State:.*stopped' "/proc/$pid/status"
	done
}

# never_arrived INTERFACE [BEFORE]: how many frames the kernel had to drop before any socket, as it does in a
# flood; since it was BEFORE.
never_arrived() { ip -s link show "$1" | awk -v before="${2-0}" '/ RX:/ { getline; print $4 - before }'; }

# ended_with STATUS PID: waits for a started program and compares its exit status.
ended_with() {
	local status=0

	wait "$2" || status=$?
	[ "$status" -eq "$1" ] || {
		echo "status $status, not $1" >&2
		return 1
	}
}

# pattern N [TEXT]: the bytes that isotpsend -D N sends, in hexadecimal, the text after each.
pattern() { seq "$1" | awk -v after="${2-}" '{ printf "%02X%s", ($1 - 1) % 255 + 1, after }'; }

# says FILE LINE: the file is exactly this one line.
says() {
	diff <(printf '%s\n' "$2") "$1"
}

# skip_or_fail REASON: a test that cannot run here; CI allows none (STRICT=1).
skip_or_fail() {
	if [ "${STRICT:-0}" = 1 ]; then
		echo "cannot run: $1" >&2
		return 1
	fi
	skip "$1"
}

need_terminal() { command -v script >/dev/null || skip_or_fail "script is missing"; }

# on_terminal COLUMNS COMMAND [FILE]: what this shell command shows on a terminal of this width, without
# the carriage returns; with them in the file.
on_terminal() {
	TERM=xterm timeout -k 1 "$BOUND" script -qec "stty cols $1; $2" /dev/null </dev/null >"${3:-terminal}"
	tr -d '\r' <"${3:-terminal}"
}
