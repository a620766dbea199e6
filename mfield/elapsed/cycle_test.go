package elapsed

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// ruffled is the steady law of a step hazard with a wave of the ages below σ, small at both ends, so that N(0) is the steady rate.
func ruffled(e Equation, st Steady, height float64) neuron.Initial {
	one := e.Law.Interval(st.Input)
	return neuron.NewTabulated(func(s float64) float64 {
		if s > st.Sigma {
			return st.Rate * one.Survival(s)
		}
		return st.Rate * (1 + height*math.Sin(2*math.Pi*s/st.Sigma))
	}, []float64{0, st.Sigma, st.Sigma + 42}, 1000)
}

// TestUnstableDelaysBySimulation: on a scan of delays on both sides of each end of the unstable intervals, perturbations grow
// or fade as the characteristic equation says.
func TestUnstableDelaysBySimulation(t *testing.T) {
	for _, c := range []struct {
		delay    float64
		unstable bool
	}{
		{0.5, false}, {0.7, false}, {0.84, true}, {1, true}, {1.12, true}, {1.26, false}, {1.7, false},
		{2.2, false}, {2.38, true}, {2.7, true}, {3.05, true}, {3.3, false},
	} {
		e := inhibitory(c.delay)
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		st := states[0]
		e.Synapses.Past = st.Rate
		early, late := 0.0, 0.0
		s := solver(t, e, ruffled(e, st, 0.01), Options{Rtol: 1e-6, OnStep: func(now State) error {
			switch a := math.Abs(now.Rate - st.Rate); {
			case now.Time > 20 && now.Time < 35:
				early = math.Max(early, a)
			case now.Time > 65:
				late = math.Max(late, a)
			}
			return nil
		}})
		rateAt(t, s, 80)
		t.Logf("d = %v: %.2e after 20, %.2e after 65; %+v, %d marks", c.delay, early, late, s.Report(), len(s.marks))
		if (late > early) != c.unstable || c.unstable == st.Stable {
			t.Errorf("d = %v: %v after 20, %v after 65, stable: %v", c.delay, early, late, st.Stable)
		}
	}
}

// TestCycle: d = 0.9, where σ rises faster than time in each round, against a simple scheme: cohorts as long as a step, which fire with
// the probability 1 − e^{−dt} when they are older than σ; its error is of first order in dt.
func TestCycle(t *testing.T) {
	e := inhibitory(0.9)
	states, err := e.SteadyStates()
	if err != nil {
		t.Fatal(err)
	}
	level := states[0].Rate
	e.Synapses.Past = level
	c, err := e.Cycle(context.Background(), ruffled(e, states[0], 0.3), Options{Rtol: 1e-5}, level, 120)
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	const parts = 100 // of the delay
	period, low, high := simpleCycle(parts, level)
	t.Logf("%+v; simple scheme: period %.4f, N from %.4f to %.4f", *c, period, low, high)
	if dt := 0.9 / parts; math.Abs(c.Period-period) > dt || math.Abs(c.Low-low) > dt || math.Abs(c.High-high) > dt || c.Spread > 1e-4 {
		t.Errorf("%+v, simple scheme %v, %v, %v", *c, period, low, high)
	}
}

// simpleCycle keeps the ages in a ring; the last holds all that are older.
func simpleCycle(parts int, level float64) (period, low, high float64) {
	const until, from = 140, 115
	dt, ages, steps := 0.9/float64(parts), 20*parts, int(until/0.9*float64(parts))
	mass := make([]float64, ages)
	for k := range mass {
		mass[k] = math.Exp(-level*float64(k)*dt) * -math.Expm1(-level*dt)
	}
	rates := make([]float64, steps)
	var up []float64
	low = 1
	for k, head := 0, 0; k < steps; k++ {
		x := 0.9 * level
		if k >= parts {
			x = rates[k-parts]
		}
		fired := 0.0
		for age := int((0.5 + 2*x) / dt); age < ages; age++ {
			i := (head + age) % ages
			f := -math.Expm1(-dt) * mass[i]
			mass[i] -= f
			fired += f
		}
		last := (head + ages - 1) % ages
		mass[(head+ages-2)%ages] += mass[last]
		mass[last], rates[k], head = fired, fired/dt, last
		if float64(k)*dt > from {
			low, high = min(low, rates[k]), max(high, rates[k])
			if rates[k-1] < level && rates[k] >= level {
				up = append(up, dt*(float64(k)-(rates[k]-level)/(rates[k]-rates[k-1])))
			}
		}
	}
	return (up[len(up)-1] - up[0]) / float64(len(up)-1), low, high
}
