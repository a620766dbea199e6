#!/usr/bin/env bash
# Feeds the random words of the network engine to dieharder (apt-get install dieharder).
# Usage: scripts/rng-battery.sh [ORDER…]      orders: lanes lane blocks starts neurons steps draws
# DIEHARDER: its choice of tests, default "-a" (about half an hour of CPU time an order).
# REVERSE=1: the bits of each word reversed.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v dieharder >/dev/null || { echo "dieharder is not installed" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go test -c -o "$work/kernel.test" ./network/kernel

for order in "${@:-lanes}"; do
	printf '#### %s, order %s%s\n' "$(date -u +%F)" "$order" "${REVERSE:+, bits reversed}"
	mkfifo "$work/$order"
	LAPICQUE_WORDS="$work/$order" LAPICQUE_ORDER="$order" LAPICQUE_REVERSE="${REVERSE:-}" \
		"$work/kernel.test" -test.run '^TestWords$' -test.timeout 0 >/dev/null &
	# shellcheck disable=SC2086 # several options are meant
	dieharder -g 200 ${DIEHARDER:--a} <"$work/$order"
	wait
	rm "$work/$order"
done
