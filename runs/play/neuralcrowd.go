package play

import (
	"context"
	"math"

	"golang.org/x/sync/errgroup"

	"lapicque/compare"
	network "lapicque/network/neuralfield"
	"lapicque/runs/scenario"
)

// neuralCrowd is the replicas of the network of a neural field, run in lockstep.
type neuralCrowd struct {
	members  []*network.Network
	counts   []*neuralCounter
	parallel int
	keeper   *keeper
}

// neuralCounter gathers the spikes of a replica in equal bins from a time on and tells how far it has come.
type neuralCounter struct {
	from, width float64
	spikes      []float64 // those of a step evenly over it
	progress    func(float64)
}

// Observe counts.
func (c *neuralCounter) Observe(f *network.Frame) error {
	c.progress(f.End - f.Start)
	if len(c.spikes) == 0 || f.End <= c.from {
		return nil
	}
	sum := int64(0)
	for _, row := range f.Counts {
		for _, x := range row {
			sum += x
		}
	}
	density := float64(sum) / (f.End - f.Start)
	for k := max(0, int((f.Start-c.from)/c.width)); k < len(c.spikes); k++ {
		lo, hi := c.from+float64(k)*c.width, c.from+float64(k+1)*c.width
		if lo >= f.End {
			break
		}
		c.spikes[k] += density * math.Max(0, math.Min(hi, f.End)-math.Max(lo, f.Start))
	}
	return nil
}

// newNeuralCrowd makes the replicas; progress receives model time advanced, from many goroutines.
func newNeuralCrowd(f *scenario.Field, workers int, progress func(float64)) (*neuralCrowd, error) {
	out := &neuralCrowd{members: make([]*network.Network, f.Particles.Replicas), counts: make([]*neuralCounter, f.Particles.Replicas)}
	var inner int
	out.parallel, inner = share(workers, len(out.members))
	for r := range out.members {
		one, err := f.Network(uint64(r), inner)
		if err != nil {
			return nil, err
		}
		out.members[r], out.counts[r] = one, &neuralCounter{progress: progress}
	}
	return out, nil
}

// advance brings every replica to a time. After an error, or a pause of the keeper, they stand at different times.
func (c *neuralCrowd) advance(ctx context.Context, until float64) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.parallel)
	for r, m := range c.members {
		group.Go(func() error { return c.keeper.watched(m.Run(c.keeper.pausing(ctx, m), until, c.counts[r])) })
	}
	return group.Wait()
}

// time returns how far all replicas have come.
func (c *neuralCrowd) time() float64 {
	t := math.Inf(1)
	for _, m := range c.members {
		t = math.Min(t, m.Time())
	}
	return t
}

// spikes returns those of all replicas so far.
func (c *neuralCrowd) spikes() (sum int64) {
	for _, m := range c.members {
		sum += m.Spikes()
	}
	return sum
}

// fields copies the fields by population and replica.
func (c *neuralCrowd) fields() [][][]float64 {
	var out [][][]float64
	for p := range c.members[0].Populations() {
		var rows [][]float64
		for _, m := range c.members {
			rows = append(rows, m.Field(p, nil))
		}
		out = append(out, rows)
	}
	return out
}

// scatterOf returns the mean over replicas and its standard error at each site, NaN for one replica.
func scatterOf(fields [][]float64) (mean, se []float64) {
	sample := make([]float64, len(fields))
	for i := range fields[0] {
		for r := range fields {
			sample[r] = fields[r][i]
		}
		m, _ := compare.Moments(sample)
		e := math.NaN()
		if len(fields) > 1 {
			e = compare.StandardError(sample)
		}
		mean, se = append(mean, m), append(se, e)
	}
	return mean, se
}
