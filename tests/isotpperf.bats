#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpperf: wrong use; the monitor, live and from captures.

load helpers
load perf

setup() { common_setup; }
teardown() { common_teardown; }

recordings=$SRCDIR/tests/can-utils/isotpperf

# log FRAME...: a log of candump, a frame each 10 ms; +US before a frame is another time, @BUS another bus.
log() {
	local us=0 step=10000 bus=can0 frame

	for frame; do
		case $frame in
		+*) step=${frame#+} ;;
		@*) bus=${frame#@} ;;
		*)
			printf '(%d.%06d) %s %s\n' $((1700000000 + us / 1000000)) $((us % 1000000)) "$bus" "$frame"
			us=$((us + step)) step=10000
			;;
		esac
	done
}

# --- wrong use ---

# refused MESSAGE ARG...: with 2 and this message; behind "; try " is the way out. Nobody writes to the pipe that some of them name.
refused() {
	run -2 --separate-stderr isotpperf "${@:2}" </dev/null
	[ -z "$output" ]
	[ "$stderr" = "isotpperf: ${1/; try /$'\n  try: '}" ]
}

@test "operands: one interface or file, one interface for a mode that takes part" {
	local missing='INTERFACE or FILE: missing (can0, virtual:NAME, drive.log, -)'

	mkfifo pipe
	refused "$missing"
	refused "$missing" -s 7E0 -d 7E8 ''
	refused 'b: one INTERFACE or FILE is enough' pipe b
	refused 'pipe: excludes --read' --read=pipe pipe
	refused '--read: needs the name of a file, or - for standard input' -r ''
	refused 'INTERFACE: missing (can0 or virtual:NAME, say)' --source -s 7E0 -d 7E8
	refused 'b: one INTERFACE is enough' --source -s 7E0 -d 7E8 pipe b
}

@test "modes: one at a time; what goes with some of them only" {
	local option

	mkfifo pipe
	refused '--ping: excludes --source' --source --ping pipe
	refused '--sink: excludes --echo' --echo --sink pipe
	for option in --length=7 --interval=1ms --timeout=1s --warmup=1 --no-observe; do
		refused "${option%=*}: needs --source, --sink, --ping or --echo" $option pipe
	done
	for option in --pair=7E0:7E8 --read=pipe --swap-id; do
		refused "${option%=*}: excludes --sink" --sink $option -s 7E0 -d 7E8 pipe
	done
	for option in --stmin=5ms --bs=8 --stack=builtin --n-cr=500ms --fd --txpad=0 --functional --sa=1; do
		refused "${option%=*}: needs --source, --sink, --ping or --echo" $option --dyn-fc pipe
	done
	refused '-p: needs --source, --sink, --ping or --echo' -p :55 pipe
	refused '--sa: needs --source, --sink, --ping or --echo; try --pair=18DA10F1:18DAF110' \
		--sa=F1 --ta=10 pipe
	refused '--sa: needs --source, --sink, --ping or --echo; try --pair=18CE10F1/55:18CEF110/55' \
		--sa=F1 --ta=10 --ae=55 pipe
	refused '--ae: needs --source, --sink, --ping or --echo; try --pair=7E0/55:7E8/55' \
		--ae=55 -s 7E0 -d 7E8 pipe
	refused '--interval: excludes --echo' --echo --interval=1ms -s 7E0 -d 7E8 pipe
	refused '--functional: excludes --ping: nobody answers there' --ping --functional -s 7DF -d 7E8 pipe
	refused '--histogram: excludes --json' --histogram --json pipe
	refused '--dbitrate: needs --bitrate too' --dbitrate=2M pipe
	refused '--dbitrate: is less than --bitrate' --bitrate=1M --dbitrate=500k pipe
	refused '--tx-id: missing: the CAN ID that this end sends on' --sink pipe
	refused '--rx-id: missing: the CAN ID that this end receives on' --sink -s 7E0 pipe
}

