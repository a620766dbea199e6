package mfield

import "math"

// cascade follows an instant of a circuit in the limit of many neurons. Fractions x_p fire and move
// population p by S_p = Σ_q b[p][q] x_q. Its overshoot is o_p = (potential of the next of p that has not fired) + S_p − V_F,p. As long as one is ≥ 0
// the population with the largest fires (of equals the first that keeps the lead); where each would lose it to
// another, they fire together so that their overshoots stay equal (sliding). Densities are constant in cells, so
// every overshoot is linear between events and the end is exact for them.
type cascade struct {
	b      [][]float64 // without delay, the receiver first
	fronts []*front
	change []float64 // of each overshoot along the direction
	along  []float64 // the direction: what each fires, Σ = 1
	system linear
}

// front is the upper end of those of a population who have not fired.
type front struct {
	mesh      *mesh
	mass      []float64
	threshold float64
	cell      int     // the highest that is not empty; −1: all have fired
	left      float64 // mass left in it
	shift     float64 // S
	fired     float64 // x
	path      []stretch
}

// stretch is a part that fired while S went from one value to another.
type stretch struct{ mass, from, to float64 }

// newFront returns the front of cells that hold masses. Without a mesh nobody fires.
func newFront(m *mesh, mass []float64, threshold float64) *front {
	f := &front{mesh: m, mass: mass, threshold: threshold, cell: len(mass) - 1}
	if f.cell >= 0 {
		f.left = mass[f.cell]
	}
	f.settle()
	return f
}

// settle goes down to a cell that is not empty.
func (f *front) settle() {
	for f.cell >= 0 && f.left <= 0 {
		if f.cell--; f.cell >= 0 {
			f.left = f.mass[f.cell]
		}
	}
}

// thin returns by how much the front falls per mass that fires: 1/n.
func (f *front) thin() float64 { return f.mesh.width[f.cell] / f.mass[f.cell] }

// potential returns that of the next neuron.
func (f *front) potential() float64 { return f.mesh.edges[f.cell] + f.left*f.thin() }

// overshoot returns o, −Inf when all have fired.
func (f *front) overshoot() float64 {
	if f.cell < 0 {
		return math.Inf(-1)
	}
	return f.potential() + f.shift - f.threshold
}

// drop lets a mass fire from the top without effect.
func (f *front) drop(mass float64) {
	for f.cell >= 0 && mass > 0 {
		part := math.Min(mass, f.left)
		f.left -= part
		mass -= part
		f.settle()
	}
}

// fire lets a mass of the highest cell fire while S goes from the present value to another.
func (f *front) fire(mass, to float64) {
	f.fired += mass
	f.left -= mass
	if f.left <= 1e-15*f.mass[f.cell] {
		f.left = 0
	}
	if n := len(f.path); n > 0 {
		last := &f.path[n-1]
		if slope := (last.to - last.from) / last.mass; last.to == f.shift && math.Abs(slope*mass-(to-f.shift)) <= 1e-14 {
			last.mass, last.to = last.mass+mass, to
			return
		}
	}
	f.path = append(f.path, stretch{mass, f.shift, to})
}

func newCascade(b [][]float64, fronts []*front) *cascade {
	n := len(fronts)
	return &cascade{b, fronts, make([]float64, n), make([]float64, n), newLinear(n + 1)}
}

// run fires until every overshoot is negative. With a layer, densities are low at V_F: before a population that excites has fired more than its
// skip with an overshoot ≥ 0, those inside of the layer fire even with a negative one; if none has fired so much with one, nobody does.
func (c *cascade) run(l *layer) {
	started, ended, events := l == nil, false, 0
	before := make([]front, len(c.fronts))
	for p, f := range c.fronts {
		before[p] = *f
		events += 20 * (len(f.mass) + 10)
	}
	for range events {
		lead := c.foremost(nil)
		forced := ended || !(c.overshoot(lead) >= 0)
		if forced {
			if started {
				break
			}
			if lead = c.foremost(func(p int) bool { return l.holds(p, c.fronts[p]) }); lead < 0 {
				break
			}
			c.aim(lead)
		} else if !c.lead(c.overshoot(lead)) {
			break
		}
		started = started || !forced && c.beyond(l)
		ended = c.advance(lead, forced)
		started = started || !forced && c.beyond(l)
	}
	if !started {
		for p, f := range c.fronts {
			*f = before[p]
		}
	}
}

// beyond reports whether somebody who fires and excites has fired more than its skip.
func (c *cascade) beyond(l *layer) bool {
	for p, x := range c.along {
		if x > 0 && l.excites[p] && c.fronts[p].fired > l.skip[p] {
			return true
		}
	}
	return false
}

// layer is the boundary layer at V_F before a blow-up, where densities are below 1/b: the first skip of each population that excites, and a few
// cells where the mesh does not resolve it.
type layer struct {
	skip    []float64
	excites []bool
}

