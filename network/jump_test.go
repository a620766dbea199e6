package network

import (
	"math"
	"slices"
	"testing"

	"lapicque/neuron"
)

// ends records where steps end.
type ends []float64

func (e *ends) Observe(f *Frame) error { *e = append(*e, f.End); return nil }

// TestStepsEndAtJumps: a step ends where the current jumps, the grid stays, a jump on the
// grid adds nothing, and stops in between do not matter.
func TestStepsEndAtJumps(t *testing.T) {
	law := standard()
	law.Current = neuron.NewSteps(0, neuron.Change{Time: 0.13, Current: 2}, neuron.Change{Time: 3 * 0.1, Current: 1}, neuron.Change{Time: 0.41, Current: 3}, neuron.Change{Time: 0.47, Current: 0})
	c := Config{N: 100, Law: law, Initial: gaussian(0, 0.25), Dt: 0.1, Seed: 3, Workers: 1}
	for _, scheme := range []Scheme{Bridge, Euler, Event} {
		var got ends
		c.Scheme = scheme
		mustRun(t, c, 0.6, &got)
		want := []float64{0.1, 0.13, 0.2, 0.3, 0.4, 0.41, 0.47, 0.5, 0.6}
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
			t.Errorf("%v: steps end at %v, want %v", scheme, got, want)
		}
	}
	c.Scheme, c.Law.Current = Bridge, neuron.Pulses{Amplitude: 3, Width: 0.013, Period: 0.07}
	if fingerprint(t, c, []float64{0.6}, false) != fingerprint(t, c, []float64{0.2, 0.3, 0.6}, true) {
		t.Error("stops between jumps change the bits")
	}
}
