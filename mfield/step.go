package mfield

import "math"

// step is one attempt of a time step and what it gives; the masses stay in second.
type step struct {
	clock clock
	size  float64 // in the units of the clock
	euler bool
	time  float64 // the rest: at its end
	fired float64
	theta float64
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
// piece of the current.
func (s *finiteVolume) advanceOnce(until float64) error {
	s.follow()
	until = math.Min(until, s.input.Until)
	if s.mass[0] > 1e-14 {
		s.extend()
	}
	until = s.arrive(until)
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
func (s *finiteVolume) inNextUnits(c clock, size float64) float64 {
	if c == plain && s.clock() != plain {
		return size / s.pace()
	}
	return size
}

// plan returns the clock and the size of the next step: the wanted one, the rest
// of the way, or half of it.
func (s *finiteVolume) plan(until float64) (clock, float64) {
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
func (s *finiteVolume) attempt(c clock, size float64, euler bool) step {
	st := step{clock: c, size: size, euler: euler, theta: s.rate, fault: unsolved}
	if c == dilated {
		st.theta = s.pace()
	}
	start := st.theta
	span := size * implicit
	if euler {
		span = size
	}
	copy(s.first, s.mass)
	s.tries++
	if !s.solve(c, s.mass, s.first, &st.theta, s.time, span) {
		return st
	}
	if !nonNegative(s.first) {
		st.fault = negative
		return st
	}
	x := s.exchangeAt(c, st.theta, s.time, 0)
	if euler {
		s.second, s.first = s.first, s.second
		copy(s.base, s.mass)
		st.time, st.fired, st.fault = s.time+span*x.alpha, s.fired+span*x.beta, sound
		return st
	}
	since := s.time + (size-span)*x.alpha
	st.fired = s.fired + (size-span)*x.beta
	const past = (1 - implicit) / implicit
	for i, m := range s.mass {
		d := s.first[i] - m
		s.base[i] = m + past*d
		s.second[i] = m + d/implicit
	}
	if !s.solve(c, s.base, s.second, &st.theta, since, span) || c == dilated && st.theta < start/4 || c == gentle && s.kappa*st.theta > 1 {
		return st
	}
	if !nonNegative(s.second) {
		st.fault = negative
		return st
	}
	x = s.exchangeAt(c, st.theta, since, 0)
	st.time, st.fired = since+span*x.alpha, st.fired+span*x.beta
	st.err, st.fault = s.errorOf(st, x, span), sound
	return st
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
// not dictate the step. Two norms: the mass displaced, and the change of N.
func (s *finiteVolume) errorOf(st step, x exchange, span float64) float64 {
	if !s.stepped || s.options.step > 0 {
		return 0
	}
	const c3 = 1./6 - (3*implicit*implicit - 2*implicit*implicit*implicit)
	pace := 1.0
	if st.clock != plain {
		pace = s.pace()
	}
	for i := range s.delta {
		k1 := (s.first[i] - s.mass[i]) / span
		k2 := (s.second[i] - s.base[i]) / span
		bend := (k2-k1)/(1-implicit) - (k1-pace*s.slope[i])/implicit
		s.delta[i] = 2 * c3 * st.size * bend
	}
	s.smooth(span)
	n := len(s.mass)
	moved := 0.0
	for _, d := range s.delta {
		moved += math.Abs(d)
	}
	change := math.Abs(s.up[n] * s.delta[n-1] / s.mesh.width[n-1])
	relative := change / (x.beta + x.alpha*s.floor)
	return math.Max(moved, relative/30) / s.options.Rtol
}

// smooth solves with the matrix of the last stage in place of delta.
func (s *finiteVolume) smooth(span float64) {
	f, w, n := s.fluxes, s.mesh.width, len(s.delta)
	for i := 1; i < n; i++ {
		s.delta[i] += span * f.up[i] / w[i-1] / s.pivot[i-1] * s.delta[i-1]
	}
	s.delta[n-1] /= s.pivot[n-1]
	for i := n - 2; i >= 0; i-- {
		s.delta[i] = (s.delta[i] + span*f.down[i+1]/w[i+1]*s.delta[i+1]) / s.pivot[i]
	}
}

// accept makes the end of st the present state.
func (s *finiteVolume) accept(st step, lands bool, until float64) {
	span := st.size * implicit
	if st.euler {
		span = st.size
	}
	before, rate, fired := s.clock(), s.rate, s.fired
	scale := s.pace()
	s.rate = st.theta
	if st.clock == dilated {
		s.rate = (1 - st.theta) / (s.kappa * st.theta)
	}
	alpha := 1.0
	if st.clock != plain {
		alpha = s.pace()
		s.trail.add(st.size, st.time, alpha)
	}
	for i := range s.slope {
		s.slope[i] = (s.second[i] - s.base[i]) / (span * alpha)
	}
	s.mass, s.second = s.second, s.mass
	s.fired, s.time, s.stepped = st.fired, st.time, !st.euler
	if lands {
		s.time = until
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
	s.remember(rate, fired)
}

// extend adds cells at the far end when mass comes near it.
func (s *finiteVolume) extend() {
	count := len(s.mass) / 10
	s.mesh = s.mesh.extended(count)
	mass, slope := make([]float64, count, count+len(s.mass)), make([]float64, count, count+len(s.mass))
	mass, slope = append(mass, s.mass...), append(slope, s.slope...)
	s.allocate(len(mass))
	s.mass, s.slope = mass, slope
}
