package mfield

import (
	"math"
	"math/cmplx"

	"lapicque/neuron"
)

// Intervals is the law of the interspike interval at a steady state: of one neuron with the rate of the others frozen.
type Intervals struct {
	one, passing neuron.Stationary // passing without a fixed refractory time, which …
	rest         float64           // … lasts so long
}

// Intervals returns the law of the interval at a steady state of the equation, refractory time included.
func (e NNLIF) Intervals(s Steady) Intervals {
	i := Intervals{one: e.environment(s.Rate), passing: e.environment(s.Rate)}
	if e.Law.Refractory.Law == neuron.FixedRefractory {
		i.rest = e.Law.Refractory.Tau
		e.Law.Refractory = neuron.Refractory{}
		i.passing = e.environment(s.Rate)
	}
	return i
}

// CV returns the coefficient of variation.
func (i Intervals) CV() float64 { return i.one.CV() }

// Mean returns the mean, 1 over the rate.
func (i Intervals) Mean() float64 { return 1 / i.one.Rate() }

// Euler's summation of the inversion: terms summed plainly, terms averaged with binomial weights, and A of the error e^−A.
const (
	plainTerms    = 30
	averagedTerms = 12
	inversion     = 20.0
)

// Survival returns the probability that an interval is longer than t ≥ 0, the inverse Laplace transform of (1 − h(λ))/λ by the method of Abate and Whitt
// (1995, section 1): a Fourier series on a line to the right of all singularities, its tail by Euler's summation. The error is about 1e−8 where the
// density is smooth, as the first-passage density is.
func (i Intervals) Survival(t float64) float64 {
	if t -= i.rest; !(t > 0) {
		return 1
	}
	term := func(k int) float64 {
		lambda := complex(inversion, 2*math.Pi*float64(k)) / complex(2*t, 0)
		h := i.passing.Interval(lambda)
		if cmplx.IsNaN(h) { // a quotient of numbers out of range: h is far below rounding
			h = 0
		}
		return real((1 - h) / lambda)
	}
	sum, sign := term(0)/2, -1.0
	for k := 1; k <= plainTerms; k++ {
		sum += sign * term(k)
		sign = -sign
	}
	average, binomial := 0.0, math.Ldexp(1, -averagedTerms)
	for k := range averagedTerms + 1 {
		average += binomial * sum
		binomial *= float64(averagedTerms-k) / float64(k+1)
		sum += sign * term(plainTerms+1+k)
		sign = -sign
	}
	return math.Min(1, math.Max(0, math.Exp(inversion/2)/t*average))
}
