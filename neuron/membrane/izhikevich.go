package membrane

import "lapicque/neuron"

// Izhikevich is the quadratic neuron with recovery (Izhikevich 2003, IEEE Trans. Neural Netw. 14:1569),
//
//	v′ = 0.04 v² + 5v + 140 − u + I,   u′ = a (b v − u),   v = v_peak: spike, v ← c, u ← u + d.
//
// State: v, u, in mV and ms.
type Izhikevich struct {
	Rate, Coupling, Return, Step float64 // a, b, c, d
	Peak                         float64 // v_peak, mV
}

// NewIzhikevich returns the regular spiking cell a = 0.02, b = 0.2, c = −65, d = 8, with v_peak = 30 mV.
func NewIzhikevich() *Izhikevich { return &Izhikevich{0.02, 0.2, -65, 8, 30} }

// Card describes it.
func (z *Izhikevich) Card() Card {
	return Card{
		Name: "izhikevich", Title: "Izhikevich", Source: "Izhikevich 2003",
		Variables: []Variable{{"v", "mV", 50}, {"u", "mV/ms", 10}},
		TimeUnit:  "ms", CurrentUnit: "mV/ms",
		Currents: [2]float64{0, 20}, Potentials: [2]float64{-100, 30}, Spike: z.Peak,
	}
}

// Parameters lists them.
func (z *Izhikevich) Parameters() []Parameter {
	return []Parameter{
		{"a", "1/ms", "rate of recovery", &z.Rate, Positive},
		{"b", "1/ms", "coupling of recovery to potential", &z.Coupling, Real},
		{"c", "mV", "potential after a spike", &z.Return, Real},
		{"d", "mV/ms", "step of recovery at a spike", &z.Step, Real},
		{"v_peak", "mV", "potential at which a spike is cut", &z.Peak, Real},
	}
}

func (z *Izhikevich) constrain(fs *neuron.Faults) {
	fs.Add(z.Return < z.Peak, "c", z.Return, "a potential below v_peak")
}

// Slope writes y′.
func (z *Izhikevich) Slope(current float64, y, dy []float64) {
	v, u := y[0], y[1]
	dy[0] = (0.04*v+5)*v + 140 - u + current
	dy[1] = z.Rate * (z.Coupling*v - u)
}

// Jacobian writes ∂y′/∂y.
func (z *Izhikevich) Jacobian(y, j []float64) {
	j[0], j[1] = 0.08*y[0]+5, -1
	j[2], j[3] = z.Rate*z.Coupling, -z.Rate
}

// Clamp returns the current at which the neuron rests at v.
func (z *Izhikevich) Clamp(v float64, y []float64) float64 {
	y[0], y[1] = v, z.Coupling*v
	return y[1] - (0.04*v+5)*v - 140
}

// Excess is v − v_peak.
func (z *Izhikevich) Excess(y []float64) float64 { return y[0] - z.Peak }

// Reset makes v = c and adds d to u.
func (z *Izhikevich) Reset(y []float64) { y[0], y[1] = z.Return, y[1]+z.Step }

// Refractory returns 0.
func (z *Izhikevich) Refractory() (float64, bool) { return 0, false }
