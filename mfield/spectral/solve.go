package spectral

import (
	"errors"
	"math"
)

// errPivot says that a linear system could not be solved without pivoting.
var errPivot = errors.New("a pivot of the linear system vanished")

// factor factorises sM + A without its border, with A of o.c.
func (o *operator) factor(s float64) {
	ne := o.mesh.elements()
	for e := range ne {
		o.factorElement(e, s)
	}
	// What is left of the elements makes a tridiagonal matrix of the nodes, whose
	// last row, the outflow, has no diagonal but the border.
	diag, lower := 0.0, 0.0
	for e := range ne {
		t := &o.rest[e]
		diag += (t[0] - t[1] - t[2] + t[3]) / 4
		if e > 0 {
			o.nodeLower[e] = lower * o.nodeInv[e-1]
			diag -= o.nodeLower[e] * o.nodeUpper[e-1]
		}
		o.nodeInv[e] = 1 / diag
		o.nodeUpper[e] = (t[0] + t[1] - t[2] - t[3]) / 4
		lower = (t[0] - t[1] + t[2] - t[3]) / 4
		diag = (t[0] + t[1] + t[2] + t[3]) / 4
	}
	if o.escapes() {
		o.nodeInv[ne-1] = 1 / (1/o.nodeInv[ne-1] + lower)
	}
	o.lastLower = lower * o.nodeInv[ne-1]
}

// factorElement eliminates the bubbles p..2 of an element. Eliminating k changes
// the entries among k−1 and k−2 and leaves a five-diagonal matrix.
func (o *operator) factorElement(e int, s float64) {
	p, rows := o.p, o.rows(e)
	pv := o.pivots[e*(p+3):][:p+3]
	el := o.c[e]
	sh := s * o.mesh.half[e]
	// Changes made so far to (k,k), (k−1,k), (k,k−1) and (k−1,k−1).
	var dd, above, left, next float64
	for k := p; k >= 2; k-- {
		row := &rows[k]
		d := sh*row.m + el.cx*row.x + el.cl - dd
		u1, l1 := el.cg*rows[k-1].up-above, el.cg*row.down-left
		u2, l2 := row.m2back*sh+rows[k-2].x2*el.cx, row.m2back*sh+row.x2back*el.cx
		inv := 1 / d
		v := pivot{inv, u1 * inv, u2 * inv, l1 * inv, l2 * inv}
		pv[k] = v
		dd, next = next+v.f1*l1, v.f2*l2
		above, left = v.f2*l1, v.f1*l2
	}
	zeroth, first := &rows[0], &rows[1]
	o.rest[e] = [4]float64{
		sh*zeroth.m + el.cx*zeroth.x - next,
		el.cg*zeroth.up - above, el.cg*first.down - left,
		sh*first.m + el.cx*first.x + el.cl*first.l - dd,
	}
}

// border takes o.column, with the bubbles eliminated, and its outflow row as the
// column of w.
func (o *operator) border(outflow float64) error {
	ne := o.mesh.elements()
	column := o.column[:ne]
	for e := 1; e < ne; e++ {
		column[e] -= o.nodeLower[e] * column[e-1]
	}
	o.columnF = outflow - o.lastLower*column[ne-1]
	if x := 1 / o.columnF; math.IsInf(x, 0) || math.IsNaN(x) {
		return errPivot
	}
	return nil
}

// solve overwrites r, with the bubbles eliminated and outflow row rF, by the
// solution of the bordered system and returns its w.
func (o *operator) solve(r []float64, rF float64) float64 {
	o.forward(r)
	w := (rF - o.lastLower*r[o.mesh.elements()-1]) / o.columnF
	o.back(r, w)
	return w
}

// forward eliminates the nodes from left to right.
func (o *operator) forward(r []float64) {
	ne := o.mesh.elements()
	nodes, lower := r[:ne], o.nodeLower[:ne]
	for e := 1; e < ne; e++ {
		nodes[e] -= lower[e] * nodes[e-1]
	}
}

// back substitutes, given w.
func (o *operator) back(r []float64, w float64) {
	ne, p, nb := o.mesh.elements(), o.p, o.p-1
	nodes, column := r[:ne], o.column[:ne]
	upper, inv := o.nodeUpper[:ne], o.nodeInv[:ne]
	right := 0.0
	for e := ne - 1; e >= 0; e-- {
		left := (nodes[e] - column[e]*w - upper[e]*right) * inv[e]
		nodes[e] = left
		x2, x1 := (left+right)/2, (right-left)/2
		b, bc := r[ne+e*nb:][:nb], o.column[ne+e*nb:][:nb]
		pv := o.pivots[e*(p+3)+2:][:nb]
		for k := range b {
			v := &pv[k]
			x := v.inv*(b[k]-bc[k]*w) - v.b2*x2 - v.b1*x1
			b[k] = x
			x1, x2 = x, x1
		}
		right = left
	}
}
