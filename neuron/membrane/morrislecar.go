package membrane

import "math"

// MorrisLecar is the barnacle muscle fibre (Morris and Lecar 1981, Biophys. J. 35:193) with calcium at its steady state,
//
//	C V′ = I − g_Ca m∞(V)(V − E_Ca) − g_K w (V − E_K) − g_L (V − E_L),   w′ = φ (w∞(V) − w)/τ(V),
//
//	m∞ = ½(1 + tanh((V − V1)/V2)),   w∞ = ½(1 + tanh((V − V3)/V4)),   τ = 1/cosh((V − V3)/(2 V4)),
//
// in ms, mV, currents and conductances per cm². State: V, w.
type MorrisLecar struct {
	name           string
	Capacitance    float64 // C, µF/cm²
	GCa, GK, GL    float64 // mS/cm²
	ECa, EK, EL    float64 // mV
	V1, V2, V3, V4 float64 // mV
	Acceleration   float64 // φ, 1/ms
}

// MorrisLecarSet names a set of parameters of Ermentrout and Terman (2010), table 3.1.
type MorrisLecarSet int

const (
	MorrisLecarHopf MorrisLecarSet = iota // repetitive firing begins by a Hopf point, at a positive rate
	MorrisLecarSNIC                       // it begins by a saddle-node on a circle, at rate 0
)

// NewMorrisLecar returns one of the two sets.
func NewMorrisLecar(set MorrisLecarSet) *MorrisLecar {
	m := &MorrisLecar{
		name: "morris-lecar", Capacitance: 20, GCa: 4.4, GK: 8, GL: 2, ECa: 120, EK: -84, EL: -60,
		V1: -1.2, V2: 18, V3: 2, V4: 30, Acceleration: 0.04,
	}
	if set == MorrisLecarSNIC {
		m.name, m.GCa, m.V3, m.V4, m.Acceleration = "morris-lecar-snic", 4, 12, 17.4, 1./15
	}
	return m
}

// Card describes it.
func (m *MorrisLecar) Card() Card {
	title := "Morris–Lecar"
	if m.name == "morris-lecar-snic" {
		title += " (SNIC set)"
	}
	return Card{
		Name: m.name, Title: title, Source: "Morris and Lecar 1981; Ermentrout and Terman 2010, table 3.1",
		Variables: []Variable{{"V", "mV", 60}, {"w", "", 0.5}},
		TimeUnit:  "ms", CurrentUnit: "µA/cm²",
		Currents: [2]float64{0, 260}, Potentials: [2]float64{-75, 60}, Spike: 0,
	}
}

// Parameters lists them.
func (m *MorrisLecar) Parameters() []Parameter {
	return []Parameter{
		{"C", "µF/cm²", "capacitance", &m.Capacitance, Positive},
		{"g_Ca", "mS/cm²", "calcium conductance", &m.GCa, NonNegative},
		{"g_K", "mS/cm²", "potassium conductance", &m.GK, NonNegative},
		{"g_L", "mS/cm²", "leak conductance", &m.GL, NonNegative},
		{"E_Ca", "mV", "calcium reversal potential", &m.ECa, Real},
		{"E_K", "mV", "potassium reversal potential", &m.EK, Real},
		{"E_L", "mV", "leak reversal potential", &m.EL, Real},
		{"V1", "mV", "half activation of calcium", &m.V1, Real},
		{"V2", "mV", "width of the activation of calcium", &m.V2, Positive},
		{"V3", "mV", "half activation of potassium", &m.V3, Real},
		{"V4", "mV", "width of the activation of potassium", &m.V4, Positive},
		{"phi", "1/ms", "rate of the activation of potassium", &m.Acceleration, Positive},
	}
}

// open returns m∞ and w∞.
func (m *MorrisLecar) open(v float64) (calcium, potassium float64) {
	return (1 + math.Tanh((v-m.V1)/m.V2)) / 2, (1 + math.Tanh((v-m.V3)/m.V4)) / 2
}

// Slope writes y′.
func (m *MorrisLecar) Slope(current float64, y, dy []float64) {
	v, w := y[0], y[1]
	calcium, potassium := m.open(v)
	dy[0] = (current - m.GCa*calcium*(v-m.ECa) - m.GK*w*(v-m.EK) - m.GL*(v-m.EL)) / m.Capacitance
	dy[1] = m.Acceleration * (potassium - w) * math.Cosh((v-m.V3)/(2*m.V4))
}

// Jacobian writes ∂y′/∂y.
func (m *MorrisLecar) Jacobian(y, j []float64) {
	v, w := y[0], y[1]
	calcium, potassium := m.open(v)
	opening := 2 * calcium * (1 - calcium) / m.V2
	sinh, cosh := math.Sinh((v-m.V3)/(2*m.V4)), math.Cosh((v-m.V3)/(2*m.V4))
	j[0] = -(m.GCa*(calcium+opening*(v-m.ECa)) + m.GK*w + m.GL) / m.Capacitance
	j[1] = -m.GK * (v - m.EK) / m.Capacitance
	j[2] = m.Acceleration * (2*potassium*(1-potassium)/m.V4*cosh + (potassium-w)*sinh/(2*m.V4))
	j[3] = -m.Acceleration * cosh
}

// Clamp returns the current at which the fibre rests at v.
func (m *MorrisLecar) Clamp(v float64, y []float64) float64 {
	calcium, w := m.open(v)
	y[0], y[1] = v, w
	return m.GCa*calcium*(v-m.ECa) + m.GK*w*(v-m.EK) + m.GL*(v-m.EL)
}
