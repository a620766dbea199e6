package elapsed

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

func TestPeriodicFamily(t *testing.T) {
	for _, f := range []Periodic{{1, 1}, {2, 0.7}, {3, 1.3}} {
		s, err := f.Equation().NewSolver(f.Ages(), Options{Start: neuron.Highest, JumpAt: f.Period, JumpEvery: f.Period, Jump: neuron.Highest})
		if err != nil {
			t.Fatal(err)
		}
		worst, residual := 0.0, 0.0
		for at := 0.0; at < 6*f.Period; at += 0.083 {
			if err := s.Advance(context.Background(), at); err != nil {
				t.Fatal(err)
			}
			worst = math.Max(worst, math.Abs(s.State().Rate-f.Rate(at)))
			residual = math.Max(residual, math.Abs(s.Residual(f.Rate(at))))
		}
		t.Logf("k = %d, T = %v: off by %.1e, residual %.1e, identity %.1e, %+v, jumps %v, %+v", f.Waits, f.Period, worst, residual, s.State().Identity, s.Several(), s.Jumps(), s.Report())
		if worst > 1e-10 || residual > 1e-12 {
			t.Errorf("k = %d, T = %v: off by %v, residual %v", f.Waits, f.Period, worst, residual)
		}
		if s.Several().Most < 2 {
			t.Error("several solutions were not seen")
		}
	}
}
