#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The command line: what is refused, with which words, and that nothing reaches the bus then.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

# refused_by PROGRAM MESSAGE ARGUMENT...: it ends with 2, says exactly this one line and opens nothing.
refused_by() {
	local program=$1 message="$1: $2"
	shift 2
	run -2 --separate-stderr "$program" "$@" </dev/null
	[ -z "$output" ]
	[ "$stderr" = "$message" ] || {
		printf 'said: %s\nnot:  %s\n' "$stderr" "$message"
		return 1
	}
	[ ! -e "$XDG_RUNTIME_DIR/isotp" ]
}

refuses() { refused_by isotpsend "$@"; }

@test "CAN IDs that cannot be read exactly are refused" {
	refuses "--tx-id: '800' is above 7FF: write 8 digits for a 29-bit ID" -s 800 -d 7E8 virtual:b 11
	refuses "--tx-id: '123456789' has more than 8 hex digits" -s 123456789 -d 7E8 virtual:b 11
	refuses "--tx-id: '20000000' is above 1FFFFFFF" -s 20000000 -d 7E8 virtual:b 11
	refuses "--rx-id: '0x0007E8' leaves the width open: write 3 digits for an 11-bit, 8 for a 29-bit ID" \
		-s 7E0 -d 0x0007E8 virtual:b 11
	refuses "--rx-id: '7E8h' is not a CAN ID in hex" -s 7E0 -d 7E8h virtual:b 11
	refuses "--rx-id: '' is not a CAN ID in hex" -s 7E0 -d '' virtual:b 11
	refuses "--tx-id: '-d' is not a CAN ID in hex" -s -d 7E8 virtual:b 11
}

@test "missing, equal and contradicting addresses are refused" {
	refuses "--tx-id: missing: the CAN ID that this end sends on" -d 7E8 virtual:b 11
	refuses $'--rx-id: missing: the CAN ID that this end receives on\n  try: -d ID; or --functional, for a request to all, which needs no flow control' -s 7DF virtual:b 11
	refuses "--rx-id: is the same as --tx-id, 7E0" -s 7E0 -d 7E0 virtual:b 11
	refuses "--sa: needs --ta too" --sa=F1 virtual:b 11
	refuses "--ta: needs --sa too" --ta=10 virtual:b 11
	refuses "--sa: is the same as --ta, F1" --sa=F1 --ta=F1 virtual:b 11
	refuses "--sa: excludes --tx-id" --sa=F1 --ta=10 -s 7E0 virtual:b 11
	refuses "--sa: excludes --ext-addr" --sa=F1 --ta=10 -x 10 virtual:b 11
	refuses "--ae: excludes --ext-addr" "${to_ecu[@]}" --ae=10 -x 10 virtual:b 11
	refuses "--ae: goes with 11-bit IDs; for 29 bit write --sa and --ta" \
		-s 18DA10F1 -d 18DAF110 --ae=10 virtual:b 11
	refuses "--functional: excludes --cf-broadcast" -s 7DF --functional -C virtual:b 11
	refuses "--sf-broadcast: excludes --cf-broadcast" -s 7DF -S -C virtual:b 11
}

@test "bytes: longer than two digits, empty, no hex" {
	refuses "--txpad: 'CCC' is not a byte in hex (00 to FF)" "${to_ecu[@]}" --txpad=CCC virtual:b 11
	refuses "--txpad: '' is not a byte in hex (00 to FF)" "${to_ecu[@]}" --txpad= virtual:b 11
	refuses "--ext-addr: '1G' is not a byte in hex (00 to FF)" "${to_ecu[@]}" -x 1G virtual:b 11
	refuses "--ext-addr: '' is not a byte in hex (00 to FF)" "${to_ecu[@]}" -x 12: virtual:b 11
	refuses "-p: ':' is not [TX]:[RX] in hex (CC, CC:AA, :AA)" "${to_ecu[@]}" -p : virtual:b 11
	refuses "--sa: '100' is not a byte in hex (00 to FF)" --sa=100 --ta=10 virtual:b 11
}

