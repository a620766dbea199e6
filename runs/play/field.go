package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/mfield/elapsed"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// field is a solved mean field.
type field struct {
	snapshots []fieldSnapshot // as far as the solution goes
	blowUps   []mfield.CircuitBlowUp
	eternal   *mfield.Eternal  // what ended the solution, nil if that did not
	ended     bool             // by a blow-up, or because it ceased
	ceased    *elapsed.Ceased  // nil if it did not
	notes     []string         // of the solver
	parts     float64          // from here on a network need not follow,
	reason    string           // for this reason; "" when it must throughout
	curve     [][]mfield.State // the solver's steps, perhaps thinned: of each population
}

// fieldSnapshot is the solution at a snapshot, population by population.
type fieldSnapshot struct {
	time  float64
	parts []fieldPart
}

// fieldPart is a population at a snapshot.
type fieldPart struct {
	mfield.State
	mfield.Profile
	joint      *scenario.Joint // nil where states have one coordinate
	windowRate float64         // mean rate over the snapshot's window, NaN when the solution ends in it
	negative   float64         // mass of the density's negative part, which is left out of Density
}

// watcher looks at a solver after a step; it must not advance it.
type watcher func(scenario.Solver, []mfield.State)

// maxCurve bounds the steps that are kept.
const maxCurve = 1 << 17

// solve runs the mean field through the times of a plan. An error leaves what was
// found before it. Watchers see the solver at its steps.
func solve(ctx context.Context, s *scenario.Scenario, start []neuron.Initial, p plan, a scenario.Accuracy, progress func(float64), watchers ...watcher) (*field, error) {
	f := &field{}
	stride, seen := 1, 0
	var solver scenario.Solver
	var err error
	solver, err = s.Neurons().Solver(start, a, func(st []mfield.State) error {
		if seen++; seen%stride == 0 {
			f.curve = append(f.curve, slices.Clone(st))
		}
		if len(f.curve) == maxCurve {
			f.thin()
			stride *= 2
		}
		for _, w := range watchers {
			w(solver, st)
		}
		progress(st[0].Time / p.end)
		return nil
	})
	if err != nil {
		return f, err
	}
	f.curve = append(f.curve, solver.States())
	for _, w := range watchers {
		w(solver, solver.States())
	}
	err = f.through(ctx, solver, p)
	f.blowUps = solver.BlowUps()
	if s, ok := solver.(scenario.Telling); ok {
		f.notes = s.Notes()
	}
	if s, ok := solver.(scenario.Parting); ok {
		f.parts, f.reason = s.Parts()
	}
	var alone *mfield.BlowUp
	var blowUp *mfield.CircuitBlowUp
	switch {
	case errors.As(err, &alone), errors.As(err, &blowUp), errors.As(err, &f.ceased):
		f.ended = true
	case !errors.As(err, &f.eternal):
		return f, err
	}
	return f, nil
}

