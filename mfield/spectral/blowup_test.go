package spectral

import (
	"context"
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
)

// blow returns the first blow-up before the time given, nil if there is none.
func blow(t testing.TB, p Problem, rtol, until float64) *BlowUp {
	t.Helper()
	s, err := New(p, Options{Rtol: rtol, StopAtBlowUp: true})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Advance(context.Background(), until)
	var found *BlowUp
	if err != nil && !errors.As(err, &found) {
		t.Fatal(err)
	}
	return found
}

// TestBlowUp compares blow-up times and jumps with the values of docs/MODELS.md.
func TestBlowUp(t *testing.T) {
	point := neuron.Point{Potential: 0.8}
	for _, c := range []struct {
		name                string
		p                   Problem
		until               float64
		time, within        float64
		jump, withinPercent float64
	}{
		{"b = 3", Problem{law(), 3, neuron.Hard, gauss(-1, 0.5)}, 5, 3.41737422, 2e-8, 0.99735, 1e-5},
		{"b = 0.5 narrow", Problem{law(), 0.5, neuron.Subtractive, gauss(1.83, 0.003)}, 1, 0.002466, 5e-7, 0.81, 1e-3},
		{"alpha 0.4", Problem{delarue, 0.4, neuron.Subtractive, point}, 1, 0.015754, 5e-7, 0.4106, 5e-5},
		{"alpha 0.5", Problem{delarue, 0.5, neuron.Subtractive, point}, 1, 0.0117743, 5e-8, 0.74779, 5e-6},
		{"alpha 0.8", Problem{delarue, 0.8, neuron.Subtractive, point}, 1, 0.0083785, 5e-8, 0.8972, 5.1e-5},
	} {
		found := blow(t, c.p, 1e-8, c.until)
		if found == nil {
			t.Errorf("%s: no blow-up", c.name)
			continue
		}
		t.Logf("%s: t* = %.11f ± %.0e, jump %.8f ± %.0e", c.name, found.Time, found.TimeError, found.Jump, found.JumpError)
		if math.Abs(found.Time-c.time) > c.within || math.Abs(found.Jump-c.jump) > c.withinPercent {
			t.Errorf("%s: t* = %v, jump %v; known %v, %v", c.name, found.Time, found.Jump, c.time, c.jump)
		}
		tight := blow(t, c.p, 1e-9, c.until)
		if math.Abs(found.Time-tight.Time) > found.TimeError {
			t.Errorf("%s: time error %.1e, estimated %.1e", c.name, found.Time-tight.Time, found.TimeError)
		}
		if math.Abs(found.Jump-tight.Jump) > 20*found.JumpError {
			t.Errorf("%s: jump error %.1e, estimated %.1e", c.name, found.Jump-tight.Jump, found.JumpError)
		}
	}
}

// TestCriticalCoupling bisects the coupling at which the Delarue benchmark
// begins to blow up: 0.38426(2).
func TestCriticalCoupling(t *testing.T) {
	lo, hi := 0.38, 0.39
	for range 14 {
		mid := (lo + hi) / 2
		if blow(t, Problem{delarue, mid, neuron.Subtractive, neuron.Point{Potential: 0.8}}, 1e-6, 0.2) != nil {
			hi = mid
		} else {
			lo = mid
		}
	}
	t.Logf("between %.7f and %.7f", lo, hi)
	if lo < 0.38425 || hi > 0.38427 {
		t.Errorf("critical coupling between %v and %v", lo, hi)
	}
}

