package spectral

import (
	"math"

	"lapicque/neuron"
)

// Neurons that fire at random above V_F, at the rate 1/ε, make the equation
//
//	∂t n + ∂v[(−leak·v + I + bN) n] − (a0 + a1 N) ∂vv n = N δ_{V_R} − (n/ε) 1_{v > V_F},  N = (1/ε)∫_{V_F}^∞ n
//
// on the whole line. The mesh goes on above V_F, a node, to a top where nothing is left. The sink joins
// the reference matrices of the elements there. N is a sum over them, bounded by 1/ε: there is no layer at V_F, no impulse at
// a start and no blow-up, and the clock is always t.
//
// At the top n = 0, and the row of its hat is added to the row of the node before it: what would leave
// at the top, nothing, enters again there, and mass is kept to rounding.

// escape is what the operator knows of it; the zero value is none.
type escape struct {
	hazard float64   // 1/ε
	above  []row     // the reference matrices above V_F, leak·x + m/ε in place of x
	whole  []float64 // solution for the column of w
	gain   float64
	long   bool // the step
}

func (o *operator) escapes() bool { return o.hazard > 0 }

// escapeAt makes neurons fire at random at a rate.
func (o *operator) escapeAt(hazard float64) {
	o.hazard = hazard
	o.above = append([]row(nil), o.band...)
	for k := range o.above {
		r := &o.above[k]
		r.x = o.law.leak*r.x + hazard*r.m
		r.x2 = o.law.leak*r.x2 + hazard*r.m2
		r.x2back = o.law.leak*r.x2back + hazard*r.m2back
	}
}

// rows returns the reference matrices of an element, without those of time.
func (o *operator) rows(e int) []row {
	if e >= o.mesh.threshold {
		return o.above
	}
	return o.band
}

// massFrom returns ∫ n over element e and those above it.
func (o *operator) massFrom(u []float64, e int) float64 {
	sum, ne := 0.0, o.mesh.elements()
	for ; e < ne; e++ {
		left, right := ends(u, e, ne)
		sum += o.mesh.half[e] * (left + right - 2*o.norm[2]*o.bubbles(u, e, ne)[0])
	}
	return sum
}

// firing returns (1/ε)∫ n above V_F.
func (o *operator) firing(u []float64) float64 {
	return o.hazard * o.massFrom(u, o.mesh.threshold)
}

// closed overwrites r, with the bubbles eliminated and row rF of the top, by the
// solution of the system without its border.
func (o *operator) closed(r []float64, rF float64) {
	r[o.mesh.elements()-1] += rF
	o.forward(r)
	o.back(r, 0)
}

// In exact arithmetic the row of N and the conservation of mass say the same. A short step takes the former,
// a long one, in which rounding of the fluxes would add up to mass, the latter.

// openBorder is border where N is a sum: it solves for the column. R gains share per unit of w.
func (o *operator) openBorder(outflow, s, share float64) error {
	o.whole = resized(o.whole, len(o.column))
	copy(o.whole, o.column)
	o.closed(o.whole, outflow)
	if o.long = s < o.hazard; o.long {
		o.gain = o.massFrom(o.whole, 0) - share
	} else {
		o.gain = 1 + o.firing(o.whole)
	}
	if o.gain == 0 || math.IsNaN(o.gain) || math.IsInf(o.gain, 0) {
		return errPivot
	}
	return nil
}

// solveOpen is solve where N is a sum over the density r + z (z nil: r). R gains that much when w does not change.
func (o *operator) solveOpen(r []float64, rF float64, z []float64, gained float64) float64 {
	o.closed(r, rF)
	var w float64
	switch {
	case o.long:
		w = o.massFrom(r, 0) + gained
	case z == nil:
		w = o.firing(r)
	default:
		w = o.firing(r) + o.firing(z)
	}
	w /= o.gain
	axpy(r, -w, o.whole)
	return w
}

// ceiling follows how far up the density goes where neurons fire at random: no further than
// a neuron that never fires, and no further than one that has not for a time span. The memory of the latter
// fades like e^{−t/span}, so e times what it holds is a bound.
type ceiling struct {
	flow
	path, variance float64 // of a neuron that started at the upper end and never fires
	span           float64 // after which a share e^{−tail²/2} has not fired
	push, spread   float64 // above V_F
}

func newCeiling(f flow, initial neuron.Initial, tail float64) (c ceiling) {
	if !f.law.Firing.Escapes() {
		return c
	}
	l, ends := f.law, initial.Breaks()
	c = ceiling{flow: f, path: ends[len(ends)-1], span: l.Firing.Epsilon * tail * tail / 2}
	c.push = math.Max(0, c.path-l.Threshold)
	c.spread = 2 * l.A0 * c.span
	if g, ok := initial.(neuron.TruncatedGaussian); ok && g.Mean < g.Upper {
		c.path, c.variance = g.Mean, g.Variance
	}
	c.path = math.Max(c.path, l.Reset)
	return c
}

// advance moves from time t to t + dt, in which each neuron fired de times.
func (c *ceiling) advance(t, dt, de float64) {
	if dt <= 0 || c.span == 0 {
		return
	}
	decay, drift, grow := c.over(t, dt, de)
	c.path = math.Max(c.path*decay+drift, c.law.Reset)
	c.variance = c.variance*decay*decay + grow
	keep := math.Exp(-dt / c.span)
	c.push = keep*c.push + math.Max(0, drift-c.law.Threshold*(1-decay))
	c.spread = keep*c.spread + grow
}

// top returns the upper end of the mesh for a tail in standard deviations.
func (c *ceiling) top(tail float64) float64 {
	free := c.path + tail*math.Sqrt(c.variance)
	alive := c.law.Threshold + math.E*c.push + tail*math.Sqrt(math.E*c.spread)
	return math.Min(free, alive)
}

// settled returns top as it will be when the variance of a neuron that never fires has relaxed, and V_F where nobody escapes.
func (c *ceiling) settled(law neuron.LIF, tail float64) float64 {
	if c.span == 0 {
		return law.Threshold
	}
	rest := *c
	if law.Leak > 0 {
		rest.path = math.Max(c.path, law.Input().At(0)/law.Leak)
		rest.variance = math.Max(c.variance, law.A0/law.Leak)
	} else {
		rest.variance += 2 * law.Gap() * law.Gap()
	}
	return math.Max(rest.top(tail), law.Threshold+math.Min(law.Gap(), tail*math.Sqrt(c.spread)))
}

// unsmooth returns where and how finely a mesh must be graded at a start: at V_F, above which the sink makes
// the density bend within √(a t) in a time t by t/ε of itself, and at V_R, where N begins to return.
func (s *Solver) unsmooth() []singularity {
	l := s.problem.Law
	length := float64(s.p) * math.Sqrt(100*s.opts.Rtol*l.A0/s.hazard)
	return []singularity{{l.Threshold, length}, {l.Reset, math.Min(length, l.Gap())}}
}
