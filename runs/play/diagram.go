package play

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lapicque/mfield"
)

// Diagram is a family of equations over a grid of its parameter.
type Diagram struct {
	Grid     []mfield.Section // at the values asked for, ascending; Err where the states are not known
	Branches []mfield.Branch
	Folds    []mfield.Fold
	Hopfs    []mfield.Hopf
	Open     []Interval // between two values of the grid something could not be resolved
}

// Interval is a closed interval of the parameter.
type Interval struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// NewDiagram finds all steady states of a family at ascending values and what happens between them, on so many workers (0: all
// cores; the result does not depend on them). progress receives the fraction done, from many goroutines; it may be nil. When the
// context ends the diagram holds what was finished and the error is the context's.
func NewDiagram(ctx context.Context, family mfield.Family, values []float64, workers int, progress func(float64)) (*Diagram, error) {
	d := &Diagram{Grid: make([]mfield.Section, len(values))}
	strips := make([]mfield.Strip, max(0, len(values)-1))
	total := float64(len(values) + len(strips))
	var done atomic.Int64
	each := func(n int, work func(k int)) {
		var g errgroup.Group
		if g.SetLimit(workers); workers <= 0 {
			g.SetLimit(runtime.GOMAXPROCS(0))
		}
		for k := range n {
			g.Go(func() error {
				work(k)
				if finished := done.Add(1); progress != nil {
					progress(float64(finished) / total)
				}
				return nil
			})
		}
		_ = g.Wait()
	}
	each(len(values), func(k int) {
		if d.Grid[k] = (mfield.Section{Value: values[k], Err: ctx.Err()}); ctx.Err() == nil {
			d.Grid[k] = family.Section(values[k])
		}
	})
	each(len(strips), func(k int) {
		var err error
		if strips[k], err = family.Between(ctx, d.Grid[k], d.Grid[k+1]); err != nil {
			strips[k] = mfield.Strip{Open: true}
		}
	})
	d.assemble(strips)
	return d, ctx.Err()
}

// assemble puts the strips together.
func (d *Diagram) assemble(strips []mfield.Strip) {
	sections := slices.Clone(d.Grid[:min(1, len(d.Grid))])
	for k, s := range strips {
		sections = append(append(sections, s.Sections...), d.Grid[k+1])
		d.Folds, d.Hopfs = append(d.Folds, s.Folds...), append(d.Hopfs, s.Hopfs...)
		if s.Open && !cancelled(d.Grid[k]) && !cancelled(d.Grid[k+1]) {
			d.Open = append(d.Open, Interval{d.Grid[k].Value, d.Grid[k+1].Value})
		}
	}
	d.Branches = mfield.Branches(sections, d.Folds)
}

func cancelled(s mfield.Section) bool { return errors.Is(s.Err, context.Canceled) }
