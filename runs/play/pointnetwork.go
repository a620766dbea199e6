package play

import (
	"context"
	"math"
	"slices"

	"lapicque/compare"
	"lapicque/network"
	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
)

// mostLooks bounds the times at which the potentials of a point's network are looked at.
const mostLooks = 512

// networkPoint simulates the network.
func networkPoint(ctx context.Context, s *scenario.Scenario, workers int, progress func(float64)) (Point, error) {
	p := newPoint(s)
	r := &run{Scenario: s, options: Options{Workers: workers, Progress: progress}, populations: s.Populations()}
	r.head, r.tail = s.Common()
	end := r.head.Time.End
	r.plan = plan{end: end, edges: make([]float64, rhythm.NoisyBins+1)}
	for k := range r.plan.edges {
		r.plan.edges[k] = end/2 + end/2*float64(k)/rhythm.NoisyBins
	}
	r.total = end * float64(r.tail.Particles.Replicas)
	var err error
	if r.start, err = s.Neurons().Start(); err != nil {
		return p, err
	}
	if r.crowd, err = newCrowd(r, s.Neurons(), 0, make([][]network.Observer, len(r.populations))); err != nil {
		return p, err
	}
	gathered, err := r.crowd.looks(ctx, end)
	if err != nil {
		return p, err
	}
	p.settle(r, end)
	p.synchronous(gathered, r.populations)
	return p, nil
}

// looks runs to the end and looks at the potentials of replica 0 in the last half, at ends of steps.
func (c *crowd) looks(ctx context.Context, end float64) (*moments, error) {
	gathered := newMoments(len(c.populations))
	dt := c.members[0].net.Report().Dt
	first := math.Ceil(end / 2 / dt)
	stride := math.Max(1, math.Ceil((end/dt-first)/mostLooks))
	var v []float64
	for k := first; k*dt < end; k += stride {
		if err := c.advance(ctx, k*dt); err != nil {
			return gathered, err
		}
		gathered.time = append(gathered.time, k*dt)
		for p := range c.populations {
			v = c.members[0].net.Potentials(p, v[:0])
			mean, variance := compare.Moments(v)
			gathered.mean[p], gathered.variance[p] = append(gathered.mean[p], mean), append(gathered.variance[p], variance)
		}
	}
	return gathered, c.advance(ctx, end)
}

// settle enters what the spikes of the replicas tell.
func (p *Point) settle(r *run, end float64) {
	w, neurons := weights(r.populations), 0
	for _, x := range r.populations {
		neurons += x.N
	}
	each := make([][]rhythm.Fired, len(r.populations)) // [population][replica]
	var all []rhythm.Fired
	var times []float64
	jump, first := 0.0, math.Inf(1)
	for _, m := range r.crowd.members {
		var parts []rhythm.Fired
		for k, one := range m.parts {
			f := counted(one.counter.Counts, end/2, end, r.populations[k].N)
			parts, each[k] = append(parts, f), append(each[k], f)
		}
		all = append(all, joined(w, parts))
		m.drain(func(c network.CascadeEvent, sizes []int) {
			part := 0.0
			for k, size := range sizes {
				if size >= macroscopic(r.populations[k].N) {
					part = math.Max(part, float64(size)/float64(r.populations[k].N))
				}
			}
			if part > 0 {
				times = append(times, c.Time)
				if c.Time < first {
					first, jump = c.Time, part
				}
			}
		})
	}
	p.take(rhythm.Noisy(all, end, neurons), end, r.populations, func(k int, from, to float64) (sum float64) {
		for _, f := range each[k] {
			sum += (f(to) - f(from)) / (to - from) / float64(len(each[k]))
		}
		return sum
	})
	if len(times) > 0 {
		slices.Sort(times)
		p.jumped(times, jump, end)
		if len(r.crowd.members) > 1 {
			p.Period, p.PeriodError = nan, nan // the times are those of all replicas
		}
	}
}

// counted returns the spikes per neuron from counts in equal bins, linear between their edges.
func counted[T int64 | float64](counts []T, from, to float64, neurons int) rhythm.Fired {
	sums := make([]float64, len(counts)+1)
	for k, c := range counts {
		sums[k+1] = sums[k] + float64(c)/float64(neurons)
	}
	return func(t float64) float64 {
		x := (t - from) / (to - from) * float64(len(counts))
		k := min(max(int(x), 0), len(counts)-1)
		return sums[k] + (x-float64(k))*(sums[k+1]-sums[k])
	}
}
