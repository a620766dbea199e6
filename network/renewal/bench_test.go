package renewal

import (
	"context"
	"fmt"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
)

// BenchmarkUncoupled runs renewal neurons of σ = 1, φ = 1 on one core; a second of wall time over the spikes in it.
func BenchmarkUncoupled(b *testing.B) {
	for _, dt := range []float64{0.5, 2, 8} {
		b.Run(fmt.Sprintf("dt=%v", dt), func(b *testing.B) {
			measure(b, Config{Law: neuron.ElapsedTime{Sigma: neuron.Curve{Base: 1}}, Dt: dt}, 8)
		})
	}
}

// BenchmarkCoupled runs each law of the tests with coupling. Each cell visits all neurons, so besides spikes per second it reports
// the time a neuron and cell.
func BenchmarkCoupled(b *testing.B) {
	for name, c := range laws() {
		if c.Synapses.B == 0 {
			continue
		}
		b.Run(name, func(b *testing.B) {
			c.Dt = 0.05
			measure(b, c, 2)
		})
	}
}

// measure runs 10⁵ neurons of a configuration on one core, laps of a given length.
func measure(b *testing.B, c Config, lap float64) {
	c.N, c.Seed, c.Workers, c.Initial = 100_000, 1, 1, neuron.Exponential{Rate: 1}
	n, err := New(c)
	if err != nil {
		b.Fatal(err)
	}
	at, spikes := 0.0, 0
	count := watch(func(f *network.Frame) { spikes += f.Count })
	for b.Loop() {
		at += lap
		if err := n.Run(context.Background(), at, count); err != nil {
			b.Fatal(err)
		}
	}
	spent := b.Elapsed()
	b.ReportMetric(float64(spikes)/spent.Seconds(), "spikes/s")
	b.ReportMetric(float64(spent.Nanoseconds())/(float64(c.N)*at/n.Dt()), "ns/neuron-cell")
}

type watch func(*network.Frame)

func (w watch) Observe(f *network.Frame) error { w(f); return nil }
