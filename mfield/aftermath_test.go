package mfield

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"testing"
	"time"

	"lapicque/neuron"
	"pgregory.net/rapid"
)

// passage is what a solution that goes on after blow-ups is judged by.
type passage struct {
	blowUps []BlowUp
	ends    []State
	shares  [][]float64 // mass in bins at the ends
}

// pass solves through blow-ups to each of the times.
func pass(t testing.TB, e NNLIF, law neuron.Initial, o Options, times ...float64) passage {
	t.Helper()
	o.Continue = true
	s := start(t, e, law, o).(Continuing)
	var p passage
	var profile Profile
	for _, x := range times {
		st := advance(t, s, x)
		if math.Abs(st.Mass-1) > 1e-12 || !(st.Rate >= 0) {
			t.Errorf("%v: %+v", o, st)
		}
		s.Profile(&profile)
		p.ends, p.shares = append(p.ends, st), append(p.shares, shares(profile))
	}
	p.blowUps = s.BlowUps()
	return p
}

// shares returns the mass in bins of 0.05 below 2, by the distribution function that is linear in cells.
func shares(p Profile) []float64 {
	upTo := make([]float64, len(p.Edges))
	for i, n := range p.Density {
		upTo[i+1] = upTo[i] + n*(p.Edges[i+1]-p.Edges[i])
	}
	below := func(v float64) float64 {
		i := sort.SearchFloat64s(p.Edges, v)
		if i == 0 || i == len(p.Edges) {
			return upTo[max(0, i-1)]
		}
		x := (v - p.Edges[i-1]) / (p.Edges[i] - p.Edges[i-1])
		return upTo[i-1] + x*(upTo[i]-upTo[i-1])
	}
	list := make([]float64, 120)
	for k := range list {
		list[k] = below(2-0.05*float64(len(list)-1-k)) - below(2-0.05*float64(len(list)-k))
	}
	return list
}

// apart returns the sum of |x − y|.
func apart(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += math.Abs(x[i] - y[i])
	}
	return sum
}

// TestThroughBlowUps compares finite volumes with the spectral scheme through one and
// several jumps under the three rules. What finite volumes owe is their own change
// from half the cells: three times the error in second order, once in first.
func TestThroughBlowUps(t *testing.T) {
	driven := standard()
	driven.A0, driven.Current = 0.05, neuron.Constant(3)
	for _, c := range []struct {
		name  string
		e     NNLIF
		law   neuron.Initial
		times []float64
	}{
		{"one, subtractive", NNLIF{Law: standard(), B: 0.5, Rule: neuron.Subtractive}, gaussian(1.83, 0.003), []float64{0.003, 0.02, 0.5}},
		{"one, hard", NNLIF{Law: standard(), B: 0.5, Rule: neuron.Hard}, gaussian(1.83, 0.003), []float64{0.003, 0.02, 0.5}},
		{"one, sequential", NNLIF{Law: standard(), B: 0.5, Rule: neuron.Sequential}, gaussian(1.83, 0.003), []float64{0.003, 0.02, 0.5}},
		{"synchrony", NNLIF{Law: standard(), B: 2, Rule: neuron.Hard}, neuron.Point{Potential: 1}, []float64{0.77, 2}},
		{"driven, subtractive", NNLIF{Law: driven, B: 0.9, Rule: neuron.Subtractive}, gaussian(1.4, 0.05), []float64{0.15, 0.27}},
	} {
		want := pass(t, c.e, c.law, Options{Scheme: Spectral, Rtol: 1e-7}, c.times...)
		coarse := pass(t, c.e, c.law, Options{Scheme: FiniteVolume, Cells: 150, Rtol: 1e-5}, c.times...)
		fine := pass(t, c.e, c.law, Options{Scheme: FiniteVolume, Cells: 300, Rtol: 1e-6}, c.times...)
		if len(fine.blowUps) != len(want.blowUps) || len(coarse.blowUps) != len(want.blowUps) {
			t.Errorf("%s: %d and %d blow-ups, not %d", c.name, len(coarse.blowUps), len(fine.blowUps), len(want.blowUps))
			continue
		}
		owed := func(what string, coarse, fine, want float64) {
			if math.Abs(fine-want) > math.Abs(coarse-fine)+1e-6 {
				t.Errorf("%s: %s: %.8g, on half the cells %.8g, spectral %.8g", c.name, what, fine, coarse, want)
			}
		}
		for k, w := range want.blowUps {
			f := fine.blowUps[k]
			t.Logf("%s: t* = %.7f (error %.1e, estimated %.1e), jump %.6f (%.1e, %.1e)", c.name,
				f.Time, f.Time-w.Time, f.TimeError, f.Jump, f.Jump-w.Jump, f.JumpError)
			owed("t*", coarse.blowUps[k].Time, f.Time, w.Time)
			owed("jump", coarse.blowUps[k].Jump, f.Jump, w.Jump)
		}
		for k, w := range want.ends {
			at := fmt.Sprintf(" at %g", c.times[k])
			owed("rate"+at, coarse.ends[k].Rate, fine.ends[k].Rate, w.Rate)
			owed("fired"+at, coarse.ends[k].Fired, fine.ends[k].Fired, w.Fired)
			d, change := apart(fine.shares[k], want.shares[k]), apart(fine.shares[k], coarse.shares[k])
			t.Logf("%s%s: L1 %.1e, change %.1e; rate %.1e", c.name, at, d, change, fine.ends[k].Rate/w.Rate-1)
			if d > change {
				t.Errorf("%s%s: L1 %.2g, owed %.2g", c.name, at, d, change)
			}
		}
	}
}

