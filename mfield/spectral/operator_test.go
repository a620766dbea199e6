package spectral

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// newTestStepper returns a stepper on an uneven mesh.
func newTestStepper(p int) *stepper {
	r := &stepper{fixed: true, input: func(float64) (at, slope drive) { return drive{current: 0.3}, drive{} }}
	r.basis = newBasis(p)
	r.law = coupling{leak: 0.7, a0: 0.9, a1: 0.2, b: 0.4, kappa: 0.8}
	r.resize(newMesh([]float64{-3, -1.5, 0.2, 1, 1.3, 2}, 1, 2))
	return r
}

// TestReferenceMatrices compares the bands with quadrature of the basis.
func TestReferenceMatrices(t *testing.T) {
	b := newBasis(10)
	n := 16
	xs, ws := make([]float64, n), make([]float64, n)
	quad.Legendre{}.FixedLocations(xs, ws, -1, 1)
	psi, slope := make([][]float64, n), make([][]float64, n)
	for i, x := range xs {
		pk := make([]float64, b.p+1)
		legendre(pk, x)
		psi[i], slope[i] = make([]float64, b.p+1), make([]float64, b.p+1)
		b.fromLegendre(psi[i], pk)
		slope[i][1] = 1
		for k := 2; k <= b.p; k++ {
			slope[i][k] = pk[k-1] * float64(2*k-1) * b.norm[k]
		}
	}
	for i := 0; i <= b.p; i++ {
		for j := 0; j <= b.p; j++ {
			var m, x, g, l float64
			for q := range xs {
				m += ws[q] * psi[q][i] * psi[q][j]
				x += ws[q] * slope[q][i] * xs[q] * psi[q][j]
				g += ws[q] * slope[q][i] * psi[q][j]
				l += ws[q] * slope[q][i] * slope[q][j]
			}
			row := b.band[i]
			want := map[int][4]float64{0: {row.m, row.x, 0, row.l}, 1: {0, 0, row.up, 0}, -1: {0, 0, row.down, 0},
				2: {row.m2, row.x2, 0, 0}, -2: {row.m2back, row.x2back, 0, 0}}[j-i]
			for k, got := range [4]float64{m, x, g, l} {
				if math.Abs(got-want[k]) > 1e-13 {
					t.Fatalf("matrix %d entry (%d, %d): quadrature %v, band %v", k, i, j, got, want[k])
				}
			}
		}
	}
}

// assemble returns sM + A of the elements c, row n that of V_F, from the modal matrices of
// each element and the hats (ψ_0 ∓ ψ_1)/2.
func assemble(o *operator, s float64, c []element) *mat.Dense {
	ne, p := o.mesh.elements(), o.p
	n := p * ne
	dense := mat.NewDense(n+1, n+1, nil)
	for e := range ne {
		modal := mat.NewDense(p+1, p+1, nil)
		for i, r := range o.band {
			sh := s * o.mesh.half[e]
			add := func(j int, x float64) {
				if j >= 0 && j <= p {
					modal.Set(i, j, x)
				}
			}
			add(i, sh*r.m+c[e].cx*r.x+c[e].cl*r.l)
			add(i+1, c[e].cg*r.up)
			add(i-1, c[e].cg*r.down)
			add(i+2, sh*r.m2+c[e].cx*r.x2)
			add(i-2, sh*r.m2back+c[e].cx*r.x2back)
		}
		to := mat.NewDense(p+1, n+1, nil) // modal values of element e, of all unknowns
		right := e + 1
		if right == ne {
			right = n
		}
		to.Set(0, e, 0.5)
		to.Set(1, e, -0.5)
		to.Set(0, right, 0.5)
		to.Set(1, right, 0.5)
		for k := 2; k <= p; k++ {
			to.Set(k, ne+e*(p-1)+k-2, 1)
		}
		var half, whole mat.Dense
		half.Mul(to.T(), modal)
		whole.Mul(&half, to)
		dense.Add(dense, &whole)
	}
	return dense
}

