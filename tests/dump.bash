# SPDX-License-Identifier: MIT
# What the tests of isotpdump share.

captures=$SRCDIR/tests/captures
recordings=$SRCDIR/tests/can-utils/isotpdump
dump=$BUILDDIR/isotpdump

isotpdump() { timeout -k 1 "$BOUND" "$dump" "$@"; }

# start_dump NAME ARG...: in the background, on a bus. A shell has its background ignore SIGINT.
start_dump() { start "$1" env --default-signal=INT "$dump" "${@:2}"; }

# log FRAME...: a log of candump, a frame each 10 ms.
log() {
	local n=0 frame

	for frame; do
		printf '(1700000000.%06d) can0 %s\n' $((10000 * n++)) "$frame"
	done
}

# prints LINE... [-- ARG...]: what isotpdump prints of the log on standard input is exactly these lines,
# without a word on standard error.
prints() {
	local lines=()

	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		lines+=("$1")
		shift
	done
	isotpdump "${@:2}" - >printed 2>said
	diff <([ ${#lines[@]} -eq 0 ] || printf '%s\n' "${lines[@]}") printed
	diff /dev/null said
}

# lines_are N FILE
lines_are() { [ "$(wc -l <"$2")" -eq "$1" ]; }

# converted FORMAT: a log of candump from standard input, in another format.
converted() { python3 "$SRCDIR/tests/capture-tool.py" "$1"; }

need_python() { command -v python3 >/dev/null || skip_or_fail "python3 is missing"; }

# --- the recordings of can-utils' isotpdump, see can-utils/README.md ---

# rows [!]REGEX: the lines "NAME LOG OPTIONS" of the table whose options match; with ! the others.
rows() {
	awk -F '\t' -v p="${1#!}" -v yes="$([ "${1:0:1}" = ! ] || echo 1)" '($3 ~ p) == yes + 0' \
		"$recordings/isotpdump.tsv"
}

# What ours has names for that the recordings do not have, or older ones: services, negative responses.
newer_names() {
	printf '%s\n' 29 69 7F 84 C4
	printf '7F 22 %s\n' 34 38 39 3A 50 51 52 53 54 55 56 57 58 59 5A 5B 5C 5D 94 FE
}

# differs_in_names THEIRS OURS: the data of the lines that differ; they do in nothing but the name.
differs_in_names() {
	diff <(sed 's/\(- \[...\]\) .*/\1/' "$1") <(sed 's/\(- \[...\]\) .*/\1/' "$2")
	diff "$1" "$2" | sed -n 's/^> .*data: \(.*[^ ]\) *- \[.*/\1/p'
}
