package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// field is a solved mean field.
type field struct {
	snapshots []fieldSnapshot // as far as the solution goes
	blowUps   []mfield.BlowUp
	eternal   *mfield.Eternal // what ended the solution, nil if that did not
	ended     bool            // by a blow-up
	curve     []mfield.State  // the solver's steps, perhaps thinned
}

// fieldSnapshot is the solution at a snapshot.
type fieldSnapshot struct {
	mfield.State
	mfield.Profile
	windowRate float64 // mean rate over the snapshot's window, NaN when the solution ends in it
	negative   float64 // mass of the density's negative part, which is left out of Density
}

// watcher looks at a solver after a step; it must not advance it.
type watcher func(mfield.Solver, mfield.State)

// maxCurve bounds the steps that are kept.
const maxCurve = 1 << 17

// solve runs the mean field through the times of a plan. An error leaves what was
// found before it. Watchers see the solver at its steps.
func solve(ctx context.Context, s *scenario.Scenario, start neuron.Initial, p plan, a scenario.Accuracy, progress func(float64), watchers ...watcher) (*field, error) {
	f := &field{}
	stride, seen := 1, 0
	var solver mfield.Solver
	var err error
	solver, err = s.Solver(start, a, func(st mfield.State) error {
		if seen++; seen%stride == 0 {
			f.curve = append(f.curve, st)
		}
		if len(f.curve) == maxCurve {
			f.thin()
			stride *= 2
		}
		for _, w := range watchers {
			w(solver, st)
		}
		progress(st.Time / p.end)
		return nil
	})
	if err != nil {
		return f, err
	}
	f.curve = append(f.curve, solver.State())
	for _, w := range watchers {
		w(solver, solver.State())
	}
	err = f.through(ctx, solver, p)
	if c, ok := solver.(mfield.Continuing); ok {
		f.blowUps = c.BlowUps()
	}
	var blowUp *mfield.BlowUp
	switch {
	case errors.As(err, &blowUp):
		f.blowUps, f.ended = []mfield.BlowUp{*blowUp}, true
	case !errors.As(err, &f.eternal):
		return f, err
	}
	return f, nil
}

// through stops the solver at the times of a plan and keeps its snapshots.
func (f *field) through(ctx context.Context, solver mfield.Solver, p plan) error {
	fired := map[float64]float64{0: 0}
	defer f.rates(p, fired)
	for _, t := range p.stops() {
		if err := solver.Advance(ctx, t); err != nil {
			return err
		}
		fired[t] = solver.State().Fired
		if _, found := slices.BinarySearch(p.snapshots, t); found {
			one := fieldSnapshot{State: solver.State()}
			solver.Profile(&one.Profile)
			one.normalise()
			f.snapshots = append(f.snapshots, one)
		}
	}
	return nil
}

// stops returns the times at which the solver is looked at: snapshots, both edges
// of their windows, the end.
func (p plan) stops() []float64 {
	list := p.landings()
	for _, w := range p.windows {
		list = append(list, w[0], w[1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// normalise leaves averages ≥ 0 and measures what it takes away.
func (s *fieldSnapshot) normalise() {
	s.Edges, s.Density = slices.Clone(s.Edges), slices.Clone(s.Density)
	for i, d := range s.Density {
		s.negative += math.Max(-d, 0) * (s.Edges[i+1] - s.Edges[i])
		s.Density[i] = math.Max(d, 0)
	}
}

// rates fills the window rates from ∫N at the edges of the windows.
func (f *field) rates(p plan, fired map[float64]float64) {
	for i := range f.snapshots {
		w := p.windows[i]
		from, ok0 := fired[w[0]]
		to, ok1 := fired[w[1]]
		f.snapshots[i].windowRate = math.NaN()
		if ok0 && ok1 {
			f.snapshots[i].windowRate = (to - from) / (w[1] - w[0])
		}
	}
}

// thin drops every second step.
func (f *field) thin() {
	kept := f.curve[:0]
	for i := 0; i < len(f.curve); i += 2 {
		kept = append(kept, f.curve[i])
	}
	f.curve = kept
}

// firedAt returns ∫₀ᵗ N between the solver's steps, by the cubic that has N as its
// slope (linear where a rate is not finite and in the first step, whose N(0) may
// be infinite); NaN past the end of the solution.
func (f *field) firedAt(t float64) float64 {
	k := sort.Search(len(f.curve), func(i int) bool { return f.curve[i].Time >= t })
	if k == len(f.curve) {
		return math.NaN()
	}
	b := f.curve[k]
	if b.Time == t || k == 0 {
		return b.Fired
	}
	a := f.curve[k-1]
	h := b.Time - a.Time
	x := (t - a.Time) / h
	rise := b.Fired - a.Fired
	if k == 1 || math.IsInf(a.Rate, 0) || math.IsInf(b.Rate, 0) {
		return a.Fired + x*rise
	}
	d0, d1 := h*a.Rate, h*b.Rate
	return a.Fired + x*(d0+x*((3*rise-2*d0-d1)+x*(d0+d1-2*rise)))
}

// meanRate returns the mean rate over an interval, NaN past the end.
func (f *field) meanRate(from, to float64) float64 {
	return (f.firedAt(to) - f.firedAt(from)) / (to - from)
}

// notable is the mass of a density's negative part from which a summary mentions it.
const notable = 1e-6

// summary returns the mean field's part of the summary.
func (f *field) summary() *MeanField {
	out := &MeanField{Snapshots: []FieldSnapshot{}, BlowUps: []FieldBlowUp{}}
	worst := fieldSnapshot{}
	for _, s := range f.snapshots {
		out.Snapshots = append(out.Snapshots, FieldSnapshot{s.Time, Number(s.Rate), Number(s.Mean), Number(s.Variance), Number(s.Mass)})
		if s.negative > worst.negative {
			worst = s
		}
	}
	for _, b := range f.blowUps {
		out.BlowUps = append(out.BlowUps, FieldBlowUp{b.Time, Number(b.Jump), Number(b.TimeError), Number(b.JumpError), b.Rule.String()})
	}
	if f.eternal != nil {
		out.Notes = append(out.Notes, f.eternal.Error())
	}
	if worst.negative > notable {
		out.Notes = append(out.Notes, fmt.Sprintf("The density is negative somewhere at t = %g: the negative part holds a mass of %.2g. "+
			"meanfield.scheme finite-volume keeps it positive; a smaller meanfield.rtol makes it smaller.", worst.Time, worst.negative))
	}
	return out
}
