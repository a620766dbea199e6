package spectral

import "math"

// atRest reports whether the last step, from s.before, was long and changed nothing
// but rounding errors. They would add up: a linear system with a long step knows
// the mass only to the length times a rounding error.
func (s *Solver) atRest() bool {
	if s.last < restLength {
		return false
	}
	limit := restChange * peak(s.at.u)
	for i, x := range s.at.u {
		if math.Abs(x-s.before.u[i]) > limit {
			return false
		}
	}
	return true
}

const (
	longest    = 1000 // step
	restLength = 10
	restChange = 1e-11
)

// tryStep repeats the step from s.now with shorter lengths until it is accepted.
func (s *Solver) tryStep() error {
	for {
		size, lands := s.fit()
		q0 := 1 - s.law.kappa*s.now.w
		err := s.step(&s.now, size)
		if lands {
			s.at.time = s.end()
		}
		e := s.stepError()
		q := 1 - s.law.kappa*s.at.w
		ok := err == nil && e <= 1 && q > q0/4 && q < 1.5 && s.at.time >= s.now.time && s.at.time <= s.end() && s.cloudStays()
		factor := 0.25
		if err == nil && !math.IsNaN(e) && !math.IsInf(e, 0) {
			factor = min(5, max(0.2, 0.9*math.Pow(e, -1./rodasOrder)))
			if !ok {
				factor = min(factor, 0.5)
			}
			factor = min(factor, longest/size)
		}
		if wanted := s.h; ok && lands {
			s.h = max(size*factor, wanted)
		} else {
			s.h = size * factor
		}
		if ok {
			return nil
		}
		s.rejected++
		s.work += s.mesh.elements()
		if s.h < 1e-30*(1+s.sigma) || !(s.h > 0) {
			return &Refused{s.now.time, "the steps became too short"}
		}
	}
}

// In the step control the rate may be off by rateWeight times more than the
// density, relative to itself or, if it is lower, to a rate lowRate/κ or one at which
// lowCount of all neurons would have fired since the start: it is the algebraic
// unknown, and noisier.
const (
	rateWeight = 10
	lowRate    = 1e-4
	lowCount   = 1e-4
	lowShare   = 1e-2 // of the network in the refractory state: of less, this fraction of it may be off by rtol
)

// stepError returns the error estimate of the last step over what is allowed, in
// the density relative to its peak and in the activity.
func (s *Solver) stepError() float64 {
	e := &s.inc[stages-1]
	size := s.height(s.at.u) + s.cloud.mass()/s.problem.Law.Gap()
	low := lowRate/s.kappa + lowCount/(s.at.time-s.since)
	activity := s.opts.Rtol*rateWeight*(math.Abs(s.at.w)+low) + s.noise()
	worst := max(peak(e.u)/(s.opts.Rtol*size), math.Abs(e.w)/activity)
	return max(worst, math.Abs(e.refractory)/(s.opts.Rtol*(math.Abs(s.at.refractory)+lowShare)))
}

// height returns the peak of a density, or that of the refractory fraction spread over the mesh where that
// is more: a density far below need not be known to as many digits.
func (s *Solver) height(u []float64) float64 {
	m := s.mesh
	return max(peak(u), s.now.refractory/(m.nodes[m.threshold]-m.nodes[0]))
}

// noise returns what the roughness of the element below V_F may do to the rate. Steps
// must not become short in pursuit of it.
func (s *Solver) noise() float64 {
	ne := s.mesh.elements()
	return s.roughness(s.at.u, s.mesh.threshold-1, ne) * s.speed()
}

// speed returns |drift| at V_F without the kicks.
func (s *Solver) speed() float64 {
	at, _ := s.input(s.now.time)
	return math.Abs(at.current - s.law.leak*s.problem.Law.Threshold)
}