func (l *layer) holds(p int, f *front) bool {
	return l.excites[p] && f.cell >= 0 && (f.fired < l.skip[p] || f.cell >= len(f.mass)-layerCells)
}

// foremost returns the population with the largest overshoot, of those that may; −1: all have fired.
func (c *cascade) foremost(may func(p int) bool) int {
	lead, most := -1, math.Inf(-1)
	for p, f := range c.fronts {
		if o := f.overshoot(); o > most && (may == nil || may(p)) {
			lead, most = p, o
		}
	}
	return lead
}

func (c *cascade) overshoot(p int) float64 {
	if p < 0 {
		return math.Inf(-1)
	}
	return c.fronts[p].overshoot()
}

// aim lets one population fire alone.
func (c *cascade) aim(lead int) {
	clear(c.along)
	c.along[lead] = 1
	c.turn()
}

// turn finds how the overshoots change along the direction.
func (c *cascade) turn() {
	for p := range c.fronts {
		c.change[p] = 0
		for q, x := range c.along {
			if x > 0 {
				c.change[p] += c.slope(p, q) * x
			}
		}
	}
}

// tie is the difference of potentials below which overshoots are equal.
const tie = 1e-12

// lead finds the direction in which the populations with the largest overshoot o fire: the smallest and first set of them that,
// firing in positive parts, keep the same overshoot, not below that of another of them. It reports false without one.
func (c *cascade) lead(o float64) bool {
	n := len(c.fronts)
	ties := 0
	for p, f := range c.fronts {
		if f.overshoot() >= o-tie*(1+math.Abs(f.threshold)) {
			ties |= 1 << p
		}
	}
	for count := 1; count <= n; count++ {
		for set := 1; set < 1<<n; set++ {
			if set&^ties == 0 && members(set) == count && c.slide(set, ties) {
				return true
			}
		}
	}
	return false
}

func members(set int) (count int) {
	for ; set != 0; set &= set - 1 {
		count++
	}
	return count
}

// slide tries a set: Σ_q A[p][q] along[q] the same for all its members, A = b − 1/n on the diagonal, Σ along = 1.
func (c *cascade) slide(set, ties int) bool {
	n := len(c.fronts)
	for p := range n {
		row := c.system.row(p)
		clear(row)
		if set>>p&1 == 0 {
			row[p] = 1
			continue
		}
		for q := range n {
			if set>>q&1 == 1 {
				row[q] = c.slope(p, q)
			}
		}
		row[n] = -1
	}
	sum := c.system.row(n)
	for q := range n {
		sum[q] = float64(set >> q & 1)
	}
	sum[n], sum[n+1] = 0, 1
	x := make([]float64, n+1)
	c.system.solve(x)
	for p := range n {
		if set>>p&1 == 1 && !(x[p] > 0) {
			return false
		}
	}
	copy(c.along, x[:n])
	c.turn()
	for p := range n {
		if ties>>p&1 == 1 && set>>p&1 == 0 && !(c.change[p] <= x[n]) {
			return false
		}
	}
	return true
}

// slope returns by how much the overshoot of p rises per mass of q that fires.
func (c *cascade) slope(p, q int) float64 {
	if p == q {
		return c.b[p][p] - c.fronts[p].thin()
	}
	return c.b[p][q]
}

// advance goes along the direction to the next event: a cell is empty, another population catches up or reaches V_F, or the overshoot of
// those who fire falls to 0 (unless they are forced), which ends the cascade.
func (c *cascade) advance(lead int, forced bool) (ended bool) {
	for p, x := range c.along {
		if x > 0 && !(c.along[lead] > 0) {
			lead = p
		}
	}
	o, length := c.overshoot(lead), math.Inf(1)
	for p, f := range c.fronts {
		if c.along[p] > 0 {
			length = math.Min(length, f.left/c.along[p])
			continue
		}
		behind, gain := o-f.overshoot(), c.change[p]-c.change[lead]
		if forced {
			behind, gain = -f.overshoot(), c.change[p]
			if gain > 0 && behind <= tie*(1+math.Abs(f.threshold)) { // it follows, in turns
				length = math.Min(length, c.fronts[lead].left/4)
			}
		}
		if f.cell >= 0 && gain > 0 && behind > 0 {
			length = math.Min(length, behind/gain)
		}
	}
	if fall := -c.change[lead]; fall > 0 && !forced && math.Max(o, 0)/fall <= length {
		length, ended = math.Max(o, 0)/fall, true
	}
	for p, f := range c.fronts {
		shift := f.shift
		for q, x := range c.along {
			shift += c.b[p][q] * x * length
		}
		if x := c.along[p]; x > 0 {
			f.fire(x*length, shift)
		}
		f.shift = shift
	}
	for _, f := range c.fronts {
		f.settle()
	}
	return ended
}
