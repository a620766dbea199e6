package spectral

import (
	"math"
	"sort"

	"lapicque/neuron"
)

// datum is a law of the potential as the projection needs it; neuron.Initial is
// one, and so is what a jump leaves behind.
type datum interface {
	Density(v float64) float64
	Atoms() []neuron.Atom
	Breaks() []float64
}

// gaussian is a truncated normal density with its constants worked out.
type gaussian struct {
	mean, inverse, height float64
	neuron.TruncatedGaussian
}

func newGaussian(g neuron.TruncatedGaussian) gaussian {
	return gaussian{g.Mean, 1 / (2 * g.Variance), g.Density(g.Mean), g}
}

func (g gaussian) Density(v float64) float64 {
	if v > g.Upper {
		return 0
	}
	return g.height * math.Exp(-(v-g.mean)*(v-g.mean)*g.inverse)
}

// project finds u and the impulse lambda ≥ 0 of activity with
//
//	M u = load + λ(e_R − e_F) + λ(φ′, b u − a1 u′).
//
// A law that does not vanish at V_F has N(0+) = ∞, integrable. On a mesh, the
// spikes of the layer that it cannot resolve all come at time 0; they are λ.
// They restart at V_R, and as the equation is nonlinear in N they also move
// everybody by bλ.
func (r *stepper) project(u, load []float64, loadF float64) (lambda float64, err error) {
	for range 8 {
		r.set(&r.c, 0, lambda, 0)
		clear(r.column)
		r.column[r.mesh.reset] = -1
		r.columnF = 1
		if err := r.factor(1); err != nil {
			return 0, err
		}
		copy(u, load)
		next := r.solve(u, loadF)
		if done := math.Abs(next-lambda) <= 1e-9*math.Abs(next); done {
			return next, nil
		}
		lambda = next
	}
	return lambda, nil
}

// load fills dst with (φ, law) for every test function and returns the row of V_F.
func (r *stepper) load(dst []float64, law datum) float64 {
	m := r.mesh
	clear(dst)
	clear(r.r0)
	clear(r.r1)
	points := append(append([]float64(nil), m.nodes...), law.Breaks()...)
	sort.Float64s(points)
	breaks := law.Breaks()
	pk, shape := make([]float64, r.p+1), make([]float64, r.p+1)
	for i := 0; i+1 < len(points); i++ {
		lo, hi := points[i], points[i+1]
		if lo >= hi || lo < max(m.nodes[0], breaks[0]) || hi > min(m.nodes[len(m.nodes)-1], breaks[len(breaks)-1]) {
			continue
		}
		r.quadrature(dst, law, m.find((lo+hi)/2), lo, hi, r.massOf(law, lo, hi), pk, shape, 0)
	}
	outflow := r.nodalAdd(dst)
	for _, a := range law.Atoms() {
		outflow += r.loadAtom(dst, a, pk, shape)
	}
	return outflow
}

// massOf integrates the law over (lo, hi) by one panel.
func (r *stepper) massOf(law datum, lo, hi float64) float64 {
	sum, half, mid := 0.0, (hi-lo)/2, (hi+lo)/2
	for i, xi := range r.points {
		sum += r.weights[i] * law.Density(mid+half*xi)
	}
	return sum * half
}

// quadrature adds the moments of the law over (lo, hi) ⊂ element e, halving until
// its mass does not change.
func (r *stepper) quadrature(dst []float64, law datum, e int, lo, hi, mass float64, pk, shape []float64, depth int) {
	mid := (lo + hi) / 2
	left, right := r.massOf(law, lo, mid), r.massOf(law, mid, hi)
	if depth < 40 && math.Abs(left+right-mass) > r.fine*(1e-2+mass) {
		r.quadrature(dst, law, e, lo, mid, left, pk, shape, depth+1)
		r.quadrature(dst, law, e, mid, hi, right, pk, shape, depth+1)
		return
	}
	half := (hi - lo) / 2
	for i, xi := range r.points {
		v := mid + half*xi
		r.weigh(dst, e, v, r.weights[i]*half*law.Density(v), pk, shape)
	}
}

// weigh adds mass·ψ(v) to the rows of element e.
func (r *stepper) weigh(dst []float64, e int, v, mass float64, pk, shape []float64) {
	ne := r.mesh.elements()
	legendre(pk, (v-r.mesh.mid[e])/r.mesh.half[e])
	r.fromLegendre(shape, pk)
	r.r0[e] += mass
	r.r1[e] += mass * shape[1]
	for k := 2; k <= r.p; k++ {
		dst[(k-1)*ne+e] += mass * shape[k]
	}
}

// loadAtom adds a point mass; one at or above V_F has fired and sits at V_R.
func (r *stepper) loadAtom(dst []float64, a neuron.Atom, pk, shape []float64) float64 {
	m := r.mesh
	ne := m.elements()
	if a.Potential >= m.nodes[ne] {
		dst[m.reset] += a.Mass
		return 0
	}
	clear(r.r0)
	clear(r.r1)
	r.weigh(dst, m.find(a.Potential), a.Potential, a.Mass, pk, shape)
	return r.nodalAdd(dst)
}

// consistent returns the activity that belongs to the density u: the w for which
// some u′ satisfies M u′ = −A u + w(e_R − e_F) in all rows, clipped to
// 0 ≤ κw ≤ 0.9. It costs one factorisation.
func (r *stepper) consistent(u []float64, current float64) (float64, error) {
	r.set(&r.tmp, 0, 1, current)
	r.columnF = -r.residual(r.column, u, nil, &r.tmp, 1)
	for i := range r.column {
		r.column[i] = -r.column[i]
	}
	r.set(&r.c, 0, 0, 0)
	if err := r.factor(1); err != nil {
		return 0, err
	}
	r.set(&r.tmp, 1, 0, current)
	rF := r.residual(r.at.u, u, nil, &r.tmp, 0)
	return r.solve(r.at.u, rF), nil
}
