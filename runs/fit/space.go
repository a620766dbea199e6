package fit

import (
	"math"
	"strings"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// axis is one number that is sought, in a range.
type axis struct {
	name      string
	low, high float64
	log       bool // evenly on a logarithmic scale
}

// at returns the value at a place x of the real line: the range times the logistic function of x.
func (a axis) at(x float64) float64 {
	part := 1 / (1 + math.Exp(-x))
	if a.log {
		return a.low * math.Pow(a.high/a.low, part)
	}
	return a.low + part*(a.high-a.low)
}

// edge reports whether the place x is within a hundredth of an end of the range.
func (a axis) edge(x float64) bool { return math.Abs(x) > math.Log(99) }

// candidate is a model with parameters, and the current it is fed for a recorded one: gain·I + offset, in its own unit.
type candidate struct {
	model        membrane.Sampled
	gain, offset float64
}

// rest writes the state at a potential at which the neuron is silent, all else at rest.
func (c candidate) rest(y []float64) {
	switch m := c.model.(type) {
	case *membrane.LIF:
		m.Clamp(m.Leak, y)
	case *membrane.MAT:
		m.Clamp(m.Leak, y)
	case *membrane.AdaptiveExponential:
		m.Clamp(m.Leak, y)
	case *membrane.Izhikevich:
		m.Clamp(-70, y)
	}
}

// space is a model and where its parameters are sought. Spikes do not tell the zero and the unit of a potential: E_L and the threshold stay
// where the source of the model has them, and the rheobase sets the scale of the current.
type space struct {
	name  string
	axes  []axis
	fixed []string // parameters that are those of the source
	build func(p []float64) candidate
}

// scales are what a recording says about ranges.
type scales struct {
	rheobase axis // nA: from a 50th of the largest current to all of it
	pause    axis // ms: up to the shortest recorded interval and δ
}

func newScales(r *Recording, delta float64) (scales, error) {
	largest := 0.0
	for _, i := range r.Current {
		largest = math.Max(largest, i)
	}
	var fs neuron.Faults
	fs.Add(largest > 0, "current", "nowhere above 0", "a current that makes a resting neuron fire")
	shortest := 50.0
	for _, train := range r.Spikes {
		for k := 1; k < len(train); k++ {
			shortest = math.Min(shortest, train[k]-train[k-1])
		}
	}
	return scales{axis{"rheobase", largest / 50, largest, true}, axis{"t_ref", 0, shortest + delta, false}}, fs.Err()
}

// Models returns the names of the models that can be fitted.
func Models() []string { return []string{"lif", "adex", "izhikevich", "mat"} }

// newSpace returns the space of a model. The error is neuron.Faults.
func newSpace(name string, s scales) (space, error) {
	switch name {
	case "lif":
		return s.lif(), nil
	case "adex":
		return s.adex(), nil
	case "izhikevich":
		return s.izhikevich(), nil
	case "mat":
		return s.mat(), nil
	}
	return space{}, neuron.Faults{{Field: "model", Value: name, Accepted: "one of " + strings.Join(Models(), ", ")}}
}

func (s scales) lif() space {
	m := membrane.NewLIF()
	gap := m.Threshold - m.Leak
	return space{"lif", []axis{{"tau", 0.5, 200, true}, s.rheobase, {"V_reset", m.Leak - 4*gap, m.Threshold - 0.02*gap, false}, s.pause}, []string{"E_L", "V_th"}, func(p []float64) candidate {
		m := *m
		m.Tau, m.Resistance, m.Return, m.Pause = p[0], gap/p[1], p[2], p[3]
		return candidate{&m, 1, 0}
	}}
}

func (s scales) adex() space {
	m := membrane.NewAdaptiveExponential()
	gap := m.Threshold - m.Leak
	axes := []axis{{"C/g_L", 1, 100, true}, s.rheobase, {"Delta_T", 0.2, 10, true}, {"V_reset", m.Leak - gap, m.Threshold + 0.25*gap, false},
		{"tau_w", 10, 1000, true}, {"a/g_L", 0, 2, false}, {"b", 0, 1, false}, s.pause}
	return space{"adex", axes, []string{"E_L", "V_T", "V_peak"}, func(p []float64) candidate {
		m := *m
		m.Conductance = 1000 * p[1] / gap // pA over mV
		m.Capacitance = m.Conductance * p[0]
		m.Softness, m.Return, m.Tau, m.Pause = p[2], p[3], p[4], p[7]
		m.Coupling, m.Step = p[5]*m.Conductance, p[6]*m.Conductance*gap
		return candidate{&m, 1000, 0}
	}}
}

func (s scales) izhikevich() space {
	const rheobase = 4 // of the regular spiking cell, mV/ms
	axes := []axis{s.rheobase, {"offset", -20, rheobase, false}, {"a", 0.002, 1, true}, {"b", 0.05, 0.4, false}, {"c", -90, -40, false}, {"d", 0, 40, false}}
	return space{"izhikevich", axes, []string{"v_peak"}, func(p []float64) candidate {
		m := membrane.NewIzhikevich()
		m.Rate, m.Coupling, m.Return, m.Step = p[2], p[3], p[4], p[5]
		return candidate{m, (rheobase - p[1]) / p[0], p[1]}
	}}
}

func (s scales) mat() space {
	m := membrane.NewMAT()
	axes := []axis{{"tau_m", 0.5, 100, true}, s.rheobase, {"alpha_1", -0.5, 5, false}, {"alpha_2", -0.1, 1, false}, s.pause}
	axes[4].low = 0.1
	return space{"mat", axes, []string{"R", "E_L", "tau_1", "tau_2"}, func(p []float64) candidate {
		m := *m
		gap := p[1] * m.Resistance
		m.Tau, m.Threshold, m.Step1, m.Step2, m.Pause = p[0], m.Leak+gap, p[2]*gap, p[3]*gap, p[4]
		return candidate{&m, 1, 0}
	}}
}
