package mfield

import (
	"fmt"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// variant returns the standard equation with a refractory state and a random threshold; 0 is none.
func variant(b float64, law neuron.Refractoriness, tau, epsilon float64) NNLIF {
	e := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: b, Rule: neuron.Hard}
	if tau > 0 {
		e.Law.Refractory = neuron.Refractory{Law: law, Tau: tau}
	}
	e.Law.Firing.Epsilon = epsilon
	return e
}

func TestVariantSteadyRates(t *testing.T) {
	const exponential = neuron.ExponentialRefractory
	for _, c := range []struct {
		b, tau, epsilon float64
		want            []float64
		tolerance       float64
	}{
		{0, 0.025, 0, []float64{0.119617185556696}, 1e-13},
		{0.5, 0.025, 0, []float64{0.134264474159268}, 1e-13},
		{1.5, 0.025, 0, []float64{0.190736129367184, 2.91698765547176, 10.7133751876529}, 1e-13},
		{3, 0.025, 0, []float64{26.411440824}, 1e-10},
		{0, 0, 0.1, []float64{0.0608842993491746}, 1e-13},
		{0.5, 0.1, 0.1, []float64{0.0644073187516751}, 1e-13},
		{0, 0, 0.01, []float64{0.0966182525766299}, 1e-13},
		{1.5, 0, 0.01, []float64{0.138422041937747, 3.52142884143854, 29.4535729077334}, 1e-13},
	} {
		states, err := variant(c.b, exponential, c.tau, c.epsilon).steadyRates()
		name := fmt.Sprintf("b = %v, τ = %v, ε = %v", c.b, c.tau, c.epsilon)
		if err != nil || len(states) != len(c.want) {
			t.Errorf("%s: %v, %v, want %d states", name, states, err, len(c.want))
			continue
		}
		for k, rate := range states {
			if !(math.Abs(rate/c.want[k]-1) < c.tolerance) {
				t.Errorf("%s: rate %.15g, want %.15g", name, rate, c.want[k])
			}
		}
	}
}

func TestExploreFolds(t *testing.T) {
	for _, tau := range []float64{1e-6, 0.001, 0.01, 0.025, 0.05, 0.1, 1} {
		f, err := variant(0, neuron.ExponentialRefractory, tau, 0).Folds()
		t.Log("tau", tau, f, err)
	}
	for _, eps := range []float64{1e-6, 0.001, 0.01, 0.1, 1, 100} {
		f, err := variant(0, neuron.ExponentialRefractory, 0, eps).Folds()
		t.Log("eps", eps, f, err)
		f, err = variant(0, neuron.ExponentialRefractory, 0.025, eps).Folds()
		t.Log("eps, tau=.025", eps, f, err)
	}
	f, err := variant(0, neuron.ExponentialRefractory, 0, 0).Folds()
	t.Log(f, err)
}

func TestExploreCircuit(t *testing.T) {
	for _, b := range [][][]float64{{{0.5, -0.75}, {0.5, -0.25}}, {{2, -1}, {1, -1}}, {{1.5, 0}, {0, 0.5}}, {{3, -0.5}, {0.5, -1}}} {
		began := time.Now()
		states, err := twins(b).SteadyStates()
		t.Log(b, len(states), err, time.Since(began))
		for _, s := range states {
			t.Logf("%+v", s)
		}
	}
}
