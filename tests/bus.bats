#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# virtual:NAME: the directory, who takes part, slow, stopped and dead nodes.

load helpers

setup() {
	common_setup
	place=
}

teardown() {
	common_teardown
	[ -z "$place" ] || rm -rf "$place"
}

# as_user COMMAND...: as nobody, since root is not held up by modes.
as_user() {
	[ "$(id -u)" -eq 0 ] || skip_or_fail "only root can become another user"
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

@test "the directory is private, is found in \$XDG_RUNTIME_DIR, and is left empty" {
	start_recv "${as_ecu[@]}" virtual:b
	[ "$(stat -c %a "$XDG_RUNTIME_DIR/isotp" "$bus_dir" | sort -u)" = 700 ]
	run -0 isotpsend "${to_ecu[@]}" virtual:b 22F190
	ended_with 0 "$pid"
	nodes_are 0
}

@test "without \$XDG_RUNTIME_DIR it lies in the user's own folder of \$TMPDIR" {
	unset XDG_RUNTIME_DIR
	bus_dir=$TMPDIR/isotp-$(id -u)/b
	start_recv "${as_ecu[@]}" virtual:b
	run -0 isotpsend "${to_ecu[@]}" virtual:b 22F190
	ended_with 0 "$pid"
}

@test "a name with a slash is a path" {
	bus_dir=$BATS_TEST_TMPDIR/here
	start_recv "${as_ecu[@]}" virtual:./here
	run -0 isotpsend "${to_ecu[@]}" "virtual:$bus_dir" 22F190
	ended_with 0 "$pid"
}

@test "a path too long for a socket address works" {
	local long

	long=$BATS_TEST_TMPDIR/$(printf 'd%.0s' {1..120})
	mkdir "$long"
	bus_dir=$long/b
	XDG_RUNTIME_DIR=$long
	bus_dir=$long/isotp/b
	start_recv "${as_ecu[@]}" virtual:b
	run -0 isotpsend "${to_ecu[@]}" virtual:b -D 100
	ended_with 0 "$pid"
	nodes_are 0
}

@test "impossible names are refused" {
	local name

	for name in virtual: virtual:. virtual:..; do
		run -2 --separate-stderr isotpsend "${to_ecu[@]}" "$name" 11
		[ "$stderr" = "isotpsend: $name: the name of the bus is empty, '.' or '..'" ]
	done
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" "virtual:$(printf 'n%.0s' {1..300})" 11
	[[ $stderr == *": file name too long" ]]
}

@test "what is no directory of its own is not used: a file, a link" {
	mkdir -p -m 700 "$XDG_RUNTIME_DIR/isotp" elsewhere
	: >"$XDG_RUNTIME_DIR/isotp/file"
	ln -s "$PWD/elsewhere" "$XDG_RUNTIME_DIR/isotp/link"
	for name in file link; do
		run -1 --separate-stderr isotpsend "${to_ecu[@]}" virtual:$name 11
		[ "$stderr" = "isotpsend: virtual:$name: $XDG_RUNTIME_DIR/isotp/$name is not a directory of its own" ]
	done
	[ -z "$(ls elsewhere)" ]
}

@test "a directory of another user is refused by name" {
	as_user true
	mkdir -p "$XDG_RUNTIME_DIR/isotp/b"
	chown -R 65534:65534 "$XDG_RUNTIME_DIR/isotp"
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" virtual:b 11
	[ "$stderr" = "isotpsend: virtual:b: $XDG_RUNTIME_DIR/isotp belongs to another user" ]
}

# reachable_copy: the program and a bus where another user can reach them.
reachable_copy() {
	place=$(mktemp -d /tmp/isotp-test.XXXXXX)
	chmod 755 "$place"
	cp "$BUILDDIR/isotpsend" "$BUILDDIR/isotprecv" "$place"
}

@test "an ordinary user without permission gets a clear message" {
	reachable_copy
	mkdir -m 555 "$place/run"
	run -1 --separate-stderr as_user env XDG_RUNTIME_DIR="$place/run" \
		"$place/isotpsend" "${to_ecu[@]}" virtual:b 11
	[ "$stderr" = "isotpsend: virtual:b: no permission to use $place/run/isotp" ]
}

@test "an unwritable bus directory of a path gets a clear message" {
	reachable_copy
	mkdir -m 755 "$place/bus"
	run -1 --separate-stderr as_user "$place/isotpsend" "${to_ecu[@]}" "virtual:$place/bus" 11
	[ "$stderr" = "isotpsend: virtual:$place/bus: no permission to use $place/bus" ]
}

@test "two users share the bus of a path that both may use" {
	reachable_copy
	mkdir -m 777 "$place/bus"
	bus_dir=$place/bus
	start_recv "${as_ecu[@]}" "virtual:$place/bus"
	run -0 as_user "$place/isotpsend" "${to_ecu[@]}" "virtual:$place/bus" -D 100
	ended_with 0 "$pid"
}

@test "other files in the directory are left alone" {
	mkdir -p -m 700 "$bus_dir"
	echo text >"$bus_dir/node-notes"
	mkdir "$bus_dir/node-dir"
	mkfifo "$bus_dir/node-fifo"
	ln -s nowhere "$bus_dir/node-link"
	start_recv "${as_ecu[@]}" virtual:b
	run -0 isotpsend "${to_ecu[@]}" virtual:b 22F190
	ended_with 0 "$pid"
	[ "$(ls "$bus_dir")" = $'node-dir\nnode-fifo\nnode-link\nnode-notes' ]
}

@test "alone on the bus: waits N_As, then says where it looked" {
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --n-as=50ms virtual:b 11
	[ "$stderr" = "isotpsend: virtual:b: nobody else on the bus within 50 ms (looked in $bus_dir)" ]
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --n-as=50ms -D 20 virtual:b
	[ "$stderr" = "isotpsend: virtual:b: nobody else on the bus within 50 ms (looked in $bus_dir)" ]
	nodes_are 0
}

@test "a node that was killed is cleared away by whoever meets it" {
	start_recv "${as_ecu[@]}" virtual:b
	kill -KILL "$pid"
	wait "$pid" || true
	nodes_are 1
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --n-as=50ms virtual:b 11
	nodes_are 0
}

@test "a receiver that dies in mid-transfer is no flow control for the sender" {
	start_recv "${as_ecu[@]}" --stmin=20ms --bs=2 virtual:b
	start_log
	start_send "${to_ecu[@]}" --n-bs=100ms -D 4000 virtual:b
	wait_until grep -q '^7E0#24' log.out
	kill -KILL "${started[0]}"
	ended_with 3 "$pid"
	grep -q '^isotpsend: virtual:b: no flow control from 7E8 within 100 ms; [0-9]* of 4000 bytes sent$' send.err
}

@test "a stopped peer: no flow control; when it goes on it is on the bus again" {
	start_recv "${as_ecu[@]}" --loop virtual:b
	hold "$pid"
	run -3 --separate-stderr isotpsend "${to_ecu[@]}" --n-bs=100ms virtual:b -D 20
	[ "$stderr" = "isotpsend: virtual:b: no flow control from 7E8 within 100 ms; 6 of 20 bytes sent" ]
	kill -CONT "$pid"
	run -0 isotpsend "${to_ecu[@]}" virtual:b 22F190
	wait_until grep -q '^22 F1 90 $' recv.out
}

# lost_in FILE: the sum of the frames that a program has told of as lost on the way to it.
lost_in() {
	sed -nE 's/^[a-z]+: .*: frames lost on the way to this program: ([0-9]+)$/\1/p' "$1" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

@test "a stopped third node does not stop the bus; it learns what it lost" {
	start_recv "${as_ecu[@]}" --bs=2 --loop virtual:b
	start third "$BUILDDIR/isotprecv" -s 700 -d 708 --loop virtual:b
	hold "$pid"
	run -0 --separate-stderr isotpsend "${to_ecu[@]}" virtual:b -D 300
	[[ $stderr == "isotpsend: virtual:b: frames lost by a reader that does not keep up: "[0-9]*" (in $bus_dir)" ]]
	wait_until grep -q '^01 02' recv.out
	# The first receiver is still there, and tells of the flow controls that it lost.
	kill -CONT "$pid"
	run -0 isotpsend "${to_ecu[@]}" virtual:b -D 20
	run -0 isotpsend "${to_ecu[@]}" virtual:b -D 30
	run -0 isotpsend -s 708 -d 700 virtual:b 3E
	wait_until grep -q '^3E $' third.out
	kill -TERM "$pid"
	ended_with 9 "$pid"
	grep -qE '^isotprecv: virtual:b: frames lost on the way to this program: [0-9]+$' third.err
	[ "$(lost_in third.err)" -gt 0 ]
}

@test "a reader with a full queue is told the count and ends with 9" {
	start_recv "${as_ecu[@]}" --loop virtual:b
	hold "$pid"
	# 30 single frames, then a pause in which the reader makes room, then one more.
	play player < <(
		for _ in {1..30}; do echo '7E0#0111'; done
		echo 'wait 123'
		echo '7E0#0122'
	)
	local player=$pid
	wait_until grep -q waiting player.out
	kill -CONT "${started[0]}"
	echo '123#00' | bustool play virtual:b
	ended_with 0 "$player"
	wait_until grep -q '^22 $' recv.out
	kill -TERM "${started[0]}"
	ended_with 9 "${started[0]}"
	grep -qE '^isotprecv: virtual:b: frames lost on the way to this program: [0-9]+$' recv.err
	# what came and what was told add up to what was sent
	[ $(($(lost_in recv.err) + $(grep -c '^11 $' recv.out))) -eq 30 ]
}

@test "a reader is told its losses also when the sender has left before it had room" {
	local told

	start_recv "${as_ecu[@]}" --loop virtual:b
	hold "$pid"
	run -0 --separate-stderr isotpsend -S -s 7E0 --repeat=40 virtual:b 11
	[[ $stderr == "isotpsend: virtual:b: frames lost by a reader that does not keep up: "[0-9]*" (in $bus_dir)" ]]
	kill -CONT "$pid"
	wait_until grep -q 'lost on the way' recv.err
	kill -TERM "$pid"
	ended_with 9 "$pid"
	told=$(sed -nE 's/.*lost on the way to this program: ([0-9]+)$/\1/p' recv.err)
	[ $((told + $(wc -l <recv.out))) -eq 40 ]
	[ -z "$(ls "$bus_dir")" ]
}

@test "a note that is none does no harm, and what is a number in it counts" {
	start_recv "${as_ecu[@]}" virtual:b
	printf 'abc\n\n-5\n7 \n3\n99999999999999999999999\n\xFF\x00\n12' >note
	mv note "$bus_dir/lost-$(ls "$bus_dir")"
	wait_until grep -q 'lost on the way' recv.err
	says recv.err 'isotprecv: virtual:b: frames lost on the way to this program: 4294967298'
	run -0 isotpsend "${to_ecu[@]}" virtual:b 22F190
	ended_with 9 "$pid"
	[ -z "$(ls "$bus_dir")" ]
}

both_whole() {
	[ "$(grep -c '^701#' log.out)" -eq 28573 ] && [ "$(grep -c '^702#' log.out)" -eq 28573 ]
}

@test "two nodes that send to each other at once do not wait for each other" {
	start_log
	start one "$BUILDDIR/isotpsend" -s 701 -C -D 200000 virtual:b
	"$BUILDDIR/isotpsend" -s 702 -C -D 200000 virtual:b
	ended_with 0 "${started[1]}"
	wait_until both_whole
}

# A character a frame: 1 first frame, 2 consecutive frame, 3 flow control; a line a PDU.
conversation() { sed 1d log.out | cut -d '#' -f 2 | cut -c1 | tr -d '\n' | sed 's/1/\n1/g'; }

one_order() { [ "$(conversation | sort | uniq -c | sed 's/^ *//')" = $'1 \n300 1322322322' ]; }

@test "all nodes see the frames in one order: no answer before what it answers" {
	start_log
	start_recv "${as_ecu[@]}" --bs=2 --count=300 virtual:b
	run -0 isotpsend "${to_ecu[@]}" -D 45 --repeat=300 virtual:b
	ended_with 0 "$pid"
	wait_until one_order || { conversation | sort | uniq -c; return 1; }
}

@test "a node that is stopped while it holds the order does not stop the bus" {
	start_recv "${as_ecu[@]}" virtual:b
	start_log
	exec 8<"$bus_dir"
	flock 8
	run -0 isotpsend "${to_ecu[@]}" -D 45 virtual:b
	exec 8<&-
	ended_with 0 "${started[0]}"
}

@test "many nodes: every one gets the frame" {
	local i

	for i in {1..12}; do
		start "recv$i" "$BUILDDIR/isotprecv" -s 7E8 -d 7DF virtual:b
	done
	run -0 isotpsend -S -s 7DF virtual:b 3E 80
	for i in {1..12}; do
		ended_with 0 "${started[i - 1]}"
		says "recv$i.out" '3E 80 '
	done
}

@test "datagrams that are no frames do no harm" {
	start_recv "${as_ecu[@]}" virtual:b
	python3 - "$bus_dir" <<-'END' || skip_or_fail "python3 is missing"
		import os, random, socket, sys
		node = [n for n in os.listdir(sys.argv[1]) if n.startswith("node-")][0]
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.connect(os.path.join(sys.argv[1], node))
		r = random.Random(1)
		for i in range(2000):
		    s.send(bytes(r.randrange(256) for _ in range(r.choice((0, 1, 15, 16, 17, 71, 72, 73, 300)))))
	END
	run -0 isotpsend "${to_ecu[@]}" virtual:b 22F190
	ended_with 0 "$pid"
	says recv.out '22 F1 90 '
}

# The time-outs of an OBD tester; a bystander who sleeps must not eat them up.
@test "a stopped bystander with a full queue does not break transfers with short time-outs" {
	local obd=(--n-as=100ms --n-bs=75ms --n-cr=150ms) i

	start_recv "${as_ecu[@]}" "${obd[@]}" --bs=2 --count=3 virtual:b
	start bystander "$BUILDDIR/isotprecv" -s 700 -d 708 --loop virtual:b
	hold "$pid"
	for i in {1..100}; do echo '123#00'; done | bustool play virtual:b
	for i in 1 2 3; do
		run -0 isotpsend "${to_ecu[@]}" "${obd[@]}" -D 100 virtual:b
	done
	ended_with 0 "${started[0]}"
	[ "$(wc -w <recv.out)" -eq 300 ]
}

@test "more nodes than this process may reach: 1, no node is left out in silence" {
	local i

	for i in {1..40}; do
		start "recv$i" "$BUILDDIR/isotprecv" -s 7E8 -d 7DF virtual:b
	done
	run -1 --separate-stderr timeout "$BOUND" bash -c \
		"ulimit -n 25; exec '$BUILDDIR/isotpsend' -S -s 7DF virtual:b 3E 80"
	[[ $stderr == "isotpsend: virtual:b: "*"too many open files"* ]]
}

# sending_lines: isotpsend --lines, of what is written to descriptor 6 until that is closed.
sending_lines() {
	mkfifo lines
	start_log
	exec 6<>lines
	start send bash -c \
		"exec '$BUILDDIR/isotpsend' -s 7E0 -d 7E8 --lines virtual:b <lines 6>&-"
}

# no_answer_was_taken FRAME...: the sender waited in vain, and these frames were on the bus.
no_answer_was_taken() {
	exec 6>&-
	ended_with 3 "${started[1]}"
	says send.err 'isotpsend: virtual:b: no flow control from 7E8 within 1 s; 6 of 10 bytes sent'
	log_caught_up
	[ "$(frames_in_log | cut -c1-6 | xargs)" = "$*" ]
}

@test "a flow control that came before the first frame does not count: to an idle sender" {
	sending_lines
	echo 11 >&6
	wait_until grep -qx '7E0#0111' log.out
	echo '7E8#300000' | bustool play virtual:b
	# once more, so that it and the line are there at the same moment
	hold "$pid"
	printf '123#00\n123#00\n7E8#300000\n' | bustool play virtual:b
	echo 0102030405060708090A >&6
	kill -CONT "$pid"
	no_answer_was_taken 7E0#01 7E8#30 123#00 123#00 7E8#30 7E0#10
}

@test "a flow control that came before the first frame does not count: to a busy sender" {
	sending_lines
	printf '0102030405060708090A\n0102030405060708090A\n' >&6
	wait_until grep -q '^7E0#10' log.out
	# when it goes on, the first PDU's flow control is there, and more that is older than the second
	hold "$pid"
	printf '7E8#300000\n123#00\n123#00\n123#00\n7E8#300000\n' | bustool play virtual:b
	kill -CONT "$pid"
	no_answer_was_taken 7E0#10 7E8#30 123#00 123#00 123#00 7E8#30 7E0#21 7E0#10
}
