package continuation

import (
	"context"
	"math"
	"math/cmplx"
	"slices"

	"lapicque/neuron/membrane"
)

// Branch is a branch of cycles.
type Branch struct {
	Cycles       []Cycle
	Turns        []Turn  // in the order of the branch
	Begins, Ends Kind    // HopfPoint, RangeEnd, SaddleNodeOnCircle, HomoclinicOrbit, Canard, or Unresolved where steps became too small or too many
	From, To     float64 // the currents there

	shooting *shooting
	points   [][]float64 // z of each cycle
}

// Turn is a cycle of a branch at which a multiplier passes the unit circle.
type Turn struct {
	Cycle
	After int  // it lies between the cycles After and After + 1 of the branch
	Kind  Kind // FoldOfCycles, where the current turns; PeriodDoubling or Torus
}

// step sizes along a branch, in units of the scales.
const (
	firstStep, leastStep, longestStep = 0.01, 1e-5, 0.05
	mostPoints                        = 1500
	longest                           = 100   // periods, in units of the shortest of the branch, are followed up to this
	upright                           = 1e-10 // dI/ds of a branch along which the current no longer moves
	long                              = 8     // periods then followed near a saddle
	hard                              = 2e-3  // step below which such a branch is given up as a canard
)

// Follow returns the branch of cycles that begins at a Hopf point of a smooth model, for currents between from and to, by multiple shooting and
// pseudo-arclength continuation (Keller 1977). The error is that of the context.
func Follow(ctx context.Context, m membrane.Model, h Hopf, from, to float64) (*Branch, error) {
	s := newShooting(ctx, m, to-from)
	b := &Branch{Begins: HopfPoint, From: h.Current, shooting: s}
	z, tangent := s.birth(h)
	return b, b.trace(z, tangent, from, to)
}

// trace follows the branch from a point along its tangent to its end.
func (b *Branch) trace(z, tangent []float64, from, to float64) error {
	s := b.shooting
	distance, shortest := firstStep, s.period(z)
	for len(b.Cycles) < mostPoints && distance >= leastStep {
		next, ahead, steps := b.advance(z, tangent, distance)
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if next == nil {
			distance /= 2
			continue
		}
		if b.closed(z, next) {
			b.Ends = HopfPoint
			break
		}
		cycle := s.cycle(next)
		b.turn(z, tangent, cycle, distance)
		z, tangent = next, ahead
		b.Cycles, b.points = append(b.Cycles, cycle), append(b.points, z)
		shortest = math.Min(shortest, cycle.Period)
		if cycle.Current < from || cycle.Current > to {
			b.cut(math.Max(from, math.Min(to, cycle.Current)))
			break
		}
		still := math.Abs(tangent[s.size-1]) < upright
		if cycle.Period > longest*shortest || still && cycle.Period > long*shortest && s.saddle(cycle.Current) {
			break
		}
		if still && distance < hard {
			b.Ends = Canard
			break
		}
		if steps <= 3 {
			distance *= 1.5
		}
		distance = math.Min(distance, math.Min(longestStep, firstStep+s.amplitude(z)/2))
	}
	b.finish(from, to, shortest)
	return nil
}

// saddle reports whether an equilibrium at a current has an odd number of unstable real directions.
func (s *shooting) saddle(current float64) bool {
	return slices.ContainsFunc(At(s.model, current), func(e Equilibrium) bool {
		odd := false
		for _, l := range e.Eigenvalues {
			odd = odd != (imag(l) == 0 && real(l) > 0)
		}
		return odd
	})
}

// birth returns the Hopf point as a cycle of amplitude 0, and the direction of the branch there.
func (s *shooting) birth(h Hopf) (z, tangent []float64) {
	z, tangent = make([]float64, s.size), make([]float64, s.size)
	for k := range s.pieces {
		turn := cmplx.Rect(1, 2*math.Pi*float64(k)/float64(s.pieces))
		for i := range s.n {
			z[k*s.n+i] = h.State[i] / s.scale[i]
			tangent[k*s.n+i] = real(h.direction[i]*turn) / s.scale[i]
		}
	}
	z[s.size-2], z[s.size-1] = math.Log(h.Period()), h.Current/s.span
	size := math.Sqrt(s.dot(tangent, tangent))
	for i := range tangent {
		tangent[i] /= size
	}
	return z, tangent
}

// advance returns the point at a distance along the branch and the tangent there; nil where none is found or the branch bends too much.
func (b *Branch) advance(z, tangent []float64, distance float64) (next, ahead []float64, steps int) {
	s := b.shooting
	next = slices.Clone(z)
	for i, t := range tangent {
		next[i] += distance * t
	}
	steps, ok := s.correct(next, s.ahead(z, tangent, distance))
	if !ok {
		return nil, nil, steps
	}
	ahead = s.tangent()
	if s.dot(ahead, tangent) < 0.95 && len(b.Cycles) > 0 {
		return nil, nil, steps
	}
	return next, ahead, steps
}

// deviations writes the nodes less their mean.
func (s *shooting) deviations(z []float64) []float64 {
	d := make([]float64, s.size)
	for i := range s.n {
		mean := 0.0
		for k := range s.pieces {
			mean += z[k*s.n+i] / float64(s.pieces)
		}
		for k := range s.pieces {
			d[k*s.n+i] = z[k*s.n+i] - mean
		}
	}
	return d
}

// amplitude is the root mean square of the deviations from the mean.
func (s *shooting) amplitude(z []float64) float64 {
	d := s.deviations(z)
	return math.Sqrt(s.dot(d, d))
}

