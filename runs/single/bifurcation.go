package single

import (
	"cmp"
	"context"
	"slices"

	"lapicque/neuron/continuation"
	"lapicque/neuron/membrane"
)

// Header says which neuron a result is about.
type Header struct {
	Model       string             `json:"model"`
	Title       string             `json:"title"`
	Source      string             `json:"source"`
	TimeUnit    string             `json:"time_unit"`
	CurrentUnit string             `json:"current_unit"`
	Parameters  map[string]float64 `json:"parameters"`
}

// HeaderOf returns that of a model with its present parameters.
func HeaderOf(m membrane.Model) Header {
	card := m.Card()
	h := Header{card.Name, card.Title, card.Source, card.TimeUnit, card.CurrentUnit, map[string]float64{}}
	for _, p := range m.Parameters() {
		h.Parameters[p.Name] = *p.Value
	}
	return h
}

// Bifurcation is the diagram of equilibria and cycles along the current.
type Bifurcation struct {
	Header
	From     float64     `json:"from"`
	To       float64     `json:"to"`
	Followed bool        `json:"cycles_followed"` // false for models that reset or switch: their cycles jump
	Folds    []FoldRow   `json:"folds"`           // ascending in current
	Hopfs    []HopfRow   `json:"hopfs"`           // ascending in current
	Resting  []Span      `json:"resting"`         // ranges with a stable equilibrium
	Firing   []Span      `json:"firing"`          // ranges with a stable cycle
	Bistable []Span      `json:"bistable"`        // ranges with both
	Onset    *float64    `json:"onset"`           // least current with a stable cycle; nil: none in the range
	Branches []BranchRow `json:"branches"`        // of cycles; they may reach beyond the range

	variables  []membrane.Variable
	equilibria []equilibria
}

// FoldRow is a fold of equilibria.
type FoldRow struct {
	Current   float64 `json:"current"`
	Potential float64 `json:"potential"`
}

// HopfRow is a Hopf point; Period is that of the cycles that begin there.
type HopfRow struct {
	Current     float64 `json:"current"`
	Potential   float64 `json:"potential"`
	Period      float64 `json:"period"`
	Criticality string  `json:"criticality"` // subcritical or supercritical
	Cubic       float64 `json:"cubic"`       // Re c of the normal form a′ = Re λ a + Re c a³, for the amplitude a of the potential
}

// BranchRow is a branch of cycles.
type BranchRow struct {
	Begins string     `json:"begins"`
	Ends   string     `json:"ends"`
	From   float64    `json:"from"` // current at which it begins
	To     float64    `json:"to"`   // current at which it ends
	Cycles []CycleRow `json:"cycles"`
}

// CycleRow is a cycle; Turn names what happens there to its stability, "" for most.
type CycleRow struct {
	Current float64 `json:"current"`
	Period  float64 `json:"period"`
	Low     float64 `json:"low"` // extremes of the potential
	High    float64 `json:"high"`
	Stable  bool    `json:"stable"`
	Turn    string  `json:"turn,omitempty"`
}

// equilibria are a piece of the curve of equilibria of one stability.
type equilibria struct {
	stable  bool
	current []float64
	states  [][]float64
}

// FindBifurcation follows equilibria and cycles between two currents. The error is neuron.Faults or that of the context.
func FindBifurcation(ctx context.Context, m membrane.Model, from, to float64) (*Bifurcation, error) {
	if err := rangeFaults(from, to).Err(); err != nil {
		return nil, err
	}
	d, err := continuation.NewDiagram(ctx, m, from, to)
	if err != nil {
		return nil, err
	}
	b := &Bifurcation{Header: HeaderOf(m), From: from, To: to, Followed: follows(m), Folds: []FoldRow{}, Hopfs: []HopfRow{}, Branches: []BranchRow{},
		Resting: spans(d.Resting()), Firing: spans(d.Firing()), Bistable: spans(d.Bistable()), variables: m.Card().Variables}
	if len(b.Firing) > 0 {
		b.Onset = &b.Firing[0].From
	}
	for _, f := range d.Equilibria.Folds {
		b.Folds = append(b.Folds, FoldRow{f.Current, f.State[0]})
	}
	slices.SortFunc(b.Folds, func(x, y FoldRow) int { return cmp.Compare(x.Current, y.Current) })
	for _, h := range d.Equilibria.Hopfs {
		kind := "supercritical"
		if h.Subcritical() {
			kind = "subcritical"
		}
		b.Hopfs = append(b.Hopfs, HopfRow{h.Current, h.State[0], h.Period(), kind, h.Cubic})
	}
	slices.SortFunc(b.Hopfs, func(x, y HopfRow) int { return cmp.Compare(x.Current, y.Current) })
	for _, s := range d.Equilibria.Segments {
		b.equilibria = append(b.equilibria, sampled(m, s))
	}
	for _, branch := range d.Branches {
		b.Branches = append(b.Branches, rowsOf(branch))
	}
	return b, nil
}

// sampled returns a segment at 200 even potentials: every potential of it is that of an equilibrium at the current of the voltage clamp.
func sampled(m membrane.Model, s continuation.Segment) equilibria {
	const points = 200
	first, last := s.Points[0].State[0], s.Points[len(s.Points)-1].State[0]
	out := equilibria{stable: s.Stable}
	for k := range points {
		y := make([]float64, len(s.Points[0].State))
		out.current = append(out.current, m.Clamp(first+(last-first)*float64(k)/(points-1), y))
		out.states = append(out.states, y)
	}
	return out
}

// rowsOf returns the cycles of a branch in its order, with those at which stability changes.
func rowsOf(b *continuation.Branch) BranchRow {
	out := BranchRow{Begins: b.Begins.String(), Ends: b.Ends.String(), From: b.From, To: b.To}
	turns := b.Turns
	for k, c := range b.Cycles {
		out.Cycles = append(out.Cycles, CycleRow{c.Current, c.Period, c.Low, c.High, c.Stable(), ""})
		for len(turns) > 0 && turns[0].After == k {
			t := turns[0]
			out.Cycles = append(out.Cycles, CycleRow{t.Current, t.Period, t.Low, t.High, c.Stable(), t.Kind.String()})
			turns = turns[1:]
		}
	}
	return out
}
