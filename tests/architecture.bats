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

@test "includes point down: src -> cli -> transport -> protocol" {
	allowed lib/protocol 'protocol'
	allowed lib/transport 'transport|protocol'
	allowed lib/cli 'cli|transport|protocol'
	allowed src 'cli|transport|protocol'
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

@test "only lib/cli exits or prints" {
	run -1 grep -nE '\b(printf|fprintf|puts|exit|abort)\(' lib/protocol/*.c lib/transport/*.c
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

@test "options are declared in lib/cli and the programs' own tables only" {
	run -1 grep -ln 'popt.h' -r lib src --include='*.[ch]' --exclude=options.c
}
