package network

import (
	"fmt"
	"math"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// session is one call of Run.
type session struct {
	*Network
	crew      *crew
	observers []Observer
	frame     Frame

	step              step // the step under way, shared by the workers
	pass              kernel.Pass
	runaway           bool
	sorted            bool      // the strips of the blocks are those of the state, not only their crowds
	before            float64   // the offset before the step
	move, sift, reset func(int) // movePass, siftPass and resetPass, bound once so that a step allocates nothing
}

// open returns a session on the network; close the crew when done.
func (n *Network) open(observers []Observer) *session {
	s := &session{Network: n, crew: newCrew(n.config.Workers), observers: observers, frame: Frame{network: n}}
	s.move, s.sift, s.reset = s.movePass, s.siftPass, s.resetPass
	return s
}

// begin fires what stands at or above the threshold at the start.
func (s *session) begin() error {
	if s.started {
		return nil
	}
	s.started = true
	s.foretell()
	s.level = s.wanted()
	s.clear(s.Time(), s.Time())
	if s.instant(s.Time(), -1, 0) == 0 {
		return nil
	}
	s.depart()
	return s.show()
}

// cross takes one step of the grid, from t over length ≤ Dt, cut where the current
// jumps: the crossing test knows a current that bends inside a step, but none that jumps.
func (s *session) cross(t, length float64) error {
	end, near := t+length, s.config.Dt*1e-9
	for {
		if s.jump <= t+near {
			t = max(t, s.jump)
			s.jump = neuron.NextJump(s.law.input, t+near)
		}
		if s.jump >= end-near {
			return s.macro(t, length)
		}
		if err := s.macro(t, s.jump-t); err != nil {
			return err
		}
		t, length = s.jump, end-s.jump
	}
}

// macro takes one step of the grid, from t over length ≤ Dt, in substeps of about Dt·2^−level.
func (s *session) macro(t, length float64) error {
	shorter := int(math.Log2(s.config.Dt / length)) // levels that the length makes up for
	for at := 0.0; at < 1; {
		part := math.Ldexp(1, -max(0, s.level-shorter))
		end := at + part
		h := length * part
		switch s.config.Scheme {
		case Bridge:
			s.bridge(t+length*at, h)
		case Euler:
			s.euler(t+length*at, h)
		case Event:
			s.event(t+length*at, h)
		}
		if s.runaway {
			return fmt.Errorf("network: a neuron fires more than %d times between %v and %v: a smaller dt is needed", maxCrossings, t+length*at, t+length*end)
		}
		s.frame.Start, s.frame.End = t+length*at, t+length*end
		s.depart()
		if err := s.show(); err != nil {
			return err
		}
		at = end
		s.relevel(at, part)
	}
	return nil
}

// clear empties what a step leaves behind.
func (s *session) clear(start, end float64) {
	for i := range s.blocks {
		b := &s.blocks[i]
		b.candidates, b.spikes, b.late, b.repeated = b.candidates[:0], b.spikes[:0], 0, 0
	}
	s.frame.Start, s.frame.End, s.frame.Count = start, end, 0
	s.frame.Cascades, s.frame.ready = s.frame.Cascades[:0], false
}

// show hands the frame to the observers.
func (s *session) show() error {
	for _, o := range s.observers {
		if err := o.Observe(&s.frame); err != nil {
			return err
		}
	}
	return nil
}