@test "counts and lengths: signs, junk, empty, out of range" {
	refuses "--bs: '256' is not a number from 0 to 255" "${to_ecu[@]}" --bs=256 virtual:b 11
	refuses "--bs: '-1' is not a number from 0 to 255" "${to_ecu[@]}" --bs=-1 virtual:b 11
	refuses "--bs: '8x' is not a number from 0 to 255" "${to_ecu[@]}" --bs=8x virtual:b 11
	refuses "--bs: '' is not a number from 0 to 255" "${to_ecu[@]}" --bs= virtual:b 11
	refuses "-l: '-1' is neither a number above 0 nor 'i'" "${to_ecu[@]}" -l -1 virtual:b 11
	refuses "--repeat: 'i' is neither a number above 0 nor 'forever'" "${to_ecu[@]}" --repeat=i virtual:b 11
	refuses "--length: '0' is not a number from 1 to 4294967295" "${to_ecu[@]}" -D 0 virtual:b
	refuses "--length: '4294967296' is not a number from 1 to 4294967295" \
		"${to_ecu[@]}" --length=4294967296 virtual:b
	refuses "--max-pdu: '0' is not a number from 1 to 4294967295" "${to_ecu[@]}" --max-pdu=0 virtual:b 11
}

@test "durations and STmin: units, steps, reserved values" {
	refuses "--stmin: '10' needs a unit (10ms, 500us) or a raw byte (0x0A)" "${to_ecu[@]}" --stmin=10 virtual:b 11
	refuses "--stmin: '0x80' is a reserved STmin (0x00-0x7F is 0-127ms, 0xF1-0xF9 100-900us)" \
		"${to_ecu[@]}" --stmin=0x80 virtual:b 11
	refuses "--stmin: '250us' is between two steps of STmin: 200 us and 300 us" \
		"${to_ecu[@]}" --stmin=250us virtual:b 11
	refuses "--timeout: '5' needs a unit (5s, 5ms)" "${to_ecu[@]}" --timeout=5 virtual:b 11
	refuses "--interval: '1min' is not a duration (10ms, 500us, 250ns, 1.5s)" \
		"${to_ecu[@]}" --interval=1min virtual:b 11
	refuses "--tx-stmin: '5s' is longer than 4294967295 ns" "${to_ecu[@]}" --tx-stmin=5s virtual:b 11
	refuses "--n-bs: '0' leaves no time at all" "${to_ecu[@]}" --n-bs=0 virtual:b 11
	refuses "-f: '1h' is not a duration (10ms, 500us, 250ns, 1.5s)" "${to_ecu[@]}" -f 1h virtual:b 11
}

@test "link layer: lengths and flags that no frame has" {
	refuses "--tx-dl: '13' is none of 8, 12, 16, 20, 24, 32, 48, 64" "${to_ecu[@]}" --tx-dl=13 virtual:b 11
	refuses "--link-layer: '72:0:0': TX_DL is none of 8, 12, 16, 20, 24, 32, 48, 64" \
		"${to_ecu[@]}" -L 72:0:0 virtual:b 11
	refuses "--link-layer: '16:8:1': an MTU of 16 goes with TX_DL 8 and FLAGS 0" \
		"${to_ecu[@]}" -L 16:8:1 virtual:b 11
	refuses "--link-layer: '64:8:0': the MTU is 16 (classic) or 72 (FD)" "${to_ecu[@]}" -L 64:8:0 virtual:b 11
	refuses "--link-layer: '72:64' is not MTU:TX_DL:FLAGS (16:8:0, 72:64:1)" "${to_ecu[@]}" -L 72:64 virtual:b 11
	refuses "--link-layer: excludes --fd" "${to_ecu[@]}" -L 72:64:0 --fd virtual:b 11
}

@test "padding checks that cannot work are refused, -P c warns" {
	refuses "--check-pad: 'content' needs --rxpad, the byte to compare with" \
		"${to_ecu[@]}" --check-pad=content virtual:b 11
	refuses "--check-pad: 'len' is none of length, content, all" "${to_ecu[@]}" --check-pad=len virtual:b 11
	refuses "-P: 'x' is none of l (length), c (content), a (all)" "${to_ecu[@]}" -P x virtual:b 11
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" -P c --n-as=10ms virtual:b 11
	[ "${stderr_lines[0]}" = "isotpsend: -P: without a pad byte for reception, c refuses every frame" ]
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --check-pad=all --n-as=10ms virtual:b 11
	[ "${stderr_lines[0]}" = "isotpsend: --check-pad: without --rxpad, only the length is checked" ]
}

