#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpperf takes part: source and sink, ping and echo; what goes wrong is told. The kernel's suite runs it too.

load helpers
load perf

setup() { common_setup; }
teardown() { common_teardown; }

# patience TIME: for what has to be seen or to have come by then. Under emulation programs are slow.
patience() { [ "${bus%%:*}" = virtual ] && echo "$1" || echo 5s; }

# logs_frames N: so many are in the log, or more.
logs_frames() { [ "$(wc -l <log.out)" -gt "$1" ]; }

# --- whole runs ---

@test "source and sink: every PDU is there, whole and in order, at both ends" {
	start_answerer --sink --json --count=20
	as_tester --source --json --length=100 --count=20 >source
	ended_with 0 "$peer"
	for file in source peer.out; do
		[ "$(wc -l <$file)" -eq 1 ]
		is pdus 20 $file
		is bytes 2000 $file
		is length 100 $file
		is broken 0 $file
		is stmin_violations 0 $file
		is bs_violations 0 $file
		is gap.count 260 $file
		is fc.count 20 $file
		is time.count 20 $file
	done
	is lost 0 peer.out
	is damaged 0 peer.out
	is reordered 0 peer.out
	is lost '' source
	diff /dev/null peer.err
}

@test "ping and echo: every round trip" {
	start_answerer --echo --json --count=20
	as_tester --ping --json --length=30 --count=20 >ping
	ended_with 0 "$peer"
	is pdus 20 ping
	is rtt.count 20 ping
	is lost 0 ping
	is damaged 0 ping
	is gap.count 120 ping
	is pdus 20 peer.out
	awk -v rtt="$(value rtt.min ping)" -v time="$(value time.min ping)" 'BEGIN { exit !(rtt > time) }'
}

@test "the text of both: a report each" {
	local n=100 count=() # the default

	[ "${bus%%:*}" = virtual ] || n=10 count=(--count=10) # emulated, 100 take minutes
	start_answerer --sink --count=$n
	as_tester --source "${count[@]}" >source
	ended_with 0 "$peer"
	[ "$(head -n 1 source)" = "$bus: source, PDUs of 4095 bytes" ]
	grep -qxE "PDUs +$n" source
	[ "$(head -n 1 peer.out)" = "$ecu_bus: sink, PDUs of 4095 bytes" ]
	grep -qxE 'lost +0' peer.out
	start_answerer --echo
	as_tester --ping >ping
	[ "$(head -n 1 ping)" = "$bus: ping, PDUs of 7 bytes" ]
	grep -qE '^samples +100 +100$' ping
	kill -TERM "$peer"
	ended_with 143 "$peer"
	grep -qxE 'PDUs +100' peer.out
}

@test "a sweep: a line for each length, then the report of all, at both ends" {
	start_answerer --sink --length=1-3,7,62 --count=5
	as_tester --source --length=1-3,7,62 --count=5 >source
	ended_with 0 "$peer"
	for file in source peer.out; do
		awk 'NR > 1 && NR < 7 { print $1, $2 } NR == 7' $file >rows
		diff rows - <<-'END'
			1 5
			2 5
			3 5
			7 5
			62 5

		END
		[ "$(sed -n 8p $file)" = "$bus: source" ] || [ "$(sed -n 8p $file)" = "$ecu_bus: sink" ]
		grep -qxE 'PDUs +25' $file
	done
	start_answerer --echo --json
	as_tester --ping --json --length=8-20:6 --count=3 >ping
	kill -TERM "$peer"
	ended_with 143 "$peer"
	for file in ping peer.out; do
		[ "$(sed -nE 's/.*"length":([0-9]+),.*"pdus":([0-9]+),.*/\1 \2/p' $file | xargs)" = "8 3 14 3 20 3" ]
		is pdus 9 $file
		is length '' $file
	done
}

# bats test_tags=virtual
@test "the warm-up is sent and not counted, of each length" {
	start_log
	start_answerer --sink --json --warmup=2 --length=1,2 --count=3
	as_tester --source --warmup=2 --length=1,2 --count=3 >source
	ended_with 0 "$peer"
	logged 7E0#01{00,01,02,03,04} 7E0#020558 7E0#02065E 7E0#020763 7E0#020869 7E0#02096E
	is pdus 6 peer.out
	is frames 6 peer.out
	is lost 0 peer.out
}

