package mfield

import (
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
)

// twins returns a circuit of two populations of the standard law.
func twins(b [][]float64) Circuit {
	law := neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
	return Circuit{Populations: []Population{{"E", law}, {"I", law}}, B: b, Rule: neuron.Hard}
}

func TestCircuitNamesEveryFault(t *testing.T) {
	c := twins([][]float64{{math.NaN(), 1}, {1}})
	c.Populations[0].Law.A0 = -1
	c.Populations[1].Law.Firing.Epsilon = -1
	c.Delay = [][]float64{{0, -1}, {0, 0}}
	c.Rule = 7
	var fs neuron.Faults
	if !errors.As(c.Validate(), &fs) {
		t.Fatal("no faults")
	}
	want := []string{"populations.E.neuron.a0", "populations.I.neuron.firing.epsilon", "coupling.b.E.E", "coupling.b.I", "coupling.delay.E.I", "coupling.reset"}
	if len(fs) != len(want) {
		t.Fatalf("faults:\n%v\nwant %d", fs, len(want))
	}
	for k, f := range fs {
		if f.Field != want[k] {
			t.Errorf("fault %d on %s, want %s", k, f.Field, want[k])
		}
	}
	c = twins([][]float64{{0, 0}, {0, 0}})
	c.Populations[1].Name = "E"
	if err := c.Validate(); err == nil {
		t.Error("one name for two populations was accepted")
	}
}

func TestSubtractiveCircuitNeedsWeakKicks(t *testing.T) {
	c := twins([][]float64{{0.7, 0.4}, {3, -5}})
	c.Rule = neuron.Subtractive
	var fs neuron.Faults
	if !errors.As(c.Validate(), &fs) || len(fs) != 2 || fs[0].Field != "coupling.b.E" || fs[1].Field != "coupling.b.I" {
		t.Fatalf("got %v", fs)
	}
	c.Delay = [][]float64{{0, 0.1}, {0, 0}}
	c.Populations[1].Law.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: 1}
	if err := c.Validate(); err != nil {
		t.Errorf("delayed kicks and refractory neurons: %v", err)
	}
}
