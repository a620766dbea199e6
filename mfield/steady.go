package mfield

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"lapicque/neuron"
)

// Steady is one steady state.
type Steady struct {
	Rate       float64 // 0 when it underflows (below e^−700)
	Mean       float64
	Variance   float64
	Stable     bool       // no eigenvalue in the right half plane
	Unstable   int        // number of eigenvalues in the right half plane; −1: not decided
	Eigenvalue complex128 // the leading one, imaginary part ≥ 0; 0 when not Known
	Known      bool       // whether Eigenvalue was found
	Residual   float64    // |ln(N·J(N))|, how well the rate solves its equation
}

// SteadyStates returns every steady state, ascending in rate: the roots N > 0 of
//
//	N·J(N) = 1,   J(N) the mean interspike interval at drift I + bN and diffusion a0 + a1 N
//
// (Cáceres, Carrillo and Perthame 2011). The number of roots is certain up to
// rounding: for a1 = 0 by the rule of signs of turnings, else by the bounds of enclose.
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
	st := Steady{Rate: rate, Mean: n.Mean(), Variance: n.Variance()}
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
	depth := math.Sqrt(one.Variance())
	for one.Density(e.Law.Reset-depth)*depth > 1e-17 {
		depth *= 1.25
	}
	return neuron.NewTabulated(one.Density, []float64{e.Law.Reset - depth, e.Law.Reset, e.Law.Threshold}, panels)
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
	}
	return fs.Err()
}

func (e NNLIF) steadyRates() ([]float64, error) {
	if err := e.CheckSteady(); err != nil {
		return nil, err
	}
	current, gap := e.Law.Input().At(0), e.Law.Gap()
	if e.Law.Leak == 0 { // the mean interval is gap/(I + bN) whatever the noise
		if rate := current / (gap - e.B); current != 0 && rate > 0 && !math.IsInf(rate, 0) {
			return []float64{rate}, nil
		}
		if current == 0 && e.B == gap {
			return nil, neuron.Faults{{Field: "coupling.b", Value: e.B, Accepted: "another b: without leak and current every rate is steady at b = V_F − V_R"}}
		}
		return nil, nil
	}
	q := newBalance(e)
	var roots []float64
	var err error
	if q.a1 > 0 {
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

// balance is the equation of the steady rate in units of the leak.
type balance struct {
	lift   float64 // V_F − I: the drift that lifts the fixed point to V_F
	gap    float64 // V_F − V_R
	a0, a1 float64
	b      float64
}

func newBalance(e NNLIF) balance {
	leak := e.Law.Leak
	q := balance{
		lift: e.Law.Threshold - e.Law.Input().At(0)/leak,
		gap:  e.Law.Gap(), a0: e.Law.A0 / leak, a1: e.Law.A1, b: e.B,
	}
	if math.Abs(q.b) < 1e-250*q.gap { // below any effect, and rates of the order of 1/b overflow
		q.b = 0
	}
	return q
}

// at returns top = (V_F − μ)/√a, the passage integrals and √a at a rate.
func (q balance) at(rate float64) (top float64, p neuron.Passage, scale float64) {
	scale = math.Sqrt(q.a0 + q.a1*rate)
	top = (q.lift - q.b*rate) / scale
	return top, neuron.MeanPassage(top, q.gap/scale), scale
}

// excess returns ln(N·J(N)) at ln N = log. When the fixed point is far above V_F and b is near
// V_F − V_R, N·J is near 1 whatever N; there it comes from
//
//	b·(N·J − 1) = (V_F − V_R − b) + (V_F − I) J − √a Q,
//
// in which nothing cancels but what the problem makes cancel.
func (q balance) excess(log float64) float64 {
	top, p, scale := q.at(math.Exp(log))
	if top > -1 || q.b < q.gap/2 {
		return log + p.LogMean()
	}
	return math.Log1p((q.gap - q.b + q.lift*p.Mean - scale*p.Deficit) / q.b)
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

// Fold returns the fold in b with the largest b, nil when the branch N ↦ b(N) does
// not turn (then there is one state for each b below V_F − V_R and none above) or
// turns only beyond the largest number. The B of the receiver plays no part. a1 must be 0.
func (e NNLIF) Fold() (*Fold, error) {
	if err := e.CheckSteady(); err != nil {
		return nil, err
	}
	if e.Law.Leak == 0 {
		return nil, nil
	}
	if e.Law.A1 != 0 {
		return nil, fmt.Errorf("mfield: folds are followed for a1 = 0, not for a1 = %g", e.Law.A1)
	}
	e.B = 1
	q := newBalance(e)
	var fold *Fold
	for _, drift := range q.turnings() { // with b = 1 the turning rates are μ − I
		_, p, scale := q.at(drift)
		b := q.gap + q.lift*p.Mean - scale*p.Deficit
		if p.Log > 0 {
			b = drift * p.Mean * math.Exp(p.Log)
		}
		if !math.IsInf(b, 1) && (fold == nil || b > fold.Value) {
			fold = &Fold{Value: b, Rate: drift / b * e.Law.Leak}
		}
	}
	return fold, nil
}