@test "--interval paces from the first PDU on, --duration ends" {
	start_answerer --sink
	as_tester --source --json --length=7 --warmup=1 --count=5 --interval=50ms >source
	at_least span 0.2 source
	as_tester --source --json --length=7 --interval=20ms --duration=200ms >source
	is pdus 10 source || is pdus 9 source
	kill -TERM "$peer"
	ended_with 143 "$peer"
}

@test "sinks and echoes end by --duration, and by --timeout when nothing comes" {
	start_answerer --sink --duration=$(patience 300ms)
	ended_with 0 "$peer"
	grep -qxE 'PDUs +0' peer.out
	start_answerer --sink --timeout=$(patience 500ms)
	as_tester --source --length=7 --count=5 >source
	ended_with 0 "$peer"
	grep -qxE 'PDUs +5' peer.out
	start_answerer --echo --timeout=$(patience 500ms) --count=6
	as_tester --ping --count=5 >ping
	ended_with 4 "$peer"
	[ "${bus%%:*}" != virtual ] ||
		says peer.err "isotpperf: $bus: no PDU within 500 ms"
}

@test "a source that begins anew goes on being counted" {
	start_answerer --sink -v --count=10 --warmup=0 --json
	as_tester --source --length=62 --count=2 >source
	as_tester --source --length=62 --count=2 >source
	ended_with 0 "$peer"
	grep -q "the source has begun anew" peer.err
	is lost 0 peer.out
	is reordered 0 peer.out
}

# --- time ---

@test "an STmin of the receiver is measured as kept" {
	start_answerer --sink --json --stmin=5ms --bs=4 --length=100 --count=3
	as_tester --source --json --length=100 --count=3 '--fail-if=stmin_violations>0' \
		'--fail-if=bs_violations>0' '--fail-if=gap.min<5ms' >source
	ended_with 0 "$peer"
	is gap.count 30 source
	is fc.count 12 source
	at_least gap.min 0.005 peer.out
}

# Of 39 gaps some may be long by themselves, where two machines share a core.
@test "a sender that does not keep STmin is named, at both ends: 8" {
	start_answerer --sink --json --stmin=100ms --length=100 --count=3 '--fail-if=stmin_violations>0'
	run -8 --separate-stderr as_tester --source --json --length=100 --count=3 --tx-stmin=0 \
		'--fail-if=stmin_violations>0'
	[[ $stderr =~ ^'isotpperf: --fail-if=stmin_violations>0: stmin_violations is '(3[0-9])$ ]]
	ended_with 8 "$peer"
	is stmin_violations "${BASH_REMATCH[1]}" peer.out
	is lost 0 peer.out
}

@test "--no-observe: no frames, gaps and violations; limits for what is measured without" {
	start_answerer --sink --no-observe --json --count=5 '--fail-if=lost>0'
	as_tester --source --no-observe --json --bitrate=500k --length=30 --count=5 \
		'--fail-if=time.max>10s' '--fail-if=wire_share<0.001%' >source
	ended_with 0 "$peer"
	is pdus 5 source
	is frames '' source
	is gap.count '' source
	at_least wire_share 0.1 source
	is pdus 5 peer.out
	is lost 0 peer.out
}

@test "--bitrate: the load of the bus and the share of its limit" {
	start_answerer --sink --count=5 --length=200
	as_tester --source --json --bitrate=500k --length=200 --count=5 >source
	ended_with 0 "$peer"
	at_least bus_load 0.1 source
	at_least wire_share 0.1 source
}

# bats test_tags=fd
@test "CAN FD, extended addressing, a block size: all that isotpsend can" {
	to_ecu+=(--fd --tx-dl=24 -x 14:F4) as_ecu+=(--fd --tx-dl=24 --ext-addr=F4:14)
	start_answerer --sink --json --count=5 --bs=2
	as_tester --source --json --length=100 --count=5 >source
	ended_with 0 "$peer"
	is pdus 5 peer.out
	is lost 0 peer.out
	is frames 35 peer.out
	is fc.count 10 source
	to_ecu=(--sa=F1 --ta=10) as_ecu=(--sa=10 --ta=F1)
	start_answerer --echo
	as_tester --ping --count=2 --length=20 >ping
}

# --- what goes wrong ---

