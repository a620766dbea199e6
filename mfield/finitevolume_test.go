package mfield

import (
	"context"
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
	"pgregory.net/rapid"
)

// The values are those of the project's science notes (MODELS.md, section 3):
// V_R = 1, V_F = 2, a0 = 1, a Gaussian start with mean 0 and variance 0.25.

func standard() neuron.LIF { return neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1} }

func gaussian(mean, variance float64) neuron.Initial {
	return neuron.TruncatedGaussian{Mean: mean, Variance: variance, Upper: 2}
}

func solver(t testing.TB, e NNLIF, start neuron.Initial, o Options) *finiteVolume {
	t.Helper()
	o.Scheme = FiniteVolume
	s, err := e.NewSolver(start, o)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*finiteVolume)
}

func advance(t testing.TB, s Solver, until float64) State {
	t.Helper()
	if err := s.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	if got := s.State().Time; got != until {
		t.Fatalf("landed on %v, not on %v", got, until)
	}
	return s.State()
}

func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s = %.12g, want %.12g (relative error %.2g > %.2g)", what, got, want, got/want-1, tolerance)
	}
}

func TestTransients(t *testing.T) {
	times := []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}
	driven := standard()
	driven.Current = neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1}
	for _, c := range []struct {
		name string
		e    NNLIF
		rate []float64
	}{
		{"b = 0", NNLIF{Law: standard()}, []float64{0.01464360669502, 0.03022644947915, 0.07495966840225, 0.1112430739363, 0.1253839794842, 0.1230014441373, 0.1200702268124}},
		{"b = 0.5", NNLIF{Law: standard(), B: 0.5}, []float64{0.01467099549, 0.03038047497, 0.07649475684, 0.1165631173, 0.1359539709, 0.1368998922, 0.1348648331}},
		{"driven", NNLIF{Law: driven}, []float64{0, 0, 0, 0.3891522699, 0.3663342789}},
	} {
		s := solver(t, c.e, gaussian(0, 0.25), Options{})
		worst := 0.0
		for k, want := range c.rate {
			st := advance(t, s, times[k])
			if want == 0 {
				continue
			}
			worst = math.Max(worst, math.Abs(st.Rate/want-1))
			near(t, c.name+": N", st.Rate, want, 1e-4)
		}
		t.Logf("%s: largest relative error of N %.2g in %d steps", c.name, worst, s.steps)
	}
	moments := map[float64][2]float64{0.05: {-0.0005088860954, 0.31994238679}, 0.5: {-0.028448782616, 0.65133857267}, 5: {-0.11948176879, 0.81968539715}}
	s := solver(t, NNLIF{Law: standard()}, gaussian(0, 0.25), Options{})
	for _, x := range []float64{0.05, 0.5, 5} {
		st := advance(t, s, x)
		near(t, "second moment", st.Variance+st.Mean*st.Mean, moments[x][1], 1e-4)
		if math.Abs(st.Mean-moments[x][0]) > 5e-5 {
			t.Errorf("mean(%v) = %v, want %v", x, st.Mean, moments[x][0])
		}
	}
}

// TestSelfConsistent compares other data with a finer mesh and tolerance.
func TestSelfConsistent(t *testing.T) {
	noisy := standard()
	noisy.A1 = 0.1
	strong := standard()
	strong.Current = neuron.Constant(5)
	for _, c := range []struct {
		name  string
		e     NNLIF
		start neuron.Initial
	}{
		{"b = −1.5", NNLIF{Law: standard(), B: -1.5}, gaussian(0, 0.25)},
		{"a1 = 0.1", NNLIF{Law: noisy, B: 0.5}, gaussian(0, 0.25)},
		{"near threshold", NNLIF{Law: standard(), B: 0.3}, gaussian(1.5, 0.01)},
		{"I = 5, b = −4", NNLIF{Law: strong, B: -4}, gaussian(0, 0.25)},
	} {
		coarse := solver(t, c.e, c.start, Options{})
		fine := solver(t, c.e, c.start, Options{Cells: 1600, Rtol: 2e-8})
		for _, x := range []float64{0.05, 0.25, 1} {
			near(t, c.name, advance(t, coarse, x).Rate, advance(t, fine, x).Rate, 1e-4)
		}
	}
}

