package mfield

import (
	"errors"
	"math"
	"sort"

	"lapicque/neuron"
)

// Steady is one steady state.
type Steady struct {
	Rate       float64    // 0 when it underflows (below e^−700)
	Mean       float64    // of the potentials of those who are not refractory
	Variance   float64    // likewise
	Refractory float64    // R, the fraction in the refractory state
	Stable     bool       // no eigenvalue in the right half plane
	Unstable   int        // number of eigenvalues in the right half plane; −1: not decided
	Eigenvalue complex128 // the leading one, imaginary part ≥ 0; 0 when not Known
	Known      bool       // whether Eigenvalue was found
	Residual   float64    // |ln(N·T(N))|, how well the rate solves its equation
}

// SteadyStates returns every steady state, ascending in rate: the roots N > 0 of
//
//	N·T(N) = 1,   T(N) the mean interspike interval at drift I + bN and diffusion a0 + a1 N,
//
// T = J (Cáceres, Carrillo and Perthame 2011), J + τ with a refractory state (Cáceres and Perthame 2014),
// J + ε + φ(z_F)/ρ + τ with a random threshold (neuron.Overshoot). The number of roots is certain up to
// rounding: where T = J and a1 = 0 by the rule of signs of turnings, else by the bounds of enclosed.
// The rule for a jump plays no part. Errors are neuron.Faults, or say that the count could not be certified.
func (e NNLIF) SteadyStates() ([]Steady, error) {
	roots, err := e.steadyRates()
	if err != nil {
		return nil, err
	}
	states := make([]Steady, len(roots))
	for k, rate := range roots {
		states[k] = e.steady(rate)
	}
	return states, nil
}

// steady describes the steady state of that rate.
func (e NNLIF) steady(rate float64) Steady {
	n := e.environment(rate)
	st := Steady{Rate: rate, Mean: n.Mean(), Variance: n.Variance(), Refractory: rate * e.Law.Refractory.Mean()}
	if rate > 0 {
		st.Residual = math.Abs(math.Log(rate) - n.LogRate())
	}
	unstable, list := e.spectrum(rate, 1)
	st.Unstable, st.Stable = unstable, unstable == 0
	if st.Known = len(list) > 0; st.Known {
		st.Eigenvalue = list[0]
	}
	return st
}

// environment returns one neuron of a network that fires at a constant rate.
func (e NNLIF) environment(rate float64) neuron.Stationary {
	return e.Law.Stationary(e.Law.Input().At(0)+e.B*rate, e.Law.Diffusion(rate))
}

// SteadyLaw tabulates the density of a steady state as an initial law, down to
// where it is lost in rounding (without leak its tail is exponential, not Gaussian).
func (e NNLIF) SteadyLaw(s Steady) neuron.Initial {
	const panels = 2000
	one := e.environment(s.Rate)
	width := math.Sqrt(one.Variance())
	reach := func(from, sign float64) float64 {
		depth := width
		for one.Density(from+sign*depth)*depth > 1e-17 {
			depth *= 1.25
		}
		return from + sign*depth
	}
	marks := []float64{reach(e.Law.Reset, -1), e.Law.Reset, e.Law.Threshold}
	if e.Law.Firing.Escapes() {
		marks = append(marks, reach(e.Law.Threshold, 1))
	}
	return neuron.NewTabulated(one.Density, marks, panels)
}

// CheckSteady returns neuron.Faults when a parameter is out of range or the current depends on time, which leaves no
// steady state; the rule for a jump plays no part.
func (e NNLIF) CheckSteady() error {
	var fs neuron.Faults
	fs.Under("neuron", e.Law.Validate())
	fs.Add(finite(e.B), "coupling.b", e.B, "a finite number")
	fs = append(fs, e.checkDelay()...)
	if len(fs) == 0 {
		fs.Add(e.Law.Input().Constant(), "neuron.current", e.Law.Current, "a constant current: another one leaves no steady state")
		fs.Add(e.Law.Leak > 0 || !e.Law.Firing.Escapes(), "neuron.leak", e.Law.Leak, "a leak > 0 with a random threshold: steady states without leak are known for firing at V_F")
	}
	return fs.Err()
}

func (e NNLIF) steadyRates() ([]float64, error) {
	if err := e.CheckSteady(); err != nil {
		return nil, err
	}
	if e.Law.Leak == 0 {
		return e.perfectRates()
	}
	q := newBalance(e)
	var roots []float64
	var err error
	if q.a1 > 0 || q.rest > 0 {
		roots, err = q.enclosed()
	} else {
		roots = q.between(q.turnings())
	}
	for k := range roots {
		roots[k] *= e.Law.Leak
	}
	sort.Float64s(roots)
	return roots, err
}

