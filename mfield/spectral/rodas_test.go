package spectral

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// tree is a rooted tree; its order condition for a Rosenbrock method is
// Σ b_i Φ_i = 1/γ (Hairer and Wanner 1996, section IV.7): an edge to an only child
// carries β = α + Γ, edges to several children carry α.
type tree struct{ children []*tree }

func (t *tree) order() int {
	n := 1
	for _, c := range t.children {
		n += c.order()
	}
	return n
}

func (t *tree) density() float64 {
	g := float64(t.order())
	for _, c := range t.children {
		g *= c.density()
	}
	return g
}

func (t *tree) phi(alpha, beta *mat.Dense) []float64 {
	out := make([]float64, stages)
	for i := range out {
		out[i] = 1
	}
	for _, c := range t.children {
		edge := alpha
		if len(t.children) == 1 {
			edge = beta
		}
		var v mat.VecDense
		v.MulVec(edge, mat.NewVecDense(stages, c.phi(alpha, beta)))
		for i := range out {
			out[i] *= v.AtVec(i)
		}
	}
	return out
}

// forests returns all multisets of trees of the given total order, none larger
// than the limit in the list.
func forests(trees [][]*tree, total, maxOrder, maxIndex int) [][]*tree {
	if total == 0 {
		return [][]*tree{nil}
	}
	var out [][]*tree
	for o := min(total, maxOrder); o >= 1; o-- {
		last := len(trees[o]) - 1
		if o == maxOrder {
			last = min(last, maxIndex)
		}
		for i := last; i >= 0; i-- {
			for _, rest := range forests(trees, total-o, o, i) {
				out = append(out, append([]*tree{trees[o][i]}, rest...))
			}
		}
	}
	return out
}

func allTrees(order int) [][]*tree {
	trees := make([][]*tree, order+1)
	trees[1] = []*tree{{}}
	for o := 2; o <= order; o++ {
		for _, f := range forests(trees, o-1, o-1, math.MaxInt) {
			trees[o] = append(trees[o], &tree{f})
		}
	}
	return trees
}

// classical returns α, Γ of the method from the form without Jacobian products,
// Γ = (1/γ − C)⁻¹, α = A Γ.
func classical(t *testing.T) (alpha, gamma *mat.Dense) {
	c, a := mat.NewDense(stages, stages, nil), mat.NewDense(stages, stages, nil)
	for i := range stages {
		c.Set(i, i, 1/rodasGamma)
		for j := range i {
			c.Set(i, j, -rodasC[i][j])
			a.Set(i, j, rodasA[min(i, 5)][min(j, 4)])
			if j >= 5 {
				a.Set(i, j, 1)
			}
		}
	}
	alpha, gamma = new(mat.Dense), new(mat.Dense)
	if err := gamma.Inverse(c); err != nil {
		t.Fatal(err)
	}
	alpha.Mul(a, gamma)
	return alpha, gamma
}

// weights returns b(θ) = Γᵀ m(θ) of the dense output; θ = 1 is the step.
func weights(gamma *mat.Dense, theta float64) []float64 {
	m := make([]float64, stages)
	f := theta * (1 - theta)
	for j := range m {
		end := 1.0
		if j < 5 {
			end = rodasA[5][j]
		}
		m[j] = theta*end + f*(rodasDense[0][j]+theta*(rodasDense[1][j]+theta*rodasDense[2][j]))
	}
	var b mat.VecDense
	b.MulVec(gamma.T(), mat.NewVecDense(stages, m))
	return b.RawVector().Data
}

func TestOrderConditions(t *testing.T) {
	alpha, gamma := classical(t)
	var beta mat.Dense
	beta.Add(alpha, gamma)
	trees := allTrees(6)
	if n := len(trees[5]) + len(trees[4]) + len(trees[3]) + 2; n != 17 {
		t.Fatalf("%d trees up to order 5", n)
	}
	defect := func(o int, theta float64) (worst float64) {
		b := weights(gamma, theta)
		for _, tr := range trees[o] {
			sum := 0.0
			for i, p := range tr.phi(alpha, &beta) {
				sum += b[i] * p
			}
			worst = max(worst, math.Abs(sum-math.Pow(theta, float64(o))/tr.density()))
		}
		return worst
	}
	for o := 1; o <= rodasOrder; o++ {
		if d := defect(o, 1); d > 1e-13 {
			t.Errorf("order %d: defect %.1e", o, d)
		}
	}
	if d := defect(6, 1); d < 1e-6 {
		t.Errorf("order 6 holds too (defect %.1e): the test sees nothing", d)
	}
	for _, theta := range []float64{0.1, 0.3, 0.5, 0.77, 0.95} {
		for o := 1; o <= 4; o++ {
			if d := defect(o, theta); d > 1e-12 {
				t.Errorf("dense output at %v, order %d: defect %.1e", theta, o, d)
			}
		}
	}
	// Stiffly accurate: the last stage is the step, b_i = β_8i and α_8 sums to 1.
	b, sum := weights(gamma, 1), 0.0
	for i := range stages {
		sum += alpha.At(stages-1, i)
		if math.Abs(b[i]-beta.At(stages-1, i)) > 1e-13 {
			t.Errorf("b_%d ≠ β_8%d", i+1, i+1)
		}
	}
	if math.Abs(sum-1) > 1e-13 {
		t.Errorf("Σα_8j = %v", sum)
	}
}
