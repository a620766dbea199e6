package mfield

import (
	"math"
	"testing"

	"lapicque/neuron"
)

// pieced returns currents that jump and bend at times that no step would meet.
func pieced() map[string]neuron.Current {
	return map[string]neuron.Current{
		"steps":  neuron.NewSteps(0, neuron.Change{Time: 0.21, Current: 2}, neuron.Change{Time: 0.617, Current: -1}),
		"pulses": neuron.Pulses{Baseline: 0.5, Amplitude: 4, Width: 0.053, Period: 0.37, First: 0.1},
		"table":  neuron.NewTable([]float64{0.1, 0.33, 0.5, 0.77}, []float64{0, 2, -1, 1}),
	}
}

// TestOrderInTimeAcrossBreaks: the order of finite volumes stays where the current
// jumps and bends, as a step ends there. Just after a jump N goes on like √t, which
// steps of one size do not resolve; the rates compared are a few steps later.
func TestOrderInTimeAcrossBreaks(t *testing.T) {
	for name, current := range pieced() {
		var sizes []float64
		var rates [][]float64
		for _, step := range []float64{0.02, 0.01, 0.005, 0.0025, 0.00125} {
			e := busy()
			e.Law.Current = current
			s := solver(t, e, calm(t), Options{Cells: 200})
			advance(t, s, 0.1)
			s.options.step = step
			sizes = append(sizes, step)
			rates = append(rates, []float64{advance(t, s, 0.4).Rate, advance(t, s, 0.8).Rate, advance(t, s, 1.1).Rate})
		}
		if order := orders(t, name, sizes, rates); !(order >= 1.9) {
			t.Errorf("%s: order %.3f in time, declared 2", name, order)
		}
	}
}

// TestSchemesAgreeOnPieces: the two schemes, at times between and just after breaks.
// Of second order in the cell, 300 are off by a third of the change from 150.
func TestSchemesAgreeOnPieces(t *testing.T) {
	for name, current := range pieced() {
		e := NNLIF{Law: standard(), B: 0.5}
		e.Law.Current = current
		coarse := start(t, e, calm(t), Options{Scheme: FiniteVolume, Cells: 150, Rtol: 1e-9})
		fine := start(t, e, calm(t), Options{Scheme: FiniteVolume, Cells: 300, Rtol: 1e-9})
		other := start(t, e, calm(t), Options{Scheme: Spectral})
		worst := 0.0
		for _, x := range []float64{0.09, 0.12, 0.2, 0.23, 0.34, 0.45, 0.6, 0.63, 0.9, 1.5} {
			c, f, s := advance(t, coarse, x), advance(t, fine, x), advance(t, other, x)
			for _, v := range [][3]float64{{c.Rate, f.Rate, s.Rate}, {c.Fired, f.Fired, s.Fired}, {c.Mean, f.Mean, s.Mean}, {c.Variance, f.Variance, s.Variance}} {
				slack := math.Abs(v[0]-v[1])/2 + 1e-7
				worst = math.Max(worst, math.Abs(v[1]-v[2])/slack)
				if math.Abs(v[1]-v[2]) > slack {
					t.Errorf("%s, t = %v: finite volumes %.9f and %.9f, spectral %.9f", name, x, v[0], v[1], v[2])
				}
			}
		}
		t.Logf("%s: the schemes differ by at most %.2f times half the change of finite volumes from 150 to 300 cells", name, worst)
	}
}
