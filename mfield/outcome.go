package mfield

import (
	"fmt"

	"lapicque/mfield/spectral"
	"lapicque/neuron"
)

// BlowUp reports that the rate became infinite at Time: a macroscopic part Jump of
// the neurons fires in one instant. It is a finding, told as an error by
// Solver.Advance when the solution ends there.
type BlowUp struct {
	Time      float64
	Jump      float64 // fraction of the neurons that fires: the physical jump of a1 = 0 (b ≤ 0: 0)
	TimeError float64 // estimates of the errors; 0: not estimated
	JumpError float64
	Rule      neuron.Rule // what the jump leaves behind, where the solution goes on
}

// Error describes the finding.
func (b *BlowUp) Error() string {
	return fmt.Sprintf("the rate blows up at t = %.8g; a fraction %.6g of the neurons fires at once", b.Time, b.Jump)
}

// CircuitBlowUp reports that rates of a circuit became infinite at Time: macroscopic parts of its populations
// fire in one instant. It is a finding, told as an error by CircuitSolver.Advance when the solution ends there.
type CircuitBlowUp struct {
	Time       float64
	Jumps      []float64 // fraction of each population that fires, Circuit.Populations' order
	TimeError  float64   // estimates of the errors; 0: not estimated
	JumpErrors []float64
	Rule       neuron.Rule // what the jump leaves behind, where the solution goes on
}

// Error describes the finding.
func (b *CircuitBlowUp) Error() string {
	return fmt.Sprintf("the rates blow up at t = %.8g; fractions %.6g of the populations fire at once", b.Time, b.Jumps)
}

// alone returns the finding for one population.
func (b CircuitBlowUp) alone() BlowUp {
	return BlowUp{Time: b.Time, Jump: b.Jumps[0], TimeError: b.TimeError, JumpError: b.JumpErrors[0], Rule: b.Rule}
}

// Continuing is a Solver that goes on after blow-ups.
type Continuing interface {
	Solver
	// BlowUps returns a copy of the blow-ups up to the present time, in order.
	BlowUps() []BlowUp
}

// continuing makes a Solver that goes on after blow-ups Continuing.
type continuing struct {
	Solver
	found func() []BlowUp
}

// BlowUps implements Continuing.
func (c continuing) BlowUps() []BlowUp { return c.found() }

// Eternal is told by Advance when blow-ups follow each other without end. It is a
// finding, not a failure.
type Eternal = spectral.Eternal

// Refused is told by NewSolver and Advance of the scheme Spectral when the accuracy
// asked for is out of reach; the message offers finite volumes.
type Refused = spectral.Refused
