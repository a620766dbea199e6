package network

import (
	"context"
	"math"
	"slices"
	"testing"

	"lapicque/neuron"
)

// onlySize hides what a crowd can do beyond Crowd.
type onlySize struct{ Crowd }

// All potentials at once are those of the neurons one by one, without those that are refractory.
func TestFramePotentials(t *testing.T) {
	c := Config{N: 300, Law: standard(), Initial: gaussian(1, 0.25), Dt: 0.02, Seed: 2}
	c.Law.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: 0.3}
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	away := 0
	err = n.Run(context.Background(), 2, observe(func(f *Frame) error {
		var want []float64
		for i := range f.N() {
			if v := f.Potential(i); !math.IsNaN(v) {
				want = append(want, v)
			}
		}
		away = max(away, f.N()-len(want))
		plain := NewFrame(onlySize{crowd{n}})
		if !slices.Equal(f.Potentials(nil), want) || !slices.Equal(plain.Potentials(nil), want) {
			t.Errorf("at %v: other potentials", f.End)
		}
		return nil
	}))
	if err != nil || away == 0 {
		t.Errorf("%v, at most %d refractory", err, away)
	}
}
