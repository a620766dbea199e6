package play

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat"

	"lapicque/compare"
	law "lapicque/neuron/neuralfield"
	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
)

// newNeuralPoint returns a point of a neural field at which nothing is known.
func newNeuralPoint(f *scenario.Field) Point {
	p := unknownPoint()
	p.Pattern = &[]Number{nan}[0]
	if len(f.Start) > 1 {
		p.Populations = map[string]*PointShare{}
		for _, name := range f.Names() {
			p.Populations[name] = &PointShare{nan, nan}
		}
	}
	return p
}

// activity returns the mean firing rate of a population over its sites: of form Rate the field, else the gain of it.
func activity(f *scenario.Field, population int, field []float64) float64 {
	if f.Law.Form == law.Rate {
		return stat.Mean(field, nil)
	}
	rates := make([]float64, len(field))
	f.Law.Domain.Rates(rates, f.Law.Populations[population].Gain, field)
	return stat.Mean(rates, nil)
}

// looks are the times at which the field of a point is looked at, the last quarter of the run.
func looks(end float64) (times []float64) {
	const count = 256
	for k := range count {
		times = append(times, end*(0.75+0.25*float64(k+1)/count))
	}
	return times
}

// neuralSight is what looks at a field tell: the mean activity of each population and the standard deviation over the
// sites of the first, averaged over the looks.
type neuralSight struct {
	rates   []float64
	pattern float64
	count   float64
}

// see adds a look.
func (s *neuralSight) see(f *scenario.Field, field func(p int) []float64) {
	if s.rates == nil {
		s.rates = make([]float64, len(f.Start))
	}
	s.count++
	for p := range f.Start {
		s.rates[p] += (activity(f, p, field(p)) - s.rates[p]) / s.count
	}
	s.pattern += (math.Sqrt(momentOf(field(0)).variance) - s.pattern) / s.count
}

// enter fills the means over all populations and those of each.
func (p *Point) enter(f *scenario.Field, sights []neuralSight) {
	var rates, patterns []float64
	for _, s := range sights {
		rates, patterns = append(rates, stat.Mean(s.rates, nil)), append(patterns, s.pattern)
	}
	rate, _ := compare.Moments(rates)
	pattern, _ := compare.Moments(patterns)
	p.Rate, p.Pattern = Number(rate), pointer(Number(pattern))
	if len(sights) > 1 {
		p.RateError = Number(compare.StandardError(rates))
	}
	for k, name := range f.Names() {
		if share := p.Populations[name]; share != nil {
			share.Rate = 0
			for _, s := range sights {
				share.Rate += Number(s.rates[k] / float64(len(sights)))
			}
		}
	}
}

// neuralFieldPoint solves the equation.
func neuralFieldPoint(ctx context.Context, s *scenario.Scenario, f *scenario.Field, progress func(float64)) (Point, error) {
	head, _ := s.Common()
	end := head.Time.End
	p := newNeuralPoint(f)
	solution, err := solveNeural(ctx, f, plan{end: end, snapshots: looks(end)}, func(t float64) { progress(t / end) })
	if err != nil {
		return p, err
	}
	found, scale := solution.finding(end, f.Rtol)
	p.Outcome, p.Reason = PointOutcome(found.Kind), found.Reason
	p.Period, p.PeriodError, p.Amplitude = Number(found.Period), Number(found.PeriodError), Number(found.Amplitude*scale)
	var sight neuralSight
	for _, fields := range solution.snapshots {
		sight.see(f, func(k int) []float64 { return fields[k] })
	}
	p.enter(f, []neuralSight{sight})
	return p, nil
}

// neuralNetworkPoint simulates the network.
func neuralNetworkPoint(ctx context.Context, s *scenario.Scenario, f *scenario.Field, workers int, progress func(float64)) (Point, error) {
	head, _ := s.Common()
	end := head.Time.End
	p := newNeuralPoint(f)
	whole := &run{options: Options{Progress: progress}, total: end * float64(f.Particles.Replicas)}
	crowd, err := newNeuralCrowd(f, workers, whole.advance)
	if err != nil {
		return p, err
	}
	for _, c := range crowd.counts {
		c.from, c.width, c.spikes = end/2, end/2/rhythm.NoisyBins, make([]float64, rhythm.NoisyBins)
	}
	sights := make([]neuralSight, len(crowd.members))
	for _, t := range looks(end) {
		if err := crowd.advance(ctx, t); err != nil {
			return p, err
		}
		for r, m := range crowd.members {
			sights[r].see(f, func(k int) []float64 { return m.Field(k, nil) })
		}
	}
	units := f.Particles.Units * f.Law.Domain.Total() * len(f.Start)
	var signals []rhythm.Fired
	for _, c := range crowd.counts {
		signals = append(signals, counted(c.spikes, end/2, end, units))
	}
	found := rhythm.Noisy(signals, end, units)
	p.Outcome, p.Reason = PointOutcome(found.Kind), found.Reason
	p.Period, p.PeriodError, p.Amplitude = Number(found.Period), Number(found.PeriodError), Number(found.Amplitude*found.Rate)
	p.enter(f, sights)
	return p, nil
}
