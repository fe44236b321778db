#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# isotpdump --json: each kind of object as isotp(7) sets it down.

load helpers
load dump

setup() { common_setup; }
teardown() { common_teardown; }

@test "PDUs: a single frame, several frames, without a peer" {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7DF#023E80 >log
	prints \
		'{"type":"pdu","time":1700000000.000000,"bus":"can0","id":"7E0","width":11,"pair":"7E0:7E8","kind":"SF","status":"ok","length":3,"received":3,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":0,"last_frame":0,"data":"22F18C"}' \
		'{"type":"pdu","time":1700000000.030000,"bus":"can0","id":"7E8","width":11,"pair":"7E0:7E8","kind":"MF","status":"ok","length":8,"received":8,"frames":2,"duration":0.020000,"max_gap":0.020000,"first_frame":1,"last_frame":3,"data":"62F18C4142313233"}' \
		'{"type":"pdu","time":1700000000.040000,"bus":"can0","id":"7DF","width":11,"kind":"SF","status":"ok","length":2,"received":2,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":4,"last_frame":4,"data":"3E80"}' \
		-- --json --pair=7E0:7E8 --pair=7DF <log
}

@test "PDUs with an address byte, and with 29 bits" {
	log 6F1#120322F101 612#F10462F10107 18DA10F1#0131 | prints \
		'{"type":"pdu","time":1700000000.000000,"bus":"can0","id":"6F1","width":11,"address_byte":"12","pair":"6F1/12:612/F1","kind":"SF","status":"ok","length":3,"received":3,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":0,"last_frame":0,"data":"22F101"}' \
		'{"type":"pdu","time":1700000000.010000,"bus":"can0","id":"612","width":11,"address_byte":"F1","pair":"6F1/12:612/F1","kind":"SF","status":"ok","length":4,"received":4,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":1,"last_frame":1,"data":"62F10107"}' \
		'{"type":"pdu","time":1700000000.020000,"bus":"can0","id":"18DA10F1","width":29,"pair":"18DA10F1:18DAF110","kind":"SF","status":"ok","length":1,"received":1,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":2,"last_frame":2,"data":"31"}' \
		-- --json --pair=6F1/12:612/F1 --pair=18DA10F1:18DAF110
}

@test "a broken PDU, one with faults, and a fault on its own" {
	log 7E8#1014010203040506 7E8#2207 7E8#100862F18C414231 7E0#300000 7E0#300000 7E8#213233 7E8#2233 7E8#2344 | prints \
		'{"type":"pdu","time":1700000000.000000,"bus":"can0","id":"7E8","width":11,"pair":"7E0:7E8","kind":"MF","status":"unexp_pdu","length":20,"received":6,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":0,"last_frame":0,"data":"010203040506","faults":{"cf_short":1}}' \
		'{"type":"pdu","time":1700000000.050000,"bus":"can0","id":"7E8","width":11,"pair":"7E0:7E8","kind":"MF","status":"ok","length":8,"received":8,"frames":2,"duration":0.030000,"max_gap":0.030000,"first_frame":2,"last_frame":5,"data":"62F18C4142313233","faults":{"fc_duplicate":1}}' \
		'{"type":"fault","time":1700000000.060000,"bus":"can0","id":"7E8","width":11,"pair":"7E0:7E8","fault":"cf_surplus","frame":6}' \
		-- --json --pair=7E0:7E8
}

# ends STATUS FRAMES [ARG...]: the first PDU of the ECU ends so.
ends() {
	log $2 | isotpdump --json --pair=7E0:7E8 "${@:3}" - >objects
	echo "frames: $2"
	grep -m 1 '"id":"7E8"' objects | grep -o '"status":"[a-z_]*"' | diff <(echo "\"status\":\"$1\"") -
}

@test "every way in which a PDU ends" {
	local ff=7E8#1008010203040506 cts=7E0#300000 next=7E8#0155

	ends ok "$ff $cts 7E8#210708"
	ends wrong_sn "$ff $cts 7E8#220708"
	ends unexp_pdu "$ff $cts $next"
	ends buffer_ovflw "$ff 7E0#320000"
	ends wft_ovrn "$ff 7E0#310000 $next"
	ends invalid_fs "$ff 7E0#350000"
	ends padding "$ff $cts 7E8#210708AA" --check-pad=length
	ends incomplete "$ff $cts"
	ends timeout_cr "$ff $cts 7E8#210708" --n-cr=5ms
	ends timeout_bs "$ff $cts 7E8#210708" --n-bs=5ms
}

