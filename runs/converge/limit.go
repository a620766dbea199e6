package converge

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/mfield/elapsed"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// limit is a solution of the mean field: laws at snapshots, mean rates over bins, and a jump.
type limit struct {
	times []float64   // of the snapshots
	laws  [][]law     // [snapshot][population]
	edges []float64   // of the bins of the rate
	rates [][]float64 // [population][bin]
	jump  *mfield.CircuitBlowUp
	until float64 // the comparison ends here
	why   string  // it ends before the run, "" when it does not
}

// law is a population of the mean field at a time.
type law struct {
	density        compare.Density // of who is not refractory
	mean, variance float64
	refractory     float64
	bins           []float64 // cells of about equal mass
	reference      *compare.Reference
	empty          bool // everybody is refractory
}

const (
	massBins  = 32   // cells of a histogram: of N = 1000 each holds about 30
	before    = 0.9  // of the time of a jump: later a finite network may have jumped already
	emptyMass = 1e-9 // of the density, in a population that counts as refractory as a whole
)

// solveLimit solves the equation of a scenario with populations.
func solveLimit(ctx context.Context, s *scenario.Scenario, start []neuron.Initial, a scenario.Accuracy, progress func(float64)) (*limit, error) {
	head, tail := s.Common()
	end := head.Time.End
	out := &limit{until: end}
	solver, err := s.Neurons().Solver(start, a, func(states []mfield.State) error {
		progress(states[0].Time / end)
		return nil
	})
	if err != nil {
		return nil, err
	}
	edges := binEdges(tail.Record.RateBin, end)
	stops := slices.Concat(head.Time.Snapshots, edges)
	slices.Sort(stops)
	fired := [][]float64{}
	for _, t := range slices.Compact(stops) {
		if err = solver.Advance(ctx, t); err != nil {
			break
		}
		states := solver.States()
		if _, is := slices.BinarySearch(edges, t); is {
			var row []float64
			for _, x := range states {
				row = append(row, x.Fired)
			}
			out.edges, fired = append(out.edges, t), append(fired, row)
		}
		if slices.Contains(head.Time.Snapshots, t) && t > 0 {
			out.times, out.laws = append(out.times, t), append(out.laws, lawsOf(solver, states))
		}
	}
	if err != nil && !ending(err) {
		return nil, err
	}
	out.bound(solver)
	out.clip(fired)
	return out, nil
}

// binEdges are those of the bins of the rate, all of one width but the last.
func binEdges(width, end float64) (edges []float64) {
	for k := 0; float64(k)*width < end-1e-9*width; k++ {
		edges = append(edges, float64(k)*width)
	}
	return append(edges, end)
}

// ending reports whether an error is the end of a solution, which is a finding.
func ending(err error) bool {
	var one *mfield.BlowUp
	var several *mfield.CircuitBlowUp
	var eternal *mfield.Eternal
	var ceased *elapsed.Ceased
	return errors.As(err, &one) || errors.As(err, &several) || errors.As(err, &eternal) || errors.As(err, &ceased)
}

// lawsOf copies the laws of all populations.
func lawsOf(solver scenario.Solver, states []mfield.State) (list []law) {
	for k, x := range states {
		var p mfield.Profile
		solver.Profile(k, &p)
		one := law{density: compare.Density{Edges: slices.Clone(p.Edges), Values: slices.Clone(p.Density)}, mean: x.Mean, variance: x.Variance, refractory: x.Refractory}
		for i, d := range one.density.Values {
			one.density.Values[i] = math.Max(d, 0)
		}
		if one.empty = !(x.Mass-x.Refractory > emptyMass); !one.empty {
			one.bins = massive(one.density, massBins)
			one.reference = compare.NewReference(one.density, one.bins)
		}
		list = append(list, one)
	}
	return list
}

// massive returns the edges of cells that hold about equal masses of a density, the first and the last being its own.
func massive(d compare.Density, count int) []float64 {
	total := 0.0
	for i, v := range d.Values {
		total += v * (d.Edges[i+1] - d.Edges[i])
	}
	edges, sum := []float64{d.Edges[0]}, 0.0
	for i, v := range d.Values {
		width := d.Edges[i+1] - d.Edges[i]
		mass := v * width
		for len(edges) < count && mass > 0 {
			part := (total*float64(len(edges))/float64(count) - sum) / mass
			if part > 1 {
				break
			}
			if at := d.Edges[i] + math.Max(part, 0)*width; at > edges[len(edges)-1] && at < d.Edges[len(d.Edges)-1] {
				edges = append(edges, at)
			} else {
				count-- // two edges in one place
			}
		}
		sum += mass
	}
	return append(edges, d.Edges[len(d.Edges)-1])
}

// bound finds where the comparison must end.
func (l *limit) bound(solver scenario.Solver) {
	if jumps := solver.BlowUps(); len(jumps) > 0 {
		l.jump, l.until = &jumps[0], before*jumps[0].Time
		l.why = fmt.Sprintf("The mean field jumps at t = %.6g. Networks jump at random times about it, so that densities and rates are compared up to t = %.6g; the jumps are measures of their own.",
			jumps[0].Time, l.until)
	}
	if parting, ok := solver.(scenario.Parting); ok {
		if from, reason := parting.Parts(); reason != "" && from < l.until {
			l.until, l.why = from, reason+fmt.Sprintf(" The comparison ends at t = %.6g.", from)
		}
	}
	if t := solver.States()[0].Time; t < l.until {
		l.until, l.why = t, fmt.Sprintf("The solution of the mean field ends at t = %.6g, and the comparison with it.", t)
	}
}

// clip leaves what lies before the end of the comparison and turns spikes into rates.
func (l *limit) clip(fired [][]float64) {
	keep := 0
	for keep < len(l.times) && l.times[keep] <= l.until {
		keep++
	}
	l.times, l.laws = l.times[:keep], l.laws[:keep]
	for len(l.edges) > 0 && l.edges[len(l.edges)-1] > l.until {
		l.edges = l.edges[:len(l.edges)-1]
	}
	for k := 1; k < len(l.edges); k++ {
		for p := range fired[k] {
			if k == 1 {
				l.rates = append(l.rates, nil)
			}
			l.rates[p] = append(l.rates[p], (fired[k][p]-fired[k-1][p])/(l.edges[k]-l.edges[k-1]))
		}
	}
}
