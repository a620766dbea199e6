package limits

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/network"
	"lapicque/runs/scenario"
)

// course is one solution, of the mean field or of a network: the spikes per neuron so far and the law of the potentials at the
// snapshots, in which those who are refractory stand at V_R, where they come back.
type course struct {
	fired  compare.Cumulative
	laws   []compare.Density // of the mean field
	sample [][]float64       // of a network, ascending
	jump   mfield.BlowUp     // the first one, Time NaN without any
}

// fine is the tolerance of the vertices that are left out of cumulative rates.
const fine = 1e-6

// solve returns the mean field of a scenario.
func solve(ctx context.Context, s *scenario.Scenario, a scenario.Accuracy, progress func(float64)) (*course, error) {
	head, _ := s.Common()
	start, err := s.Neurons().Start()
	if err != nil {
		return nil, err
	}
	c := &course{jump: mfield.BlowUp{Time: math.NaN(), Jump: math.NaN()}, fired: compare.Cumulative{Time: []float64{0}, Value: []float64{0}}}
	solver, err := s.Neurons().Solver(start, a, func(st []mfield.State) error {
		c.rise(st[0].Time, st[0].Fired)
		progress(st[0].Time / head.Time.End)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	reset := s.Document.(*scenario.NNLIF).Law().Reset
	for _, t := range head.Time.Snapshots {
		if err := solver.Advance(ctx, t); err != nil {
			return nil, ended(err)
		}
		c.laws = append(c.laws, lawOf(solver, reset))
	}
	if err := solver.Advance(ctx, head.Time.End); err != nil {
		return nil, ended(err)
	}
	c.rise(head.Time.End, solver.States()[0].Fired)
	for _, b := range solver.BlowUps()[:min(1, len(solver.BlowUps()))] {
		c.jump = mfield.BlowUp{Time: b.Time, Jump: b.Jumps[0], TimeError: b.TimeError, JumpError: b.JumpErrors[0], Rule: b.Rule}
	}
	c.fired = c.fired.Thinned(fine)
	return c, nil
}

// ended says why there is no solution as far as asked for.
func ended(err error) error {
	var eternal *mfield.Eternal
	if errors.As(err, &eternal) {
		return fmt.Errorf("no solution to the end: %w", err)
	}
	return err
}

// rise adds a vertex to the spikes so far; what rounding takes away from a count that never falls is left out.
func (c *course) rise(t, value float64) {
	value = math.Max(value, c.fired.Value[len(c.fired.Value)-1])
	c.fired.Time, c.fired.Value = append(c.fired.Time, t), append(c.fired.Value, value)
}

// lawOf returns the law of a mean field's potentials.
func lawOf(solver scenario.Solver, reset float64) compare.Density {
	var p mfield.Profile
	solver.Profile(0, &p)
	d := compare.Density{Edges: slices.Clone(p.Edges), Values: slices.Clone(p.Density)}
	mass := 0.0
	for i, n := range d.Values {
		d.Values[i] = math.Max(n, 0)
		mass += d.Values[i] * (d.Edges[i+1] - d.Edges[i])
	}
	if rest := solver.States()[0].Refractory; rest > 0 && mass > 0 {
		d = withAtom(d, reset, rest*mass/(1-rest))
	}
	return d
}

// withAtom returns a density with a mass more around a potential, in a cell a millionth as wide as all cells together.
func withAtom(d compare.Density, at, mass float64) compare.Density {
	width := 1e-6 * (d.Edges[len(d.Edges)-1] - d.Edges[0])
	edges := slices.Concat(d.Edges, []float64{at - width/2, at + width/2})
	slices.Sort(edges)
	edges = slices.Compact(edges)
	values := make([]float64, len(edges)-1)
	for i := range values {
		mid := edges[i] + (edges[i+1]-edges[i])/2
		if k, _ := slices.BinarySearch(d.Edges, mid); k > 0 && k < len(d.Edges) {
			values[i] = d.Values[k-1]
		}
		if math.Abs(mid-at) < width/2 {
			values[i] += mass / width
		}
	}
	return compare.Density{Edges: edges, Values: values}
}

// simulate returns a replica of the network of a scenario.
func simulate(ctx context.Context, s *scenario.Scenario, replica uint64, progress func(float64)) (*course, error) {
	head, _ := s.Common()
	start, err := s.Neurons().Start()
	if err != nil {
		return nil, err
	}
	net, err := s.Neurons().Network(start, replica, 1)
	if err != nil {
		return nil, err
	}
	c, watch := &course{}, &spikes{end: head.Time.End, progress: progress}
	reset := s.Document.(*scenario.NNLIF).Law().Reset
	for _, t := range head.Time.Snapshots {
		if err := net.Run(ctx, t, [][]network.Observer{{watch}}); err != nil {
			return nil, err
		}
		v := net.Potentials(0, nil)
		for range net.Refractory(0) {
			v = append(v, reset)
		}
		slices.Sort(v)
		c.sample = append(c.sample, v)
	}
	if err := net.Run(ctx, head.Time.End, [][]network.Observer{{watch}}); err != nil {
		return nil, err
	}
	slices.Sort(watch.times)
	c.fired = compare.Steps(watch.times, 1/float64(s.Size()), 0, head.Time.End).Thinned(fine)
	return c, nil
}

// spikes collects their times.
type spikes struct {
	times    []float64
	end      float64
	progress func(float64)
}

// Observe appends the times of a step.
func (s *spikes) Observe(f *network.Frame) error {
	for _, one := range f.Spikes() {
		s.times = append(s.times, min(one.Time, s.end))
	}
	s.progress(f.End / s.end)
	return nil
}
