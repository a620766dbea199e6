package neuron

import "math"

// Stationary is one neuron in a constant environment: total drift (external
// current plus the input from the network, I + bN) and diffusion a, both
// frozen. Time is in the units of the law.
type Stationary interface {
	// Rate returns the firing rate, 1 over the mean interspike interval.
	Rate() float64
	// LogRate returns ln(Rate), finite where Rate underflows; −Inf when the neuron never settles.
	LogRate() float64
	// Density returns the stationary density of the potential at v, of mass 1 − R where a
	// fraction R is refractory.
	Density(v float64) float64
	// Mean and Variance are those of the potential of a neuron that is not refractory.
	Mean() float64
	Variance() float64
	// CV returns the coefficient of variation of the interspike interval.
	CV() float64
	// Hitting returns h, the Laplace transform at lambda of the time to reach V_F
	// from v ≤ V_F (with a random threshold: to fire, from any v), and dh/dv. It continues analytically to the left
	// half plane, with poles at the (real, negative) eigenvalues of the neuron killed at V_F.
	Hitting(lambda complex128, v float64) (h, dh complex128)
	// Interval returns the Laplace transform of the interspike interval: h(V_R) times that of the refractory time.
	Interval(lambda complex128) complex128
	// Response returns K(lambda) and K_a(lambda) for Re lambda ≥ 0: the response of the
	// rate to a small current e^{λt} and to a small change of the diffusion. At 0 they are
	// the derivatives of the rate.
	Response(lambda complex128) (current, diffusion complex128)
	// Spectral returns, up to one positive factor common to the three,
	//	free = (1 − Interval)/lambda,   K(lambda)·free   and   K_a(lambda)·free,
	// entire functions of lambda. The zeros of free are the eigenvalues of the
	// uncoupled neuron but 0; those of free − b·e^{−λd}·(K free) − a1·(K_a free) are the eigenvalues of a
	// network linearised at a steady state.
	Spectral(lambda complex128) (free, current, diffusion complex128)
}

// Stationary returns the stationary neuron at a drift (not divided by the leak)
// and a diffusion > 0. It panics for a random threshold without leak.
func (l LIF) Stationary(drift, diffusion float64) Stationary {
	if !(diffusion > 0) || !finite(drift) || !finite(diffusion) {
		panic("neuron: Stationary needs a finite drift and a positive diffusion")
	}
	s := l.restless(drift, diffusion)
	if l.Refractory.Law == NoRefractory {
		return s
	}
	unit := l.Leak
	if unit == 0 {
		unit = 1
	}
	return paused{renewal: s, rest: l.Refractory, leak: unit}
}

// restless returns the neuron without its refractory state.
func (l LIF) restless(drift, diffusion float64) renewal {
	if l.Leak == 0 {
		if l.Firing.Escapes() {
			panic("neuron: no stationary neuron with a random threshold and without leak")
		}
		return perfect{law: l, drift: drift, diffusion: diffusion}
	}
	s := leaky{law: l, scale: math.Sqrt(diffusion / l.Leak)}
	s.top = (l.Threshold - drift/l.Leak) / s.scale
	s.gap = l.Gap() / s.scale
	if l.Firing.Escapes() {
		return newEscaping(s, l.Firing.Epsilon)
	}
	s.logMean = MeanPassage(s.top, s.gap).LogMean()
	return s
}

// Passage holds integrals of the Mills ratio φ(z) = √(π/2) erfcx(−z/√2) and its
// derivatives over (top − gap, top), all positive, each to be multiplied by e^Log.
type Passage struct {
	Mean         float64 // J = ∫ φ
	Slope        float64 // ∂J/∂top = ∫ φ′
	Deficit      float64 // Q = gap + top·J = ∫ (φ′ + (top − z) φ), without the cancellation
	DeficitSlope float64 // ∂Q/∂top = ∫ (φ″ + (top − z) φ′)
	Log          float64
}

// MeanPassage returns the integrals that belong to J, the mean time that the
// Ornstein–Uhlenbeck process dz = −z dt + √2 dW takes from top − gap to top (Siegert 1951;
// Ricciardi and Sacerdote 1979): a leaky neuron with drift I and diffusion a fires at rate
// leak/J with top = (V_F − I/leak)/√(a/leak), gap = (V_F − V_R)/√(a/leak).
func MeanPassage(top, gap float64) Passage {
	p := Passage{Log: square(math.Max(top, 0)) / 2}
	// In x = z − top, so that neither z nor the difference of the squares is rounded away at a distant top.
	descend(0, -gap, func(x float64) float64 { return millsWidth(top + x) }, func(x, weight float64) {
		m := mills(top + x)
		fade := x * (top + x/2)
		if m.log == 0 {
			fade = -p.Log
		}
		weight *= math.Exp(fade)
		p.Mean += weight * m.value
		p.Slope += weight * m.first
		p.Deficit += weight * (m.first - x*m.value)
		p.DeficitSlope += weight * (m.second - x*m.first)
	}, func(x float64) bool { return top+x > 0 && x*(top+x/2) < -50 })
	return p
}