// TestBorderedSolve compares apply and the elimination with dense matrices.
func TestBorderedSolve(t *testing.T) {
	r := newTestStepper(7)
	n := r.p * r.mesh.elements()
	random := rand.New(rand.NewPCG(1, 1))
	state, other := make([]float64, n), make([]float64, n)
	for i := range state {
		state[i], other[i] = random.NormFloat64(), random.NormFloat64()
	}
	const s, q, w = 3.0, 0.6, 0.5
	r.set(r.c, q, w, drive{current: 0.3})
	dense := assemble(&r.operator, s, r.c)

	clear(r.pivots) // nothing is eliminated
	r.set(r.tmp, 0.3, 0.2, drive{current: -0.1})
	applied := make([]float64, n)
	last := r.apply(applied, state, other, r.tmp, w)
	padded := func(x []float64) *mat.VecDense { return mat.NewVecDense(n+1, append(append([]float64(nil), x...), 0)) }
	var first, second mat.VecDense
	first.MulVec(assemble(&r.operator, 0, r.tmp), padded(state))
	second.MulVec(assemble(&r.operator, 0, r.c), padded(other))
	first.AddVec(&first, &second)
	first.ScaleVec(-1, &first)
	first.SetVec(r.mesh.reset, first.AtVec(r.mesh.reset)+w)
	first.SetVec(n, first.AtVec(n)-w)
	for i, x := range append(applied, last) {
		if math.Abs(x-first.AtVec(i)) > 1e-12 {
			t.Fatalf("row %d: applied %v, dense %v", i, x, first.AtVec(i))
		}
	}

	column := make([]float64, n)
	r.set(r.tmp, -r.law.kappa, 1, drive{current: 0.3})
	f := -r.apply(column, state, nil, r.tmp, 1)
	for i := range n {
		dense.Set(i, n, -column[i])
	}
	dense.Set(n, n, f)

	r.factor(s)
	outflow := -r.apply(r.column, state, nil, r.tmp, 1)
	scale(r.column, -1, r.column)
	if err := r.border(outflow); err != nil {
		t.Fatal(err)
	}
	rhs := make([]float64, n+1)
	for i := range rhs {
		rhs[i] = random.NormFloat64()
	}
	x := append([]float64(nil), rhs[:n]...)
	got := r.solve(x, rhs[n]+r.eliminate(x))
	var want mat.VecDense
	if err := want.SolveVec(dense, mat.NewVecDense(n+1, rhs)); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if math.Abs(x[i]-want.AtVec(i)) > 1e-11*(1+math.Abs(want.AtVec(i))) {
			t.Fatalf("unknown %d: %v, dense %v", i, x[i], want.AtVec(i))
		}
	}
	if math.Abs(got-want.AtVec(n)) > 1e-11*(1+math.Abs(got)) {
		t.Fatalf("w: %v, dense %v", got, want.AtVec(n))
	}
}

// TestCarryKeepsMoments carries a density to a mesh that is coarser here and finer
// there: mass, mean and second moment stay.
func TestCarryKeepsMoments(t *testing.T) {
	r := newTestStepper(8)
	random := rand.New(rand.NewPCG(2, 2))
	u := make([]float64, r.p*r.mesh.elements())
	for i := range u {
		u[i] = random.Float64()
	}
	to := newMesh([]float64{-3, 0.2, 0.5, 1, 2}, 1, 2)
	v := make([]float64, r.p*to.elements())
	r.carry(v, to, u, r.mesh, make([]float64, r.p+3))
	m0, f0, s0 := r.moments(r.mesh, u)
	m1, f1, s1 := r.moments(to, v)
	for _, d := range []float64{m1 - m0, f1 - f0, s1 - s0} {
		if math.Abs(d) > 1e-13 {
			t.Fatalf("moments moved by %v %v %v", m1-m0, f1-f0, s1-s0)
		}
	}
	fine := newMesh([]float64{-3, -2, -1.5, 0.2, 0.6, 1, 1.3, 1.9, 2}, 1, 2)
	back := make([]float64, r.p*fine.elements())
	r.carry(back, fine, u, r.mesh, make([]float64, r.p+3))
	pk := make([]float64, r.p+3)
	for x := -2.99; x < 2; x += 0.0713 {
		if a, b := r.value(r.mesh, u, x, pk[:r.p+1]), r.value(fine, back, x, pk[:r.p+1]); math.Abs(a-b) > 1e-12 {
			t.Fatalf("cutting elements changed the density at %v: %v, %v", x, a, b)
		}
	}
	if a, _, _ := r.moments(r.mesh, u); math.Abs(r.below(r.mesh, u, 2, pk)-a) > 1e-13 {
		t.Fatal("the integral to V_F is not the mass")
	}
}
