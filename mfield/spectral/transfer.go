package spectral

import "math"

// value returns the density at v (0 outside the mesh); pk is scratch of length p+1.
func (b *basis) value(m *mesh, u []float64, v float64, pk []float64) float64 {
	ne := m.elements()
	if v < m.nodes[0] || v >= m.nodes[ne] {
		return 0
	}
	e := m.find(v)
	return b.inside(m, u, e, (v-m.mid[e])/m.half[e], pk)
}

// inside returns the density in element e at ξ.
func (b *basis) inside(m *mesh, u []float64, e int, xi float64, pk []float64) float64 {
	ne := m.elements()
	legendre(pk, xi)
	left, right := ends(u, e, ne)
	sum := (left+right)/2 + pk[1]*(right-left)/2
	for k, c := range b.bubbles(u, e, ne) {
		sum += c * b.norm[k+2] * (pk[k+2] - pk[k])
	}
	return sum
}

// slope returns the derivative of the density inside element e at ξ.
func (b *basis) slope(m *mesh, u []float64, e int, xi float64, pk []float64) float64 {
	ne := m.elements()
	legendre(pk, xi)
	left, right := ends(u, e, ne)
	sum := (right - left) / 2
	for k, c := range b.bubbles(u, e, ne) {
		sum += c * b.norm[k+2] * float64(2*k+3) * pk[k+1]
	}
	return sum / m.half[e]
}

// ends returns the nodal values of element e.
func ends(u []float64, e, ne int) (left, right float64) {
	if e+1 < ne {
		return u[e], u[e+1]
	}
	return u[e], 0
}

// bubbles returns the coefficients of ψ_2.. of element e, a part of u.
func (b *basis) bubbles(u []float64, e, ne int) []float64 {
	nb := b.p - 1
	return u[ne+e*nb:][:nb]
}

// moments returns ∫n, ∫vn, ∫v²n.
func (b *basis) moments(m *mesh, u []float64) (mass, first, second float64) {
	ne := m.elements()
	for e := range ne {
		left, right := ends(u, e, ne)
		k := b.bubbles(u, e, ne)
		// Legendre coefficients 0, 1, 2 of the density.
		l0 := (left+right)/2 - k[0]*b.norm[2]
		l1 := (right-left)/2 - k[1]*b.norm[3]
		l2 := k[0]*b.norm[2] - k[2]*b.norm[4]
		h, c := m.half[e], m.mid[e]
		i0, i1, i2 := 2*l0, 2./3*l1, 2./3*l0+4./15*l2
		mass += h * i0
		first += h * (c*i0 + h*i1)
		second += h * (c*c*i0 + 2*c*h*i1 + h*h*i2)
	}
	return mass, first, second
}

// below returns ∫_{far}^v n; pk is scratch of length p+2.
func (b *basis) below(m *mesh, u []float64, v float64, pk []float64) float64 {
	ne := m.elements()
	if v <= m.nodes[0] {
		return 0
	}
	last := ne
	if v < m.nodes[ne] {
		last = m.find(v)
	}
	sum := 0.0
	for e := range last {
		left, right := ends(u, e, ne)
		sum += m.half[e] * (left + right - 2*b.norm[2]*b.bubbles(u, e, ne)[0])
	}
	if last < ne {
		sum += b.partial(m, u, last, (v-m.mid[last])/m.half[last], pk)
	}
	return sum
}

// partial returns ∫ n over element e from its left end to ξ, by
// ∫_{−1}^ξ P_k = (P_{k+1} − P_{k−1})/(2k+1); pk is scratch of length p+2.
func (b *basis) partial(m *mesh, u []float64, e int, xi float64, pk []float64) float64 {
	ne := m.elements()
	legendre(pk, xi)
	integral := func(k int) float64 {
		if k == 0 {
			return 1 + xi
		}
		return (pk[k+1] - pk[k-1]) / (2*float64(k) + 1)
	}
	left, right := ends(u, e, ne)
	sum := (left+right)/2*integral(0) + (right-left)/2*integral(1)
	for k, c := range b.bubbles(u, e, ne) {
		sum += c * b.norm[k+2] * (integral(k+2) - integral(k))
	}
	return m.half[e] * sum
}

// roughness returns for element e the size of the last two bubbles, as
// contributions to the density: what the next ones would be at most, when the
// density is resolved.
func (b *basis) roughness(u []float64, e, ne int) float64 {
	c := b.bubbles(u, e, ne)
	return max(math.Abs(c[b.p-2])*b.norm[b.p], math.Abs(c[b.p-3])*b.norm[b.p-1])
}

// carry writes into dst (on mesh to) the density u (on mesh from): values at the
// nodes, and in each element the slope expanded in Legendre polynomials up to
// degree p−1. It is exact where an element of to lies inside one of from, and it
// keeps ∫ψn for every ψ that is a polynomial of degree ≤ p−2 in an element:
// mass, mean and second moment never change. Left of from the density is 0.
func (b *basis) carry(dst []float64, to *mesh, u []float64, from *mesh, pk []float64) {
	ne, nf := to.elements(), from.elements()
	for e := range ne {
		dst[e] = b.value(from, u, to.nodes[e], pk)
	}
	for e := range ne {
		f := from.find(to.mid[e])
		if to.nodes[e] == from.nodes[f] && to.nodes[e+1] == from.nodes[f+1] {
			copy(b.bubbles(dst, e, ne), b.bubbles(u, f, nf))
			continue
		}
		b.carryElement(dst, to, e, u, from, pk)
	}
}

// carryElement expands the slope of u inside element e of mesh to.
func (b *basis) carryElement(dst []float64, to *mesh, e int, u []float64, from *mesh, pk []float64) {
	lo, hi := to.nodes[e], to.nodes[e+1]
	c := b.bubbles(dst, e, to.elements())
	clear(c)
	for f := from.find(lo); f < from.elements() && from.nodes[f] < hi; f++ {
		left, right := max(lo, from.nodes[f]), min(hi, from.nodes[f+1])
		half, mid := (right-left)/2, (right+left)/2
		for i, xi := range b.points {
			v := mid + half*xi
			s := b.slope(from, u, f, (v-from.mid[f])/from.half[f], pk) * b.weights[i] * half
			legendre(pk, (v-to.mid[e])/to.half[e])
			for k := range c {
				c[k] += s * pk[k+1]
			}
		}
	}
	for k := range c {
		// ψ_k′ = √((2k−1)/2) P_{k−1} is normalised in L².
		c[k] *= float64(2*k+3) * b.norm[k+2]
	}
}
