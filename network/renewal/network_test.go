package renewal

import (
	"context"
	"math"
	"slices"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
)

// config is neurons of hazard 1 beyond the age σ(X) = base + slope·X.
func config(base, slope float64, synapses neuron.Synapses) Config {
	return Config{
		N: 20000, Law: neuron.ElapsedTime{Sigma: neuron.Curve{Law: neuron.AffineCurve, Base: base, Amplitude: slope}}, Synapses: synapses,
		Initial: neuron.Exponential{Rate: 1}, Dt: 0.1, Seed: 1,
	}
}

// rate returns the mean rate between two times.
func rate(t *testing.T, c Config, from, to float64) float64 {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), from); err != nil {
		t.Fatal(err)
	}
	spikes, last := 0, from
	seen := watch(func(f *network.Frame) {
		spikes += f.Count
		for _, s := range f.Spikes() {
			if s.Time < last || s.Time > to {
				t.Fatalf("a spike at %v after one at %v", s.Time, last)
			}
			last = s.Time
		}
	})
	if err := n.Run(context.Background(), to, seen); err != nil {
		t.Fatal(err)
	}
	return float64(spikes) / (float64(c.N) * (to - from))
}

// Steady rates solve N(1 + σ(N)) = 1. Uncoupled, intervals are σ plus an exponential time of mean 1, so the count over
// T of N neurons has the variance N·T·rate·CV², CV = 1/(1 + σ); inhibition makes counts more regular.
func TestSteadyRates(t *testing.T) {
	const from, to = 40, 60
	for name, c := range map[string]struct {
		Config
		want float64
	}{
		"uncoupled":         {config(1, 0, neuron.Synapses{}), 0.5},
		"instantaneous":     {config(0.5, 2, neuron.Synapses{B: 1}), 0.4253905297},
		"delayed":           {config(0.5, 2, neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 0.4}), 0.4253905297},
		"exponential delay": {config(0.5, 2, neuron.Synapses{B: 1, Transmission: neuron.Distributed, Delay: 0.1}), 0.4253905297},
	} {
		t.Run(name, func(t *testing.T) {
			got := rate(t, c.Config, from, to)
			se := math.Sqrt(c.want * c.want * c.want / (float64(c.N) * (to - from)))
			t.Logf("rate %.5f ± %.5f, want %.5f", got, se, c.want)
			if math.Abs(got-c.want) > 4*se {
				t.Errorf("rate %v ± %v, want %v", got, se, c.want)
			}
		})
	}
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	var want []float64
	for _, w := range []int{1, 2, 3} {
		c := config(0.5, 2, neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 0.9})
		c.Workers = w
		n, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Run(context.Background(), 5.3); err != nil {
			t.Fatal(err)
		}
		ages := n.Ages(nil)
		if want == nil {
			want = ages
		}
		if !slices.Equal(ages, want) {
			t.Errorf("%d workers give other ages", w)
		}
	}
}

func TestFaults(t *testing.T) {
	c := config(1, 0, neuron.Synapses{})
	c.N, c.Dt, c.Initial = 0, -1, nil
	if list, ok := c.Validate().(neuron.Faults); !ok || len(list) != 3 {
		t.Errorf("faults: %v", c.Validate())
	}
}
