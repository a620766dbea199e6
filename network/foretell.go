package network

import "math"

const (
	// maxLevel bounds the halving of a step: Dt·2^−44.
	maxLevel = 44
	// stripReach is the width of the strip below the threshold that foretells the
	// spikes of a step, in noise amplitudes √(2a·h) of the step.
	stripReach = 2.0
	// strongKick is the largest foretold shift of a step by kicks, in noise
	// amplitudes, before the step is halved.
	strongKick = 0.3
	// strongDrift is the same where neurons escape, in units of V_F − V_R, beside one noise
	// amplitude: a kick then fires nobody at once, and is but a drift that has to be foretold.
	strongDrift = 0.1
	// fineness is the noise amplitude, in units of b/N, at which single kicks are
	// resolved: spikes then act as instants and halving ends.
	fineness = 0.5
	// recruiting·√N, at most mostRecruiting, is the foretold probability that a spike
	// takes another along from which single kicks are resolved: resolving from a
	// probability p costs about N/p² neuron-steps a blow-up, whatever N.
	recruiting, mostRecruiting = 3e-4, 0.3
	// stripSample bounds the blocks that are looked at to foretell a step.
	stripSample = 8
	// glance is how many neurons of such a block are looked at while steps are whole.
	glance = 512
)

// wanted returns the coarsest level whose foretold shift is weak, or the level
// at which single kicks are resolved.
func (s *session) wanted() int {
	if s.kick == 0 || s.config.Scheme != Bridge {
		return 0
	}
	if !s.sorted {
		if s.suits(0, s.census()) {
			return 0
		}
		s.foretell()
	}
	c := s.census()
	for l := range maxLevel {
		if s.suits(l, c) {
			return l
		}
		c.crowd -= s.leaving(l)
	}
	return maxLevel
}

// census is how many of the neurons seen stand near the threshold or above it, and how
// many above.
type census struct{ crowd, above, seen int }

// census adds up the sampled blocks: all their neurons after foretell, else the first.
func (s *session) census() (c census) {
	for i := s.sample(); i < len(s.blocks); i += s.stride() {
		c.crowd += s.blocks[i].crowd
		c.above += s.blocks[i].above
		if s.sorted {
			c.seen += s.blocks[i].size
		} else {
			c.seen += min(s.blocks[i].size, glance)
		}
	}
	if s.ranks != nil {
		return s.gatherCensus(c)
	}
	return c
}

// leaving returns how many of the last census stand near the threshold at a level and no more at the next.
func (s *session) leaving(level int) int {
	if s.ranks != nil {
		return int(s.counts[3+level])
	}
	return s.leavingHere(level)
}

// leavingHere is leaving for the blocks of this process.
func (s *session) leavingHere(level int) (n int) {
	for i := s.sample(); i < len(s.blocks); i += s.stride() {
		n += int(s.blocks[i].strip[level])
	}
	return n
}

// amplitude returns the noise amplitude of a step of a level.
func (s *session) amplitude(level int) float64 {
	return math.Sqrt(2 * s.law.diffusion * math.Ldexp(s.Dt, -level))
}

// firing returns the share of the neurons seen that is foretold to fire in a step of a
// level: a quarter of those who stand within stripReach amplitudes of the threshold. Where
// neurons escape, those above and these with probability 1 − e^{−h/ε}.
func (s *session) firing(level int, c census) float64 {
	if !s.law.Firing.Escapes() {
		return float64(c.crowd) / float64(c.seen) / 4
	}
	likely := -math.Expm1(-math.Ldexp(s.Dt, -level) / s.law.Firing.Epsilon)
	return (float64(c.above) + float64(c.crowd-c.above)/4) / float64(c.seen) * likely
}

// strong returns from which shift on the foretold kicks of a step are strong.
func (s *session) strong(amplitude float64) float64 {
	if s.law.Firing.Escapes() {
		return max(amplitude, strongDrift*s.law.Gap())
	}
	return strongKick * amplitude
}

// suits reports whether steps of a level are short enough when of the neurons seen so
// many stand within stripReach amplitudes of the threshold: single kicks are
// resolved, or all kicks weak and recruits unlikely. For recruits one neuron more than
// seen is counted, so that an empty strip does not pass for a wide one.
func (s *session) suits(level int, c census) bool {
	amplitude := s.amplitude(level)
	if amplitude <= fineness*math.Abs(s.kick) {
		return true
	}
	if math.Abs(s.config.B)*s.firing(level, c) > s.strong(amplitude) {
		return false
	}
	return s.law.Firing.Escapes() || !s.recruits(float64(c.crowd+1)/float64(c.seen), amplitude)
}

// recruits reports whether one kick is likely to lift another neuron over the
// threshold, when a share near of all stands within stripReach amplitudes below it:
// the density falls to zero linearly there, so a share near·(kick/width)² is within
// reach of the kick.
func (s *session) recruits(near, amplitude float64) bool {
	n, reach := float64(s.config.N), s.kick/(stripReach*amplitude)
	return s.kick > 0 && n*near*reach*reach > min(recruiting*math.Sqrt(n), mostRecruiting)
}

// foretell counts, in the sampled blocks, the neurons near the threshold by the
// level at which they leave the strip.
func (s *session) foretell() {
	if !s.coupled || s.config.Scheme != Bridge {
		return
	}
	s.sorted = true
	for i := s.sample(); i < len(s.blocks); i += s.stride() {
		s.blocks[i].foretell(s.law.Threshold-s.offset, s.reach())
	}
}

// stride is the distance of the sampled blocks; they lie apart so that all workers share them.
func (s *session) stride() int { return (s.all + stripSample - 1) / stripSample }

// sample returns the first sampled block that this process holds.
func (s *session) sample() int { return (s.stride() - s.first%s.stride()) % s.stride() }

// reach returns the squared width of the strip at level 0.
func (s *session) reach() float64 { return 2 * s.law.diffusion * s.config.Dt * stripReach * stripReach }

// count counts, among the first neurons, those at most reach below the threshold, and of
// these those above it.
func (b *block) count(threshold, reach float64) {
	b.crowd, b.above = 0, 0
	for _, v := range b.v[:min(b.size, glance)] {
		if v >= threshold-reach {
			b.crowd++
			if v > threshold {
				b.above++
			}
		}
	}
}

// foretell fills strip and crowd: a neuron at distance d below the threshold counts
// at level l where reach·2^−(l+1) ≤ d² < reach·2^−l, which the exponent of d²/reach tells.
func (b *block) foretell(threshold, reach float64) {
	var even, odd [64]int32 // two, as one counter is slow to follow itself; [0]: outside the strip, [l+1]: level l
	scale := 1 / reach
	slot := func(v float64) int {
		d := threshold - v
		if d <= 0 {
			return maxLevel + 2
		}
		return min(max(1023-int(math.Float64bits(d*d*scale)>>52), 0), maxLevel+2)
	}
	v := b.v[:b.size]
	for ; len(v) >= 2; v = v[2:] {
		even[slot(v[0])&63]++
		odd[slot(v[1])&63]++
	}
	for _, x := range v {
		even[slot(x)]++
	}
	for l := range b.strip {
		b.strip[l] = even[l+1] + odd[l+1]
	}
	b.crowd, b.above = b.size-int(even[0]+odd[0]), int(b.strip[maxLevel+1])
}
