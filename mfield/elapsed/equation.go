package elapsed

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Equation is the elapsed-time equation: the law of one neuron and how the population is connected to itself.
type Equation struct {
	Law      neuron.ElapsedTime
	Synapses neuron.Synapses
}

// Validate returns neuron.Faults that name every parameter out of range, with the names of the scenario file, or nil.
func (e Equation) Validate() error {
	_, err := e.Synapses.Bounds(e.Law)
	return err
}

// Options are numerical choices; a zero field takes its default.
type Options struct {
	// Rtol is the accuracy of N on a step, relative to the largest N on it: 1e−13 … 1e−3, 0 means 1e−11.
	Rtol float64
	// Start chooses among the solutions N(0) of an instantaneous transmission: Lowest or Highest.
	Start neuron.Choice
	// JumpAt > 0 is a time at which the solution jumps to the one that Jump chooses, JumpEvery > 0 repeats it.
	// Only with instantaneous transmission.
	JumpAt, JumpEvery float64
	Jump              neuron.Choice
	// Continue jumps likewise where the continuous solution ends, instead of ending with *Ceased.
	Continue bool
	// Longest > 0 bounds the step, for who wants to see the solution often.
	Longest float64
	// OnStep sees the state after each accepted step and each jump; an error ends Advance.
	OnStep func(State) error
	step   float64 // > 0 fixes the step: for studies of the order
}

// DefaultRtol is what a zero Options.Rtol means.
const DefaultRtol = 1e-11

// Validate returns neuron.Faults, or nil.
func (o Options) Validate() error {
	var fs neuron.Faults
	fs.Add(o.Rtol == 0 || o.Rtol >= 1e-13 && o.Rtol <= 1e-3, "meanfield.rtol", o.Rtol, "a tolerance from 1e-13 to 0.001, or 0 for the default")
	fs.Add(o.Start == neuron.Lowest || o.Start == neuron.Highest, "meanfield.start", o.Start, "lowest or highest")
	fs.Add(o.JumpAt >= 0 && !math.IsInf(o.JumpAt, 1), "meanfield.jump_at", o.JumpAt, "a finite time ≥ 0 (0: no jump)")
	fs.Add(o.JumpEvery >= 0 && !math.IsInf(o.JumpEvery, 1), "meanfield.jump_every", o.JumpEvery, "a finite time ≥ 0 (0: one jump)")
	fs.Add(o.Longest >= 0, "meanfield.longest", o.Longest, "a time ≥ 0 (0: no bound)")
	fs.Add(o.JumpEvery == 0 || o.JumpAt > 0, "meanfield.jump_every", o.JumpEvery, "0 without jump_at")
	fs.Add(o.Jump >= neuron.Lowest && o.Jump <= neuron.Below, "meanfield.jump", o.Jump, "one of lowest, highest, above, below")
	return fs.Err()
}

// State is what is known of the solution at a time; at a jump of N, after it.
type State struct {
	Time     float64
	Rate     float64 // N(t)
	Before   float64 // N just before t: other than Rate at a jump only
	Input    float64 // X(t)
	Sigma    float64 // σ(X(t))
	Fired    float64 // ∫_0^t N
	Mass     float64 // ∫ n, 1 up to rounding
	Age      float64 // mean age
	Variance float64 // of the ages
	// Identity is what is left of N/φ(X) + ∫_{t−σ}^t N − 1 by the record of N alone, without the cohorts, where a hazard
	// steps; it vanishes as long as no neuron that could fire is kept from it, d/dt σ(X(t)) ≤ 1.
	Identity float64
	// Regular says that Identity must vanish now: each neuron younger than σ has never been older than it.
	Regular bool
}

// Profile is an age density as cell averages: Density[i] on Edges[i] < s < Edges[i+1].
type Profile struct{ Edges, Density []float64 }

// Ceased is told by Advance when the continuous solution N of an instantaneous transmission ends: a finding. Solutions are
// all that exist right after.
type Ceased struct {
	Time, Rate float64
	Solutions  []float64
}

// Error describes the finding.
func (c *Ceased) Error() string {
	return fmt.Sprintf("the continuous solution N(t) ends at t = %.10g with N = %.6g; solutions there: %.6g", c.Time, c.Rate, c.Solutions)
}

// Jump is a jump of N that was told to happen, or that Options.Continue took.
type Jump struct{ Time, From, To float64 }

// Several says when the implicit equation had several solutions.
type Several struct {
	First float64 // first time at which more than one was seen
	Most  int     // largest number at one time; 1 as long as N(t) was unique
}
