#!/usr/bin/env bash
# Tries the scripts of this folder against a Slurm of its own on this machine: controller, node daemon and munge in a temporary folder.
# An ensemble goes in four parts, each cut short by a SIGTERM ahead of a short time limit and requeued until it is done; a
# dependent job merges them; the results must be the bytes of an ensemble that was played at once. Needs root and the Debian
# packages slurm-wlm and munge; is skipped without. Exit code 0 when all is well.
#
#   scripts/hpc/try-local.sh
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch; do
	command -v $tool >/dev/null || { echo "skipped: there is no $tool here (Debian: apt-get install slurm-wlm munge)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: slurmd needs root"; exit 0; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
chmod 755 "$work"
pids=()
cleanup() {
	[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
(cd "$here/../.." && go build -o "$work/lapicque" .)
cd "$work"

mkdir munge state spool
chmod 700 munge
head -c 1024 /dev/urandom >munge/key && chmod 400 munge/key
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
	--log-file="$work/munge/log" --seed-file="$work/munge/seed" >munge.out 2>&1 &
pids+=($!)
cpus=$(nproc)
cat >slurm.conf <<END
ClusterName=local
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPort=26817
SlurmdPort=26818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,requeue_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
KillWait=5
MinJobAge=300
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$work/slurm.conf
sleep 1
slurmctld -D -i >ctld.out 2>&1 &
pids+=($!)
slurmd -D -N "$(hostname -s)" >slurmd.out 2>&1 &
pids+=($!)
for ((k = 0; k < 60; k++)); do
	[ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break
	sleep 0.5
done
if [ "$(sinfo -h -o %T 2>/dev/null)" != idle ]; then
	echo "skipped: Slurm does not run here"
	tail -n 5 ctld.out slurmd.out slurmctld.log slurmd.log munge.out 2>/dev/null || true
	exit 0
fi
echo "Slurm $(sinfo --version | cut -d' ' -f2) on $cpus CPUs"

ensemble=(excitatory --set particles.N=20000 --set 'time={end: 12}' --replicas 60 --grid coupling.b=-0.5:0.5:4)
./lapicque ensemble "${ensemble[@]}" -o whole --quiet >/dev/null
LAPICQUE=$work/lapicque SBATCH_ARGS="--cpus-per-task=1" "$here/submit.sh" "$work/out" 4 "${ensemble[@]}"
sleep 1
# ask the running tasks to stop as a time limit would, some times
stops=0
for ((k = 0; k < 240; k++)); do
	if [ -e out/all/manifest.json ]; then break; fi
	if [ $stops -lt 6 ] && [ -n "$(squeue -h -t R -n lapicque -o %i)" ]; then
		squeue -h -t R -n lapicque -o %i | xargs -r -n1 scancel --signal=TERM --batch 2>/dev/null && stops=$((stops + 1))
	fi
	sleep 1
done
echo "SIGTERM sent $stops times; back in the queue: $(cat out/part-*.log | grep -c 'goes back') times"
grep -h "are finished and kept" out/part-*.log | head -n 3 || true
for name in ensemble.json resolved.yaml tables/members.csv tables/members.parquet tables/summary.csv tables/summary.parquet; do
	if ! cmp "whole/$name" "out/all/$name"; then
		echo "not well; queue and logs:"
		squeue
		tail -n 5 out/*.log slurmctld.log slurmd.log
		exit 1
	fi
done
echo "well: four parts, requeued and merged, give the bytes of one run"