// perfectRates is the case without leak, where the mean interval is gap/(I + bN) + τ whatever the noise: the rates are the roots of
// τbN² + (gap + τI − b)N − I with I + bN > 0.
func (e NNLIF) perfectRates() (rates []float64, err error) {
	current, gap, tau := e.Law.Input().At(0), e.Law.Gap(), e.Law.Refractory.Mean()
	if current == 0 && e.B == gap && tau == 0 {
		return nil, neuron.Faults{{Field: "coupling.b", Value: e.B, Accepted: "another b: without leak and current every rate is steady at b = V_F − V_R"}}
	}
	square, line := tau*e.B, gap+tau*current-e.B
	candidates := []float64{current / line}
	if square != 0 {
		root := -(line + math.Copysign(math.Sqrt(line*line+4*square*current), line)) / 2 // NaN: none
		candidates = []float64{root / square, -current / root}
	}
	for _, rate := range candidates {
		if rate > 0 && !math.IsInf(rate, 0) && current+e.B*rate > 0 {
			rates = append(rates, rate)
		}
	}
	sort.Float64s(rates)
	return rates, nil
}

// between returns the roots of excess, monotone between consecutive marks, ascending.
func (q balance) between(marks []float64) []float64 {
	var roots []float64
	sort.Float64s(marks)
	low := -math.MaxFloat64 // sign of excess at the last mark; it is −∞ at rate 0
	from := 0.0
	for _, m := range append(marks, math.Inf(1)) {
		high := q.atInfinity()
		if !math.IsInf(m, 1) {
			high = q.excess(math.Log(m))
		}
		switch {
		case math.Abs(high) < 4e-15 && !math.IsInf(m, 1): // a double root: the fold itself
			roots = append(roots, m)
			high = math.Copysign(0, high)
		case low*high < 0:
			roots = append(roots, q.root(from, m, low < 0))
		}
		from, low = m, high
	}
	return roots
}

// atInfinity returns a number with the sign of excess at large rates: that of
// V_F − V_R − b, and when they are equal that of (V_F + V_R)/2 − I.
func (q balance) atInfinity() float64 {
	if q.b <= 0 || q.gap != q.b {
		return q.gap - q.b
	}
	if mid := q.lift - q.gap/2; mid != 0 {
		return mid
	}
	return q.gap*q.gap/q.a0 - 12
}

// root finds the root of excess between two rates, the first possibly 0 and the
// second possibly infinite, excess rising through it or not.
func (q balance) root(from, to float64, rising bool) float64 {
	sign := 1.0
	if !rising {
		sign = -1
	}
	f := func(log float64) float64 { return sign * q.excess(log) }
	lo, hi := math.Log(from), math.Log(to)
	switch {
	case from == 0 && math.IsInf(to, 1):
		lo, hi = below(f, 0), above(f, 0)
	case from == 0:
		lo = below(f, hi)
	case math.IsInf(to, 1):
		hi = above(f, lo)
	}
	return rateOf(bisect(f, lo, hi))
}

// rateOf returns e^log, and 0 where that loses digits.
func rateOf(log float64) float64 {
	if log < -700 {
		return 0
	}
	return math.Exp(log)
}

// below steps down from start, doubling the step, until f ≤ 0.
func below(f func(float64) float64, start float64) float64 {
	for d := 1.0; ; d *= 2 {
		if f(start-d) <= 0 {
			return start - d
		}
	}
}

// above steps up from start, doubling the step, until f ≥ 0.
func above(f func(float64) float64, start float64) float64 {
	for d := 1.0; ; d *= 2 {
		if f(start+d) >= 0 {
			return start + d
		}
	}
}

// bisect returns a zero of f, f(lo) ≤ 0 ≤ f(hi), to the last bits: secant steps (Illinois)
// while they halve the bracket in three, else bisection.
func bisect(f func(float64) float64, lo, hi float64) float64 {
	fl, fh := f(lo), f(hi)
	for k := 0; k < 200; k++ {
		mid := lo + (hi-lo)/2
		if k%3 != 2 && !math.IsInf(fl, 0) && !math.IsInf(fh, 0) && fh > fl {
			mid = lo - fl*(hi-lo)/(fh-fl)
		}
		if !(mid > lo && mid < hi) {
			mid = lo + (hi-lo)/2
		}
		if mid == lo || mid == hi {
			break
		}
		v := f(mid)
		switch {
		case v == 0:
			return mid
		case v < 0:
			lo, fl = mid, v
		default:
			hi, fh = mid, v
		}
	}
	if -fl < fh {
		return lo
	}
	return hi
}

var errUncertified = errors.New("mfield: the number of steady states could not be certified: two lie too close together for double precision")
