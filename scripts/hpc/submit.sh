#!/usr/bin/env bash
# Submits an ensemble as a job array, and a job that merges its parts when all of them are done. See README.md.
#
#   scripts/hpc/submit.sh OUT SHARDS SCENARIO --replicas R [--grid …] …
#
# SBATCH_ARGS holds further arguments of sbatch (partition, account, time limit), LAPICQUE the program.
set -euo pipefail
if [ $# -lt 3 ]; then
	sed -n '4p' "$0" | cut -c5- >&2
	exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
OUT=$(cd "$1" && pwd) SHARDS=$2
shift 2
export OUT SHARDS
read -ra more <<<"${SBATCH_ARGS:-}"
job=$(sbatch --parsable "${more[@]}" --export=ALL --array="0-$((SHARDS - 1))" --output="$OUT/part-%a.log" "$here/ensemble.sbatch" "$@")
merge=$(sbatch --parsable "${more[@]}" --export=ALL --dependency="afterok:$job" --kill-on-invalid-dep=yes --output="$OUT/merge.log" "$here/merge.sbatch")
echo "parts: job $job, tasks 0-$((SHARDS - 1)); merge: job $merge; results: $OUT/all"
