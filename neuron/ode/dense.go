package ode

import "math"

// Before returns the time at which the last step began.
func (s *Solver) Before() float64 { return s.before }

// At writes y(t) into dst, for a time inside the last step, to the order of the Method's dense output. It must be called before
// the next step and before f changes.
func (s *Solver) At(t float64, dst []float64) {
	h := s.time - s.before
	if !s.stepped || t >= s.time || !(h > 0) {
		copy(dst, s.y)
		return
	}
	x := (t - s.before) / h
	s.method.dense(s, x, h, dst)
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

// Stop ends the last step where Crossing finds an event, if it does: the step is made anew up to that time,
// which Newton's method refines on the state so found, so that it has the order of the method and not that of the dense output.
// The event has then just happened: the next step does not find it again.
func (s *Solver) Stop(g Event, rising bool, from float64) bool {
	at, found := s.Crossing(g, rising, from)
	if !found {
		return false
	}
	s.shorten(at)
	for range 8 {
		value, h := g(s.time, s.y), s.time-s.before
		small := 1e-6 * h
		copy(s.point, s.y)
		axpy(s.point, small, s.k[s.shape.end])
		move := -value * small / (g(s.time+small, s.point) - value)
		if !(math.Abs(move) <= h/2) || math.Abs(move) <= 1e-16*math.Abs(s.time) {
			break
		}
		s.shorten(s.time + move)
	}
	for ulp := math.Nextafter(s.time, math.Inf(1)) - s.time; ulp < 1e-14*(1+math.Abs(s.time)); ulp *= 2 {
		if value := g(s.time, s.y); value == 0 || (value > 0) == rising {
			break
		}
		s.shorten(s.time + ulp)
	}
	return true
}

// shorten makes the last step anew, to end at t.
func (s *Solver) shorten(t float64) {
	s.y, s.old, s.time = s.old, s.y, s.before
	s.method.attempt(s, t-s.before)
	s.complete(t)
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