@test "options that do not exist, lack a value or take none" {
	refuses "--foo: unknown option" --foo
	refuses "-z: unknown option" -z
	refuses "--stmin: needs a value" "${to_ecu[@]}" virtual:b --stmin
	refuses "--fd=1: takes no value" "${to_ecu[@]}" virtual:b --fd=1
	refuses "INTERFACE: missing (can0 or virtual:NAME, say)" "${to_ecu[@]}"
	refuses "INTERFACE: missing (can0 or virtual:NAME, say)" "${to_ecu[@]}" ''
	refused_by isotprecv "11: one INTERFACE is enough" "${to_ecu[@]}" virtual:b 11
	refused_by isotprecv "--format: 'base64' is none of hex, raw, ascii, dump" "${to_ecu[@]}" --format=base64 virtual:b
	refused_by isotprecv "--count: '0' is not a number from 1 to 18446744073709551614" "${to_ecu[@]}" --count=0 virtual:b
	refused_by isotprecv "-b: '100' is not a byte in hex (00 to FF)" "${to_ecu[@]}" -b 100 virtual:b
}

@test "payloads that cannot be read exactly are refused whole" {
	refuses "payload: offset 3: 'z' is not a hex digit" "${to_ecu[@]}" virtual:b 11 zz 22
	refuses $'payload: offset 0: \'v\' is not a hex digit\n  try: the INTERFACE goes before the bytes' "${to_ecu[@]}" 22F190 virtual:b
	refuses $'payload: offset 3: \'#\' is not a hex digit\n  try: -s ID -d ID INTERFACE BYTE..., the ID is no part of the bytes' "${to_ecu[@]}" virtual:b 7E0#22F190
	refuses "payload: offset 0: 3 hex digits are no whole bytes" "${to_ecu[@]}" virtual:b 22F
	refuses "payload: offset 3: no hex digits after 0x" "${to_ecu[@]}" virtual:b 11 0x
	refuses "payload: is empty: there is no byte to send" "${to_ecu[@]}" virtual:b
	refuses "payload: is empty: there is no byte to send" "${to_ecu[@]}" virtual:b ''
	refuses "payload: is empty: there is no byte to send" "${to_ecu[@]}" --file=/dev/null virtual:b
	refuses "payload: 8 bytes are more than the 7 of a single frame" --functional -s 7DF virtual:b 1122334455667788
	refuses "payload: 7 bytes are more than the 6 of a single frame" -S -s 6F1 -x 12 virtual:b 11223344556677
	refuses "BYTE: excludes --length: a PDU comes from one place" "${to_ecu[@]}" -D 5 virtual:b 11
	refuses "--lines: excludes --repeat" "${to_ecu[@]}" --lines --repeat=2 virtual:b
}

@test "a message never passes control characters on to the terminal" {
	run -2 --separate-stderr isotpsend "${to_ecu[@]}" --bs=$'\e[31m8\n' virtual:b 11
	[ "$stderr" = "isotpsend: --bs: '?[31m8?' is not a number from 0 to 255" ]
}

@test "a file that cannot be read is a system error" {
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --file=nowhere virtual:b
	[ "$stderr" = "isotpsend: nowhere: no such file" ]
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" --file=. virtual:b
	[ "$stderr" = "isotpsend: .: is a directory" ]
}

@test "an interface that is not there: said with a way out, 1" {
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" nocan9 11
	[[ ${stderr_lines[0]} == "isotpsend: nocan9: no "* ]]
	[[ ${stderr_lines[1]} == "  try: "*"virtual:"* ]]
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" can:0 11
	[ "${stderr_lines[0]}" = "isotpsend: can:0: not a bus that this version knows" ]
	touch drive.log
	run -1 --separate-stderr isotpsend "${to_ecu[@]}" drive.log 11
	[ "$stderr" = $'isotpsend: drive.log: a file, not a bus\n  try: isotpdump and the monitor of isotpperf read captures: isotpdump drive.log' ]
}