// TestOrderThroughBlowUp: of second order in the cell before a jump; the layer at V_F,
// which no mesh resolves at the end, leaves an order above one for the jump and
// what comes after it.
func TestOrderThroughBlowUp(t *testing.T) {
	e := NNLIF{Law: standard(), B: 0.5, Rule: neuron.Hard}
	want := pass(t, e, gaussian(1.83, 0.003), Options{Scheme: Spectral}, 0.1)
	var last []float64
	for _, cells := range []int{100, 200, 400, 800} {
		got := pass(t, e, gaussian(1.83, 0.003), Options{Scheme: FiniteVolume, Cells: cells, Rtol: 1e-7}, 0.1)
		errs := []float64{
			math.Abs(got.blowUps[0].Time - want.blowUps[0].Time), math.Abs(got.blowUps[0].Jump - want.blowUps[0].Jump),
			math.Abs(got.ends[0].Rate - want.ends[0].Rate), apart(got.shares[0], want.shares[0]),
		}
		line := fmt.Sprintf("%4d", cells)
		for i, name := range []string{"t*", "jump", "rate", "L1"} {
			line += fmt.Sprintf("   %s %.1e", name, errs[i])
			if last != nil {
				order := math.Log2(last[i] / errs[i])
				line += fmt.Sprintf(" (%.2f)", order)
				if declared := []float64{1.7, 1.2, 1.2, 1.2}[i]; cells == 800 && order < declared {
					t.Errorf("%s: order %.2f", name, order)
				}
			}
		}
		t.Log(line)
		last = errs
	}
}

// TestErrorsOfBlowUps: what is said of the errors of blow-ups bounds them.
func TestErrorsOfBlowUps(t *testing.T) {
	for _, c := range []struct {
		e    NNLIF
		law  neuron.Initial
		t    float64
		jump float64
	}{
		{NNLIF{Law: standard(), B: 3, Rule: neuron.Hard}, gaussian(-1, 0.5), 3.4173742227, 0.99734827},
		{NNLIF{Law: standard(), B: 0.5, Rule: neuron.Subtractive}, gaussian(1.83, 0.003), 0.0024656661, 0.81059602},
		{NNLIF{Law: neuron.LIF{Threshold: 1, A0: 0.5}, B: 0.5, Rule: neuron.Subtractive}, neuron.Point{Potential: 0.8}, 0.011774277, 0.747792},
	} {
		for _, cells := range []int{200, 800} {
			found := explode(t, start(t, c.e, c.law, Options{Scheme: FiniteVolume, Cells: cells}), 5)
			t.Logf("b = %v, %d cells: t* off by %.1e ≤ %.1e, jump by %.1e ≤ %.1e", c.e.B, cells, found.Time-c.t, found.TimeError, found.Jump-c.jump, found.JumpError)
			if math.Abs(found.Time-c.t) > found.TimeError || math.Abs(found.Jump-c.jump) > found.JumpError ||
				found.TimeError > 0.01*c.t || found.JumpError > 0.02 {
				t.Errorf("%+v", found)
			}
		}
	}
}

