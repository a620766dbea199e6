package membrane

import (
	"math"

	"lapicque/neuron"
)

// LIF is the leaky integrate-and-fire neuron (Lapicque 1907),
//
//	τ V′ = −(V − E_L) + R I,   V = V_th: spike, V ← V_reset, held there for t_ref.
//
// State: V, in mV, ms, MΩ and nA.
type LIF struct {
	Tau, Resistance         float64 // ms, MΩ
	Leak, Threshold, Return float64 // E_L, V_th, V_reset, mV
	Pause                   float64 // t_ref, ms
}

// NewLIF returns τ = 10 ms, R = 50 MΩ, E_L = V_reset = −65 mV, V_th = −50 mV and t_ref = 2 ms, a cortical cell's order of
// magnitude (Gerstner and Kistler 2002, section 4.1).
func NewLIF() *LIF { return &LIF{10, 50, -65, -50, -65, 2} }

// Card describes it.
func (l *LIF) Card() Card {
	gap := l.Threshold - l.Leak
	return Card{
		Name: "lif", Title: "Leaky integrate-and-fire", Source: "Lapicque 1907",
		Variables: []Variable{{"V", "mV", gap}},
		TimeUnit:  "ms", CurrentUnit: "nA",
		Currents: [2]float64{0, 4 * gap / l.Resistance}, Potentials: [2]float64{math.Min(l.Leak, l.Return) - gap, l.Threshold + 4*gap},
		Spike: l.Threshold,
	}
}

// Parameters lists them.
func (l *LIF) Parameters() []Parameter {
	return []Parameter{
		{"tau", "ms", "membrane time constant", &l.Tau, Positive},
		{"R", "MΩ", "membrane resistance", &l.Resistance, Positive},
		{"E_L", "mV", "resting potential", &l.Leak, Real},
		{"V_th", "mV", "firing threshold", &l.Threshold, Real},
		{"V_reset", "mV", "potential after a spike", &l.Return, Real},
		{"t_ref", "ms", "absolute refractory period", &l.Pause, NonNegative},
	}
}

func (l *LIF) constrain(fs *neuron.Faults) {
	fs.Add(l.Return < l.Threshold, "V_reset", l.Return, "a potential below V_th")
	fs.Add(l.Leak < l.Threshold, "E_L", l.Leak, "a potential below V_th")
}

// Slope writes y′.
func (l *LIF) Slope(current float64, y, dy []float64) {
	dy[0] = (l.Leak - y[0] + l.Resistance*current) / l.Tau
}

// Jacobian writes ∂y′/∂y.
func (l *LIF) Jacobian(_, j []float64) { j[0] = -1 / l.Tau }

// Clamp returns (v − E_L)/R.
func (l *LIF) Clamp(v float64, y []float64) float64 {
	y[0] = v
	return (v - l.Leak) / l.Resistance
}

// Excess is V − V_th.
func (l *LIF) Excess(y []float64) float64 { return y[0] - l.Threshold }

// Reset makes V = V_reset.
func (l *LIF) Reset(y []float64) { y[0] = l.Return }

// Refractory returns t_ref, V being held.
func (l *LIF) Refractory() (float64, bool) { return l.Pause, true }

// Rheobase returns the largest current without a spike, (V_th − E_L)/R.
func (l *LIF) Rheobase() float64 { return (l.Threshold - l.Leak) / l.Resistance }

// Rate returns the firing rate at a constant current, 1/(t_ref + τ ln((R I + E_L − V_reset)/(R I + E_L − V_th))), in 1/ms.
func (l *LIF) Rate(current float64) float64 {
	if current <= l.Rheobase() {
		return 0
	}
	level := l.Resistance*current + l.Leak
	return 1 / (l.Pause + l.Tau*math.Log((level-l.Return)/(level-l.Threshold)))
}
