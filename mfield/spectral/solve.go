package spectral

import (
	"errors"
	"math"
)

// errPivot says that a linear system could not be solved without pivoting.
var errPivot = errors.New("spectral: a pivot vanished")

// factor factorises sM + A with the coefficients c, bordered by the column of w
// (column, columnF: already there, in the form that residual writes).
func (o *operator) factor(s float64) error {
	ne := o.mesh.elements()
	o.factorBubbles(s)
	// Nodes: the 2×2 rests of the elements make a tridiagonal matrix whose last
	// row, the outflow, has no diagonal but the border.
	o.eliminateBubbles(o.column)
	o.columnF += o.nodalAdd(o.column)
	diag, lower := 0.0, 0.0
	for e := range ne {
		diag += (o.t00[e] - o.t01[e] - o.t10[e] + o.t11[e]) / 4
		if e > 0 {
			mult := lower * o.nodeInv[e-1]
			o.nodeLower[e] = mult
			diag -= mult * o.nodeUpper[e-1]
			o.column[e] -= mult * o.column[e-1]
		}
		o.nodeInv[e] = 1 / diag
		o.nodeUpper[e] = (o.t00[e] + o.t01[e] - o.t10[e] - o.t11[e]) / 4
		lower = (o.t00[e] - o.t01[e] + o.t10[e] - o.t11[e]) / 4
		diag = (o.t00[e] + o.t01[e] + o.t10[e] + o.t11[e]) / 4
	}
	o.lastLower = lower * o.nodeInv[ne-1]
	o.columnF -= o.lastLower * o.column[ne-1]
	if x := 1 / o.columnF; math.IsInf(x, 0) || math.IsNaN(x) {
		return errPivot
	}
	return nil
}

// factorBubbles eliminates the bubbles p..2 of every element.
func (o *operator) factorBubbles(s float64) {
	ne, p := o.mesh.elements(), o.p
	half, cx, cg, cl := o.mesh.half[:ne], o.c.cx[:ne], o.c.cg[:ne], o.c.cl[:ne]
	for k := p; k >= 1; k-- {
		f := float64(k)
		inv, f1, f2 := o.inv[k*ne:][:ne], o.f1[k*ne:][:ne], o.f2[k*ne:][:ne]
		b1, b2 := o.b1[k*ne:][:ne], o.b2[k*ne:][:ne]
		// Entries (k−1,k), (k,k−1) were changed by k+1; (k,k) by k+1 and k+2.
		g1, g2, c1, c2 := o.f1[(k+1)*ne:][:ne], o.f2[(k+1)*ne:][:ne], o.b1[(k+1)*ne:][:ne], o.b2[(k+1)*ne:][:ne]
		d1, d2 := o.inv[(k+1)*ne:][:ne], o.inv[(k+2)*ne:][:ne]
		h2, e2 := o.f2[(k+2)*ne:][:ne], o.b2[(k+2)*ne:][:ne]
		last1, last2 := k+1 > p, k+2 > p
		mk, xk, lk, up, dn := o.m[k], o.x[k], o.l[k], o.up[k-1], o.dn[k-1]
		for e := range inv {
			sh := s * half[e]
			d := sh*mk + cx[e]*xk + cl[e]*lk
			above, left := cg[e]*up, cg[e]*dn
			if !last1 {
				d -= g1[e] * c1[e] / d1[e]
				above -= g2[e] * c1[e] / d1[e]
				left -= g1[e] * c2[e] / d1[e]
			}
			if !last2 {
				d -= h2[e] * e2[e] / d2[e]
			}
			if k == 1 {
				o.t11[e], o.t01[e], o.t10[e] = d, above, left
				continue
			}
			i := 1 / d
			inv[e], f1[e], b1[e] = i, above*i, left*i
			m2 := o.m2[k-2]
			f2[e] = m2 * (sh + cx[e]*(f-2)) * i
			b2[e] = m2 * (sh - cx[e]*(f-1)) * i
		}
	}
	f2, b2, inv := o.f2[2*ne:][:ne], o.b2[2*ne:][:ne], o.inv[2*ne:][:ne]
	for e := range inv {
		o.t00[e] = s*half[e]*o.m[0] - f2[e]*b2[e]/inv[e]
	}
}

// eliminateBubbles does the bubble part of the forward sweep on r; what it takes
// from the modal rows 0 and 1 is left in r0, r1.
func (o *operator) eliminateBubbles(r []float64) {
	ne, p := o.mesh.elements(), o.p
	r1, r2 := o.zero[:ne], o.zero[:ne] // rows k+1 and k+2
	for k := p; k >= 2; k-- {
		rk := r[(k-1)*ne:][:ne]
		f1, f2 := o.f1[(k+1)*ne:][:ne], o.f2[(k+2)*ne:][:ne]
		for e := range rk {
			rk[e] -= f1[e]*r1[e] + f2[e]*r2[e]
		}
		r1, r2 = rk, r1
	}
	f1, f2, g2 := o.f1[2*ne:][:ne], o.f2[2*ne:][:ne], o.f2[3*ne:][:ne]
	for e := range ne {
		o.r0[e] = -f2[e] * r1[e]
		o.r1[e] = -f1[e]*r1[e] - g2[e]*r2[e]
	}
}

// nodalAdd adds r0, r1 into the nodal row of dst and returns what goes to the
// outflow row.
func (o *operator) nodalAdd(dst []float64) float64 {
	ne := o.mesh.elements()
	dst, r0, r1 := dst[:ne], o.r0[:ne], o.r1[:ne]
	right := 0.0
	for e := range dst {
		dst[e] += (r0[e]-r1[e])/2 + right
		right = (r0[e] + r1[e]) / 2
	}
	return right
}

// solve overwrites r (outflow row rF) by the solution of the bordered system and
// returns its w.
func (o *operator) solve(r []float64, rF float64) float64 {
	ne, p := o.mesh.elements(), o.p
	o.eliminateBubbles(r)
	rF += o.nodalAdd(r)
	nodes, column := r[:ne], o.column[:ne]
	for e := 1; e < ne; e++ {
		nodes[e] -= o.nodeLower[e] * nodes[e-1]
	}
	rF -= o.lastLower * nodes[ne-1]
	w := rF / o.columnF
	next := 0.0
	for e := ne - 1; e >= 0; e-- {
		next = (nodes[e] - column[e]*w - o.nodeUpper[e]*next) * o.nodeInv[e]
		nodes[e] = next
	}
	o.modal(o.u0, o.u1, r)
	x1, x2 := o.u1[:ne], o.u0[:ne]
	for k := 2; k <= p; k++ {
		rk, ck := r[(k-1)*ne:][:ne], o.column[(k-1)*ne:][:ne]
		inv, b1, b2 := o.inv[k*ne:][:ne], o.b1[k*ne:][:ne], o.b2[k*ne:][:ne]
		for e := range rk {
			rk[e] = inv[e]*(rk[e]-ck[e]*w) - b1[e]*x1[e] - b2[e]*x2[e]
		}
		x1, x2 = rk, x1
	}
	return w
}
