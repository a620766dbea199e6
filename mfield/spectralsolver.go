package mfield

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lapicque/mfield/spectral"
	"lapicque/neuron"
)

// cellTolerance is how far the distribution function of a spectral Profile, linear
// inside cells, may be from the exact one.
const cellTolerance = 1e-6

// spectralSolver makes the package spectral a Solver.
type spectralSolver struct {
	inner *spectral.Solver
	rtol  float64
	ended *BlowUp // nil while the solution goes on
	final error   // of any other kind, from which there is no way on
}

func newSpectral(e NNLIF, initial neuron.Initial, o Options) (Solver, error) {
	s := &spectralSolver{rtol: o.Rtol}
	choices := spectral.Options{Rtol: o.Rtol, StopAtBlowUp: !o.Continue}
	if o.OnStep != nil {
		choices.OnStep = func() error { return o.OnStep(s.State()) }
	}
	var err error
	if p := (spectral.Problem{Law: e.Law, B: e.B, Rule: e.Rule, Initial: initial}); e.Delay > 0 {
		s.inner, err = spectral.NewDelayed(p, e.Delay, e.Past, choices)
	} else {
		s.inner, err = spectral.New(p, choices)
	}
	if err != nil {
		return nil, err
	}
	if o.Continue {
		return continuing{s, s.found}, nil
	}
	return s, nil
}

// Advance implements Solver.
func (s *spectralSolver) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || until < s.State().Time {
		panic(fmt.Sprintf("mfield: Advance to %v from %v", until, s.State().Time))
	}
	if s.ended != nil {
		return s.ended
	}
	if s.final != nil {
		return s.final
	}
	if err := ctx.Err(); err != nil && until > s.inner.Time() {
		return err
	}
	err := s.inner.Advance(ctx, until)
	var found *spectral.BlowUp
	var eternal *Eternal
	var refused *Refused
	switch {
	case errors.As(err, &found):
		s.ended = new(BlowUp)
		*s.ended = blowUpOf(*found)
		return s.ended
	case errors.As(err, &eternal), errors.As(err, &refused):
		s.final = err
	}
	return err
}

// State implements Solver.
func (s *spectralSolver) State() State {
	st := State{Time: s.inner.Time(), Rate: s.inner.Rate(), Fired: s.inner.Fired(), Refractory: s.inner.Refractory()}
	st.Mass, st.Mean, st.Variance = s.inner.Moments()
	st.Mass += st.Refractory
	if s.ended != nil {
		st.Time = s.ended.Time
	}
	return st
}

// Profile implements Solver. Averages may be negative by about the accuracy.
func (s *spectralSolver) Profile(p *Profile) {
	p.Edges = append(p.Edges[:0], s.inner.Edges(cellTolerance)...)
	p.Density = append(p.Density[:0], make([]float64, len(p.Edges)-1)...)
	s.inner.Averages(p.Density, p.Edges)
}

// found returns the blow-ups so far, a copy.
func (s *spectralSolver) found() []BlowUp {
	var list []BlowUp
	for _, b := range s.inner.BlowUps() {
		list = append(list, blowUpOf(b))
	}
	return list
}

func blowUpOf(b spectral.BlowUp) BlowUp {
	return BlowUp{Time: b.Time, Jump: b.Jump, TimeError: b.TimeError, JumpError: b.JumpError, Rule: b.Rule}
}
