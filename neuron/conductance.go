package neuron

import "math"

// Conductance is the voltage–conductance law of a neuron driven through one synaptic conductance (Cai, Tao, Shelley
// and McLaughlin 2004; Perthame and Salort 2013),
//
//	dV = (−g_L V + g (V_E − V)) dt,   0 ≤ V < V_F;   V = V_F: spike, V ← 0, g goes on,
//	dg = (g_in − g) dt/σ_E + √(2a/σ_E) dW,   reflected at g = 0,
//
// with g_in = g_0 + c N(t) and a = a0 + a1 N(t), N(t) the firing rate of the population. Without the reflection
// g has the stationary variance a.
type Conductance struct {
	Leak      float64 // g_L > 0
	Reversal  float64 // V_E > V_F
	Threshold float64 // V_F > 0; the reset is 0
	Tau       float64 // σ_E > 0, decay time of the conductance
	G0        float64 // g_0 ≥ 0, conductance from outside
	C         float64 // c, conductance per unit of rate
	A0        float64 // a0 > 0
	A1        float64 // a1 ≥ 0
}

// Velocity returns J(v, g) = −g_L v + g (V_E − v).
func (l Conductance) Velocity(v, g float64) float64 { return -l.Leak*v + g*(l.Reversal-v) }

// Rheobase returns g_F = g_L V_F/(V_E − V_F): only above it does the potential reach V_F.
func (l Conductance) Rheobase() float64 { return l.Leak * l.Threshold / (l.Reversal - l.Threshold) }

// Input returns g_in and a at a rate.
func (l Conductance) Input(rate float64) (g, a float64) {
	return l.G0 + l.C*rate, l.A0 + l.A1*rate
}

// ConstantRate returns the firing rate at a constant conductance: (g_L + g)/ln(g V_E/(g V_E − (g_L + g) V_F)), 0 up
// to the rheobase. It is the limit of the population's rate as a → 0.
func (l Conductance) ConstantRate(g float64) float64 {
	if g <= l.Rheobase() {
		return 0
	}
	total := l.Leak + g
	return -total / math.Log1p(-total*l.Threshold/(g*l.Reversal))
}

// Validate returns Faults that name every parameter out of range, or nil.
func (l Conductance) Validate() error {
	var fs Faults
	positive := func(field string, x float64) { fs.Add(finite(x) && x > 0, field, x, "a finite number > 0") }
	positive("g_L", l.Leak)
	positive("V_F", l.Threshold)
	fs.Add(finite(l.Reversal) && !(l.Reversal <= l.Threshold), "V_E", l.Reversal, "a finite number above V_F: else nobody fires")
	positive("sigma_E", l.Tau)
	fs.Add(finite(l.G0) && l.G0 >= 0, "g_0", l.G0, "a finite number ≥ 0")
	fs.Add(finite(l.C), "c", l.C, "a finite number")
	positive("a0", l.A0)
	fs.Add(finite(l.A1) && l.A1 >= 0, "a1", l.A1, "a finite number ≥ 0")
	return fs.Err()
}
