package play

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"lapicque/runs/scenario"
)

// Sweep is a scenario at many points and how they are played; none of the options changes a result.
type Sweep struct {
	Points   []*scenario.Scenario
	Side     scenario.Sides // one of the two
	Workers  int            // 0: all cores
	Known    []Point        // points of an earlier call, which are not played again
	Keep     func(Point)    // receives each point as it is finished, one at a time; may be nil
	Progress func(float64)  // receives the fraction done, from many goroutines; may be nil
}

// Run plays the points, each by itself, and returns those that are finished in their order. A point that fails says so and
// stops no other. The error is the context's.
func (s Sweep) Run(ctx context.Context) ([]Point, error) {
	found := make([]*Point, len(s.Points))
	for i := range s.Known {
		found[s.Known[i].Index] = &s.Known[i]
	}
	parallel, inner := share(s.Workers, len(s.Points))
	var lock sync.Mutex
	done := float64(len(s.Known))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, one := range s.Points {
		if found[i] != nil || ctx.Err() != nil {
			continue
		}
		group.Go(func() error {
			covered := 0.0
			p, err := assess(ctx, one, s.Side, inner, func(fraction float64) {
				lock.Lock()
				defer lock.Unlock()
				done, covered = done+max(0, fraction-covered), max(covered, fraction)
				s.report(done)
			})
			if err != nil {
				return err
			}
			lock.Lock()
			defer lock.Unlock()
			done += 1 - covered
			s.report(done)
			p.Index = i
			if found[i] = &p; s.Keep != nil {
				s.Keep(p)
			}
			return nil
		})
	}
	_ = group.Wait()
	var list []Point
	for _, p := range found {
		if p != nil {
			list = append(list, *p)
		}
	}
	if len(list) < len(found) {
		return list, ctx.Err()
	}
	return list, nil
}

// report hands on how many points are done.
func (s Sweep) report(done float64) {
	if s.Progress != nil {
		s.Progress(done / float64(len(s.Points)))
	}
}

// assess plays one point. The error is the context's: all else is an outcome.
func assess(ctx context.Context, one *scenario.Scenario, side scenario.Sides, workers int, progress func(float64)) (p Point, err error) {
	defer func() { // a mistake of the program costs one point only
		if problem := recover(); problem != nil {
			p, err = newPoint(one), nil
			p.Outcome, p.Reason = PointFailed, fmt.Sprint(problem)
		}
	}()
	if err := ctx.Err(); err != nil {
		return p, err
	}
	switch f, placed := one.Field(); {
	case placed && side.Network:
		p, err = neuralNetworkPoint(ctx, one, f, workers, progress)
	case placed:
		p, err = neuralFieldPoint(ctx, one, f, progress)
	case side.Network:
		p, err = networkPoint(ctx, one, workers, progress)
	default:
		p, err = fieldPoint(ctx, one, progress)
	}
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	if err != nil {
		p = newPoint(one)
		p.fail(err)
	}
	return p, nil
}
