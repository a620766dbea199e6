package network

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lapicque/neuron"
)

// crowded are the neurons of a circuit for the definition of its instant, in no order.
type crowded struct {
	potential  float64
	population int
	index      int
	rank       int // position among all spikes of the cascade, −1: did not fire
}

// definition plays the instant word by word: in each turn everybody is looked at.
func definition(all []crowded, thresholds []float64, kicks [][]float64) (order []*crowded) {
	spikes := make([]int, len(thresholds))
	for {
		var next *crowded
		highest := 0.0
		for i := range all {
			c := &all[i]
			shift := 0.0
			for q, n := range spikes {
				shift += kicks[c.population][q] * float64(n)
			}
			over := c.potential + shift - thresholds[c.population]
			if c.rank < 0 && over >= 0 && (next == nil || over > highest ||
				over == highest && c.population == next.population && c.potential > next.potential) { // rounded to a tie
				next, highest = c, over
			}
		}
		if next == nil {
			return order
		}
		next.rank = len(order)
		order = append(order, next)
		spikes[next.population]++
	}
}

// leaves returns where the rule leaves a neuron, kick by kick.
func (c *crowded) leaves(order []*crowded, law neuron.LIF, rule neuron.Rule, kicks [][]float64) float64 {
	v := c.potential
	if c.rank >= 0 && law.Refractory.Law != neuron.NoRefractory {
		return math.Inf(-1) // away
	}
	if c.rank >= 0 && rule == neuron.Sequential {
		v = law.Reset
	}
	for k, by := range order {
		if c.rank < 0 || rule == neuron.Subtractive || k >= c.rank {
			v += kicks[c.population][by.population]
		}
	}
	switch {
	case c.rank < 0 || rule == neuron.Sequential:
		return v
	case rule == neuron.Subtractive:
		return v - (law.Threshold - law.Reset)
	}
	return law.Reset
}

// TestJointInstantIsTheDefinition: who fires, in which order, and where everybody is
// left, against the definition, over thousands of circuits full of ties, with kicks
// of both signs, thresholds and refractory states of their own, under each rule.
func TestJointInstantIsTheDefinition(t *testing.T) {
	stopped, through := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 3).Draw(t, "populations")
		lattice := rapid.SampledFrom([]float64{0, 0.25, 1.0 / 16}).Draw(t, "lattice")
		number := func(lo, hi float64, what string) float64 {
			x := rapid.Float64Range(lo, hi).Draw(t, what)
			if lattice > 0 {
				x = math.Round(x/lattice) * lattice
			}
			return x
		}
		c := Circuit{Rule: rapid.SampledFrom([]neuron.Rule{neuron.Subtractive, neuron.Hard, neuron.Sequential}).Draw(t, "rule"), Dt: 0.01, Workers: 1}
		var thresholds []float64
		for p := range size {
			law := standard()
			law.Threshold += number(-0.5, 0.5, "V_F")
			if rapid.Bool().Draw(t, "refractory") {
				law.Refractory = fixed(0.3)
			}
			thresholds = append(thresholds, law.Threshold)
			c.Populations = append(c.Populations, Population{string(rune('A' + p)), rapid.IntRange(1, 30).Draw(t, "N"), law, neuron.Point{Potential: 0}})
			c.B = append(c.B, make([]float64, size))
		}
		n, err := NewCircuit(c)
		if err != nil {
			t.Fatal(err)
		}
		for p := range size {
			for q := range size {
				n.kicks[p][q] = number(-0.4, 0.4, "kick")
			}
		}
		var all []crowded
		for p, part := range n.parts {
			part.kick, part.offset = n.kicks[p][p], 0.125
			for i := range c.Populations[p].N {
				part.v[i] = thresholds[p] + number(-1.5, 0.3, "v") - part.offset
				all = append(all, crowded{part.potential(i), p, i, -1})
			}
		}
		order := definition(all, thresholds, n.kicks)
		j := n.open(nil, newCrew(1))
		if fired := j.instant(0.5, nobody, 0); fired != len(order) {
			t.Fatalf("%d fired, want %d", fired, len(order))
		}
		for i := range all {
			one := &all[i]
			want := one.leaves(order, n.parts[one.population].law.LIF, c.Rule, n.kicks)
			if got := n.parts[one.population].potential(one.index); got != want && !(math.Abs(got-want) < 1e-9) {
				t.Fatalf("%v: neuron %d of %d stands at %v, want %v", c.Rule, one.index, one.population, got, want)
			}
		}
		sound(t, j, order)
		for p := range n.kicks {
			for q := range n.kicks {
				n.kicks[p][q] = max(0, n.kicks[p][q])
			}
		}
		for i := range all {
			all[i].rank = -1
		}
		if len(order) == len(all) {
			through++
		} else if len(order) > 1 && len(definition(all, thresholds, n.kicks)) > len(order) {
			stopped++
		}
	})
	if t.Logf("%d cascades stopped by inhibition, %d through everybody", stopped, through); stopped < 100 || through < 100 {
		t.Error("not much of a test")
	}
}

// sound checks the frames of an instant: its spikes are those of the definition in
// their order within each population, its generations ascend from 0, one ID names a
// cascade in all populations, and sizes add up.
func sound(t *rapid.T, j *joint, order []*crowded) {
	sizes := make([]int, len(j.sessions))
	for _, one := range order {
		sizes[one.population]++
	}
	for p, s := range j.sessions {
		var want []uint32
		for _, one := range order {
			if one.population == p {
				want = append(want, uint32(one.index))
			}
		}
		var got []uint32
		last := uint16(0)
		for _, spike := range s.blocks[0].spikes {
			if spike.Generation < last || spike.Time != 0.5 || spike.Cascade != 0 && spike.Cascade != j.cascades {
				t.Fatalf("population %d: spike %+v after generation %d", p, spike, last)
			}
			last = spike.Generation
			got = append(got, spike.Neuron)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("population %d fires %v, want %v", p, got, want)
		}
		if s.frame.Count != sizes[p] {
			t.Fatalf("population %d: count %d, want %d", p, s.frame.Count, sizes[p])
		}
		for _, e := range s.frame.Cascades {
			if e.Size != sizes[p] || e.ID != j.cascades || e.Generations < 2 || int(last) >= e.Generations {
				t.Fatalf("population %d: cascade %+v, %d fired, last generation %d", p, e, sizes[p], last)
			}
		}
	}
}

// TestGenerationsOfAJointCascade: one neuron of E above the threshold lifts the second
// of E and the first of I together; these together the third of E; a strong kick of I
// then stops the fourth.
func TestGenerationsOfAJointCascade(t *testing.T) {
	kicks := [][]float64{{0.1, 0.05}, {0.1, -1}}
	potentials := [][]float64{{2, 1.92, 1.77, 1.6}, {1.91, 1.9}}
	a := unfold(potentials, []float64{2, 2}, kicks, 0)
	if !slices.Equal(a.sequence, []int{0, 0, 1, 0}) || !slices.Equal(a.generations[0], []uint16{0, 1, 2}) || !slices.Equal(a.generations[1], []uint16{1}) {
		t.Errorf("got %+v", a)
	}
	since := a.since(kicks)
	for p, want := range [][]float64{{0.35, 0.25, 0.1}, {-0.9}} {
		for k := range want {
			if math.Abs(since[p][k]-want[k]) > 1e-15 {
				t.Errorf("kicks since the spikes of %d: %v, want %v", p, since[p], want)
				break
			}
		}
	}
}
