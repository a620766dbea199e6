#!/usr/bin/env bash
# Kills runs with checkpoints by SIGKILL at 200 random moments: networks with delay, refractoriness and macroscopic cascades, several
# populations, networks held against twice as many, a neural field. Each time the run goes on with --resume and the same command; its
# folder is compared with that of an undisturbed run without checkpoints, file by file (all but the page, the provenance and the
# manifest, which hold times of the clock, and the lines of summary.json that do). Prints a table; exit code 0 when
# all is well, else 1. Two to four minutes.
#
#   scripts/kill-run.sh [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."
RANDOM=${1:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/lapicque" .
cd "$work"

# a time below so many milliseconds, in seconds
moment() { printf '%d.%06d' $(($1 * RANDOM / 32768 / 1000)) $(($1 * RANDOM / 32768 % 1000 * 1000 + RANDOM % 1000)); }
# the summary without what holds times of the clock
summary() { sed '/"seconds": {/,/}/d; /"folder":/d' "$1/summary.json"; }
# whether the results of two folders are the same bytes
same() {
	local list name
	list=$(cd "$1" && find . -type f ! -name summary.json ! -name report.html ! -name provenance.json ! -name manifest.json | sort)
	[ "$list" = "$(cd "$2" && find . -type f ! -name summary.json ! -name report.html ! -name provenance.json ! -name manifest.json | sort)" ] || return 1
	for name in $list; do cmp -s "$1/$name" "$2/$name" || return 1; done
	[ "$(summary "$1")" = "$(summary "$2")" ]
}

all=0 early=0 running=0 writing=0 late=0 ends=0 failures=0 differing=0
printf '%-34s %5s %9s %6s %9s %7s %5s %9s\n' scenario kills 'no state' runs 'in a save' results ends differing

# disturbed NAME KILLS COMMAND…: until so many kills are done, and the last folder complete
disturbed() {
	local name=$1 kills=$2 began span pid code a=0 b=0 c=0 d=0 e=0 f=0 count=$2
	shift 2
	rm -rf whole killed
	began=$(date +%s%N)
	"$@" --quiet -j 2 -o whole >/dev/null
	span=$((($(date +%s%N) - began) / 1000000)) # milliseconds
	while :; do
		[ -e killed/manifest.json ] || rm -f killed/summary.json # of the attempt before: from now on it tells that results are being written
		"$@" --quiet -j $((1 + RANDOM % 3)) -o killed --resume --checkpoint $((10 + RANDOM % 60))ms >/dev/null 2>log &
		pid=$!
		[ "$kills" = 0 ] || { sleep "$(moment "$span")"; kill -9 $pid 2>/dev/null || true; }
		code=0
		wait $pid 2>/dev/null || code=$?
		case $code in
		137)
			kills=$((kills - 1))
			if [ -e killed/summary.json ]; then d=$((d + 1))
			elif compgen -G 'killed/checkpoint/*.new' >/dev/null; then c=$((c + 1))
			elif compgen -G 'killed/checkpoint/*.checkpoint' >/dev/null; then b=$((b + 1))
			else a=$((a + 1)); fi
			;;
		0)
			e=$((e + 1))
			same whole killed || f=$((f + 1))
			[ "$kills" != 0 ] || break
			rm -rf killed
			;;
		*)
			failures=$((failures + 1))
			echo "exit code $code:" && cat log
			break
			;;
		esac
	done
	printf '%-34s %5d %9d %6d %9d %7d %5d %9d\n' "$name" "$count" $a $b $c $d $e $f
	all=$((all + count - kills)) early=$((early + a)) running=$((running + b)) writing=$((writing + c)) late=$((late + d)) ends=$((ends + e)) differing=$((differing + f))
}

disturbed 'delay, refractory, one network' 60 ./lapicque network bistable --set 'particles={N: 100000}' --set coupling.b=2.2 --set coupling.delay=0.07 \
	--set 'neuron.refractory={law: exponential, tau: 0.2}' --set 'time={end: 15, snapshots: [1, 3.21, 15]}'
disturbed 'macroscopic cascades' 60 ./lapicque network blow-up --set 'particles={N: 4000, replicas: 3}' --set initial.mean=0.7 --set 'time={end: 2, snapshots: [0.3, 1.23, 2]}'
disturbed 'two populations with delays' 30 ./lapicque network ei-oscillation --set 'particles={replicas: 3}' --set 'time={end: 4, snapshots: [1, 2.5, 4]}' --set expect=[]
disturbed 'networks against twice as many' 25 ./lapicque run hodgkin-huxley --set 'particles={N: 300, replicas: 4}' --set 'time={end: 40, snapshots: [20, 40]}' --set expect=[]
disturbed 'neural field' 25 ./lapicque run wilson-cowan-bump --set 'time={end: 4, snapshots: [1, 2.5, 4]}' --set expect=[]

cat <<END

kills                              $all
before the first checkpoint        $early
while networks run                 $running
while a checkpoint is written      $writing
while results are written          $late
runs brought to their end          $ends
commands that failed               $failures
folders with other results         $differing
END
[ "$all" = 200 ] && [ "$failures" = 0 ] && [ "$differing" = 0 ] && echo "well: $all kills, the same bits" || { echo "not well"; exit 1; }
