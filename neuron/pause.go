package neuron

import "math"

// renewal is a stationary neuron whose intervals can be composed with others.
type renewal interface {
	Stationary
	// parts returns those of Spectral; if late, only for Re λ ≥ 0, those of Response.
	parts(lambda complex128, late bool) parts
}

// parts are, up to one factor, free = (1 − h)/λ, back = h = h(V_R), K·free and K_a·free, λ in the first in units of
// the leak.
type parts struct{ free, back, current, diffusion complex128 }

func (p parts) response() (current, diffusion complex128) {
	return p.current / p.free, p.diffusion / p.free
}

// paused is a neuron that rests for a time T after each spike and then starts at V_R. With φ the transform of T, the
// interval has the transform φh; a fraction R = τ·rate rests, the others have the law of a neuron that does not; and
// from 1 − φh in place of 1 − h,
//
//	(1 − φh)/λ = (1 − h)/λ + h (1 − φ)/λ,   K = (1 − R) K₀ (1 − h)/(1 − φh)
//
// with K₀ the response of a neuron that does not rest (for h = 1 + O(λ) the usual shift of the
// interval, Brunel 2000).
type paused struct {
	renewal
	rest Refractory
	leak float64 // unit of λ in parts.free
}

func (s paused) LogRate() float64 {
	log := s.renewal.LogRate()
	return log - math.Log1p(s.rest.Mean()*math.Exp(log))
}

func (s paused) Rate() float64 { return math.Exp(s.LogRate()) }

// active returns 1 − R.
func (s paused) active() float64 { return 1 / (1 + s.rest.Mean()*s.renewal.Rate()) }

// Density has the mass 1 − R.
func (s paused) Density(v float64) float64 { return s.active() * s.renewal.Density(v) }

func (s paused) CV() float64 {
	random := 0.0
	if s.rest.Law == ExponentialRefractory {
		random = s.rest.Tau * s.Rate()
	}
	return math.Hypot(s.renewal.CV()*s.active(), random)
}

func (s paused) Interval(lambda complex128) complex128 {
	return s.rest.Transform(lambda) * s.renewal.Interval(lambda)
}

func (s paused) Response(lambda complex128) (current, diffusion complex128) {
	return s.parts(lambda, true).response()
}

// Spectral has the factor 1 + λτ more when the time is exponential, so that it stays entire.
func (s paused) Spectral(lambda complex128) (free, current, diffusion complex128) {
	p := s.parts(lambda, false)
	return p.free, p.current, p.diffusion
}

func (s paused) parts(lambda complex128, late bool) parts {
	p := s.renewal.parts(lambda, late)
	tau, active := complex(s.rest.Tau, 0), complex(s.active(), 0)
	wait := tau * complex(s.leak, 0) // (1 − φ)/λ
	if s.rest.Law == FixedRefractory {
		wait *= slope(-lambda * tau)
	} else {
		p.free *= 1 + lambda*tau
		active *= 1 + lambda*tau
	}
	return parts{p.free + p.back*wait, p.back * s.rest.Transform(lambda), p.current * active, p.diffusion * active}
}
