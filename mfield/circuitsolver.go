package mfield

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lapicque/neuron"
)

// CircuitSolver advances one solution of a circuit. It is not safe for concurrent use.
type CircuitSolver interface {
	// Advance integrates to exactly the time until. It returns a *CircuitBlowUp when the
	// solution ends before; otherwise it is as Solver.Advance.
	Advance(ctx context.Context, until float64) error
	// States returns the present state of each population, a new slice.
	States() []State
	// Profile copies the density of population k into p, growing its slices as needed; its integral is 1 − R.
	Profile(k int, p *Profile)
	// BlowUps returns a copy of the blow-ups up to the present time, in order; without
	// Options.Continue at most the one that ends the solution.
	BlowUps() []CircuitBlowUp
}

// NewSolver returns a solver of the circuit by finite volumes, which start from the laws initials, one for each
// population and carried by v ≤ V_F where that is a ceiling. Options.Scheme may be FiniteVolume or the zero value, which means the
// circuit's scheme: finite volumes too. Options.Cells is the number for each population, and Options.OnStates
// takes the place of OnStep, which must be nil. Errors are neuron.Faults.
func (c Circuit) NewSolver(initials []neuron.Initial, o Options) (CircuitSolver, error) {
	if o.OnStep != nil {
		panic("mfield: OnStep is for one population; a circuit takes OnStates")
	}
	o.Scheme = FiniteVolume
	fs := faultsOf(c.Validate(), o.Validate())
	if len(fs) > 0 {
		return nil, fs
	}
	if len(initials) != len(c.Populations) {
		panic(fmt.Sprintf("mfield: %d initial laws for %d populations", len(initials), len(c.Populations)))
	}
	for k, p := range c.Populations {
		if above := 1 - initials[k].CDF(p.Law.Ceiling()); !(math.Abs(above) <= 1e-9) {
			fs.Add(false, "populations."+p.Name+".initial", fmt.Sprintf("mass %.3g above V_F", above), "a law carried by v ≤ V_F")
		}
	}
	if len(fs) > 0 {
		return nil, fs
	}
	o.Rtol = o.Tolerance()
	if o.Cells == 0 {
		o.Cells = defaultCells
	}
	s, err := newFiniteVolumes(c, initials, make([]float64, len(initials)), o)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// faultsOf joins the faults of errors.
func faultsOf(list ...error) (fs neuron.Faults) {
	for _, err := range list {
		var more neuron.Faults
		if errors.As(err, &more) {
			fs = append(fs, more...)
		}
	}
	return fs
}

// States implements CircuitSolver.
func (s *finiteVolumes) States() []State { return s.states(nil) }

// states appends the states to a list.
func (s *finiteVolumes) states(list []State) []State {
	for _, p := range s.pools {
		list = append(list, p.state(s.time))
	}
	return list
}

// Profile implements CircuitSolver.
func (s *finiteVolumes) Profile(k int, into *Profile) { s.pools[k].profile(into) }

// BlowUps implements CircuitSolver.
func (s *finiteVolumes) BlowUps() []CircuitBlowUp {
	list := make([]CircuitBlowUp, len(s.blowUps))
	for k, b := range s.blowUps {
		list[k] = b
		list[k].Jumps, list[k].JumpErrors = append([]float64(nil), b.Jumps...), append([]float64(nil), b.JumpErrors...)
	}
	return list
}

// finiteVolume is the circuit of one population.
type finiteVolume struct {
	*finiteVolumes
	*pool
	found *BlowUp // what ended the solution
}

func newFiniteVolume(e NNLIF, initial neuron.Initial, o Options) (*finiteVolume, error) {
	c := Circuit{Populations: []Population{{Law: e.Law}}, B: [][]float64{{e.B}}, Delay: [][]float64{{e.Delay}}, Rule: e.Rule}
	s, err := newFiniteVolumes(c, []neuron.Initial{initial}, []float64{e.Past}, o)
	if err != nil {
		return nil, err
	}
	return &finiteVolume{finiteVolumes: s, pool: s.pools[0]}, nil
}

// Advance implements Solver.
func (s *finiteVolume) Advance(ctx context.Context, until float64) error {
	err := s.finiteVolumes.Advance(ctx, until)
	var blowUp *CircuitBlowUp
	if !errors.As(err, &blowUp) {
		return err
	}
	if s.found == nil {
		alone := blowUp.alone()
		s.found = &alone
	}
	return s.found
}

// State implements Solver.
func (s *finiteVolume) State() State { return s.state(s.time) }

// Profile implements Solver.
func (s *finiteVolume) Profile(p *Profile) { s.profile(p) }

// passed returns the blow-ups so far, a copy.
func (s *finiteVolume) passed() []BlowUp {
	var list []BlowUp
	for _, b := range s.blowUps {
		list = append(list, b.alone())
	}
	return list
}
