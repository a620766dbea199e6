package elapsed

import (
	"math"
	"slices"

	"lapicque/neuron"
)

// Steady is one steady state.
type Steady struct {
	Rate, Input, Sigma float64
	Mean, Variance     float64 // of the ages
	// Stable says that no root of the characteristic equation lies in the right half plane; Unstable is their number, −1 where
	// they are infinitely many, a delay with |κ| ≥ 1, or infinitely many lie on the axis, no delay and κ = 1; κ is Gain.
	Stable   bool
	Unstable int
	Gain     float64 // κ, the immediate change of N per unit of N in the input
	Residual float64 // |N·mean interval − 1|
}

// SteadyStates returns every steady state, ascending in rate: the roots of N·I(bN) = 1, I(X) the mean interspike interval
// at the constant input X; σ + 1/φ where the hazard steps. φ and σ are monotone, so that on an interval of rates N·I
// lies between values at its ends: intervals where it cannot be 1 are left out, the others halved.
// Errors are neuron.Faults.
func (e Equation) SteadyStates() ([]Steady, error) {
	bounds, err := e.Synapses.Bounds(e.Law)
	if err != nil {
		return nil, err
	}
	f := func(n float64) float64 { return n - e.response(n) }
	var roots []float64
	e.enclose(0, bounds.Rate, bounds.Rate, 0, func(lo, hi float64) {
		if (f(lo) > 0) != (f(hi) > 0) {
			roots = append(roots, bisect(lo, hi, func(n float64) bool { return (f(n) > 0) == (f(hi) > 0) }))
		} else if r := extremum(f, lo, hi, math.Copysign(1, f(lo))); math.Abs(f(r)) <= 1e-14*bounds.Rate {
			roots = append(roots, r)
		}
	})
	roots = slices.DeleteFunc(roots, func(n float64) bool { return n <= 0 })
	slices.Sort(roots)
	roots = slices.CompactFunc(roots, func(a, b float64) bool { return math.Abs(b-a) <= 1e-10*b })
	states := make([]Steady, len(roots))
	for k, n := range roots {
		states[k] = e.steady(n)
	}
	return states, nil
}

// response returns the steady rate of neurons that see a population of rate n, 1/I(bn).
func (e Equation) response(n float64) float64 {
	return 1 / e.Law.Interval(e.Synapses.B*n).Mean()
}

// enclose hands on intervals of rates on which there may be a steady state, short enough to hold one.
func (e Equation) enclose(lo, hi, all float64, depth int, found func(lo, hi float64)) {
	x0, x1 := e.Synapses.B*lo, e.Synapses.B*hi
	sigma0, sigma1 := e.Law.Sigma.Limits(x0, x1)
	phi0, _ := e.Law.Firing(x0)
	phi1, _ := e.Law.Firing(x1)
	rate := func(phi, sigma float64) float64 {
		law := neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Phi: neuron.Curve{Base: phi}, Sigma: neuron.Curve{Base: sigma}, Width: e.Law.Width}
		return 1 / law.Interval(0).Mean()
	}
	switch {
	case rate(math.Max(phi0, phi1), sigma0) < lo || rate(math.Min(phi0, phi1), sigma1) > hi:
	case depth >= 5 && hi-lo <= all/4096 || depth >= 40:
		found(lo, hi)
	default:
		middle := lo + (hi-lo)/2
		e.enclose(lo, middle, all, depth+1, found)
		e.enclose(middle, hi, all, depth+1, found)
	}
}

// steady describes the steady state of a rate.
func (e Equation) steady(n float64) Steady {
	x := e.Synapses.B * n
	st := Steady{Rate: n, Input: x, Sigma: e.Law.Sigma.At(x), Residual: math.Abs(n/e.response(n) - 1)}
	st.Mean, st.Variance = e.Law.Interval(x).Ages()
	c := e.newCharacteristic(n)
	st.Gain = e.Synapses.B * c.immediate
	st.Unstable = c.unstable(e.Synapses)
	st.Stable = st.Unstable == 0
	return st
}

// SteadyLaw returns the ages of a steady state: of density N e^{−∫_0^s r}.
func (e Equation) SteadyLaw(s Steady) neuron.Initial {
	one := e.Law.Interval(s.Input)
	end := one.Age(42)
	breaks := []float64{0, end}
	switch {
	case e.Law.Width == 0 && s.Sigma > 0:
		breaks = []float64{0, s.Sigma, end}
	case e.Law.Width > 0:
		for _, k := range []float64{-20, -5, 0, 5, 20} {
			if at := s.Sigma + k*e.Law.Width; at > breaks[len(breaks)-2] && at < end {
				breaks = slices.Insert(breaks, len(breaks)-1, at)
			}
		}
	}
	return neuron.NewTabulated(one.Survival, breaks, 500)
}
