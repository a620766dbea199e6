package network

import (
	"fmt"
	"math"

	"lapicque/network/kernel"
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
	before            float64   // the offset before the step
	move, sift, reset func(int) // movePass, siftPass and resetPass, bound once so that a step allocates nothing
}

// open returns a session on the network; close the crew when done.
func (n *Network) open(observers []Observer) *session {
	s := &session{Network: n, crew: newCrew(n.config.Workers), observers: observers, frame: Frame{network: n}}
	s.move, s.sift, s.reset = s.movePass, s.siftPass, s.resetPass
	return s
}

const (
	// maxLevel bounds the halving of a step: Dt·2^−44.
	maxLevel = 44
	// stripReach is the width of the strip below the threshold that foretells the
	// spikes of a step, in noise amplitudes √(2a·h) of the step.
	stripReach = 2.0
	// strongKick is the largest foretold shift of a step by kicks, in noise
	// amplitudes, before the step is halved.
	strongKick = 0.3
	// fineness is the noise amplitude, in units of b/N, at which single kicks are
	// resolved: spikes then act as instants and halving ends.
	fineness = 0.5
	// recruiting·√N, at most mostRecruiting, is the foretold probability that a spike
	// takes another along from which single kicks are resolved: resolving from a
	// probability p costs about N/p² neuron-steps a blow-up, whatever N.
	recruiting, mostRecruiting = 3e-4, 0.1
	// stripSample bounds the blocks that are looked at to foretell a step.
	stripSample = 8
)

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
	return s.show()
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
		if err := s.show(); err != nil {
			return err
		}
		at = end
		s.relevel(at, part)
	}
	return nil
}

// relevel chooses the next substep from the state, before any of its noise is
// drawn, so that the choice does not bias the law: finer at once when kicks are
// foretold to be strong, coarser by one level where the grid allows it.
func (s *session) relevel(at, part float64) {
	want := s.wanted()
	if want >= s.level {
		s.level = want
		return
	}
	if at == 1 || math.Mod(at, 2*part) == 0 {
		s.level--
	}
}

// wanted returns the coarsest level whose foretold shift is weak, or the level
// at which single kicks are resolved.
func (s *session) wanted() int {
	if s.kick == 0 || s.config.Scheme != Bridge {
		return 0
	}
	var within [maxLevel + 2]int
	sampled := 0
	for i := 0; i < len(s.blocks); i += s.stride() {
		sampled += s.blocks[i].size
		for l, c := range s.blocks[i].strip {
			within[l] += int(c)
		}
	}
	total := within[maxLevel+1]
	for l := maxLevel; l >= 0; l-- {
		total += within[l]
		within[l] = total
	}
	share := 1 / float64(sampled)
	for l := range maxLevel {
		amplitude := math.Sqrt(2 * s.law.A0 * math.Ldexp(s.config.Dt, -l))
		if amplitude <= fineness*math.Abs(s.kick) {
			return l
		}
		near := float64(within[l]) * share // of all neurons, those within two amplitudes of the threshold
		if math.Abs(s.config.B)*near/4 <= strongKick*amplitude && !s.recruits(near+share, amplitude) {
			return l
		}
	}
	return maxLevel
}

// recruits reports whether one kick is likely to lift another neuron over the
// threshold, when a share near of all stands within stripReach amplitudes below it:
// the density falls to zero linearly there, so a share near·(kick/width)² is within
// reach of the kick. One neuron more than seen is counted, so that an empty strip
// does not pass for a long one.
func (s *session) recruits(near, amplitude float64) bool {
	n, reach := float64(s.config.N), s.kick/(stripReach*amplitude)
	return s.kick > 0 && n*near*reach*reach > min(recruiting*math.Sqrt(n), mostRecruiting)
}

// foretell counts, in the sampled blocks, the neurons near the threshold by the
// level at which they leave the strip.
func (s *session) foretell() {
	if s.kick == 0 || s.config.Scheme != Bridge {
		return
	}
	for i := 0; i < len(s.blocks); i += s.stride() {
		s.blocks[i].foretell(s.law.Threshold-s.offset, s.reach())
	}
}

// stride is the distance of the sampled blocks; they lie apart so that all workers share them.
func (s *session) stride() int { return (len(s.blocks) + stripSample - 1) / stripSample }

// reach returns the squared width of the strip at level 0.
func (s *session) reach() float64 { return 2 * s.law.A0 * s.config.Dt * stripReach * stripReach }

// foretell fills strip: a neuron at distance d below the threshold counts at
// level l where reach·2^−(l+1) < d² ≤ reach·2^−l.
func (b *block) foretell(threshold, reach float64) {
	b.strip = [maxLevel + 2]int32{}
	edge := threshold - math.Sqrt(reach)
	for _, v := range b.v[:b.size] {
		if v < edge {
			continue
		}
		d := threshold - v
		level := maxLevel + 1
		if d > 0 {
			level = min(level, max(0, -math.Ilogb(d*d/reach)-1))
		}
		b.strip[level]++
	}
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