// through stops the solver at the times of a plan and keeps its snapshots.
func (f *field) through(ctx context.Context, solver scenario.Solver, p plan) error {
	fired := map[float64][]mfield.State{0: solver.States()}
	defer f.rates(p, fired)
	for _, t := range p.stops() {
		if err := solver.Advance(ctx, t); err != nil {
			return err
		}
		fired[t] = solver.States()
		if _, found := slices.BinarySearch(p.snapshots, t); found {
			one := fieldSnapshot{time: t}
			for k, state := range fired[t] {
				part := fieldPart{State: state, joint: jointOf(solver, k)}
				solver.Profile(k, &part.Profile)
				part.normalise()
				one.parts = append(one.parts, part)
			}
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
func (s *fieldPart) normalise() {
	s.Edges, s.Density = slices.Clone(s.Edges), slices.Clone(s.Density)
	for i, d := range s.Density {
		s.negative += math.Max(-d, 0) * (s.Edges[i+1] - s.Edges[i])
		s.Density[i] = math.Max(d, 0)
	}
}

// binned returns the density averaged over bins, zero where nobody is left.
func (s fieldPart) binned(bins []float64) []float64 {
	if !(s.Mass-s.Refractory > 0) {
		return make([]float64, len(bins)-1)
	}
	return compare.Rebin(compare.Density{Edges: s.Edges, Values: s.Density}, bins)
}

// rates fills the window rates from ∫N at the edges of the windows.
func (f *field) rates(p plan, fired map[float64][]mfield.State) {
	for i, s := range f.snapshots {
		w := p.windows[i]
		from, to := fired[w[0]], fired[w[1]]
		for k := range s.parts {
			s.parts[k].windowRate = math.NaN()
			if from != nil && to != nil {
				s.parts[k].windowRate = (to[k].Fired - from[k].Fired) / (w[1] - w[0])
			}
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

// firedAt returns ∫₀ᵗ N of a population between the solver's steps, by the cubic that has N as its
// slope (linear where a rate is not finite and in the first step, whose N(0) may
// be infinite); NaN past the end of the solution.
func (f *field) firedAt(population int, t float64) float64 {
	k := sort.Search(len(f.curve), func(i int) bool { return f.curve[i][population].Time >= t })
	if k == len(f.curve) {
		return math.NaN()
	}
	b := f.curve[k][population]
	if b.Time == t || k == 0 {
		return b.Fired
	}
	a := f.curve[k-1][population]
	h := b.Time - a.Time
	x := (t - a.Time) / h
	rise := b.Fired - a.Fired
	if k == 1 || math.IsInf(a.Rate, 0) || math.IsInf(b.Rate, 0) {
		return a.Fired + x*rise
	}
	d0, d1 := h*a.Rate, h*b.Rate
	return a.Fired + x*(d0+x*((3*rise-2*d0-d1)+x*(d0+d1-2*rise)))
}

// meanRate returns the mean rate of a population over an interval, NaN past the end.
func (f *field) meanRate(population int, from, to float64) float64 {
	return (f.firedAt(population, to) - f.firedAt(population, from)) / (to - from)
}

// notable is the mass of a density's negative part from which a summary mentions it.
const notable = 1e-6

// summary returns the mean field's part of the summary.
func (f *field) summary(populations []scenario.Population) *MeanField {
	out := &MeanField{Snapshots: []FieldSnapshot{}, BlowUps: []FieldBlowUp{}, Notes: f.notes}
	worst, beyond := fieldPart{}, Number(0)
	for _, s := range f.snapshots {
		line := FieldSnapshot{Time: s.time}
		states := newNamed[FieldState](populations, &line.Populations)
		for k, x := range s.parts {
			joint := x.jointState(populations[k].Axis.To)
			states.put(k, FieldState{Number(x.Rate), Number(x.Mean), Number(x.Variance), Number(x.Refractory), Number(x.Mass), joint})
			if joint != nil {
				beyond = max(beyond, *joint.Beyond)
			}
			if x.negative > worst.negative {
				worst = x
			}
		}
		line.FieldState = states.only
		out.Snapshots = append(out.Snapshots, line)
	}
	for _, b := range f.blowUps {
		line := FieldBlowUp{Time: b.Time, TimeError: Number(b.TimeError), Rule: b.Rule.String()}
		jumps := newNamed[Number](populations, &line.Populations)
		for k, jump := range b.Jumps {
			jumps.put(k, Number(jump))
			if Number(jump) >= line.Jump {
				line.Jump, line.JumpError = Number(jump), Number(b.JumpErrors[k])
			}
		}
		out.BlowUps = append(out.BlowUps, line)
	}
	if f.eternal != nil {
		out.Notes = append(out.Notes, f.eternal.Error())
	}
	if beyond > notable {
		out.Notes = append(out.Notes, fmt.Sprintf("The last row of cells in g holds a mass of %.2g: conductances reach the end of the grid. A larger meanfield.highest_g gives them room.", float64(beyond)))
	}
	if worst.negative > notable {
		out.Notes = append(out.Notes, fmt.Sprintf("The density is negative somewhere at t = %g: the negative part holds a mass of %.2g. "+
			"meanfield.scheme finite-volume keeps it positive; a smaller meanfield.rtol makes it smaller.", worst.Time, worst.negative))
	}
	return out
}
