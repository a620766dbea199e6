#!/usr/bin/env bash
# One table, one run: the engine's kernel and the whole engine beside plain C
# programs compiled here with their best flags, and beside numpy and Brian2 where
# they are installed. Leave the machine alone while it runs (some minutes).
#   scripts/bench.sh [flags of scripts/bench, such as -units 1e9]
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

flags=()
if command -v cc >/dev/null; then
	# gcc's vectoriser makes xoshiro slower, not faster: both are tried, the better kept.
	best=
	for option in -fno-tree-vectorize -ftree-vectorize; do
		cc -O3 -march=native $option -o "$out/euler$option" scripts/bench/peers/euler.c -lm
		ns=$("$out/euler$option" 100000 0.01 2 0.5 0 1 | cut -d' ' -f1)
		if [ -z "$best" ] || awk "BEGIN{exit !($ns < $best)}"; then best=$ns; cp "$out/euler$option" "$out/euler"; fi
	done
	cc -O3 -march=native -o "$out/limit" scripts/bench/peers/limit.c -lm
	flags=(-euler "$out/euler" -limit "$out/limit")
else
	echo "no C compiler: our figures alone"
fi
go build -o "$out/bench" ./scripts/bench
"$out/bench" "${flags[@]}" -plot docs/img/work-precision-network.png "$@"
for program in scripts/bench/peers/*.py; do
	python3 "$program" || echo "${program##*/}: not installed here, skipped"
done
