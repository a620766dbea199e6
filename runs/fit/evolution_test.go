package fit

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestEvolution finds the maxima of a badly scaled and turned quadratic form (condition 10⁶) and of Rosenbrock's valley.
func TestEvolution(t *testing.T) {
	for name, f := range map[string]func(x []float64) float64{
		"quadratic": func(x []float64) float64 {
			sum := 0.0
			for k := range x {
				y := x[k] + 0.5*x[(k+1)%len(x)] - 1.5
				sum -= math.Pow(1e6, float64(k)/float64(len(x)-1)) * y * y
			}
			return sum
		},
		"valley": func(x []float64) float64 {
			sum := 0.0
			for k := 1; k < len(x); k++ {
				sum -= 100*math.Pow(x[k]-x[k-1]*x[k-1], 2) + math.Pow(1-x[k-1], 2)
			}
			return sum
		},
	} {
		const n = 6
		e, random := newEvolution(make([]float64, n), 0.5, 14), rand.New(rand.NewPCG(1, 2))
		for e.generation < 1500 && e.spread() > 1e-9 {
			for k, p := range e.draw(random) {
				e.places[k].worth = f(p.x)
			}
			e.learn()
		}
		for _, x := range e.mean {
			if math.Abs(x-1) > 1e-6 {
				t.Errorf("%s: %v after %d generations", name, e.mean, e.generation)
				break
			}
		}
		t.Logf("%s: %d generations of 14", name, e.generation)
	}
}
