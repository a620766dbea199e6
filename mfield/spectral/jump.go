package spectral

import (
	"math"

	"lapicque/neuron"
)

// A blow-up. When q is about to reach zero the rest of the way is extrapolated:
// t* and δ = ∫N dt up to it. Then the fraction X of neurons that fire from the
// last step on, δ before the jump and Δ = X − δ in it, is the smallest root of
//
//	P(V ≥ V_F − bX) = X
//
// beyond the boundary layer (the physical jump of Delarue, Inglis, Rubenthaler
// and Tanré 2015, carried back along the transport by bδ). Neurons that fired in
// the last moments before a jump by more than V_F − V_R fire again in it: then
// δ is added to the left side.

// blowingUp reports whether the last step led to the door of a blow-up: q is low
// and falls, and what is ahead is certain to one per cent. A solution that passes
// close by a blow-up turns round instead, and until it does the extrapolations differ.
func (s *Solver) blowingUp() bool {
	if s.problem.B <= 0 || s.law.kappa == 0 || s.sinceStart < 15 || s.memory.q[0] > s.qStop || s.memory.fallen < 5 {
		return false
	}
	best, ok := s.memory.extrapolate(5, s.law.kappa)
	check, sure := s.memory.extrapolate(4, s.law.kappa)
	if !ok || !sure {
		return false
	}
	return math.Abs(best.fired-check.fired) <= 0.01*best.fired || s.memory.q[0] < 1e-4*s.qStop
}

// foresee works out the blow-up ahead of s.now.
func (s *Solver) foresee() error {
	best, _ := s.memory.extrapolate(5, s.law.kappa)
	check, _ := s.memory.extrapolate(4, s.law.kappa)
	if len(s.cloud.parts) > 0 {
		if err := s.land(); err != nil {
			return err
		}
	}
	s.prior = s.blurred(best.time)
	s.ahead = best
	s.jump = s.jumpSize(best.fired)
	s.blow = BlowUp{
		Time:      s.now.time + best.time,
		TimeError: math.Abs(best.time-check.time) + s.opts.Rtol*(s.now.time+best.time),
		Jump:      s.jump - best.fired,
		JumpError: math.Abs(best.fired-check.fired) + s.opts.Rtol,
		Rule:      s.problem.Rule,
	}
	return nil
}

// least is the smallest jump looked for, over rtol: a smaller mass is below the accuracy.
const least = 1e-2

// jumpSize returns X for the remaining count δ.
func (s *Solver) jumpSize(delta float64) float64 {
	l, b := s.problem.Law, s.problem.B
	total := s.prior.mass()
	excess := func(x float64) float64 {
		g := total - s.prior.below(l.Threshold-b*x) - x
		if b*(x-delta) >= l.Gap() && !s.away.on {
			g += delta
		}
		return g
	}
	const parts = 16
	last := max(2*delta, least*s.opts.Rtol)
	nodes := s.prior.breaks
	for i := len(nodes) - 1; i > 0; i-- {
		for j := 1; j <= parts; j++ {
			v := nodes[i] + float64(j)/parts*(nodes[i-1]-nodes[i])
			x := (l.Threshold - v) / b
			if x <= last {
				continue
			}
			if excess(x) < 0 {
				return bisect(excess, last, x)
			}
			last = x
		}
	}
	if delta > 0 && !s.away.on && b*total >= l.Gap() {
		total += delta
	}
	return total
}

// bisect returns the sign change of f between lo (≥ 0) and hi (< 0).
func bisect(f func(float64) float64, lo, hi float64) float64 {
	for range 60 {
		mid := (lo + hi) / 2
		if mid <= lo || mid >= hi {
			break
		}
		if f(mid) >= 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// explode goes through the blow-up ahead, if that is before until.
func (s *Solver) explode() error {
	l := s.problem.Law
	if s.opts.StopAtBlowUp {
		found := s.blow
		return &found
	}
	if s.law.a1 > 0 {
		return &Refused{s.blow.Time, "the solution blows up, and with a1 > 0 it cannot be continued, as the jump is not plain transport"}
	}
	if !s.away.on && s.problem.Rule == neuron.Sequential && s.problem.B*s.jump >= l.Gap() {
		return &Eternal{s.blow.Time, len(s.blowUps) + 1, "those that fired reach the threshold again within the same cascade"}
	}
	s.blowUps = append(s.blowUps, s.blow)
	if len(s.blowUps) >= s.opts.MaxBlowUps {
		return &Eternal{s.blow.Time, len(s.blowUps), "as many blow-ups as allowed"}
	}
	after := newAftermath(s.prior, s.problem, s.jump, s.ahead.fired)
	s.now.time = s.blow.Time
	s.silent(s.now.time)
	before := s.now.fired
	s.leave(s.jump)
	s.pending = false
	s.reach.path = min(s.reach.path+after.shift, l.Reset)
	far := min(s.prior.breaks[0]+after.shift, s.reach.settled(s.tail))
	err := s.resume(after, far)
	s.mark(neuron.Mark{Time: s.now.time, Impulse: s.now.fired - before})
	return err
}

// resume starts again from the law after a jump: the atom at V_R is a cloud.
func (s *Solver) resume(after *aftermath, far float64) error {
	for i := range s.cloud.parts { // of a law that blew up at time 0
		s.cloud.parts[i].mean += after.shift
	}
	rest := s.prior.mass()
	if s.away.on {
		rest -= s.jump
	}
	for _, a := range after.atoms {
		rest -= a.Mass
		s.cloud.parts = append(s.cloud.parts, blob{a.Potential, 0, a.Mass})
	}
	after.atoms = nil
	n := len(s.cloud.parts)
	switch none := rest < 1e-13; {
	case none && n > 0:
		s.cloud.parts[n-1].mass += rest
		return s.start(nil, 0, far, s.emerging())
	case none && s.away.on:
		s.leave(rest)
		return s.start(nil, 0, far, s.emerging())
	}
	return s.start(after, rest, far, s.scars(after))
}
