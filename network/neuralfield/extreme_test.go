package neuralfield

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
	"lapicque/neuron/neuralfield"
)

// TestExtremes: fields of units at the ends of what a Config accepts stay finite, activities ≥ 0.
func TestExtremes(t *testing.T) {
	kernel := func(weight float64) func(*Config) {
		return func(c *Config) { c.Law.Kernels[0][0] = neuralfield.Bell{Weight: weight, Width: 0.6} }
	}
	for name, change := range map[string]func(*Config){
		"one unit":            func(c *Config) { c.Units = 1 },
		"most units":          func(c *Config) { c.Units = math.MaxInt32 },
		"no kernel":           func(c *Config) { c.Law.Kernels[0][0] = nil },
		"strong excitation":   kernel(1e6),
		"endless excitation":  kernel(1e300),
		"strong inhibition":   kernel(-1e6),
		"endless inhibition":  kernel(-1e300),
		"steep gain":          func(c *Config) { c.Law.Populations[0].Gain = neuralfield.Logistic{Beta: 1e300, Theta: 0.5, Top: 1} },
		"jump":                func(c *Config) { c.Law.Populations[0].Gain = neuralfield.Heaviside{Theta: 0.5, Top: 1} },
		"high rate":           func(c *Config) { c.Law.Populations[0].Gain = neuralfield.Logistic{Beta: 3, Theta: 0.5, Top: 1e9} },
		"great stimulus":      func(c *Config) { c.Law.Populations[0].Stimulus = neuron.Constant(1e300) },
		"great start":         func(c *Config) { c.Initial[0][3] = 1e300 },
		"steps of the leak":   func(c *Config) { c.Dt = 1 },
		"steps next to none":  func(c *Config) { c.Dt = 1e-9 },
		"a point":             func(c *Config) { c.Law.Domain, c.Initial = neuralfield.Domain{}, [][]float64{{0.8}} },
		"a line of few sites": func(c *Config) { c.Law.Domain.Open = true },
	} {
		for _, form := range []neuralfield.Form{neuralfield.Potential, neuralfield.Rate} {
			t.Run(name+", "+form.String(), func(t *testing.T) {
				c := relaxing(form)
				change(&c)
				n, err := New(c)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
				defer cancel()
				if err := n.Run(ctx, 1.013); err == nil && n.Time() != 1.013 {
					t.Errorf("stands at %v", n.Time())
				}
				for i, x := range n.Field(0, nil) {
					if x-x != 0 || form == neuralfield.Rate && x < 0 {
						t.Fatalf("site %d at %v", i, x)
					}
				}
				if n.Spikes() < 0 {
					t.Errorf("%d spikes", n.Spikes())
				}
			})
		}
	}
}

// TestRefusals: what is not a number, and rates whose spikes could not be counted.
func TestRefusals(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"dt":       func(c *Config) { c.Dt = math.NaN() },
		"start":    func(c *Config) { c.Initial[0][5] = math.NaN() },
		"infinite": func(c *Config) { c.Initial[0][5] = math.Inf(1) },
		"gain":     func(c *Config) { c.Law.Populations[0].Gain = neuralfield.Logistic{Beta: 3, Theta: math.NaN(), Top: 1} },
		"top":      func(c *Config) { c.Law.Populations[0].Gain = neuralfield.Logistic{Beta: 3, Top: 1e20} },
		"kernel":   func(c *Config) { c.Law.Kernels[0][0] = neuralfield.Bell{Weight: math.Inf(1), Width: 1} },
		"table": func(c *Config) {
			c.Law.Kernels[0][0] = neuralfield.FootprintTable{Values: []float64{1, 2}, Spacing: 0.5}
		},
		"stimulus": func(c *Config) { c.Law.Populations[0].Stimulus = neuron.Constant(math.NaN()) },
		"absence":  func(c *Config) { c.Law.Populations[0].Absence = math.NaN() },
	} {
		c := relaxing(neuralfield.Potential)
		change(&c)
		var faults neuron.Faults
		if _, err := New(c); !errors.As(err, &faults) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCancelled: a context that has ended stops the network before its next step, which may be taken later.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n, err := New(relaxing(neuralfield.Potential))
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
