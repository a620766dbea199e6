package elapsed

import (
	"math"
	"sort"
)

// smooth is a hazard with a logistic rise. Each node of each cohort spends its own ∫ r along its characteristic, by the
// quadrature of the step.
type smooth struct {
	*Solver
	nodes []node
	old   int     // of the nodes, so many are beyond the rise during the whole step …
	young int     // … and those from here on before it
	whole float64 // mass of the old
	left  []points
	phi   nodes // Legendre coefficients of φ(X) on the step …
	sigma nodes // … and of σ(X)
}

// node is a mass born at one time.
type node struct{ born, mass float64 }

// steep is how many widths from σ the rise is 0 or 1 to rounding.
const steep = 45

// gather lists the nodes of the cohorts.
func (s *smooth) gather() {
	s.nodes = s.nodes[:0]
	for i := range s.cohorts.list {
		c := &s.cohorts.list[i]
		if c.atom() {
			s.nodes = append(s.nodes, node{c.from, c.mass})
			continue
		}
		for j, n := range c.density {
			s.nodes = append(s.nodes, node{c.born(j), (c.to - c.from) * gauss.weight[j] * n})
		}
	}
}

func (s *smooth) now(sigma float64) (mass, slope float64) {
	s.gather()
	mass = s.cohorts.pool
	beyond := func(age float64) int { // how many nodes are of this age or more
		return sort.Search(len(s.nodes), func(j int) bool { return s.time-s.nodes[j].born < age })
	}
	old, young := beyond(sigma+steep*s.law.Width), beyond(sigma-steep*s.law.Width)
	for _, n := range s.nodes[:old] {
		mass += n.mass
	}
	for _, n := range s.nodes[old:young] {
		l, d := s.law.Rise(s.time - n.born - sigma)
		mass += n.mass * l
		slope -= n.mass * d
	}
	return mass, slope
}

func (s *smooth) prepare(t *trial) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range t.sigma {
		low, high = math.Min(low, x), math.Max(high, x)
	}
	wide := steep * s.law.Width
	s.gather()
	s.old = sort.Search(len(s.nodes), func(j int) bool { return t.start-s.nodes[j].born < high+wide })
	s.young = sort.Search(len(s.nodes), func(j int) bool { return t.end()-s.nodes[j].born < low-wide })
	s.young = max(s.young, s.old)
	s.whole = s.cohorts.pool
	for _, n := range s.nodes[:s.old] {
		s.whole += n.mass
	}
	s.left = s.left[:0]
	for _, n := range s.nodes[s.old:s.young] {
		var rate points
		for k := range stages {
			rise, _ := s.law.Rise(t.at[k] - n.born - t.sigma[k])
			rate[k] = t.phi[k] * rise
		}
		spent := t.along(&rate)
		for i, e := range spent {
			spent[i] = n.mass * math.Exp(-e)
		}
		s.left = append(s.left, spent)
	}
	s.phi = gauss.coefficients((*nodes)(t.phi[:stages]))
	s.sigma = gauss.coefficients((*nodes)(t.sigma[:stages]))
}

func (s *smooth) exposed(t *trial, i int, sigma float64) (mass, slope float64) {
	mass = s.whole * math.Exp(-t.spent[i])
	for j, n := range s.nodes[s.old:s.young] {
		l, d := s.law.Rise(t.at[i] - n.born - sigma)
		mass += s.left[j][i] * l
		slope -= s.left[j][i] * d
	}
	age := t.at[i] - t.start
	if age-sigma < -steep*s.law.Width {
		return mass, slope
	}
	for q, x := range gauss.at {
		born := t.start + age*x
		l, d := s.law.Rise(t.at[i] - born - sigma)
		left := age * gauss.weight[q] * t.value(born) * math.Exp(-s.spent(t, born, t.at[i]))
		mass += left * l
		slope -= left * d
	}
	return mass, slope
}

// spent returns ∫ r of those born at a time of the step, up to another time of it.
func (s *smooth) spent(t *trial, born, until float64) (sum float64) {
	for q, x := range gauss.at {
		age := (until - born) * x
		at := (born + age - t.start) / t.h
		rise, _ := s.law.Rise(age - s.sigma.value(at))
		sum += gauss.weight[q] * s.phi.value(at) * rise
	}
	return sum * (until - born)
}

func (s *smooth) rest(*trial) bool { return false }

// interrupt: a smooth hazard has no front.
func (s *smooth) interrupt(*trial) (end float64, found, turns bool) { return 0, false, false }

func (s *smooth) accept(t *trial) {
	s.prepare(t)
	whole := math.Exp(-t.spent[stages])
	s.cohorts.pool *= whole
	j := 0
	next := func(float64) float64 {
		j++
		switch k := j - 1; {
		case k < s.old:
			return whole
		case k < s.young && s.nodes[k].mass > 0:
			return s.left[k-s.old][stages] / s.nodes[k].mass
		}
		return 1
	}
	for i := range s.cohorts.list {
		s.cohorts.list[i].thin(next)
	}
	newborn := newCohort(t.start, t.end(), nodes(t.rate[:stages]))
	if newborn.to-newborn.from-s.sigma.value(1) >= -steep*s.law.Width {
		newborn.thin(func(born float64) float64 { return math.Exp(-s.spent(t, born, t.end())) })
	}
	s.cohorts.join([]cohort{newborn})
}
