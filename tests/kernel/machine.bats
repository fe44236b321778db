#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a machine with CAN offers and lacks: the report, the messages, an ordinary user, the library's
# examples. Unloads modules, so it runs alone, and as root of the whole machine.

load ../helpers

setup() {
	common_setup
	modprobe=$(cat /proc/sys/kernel/modprobe)
	rm -f /.dockerenv /run/.containerenv # of the machine whose files this one shows
}

teardown() {
	common_teardown
	echo "$modprobe" >/proc/sys/kernel/modprobe
	modprobe -a can can-raw can-isotp can-gw can-bcm
	ip link del vcan9 2>/dev/null || true
}

# without MODULE...: they are gone and do not come back by themselves.
without() {
	echo /bin/false >/proc/sys/kernel/modprobe
	rmmod "$@"
}

# fails_with WAY-OUT FACT COMMAND...: exit status 1, two lines.
fails_with() {
	local way_out=$1 fact=$2
	shift 2
	run -1 --separate-stderr "$@"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "isotpsend: $fact" ]
	[ "${stderr_lines[1]}" = "  try: $way_out" ]
}

@test "--check on a machine that has it all" {
	run -0 --separate-stderr isotpsend --check vcan0
	[ -z "$stderr" ]
	echo "$output"
	[[ $output == *"kernel               $(uname -r)"* ]]
	[[ $output == *"CAN frames           yes"* ]]
	[[ $output == *"ISO-TP socket        yes"* ]]
	[[ $output == *"vcan0                up, classic CAN and CAN FD (MTU 72)"* ]]
	run -0 isotprecv --check
	[[ $output == *"vcan0                up"* ]]
}

@test "no such interface, one that is none of CAN, one that is down, one without CAN FD" {
	fails_with 'ip link add dev vcan9 type vcan, or virtual:vcan9' 'vcan9: no such interface' \
		isotpsend "${to_ecu[@]}" vcan9 11
	fails_with 'ip -br link show type can (or type vcan)' 'lo: not a CAN interface' \
		isotpsend "${to_ecu[@]}" lo 11
	ip link add vcan9 mtu 16 type vcan
	fails_with 'ip link set vcan9 up' 'vcan9: the interface is down' isotpsend "${to_ecu[@]}" vcan9 11
	fails_with 'ip link set vcan9 up' 'vcan9: the interface is down' \
		isotpsend --stack=builtin "${to_ecu[@]}" vcan9 11
	ip link set vcan9 up
	fails_with 'ip link set vcan9 mtu 72, if the controller has CAN FD; or no --fd' \
		'vcan9: carries no CAN FD frames (MTU 16)' isotpsend "${to_ecu[@]}" --fd vcan9 11
	run -1 isotpsend --check vcan8
	[[ $output == *"vcan8                no: no such interface"* ]]
}

@test "no can-isotp: the built-in stack does it, and --stack=kernel says what is missing" {
	without can_isotp
	start_recv "${as_ecu[@]}" -v vcan0
	run -0 --separate-stderr isotpsend "${to_ecu[@]}" -v -D 20 vcan0
	[ "${stderr_lines[0]}" = "isotpsend: vcan0: the built-in stack over CAN_RAW (this kernel has no can-isotp)" ]
	ended_with 0 "$pid"
	fails_with 'modprobe can-isotp, or --stack=builtin' 'vcan0: no module can-isotp in this kernel' \
		isotpsend "${to_ecu[@]}" --stack=kernel vcan0 11
	container=podman fails_with 'modprobe can-isotp on the host, or --stack=builtin' \
		'vcan0: no module can-isotp in the kernel, and a container cannot load it' \
		isotpsend "${to_ecu[@]}" --stack=kernel vcan0 11
	run -0 isotpsend --check vcan0
	[[ $output == *"ISO-TP socket        no: no module can-isotp in this kernel"*"try: modprobe can-isotp"* ]]
}

@test "no CAN at all" {
	without can_isotp can_gw can_bcm can_raw can
	fails_with 'modprobe can, or virtual:NAME, a bus that needs no CAN' 'vcan0: no CAN in this kernel' \
		isotpsend "${to_ecu[@]}" vcan0 11
	container=podman fails_with \
		'modprobe can on the host of this container, or virtual:NAME, a bus that needs no CAN' \
		'vcan0: no CAN in this kernel' isotpsend --stack=builtin "${to_ecu[@]}" vcan0 11
	run -1 isotpsend --check vcan0
	[[ $output == *"CAN frames           no: no CAN in this kernel"* ]]
	bus=virtual:b # needs none
	start_recv "${as_ecu[@]}" "$bus"
	isotpsend "${to_ecu[@]}" -D 20 "$bus"
	ended_with 0 "$pid"
}

@test "an ordinary user, README's lines: a vcan of one's own by unshare" {
	local readme

	readme=$(sed -n '/unshare -rn/,/^$/s/^    \(. \)\?//p' "$SRCDIR/README.md")
	[ "$(wc -l <<<"$readme")" -ge 4 ]
	echo "$readme"
	# the first line starts a shell, which reads the others, slower than a script would; the last is what
	# they print
	cat >lines <<-END
		export PATH=$BUILDDIR:$PATH
		$(sed '1d; $d' <<<"$readme" | sed '$i until grep -q "vcan0.*isotp" /proc/net/can/rcvlist_sff; do sleep 0.1; done')
		wait
	END
	cd /
	run timeout "$BOUND" setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \
		bash -c "$(sed -n 1p <<<"$readme")" <"$BATS_TEST_TMPDIR/lines"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${output% }" = "$(sed -n '$p' <<<"$readme")" ]
}

# An ECU that answers a request for its identification number.
answer="62 F1 90 57 42 41 5A 5A 5A 31 32 33 34 35 36 37 38 39 30 31"
start_ecu() {
	start ecu bash -c "
		'$BUILDDIR/isotprecv' ${as_ecu[*]} --timeout=20s vcan0 && exec '$BUILDDIR/isotpsend' ${as_ecu[*]} vcan0 $answer"
}

@test "the library's example and the one with the plain socket ask and are answered on vcan0" {
	local example

	for example in example plain; do
		start_ecu
		run -0 --separate-stderr timeout "$BOUND" "$BUILDDIR/tests/library/$example" vcan0
		[ -z "$stderr" ]
		[ "$output" = "$answer" ]
		ended_with 0 "$pid"
	done
}

@test "the library's socket on the kernel's stack" {
	[ -x "$BUILDDIR/tests/kernel/sockets" ] || skip_or_fail "built without cmocka"
	run timeout 60 "$BUILDDIR/tests/kernel/sockets"
	echo "$output"
	[ "$status" -eq 0 ]
}
