package neuron

import (
	"fmt"
	"math"
)

// Hazard is the shape of the firing rate of the elapsed-time law.
type Hazard int

const (
	// StepHazard: r = 1 at ages s > σ(X), 0 before.
	StepHazard Hazard = iota
	// PhiStepHazard: r = φ(X) at ages s > σ(X), 0 before.
	PhiStepHazard
	// SmoothHazard: r = φ(X)/(1 + e^{−(s − σ(X))/w}), a logistic rise of width w.
	SmoothHazard
)

var hazardNames = []string{"step", "phi-step", "smooth"}

// String returns the name of the hazard in scenario files.
func (h Hazard) String() string {
	if h < 0 || int(h) >= len(hazardNames) {
		return fmt.Sprintf("hazard %d", int(h))
	}
	return hazardNames[h]
}

// ParseHazard is the inverse of String; its error is Faults on neuron.hazard.
func ParseHazard(name string) (Hazard, error) {
	k, err := parse(hazardNames, "neuron.hazard", name)
	return Hazard(k), err
}

// ElapsedTime is the law of a neuron that knows only its age s, the time since its last spike, and the input X(t)
// of its network (Pakdaman, Perthame and Salort 2010): it fires at the rate, or hazard,
//
//	r(s, X) = φ(X)·L(s − σ(X)),   L = 1_{s > σ} or 1/(1 + e^{−(s−σ)/w}),
//
// and restarts at s = 0. σ decreasing in X is excitation, increasing inhibition.
type ElapsedTime struct {
	Hazard Hazard
	Sigma  Curve   // σ(X) ≥ 0, age from which it fires
	Phi    Curve   // φ(X) ≥ 0, rate past that age; not used by StepHazard, where it is 1
	Width  float64 // w > 0, with SmoothHazard only
}

// Firing returns φ(X) and its derivative.
func (l ElapsedTime) Firing(x float64) (phi, slope float64) {
	if l.Hazard == StepHazard {
		return 1, 0
	}
	return l.Phi.At(x), l.Phi.Slope(x)
}

// Rise returns L at u = s − σ(X) and its derivative; for steps the value after the step and 0.
func (l ElapsedTime) Rise(u float64) (value, slope float64) {
	if l.Width == 0 {
		if u >= 0 {
			return 1, 0
		}
		return 0, 0
	}
	e := math.Exp(-math.Abs(u) / l.Width)
	value, slope = 1/(1+e), e/((1+e)*(1+e)*l.Width)
	if u < 0 {
		value *= e
	}
	return value, slope
}

// Rate returns the hazard r(s, X).
func (l ElapsedTime) Rate(s, x float64) float64 {
	phi, _ := l.Firing(x)
	rise, _ := l.Rise(s - l.Sigma.At(x))
	return phi * rise
}

// Elapsed is what the hazard of a network can be: with rates between 0 and Rate the input stays between
// InputLow and InputHigh, σ between SigmaLow ≥ 0 and SigmaHigh, which may be +Inf.
type Elapsed struct{ Rate, InputLow, InputHigh, SigmaLow, SigmaHigh float64 }

// Bounds returns what the hazard can be when X = b·N, or an average of it over time. Errors are Faults: an unbounded
// or negative hazard, a negative σ.
func (l ElapsedTime) Bounds(b float64) (Elapsed, error) {
	var fs Faults
	fs.Under("neuron", l.Validate())
	fs.Add(finite(b), "coupling.b", b, "a finite number")
	if len(fs) > 0 {
		return Elapsed{}, fs
	}
	e := Elapsed{Rate: 1}
	if l.Hazard != StepHazard {
		far := b * math.Inf(1)
		if b == 0 {
			far = 0
		}
		_, e.Rate = l.Phi.Limits(math.Min(0, far), math.Max(0, far))
		if !(e.Rate > 0) || math.IsInf(e.Rate, 1) {
			fs.Add(false, "neuron.phi", l.Phi, "a hazard that is bounded for all inputs of the sign of b and not 0 everywhere")
			fs.Add(!(l.Sigma.At(0) < 0), "neuron.sigma", l.Sigma, "an age ≥ 0 at input 0 and for all that the network can reach")
			return Elapsed{}, fs
		}
	}
	e.InputLow, e.InputHigh = math.Min(0, b*e.Rate), math.Max(0, b*e.Rate)
	where := fmt.Sprintf("for inputs from %.6g to %.6g, which the network can reach", e.InputLow, e.InputHigh)
	if l.Hazard != StepHazard {
		low, _ := l.Phi.Limits(e.InputLow, e.InputHigh)
		fs.Add(low >= 0, "neuron.phi", l.Phi, "a hazard ≥ 0 "+where)
	}
	e.SigmaLow, e.SigmaHigh = l.Sigma.Limits(e.InputLow, e.InputHigh)
	fs.Add(e.SigmaLow >= 0 && !math.IsInf(e.SigmaLow, 1), "neuron.sigma", l.Sigma, "an age ≥ 0 "+where)
	return e, fs.Err()
}

// narrowest is the smallest width of a smooth hazard; the mean field resolves it.
const narrowest = 1e-3

