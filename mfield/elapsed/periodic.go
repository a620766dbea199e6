package elapsed

import (
	"math"

	"lapicque/neuron"
)

// Periodic is the explicit periodic solution of the step hazard with instantaneous transmission (Pakdaman, Perthame and Salort
// 2013): with b = 1, θ = kT, N₊ = 1/(1 + k(1 − e^{−T})) and
//
//	σ(x) = θ + ln(N₊/x)
//
// N(t) = N₊e^{−t} on [0, T) solves the equation, repeated with period T. At each multiple of T the continuous N₊e^{−t} solves it
// as well: there are several solutions, and the jump is a choice.
type Periodic struct {
	Waits  int     // k ≥ 1, whole periods that a neuron waits at least
	Period float64 // T > 0
}

// High returns N₊, the rate after each jump.
func (p Periodic) High() float64 { return 1 / (1 - float64(p.Waits)*math.Expm1(-p.Period)) }

// Equation returns the equation that is solved.
func (p Periodic) Equation() Equation {
	sigma := neuron.Curve{Law: neuron.LogarithmicCurve, Base: float64(p.Waits) * p.Period, Amplitude: 1, Scale: p.High()}
	return Equation{Law: neuron.ElapsedTime{Sigma: sigma}, Synapses: neuron.Synapses{B: 1}}
}

// Rate returns N(t) for any time, at a jump the value after it.
func (p Periodic) Rate(t float64) float64 {
	return p.High() * math.Exp(-(t - p.Period*math.Floor(t/p.Period)))
}

// density returns that of the ages just after time 0: those born after −θ have not been exposed, the others for whole periods.
func (p Periodic) density(s float64) float64 {
	before := math.Ceil(s/p.Period) - 1 // whole periods since the one of birth
	exposed := math.Max(0, before-float64(p.Waits)) * p.Period
	return p.Rate(-s) * math.Exp(-exposed)
}

// Ages returns the law of the ages at time 0.
func (p Periodic) Ages() neuron.Initial {
	breaks := []float64{0}
	for s := p.Period; len(breaks) < 2 || p.density(s) > 1e-18; s += p.Period {
		breaks = append(breaks, s)
	}
	return neuron.NewTabulated(p.density, breaks, 2000)
}
