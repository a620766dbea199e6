package play

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"lapicque/compare"
	"lapicque/network"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// memberLooks bounds the times at which the potentials of a member are looked at: the measures
// shall cost little beside the network.
const memberLooks = 24

// Sampler measures networks of one scenario, each with a row of numbers: what an ensemble is made of. It serves many goroutines.
//
// The columns are, of each population (with its name where there are several, as rate_E): spikes, in the whole run; rate, over the last
// half; rate_1 to rate_K, over K windows of equal length that make up the run; mean and variance of the potentials of those not
// refractory at the end; refractory, the fraction that is; synchrony, as Point has it. Of the whole network: cascades, of two neurons or
// more; largest_cascade, in neurons; jump, 1 when a population had a macroscopic cascade, else 0; jump_time and jump_size, of the first
// one, the size as a fraction of the population.
// With the mean field, of each population: w1 and ks, the distances of the potentials at the end from its density, and
// meanfield_rate (over the last half), meanfield_mean, meanfield_variance, meanfield_refractory.
//
// Of a neural field: spikes, rate, rate_1 to rate_K per unit; of each population its activity and of the first its pattern as Point has
// them; with the mean field meanfield_activity and meanfield_pattern.
type Sampler struct {
	scenario    *scenario.Scenario
	windows     int
	meanField   bool
	populations []scenario.Population
	start       []neuron.Initial
	end         float64
	reference   []fieldPart // of each population at the end, nil where there is none
	placed      *Point      // the solution of a neural field
	note        string
}

// NewSampler prepares the measures; with meanField the equation is solved. A solution that does not come to the end leaves a
// note, and no numbers of its own.
func NewSampler(ctx context.Context, s *scenario.Scenario, windows int, meanField bool) (*Sampler, error) {
	head, _ := s.Common()
	out := &Sampler{scenario: s, windows: windows, meanField: meanField, end: head.Time.End}
	if f, placed := s.Field(); placed {
		if meanField {
			p, err := neuralFieldPoint(ctx, s, f, func(float64) {})
			if err == nil {
				out.placed = &p
			}
			out.remark(ctx, err)
		}
		return out, ctx.Err()
	}
	var err error
	out.populations = s.Populations()
	if out.start, err = s.Neurons().Start(); err != nil {
		return nil, err
	}
	if meanField {
		out.solve(ctx)
	}
	return out, ctx.Err()
}

// solve solves the equation.
func (s *Sampler) solve(ctx context.Context) {
	p := plan{end: s.end, snapshots: []float64{s.end}, windows: [][2]float64{{s.end / 2, s.end}}}
	f, err := solve(ctx, s.scenario, s.start, p, scenario.AsAsked, func(float64) {})
	switch {
	case err == nil && len(f.snapshots) > 0:
		s.reference = f.snapshots[0].parts
	case err != nil:
	case f.eternal != nil:
		err = f.eternal
	case f.ceased != nil:
		err = f.ceased
	default:
		err = fmt.Errorf("the solution ends in a blow-up at t = %.6g", f.blowUps[len(f.blowUps)-1].Time)
	}
	s.remark(ctx, err)
}

// remark keeps why there is no mean field.
func (s *Sampler) remark(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		s.note = "no mean field at the end: " + err.Error()
	}
}

// Note says why the mean field has no numbers, "" when it has or is not asked for.
func (s *Sampler) Note() string { return s.note }

// MemberColumns returns the names of what a Sampler measures.
func MemberColumns(s *scenario.Scenario, windows int, meanField bool) []string {
	measures := []string{"spikes", "rate"}
	for k := range windows {
		measures = append(measures, fmt.Sprintf("rate_%d", k+1))
	}
	if f, placed := s.Field(); placed {
		return neuralColumns(f, measures, meanField)
	}
	measures = append(measures, "mean", "variance", "refractory", "synchrony")
	if meanField {
		measures = append(measures, "w1", "ks", "meanfield_rate", "meanfield_mean", "meanfield_variance", "meanfield_refractory")
	}
	var names []string
	for _, p := range s.Populations() {
		for _, m := range measures {
			names = append(names, suffixed(m, p.Name))
		}
	}
	return append(names, "cascades", "largest_cascade", "jump", "jump_time", "jump_size")
}

func suffixed(measure, population string) string {
	if population == "" {
		return measure
	}
	return measure + "_" + population
}

