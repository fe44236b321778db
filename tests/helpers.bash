# SPDX-License-Identifier: MIT
# What the bats files share. Each test has a home, a runtime directory and so buses of its own.

: "${SRCDIR:=$(cd "$BATS_TEST_DIRNAME/.." && pwd)}"
: "${BUILDDIR:=$SRCDIR}"
export SRCDIR BUILDDIR

bats_require_minimum_version 1.5.0

common_setup() {
	export HOME=$BATS_TEST_TMPDIR/home XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	export TMPDIR=$BATS_TEST_TMPDIR LC_ALL=C
	unset NO_COLOR
	mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
	cd "$BATS_TEST_TMPDIR" || return
	bus_dir=$XDG_RUNTIME_DIR/isotp/b
	started=()
	marks=0
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

# The IDs of the two ends in most tests: the tester's and the ECU's.
to_ecu=(-s 7E0 -d 7E8)
as_ecu=(-s 7E8 -d 7E0)

# No program runs longer than the bound, whatever happens.
isotpsend() { timeout -k 1 "${BOUND:-20}" "$BUILDDIR/isotpsend" "$@"; }
isotprecv() { timeout -k 1 "${BOUND:-20}" "$BUILDDIR/isotprecv" "$@"; }
bustool() { timeout -k 1 "${BOUND:-20}" "$BUILDDIR/tests/bustool" "$@"; }

# wait_until COMMAND...: until it succeeds, for 10 s at most.
wait_until() {
	local end=$((SECONDS + 10))

	until "$@"; do
		if ((SECONDS > end)); then
			echo "gave up waiting for: $*" >&2
			return 1
		fi
		sleep 0.01
	done
}

# nodes_are N: so many nodes are on the bus of this test.
nodes_are() { [ "$(find "$bus_dir" -name 'node-*' 2>/dev/null | wc -l)" -eq "$1" ]; }

# start NAME COMMAND...: in the background, with NAME.out and NAME.err; its pid is in $pid and
# becomes known to common_teardown. Returns once it is on the bus.
start() {
	local name=$1 before
	shift
	before=$(find "$bus_dir" -name 'node-*' 2>/dev/null | wc -l)
	# Without a shell in between: signals to $pid reach the program itself.
	"$@" >"$name.out" 2>"$name.err" 3>&- &
	pid=$!
	started+=("$pid")
	wait_until nodes_are $((before + 1))
}

start_recv() { start recv "$BUILDDIR/isotprecv" "$@"; }
start_send() { start send "$BUILDDIR/isotpsend" "$@"; }
start_log() { start log "$BUILDDIR/tests/bustool" log "$@"; }

# play NAME: a node that plays the lines of standard input, in the background.
play() {
	cat >"$1.in"
	start "$1" bash -c "exec '$BUILDDIR/tests/bustool' play virtual:b <$1.in"
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
	echo "$mark" | bustool play virtual:b
	wait_until grep -qx "$mark" log.out
}

# frames_in_log: without the marks and the log's greeting.
frames_in_log() { grep -v -e '^ready$' -e '^000#' log.out; }

# ended_with STATUS PID: waits for a started program and compares its exit status.
ended_with() {
	local status=0

	wait "$2" || status=$?
	[ "$status" -eq "$1" ] || {
		echo "status $status, not $1" >&2
		return 1
	}
}

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
