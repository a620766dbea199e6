package spectral

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// TestHostile asks for a right answer or a clear refusal, never a NaN and never a
// hang, of problems at the edge of what numbers can hold.
func TestHostile(t *testing.T) {
	lif := func(change func(*neuron.LIF)) neuron.LIF {
		l := neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
		change(&l)
		return l
	}
	same := func(*neuron.LIF) {}
	wide := neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}
	cases := []struct {
		name    string
		problem Problem
		until   float64
		mass    float64 // that rounding may cost more than the bound of other runs
	}{
		{"variance 1e-12", Problem{lif(same), 0.5, neuron.Subtractive, neuron.TruncatedGaussian{Mean: 0, Variance: 1e-12, Upper: 2}}, 5, 0},
		{"variance 1e-12 at V_F", Problem{lif(same), 0.5, neuron.Subtractive, neuron.TruncatedGaussian{Mean: 2, Variance: 1e-12, Upper: 2}}, 1, 1e-10},
		{"point just below V_F", Problem{lif(same), 0.5, neuron.Subtractive, neuron.Point{Potential: 2 - 1e-9}}, 1, 0},
		{"point at V_R + b", Problem{lif(same), 0.5, neuron.Subtractive, neuron.Point{Potential: 1.5}}, 1, 0},
		{"point at V_F", Problem{lif(same), 0.5, neuron.Subtractive, neuron.Point{Potential: 2}}, 1, 0},
		{"a0 1e-6 at rest", Problem{lif(func(l *neuron.LIF) { l.A0 = 1e-6 }), 0.5, neuron.Subtractive, wide}, 5, 0},
		{"a0 1e-6 driven over V_F", Problem{lif(func(l *neuron.LIF) { l.A0 = 1e-6; l.Current = neuron.Constant(3) }), 0, neuron.Subtractive, wide}, 2, 0},
		{"a0 1e-6 point driven", Problem{lif(func(l *neuron.LIF) { l.A0 = 1e-6; l.Current = neuron.Constant(3) }), 0.1, neuron.Subtractive, neuron.Point{Potential: 0}}, 2, 0},
		{"a0 1e6", Problem{lif(func(l *neuron.LIF) { l.A0 = 1e6 }), 0.5, neuron.Subtractive, wide}, 1, 0},
		{"b 1000 hard", Problem{lif(same), 1000, neuron.Hard, wide}, 0.5, 0},
		{"b 1000 sequential", Problem{lif(same), 1000, neuron.Sequential, wide}, 5, 0},
		{"b -1000", Problem{lif(same), -1000, neuron.Subtractive, wide}, 5, 0},
		{"V_R = V_F - 1e-9", Problem{lif(func(l *neuron.LIF) { l.Reset = 2 - 1e-9 }), 0, neuron.Subtractive, wide}, 1, 0},
		{"V_R = V_F - 1e-9, b > 0", Problem{lif(func(l *neuron.LIF) { l.Reset = 2 - 1e-9 }), 0.5, neuron.Hard, wide}, 1, 0},
		{"t 1e6", Problem{lif(same), 0.5, neuron.Subtractive, wide}, 1e6, 0},
		{"t 1e6 driven", Problem{lif(func(l *neuron.LIF) { l.Current = neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1} }), 0.5, neuron.Subtractive, wide}, 1e6, 0},
		{"current 1e6", Problem{lif(func(l *neuron.LIF) { l.Current = neuron.Constant(1e6) }), 0.5, neuron.Subtractive, wide}, 1, 0},
		{"current -1e6", Problem{lif(func(l *neuron.LIF) { l.Current = neuron.Constant(-1e6) }), 0.5, neuron.Subtractive, wide}, 1, 0},
		{"leak 0", Problem{lif(func(l *neuron.LIF) { l.Leak = 0 }), 0.5, neuron.Subtractive, wide}, 1000, 0},
		{"leak 1000", Problem{lif(func(l *neuron.LIF) { l.Leak = 1000 }), 0.5, neuron.Subtractive, wide}, 1, 0},
		{"a1 = 1 excitatory", Problem{lif(func(l *neuron.LIF) { l.A1 = 1 }), 0.9, neuron.Subtractive, wide}, 5, 0},
		{"blow-up with a1", Problem{lif(func(l *neuron.LIF) { l.A1 = 0.1 }), 3, neuron.Hard, wide}, 5, 0},
		{"uniform", Problem{lif(same), 0.5, neuron.Subtractive, neuron.Uniform{From: -3, To: 1.9}}, 5, 0},
		{"uniform to V_F", Problem{lif(same), 0.5, neuron.Subtractive, neuron.Uniform{From: 1.5, To: 2}}, 0.1, 0},
		{"mean above V_F", Problem{lif(same), 0.5, neuron.Subtractive, neuron.TruncatedGaussian{Mean: 3, Variance: 0.25, Upper: 2}}, 1, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			begin := time.Now()
			s, err := New(c.problem, Options{Rtol: 1e-6, MaxWork: 300_000})
			if err == nil {
				err = s.Advance(ctx, c.until)
			}
			took := time.Since(begin)
			var refused *Refused
			var eternal *Eternal
			switch {
			case errors.As(err, &refused), errors.As(err, &eternal):
				t.Logf("refused after %v: %v", took, err)
			case err != nil:
				t.Fatalf("after %v: %v", took, err)
			}
			if s == nil {
				return
			}
			mass, mean, variance := s.Moments()
			for _, x := range []float64{s.Rate(), s.Fired(), mass, mean, variance, s.Density(0)} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("not a number: N %v E %v mass %v mean %v variance %v", s.Rate(), s.Fired(), mass, mean, variance)
				}
			}
			steps, rejected := s.Cost()
			t.Logf("%v t %.4g N %.8g mean %.6g var %.6g mass−1 %.1e, %d+%d steps, %d elements, %d blow-ups", took, s.Time(), s.Rate(), mean, variance, mass-1, steps, rejected, len(s.Nodes())-1, len(s.BlowUps()))
			if err == nil && math.Abs(mass-1) > 1e-12+1e-16*float64(steps)+c.mass {
				t.Errorf("mass %v", mass)
			}
		})
	}
}
