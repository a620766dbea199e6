package mfield

import (
	"context"
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
	"pgregory.net/rapid"
)

// refractory returns an equation with V_R = 1, V_F = 2, a = 1 and a refractory state.
func refractory(law neuron.Refractoriness, tau, b float64) NNLIF {
	e := NNLIF{Law: standard(), B: b, Rule: neuron.Hard}
	e.Law.Refractory = neuron.Refractory{Law: law, Tau: tau}
	return e
}

// escaping returns an equation with a random threshold.
func escaping(epsilon, b float64) NNLIF {
	e := NNLIF{Law: standard(), B: b, Rule: neuron.Hard}
	e.Law.Firing.Epsilon = epsilon
	return e
}

// whole is the Gaussian of mean 0 and variance 0.25 on the whole line.
func whole() neuron.Initial { return neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 12} }

// TestRefractoryTransient compares with independent values for b = 0.5, τ = 0.1; moments are not divided by the active mass.
func TestRefractoryTransient(t *testing.T) {
	s := solver(t, refractory(neuron.ExponentialRefractory, 0.1, 0.5), gaussian(0, 0.25), Options{})
	for _, want := range [][5]float64{
		{0.5, 0.1128581068, -0.02230231032, 0.6405192932, 0.9900622358},
		{1, 0.1320387505, -0.04086630139, 0.7368272373, 0.9870008503},
	} {
		st := advance(t, s, want[0])
		active := 1 - st.Refractory
		t.Logf("t = %v: N off by %.1e, active mass by %.1e", want[0], st.Rate/want[1]-1, active/want[4]-1)
		near(t, "N", st.Rate, want[1], 3e-5)
		near(t, "active mass", active, want[4], 1e-6)
		near(t, "second moment", active*(st.Variance+st.Mean*st.Mean), want[3], 5e-5)
		if math.Abs(active*st.Mean-want[2]) > 5e-5 {
			t.Errorf("first moment %v, want %v", active*st.Mean, want[2])
		}
	}
}

// TestBurstTransient compares with independent values for excitation, a refractory state and a random threshold
// together, b = 5, τ = 1, ε = 0.1. From t = 2 on the activity kindles itself, and so does any error.
func TestBurstTransient(t *testing.T) {
	e := escaping(0.1, 5)
	e.Law.Refractory = neuron.Refractory{Law: neuron.ExponentialRefractory, Tau: 1}
	s := solver(t, e, whole(), Options{})
	for _, want := range [][4]float64{
		{0.05, 0.00179015147, 4.466633242e-05, 2e-4}, {0.25, 0.02265687597, 0.002061143156, 2e-4},
		{1, 0.08850436071, 0.03530624475, 1e-4}, {2, 0.130975576, 0.08512239065, 1e-4}, {5, 0.3389296424, 0.2453538057, 5e-4},
	} {
		st := advance(t, s, want[0])
		t.Logf("t = %v: N off by %.1e, R by %.1e", want[0], st.Rate/want[1]-1, st.Refractory/want[2]-1)
		near(t, "N", st.Rate, want[1], want[3])
		near(t, "R", st.Refractory, want[2], want[3])
	}
}

// TestVariantsRelax: long runs end in the steady states of MODELS.md, sections 5 and 6, with R = Nτ.
func TestVariantsRelax(t *testing.T) {
	both := escaping(0.1, 0.5)
	both.Law.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: 0.1}
	for _, c := range []struct {
		name  string
		e     NNLIF
		start neuron.Initial
		rate  float64
	}{
		{"exponential", refractory(neuron.ExponentialRefractory, 0.025, 0), gaussian(0, 0.25), 0.119617185556696},
		{"fixed", refractory(neuron.FixedRefractory, 0.025, 1.5), gaussian(0, 0.25), 0.190736129367184},
		{"ε = 0.1", escaping(0.1, 0), whole(), 0.0608842993491746},
		{"ε = 0.01, b = 1.5", escaping(0.01, 1.5), whole(), 0.138422041937747},
		{"both", both, whole(), 0.0644073187516751},
	} {
		st := advance(t, solver(t, c.e, c.start, Options{}), 12)
		t.Logf("%s: N off by %.1e, R − Nτ = %.1e", c.name, st.Rate/c.rate-1, st.Refractory-st.Rate*c.e.Law.Refractory.Mean())
		near(t, c.name, st.Rate, c.rate, 1e-4)
		if math.Abs(st.Mass-1) > 1e-12 || math.Abs(st.Refractory-st.Rate*c.e.Law.Refractory.Mean()) > 1e-5 {
			t.Errorf("%s: %+v", c.name, st)
		}
	}
}

// variants are equations in which everything happens, for orders: current, noise feedback, coupling, variants.
func variants() map[string]NNLIF {
	list := map[string]NNLIF{}
	for name, law := range map[string]neuron.Refractory{
		"exponential": {Law: neuron.ExponentialRefractory, Tau: 0.2}, "fixed": {Law: neuron.FixedRefractory, Tau: 0.25}, "none": {},
	} {
		e := busy()
		e.Law.Refractory = law
		if name != "none" {
			list[name] = e
		}
		e.Law.Firing.Epsilon = 0.05
		list["escape, "+name] = e
		e.Delay, e.B = 0.3, -3
		list["escape, delay, "+name] = e
	}
	return list
}

