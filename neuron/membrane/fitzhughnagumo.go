package membrane

// FitzHughNagumo is the reduction to two variables of FitzHugh (1961, Biophys. J. 1:445) and Nagumo et al. (1962),
//
//	v′ = v − v³/3 − w + I,   w′ = ε (v + a − b w).
//
// State: v, w. Everything is without dimension.
type FitzHughNagumo struct {
	Rate  float64 // ε, ratio of the time scales of v and w
	Shift float64 // a
	Decay float64 // b
}

// NewFitzHughNagumo returns ε = 0.08, a = 0.7, b = 0.8.
func NewFitzHughNagumo() *FitzHughNagumo { return &FitzHughNagumo{0.08, 0.7, 0.8} }

// Card describes it.
func (f *FitzHughNagumo) Card() Card {
	return Card{
		Name: "fitzhugh-nagumo", Title: "FitzHugh–Nagumo", Source: "FitzHugh 1961; Nagumo, Arimoto and Yoshizawa 1962",
		Variables: []Variable{{"v", "", 4}, {"w", "", 2}},
		Currents:  [2]float64{0, 2}, Potentials: [2]float64{-2.5, 2.5}, Spike: 0,
	}
}

// Parameters lists them.
func (f *FitzHughNagumo) Parameters() []Parameter {
	return []Parameter{
		{"epsilon", "", "ratio of the time scales of v and w", &f.Rate, Positive},
		{"a", "", "shift of the recovery", &f.Shift, Real},
		{"b", "", "decay of the recovery", &f.Decay, Positive},
	}
}

// Slope writes y′.
func (f *FitzHughNagumo) Slope(current float64, y, dy []float64) {
	v, w := y[0], y[1]
	dy[0] = v - v*v*v/3 - w + current
	dy[1] = f.Rate * (v + f.Shift - f.Decay*w)
}

// Jacobian writes ∂y′/∂y.
func (f *FitzHughNagumo) Jacobian(y, j []float64) {
	j[0], j[1] = 1-y[0]*y[0], -1
	j[2], j[3] = f.Rate, -f.Rate*f.Decay
}

// Clamp returns the current at which the neuron rests at v.
func (f *FitzHughNagumo) Clamp(v float64, y []float64) float64 {
	w := (v + f.Shift) / f.Decay
	y[0], y[1] = v, w
	return w - v + v*v*v/3
}
