package membrane

import "math"

// HodgkinHuxley is the squid axon (Hodgkin and Huxley 1952, J. Physiol. 117:500) with the resting
// potential shifted to about −65 mV,
//
//	C V′ = I − g_Na m³h (V − V_Na) − g_K n⁴ (V − V_K) − g_L (V − V_L),   x′ = φ (a_x(V)(1 − x) − b_x(V) x),  x = m, h, n,
//
//	a_m = 0.1 (V+40)/(1 − e^{−(V+40)/10}),   b_m = 4 e^{−(V+65)/18},
//	a_h = 0.07 e^{−(V+65)/20},               b_h = 1/(1 + e^{−(V+35)/10}),
//	a_n = 0.01 (V+55)/(1 − e^{−(V+55)/10}),  b_n = 0.125 e^{−(V+65)/80},
//
// in ms and mV, currents and conductances per cm². State: V, m, h, n. The rates a_m and a_n are continued through
// the points where their formulas are 0/0.
type HodgkinHuxley struct {
	Capacitance  float64 // C, µF/cm²
	GNa, GK, GL  float64 // largest conductances, mS/cm²
	VNa, VK, VL  float64 // reversal potentials, mV
	Acceleration float64 // φ, factor of all gating rates: 3^((T − 6.3 °C)/10)
}

// NewHodgkinHuxley returns the parameters of 1952, with V_L = −54.387 mV.
func NewHodgkinHuxley() *HodgkinHuxley {
	return &HodgkinHuxley{Capacitance: 1, GNa: 120, GK: 36, GL: 0.3, VNa: 50, VK: -77, VL: -54.387, Acceleration: 1}
}

// Card describes it.
func (h *HodgkinHuxley) Card() Card {
	return Card{
		Name: "hodgkin-huxley", Title: "Hodgkin–Huxley", Source: "Hodgkin and Huxley 1952",
		Variables: []Variable{{"V", "mV", 100}, {"m", "", 1}, {"h", "", 1}, {"n", "", 1}},
		TimeUnit:  "ms", CurrentUnit: "µA/cm²",
		Currents: [2]float64{0, 180}, Potentials: [2]float64{-100, 60}, Spike: 0,
	}
}

// Parameters lists them.
func (h *HodgkinHuxley) Parameters() []Parameter {
	return []Parameter{
		{"C", "µF/cm²", "capacitance", &h.Capacitance, Positive},
		{"g_Na", "mS/cm²", "sodium conductance", &h.GNa, NonNegative},
		{"g_K", "mS/cm²", "potassium conductance", &h.GK, NonNegative},
		{"g_L", "mS/cm²", "leak conductance", &h.GL, NonNegative},
		{"V_Na", "mV", "sodium reversal potential", &h.VNa, Real},
		{"V_K", "mV", "potassium reversal potential", &h.VK, Real},
		{"V_L", "mV", "leak reversal potential", &h.VL, Real},
		{"phi", "", "factor of the gating rates, 3^((T − 6.3 °C)/10)", &h.Acceleration, Positive},
	}
}

// rates are a and b of the three gates, and their derivatives.
type rates struct{ am, bm, ah, bh, an, bn float64 }

// ratesAt takes two exponentials: the others are powers of p = e^{−(V+65)/80} times constants.
func ratesAt(v float64) rates {
	p := math.Exp(-(v + 65) / 80)
	p4 := (p * p) * (p * p)
	q := p4 * p4
	return rates{
		am: linoid((v+40)/10, q*e25), bm: 4 * math.Exp(-(v+65)/18),
		ah: 0.07 * p4, bh: 1 / (1 + q*e30),
		an: 0.1 * linoid((v+55)/10, q*e10), bn: 0.125 * p,
	}
}

// e10 … e30 are e, e^{2.5} and e³.
var e10, e25, e30 = math.E, math.Exp(2.5), math.Exp(3)

// slopes returns the derivatives of the rates by V.
func (r rates) slopes(v float64) rates {
	return rates{
		am: linoidSlope((v+40)/10) / 10, bm: -r.bm / 18,
		ah: -r.ah / 20, bh: r.bh * (1 - r.bh) / 10,
		an: 0.01 * linoidSlope((v+55)/10), bn: -r.bn / 80,
	}
}

// linoid returns x/(1 − e^{−x}), 1 at x = 0, given decay = e^{−x}, which is not used where the difference would cancel.
func linoid(x, decay float64) float64 {
	if math.Abs(x) >= 0.5 {
		return x / (1 - decay)
	}
	if x == 0 {
		return 1
	}
	return -x / math.Expm1(-x)
}

// linoidSlope returns the derivative of linoid, by its series where the formula would cancel.
func linoidSlope(x float64) float64 {
	if math.Abs(x) < 0.02 {
		return 0.5 + x/6 - x*x*x/180 + x*x*x*x*x/5040
	}
	y := linoid(x, math.Exp(-x))
	return y * (1 + x - y) / x
}

// Slope writes y′.
func (h *HodgkinHuxley) Slope(current float64, y, dy []float64) {
	v, m, g, n := y[0], y[1], y[2], y[3]
	r, phi := ratesAt(v), h.Acceleration
	dy[0] = (current - h.GNa*m*m*m*g*(v-h.VNa) - h.GK*n*n*n*n*(v-h.VK) - h.GL*(v-h.VL)) / h.Capacitance
	dy[1] = phi * (r.am*(1-m) - r.bm*m)
	dy[2] = phi * (r.ah*(1-g) - r.bh*g)
	dy[3] = phi * (r.an*(1-n) - r.bn*n)
}

// Jacobian writes ∂y′/∂y.
func (h *HodgkinHuxley) Jacobian(y, j []float64) {
	v, m, g, n := y[0], y[1], y[2], y[3]
	r, phi, c := ratesAt(v), h.Acceleration, h.Capacitance
	s := r.slopes(v)
	clear(j)
	j[0] = -(h.GNa*m*m*m*g + h.GK*n*n*n*n + h.GL) / c
	j[1] = -3 * h.GNa * m * m * g * (v - h.VNa) / c
	j[2] = -h.GNa * m * m * m * (v - h.VNa) / c
	j[3] = -4 * h.GK * n * n * n * (v - h.VK) / c
	j[4], j[5] = phi*(s.am*(1-m)-s.bm*m), -phi*(r.am+r.bm)
	j[8], j[10] = phi*(s.ah*(1-g)-s.bh*g), -phi*(r.ah+r.bh)
	j[12], j[15] = phi*(s.an*(1-n)-s.bn*n), -phi*(r.an+r.bn)
}

// Clamp returns the current at which the axon rests at v.
func (h *HodgkinHuxley) Clamp(v float64, y []float64) float64 {
	r := ratesAt(v)
	m, g, n := r.am/(r.am+r.bm), r.ah/(r.ah+r.bh), r.an/(r.an+r.bn)
	y[0], y[1], y[2], y[3] = v, m, g, n
	return h.GNa*m*m*m*g*(v-h.VNa) + h.GK*n*n*n*n*(v-h.VK) + h.GL*(v-h.VL)
}
