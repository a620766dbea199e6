package membrane

// MAT is the multi-timescale adaptive threshold model (Kobayashi, Tsubo and Shinomoto 2009, Front. Comput. Neurosci. 3:9),
//
//	τ_m V′ = −(V − E_L) + R I,   θ_k′ = −θ_k/τ_k,   V = ω + θ₁ + θ₂: spike, θ_k ← θ_k + α_k.
//
// The potential is not reset; no spike follows another within t_ref. State: V, θ₁, θ₂, in mV, ms, MΩ and nA.
type MAT struct {
	Tau, Resistance, Leak float64 // τ_m, R, E_L: ms, MΩ, mV
	Tau1, Tau2            float64 // time constants of the threshold, ms
	Step1, Step2          float64 // α₁, α₂, mV
	Threshold             float64 // ω, mV
	Pause                 float64 // t_ref, ms
}

// NewMAT returns τ_m = 5 ms, R = 50 MΩ, τ₁ = 10 ms, τ₂ = 200 ms, t_ref = 2 ms, which the source keeps for all cells, and its
// regular spiking cell: E_L = −65 mV, ω = −45 mV, α₁ = 30 mV, α₂ = 2 mV. Other cells of the source (α₁, α₂, ω): intrinsic bursting
// 7.5, 1.5, −46; fast spiking 10, 0.2, −55; chattering −0.5, 0.4, −39.
func NewMAT() *MAT { return &MAT{5, 50, -65, 10, 200, 30, 2, -45, 2} }

// Card describes it.
func (m *MAT) Card() Card {
	gap := m.Threshold - m.Leak
	return Card{
		Name: "mat", Title: "Multi-timescale adaptive threshold", Source: "Kobayashi, Tsubo and Shinomoto 2009",
		Variables: []Variable{{"V", "mV", 20}, {"theta1", "mV", 20}, {"theta2", "mV", 5}},
		TimeUnit:  "ms", CurrentUnit: "nA",
		Currents: [2]float64{0, 3 * max(gap, 10) / m.Resistance}, Potentials: [2]float64{m.Leak - 40, m.Leak + 3*max(gap, 10)},
		Spike: m.Threshold,
	}
}

// Parameters lists them.
func (m *MAT) Parameters() []Parameter {
	return []Parameter{
		{"tau_m", "ms", "membrane time constant", &m.Tau, Positive},
		{"R", "MΩ", "membrane resistance", &m.Resistance, Positive},
		{"E_L", "mV", "resting potential", &m.Leak, Real},
		{"tau_1", "ms", "fast time constant of the threshold", &m.Tau1, Positive},
		{"tau_2", "ms", "slow time constant of the threshold", &m.Tau2, Positive},
		{"alpha_1", "mV", "fast rise of the threshold at a spike", &m.Step1, Real},
		{"alpha_2", "mV", "slow rise of the threshold at a spike", &m.Step2, Real},
		{"omega", "mV", "threshold at rest", &m.Threshold, Real},
		{"t_ref", "ms", "least interval between spikes", &m.Pause, Positive},
	}
}

// Slope writes y′.
func (m *MAT) Slope(current float64, y, dy []float64) {
	dy[0] = (m.Leak - y[0] + m.Resistance*current) / m.Tau
	dy[1], dy[2] = -y[1]/m.Tau1, -y[2]/m.Tau2
}

// Jacobian writes ∂y′/∂y.
func (m *MAT) Jacobian(_, j []float64) {
	clear(j)
	j[0], j[4], j[8] = -1/m.Tau, -1/m.Tau1, -1/m.Tau2
}

// Clamp returns (v − E_L)/R.
func (m *MAT) Clamp(v float64, y []float64) float64 {
	y[0], y[1], y[2] = v, 0, 0
	return (v - m.Leak) / m.Resistance
}

// Excess is V − ω − θ₁ − θ₂.
func (m *MAT) Excess(y []float64) float64 { return y[0] - m.Threshold - y[1] - y[2] }

// Reset adds α_k to θ_k.
func (m *MAT) Reset(y []float64) { y[1], y[2] = y[1]+m.Step1, y[2]+m.Step2 }

// Refractory returns t_ref, V going on meanwhile.
func (m *MAT) Refractory() (float64, bool) { return m.Pause, false }