// Validate returns Faults that name every parameter out of range, or nil.
func (l ElapsedTime) Validate() error {
	var fs Faults
	fs.Add(l.Hazard >= 0 && int(l.Hazard) < len(hazardNames), "hazard", l.Hazard, fmt.Sprintf("one of %v", hazardNames))
	fs.Under("sigma", l.Sigma.Validate())
	if l.Hazard == StepHazard {
		fs.Add(l.Phi == Curve{} || l.Phi == Curve{Base: 1}, "phi", l.Phi, "nothing with hazard step (phi-step takes φ)")
	} else {
		fs.Under("phi", l.Phi.Validate())
	}
	if l.Hazard == SmoothHazard {
		fs.Add(finite(l.Width) && l.Width >= narrowest, "width", l.Width, fmt.Sprintf("a finite number ≥ %g with hazard smooth", narrowest))
	} else {
		fs.Add(l.Width == 0, "width", l.Width, "0 with a hazard that steps")
	}
	return fs.Err()
}

// Interval is the interspike interval at a constant input: a renewal process of its own.
type Interval struct{ phi, sigma, width float64 }

// Interval returns the interspike interval at the input x.
func (l ElapsedTime) Interval(x float64) Interval {
	phi, _ := l.Firing(x)
	return Interval{phi, l.Sigma.At(x), l.Width}
}

// Envelope returns the interval of a hazard that is never below r(s, X), whatever the input within bounds:
// its φ is the largest and its σ the smallest.
func (l ElapsedTime) Envelope(e Elapsed) Interval { return Interval{e.Rate, e.SigmaLow, l.Width} }

// Spent returns ∫_0^s r: φ·(s − σ)₊ for a step, φw·ln[(1 + e^{(s−σ)/w})/(1 + e^{−σ/w})] for the logistic rise.
func (i Interval) Spent(s float64) float64 {
	if i.width == 0 {
		return i.phi * math.Max(0, s-i.sigma)
	}
	return i.phi * i.width * (softplus((s-i.sigma)/i.width) - softplus(-i.sigma/i.width))
}

// Age returns the age by which ∫ r is e ≥ 0: the inverse of Spent. With e exponential of mean 1 it is a draw of the interval.
func (i Interval) Age(e float64) float64 {
	if i.width == 0 {
		return i.sigma + e/i.phi
	}
	y := e/(i.phi*i.width) + softplus(-i.sigma/i.width)
	return math.Max(0, i.sigma+i.width*(y+math.Log(-math.Expm1(-y))))
}

// Survival returns e^{−∫_0^s r}, the part of the intervals that are longer than s.
func (i Interval) Survival(s float64) float64 { return math.Exp(-i.Spent(s)) }

// Rate returns the hazard at age s.
func (i Interval) Rate(s float64) float64 {
	rise, _ := ElapsedTime{Width: i.width}.Rise(s - i.sigma)
	return i.phi * rise
}

// Mean returns the mean interval, +Inf when it never fires: σ + 1/φ for a step.
func (i Interval) Mean() float64 {
	if i.phi == 0 || math.IsInf(i.sigma, 1) {
		return math.Inf(1)
	}
	if i.width == 0 {
		return i.sigma + 1/i.phi
	}
	sum := 0.0
	i.Walk(func(s, weight, survival float64) { sum += weight * survival })
	return sum
}

// Ages returns the mean and the variance of the age in a stationary renewal process of these intervals, whose age has the density
// Survival/Mean (Cox 1962); +Inf when it never fires.
func (i Interval) Ages() (mean, variance float64) {
	whole := i.Mean()
	if math.IsInf(whole, 1) {
		return whole, whole
	}
	if i.width > 0 {
		i.Walk(func(s, weight, survival float64) { mean += weight * survival * s / whole })
		i.Walk(func(s, weight, survival float64) { variance += weight * survival * (s - mean) * (s - mean) / whole })
		return mean, variance
	}
	σ, τ := i.sigma, 1/i.phi
	mean = (σ*σ/2 + σ*τ + τ*τ) / whole
	return mean, (σ*σ*σ/3+σ*σ*τ+2*σ*τ*τ+2*τ*τ*τ)/whole - mean*mean
}

// Walk visits the points s of a quadrature over all ages that matter, ascending, with their weights and the survival there:
// ∫ f·survival is the sum of weight·survival·f(s). Panels of eight Gauss points are no longer than a part of the width,
// of 1/φ and of σ, and end where the survival is below 1e−18. Only for a logistic rise.
func (i Interval) Walk(visit func(s, weight, survival float64)) {
	turn := i.sigma + 40*i.width
	for from := 0.0; i.Spent(from) < 42; {
		panel := 0.5 / i.phi
		if from < turn {
			panel = math.Min(panel, 2*i.width)
		}
		if away := i.sigma - 45*i.width - from; away > 0 {
			panel = math.Max(panel, math.Min(away, 0.5/i.phi))
		}
		for k, x := range gauss8 {
			half := panel / 2
			visit(from+half*(1-x), half*gaussWeights8[k], i.Survival(from+half*(1-x)))
		}
		for k := len(gauss8) - 1; k >= 0; k-- {
			half := panel / 2
			visit(from+half*(1+gauss8[k]), half*gaussWeights8[k], i.Survival(from+half*(1+gauss8[k])))
		}
		from += panel
	}
}

// softplus is ln(1 + e^x).
func softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// Positive half of the Gauss–Legendre rule of eight points, descending, by which Walk ascends.
var (
	gauss8        = [4]float64{0.9602898564975363, 0.7966664774136267, 0.5255324099163290, 0.1834346424956498}
	gaussWeights8 = [4]float64{0.1012285362903763, 0.2223810344533745, 0.3137066458778873, 0.3626837833783620}
)
