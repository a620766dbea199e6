package limits

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

// Options say how a study is carried out; none changes a result.
type Options struct {
	Workers  int           // 0: all cores
	Known    []Point       // of an earlier call, which are not computed again
	Keep     func(Point)   // receives each point as it is finished, one at a time; may be nil
	Progress func(float64) // receives the fraction done, from many goroutines; may be nil
}

// Prepare solves the candidates. It returns neuron.Faults where there is no jump to study.
func (p *Problem) Prepare(ctx context.Context) (err error) {
	p.targets, err = newTargets(ctx, p)
	return err
}

// Begun returns the result without points, of a prepared problem.
func (p *Problem) Begun() *Result { return p.result() }

// Scenario returns that with the smallest value of the small parameter.
func (p *Problem) Scenario() *scenario.Scenario { return p.values[len(p.values)-1] }

// refuseJump says that the candidates have no jump in time.
func (p *Problem) refuseJump(at, last float64) error {
	value := "no blow-up of the mean field before the last snapshot"
	if !math.IsNaN(at) {
		value = fmt.Sprintf("a blow-up at t = %.6g, no snapshot after it", at)
	}
	return neuron.Faults{{Field: "time.snapshots", Value: value, Accepted: fmt.Sprintf("without the small parameter a blow-up, and a snapshot after it (the last one is %g)", last)}}
}

// Run computes the points and concludes. When the context ends it returns the result with the points that are finished and the
// context's error; a point that fails says so.
func (p *Problem) Run(ctx context.Context, o Options) (*Result, error) {
	r := p.result()
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	list := p.cells()
	found := make([]*Point, len(list))
	meter := &meter{tell: o.Progress}
	for i, at := range list {
		meter.total += p.cost(at)
		for k := range o.Known {
			if o.Known[k].Value == p.Values[at.value] && o.Known[k].N == p.neurons(at) {
				found[i] = &o.Known[k]
				meter.add(p.cost(at))
			}
		}
	}
	var lock sync.Mutex
	var group errgroup.Group
	group.SetLimit(o.Workers)
	for i, at := range list {
		if found[i] != nil {
			continue
		}
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			point, err := p.point(ctx, at, meter)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				point = p.fail(at, err)
			}
			lock.Lock()
			defer lock.Unlock()
			if found[i] = &point; o.Keep != nil {
				o.Keep(point)
			}
			return nil
		})
	}
	_ = group.Wait()
	r.finish(found)
	if len(r.Points) < r.Total {
		return r, ctx.Err()
	}
	return r, nil
}

// finish enters the points, by N and then by value, which descends, and concludes.
func (r *Result) finish(found []*Point) {
	for _, x := range found {
		if x != nil {
			r.Points = append(r.Points, *x)
		}
	}
	slices.SortFunc(r.Points, func(a, b Point) int { return cmp.Or(a.N-b.N, cmp.Compare(b.Value, a.Value)) })
	r.Finished, r.Outcome = len(r.Points), play.Completed
	if r.Finished < r.Total {
		r.Outcome = play.Cancelled
	}
	r.conclude()
}

// point computes one point. A mistake of the program costs this point only.
func (p *Problem) point(ctx context.Context, at cell, m *meter) (out Point, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	one, part := p.values[at.value], m.part(p.cost(at))
	if at.size == 0 {
		coarser, err := solve(ctx, one, scenario.Coarser, func(f float64) { part(0.3 * f) })
		if err != nil {
			return out, err
		}
		c, err := solve(ctx, one, scenario.AsAsked, func(f float64) { part(0.3 + 0.7*f) })
		if err != nil {
			return out, err
		}
		part(1)
		return p.targets.measure(p, at, []*course{c}, coarser), nil
	}
	one = one.Resized(p.neurons(at))
	var courses []*course
	for k := range p.Replicas {
		c, err := simulate(ctx, one, uint64(k), func(f float64) { part((float64(k) + f) / float64(p.Replicas)) })
		if err != nil {
			return out, err
		}
		courses = append(courses, c)
	}
	part(1)
	return p.targets.measure(p, at, courses, nil), nil
}

// cost weighs a point for the progress: a mean field like a thousand neurons.
func (p *Problem) cost(at cell) float64 {
	if at.size == 0 {
		return 5000
	}
	return float64(p.neurons(at)+1000) * float64(p.Replicas)
}

// meter tells the fraction done.
type meter struct {
	lock        sync.Mutex
	total, done float64
	tell        func(float64)
}

func (m *meter) add(x float64) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.done += x; m.tell != nil {
		m.tell(m.done / m.total)
	}
}

// part returns what takes the fraction of a piece of work that is done.
func (m *meter) part(cost float64) func(float64) {
	covered := 0.0
	return func(fraction float64) {
		if fraction > covered+0.01 || fraction == 1 {
			m.add(cost * (fraction - covered))
			covered = fraction
		}
	}
}
