package conductance

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"lapicque/network"
	"lapicque/neuron"
)

// BenchmarkStep measures a step of 10⁵ neurons on one core at three steps, coupled and not, by turns with a step of as many plain
// integrate-and-fire neurons (b = 0, dt = 0.01): the shortest turn of each, and their ratio.
func BenchmarkStep(b *testing.B) {
	const count, steps = 100_000, 10
	plain, err := network.New(network.Config{
		N: count, Law: neuron.LIF{Leak: 1, A0: 1, Threshold: 2, Reset: 1},
		Initial: neuron.TruncatedGaussian{Mean: 0, Variance: 0.64, Upper: 2}, Dt: 0.01, Seed: 1, Workers: 1,
	})
	if err != nil {
		b.Fatal(err)
	}
	turn := func(run func(context.Context, float64, ...network.Observer) error, until float64) float64 {
		began := time.Now()
		if err := run(context.Background(), until); err != nil {
			b.Fatal(err)
		}
		return float64(time.Since(began).Nanoseconds()) / count / steps
	}
	for _, c := range []struct{ dt, coupling float64 }{{1e-3, 0}, {5e-4, 0}, {5e-4, 0.1}, {2.5e-4, 0}} {
		b.Run(fmt.Sprintf("dt=%v/c=%v", c.dt, c.coupling), func(b *testing.B) {
			config := reference()
			config.N, config.Dt, config.Law.C, config.Workers = count, c.dt, c.coupling, 1
			n, err := New(config)
			if err != nil {
				b.Fatal(err)
			}
			own, other := math.Inf(1), math.Inf(1)
			for b.Loop() {
				own = min(own, turn(n.Run, n.Time()+steps*c.dt))
				other = min(other, turn(plain.Run, plain.Time()+steps*0.01))
			}
			b.ReportMetric(own, "ns/neuron-step")
			b.ReportMetric(other, "ns-plain")
			b.ReportMetric(own/other, "x-plain")
		})
	}
}
