package elapsed

import (
	"context"
	"math"

	"lapicque/neuron"
)

// Cycle is an oscillation of N.
type Cycle struct {
	Period    float64
	Low, High float64 // of N
	// Spread is the largest difference of Low, High or Period between the last two rounds: how far the solution still is from periodic.
	Spread float64
}

// round is what is seen between two upward passages of N through a level.
type round struct{ start, low, high float64 }

// Cycle follows the solution up to a time and returns the oscillation at the end of it, nil when the last two rounds, counted by
// upward passages of N through the level given (a steady rate, say), are not complete or N moves by less than 1e−6 of its level.
// Errors are those of NewSolver and Advance. With an amplitude that still changes Spread is large: take a later time.
func (e Equation) Cycle(ctx context.Context, initial neuron.Initial, o Options, level, until float64) (*Cycle, error) {
	s, err := e.NewSolver(initial, o)
	if err != nil {
		return nil, err
	}
	var rounds []round
	now := round{start: math.NaN(), low: math.Inf(1)}
	before := s.rate
	see := func(at, n float64) {
		if before < level && n >= level {
			rounds = append(rounds, now)
			now = round{at, math.Inf(1), 0}
			if len(rounds) > 2 {
				rounds = rounds[len(rounds)-2:]
			}
		}
		now.low, now.high = math.Min(now.low, n), math.Max(now.high, n)
		before = n
	}
	s.watch = func(t *trial) {
		for i := range 4 * stages {
			from := t.start + t.h*float64(i)/(4*stages)
			to := t.start + t.h*float64(i+1)/(4*stages)
			if i == 0 {
				see(from, t.value(from))
			}
			if n := t.value(to); before < level && n >= level {
				at := bisect(from, to, func(at float64) bool { return t.value(at) >= level })
				see(at, math.Max(level, t.value(at)))
			} else {
				see(to, n)
			}
		}
	}
	if err := s.Advance(ctx, until); err != nil {
		return nil, err
	}
	return summed(rounds, now.start, level), nil
}

// summed makes a cycle of the last two rounds, which end at the start of the present one.
func summed(rounds []round, end, level float64) *Cycle {
	if len(rounds) < 2 || math.IsNaN(rounds[0].start) {
		return nil
	}
	a, b := rounds[0], rounds[1]
	c := &Cycle{Period: end - b.start, Low: b.low, High: b.high}
	c.Spread = math.Max(math.Abs(c.Period-(b.start-a.start)), math.Max(math.Abs(a.low-b.low), math.Abs(a.high-b.high)))
	if c.High-c.Low < 1e-6*level {
		return nil
	}
	return c
}