@test "--uds: request, answer, pending, negative, OBD; what is no UDS has none" {
	log 7E0#021181 7E8#037F1178 7E8#025101 7E0#0322F18C 7E8#037F2231 7E0#02010C 7E8#04410C1AF8 7E0#0188 |
		isotpdump --json --uds --pair=7E0:7E8 - | sed 's/.*"data":"[0-9A-F]*"\(,"uds":\)\?//; s/}$//' >uds
	diff - uds <<-'END'
		{"kind":"request","sid":"11","service":"ECUReset","sub":"01","sub_name":"hardReset","suppress":true}
		{"kind":"negative","sid":"11","service":"ECUReset","nrc":"78","nrc_name":"requestCorrectlyReceived-ResponsePending","request_frame":0,"latency":0.010000}
		{"kind":"response","sid":"11","service":"ECUReset","sub":"01","sub_name":"hardReset","request_frame":0,"latency":0.020000,"pending":1}
		{"kind":"request","sid":"22","service":"ReadDataByIdentifier","did":"F18C","did_name":"ECUSerialNumberDataIdentifier"}
		{"kind":"negative","sid":"22","service":"ReadDataByIdentifier","nrc":"31","nrc_name":"requestOutOfRange","request_frame":3,"latency":0.010000}
		{"kind":"request","sid":"01","service":"RequestCurrentPowertrainDiagnosticData","did":"0C","did_name":"EngineRPM"}
		{"kind":"response","sid":"01","service":"RequestCurrentPowertrainDiagnosticData","did":"0C","did_name":"EngineRPM","request_frame":5,"latency":0.010000}

	END
}

@test "--uds: each of several ECUs answers a functional request, with its own latency" {
	log 7DF#023E00 7E9#027E00 7E8#037F3E78 7E8#027E00 | isotpdump --json --uds --pair=7DF --pair=7E8 --pair=7E9 - |
		sed -n 's/.*"id":"\(...\)".*"request_frame":0,/\1 /p' >answers
	diff - answers <<-'END'
		7E9 "latency":0.010000}}
		7E8 "latency":0.020000}}
		7E8 "latency":0.030000,"pending":1}}
	END
}

@test "--stats: an object for each sender at the end" {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#300000 7E8#213233 7E8#1014010203040506 7E0#021101 7E8#037F1178 \
		7E8#025101 7DF#023E80 7DF#02 | isotpdump --json --uds --stats --pair=7E0:7E8 --pair=7DF - | grep summary >rows
	diff - rows <<-'END'
		{"type":"summary","bus":"can0","id":"7E0","width":11,"pair":"7E0:7E8","pdus":2,"bytes":5,"frames":2,"broken":0,"first":1700000000.000000,"last":1700000000.050000,"status":{"ok":2},"faults":{}}
		{"type":"summary","bus":"can0","id":"7E8","width":11,"pair":"7E0:7E8","pdus":4,"bytes":19,"frames":5,"broken":1,"first":1700000000.010000,"last":1700000000.070000,"status":{"ok":3,"unexp_pdu":1},"faults":{},"answers":2,"latency_min":0.010000,"latency_mean":0.015000,"latency_max":0.020000}
		{"type":"summary","bus":"can0","id":"7DF","width":11,"pdus":1,"bytes":2,"frames":1,"broken":0,"first":1700000000.080000,"last":1700000000.090000,"status":{"ok":1},"faults":{"frame_short":1}}
	END
}

@test "--frames: each kind of frame with its PCI; without one where there is none to read" {
	log 7E0#0322F18C 7E8#100862F18C414231 7E0#30080A 7E8#213233CC 7E8##0000A0102030405060708090A 7E8#R 7E0#F1 7E0# \
		7E0#100100 12345678#0111 | prints \
		'{"type":"frame","time":1700000000.000000,"bus":"can0","id":"7E0","width":11,"frame":0,"dl":4,"pci":"SF","length":3,"data":"22F18C"}' \
		'{"type":"frame","time":1700000000.010000,"bus":"can0","id":"7E8","width":11,"frame":1,"dl":8,"pci":"FF","length":8,"data":"62F18C414231"}' \
		'{"type":"frame","time":1700000000.020000,"bus":"can0","id":"7E0","width":11,"frame":2,"dl":3,"pci":"FC","fs":0,"bs":8,"stmin":"0A","data":""}' \
		'{"type":"frame","time":1700000000.030000,"bus":"can0","id":"7E8","width":11,"frame":3,"dl":4,"pci":"CF","sn":1,"data":"3233CC"}' \
		'{"type":"frame","time":1700000000.040000,"bus":"can0","id":"7E8","width":11,"frame":4,"fd":true,"dl":12,"pci":"SF","length":10,"data":"0102030405060708090A"}' \
		'{"type":"frame","time":1700000000.060000,"bus":"can0","id":"7E0","width":11,"frame":6,"dl":1,"data":"F1"}' \
		'{"type":"frame","time":1700000000.070000,"bus":"can0","id":"7E0","width":11,"frame":7,"dl":0,"data":""}' \
		'{"type":"frame","time":1700000000.080000,"bus":"can0","id":"7E0","width":11,"frame":8,"dl":3,"data":"100100"}' \
		'{"type":"frame","time":1700000000.090000,"bus":"can0","id":"12345678","width":29,"frame":9,"dl":2,"pci":"SF","length":1,"data":"11"}' \
		-- --json --frames
	log 6F1#120322F101 612#F1 612# 612#F1300000 6F1#1302 | prints \
		'{"type":"frame","time":1700000000.000000,"bus":"can0","id":"6F1","width":11,"address_byte":"12","frame":0,"dl":5,"pci":"SF","length":3,"data":"22F101"}' \
		'{"type":"frame","time":1700000000.010000,"bus":"can0","id":"612","width":11,"address_byte":"F1","frame":1,"dl":1,"data":""}' \
		'{"type":"frame","time":1700000000.020000,"bus":"can0","id":"612","width":11,"frame":2,"dl":0,"data":""}' \
		'{"type":"frame","time":1700000000.030000,"bus":"can0","id":"612","width":11,"address_byte":"F1","frame":3,"dl":4,"pci":"FC","fs":0,"bs":0,"stmin":"00","data":""}' \
		-- --json -s 6F1 -d 612 -x 12
}

