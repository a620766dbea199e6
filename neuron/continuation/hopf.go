package continuation

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"
)

// Hopf is an equilibrium with a pair of eigenvalues ±iω, at which a periodic branch begins.
type Hopf struct {
	Current float64
	State   []float64
	Omega   float64 // ω, radians per unit of time
	// Cubic is Re c in the equation a′ = Re λ·a + Re c·a³ of the amplitude a of the potential, ω times the first Lyapunov
	// coefficient in these units (Kuznetsov 2004, equation 5.62). Positive: subcritical, the cycles that begin here are unstable.
	Cubic float64

	direction []complex128 // eigenvector of iω whose potential is 1/2
}

// Period returns 2π/ω, that of the branch at its beginning.
func (h Hopf) Period() float64 { return 2 * math.Pi / h.Omega }

// Subcritical reports whether the cycles that begin here are unstable.
func (h Hopf) Subcritical() bool { return h.Cubic > 0 }

// hopf returns the Hopf point at v, if eigenvalues that sum to 0 there are an imaginary pair (others are a neutral saddle).
func (c *curve) hopf(v float64) (Hopf, bool) {
	for _, l := range c.spectrum(v) {
		if imag(l) > 0 && math.Abs(real(l)) < 1e-6*imag(l) {
			e := c.at(v)
			h := Hopf{Current: e.Current, State: e.State, Omega: imag(l)}
			c.normalForm(&h)
			return h, true
		}
	}
	return Hopf{}, false
}

// normalForm fills the direction and the cubic coefficient: with B and C the second and third derivatives of the slope, q and p the eigenvectors,
//
//	2c = ⟨p, C(q,q,q̄)⟩ − 2⟨p, B(q, A⁻¹B(q,q̄))⟩ + ⟨p, B(q̄, (2iω − A)⁻¹B(q,q))⟩.
func (c *curve) normalForm(h *Hopf) {
	n := c.n
	c.model.Jacobian(h.State, c.j)
	var eigen mat.Eigen
	eigen.Factorize(mat.NewDense(n, n, c.j), mat.EigenBoth)
	var left, right mat.CDense
	eigen.LeftVectorsTo(&left)
	eigen.VectorsTo(&right)
	best := 0
	values := eigen.Values(nil)
	for k, l := range values {
		if cmplx.Abs(l-complex(0, h.Omega)) < cmplx.Abs(values[best]-complex(0, h.Omega)) {
			best = k
		}
	}
	q, p := make([]complex128, n), make([]complex128, n)
	product := complex(0, 0)
	for i := range n {
		q[i] = right.At(i, best) / (2 * right.At(0, best))
		p[i] = left.At(i, best)
		product += cmplx.Conj(p[i]) * q[i]
	}
	for i := range p {
		p[i] /= cmplx.Conj(product)
	}
	h.direction = q
	h.Cubic = c.cubic(h, q, p)
}

func (c *curve) cubic(h *Hopf, q, p []complex128) float64 {
	n := c.n
	a, b := make([]float64, n), make([]float64, n)
	for i := range n {
		a[i], b[i] = real(q[i]), imag(q[i])
	}
	a1, a2 := c.bend(h.State, a)
	b1, b2 := c.bend(h.State, b)
	second := func(x []complex128, sign complex128) []complex128 { // B(q, x), or B(q̄, x) with the sign −1
		y, z := times(a1, x), times(b1, x)
		for i := range y {
			y[i] += sign * 1i * z[i]
		}
		return y
	}
	conjugate := make([]complex128, n)
	for i := range q {
		conjugate[i] = cmplx.Conj(q[i])
	}
	c.model.Jacobian(h.State, c.j)
	still := second(solve(c.j, -1, 0, second(conjugate, 1)), 1) // (−A)⁻¹: the sign of the second term
	double := second(solve(c.j, -1, complex(0, 2*h.Omega), second(q, 1)), -1)
	third, fourth := times(a2, q), times(b2, q)
	sum := complex(0, 0)
	for i := range n {
		sum += cmplx.Conj(p[i]) * (third[i] + fourth[i] + 2*still[i] + double[i])
	}
	return real(sum) / 2
}

// bend returns the first and second derivatives of the Jacobian along a direction, by differences of order 6.
func (c *curve) bend(y, direction []float64) (first, second []float64) {
	n, size := c.n, 0.0
	for i, d := range direction {
		size = math.Max(size, math.Abs(d)/c.card.Variables[i].Scale)
	}
	first, second = make([]float64, n*n), make([]float64, n*n)
	if size == 0 {
		return first, second
	}
	h := 2e-3 / size
	point, j := make([]float64, n), make([]float64, n*n)
	for k, w := range [7]float64{-1, 9, -45, 0, 45, -9, 1} {
		for i := range point {
			point[i] = y[i] + float64(k-3)*h*direction[i]
		}
		c.model.Jacobian(point, j)
		u := [7]float64{2, -27, 270, -490, 270, -27, 2}[k]
		for i := range j {
			first[i] += w * j[i] / (60 * h)
			second[i] += u * j[i] / (180 * h * h)
		}
	}
	return first, second
}

// times returns a real square matrix times a complex vector.
func times(m []float64, x []complex128) []complex128 {
	y := make([]complex128, len(x))
	for i := range y {
		for j, v := range x {
			y[i] += complex(m[i*len(x)+j], 0) * v
		}
	}
	return y
}

// solve returns (factor·A + shift)⁻¹ b, by elimination with pivots.
func solve(a []float64, factor float64, shift complex128, b []complex128) []complex128 {
	n := len(b)
	m, x := make([]complex128, n*n), append([]complex128(nil), b...)
	for i, v := range a {
		m[i] = complex(factor*v, 0)
	}
	for i := range n {
		m[i*n+i] += shift
	}
	for k := range n {
		pivot := k
		for i := k; i < n; i++ {
			if cmplx.Abs(m[i*n+k]) > cmplx.Abs(m[pivot*n+k]) {
				pivot = i
			}
		}
		x[k], x[pivot] = x[pivot], x[k]
		for j := range n {
			m[k*n+j], m[pivot*n+j] = m[pivot*n+j], m[k*n+j]
		}
		for i := k + 1; i < n; i++ {
			r := m[i*n+k] / m[k*n+k]
			for j := k; j < n; j++ {
				m[i*n+j] -= r * m[k*n+j]
			}
			x[i] -= r * x[k]
		}
	}
	for k := n - 1; k >= 0; k-- {
		for j := k + 1; j < n; j++ {
			x[k] -= m[k*n+j] * x[j]
		}
		x[k] /= m[k*n+k]
	}
	return x
}
