package main

import (
	"context"
	"fmt"

	"lapicque/compare"
	"lapicque/mfield"
)

// solve returns what the mean field does, by the spectral scheme.
func (x experiment) solve(ctx context.Context) (passage, error) {
	var p passage
	first, err := x.solver()
	if err != nil {
		return p, err
	}
	t := 0.0
	for len(first.BlowUps()) < x.jumps {
		if t += 0.01; t > 100 {
			return p, fmt.Errorf("%s: no %d jumps", x.name, x.jumps)
		}
		if err := first.Advance(ctx, t); err != nil {
			return p, err
		}
	}
	for _, b := range first.BlowUps()[:x.jumps] {
		p.jumps = append(p.jumps, jump{b.Time, b.Jump})
	}
	second, err := x.solver()
	if err != nil {
		return p, err
	}
	const instant = 1e-12
	if p.after, err = x.look(ctx, second, p.jumps[0].time+instant); err == nil {
		p.later, err = x.look(ctx, second, p.jumps[0].time+x.later)
	}
	return p, err
}

func (x experiment) solver() (mfield.Continuing, error) {
	s, err := x.equation.NewSolver(x.start, mfield.Options{Scheme: mfield.Spectral, Continue: true})
	if err != nil {
		return nil, err
	}
	return s.(mfield.Continuing), nil
}

// look returns the law at time t.
func (x experiment) look(ctx context.Context, s mfield.Solver, t float64) (portrait, error) {
	if err := s.Advance(ctx, t); err != nil {
		return portrait{}, err
	}
	var p mfield.Profile
	s.Profile(&p)
	for i, n := range p.Density {
		p.Density[i] = max(n, 0)
	}
	st := s.State()
	return portrait{st.Mean, st.Variance, compare.Rebin(compare.Density{Edges: p.Edges, Values: p.Density}, x.edges())}, nil
}
