package ode

import "math"

// Before returns the time at which the last step began.
func (s *Solver) Before() float64 { return s.before }

// At writes y(t) into dst, for a time inside the last step, to order 4. It must be called before
// the next step.
func (s *Solver) At(t float64, dst []float64) {
	h := s.time - s.before
	if !s.stepped || t >= s.time || !(h > 0) {
		copy(dst, s.y)
		return
	}
	x := (t - s.before) / h
	left, right := x*(1-x)*(1-x)*h, -x*x*(1-x)*h
	rise := x * x * (3 - 2*x)
	for i := range dst {
		dst[i] = s.old[i] + rise*(s.y[i]-s.old[i]) + left*s.k[0][i] + right*s.k[stages-1][i]
	}
	top := h * x * x * (1 - x) * (1 - x)
	for j, d := range bend {
		if d != 0 {
			axpy(dst, top*d, s.k[j])
		}
	}
}

// Event is a quantity whose zeros are sought.
type Event func(t float64, y []float64) float64

// looks is the number of parts of a step in which a change of sign is looked for.
const looks = 4

// Crossing returns the first time of the last step after from at which an event changes sign from
// negative to positive (rising) or back, by bisection on the dense output; false without one. A
// pair of crossings within a quarter of a step is missed.
func (s *Solver) Crossing(g Event, rising bool, from float64) (t float64, found bool) {
	value := func(t float64) float64 {
		s.At(t, s.point)
		if x := g(t, s.point); rising {
			return x
		} else {
			return -x
		}
	}
	lo := math.Max(from, s.before)
	low := value(lo)
	for part := 1; part <= looks; part++ {
		hi := s.before + (s.time-s.before)*float64(part)/looks
		if hi <= lo {
			continue
		}
		high := value(hi)
		if low < 0 && high >= 0 {
			return bisect(value, lo, hi), true
		}
		lo, low = hi, high
	}
	return 0, false
}

// bisect returns the change of sign of f between lo (< 0) and hi (≥ 0).
func bisect(f func(float64) float64, lo, hi float64) float64 {
	for {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			return hi
		}
		if f(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
}
