package continuation

import (
	"math"
	"testing"

	"lapicque/neuron/membrane"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.9g, want %.9g within %g", what, got, want, tolerance)
	}
}

// The special points of the models with the parameters of their sources, to the digits to which they are known.
func TestSpecialPoints(t *testing.T) {
	for _, c := range []struct {
		model       string
		to          float64
		hopfs       []float64
		subcritical []bool
		folds       []float64
		tolerance   float64
	}{
		{"hodgkin-huxley", 180, []float64{9.775438, 154.5224}, []bool{true, false}, nil, 5e-7},
		{"fitzhugh-nagumo", 2, []float64{0.331281, 1.418719}, []bool{true, true}, nil, 5e-7},
		{"morris-lecar", 260, []float64{93.858, 212.019}, []bool{true, true}, nil, 5e-4},
		{"morris-lecar-snic", 60, nil, nil, []float64{39.963}, 5e-4},
	} {
		m, _ := membrane.New(c.model)
		e := FindEquilibria(m, 0, c.to)
		for _, h := range e.Hopfs {
			t.Logf("%s: Hopf at %.7f, V = %.6f, period %.6f, cubic %.3g", c.model, h.Current, h.State[0], h.Period(), h.Cubic)
		}
		for _, f := range e.Folds {
			t.Logf("%s: fold at %.7f, V = %.6f", c.model, f.Current, f.State[0])
		}
		if len(e.Hopfs) != len(c.hopfs) || len(e.Folds) != len(c.folds) {
			t.Errorf("%s: %d Hopf points and %d folds", c.model, len(e.Hopfs), len(e.Folds))
			continue
		}
		for k, want := range c.hopfs {
			tolerance := c.tolerance
			if want > 154 && want < 155 {
				tolerance = 5e-5
			}
			near(t, c.model+" Hopf point", e.Hopfs[k].Current, want, tolerance)
			if e.Hopfs[k].Subcritical() != c.subcritical[k] {
				t.Errorf("%s: subcritical %v at %v", c.model, e.Hopfs[k].Subcritical(), want)
			}
		}
		for k, want := range c.folds {
			near(t, c.model+" fold", e.Folds[k].Current, want, c.tolerance)
		}
	}
}
