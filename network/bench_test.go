package network

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"
	"time"

	"lapicque/network/kernel"
	"lapicque/neuron"
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

// BenchmarkObservers measures what observers cost, by turns with a run without
// any: the spike counter behind the rate, and a raster of all neurons kept in
// memory, at a rate near 0.12.
func BenchmarkObservers(b *testing.B) {
	const n, dt, steps = 100_000, 0.05, 20
	c := Config{N: n, Law: standard(), Initial: gaussian(0, 0.8), Dt: dt, Seed: 1, Workers: 1}
	edges := make([]float64, 1_000_000)
	for k := range edges {
		edges[k] = float64(k) * dt
	}
	var kept []Spike
	raster := &Raster{Neurons: n, To: math.Inf(1), Sink: func(s []Spike) error { kept = append(kept, s...); return nil }}
	observers := [][]Observer{nil, {NewCounter(edges)}, {raster}}
	var nets [3]*Network
	for k := range nets {
		nets[k] = mustRun(b, c, 5)
	}
	var spent [3][]float64
	at := 5.0
	for b.Loop() {
		at += steps * dt
		for k, net := range nets {
			kept = kept[:0]
			began := time.Now()
			if err := net.Run(context.Background(), at, observers[k]...); err != nil {
				b.Fatal(err)
			}
			spent[k] = append(spent[k], time.Since(began).Seconds())
		}
	}
	for k := range spent {
		slices.Sort(spent[k])
	}
	median := func(k int) float64 { return spent[k][len(spent[k])/2] }
	b.ReportMetric(100*(median(1)/median(0)-1), "%rate")
	b.ReportMetric(100*(median(2)/median(0)-1), "%raster")
}

// BenchmarkVariants measures what each variant of the law costs per neuron-step, by turns with
// the plain one, at b = 0.5 and dt = 0.05: ratios of the shortest of many runs of 20 steps.
func BenchmarkVariants(b *testing.B) {
	const n, dt, steps = 100_000, 0.05, 20
	with := func(change func(*neuron.LIF)) Config {
		c := Config{N: n, Law: standard(), B: 0.5, Initial: gaussian(0, 0.8), Dt: dt, Seed: 1, Workers: 1}
		change(&c.Law)
		return c
	}
	names := []string{"plain", "exponential-0.1", "fixed-0.1", "exponential-1", "escape-0.1", "escape-0.01", "escape-0.001", "both-0.1", "noise-0.1"}
	configs := []Config{
		with(func(*neuron.LIF) {}),
		with(func(l *neuron.LIF) { l.Refractory = exponential(0.1) }),
		with(func(l *neuron.LIF) { l.Refractory = fixed(0.1) }),
		with(func(l *neuron.LIF) { l.Refractory = exponential(1) }),
		with(func(l *neuron.LIF) { l.Firing.Epsilon = 0.1 }),
		with(func(l *neuron.LIF) { l.Firing.Epsilon = 0.01 }),
		with(func(l *neuron.LIF) { l.Firing.Epsilon = 0.001 }),
		with(func(l *neuron.LIF) { l.Firing.Epsilon, l.Refractory = 0.1, exponential(0.1) }),
		with(func(l *neuron.LIF) { l.A1 = 0.1 }),
	}
	nets, shortest := make([]*Network, len(configs)), make([]float64, len(configs))
	for k, c := range configs {
		nets[k], shortest[k] = mustRun(b, c, 5), math.Inf(1)
	}
	at := 5.0
	for b.Loop() {
		at += steps * dt
		for k, net := range nets {
			before := net.Report().Steps
			began := time.Now()
			if err := net.Run(context.Background(), at); err != nil {
				b.Fatal(err)
			}
			perStep := float64(time.Since(began).Nanoseconds()) / float64(net.Report().Steps-before) / n
			shortest[k] = min(shortest[k], perStep)
		}
	}
	for k, name := range names {
		b.ReportMetric(shortest[k], "ns-"+name)
		b.ReportMetric(shortest[k]/shortest[0], "x-"+name)
	}
}
