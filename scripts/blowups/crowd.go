package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"lapicque/compare"
	"lapicque/network"
)

// A jump of a network is a cascade of at least a tenth of its neurons. Another
// such cascade within together of its time belongs to it: its size is added, the
// time is that of the first. Smaller cascades belong to no jump: close to a jump they are many, and
// in the limit they are part of the finite rate before it.
const (
	share    = 10
	together = 1e-3
)

// jump is a jump of a network.
type jump struct{ time, size float64 }

// passage is what one network, or the mean field, showed.
type passage struct {
	jumps        []jump
	after, later portrait
}

// portrait is a law of the potential.
type portrait struct {
	mean, variance float64
	density        []float64 // averages over the bins
}

// watch observes the jumps of a network and, right after the first, the potentials.
type watch struct {
	jumps []jump
	after []float64
}

// Observe looks for jumps.
func (w *watch) Observe(f *network.Frame) error {
	for _, c := range f.Cascades {
		if c.Size*share < f.N() {
			continue
		}
		part := float64(c.Size) / float64(f.N())
		if n := len(w.jumps); n > 0 && c.Time-w.jumps[n-1].time < together {
			w.jumps[n-1].size += part
		} else {
			w.jumps = append(w.jumps, jump{c.Time, part})
		}
		if len(w.jumps) == 1 {
			w.after = make([]float64, f.N())
			for i := range w.after {
				w.after[i] = f.Potential(i)
			}
		}
	}
	return nil
}

// follow runs one network until it has made its jumps, and returns nil when it has
// not by five times the time of the mean field.
func (x experiment) follow(ctx context.Context, neurons, replica int, reference passage) (*passage, error) {
	last := reference.jumps[x.jumps-1].time
	net, err := network.New(network.Config{
		N: neurons, Law: x.equation.Law, B: x.equation.B, Rule: x.equation.Rule, Initial: x.start,
		Dt: x.dt, Seed: x.seed, Replica: uint64(replica), Workers: 1,
	})
	if err != nil {
		return nil, err
	}
	w := &watch{}
	var later []float64
	for step := reference.jumps[0].time / 4; len(w.jumps) < x.jumps || later == nil; {
		until := net.Time() + step
		if due := w.due(x.later); later == nil && due > 0 && until >= due {
			if err := net.Run(ctx, due, w); err != nil {
				return nil, err
			}
			later = net.Potentials(nil)
			step = max(step, x.later/4)
			continue
		}
		if until > 5*last+x.later {
			return nil, nil
		}
		if err := net.Run(ctx, until, w); err != nil {
			return nil, err
		}
	}
	return &passage{w.jumps[:x.jumps], x.portrait(w.after), x.portrait(later)}, nil
}

// due returns the time at which the law is looked at again, 0 before the first jump.
func (w *watch) due(later float64) float64 {
	if len(w.jumps) == 0 {
		return 0
	}
	return w.jumps[0].time + later
}

func (x experiment) portrait(potentials []float64) portrait {
	mean, variance := compare.Moments(potentials)
	return portrait{mean, variance, compare.Histogram(potentials, x.edges())}
}

// crowd is the networks of one size that made their jumps.
type crowd struct {
	size
	passages []passage
}

// gather runs the networks of one size.
func (x experiment) gather(ctx context.Context, s size, workers int, reference passage) (crowd, error) {
	list := make([]*passage, s.replicas)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for r := range list {
		group.Go(func() (err error) {
			list[r], err = x.follow(ctx, s.neurons, r+s.replicas*s.neurons, reference)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return crowd{}, err
	}
	c := crowd{size: s}
	for _, p := range list {
		if p != nil {
			c.passages = append(c.passages, *p)
		}
	}
	if len(c.passages) < 2 {
		return c, fmt.Errorf("%s: %d of %d networks of %d neurons jump", x.name, len(c.passages), s.replicas, s.neurons)
	}
	return c, nil
}
