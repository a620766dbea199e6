package play

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"lapicque/compare"
	"lapicque/runs/rhythm"
)

// How replicas are moved onto the equation.
const (
	byTranslation = "translation"
	byPhase       = "phase"
)

// aligned is the replicas moved onto the equation, fields by population and replica, and by how much on average.
type aligned struct {
	fields  [][][]float64
	how     string
	x, y, t float64
}

const (
	// distinct is by how much the variance of a pattern over the sites is to exceed that of a replica at a site for the pattern to
	// have a place.
	distinct = 9
	// perCycle is the number of times of a cycle at which the equation is kept.
	perCycle = 400
	// mostOrbit bounds the numbers that are kept of a cycle.
	mostOrbit = 1 << 24
)

// align moves the replicas of snapshot k onto the equation: along the cycle of an oscillation that has settled and that nothing
// outside drives, or in space where the law is the same everywhere and there is a pattern.
func (n *neural) align(ctx context.Context, k int, fields [][][]float64) (aligned, error) {
	switch {
	case n.cycles(k):
		return n.alignPhase(ctx, k, fields)
	case n.patterned(k, fields):
		return n.alignPlace(k, fields), nil
	}
	return aligned{fields: fields}, nil
}

// cycles reports whether the equation is on a cycle of its own at snapshot k.
func (n *neural) cycles(k int) bool {
	r := n.out.Neural.MeanField.Rhythm
	if r == nil || r.Kind != rhythm.Oscillating || n.plan.snapshots[k] < n.plan.end/2 {
		return false
	}
	for _, p := range n.field.Law.Populations {
		if p.Stimulus != nil && !p.Stimulus.Constant() {
			return false
		}
	}
	return perCycle*len(n.field.Start)*len(n.field.Start[0]) <= mostOrbit
}

// alignPhase compares each replica with the state of the cycle nearest to it.
func (n *neural) alignPhase(ctx context.Context, k int, fields [][][]float64) (aligned, error) {
	period := float64(n.out.Neural.MeanField.Rhythm.Period)
	start := n.solution.snapshots[k]
	cycle := *n.field
	cycle.Start = start
	solver, err := cycle.Solver(nil)
	if err != nil {
		return aligned{}, err
	}
	orbit := make([][]float64, perCycle)
	for j := range orbit {
		if err := solver.Advance(ctx, period*float64(j)/perCycle); err != nil {
			return aligned{}, err
		}
		orbit[j] = slices.Clone(solver.Dense().State())
	}
	out := aligned{how: byPhase, fields: make([][][]float64, len(fields))}
	for r := range fields[0] {
		var state []float64
		for p := range fields {
			state = append(state, fields[p][r]...)
		}
		at, nearest := compare.Phase(orbit, state)
		out.t += math.Remainder(at*period/perCycle, period) / float64(len(fields[0]))
		for p, own := range start {
			one := make([]float64, len(own))
			for i := range one {
				one[i] = own[i] + fields[p][r][i] - nearest[p*len(own)+i]
			}
			out.fields[p] = append(out.fields[p], one)
		}
	}
	return out, nil
}

// patterned reports whether the field at snapshot k has a pattern that may wander, well above what chance does at a site.
func (n *neural) patterned(k int, fields [][][]float64) bool {
	if !n.field.Homogeneous() {
		return false
	}
	pattern, noise := 0.0, 0.0
	for p, rows := range fields {
		pattern += momentOf(n.solution.snapshots[k][p]).variance
		sample := make([]float64, len(rows))
		for i := range rows[0] {
			for r := range rows {
				sample[r] = rows[r][i]
			}
			noise += stat.PopVariance(sample, nil) / float64(len(rows[0]))
		}
	}
	return pattern > distinct*noise
}

// alignPlace moves each replica to where it is most like the equation, all populations together.
func (n *neural) alignPlace(k int, fields [][][]float64) aligned {
	d := n.field.Law.Domain
	l := compare.Lattice{Rows: 1, Columns: d.Sites}
	if d.Dims == 2 {
		l.Rows = d.Sites
	}
	out := aligned{how: byTranslation, fields: make([][][]float64, len(fields))}
	replicas := float64(len(fields[0]))
	for r := range fields[0] {
		var rows [][]float64
		for p := range fields {
			rows = append(rows, fields[p][r])
		}
		s := compare.Translation(l, centred(n.solution.snapshots[k]), centred(rows))
		out.x, out.y = out.x+s.X*d.Spacing()/replicas, out.y+s.Y*d.Spacing()/replicas
		for p, row := range rows {
			out.fields[p] = append(out.fields[p], l.Moved(row, s))
		}
	}
	return out
}

// centred returns fields less their means.
func centred(fields [][]float64) [][]float64 {
	out := make([][]float64, len(fields))
	for p, f := range fields {
		mean := stat.Mean(f, nil)
		for _, x := range f {
			out[p] = append(out[p], x-mean)
		}
	}
	return out
}
