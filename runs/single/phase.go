package single

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"lapicque/neuron/membrane"
	"lapicque/runs/plot"
)

// phase returns the plane of a model of two variables, with nullclines at the current of the last row.
func (r *Result) phase(variables []plot.Quantity) plot.PhasePlane {
	x := variables[0].Values
	low, high := slices.Min(x), slices.Max(x)
	pad := math.Max(0.08*(high-low), 0.1*r.card.Variables[0].Scale)
	v := make([]float64, 801)
	for k := range v {
		v[k] = low - pad + (high-low+2*pad)*float64(k)/float64(len(v)-1)
	}
	current := r.inputs[len(r.inputs)-1]
	first, second := Nullclines(r.plan.Model, current, v)
	var cuts []int // where a Hybrid jumps
	if _, hybrid := r.plan.Model.(membrane.Hybrid); hybrid {
		for _, at := range r.Spikes {
			k := sort.Search(len(r.times), func(k int) bool { return r.times[k] > at })
			if k >= 2 && r.times[k-1] == r.times[k-2] { // before and after the reset
				k--
			}
			cuts = append(cuts, k)
		}
	}
	value := fmt.Sprintf("%.4g", current)
	if r.Unit != "" {
		value += " " + r.Unit
	}
	return plot.PhasePlane{X: variables[0], Y: variables[1], Cuts: cuts, Potentials: v, First: first, Second: second, Current: value, Noisy: r.plan.Noise > 0}
}

// Nullclines returns, for a model of two variables, the second variable at which the potential and that at which the second variable itself
// stands still, for each of the potentials v; NaN where there is none. Both equations are affine in the second variable, as those of all models of
// the package membrane are, so that two values of each tell where it vanishes. A pole is left out: NaN at the first potential beyond it.
func Nullclines(m membrane.Model, current float64, v []float64) (first, second []float64) {
	zero, one := make([]float64, 2), make([]float64, 2)
	var lines, before [2][]float64 // before: both values at the last potential
	for _, x := range v {
		m.Slope(current, []float64{x, 0}, zero)
		m.Slope(current, []float64{x, 1}, one)
		for k := range lines {
			w := zero[k] / (zero[k] - one[k])
			now := []float64{zero[k], zero[k] - one[k]}
			pole := before[k] != nil && before[k][1]*now[1] < 0 && before[k][0]*now[0] > 0
			if pole || math.IsInf(w, 0) {
				w = math.NaN()
			}
			before[k], lines[k] = now, append(lines[k], w)
		}
	}
	return lines[0], lines[1]
}
