package elapsed

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// family is the explicit periodic solution (Pakdaman, Perthame and Salort 2010): σ(x) = θ + ln(N₊/x), θ = kT,
// N₊ = 1/(1 + k(1 − e^{−T})), b = 1: N(t) = N₊e^{−t} on [0, T), repeated. Its ages at time 0: those born in the n-th period
// before have been waiting until the front passed, at the end of each period by a jump over one period of births.
type family struct {
	k    int
	t    float64
	high float64
}

func newFamily(k int, t float64) family {
	return family{k, t, 1 / (1 - float64(k)*math.Expm1(-t))}
}

func (f family) equation() Equation {
	return Equation{Law: step(neuron.Curve{Law: neuron.LogarithmicCurve, Base: float64(f.k) * f.t, Amplitude: 1, Scale: f.high}), Synapses: neuron.Synapses{B: 1}}
}

// rate is N(t) for any time.
func (f family) rate(t float64) float64 {
	return f.high * math.Exp(-(t - f.t*math.Floor(t/f.t)))
}

// density of the ages at time 0+: those born after −θ have not fired; the others have been exposed for whole periods.
func (f family) density(s float64) float64 {
	period := math.Ceil(s/f.t) - 1 // births of the (period+1)-th period back
	exposed := math.Max(0, period-float64(f.k)) * f.t
	return f.rate(-s) * math.Exp(-exposed)
}

func (f family) initial() neuron.Initial {
	breaks := []float64{0}
	for s := f.t; len(breaks) < 2 || f.density(s) > 1e-18; s += f.t {
		breaks = append(breaks, s)
	}
	return neuron.NewTabulated(f.density, breaks, 2000)
}

func TestPeriodicFamily(t *testing.T) {
	for _, f := range []family{newFamily(1, 1), newFamily(2, 0.7), newFamily(3, 1.3)} {
		s, err := f.equation().NewSolver(f.initial(), Options{Start: neuron.Highest, JumpAt: f.t, JumpEvery: f.t, Jump: neuron.Highest})
		if err != nil {
			t.Fatal(err)
		}
		worst, residual := 0.0, 0.0
		for at := 0.0; at < 6*f.t; at += 0.083 {
			if err := s.Advance(context.Background(), at); err != nil {
				t.Fatal(err)
			}
			worst = math.Max(worst, math.Abs(s.State().Rate-f.rate(at)))
			residual = math.Max(residual, math.Abs(s.excess(f.rate(at))))
		}
		t.Logf("k = %d, T = %v: off by %.1e, residual %.1e, identity %.1e, %+v, jumps %v, %+v", f.k, f.t, worst, residual, s.State().Identity, s.Several(), s.Jumps(), s.Report())
		if worst > 1e-10 || residual > 1e-12 {
			t.Errorf("k = %d, T = %v: off by %v, residual %v", f.k, f.t, worst, residual)
		}
		if s.Several().Most < 2 {
			t.Error("several solutions were not seen")
		}
	}
}
