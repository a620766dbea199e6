package spectral

import (
	"math"
	"sort"

	"lapicque/neuron"
)

// loader integrates a law against the test functions of a mesh.
type loader struct {
	*basis
	mesh      *mesh
	law       datum
	fine      float64   // accuracy wanted of the mass of a panel
	rows      []float64 // (φ, law), in the order of a density
	outflow   float64   // the row of V_F
	pk, shape []float64
}

// load returns (φ, law) for every test function, the row of V_F apart.
func (r *stepper) load(law datum) (rows []float64, outflow float64) {
	m := r.mesh
	l := loader{basis: r.basis, mesh: m, law: law, fine: r.fine, rows: make([]float64, r.p*m.elements()),
		pk: make([]float64, r.p+1), shape: make([]float64, r.p+1)}
	breaks := law.Breaks()
	points := append(append([]float64(nil), m.nodes...), breaks...)
	sort.Float64s(points)
	first := max(m.nodes[0], breaks[0])
	last := min(m.nodes[len(m.nodes)-1], breaks[len(breaks)-1])
	for i := 0; i+1 < len(points); i++ {
		lo, hi := points[i], points[i+1]
		if lo < hi && lo >= first && hi <= last {
			l.panel(m.find((lo+hi)/2), lo, hi, l.mass(lo, hi), 0)
		}
	}
	for _, a := range law.Atoms() {
		l.atom(a)
	}
	return l.rows, l.outflow
}

// mass integrates the law over (lo, hi) by one panel.
func (l *loader) mass(lo, hi float64) float64 {
	sum, half, mid := 0.0, (hi-lo)/2, (hi+lo)/2
	for i, xi := range l.points {
		sum += l.weights[i] * l.law.Density(mid+half*xi)
	}
	return sum * half
}

// panel adds the law over (lo, hi), inside element e, where its mass by one
// panel is as given; it halves until that does not change.
func (l *loader) panel(e int, lo, hi, mass float64, depth int) {
	mid := (lo + hi) / 2
	left, right := l.mass(lo, mid), l.mass(mid, hi)
	if depth < 40 && math.Abs(left+right-mass) > l.fine*(1e-2+mass) {
		l.panel(e, lo, mid, left, depth+1)
		l.panel(e, mid, hi, right, depth+1)
		return
	}
	half := (hi - lo) / 2
	for i, xi := range l.points {
		v := mid + half*xi
		l.weigh(e, v, l.weights[i]*half*l.law.Density(v))
	}
}

// weigh adds a mass at v, in element e.
func (l *loader) weigh(e int, v, mass float64) {
	ne := l.mesh.elements()
	xi := (v - l.mesh.mid[e]) / l.mesh.half[e]
	legendre(l.pk, xi)
	l.fromLegendre(l.shape, l.pk)
	l.rows[e] += mass * (1 - xi) / 2
	if e+1 < ne {
		l.rows[e+1] += mass * (1 + xi) / 2
	} else {
		l.outflow += mass * (1 + xi) / 2
	}
	c := l.bubbles(l.rows, e, ne)
	for k := range c {
		c[k] += mass * l.shape[k+2]
	}
}

// atom adds a point mass; one at or above V_F has fired and sits at V_R.
func (l *loader) atom(a neuron.Atom) {
	m := l.mesh
	if a.Potential >= m.nodes[m.elements()] {
		l.rows[m.reset] += a.Mass
		return
	}
	l.weigh(m.find(a.Potential), a.Potential, a.Mass)
}
