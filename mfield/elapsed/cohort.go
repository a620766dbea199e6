package elapsed

import (
	"math"
	"sort"
)

// cohort is the neurons that last fired between two times, by the density n in the time of that spike; the two times are
// equal for an atom, of which only the mass counts.
type cohort struct {
	from, to float64
	density  nodes
	shape    nodes // Legendre coefficients of density
	mass     float64
}

func newCohort(from, to float64, density nodes) cohort {
	c := cohort{from: from, to: to, density: density}
	c.settle()
	return c
}

// settle makes shape and mass those of density.
func (c *cohort) settle() {
	c.shape = gauss.coefficients(&c.density)
	c.mass = (c.to - c.from) * gauss.mean(&c.density)
}

func (c *cohort) atom() bool { return c.from == c.to }

// born returns the time of birth of a node.
func (c *cohort) born(j int) float64 { return c.from + (c.to-c.from)*gauss.at[j] }

// part returns the cohort of those born between two times inside it, with the same polynomial.
func (c *cohort) part(from, to float64) cohort {
	p := cohort{from: from, to: to}
	for j := range p.density {
		p.density[j] = c.shape.value((p.born(j) - c.from) / (c.to - c.from))
	}
	p.settle()
	return p
}

// population is all neurons at a time: cohorts in the order of their birth, before them a pool of neurons so old that
// they fire at the rate φ.
type population struct {
	pool  float64
	list  []cohort
	below []float64 // mass older than each cohort, and of all in the end
}

// sum brings below up to date.
func (p *population) sum() {
	p.below = append(p.below[:0], p.pool)
	for i := range p.list {
		p.below = append(p.below, p.below[i]+p.list[i].mass)
	}
}

// total returns the mass of all, as of the last sum.
func (p *population) total() float64 { return p.below[len(p.below)-1] }

// ages returns the mean and the variance of the ages at time now, the pool left out.
func (p *population) ages(now float64) (mean, variance float64) {
	whole := p.total() - p.pool
	for i := range p.list {
		p.list[i].walk(func(born, mass float64) { mean += mass * (now - born) / whole })
	}
	for i := range p.list {
		p.list[i].walk(func(born, mass float64) { variance += mass * (now - born - mean) * (now - born - mean) / whole })
	}
	return mean, variance
}

// walk visits times of birth with masses that integrate polynomials over the cohort.
func (c *cohort) walk(visit func(born, mass float64)) {
	if c.atom() {
		visit(c.from, c.mass)
		return
	}
	for j, n := range c.density {
		visit(c.born(j), (c.to-c.from)*gauss.weight[j]*n)
	}
}

// find returns the first cohort that ends after time t.
func (p *population) find(t float64) int {
	return sort.Search(len(p.list), func(i int) bool { return p.list[i].to > t })
}

// before returns the mass of those born before time t, and their density there.
func (p *population) before(t float64) (mass, density float64) {
	i := p.find(t)
	if i == len(p.list) {
		return p.total(), 0
	}
	c := &p.list[i]
	if t <= c.from {
		return p.below[i], 0
	}
	x := (t - c.from) / (c.to - c.from)
	return p.below[i] + (c.to-c.from)*c.shape.until(x), c.shape.value(x)
}

// cut splits the cohort around time t, unless it begins or ends within the rounding of t, and returns the first cohort after t.
func (p *population) cut(t float64) int {
	i, near := p.find(t), 1e-14*(1+math.Abs(t))
	if i == len(p.list) {
		return i
	}
	c := p.list[i]
	switch {
	case t <= c.from+near:
		return i
	case t >= c.to-near:
		return i + 1
	}
	p.list = append(p.list, cohort{})
	copy(p.list[i+1:], p.list[i:])
	p.list[i], p.list[i+1] = c.part(c.from, t), c.part(t, c.to)
	return i + 1
}

// scale multiplies a cohort by a factor.
func (c *cohort) scale(factor float64) {
	for j := range c.density {
		c.density[j] *= factor
		c.shape[j] *= factor
	}
	c.mass *= factor
}

// thin multiplies a cohort by a factor that depends on the time of birth.
func (c *cohort) thin(factor func(born float64) float64) {
	if c.atom() {
		c.mass *= factor(c.from)
		return
	}
	for j := range c.density {
		c.density[j] *= factor(c.born(j))
	}
	c.settle()
}

// retire moves the oldest, as long as all of them together weigh nothing, into the pool.
func (p *population) retire() {
	old, light := 0, p.pool
	for old < len(p.list) {
		if light += p.list[old].mass; light > 1e-20 {
			break
		}
		p.pool = light
		old++
	}
	if old > 0 {
		p.list = p.list[:copy(p.list, p.list[old:])]
		p.sum()
	}
}

// join adds the neurons born in a step, scaled so that nobody is lost: their density is as accurate as N, the mass that
// the old have lost is exact.
func (p *population) join(newborn []cohort) {
	whole := p.total()
	p.sum()
	born := 0.0
	for i := range newborn {
		born += newborn[i].mass
	}
	lost := whole - p.total()
	for i := range newborn {
		if born > 0 && lost > 0 {
			newborn[i].scale(lost / born)
		}
	}
	p.list = append(p.list, newborn...)
	p.sum()
}
