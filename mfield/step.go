package mfield

import "math"

// step is one attempt of a time step and what it gives; the masses stay in second, the unknowns in theta.
type step struct {
	clock clock
	size  float64 // in the units of the clock
	euler bool
	time  float64 // the rest: at its end
	alpha float64 // dt/dσ
	err   float64 // estimated error over tolerance
	fault fault
}

// fault is why an attempt cannot be used.
type fault int

const (
	sound    fault = iota
	unsolved       // Newton's method found no solution
	negative       // a cell would hold a negative mass
)

// advanceOnce makes one accepted step towards until, at most to the end of a smooth
// piece of a current.
func (s *finiteVolumes) advanceOnce(until float64) error {
	s.follow()
	for _, p := range s.pools {
		until = math.Min(until, p.input.Until)
		p.extend()
	}
	if until = s.arrive(until); s.ahead != nil {
		return nil
	}
	negatives := 0
	for range 200 {
		c, size := s.plan(until)
		st := s.attempt(c, size, s.options.euler || negatives > 3)
		lands := c == plain && s.time+size >= until
		switch {
		case st.fault == negative:
			negatives++
			s.next = s.inNextUnits(c, size) / 2
		case st.fault == unsolved:
			s.next = s.inNextUnits(c, size) / 4
		case c != plain && st.time > until:
			s.next = size * 0.5 * (until - s.time) / (st.time - s.time)
		case st.err > 1:
			s.next = s.inNextUnits(c, size) * math.Max(0.2, 0.9/math.Cbrt(st.err))
		default:
			s.accept(st, lands, until)
			s.checkBlowUp()
			return nil
		}
		if s.options.step > 0 || s.time+1e-3*size*s.pace() == s.time && s.time > 0 {
			break
		}
	}
	return s.stuck()
}

// inNextUnits converts the size of a step to the clock of next.
func (s *finiteVolumes) inNextUnits(c clock, size float64) float64 {
	if c == plain && s.clock() != plain {
		return size / s.pace()
	}
	return size
}

// plan returns the clock and the size of the next step: the wanted one, the rest
// of the way, or half of it.
func (s *finiteVolumes) plan(until float64) (clock, float64) {
	left := until - s.time
	if h := s.options.step; h > 0 {
		if left < 1.001*h {
			h = left
		}
		return plain, h
	}
	pace := 1.0
	if s.clock() != plain {
		pace = s.pace()
	}
	want := s.next * pace
	switch {
	case want >= left:
		return plain, left
	case want > left/2:
		want = left / 2
	}
	return s.clock(), want / pace
}

// attempt makes a step of the two-stage, stiffly accurate, L-stable method of
// second order with γ = 1 − 1/√2 (Alexander 1977), or of implicit Euler.
func (s *finiteVolumes) attempt(c clock, size float64, euler bool) step {
	st := step{clock: c, size: size, euler: euler, fault: unsolved}
	start, span := 1.0, size*implicit
	if c != plain {
		start = s.pace()
	}
	if euler {
		span = size
	}
	for _, p := range s.pools {
		s.theta[p.index] = start * p.rate
		copy(p.first, p.mass)
		p.from, p.to, p.restFrom = p.mass, p.first, p.resting
	}
	s.tries++
	alpha, ok := s.solve(c, s.time, span)
	if !ok {
		return st
	}
	if !s.nonNegative() {
		st.fault = negative
		return st
	}
	if euler {
		for _, p := range s.pools {
			p.second, p.first = p.first, p.second
			copy(p.base, p.mass)
			p.gain = span * s.theta[p.index]
		}
		st.time, st.alpha, st.fault = s.time+span*alpha, alpha, sound
		return st
	}
	since := s.time + (size-span)*alpha
	for _, p := range s.pools {
		p.begin(s.theta[p.index] * (size - span))
	}
	if alpha, ok = s.solve(c, since, span); !ok || s.stepped && alpha < start/4 {
		return st
	}
	if !s.nonNegative() {
		st.fault = negative
		return st
	}
	for _, p := range s.pools {
		p.gain += span * s.theta[p.index]
	}
	st.time, st.alpha = since+span*alpha, alpha
	st.err, st.fault = s.errorOf(st, span), sound
	return st
}

// begin makes the start and a guess of the second stage from the first, in which gain was fired.
func (p *pool) begin(gain float64) {
	const past = (1 - implicit) / implicit
	for i, m := range p.mass {
		d := p.first[i] - m
		p.base[i] = m + past*d
		p.second[i] = m + d/implicit
	}
	p.from, p.to, p.gain = p.base, p.second, gain
	p.restFrom = p.resting + past*(p.rest-p.resting)
}