// LogMean returns ln J.
func (p Passage) LogMean() float64 { return p.Log + math.Log(p.Mean) }

// millsWidth is a panel over which the Mills ratio and its derivatives are
// polynomials of degree 31 to rounding.
func millsWidth(z float64) float64 {
	if z > 1 {
		return 2 / z
	}
	return math.Max(1, -z/2)
}

func square(x float64) float64 { return x * x }

// leaky is the stationary Ornstein–Uhlenbeck neuron in the variable
// z = (v − drift/leak)/√(a/leak), time in units of 1/leak:
//
//	p(v) = G(z)/(J·√(a/leak)),   G(z) = ∫_{max(z, z_R)}^{z_F} e^{(u² − z²)/2} du,   rate = leak/J.
type leaky struct {
	law      LIF
	scale    float64 // √(a/leak)
	top, gap float64 // z_F and z_F − z_R
	logMean  float64 // ln J
}

func (s leaky) LogRate() float64 { return math.Log(s.law.Leak) - s.logMean }
func (s leaky) Rate() float64    { return math.Exp(s.LogRate()) }

// below returns z of a potential, through its distance to V_F so that nothing cancels there.
func (s leaky) below(v float64) float64 { return s.top - (s.law.Threshold-v)/s.scale }

// shape returns G(z) as value·e^log.
func (s leaky) shape(z float64) (value, log float64) {
	from := math.Max(z, s.top-s.gap)
	ref := math.Max(square(from), square(s.top)) / 2
	value = rising(math.Max(from, 0), math.Max(s.top, 0), ref) + rising(math.Max(-s.top, 0), math.Max(-from, 0), ref)
	return value, ref - z*z/2
}

// rising returns ∫_lo^hi e^{u²/2 − ref} du for 0 ≤ lo ≤ hi.
func rising(lo, hi, ref float64) float64 {
	sum := 0.0
	descend(hi, lo, func(u float64) float64 { return 2 / math.Max(u, 1) },
		func(u, weight float64) { sum += weight * math.Exp(u*u/2-ref) },
		func(u float64) bool { return u*u < hi*hi-100 })
	return sum
}

func (s leaky) Density(v float64) float64 {
	if v >= s.law.Threshold {
		return 0
	}
	g, log := s.shape(s.below(v))
	return g * math.Exp(log-s.logMean) / s.scale
}

// expect returns ∫ f(z, p) dz over z < from, f being proportional to the density p
// in z, by panels graded towards z_F and split at z_R, until done holds.
func (s leaky) expect(from float64, f func(z, p float64) float64, done func(z float64) bool) float64 {
	sum, reset := 0.0, s.top-s.gap
	first := math.Min(1/math.Max(1, math.Abs(s.top)), s.gap/2)
	descend(from, reset, func(z float64) float64 {
		return math.Min(math.Max(first, s.top-z), math.Max(0.5, -z/4))
	}, func(z, weight float64) {
		g, log := s.shape(z)
		sum += weight * f(z, g*math.Exp(log-s.logMean))
	}, done)
	// Below z_R the density is a multiple of e^{−z²/2}.
	g, log := s.shape(reset)
	log += reset*reset/2 - s.logMean
	foot := math.Min(reset, 0) - math.Min(9.5, 45/math.Max(1e-300, -reset))
	descend(math.Min(from, reset), foot, func(z float64) float64 { return 1 / math.Max(1, math.Abs(z)/2) }, func(z, weight float64) {
		sum += weight * f(z, g*math.Exp(log-z*z/2))
	}, done)
	return sum
}

// moment leaves out z > 12, where the density is below e^−72.
func (s leaky) moment(f func(z, p float64) float64) float64 {
	return s.expect(math.Min(s.top, 12), f, func(float64) bool { return false })
}

// Mean integrates V_F − v, so that nothing cancels when the neuron is nearly deterministic.
func (s leaky) Mean() float64 {
	return s.law.Threshold - s.scale*s.moment(func(z, p float64) float64 { return (s.top - z) * p })
}

func (s leaky) Variance() float64 {
	mean := s.moment(func(z, p float64) float64 { return (s.top - z) * p })
	return square(s.scale) * s.moment(func(z, p float64) float64 { return square(s.top-z-mean) * p })
}

// CV uses Var(T) = 2 ∫ φ² G dz, the second moment of the interval with the order of
// integration exchanged: CV² = (2/J) E[φ(z)²] over the stationary density.
func (s leaky) CV() float64 {
	return math.Sqrt(2 * s.expect(s.top, func(z, p float64) float64 {
		m := mills(z)
		return p * m.value * m.value * math.Exp(2*m.log-s.logMean)
	}, func(z float64) bool { return z > 0 && z*z < s.top*s.top-120 }))
}