# played_to_sink FRAME...: to one without warm-up, until they are through; its status is in $status.
played_to_sink() {
	start_answerer --sink --json --warmup=0 --timeout=$(patience 1s)
	printf '%s\n' "$@" | bustool play "$bus"
	status=0
	wait "$peer" || status=$?
	echo "status $status"
	cat peer.out peer.err
}

@test "a sink tells what was lost, doubled or out of order: 6" {
	played_to_sink 7E0#0100 7E0#0101 7E0#0103 7E0#0106
	[ "$status" -eq 6 ]
	is pdus 4 peer.out
	is lost 3 peer.out
	is reordered 0 peer.out
	played_to_sink 7E0#0100 7E0#0102 7E0#0101 7E0#0103
	[ "$status" -eq 6 ]
	is lost 0 peer.out
	is reordered 1 peer.out
	played_to_sink 7E0#0100 7E0#0101 7E0#0101 7E0#0102
	[ "$status" -eq 6 ]
	is reordered 1 peer.out
	played_to_sink 7E0#0105 7E0#0106
	[ "$status" -eq 0 ]
	is lost 0 peer.out
}

@test "a sink tells what was damaged: 6" {
	played_to_sink 7E0#02003C 7E0#0201FF 7E0#020247
	[ "$status" -eq 6 ]
	is pdus 3 peer.out
	is damaged 1 peer.out
	is lost 0 peer.out
}

@test "a sink tells of receptions that broke, and goes on: 6" {
	played_to_sink 7E0#0100 7E0#100A000000000102 7E0#2200000000 7E0#0101
	[ "$status" -eq 6 ]
	grep -q 'wrong sequence number from 7E0' peer.err
	if [ "${RECV_STACK:-builtin}" = kernel ]; then
		is pdus 2 peer.out || is pdus 1 peer.out
	else
		is pdus 2 peer.out
		is broken 1 peer.out
	fi
}

