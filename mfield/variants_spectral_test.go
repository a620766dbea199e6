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