@test "limits: what can never be measured, names that are nearly right" {
	local option told="count, min, mean, p50, p90, p99, p999, max"

	mkfifo pipe
	refused "--fail-if: 'rtt.p99>5ms' needs --ping" --pair=7E0:7E8 --fail-if='rtt.p99>5ms' pipe
	refused "--fail-if: 'lost>0' needs --sink or --ping" --fail-if='pdus<1' --fail-if='lost>0' pipe
	refused "--fail-if: 'bus_load>50%' needs --bitrate" --fail-if='bus_load>50%' pipe
	refused "--fail-if: 'fc.max>5ms' needs the ID that flow control comes on; try --pair=T:R, or -s T -d R" \
		-s 7E0 --fail-if='fc.max>5ms' pipe
	for option in 'gap.max>5ms' 'fc.max>5ms' 'bs_violations>0' 'p99>5ms'; do
		refused "--fail-if: '$option' excludes --no-observe" \
			--sink --no-observe "${as_ecu[@]}" --fail-if="$option" pipe
	done
	refused "--fail-if: 'lost>0' needs --sink or --ping" --echo "${as_ecu[@]}" --fail-if='lost>0' pipe
	refused "--fail-if: 'gap.max>5ms' needs PDUs of more than 13 bytes; try --length=4095" \
		--ping "${to_ecu[@]}" --fail-if='gap.max>5ms' pipe
	refused "--fail-if: 'gap.max>5ms' excludes --functional: PDUs have one frame there" \
		--source --functional -s 7DF --fail-if='gap.max>5ms' pipe

	refused "--fail-if: 'gap>5ms' names a distribution, not a value of it; try --fail-if='gap.max>5ms'; there are $told" \
		--fail-if='gap>5ms' pipe
	refused "--fail-if: 'p95>5ms' names no metric; try one of $told" --fail-if='p95>5ms' pipe
	refused "--fail-if: 'STmin violations>0' names no metric; try --fail-if='stmin_violations>0'" \
		--fail-if='STmin violations>0' pipe
	for name in loss:lost stmin_violation:stmin_violations load:bus_load BS:'METRICS in isotp(7)'; do
		run -2 --separate-stderr isotpperf --fail-if="${name%:*}>0" pipe
		[[ $stderr = *"'${name%:*}>0' names no metric"$'\n'"  try: "*"${name#*:}"* ]]
	done
	refused "--fail-if: 'latency>0' names no metric; try METRICS in isotp(7)" --fail-if='latency>0' pipe
	refused "--fail-if: 'p99' is not a limit (METRIC>VALUE: p99>5ms, lost>0); try quotes, as in --fail-if='p99>5ms': else the shell takes > for itself" \
		--fail-if=p99 pipe
}

