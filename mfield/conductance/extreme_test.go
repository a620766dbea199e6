package conductance

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// TestExtremes: solutions at the ends of what is accepted are densities of mass 1, or the solver says why it stops.
func TestExtremes(t *testing.T) {
	for name, change := range map[string]func(*Equation, *Start, *Options){
		"strong excitation":        func(e *Equation, _ *Start, _ *Options) { e.C = 1e6 },
		"endless excitation":       func(e *Equation, _ *Start, _ *Options) { e.C = 1e300 },
		"strong inhibition":        func(e *Equation, _ *Start, _ *Options) { e.C = -1e6 },
		"endless inhibition":       func(e *Equation, _ *Start, _ *Options) { e.C = -1e300 },
		"noise of the rate":        func(e *Equation, _ *Start, _ *Options) { e.A1 = 1e6 },
		"endless noise":            func(e *Equation, _ *Start, _ *Options) { e.A1 = 1e300 },
		"hardly any noise":         func(e *Equation, _ *Start, _ *Options) { e.A0 = 1e-9 },
		"hardly any noise, sharp":  func(e *Equation, s *Start, _ *Options) { e.A0, s.SpreadG = 1e-9, 1e-9 },
		"great noise":              func(e *Equation, _ *Start, _ *Options) { e.A0 = 1e9 },
		"no input":                 func(e *Equation, s *Start, _ *Options) { e.G0, s.MeanG = 0, 0 },
		"great input":              func(e *Equation, _ *Start, _ *Options) { e.G0 = 1e9 },
		"fast synapses":            func(e *Equation, _ *Start, _ *Options) { e.Tau = 1e-6 },
		"slow synapses":            func(e *Equation, _ *Start, _ *Options) { e.Tau = 1e9 },
		"one step beyond the end":  func(_ *Equation, _ *Start, o *Options) { o.Step = 1e9 },
		"short steps":              func(_ *Equation, _ *Start, o *Options) { o.Step = 1e-12 },
		"a start in one cell of v": func(_ *Equation, s *Start, _ *Options) { s.FromV, s.ToV = 0.999999, 1 },
		"reversal at threshold":    func(e *Equation, _ *Start, _ *Options) { e.Reversal = 1.001 },
	} {
		t.Run(name, func(t *testing.T) {
			e, start, o := reference(25), settled, Options{CellsV: 32, CellsG: 32}
			change(&e, &start, &o)
			s, err := e.NewSolver(start, 0, o)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			if err := s.Advance(ctx, 0.0213); err != nil {
				t.Logf("at %v: %v", s.time, err)
				if !errors.Is(err, context.DeadlineExceeded) {
					return // it has said why
				}
			} else if s.time != 0.0213 {
				t.Errorf("stands at %v", s.time)
			}
			nonNegative(t, s)
			st := s.State()
			for _, x := range []float64{st.Rate, st.Fired, st.MeanV, st.VarianceV, st.MeanG, st.VarianceG, st.Current} {
				if x-x != 0 {
					t.Fatalf("%+v", st)
				}
			}
			if math.Abs(st.Mass-1) > 1e-12 || st.MeanV < 0 || st.MeanV > 1 || st.MeanG < 0 {
				t.Errorf("%+v", st)
			}
		})
	}
}

// TestRunaway: where c times the slope of the rate in g is above 1 the rate has no bound, and the solver says so; where it is below,
// the density stays away from the end of the grid.
func TestRunaway(t *testing.T) {
	e := reference(25)
	slope := 1 / math.Log(e.Reversal/(e.Reversal-e.Threshold)) // of the rate at great conductances
	for _, factor := range []float64{0.5, 2} {
		e.C = factor / slope
		s, err := e.NewSolver(settled, 0, Options{CellsV: 32, CellsG: 48, Step: 5e-4})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Advance(context.Background(), 0.1)
		t.Logf("c = %.3f: %+v, %v", e.C, s.State(), err)
		if (err != nil) != (factor > 1) {
			t.Errorf("c = %v: %v", e.C, err)
		}
	}
}

// TestNoNumbers: whatever is not a number is refused, one by one.
func TestNoNumbers(t *testing.T) {
	for name, set := range map[string]func(*Equation, *Start, *Options, float64){
		"c": func(e *Equation, _ *Start, _ *Options, x float64) { e.C = x }, "a1": func(e *Equation, _ *Start, _ *Options, x float64) { e.A1 = x },
		"from": func(_ *Equation, s *Start, _ *Options, x float64) { s.FromV = x }, "to": func(_ *Equation, s *Start, _ *Options, x float64) { s.ToV = x },
		"mean": func(_ *Equation, s *Start, _ *Options, x float64) { s.MeanG = x }, "spread": func(_ *Equation, s *Start, _ *Options, x float64) { s.SpreadG = x },
		"step": func(_ *Equation, _ *Start, o *Options, x float64) { o.Step = x },
	} {
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			e, start, o := reference(25), settled, Options{}
			set(&e, &start, &o, x)
			var faults neuron.Faults
			if _, err := e.NewSolver(start, 0, o); !errors.As(err, &faults) {
				t.Errorf("%s = %v: %v", name, x, err)
			}
		}
	}
}