// closed reports whether the step from z to next went through a cycle of amplitude 0: a Hopf point.
func (b *Branch) closed(z, next []float64) bool {
	if len(b.Cycles) == 0 {
		return false
	}
	old, now := b.shooting.deviations(z), b.shooting.deviations(next)
	return b.shooting.dot(old, now) < 0 || b.shooting.amplitude(next) < 1e-6
}

// turn notes a cycle between the last one and next at which a multiplier passes the unit circle. At a fold F = Π (1 − μ_i) changes sign;
// elsewhere stability is gained or lost as |μ_1| passes 1.
func (b *Branch) turn(z, tangent []float64, next Cycle, distance float64) {
	if len(b.Cycles) == 0 {
		return
	}
	last := b.Cycles[len(b.Cycles)-1]
	kind, measure := FoldOfCycles, fromOne
	if fromOne(last)*fromOne(next) >= 0 {
		if last.Stable() == next.Stable() {
			return
		}
		kind, measure = PeriodDoubling, growth
	}
	c, ok := b.locate(z, tangent, distance, measure(last), measure(next), measure)
	if !ok || math.Abs(measure(c)) > 1e-3 {
		return // a jump of a multiplier too large to be known, not a passage
	}
	if kind == PeriodDoubling && imag(c.Multipliers[0]) != 0 {
		kind = Torus
	}
	b.Turns = append(b.Turns, Turn{Cycle: c, After: len(b.Cycles) - 1, Kind: kind})
}

// fromOne is sign F·ln(1 + |F|), F = Π (1 − μ_i): of one order of magnitude, and smooth where it changes sign.
func fromOne(c Cycle) float64 {
	f := complex(1, 0)
	for _, m := range c.Multipliers {
		f *= 1 - m
	}
	return math.Copysign(math.Min(math.Log1p(math.Abs(real(f))), 700), real(f))
}

// growth is ln |μ_1|.
func growth(c Cycle) float64 {
	return math.Max(-700, math.Min(700, math.Log(cmplx.Abs(c.Multipliers[0]))))
}

// locate finds the cycle within a step at which a measure of cycles, low and high at its ends, changes sign: by regula falsi in which the end
// that stays counts half (Illinois).
func (b *Branch) locate(z, tangent []float64, distance, low, high float64, measure func(Cycle) float64) (best Cycle, ok bool) {
	left, right := 0.0, distance
	for range 60 {
		at := left + (right-left)*low/(low-high)
		point, _, _ := b.advance(z, tangent, at)
		if point == nil {
			return best, ok
		}
		best, ok = b.shooting.cycle(point), true
		value := measure(best)
		switch {
		case math.Abs(value) < 1e-7 || right-left < 1e-12:
			return best, ok
		case value*low > 0:
			left, low, high = at, value, high/2
		default:
			right, high, low = at, value, low/2
		}
	}
	return best, ok
}

// cut replaces the last cycle by the one at a current.
func (b *Branch) cut(current float64) {
	k := len(b.points) - 1
	if k < 1 {
		return
	}
	if z := b.between(k-1, current); z != nil {
		b.points[k], b.Cycles[k] = z, b.shooting.cycle(z)
		b.Ends = RangeEnd
	}
}

// between returns the point at a current between the points k and k+1.
func (b *Branch) between(k int, current float64) []float64 {
	s := b.shooting
	left, right := b.points[k], b.points[k+1]
	part := (current - s.currentOf(left)) / (s.currentOf(right) - s.currentOf(left))
	z := slices.Clone(left)
	for i := range z {
		z[i] += part * (right[i] - left[i])
	}
	if _, ok := s.correct(z, s.under(current)); !ok {
		return nil
	}
	return z
}

// At returns the cycles of the branch at a current, in the order of the branch. One between the Hopf point and the first cycle of the list is left out.
func (b *Branch) At(current float64) []Cycle {
	var all []Cycle
	for k := 0; k+1 < len(b.points); k++ {
		left, right := b.Cycles[k].Current, b.Cycles[k+1].Current
		if left == current || (left-current)*(right-current) < 0 {
			if z := b.between(k, current); z != nil {
				all = append(all, b.shooting.cycle(z))
			}
		}
	}
	return all
}

// finish names the end of the branch.
func (b *Branch) finish(from, to, shortest float64) {
	k := len(b.Cycles) - 1
	if k < 1 {
		return
	}
	last, before := b.Cycles[k], b.Cycles[k-1]
	b.To = last.Current
	e := FindEquilibria(b.shooting.model, from, to)
	switch {
	case b.Ends == HopfPoint:
		distance := math.Inf(1)
		for _, h := range e.Hopfs {
			if d := math.Abs(h.Current - last.Current); math.Abs(h.Current-b.From) > 1e-9*(to-from) && d < distance {
				distance, b.To = d, h.Current
			}
		}
	case b.Ends == Unresolved && last.Period > 3*shortest:
		// 1/T² is linear in I near a saddle-node
		u, v := 1/(last.Period*last.Period), 1/(before.Period*before.Period)
		zero := last.Current - u*(last.Current-before.Current)/(u-v)
		b.Ends = HomoclinicOrbit
		for _, f := range e.Folds {
			if math.Abs(zero-f.Current) < 0.1*math.Abs(last.Current-f.Current) {
				b.Ends, b.To = SaddleNodeOnCircle, f.Current
			}
		}
	}
}
