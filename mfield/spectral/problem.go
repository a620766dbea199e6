package spectral

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Problem is the equation
//
//	∂t n + ∂v[(−leak·v + I + bN) n] − (a0 + a1 N) ∂vv n = N δ_{V_R},  v < V_F,
//	n(V_F, t) = 0,  N = −(a0 + a1 N) ∂v n(V_F, t),
//
// with its initial law, and what a refractory state (refractory.go) or a random threshold (escape.go) of the law
// make of it. With a random threshold the initial law may reach above V_F.
type Problem struct {
	Law     neuron.LIF
	B       float64
	Rule    neuron.Rule
	Initial neuron.Initial
}

// Options are the numerical choices. The zero value is the default.
type Options struct {
	// Rtol is the relative accuracy asked of the rate (default 1e−8; 1e−10 … 1e−2).
	Rtol float64
	// StopAtBlowUp ends the solution at its first blow-up: Advance returns *BlowUp.
	StopAtBlowUp bool
	// OnStep, when set, is called after each accepted step and at points inside it, in
	// ascending order up to the time asked for, where the solver then stands. An
	// error ends Advance.
	OnStep func() error
	// MaxBlowUps ends a run with *Eternal after so many (default 100 000).
	MaxBlowUps int
	// MaxWork refuses, by *Refused, what would take more steps × elements (default
	// 5 000 000, some seconds).
	MaxWork int
	// MaxElements refuses, by *Refused, what needs a finer mesh (default 256).
	MaxElements int
}

func (o Options) withDefaults() Options {
	set := func(x *int, value int) {
		if *x == 0 {
			*x = value
		}
	}
	set(&o.MaxBlowUps, 100_000)
	set(&o.MaxWork, 5_000_000)
	set(&o.MaxElements, 256)
	if o.Rtol == 0 {
		o.Rtol = 1e-8
	}
	return o
}

// degree returns the polynomial degree of the elements: two more for two digits.
func (o Options) degree() int {
	return 2*int(math.Round(-math.Log10(o.Rtol)/2)) + 4
}

// Validate returns neuron.Faults that name everything out of range, or nil.
func (p Problem) Validate() error {
	var fs neuron.Faults
	fs.Under("neuron", p.Law.Validate())
	fs.Add(!math.IsNaN(p.B) && !math.IsInf(p.B, 0), "coupling.b", p.B, "a finite number")
	fs.Add(p.Rule.Known(), "coupling.reset", int(p.Rule), "subtractive, hard or sequential")
	if p.Rule == neuron.Subtractive && p.Law.Bounces() {
		fs.Add(!(p.B >= p.Law.Gap()), "coupling.b", p.B, "less than V_F − V_R under the reset rule subtractive (rule hard takes any b)")
	}
	fs.Add(p.Initial != nil, "initial", p.Initial, "a law of the potential")
	return fs.Err()
}

// BlowUp is a time at which the rate became infinite and a fraction Jump of all
// neurons fired at once. It is an error when the solution ends there.
type BlowUp struct {
	Time, TimeError float64     // t* and an estimate of its error
	Jump, JumpError float64     // Δ and an estimate of its error
	Rule            neuron.Rule // how the solution went on, if it did
}

// Error states the finding.
func (b *BlowUp) Error() string {
	return fmt.Sprintf("the rate became infinite at t = %.9g: a fraction %.6g of the neurons fired at once", b.Time, b.Jump)
}

// Eternal ends a solution whose blow-ups follow each other without end.
type Eternal struct {
	Time   float64
	Count  int // blow-ups up to Time
	Reason string
}

// Error states the finding.
func (e *Eternal) Error() string {
	return fmt.Sprintf("eternal blow-up at t = %.9g: %s", e.Time, e.Reason)
}

// Refused says that the accuracy asked for is out of reach, where and why.
type Refused struct {
	Time   float64
	Reason string
}

// Error states what was refused.
func (r *Refused) Error() string {
	return fmt.Sprintf("the spectral scheme stopped at t = %.9g: %s; ask for less accuracy (meanfield.rtol) or take meanfield.scheme finite-volume", r.Time, r.Reason)
}
