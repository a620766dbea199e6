package network

import (
	"math"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// law is the transition of one neuron between kicks.
type law struct {
	neuron.LIF
	diffusion float64 // a0, or what the network's rate makes of it
	input     neuron.Current
	constant  bool // the current is …
	level     float64
	bounces   bool // LIF.Bounces, which copies the whole LIF
}

func newLaw(l neuron.LIF) law {
	out := law{LIF: l, diffusion: l.A0, input: l.Input(), bounces: l.Bounces()}
	if out.constant = out.input.Constant(); out.constant {
		out.level = out.input.At(0)
	}
	return out
}

// leg is the transition over a time h: OU bridge and end point.
type leg struct {
	h         float64
	decay     float64 // e^{−leak·h}
	relaxed   float64 // (1 − e^{−leak·h})/leak: what a unit of drift adds
	noise     float64 // standard deviation of the end point
	near      float64 // 2·leak/(σ² sinh(leak·h)): the bridge crosses with probability exp(−near·d₁·d₂)
	threshold float64 // the threshold raised by the mean distance of its curve from its chord
	elapsed   float64 // (e^{2·leak·h} − 1)/(2·leak): what a clock shows that runs with the variance of the changed Brownian motion
	clock     float64 // σ² of it: the variance itself
	growth    float64 // e^{leak·h}
	sigma2    float64 // σ² = 2a
	bend      float64 // curvature of the threshold
}

// leg returns the transition over h when the threshold, seen from the drift's
// mean path, bends by curvature.
//
// Derivation. e^{leak·s}V(s), less the drift, is a Brownian motion in the time
// clock(s). The constant threshold becomes a curve there; a bridge is tested
// against its chord, exp(−2 d₁ d₂ e^{leak·h}/clock), and the curve lies above
// the chord by curvature·h²/12 in the mean, to leading order.
func (l *law) leg(h, curvature float64) leg {
	g := leg{h: h, decay: 1, relaxed: h, sigma2: 2 * l.diffusion}
	lost := 0.0
	if l.Leak > 0 {
		lost = -math.Expm1(-l.Leak * h)
	}
	l.fill(&g, lost, curvature)
	return g
}

// fill completes a leg over g.h in which a potential loses a part lost = 1 − e^{−leak·h}.
func (l *law) fill(g *leg, lost, curvature float64) {
	g.decay, g.sigma2 = 1-lost, 2*l.diffusion
	g.relaxed, g.growth = g.h, 1/g.decay
	square := g.h // (1 − e^{−2·leak·h})/(2·leak)
	if l.Leak > 0 {
		g.relaxed = lost / l.Leak
		square = g.relaxed * (2 - lost) / 2
	}
	g.elapsed = square * g.growth * g.growth
	g.noise = math.Sqrt(g.sigma2 * square)
	g.near = 2 * g.decay / (g.sigma2 * square)
	g.clock = g.sigma2 * g.elapsed
	g.threshold, g.bend = l.Threshold+float64(curvature*g.h*g.h/12), curvature
}

// rest fills g with the transition over what is left of whole after elapsed, when its clock
// shows u: e^{2·leak·τ} = 1 + 2·leak·u (u is not looked at unless the neuron restarts at the
// threshold itself). It reports whether anything is left.
func (l *law) rest(g, whole *leg, u, elapsed, curvature float64) bool {
	g.h = whole.h - elapsed
	if !l.bounces {
		if !(g.h > 0) {
			return false
		}
		*g = l.leg(g.h, curvature)
		return true
	}
	lost := 0.0
	if l.Leak > 0 {
		lost = 1 - float64(whole.decay*math.Sqrt(1+float64(2*l.Leak*u)))
		if !(lost > 0) {
			return false
		}
	}
	if !(g.h > 0) {
		return false
	}
	l.fill(g, lost, curvature)
	return true
}

// filtered returns what the external current adds over a leg that begins at t.
func (l *law) filtered(g *leg, t float64) float64 {
	if l.constant {
		return l.level * g.relaxed
	}
	return l.input.Filtered(l.Leak, t, g.h)
}

// curvature returns the bend of the threshold around time t when kicks add the
// drift b·rate: leak·(leak·V_F − I − b·rate) + I′.
func (l *law) curvature(t, kicks float64) float64 {
	return l.Leak*(l.Leak*l.Threshold-l.input.At(t)-kicks) + l.input.Slope(t)
}

// hitting draws what the clock shows, in (0, elapsed), when a bridge that is known
// to cross reaches the threshold, from d1 below it at the start to d2 from it at the
// end (either side): with u the clock, u/(elapsed − u) is inverse Gaussian of
// mean d1/(d2·e^{leak·h}) and shape d1²/clock; drawn after Michael, Schucany and
// Haas (1976), in a form without cancellation that stands d2 = 0.
func (g *leg) hitting(d1, d2 float64, r *kernel.Stream) float64 {
	return g.elapsed * reaching(d1, d2*g.growth, g.clock, r)
}

// reaching draws when a Brownian bridge of that variance reaches a line, from d1 below it to d2
// from it (either side), known to do so: the part of its time that has passed.
func reaching(d1, d2, variance float64, r *kernel.Stream) float64 {
	if !(d1 > 0) {
		return 0
	}
	d2 = math.Abs(d2)
	z := float64(kernel.Normal(uint32(r.Uint64() >> 32)))
	s := z * z * variance / (2 * d1)
	w := d1 / (d2 + s + math.Sqrt(s*(s+2*d2)))
	if r.Float64()*(d1+float64(d2*w)) > d1 {
		w = d1 * d1 / (d2 * d2 * w)
	}
	if w > math.MaxFloat64 {
		return 1
	}
	return w / (1 + w)
}

// time returns the time that has passed when the clock shows u, at most h.
func (l *law) time(g *leg, u float64) float64 {
	if l.Leak == 0 {
		return min(g.h, u)
	}
	return min(g.h, math.Log1p(2*l.Leak*u)/(2*l.Leak))
}
