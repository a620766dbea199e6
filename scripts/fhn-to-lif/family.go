package main

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/optimize"

	"lapicque/compare"
	"lapicque/neuron"
)

// family is FitzHugh–Nagumo neurons in the slow time s = εt,
//
//	ε dv = (v − v³/3 − w + I) ds,   dw = (v + a − b w) ds + σ dB,
//
// of which ε is free. As ε → 0 v stands on a branch of the cubic nullcline: the left one, v ≤ −1, down to its knee w₋ = I − 2/3, from where it
// jumps to v = 2, then the right one, v ≥ 1, up to w₊ = I + 2/3, from where it jumps back to v = −2. On a branch w alone moves, as a diffusion.
type family struct {
	name           string
	a, b           float64
	current, sigma float64
}

// knees returns the threshold w₋ and the reset w₊.
func (f family) knees() (threshold, reset float64) { return f.current - 2./3, f.current + 2./3 }

// left returns v on the left branch: v³ − 3v + 3(w − I) = 0.
func (f family) left(w float64) float64 { return -2 * branch(1.5*(w-f.current)) }

// right returns v on the right branch.
func (f family) right(w float64) float64 { return 2 * branch(-1.5*(w-f.current)) }

// branch is the largest root u ≥ ½ of 4u³ − 3u = c, c ≥ −1.
func branch(c float64) float64 {
	if c > 1 {
		return math.Cosh(math.Acosh(c) / 3)
	}
	return math.Cos(math.Acos(math.Max(c, -1)) / 3)
}

// drift returns w′ on a branch.
func (f family) drift(w, v float64) float64 { return v + f.a - f.b*w }

// period returns the interspike interval of the limit without noise: the times along both branches, by v.
func (f family) period() float64 {
	along := func(v float64) float64 {
		return (1 - v*v) / f.drift(v-v*v*v/3+f.current, v)
	}
	return quad.Fixed(along, -2, -1, 200, nil, 0) - quad.Fixed(along, 1, 2, 200, nil, 0)
}

// delay returns K of the interval T + K ε^⅔ without noise: with g the speed of w at a knee, v leaves it Ω ε^⅔ g^(−⅓) late, −Ω being the
// first zero of Airy's function (Mishchenko and Rozov 1980), by when w has gone too far, which takes time to make up for where v lands.
func (f family) delay() float64 {
	const omega = 2.33810741
	threshold, reset := f.knees()
	g, h := math.Abs(f.drift(threshold, -1)), math.Abs(f.drift(reset, 1))
	return omega * (math.Pow(g, -1./3)*(1+g/math.Abs(f.drift(threshold, 2))) + math.Pow(h, -1./3)*(1+h/math.Abs(f.drift(reset, -2))))
}

// limits are the laws of the interspike interval that are held against that of the neuron.
type limits struct {
	silent, excursion law // passages of the left and the right branch
	linear            law // the passage of the LIF neuron whose leak is the best line through the drift
	models            []model
}

// model is a law of the interspike interval.
type model struct {
	name    string
	density compare.Density
	mean    float64
	cv      float64
}

func newModel(name string, l law, dead float64) model {
	return model{name, l.after(dead), l.mean + dead, math.Sqrt(l.variance) / (l.mean + dead)}
}

// Cells and the step of the passages; both are of second order, and half of them change means by less than 2e−4 of themselves.
const (
	cells = 600
	slice = 1. / 500
)

// limits returns the ladder of models from the limit ε → 0 down to the LIF neuron.
func (f family) limits() limits {
	threshold, reset := f.knees()
	margin := 6 * f.sigma
	var l limits
	l.silent = diffusion{func(x float64) float64 { return -f.drift(-x, f.left(-x)) }, f.sigma}.passage(-reset, -threshold, margin, cells, slice)
	l.excursion = diffusion{func(x float64) float64 { return f.drift(x, f.right(x)) }, f.sigma}.passage(threshold, reset, margin, cells, slice)
	lif := f.line()
	l.linear = lif.passage(margin/(reset-threshold), slice)
	l.models = []model{
		newModel("limit: left and right branch", l.silent.plus(l.excursion), 0),
		newModel("curved IF, dead time", l.silent, l.excursion.mean),
		newModel("LIF, dead time", l.linear, l.excursion.mean),
		newModel("LIF", l.linear, 0),
	}
	return l
}

// lif is dU = (drive − leak U) ds + noise dB with threshold 1 and reset 0; U = (w₊ − w)/(w₊ − w₋).
type lif struct{ drive, leak, noise float64 }

// line returns the LIF neuron whose drift is the best line through that of the left branch, in the mean square between reset and threshold.
func (f family) line() lif {
	threshold, reset := f.knees()
	width := reset - threshold
	drift := func(u float64) float64 { return -f.drift(reset-width*u, f.left(reset-width*u)) / width }
	mean := quad.Fixed(drift, 0, 1, 100, nil, 0)
	slope := 12 * quad.Fixed(func(u float64) float64 { return (u - 0.5) * drift(u) }, 0, 1, 100, nil, 0)
	return lif{mean - slope/2, -slope, f.sigma / width}
}

func (l lif) passage(margin, dt float64) law {
	return diffusion{func(u float64) float64 { return l.drive - l.leak*u }, l.noise}.passage(0, 1, margin, cells, dt)
}

// fitted returns the LIF neuron with the given leak whose interspike interval has the given mean and coefficient of variation: drive and
// noise are fitted, by the exact rate and CV of package neuron.
func (l lif) fitted(mean, cv float64) lif {
	miss := func(x []float64) float64 {
		a := math.Exp(2*x[1]) / 2
		one := neuron.LIF{Threshold: 1, A0: a, Leak: l.leak}.Stationary(x[0], a)
		r, c := -math.Log(mean)-one.LogRate(), math.Log(one.CV()/cv)
		if d := r*r + c*c; d-d == 0 {
			return d
		}
		return math.Inf(1)
	}
	best, err := optimize.Minimize(optimize.Problem{Func: miss}, []float64{l.drive, math.Log(l.noise)}, nil, &optimize.NelderMead{})
	if err != nil && best == nil {
		panic("fhn-to-lif: " + err.Error())
	}
	return lif{best.X[0], l.leak, math.Exp(best.X[1])}
}
