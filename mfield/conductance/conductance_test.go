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
	for _, a := range []float64{9, 1, 0.1} { // the more laps are counted, the less their phases matter
		e := reference(a)
		start := Start{FromV: 0, ToV: 1, MeanG: 20, SpreadG: math.Sqrt(a)}
		s, err := e.NewSolver(start, 20+8*math.Sqrt(a), Options{CellsV: 64, CellsG: 64, Step: 5e-4})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Advance(context.Background(), 0.1); err != nil {
			t.Fatal(err)
		}
		before := s.State().Fired
		span := 50 / limit // whole periods: with little noise they do not die out
		if err := s.Advance(context.Background(), 0.1+span); err != nil {
			t.Fatal(err)
		}
		rate := (s.State().Fired - before) / span
		t.Logf("a = %v: %v, limit %v", a, rate, limit)
		off := math.Abs(rate - limit)
		if off > last {
			t.Errorf("a = %v: the rate %v is farther from the limit than before", a, rate)
		}
		last = off
	}
	if last > 0.02 {
		t.Errorf("a = 0.1: %v from the limit", last)
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
	check("v", 1.8, Options{CellsV: 32, CellsG: 32, Step: 4e-4}, Options{CellsV: 64, CellsG: 32, Step: 4e-4},
		Options{CellsV: 128, CellsG: 32, Step: 4e-4}, Options{CellsV: 256, CellsG: 32, Step: 4e-4})
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
