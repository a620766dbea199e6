package membrane

import (
	"math"

	"lapicque/neuron"
)

// AdaptiveExponential is the adaptive exponential integrate-and-fire neuron (Brette and Gerstner 2005, J.
// Neurophysiol. 94:3637),
//
//	C V′ = −g_L (V − E_L) + g_L Δ_T e^{(V − V_T)/Δ_T} − w + I,   τ_w w′ = a (V − E_L) − w,
//	V = V_peak: spike, V ← V_reset, w ← w + b.
//
// State: V, w, in mV, ms, nS, pF and pA. The potential runs to infinity in a finite time; above V_T + 20 Δ_T less than
// 3·10⁻⁹ C/g_L is left, so that a higher V_peak is read as that.
type AdaptiveExponential struct {
	Capacitance, Conductance  float64 // C, g_L: pF, nS
	Leak, Threshold, Softness float64 // E_L, V_T, Δ_T: mV
	Peak, Return              float64 // V_peak, V_reset: mV
	Tau, Coupling, Step       float64 // τ_w, a, b: ms, nS, pA
	Pause                     float64 // t_ref: ms
}

// NewAdaptiveExponential returns the parameters of Brette and Gerstner (2005): C = 281 pF, g_L = 30 nS, E_L = −70.6, V_T = −50.4, Δ_T = 2 mV,
// τ_w = 144 ms, a = 4 nS, b = 80.5 pA, reset to E_L at 20 mV.
func NewAdaptiveExponential() *AdaptiveExponential {
	return &AdaptiveExponential{
		Capacitance: 281, Conductance: 30, Leak: -70.6, Threshold: -50.4, Softness: 2,
		Peak: 20, Return: -70.6, Tau: 144, Coupling: 4, Step: 80.5,
	}
}

// Card describes it.
func (a *AdaptiveExponential) Card() Card {
	gap := a.Threshold - a.Leak
	return Card{
		Name: "adex", Title: "Adaptive exponential integrate-and-fire", Source: "Brette and Gerstner 2005",
		Variables: []Variable{{"V", "mV", gap}, {"w", "pA", a.Conductance * gap}},
		TimeUnit:  "ms", CurrentUnit: "pA",
		Currents: [2]float64{0, 5 * a.Conductance * gap}, Potentials: [2]float64{a.Leak - gap, a.Threshold + 5*a.Softness},
		Spike: a.Threshold,
	}
}

// Parameters lists them.
func (a *AdaptiveExponential) Parameters() []Parameter {
	return []Parameter{
		{"C", "pF", "capacitance", &a.Capacitance, Positive},
		{"g_L", "nS", "leak conductance", &a.Conductance, Positive},
		{"E_L", "mV", "resting potential", &a.Leak, Real},
		{"V_T", "mV", "threshold of the exponential", &a.Threshold, Real},
		{"Delta_T", "mV", "softness of the threshold", &a.Softness, Positive},
		{"V_peak", "mV", "potential at which a spike is cut", &a.Peak, Real},
		{"V_reset", "mV", "potential after a spike", &a.Return, Real},
		{"tau_w", "ms", "time constant of adaptation", &a.Tau, Positive},
		{"a", "nS", "adaptation to potential", &a.Coupling, Real},
		{"b", "pA", "adaptation to a spike", &a.Step, Real},
		{"t_ref", "ms", "absolute refractory period", &a.Pause, NonNegative},
	}
}

func (a *AdaptiveExponential) constrain(fs *neuron.Faults) {
	fs.Add(a.Peak > a.Threshold, "V_peak", a.Peak, "a potential above V_T")
	fs.Add(a.Return < a.top(), "V_reset", a.Return, "a potential below V_peak and V_T + 20 Delta_T")
	fs.Add(a.Leak < a.Threshold, "E_L", a.Leak, "a potential below V_T")
}

func (a *AdaptiveExponential) top() float64 { return math.Min(a.Peak, a.Threshold+20*a.Softness) }

// upswing returns e^{(V − V_T)/Δ_T}, held beyond the height at which a spike is cut so that no trial step overflows.
func (a *AdaptiveExponential) upswing(v float64) float64 {
	return math.Exp(math.Min((v-a.Threshold)/a.Softness, 30))
}

// Slope writes y′.
func (a *AdaptiveExponential) Slope(current float64, y, dy []float64) {
	v, w := y[0], y[1]
	dy[0] = (a.Conductance*(a.Leak-v+a.Softness*a.upswing(v)) - w + current) / a.Capacitance
	dy[1] = (a.Coupling*(v-a.Leak) - w) / a.Tau
}

// Jacobian writes ∂y′/∂y.
func (a *AdaptiveExponential) Jacobian(y, j []float64) {
	j[0], j[1] = a.Conductance*(a.upswing(y[0])-1)/a.Capacitance, -1/a.Capacitance
	j[2], j[3] = a.Coupling/a.Tau, -1/a.Tau
}

// Clamp returns the current at which the neuron rests at v.
func (a *AdaptiveExponential) Clamp(v float64, y []float64) float64 {
	y[0], y[1] = v, a.Coupling*(v-a.Leak)
	return y[1] - a.Conductance*(a.Leak-v+a.Softness*a.upswing(v))
}

// Excess is V − V_peak, V_peak at most V_T + 20 Δ_T.
func (a *AdaptiveExponential) Excess(y []float64) float64 { return y[0] - a.top() }

// Reset makes V = V_reset and adds b to w.
func (a *AdaptiveExponential) Reset(y []float64) { y[0], y[1] = a.Return, y[1]+a.Step }

// Refractory returns t_ref, V being held.
func (a *AdaptiveExponential) Refractory() (float64, bool) { return a.Pause, true }