# bats test_tags=virtual
@test "of failures the first ten are told; the rest is counted" {
	local broken=(7E0#100A000000000102 7E0#2200000000)

	played_to_sink 7E0#0100 "${broken[@]}"{,,,,,,,,,,,} 7E0#0101
	[ "$status" -eq 6 ]
	[ "$(grep -c 'wrong sequence number from 7E0' peer.err)" -eq 10 ]
	[ "$(tail -n 1 peer.err)" = "isotpperf: $bus: more failures are counted, and no longer told one by one" ]
	is broken 12 peer.out
	is pdus 2 peer.out
}

# bats test_tags=virtual
@test "nobody on the bus: 1, though the observer would be there" {
	run -1 --separate-stderr as_tester --source --length=7 --n-as=100ms
	[ -z "$output" ]
	[ "$stderr" = "isotpperf: $bus: nobody else on the bus within 100 ms (looked in $bus_dir)" ]
	run -1 --separate-stderr as_tester --ping --n-as=100ms
	[ "$stderr" = "isotpperf: $bus: nobody else on the bus within 100 ms (looked in $bus_dir)" ]
	nodes_are 0
	run -1 --separate-stderr as_tester --ping --json --n-as=100ms
	[ "$output" = '{"type":"report","mode":"ping","bus":"virtual:b","pdus":0,"bytes":0,"broken":0}' ]
}

# bats test_tags=virtual
@test "a peer that comes late is awaited, one that leaves is missed" {
	start source "$perf" "${to_ecu[@]}" --source --length=7 --count=3 --n-as=5s "$bus"
	isotpperf "${as_ecu[@]}" --sink --count=3 "$bus" >sink
	ended_with 0 "$pid"
	grep -qxE 'PDUs +3' source.out
	grep -qxE 'PDUs +3' sink
	start_answerer --sink
	start_log
	"$perf" "${to_ecu[@]}" --source --length=7 --count=1000000 --interval=1ms --n-as=200ms "$bus" \
		>source.out 2>source.err 3>&- &
	started+=("$!")
	wait_until logs_frames 30 # more than the warm-up
	kill -TERM "$pid"
	ended_with 0 "$pid"
	kill -KILL "$peer"
	ended_with 1 "${started[-1]}"
	grep -q 'nobody else on the bus within 200 ms' source.err
	grep -qE '^PDUs +[0-9]+$' source.out
}

@test "no flow control at all: 3, at once; no echo at all: 4" {
	start mute "$BUILDDIR/isotprecv" $recv_stack -s 7FF -d 7FE "$ecu_bus"
	run -3 --separate-stderr as_tester --source --length=100
	[ "${stderr_lines[0]}" = "isotpperf: $bus: no flow control from 7E8 within 1 s$(sent "6 of 100 bytes")" ]
	[ -z "$output" ]
	run -4 --separate-stderr as_tester --ping --timeout=200ms
	[ "$stderr" = "isotpperf: $bus: no echo within 200 ms"$'\n'"  try: isotpperf --echo at the other end, with the two IDs exchanged" ]
	run -3 --separate-stderr as_tester --source --length=100 --warmup=0 --json
	printf '%s\n' "$output" >source
	is pdus 0 source
	is broken 1 source
}

# bats test_tags=builtin
@test "a failure in between is told and counted, the run goes on: 6; ten in a row end it" {
	# the last one of the PDUs is answered by overflow
	play peer <<-'END'
		wait 7E0
		7E8#300000
		wait 7E0
		wait 7E0
		7E8#320000
		wait 7E0
		7E8#300000
		wait 7E0
	END
	run -6 --separate-stderr as_tester --source --json --length=8 --warmup=0 --count=3
	[ "$stderr" = "isotpperf: $bus: overflow said by 7E8: the PDU is too long for it; 6 of 8 bytes sent" ]
	printf '%s\n' "$output" >source
	is pdus 2 source
	is broken 1 source
	ended_with 0 "$pid"
	{
		printf '%s\n' 'wait 7E0' 7E8#300000 'wait 7E0'
		for ((i = 0; i < 10; i++)); do printf '%s\n' 'wait 7E0' 7E8#320000; done
	} | play peer
	run -5 --separate-stderr as_tester --source --json --length=8 --warmup=0 --count=30
	ended_with 0 "$pid"
	[ "$(grep -c 'overflow said by 7E8' <<<"$stderr")" -eq 10 ]
	printf '%s\n' "$output" >source
	is pdus 1 source
	is broken 10 source
}

# bats test_tags=virtual
@test "a transfer that does not end within --timeout is given up: 4; one in between is told and counted: 6" {
	# the second of the PDUs gets no flow control
	play peer <<-'END'
		wait 7E0
		7E8#300000
		wait 7E0
		wait 7E0
		wait 7E0
		7E8#300000
		wait 7E0
	END
	run -6 --separate-stderr as_tester --source --json --length=8 --warmup=0 --count=3 --timeout=700ms
	[ "$stderr" = "isotpperf: $bus: the transfer did not end within 700 ms" ]
	printf '%s\n' "$output" >source
	is pdus 2 source
	is broken 1 source
	ended_with 0 "$pid"
	start mute "$BUILDDIR/isotprecv" $recv_stack -s 7FF -d 7FE "$ecu_bus"
	run -4 --separate-stderr as_tester --source --json --length=8 --warmup=0 --timeout=200ms
	[ "${stderr_lines[0]}" = "isotpperf: $bus: the transfer did not end within 200 ms" ]
	printf '%s\n' "$output" >source
	is broken 1 source
}

@test "a sink does not wait for what is lost; nor does the warm-up count" {
	start_answerer --sink --json --warmup=3 --count=5 --timeout=10s
	# numbers 0 to 7: 1 is damaged, and in the warm-up; 5 is missing
	printf '%s\n' 7E0#02003C 7E0#0201FF 7E0#020247 7E0#02034D 7E0#020452 \
		7E0#02065E 7E0#020763 | bustool play "$bus"
	ended_with 6 "$peer"
	is pdus 4 peer.out
	is lost 1 peer.out
	is damaged 0 peer.out
}

@test "only PDUs of the warm-up: the report of nothing has its reason" {
	start_answerer --echo --warmup=3 --json
	as_tester --ping --warmup=0 --count=2 >ping
	kill -TERM "$peer"
	ended_with 143 "$peer"
	says peer.err "isotpperf: $ecu_bus: only PDUs of the warm-up came, which do not count: --warmup=0"
	is pdus 0 peer.out
}

# bats test_tags=virtual
@test "an echo that cannot leave: one PDU more may come meanwhile, a third is dropped" {
	start_answerer --echo --warmup=0 --count=2 --json
	# the flow control for the echo comes after the two
	bustool play "$bus" <<-'END'
		7E0#1008010203040506
		wait 7E8
		7E0#210708
		wait 7E8
		7E0#021122
		7E0#023344
		7E0#300000
		wait 7E8
		wait 7E8
	END
	ended_with 0 "$peer"
	says peer.err "isotpperf: $bus: a PDU of 2 bytes came while two were to go back: dropped"
	is pdus 2 peer.out
}

@test "a PDU that is longer than the sink takes is broken: 6" {
	start_answerer --sink --json --max-pdu=50 --warmup=0 --timeout=2s
	isotpsend "${to_ecu[@]}" -D 60 "$bus" || [ $? -eq 5 ]
	ended_with 6 "$peer"
	is broken 1 peer.out
	grep -q 'a PDU of 60 bytes was refused: --max-pdu is 50' peer.err
}

# bats test_tags=builtin
@test "what breaks in the warm-up is one of it" {
	start_answerer --sink --json --max-pdu=50 '--fail-if=broken>2'
	run -6 --separate-stderr as_tester --source --json --count=3 --length=40,60
	kill -TERM "$peer"
	ended_with 8 "$peer"
	is pdus 3 peer.out
	is broken 3 peer.out
	[ "$(grep -c 'was refused' peer.err)" -eq 6 ]
	start_answerer --sink --json --max-pdu=50 --timeout=$(patience 500ms)
	run -5 --separate-stderr as_tester --source --json --count=3 --length=60
	ended_with 6 "$peer"
	is broken 0 peer.out
	grep -q 'only PDUs of the warm-up came' peer.err
}

@test "--interval makes nothing up" {
	play peer <<-'END'
		wait 7E0
		7E8#0100
		wait 7E0
		pause 300
		7E8#0101
		wait 7E0
		7E8#0102
		wait 7E0
		7E8#0103
	END
	as_tester --ping --json --warmup=0 --length=1 --count=4 --interval=50ms >ping
	ended_with 0 "$pid"
	# the second echo takes 0.3 s, the other two PDUs do not follow at once
	at_least span 0.39 ping
	is rtt.count 4 ping
}

# bats test_tags=builtin
@test "ping: a damaged echo, none, a late one" {
	# 7 bytes: number 0, 1, 2, 3
	play peer <<-'END'
		wait 7E0
		7E8#07000000003DE99C
		wait 7E0
		7E8#0700000001AAAAAA
		wait 7E0
		wait 7E0
		7E8#070000000248BA83
		7E8#07000000034DA277
	END
	run -6 --separate-stderr as_tester --ping --json --warmup=0 --count=4 --timeout=100ms
	[ "$stderr" = "isotpperf: $bus: no echo within 100 ms" ]
	printf '%s\n' "$output" >ping
	is rtt.count 2 ping
	is damaged 1 ping
	is lost 1 ping
	is reordered 1 ping
	ended_with 0 "$pid"
}

@test "an echo that is slow to come is awaited as long as it comes" {
	start_answerer --echo --length=100 --count=2 --warmup=0
	as_tester --ping --length=100 --warmup=0 --count=2 --stmin=30ms --timeout=150ms --json >ping
	at_least rtt.min 0.39 ping
	is lost 0 ping
	ended_with 0 "$peer"
}

@test "a signal: the report all the same, 128+n; a limit goes before it" {
	start_answerer --echo
	start_monitor ping $send_stack "${to_ecu[@]}" --no-observe --ping --count=1000000 --interval=1ms \
		"$bus"
	wait_until test -e ping.out
	kill -INT "$pid"
	ended_with 130 "$pid"
	grep -qE '^PDUs +[0-9]+$' ping.out
	kill -TERM "$peer"
	ended_with 143 "$peer"
	start_answerer --sink '--fail-if=pdus<1'
	kill -TERM "$peer"
	ended_with 8 "$peer"
	grep -qxE 'PDUs +0' peer.out
}

@test "a signal: what had come before it is counted" {
	start_answerer --sink --json --warmup=0
	hold "$peer"
	as_tester --source --length=7 --warmup=0 --count=5
	kill -TERM "$peer"
	kill -CONT "$peer"
	ended_with 143 "$peer"
	is pdus 5 peer.out
	is frames 5 peer.out
	is lost 0 peer.out
}
