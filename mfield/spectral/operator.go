package spectral

// coupling holds the numbers of the equation that enter the operator.
type coupling struct{ leak, a0, a1, b, kappa float64 }

// element holds the numbers of one element that multiply the reference matrices in
//
//	A = cx·x + cg·g + cl·l,   −A n = q(φ′, (−leak·v + I) n − a0 n′) + w(φ′, b n − a1 n′),
//
// the weak Fokker–Planck operator in the clock of clock.go.
type element struct{ cx, cg, cl float64 }

// pivot is one row of a factorised element: 1/d, what it takes from the rows k−1
// and k−2, and what it gives to the unknowns k−1 and k−2.
type pivot struct{ inv, f1, f2, b1, b2 float64 }

// operator applies the weak operator on a mesh, and solves with sM + A bordered
// by the column and the row of the activity w: bubbles from p down to 2 inside
// each element, then the nodes from left to right, then w. No pivoting is needed: M
// dominates. It allocates only in resize.
//
// The row of a vector that belongs to the test function of V_F, which has no
// trial function beside it, is carried as a separate number, the outflow.
type operator struct {
	*basis
	mesh *mesh
	law  coupling

	c, tmp []element // of the factorised matrix, and of the residual at hand
	pivots []pivot   // p+3 for each element, by degree
	rest   [][4]float64

	nodeInv, nodeLower, nodeUpper []float64
	lastLower                     float64

	column  []float64 // of w, forward-eliminated
	columnF float64

	escape
}

func (o *operator) resize(m *mesh) {
	o.mesh = m
	ne := m.elements()
	o.c, o.tmp = resized(o.c, ne), resized(o.tmp, ne)
	o.rest = resized(o.rest, ne)
	o.pivots = resized(o.pivots, ne*(o.p+3))
	clear(o.pivots)
	for _, s := range []*[]float64{&o.nodeInv, &o.nodeLower, &o.nodeUpper} {
		*s = resized(*s, ne)
	}
	o.column = resized(o.column, o.p*ne)
}

// resized returns s with length n, its contents unspecified.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// drive is what acts on everybody from outside at a time: the current I, and noise on
// top of a0.
type drive struct{ current, noise float64 }

// set computes the elements for dt/dσ = q, activity w and a drive.
func (o *operator) set(c []element, q, w float64, d drive) {
	l := &o.law
	diffusion := q*(l.a0+d.noise) + w*l.a1
	for e := range c {
		half := o.mesh.half[e]
		c[e] = element{q * l.leak * half, q*(l.leak*o.mesh.mid[e]-d.current) - w*l.b, diffusion / half}
	}
	for e := o.mesh.threshold; e < len(c); e++ { // the leak is in the reference matrices
		c[e].cx = q * o.mesh.half[e]
	}
}

// apply writes dst = −A u − A₀z + w(e_R − e_F), with A of c and A₀ the one factorised (z nil:
// without it), the bubbles eliminated by the factorisation at hand, and returns its
// outflow row.
func (o *operator) apply(dst, u, z []float64, c []element, w float64) float64 {
	ne, p, nb := o.mesh.elements(), o.p, o.p-1
	var v products
	right, rows := 0.0, o.band[:p+1]
	for e := range c[:ne] {
		if e == o.mesh.threshold {
			rows = o.above[:p+1]
		}
		if z != nil {
			v.both(u, z, e, ne, nb, c[e], o.c[e])
		} else {
			v.one(u, e, ne, nb, c[e])
		}
		pv := o.pivots[e*(p+3):][:p+3]
		out := dst[ne+e*nb:][:nb]
		var r0, r1, r2 float64 // rows k, k+1, k+2
		for k := p; k >= 2; k-- {
			r0 = v.row(&rows[k], k) - pv[k+2].f2*r2 - pv[k+1].f1*r1
			out[k-2] = r0
			r1, r2 = r0, r1
		}
		r0 = v.row(&rows[1], 1) - pv[3].f2*r2 - pv[2].f1*r1
		last := v.row(&rows[0], 0) - pv[2].f2*r1
		dst[e] = (last-r0)/2 + right
		right = (last + r0) / 2
	}
	dst[o.mesh.reset] += w
	return right - w
}

// products holds, for one element, the modal values of u times each of the three
// numbers of c, from index 2 on with two zeros before and after.
type products struct{ x, g, l [maxDegree + 5]float64 }

// row returns row k of −(x·X + g·G + l·L).
func (v *products) row(r *row, k int) float64 {
	return -(r.x*v.x[k+2] + r.l*v.l[k+2]) - (r.x2*v.x[k+4] + r.x2back*v.x[k]) - (r.up*v.g[k+3] + r.down*v.g[k+1])
}

// one sets the products of u with c.
func (v *products) one(u []float64, e, ne, nb int, c element) {
	left, right := ends(u, e, ne)
	b := u[ne+e*nb:][:nb]
	a0, a1 := (left+right)/2, (right-left)/2
	v.x[2], v.g[2], v.l[2] = c.cx*a0, c.cg*a0, c.cl*a0
	v.x[3], v.g[3], v.l[3] = c.cx*a1, c.cg*a1, c.cl*a1
	x, g, l := v.x[4:4+nb], v.g[4:4+nb], v.l[4:4+nb]
	for k, a := range b {
		x[k], g[k], l[k] = c.cx*a, c.cg*a, c.cl*a
	}
	v.close(nb)
}

// both sets the sum of the products of u with c and of z with d.
func (v *products) both(u, z []float64, e, ne, nb int, c, d element) {
	left, right := ends(u, e, ne)
	zl, zr := ends(z, e, ne)
	ub, zb := u[ne+e*nb:][:nb], z[ne+e*nb:][:nb]
	a0, a1, z0, z1 := (left+right)/2, (right-left)/2, (zl+zr)/2, (zr-zl)/2
	v.x[2], v.g[2], v.l[2] = c.cx*a0+d.cx*z0, c.cg*a0+d.cg*z0, c.cl*a0+d.cl*z0
	v.x[3], v.g[3], v.l[3] = c.cx*a1+d.cx*z1, c.cg*a1+d.cg*z1, c.cl*a1+d.cl*z1
	x, g, l := v.x[4:4+nb], v.g[4:4+nb], v.l[4:4+nb]
	for k, a := range ub {
		b := zb[k]
		x[k], g[k], l[k] = c.cx*a+d.cx*b, c.cg*a+d.cg*b, c.cl*a+d.cl*b
	}
	v.close(nb)
}

// close sets the zeros after the last.
func (v *products) close(nb int) {
	v.x[4+nb], v.x[5+nb], v.g[4+nb] = 0, 0, 0
}

// eliminate does the bubble part of the forward sweep on a vector that apply did not
// write, and returns what it adds to the outflow row.
func (o *operator) eliminate(r []float64) float64 {
	ne, p, nb := o.mesh.elements(), o.p, o.p-1
	right := 0.0
	for e := range ne {
		pv := o.pivots[e*(p+3):][:p+3]
		b := r[ne+e*nb:][:nb]
		var r1, r2 float64
		for k := p; k >= 2; k-- {
			r := b[k-2] - pv[k+2].f2*r2 - pv[k+1].f1*r1
			b[k-2] = r
			r1, r2 = r, r1
		}
		first := -(pv[2].f1*r1 + pv[3].f2*r2)
		zeroth := -pv[2].f2 * r1
		r[e] += (zeroth-first)/2 + right
		right = (zeroth + first) / 2
	}
	return right
}
