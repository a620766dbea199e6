package elapsed

import (
	"math"
	"testing"

	"lapicque/neuron"
)

// inhibitory is σ(x) = 0.5 + 2x.
func inhibitory(delay float64) Equation {
	return Equation{Law: step(neuron.Curve{Law: neuron.AffineCurve, Base: 0.5, Amplitude: 2}),
		Synapses: neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: delay}}
}

// rational is φ(x) = 10x²/(x² + 1) + 0.5, σ = 0.5.
func rational() neuron.ElapsedTime {
	return neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Sigma: neuron.Curve{Base: 0.5},
		Phi: neuron.Curve{Law: neuron.HillCurve, Base: 0.5, Amplitude: 10, Scale: 1, Power: 2}}
}

func TestSteadyStates(t *testing.T) {
	for _, c := range []struct {
		e    Equation
		want []float64
	}{
		{inhibitory(0.9), []float64{(-1.5 + math.Sqrt(1.5*1.5+8)) / 4}}, // N(1.5 + 2N) = 1
		{Equation{Law: rational(), Synapses: neuron.Synapses{B: 1}}, []float64{1.5856884552}},
	} {
		states, err := c.e.SteadyStates()
		if err != nil || len(states) != len(c.want) {
			t.Fatal(states, err)
		}
		for k, st := range states {
			t.Logf("%+v", st)
			if math.Abs(st.Rate-c.want[k]) > 1e-10 || st.Residual > 1e-12 {
				t.Errorf("%+v, want %v", st, c.want[k])
			}
		}
	}
}

func TestUnstableDelays(t *testing.T) {
	e := inhibitory(1)
	states, err := e.SteadyStates()
	if err != nil {
		t.Fatal(err)
	}
	got, ok := e.UnstableDelays(states[0], 3.7)
	want := []Interval{{0.77195, 1.18044}, {2.28577, 3.17801}}
	if !ok || len(got) != len(want) {
		t.Fatal(got, ok)
	}
	for k, w := range want {
		if math.Abs(got[k].From-w.From) > 1e-5 || math.Abs(got[k].To-w.To) > 1e-5 {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// TestSteadyStays: from a steady law, a stable state keeps rate, mean and variance of the ages.
func TestSteadyStays(t *testing.T) {
	e := inhibitory(0.5)
	states, err := e.SteadyStates()
	if err != nil {
		t.Fatal(err)
	}
	st := states[0]
	e.Synapses.Past = st.Rate
	s := solver(t, e, e.SteadyLaw(st), Options{Longest: 0.1})
	rateAt(t, s, 3)
	now := s.State()
	for _, c := range [][2]float64{{now.Rate, st.Rate}, {now.Age, st.Mean}, {now.Variance, st.Variance}} {
		if d := math.Abs(c[0] - c[1]); d > 1e-9 {
			t.Errorf("%+v, want %+v", now, st)
		}
	}
	if r := s.Report(); r.Steps < 30 {
		t.Errorf("%d steps no longer than 0.1 to time 3", r.Steps)
	}
}

// TestNeutral: the steady state amid the periodic solutions is neither stable nor has a number of unstable roots.
func TestNeutral(t *testing.T) {
	states, err := Periodic{Waits: 1, Period: 1}.Equation().SteadyStates()
	if err != nil || len(states) != 1 || states[0].Stable || states[0].Unstable != -1 || math.Abs(states[0].Gain-1) > 1e-12 {
		t.Errorf("%+v, %v", states, err)
	}
}
