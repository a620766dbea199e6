package network

import (
	"math"
	"slices"
)

// close finds how many neurons fire in the step: with the κ sorted, the k-th
// fires if and only if κ_(k) ≤ shift(k − 1), stopping at the first failure: the
// smallest fixed point, which is the cascade rule applied to the step. It
// reports whether the kicks ran past the margin up to which candidates are known.
func (s *session) close(st *step) (overrun bool) {
	if s.kick == 0 {
		st.fired = s.count(0)
		return false
	}
	lo, hi := st.shift(0), st.margin // a neuron with κ ≤ lo fires for certain, one beyond hi does not
	if s.kick < 0 {
		lo, hi = st.shift(s.count(math.Inf(1))), st.shift(0)
	}
	window := s.window[:0]
	for i := range s.blocks {
		for _, c := range s.blocks[i].candidates {
			switch {
			case c.kappa <= lo:
				st.fired++
			case c.kappa <= hi:
				window = append(window, c.kappa)
			}
		}
	}
	s.window = window
	slices.Sort(window)
	st.cut = lo
	for _, kappa := range window {
		if kappa > st.shift(st.fired) {
			return false
		}
		st.fired++
		st.cut = kappa
	}
	return s.kick > 0 && st.shift(st.fired) > hi
}

// count returns the number of candidates with κ ≤ level.
func (s *session) count(level float64) int {
	n := 0
	for i := range s.blocks {
		for _, c := range s.blocks[i].candidates {
			if c.kappa <= level {
				n++
			}
		}
	}
	return n
}
