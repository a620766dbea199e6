package mfield

import (
	"context"
	"fmt"
	"math"

	"lapicque/neuron"
)

// NNLIF is the nonlinear noisy leaky integrate-and-fire equation: the law of
// one neuron, the connectivity b (a spike of a fraction 1/N of the network
// moves every potential by b/N) and what a jump leaves behind.
type NNLIF struct {
	Law   neuron.LIF
	B     float64     // connectivity: > 0 excitatory, < 0 inhibitory
	Rule  neuron.Rule // matters only after a blow-up
	Delay float64     // transmission delay d ≥ 0: b N(t − d), a1 N(t − d); with d > 0 nothing blows up
	Past  float64     // N(t) before time 0, which arrives during the first delay
}

// Scheme is a discretisation of the equation; the zero value is Spectral.
type Scheme int

const (
	// Spectral has Legendre elements on a mesh that follows the density and a time
	// step of order 5 (package spectral). It is not positive: a density far below
	// the accuracy asked for may be negative.
	Spectral Scheme = iota
	// FiniteVolume is conservative, positive and of second order.
	FiniteVolume
)

var schemeNames = [...]string{"spectral", "finite-volume"}

// String returns the name of the scheme in a scenario.
func (s Scheme) String() string { return nameOf(schemeNames[:], int(s)) }

// ParseScheme returns the scheme of that name.
func ParseScheme(name string) (Scheme, error) {
	k, err := parseName(schemeNames[:], "meanfield.scheme", name)
	return Scheme(k), err
}

func nameOf(names []string, k int) string {
	if k < 0 || k >= len(names) {
		return fmt.Sprintf("%d", k)
	}
	return names[k]
}

func parseName(names []string, field, name string) (int, error) {
	accepted := "one of"
	for k, s := range names {
		if s == name {
			return k, nil
		}
		accepted += " " + s
	}
	return 0, neuron.Faults{{Field: field, Value: name, Accepted: accepted}}
}

// Validate returns neuron.Faults that name every parameter out of range, with
// the names of the scenario file, or nil.
func (e NNLIF) Validate() error {
	var fs neuron.Faults
	fs.Under("neuron", e.Law.Validate())
	fs.Add(finite(e.B), "coupling.b", e.B, "a finite number")
	fs = append(fs, e.checkDelay()...)
	fs.Add(e.Rule.Known(), "coupling.reset", e.Rule, "one of subtractive, hard, sequential")
	if len(fs) == 0 && e.Rule == neuron.Subtractive && e.Delay == 0 && e.Law.Bounces() {
		fs.Add(e.B < e.Law.Gap(), "coupling.b", e.B,
			fmt.Sprintf("b below V_F − V_R = %g with reset subtractive (reset hard takes any b)", e.Law.Gap()))
	}
	return fs.Err()
}

// Options are numerical choices; a zero field takes its default.
type Options struct {
	Scheme Scheme
	Cells  int // number of cells of finite volumes; 0 means 800
	// Rtol is the tolerance. Spectral: the relative accuracy of N in space and time;
	// 1e−10 … 1e−2, 0 means 1e−9. FiniteVolume: of one time step, relative to the total
	// mass and to N; 1e−12 … 1e−2, 0 means 1e−7.
	Rtol     float64
	Continue bool // go on after blow-ups, by the equation's Rule; the solver is then Continuing. Not with a1 > 0, where the jump is not known
	// OnStep sees the state after each accepted step, with Spectral also at points
	// inside; an error ends Advance.
	OnStep func(State) error
	// OnStates is the OnStep of a circuit: it sees the states of all populations, valid only during the call.
	OnStates func([]State) error
	// step > 0 fixes the time step and euler takes implicit Euler instead of the
	// second-order scheme: for order and entropy studies with finite volumes.
	step  float64
	euler bool
}

const (
	defaultCells        = 800
	defaultRtol         = 1e-7
	defaultSpectralRtol = 1e-9
)

