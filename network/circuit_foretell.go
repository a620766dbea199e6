package network

import "math"

// wanted returns the coarsest level at which the kicks foretold are weak in every
// population and recruits unlikely, or single kicks resolved.
func (j *joint) wanted() int {
	if !j.coupled || j.circuit.Scheme != Bridge {
		return 0
	}
	if !j.sessions[0].sorted {
		if j.look(); j.suits(0) {
			return 0
		}
		j.foretell()
	}
	j.look()
	for l := range maxLevel {
		if j.suits(l) {
			return l
		}
		for q, s := range j.sessions {
			j.counts[q].crowd -= s.leaving(l)
		}
	}
	return maxLevel
}

// look takes the census of every population.
func (j *joint) look() {
	for q, s := range j.sessions {
		j.counts[q] = s.census()
	}
}

// suits reports whether steps of a level are short enough: in every population the
// kicks that are not resolved one by one (fineness) are weak together, and no spike is
// likely to take others along (see session.suits).
func (j *joint) suits(level int) bool {
	neurons := 0
	for p, s := range j.sessions {
		neurons += s.config.N
		amplitude, moved := s.amplitude(level), 0.0
		for q, kick := range j.kicks[p] {
			if amplitude > fineness*math.Abs(kick) {
				from := j.sessions[q]
				moved += math.Abs(kick) * float64(from.config.N) * from.firing(level, j.counts[q])
			}
		}
		if moved > s.strong(amplitude) {
			return false
		}
	}
	most := min(recruiting*math.Sqrt(float64(neurons)), mostRecruiting)
	for q := range j.sessions {
		if j.recruits(q, level) > most {
			return false
		}
	}
	return true
}

// recruits returns how many neurons a spike of population q is likely to lift over
// the threshold by a kick that is not resolved (see session.recruits).
func (j *joint) recruits(q, level int) (lifted float64) {
	for p, s := range j.sessions {
		kick, amplitude := j.kicks[p][q], s.amplitude(level)
		if kick > 0 && amplitude > fineness*kick && s.law.Ceiling() == s.law.Threshold {
			c, reach := j.counts[p], kick/(stripReach*amplitude)
			lifted += float64(s.config.N) * float64(c.crowd+1) / float64(c.seen) * reach * reach
		}
	}
	return lifted
}
