package biophysical

import (
	"context"
	"math"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// train collects the times of all spikes.
type train struct{ times []float64 }

func (s *train) Observe(f *network.Frame) error {
	for _, one := range f.Spikes() {
		s.times = append(s.times, one.Time)
	}
	return nil
}

func run(t *testing.T, c Config, until float64, observers ...network.Observer) *Network {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), until, observers...); err != nil {
		t.Fatal(err)
	}
	return n
}

// alone is one neuron without noise.
func alone(law membrane.Model, current, start float64) Config {
	return Config{N: 1, Law: law, Current: neuron.Constant(current), Initial: neuron.Point{Potential: start}}
}

// exact returns the spikes of one neuron whose potential jumps at each by J, by adaptive integration.
func exact(t *testing.T, c Config, until float64) (spikes []float64) {
	t.Helper()
	y := make([]float64, len(c.Law.Card().Variables))
	c.Law.Clamp(c.Initial.Breaks()[0], y)
	options := ode.Options{Rtol: 1e-11, Atol: 1e-12}
	for start := 0.0; ; {
		path := membrane.NewTrajectory(c.Law, c.Current, y, options)
		for !func() bool { _, fired := path.Spike(); return fired }() {
			if path.Time() >= until-start {
				return spikes
			}
			if err := path.Step(until - start); err != nil {
				t.Fatal(err)
			}
		}
		at, _ := path.Spike()
		path.At(at, y)
		y[0] += math.Max(c.Coupling.Pulse, 1e-9) // past the level
		start += at
		spikes = append(spikes, start)
	}
}

// orders returns the errors of the last spike and the orders between successive steps.
func orders(t *testing.T, c Config, until float64, steps ...float64) (p []float64) {
	t.Helper()
	want := exact(t, c, until)
	var last float64
	for k, dt := range steps {
		c.Dt = dt
		var got train
		run(t, c, until, &got)
		if len(got.times) != len(want) || len(want) < 2 {
			t.Fatalf("%d spikes with dt = %v, want %d", len(got.times), dt, len(want))
		}
		e := math.Abs(got.times[len(want)-1] - want[len(want)-1])
		if k > 0 {
			p = append(p, math.Log2(last/e)/math.Log2(steps[k-1]/dt))
		}
		t.Logf("dt %g: error of spike %d %.2e", dt, len(want), e)
		last = e
	}
	t.Logf("orders %.2f", p)
	return p
}

// Without noise the times of spikes converge with order 2, interpolated inside of the step, by either scheme and for each law.
func TestOrderOfSpikes(t *testing.T) {
	hodgkin := alone(membrane.NewHodgkinHuxley(), 10, -60)
	heun := hodgkin
	heun.Scheme = Heun
	kicked := hodgkin
	kicked.Coupling.Pulse = 3
	for _, one := range []struct {
		name  string
		c     Config
		until float64
		dt    []float64
	}{
		{"Hodgkin–Huxley, splitting", hodgkin, 50, []float64{0.04, 0.02, 0.01, 0.005, 0.0025}},
		{"Hodgkin–Huxley, Heun", heun, 50, []float64{0.04, 0.02, 0.01, 0.005, 0.0025}},
		{"its own pulses", kicked, 50, []float64{0.04, 0.02, 0.01, 0.005, 0.0025}},
		{"FitzHugh–Nagumo", alone(membrane.NewFitzHughNagumo(), 0.5, -1.5), 100, []float64{0.2, 0.1, 0.05, 0.025, 0.0125}},
		{"Morris–Lecar", alone(membrane.NewMorrisLecar(membrane.MorrisLecarSNIC), 50, -40), 300, []float64{0.8, 0.4, 0.2, 0.1, 0.05}},
	} {
		t.Run(one.name, func(t *testing.T) {
			p := orders(t, one.c, one.until, one.dt...)
			mean := 0.0
			for _, x := range p {
				mean += x / float64(len(p))
			}
			if mean < 1.7 {
				t.Errorf("mean order %.2f, want 2", mean)
			}
		})
	}
}
