package mfield

import (
	"math/cmplx"

	"lapicque/neuron"
)

// system is a network linearised at a steady state, λ in units of its clock (the leak).
type system interface {
	// parts returns two entire functions: the zeros of whole are the eigenvalues, those of bare the ones without
	// coupling, without the trivial 0 of conserved mass.
	parts(lambda complex128) (bare, whole complex128)
	// loop returns whole/bare for Re λ ≥ 0, where it has no poles.
	loop(lambda complex128) complex128
	// settled reports whether the couplings, and intervals that a fixed time makes longer, leave whole near bare
	// and bare without zeros at λ and higher up.
	settled(lambda complex128, most float64) bool
}

// rateUnit returns the leak, 1 when there is none.
func rateUnit(l neuron.LIF) float64 {
	if l.Leak == 0 {
		return 1
	}
	return l.Leak
}

// fixedLag returns the refractory time where it is fixed.
func fixedLag(l neuron.LIF) float64 {
	if l.Refractory.Law == neuron.FixedRefractory {
		return l.Refractory.Tau
	}
	return 0
}

// noiseFloor returns a1·N/a, which a1·K_a tends to for large λ when neurons fire at V_F.
func noiseFloor(l neuron.LIF, rate float64) float64 {
	if l.Firing.Escapes() {
		return 0
	}
	return l.A1 * rate / l.Diffusion(rate)
}

// single is the network of one population: the eigenvalues solve
//
//	1 = e^{−λd}·(b·K(λ) + a1·K_a(λ)),
//
// K and K_a being the responses of the rate to current and to diffusion: a spike moves the
// others, and adds to their noise, after the delay d.
type single struct {
	n                neuron.Stationary
	b, a1            float64
	leak, delay, lag float64 // delay and fixed refractory time in units of 1/leak
}

func (s *single) parts(lambda complex128) (bare, whole complex128) {
	free, current, diffusion := s.n.Spectral(lambda * complex(s.leak, 0))
	return free, free - s.late(lambda)*(complex(s.b, 0)*current+complex(s.a1, 0)*diffusion)
}

// gain is bK + a1 K_a.
func (s *single) gain(lambda complex128) complex128 {
	current, diffusion := s.n.Response(lambda * complex(s.leak, 0))
	return complex(s.b, 0)*current + complex(s.a1, 0)*diffusion
}

func (s *single) loop(lambda complex128) complex128 { return 1 - s.late(lambda)*s.gain(lambda) }

func (s *single) settled(lambda complex128, most float64) bool {
	bare, whole := s.parts(lambda)
	return cmplx.Abs(1-whole/bare) < most && (s.lag == 0 || cmplx.Abs(s.n.Interval(lambda*complex(s.leak, 0))) < most)
}

// late returns e^{−λd}.
func (s *single) late(lambda complex128) complex128 {
	if s.delay == 0 {
		return 1
	}
	return cmplx.Exp(-lambda * complex(s.delay, 0))
}
