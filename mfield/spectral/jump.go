package spectral

// blowingUp reports whether the last step led to the door of a blow-up.
func (s *Solver) blowingUp() bool {
	if s.problem.B <= 0 || s.sinceStart < 15 || s.memory.q[0] > s.qStop || !s.memory.falling(4) {
		return false
	}
	_, ok := s.memory.extrapolate(3, s.law.kappa)
	return ok
}

// explode deals with a blow-up ahead.
func (s *Solver) explode(until float64) error {
	best, _ := s.memory.extrapolate(4, s.law.kappa)
	t := s.now.time + best.time
	return &BlowUp{Time: t, Rule: s.problem.Rule}
}
