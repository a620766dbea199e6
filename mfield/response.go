package mfield

import "math/cmplx"

// Response is the linear response of the firing rate at a steady state, at one
// angular frequency ω. A current I + ε e^{iωt} gives the rate N0 + ε K e^{iωt}, a diffusion
// a + ε e^{iωt} the rate N0 + ε K_a e^{iωt}.
type Response struct {
	Omega     float64
	Current   Gain // K, spikes per unit time and unit of current
	Diffusion Gain // K_a, spikes per unit time and unit of diffusion
	Spectrum  Power
}

// Gain is a transfer function at one frequency: of one neuron in the environment that
// the steady state makes, and of the network, which answers to its own answer,
//
//	Coupled = Free / (1 − e^{−iωd}(b K(iω) + a1 K_a(iω))),   Free = K(iω) or K_a(iω).
type Gain struct{ Free, Coupled complex128 }

// Power is the power spectrum of the population's spike train times the number of
// neurons, N·S(ω), S(ω) = ∫ Cov(A(t), A(t+s)) e^{−iωs} ds for the activity A of N neurons:
//
//	Free = N0 (1 − |h|²)/|1 − h|²,   Coupled = Free/|1 − e^{−iωd}(b K + a1 K_a)|²,
//
// h being the characteristic function of the interspike interval, refractory time included (Stein 1972;
// Lindner and Schimansky-Geier 2001). It is that of independent neurons, and to leading order in
// 1/N that of a network at a stable state; at an unstable one Coupled is only formal. Both tend to N0 for ω → ∞.
type Power struct{ Free, Coupled float64 }

// Response returns the linear response at a steady state of the equation, at each
// angular frequency ω > 0, in their order.
func (e NNLIF) Response(s Steady, omegas []float64) []Response {
	one := e.environment(s.Rate)
	out := make([]Response, len(omegas))
	for k, omega := range omegas {
		if !(omega > 0) {
			panic("mfield: Response needs angular frequencies > 0")
		}
		lambda := complex(0, omega)
		current, diffusion := one.Response(lambda)
		late := cmplx.Exp(-lambda * complex(e.Delay, 0))
		loop := 1 - late*(complex(e.B, 0)*current+complex(e.Law.A1, 0)*diffusion)
		free := s.Rate * e.regularity(s, omega)
		size := cmplx.Abs(loop)
		out[k] = Response{
			Omega:     omega,
			Current:   Gain{current, current / loop},
			Diffusion: Gain{diffusion, diffusion / loop},
			Spectrum:  Power{free, free / size / size},
		}
	}
	return out
}

// regularity returns (1 − |h|²)/|1 − h|², the spectrum of a neuron over its rate: CV² at low
// frequencies, where h is so near 1 that the quotient cancels, 1 at high ones.
func (e NNLIF) regularity(s Steady, omega float64) float64 {
	one := e.environment(s.Rate)
	if omega < 1e-5*s.Rate {
		cv := one.CV()
		return cv * cv
	}
	h := one.Interval(complex(0, omega))
	if cmplx.IsNaN(h) { // a quotient of numbers out of range: h is far below rounding
		h = 0
	}
	return real((1 + h) / (1 - h))
}
