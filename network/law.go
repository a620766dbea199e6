package network

import (
	"math"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// law is the transition of one neuron between kicks.
type law struct {
	neuron.LIF
	input neuron.Current
}

// leg is the transition over a time h: OU bridge and end point.
type leg struct {
	h         float64
	decay     float64 // e^{−leak·h}
	relaxed   float64 // (1 − e^{−leak·h})/leak: what a unit of drift adds
	noise     float64 // standard deviation of the end point
	near      float64 // 2·leak/(σ² sinh(leak·h)): the bridge crosses with probability exp(−near·d₁·d₂)
	threshold float64 // the threshold raised by the mean distance of its curve from its chord
	clock     float64 // σ²(e^{2·leak·h} − 1)/(2·leak): the leg in the time of the changed Brownian motion
	sigma2    float64 // σ² = 2a
}

// leg returns the transition over h when the threshold, seen from the drift's
// mean path, bends by curvature.
//
// Derivation. e^{leak·s}V(s), less the drift, is a Brownian motion in the time
// clock(s). The constant threshold becomes a curve there; a bridge is tested
// against its chord, exp(−2 d₁ d₂ e^{leak·h}/clock), and the curve lies above
// the chord by curvature·h²/12 in the mean, to leading order.
func (l law) leg(h, curvature float64) leg {
	g := leg{h: h, decay: 1, relaxed: h, sigma2: 2 * l.A0}
	square := h // (1 − e^{−2·leak·h})/(2·leak)
	if l.Leak > 0 {
		m := math.Expm1(-l.Leak * h)
		g.decay = 1 + m
		g.relaxed = -m / l.Leak
		square = g.relaxed * (2 + m) / 2
	}
	g.noise = math.Sqrt(g.sigma2 * square)
	g.near = 2 * g.decay / (g.sigma2 * square)
	g.clock = g.sigma2 * square / (g.decay * g.decay)
	g.threshold = l.Threshold + curvature*h*h/12
	return g
}

// curvature returns the bend of the threshold around time t when kicks add the
// drift b·rate: leak·(leak·V_F − I − b·rate) + I′.
func (l law) curvature(t, kicks float64) float64 {
	return l.Leak*(l.Leak*l.Threshold-l.input.At(t)-kicks) + l.input.Slope(t)
}

// hitting draws the time in (0, h) at which a bridge that is known to cross
// reaches the threshold, from d1 below it at the start to d2 from it at the end
// (either side): with u the elapsed clock, u/(clock − u) is inverse Gaussian of
// mean d1/(d2·e^{leak·h}) and shape d1²/clock; drawn after Michael, Schucany and
// Haas (1976), in a form without cancellation that stands d2 = 0.
func (g *leg) hitting(leak, d1, d2 float64, r *kernel.Stream) float64 {
	if !(d1 > 0) {
		return 0
	}
	d2 = math.Abs(d2) / g.decay
	z := float64(kernel.Normal(uint32(r.Uint64() >> 32)))
	s := z * z * g.clock / (2 * d1)
	w := d1 / (d2 + s + math.Sqrt(s*(s+2*d2)))
	if r.Float64()*(d1+d2*w) > d1 {
		w = d1 * d1 / (d2 * d2 * w)
	}
	if math.IsInf(w, 1) {
		return g.h
	}
	u := g.clock / g.sigma2 * (w / (1 + w))
	if leak == 0 {
		return min(g.h, u)
	}
	return min(g.h, math.Log1p(2*leak*u)/(2*leak))
}