@test "IDs and address bytes of the monitor" {
	mkfifo pipe
	refused '--tx-id: missing: the CAN ID of who sends the PDUs' -d 7E8 pipe
	refused '--tx-id: missing: the CAN ID of who sends the PDUs' -x 14 pipe
	refused '--rx-id: is the same as --tx-id' -s 7E0 -d 7E0 pipe
	refused "--pair: '7E0:7E0' has the same ID on both sides" --pair=7E0:7E0 pipe
	refused '--pair: 7E0 sends in two pairs' --pair=7E0:7E8 --pair=7E1 --pair=7E0:7E9 pipe
	refused '--pair: 6F1 sends in two pairs' --pair=6F1/12:612/F1 --pair=6F1/any pipe
	refused '--tx-id: 7E0 sends in two pairs' -s 7E0 -d 7E8 --pair=7E0:7E8 pipe
	refused '--rx-ext-addr: needs --ext-addr too' -s 7E0 -d 7E8 -X F1 pipe
	refused '7E0:7E8: one of its IDs is watched both with and without an address byte' \
		-s 7E0 -d 7E8 --pair=7E8/any <(log 7E0#0111)
}

@test "values: lengths, bit rates, limits, times, plots" {
	local value

	mkfifo pipe
	for value in '' 0 7, x 1-x 4294967296; do
		refused "--length: '$value' is no list of lengths (62 or 7,62,4095 or 8-4095:100)" \
			--source --length="$value" pipe
	done
	refused "--length: '7,8,8' has the same length twice in a row" --source --length=7,8,8 pipe
	refused "--length: '9-2' has a range that ends before it begins" --length=9-2 pipe
	for value in '' 0 k 500kbit 5000M -1 1.5M; do
		refused "--bitrate: '$value' is not a bit rate (500000, 500k, 2M)" --bitrate="$value" pipe
	done
	refused "--bitrate: '500' is less than 1000 bit/s; try --bitrate=500k" --bitrate=500 pipe
	refused "--dbitrate: '2' is less than 1000 bit/s; try --dbitrate=2k" --dbitrate=2 pipe
	for value in p99 'nothing>5' 'p99>5' 'p99=5ms' 'lost>1ms' ''; do
		run -2 --separate-stderr isotpperf --fail-if="$value" pipe
		[ -z "$output" ]
		[[ $stderr == "isotpperf: --fail-if: '$value' "* ]]
	done
	for value in x.pdf svg ''; do
		run -2 --separate-stderr isotpperf --plot="$value" pipe
		[ -z "$output" ]
		[[ $stderr == "isotpperf: --plot: '$value' "* ]]
	done
	refused "--duration: '5' needs a unit (5s, 5ms)" --duration=5 pipe
	refused '--length: 8 bytes are more than the 7 of a single frame' \
		--source --functional -s 7DF --length=7,8 pipe
	refused '--length: 101 bytes cannot come back: --max-pdu is 100' \
		--ping -s 7E0 -d 7E8 --length=101 --max-pdu=100 pipe
}

@test "values: 255 pairs, 64 limits, and no more" {
	local pairs limits

	mkfifo pipe
	mapfile -t pairs < <(printf -- '--pair=%X\n' {256..511})
	mapfile -t limits < <(printf -- '--fail-if=pdus<%d\n' {1..65})
	refused "--pair: '1FF' is one too many: 255 pairs at most" "${pairs[@]}" pipe
	refused "--fail-if: 'pdus<65' is one too many: 64 limits at most" "${limits[@]}" pipe
	log 1FE#0111 >drive.log
	# with the last of both, and the pair of -s
	run -8 --separate-stderr isotpperf -q --json -s 7E0 "${pairs[@]::255}" "${limits[@]::64}" drive.log
	[ "$(wc -l <<<"$stderr")" -eq 63 ]
}

# --- the monitor: what can-utils prints ---

@test "bars and lines are those of can-utils, byte for byte" {
	local name options count=0

	while IFS=$'\t' read -r name options; do
		count=$((count + 1))
		isotpperf $options "$recordings/$name.log" >printed 2>said
		diff /dev/null said
		head -c "$(wc -c <"$recordings/$name.raw")" printed | cmp - "$recordings/$name.raw"
		# a bar that stands has a note at the end; the report follows an empty line
		tail -c +$(($(wc -c <"$recordings/$name.raw") + 1)) printed | tr -d '\r' >rest
		[ "$(grep -v '^ (incomplete' rest | grep -m 1 .)" = "$recordings/$name.log: monitor" ]
		[ "$name" != shapes ] || grep -qx ' (incomplete at the end, 13 of 99 byte) *' rest
	done <"$recordings/isotpperf.tsv"
	[ "$count" -eq 3 ]
}

@test "the same from a pipe; with --quiet the lines alone" {
	isotpperf -s 7E0 -d 7E8 - <"$recordings/bus.log" >printed
	head -c "$(wc -c <"$recordings/bus.raw")" printed | cmp - "$recordings/bus.raw"
	grep -qx 'standard input: monitor' printed
	isotpperf -q -s 7E0 -d 7E8 "$recordings/bus.log" >printed
	run -1 grep -q $'\r' printed
	diff <(lines_of printed) <(tr '\r' '\n' <"$recordings/bus.raw" | grep '^CAN')
}

@test "what can-utils gets wrong" {
	# it dies of an FF_DL of 0
	log 7E0#1000000000000102 7E0#0111 | isotpperf -s 7E0 -d 7E8 - >printed
	diff <(lines_of printed) - <<<'CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in (no time available)     '
	# it has no time below 1 ms
	log +450 7E0#100A010203040506 7E0#210708090A | isotpperf -s 7E0 -d 7E8 - >printed
	diff <(lines_of printed) - <<<'CAN2.0 08  (BS: 0 # STmin:  0 msec) : 10 byte in 0.000450s => 22222 byte/s'
	# it sees no flow control with another address byte, nor without -X
	for x in '-X F4' ''; do
		log 6F4#14100801020304 6F4#1410080102030405 614#F4300805 6F4#1421060708 |
			isotpperf -s 6F4 -d 614 -x 14 $x - >printed
		diff <(lines_of printed) - <<<'CAN2.0 08  (BS: 8 # STmin:  5 msec) : 8 byte in 0.020000s => 400 byte/s'
	done
	# it waits for a second after a wrong sequence number
	log 7E0#1014010203040506 7E0#2208090A0B0C0D0E 7E0#0111 | isotpperf -q -s 7E0 -d 7E8 - >printed
	diff <(lines_of printed) - <<-'END'
		 (wrong sequence number: 2 instead of 1)
		CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in (no time available)     
	END
}

@test "what breaks has a note; what comes late a line, too" {
	log 7E0#1014010203040506 7E0#2107080910111213 7E0#1014010203040506 7E8#350000 \
		7E0#100A010203040506 +2999000 7E8#300000 7E0#210708090A 7E0#1063010203040506 |
		isotpperf -q -s 7E0 -d 7E8 - >printed
	diff <(lines_of printed) - <<-'END'
		 (cut off by the next PDU, 13 of 20 byte)
		 (reserved flow status 5 said by the receiver)
		 (transmission timed out)
		CAN2.0 08  (BS: 0 # STmin:  0 msec) : 10 byte in 3.009000s => 3 byte/s
		 (incomplete at the end, 6 of 99 byte)
	END
	grep -qE '^PDUs +1$' printed
	grep -qE '^broken +2$' printed
}

@test "with --pair each note stays, above the bar that follows; bars are for terminals alone" {
	log 7E0#1014010203040506 7E0#1014010203040506 +1100000 7E8#300000 @can1 100#00 >drive.log
	isotpperf --pair=7E0:7E8 drive.log >printed
	diff <(head -n 4 printed) - <<-'END'
		 (cut off by the next PDU, 6 of 20 byte)
		 (transmission timed out)

		drive.log: monitor
	END
	need_terminal
	for columns in 30 50 80; do
		on_terminal $columns "'$perf' --pair=7E0:7E8 drive.log" shown >/dev/null
		diff <(tr '\r' '\n' <shown | grep -E '^ \(|^$|monitor' | sed 's/ *$//' | uniq | head -n 6) - <<-'END'

			 (cut off by the next PDU, 6 of 20 byte)

			 (transmission timed out)

			drive.log: monitor
		END
		grep -q X shown
		tr '\r' '\n' <shown | awk -v most=$((columns < 42 ? 42 : columns)) \
			'/[%(]/ && length > most { print; exit 1 }'
	done
	# can-utils' bytes: the next bar takes the place
	isotpperf -s 7E0 -d 7E8 drive.log >printed
	[ "$(grep -c '(' printed)" -eq 1 ]
	# wrong padding is no PDU
	log 7E0#0111AAAAAAAAAAAA 7E0#0111CCCCCCCCCCCC |
		isotpperf -q --rxpad=CC --check-pad=content --pair=7E0:7E8 - >printed
	diff <(lines_of printed) - <<-'END'
		 (wrong padding)
		CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in (no time available)     
	END
}

@test "-x A:R is -x A -X R" {
	for x in '-x 14:F4' '-x 14 -X F4' '--ext-addr=14 --rx-ext-addr=F4'; do
		log 614#F1300101 614#F4300805 6F4#140111 6F4#150111 |
			isotpperf -q -s 6F4 -d 614 $x - >printed
		diff <(lines_of printed) - <<<'CAN2.0 08  (BS: 8 # STmin:  5 msec) : 1 byte in (no time available)     '
	done
}

@test "several pairs: each line is led by its own; other buses are named" {
	log 7E0#0111 7E1#022233 7E8#300101 @can1 7E0#0111 7E2#0111 >drive.log
	isotpperf -q --pair=7E0:7E8 --pair=7E1 drive.log >printed
	diff <(lines_of printed) - <<-'END'
		7E0:7E8 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in (no time available)     
		7E1 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 2 byte in (no time available)     
		can1 7E0:7E8 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 1 byte in (no time available)     
	END
	isotpperf -q -s 7E0 -d 7E8 --pair=7E2 drive.log >printed
	[ "$(lines_of printed | wc -l)" -eq 3 ]
}

# --- the monitor: what it measures ---

@test "--plot: the file is what gnuplot draws of the run; a failure of it takes nothing from the report" {
	mkdir bin
	printf '#!/bin/sh\n[ "$*" = "-d -" ] && exec cat\n' >bin/gnuplot
	chmod +x bin/gnuplot
	cp "$recordings/bus.log" .
	PATH=$PWD/bin:$PATH isotpperf -q --plot=times.svg -s 7E0 -d 7E8 bus.log >printed 2>said
	diff /dev/null said
	grep -qx 'bus.log: monitor' printed
	grep -q "title 'bus.log: monitor' noenhanced" times.svg
	[ "$(grep '^set ylabel' times.svg | sed 's/ (.*//')" = "set ylabel 'time per PDU
set ylabel 'CF gap
set ylabel 'flow control" ]
	printf '#!/bin/sh\necho no terminal of this name >&2\nexit 1\n' >bin/gnuplot
	PATH=$PWD/bin:$PATH run -1 --separate-stderr isotpperf -q --plot=other.svg -s 7E0 -d 7E8 bus.log
	[ "$stderr" = 'isotpperf: gnuplot: no terminal of this name' ]
	[ "$(grep -A 100 -x 'bus.log: monitor' <<<"$output")" = "$(grep -A 100 -x 'bus.log: monitor' printed)" ]
	[ ! -e other.svg ]
}

@test "the report: what the first of a pair sends, its flow control, its violations" {
	log 7E0#1014010203040506 7E8#300105 +1000 7E0#2107080910111213 7E8#300005 7E0#2214151617181920 \
		7E8#0422010203 7E0#0111 >drive.log
	isotpperf --json -s 7E0 -d 7E8 drive.log >printed
	is pdus 2 printed
	is bytes 21 printed
	is broken 0 printed
	is stmin_violations 0 printed
	is time.count 1 printed
	is time.max 0.031000000 printed
	is fc.count 2 printed
	is fc.min 0.001000000 printed
	isotpperf --json -s 7E8 -d 7E0 drive.log >printed
	is pdus 1 printed
	is bytes 4 printed
	isotpperf --json --pair=7E0:7E8 --pair=7E8:7E0 drive.log >printed
	is pdus 3 printed
	log 7E0#1014010203040506 7E8#300005 +1000 7E0#2107080910111213 7E0#2214151617181920 >drive.log
	run -8 --separate-stderr isotpperf -q -s 7E0 -d 7E8 '--fail-if=stmin_violations>0' drive.log
	[ "$stderr" = 'isotpperf: --fail-if=stmin_violations>0: stmin_violations is 1' ]
}

@test "one ID that answers two senders: the STmin is for the one that waits, with and without pairs" {
	log 7E8#1014010203040506 7E0#300000 7E8#2107080910111213 7E9#1014010203040506 7E0#30000A \
		+1000 7E9#2107080910111213 7E9#2214151617181920 7E8#2214151617181920 >drive.log
	isotpperf --json --pair=7E8:7E0 --pair=7E9:7E0 drive.log >pairs
	isotpperf --json drive.log >found
	for file in pairs found; do
		is pdus 2 $file
		is gap.count 2 $file
		is stmin_violations 1 $file
	done
	isotpperf -q --pair=7E8:7E0 --pair=7E9:7E0 drive.log >printed
	diff - <(lines_of printed) <<-'END'
		7E9:7E0 CAN2.0 08  (BS: 0 # STmin: 10 msec) : 20 byte in 0.021000s => 952 byte/s
		7E8:7E0 CAN2.0 08  (BS: 0 # STmin:  0 msec) : 20 byte in 0.061000s => 327 byte/s
	END
	log 7E8#1014010203040506 7E9#1014010203040506 7E0#320000 >drive.log
	isotpperf -q --pair=7E8:7E0 --pair=7E9:7E0 drive.log >printed
	diff - <(lines_of printed) <<-'END'
		7E8:7E0  (overflow said by the receiver)
		7E9:7E0  (incomplete at the end, 6 of 20 byte)
	END
	grep -qxE 'broken +1' printed
}

@test "without IDs the report alone, of all that is ISO-TP" {
	isotpperf "$recordings/bus.log" >printed
	[ "$(head -n 1 printed)" = "$recordings/bus.log: monitor" ]
	isotpperf --json "$recordings/bus.log" >printed
	is pdus 2 printed
	[ "$(grep -c '"type":"pdu"' printed)" -eq 2 ]
}

@test "a file is read twice, so that the first transfer without IDs is measured, too" {
	log 7E0#0322F18C +1000 7E8#101462F18C414231 +1000 7E0#30000A +2000 7E8#2132333435363738 \
		7E8#2239304142434445 >one.log
	isotpperf one.log >printed
	[ "$(grep -E '^(samples|max)' printed | tr -s ' ')" = "samples 1 1 1
max 4.000 ms 2.000 ms 1.000 ms" ]
	isotpperf --json one.log >printed
	[ "$(grep -c '"type":"pdu"' printed)" -eq 2 ]
	is gap.max 0.002000000 printed
	is pdus 2 printed
	run -0 --separate-stderr isotpperf '--fail-if=gap.max>5ms' - <one.log
	[ -z "$stderr" ]
	# nothing is learned from what --count and --duration leave out
	isotpperf --json --duration=1ms one.log >printed
	is pdus 0 printed
	# what is wrong in it is told once
	echo damaged >>one.log
	run -0 --separate-stderr isotpperf one.log
	[ "$stderr" = 'isotpperf: one.log: line 6 has no valid CAN ID: skipped' ]
	gzip one.log
	isotpperf --json one.log.gz 2>said >printed
	is gap.count 1 printed
	[ "$(wc -l <said)" -eq 1 ]
}

@test "a pipe is read once: of the transfer that revealed the pair there are no gaps" {
	local missing='was not measured: of the transfer that revealed the pair nothing is measured: --pair measures all'

	log 7E0#1014010203040506 7E8#300000 7E0#2107080910111213 7E0#2214151617181920 >one.log
	run -8 --separate-stderr isotpperf '--fail-if=gap.max>5s' '--fail-if=fc.max>5s' - < <(cat one.log)
	[ "$stderr" = "isotpperf: --fail-if=gap.max>5s: gap.max $missing
isotpperf: --fail-if=fc.max>5s: fc.max $missing" ]
	run -0 --separate-stderr isotpperf --pair=7E0:7E8 '--fail-if=gap.max>5s' - < <(cat one.log)
}

@test "the slowest PDU, the worst gap, and a row for each of several senders" {
	log @can1 123#00 @can0 7E0#1014010203040506 +1000 7E8#300002 +85 7E0#2107080910111213 7E0#2214151617181920 \
		7E8#1014010203040506 +1000 7E0#300000 +90000 7E8#2107080910111213 7E8#2214151617181920 >drive.log
	isotpperf drive.log >printed
	grep -qx 'STmin violations            1  at worst 85.00 us where 2.000 ms were asked' printed
	grep -qx 'slowest              101.0 ms  can0 7E8 > 7E0, 20 bytes,' printed
	grep -qx '                               frames 5-8, from 1700000000.031085' printed
	[ "$(sed -n '/^slowest senders/,$p' printed | tr -s ' ')" = "slowest senders first PDUs broken < STmin mean max
can0 7E8 > 7E0 1 0 0 101.0 ms 101.0 ms
can0 7E0 > 7E8 1 0 1 11.09 ms 11.09 ms" ]
	[ "$(wc -L <printed)" -le 80 ]
	isotpperf --json drive.log >printed
	[ "$(grep -c '"type":"sender"' printed)" -eq 2 ]
	report_of printed | grep -q '"slowest":{"duration":0.101000000,"time":.*"bus":"can0","id":"7E8"'
	# of one sender there is no table
	isotpperf -q --pair=7E8:7E0 drive.log >printed
	run -1 grep 'senders' printed
}

@test "the load is that of the busiest bus" {
	for bus in can0 can1 can1; do
		for t in 1 2 3 4 5 6 7 8 9; do
			echo "(1.000$t) $bus 123#5555555555555555"
		done
	done | sort >buses.log
	isotpperf --bitrate=5M '--fail-if=bus_load>60%' buses.log >printed 2>said
	grep -qE '^bus load +[0-9.]+ %  of 5 Mbit/s, can1 \(busiest of 2\)$' printed
	isotpperf --json --bitrate=5M buses.log 2>said >printed
	report_of printed | grep -q '"busiest":"can1"'
	both=$(value bus_load printed)
	grep can1 buses.log | isotpperf --json --bitrate=5M - 2>said >printed
	is bus_load "$both" printed
}

@test "without a data bit rate the report says why there is no load" {
	log 123##11122 | isotpperf --bitrate=500k - 2>said >printed
	grep -qx 'bus load                    -  frames with bit rate switch need --dbitrate' printed
}

@test "a log without times: what needs them is not measured" {
	printf '  can0  %s\n' '7E0   [8]  10 14 01 02 03 04 05 06' '7E8   [3]  30 00 05' \
		'7E0   [8]  21 07 08 09 10 11 12 13' '7E0   [8]  22 14 15 16 17 18 19 20' >con.log
	run -8 --separate-stderr isotpperf --bitrate=500k '--fail-if=gap.max>1s' '--fail-if=broken>0' con.log
	[ "$stderr" = "isotpperf: con.log: its frames have no times: what needs them is not measured
  try: candump -L, or candump -t a, which write them
isotpperf: --fail-if=gap.max>1s: gap.max was not measured: the frames have no times" ]
	grep -qE '^PDUs +1$' <<<"$output"
	run -1 grep -E '^(span|rate|samples|STmin|slowest  )' <<<"$output"
	run -0 --separate-stderr isotpperf -q con.log
	[ -z "$stderr" ]
	run -0 --separate-stderr timeout "$BOUND" "$BUILDDIR/isotpdump" con.log
	[[ $output != *' in 0 us'* ]]
}

@test "a limit is not kept by what never came" {
	log 123#00 >drive.log
	for what in '--pair=7E0:7E8 drive.log' 'drive.log' -; do
		# shellcheck disable=SC2086 # two words
		run -8 --separate-stderr isotpperf -q --fail-if='broken>0' $what </dev/null
		[[ $stderr = *"--fail-if=broken>0: broken was not measured: no PDU was seen" ]]
		run -1 grep broken <<<"$output"
	done
	log 7E0#0122 | isotpperf -q --pair=7E0:7E8 --fail-if='broken>0' - >printed
	grep -qxE 'broken +0' printed
}

@test "wrong IDs are told: a report of nothing looks like one of a perfect bus" {
	log 614#F4101401020304 6F4#14300000 614#F4210506070809 614#F4220A0B0C0D0E 614#F42311121314 123#00 >drive.log
	told() { # STDERR ARG...
		run -0 --separate-stderr isotpperf "${@:2}" drive.log
		[ "$stderr" = "$1" ]
	}
	told 'isotpperf: drive.log: no frame on 7E0 or 7E8' --pair=7E0:7E8
	told 'isotpperf: drive.log: no frame on 7E0' --pair=7E0
	told 'isotpperf: drive.log: no frame on 7E0, only on 123' --pair=7E0:123
	told "isotpperf: drive.log: frames on 614 all begin with F4
  try: --pair=614/F4:6F4/14" --pair=614:6F4
	told "isotpperf: drive.log: frames on 614 all begin with F4, not F1
  try: --pair=614/F4:6F4/14" --pair=614/F1:6F4/14
	told "isotpperf: drive.log: no frame on 100
isotpperf: drive.log: no frame on 101 or 102" --pair=614/F4:6F4/14 --pair=100 --pair=101:102
	told 'isotpperf: drive.log: no frame on 123 is ISO-TP' --pair=123:6F4/14
	told '' --pair=614/F4:6F4/14
	told '' --pair=614/any:6F4/any
	told '' -q --pair=7E0:7E8
	log 123#00 >drive.log
	told "isotpperf: drive.log: nobody was found who speaks ISO-TP
  try: --pair=T:R, where T is the ID of who sends and R that of who answers"
	log 614#F410140102030405 6F4#14300000 614#F4210607080910 6F4#14023E00 >drive.log
	told 'isotpperf: drive.log: no PDU of several frames from 6F4/14, only from 614/F4
  try: --pair=614/F4:6F4/14' --pair=6F4/14:614/F4
	told 'isotpperf: drive.log: no PDU of several frames from 6F4/any, only from 614/any
  try: --pair=614/any:6F4/any' --pair=6F4/any:614/any
	told '' --pair=6F4/14:614/F4 --pair=614/F4:6F4/14
}

@test "live: nothing at all is told" {
	start_monitor live virtual:b
	kill -INT "$pid"
	ended_with 130 "$pid"
	[ "$(cat live.err)" = 'isotpperf: virtual:b: no frame was seen' ]
}

@test "--bitrate changes nothing but the load" {
	for options in '' '--pair=7E0:7E8'; do
		isotpperf --json $options "$recordings/bus.log" >without
		isotpperf --json --bitrate=500k $options "$recordings/bus.log" |
			sed -E 's/,"(bus_load|wire_share)":[0-9.]+//g' >with
		diff without with
	done
}

@test "--json: each PDU and fault as isotpdump has it, then the report" {
	isotpperf --json -s 7E0 -d 7E8 "$recordings/bus.log" >printed
	timeout "$BOUND" "$BUILDDIR/isotpdump" --json --pair=7E0:7E8 "$recordings/bus.log" >dumped
	diff <(head -n -1 printed) dumped
	[ "$(report_of printed)" = "$(tail -n 1 printed)" ]
	log 7E0#21 7E0#2101020304050607 | isotpperf --json -s 7E0 -d 7E8 - >printed
	grep -q '"type":"fault".*"cf_without_ff"' printed
}

@test "--bitrate: the load of the bus and the share of its limit" {
	isotpperf --json -s 7E0 -d 7E8 "$recordings/bus.log" >printed
	is bus_load '' printed
	isotpperf --json --bitrate=500k -s 7E0 -d 7E8 "$recordings/bus.log" >printed
	at_least bus_load 1 printed
	at_least wire_share 1 printed
	[ "$(value bus_load printed)" = "$(isotpperf --json --bitrate=500000 -s 7E0 -d 7E8 "$recordings/bus.log" |
		sed -nE 's/.*"bus_load":([0-9.]+).*/\1/p')" ]
}

@test "--count, --duration: enough PDUs, enough of a capture's time" {
	isotpperf -q --count=1 -s 7E0 -d 7E8 "$recordings/bus.log" >printed
	[ "$(lines_of printed | wc -l)" -eq 1 ]
	isotpperf --json --count=1 "$recordings/bus.log" >printed
	is pdus 1 printed
	log 7E0#0111 7E0#0111 7E0#0111 7E0#0111 | isotpperf --json --duration=20ms -s 7E0 -d 7E8 - >printed
	is pdus 3 printed
}

@test "--histogram below the report; limits that are exceeded, kept, not measured" {
	isotpperf -q --histogram -s 7E0 -d 7E8 "$recordings/bus.log" >printed
	grep -q '^CF gap, 23 samples' printed
	run -8 --separate-stderr isotpperf -q -s 7E0 -d 7E8 '--fail-if=gap.max>=5ms' \
		'--fail-if=p50>1s' '--fail-if=bs_violations>0' "$recordings/bus.log"
	[ "$stderr" = 'isotpperf: --fail-if=gap.max>=5ms: gap.max is 5.001 ms' ]
	run -0 --separate-stderr isotpperf -q -s 7E0 -d 7E8 '--fail-if=gap.max>1s' "$recordings/bus.log"
	run -0 --separate-stderr isotpperf -q -s 7E0 -d 7E8 '--fail-if= gap.p99.9 > 1s ' "$recordings/bus.log"
	run -8 --separate-stderr isotpperf -q -s 7E0 -d 7E8 '--fail-if=p99.9>1s' - < <(log 7E0#0111)
	[ "$stderr" = 'isotpperf: --fail-if=p99.9>1s: time.p999 was not measured: no whole segmented PDU was seen' ]
}

@test "what is no capture, and a standard output that is full" {
	run -1 --separate-stderr isotpperf nothing.log
	[ "${stderr_lines[0]}" = 'isotpperf: nothing.log: neither a CAN interface nor a file' ]
	run -1 --separate-stderr bash -c "'$perf' -s 7E0 -d 7E8 '$recordings/bus.log' >/dev/full"
	[ "$stderr" = 'isotpperf: standard output: no space left' ]
}

@test "live: a bar for each frame as it comes, the report at a signal" {
	start_monitor live -s 7E0 -d 7E8 virtual:b
	start_recv "${as_ecu[@]}" virtual:b
	isotpsend "${to_ecu[@]}" -D 20 virtual:b
	ended_with 0 "$pid"
	wait_until grep -q 'byte in' live.out
	# as can-utils prints it: first frame, flow control and two consecutive frames, then the line
	[ "$(tr '\r' '\n' <live.out | grep -c '%')" -eq 4 ]
	[ "$(grep -c 'virtual:b: monitor' live.out)" -eq 0 ]
	kill -INT "${started[0]}"
	ended_with 130 "${started[0]}"
	grep -qx 'virtual:b: monitor' live.out
	grep -qE '^PDUs +1$' live.out
	diff /dev/null live.err
	nodes_are 0
}

@test "live: without lines a terminal is told how far it is" {
	need_terminal
	on_terminal 80 "'$perf' --duration=3s virtual:b" shown >report
	tr '\r' '\n' <shown | grep -qE '0 PDUs  [1-3] s'
	grep -q 'virtual:b: monitor' report
	on_terminal 80 "'$perf' --sink -s 7E8 -d 7E0 --timeout=3s virtual:b" shown >report || true
	tr '\r' '\n' <shown | grep -qE '0 PDUs  [1-3] s'
	on_terminal 80 "'$perf' --json --duration=1500ms virtual:b" | grep -c PDUs | grep -qx 0
}

@test "live: what is silent for a second is told and has broken, though no other frame says so; --duration ends" {
	echo 7E0#1014010203040506 >frame
	start_monitor live -s 7E0 -d 7E8 --duration=2s virtual:b
	bustool play virtual:b <frame
	ended_with 0 "$pid"
	tr '\r' '\n' <live.out | grep -q '^ (transmission timed out) *$'
	grep -qE '^broken +1$' live.out
}

@test "live: a signal takes nothing away: the note of an open PDU, its object" {
	echo 7E0#1014010203040506 >frame
	start_monitor live -s 7E0 -d 7E8 virtual:b
	start_monitor json --json -s 7E0 -d 7E8 virtual:b
	bustool play virtual:b <frame
	wait_until grep -q XXX live.out
	kill -INT "${started[@]}"
	for pid in "${started[@]}"; do ended_with 130 "$pid"; done
	tr '\r' '\n' <live.out | grep -q '^ (incomplete at the end, 6 of 20 byte) *$'
	grep -qx 'virtual:b: monitor' live.out
	grep -q '"type":"pdu".*"status":"incomplete"' json.out
}

# is_held_up PID: the pipe that it writes to, of 64 KiB, is as full as it gets.
is_held_up() { [ "$(awk '/^wchar/ { print $2 }' "/proc/$1/io")" -ge 60000 ]; }

@test "a signal while nobody reads: no line is torn, and the report follows when somebody does" {
	for i in {1..2000}; do
		echo "(1700000000.$((100000 + i))) can0 7E0#0722F1900102030$((i % 10))"
	done >drive.log
	mkfifo pipe go
	for signal in TERM INT; do
		{ read -r _ <go && mapfile -t lines && printf '%s\n' "${lines[@]}"; } <pipe >read 3>&- &
		started+=("$!")
		env --default-signal=INT "$perf" --json --pair=7E0 drive.log >pipe 3>&- &
		pid=$!
		started+=("$pid")
		wait_until is_held_up "$pid"
		kill -$signal "$pid"
		echo >go
		ended_with $((128 + $(kill -l $signal))) "$pid"
		ended_with 0 "${started[-2]}"
		[ "$(tail -n 1 read | cut -c 1-16)" = '{"type":"report"' ]
		[ "$(grep -vcE '^\{"type".*\}$' read)" -eq 0 ]
		[ "$(wc -l <read)" -gt 100 ]
	done
}

@test "the name of a file does not steer the terminal" {
	name=$'a\e[31mx.log'
	log 7E0#0111 >"$name"
	isotpperf -q -s 7E0 -d 7E8 "$name" >printed
	grep -qxF 'a?[31mx.log: monitor' printed
}

@test "frames of one time have none" {
	printf '(5.0) can0 7E0#1008010203040506\n(5.0) can0 7E0#210708\n' >still.log
	run -0 --separate-stderr isotpperf --json --bitrate=500k -s 7E0 -d 7E8 still.log
	[ "$stderr" = 'isotpperf: still.log: its frames all have the same time: what needs times is not measured' ]
	[[ $output != *bus_load* && $output != *wire_share* && $output != *'"time":{'* ]]
}

@test "live: limits go before a signal" {
	start_monitor live '--fail-if=pdus<1' -s 7E0 -d 7E8 virtual:b
	kill -TERM "$pid"
	ended_with 8 "$pid"
	[ "$(cat live.err)" = "isotpperf: virtual:b: no frame on 7E0 or 7E8
isotpperf: --fail-if=pdus<1: pdus is 0" ]
}
