package mfield

import (
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
)

// TestEntropyDecreases along a run by implicit Euler at a fixed step, where it is
// a theorem of the scheme, and along the default one.
func TestEntropyDecreases(t *testing.T) {
	for _, o := range []Options{{Cells: 200, step: 0.02, euler: true}, {Cells: 200}} {
		for _, start := range []neuron.Initial{gaussian(0, 0.25), neuron.Point{Potential: 1.5}, neuron.Uniform{From: -3, To: 2}} {
			s := solver(t, NNLIF{Law: standard()}, start, o)
			last, err := RelativeEntropy(s)
			if err != nil {
				t.Fatal(err)
			}
			s.options.OnStep = func(State) error {
				e, _ := RelativeEntropy(s)
				if !(e.Log <= last.Log+1e-13) || !(e.Quadratic <= last.Quadratic*(1+1e-13)+1e-13) {
					t.Fatalf("t = %v: entropies rose from %+v to %+v", s.time, last, e)
				}
				last = e
				return nil
			}
			advance(t, s, 2)
			if last.Log > 0.05 {
				t.Errorf("entropy %v is left", last.Log)
			}
		}
	}
}

// TestEntropyValues: MODELS.md section 3, and the decay at twice the spectral gap.
func TestEntropyValues(t *testing.T) {
	s := solver(t, NNLIF{Law: standard()}, gaussian(0, 0.25), Options{})
	var e [2]Entropy
	for _, c := range [][3]float64{{0.05, 0.1752051678, 0.28317247094}, {1, 0.0025991165, 0.0048751486057}} {
		advance(t, s, c[0])
		got, err := RelativeEntropy(s)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Σ p (x ln x − x + 1)", got.Log, c[1], 2e-4)
		near(t, "Σ p (x − 1)²", got.Quadratic, c[2], 2e-4)
	}
	for k, x := range []float64{3, 4} {
		advance(t, s, x)
		e[k], _ = RelativeEntropy(s)
	}
	near(t, "decay", math.Log(e[0].Quadratic/e[1].Quadratic), 2*1.1909670923907, 5e-3)
	if _, err := RelativeEntropy(solver(t, NNLIF{Law: standard(), B: -1}, gaussian(0, 1), Options{})); !errors.Is(err, ErrNoEntropy) {
		t.Error(err)
	}
}

// TestDiscreteSteadyState: one implicit step leaves the discrete steady state where it is.
func TestDiscreteSteadyState(t *testing.T) {
	s := solver(t, NNLIF{Law: standard()}, gaussian(0, 0.25), Options{step: 1, euler: true})
	copy(s.mass, s.steadyMasses())
	before := append([]float64(nil), s.mass...)
	advance(t, s, 1)
	for i, m := range s.mass[len(s.mass)-len(before):] {
		if math.Abs(m-before[i]) > 1e-13 {
			t.Fatalf("cell %d: %g became %g", i, before[i], m)
		}
	}
	near(t, "N of the scheme", s.rate, 0.119975965239105, 1e-4)
}
