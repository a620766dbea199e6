package membrane

import (
	"math"

	"lapicque/neuron"
)

// MitchellSchaeffer is the two-current model of a cardiac membrane (Mitchell and Schaeffer 2003, Bull. Math. Biol. 65:767),
//
//	v′ = h v²(1 − v)/τ_in − v/τ_out + I,   h′ = (1 − h)/τ_open where v < v_gate, −h/τ_close elsewhere.
//
// State: v, h. Potential has no dimension, time is in ms.
type MitchellSchaeffer struct {
	In, Out, Open, Close float64 // time constants, ms
	Gate                 float64 // v_gate
}

// NewMitchellSchaeffer returns τ = 0.3, 6, 120, 150 and v_gate = 0.13.
func NewMitchellSchaeffer() *MitchellSchaeffer { return &MitchellSchaeffer{0.3, 6, 120, 150, 0.13} }

// Card describes it.
func (m *MitchellSchaeffer) Card() Card {
	return Card{
		Name: "mitchell-schaeffer", Title: "Mitchell–Schaeffer", Source: "Mitchell and Schaeffer 2003",
		Variables: []Variable{{"v", "", 1}, {"h", "", 1}},
		TimeUnit:  "ms", CurrentUnit: "1/ms",
		Currents: [2]float64{0, 0.9 * m.Gate / m.Out}, Potentials: [2]float64{-0.5, 1.5}, Spike: m.Gate,
	}
}

// Parameters lists them.
func (m *MitchellSchaeffer) Parameters() []Parameter {
	return []Parameter{
		{"tau_in", "ms", "time constant of the inward current", &m.In, Positive},
		{"tau_out", "ms", "time constant of the outward current", &m.Out, Positive},
		{"tau_open", "ms", "time constant of opening", &m.Open, Positive},
		{"tau_close", "ms", "time constant of closing", &m.Close, Positive},
		{"v_gate", "", "potential at which the gate begins to close", &m.Gate, Positive},
	}
}

func (m *MitchellSchaeffer) constrain(fs *neuron.Faults) {
	fs.Add(m.Gate < 1, "v_gate", m.Gate, "a number below 1, the top of the inward current")
	fs.Add(m.Out >= 4*m.In, "tau_out", m.Out, "at least 4 tau_in, below which the membrane is not excitable")
}

// Side is v − v_gate.
func (m *MitchellSchaeffer) Side(y []float64) float64 { return y[0] - m.Gate }

// SlopeOn writes y′ with the gate closing (above) or opening.
func (m *MitchellSchaeffer) SlopeOn(above bool, current float64, y, dy []float64) {
	v, h := y[0], y[1]
	dy[0] = h*v*v*(1-v)/m.In - v/m.Out + current
	if above {
		dy[1] = -h / m.Close
	} else {
		dy[1] = (1 - h) / m.Open
	}
}

// Slope writes y′.
func (m *MitchellSchaeffer) Slope(current float64, y, dy []float64) {
	m.SlopeOn(y[0] >= m.Gate, current, y, dy)
}

// Jacobian writes ∂y′/∂y on the side of y.
func (m *MitchellSchaeffer) Jacobian(y, j []float64) {
	v, h := y[0], y[1]
	j[0], j[1] = h*v*(2-3*v)/m.In-1/m.Out, v*v*(1-v)/m.In
	j[2], j[3] = 0, -1/m.Open
	if v >= m.Gate {
		j[3] = -1 / m.Close
	}
}

// Clamp returns the current at which the membrane rests at v: with the gate open below v_gate, closed above.
func (m *MitchellSchaeffer) Clamp(v float64, y []float64) float64 {
	y[0], y[1] = v, 0
	if v < m.Gate {
		y[1] = 1
	}
	return v/m.Out - y[1]*v*v*(1-v)/m.In
}

// LeastGate returns h_min = 4 τ_in/τ_out, the least opening at which a potential above rest is held.
func (m *MitchellSchaeffer) LeastGate() float64 { return 4 * m.In / m.Out }

// LongestDuration returns τ_close ln(1/h_min), the duration of an action potential from a gate fully open as τ_in, τ_out ≪ τ_close
// (Mitchell and Schaeffer 2003, equation 8 at h = 1).
func (m *MitchellSchaeffer) LongestDuration() float64 { return -m.Close * math.Log(m.LeastGate()) }
