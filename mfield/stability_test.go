package mfield

import (
	"math"
	"math/cmplx"
	"testing"

	"lapicque/neuron"
)

// TestEigenvalues: MODELS.md section 3.
func TestEigenvalues(t *testing.T) {
	for _, c := range []struct {
		b      float64
		values []complex128
	}{{0, []complex128{-1.1909670923907}}, {1.5, []complex128{-0.8304354486, 3.8817950746}}} {
		states, err := NNLIF{Law: standard(), B: c.b}.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		for k, s := range states {
			if !s.Known || cmplx.Abs(s.Eigenvalue-c.values[k]) > 1e-10 {
				t.Errorf("b = %v: eigenvalue %.13g, want %.13g", c.b, s.Eigenvalue, c.values[k])
			}
		}
	}
	// The eigenvalue −1 of the mean when b = V_F − V_R: m′ = −m + (b − V_F + V_R)N.
	states, _ := NNLIF{Law: standard(), B: 1}.SteadyStates()
	if cmplx.Abs(states[0].Eigenvalue+1) > 1e-12 {
		t.Errorf("b = 1: %v", states[0].Eigenvalue)
	}
}

// TestEigenvalueAgainstDynamics measures the relaxation of the solver itself:
// b < 0, b > 0, noise feedback, another leak, and a leading pair of complex eigenvalues.
func TestEigenvalueAgainstDynamics(t *testing.T) {
	regular := neuron.LIF{Threshold: 2, Reset: 1, A0: 0.02, Leak: 1, Current: neuron.Constant(4)}
	feedback := standard()
	feedback.A1 = 0.3
	quick := neuron.LIF{Threshold: 2, Reset: 1, A0: 2, Leak: 2.5, Current: neuron.Constant(1)}
	for _, e := range []NNLIF{
		{Law: standard(), B: 0.5}, {Law: standard(), B: -5}, {Law: feedback, B: 0.5}, {Law: quick, B: 0.3}, {Law: regular, B: 0}, {Law: regular, B: -0.3},
	} {
		states, err := e.SteadyStates()
		if err != nil || len(states) != 1 || !states[0].Known {
			t.Fatal(states, err)
		}
		lambda := states[0].Eigenvalue
		start := e
		start.Law.Current = neuron.Constant(e.Law.Input().At(0) - 0.1)
		near0, _ := start.SteadyStates()
		s := solver(t, e, start.SteadyLaw(near0[0]), Options{Cells: 600, Rtol: 1e-8})
		final := solver(t, e, e.SteadyLaw(states[0]), Options{Cells: 600, Rtol: 1e-8})
		limit := advance(t, final, 14/-real(lambda)).Rate
		// d(t) = N(t) − N(∞) at four equidistant times satisfies d₂ = (z + z̄)d₁ − |z|²d₀, z = e^{λτ}.
		tau := 0.5 / cmplx.Abs(lambda)
		first := 4.5 / -real(lambda)
		var d [4]float64
		for k := range d {
			d[k] = advance(t, s, first+float64(k)*tau).Rate - limit
		}
		got := math.Log(d[1]/d[0]) / tau
		want := real(lambda)
		if imag(lambda) != 0 {
			det := d[1]*d[1] - d[0]*d[2]
			sum, product := (d[1]*d[2]-d[0]*d[3])/det, (d[2]*d[2]-d[1]*d[3])/det
			got = math.Log(product) / (2 * tau)
			turn := math.Acos(sum/2/math.Sqrt(product)) / tau
			near(t, "frequency", turn, imag(lambda), 0.01)
		}
		t.Logf("b = %v, leak %v: eigenvalue %.6g, measured rate of decay %.6g", e.B, e.Law.Leak, lambda, got)
		near(t, "decay", got, want, 0.02)
	}
}

// TestInstability: just below the fold the two states have eigenvalues of either sign that vanish with the distance.
func TestInstability(t *testing.T) {
	e := NNLIF{Law: standard()}
	fold, err := e.Fold()
	if err != nil {
		t.Fatal(err)
	}
	var last float64
	for _, distance := range []float64{1e-4, 1e-6, 1e-8} {
		e.B = fold.Value * (1 - distance)
		states, err := e.SteadyStates()
		if err != nil || len(states) != 2 || !states[0].Stable || states[1].Stable {
			t.Fatal(states, err)
		}
		low, high := real(states[0].Eigenvalue), real(states[1].Eigenvalue)
		if !(low < 0 && high > 0) {
			t.Errorf("%v %v", low, high)
		}
		if last != 0 {
			near(t, "square-root law", high/last, 0.1, 0.02)
		}
		last = high
	}
}
