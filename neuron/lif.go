package neuron

import "math"

// LIF is the noisy leaky integrate-and-fire law (Lapicque 1907)
//
//	dV = (−leak·V + I(t)) dt + b·dK + √(2a) dW,   V < V_F;   V = V_F: spike, V ← V_R,
//
// where K(t) counts the spikes per neuron of the network, b is the connectivity
// (not part of the law of one neuron) and a = A0 + A1·N(t) the diffusion, with
// N(t) the population firing rate. After a spike it may be refractory for a while,
// and it may fire at random above V_F instead. It is a value; it is never changed once a
// network or a solver has been made from it.
type LIF struct {
	Threshold float64 // V_F, firing threshold
	Reset     float64 // V_R < V_F, potential after a spike
	A0        float64 // a0 > 0, diffusion σ²/2 at rest
	A1        float64 // a1 ≥ 0, diffusion per unit of population rate
	Leak      float64 // 1/τ_m ≥ 0; 1 in membrane units, 0 for the perfect integrator
	Current   Current // I(t); nil means 0

	Refractory Refractory // what follows a spike; the zero value: nothing
	Firing     Firing     // when it fires; the zero value: at V_F
}

// Ceiling returns the potential that no neuron exceeds: V_F, +Inf where neurons fire at random above it.
func (l LIF) Ceiling() float64 {
	if l.Firing.Escapes() {
		return math.Inf(1)
	}
	return l.Threshold
}

// Bounces reports whether a neuron restarts at V_R in the instant in which it reaches V_F, so that the kicks
// of a cascade reach it there: no refractory state and no random threshold.
func (l LIF) Bounces() bool { return l.Refractory.Law == NoRefractory && !l.Firing.Escapes() }

// Input returns the external current, never nil.
func (l LIF) Input() Current {
	if l.Current == nil {
		return Constant(0)
	}
	return l.Current
}

// Diffusion returns a(N) = a0 + a1·N at population rate N.
func (l LIF) Diffusion(rate float64) float64 { return l.A0 + l.A1*rate }

// Gap returns V_F − V_R, the height that a spike costs.
func (l LIF) Gap() float64 { return l.Threshold - l.Reset }

// Validate returns Faults that name every parameter out of range, or nil.
// Fields carry the names of the scenario file.
func (l LIF) Validate() error {
	var fs Faults
	fs.Add(finite(l.Threshold), "V_F", l.Threshold, "a finite number")
	fs.Add(finite(l.Reset) && !(l.Reset >= l.Threshold), "V_R", l.Reset, "a finite number below V_F")
	fs.Add(finite(l.A0) && l.A0 > 0, "a0", l.A0, "a finite number > 0")
	fs.Add(finite(l.A1) && l.A1 >= 0, "a1", l.A1, "a finite number ≥ 0")
	fs.Add(finite(l.Leak) && l.Leak >= 0, "leak", l.Leak, "a finite number ≥ 0 (1 is the membrane's own, 0 means no leak)")
	fs.Under("current", l.Input().Validate())
	fs.Under("refractory", l.Refractory.Validate())
	fs.Under("firing", l.Firing.Validate())
	return fs.Err()
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
