package conductance

import (
	"context"
	"math"
	"os"
	"testing"

	"lapicque/neuron"
)

// reference is the uncoupled case of the literature at a noise.
func reference(a float64) Equation {
	return Equation{neuron.Conductance{Leak: 50, Reversal: 14. / 3, Threshold: 1, Tau: 0.005, G0: 20, A0: a}}
}

var settled = Start{FromV: 0, ToV: 1, MeanG: 20, SpreadG: 5}

func solve(t *testing.T, e Equation, start Start, until float64, o Options) *Solver {
	t.Helper()
	s, err := e.NewSolver(start, 0, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	return s
}

func nonNegative(t *testing.T, s *Solver) {
	t.Helper()
	for _, p := range s.p {
		if !(p >= 0) {
			t.Fatalf("a density of %v", p)
		}
	}
}

// The reference case on a coarse grid, and with LAPICQUE_LONG on the default one, where V_F N = ∬Jp to 1e−6.
func TestReferenceCase(t *testing.T) {
	o, identity := Options{CellsV: 96, CellsG: 64, Step: 4e-4}, 1e-4
	if os.Getenv("LAPICQUE_LONG") != "" {
		o, identity = Options{}, 1e-6
	}
	s := solve(t, reference(25), settled, 0.5, o)
	nonNegative(t, s)
	st := s.State()
	t.Logf("%+v", st)
	if math.Abs(st.Rate-49.72) > 0.1 || math.Abs(st.MeanG-20.00067) > 1e-4 || math.Abs(st.Mass-1) > 1e-12 {
		t.Errorf("rate %v, mean g %v, mass − 1 %g", st.Rate, st.MeanG, st.Mass-1)
	}
	if d := math.Abs(st.Rate-st.Current) / st.Rate; d > identity {
		t.Errorf("V_F N = %v, ∬Jp = %v: relative difference %.1e", st.Rate, st.Current, d)
	}
}

// As a → 0 the rate goes to that at constant conductance.
func TestLimitOfNoNoise(t *testing.T) {
	limit := reference(1).ConstantRate(20)
	if math.Abs(limit-50.494326) > 1e-6 {
		t.Fatalf("rate at g = 20: %v", limit)
	}
	last := math.Inf(1)
	for _, a := range []float64{9, 1, 0.1, 0.01} {
		one, err := reference(a).At(context.Background(), 0, Options{CellsV: 64, CellsG: 64, Step: 5e-4})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("a = %v: %v, limit %v", a, one.Rate, limit)
		off := math.Abs(one.Rate - limit)
		if off > last {
			t.Errorf("a = %v: the rate %v is farther from the limit than before", a, one.Rate)
		}
		last = off
	}
	if last > 1e-3 {
		t.Errorf("a = 0.01: %v from the limit", last)
	}
}

// Orders in time, v and g from four levels each, by the mean potential of a transient.
func TestOrders(t *testing.T) {
	e := reference(25)
	e.C, e.A1 = 0.1, 0.05
	start := Start{FromV: 0, ToV: 1, MeanG: 22, SpreadG: 4}
	value := func(o Options) float64 {
		s, err := e.NewSolver(start, 64, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Advance(context.Background(), 0.016); err != nil {
			t.Fatal(err)
		}
		return s.State().MeanV
	}
	check := func(name string, least float64, levels ...Options) {
		var v []float64
		for _, o := range levels {
			v = append(v, value(o))
		}
		for k := 2; k < len(v); k++ {
			p := math.Log2(math.Abs((v[k-2] - v[k-1]) / (v[k-1] - v[k])))
			t.Logf("%s: order %.2f (difference %.1e)", name, p, v[k]-v[k-1])
			if k == len(v)-1 && p < least {
				t.Errorf("%s: order %.2f, want %.1f", name, p, least)
			}
		}
	}
	check("time", 1.8, Options{CellsV: 64, CellsG: 64, Step: 1.6e-3}, Options{CellsV: 64, CellsG: 64, Step: 8e-4},
		Options{CellsV: 64, CellsG: 64, Step: 4e-4}, Options{CellsV: 64, CellsG: 64, Step: 2e-4})
	check("v", 1.9, Options{CellsV: 64, CellsG: 32, Step: 4e-4}, Options{CellsV: 128, CellsG: 32, Step: 4e-4},
		Options{CellsV: 256, CellsG: 32, Step: 4e-4}, Options{CellsV: 512, CellsG: 32, Step: 4e-4})
	check("g", 1.8, Options{CellsV: 32, CellsG: 32, Step: 4e-4}, Options{CellsV: 32, CellsG: 64, Step: 4e-4},
		Options{CellsV: 32, CellsG: 128, Step: 4e-4}, Options{CellsV: 32, CellsG: 256, Step: 4e-4})
}

func TestFaults(t *testing.T) {
	e := reference(-1)
	e.Reversal, e.Tau = 0.5, -0.1
	_, err := e.NewSolver(Start{FromV: 2, ToV: 1}, -1, Options{CellsV: 3})
	if list, ok := err.(neuron.Faults); !ok || len(list) != 8 {
		t.Errorf("faults: %v", err)
	}
}

// A steady density stays, and V_F N = ∬Jp in it; coupled, its rate is that of its own input.
func TestSteadyStates(t *testing.T) {
	o := Options{CellsV: 48, CellsG: 40, Step: 5e-4}
	e := reference(25)
	one, err := e.At(context.Background(), 0, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("rate %v, ∬Jp %v, residual %.1e", one.Rate, one.Current, one.Residual)
	if math.Abs(one.Rate-49.70) > 0.02 || math.Abs(one.Current-one.Rate) > 2e-4*one.Rate {
		t.Errorf("rate %v, ∬Jp %v", one.Rate, one.Current)
	}
	e.C, e.A1, e.G0 = 0.1, 0.05, 15
	states, err := e.SteadyStates(context.Background(), 120, o)
	if err != nil || len(states) != 1 {
		t.Fatalf("%d coupled states, %v", len(states), err)
	}
	g, a := e.Input(states[0].Rate)
	s := solve(t, e, Start{0, 1, g, math.Sqrt(a)}, 0.5, o)
	if d := math.Abs(s.State().Rate - states[0].Rate); d > 2e-3*states[0].Rate {
		t.Errorf("steady rate %v, relaxed to %v", states[0].Rate, s.State().Rate)
	}
}

// Inhibition has one steady state, below the rate without it: the zero of a falling function, also where the input of the rates that are
// looked at is negative.
func TestSteadyInhibition(t *testing.T) {
	o := Options{CellsV: 24, CellsG: 32, Step: 1e-3}
	last := 50.0
	for _, c := range []float64{-0.5, -20} {
		e := reference(25)
		e.C = c
		states, err := e.SteadyStates(context.Background(), 0, o)
		if err != nil || len(states) != 1 {
			t.Fatalf("c = %v: %d states, %v", c, len(states), err)
		}
		one := states[0]
		t.Logf("c = %v: rate %.4f, mean g %.4f, input %.4f", c, one.Rate, one.MeanG, 20+c*one.Rate)
		if !(one.Rate > 0 && one.Rate < last) || one.MeanG < 20+c*one.Rate {
			t.Errorf("c = %v: rate %v, mean conductance %v", c, one.Rate, one.MeanG)
		}
		s := solve(t, e, Start{0, 1, one.MeanG, math.Sqrt(one.VarianceG)}, 0.2, o)
		if d := math.Abs(s.State().Rate - one.Rate); d > 5e-3*(1+one.Rate) {
			t.Errorf("c = %v: steady rate %v, relaxed to %v", c, one.Rate, s.State().Rate)
		}
		last = one.Rate
	}
}
