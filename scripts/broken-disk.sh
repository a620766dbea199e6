#!/usr/bin/env bash
# What happens on a full disk, in a folder that cannot be written to, with files that are cut short or have a turned bit, and in a folder
# of a newer version: every case must end in a clear error, and nothing that was finished may be lost. Prints a table; exit code 0
# when all is well, else 1. Needs Linux, as root or with user namespaces, for a small tmpfs.
#
#   scripts/broken-disk.sh
set -uo pipefail
if [ "${1:-}" != inside ]; then
	if ! unshare --map-root-user --mount true 2>/dev/null; then
		echo "skipped: no mount namespace here (unshare --map-root-user --mount)"
		exit 0
	fi
	exec unshare --map-root-user --mount "$0" inside
fi
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'umount "$work"/small "$work"/still 2>/dev/null; rm -rf "$work"' EXIT
go build -o "$work/lapicque" . || exit 1
cd "$work"
failed=0

# try NAME CODE WORDS COMMAND…: the exit code and words on standard error that a case must have
try() {
	local name=$1 code=$2 words=$3 got=0
	shift 3
	"$@" >out 2>err || got=$?
	if [ "$got" = "$code" ] && grep -q -- "$words" err; then
		well "$name" "exit code $got: $(grep -m1 -- "$words" err)"
	else
		ill "$name" "exit code $got, not $code with \"$words\": $(cat err)"
	fi
}
well() { printf 'well  %-44s %.150s\n' "$1" "$2"; }
ill() {
	failed=1
	printf 'ILL   %-44s %s\n' "$1" "$2"
}
# check NAME WHAT COMMAND…: a command that must succeed
check() {
	local name=$1 what=$2
	shift 2
	if "$@"; then well "$name" "$what"; else ill "$name" "not: $what"; fi
}
# flip FILE OFFSET: turns a bit
flip() { python3 - "$1" "$2" <<<'
import sys
name, at = sys.argv[1], int(sys.argv[2])
text = bytearray(open(name, "rb").read())
text[at] ^= 4
open(name, "wb").write(text)' 2>/dev/null || perl -e 'open(F, "+<", $ARGV[0]) or die; seek(F, $ARGV[1], 0); read(F, $c, 1); seek(F, $ARGV[1], 0); print F chr(ord($c) ^ 4)' "$1" "$2"; }

#### Ensembles

ensemble=(./lapicque ensemble excitatory --set particles.N=100 --set 'time={end: 1}' --replicas 600 --quiet)
tables='ensemble.json resolved.yaml tables/members.csv tables/members.parquet tables/summary.csv tables/summary.parquet'
same() { local name; for name in $tables; do cmp -s "$1/$name" "$2/$name" || return 1; done; }
lines() { wc -l <"$1/journal.jsonl"; }
"${ensemble[@]}" -o whole >out 2>err || { cat err; exit 1; }
size=$(stat -c %s whole/journal.jsonl)

mkdir small still
mount -t tmpfs -o size=$((size / 2 / 1024 + 16))k tmpfs small || exit 1
try "full disk" 1 "disk is full" "${ensemble[@]}" -o small/a
check "full disk: what is kept is said" "$(grep kept err)" grep -q "of 600 members are finished and kept; make room" err
kept=$(lines small/a)
check "full disk: finished members are kept" "$kept lines of the journal" test "$kept" -gt 100
check "full disk: no line is torn" "the journal ends with a whole line" test -z "$(tail -c 1 small/a/journal.jsonl)"
try "still full" 1 "disk is full" "${ensemble[@]}" -o small/a
check "still full: nothing is lost" "$(lines small/a) lines" test "$(lines small/a)" -ge "$kept"
mount -o remount,size=8m small
try "room again: it goes on" 0 "are from before" "${ensemble[@]}" -o small/a
check "room again: the results" "the same bits" same small/a whole
mount -o remount,size=$(($(du -sk small | cut -f1) + 8))k small
try "no room for the tables of a merge" 1 "disk is full" ./lapicque merge whole -o small/b --quiet

mount -t tmpfs -o size=8m tmpfs still || exit 1
head -n 300 whole/journal.jsonl >cut && cp -r whole still/a && rm still/a/manifest.json && cp cut still/a/journal.jsonl
mount -o remount,ro still
try "read-only folder, to begin" 2 "read-only" "${ensemble[@]}" -o still/new
try "read-only folder, to go on" 1 "read-only" "${ensemble[@]}" -o still/a
check "read-only folder: nothing is lost" "300 lines" cmp -s cut still/a/journal.jsonl
mount -o remount,rw still
try "writable again: it goes on" 0 "299 of 600 members are from before" "${ensemble[@]}" -o still/a
check "writable again: the results" "the same bits" same still/a whole

cp -r whole torn && rm torn/manifest.json && head -c $((size / 2)) whole/journal.jsonl >torn/journal.jsonl
try "journal cut inside a line" 0 "cut short" "${ensemble[@]}" -o torn
check "journal cut inside a line: the results" "the same bits" same torn whole
cp -r whole flipped && rm flipped/manifest.json && flip flipped/journal.jsonl $((size / 3))
cp flipped/journal.jsonl copy
try "a bit of the journal turned" 2 "journal.jsonl, line" "${ensemble[@]}" -o flipped
check "a bit turned: nothing is written" "the journal is as it was" cmp -s copy flipped/journal.jsonl
try "a bit turned, --resume" 0 "599 of 600 members are from before" "${ensemble[@]}" -o flipped --resume
check "a bit turned, --resume: the results" "the same bits" same flipped whole
cp -r whole first && rm first/manifest.json && flip first/journal.jsonl 40
try "a bit of the first line turned" 2 "no member is lost" "${ensemble[@]}" -o first
try "a bit of the first line turned, --resume" 0 "600 of 600 members are from before" "${ensemble[@]}" -o first --resume
check "a bit of the first line: the results" "the same bits" same first whole
cp -r whole table && flip table/tables/members.parquet 1000
try "a bit of a finished table turned, --resume" 0 "600 of 600" "${ensemble[@]}" -o table --resume
check "a bit of a finished table: the results" "the same bits" same table whole
cp -r whole part && flip part/journal.jsonl $((size / 3))
try "merge of a damaged shard" 2 "journal.jsonl, line" ./lapicque merge part -o joined
cp -r whole newer && sed -i 's/"schema": 1/"schema": 2/' newer/manifest.json
try "folder of a newer version" 2 "newer version" "${ensemble[@]}" -o newer --resume
try "folder of another ensemble" 2 "of this very ensemble" "${ensemble[@]}" -o whole --seed 7 --resume

[ $failed = 0 ] && echo "well" || echo "not well"
exit $failed
