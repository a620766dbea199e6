package neuralfield

import (
	"math"

	"lapicque/neuron"
)

// Gain is the firing rate σ(x) of a population at input x: monotone, bounded, smooth but for
// Heaviside.
type Gain interface {
	At(x float64) float64
	// Slope returns σ′(x); 0 for Heaviside, whose slope is a measure.
	Slope(x float64) float64
	// Steepest returns sup σ′, +Inf for Heaviside.
	Steepest() float64
	// Range returns inf σ and sup σ.
	Range() (lo, hi float64)
	Validate() error
}

// Background returns the rate b ≥ 0 with which units fire at σ(x) + b: what a rested gain leaves out, else 0.
func Background(g Gain) float64 {
	if l, ok := g.(Logistic); ok {
		return l.rest()
	}
	return 0
}

// Fires reports whether spiking units can have the gain: with its background it is nowhere negative.
func Fires(g Gain) bool {
	lo, _ := g.Range()
	return lo+Background(g) >= 0
}

// Logistic is σ(x) = Top/(1 + e^{−β(x−θ)}), with Rested less its value at 0, so that rest stays at
// rest (Wilson and Cowan 1972, eq. 15).
type Logistic struct {
	Beta, Theta float64 // steepness β > 0 and threshold θ
	Top         float64 // > 0
	Rested      bool
}

func (g Logistic) plain(x float64) float64 { return g.Top / (1 + math.Exp(-g.Beta*(x-g.Theta))) }

func (g Logistic) rest() float64 {
	if g.Rested {
		return g.plain(0)
	}
	return 0
}

// At returns σ(x).
func (g Logistic) At(x float64) float64 { return g.plain(x) - g.rest() }

// Slope returns σ′(x) = β σ (1 − σ/Top) of the part without rest.
func (g Logistic) Slope(x float64) float64 {
	y := math.Exp(-math.Abs(g.Beta * (x - g.Theta)))
	return g.Top * g.Beta * y / ((1 + y) * (1 + y))
}

// Steepest returns β Top/4, at θ.
func (g Logistic) Steepest() float64 { return g.Top * g.Beta / 4 }

// Range returns the bounds of σ.
func (g Logistic) Range() (lo, hi float64) { return -g.rest(), g.Top - g.rest() }

// Validate returns Faults or nil.
func (g Logistic) Validate() error {
	var fs neuron.Faults
	fs.Add(finite(g.Beta) && g.Beta > 0, "beta", g.Beta, "a finite steepness > 0")
	fs.Add(finite(g.Theta), "theta", g.Theta, "a finite threshold")
	fs.Add(finite(g.Top) && g.Top > 0, "top", g.Top, "a finite rate > 0")
	return fs.Err()
}

// Heaviside is σ(x) = Top for x ≥ θ and 0 below (Amari 1977).
type Heaviside struct{ Theta, Top float64 }

// At returns σ(x).
func (g Heaviside) At(x float64) float64 {
	if x >= g.Theta {
		return g.Top
	}
	return 0
}

// Slope returns 0.
func (g Heaviside) Slope(float64) float64 { return 0 }

// Steepest returns +Inf.
func (g Heaviside) Steepest() float64 { return math.Inf(1) }

// Range returns 0 and Top.
func (g Heaviside) Range() (lo, hi float64) { return 0, g.Top }

// Validate returns Faults or nil.
func (g Heaviside) Validate() error {
	var fs neuron.Faults
	fs.Add(finite(g.Theta), "theta", g.Theta, "a finite threshold")
	fs.Add(finite(g.Top) && g.Top > 0, "top", g.Top, "a finite rate > 0")
	return fs.Err()
}

// Tanh is σ(x) = Top tanh(β(x − θ)): a rate relative to one in between, which may be negative, so
// that no spiking unit has it.
type Tanh struct{ Beta, Theta, Top float64 }

// At returns σ(x).
func (g Tanh) At(x float64) float64 { return g.Top * math.Tanh(g.Beta*(x-g.Theta)) }

// Slope returns β Top/cosh².
func (g Tanh) Slope(x float64) float64 {
	c := math.Cosh(g.Beta * (x - g.Theta))
	return g.Top * g.Beta / (c * c)
}

// Steepest returns β Top, at θ.
func (g Tanh) Steepest() float64 { return g.Top * g.Beta }

// Range returns ∓Top.
func (g Tanh) Range() (lo, hi float64) { return -g.Top, g.Top }

// Validate returns Faults or nil.
func (g Tanh) Validate() error { return Logistic{Beta: g.Beta, Theta: g.Theta, Top: g.Top}.Validate() }
