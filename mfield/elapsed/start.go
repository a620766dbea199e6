package elapsed

import (
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// cohortsOf returns the population with ages of a law: polynomials on pieces of its density, cut in two until they hold it to
// 1e−13, or until nothing is left to cut, and no longer than two widths of a smooth hazard.
func cohortsOf(initial neuron.Initial, width float64) (p population, fs neuron.Faults) {
	if initial == nil {
		return p, neuron.Faults{{Field: "initial", Value: "nothing", Accepted: "a law of the ages at time 0"}}
	}
	const most = 1000
	fs.Add(!(initial.CDF(-math.SmallestNonzeroFloat64) > 1e-9), "initial", "ages below 0", "a law of ages, carried by s ≥ 0")
	fs.Add(len(initial.Atoms()) <= most, "initial", fmt.Sprintf("%d atoms", len(initial.Atoms())), fmt.Sprintf("a law of at most %d atoms for the mean field", most))
	if len(fs) > 0 {
		return p, fs
	}
	breaks, atoms := initial.Breaks(), initial.Atoms()
	for k := len(breaks) - 1; k >= 0; k-- {
		for len(atoms) > 0 && atoms[len(atoms)-1].Potential >= breaks[k] {
			a := atoms[len(atoms)-1]
			atoms = atoms[:len(atoms)-1]
			p.list = append(p.list, cohort{from: -a.Potential, to: -a.Potential, mass: a.Mass})
		}
		if k > 0 && breaks[k] > 0 {
			p.list = resolve(p.list, initial, -breaks[k], -math.Max(0, breaks[k-1]), width, 0)
		}
	}
	p.sum()
	whole := p.total()
	fs.Add(math.Abs(whole-1) <= 1e-6, "initial", fmt.Sprintf("a law of mass %.9g", whole), "a law of ages of mass 1 that a density, or atoms outside of it, describe")
	for i := range p.list {
		p.list[i].scale(1 / whole)
	}
	p.sum()
	return p, fs
}

// resolve appends cohorts for births between two times.
func resolve(list []cohort, initial neuron.Initial, from, to, width float64, depth int) []cohort {
	c := cohort{from: from, to: to}
	for j := range c.density {
		c.density[j] = initial.Density(-c.born(j))
	}
	c.settle()
	middle := from + (to-from)/2
	good := width == 0 || to-from <= 2*width
	tolerance := 1e-13 * (1 + slices.Max(c.density[:]))
	for j := 0; j < stages && good; j++ {
		for _, half := range [2]cohort{{from: from, to: middle}, {from: middle, to: to}} {
			at := half.born(j)
			good = good && math.Abs(c.shape.value((at-from)/(to-from))-initial.Density(-at)) <= tolerance
		}
	}
	if good || depth >= 14 {
		if c.mass == 0 {
			return list
		}
		return append(list, c)
	}
	return resolve(resolve(list, initial, from, middle, width, depth+1), initial, middle, to, width, depth+1)
}
