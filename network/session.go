package network

import (
	"fmt"

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
	assembly          *assembly // what observers of rank 0 look at, nil without ranks
	watched           bool      // there are some
	departures        []float64 // of the frame's spikes in all ranks, ascending …
	sent              bool      // … once they are gathered
	move, sift, reset func(int) // movePass, siftPass and resetPass, bound once so that a step allocates nothing
}

// open returns a session on the network.
func (n *Network) open(observers []Observer, crew *crew) *session {
	s := &session{Network: n, crew: crew, observers: observers, frame: NewFrame(crowd{n})}
	if n.ranks != nil {
		s.assembly = &assembly{session: s}
		s.frame = NewFrame(s.assembly)
	}
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

// nextJump returns when the current jumps next.
func (s *session) nextJump(t float64) float64 { return neuron.NextJump(s.law.input, t) }

// substep takes one substep and shows it.
func (s *session) substep(t, h, end float64) error {
	switch s.config.Scheme {
	case Bridge:
		s.bridge(t, h)
	case Euler:
		s.euler(t, h)
	case Event:
		s.event(t, h)
	}
	if err := s.bounded(t, end); err != nil {
		return err
	}
	s.frame.Start, s.frame.End = t, end
	s.depart()
	return s.show()
}

// bounded returns an error when a neuron did nothing but fire.
func (s *session) bounded(start, end float64) error {
	if s.runaway {
		return fmt.Errorf("network: a neuron fires more than %d times between %v and %v: a smaller dt is needed", maxCrossings, start, end)
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
	s.sent = false
}

// show hands the frame to the observers.
func (s *session) show() error {
	if s.watched {
		return s.showTogether()
	}
	return s.observe()
}

func (s *session) observe() error {
	for _, o := range s.observers {
		if err := o.Observe(&s.frame); err != nil {
			return err
		}
	}
	return nil
}