// TestStandsBeforeBlowUp: a time between the last step and the blow-up that it foretells is
// landed on exactly, and the way there does not matter.
func TestStandsBeforeBlowUp(t *testing.T) {
	e := NNLIF{Law: standard(), B: 0.5, Rule: neuron.Hard}
	once := pass(t, e, gaussian(1.83, 0.003), Options{Scheme: FiniteVolume, Cells: 200}, 0.01)
	at := once.blowUps[0].Time
	s := start(t, e, gaussian(1.83, 0.003), Options{Scheme: FiniteVolume, Cells: 200, Continue: true}).(Continuing)
	before := advance(t, s, at-1e-9)
	if len(s.BlowUps()) != 0 {
		t.Fatalf("%+v", s.BlowUps())
	}
	after := advance(t, s, s.State().Time+2e-9)
	if list := s.BlowUps(); len(list) != 1 || math.Abs(list[0].Time-at) > 2e-9 {
		t.Errorf("%+v, not %v", list, at)
	}
	if rise := after.Fired - before.Fired; rise < once.blowUps[0].Jump {
		t.Errorf("∫N rose by %v", rise)
	}
	near(t, "rate", advance(t, s, 0.01).Rate, once.ends[0].Rate, 1e-3)
}

// TestIgnition: laws that blow up at time 0 jump at once and go on.
func TestIgnition(t *testing.T) {
	e := NNLIF{Law: standard(), B: 0.5, Rule: neuron.Subtractive}
	whole := pass(t, e, neuron.Point{Potential: 2}, Options{Scheme: FiniteVolume}, 0, 1)
	moved := pass(t, e, neuron.Point{Potential: 1.5}, Options{Scheme: FiniteVolume}, 1)
	near(t, "from V_F or from V_R + b", whole.ends[1].Rate, moved.ends[0].Rate, 2e-3)
	near(t, "mean", whole.ends[0].Mean, 1.5, 2e-3)
	e.B = 0.9
	law := gaussian(1.95, 0.01)
	got, want := pass(t, e, law, Options{Scheme: FiniteVolume}, 0, 0.01), pass(t, e, law, Options{Scheme: Spectral}, 0, 0.01)
	if len(got.blowUps) != len(want.blowUps) || got.blowUps[0].Time != 0 {
		t.Fatalf("%+v, spectral %+v", got.blowUps, want.blowUps)
	}
	for k, w := range want.blowUps {
		near(t, "t*", got.blowUps[k].Time, w.Time, 1e-3)
		near(t, "jump", got.blowUps[k].Jump, w.Jump, 1e-3)
	}
	if d := apart(got.shares[1], want.shares[1]); d > 5e-3 {
		t.Errorf("L1 %v", d)
	}
}

// TestCellsForever: those that fire under the rule sequential reach V_F again at b = 3; and b = 3 under
// the rule hard blows up again and again without being eternal.
func TestCellsForever(t *testing.T) {
	s := start(t, NNLIF{Law: standard(), B: 3, Rule: neuron.Sequential}, gaussian(1.5, 0.01), Options{Scheme: FiniteVolume, Cells: 200, Continue: true})
	for range 2 {
		var eternal *Eternal
		if err := s.Advance(context.Background(), 5); !errors.As(err, &eternal) {
			t.Fatal(err)
		}
	}
	got := pass(t, NNLIF{Law: standard(), B: 3, Rule: neuron.Hard}, neuron.Point{Potential: 1}, Options{Scheme: FiniteVolume, Cells: 100, Rtol: 1e-5}, 2)
	if len(got.blowUps) != 8 {
		t.Errorf("%d blow-ups", len(got.blowUps))
	}
}

