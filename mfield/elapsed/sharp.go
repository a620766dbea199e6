package elapsed

import "math"

// exposure is what a kind of hazard makes of the ages.
type exposure interface {
	// now returns ∫ L(s − σ) n ds at the present time, of which φ(X) fires, and its derivative in σ.
	now(sigma float64) (mass, slope float64)
	// prepare is called before exposed whenever X or N of the step have changed.
	prepare(t *trial)
	// exposed returns the same at point i of a step.
	exposed(t *trial, i int, sigma float64) (mass, slope float64)
	// rest solves a step in which the front stays on a jump of the density, if it does.
	rest(t *trial) bool
	// interrupt returns the time inside a step that has been solved at which it must end, if there is one, and whether the
	// front turns there.
	interrupt(t *trial) (end float64, found, turns bool)
	// accept ages the cohorts and adds the neurons born in the step.
	accept(t *trial)
}

// sharp is a hazard that steps. Those born before the front g(t) = t − σ(X(t)) are exposed and fire at the rate φ. While
// the front advances the exposed mass is what was born before it less what has fired; while it retreats all exposed thin
// out alike. A step of time ends where the front turns and where it meets a place at which the density is not smooth.
type sharp struct{ *Solver }

// meet is the rounding of a front, within which it is at a place.
func meet(t float64) float64 { return 3e-13 * (1 + math.Abs(t)) }

// least is the shortest step: what is closer together than it happens at one time.
func least(t float64) float64 { return 4 * meet(t) }

// older returns the mass born before time t and the density there; an atom counts up to t + slack.
func (s sharp) older(t, slack float64) (mass, density float64) {
	i := s.cohorts.find(t)
	mass, density = s.cohorts.before(t)
	list := s.cohorts.list
	switch {
	case slack > 0 && i < len(list) && list[i].atom() && list[i].from <= t+slack:
		mass = s.cohorts.below[i+1]
	case slack < 0 && i > 0 && list[i-1].atom() && list[i-1].from > t+slack:
		mass = s.cohorts.below[i-1]
	}
	return mass, density
}

func (s sharp) now(sigma float64) (mass, slope float64) {
	mass, density := s.older(s.time-sigma, meet(s.time))
	return mass, -density
}

func (s sharp) prepare(*trial) {}

// front returns the front at the start of a step.
func (s sharp) front() float64 { return s.time - s.law.Sigma.At(s.input) }

func (s sharp) exposed(t *trial, i int, sigma float64) (mass, slope float64) {
	g := t.at[i] - sigma
	slack := 0.0
	if i == stages {
		slack = -meet(t.at[i])
	}
	switch {
	case g > t.start:
		return s.cohorts.total() + t.born(g) - t.fired[i], -t.value(g)
	case g >= s.front():
		mass, density := s.older(g, slack)
		return mass - t.fired[i], -density
	}
	mass, density := s.older(g, -slack)
	left := math.Exp(-t.spent[i])
	return left * mass, -left * density
}

// rest tries X(t) = σ⁻¹(t − τ) with τ a mark at which the front stands.
func (s sharp) rest(t *trial) bool {
	g := s.front()
	for _, m := range s.marks {
		if math.Abs(m.at-g) <= least(s.time) && s.restAt(t, m.at) {
			return true
		}
	}
	return false
}

func (s sharp) restAt(t *trial, born float64) bool {
	old := *t
	for i, at := range t.at {
		t.input[i] = s.law.Sigma.Inverse(at - born)
		t.rate[i] = t.input[i] / s.synapses.B
		t.sigma[i] = at - born
		t.phi[i], _ = s.law.Firing(t.input[i])
	}
	t.fit()
	t.spent = t.along(&t.phi)
	mass, _ := s.older(born, 0)
	for i := range t.rate {
		if !(math.Abs(t.rate[i]-t.phi[i]*(mass-t.fired[i])) <= 1e-12*s.scale(t)) {
			*t = old
			return false
		}
	}
	return true
}

