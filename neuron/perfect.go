package neuron

import (
	"math"
	"math/cmplx"
)

// perfect is the stationary neuron without leak: a Brownian motion with constant
// drift, reset at V_R. It settles only when the drift is positive; then V is a
// uniform variable on (V_R, V_F) minus an independent exponential one of mean
// a/drift, and the interspike interval is inverse Gaussian.
type perfect struct {
	law              LIF
	drift, diffusion float64
}

func (s perfect) settles() bool { return s.drift > 0 }

func (s perfect) LogRate() float64 {
	if !s.settles() {
		return math.Inf(-1)
	}
	return math.Log(s.drift / s.law.Gap())
}

func (s perfect) Rate() float64 { return math.Exp(s.LogRate()) }

// Density returns 0 everywhere when the neuron never settles.
func (s perfect) Density(v float64) float64 {
	if v >= s.law.Threshold || !s.settles() {
		return 0
	}
	k := s.drift / s.diffusion
	low := math.Max(s.law.Reset-v, 0)
	return math.Exp(-k*low) * -math.Expm1(-k*(s.law.Threshold-v-low)) / s.law.Gap()
}

// Mean returns −Inf when the neuron never settles: it drifts or diffuses away.
func (s perfect) Mean() float64 {
	if !s.settles() {
		return math.Inf(-1)
	}
	return (s.law.Threshold+s.law.Reset)/2 - s.diffusion/s.drift
}

func (s perfect) Variance() float64 {
	if !s.settles() {
		return math.Inf(1)
	}
	return square(s.law.Gap())/12 + square(s.diffusion/s.drift)
}

// CV returns √(2a/(drift·(V_F − V_R))).
func (s perfect) CV() float64 {
	if !s.settles() {
		return math.Inf(1)
	}
	return math.Sqrt(2 * s.diffusion / (s.drift * s.law.Gap()))
}

// root returns √(drift² + 4aλ) and the decay k of h = e^{−k(V_F − v)}, a k² + drift·k = λ.
func (s perfect) root(lambda complex128) (root, k complex128) {
	drift := complex(s.drift, 0)
	root = cmplx.Sqrt(drift*drift + complex(4*s.diffusion, 0)*lambda)
	if s.drift > 0 {
		return root, 2 * lambda / (root + drift)
	}
	return root, (root - drift) / complex(2*s.diffusion, 0)
}

func (s perfect) Hitting(lambda complex128, v float64) (h, dh complex128) {
	_, k := s.root(lambda)
	h = cmplx.Exp(-k * complex(s.law.Threshold-v, 0))
	return h, k * h
}

func (s perfect) Interval(lambda complex128) complex128 {
	h, _ := s.Hitting(lambda, s.law.Reset)
	return h
}

// Response returns 2·rate/(drift + √(drift² + 4aλ)) = rate·k/λ and rate·k²/λ, for a positive drift.
func (s perfect) Response(lambda complex128) (current, diffusion complex128) {
	root, k := s.root(lambda)
	current = complex(s.Rate(), 0) * 2 / (root + complex(s.drift, 0))
	return current, current * k
}

// Spectral has a branch point at −drift²/(4a), where the continuous spectrum
// begins. It needs a positive drift.
func (s perfect) Spectral(lambda complex128) (free, current, diffusion complex128) {
	p := s.parts(lambda, false)
	return p.free, p.current, p.diffusion
}

func (s perfect) parts(lambda complex128, _ bool) parts {
	root, k := s.root(lambda)
	gap := complex(s.law.Gap(), 0)
	free := 2 / (root + complex(s.drift, 0)) * gap * slope(-k*gap)
	current, diffusion := s.Response(lambda)
	return parts{free, cmplx.Exp(-k * gap), current * free, diffusion * free}
}

// slope returns (eˣ − 1)/x.
func slope(x complex128) complex128 {
	if cmplx.Abs(x) > 0.3 {
		return (cmplx.Exp(x) - 1) / x
	}
	sum, term := complex(1, 0), complex(1, 0)
	for k := 2.0; k < 20; k++ {
		term *= x / complex(k, 0)
		sum += term
	}
	return sum
}