// Sample plays a replica on so many workers, on which no bit depends, and returns its row. The error is the context's or the network's.
func (s *Sampler) Sample(ctx context.Context, replica uint64, workers int) ([]float64, error) {
	if f, placed := s.scenario.Field(); placed {
		return s.sampleField(ctx, f, replica, workers)
	}
	head, tail := s.scenario.Common()
	one := *tail
	one.Particles.Replicas = 1
	r := &run{Scenario: s.scenario, options: Options{Workers: workers}, head: head, tail: &one, populations: s.populations, start: s.start,
		plan: plan{end: s.end, edges: s.edges()}, total: s.end}
	crowd, err := newCrowd(r, s.scenario.Neurons(), replica, make([][]network.Observer, len(s.populations)))
	if err != nil {
		return nil, err
	}
	m := crowd.members[0]
	looks := make([]*look, len(s.populations))
	for k := range looks {
		looks[k] = &look{from: s.end / 2, every: s.end / 2 / memberLooks}
		m.observers[k] = append(m.observers[k], looks[k])
	}
	if err := m.net.Run(ctx, s.end, m.observers); err != nil {
		return nil, err
	}
	each, _ := seen(looks).synchrony(weights(s.populations))
	var row []float64
	for k := range s.populations {
		synchrony := math.NaN()
		if each != nil {
			synchrony = each[k]
		}
		row = s.measure(row, m, k, synchrony)
	}
	return s.cascades(row, m), nil
}

// look observes mean and variance of the potentials of a population from a time on, at ends of steps.
type look struct {
	from, every          float64
	time, mean, variance []float64
	potentials           []float64 // workspace
}

// Observe looks when it is time to.
func (l *look) Observe(f *network.Frame) error {
	if f.End < l.from+float64(len(l.time))*l.every {
		return nil
	}
	l.potentials = f.Potentials(l.potentials)
	mean, variance := stat.PopMeanVariance(l.potentials, nil)
	l.time, l.mean, l.variance = append(l.time, f.End), append(l.mean, mean), append(l.variance, variance)
	return nil
}

// seen joins what was seen of all populations, whose steps are the same.
func seen(looks []*look) *moments {
	out := newMoments(len(looks))
	out.time = looks[0].time
	for k, l := range looks {
		out.mean[k], out.variance[k] = l.mean, l.variance
	}
	return out
}

// edges returns those of half windows: two make one, and the last K of 2K the last half of the run.
func (s *Sampler) edges() []float64 {
	edges := make([]float64, 2*s.windows+1)
	for k := range edges {
		edges[k] = s.end * (float64(k) / float64(2*s.windows))
	}
	return edges
}

// rates appends rate over the last half and in the windows, from spikes in half windows.
func rates[T int64 | float64](row []float64, counts []T, end float64, neurons int) []float64 {
	windows := len(counts) / 2
	var last T
	for _, c := range counts[windows:] {
		last += c
	}
	row = append(row, float64(last)/(float64(neurons)*end/2))
	for k := range windows {
		row = append(row, float64(counts[2*k]+counts[2*k+1])/(float64(neurons)*end/float64(windows)))
	}
	return row
}

// measure appends the numbers of a population.
func (s *Sampler) measure(row []float64, m *member, k int, synchrony float64) []float64 {
	one, n := m.parts[k], s.populations[k].N
	row = rates(append(row, float64(one.tally.spikes)), one.counter.Counts, s.end, n)
	v := m.net.Potentials(k, nil)
	mean, variance := math.NaN(), math.NaN()
	if len(v) > 0 {
		mean, variance = compare.Moments(v)
	}
	row = append(row, mean, variance, float64(m.net.Refractory(k))/float64(n), synchrony)
	if !s.meanField {
		return row
	}
	if s.reference == nil {
		return append(row, slices.Repeat([]float64{math.NaN()}, 6)...)
	}
	x := s.reference[k]
	w1, ks := math.NaN(), math.NaN()
	if len(v) > 0 && x.Mass-x.Refractory > 0 {
		slices.Sort(v)
		d := compare.Density{Edges: x.Edges, Values: x.Density}
		w1, ks = compare.W1(v, d), compare.KS(v, d)
	}
	return append(row, w1, ks, x.windowRate, x.Mean, x.Variance, x.Refractory)
}

// cascades appends the numbers of the cascades.
func (s *Sampler) cascades(row []float64, m *member) []float64 {
	count, largest, jump, time, size := 0.0, 0.0, 0.0, math.NaN(), math.NaN()
	m.drain(func(c network.CascadeEvent, sizes []int) {
		count, largest = count+1, math.Max(largest, float64(c.Size))
		if jump > 0 {
			return
		}
		for k, x := range sizes {
			if n := s.populations[k].N; x >= macroscopic(n) {
				jump, time, size = 1, c.Time, math.Max(float64(x)/float64(n), notLess(size))
			}
		}
	})
	return append(row, count, largest, jump, time, size)
}

// notLess returns x, 0 for NaN.
func notLess(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}
