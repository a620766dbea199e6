package network

import "slices"

// close finds how many neurons fire in the step: with the κ sorted, the k-th
// fires if and only if κ_(k) ≤ shift(k − 1), stopping at the first failure: the
// smallest fixed point, which is the cascade rule applied to the step. It
// reports whether the kicks ran past the margin up to which candidates are known.
func (s *session) close(st *step) (overrun bool) {
	st.low, st.high = st.shift(0), st.margin // a neuron with κ ≤ low fires for certain, one beyond high does not
	if s.kick == 0 {
		st.high = st.low
	}
	if s.kick < 0 {
		st.low, st.high = st.shift(s.listed()), st.shift(0)
	}
	s.crew.do(s.sift)
	s.gather(st)
	for _, kappa := range s.window {
		if kappa > st.shift(st.fired) {
			return false
		}
		st.fired++
		st.cut = kappa
	}
	return s.kick > 0 && s.overran()
}

// overran reports whether kicks ran past the margin up to which candidates are known.
func (s *session) overran() bool {
	return s.step.shift(s.step.fired) > s.step.high && !s.law.Firing.Escapes()
}

// listed returns how many neurons can fire in the step at most: the candidates, and
// those who escaped in pass one.
func (s *session) listed() (n int) {
	for i := range s.blocks {
		n += len(s.blocks[i].candidates) + len(s.blocks[i].spikes)
	}
	return s.everybody(n)
}

// gather collects what siftPass found: those who fire for certain are counted, the κ
// of those who are open fill the window, ascending.
func (s *session) gather(st *step) {
	certain := 0
	s.window = s.window[:0]
	for w := range s.workers {
		certain += s.workers[w].certain
		s.window = append(s.window, s.workers[w].open...)
	}
	if s.ranks != nil {
		certain = s.gatherClose(certain)
	}
	st.fired += certain
	slices.Sort(s.window)
	st.cut = st.low
}

// siftPass counts, over the blocks of a worker, the candidates that fire for
// certain, and lists the κ of those that are open.
func (s *session) siftPass(w int) {
	certain, open := 0, s.workers[w].open[:0]
	low, high := s.step.low, s.step.high
	for i := range s.share(w) {
		certain += len(s.blocks[i].spikes) // those who escaped in pass one
		for k := range s.blocks[i].candidates {
			switch kappa := s.blocks[i].candidates[k].kappa; {
			case kappa <= low:
				certain++
			case kappa <= high:
				open = append(open, kappa)
			}
		}
	}
	s.workers[w].certain, s.workers[w].open = certain, open
}
