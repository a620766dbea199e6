package elapsed

import (
	"math"

	"lapicque/neuron"
)

// mark is a time of birth at which the density is not smooth, and unless only the density is meant a time at which N is not
// smooth either. The derivative of order Level is the first that jumps.
type mark struct {
	at      float64
	level   int
	density bool
}

// mark notes a mark, unless it is smooth enough for the scheme or known.
func (s *Solver) mark(m mark) {
	if m.level >= stages {
		return
	}
	for i := range s.marks {
		if old := &s.marks[i]; math.Abs(old.at-m.at) <= least(m.at) && old.density == m.density {
			old.level = min(old.level, m.level)
			return
		}
	}
	s.marks = append(s.marks, m)
}

// arrival returns the next time after the present at which a mark of N arrives.
func (s *Solver) arrival() float64 {
	next := math.Inf(1)
	if s.synapses.Transmission != neuron.Discrete {
		return next
	}
	for _, m := range s.marks {
		if at := m.at + s.synapses.Delay; !m.density && at > s.time+least(s.time) {
			next = math.Min(next, at)
		}
	}
	return next
}

// remark marks the present, at the end of a step, for what arrives now, for what the front meets and for its turn, and drops what
// can no longer matter.
func (s *Solver) remark(turned bool) {
	delay := 0.0
	if s.synapses.Transmission == neuron.Discrete {
		delay = s.synapses.Delay
		for _, m := range s.marks {
			if !m.density && math.Abs(m.at+delay-s.time) <= least(s.time) {
				s.mark(mark{at: s.time, level: m.level})
			}
		}
	}
	if _, sharp := s.exposure.(sharp); sharp {
		front := s.time - s.law.Sigma.At(s.input)
		for _, m := range s.marks {
			if math.Abs(m.at-front) <= least(s.time) {
				s.mark(mark{at: s.time, level: m.level + 1})
			}
		}
		if turned {
			s.mark(mark{at: s.time, level: 3})
			s.mark(mark{at: front, level: 0, density: true})
		}
	}
	oldest := s.time
	if len(s.cohorts.list) > 0 {
		oldest = s.cohorts.list[0].from
	}
	kept := s.marks[:0]
	for _, m := range s.marks {
		if m.at > oldest-meet(s.time) || !m.density && m.at+delay > s.time {
			kept = append(kept, m)
		}
	}
	s.marks = kept
}

// rough reports whether N is marked at a time.
func (s *Solver) rough(at float64) bool {
	for _, m := range s.marks {
		if !m.density && math.Abs(m.at-at) <= least(at) {
			return true
		}
	}
	return false
}

// few marks are kept even where a step is too short to tell whether they matter; of many, as a delay makes them, those are dropped, and
// the control of the error meets what is left of them.
const few = 24

// smoothed drops the mark at the start of a step when the polynomial of the step before goes on into it.
func (s *Solver) smoothed(t *trial) {
	k := len(s.history.pieces) - 1
	if k < 0 || !s.rough(t.start) {
		return
	}
	p := &s.history.pieces[k]
	if short, long := min(p.end-p.start, t.h), max(p.end-p.start, t.h); short < long/10 && len(s.marks) < few {
		return // too short a step to tell
	}
	reach := 0.25 * math.Min(p.end-p.start, t.h)
	for _, x := range [3]float64{0, 0.6, 1} {
		at := t.start + x*reach
		before := p.shape.value((at - p.start) / (p.end - p.start))
		if !(math.Abs(before-t.value(at)) <= 10*s.rtol*s.scale(t)) {
			return
		}
	}
	kept := s.marks[:0]
	for _, m := range s.marks {
		if m.density || math.Abs(m.at-t.start) > least(t.start) {
			kept = append(kept, m)
		}
	}
	s.marks = kept
}
