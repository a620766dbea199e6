package continuation

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/mat"

	"lapicque/neuron/ode"
)

// Cycle is a periodic solution.
type Cycle struct {
	Current, Period float64
	State           []float64    // one state of it
	Low, High       float64      // extremes of the potential
	Multipliers     []complex128 // Floquet's, descending in modulus, without the one that is 1
}

// Stable reports whether all multipliers lie inside the unit circle.
func (c Cycle) Stable() bool { return len(c.Multipliers) == 0 || cmplx.Abs(c.Multipliers[0]) < 1 }

// cycle describes the solution found last.
func (s *shooting) cycle(z []float64) Cycle {
	c := Cycle{Current: s.currentOf(z), Period: s.period(z), State: make([]float64, s.n)}
	s.node(z, 0, c.State)
	c.Low, c.High = s.extremes(c)
	c.Multipliers = s.multipliers(z)
	return c
}

// multipliers returns Floquet's multipliers but the one that is 1: the eigenvalues of the product of the maps modulo the direction of
// the flow, which every map carries into itself. So the 1, which would spoil the others where the maps are large, is not computed at all.
func (s *shooting) multipliers(z []float64) []complex128 {
	n := s.n
	if n == 1 {
		return nil
	}
	first := s.across(z, 0)
	round, before := mat.DenseCopyOf(eye(n-1)), first
	for k, m := range s.maps {
		after := first
		if k+1 < s.pieces {
			after = s.across(z, k+1)
		}
		var scaled, right, reduced, product mat.Dense
		scaled.Apply(func(i, j int, v float64) float64 { return v * s.scale[j] / s.scale[i] }, m)
		right.Mul(&scaled, before)
		reduced.Mul(after.T(), &right)
		product.Mul(&reduced, round)
		round, before = &product, after
	}
	var eigen mat.Eigen
	if !eigen.Factorize(round, mat.EigenNone) {
		panic("continuation: multipliers do not converge")
	}
	all := eigen.Values(nil)
	slices.SortFunc(all, func(a, b complex128) int {
		return cmp.Or(cmp.Compare(cmplx.Abs(b), cmplx.Abs(a)), cmp.Compare(imag(b), imag(a)))
	})
	return all
}

func eye(n int) mat.Matrix {
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	return mat.NewDiagDense(n, ones)
}

// across returns an orthonormal basis of what is orthogonal to the flow at x_k, in scaled variables: the columns but the first of
// the reflection that takes the flow to the first axis.
func (s *shooting) across(z []float64, k int) *mat.Dense {
	n := s.n
	x, v, size := make([]float64, n), make([]float64, n), 0.0
	s.node(z, k, x)
	s.model.Slope(s.currentOf(z), x, v)
	for i := range v {
		v[i] /= s.scale[i]
		size = math.Hypot(size, v[i])
	}
	v[0] += math.Copysign(size, v[0])
	square := 0.0
	for _, a := range v {
		square += a * a
	}
	basis := mat.NewDense(n, n-1, nil)
	for i := range n {
		for j := 1; j < n; j++ {
			value := -2 * v[i] * v[j] / square
			if i == j {
				value++
			}
			basis.Set(i, j-1, value)
		}
	}
	return basis
}

// extremes integrates once round the cycle and returns the extremes of the potential, located where its slope changes sign.
func (s *shooting) extremes(c Cycle) (low, high float64) {
	low, high = c.State[0], c.State[0]
	y := make([]float64, s.n)
	flow := ode.New(func(_ float64, y, dy []float64) { s.model.Slope(c.Current, y, dy) }, 0, c.State, ode.Options{Method: ode.DOP853, Rtol: 1e-9})
	before, dy := flow.Slope()[0], make([]float64, s.n)
	rise := func(_ float64, y []float64) float64 {
		s.model.Slope(c.Current, y, dy)
		return dy[0]
	}
	for flow.Time() < c.Period && flow.Step(c.Period) == nil {
		after := flow.Slope()[0]
		if before < 0 != (after < 0) {
			if at, found := flow.Crossing(rise, after >= 0, flow.Before()); found {
				flow.At(at, y)
				low, high = math.Min(low, y[0]), math.Max(high, y[0])
			}
		}
		low, high, before = math.Min(low, flow.State()[0]), math.Max(high, flow.State()[0]), after
	}
	return low, high
}
