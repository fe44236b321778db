#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The PDUs of real captures, sent and received again: the same bytes, in the same frames.

load helpers

setup() { common_setup; }
teardown() { common_teardown; }

# --- what a .pdus file says, see captures/README.md ---

# A line "ID PEER TXPAD" for each sender: what one isotpsend and one isotprecv can carry.
senders() { awk '/^[0-9A-F]/ && !seen[$1, $2, $3]++ { print $1, $2, $3 }' "$1"; }

# pdus_of FILE ID PEER TXPAD
pdus_of() { awk -v who="$2 $3 $4" '/^[0-9A-F]/ && $1 " " $2 " " $3 == who { print $4 }' "$1"; }

# frames_of FILE ID PEER TXPAD: as the logger prints them.
frames_of() {
	awk -v who="$2 $3 $4" -v id="${2%/*}" '
		/^[0-9A-F]/ { wanted = $1 " " $2 " " $3 == who }
		/^\t/ && wanted { print id "#" $1 }' "$1"
}

# "SINGLE SEVERAL": the PDUs in one frame and those in several.
kinds() {
	awk '
		/^[0-9A-F]/ { frames[++n] = 0 }
		/^\t/ { frames[n]++ }
		END {
			for (i = 1; i <= n; i++)
				frames[i] > 1 ? several++ : single++
			print single + 0, several + 0
		}' "$1"
}

# --- one sender's PDUs over the bus ---

# set_options ID PEER TXPAD: what makes both ends say and hear that.
set_options() {
	local id=${1%/*} peer=${2%/*}
	local byte=${1#"$id"} peer_byte=${2#"$peer"}

	if [ "$2" = functional ]; then
		sending=(--functional -s "$id") receiving=(--functional -d "$id")
		peer_byte=$byte
	else
		sending=(-s "$id" -d "$peer") receiving=(-s "$peer" -d "$id")
	fi
	if [ -n "$byte" ]; then
		sending+=(--ext-addr="${byte#/}:${peer_byte#/}")
		receiving+=(--ext-addr="${peer_byte#/}:${byte#/}")
	fi
	if [ "$3" != - ]; then
		sending+=(--txpad="$3")
	fi
}

# converse FILE ID PEER TXPAD: all PDUs of this sender, and nothing but their frames.
converse() {
	local sending receiving seen pid

	set_options "$2" "$3" "$4"
	pdus_of "$@" >pdus
	frames_of "$@" >frames
	seen=$(wc -l <log.out)
	start_recv --count="$(wc -l <pdus)" --timeout=10s "${receiving[@]}" virtual:b
	isotpsend --lines "${sending[@]}" virtual:b <pdus 2>send.err
	ended_with 0 "$pid"
	log_caught_up
	tr -d ' ' <recv.out >received
	tail -n +$((seen + 1)) log.out | grep "^${2%/*}#" >sent
	diff pdus received
	diff frames sent
	diff /dev/null <(cat send.err recv.err log.err)
}

# replay NAME SINGLE SEVERAL: a whole capture. What it holds is counted, so that nothing vanishes,
# neither from the file nor between its senders.
replay() {
	local file=$SRCDIR/tests/captures/$1.pdus list line words

	[ "$(kinds "$file")" = "$2 $3" ]
	start_log
	mapfile -t list < <(senders "$file")
	for line in "${list[@]}"; do
		echo "the PDUs of $line"
		read -r -a words <<<"$line"
		converse "$file" "${words[@]}"
		cat received >>all-received
		cat sent >>all-sent
	done
	[ "$(wc -l <all-received)" -eq $(($2 + $3)) ]
	[ "$(wc -l <all-sent)" -eq "$(grep -c $'^\t' "$file")" ]
}

@test "a diagnosis of a Hyundai Kona, normal addressing: 1276 + 8 PDUs" {
	replay kona_carscanner 1276 8
}

@test "the coding of a BMW i3's LIM, extended addressing: 42 + 18 PDUs" {
	replay bmwi3_lim_coding 42 18
}

@test "a BMW i3 at the end of charging, extended addressing: 32 + 21 PDUs" {
	replay bmwi3_2014_ac_stop 32 21
}
