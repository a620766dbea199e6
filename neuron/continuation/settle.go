package continuation

import (
	"context"
	"math"
	"slices"

	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// Settle returns the branch through the stable cycle to which the model settles from beside an equilibrium at a current, followed both ways for
// currents between from and to; nil where it settles to no cycle within 40 times the slowest relaxation of the equilibrium. The error is that of the context.
func Settle(ctx context.Context, m membrane.Model, current, from, to float64) (*Branch, error) {
	s := newShooting(ctx, m, to-from)
	z, err := s.settled(current)
	if z == nil || err != nil {
		return nil, err
	}
	if _, ok := s.correct(z, s.under(current)); !ok {
		return nil, ctx.Err()
	}
	tangent := s.tangent()
	first := s.cycle(z)
	forward := &Branch{shooting: s, Cycles: []Cycle{first}, points: [][]float64{z}}
	backward := &Branch{shooting: s, Cycles: []Cycle{first}, points: [][]float64{z}}
	if err := forward.trace(z, tangent, from, to); err != nil {
		return nil, err
	}
	back := slices.Clone(tangent)
	for i := range back {
		back[i] = -back[i]
	}
	if err := backward.trace(z, back, from, to); err != nil {
		return nil, err
	}
	return backward.reversed().joined(forward), nil
}

// reversed returns the branch in the other sense.
func (b *Branch) reversed() *Branch {
	slices.Reverse(b.Cycles)
	slices.Reverse(b.points)
	slices.Reverse(b.Turns)
	for k := range b.Turns {
		b.Turns[k].After = len(b.Cycles) - 2 - b.Turns[k].After
	}
	b.Begins, b.Ends, b.From, b.To = b.Ends, b.Begins, b.To, b.From
	return b
}

// joined returns the branch followed by one that begins with its last cycle.
func (b *Branch) joined(next *Branch) *Branch {
	shift := len(b.Cycles) - 1
	for _, t := range next.Turns {
		t.After += shift
		b.Turns = append(b.Turns, t)
	}
	b.Cycles, b.points = append(b.Cycles, next.Cycles[1:]...), append(b.points, next.points[1:]...)
	b.Ends, b.To = next.Ends, next.To
	return b
}

// settled integrates from beside an equilibrium for a long time and returns the cycle come to, as the unknowns of the shooting.
func (s *shooting) settled(current float64) ([]float64, error) {
	states := At(s.model, current)
	if len(states) == 0 {
		return nil, nil
	}
	start := states[len(states)/2]
	slowest := math.Inf(1)
	for _, l := range start.Eigenvalues {
		slowest = math.Min(slowest, math.Hypot(real(l), imag(l)))
	}
	span := 20 / slowest
	y := slices.Clone(start.State)
	y[0] += 0.05 * s.scale[0]
	flow := ode.New(func(_ float64, y, dy []float64) { s.model.Slope(current, y, dy) }, 0, y, ode.Options{Method: ode.DOP853, Rtol: 1e-9})
	if err := flow.Advance(s.ctx, span); err != nil {
		return nil, s.ctx.Err()
	}
	low, high := flow.State()[0], flow.State()[0]
	middle := func(_ float64, y []float64) float64 { return y[0] - (low+high)/2 }
	last, period := math.NaN(), math.NaN()
	crossing := make([]float64, s.n)
	for flow.Time() < 2*span {
		if err := flow.Step(2 * span); err != nil || s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		low, high = math.Min(low, flow.State()[0]), math.Max(high, flow.State()[0])
		if at, found := flow.Crossing(middle, true, flow.Before()); found {
			period, last = at-last, at
			flow.At(at, crossing)
		}
	}
	if !(period > 0) || high-low < 1e-3*s.scale[0] {
		return nil, nil
	}
	return s.sampled(current, period, crossing), nil
}

// sampled returns the unknowns of a cycle that begins at y.
func (s *shooting) sampled(current, period float64, y []float64) []float64 {
	z := make([]float64, s.size)
	z[s.size-2], z[s.size-1] = math.Log(period), current/s.span
	flow := ode.New(func(_ float64, y, dy []float64) { s.model.Slope(current, y, dy) }, 0, y, ode.Options{Method: ode.DOP853, Rtol: accuracy})
	for k := range s.pieces {
		if flow.Advance(s.ctx, period*float64(k)/float64(s.pieces)) != nil {
			return nil
		}
		for i, v := range flow.State() {
			z[k*s.n+i] = v / s.scale[i]
		}
	}
	return z
}
