package mfield

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// hostile is a law with V_F = 2.
func hostile(reset, a0, current, leak float64) neuron.LIF {
	return neuron.LIF{Threshold: 2, Reset: reset, A0: a0, Leak: leak, Current: neuron.Constant(current)}
}

// endure advances within a time budget and checks that what comes back is finite
// and is an answer, a finding or a refusal with its reason.
func endure(t *testing.T, name string, e NNLIF, law neuron.Initial, o Options, until float64) (State, error) {
	t.Helper()
	begun := time.Now()
	s, err := e.NewSolver(law, o)
	var refused *Refused
	if errors.As(err, &refused) {
		return State{}, err
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = s.Advance(ctx, until)
	st := s.State()
	var found *BlowUp
	if err != nil && !errors.As(err, &found) && !errors.As(err, &refused) {
		t.Errorf("%s: %v", name, err)
	}
	if math.Abs(st.Mass-1) > 1e-11 || !(st.Rate >= -1e-6) || !(st.Variance >= 0) || math.IsInf(st.Rate, 0) || math.IsNaN(st.Mean+st.Fired) {
		t.Errorf("%s: %+v", name, st)
	}
	t.Logf("%s: %+v %v in %v", name, st, err, time.Since(begun))
	return st, err
}

// TestHostile: extreme input ends within its time with finite numbers, or a finding, or a clear refusal.
// Rates that are known are steady ones, by quadrature.
func TestHostile(t *testing.T) {
	for _, c := range []struct {
		name     string
		e        NNLIF
		start    neuron.Initial
		until    float64
		blowUp   bool
		rate     float64 // expected at the end, 0: not compared
		relative float64 // by finite volumes
	}{
		{"variance 1e-12", NNLIF{Law: standard(), B: 0.5}, gaussian(0, 1e-12), 20, false, 0.1347750799352501, 1e-3},
		{"variance 1e-12 at the threshold", NNLIF{Law: standard(), B: 0.5}, gaussian(1.99, 1e-12), 1, true, 0, 0},
		{"b = -1000", NNLIF{Law: standard(), B: -1000}, gaussian(0, 0.25), 20, false, 0.0016724837779, 1e-3},
		{"b = 1000", NNLIF{Law: standard(), B: 1000, Rule: neuron.Hard}, gaussian(0, 0.25), 1, true, 0, 0},
		{"a0 = 1e-6", NNLIF{Law: hostile(1, 1e-6, 0, 1), B: 0.5}, gaussian(0, 0.25), 1, false, 0, 0},
		{"a0 = 1e-6, driven", NNLIF{Law: hostile(1, 1e-6, 3, 1)}, gaussian(0, 0.25), 1, false, 0, 0},
		{"gap 1e-9", NNLIF{Law: hostile(2-1e-9, 1, 0, 1)}, gaussian(0, 0.25), 8, false, 5.5247e7, 1e-2},
		{"t = 1e6", NNLIF{Law: standard(), B: 0.5}, gaussian(0, 0.25), 1e6, false, 0.1347750799352501, 1e-4},
		{"I = 100", NNLIF{Law: hostile(1, 1, 100, 1), B: 0.5}, gaussian(0, 0.25), 1, false, 197.0093056, 1e-2},
		{"no leak, away", NNLIF{Law: hostile(1, 1, -1, 0), B: 0.5}, gaussian(0, 0.25), 100, false, 0, 0},
		{"no leak", NNLIF{Law: hostile(1, 1, 1, 0), B: 0.5}, gaussian(0, 0.25), 300, false, 2, 1e-4},
	} {
		each(t, func(t *testing.T, o Options) {
			relative := c.relative
			if o.Rtol = 1e-5; o.Scheme == Spectral {
				relative /= 10
			}
			st, err := endure(t, c.name, c.e, c.start, o, c.until)
			var found *BlowUp
			var refused *Refused
			if errors.As(err, &refused) {
				return
			}
			if errors.As(err, &found) != c.blowUp {
				t.Errorf("%s: %v", c.name, err)
			}
			if found != nil && c.e.B > 0 && found.Jump < 1e-6 {
				t.Errorf("%s: %+v", c.name, found)
			}
			if c.rate > 0 {
				near(t, c.name, st.Rate, c.rate, relative)
			}
		})
	}
}

// TestHostileTogether: several extremes at once.
func TestHostileTogether(t *testing.T) {
	for _, b := range []float64{-1000, 0.5, 1000} {
		for _, a0 := range []float64{1e-6, 1} {
			for _, gap := range []float64{1, 1e-9} {
				for _, variance := range []float64{1e-12, 0.25} {
					e := NNLIF{Law: hostile(2-gap, a0, 0, 1), B: b, Rule: neuron.Hard}
					name := fmt.Sprintf("b %g, a0 %g, gap %g, variance %g", b, a0, gap, variance)
					endure(t, name, e, gaussian(0, variance), Options{Rtol: 1e-4}, 1)
					if gap == 1 {
						endure(t, name, e, gaussian(0, variance), Options{Scheme: FiniteVolume, Cells: 100, Rtol: 1e-4}, 1)
					}
					for _, s := range steadyWithin(t, name, e) {
						if !(s.Rate >= 0) || math.IsInf(s.Rate, 0) || math.IsNaN(s.Mean+s.Variance) {
							t.Errorf("%s: %+v", name, s)
						}
					}
				}
			}
		}
	}
}

// steadyWithin returns the steady states, none when they are refused.
func steadyWithin(t *testing.T, name string, e NNLIF) []Steady {
	t.Helper()
	begun := time.Now()
	states, err := e.SteadyStates()
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("%s: steady states took %v", name, took)
	}
	if err != nil {
		t.Logf("%s: %v", name, err)
		return nil
	}
	return states
}
