package play

import (
	"context"
	"math"

	"lapicque/runs/scenario"
)

// neuralColumns returns the names of the measures of a neural field.
func neuralColumns(f *scenario.Field, measures []string, meanField bool) []string {
	measures = append(measures, "pattern")
	sides := []string{"activity"}
	if meanField {
		measures, sides = append(measures, "meanfield_pattern"), append(sides, "meanfield_activity")
	}
	names := f.Names()
	if len(f.Start) == 1 {
		names = []string{""}
	}
	for _, name := range names {
		for _, side := range sides {
			measures = append(measures, suffixed(side, name))
		}
	}
	return measures
}

// sampleField plays a replica of a neural field.
func (s *Sampler) sampleField(ctx context.Context, f *scenario.Field, replica uint64, workers int) ([]float64, error) {
	net, err := f.Network(replica, workers)
	if err != nil {
		return nil, err
	}
	counter := &neuralCounter{width: s.end / float64(2*s.windows), spikes: make([]float64, 2*s.windows), progress: func(float64) {}}
	var sight neuralSight
	for _, t := range looks(s.end) {
		if err := net.Run(ctx, t, counter); err != nil {
			return nil, err
		}
		sight.see(f, func(k int) []float64 { return net.Field(k, nil) })
	}
	row := rates([]float64{float64(net.Spikes())}, counter.spikes, s.end, f.Particles.Units*f.Law.Domain.Total()*len(f.Start))
	row = append(row, sight.pattern)
	if s.meanField {
		row = append(row, s.solved(func(p *Point) float64 { return float64(*p.Pattern) }))
	}
	for k, name := range f.Names() {
		row = append(row, sight.rates[k])
		if s.meanField {
			row = append(row, s.solved(func(p *Point) float64 {
				if len(f.Start) == 1 {
					return float64(p.Rate)
				}
				return float64(p.Populations[name].Rate)
			}))
		}
	}
	return row, nil
}

// solved returns a number of the solution of a neural field, NaN where there is none.
func (s *Sampler) solved(value func(*Point) float64) float64 {
	if s.placed == nil {
		return math.NaN()
	}
	return value(s.placed)
}
