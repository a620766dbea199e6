package converge

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

// study returns a small one.
func study(t *testing.T, name string, sizes []int, set ...string) Study {
	t.Helper()
	s, err := scenario.Load(name, set, scenario.Sides{Network: true, MeanField: true})
	if err != nil {
		t.Fatal(err)
	}
	return Study{Scenario: s, Sizes: sizes, Precision: 0.3}
}

// brief is a run that takes little time.
var brief = []string{"time={end: 0.5, snapshots: [0.25, 0.5]}"}

func run(t *testing.T, s Study) *Result {
	t.Helper()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	out, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Independent neurons: the exponents are 1/2, and L2 of the densities is that of counting.
func TestIndependentNeurons(t *testing.T) {
	s := study(t, "linear", []int{100, 1000, 10000}, brief...)
	s.Precision = 0.08
	out := run(t, s)
	if out.Outcome != play.Completed || out.Verdict != compare.Agrees || len(out.Levels) != 4 {
		t.Fatalf("%s: %s %s", out.Outcome, out.Verdict, out.Text)
	}
	for _, e := range out.Exponents {
		if one := e.Name; one == "w1" || one == "rate_l2" {
			if g := e.Fit.Gamma; !(math.Abs(g.Value-0.5) < 4*g.SE) || !(g.Interval.HalfWidth() <= s.Precision) {
				t.Errorf("%s: γ = %+v", one, g)
			}
		}
	}
	limit, err := newNeurons(t.Context(), s.Scenario, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0 // mean over both snapshots of E L2²
	for _, laws := range limit.limit.laws {
		for i, edge := range laws[0].bins[1:] {
			width := edge - laws[0].bins[i]
			mass := compare.Rebin(laws[0].density, []float64{laws[0].bins[i], edge})[0] * width
			want += mass * (1 - mass) / (10000 * width) / 2
		}
	}
	top := out.Levels[2].Values["l2"] // of a mean of roots, a little below the root of the mean
	if ratio := top.Value / math.Sqrt(want); math.Abs(ratio-1) > 4*top.SE/top.Value+0.02 {
		t.Errorf("L2 of independent neurons: %v times that of counting", ratio)
	}
}

// The result does not depend on workers, nor on where an interrupted study was taken up again.
func TestSameResultHoweverItCameAbout(t *testing.T) {
	s := study(t, "excitatory", []int{50, 200, 800}, brief...)
	s.Precision, s.Workers = 0.15, 1
	var kept []Replica
	s.Keep = func(x Replica) { kept = append(kept, x) }
	want := written(t, run(t, s))
	s.Keep, s.Workers = nil, 2
	if got := written(t, run(t, s)); got != want {
		t.Error("two workers give another result")
	}
	s.Known = slices.Clone(kept[:len(kept)/3])
	slices.Reverse(s.Known)
	s.Known = append(s.Known, kept[len(kept)-2:]...)
	again := 0
	s.Keep = func(Replica) { again++ }
	if got := written(t, run(t, s)); got != want {
		t.Error("taken up again it gives another result")
	}
	if again != len(kept)-len(s.Known) {
		t.Errorf("%d of %d networks again, %d known", again, len(kept), len(s.Known))
	}
}

func written(t *testing.T, out *Result) string {
	t.Helper()
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every model that has both sides has its measures, and what it leaves is finite.
func TestEveryModel(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     []string
		leading []string
	}{
		{"refractory", brief, []string{"w1", "rate_l2"}},
		{"ei-asynchronous", append([]string{"meanfield.cells=200"}, brief...), []string{"w1", "rate_l2"}},
		{"elapsed-inhibitory-delay", []string{"time={end: 1, snapshots: [0.5, 1]}"}, []string{"w1", "rate_l2"}},
		{"conductance", []string{"time={end: 0.02, snapshots: [0.01, 0.02]}", "meanfield.cells_v=64", "meanfield.cells_g=32"}, []string{"w1", "rate_l2"}},
		{"wilson-cowan-cycle", []string{"time={end: 1, snapshots: [0.5, 1]}", "particles.dt=0.05"}, []string{"field_l2"}},
	} {
		s := study(t, c.name, []int{100, 300, 900}, c.set...)
		s.Precision = 1
		out := run(t, s)
		var leading []string
		for _, m := range out.Measures {
			if m.Leading {
				leading = append(leading, m.Name)
			}
		}
		if !slices.Equal(leading, c.leading) {
			t.Errorf("%s: led by %v", c.name, leading)
		}
		for _, l := range out.Levels {
			for _, m := range out.Measures {
				if e, known := l.Values[m.Name]; !known || math.IsNaN(e.Value) || !m.Signed && !(e.Value > 0) {
					t.Errorf("%s, N = %d: %s is %+v", c.name, l.N, m.Name, e)
				}
			}
		}
	}
}

// Around a blow-up densities and rates are compared before it, and time and size of the jump are measured.
func TestJump(t *testing.T) {
	s := study(t, "blow-up", nil, "initial={law: gaussian, mean: 0.8, variance: 0.25}", "time={end: 0.28, snapshots: [0.1, 0.28]}")
	n, err := newNeurons(t.Context(), s.Scenario, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	if len(n.notes()) != 1 || len(n.limit.times) != 1 || !(n.limit.until < n.limit.jump.Time) {
		t.Fatalf("%v %+v", n.notes(), n.limit)
	}
	at := map[string]int{}
	for m, one := range n.measures() {
		at[one.Name] = m
	}
	for replica := range uint64(3) {
		x, err := n.measure(t.Context(), s.Scenario.Resized(600), replica, 1)
		if err != nil || len(x) != len(at) {
			t.Fatalf("%v %v", x, err)
		}
		late := x[at["jump_time_error"]]
		if x[at["jump_time"]] != math.Abs(late) || !(math.Abs(late) < 0.1) || !(x[at["jump_size"]] < 0.02) || !(x[at["w1"]] > 0 && x[at["w1"]] < 0.2) {
			t.Errorf("replica %d: %v", replica, x)
		}
	}
	small, err := n.measure(t.Context(), s.Scenario.Resized(49), 0, 1) // too few for a macroscopic cascade
	if err != nil || !math.IsNaN(small[at["jump_time"]]) || !math.IsNaN(small[at["jump_size_error"]]) || math.IsNaN(small[at["w1"]]) {
		t.Errorf("no jump: %v %v", small, err)
	}
}

// A budget that is spent ends the study, which says so.
func TestSpentBudget(t *testing.T) {
	s := study(t, "linear", []int{100, 1000, 10000}, brief...)
	s.Precision, s.Budget = 1e-6, 200*time.Millisecond
	out := run(t, s)
	if !out.Spent || out.Outcome != play.Completed || out.Verdict == compare.Agrees {
		t.Errorf("spent %v, %s: %s", out.Spent, out.Verdict, out.Text)
	}
}

// An interrupted study returns what there is.
func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := study(t, "linear", []int{100, 1000, 10000}, brief...)
	s.Workers = 1
	s.Keep = func(x Replica) {
		if x.Index == 12 {
			stop()
		}
	}
	out, err := s.Run(ctx)
	if err == nil || out.Outcome != play.Cancelled || len(out.Levels) != 4 || out.Levels[0].Networks < 12 {
		t.Errorf("%v: %+v", err, out)
	}
}

// Cells of equal mass hold equal masses.
func TestCellsOfEqualMass(t *testing.T) {
	var d compare.Density
	for k := range 401 {
		d.Edges = append(d.Edges, -5+0.025*float64(k))
		if k > 0 {
			d.Values = append(d.Values, distuv.UnitNormal.Prob(d.Edges[k]-0.0125))
		}
	}
	edges := massive(d, 32)
	if len(edges) != 33 || edges[0] != -5 || edges[32] != d.Edges[400] {
		t.Fatalf("%d edges: %v", len(edges), edges)
	}
	for k := range 32 {
		if mass := distuv.UnitNormal.CDF(edges[k+1]) - distuv.UnitNormal.CDF(edges[k]); math.Abs(mass-1./32) > 1e-4 {
			t.Errorf("cell %d holds %v", k, mass)
		}
	}
	point := massive(compare.Density{Edges: []float64{0, 1, 1.001, 2}, Values: []float64{0, 1000, 0}}, 4)
	if point[0] != 0 || point[len(point)-1] != 2 || !slices.IsSorted(point) {
		t.Errorf("mass in one cell: %v", point)
	}
}

func TestSizes(t *testing.T) {
	if got, err := ParseSizes("1e3:1e6:7"); err != nil || !slices.Equal(got, []int{1000, 3162, 10000, 31623, 100000, 316228, 1000000}) {
		t.Errorf("%v %v", got, err)
	}
	for text, faults := range map[string]int{"1e3": 1, "a:b:c": 3, "10:5:3": 1, "1:4:9": 1, "0:1e99:2": 3, "::": 3} {
		_, err := ParseSizes(text)
		if list, _ := err.(neuron.Faults); len(list) != faults {
			t.Errorf("%s: %d faults, want %d: %v", text, len(list), faults, err)
		}
	}
	s := study(t, "wilson-cowan-cycle", []int{1, 2, 4})
	if s.Validate() == nil {
		t.Error("two sizes that make the same network are accepted")
	}
	s = study(t, "hodgkin-huxley", []int{10, 20, 40})
	if s.Validate() == nil {
		t.Error("a model without a limit is accepted")
	}
}
