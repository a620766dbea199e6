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

// set computes the elements for dt/dσ = q, activity w and current I.
func (o *operator) set(c []element, q, w, current float64) {
	l := &o.law
	diffusion := q*l.a0 + w*l.a1
	for e := range c {
		half := o.mesh.half[e]
		c[e] = element{q * l.leak * half, q*(l.leak*o.mesh.mid[e]-current) - w*l.b, diffusion / half}
	}
}

// apply writes dst = −A u + M z + w(e_R − e_F) (z nil: 0) with the bubbles
// eliminated by the factorisation at hand, and returns its outflow row.
func (o *operator) apply(dst, u, z []float64, c []element, w float64) float64 {
	ne, p, nb := o.mesh.elements(), o.p, o.p-1
	var eu, ez [maxDegree + 5]float64 // modal values, with two zeros before and after
	right, rows, half := 0.0, o.band[:p+1], o.mesh.half[:ne]
	for e := range c[:ne] {
		modal(eu[:], u, e, ne, nb)
		if z != nil {
			modal(ez[:], z, e, ne, nb)
		}
		pv := o.pivots[e*(p+3):][:p+3]
		h, el := half[e], c[e]
		out := dst[ne+e*nb:][:nb]
		var r0, r1, r2 float64 // rows k, k+1, k+2
		for k := p; k >= 0; k-- {
			row := &rows[k]
			r0 = h*(row.m*ez[k+2]+row.m2*ez[k+4]+row.m2back*ez[k]) -
				el.cx*(row.x*eu[k+2]+row.x2*eu[k+4]+row.x2back*eu[k]) -
				el.cg*(row.up*eu[k+3]+row.down*eu[k+1]) - el.cl*row.l*eu[k+2] -
				(pv[k+1].f1*r1 + pv[k+2].f2*r2)
			if k >= 2 {
				out[k-2] = r0
				r1, r2 = r0, r1
			} else if k == 1 {
				r1, r2 = r0, r1
			}
		}
		dst[e] = (r0-r1)/2 + right
		right = (r0 + r1) / 2
	}
	dst[o.mesh.reset] += w
	return right - w
}

// modal copies the modal values of element e to buf[2:], two zeros after them.
func modal(buf, u []float64, e, ne, nb int) {
	left, right := ends(u, e, ne)
	buf[2], buf[3] = (left+right)/2, (right-left)/2
	copy(buf[4:4+nb], u[ne+e*nb:])
	buf[4+nb], buf[5+nb] = 0, 0
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
			b[k-2] -= pv[k+1].f1*r1 + pv[k+2].f2*r2
			r1, r2 = b[k-2], r1
		}
		first := -(pv[2].f1*r1 + pv[3].f2*r2)
		zeroth := -pv[2].f2 * r1
		r[e] += (zeroth-first)/2 + right
		right = (zeroth + first) / 2
	}
	return right
}