// TestAftermathKeepsMass: for random cells, rules and jumps the law after a jump is a law: it grows from 0
// to 1, and what it gives to the cells of another mesh is ≥ 0 and sums to 1.
func TestAftermathKeepsMass(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e, law := draw(r)
		e.Rule = rapid.SampledFrom([]neuron.Rule{neuron.Subtractive, neuron.Hard, neuron.Sequential}).Draw(r, "rule")
		limit := 1.0
		if e.Rule != neuron.Hard {
			limit = 0.99 * e.Law.Gap()
		}
		e.B = rapid.Float64Range(1e-3, limit).Draw(r, "b > 0")
		shape := spreadOf(e.Law, law, 0)
		m := newMesh(e.Law, 120, shape)
		x := rapid.Float64Range(0.01, 1).Draw(r, "x")
		recent := rapid.Float64Range(0, 0.1).Draw(r, "recent") * x
		prior := &pool{law: e.Law, mesh: m, mass: m.masses(law, shape, 0)}
		a, err := newAftermath(prior, e.Rule, impact{recent: recent, jump: x - recent, begun: e.B * recent, shift: e.B * x,
			cut: e.Law.Threshold - e.B*x, path: []stretch{{x - recent, e.B * recent, e.B * x}}})
		if err != nil {
			r.Fatal(err)
		}
		after := spreadOf(e.Law, a, 0)
		mass := newMesh(e.Law, 90, after).masses(a, after, 0)
		sum, last := 0.0, 0.0
		for _, part := range mass {
			sum += part
		}
		for k := range 400 {
			c := a.CDF(a.low + float64(k)/399*(e.Law.Threshold-a.low))
			if c < last-1e-12 {
				r.Fatalf("P(V ≤ v) falls by %g", last-c)
			}
			last = c
		}
		if !nonNegative(mass) || math.Abs(sum-1) > 1e-12 || math.Abs(last-1) > 1e-12 {
			r.Fatalf("sum %v, least %v, end %v", sum, slices.Min(mass), last)
		}
	})
}

// TestConservesThroughBlowUps: mass to rounding and no negative cell after jumps, for
// random excitatory equations and data, and every run ends in its time.
func TestConservesThroughBlowUps(t *testing.T) {
	jumps := 0
	examples := rapid.Custom(func(r *rapid.T) drawn { e, law := draw(r); return drawn{e, law} })
	for k := range 60 {
		c := examples.Example(k)
		c.e.B, c.e.Law.A1 = 1+math.Abs(c.e.B), 0
		c.e.Law.Current = neuron.Sine{Mean: 4, Amplitude: 1, Frequency: 3}
		s := start(t, c.e, c.law, Options{Scheme: FiniteVolume, Cells: 100, Rtol: 1e-4, Continue: true}).(Continuing)
		inner := s.(continuing).Solver.(*finiteVolume)
		inner.options.OnStep = func(st State) error {
			if math.Abs(st.Mass-1) > 1e-12 || !nonNegative(inner.mass) || !(st.Rate >= 0) || math.IsNaN(st.Mean+st.Variance+st.Rate) {
				t.Fatalf("%+v of %+v", st, c)
			}
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		var eternal *Eternal
		for x := 0.01; x < 0.6 && len(s.BlowUps()) < 20; x += 0.01 {
			if err := s.Advance(ctx, x); err != nil && !errors.As(err, &eternal) {
				t.Errorf("%v: %+v", err, c)
			}
		}
		cancel()
		jumps += len(s.BlowUps())
	}
	if t.Logf("%d jumps", jumps); jumps < 30 {
		t.Error("too few jumps")
	}
}
