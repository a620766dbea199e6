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
check "still full: what is kept is said" "$(grep kept err)" grep -q "^$((kept - 1)) of 600 members are finished and kept; make room" err
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

#### Runs with checkpoints

mount -o remount,size=64m small
mount -o remount,size=64m still
rm -rf small/* still/*
run=(./lapicque network excitatory --set particles.N=400000 --set 'time={end: 6, snapshots: [6]}' --quiet)
"${run[@]}" -o intact >out 2>err || { cat err; exit 1; }
# the results of two runs, but for the lines that hold times of the clock
alike() {
	local name
	for name in raster.parquet resolved.yaml tables/cascades.csv tables/rates.csv tables/snapshots.csv tables/traces.csv arrays/density_network.npy; do
		cmp -s "$1/$name" "$2/$name" || return 1
	done
	[ "$(sed '/"seconds": {/,/}/d; /"folder":/d' "$1/summary.json")" = "$(sed '/"seconds": {/,/}/d; /"folder":/d' "$2/summary.json")" ] && [ ! -e "$2/checkpoint" ]
}
# anew DIR: starts the run of a folder again
anew() { "${run[@]}" -o "$1" --force >out 2>err; }
# killed DIR: leaves a run that was killed after its second checkpoint
killed() {
	"${run[@]}" -o "$1" --checkpoint-every 1 >/dev/null 2>&1 &
	local pid=$! k
	for k in $(seq 3000); do
		[ ! -e "$1/checkpoint/00000002.checkpoint" ] || break
		sleep 0.01
	done
	kill -9 $pid && wait $pid 2>/dev/null
}
last() { ls "$1"/checkpoint/*.checkpoint | tail -1; }
checkpoints() { ls "$1"/checkpoint/*.checkpoint 2>/dev/null | wc -l; }
killed slain
state=$(stat -c %s "$(last slain)")

mount -o remount,size=$((state * 2 / 1024 + $(du -sk intact | cut -f1) + 400))k small
try "checkpoint on a full disk: the run goes on" 0 "the run goes on, the checkpoint before it stays" "${run[@]}" -o small/a --checkpoint-every 1
check "checkpoint on a full disk: told once" "one warning" test "$(grep -c warning err)" = 1
check "checkpoint on a full disk: the results" "the same bits" alike intact small/a
rm -rf small/* && cp -r slain small/b
mount -o remount,size=$(($(du -sk small | cut -f1) + 48))k small
try "full disk to the end" 1 "disk is full" "${run[@]}" -o small/b --resume
check "full disk to the end: checkpoints stay" "$(checkpoints small/b) checkpoints" test "$(checkpoints small/b)" -ge 1
mount -o remount,size=64m small
try "room again: the run goes on" 0 "going on from t" "${run[@]}" -o small/b --resume
check "room again: the results" "the same bits" alike intact small/b

cp -r slain still/a
mount -o remount,ro still
try "read-only folder, to begin a run" 2 "read-only" "${run[@]}" -o still/new --checkpoint 1s
try "read-only folder, to go on with a run" 1 "read-only" "${run[@]}" -o still/a --resume
check "read-only folder: the run is as it was" "no file differs" diff -r slain still/a
mount -o remount,rw still
try "writable again: the run goes on" 0 "going on from t" "${run[@]}" -o still/a --resume
check "writable again: the results" "the same bits" alike intact still/a

cp -r slain short && truncate -s $((state / 2)) "$(last short)"
try "checkpoint cut short" 0 "the one before, at t = 1" "${run[@]}" -o short --resume
check "checkpoint cut short: the results" "the same bits" alike intact short
cp -r slain turned && flip "$(last turned)" $((state / 3))
try "a bit of a checkpoint turned" 0 "checksum" "${run[@]}" -o turned --resume
check "a bit of a checkpoint turned: the results" "the same bits" alike intact turned
cp -r slain spool && truncate -s $(($(stat -c %s spool/checkpoint/spikes.spool) / 3)) spool/checkpoint/spikes.spool
try "spikes lost" 2 "a folder with a checkpoint that is whole" "${run[@]}" -o spool --resume
cp -r slain both && for name in both/checkpoint/*.checkpoint; do flip "$name" 1000; done
cp -r both before
try "both checkpoints damaged" 2 "--force without --resume starts again" "${run[@]}" -o both --resume
check "both damaged: nothing is written" "no file differs" diff -r before both
check "both damaged, told to start again" "exit code 0" anew both
check "started again: the results" "the same bits" alike intact both
cp -r slain later && for name in later/checkpoint/*.checkpoint; do printf '\002\000\000\000\375\377\377\377' | dd of="$name" bs=1 seek=8 conv=notrunc 2>/dev/null; done
try "checkpoint of a newer version" 2 "newer version" "${run[@]}" -o later --resume
cp -r intact future && sed -i 's/"schema": 1/"schema": 2/' future/manifest.json
try "run of a newer version" 2 "newer version" "${run[@]}" -o future --resume
try "run of another scenario" 2 "of this scenario" "${run[@]}" -o slain --seed 7 --resume
try "killed run, the folder alone" 0 "going on from t = 2" ./lapicque network --quiet -o slain --resume
check "killed run: the results" "the same bits" alike intact slain

[ $failed = 0 ] && echo "well" || echo "not well"
exit $failed
