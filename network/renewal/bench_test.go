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
			n, err := New(Config{N: 100_000, Law: neuron.ElapsedTime{Sigma: neuron.Curve{Base: 1}}, Initial: neuron.Exponential{Rate: 1}, Dt: dt, Seed: 1, Workers: 1})
			if err != nil {
				b.Fatal(err)
			}
			at, spikes := 0.0, 0
			count := watch(func(f *network.Frame) { spikes += f.Count })
			for b.Loop() {
				at += 8
				if err := n.Run(context.Background(), at, count); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(spikes)/b.Elapsed().Seconds(), "spikes/s")
		})
	}
}

type watch func(*network.Frame)

func (w watch) Observe(f *network.Frame) error { w(f); return nil }
