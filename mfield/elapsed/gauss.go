package elapsed

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// stages is the number of collocation points of a step and of nodes of a cohort.
const stages = 8

// nodes are values at the Gauss points of an interval, or the coefficients of the polynomial through them in
// Legendre polynomials.
type nodes [stages]float64

// rule is the Gauss–Legendre rule of the unit interval.
type rule struct {
	at, weight nodes                       // weights sum to 1
	integral   [stages + 1][stages]float64 // ∫_0^{at[i]} of the Lagrange polynomials; in the last row ∫_0^1
	legendre   [stages][stages]float64     // values to coefficients
}

var gauss = newRule()

func newRule() (r rule) {
	quad.Legendre{}.FixedLocations(r.at[:], r.weight[:], 0, 1)
	if r.at[0] > r.at[1] { // ascending
		slices.Reverse(r.at[:])
		slices.Reverse(r.weight[:])
	}
	for k := range stages {
		for j := range stages {
			p, _ := legendre(r.at[j])
			r.legendre[k][j] = float64(2*k+1) * r.weight[j] * p[k]
		}
	}
	for j := range stages {
		var unit nodes
		unit[j] = 1
		c := r.coefficients(&unit)
		for i := range stages {
			r.integral[i][j] = c.until(r.at[i])
		}
		r.integral[stages][j] = r.weight[j]
	}
	return r
}

// legendre returns the Legendre polynomials of the unit interval and their integrals from 0 to x.
func legendre(x float64) (p, integral [stages]float64) {
	z := 2*x - 1
	before, now := 1.0, z
	p[0], integral[0] = 1, x
	for k := 1; k < stages; k++ {
		next := (float64(2*k+1)*z*now - float64(k)*before) / float64(k+1)
		p[k], integral[k] = now, (next-before)/float64(2*(2*k+1))
		before, now = now, next
	}
	return p, integral
}

// coefficients returns the Legendre coefficients of the polynomial through values at the Gauss points.
func (r *rule) coefficients(values *nodes) (c nodes) {
	for k := range stages {
		for j, v := range values {
			c[k] += r.legendre[k][j] * v
		}
	}
	return c
}

// mean returns the integral of the polynomial through values over the unit interval.
func (r *rule) mean(values *nodes) (sum float64) {
	for j, v := range values {
		sum += r.weight[j] * v
	}
	return sum
}

// value returns the polynomial at x.
func (c *nodes) value(x float64) (sum float64) {
	p, _ := legendre(x)
	for k, a := range c {
		sum += a * p[k]
	}
	return sum
}

// until returns the integral of the polynomial from 0 to x.
func (c *nodes) until(x float64) (sum float64) {
	_, integral := legendre(x)
	for k, a := range c {
		sum += a * integral[k]
	}
	return sum
}

// bisect returns the place between a and b at which rising turns true, to the last bit or nearly.
func bisect(a, b float64, rising func(float64) bool) float64 {
	for range 200 {
		m := a + (b-a)/2
		if m == a || m == b || math.Abs(b-a) <= 1e-16*math.Abs(a) {
			break
		}
		if rising(m) {
			b = m
		} else {
			a = m
		}
	}
	return b
}
