#!/usr/bin/env bash
# Kills ensembles with SIGKILL at random moments, 150 times while members are played or tables written and 50 times while shards are
# merged, goes on each time with the same command, and compares the results with those of an undisturbed run, byte for byte.
# No line of the journal may be lost on the way. Prints a table; exit code 0 when all is well, else 1. One to three minutes.
#
#   scripts/kill-ensemble.sh [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."
RANDOM=${1:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/lapicque" .
cd "$work"

members=300
ensemble=(./lapicque ensemble excitatory --set particles.N=1000 --set 'time={end: 5}' --replicas 100 --grid coupling.b=-0.5:0.5:3 --quiet -j 2)
tables='ensemble.json resolved.yaml tables/members.csv tables/members.parquet tables/summary.csv tables/summary.parquet'

# whole lines of the journal of a folder
lines() { if [ -e "$1/journal.jsonl" ]; then wc -l <"$1/journal.jsonl"; else echo 0; fi; }
# whether the results of two folders are the same bytes
same() { local name; for name in $tables; do cmp -s "$1/$name" "$2/$name" || return 1; done; }
# a time below so many milliseconds, in seconds
moment() { printf '%d.%06d' $(($1 * RANDOM / 32768 / 1000)) $(($1 * RANDOM / 32768 % 1000 * 1000 + RANDOM % 1000)); }

began=$(date +%s%N)
"${ensemble[@]}" -o whole >/dev/null
span=$((($(date +%s%N) - began) / 1000000)) # milliseconds
"${ensemble[@]}" -o part0 --shard 0/2 >/dev/null
"${ensemble[@]}" -o part1 --shard 1/2 >/dev/null
began=$(date +%s%N)
./lapicque merge part0 part1 -o joined --quiet >/dev/null
joining=$((($(date +%s%N) - began) / 1000000))

starting=0 playing=0 finishing=0 merging=0 torn=0 lost=0 differing=0 failures=0 folders=0
same whole joined || differing=$((differing + 1))

# disturbed KILLS MILLISECONDS FOLDER COMMAND…: until so many kills are done, and the last folder complete
disturbed() {
	local kills=$1 longest=$2 dir=$3 before=0 after code pid
	shift 3
	while :; do
		"$@" -o "$dir" >/dev/null 2>log &
		pid=$!
		[ "$kills" = 0 ] || { sleep "$(moment "$longest")"; kill -9 $pid 2>/dev/null || true; }
		code=0
		wait $pid 2>/dev/null || code=$?
		after=$(lines "$dir")
		if [ "$after" -lt "$before" ]; then lost=$((lost + before - after)); fi
		before=$after
		case $code in
		137)
			kills=$((kills - 1))
			if [ "$1 $2" = "./lapicque merge" ]; then merging=$((merging + 1))
			elif [ "$after" = 0 ]; then starting=$((starting + 1))
			elif [ "$after" -le $members ]; then playing=$((playing + 1))
			else finishing=$((finishing + 1)); fi
			if [ -e "$dir/journal.jsonl" ] && [ -n "$(tail -c 1 "$dir/journal.jsonl")" ]; then torn=$((torn + 1)); fi
			;;
		0)
			folders=$((folders + 1))
			same "$dir" whole || differing=$((differing + 1))
			[ "$kills" != 0 ] || return 0
			rm -rf "$dir"
			before=0
			;;
		*)
			failures=$((failures + 1))
			echo "exit code $code:" && cat log
			return 0
			;;
		esac
	done
}
disturbed 150 $((span / 2)) killed "${ensemble[@]}"
disturbed 50 $joining merged ./lapicque merge part0 part1 --quiet

cat <<END
undisturbed: $members members in $span ms, merged in $joining ms

kills before the journal        $starting
kills while members are played  $playing
kills while tables are written  $finishing
kills while shards are merged   $merging
journals with a torn line       $torn
folders brought to their end    $folders
commands that failed            $failures
lines of journals lost          $lost
folders with other results      $differing
END
kills=$((starting + playing + finishing + merging))
[ "$kills" = 200 ] && [ "$failures" = 0 ] && [ "$lost" = 0 ] && [ "$differing" = 0 ] && echo "well: $kills kills, the same bits" || { echo "not well"; exit 1; }
