package network

import (
	"math"
	"slices"
	"testing"

	"golang.org/x/exp/rand"

	"lapicque/neuron"
)

// closing is a circuit before the close of a step of length 1 without leak, in which
// nothing was predicted: κ uniform on [−1, 1], density listed a unit of κ, ascending.
func closing(t *testing.T, r *rand.Rand, density int, kicks [][]float64) (j *joint, kappas [][]float64) {
	c := Circuit{Rule: neuron.Hard, Dt: 1, Workers: 1}
	for p := range kicks {
		c.Populations = append(c.Populations, Population{string(rune('A' + p)), 1, standard(), neuron.Point{Potential: 0}})
		c.B = append(c.B, make([]float64, len(kicks)))
	}
	n, err := NewCircuit(c)
	if err != nil {
		t.Fatal(err)
	}
	n.kicks = kicks
	j = n.open(nil, newCrew(1))
	for p, s := range j.sessions {
		s.step = step{kick: kicks[p][p], spread: kicks[p][p], margin: 1}
		s.step.h, s.step.relaxed = 1, 1
		var own []float64
		for range 2 * density {
			own = append(own, 2*r.Float64()-1)
			s.blocks[0].candidates = append(s.blocks[0].candidates, candidate{kappa: own[len(own)-1]})
		}
		slices.Sort(own)
		kappas = append(kappas, own)
	}
	return j, kappas
}

// TestJointCloseIsTheSmallestFixedPoint: between excitatory populations, against the
// rule spelled out in another order: lowest population first.
func TestJointCloseIsTheSmallestFixedPoint(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for k := range 300 {
		kicks := [][]float64{{r.Float64() * 0.01, r.Float64() * 0.01}, {r.Float64() * 0.01, r.Float64() * 0.01}}
		j, kappas := closing(t, r, 1+k%60, kicks)
		want := make([]int, 2)
		for p := 0; p < 2; {
			if i := want[p]; i < len(kappas[p]) && kappas[p][i] <= moved(kicks[p], want) {
				want[p]++
				p = 0
				continue
			}
			p++
		}
		j.close()
		if got := []int{j.sessions[0].step.fired, j.sessions[1].step.fired}; !slices.Equal(got, want) {
			t.Fatalf("case %d: %v fire, want %v", k, got, want)
		}
	}
}

// TestJointCloseWithInhibition: kicks of both signs, as weak as halving leaves them: one
// more unit of κ makes at most 0.3 units of kicks. Nobody is left out whom the final kicks
// pass, and those who fire are those whom they pass, but for the few of the last kicks.
func TestJointCloseWithInhibition(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	const density = 1000
	worst, cases, wrong := 0.0, 400, 0
	for k := range cases {
		kicks := [][]float64{make([]float64, 2), make([]float64, 2)}
		for p := range kicks {
			for q := range kicks {
				kicks[p][q] = 0.15 / density * (2*r.Float64() - 1)
			}
		}
		j, kappas := closing(t, r, density, kicks)
		if j.close() {
			t.Fatalf("case %d: an overrun", k)
		}
		fired := []int{j.sessions[0].step.fired, j.sessions[1].step.fired}
		for p := range kicks {
			shift := moved(kicks[p], fired)
			if i := fired[p]; i < len(kappas[p]) && kappas[p][i] <= shift {
				t.Fatalf("case %d: one of population %d is left out", k, p)
			}
			for i := fired[p] - 1; i >= 0 && kappas[p][i] > shift-max(0, kicks[p][p]); i-- {
				wrong++
				worst = max(worst, (kappas[p][i]-shift)*density/0.15)
			}
		}
	}
	t.Logf("%d of %d fire wrongly, by %.2f kicks at most", wrong, 2*cases*density, worst)
	if wrong > cases || !(worst < 5) || math.IsNaN(worst) {
		t.Error("the close is not self-consistent")
	}
}
