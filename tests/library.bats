#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The installed library: `make install` into a directory of our own, and programs built on that alone.

load helpers

setup_file() {
	unset MAKEFLAGS MFLAGS MAKELEVEL
	timeout 300 make -s -C "$BUILDDIR" install DESTDIR="$BATS_FILE_TMPDIR/root" \
		>"$BATS_FILE_TMPDIR/install.log" 2>&1 || {
		cat "$BATS_FILE_TMPDIR/install.log"
		return 1
	}
}

setup() {
	common_setup
	root=$BATS_FILE_TMPDIR/root
	library=$(dirname "$(find "$root" -name libisotp.so)")
	headers=$(dirname "$(find "$root" -name isotp.h)")
	export PKG_CONFIG_PATH=$library/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
	example=$SRCDIR/tests/library/example.c
}

teardown() { common_teardown; }

# compile ARGUMENT...: with the build's own compiler and sanitizers.
compile() {
	# shellcheck disable=SC2086 # each word is an argument
	timeout 60 ${CC:-cc} ${SANITIZE-} -Wall -Wextra -Werror "$@"
}

build_shared() {
	# shellcheck disable=SC2046
	compile -o example "$example" $(pkg-config --cflags --libs isotp)
	export LD_LIBRARY_PATH=$library
}

build_static() {
	# shellcheck disable=SC2046
	compile -o example "$example" $(pkg-config --cflags isotp) "$library/libisotp.a"
}

# An ECU that answers a request with an identification number of 20 bytes.
answer="62 F1 90 57 42 41 5A 5A 5A 31 32 33 34 35 36 37 38 39 30 31"
start_ecu() {
	start ecu bash -c "
		'$BUILDDIR/isotprecv' ${as_ecu[*]} --timeout=20s virtual:b &&
			exec '$BUILDDIR/isotpsend' ${as_ecu[*]} virtual:b $answer"
}

asks_and_is_answered() {
	local ecu

	start_log virtual:b
	start_ecu
	ecu=$pid
	run -0 --separate-stderr timeout "$BOUND" ./example virtual:b
	[ "$output" = "$answer" ]
	[ -z "$stderr" ]
	ended_with 0 "$ecu"
	[ "$(head -n 1 ecu.out)" = "22 F1 90 " ]
	log_caught_up
	frames_in_log >frames
	diff frames - <<-'END'
		7E0#0322F190CCCCCCCC
		7E8#101462F190574241
		7E0#300000CCCCCCCCCC
		7E8#215A5A5A31323334
		7E8#2235363738393031
	END
}

@test "the example asks and is answered, with the shared library" {
	build_shared
	[ -n "$(ldd ./example | grep "$library/libisotp.so.0")" ]
	asks_and_is_answered
}

@test "the example asks and is answered, with the static library" {
	build_static
	[ -z "$(ldd ./example | grep libisotp)" ]
	asks_and_is_answered
}

@test "the example says what is wrong" {
	build_static
	run -1 --separate-stderr timeout "$BOUND" ./example virtual:b
	[ -z "$output" ]
	[ "$stderr" = N_TIMEOUT_A ]
	run -1 --separate-stderr timeout "$BOUND" ./example nobus:b
	[ "$stderr" = "there is no such interface" ]
	start_log virtual:b
	run -1 --separate-stderr timeout "$BOUND" ./example virtual:b
	[ "$stderr" = "the time is over" ]
}

@test "the example with the kernel's own socket compiles" {
	compile -o plain "$SRCDIR/tests/library/plain.c"
}

# functions_of HEADER: those that it declares, with all that it includes, and does not define.
functions_of() {
	compile -E -P -x c "$1" | grep -v '^static inline' | grep -oE '\<isotp_[a-z0-9_]+\(' | tr -d '(' | sort -u
}

@test "the library exports what the headers declare, and nothing else" {
	declared=$(functions_of "$headers/isotp.h")
	[ "$(wc -l <<<"$declared")" -gt 20 ]
	diff <(echo "$declared") "$SRCDIR/lib/libisotp.sym"
	diff <(echo "$declared") <(nm -D --defined-only "$library/libisotp.so" | awk '{ print $3 }')
	[ -z "$(comm -23 <(echo "$declared") <(nm "$library/libisotp.a" 2>/dev/null |
		awk '$2 == "T" { print $3 }' | sort -u))" ]
}

