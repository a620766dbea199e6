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
	p    int
	band []row
	norm []float64 // 1/√(2(2k−1)), the scale of ψ_k
	// A Gauss–Legendre rule of p+3 points, exact to degree 2p+5, and the basis
	// at its points: shape[i*(p+1)+k] = ψ_k(point i), legendre likewise P_k.
	points, weights []float64
	shape, legendre []float64
}

// row holds row k of the reference matrices.
type row struct {
	m, m2, m2back float64 // (ψ_k, ψ_k), (ψ_k, ψ_{k+2}), (ψ_k, ψ_{k−2})
	x, x2, x2back float64 // (ψ_k′, ξψ_k), (ψ_k′, ξψ_{k+2}), (ψ_k′, ξψ_{k−2})
	up, down      float64 // (ψ_k′, ψ_{k+1}), (ψ_k′, ψ_{k−1})
	l             float64 // (ψ_k′, ψ_k′)
}

// maxDegree is the highest degree of an element.
const maxDegree = 24

func newBasis(p int) *basis {
	if p < 4 || p > maxDegree {
		panic("spectral: the degree is out of range")
	}
	b := &basis{p: p, band: make([]row, p+1), norm: make([]float64, p+1)}
	for k := range b.band {
		f := float64(k)
		b.norm[k] = 1 / math.Sqrt(2*(2*f-1))
		b.band[k] = row{m: 2 / ((2*f + 1) * (2*f - 3)), m2: -1 / ((2*f + 1) * math.Sqrt((2*f-1)*(2*f+3))),
			up: -1 / math.Sqrt((2*f-1)*(2*f+1)), l: 1}
		b.band[k].x = -b.band[k].m / 2
	}
	b.norm[0], b.norm[1] = 1, 1
	b.band[0] = row{m: 2, m2: -2 / math.Sqrt(6)}
	b.band[1] = row{m: 2. / 3, m2: -2. / 3 / math.Sqrt(10), x: 2. / 3, up: -2 / math.Sqrt(6), l: 2}
	b.band[1].down = 2
	for k := range b.band {
		r := &b.band[k]
		r.x2 = float64(k) * r.m2
		if k >= 2 {
			r.down = -b.band[k-1].up
			r.m2back = b.band[k-2].m2
			r.x2back = -float64(k-1) * r.m2back
		}
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

// recurrence holds (2k+1)/(k+1) and k/(k+1) of (k+1)P_{k+1} = (2k+1)ξP_k − kP_{k−1}.
var recurrence = func() (r [maxDegree + 4][2]float64) {
	for k := range r {
		f := float64(k)
		r[k] = [2]float64{(2*f + 1) / (f + 1), f / (f + 1)}
	}
	return r
}()

// legendre fills dst with P_0(ξ) .. P_{len−1}(ξ).
func legendre(dst []float64, xi float64) {
	before, last := 0.0, 1.0
	for k := range dst {
		dst[k] = last
		c := &recurrence[k]
		before, last = last, c[0]*xi*last-c[1]*before
	}
}

// fromLegendre fills dst with ψ_k, given the P_k at the same point.
func (b *basis) fromLegendre(dst, pk []float64) {
	dst[0], dst[1] = 1, pk[1]
	for k := 2; k <= b.p; k++ {
		dst[k] = (pk[k] - pk[k-2]) * b.norm[k]
	}
}
