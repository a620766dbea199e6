package elapsed

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// TestExtremes: solutions at the ends of what is accepted have mass 1 and a rate within the hazard, or the solver says why it stops.
func TestExtremes(t *testing.T) {
	affine := func(base, slope float64) neuron.Curve {
		return neuron.Curve{Law: neuron.AffineCurve, Base: base, Amplitude: slope}
	}
	hill := neuron.Curve{Law: neuron.HillCurve, Base: 0.5, Amplitude: 3, Scale: 1, Power: 2}
	inhibited := neuron.ElapsedTime{Sigma: affine(0.5, 2)}
	excited := neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Sigma: neuron.Curve{Law: neuron.ExponentialCurve, Base: 0.1, Amplitude: 1, Scale: 1}, Phi: hill}
	narrow := neuron.ElapsedTime{Hazard: neuron.SmoothHazard, Sigma: affine(0.5, 0.5), Phi: hill, Width: 1e-3}
	delayed := func(b, d float64) neuron.Synapses {
		return neuron.Synapses{B: b, Transmission: neuron.Discrete, Delay: d}
	}
	filtered := func(b, d float64) neuron.Synapses {
		return neuron.Synapses{B: b, Transmission: neuron.Distributed, Delay: d}
	}
	exponential := neuron.Exponential{Rate: 1}
	for name, c := range map[string]struct {
		law      neuron.ElapsedTime
		synapses neuron.Synapses
		initial  neuron.Initial
		options  Options
	}{
		"no coupling":                {inhibited, neuron.Synapses{}, exponential, Options{}},
		"no coupling, a delay":       {inhibited, delayed(0, 0.3), exponential, Options{}},
		"strong inhibition, at once": {inhibited, neuron.Synapses{B: 1e6}, exponential, Options{Continue: true}},
		"endless inhibition":         {inhibited, neuron.Synapses{B: 1e300}, exponential, Options{Continue: true}},
		"strong inhibition, delay":   {inhibited, delayed(1e6, 0.3), exponential, Options{}},
		"strong inhibition, filter":  {inhibited, filtered(1e6, 0.3), exponential, Options{}},
		"strong excitation, at once": {excited, neuron.Synapses{B: 1e6}, exponential, Options{Continue: true}},
		"strong excitation, filter":  {excited, filtered(1e6, 0.3), exponential, Options{}},
		"short delay":                {inhibited, delayed(1, 1e-6), exponential, Options{Rtol: 1e-6}},
		"short filter":               {inhibited, filtered(1, 1e-9), exponential, Options{Rtol: 1e-6}},
		"endless delay":              {inhibited, delayed(1, 1e12), exponential, Options{}},
		"narrow rise":                {narrow, neuron.Synapses{B: 0.1}, exponential, Options{Rtol: 1e-6}},
		"high hazard":                {neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Phi: neuron.Curve{Base: 1e6}}, neuron.Synapses{}, exponential, Options{}},
		"no hazard in reach":         {neuron.ElapsedTime{Sigma: neuron.Curve{Base: 1e300}}, neuron.Synapses{}, exponential, Options{}},
		"all of one age":             {inhibited, neuron.Synapses{B: 1}, neuron.Point{Potential: 0.25}, Options{Continue: true}},
		"old neurons":                {inhibited, neuron.Synapses{B: 1}, neuron.Point{Potential: 1e6}, Options{Continue: true}},
	} {
		t.Run(name, func(t *testing.T) {
			e := Equation{Law: c.law, Synapses: c.synapses}
			s, err := e.NewSolver(c.initial, c.options)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			began := time.Now()
			if err := s.Advance(ctx, 2.013); err != nil {
				t.Logf("at %v: %v", s.State().Time, err)
			} else if s.State().Time != 2.013 {
				t.Errorf("stands at %v", s.State().Time)
			}
			if spent := time.Since(began); spent > 5*time.Second {
				t.Errorf("%v to see that time was over", spent)
			}
			st := s.State()
			if !(st.Rate >= 0 && st.Rate < math.Inf(1)) || math.Abs(st.Mass-1) > 1e-9 || st.Fired-st.Fired != 0 {
				t.Errorf("%+v", st)
			}
		})
	}
}

// TestRefusals: what is not a number is refused, one by one.
func TestRefusals(t *testing.T) {
	for name, set := range map[string]func(*Equation, *Options, float64){
		"b": func(e *Equation, _ *Options, x float64) { e.Synapses.B = x }, "delay": func(e *Equation, _ *Options, x float64) { e.Synapses.Delay = x },
		"past": func(e *Equation, _ *Options, x float64) { e.Synapses.Past = x }, "sigma": func(e *Equation, _ *Options, x float64) { e.Law.Sigma.Base = x },
		"slope": func(e *Equation, _ *Options, x float64) { e.Law.Sigma.Amplitude = x }, "rtol": func(_ *Equation, o *Options, x float64) { o.Rtol = x },
	} {
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			e := Equation{neuron.ElapsedTime{Sigma: neuron.Curve{Law: neuron.AffineCurve, Base: 0.5, Amplitude: 1}}, neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 1}}
			o := Options{}
			set(&e, &o, x)
			var faults neuron.Faults
			if _, err := e.NewSolver(neuron.Exponential{Rate: 1}, o); !errors.As(err, &faults) {
				t.Errorf("%s = %v: %v", name, x, err)
			}
		}
	}
}
