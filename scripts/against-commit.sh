#!/bin/sh
# Times the particle engine of the working tree against that of an older commit, in one program and by turns of
# twenty steps, and prints the ratio (new to old) of the medians, of the fastest turns, and the median ratio of a turn.
#
#   scripts/against-commit.sh COMMIT
set -eu
cd "$(dirname "$0")/.."
top=$PWD
work=$(mktemp -d)
trap 'git -C "$top" worktree remove --force "$work/tree"; rm -rf "$work"' EXIT
git worktree add -q --detach "$work/tree" "$1"
mkdir "$work/duel"
sed -e 's/^module .*/module duel/' -e '/^tool/d' go.mod >"$work/duel/go.mod"
cp go.sum "$work/duel"

engine() { # name, tree
	mkdir "$work/duel/$1" "$work/duel/run$1"
	cp -r "$2/neuron" "$2/network" "$work/duel/$1/"
	find "$work/duel/$1" -name '*_test.go' -delete
	rm -rf "$work/duel/$1/network/kernel/asm"
	grep -rl '"lapicque/' "$work/duel/$1" | xargs sed -i "s#\"lapicque/#\"duel/$1/#"
	cat >"$work/duel/run$1/run.go" <<EOF
package run$1

import (
	"context"

	"duel/$1/network"
	"duel/$1/neuron"
)

// New returns what runs a network for twenty steps more.
func New(n int, b, dt float64) func() {
	net, err := network.New(network.Config{N: n, Law: neuron.LIF{Leak: 1, A0: 1, Threshold: 2, Reset: 1}, B: b,
		Initial: neuron.TruncatedGaussian{Mean: 0, Variance: 0.64, Upper: 2}, Dt: dt, Seed: 1, Workers: 1})
	if err != nil {
		panic(err)
	}
	at := 5.0
	run := func() {
		if err := net.Run(context.Background(), at); err != nil {
			panic(err)
		}
		at += 20 * dt
	}
	run()
	return run
}
EOF
}
engine old "$work/tree"
engine new "$PWD"

cat >"$work/duel/main.go" <<'EOF'
package main

import (
	"fmt"
	"runtime"
	"sort"
	"time"

	"duel/runnew"
	"duel/runold"
)

func main() {
	runtime.GOMAXPROCS(1)
	fmt.Println("        N    b    dt   old ns  new ns   new/old: medians fastest  a turn (per neuron and step)")
	for _, c := range []struct {
		n, turns int
		b, dt    float64
	}{{100_000, 1500, 0, 0.01}, {100_000, 1500, 0.5, 0.01}, {100_000, 1000, 0.5, 0.05}, {409_600, 150, 0.5, 0.1}, {1_000_000, 100, 0.5, 0.05}} {
		run := [2]func(){runold.New(c.n, c.b, c.dt), runnew.New(c.n, c.b, c.dt)}
		var spent [3][]float64 // the third: the ratios
		for k := range c.turns {
			var t [2]float64
			for j := range t {
				i := (j + k) % 2
				began := time.Now()
				run[i]()
				t[i] = float64(time.Since(began).Nanoseconds()) / 20 / float64(c.n)
				spent[i] = append(spent[i], t[i])
			}
			spent[2] = append(spent[2], t[1]/t[0])
		}
		for _, x := range spent {
			sort.Float64s(x)
		}
		m, old, fresh := c.turns/2, spent[0], spent[1]
		fmt.Printf("%9d %4v %5v %8.3f %7.3f %17.3f %7.3f %7.3f\n", c.n, c.b, c.dt, old[m], fresh[m], fresh[m]/old[m], fresh[0]/old[0], spent[2][m])
	}
}
EOF
cd "$work/duel"
go run .
