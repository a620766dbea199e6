package converge

import (
	"context"
	"math"
	"slices"

	"lapicque/runs/scenario"
)

// places is the subject of a neural field: the fields of a network of units against those of the equation, site by site, at the
// snapshots. Norms are means over the sites, so that they have the unit of the field.
type places struct {
	scenario *scenario.Scenario
	times    []float64
	fields   [][][]float64 // [snapshot][population][site]
}

func newPlaces(ctx context.Context, s *scenario.Scenario, f *scenario.Field, progress func(float64)) (*places, error) {
	p := &places{scenario: s}
	head, _ := s.Common()
	for _, t := range head.Time.Snapshots {
		if t > 0 {
			p.times = append(p.times, t)
		}
	}
	if p.times == nil {
		p.times = []float64{head.Time.End}
	}
	var err error
	p.fields, err = p.solve(ctx, f, progress)
	return p, err
}

// solve returns the fields of the equation.
func (p *places) solve(ctx context.Context, f *scenario.Field, progress func(float64)) (out [][][]float64, err error) {
	solver, err := f.Solver(nil)
	if err != nil {
		return nil, err
	}
	for _, t := range p.times {
		if err := solver.Advance(ctx, t); err != nil {
			return nil, err
		}
		var row [][]float64
		for k := range f.Start {
			row = append(row, slices.Clone(solver.Field(k)))
		}
		out = append(out, row)
		progress(t / p.times[len(p.times)-1])
	}
	return out, nil
}

func (p *places) notes() []string { return nil }

func (p *places) measures() []Measure {
	return []Measure{
		{Name: "field_l1", Title: "mean absolute error of the field"},
		{Name: "field_l2", Title: "root mean square error of the field", Leading: true},
		{Name: "field_sup", Title: "largest error of the field"},
		{Name: "field_mean", Title: "mean of the field", Signed: true},
	}
}

// measure runs a network.
func (p *places) measure(ctx context.Context, s *scenario.Scenario, replica uint64, workers int) ([]float64, error) {
	f, _ := s.Field()
	net, err := f.Network(replica, workers)
	if err != nil {
		return nil, err
	}
	var rows [][][]float64
	for _, t := range p.times {
		if err := net.Run(ctx, t); err != nil {
			return nil, err
		}
		var row [][]float64
		for k := range f.Start {
			row = append(row, net.Field(k, nil))
		}
		rows = append(rows, row)
	}
	return p.differ(rows), nil
}

// differ returns the norms of what fields differ from those of the equation by.
func (p *places) differ(fields [][][]float64) []float64 {
	one, square, sup, mean, count := 0.0, 0.0, 0.0, 0.0, 0.0
	for t, row := range fields {
		for k, field := range row {
			for i, x := range field {
				d := x - p.fields[t][k][i]
				one, square, sup, mean, count = one+math.Abs(d), square+d*d, math.Max(sup, math.Abs(d)), mean+d, count+1
			}
		}
	}
	return []float64{one / count, math.Sqrt(square / count), sup, mean / count}
}

// grid solves the equation with 30 times the tolerance.
func (p *places) grid(ctx context.Context) ([]float64, error) {
	f, _ := p.scenario.Field()
	coarse := *f
	const usual, factor = 1e-8, 30
	if coarse.Rtol == 0 {
		coarse.Rtol = usual
	}
	coarse.Rtol = math.Min(factor*coarse.Rtol, 1e-2)
	fields, err := p.solve(ctx, &coarse, func(float64) {})
	if err != nil {
		return nil, err
	}
	return p.differ(fields), nil
}