// nonNegative reports whether no cell at the end of the last stage holds a negative mass, nor, beyond the tolerance, R.
func (s *finiteVolumes) nonNegative() bool {
	for _, p := range s.pools {
		if !p.round() || p.rest < math.Min(0, p.resting)-s.options.Rtol {
			return false
		}
	}
	return true
}

// Masses of a cell that are none: beside a total of 1, and beside the smallest rates that count.
const (
	rounding   = 1e-20
	negligible = 1e-60
)

// round sets negative masses at the end of a stage that are none to 0 and reports whether there are no others. From masses that are
// not negative the matrix of a stage makes none but by rounding.
func (p *pool) round() bool {
	if nonNegative(p.to) {
		return true
	}
	none := negligible
	if nonNegative(p.from) {
		none = rounding
	}
	for i, m := range p.to {
		if m >= 0 {
			continue
		}
		if !(m >= -none) {
			return false
		}
		p.to[i] = 0
	}
	return true
}

func nonNegative(mass []float64) bool {
	for _, m := range mass {
		if !(m >= 0) {
			return false
		}
	}
	return true
}

// errorOf estimates the local error of a step over its tolerance. For y′ = f the
// leading error is C·size³·y‴ with C = γ² − 2γ³/3 … = 0.0404; y‴ comes from the second divided
// difference of the slopes at the start and at the two stages and is smoothed by one
// solve with the matrix of the stage, so that stiff modes, which the method damps, do
// not dictate the step. Two norms, the largest over the populations: the mass displaced, and the change of N.
func (s *finiteVolumes) errorOf(st step, span float64) float64 {
	if !s.stepped || s.options.step > 0 {
		return 0
	}
	const c3 = 1./6 - (3*implicit*implicit - 2*implicit*implicit*implicit)
	pace, most := 1.0, 0.0
	if st.clock != plain {
		pace = s.pace()
	}
	for _, p := range s.pools {
		for i := range p.delta {
			k1 := (p.first[i] - p.mass[i]) / span
			k2 := (p.second[i] - p.base[i]) / span
			bend := (k2-k1)/(1-implicit) - (k1-pace*p.slope[i])/implicit
			p.delta[i] = 2 * c3 * st.size * bend
		}
		p.smooth(span)
		moved, change := 0.0, 0.0
		for i, d := range p.delta {
			moved += math.Abs(d)
			if i >= p.mesh.fire {
				change += p.felt.sink * d
			}
		}
		if n := len(p.delta); p.mesh.fire == n {
			change = p.up[n] * p.delta[n-1] * p.mesh.per[n-1]
		}
		relative := math.Abs(change) / (s.theta[p.index] + st.alpha*p.floor)
		most = math.Max(most, math.Max(moved, relative/30))
	}
	return most / s.options.Rtol
}

// accept makes the end of st the present state.
func (s *finiteVolumes) accept(st step, lands bool, until float64) {
	span := st.size * implicit
	if st.euler {
		span = st.size
	}
	before, scale, begun := s.clock(), s.pace(), s.time
	s.time, s.stepped = st.time, !st.euler
	if lands {
		s.time = until
	}
	for _, p := range s.pools {
		p.before = p.rate
		p.rate = s.theta[p.index] / st.alpha
		for i := range p.slope {
			p.slope[i] = (p.second[i] - p.base[i]) / (span * st.alpha)
		}
		p.mass, p.second = p.second, p.mass
		p.fired += p.gain
		p.rested(begun, s.time)
	}
	if st.clock != plain {
		s.trail.add(st.size, st.time, st.alpha)
	}
	s.steps++
	s.last = st.clock
	grown := st.size * math.Min(2.5, 0.9/math.Cbrt(math.Max(st.err, 1e-12)))
	if st.clock == plain && before != plain {
		grown /= scale
	}
	if lands {
		grown = math.Max(grown, s.next)
	}
	s.next = grown
	s.remember()
}

// rested ends a step for the refractory state. After a fixed time what came back in the stages and the integral of
// what should have differ by the error of quadrature, of second order; the difference follows within about τ.
func (p *pool) rested(begun, now float64) {
	if p.returns != nil {
		should := p.returns.Filtered(0, begun, now-begun)
		p.owed += should - (p.resting + p.gain - p.rest)
	}
	p.resting = p.rest
}
