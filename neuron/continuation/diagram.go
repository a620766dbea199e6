package continuation

import (
	"cmp"
	"context"
	"math"
	"slices"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// Kind names what happens at an end: of a branch, of a range of currents.
type Kind int

const (
	Unresolved         Kind = iota
	RangeEnd                // the range of currents ends
	FoldPoint               // two equilibria meet
	HopfPoint               // a cycle shrinks to an equilibrium
	Threshold               // a Hybrid at rest reaches its threshold
	FoldOfCycles            // two cycles meet
	PeriodDoubling          // a multiplier passes −1
	Torus                   // two multipliers leave the unit circle as a pair
	SaddleNodeOnCircle      // a cycle meets a saddle-node; its period goes to infinity like |I − I*|^{−1/2}
	Canard                  // cycles change at a current that is one number to rounding, the end of the explosion not resolved
	HomoclinicOrbit         // a cycle meets a saddle; its period goes to infinity like ln |I − I*|
)

// String returns the name of the kind.
func (k Kind) String() string {
	return [...]string{
		"unresolved", "end of the range", "fold", "Hopf point", "threshold", "fold of cycles", "period doubling", "torus",
		"saddle-node on a circle", "canard explosion", "homoclinic orbit",
	}[k]
}

// Diagram is the bifurcation diagram of a model along its current.
type Diagram struct {
	From, To   float64
	Equilibria Equilibria
	Branches   []*Branch // reaching beyond the range; none of a Hybrid or Switching model, whose cycles jump

	model membrane.Model
}

// NewDiagram follows all equilibria between two currents, and the cycles that begin at Hopf points there or in twice the range in which the
// model lives. Where neither a stable equilibrium nor a stable cycle is known between, integration looks for a cycle to follow. Other cycles that
// begin at no Hopf point are not found. The error is neuron.Faults, or that of the context.
func NewDiagram(ctx context.Context, m membrane.Model, from, to float64) (*Diagram, error) {
	var fs neuron.Faults
	fs.Add(from-from == 0, "from", from, "a finite current")
	fs.Add(to-to == 0 && !(to <= from), "to", to, "a finite current above from")
	if err := membrane.Validate(m); err != nil {
		fs = append(fs, err.(neuron.Faults)...)
	}
	if len(fs) > 0 {
		return nil, fs
	}
	d := &Diagram{From: from, To: to, Equilibria: FindEquilibria(m, from, to), model: m}
	_, resets := m.(membrane.Hybrid)
	_, switches := m.(membrane.Switching)
	if resets || switches {
		return d, nil
	}
	wide := m.Card().Currents
	low, high := math.Min(from, 1.5*wide[0]-0.5*wide[1]), math.Max(to, 1.5*wide[1]-0.5*wide[0])
	for _, h := range FindEquilibria(m, low, high).Hopfs {
		if slices.ContainsFunc(d.Branches, func(b *Branch) bool { return b.Ends == HopfPoint && math.Abs(b.To-h.Current) < 1e-9*(high-low) }) {
			continue
		}
		b, err := Follow(ctx, m, h, low, high)
		if err != nil {
			return nil, err
		}
		d.Branches = append(d.Branches, b)
	}
	return d, d.fill(ctx, low, high)
}

// fill looks for cycles at the middle of each range of currents in which neither rest nor firing is known to be stable.
func (d *Diagram) fill(ctx context.Context, low, high float64) error {
	covered := d.From
	known := append(d.Resting(), Range{From: d.To, To: d.To})
	for _, r := range known {
		middle := (covered + r.From) / 2
		stable := func(c Cycle) bool { return c.Stable() }
		if r.From-covered > 1e-6*(d.To-d.From) && !slices.ContainsFunc(d.Cycles(middle), stable) {
			b, err := Settle(ctx, d.model, middle, low, high)
			if err != nil {
				return err
			}
			if b != nil {
				d.Branches = append(d.Branches, b)
			}
		}
		covered = math.Max(covered, r.To)
	}
	return nil
}

// Range is a range of currents with what happens at its two ends.
type Range struct {
	From, To     float64
	Begins, Ends Kind
}

// Resting returns the ranges of currents with a stable equilibrium, ascending; they overlap where there are several.
func (d *Diagram) Resting() []Range {
	var all []Range
	for _, s := range d.Equilibria.Segments {
		if s.Stable {
			first, last := s.Points[0].Current, s.Points[len(s.Points)-1].Current
			all = append(all, ordered(Range{first, last, d.kind(first, s.Points[0].State[0]), d.kind(last, s.Points[len(s.Points)-1].State[0])}))
		}
	}
	return d.clipped(all)
}

// kind says what happens on the curve of equilibria where a segment ends.
func (d *Diagram) kind(current, v float64) Kind {
	e, width := d.Equilibria, d.model.Card().Potentials
	slack := 1e-9 * (width[1] - width[0])
	switch {
	case slices.ContainsFunc(e.Folds, func(f Fold) bool { return math.Abs(f.State[0]-v) < slack }):
		return FoldPoint
	case slices.ContainsFunc(e.Hopfs, func(h Hopf) bool { return math.Abs(h.State[0]-v) < slack }):
		return HopfPoint
	case math.Abs(current-d.From) <= 1e-9*(d.To-d.From) || math.Abs(current-d.To) <= 1e-9*(d.To-d.From):
		return RangeEnd
	}
	if _, ok := d.model.(membrane.Hybrid); ok {
		return Threshold
	}
	return Unresolved
}

// Firing returns the ranges of currents with a stable cycle, ascending: repetitive firing, whatever its amplitude.
func (d *Diagram) Firing() []Range {
	var all []Range
	for _, b := range d.Branches {
		all = append(all, b.stable()...)
	}
	return d.clipped(all)
}

// stable returns the ranges of the stable pieces of a branch. The current is monotone along each.
func (b *Branch) stable() []Range {
	var all []Range
	for k := 0; k < len(b.Cycles); k++ {
		if !b.Cycles[k].Stable() {
			continue
		}
		first := k
		for k+1 < len(b.Cycles) && b.Cycles[k+1].Stable() {
			k++
		}
		r := Range{From: b.From, Begins: b.Begins, To: b.To, Ends: b.Ends}
		if first > 0 {
			r.From, r.Begins = b.change(first - 1)
		}
		if k+1 < len(b.Cycles) {
			r.To, r.Ends = b.change(k)
		}
		all = append(all, ordered(r))
	}
	return all
}

// change returns where stability changes after cycle k.
func (b *Branch) change(k int) (float64, Kind) {
	for _, t := range b.Turns {
		if t.After == k {
			return t.Current, t.Kind
		}
	}
	return (b.Cycles[k].Current + b.Cycles[k+1].Current) / 2, Unresolved
}

func ordered(r Range) Range {
	if r.From > r.To {
		r.From, r.To, r.Begins, r.Ends = r.To, r.From, r.Ends, r.Begins
	}
	return r
}

// clipped returns the ranges within that of the diagram, ascending.
func (d *Diagram) clipped(all []Range) []Range {
	var inside []Range
	for _, r := range all {
		if r.From < d.From {
			r.From, r.Begins = d.From, RangeEnd
		}
		if r.To > d.To {
			r.To, r.Ends = d.To, RangeEnd
		}
		if r.To-r.From > 1e-10*(d.To-d.From) { // special points are known to rounding
			inside = append(inside, r)
		}
	}
	slices.SortFunc(inside, func(a, b Range) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return inside
}

// Bistable returns the ranges of currents with a stable equilibrium and a stable cycle, ascending.
func (d *Diagram) Bistable() []Range {
	var all []Range
	for _, a := range d.Resting() {
		for _, b := range d.Firing() {
			r := a
			if b.From > r.From {
				r.From, r.Begins = b.From, b.Begins
			}
			if b.To < r.To {
				r.To, r.Ends = b.To, b.Ends
			}
			all = append(all, r)
		}
	}
	return d.clipped(all)
}

// Cycles returns the cycles at a current, of all branches, ascending in the height of the potential.
func (d *Diagram) Cycles(current float64) []Cycle {
	var all []Cycle
	for _, b := range d.Branches {
		all = append(all, b.At(current)...)
	}
	slices.SortFunc(all, func(a, b Cycle) int { return cmp.Compare(a.High, b.High) })
	return all
}
