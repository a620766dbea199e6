package spectral

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// TestHostileVariants asks for a right answer or a clear refusal of refractory states and random thresholds at the edge, never
// a NaN and never a hang.
func TestHostileVariants(t *testing.T) {
	exponential := func(l neuron.LIF, tau float64) neuron.LIF { return tired(l, neuron.ExponentialRefractory, tau) }
	fixed := func(l neuron.LIF, tau float64) neuron.LIF { return tired(l, neuron.FixedRefractory, tau) }
	fast, quiet, perfect := law(), law(), law()
	fast.Current, quiet.A0, perfect.Leak = neuron.Constant(1e6), 1e-6, 0
	quiet.Current = neuron.Constant(3)
	at := func(v ...float64) neuron.Initial { return neuron.NewEmpirical(v) }
	for _, c := range []struct {
		name         string
		p            Problem
		delay, until float64
	}{
		{"exponential τ = 1e-6", Problem{exponential(law(), 1e-6), 0.5, 0, gauss(0, 0.25)}, 0, 5},
		{"exponential τ = 100", Problem{exponential(law(), 100), 0.5, 0, gauss(0, 0.25)}, 0, 500},
		{"fixed τ = 1e-6", Problem{fixed(law(), 1e-6), 0.5, 0, gauss(0, 0.25)}, 0, 5},
		{"fixed τ = 1e-4", Problem{fixed(law(), 1.1e-4), 0.5, 0, gauss(0, 0.25)}, 0, 5},
		{"fixed τ = 100", Problem{fixed(law(), 100), 0.5, 0, gauss(0, 0.25)}, 0, 500},
		{"exponential b = 50", Problem{exponential(law(), 1), 50, 0, gauss(0, 0.25)}, 0, 5},
		{"fixed b = 50", Problem{fixed(law(), 1), 50, 0, gauss(0, 0.25)}, 0, 5},
		{"all at V_F, b < 0", Problem{fixed(law(), 0.5), -1, 0, neuron.Point{Potential: 2}}, 0, 5},
		{"all at V_F", Problem{exponential(law(), 0.5), 5, 0, neuron.Point{Potential: 2}}, 0, 1},
		{"blow-up with a1", Problem{exponential(noisy(), 0.5), 9, 0, gauss(0, 0.25)}, 0, 5},
		{"ε = 1e-9", Problem{hazy(law(), 1e-9), 0.5, 0, whole(0, 0.25)}, 0, 1},
		{"ε = 1e-5", Problem{hazy(law(), 1e-5), 0.5, 0, whole(0, 0.25)}, 0, 5},
		{"ε = 100", Problem{hazy(law(), 100), 0.5, 0, whole(0, 0.25)}, 0, 1000},
		{"ε = 0.1, b = 50", Problem{hazy(exponential(law(), 1), 0.1), 50, 0, whole(0, 0.25)}, 0, 10},
		{"ε = 0.01, b = −50", Problem{hazy(law(), 0.01), -50, 0, whole(0, 0.25)}, 0, 10},
		{"ε = 0.01, I = 1e6", Problem{hazy(fast, 0.01), 0.5, 0, whole(0, 0.25)}, 0, 1},
		{"ε = 0.01, a0 = 1e-6", Problem{hazy(quiet, 0.01), 0.5, 0, neuron.Point{Potential: 0}}, 0, 5},
		{"ε = 0.01, no leak", Problem{hazy(perfect, 0.01), 0.5, 0, whole(0, 0.25)}, 0, 50},
		{"ε = 0.01, all at V_F", Problem{hazy(law(), 0.01), 0.5, 0, neuron.Point{Potential: 2}}, 0, 5},
		{"ε = 0.01, atoms", Problem{hazy(law(), 0.01), 0.5, 0, at(0, 1, 2, 2.5, 3)}, 0, 5},
		{"d = 0.5, fixed τ = 2", Problem{fixed(law(), 2), -10, 0, gauss(0, 0.25)}, 0.5, 20},
		{"d = 0.5, fixed τ = 2, b = 10", Problem{fixed(law(), 2), 10, 0, gauss(0, 0.25)}, 0.5, 10},
		{"d = τ = 0.5", Problem{fixed(law(), 0.5), 10, 0, gauss(0, 0.25)}, 0.5, 5},
		{"d, ε, τ, a1", Problem{hazy(fixed(noisy(), 0.5), 0.01), 10, 0, gauss(0, 0.25)}, 0.3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			o := Options{Rtol: 1e-6, MaxWork: 100_000}
			s, err := New(c.p, o)
			if c.delay > 0 {
				s, err = NewDelayed(c.p, c.delay, 0, o)
			}
			if err != nil {
				t.Fatal(err)
			}
			err = s.Advance(ctx, c.until)
			var refused *Refused
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			mass, mean, variance := s.Moments()
			for _, x := range []float64{s.Rate(), s.Fired(), s.Refractory(), mass, mean, variance, s.Density(0), s.Density(2.5)} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("not a number: N %v E %v R %v mass %v mean %v variance %v", s.Rate(), s.Fired(), s.Refractory(), mass, mean, variance)
				}
			}
			steps, rejected := s.Cost()
			t.Logf("t %.4g N %.8g R %.8g mean %.6g var %.6g total−1 %.1e, %d+%d steps, %d elements, %d blow-ups: %v", s.Time(), s.Rate(), s.Refractory(), mean, variance, total(s), steps, rejected, len(s.Nodes())-1, len(s.BlowUps()), err)
			if math.Abs(total(s)) > 1e-12 || math.Abs(s.returned) > 1e-10 {
				t.Errorf("∫n + R − 1 = %.1e, %.1e given back", total(s), s.returned)
			}
		})
	}
}