// path returns the front at the start, at the points and at the end of a step.
func (s sharp) path(t *trial) (times, fronts [stages + 2]float64) {
	times[0], fronts[0] = t.start, s.front()
	for i := range t.at {
		times[i+1], fronts[i+1] = t.at[i], t.at[i]-t.sigma[i]
	}
	return times, fronts
}

// moved is the front as a function of time inside a step.
func (s sharp) moved(t *trial) func(float64) float64 {
	times, fronts := s.path(t)
	return func(at float64) float64 { return neville(times[:], fronts[:], at) }
}

func (s sharp) interrupt(t *trial) (end float64, found, turns bool) {
	times, fronts := s.path(t)
	near := meet(t.end())
	way := 1.0
	if fronts[1] < fronts[0] {
		way = -1
	}
	for i := 1; i < len(fronts); i++ {
		if way*(fronts[i]-fronts[i-1]) < -near {
			end, found = s.turn(t, times[max(0, i-2)], times[i], way)
			return end, found, true
		}
	}
	from, to := fronts[0], fronts[len(fronts)-1]
	end, place := t.end(), 0.0
	for _, m := range s.marks {
		if way*(m.at-from) > near && way*(to-m.at) > near && (!found || way*(place-m.at) > 0) {
			place, found = m.at, true
		}
	}
	if found {
		front := s.moved(t)
		end = bisect(t.start, t.end(), func(at float64) bool { return way*(front(at)-place) >= 0 })
	}
	return end, found, false
}

// turn finds the time between two at which a front that moves one way turns: where its differences over a small time change sign.
func (s sharp) turn(t *trial, from, to, way float64) (end float64, found bool) {
	front, d := s.moved(t), 1e-4*t.h
	end = bisect(from, to, func(at float64) bool { return way*(front(at+d)-front(at-d)) <= 0 })
	return end, end-t.start > 1e-9*t.h
}

func (s sharp) accept(t *trial) {
	_, fronts := s.path(t)
	from, to := fronts[0], fronts[len(fronts)-1]
	low, high := math.Min(from, to), math.Max(from, to)
	newborn := []cohort{newCohort(t.start, t.end(), nodes(t.rate[:stages]))}
	if high > t.start+meet(t.start) {
		newborn = []cohort{newborn[0].part(t.start, high), newborn[0].part(high, t.end())}
	}
	s.cohorts.cut(low)
	s.cohorts.cut(high)
	whole := math.Exp(-t.spent[stages])
	thin := func(c *cohort) {
		switch middle := c.from + (c.to-c.from)/2; {
		case middle < low:
			c.scale(whole)
		case middle < high:
			c.thin(s.swept(t, from <= to))
		}
	}
	s.cohorts.pool *= whole
	for i := range s.cohorts.list {
		thin(&s.cohorts.list[i])
	}
	for i := range newborn {
		thin(&newborn[i])
	}
	s.cohorts.join(newborn)
}

// swept returns the factor of a cohort over which the front passes in the step: exposed since it was born before
// the front, or until then.
func (s sharp) swept(t *trial, advance bool) func(born float64) float64 {
	front := s.moved(t)
	phi := gauss.coefficients((*nodes)(t.phi[:stages]))
	return func(born float64) float64 {
		at := bisect(t.start, t.end(), func(at float64) bool { return (front(at) >= born) == advance })
		spent := t.h * phi.until((at-t.start)/t.h)
		if advance {
			spent = t.spent[stages] - spent
		}
		return math.Exp(-spent)
	}
}

// neville returns the value at a place of the polynomial through points.
func neville(x, y []float64, at float64) float64 {
	var p [stages + 2]float64
	copy(p[:], y)
	for m := 1; m < len(x); m++ {
		for i := range len(x) - m {
			p[i] = ((at-x[i+m])*p[i] + (x[i]-at)*p[i+1]) / (x[i] - x[i+m])
		}
	}
	return p[0]
}