// TestCorner is the closed case of a point mass at V_R.
func TestCorner(t *testing.T) {
	law := neuron.LIF{Threshold: 0, Reset: -1, A0: 1, Leak: 1}
	s := solver(t, NNLIF{Law: law}, neuron.Point{Potential: -1}, Options{})
	for _, c := range [][2]float64{{0.1, 0.9791794113}, {0.5, 1.2141922984}, {1, 1.1358680944}, {10, 1.1087605232}} {
		st := advance(t, s, c[0])
		t.Logf("N(%v): relative error %.2g", c[0], st.Rate/c[1]-1)
		near(t, "N", st.Rate, c[1], 2e-5)
	}
}

// calm is a start that vanishes at V_F: the steady state at another current.
func calm(t testing.TB) neuron.Initial {
	e := NNLIF{Law: standard()}
	e.Law.Current = neuron.Constant(-0.5)
	states, err := e.SteadyStates()
	if err != nil || len(states) != 1 {
		t.Fatal(states, err)
	}
	return e.SteadyLaw(states[0])
}

// busy is an equation in which everything happens: current, noise feedback, coupling.
func busy() NNLIF {
	e := NNLIF{Law: standard(), B: 0.5}
	e.Law.A1 = 0.1
	e.Law.Current = neuron.Sine{Mean: 0.3, Amplitude: 0.5, Frequency: 0.7}
	return e
}

// orders logs a table of the largest differences between the rates of consecutive
// refinements, over several times, and the orders they show; it returns the last order.
func orders(t *testing.T, what string, sizes []float64, rates [][]float64) float64 {
	order, last := math.NaN(), math.NaN()
	t.Logf("%8s  %-14s  %-10s order", what, "N at the end", "difference")
	for k, r := range rates {
		end := r[len(r)-1]
		if k == 0 {
			t.Logf("%8g  %.12f", sizes[k], end)
			continue
		}
		d := 0.0
		for i := range r {
			d = math.Max(d, math.Abs(r[i]-rates[k-1][i]))
		}
		order, last = math.Log2(last/d), d
		t.Logf("%8g  %.12f  %10.2e  %.3f", sizes[k], end, d, order)
	}
	return order
}

func TestOrderInSpace(t *testing.T) {
	var sizes []float64
	var rates [][]float64
	for _, cells := range []int{100, 200, 400, 800, 1600} {
		s := solver(t, busy(), calm(t), Options{Cells: cells})
		s.options.step = 0.01
		sizes = append(sizes, float64(cells))
		rates = append(rates, []float64{advance(t, s, 0.1).Rate, advance(t, s, 0.25).Rate, advance(t, s, 0.5).Rate})
	}
	if order := orders(t, "cells", sizes, rates); !(order >= 1.9) {
		t.Errorf("order %.3f in space, declared 2", order)
	}
}

func TestOrderInTime(t *testing.T) {
	for _, c := range []struct {
		euler    bool
		declared float64
	}{{false, 2}, {true, 1}} {
		var sizes []float64
		var rates [][]float64
		for _, step := range []float64{0.04, 0.02, 0.01, 0.005, 0.0025} {
			s := solver(t, busy(), calm(t), Options{Cells: 200})
			advance(t, s, 0.1)
			s.options.step, s.options.euler = step, c.euler
			sizes, rates = append(sizes, step), append(rates, nil)
			for k := 1; k <= 10; k++ {
				rates[len(rates)-1] = append(rates[len(rates)-1], advance(t, s, 0.1+0.08*float64(k)).Rate)
			}
		}
		if order := orders(t, "step", sizes, rates); !(order >= 0.95*c.declared) {
			t.Errorf("order %.3f in time, declared %v", order, c.declared)
		}
	}
}

// TestConserves: mass to rounding without renormalising, no negative cell, for random equations and data.
func TestConserves(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e, start := draw(r)
		s, err := e.NewSolver(start, Options{Scheme: FiniteVolume, Cells: 150, Rtol: 1e-5})
		if err != nil {
			if e.Law.A1 == 0 || start.Density(2)+start.Density(2-1e-3) == 0 {
				r.Fatal(err)
			}
			return // refused: noise feedback and a density that does not vanish at V_F
		}
		f := s.(*finiteVolume)
		f.options.OnStep = func(st State) error {
			if math.Abs(st.Mass-1) > 1e-12 || !(st.Rate >= 0) || !(st.Variance >= 0) || math.IsNaN(st.Mean+st.Rate) {
				r.Fatalf("%+v", st)
			}
			if !nonNegative(f.mass) {
				r.Fatal("negative density")
			}
			return nil
		}
		var blowUp *BlowUp
		if err := s.Advance(context.Background(), 0.3); errors.As(err, &blowUp) {
			if e.B <= 0 && e.Law.A1 == 0 || !(blowUp.Jump >= 0 && blowUp.Jump <= 1) || math.IsNaN(blowUp.Time) {
				r.Fatalf("%+v", blowUp)
			}
		} else if err != nil {
			r.Fatal(err)
		}
	})
}

