package mfield

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// TestSpectralVariants: the state says what is refractory, mass is kept, and a profile reaches above V_F where neurons escape.
func TestSpectralVariants(t *testing.T) {
	l := neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1,
		Refractory: neuron.Refractory{Law: neuron.ExponentialRefractory, Tau: 1}, Firing: neuron.Firing{Epsilon: 0.1}}
	s, err := NNLIF{Law: l, B: 5}.NewSolver(neuron.TruncatedGaussian{Variance: 0.25, Upper: math.Inf(1)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(context.Background(), 5); err != nil {
		t.Fatal(err)
	}
	st := s.State()
	if math.Abs(st.Rate/0.3389296424-1) > 1e-8 || math.Abs(st.Refractory/0.2453538057-1) > 1e-8 || math.Abs(st.Mass-1) > 1e-12 {
		t.Errorf("%+v", st)
	}
	var p Profile
	s.Profile(&p)
	mass, above := 0.0, 0.0
	for i, n := range p.Density {
		mass += n * (p.Edges[i+1] - p.Edges[i])
		if p.Edges[i] >= 2 {
			above += n * (p.Edges[i+1] - p.Edges[i])
		}
	}
	if math.Abs(mass+st.Refractory-1) > 1e-9 || math.Abs(above/0.1/st.Rate-1) > 1e-8 {
		t.Errorf("the profile holds %v, above V_F %v", mass, above)
	}
}

// TestVariantSchemesAgree: finite volumes and the spectral scheme, which share nothing, give the same solutions.
func TestVariantSchemesAgree(t *testing.T) {
	law := func(kind neuron.Refractoriness, tau, epsilon, a1 float64) neuron.LIF {
		return neuron.LIF{Threshold: 2, Reset: 1, A0: 1, A1: a1, Leak: 1,
			Refractory: neuron.Refractory{Law: kind, Tau: tau}, Firing: neuron.Firing{Epsilon: epsilon}}
	}
	narrow, wide := neuron.TruncatedGaussian{Mean: -1, Variance: 0.5, Upper: 2}, neuron.TruncatedGaussian{Variance: 0.25, Upper: 2}
	for _, c := range []struct {
		name    string
		e       NNLIF
		initial neuron.Initial
		until   float64
	}{
		{"exponential, a1", NNLIF{Law: law(neuron.ExponentialRefractory, 0.2, 0, 0.1), B: 1.5}, wide, 1},
		{"fixed, a1", NNLIF{Law: law(neuron.FixedRefractory, 0.2, 0, 0.1), B: 1.5}, wide, 1},
		{"escape, a1", NNLIF{Law: law(neuron.NoRefractory, 0, 0.05, 0.1), B: 1.5}, wide, 1},
		{"escape, fixed", NNLIF{Law: law(neuron.FixedRefractory, 0.3, 0.05, 0), B: 5}, wide, 2},
		{"escape, exponential, delay", NNLIF{Law: law(neuron.ExponentialRefractory, 0.3, 0.05, 0), B: 5, Delay: 0.2}, wide, 2},
		{"fixed, delay", NNLIF{Law: law(neuron.FixedRefractory, 0.3, 0, 0), B: 5, Delay: 0.2}, wide, 2},
		{"exponential, blow-up", NNLIF{Law: law(neuron.ExponentialRefractory, 0.1, 0, 0), B: 3}, narrow, 4},
		{"fixed, blow-up", NNLIF{Law: law(neuron.FixedRefractory, 0.1, 0, 0), B: 3}, narrow, 4},
	} {
		solve := func(o Options) (State, []BlowUp) {
			o.Continue = c.e.Delay == 0
			s, err := c.e.NewSolver(c.initial, o)
			if err == nil {
				err = s.Advance(context.Background(), c.until)
			}
			if err != nil {
				t.Fatal(c.name, err)
			}
			if s, ok := s.(Continuing); ok {
				return s.State(), s.BlowUps()
			}
			return s.State(), nil
		}
		want, jumps := solve(Options{})
		fine, near := solve(Options{Scheme: FiniteVolume, Cells: 400})
		coarse, _ := solve(Options{Scheme: FiniteVolume, Cells: 200})
		// The error of a scheme of order 1 or more is at most what half the cells change.
		miss, change := 0.0, 0.0
		for _, x := range [][3]float64{
			{want.Rate, fine.Rate, coarse.Rate}, {want.Refractory, fine.Refractory, coarse.Refractory},
			{want.Mean, fine.Mean, coarse.Mean}, {want.Variance, fine.Variance, coarse.Variance},
		} {
			t.Logf("%-26s spectral %.9f, finite volumes %.9f, with half the cells %.9f", c.name, x[0], x[1], x[2])
			miss, change = miss+math.Abs(x[0]-x[1]), change+math.Abs(x[1]-x[2])
		}
		if miss > change || change > 0.01 {
			t.Errorf("%s: %.1e from finite volumes, %.1e with half the cells", c.name, miss, change)
		}
		if len(jumps) != len(near) {
			t.Fatalf("%s: %v and %v", c.name, jumps, near)
		}
		for k := range jumps {
			a, b := jumps[k], near[k]
			t.Logf("%-26s blow-up %d: %.9f and %.6f, jump %.8f and %.6f", c.name, k, a.Time, b.Time, a.Jump, b.Jump)
			if math.Abs(a.Time-b.Time) > b.TimeError || math.Abs(a.Jump-b.Jump) > b.JumpError {
				t.Errorf("%s: %v and %v", c.name, a, b)
			}
		}
	}
}
