#!/bin/sh
# Convergence studies of six scenarios, and the table of docs/RESULTS.md made of them, on standard output.
#
#   scripts/converge.sh DIR [ARGUMENTS OF lapicque converge]
#
# DIR receives a folder a scenario; a study that was interrupted goes on. The bias of the bistable network is of order 1/N and
# best seen at small N: it has its own sizes, and no exponents in the table. Half an hour at most.
set -eu
cd "$(dirname "$0")/.."
dir=$1
shift
mkdir -p "$dir"
go build -o "$dir/lapicque" .
bistable='--set time.snapshots=[5] --set record.rate_bin=0.5 --N 40:640:5 --precision 0.3 --bias-time 110'
names='linear inhibitory excitatory refractory elapsed-inhibitory-delay bistable'
for name in $names; do
	[ -f "$dir/$name/manifest.json" ] && grep -q '"outcome": "completed"' "$dir/$name/manifest.json" && continue
	if [ "$name" = bistable ]; then
		"$dir/lapicque" converge bistable "$@" $bistable -q -o "$dir/$name" >&2
	elif [ "$name" = elapsed-inhibitory-delay ]; then # 1500 steps
		"$dir/lapicque" converge "$name" "$@" --N 1e3:1e5:7 -q -o "$dir/$name" >&2
	else
		"$dir/lapicque" converge "$name" "$@" -q -o "$dir/$name" >&2
	fi
done
exponents() {
	seconds=$(($(date -d "$(sed -n 's/.*"stop": "\(.*\)".*/\1/p' "$1/provenance.json")" +%s) - $(date -d "$(sed -n 's/.*"start": "\(.*\)".*/\1/p' "$1/provenance.json")" +%s)))
	awk -F, -v name="$(basename "$1")" -v seconds="$seconds" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ printf "| %s | %s | %.4f | %.4f to %.4f | %.4f | %s | %d |\n", name, $at["measure"], $at["gamma"], $at["gamma_low"], $at["gamma_high"],
			($at["gamma_high"] - $at["gamma_low"]) / 2, $at["verdict"], seconds }' "$1/tables/exponents.csv"
}
biases() {
	awk -F, -v name="$(basename "$1")" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ seen = $at["delta1_low"] > 0 || $at["delta1_high"] < 0 ? "yes" : "no"
		  printf "| %s | %s | %.3g | %.3g to %.3g | %.2g | %.2g to %.2g | %s |\n", name, $at["measure"], $at["delta1"], $at["delta1_low"], $at["delta1_high"],
			$at["delta0"], $at["delta0_low"], $at["delta0_high"], seen }' "$1/tables/biases.csv"
}
printf '## %s · Convergence to the mean field\n\n' "$(date -u +%Y-%m-%d)"
printf '`scripts/converge.sh DIR%s`: exponents γ of the distances with 95 %% intervals ([converge.md](converge.md)); bistable with `%s`, elapsed-inhibitory-delay with `--N 1e3:1e5:7`. Seconds: of the whole study.\n\n' "${*:+ $*}" "$bistable"
printf '| scenario | measure | γ | 95 %% interval | half-width | verdict | seconds |\n|---|---|---|---|---|---|---|\n'
for name in $names; do [ "$name" = bistable ] || exponents "$dir/$name"; done
printf '\nMean errors δ0 + δ1/N, network less mean field:\n\n| scenario | error | δ1 | 95 %% interval | δ0 | 95 %% interval | seen |\n|---|---|---|---|---|---|---|\n'
for name in $names; do biases "$dir/$name"; done