@test "no name of the static library is without its prefix" {
	run -1 grep -v '^isotp_' <(nm --defined-only "$library/libisotp.a" 2>/dev/null |
		awk '$2 ~ /^[TDBR]$/ && $3 !~ /^__/ { print $3 }')
	[ -z "$output" ] || { echo "$output"; return 1; }
}

@test "every installed header declares functions of isotp.h only, and isotp.h has them all" {
	find "$headers" -name '*.h' | while read -r header; do
		functions_of "$header"
	done | sort -u | diff - <(functions_of "$headers/isotp.h")
}

@test "the installed headers need nothing of the tree, and nothing else is installed" {
	run -0 find "$headers" -name '*.h' -printf '%P\n'
	diff <(sort <<<"$output") - <<-'END'
		isotp.h
		protocol/address.h
		protocol/frame.h
		protocol/result.h
		protocol/timing.h
		transport/kernel-flags.h
		transport/socket.h
		transport/stack-choice.h
	END
	[ "$(find "$root" -name '*.h' | wc -l)" -eq 8 ]
	find "$headers" -name '*.h' | while read -r header; do
		compile -std=c11 -Wpedantic -fsyntax-only -x c "$header"
	done
	echo '#include <isotp/isotp.h>' | compile -std=c11 -fsyntax-only -I "${headers%/isotp}" -x c -
}

@test "the library is usable from C++" {
	command -v "${CXX:-g++}" >/dev/null || skip_or_fail "${CXX:-g++} is not installed"
	find "$headers" -name '*.h' | while read -r header; do
		CC=${CXX:-g++} compile -std=c++11 -fsyntax-only -x c++ "$header"
	done
	cat >plus.cc <<-'END'
		#include <isotp.h>
		int main()
		{
			isotp_flow_control wanted = isotp_flow_control(), in_force;
			isotp_socket *s;
			isotp_socket_open(&s);
			wanted.bs = ISOTP_VALUE(8);
			const int rc = isotp_socket_set_flow_control(s, &wanted, &in_force);
			isotp_socket_close(s);
			return rc || in_force.bs.value != 8;
		}
	END
	# shellcheck disable=SC2046
	CC=${CXX:-g++} compile -std=c++11 -o plus plus.cc $(pkg-config --cflags --libs isotp)
	LD_LIBRARY_PATH=$library ./plus
}

@test "pkg-config knows the library" {
	[ "$(pkg-config --modversion isotp)" = "$("$BUILDDIR/isotpsend" --version | sed -n '1s/.* //p')" ]
}

# --- documents ---

# code_of FILE: without the SPDX line and the sentence.
code_of() { tail -n +3 "$SRCDIR/tests/library/$1"; }

@test "README shows both examples as they are" {
	diff <(sed -n '/^## The library/,/^## /p' "$SRCDIR/README.md" | sed -n '/^```c$/,/^```$/{/^```/!p}') \
		<(code_of example.c; code_of plain.c)
}

@test "libisotp(3) shows the example as it is" {
	diff <(sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$BUILDDIR/man/libisotp.3" |
		sed -e '1,/^\.Bd/d' -e '/^\.Ed/d' -e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\e/\\/g') <(code_of example.c)
}

@test "libisotp(3) has every function of the socket, and is well-formed" {
	diff <(grep -E '^isotp_(socket|result)' "$SRCDIR/lib/libisotp.sym") \
		<(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.F[no] \([a-z_]*\).*/\1/p' \
			"$BUILDDIR/man/libisotp.3" | sort)
	[ -n "$(find "$root" -path '*/man3/libisotp.3')" ]
	command -v mandoc >/dev/null || skip_or_fail "mandoc is not installed"
	run -0 mandoc -T lint -W warning "$BUILDDIR/man/libisotp.3"
	[ -z "$output" ]
}
