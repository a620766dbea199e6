package conductance

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// TestExtremes: networks at the ends of what a Config accepts are right or say why they stop: no state is ever outside its domain, and
// none takes more than a moment.
func TestExtremes(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"one neuron":              func(c *Config) { c.N = 1 },
		"one neuron, coupled":     func(c *Config) { c.N, c.Law.C, c.Law.A1 = 1, 0.5, 0.5 },
		"one more than a block":   func(c *Config) { c.N = 4097 },
		"strong excitation":       func(c *Config) { c.Law.C = 1e6 },
		"endless excitation":      func(c *Config) { c.Law.C = 1e300 },
		"strong inhibition":       func(c *Config) { c.Law.C = -1e6 },
		"endless inhibition":      func(c *Config) { c.Law.C = -1e300 },
		"noise of the rate":       func(c *Config) { c.Law.A1 = 1e6 },
		"hardly any noise":        func(c *Config) { c.Law.A0 = 1e-9 },
		"great noise":             func(c *Config) { c.Law.A0 = 1e9 },
		"no input":                func(c *Config) { c.Law.G0, c.Initial = 0, Start{FromV: 0, ToV: 1} },
		"great input":             func(c *Config) { c.Law.G0 = 1e9 },
		"fast synapses":           func(c *Config) { c.Law.Tau, c.Dt = 1e-6, 1e-6 },
		"slow synapses":           func(c *Config) { c.Law.Tau = 1e9 },
		"one step beyond the end": func(c *Config) { c.Law.Tau, c.Dt = 1, 1 },
		"short steps":             func(c *Config) { c.Dt = 1e-9 },
		"all at the threshold":    func(c *Config) { c.Initial.FromV = 1 },
		"reversal at threshold":   func(c *Config) { c.Law.Reversal = math.Nextafter(1, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			c := reference()
			c.N = 500
			change(&c)
			n, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			err = n.Run(ctx, 0.0213)
			if err == nil && math.Abs(n.Time()-0.0213) > 1e-15 {
				t.Errorf("stands at %v", n.Time())
			}
			if err != nil {
				t.Logf("at %v: %v", n.Time(), err)
				if !errors.Is(err, context.DeadlineExceeded) {
					return // it has said why
				}
			}
			v, g := n.State(nil, nil)
			for i := range v {
				if !(v[i] > -1e-9 && v[i] < c.Law.Threshold) || !(g[i] >= 0 && g[i] <= math.MaxFloat64) {
					t.Fatalf("neuron %d at v = %v, g = %v", i, v[i], g[i])
				}
			}
		})
	}
}

// TestCancelled: a context that has ended stops the network before its next step, which may be taken later.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := reference()
	c.N = 100
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(ctx, 1); !errors.Is(err, context.Canceled) || n.Time() != 0 {
		t.Errorf("%v at %v", err, n.Time())
	}
	if err := n.Run(context.Background(), 0.01); err != nil || n.Time() != 0.01 {
		t.Errorf("%v at %v", err, n.Time())
	}
}

// TestNoNumbers: whatever is not a number is refused, one by one.
func TestNoNumbers(t *testing.T) {
	for name, set := range map[string]func(*Config, float64){
		"g_L": func(c *Config, x float64) { c.Law.Leak = x }, "V_E": func(c *Config, x float64) { c.Law.Reversal = x },
		"V_F": func(c *Config, x float64) { c.Law.Threshold = x }, "sigma_E": func(c *Config, x float64) { c.Law.Tau = x },
		"g0": func(c *Config, x float64) { c.Law.G0 = x }, "c": func(c *Config, x float64) { c.Law.C = x },
		"a0": func(c *Config, x float64) { c.Law.A0 = x }, "a1": func(c *Config, x float64) { c.Law.A1 = x },
		"from": func(c *Config, x float64) { c.Initial.FromV = x }, "to": func(c *Config, x float64) { c.Initial.ToV = x },
		"mean": func(c *Config, x float64) { c.Initial.MeanG = x }, "spread": func(c *Config, x float64) { c.Initial.SpreadG = x },
		"dt": func(c *Config, x float64) { c.Dt = x },
	} {
		for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			c := reference()
			set(&c, x)
			var faults neuron.Faults
			if _, err := New(c); !errors.As(err, &faults) {
				t.Errorf("%s = %v: %v", name, x, err)
			}
		}
	}
	c := reference()
	c.Dt = 2.1 * c.Law.Tau
	if _, err := New(c); err == nil {
		t.Error("a step longer than the synapse takes is accepted")
	}
}