// Tolerance returns Rtol, or the default that stands in its place.
func (o Options) Tolerance() float64 {
	switch {
	case o.Rtol != 0:
		return o.Rtol
	case o.Scheme == Spectral:
		return defaultSpectralRtol
	}
	return defaultRtol
}

// least is the smallest tolerance of each scheme.
var least = [...]float64{FiniteVolume: 1e-12, Spectral: 1e-10}

// Validate returns neuron.Faults, or nil.
func (o Options) Validate() error {
	var fs neuron.Faults
	fs.Add(o.Cells == 0 || o.Cells >= 50 && o.Cells <= 1_000_000, "meanfield.cells", o.Cells, "a number of cells from 50 to 1000000")
	if o.Scheme < 0 || int(o.Scheme) >= len(schemeNames) {
		fs.Add(false, "meanfield.scheme", o.Scheme, "one of spectral finite-volume")
		return fs.Err()
	}
	fs.Add(o.Rtol == 0 || o.Rtol >= least[o.Scheme] && o.Rtol <= 0.01, "meanfield.rtol", o.Rtol,
		fmt.Sprintf("a tolerance from %g to 0.01 with scheme %v, or 0 for the default", least[o.Scheme], o.Scheme))
	return fs.Err()
}

// Solver advances one solution of the equation. It is not safe for concurrent use.
type Solver interface {
	// Advance integrates to exactly the time until. It returns a *BlowUp (use
	// errors.As) when the solution ends before; from then on the solver stays
	// where it is and returns the same *BlowUp. It returns ctx.Err() when the
	// context ends, with the state of the last accepted step, and may be called
	// again. With Options.Continue blow-ups do not end the solution, *Eternal does;
	// Spectral may also return *Refused. The solver then stays where it is.
	Advance(ctx context.Context, until float64) error
	// State returns the present state.
	State() State
	// Profile copies the density into p, growing its slices as needed.
	Profile(p *Profile)
}

// State holds the time and the statistics of the density at that time.
type State struct {
	Time     float64
	Rate     float64 // N(t)
	Fired    float64 // ∫₀ᵗ N, the spikes per neuron so far
	Mass     float64 // ∫n + R, 1 up to rounding
	Mean     float64 // of the potential, of those who are not refractory
	Variance float64 // likewise
	// Refractory is R(t), the fraction in the refractory state.
	Refractory float64
}

// Profile is a density as cell averages: Density[i] on Edges[i] < v < Edges[i+1].
type Profile struct{ Edges, Density []float64 }

// NewSolver returns a solver of the equation that starts from the law initial,
// carried by v ≤ V_F. Errors are neuron.Faults, with Spectral also *Refused.
func (e NNLIF) NewSolver(initial neuron.Initial, o Options) (Solver, error) {
	var fs neuron.Faults
	for _, err := range []error{e.Validate(), o.Validate()} {
		if list, ok := err.(neuron.Faults); ok {
			fs = append(fs, list...)
		}
	}
	if len(fs) > 0 {
		return nil, fs
	}
	if above := 1 - initial.CDF(e.Law.Ceiling()); !(math.Abs(above) <= 1e-9) {
		return nil, neuron.Faults{{Field: "initial", Value: fmt.Sprintf("mass %.3g above V_F", above), Accepted: "a law carried by v ≤ V_F"}}
	}
	if e.Delay > 0 && !e.Law.Firing.Escapes() && atThreshold(e.Law.Threshold, initial) > 0 {
		return nil, neuron.Faults{{Field: "initial", Value: "neurons at V_F", Accepted: "with a delay, a law without an atom at V_F: a part of the network would fire at one instant"}}
	}
	o.Rtol = o.Tolerance()
	if o.Scheme == Spectral {
		return newSpectral(e, initial, o)
	}
	if o.Cells == 0 {
		o.Cells = defaultCells
	}
	s, err := newFiniteVolume(e, initial, o)
	switch {
	case err != nil:
		return nil, err
	case o.Continue:
		return continuing{s, s.passed}, nil
	}
	return s, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
