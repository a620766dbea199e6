package mfield

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// beats follows a solution and returns the mean period of N over the cycles that begin after from,
// timed by its passages upwards through a level, the amplitude (max − min)/2 of each and the extremes over all.
func beats(t *testing.T, e NNLIF, start neuron.Initial, o Options, level, from, until float64) (period float64, amplitudes []float64, least, most float64) {
	t.Helper()
	var times []float64
	last := State{}
	lo, hi := math.Inf(1), 0.0
	least = math.Inf(1)
	o.OnStep = func(s State) error {
		if s.Time > from {
			lo, hi = math.Min(lo, s.Rate), math.Max(hi, s.Rate)
			least, most = math.Min(least, s.Rate), math.Max(most, s.Rate)
			if last.Rate < level && s.Rate >= level {
				x := (level - last.Rate) / (s.Rate - last.Rate)
				times = append(times, last.Time+x*(s.Time-last.Time))
				amplitudes = append(amplitudes, (hi-lo)/2)
				lo, hi = math.Inf(1), 0
			}
		}
		if math.Abs(s.Mass-1) > 1e-12 {
			t.Fatalf("mass %v at t = %v", s.Mass, s.Time)
		}
		last = s
		return nil
	}
	solver, err := e.NewSolver(start, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := solver.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	if n := len(times); n > 1 {
		period, amplitudes = (times[n-1]-times[0])/float64(n-1), amplitudes[1:]
	}
	return period, amplitudes, least, most
}

func TestDelayOscillations(t *testing.T) {
	wide := func(l *neuron.LIF) {}
	_ = wide
	_ = neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}
	e := NNLIF{Law: neuron.LIF{Threshold: 1, Reset: 0, A0: 0.2, Leak: 1}, B: -45, Delay: 1}
	st, _ := e.SteadyStates()
	for _, o := range []Options{{Rtol: 1e-8}, {Scheme: FiniteVolume, Rtol: 1e-6, Cells: 400}} {
		p, a, lo, hi := beats(t, e, neuron.TruncatedGaussian{Mean: -1, Variance: 0.2, Upper: 1}, o, st[0].Rate, 40, 70)
		t.Log("ikeda 1", p, lo, hi, a[0], a[len(a)-1])
	}
	e = NNLIF{Law: neuron.LIF{Threshold: 0, Reset: -2, A0: 0.2, Leak: 1}, B: -35, Delay: 1}
	st, _ = e.SteadyStates()
	for _, o := range []Options{{Rtol: 1e-8}, {Scheme: FiniteVolume, Rtol: 1e-6, Cells: 400}, {Scheme: FiniteVolume, Rtol: 1e-6, Cells: 800}} {
		p, a, lo, hi := beats(t, e, neuron.TruncatedGaussian{Mean: -3, Variance: 0.2, Upper: 0}, o, st[0].Rate, 20, 50)
		t.Log("ikeda 2", st[0].Rate, p, lo, hi, a[0], a[len(a)-1])
	}
}