// draw returns a random equation and a start.
func draw(r *rapid.T) (NNLIF, neuron.Initial) {
	law := neuron.LIF{
		Threshold: 2, Reset: rapid.Float64Range(-1, 1.9).Draw(r, "reset"),
		A0:   math.Exp(rapid.Float64Range(-3, 1).Draw(r, "ln a0")),
		A1:   rapid.SampledFrom([]float64{0, 0, 0.1, 1}).Draw(r, "a1"),
		Leak: rapid.SampledFrom([]float64{1, 1, 0, 2.5}).Draw(r, "leak"),
	}
	law.Current = neuron.Sine{
		Mean:      rapid.Float64Range(-2, 6).Draw(r, "current"),
		Amplitude: rapid.SampledFrom([]float64{0, 1}).Draw(r, "amplitude"), Frequency: 3,
	}
	e := NNLIF{Law: law, B: rapid.Float64Range(-6, 2).Draw(r, "b"), Rule: neuron.Hard}
	mean := rapid.Float64Range(-2, 1.9).Draw(r, "mean")
	switch rapid.IntRange(0, 3).Draw(r, "law") {
	case 0:
		return e, neuron.Point{Potential: mean}
	case 1:
		return e, neuron.Uniform{From: mean - 1, To: math.Min(mean+0.5, 2)}
	case 2:
		return e, neuron.NewEmpirical([]float64{mean, mean - 0.3, mean - 0.31, -1})
	}
	return e, gaussian(mean, math.Exp(rapid.Float64Range(-9, 0).Draw(r, "ln variance")))
}

// TestSteadyStaysSteady starts from steady states of random equations.
func TestSteadyStaysSteady(t *testing.T) {
	count := 0
	rapid.Check(t, func(r *rapid.T) {
		if count++; count > 12 {
			return
		}
		e := NNLIF{Law: standard(), B: rapid.Float64Range(-5, 1.5).Draw(r, "b"), Rule: neuron.Hard}
		e.Law.A0 = rapid.Float64Range(0.3, 2).Draw(r, "a0")
		e.Law.A1 = rapid.SampledFrom([]float64{0, 0.1}).Draw(r, "a1")
		e.Law.Current = neuron.Constant(rapid.Float64Range(0, 3).Draw(r, "current"))
		states, err := e.SteadyStates()
		if err != nil {
			r.Fatal(err)
		}
		for _, st := range states {
			if !st.Stable {
				continue
			}
			s, err := e.NewSolver(e.SteadyLaw(st), Options{Scheme: FiniteVolume, Cells: 400, Rtol: 1e-6})
			if err != nil {
				r.Fatal(err)
			}
			if err := s.Advance(context.Background(), 1); err != nil {
				r.Fatal(err)
			}
			got := s.State()
			// Second order in the cell, amplified near a fold by 1/|eigenvalue|.
			slack := 1 + 1/math.Abs(real(st.Eigenvalue))
			if math.Abs(got.Rate-st.Rate) > 5e-4*slack*st.Rate+1e-9 || math.Abs(got.Mean-st.Mean) > 2e-4*slack {
				r.Fatalf("%+v became %+v", st, got)
			}
		}
	})
}

