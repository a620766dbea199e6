package renewal

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/network"
	"lapicque/neuron"
)

// TestExtremes: networks at the ends of what a Config accepts keep ages ≥ 0 and spikes in order, and none takes more than a moment.
func TestExtremes(t *testing.T) {
	delayed := func(b, d float64) neuron.Synapses {
		return neuron.Synapses{B: b, Transmission: neuron.Discrete, Delay: d}
	}
	filtered := func(b, d float64) neuron.Synapses {
		return neuron.Synapses{B: b, Transmission: neuron.Distributed, Delay: d}
	}
	inhibited := neuron.ElapsedTime{Sigma: affine(0.5, 2)}
	excited := neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Sigma: neuron.Curve{Law: neuron.ExponentialCurve, Base: 0.1, Amplitude: 1, Scale: 1}, Phi: hill(0.5, 3)}
	smooth := neuron.ElapsedTime{Hazard: neuron.SmoothHazard, Sigma: affine(0, 0.5), Phi: hill(1, 2), Width: 1e-3}
	for name, c := range map[string]Config{
		"one neuron":                         {N: 1, Law: inhibited},
		"one neuron, instantaneous":          {N: 1, Law: inhibited, Synapses: neuron.Synapses{B: 1}},
		"one neuron, excited at once":        {N: 1, Law: excited, Synapses: neuron.Synapses{B: 1}},
		"one neuron, delay":                  {N: 1, Law: excited, Synapses: delayed(1, 0.3)},
		"one neuron, filter":                 {N: 1, Law: excited, Synapses: filtered(1, 0.3)},
		"one neuron, short filter":           {N: 1, Law: excited, Synapses: filtered(1, 1e-12)},
		"endless inhibition, at once":        {N: 500, Law: inhibited, Synapses: neuron.Synapses{B: 1e300}},
		"strong inhibition, at once":         {N: 500, Law: inhibited, Synapses: neuron.Synapses{B: 1e6}},
		"strong inhibition, delay":           {N: 500, Law: inhibited, Synapses: delayed(1e6, 0.3)},
		"strong excitation, at once":         {N: 500, Law: excited, Synapses: neuron.Synapses{B: 1e6}},
		"strong excitation, filter":          {N: 500, Law: excited, Synapses: filtered(1e6, 0.3)},
		"input of the other sign":            {N: 500, Law: neuron.ElapsedTime{Sigma: affine(0.5, -2)}, Synapses: delayed(-10, 0.3)},
		"delay shorter than a cell":          {N: 500, Law: inhibited, Synapses: delayed(1, 1e-3)},
		"filter shorter than a cell":         {N: 500, Law: inhibited, Synapses: filtered(1, 1e-6)},
		"endless delay":                      {N: 500, Law: inhibited, Synapses: delayed(1, 1e4)},
		"cell longer than the run":           {N: 500, Law: excited, Synapses: neuron.Synapses{B: 1}, Dt: 1e9},
		"cell longer than the run, filter":   {N: 500, Law: excited, Synapses: filtered(1, 0.3), Dt: 1e9},
		"narrow rise from age 0":             {N: 500, Law: smooth, Synapses: neuron.Synapses{B: 1}},
		"hazard without silence":             {N: 500, Law: neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Phi: neuron.Curve{Base: 1e3}}},
		"silence beyond the run":             {N: 500, Law: neuron.ElapsedTime{Sigma: neuron.Curve{Base: 1e300}}},
		"old neurons":                        {N: 500, Law: inhibited, Synapses: neuron.Synapses{B: 1}, Initial: neuron.Point{Potential: 1e6}},
		"old neurons, smooth, instantaneous": {N: 500, Law: smooth, Synapses: neuron.Synapses{B: 1}, Initial: neuron.Point{Potential: 1e6}},
	} {
		t.Run(name, func(t *testing.T) {
			c.Seed = 1
			if c.Dt == 0 {
				c.Dt = 0.05
			}
			if c.Initial == nil {
				c.Initial = neuron.Exponential{Rate: 1}
			}
			n, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			last := 0.0
			order := watch(func(f *network.Frame) {
				for _, s := range f.Spikes() {
					if !(s.Time >= last && s.Time <= f.End) {
						t.Fatalf("a spike at %v after %v, in a cell to %v", s.Time, last, f.End)
					}
					last = s.Time
				}
			})
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			if err := n.Run(ctx, 2.013, order); err == nil && n.Time() != 2.013 {
				t.Errorf("stands at %v", n.Time())
			} else if err != nil {
				t.Logf("at %v: %v", n.Time(), err)
			}
			for i, age := range n.Ages(nil) {
				if !(age >= 0) {
					t.Fatalf("neuron %d of age %v", i, age)
				}
			}
			if r := n.Rate(); !(r >= 0 && r <= n.bounds.Rate*(1+1e-12)) {
				t.Errorf("rate %v", r)
			}
		})
	}
}

// TestOneNeuron: a single neuron is a renewal process.
func TestOneNeuron(t *testing.T) {
	c := Config{N: 1, Law: neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Sigma: neuron.Curve{Base: 0.5}, Phi: neuron.Curve{Base: 1}},
		Initial: neuron.Point{}, Dt: 0.01, Seed: 4, Workers: 1}
	spikes := 0
	run(t, c, 20000, watch(func(f *network.Frame) { spikes += f.Count }))
	// Intervals have the mean 1.5 and the standard deviation 1: the count over T has the variance T/1.5³.
	want, se := 20000/1.5, math.Sqrt(20000/(1.5*1.5*1.5))
	if math.Abs(float64(spikes)-want) > 4*se {
		t.Errorf("%d spikes, want %v ± %v", spikes, want, se)
	}
}

// TestCancelled: a context that has ended stops the network before its next cell, which may be taken later.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n, err := New(config(0.5, 2, neuron.Synapses{B: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(ctx, 1); !errors.Is(err, context.Canceled) || n.Time() != 0 {
		t.Errorf("%v at %v", err, n.Time())
	}
	if err := n.Run(context.Background(), 0.33); err != nil || n.Time() != 0.33 {
		t.Errorf("%v at %v", err, n.Time())
	}
}

// TestNoNumbers: whatever is not a number, and a delay of more cells than can be kept, is refused.
func TestNoNumbers(t *testing.T) {
	for name, set := range map[string]func(*Config, float64){
		"b": func(c *Config, x float64) { c.Synapses.B = x }, "delay": func(c *Config, x float64) { c.Synapses.Delay = x },
		"past": func(c *Config, x float64) { c.Synapses.Past = x }, "sigma": func(c *Config, x float64) { c.Law.Sigma.Base = x },
		"slope": func(c *Config, x float64) { c.Law.Sigma.Amplitude = x }, "width": func(c *Config, x float64) { c.Law.Width = x },
		"dt": func(c *Config, x float64) { c.Dt = x },
	} {
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			c := config(0.5, 2, neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 0.4})
			set(&c, x)
			var faults neuron.Faults
			if _, err := New(c); !errors.As(err, &faults) {
				t.Errorf("%s = %v: %v", name, x, err)
			}
		}
	}
	if _, err := New(config(0.5, 2, neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 1e9})); err == nil {
		t.Error("a delay of 10¹⁰ cells is accepted")
	}
}