// TestSynchrony starts from all neurons at V_R: the first explosion, and the shorter
// intervals after it.
func TestSynchrony(t *testing.T) {
	at := neuron.Point{Potential: 1}
	for _, c := range []struct{ b, first, next, within float64 }{
		{1.9, 1.321973, 1.196618, 2e-6}, {2, 0.762396, 0.723999, 1e-6}, {3, 0.230247, 0.230223, 1e-6},
	} {
		s, _ := run(t, Problem{law(), c.b, neuron.Hard, at}, 1e-7, c.first+c.next+0.05)
		found := s.BlowUps()
		if len(found) < 2 {
			t.Fatalf("b = %v: %d blow-ups", c.b, len(found))
		}
		t.Logf("b = %v: %.7f, then after %.7f; jumps %.6f %.6f", c.b, found[0].Time, found[1].Time-found[0].Time, found[0].Jump, found[1].Jump)
		if math.Abs(found[0].Time-c.first) > c.within || math.Abs(found[1].Time-found[0].Time-c.next) > c.within {
			t.Errorf("b = %v: %v, then after %v", c.b, found[0].Time, found[1].Time-found[0].Time)
		}
		if mass, _, _ := s.Moments(); math.Abs(mass-1) > 1e-12 {
			t.Errorf("b = %v: mass − 1 = %.1e", c.b, mass-1)
		}
	}
	for b, explodes := range map[float64]bool{1.85: false, 1.86: true} {
		if got := blow(t, Problem{law(), b, neuron.Hard, at}, 1e-6, 4) != nil; got != explodes {
			t.Errorf("b = %v: explodes %v", b, got)
		}
	}
}

// TestRules compares the law after a jump with particles (400 000 of them, so a
// bin is known to 8e-4), and the rate with that of a tighter run.
func TestRules(t *testing.T) {
	edges := []float64{0.99, 1.1, 1.2, 1.4, 1.7, 2}
	for rule, want := range map[neuron.Rule][]float64{
		neuron.Subtractive: {0.00861, 0.08533, 0.69394, 0.21187, 0.00009},
		neuron.Sequential:  {0.18309, 0.20097, 0.40814, 0.19051, math.NaN()},
	} {
		p := Problem{law(), 0.5, rule, gauss(1.83, 0.003)}
		s, _ := run(t, p, 1e-6, 0.003)
		cells := make([]float64, len(edges)-1)
		s.Averages(cells, edges)
		for i := range cells {
			got := cells[i] * (edges[i+1] - edges[i])
			if math.Abs(got-want[i]) > 4*8e-4 {
				t.Errorf("rule %d, bin %d: %v, particles %v", rule, i, got, want[i])
			}
		}
	}
	for _, rule := range []neuron.Rule{neuron.Subtractive, neuron.Hard, neuron.Sequential} {
		p := Problem{law(), 0.5, rule, gauss(1.83, 0.003)}
		_, rough := run(t, p, 1e-5, 0.02, 0.5)
		_, fine := run(t, p, 1e-8, 0.02, 0.5)
		for i := range rough {
			if e := math.Abs(rough[i]/fine[i] - 1); e > 5e-4 {
				t.Errorf("rule %d: rates %v and %v", rule, rough[i], fine[i])
			}
		}
	}
}

// TestEternal: under the rule sequential with b ≥ V_F − V_R those that fired come
// round again within the cascade.
func TestEternal(t *testing.T) {
	s, err := New(Problem{law(), 3, neuron.Sequential, gauss(-1, 0.5)}, Options{Rtol: 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	var eternal *Eternal
	if err := s.Advance(context.Background(), 5); !errors.As(err, &eternal) || math.Abs(eternal.Time-3.41737) > 1e-4 {
		t.Fatalf("%v", err)
	}
}

// TestIgnition starts from laws that blow up at time 0.
func TestIgnition(t *testing.T) {
	s, _ := run(t, Problem{law(), 0.5, neuron.Subtractive, neuron.Point{Potential: 2}}, 1e-8, 1)
	_, after := run(t, Problem{law(), 0.5, neuron.Subtractive, neuron.Point{Potential: 1.5}}, 1e-8, 1)
	if math.Abs(s.Rate()/after[0]-1) > 1e-7 {
		t.Errorf("from V_F: %v, from V_R + b: %v", s.Rate(), after[0])
	}
	s, _ = run(t, Problem{law(), 0.9, neuron.Subtractive, gauss(1.95, 0.01)}, 1e-6, 0.01)
	if found := s.BlowUps(); len(found) == 0 || found[0].Time != 0 {
		t.Errorf("blow-ups %v", found)
	}
}

func BenchmarkBlowUp(b *testing.B) {
	for name, rtol := range map[string]float64{"rtol=1e-6": 1e-6, "rtol=1e-7": 1e-7} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				blow(b, Problem{law(), 3, neuron.Hard, gauss(-1, 0.5)}, rtol, 5)
			}
		})
	}
}