func TestStepAllocatesNothing(t *testing.T) {
	s := solver(t, NNLIF{Law: standard(), B: 0.5}, gaussian(0, 0.25), Options{})
	advance(t, s, 0.01)
	if n := testing.AllocsPerRun(20, func() {
		if err := s.advanceOnce(100); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}

// TestFired: Fired is the integral of the rate, and the mean obeys m′ = −m + I + bN − (V_F − V_R)N.
func TestFired(t *testing.T) {
	s := solver(t, NNLIF{Law: standard(), B: 0.5}, gaussian(0, 0.25), Options{})
	before := advance(t, s, 0.3)
	sum, mean, last := 0.0, 0.0, before
	s.options.OnStep = func(st State) error {
		sum += (st.Rate + last.Rate) / 2 * (st.Time - last.Time)
		mean += (st.Mean + last.Mean) / 2 * (st.Time - last.Time)
		last = st
		return nil
	}
	after := advance(t, s, 1.3)
	near(t, "∫N", after.Fired-before.Fired, sum, 1e-5)
	if d := after.Mean - before.Mean - (-mean + (0.5-1)*(after.Fired-before.Fired)); math.Abs(d) > 1e-4 {
		t.Errorf("the mean is off by %g", d)
	}
}

func TestAtomAtThreshold(t *testing.T) {
	// Half the mass at V_F fires at once and pushes the others down by |b|/2.
	start := neuron.NewEmpirical([]float64{2, 0.5})
	s := solver(t, NNLIF{Law: standard(), B: -1}, start, Options{})
	st := s.State()
	near(t, "fired", st.Fired, 0.5, 0)
	if want := (0.5 + 0.0) / 2; math.Abs(st.Mean-want) > 1e-9 {
		t.Errorf("mean %v, want %v", st.Mean, want)
	}
	near(t, "mass", st.Mass, 1, 1e-15)
}

func TestProfile(t *testing.T) {
	s := solver(t, NNLIF{Law: standard()}, gaussian(0, 0.25), Options{})
	advance(t, s, 0.5)
	var p Profile
	s.Profile(&p)
	if len(p.Edges) != len(p.Density)+1 || p.Edges[len(p.Edges)-1] != 2 {
		t.Fatalf("%d edges, %d densities", len(p.Edges), len(p.Density))
	}
	for v, want := range map[float64]float64{-1: 0.2353370429, 0: 0.4743368947, 0.5: 0.4085050697, 1.5: 0.08949875729} {
		i := s.mesh.cell(v)
		slope := (p.Density[i+1] - p.Density[i-1]) / (s.mesh.centers[i+1] - s.mesh.centers[i-1])
		near(t, "density", p.Density[i]+slope*(v-s.mesh.centers[i]), want, 2e-4)
	}
}

func TestRefusals(t *testing.T) {
	bad := NNLIF{Law: neuron.LIF{Threshold: 1, Reset: 2, A0: -1}, B: math.NaN(), Rule: 7}
	_, err := bad.NewSolver(gaussian(0, 1), Options{Cells: 3, Rtol: 1})
	var fs neuron.Faults
	if !errors.As(err, &fs) || len(fs) != 6 {
		t.Fatalf("%v", err)
	}
	e := NNLIF{Law: standard(), B: 1}
	if err := e.Validate(); !errors.As(err, &fs) || fs[0].Field != "coupling.b" {
		t.Errorf("subtractive with b = V_F − V_R: %v", err)
	}
	e.Rule = neuron.Hard
	if err := e.Validate(); err != nil {
		t.Error(err)
	}
	if _, err := e.NewSolver(neuron.Uniform{From: 1, To: 3}, Options{}); !errors.As(err, &fs) || fs[0].Field != "initial" {
		t.Errorf("mass above V_F: %v", err)
	}
	for _, name := range []string{"subtractive", "hard", "sequential"} {
		if r, err := neuron.ParseRule(name); err != nil || r.String() != name {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
	if _, err := neuron.ParseRule("soft"); err == nil {
		t.Error("soft is no rule")
	}
	if s, err := ParseScheme("finite-volume"); err != nil || s != FiniteVolume {
		t.Error(s, err)
	}
	if _, err := ParseScheme("magic"); err == nil {
		t.Error("magic is no scheme")
	}
}

func TestInterrupted(t *testing.T) {
	s := solver(t, NNLIF{Law: standard()}, gaussian(0, 0.25), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	s.options.OnStep = func(State) error {
		if steps++; steps == 10 {
			cancel()
		}
		return nil
	}
	if err := s.Advance(ctx, 5); !errors.Is(err, context.Canceled) || steps != 10 {
		t.Fatalf("%v after %d steps", err, steps)
	}
	mark := errors.New("enough")
	s.options.OnStep = func(State) error { return mark }
	if err := s.Advance(context.Background(), 5); !errors.Is(err, mark) {
		t.Fatal(err)
	}
	s.options.OnStep = nil
	near(t, "N(0.5)", advance(t, s, 0.5).Rate, 0.1112430739363, 1e-4)
}
