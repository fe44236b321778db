#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The house: which room may include which, and what every file has.

load helpers

setup() {
	common_setup
	cd "$SRCDIR" || return
}

sources() { find lib src tests bench -name '*.[ch]' "$@"; }

# includes_of DIR: the quoted includes of a room, as paths below lib.
includes_of() {
	local file name

	for file in "$1"/*.[ch]; do
		sed -n 's/^#include "\(.*\)".*/\1/p' "$file" | while read -r name; do
			[ -e "$1/$name" ] && name=${1#lib/}/$name
			echo "$file: $name"
		done
	done
}

# allowed ROOM REGEX: everything the room includes lies in rooms of this pattern.
allowed() {
	run -1 grep -vE ": ($2)/" <(includes_of "$1")
	[ -z "$output" ] || { echo "$output"; return 1; }
}

@test "includes point down: src -> cli -> transport, capture -> protocol" {
	allowed lib/protocol 'protocol'
	allowed lib/transport 'transport|protocol'
	allowed lib/capture 'capture|protocol'
	allowed lib/cli 'cli|transport|capture|protocol'
	allowed src 'cli|transport|capture|protocol'
}

@test "the test of includes sees what it should" {
	[ "$(includes_of lib/cli | wc -l)" -gt 20 ]
	includes_of lib/transport | grep -q ': protocol/'
}

@test "lib/protocol knows no operating system: headers of the language only" {
	run -1 grep -hvE '<(errno|stdbool|stddef|stdint|string)\.h>' \
		<(grep -h '^#include <' lib/protocol/*.[ch])
	[ -z "$output" ]
}

# What ends a process or writes to a stream; snprintf and the like do not.
ends_or_prints='\<(v?f?printf|f?puts|f?putc|putchar|fwrite|perror|psignal|_?_?exit|_Exit|quick_exit|abort|err[cx]?|warnx?|assert)\('

@test "only lib/cli and the programs exit or print" {
	run -1 grep -nE "$ends_or_prints" lib/protocol/*.c lib/transport/*.c lib/capture/*.c
	[ -z "$output" ]
}

@test "the test of what exits or prints sees it where it is" {
	local call

	for call in 'printf("")' 'vfprintf(f, s, a)' 'fputs("", f)' 'perror("")' '_exit(1)' 'exit(1)' \
		'puts("")' 'abort()'; do
		grep -qE "$ends_or_prints" <<<"	$call;"
	done
	run -1 grep -E "$ends_or_prints" <<<'	snprintf(s, 1, ""); vsnprintf(s, 1, "", a); my_exit(1); next_exit();'
	grep -qE "$ends_or_prints" lib/cli/tool.c
}

@test "every header compiles alone" {
	local header

	for header in lib/*/*.h; do
		${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Ilib -x c "$header"
	done
}

@test "every source has its SPDX line and every .c says what it owns" {
	local file

	for file in $(sources); do
		[ "$(sed -n 1p "$file")" = '/* SPDX-License-Identifier: MIT */' ] ||
			{ echo "$file: no SPDX line"; return 1; }
	done
	for file in $(sources -path '*.c'); do
		sed -n 2p "$file" | grep -q '^/\*' || { echo "$file: no opening sentence"; return 1; }
	done
}

@test "one file knows popt" {
	[ "$(grep -lE 'popt\.h|\<(popt[A-Z]|POPT_)' -r lib src --include='*.[ch]' | xargs)" = lib/cli/options.c ]
}

@test "no file of the library or the programs is above 450 lines" {
	run -0 awk 'FNR == 451 { print FILENAME }' $(find lib src -name '*.[ch]')
	[ -z "$output" ] || { echo "$output"; return 1; }
}
