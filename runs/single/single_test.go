package single

import (
	"math"
	"slices"
	"testing"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// Both equations of every model of two variables vanish on their nullclines, between poles.
func TestNullclines(t *testing.T) {
	for _, name := range membrane.Names() {
		m, err := membrane.New(name)
		if err != nil {
			t.Fatal(err)
		}
		card := m.Card()
		if len(card.Variables) != 2 {
			continue
		}
		v := make([]float64, 300)
		for k := range v {
			v[k] = card.Potentials[0] + (card.Potentials[1]-card.Potentials[0])*(float64(k)+0.37)/float64(len(v))
		}
		found := 0
		first, second := Nullclines(m, card.Currents[1]/3, v)
		for k, x := range v {
			for i, w := range []float64{first[k], second[k]} {
				if math.IsNaN(w) {
					continue
				}
				found++
				dy, away := make([]float64, 2), make([]float64, 2)
				m.Slope(card.Currents[1]/3, []float64{x, w}, dy)
				m.Slope(card.Currents[1]/3, []float64{x, 2*w + 1}, away)
				if math.Abs(dy[i]) > 1e-9*(math.Abs(away[i])+1) {
					t.Errorf("%s: slope %d is %v at (%v, %v)", name, i, dy[i], x, w)
				}
			}
		}
		if found < 590 {
			t.Errorf("%s: %d points", name, found)
		}
	}
}

// Rows are those of steps that end there, to the tolerance, and spikes do not depend on the rows or on the method.
func TestRowsAndSpikes(t *testing.T) {
	for _, name := range []string{"hodgkin-huxley", "adex", "mitchell-schaeffer"} {
		p, err := NewPlan(name)
		if err != nil {
			t.Fatal(err)
		}
		card := p.Model.Card()
		p.Current = neuron.NewSteps(0, neuron.Change{Time: 5, Current: card.Currents[1] / 4})
		p.Duration, p.Sample, p.Tolerance, p.Method = 60, 0.7, 1e-12, "dop853"
		r, err := Run(t.Context(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		other := p
		other.Sample, other.Method = 20, "dormand-prince"
		coarse, err := Run(t.Context(), other, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Spikes) == 0 || len(r.Spikes) != len(coarse.Spikes) {
			t.Fatalf("%s: %v and %v", name, r.Spikes, coarse.Spikes)
		}
		for k, at := range r.Spikes {
			if math.Abs(at-coarse.Spikes[k]) > 1e-9 {
				t.Errorf("%s: spike at %v and %v", name, at, coarse.Spikes[k])
			}
		}
		exact := membrane.NewTrajectory(p.Model, p.Current, p.start(), ode.Options{Method: ode.DOP853, Rtol: 1e-12})
		for k, at := range r.times {
			if slices.Contains(r.Spikes, at) {
				continue // before and after the reset
			}
			if _, err := exact.Advance(t.Context(), at, nil); err != nil {
				t.Fatal(err)
			}
			for i, v := range card.Variables {
				if d := math.Abs(r.states[i][k] - exact.State()[i]); d > 1e-6*v.Scale {
					t.Fatalf("%s: %s differs by %v at %v", name, v.Name, d, at)
				}
			}
		}
		if !slices.IsSorted(r.times) {
			t.Errorf("%s: times are not ascending", name)
		}
	}
}

// What would run away says so: too strong a noise for the step, too many spikes.
func TestRunaway(t *testing.T) {
	p, err := NewPlan("fitzhugh-nagumo")
	if err != nil {
		t.Fatal(err)
	}
	p.Noise, p.Step = 1e4, 0.5
	if r, err := Run(t.Context(), p, nil); err == nil || r == nil || slices.ContainsFunc(r.states[0], func(x float64) bool { return !finite(x) }) {
		t.Errorf("%v", err)
	}
	p, _ = NewPlan("lif")
	p.Model.(*membrane.LIF).Pause = 0 // a spike every τ ln(1/(1 − 15 mV/R I)) = 0.003 ms
	p.Current, p.Written, p.Duration = neuron.Constant(1000), "1000", 800
	if r, err := Run(t.Context(), p, nil); err == nil || r != nil {
		t.Errorf("%v", err)
	}
}
