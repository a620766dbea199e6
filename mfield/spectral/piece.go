package spectral

import "lapicque/neuron"

// Where the current or its slope jumps a step ends, and the next begins with the
// next smooth piece, so that the order of the step stays.

// follow makes a smooth piece the current of the equation.
func (s *Solver) follow(p neuron.Piece) {
	s.piece, s.fixed = p, p.Constant() && s.free.late.activity == nil
	s.input = func(t float64) (at, slope drive) { return s.free.late.drive(t, p.At(t), p.Slope(t)) }
}

// nextPiece takes up the piece of the current at the present time. After a jump N
// goes on like √t, so steps begin anew.
func (s *Solver) nextPiece() {
	for s.now.time >= s.piece.Until {
		if s.piece.Jump {
			s.plainClock()
			s.h = min(s.h, 1e-6*s.kappa)
		}
		for _, a := range s.histories() {
			if a != nil {
				a.MarkEnd(s.piece)
			}
		}
		s.follow(s.problem.Law.Input().Piece(s.piece.Until))
		s.memory.n = 0
	}
}

// end returns when the next step must end at the latest: with the piece, or where a mark arrives.
func (s *Solver) end() float64 {
	end := s.piece.Until
	for _, a := range s.histories() {
		if a != nil {
			end = min(end, a.Next())
		}
	}
	return end
}

// fit returns the size of the next step: the wanted one, half the way to the end that
// it may go to, or all of it. The last lands there, for which the clock becomes t.
func (s *Solver) fit() (size float64, lands bool) {
	left := s.end() - s.now.time
	pace := 1 - s.law.kappa*s.now.w
	switch {
	case s.h*pace >= left:
		s.plainClock()
		return left, true
	case s.h*pace > left/2:
		return left / 2 / pace, false
	}
	return s.h, false
}
