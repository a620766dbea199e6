package network

import (
	"context"
	"math"
)

// Grid is a grid of time steps that lands on any time asked for: step k ends at k·dt, computed and never summed. The
// zero value but for Dt stands at time 0.
type Grid struct {
	Dt     float64
	origin float64 // time of grid point 0
	steps  int64   // of Dt since then
}

// Time returns the current time.
func (g *Grid) Time() float64 { return g.origin + float64(g.steps)*g.Dt }

// March takes the steps up to the time until, exactly: take is told where a step starts and its length. Times that are whole
// multiples of Dt do not alter the steps, others shorten the step before them and begin the grid anew. It
// returns the context's error when cancelled, or that of take, after which that step does not count as taken.
func (g *Grid) March(ctx context.Context, until float64, take func(t, h float64) error) error {
	if math.IsNaN(until) || math.IsInf(until, 0) {
		panic("network: Run needs a finite time")
	}
	for {
		t := g.Time()
		rest := until - t
		if rest <= g.Dt*1e-9 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if rest >= g.Dt*(1-1e-9) {
			if err := take(t, g.Dt); err != nil {
				return err
			}
			g.steps++
			continue
		}
		if err := take(t, rest); err != nil {
			return err
		}
		g.origin, g.steps = until, 0
	}
}
