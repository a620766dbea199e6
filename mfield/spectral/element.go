package spectral

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// basis holds the reference element ξ ∈ [−1, 1] of degree p: the modal basis
//
//	ψ_0 = 1, ψ_1 = ξ, ψ_k = (P_k − P_{k−2})/√(2(2k−1)), k = 2..p
//
// (integrated Legendre polynomials; Szabó and Babuška 1991, section 3.1). Every
// matrix of the method has five diagonals in it:
//
//	(ψ_i, ψ_j)       m     diagonal, ±2
//	(ψ_i′, ψ_j)      g     ±1
//	(ψ_i′, ξψ_j)     x     diagonal, ±2, with x_{k,k+2} = k·m_{k,k+2} and
//	                       x_{k+2,k} = −(k+1)·m_{k,k+2}
//	(ψ_i′, ψ_j′)     l     diagonal
type basis struct {
	p      int
	m, m2  []float64 // (ψ_k, ψ_k) and (ψ_k, ψ_{k+2})
	x      []float64 // (ψ_k′, ξψ_k)
	up, dn []float64 // (ψ_k′, ψ_{k+1}) and (ψ_{k+1}′, ψ_k)
	l      []float64 // (ψ_k′, ψ_k′)
	norm   []float64 // 1/√(2(2k−1)), the scale of ψ_k
	// A Gauss–Legendre rule of p+3 points, exact to degree 2p+5, and the basis
	// at its points: shape[i*(p+1)+k] = ψ_k(point i), legendre likewise P_k.
	points, weights []float64
	shape, legendre []float64
}

func newBasis(p int) *basis {
	b := &basis{p: p}
	for _, s := range []*[]float64{&b.m, &b.m2, &b.x, &b.up, &b.dn, &b.l, &b.norm} {
		*s = make([]float64, p+3)
	}
	b.m[0], b.m[1] = 2, 2./3
	b.m2[0], b.m2[1] = -2/math.Sqrt(6), -2./3/math.Sqrt(10)
	b.x[1] = 2. / 3
	b.dn[0], b.up[1], b.dn[1] = 2, b.m2[0], -b.m2[0]
	b.l[1] = 2
	b.norm[0], b.norm[1] = 1, 1
	for k := 2; k <= p; k++ {
		f := float64(k)
		b.norm[k] = 1 / math.Sqrt(2*(2*f-1))
		b.m[k] = 2 / ((2*f + 1) * (2*f - 3))
		b.m2[k] = -1 / ((2*f + 1) * math.Sqrt((2*f-1)*(2*f+3)))
		b.x[k] = -b.m[k] / 2
		b.up[k] = -1 / math.Sqrt((2*f-1)*(2*f+1))
		b.dn[k] = -b.up[k]
		b.l[k] = 1
	}
	b.tabulate(p + 3)
	return b
}

// tabulate fills the Gauss–Legendre rule of n points and the tables at its points.
func (b *basis) tabulate(n int) {
	b.points, b.weights = make([]float64, n), make([]float64, n)
	quad.Legendre{}.FixedLocations(b.points, b.weights, -1, 1)
	b.shape = make([]float64, n*(b.p+1))
	b.legendre = make([]float64, n*(b.p+1))
	for i, xi := range b.points {
		row := b.legendre[i*(b.p+1) : (i+1)*(b.p+1)]
		legendre(row, xi)
		b.fromLegendre(b.shape[i*(b.p+1):(i+1)*(b.p+1)], row)
	}
}

// legendre fills dst with P_0(ξ) .. P_{len−1}(ξ).
func legendre(dst []float64, xi float64) {
	dst[0] = 1
	if len(dst) > 1 {
		dst[1] = xi
	}
	for k := 1; k+1 < len(dst); k++ {
		f := float64(k)
		dst[k+1] = ((2*f+1)*xi*dst[k] - f*dst[k-1]) / (f + 1)
	}
}

// fromLegendre fills dst with ψ_k, given the P_k at the same point.
func (b *basis) fromLegendre(dst, pk []float64) {
	dst[0], dst[1] = 1, pk[1]
	for k := 2; k <= b.p; k++ {
		dst[k] = (pk[k] - pk[k-2]) * b.norm[k]
	}
}

// slopes fills dst with ψ_k′(ξ), given the P_k at the same point.
func (b *basis) slopes(dst, pk []float64) {
	dst[0], dst[1] = 0, 1
	for k := 2; k <= b.p; k++ {
		dst[k] = pk[k-1] * (2*float64(k) - 1) * b.norm[k]
	}
}
