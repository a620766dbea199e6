package mfield

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// TestHostile: extreme input ends within its time with finite numbers, or a finding, or a clear refusal.
func TestHostile(t *testing.T) {
	law := func(reset, a0, current, leak float64) neuron.LIF {
		return neuron.LIF{Threshold: 2, Reset: reset, A0: a0, Leak: leak, Current: neuron.Constant(current)}
	}
	for _, c := range []struct {
		name     string
		e        NNLIF
		start    neuron.Initial
		until    float64
		blowUp   bool
		rate     float64 // expected at the end, 0: not compared
		relative float64
	}{
		{"variance 1e-12", NNLIF{Law: standard(), B: 0.5}, gaussian(0, 1e-12), 5, false, 0.1348837, 1e-3},
		{"variance 1e-12 at the threshold", NNLIF{Law: standard(), B: 0.5}, gaussian(1.99, 1e-12), 1, true, 0, 0},
		{"b = -1000", NNLIF{Law: standard(), B: -1000}, gaussian(0, 0.25), 12, false, 0.0016724837779, 1e-3},
		{"b = 1000", NNLIF{Law: standard(), B: 1000, Rule: neuron.Hard}, gaussian(0, 0.25), 1, true, 0, 0},
		{"a0 = 1e-6", NNLIF{Law: law(1, 1e-6, 0, 1), B: 0.5}, gaussian(0, 0.25), 1, false, 0, 0},
		{"a0 = 1e-6, driven", NNLIF{Law: law(1, 1e-6, 3, 1)}, gaussian(0, 0.25), 1, false, 0, 0},
		{"gap 1e-9", NNLIF{Law: law(2-1e-9, 1, 0, 1)}, gaussian(0, 0.25), 8, false, 5.5247e7, 1e-2},
		{"t = 1e6", NNLIF{Law: standard(), B: 0.5}, gaussian(0, 0.25), 1e6, false, 0.1347750799, 1e-4},
		{"I = 100", NNLIF{Law: law(1, 1, 100, 1), B: 0.5}, gaussian(0, 0.25), 1, false, 197.0093056, 1e-2},
		{"no leak, away", NNLIF{Law: law(1, 1, -1, 0), B: 0.5}, gaussian(0, 0.25), 100, false, 0, 0},
		{"no leak", NNLIF{Law: law(1, 1, 1, 0), B: 0.5}, gaussian(0, 0.25), 300, false, 2, 1e-4},
	} {
		begun := time.Now()
		s, err := c.e.NewSolver(c.start, Options{Scheme: FiniteVolume, Rtol: 1e-5})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		err = s.Advance(ctx, c.until)
		cancel()
		st := s.State()
		t.Logf("%s: %+v %v in %v", c.name, st, err, time.Since(begun))
		var found *BlowUp
		if errors.As(err, &found) != c.blowUp || err != nil && found == nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if math.Abs(st.Mass-1) > 1e-12 || !(st.Rate >= 0) || !(st.Variance >= 0) || math.IsInf(st.Rate, 0) || math.IsNaN(st.Mean) {
			t.Errorf("%s: %+v", c.name, st)
		}
		if c.rate > 0 {
			near(t, c.name, st.Rate, c.rate, c.relative)
		}
	}
}