@test "--stack=kernel is for CAN interfaces" {
	run -2 --separate-stderr isotpsend "${to_ecu[@]}" --stack=kernel virtual:b 11
	[ "${stderr_lines[0]}" = "isotpsend: virtual:b: the kernel's stack is for CAN interfaces" ]
}

# denied ERRNO COMMAND...: the first socket that the program opens, the one of CAN, fails like this.
denied() {
	command -v strace >/dev/null || skip_or_fail "strace is not installed"
	ASAN_OPTIONS=detect_leaks=0 run -1 --separate-stderr timeout "$BOUND" \
		strace -qq -o strace.out -e trace=socket -e inject=socket:error="$1":when=1 "${@:2}"
	[ -z "$output" ]
}

@test "no permission, no CAN, no can-isotp: three messages, each with a way out" {
	local send=("$BUILDDIR/isotpsend" "${to_ecu[@]}")

	for error in EPERM EACCES; do
		denied $error "${send[@]}" can0 11
		[ "${stderr_lines[0]}" = "isotpsend: can0: no permission to open a CAN socket" ]
		[ "${stderr_lines[1]}" = "  try: what confines this process (seccomp, SELinux) has to allow AF_CAN" ]
	done
	denied EAFNOSUPPORT "${send[@]}" can0 11
	[ "${stderr_lines[0]}" = "isotpsend: can0: no CAN in this kernel" ]
	[[ ${stderr_lines[1]} == "  try: modprobe can"*", or virtual:NAME, a bus that needs no CAN" ]]
	denied EPROTONOSUPPORT "${send[@]}" --stack=kernel can0 11
	[[ ${stderr_lines[0]} == "isotpsend: can0: no module can-isotp in "* ]]
	[[ ${stderr_lines[1]} == "  try: modprobe can-isotp"*", or --stack=builtin" ]]
}

@test "--check reports what there is, with a way out for what is missing" {
	run --separate-stderr isotpsend --check nocan9
	[ "$status" -eq 1 ]
	[[ $output == "kernel "* ]]
	[[ $output == *"nocan9               no: no such interface"*"try: ip link add dev nocan9 type vcan"* ]]
	[ -z "$stderr" ]
	run -0 isotprecv --check virtual:b
	[[ $output == *"virtual:NAME         yes"* ]]
}

@test "help and version go to stdout and end with 0; no option is listed twice" {
	local program option

	for program in isotpsend isotprecv; do
		for option in --help '-?' -h --usage; do
			run -0 --separate-stderr "$program" "$option"
			[[ $output == Usage:* ]]
			[ -z "$stderr" ]
		done
		run -0 "$program" --version
		[[ $output == "$program (isotp-tools) "[0-9]* ]]
		run -0 "$program" --help
		[ -z "$(grep -oE '^  (-.|  ),? (--[a-z-]+)?' <<<"$output" | grep -oE -- '--[a-z-]+|-[a-zA-Z?]\b' |
			sort | uniq -d)" ]
	done
}

@test "help and version on a full disk: 1" {
	local program option

	for program in isotpsend isotprecv; do
		for option in --help --usage -h --version; do
			run -1 --separate-stderr bash -c "'$BUILDDIR/$program' $option >/dev/full"
			[ "$stderr" = "$program: standard output: no space left" ]
		done
	done
}

@test "help into a pipe that nobody reads: ends as by SIGPIPE, in silence" {
	mkfifo pipe
	exec 7<>pipe 8>pipe 7<&-
	run -141 timeout "$BOUND" bash -c "exec '$BUILDDIR/isotpsend' --help 2>&1 >&8 8>&-"
	exec 8>&-
	[ -z "$output" ]
}

@test "an alias in ~/.popt is an option; exec lines are not obeyed" {
	cat >"$HOME/.popt" <<-'END'
		isotpsend alias --engine --tx-id=7E0 --rx-id=7E8 --txpad=CC
		isotpsend exec --touch touch-me
	END
	start_log
	run -0 isotpsend --engine virtual:b 3E 00
	wait_until grep -q '^7E0#023E00CCCCCCCCCC$' log.out
	run -2 isotpsend --touch virtual:b 11
}
