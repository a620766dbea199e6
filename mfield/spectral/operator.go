package spectral

// coefficients are the numbers of each element that multiply the reference
// matrices in
//
//	A = cx·x + cg·g + cl·l,   −A n = q(φ′, (leak·(−v) + I) n − a0 n′) + w(φ′, b n − a1 n′),
//
// the weak Fokker–Planck operator in the clock of clock.go.
type coefficients struct{ cx, cg, cl []float64 }

func (c *coefficients) resize(ne int) {
	for _, s := range []*[]float64{&c.cx, &c.cg, &c.cl} {
		*s = resized(*s, ne)
	}
}

// resized returns s with length n, its contents unspecified.
func resized(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, n+n/2)
	}
	return s[:n]
}

// operator applies the weak operator on a mesh, and solves with sM + A bordered
// by the column and the row of the activity w. It allocates only in resize.
//
// The row of a vector that belongs to the test function of V_F, which has no
// trial function beside it, is carried as a separate number, the outflow.
type operator struct {
	*basis
	mesh *mesh
	law  coupling

	c    coefficients // of the factorised matrix
	tmp  coefficients // of the residual at hand
	zero []float64

	// Modal values 0 and 1 of the elements: of the vectors read, and of the
	// residual written.
	u0, u1, z0, z1, r0, r1 []float64

	// Factorisation: bubbles from p down to 2 inside each element, then the
	// nodes from left to right, then w.
	inv, f1, f2, b1, b2 []float64 // rows k = 2..p
	t00, t01, t10, t11  []float64 // what is left of an element
	nodeInv, nodeLower  []float64
	nodeUpper           []float64
	lastLower           float64
	column              []float64 // of w, forward-eliminated
	columnF             float64
}

// coupling holds the numbers of the equation that enter the operator.
type coupling struct{ leak, a0, a1, b, kappa float64 }

func (o *operator) resize(m *mesh) {
	o.mesh = m
	ne := m.elements()
	o.c.resize(ne)
	o.tmp.resize(ne)
	for _, s := range []*[]float64{&o.u0, &o.u1, &o.z0, &o.z1, &o.r0, &o.r1, &o.t00, &o.t01,
		&o.t10, &o.t11, &o.nodeInv, &o.nodeLower, &o.nodeUpper, &o.zero} {
		*s = resized(*s, ne)
	}
	clear(o.zero)
	for _, s := range []*[]float64{&o.inv, &o.f1, &o.f2, &o.b1, &o.b2} {
		*s = resized(*s, (o.p+3)*ne)
		clear(*s)
	}
	o.column = resized(o.column, o.p*ne)
}

// set computes the coefficients for dt/dσ = q, activity w and current I.
func (o *operator) set(c *coefficients, q, w, current float64) {
	l := &o.law
	diffusion := q*l.a0 + w*l.a1
	for e, half := range o.mesh.half {
		c.cx[e] = q * l.leak * half
		c.cg[e] = q*(l.leak*o.mesh.mid[e]-current) - w*l.b
		c.cl[e] = diffusion / half
	}
}

// modal splits the nodal values of u into constant and linear part of each element.
func (o *operator) modal(a0, a1, u []float64) {
	ne := o.mesh.elements()
	u, a0, a1 = u[:ne], a0[:ne], a1[:ne]
	for e := 0; e < ne-1; e++ {
		a0[e], a1[e] = (u[e]+u[e+1])/2, (u[e+1]-u[e])/2
	}
	a0[ne-1], a1[ne-1] = u[ne-1]/2, -u[ne-1]/2
}

// nodal adds up the modal residuals r0, r1 into the nodal row of dst; it returns
// the outflow row.
func (o *operator) nodal(dst []float64) float64 {
	ne := o.mesh.elements()
	dst, r0, r1 := dst[:ne], o.r0[:ne], o.r1[:ne]
	right := 0.0
	for e := range dst {
		dst[e] = (r0[e]-r1[e])/2 + right
		right = (r0[e] + r1[e]) / 2
	}
	return right
}

// residual writes dst = −A u + M z + w(e_R − e_F) and returns its outflow row.
// z may be nil for 0.
func (o *operator) residual(dst, u, z []float64, c *coefficients, w float64) float64 {
	ne := o.mesh.elements()
	o.modal(o.u0, o.u1, u)
	if z != nil {
		o.modal(o.z0, o.z1, z)
	} else {
		clear(o.z0)
		clear(o.z1)
	}
	row := func(v, v0, v1 []float64, k int) []float64 {
		switch {
		case k == 0:
			return v0[:ne]
		case k == 1:
			return v1[:ne]
		case k > o.p || v == nil:
			return o.zero[:ne]
		}
		return v[(k-1)*ne:][:ne]
	}
	half := o.mesh.half[:ne]
	u2, z2 := row(u, nil, nil, 2), row(z, nil, nil, 2)
	u3, z3 := row(u, nil, nil, 3), row(z, nil, nil, 3)
	for e := range half {
		o.r0[e] = half[e] * (o.m[0]*o.z0[e] + o.m2[0]*z2[e])
		o.r1[e] = half[e]*(o.m[1]*o.z1[e]+o.m2[1]*z3[e]) -
			c.cx[e]*(o.x[1]*o.u1[e]+o.m2[1]*u3[e]) -
			c.cg[e]*(o.dn[0]*o.u0[e]+o.up[1]*u2[e]) - c.cl[e]*o.l[1]*o.u1[e]
	}
	outflow := o.nodal(dst)
	for k := 2; k <= o.p; k++ {
		f := float64(k)
		coef := [7]float64{o.x[k], f * o.m2[k], (f - 1) * o.m2[k-2], o.up[k], o.dn[k-1], o.m[k], o.m2[k]}
		bubbles(row(dst, nil, nil, k), half, c, &coef, o.m2[k-2],
			row(u, o.u0, o.u1, k-2), row(u, o.u0, o.u1, k-1), row(u, nil, nil, k), row(u, nil, nil, k+1), row(u, nil, nil, k+2),
			row(z, o.z0, o.z1, k-2), row(z, nil, nil, k), row(z, nil, nil, k+2))
	}
	dst[o.mesh.reset] += w
	return outflow - w
}

// bubbles writes one bubble row of the residual for all elements.
func bubbles(dst, half []float64, c *coefficients, k *[7]float64, m2 float64,
	ua, ub, uc, ud, ue, za, zc, ze []float64) {
	n := len(dst)
	half, cx, cg, cl := half[:n], c.cx[:n], c.cg[:n], c.cl[:n]
	ua, ub, uc, ud, ue, za, zc, ze = ua[:n], ub[:n], uc[:n], ud[:n], ue[:n], za[:n], zc[:n], ze[:n]
	for e := range dst {
		dst[e] = half[e]*(k[5]*zc[e]+k[6]*ze[e]+m2*za[e]) -
			cx[e]*(k[0]*uc[e]+k[1]*ue[e]-k[2]*ua[e]) -
			cg[e]*(k[3]*ud[e]+k[4]*ub[e]) - cl[e]*uc[e]
	}
}
