package main

import (
	"math"
	"testing"

	"lapicque/neuron"
)

// The passage against the exact rate and CV of the LIF neuron, to second order in cells and steps.
func TestPassage(t *testing.T) {
	d := diffusion{func(u float64) float64 { return 1.2 - 0.9*u }, 0.3}
	exact := neuron.LIF{Threshold: 1, A0: 0.045, Leak: 0.9}.Stationary(1.2, 0.045)
	var last [2]float64
	for k := range 3 {
		l := d.passage(0, 1, 2, 50<<k, 0.02/float64(int(1)<<k))
		e := [2]float64{math.Abs(l.mean*exact.Rate() - 1), math.Abs(math.Sqrt(l.variance)/l.mean/exact.CV() - 1)}
		t.Logf("%d cells: relative errors of mean and CV %.1e %.1e", 50<<k, e[0], e[1])
		for q := range e {
			if p := math.Log2(last[q] / e[q]); k > 0 && p < 1.7 {
				t.Errorf("order %.2f, want 2", p)
			}
		}
		last = e
	}
}

// Branches solve the cubic; without much noise the passages take what the drift takes.
func TestFamily(t *testing.T) {
	f := family{a: 0.7, b: 0.8, current: 0.5, sigma: 0.02}
	threshold, reset := f.knees()
	for k := range 30 {
		w := threshold + (reset-threshold)*(float64(k)-5)/20
		for _, v := range []float64{f.left(w), f.right(w)} {
			on := math.Abs(v-v*v*v/3-w+f.current) < 1e-12
			if inside := w >= threshold && w <= reset; inside && !on || math.Abs(v) < 1-1e-9 {
				t.Errorf("v = %v at w = %v is on no branch", v, w)
			}
		}
	}
	want := 0.0
	const n = 100000
	for k := range n {
		w := threshold + (reset-threshold)*(float64(k)+0.5)/n
		want += (reset - threshold) / n / math.Abs(f.drift(w, f.left(w)))
	}
	if got := f.limits().silent.mean; math.Abs(got/want-1) > 0.01 {
		t.Errorf("passage %v, without noise %v", got, want)
	}
}

// A LIF neuron is fitted by itself.
func TestFitted(t *testing.T) {
	want := lif{1.3, 0.7, 0.3}
	l := want.passage(2, slice)
	got := lif{1, 0.7, 0.1}.fitted(l.mean, math.Sqrt(l.variance)/l.mean)
	if math.Abs(got.drive/want.drive-1) > 0.001 || math.Abs(got.noise/want.noise-1) > 0.001 {
		t.Errorf("%+v, want %+v", got, want)
	}
}