# keys ARG...: isotpdump's objects hold to isotp(7); what was seen of each kind.
keys() { isotpdump --json "$@" | python3 "$SRCDIR/tests/json-keys.py" "$BUILDDIR/man/isotp.7"; }

@test "real captures: every line is valid JSON, its keys and their order are those of isotp(7)" {
	need_python
	keys --uds --stats "$captures/kona_carscanner.log.gz" >seen
	grep -qx 'pdu: type time bus id width pair kind status length received frames duration max_gap first_frame last_frame data uds' seen
	grep -qx 'uds: kind sid service sub sub_name suppress did did_name nrc nrc_name request_frame latency' seen
	grep -q '^summary: type bus id width pair pdus .* answers latency_min latency_mean latency_max$' seen
	keys --uds --stats "$captures/bmwi3_2014_ac_stop.log.gz" >seen
	grep -q '^pdu: .* width address_byte pair .* uds faults$' seen
	grep -q '^uds: .* request_frame latency pending$' seen
	keys --frames "$captures/kona_carscanner.log.gz" | grep -q '^frame: .*pci length sn fs bs stmin data$'
	keys --frames "$recordings/shapes.log" | grep -q '^frame: .*frame fd dl pci '
	keys --frames --pair=7E0/any "$recordings/shapes.log" | grep -q ' address_byte '
	keys --stats --pair=7E0:7E8 "$recordings/shapes.log" >seen
	grep -qx 'fault: type time bus id width pair fault frame' seen
}

# name_bus NAME: a pcapng on standard input gets this name for its interface, which is called XXXXXXXX.
name_bus() {
	NAME=$1 python3 -c 'import os, sys
name = os.environb[b"NAME"][:8].ljust(8, b"_")
sys.stdout.buffer.write(sys.stdin.buffer.read().replace(b"XXXXXXXX", name))'
}

@test "names of buses are never more than text, whatever a capture calls them" {
	local name told

	need_python
	echo '(1.000000) ca"n\0 7E0#0111' | prints \
		'{"type":"pdu","time":1.000000,"bus":"ca\"n\\0","id":"7E0","width":11,"kind":"SF","status":"ok","length":1,"received":1,"frames":1,"duration":0.000000,"max_gap":0.000000,"first_frame":0,"last_frame":0,"data":"11"}' \
		-- --json --pair=7E0
	for name in '"}' '\' $'a\ab' $'\e[31m' $'\x7F' 'ä' $'\xC3' $'a\tb' '","id":"000'; do
		log 7E0#0111 | sed 's/can0/XXXXXXXX/' | converted pcapng | name_bus "$name" >capture
		isotpdump --json --pair=7E0 capture >object
		told=$(python3 -c 'import json; print(json.load(open("object"))["bus"])')
		echo "$(printf %q "$name") is called $told"
		[ -n "$told" ]
		run -1 grep -P '[^\x20-\x7E]' object
		isotpdump --pair=7E0 capture >line
		run -1 grep -P '[^\x20-\x7E]' line
		[ "$(grep -c '"id":"7E0"' object)" -eq 1 ]
		keys --pair=7E0 capture
	done
}

@test "the name of a file is what it is, and always UTF-8" {
	need_python
	for name in tür.log '日本 "log"' $'a\tb' $'t\xFCr.log' $'\xED\xA0\x80' $'\xF0\x9F\x9A\x97'; do
		log 7E0#0111 >"$name"
		"$BUILDDIR/isotpperf" --json --pair=7E0 "$name" >report
		NAME=$name python3 -c 'import json, os
told = json.loads(open("report", "rb").read().decode().splitlines()[-1])["bus"]
name = os.environb[b"NAME"]
assert told == name.decode(errors="replace"), (told, name)'
	done
}

@test "times have 9 digits where they are needed, else 6" {
	need_python
	printf '(%s) can0 7E0#0111\n' 1.123456789 1.123457000 2.000000 | isotpdump --json --pair=7E0 - |
		grep -o '"time":[0-9.]*' >times
	diff - times <<-'END'
		"time":1.123456789
		"time":1.123457
		"time":2.000000
	END
	log 7E0#0111 | converted pcap-nanosecond >capture
	isotpdump --json --pair=7E0 capture | grep -q '"time":1700000000.000000,'
}
