package network

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"lapicque/network/kernel"
)

// BenchmarkEngine runs the whole engine: ns/neuron-step is wall time over N
// steps; ns/neuron-unit is wall time over N and a unit of model time;
// bytes/neuron is live memory. LAPICQUE_KERNEL=go measures plain Go.
func BenchmarkEngine(b *testing.B) {
	for _, c := range []struct {
		n       int
		b, dt   float64
		workers int
	}{
		{100_000, 0, 0.01, 1},
		{100_000, 0.5, 0.01, 1},
		{409_600, 0.5, 0.1, 1},
		{409_600, 0.5, 0.05, 1},
		{30_000, 0.5, 0.05, 1},
		{30_000, 0.5, 0.05, 2},
		{1_000_000, 0.5, 0.05, 1},
		{1_000_000, 0.5, 0.05, 2},
		{1_000_000, 0, 0.01, 1},
		{1_000_000, 0, 0.01, 2},
	} {
		b.Run(fmt.Sprintf("path=%s/N=%d/b=%v/dt=%v/workers=%d", kernel.Path(), c.n, c.b, c.dt, c.workers), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			n := mustRun(b, Config{N: c.n, Law: standard(), B: c.b, Initial: gaussian(0, 0.8), Dt: c.dt, Seed: 1, Workers: c.workers}, 5)
			const steps = 20
			at := 5.0
			for b.Loop() {
				at += steps * c.dt
				if err := n.Run(context.Background(), at); err != nil {
					b.Fatal(err)
				}
			}
			perStep := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / steps / float64(c.n)
			b.ReportMetric(perStep, "ns/neuron-step")
			b.ReportMetric(perStep/c.dt, "ns/neuron-unit")
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(c.n), "bytes/neuron")
			runtime.KeepAlive(n)
		})
	}
}