// TestVariantOrders: second order in the cell and in the step, for every combination of the variants.
func TestVariantOrders(t *testing.T) {
	for name, e := range variants() {
		t.Run(name, func(t *testing.T) {
			var sizes, times []float64
			var inSpace, inTime [][]float64
			for _, cells := range []int{100, 200, 400, 800} {
				s := solver(t, e, calm(t), Options{Cells: cells})
				s.options.step = 0.02
				sizes, inSpace = append(sizes, float64(cells)), append(inSpace, nil)
				for _, x := range []float64{0.2, 0.5, 0.9} {
					inSpace[len(inSpace)-1] = append(inSpace[len(inSpace)-1], advance(t, s, x).Rate)
				}
			}
			for _, step := range []float64{0.02, 0.01, 0.005, 0.0025} {
				s := solver(t, e, calm(t), Options{Cells: 100})
				advance(t, s, 0.1)
				s.options.step = step
				times, inTime = append(times, step), append(inTime, nil)
				for _, x := range []float64{0.3, 0.5, 0.9} {
					inTime[len(inTime)-1] = append(inTime[len(inTime)-1], advance(t, s, x).Rate)
				}
			}
			if order := orders(t, "cells", sizes, inSpace); !(order >= 1.85) {
				t.Errorf("order %.3f in space, declared 2", order)
			}
			if order := orders(t, "step", times, inTime); !(order >= 1.85) {
				t.Errorf("order %.3f in time, declared 2", order)
			}
		})
	}
}

// TestVariantsConserve: ∫n + R = 1 to rounding and nothing negative, for random equations with variants and random data,
// through blow-ups.
func TestVariantsConserve(t *testing.T) {
	jumps := 0
	rapid.Check(t, func(r *rapid.T) {
		e, start := draw(r)
		e.B = rapid.SampledFrom([]float64{-4, 3, 8}).Draw(r, "connectivity")
		tau := math.Exp(rapid.Float64Range(-5, 0).Draw(r, "ln τ"))
		e.Law.Refractory = neuron.Refractory{Law: rapid.SampledFrom([]neuron.Refractoriness{neuron.ExponentialRefractory, neuron.FixedRefractory}).Draw(r, "refractory"), Tau: tau}
		e.Law.Firing.Epsilon = rapid.SampledFrom([]float64{0, 0, 0.001, 0.1}).Draw(r, "ε")
		e.Delay = rapid.SampledFrom([]float64{0, 0, 0.1}).Draw(r, "delay")
		s, err := e.NewSolver(start, Options{Scheme: FiniteVolume, Cells: 100, Rtol: 1e-4, Continue: true})
		if err != nil {
			return // refused: noise feedback and a density that does not vanish at V_F
		}
		cells := s.(continuing).Solver.(*finiteVolume)
		cells.options.OnStep = func(st State) error {
			if math.Abs(st.Mass-1) > 1e-12 || !(st.Rate >= 0) || !(st.Variance >= -1e-12) || !(cells.resting >= -1e-4) || !nonNegative(cells.mass) {
				r.Fatalf("%+v, R = %v", st, cells.resting)
			}
			return nil
		}
		var ended *BlowUp
		if err := s.Advance(context.Background(), 0.3); err != nil && !(errors.As(err, &ended) && e.Law.A1 > 0) {
			r.Fatal(err)
		}
		jumps += len(s.(Continuing).BlowUps())
	})
	if t.Logf("%d jumps", jumps); jumps == 0 {
		t.Error("no jumps")
	}
}

// TestVariantsThroughBlowUps compares with the spectral scheme through jumps into refractory states. What finite volumes owe is
// their own change from half the cells.
func TestVariantsThroughBlowUps(t *testing.T) {
	for name, e := range map[string]NNLIF{
		"exponential": refractory(neuron.ExponentialRefractory, 0.05, 0.9),
		"fixed":       refractory(neuron.FixedRefractory, 0.05, 0.9),
		"beyond":      refractory(neuron.ExponentialRefractory, 0.05, 3),
	} {
		times := []float64{0.003, 0.04, 0.07, 0.5}
		law := gaussian(1.83, 0.003)
		want := pass(t, e, law, Options{Scheme: Spectral, Rtol: 1e-7}, times...)
		coarse := pass(t, e, law, Options{Scheme: FiniteVolume, Cells: 150, Rtol: 1e-5}, times...)
		fine := pass(t, e, law, Options{Scheme: FiniteVolume, Cells: 300, Rtol: 1e-6}, times...)
		if len(fine.blowUps) != len(want.blowUps) || len(coarse.blowUps) != len(want.blowUps) || len(want.blowUps) == 0 {
			t.Errorf("%s: %+v and %+v, want %+v", name, coarse.blowUps, fine.blowUps, want.blowUps)
			continue
		}
		for k, w := range want.blowUps {
			t.Logf("%s: t* = %.7f off by %.1e, jump %.6f by %.1e", name, w.Time, fine.blowUps[k].Time-w.Time, w.Jump, fine.blowUps[k].Jump-w.Jump)
		}
		for k, w := range want.ends {
			c, f := coarse.ends[k], fine.ends[k]
			for what, x := range map[string][3]float64{
				"rate": {c.Rate, f.Rate, w.Rate}, "fired": {c.Fired, f.Fired, w.Fired}, "R": {c.Refractory, f.Refractory, w.Refractory}, "mean": {c.Mean, f.Mean, w.Mean},
			} {
				if what == "mean" && w.Refractory > 1-1e-9 {
					continue // of nobody
				}
				t.Logf("%s at %v: %s = %.7g, off by %.1e; change %.1e", name, times[k], what, x[2], x[1]-x[2], x[1]-x[0])
				if math.Abs(x[1]-x[2]) > math.Abs(x[1]-x[0])+1e-5*(1+math.Abs(x[2])) {
					t.Errorf("%s at %v: %s = %.8g, on half the cells %.8g, spectral %.8g", name, times[k], what, x[1], x[0], x[2])
				}
			}
		}
	}
}
