package neuralfield

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
)

// Transforms agree with quadrature of the kernels: cosines on the line, Bessel functions in the plane.
func TestFootprintTransforms(t *testing.T) {
	kernels := map[string]Footprint{
		"decaying": Decaying{1.3, 0.7}, "bell": Bell{-2, 0.4}, "hat": MexicanHat{Bell{1, 0.5}, Bell{0.6, 1.1}}, "wizard": WizardHat{0.8, 1.2},
	}
	for name, f := range kernels {
		if err := f.Validate(); err != nil {
			t.Error(err)
		}
		for _, k := range []float64{0, 0.5, 1, 3} {
			line := quad.Fixed(func(r float64) float64 { return 2 * f.At(r, 1) * math.Cos(k*r) }, 0, 50, 400, nil, 0)
			if d := math.Abs(line - f.Transform(k, 1)); d > 1e-10 {
				t.Errorf("%s, line, k = %v: off by %g", name, k, d)
			}
			plane := quad.Fixed(func(r float64) float64 { return 2 * math.Pi * r * f.At(r, 2) * math.J0(k*r) }, 0, 50, 400, nil, 0)
			if d := math.Abs(plane - f.Transform(k, 2)); d > 1e-10 {
				t.Errorf("%s, plane, k = %v: off by %g", name, k, d)
			}
		}
	}
	if w := (WizardHat{1, 1}); math.Abs(w.Transform(1, 1)-1) > 1e-15 {
		t.Error("the wizard hat's transform is not 1 at its maximum k = 1")
	}
}

func TestTabulated(t *testing.T) {
	f := FootprintTable{[]float64{1, 0.5, -0.25}, 0.5}
	for r, want := range map[float64]float64{0: 1, 0.25: 0.75, 0.5: 0.5, 1: -0.25, 1.2: 0} {
		if got := f.At(r, 1); math.Abs(got-want) > 1e-15 {
			t.Errorf("w(%v) = %v, want %v", r, got, want)
		}
	}
	if got := f.Transform(0, 1); math.Abs(got-0.5*(1+1-0.5)) > 1e-15 {
		t.Errorf("sum %v", got)
	}
}

func TestGains(t *testing.T) {
	for _, g := range []Gain{Logistic{3, 0.4, 2, false}, Logistic{1.3, 4, 1, true}, Tanh{2, -0.3, 0.7}, Heaviside{0.25, 1}} {
		if err := g.Validate(); err != nil {
			t.Error(err)
		}
		lo, hi := g.Range()
		steepest := 0.0
		for x := -20.0; x <= 20; x += 0.01 {
			const h = 1e-5
			slope := (g.At(x+h) - g.At(x-h)) / (2 * h)
			if _, jumps := g.(Heaviside); !jumps && math.Abs(slope-g.Slope(x)) > 1e-8 {
				t.Errorf("%#v: slope at %v is %v, want %v", g, x, g.Slope(x), slope)
			}
			steepest = math.Max(steepest, g.Slope(x))
			if y := g.At(x); y < lo-1e-15 || y > hi+1e-15 {
				t.Errorf("%#v: %v outside [%v, %v]", g, y, lo, hi)
			}
		}
		if steepest > g.Steepest()*(1+1e-12) {
			t.Errorf("%#v: steepest %v, seen %v", g, g.Steepest(), steepest)
		}
	}
	if y := (Logistic{1.3, 4, 1, true}).At(0); y != 0 {
		t.Errorf("rest is not at rest: %v", y)
	}
}
